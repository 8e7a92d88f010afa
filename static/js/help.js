/* 帮助 opened at the side of the page, so that a form that is being filled in stays as it is. Without this script, and
   on a narrow screen, the link opens the same words in a tab of their own. */
(function () {
  "use strict";

  const WIDE = window.matchMedia("(min-width: 75em)");
  const panel = document.getElementById("beside");
  const link = document.querySelector("[data-help]");
  if (!panel || !link) return;

  function close() {
    panel.hidden = true;
    document.body.removeAttribute("data-beside");
    link.focus();
  }

  function head() {
    const bar = document.createElement("div");
    bar.className = "beside-head";
    const title = document.createElement("strong");
    title.textContent = "帮助";
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button slim";
    button.textContent = "关闭";
    button.addEventListener("click", close);
    bar.append(title, button);
    return bar;
  }

  link.addEventListener("click", function (event) {
    if (!WIDE.matches || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (!panel.hidden) return close();
    window.htmx.ajax("GET", link.href, { source: link, target: panel, swap: "innerHTML" }).then(function () {
      if (!panel.childElementCount) return;
      panel.prepend(head());
      panel.hidden = false;
      document.body.setAttribute("data-beside", "");
      panel.focus();
    });
  });

  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape" && !panel.hidden && !document.querySelector("dialog[open]")) close();
  });
})();
