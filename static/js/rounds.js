/* The board of a round: a household dragged to another member opens the decision with that member chosen. Everything
   also works by clicking the household. */
(function () {
  "use strict";

  let carried = null;

  document.addEventListener("dragstart", function (event) {
    carried = event.target.closest ? event.target.closest("[data-home]") : null;
    if (carried) event.dataTransfer.setData("text/plain", carried.dataset.home);
  });

  document.addEventListener("dragover", function (event) {
    const place = carried && event.target.closest("[data-member]");
    if (place) event.preventDefault();
  });

  document.addEventListener("drop", function (event) {
    const place = carried && event.target.closest("[data-member]");
    if (!place) return;
    event.preventDefault();
    const way = document.createElement("a");
    way.href = carried.href + "?member=" + place.dataset.member;
    way.dataset.move = carried.dataset.move;
    way.hidden = true;
    document.body.append(way);
    way.click();
    way.remove();
    carried = null;
  });
})();
