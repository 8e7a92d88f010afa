/* A long <select data-narrow> gets a box to narrow it by a few typed characters. */
(function () {
  "use strict";

  const LONG = 12;

  function narrow(select) {
    if (select.dataset.narrowed || select.options.length <= LONG) return;
    select.dataset.narrowed = "1";
    const box = document.createElement("input");
    box.type = "search";
    box.className = "narrow";
    box.placeholder = "输入几个字，缩小范围";
    box.setAttribute("aria-label", "缩小可选范围");
    const all = Array.from(select.children).map(function (child) { return child.cloneNode(true); });
    box.addEventListener("input", function () { offer(select, all, box.value.trim()); });
    select.before(box);
  }

  // What is chosen already stays on offer, whatever is typed.
  function offer(select, all, text) {
    const chosen = Array.from(select.selectedOptions).map(function (option) { return option.value; });
    const kept = all.map(function (child) { return pruned(child, text, chosen); }).filter(Boolean);
    select.replaceChildren.apply(select, kept);
    Array.from(select.options).forEach(function (option) { option.selected = chosen.includes(option.value); });
    const first = select.querySelector('option:not([value=""])');
    if (first && text && !select.multiple && chosen.every(function (value) { return !value; })) first.selected = true;
  }

  function pruned(child, text, chosen) {
    if (child.tagName === "OPTION") {
      const wanted = !child.value || chosen.includes(child.value) || child.textContent.includes(text);
      return wanted ? child.cloneNode(true) : null;
    }
    const group = child.cloneNode(false);
    const whole = child.label.includes(text);
    Array.from(child.children).forEach(function (option) {
      const kept = whole ? option.cloneNode(true) : pruned(option, text, chosen);
      if (kept) group.appendChild(kept);
    });
    return group.children.length ? group : null;
  }

  function narrowAll(root) {
    root.querySelectorAll("select[data-narrow]").forEach(narrow);
  }

  narrowAll(document);
  document.addEventListener("htmx:load", function (event) { narrowAll(event.detail.elt); });
})();
