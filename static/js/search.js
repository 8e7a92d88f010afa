/* The search box in the head: "/" goes to it from everywhere; on the page of results ↑ and ↓ walk the hits. */
(function () {
  "use strict";

  const box = document.getElementById("head-q");
  if (!box) return;

  document.addEventListener("keydown", function (event) {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.isComposing || document.querySelector("dialog[open]")) return;
    if (event.key === "/" && !event.target.closest("input, textarea, select, [contenteditable]")) {
      event.preventDefault();
      box.focus();
      box.select();
    }
    if (event.key === "ArrowDown" || event.key === "ArrowUp") walk(event);
  });

  function walk(event) {
    const stops = [box].concat(Array.from(document.querySelectorAll(".hit-groups .hits a")));
    const at = stops.indexOf(document.activeElement);
    const next = stops[at + (event.key === "ArrowDown" ? 1 : -1)];
    if (at < 0 || stops.length < 2 || !next) return;
    event.preventDefault();
    next.focus();
  }
})();
