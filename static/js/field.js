/* Field: a number shown in full can be rung; the chosen tab is in sight. */
(function () {
  "use strict";

  const NUMBER = /^\+?\d[\d\s-]{6,}$/;

  document.addEventListener("htmx:load", function (event) {
    const shown = event.detail.elt;
    const number = shown.textContent.trim();
    if (!shown.matches(".masked[role=status]") || !shown.closest("[data-call]") || !NUMBER.test(number)) return;
    const link = document.createElement("a");
    link.className = "button call";
    link.href = "tel:" + number.replace(/[\s-]/g, "");
    link.textContent = "拨打 " + number;
    shown.textContent = "";
    shown.appendChild(link);
    link.focus();
  });

  const tab = document.querySelector(".tabs [aria-current]");
  if (tab) tab.parentNode.scrollLeft = tab.offsetLeft - tab.parentNode.offsetLeft - 16;
})();
