/* Once, on 今日: the page can lie on the phone's desktop like an app. Closed, it never comes again. */
(function () {
  "use strict";

  const SAID = "install:said";
  const box = document.querySelector("[data-install]");
  if (!box) return;
  let offer = null;

  function said() {
    try { return localStorage.getItem(SAID); } catch (refused) { return "1"; }
  }

  function done() {
    box.hidden = true;
    try { localStorage.setItem(SAID, "1"); } catch (refused) { /* asked again next time */ }
  }

  window.addEventListener("beforeinstallprompt", function (event) {
    event.preventDefault();
    if (said()) return;
    offer = event;
    box.hidden = false;
  });
  box.querySelector("[data-install-now]").addEventListener("click", function () { done(); offer.prompt(); });
  box.querySelector("[data-install-never]").addEventListener("click", done);
})();
