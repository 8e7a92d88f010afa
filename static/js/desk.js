/* The desk: rows walked with j and k, an issue opened beside the list on a wide screen, ticks counted. Without this
   script every title is a link and every button works. */
(function () {
  "use strict";

  const desk = document.querySelector("[data-desk]");
  const WIDE = window.matchMedia("(min-width: 75em)");

  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    if (event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]")) return;
    const act = KEYS[event.key];
    if (act && act(event) !== false) event.preventDefault();
  });

  const KEYS = {
    "/": function () { (document.querySelector(".filters [type=search]") || document.querySelector(".head-search input")).focus(); },
    "?": function () { document.getElementById("keys").showModal(); },
    j: function () { return step(1); },
    k: function () { return step(-1); },
    x: function () { return tick(); },
    Escape: function () { return close(); },
  };

  function rows() { return desk ? Array.from(desk.querySelectorAll("tbody tr")) : []; }

  function current() { return desk && desk.querySelector("tbody tr[data-current]"); }

  function step(by) {
    const all = rows();
    if (!all.length) return false;
    const at = all.indexOf(current());
    const next = all[Math.max(0, Math.min(all.length - 1, at < 0 ? 0 : at + by))];
    mark(next);
    next.querySelector("a.title").focus();
    next.scrollIntoView({ block: "nearest" });
    if (!pane.hidden) open(next.querySelector("a.title"));
  }

  function mark(row) {
    rows().forEach(function (each) { each.removeAttribute("data-current"); });
    row.setAttribute("data-current", "");
  }

  function tick() {
    const box = current() && current().querySelector("[name=issue]");
    if (!box) return false;
    box.click();
  }

  if (!desk) return;
  const pane = document.getElementById("pane");

  function address(issue) {
    const url = new URL(location.href);
    if (issue) url.searchParams.set("open", issue); else url.searchParams.delete("open");
    history.replaceState(history.state, "", url);
  }

  function open(link) {
    mark(link.closest("tr"));
    pane.hidden = false;
    desk.setAttribute("data-open", "");
    address(link.closest("tr").querySelector("[name=issue]").value);
    window.htmx.ajax("GET", link.href, { source: link, target: "#pane", swap: "innerHTML" });
  }

  function close() {
    if (pane.hidden) return false;
    pane.hidden = true;
    pane.textContent = "";
    desk.removeAttribute("data-open");
    address("");
    if (current()) current().querySelector("a.title").focus();
  }

  desk.addEventListener("click", function (event) {
    if (event.target.closest("[data-pane-close]")) { close(); return; }
    const link = event.target.closest("tbody a.title");
    if (!link || !WIDE.matches || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    open(link);
  });

  const boxes = Array.from(desk.querySelectorAll("[name=issue]"));
  const all = desk.querySelector("[data-tick-all]");

  function count() {
    const ticked = boxes.filter(function (box) { return box.checked; }).length;
    desk.querySelector("[data-ticked]").textContent = ticked ? "已勾选" + ticked + "件" : "勾选后可以一起办理";
    all.checked = ticked === boxes.length;
    all.indeterminate = ticked > 0 && ticked < boxes.length;
  }

  desk.addEventListener("change", function (event) {
    if (event.target === all) boxes.forEach(function (box) { box.checked = all.checked; });
    count();
  });
  count();

  // A page left with an issue open is shown so again.
  const wanted = new URL(location.href).searchParams.get("open");
  const box = boxes.find(function (each) { return each.value === wanted; });
  if (box && WIDE.matches) open(box.closest("tr").querySelector("a.title"));
})();
