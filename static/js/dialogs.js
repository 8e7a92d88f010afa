/* <button data-dialog="id"> opens <dialog id="id">; <button data-close> inside closes it; so do Escape and the backdrop. */
(function () {
  "use strict";

  document.addEventListener("click", function (event) {
    const opener = event.target.closest("[data-dialog]");
    if (opener) {
      event.preventDefault();
      document.getElementById(opener.dataset.dialog).showModal();
      return;
    }
    const dialog = event.target.closest("dialog");
    if (dialog && (event.target === dialog || event.target.closest("[data-close]"))) dialog.close();
  });

  // A dialog whose form came back with errors opens itself.
  document.querySelectorAll("dialog[data-open]").forEach(function (dialog) { dialog.showModal(); });
})();
