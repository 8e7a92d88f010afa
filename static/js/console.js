/* Console: a move opens in a dialog. */
(function () {
  "use strict";

  // <a href="…/moves/assign/" data-move="交办"> opens its form in the dialog; without JavaScript it is a page.
  document.addEventListener("click", function (event) {
    const link = event.target.closest("a[data-move]");
    const dialog = document.getElementById("move");
    if (!link || !dialog || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    window.htmx.ajax("GET", link.href, { source: link, target: "#move-form", swap: "innerHTML" }).then(function () {
      if (!document.querySelector("#move-form form")) return;
      document.getElementById("move-title").textContent = link.dataset.move;
      if (!dialog.open) dialog.showModal();
    });
  });

  // A link that cancels closes the dialog it stands in, instead of leaving the page.
  document.addEventListener("click", function (event) {
    if (event.target.closest("dialog a[data-close]")) event.preventDefault();
  });
})();
