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

  // One dialog asks why a masked value is to be seen in full; the answer takes the value's place.
  const reveal = document.getElementById("reveal");
  let asked = null;

  document.addEventListener("click", function (event) {
    const button = event.target.closest("[data-reveal]");
    if (!button) return;
    asked = button;
    reveal.querySelector("[data-what]").textContent = button.dataset.what;
    reveal.querySelector("form").reset();
    reveal.showModal();
  });

  if (reveal) {
    reveal.querySelector("form").addEventListener("submit", function (event) {
      event.preventDefault();
      const inputs = event.target.elements;
      const reason = [inputs.reason.value, inputs.note.value.trim()].filter(Boolean).join("：");
      reveal.close();
      window.htmx.ajax("POST", asked.dataset.reveal, {
        source: asked, target: asked.closest(".masked"), swap: "outerHTML", values: { reason: reason },
      });
    });
  }

  // A dialog whose form came back with errors opens itself.
  document.querySelectorAll("dialog[data-open]").forEach(function (dialog) { dialog.showModal(); });
})();
