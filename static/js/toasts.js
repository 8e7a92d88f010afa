/* Short words at the foot of the page. The header HX-Trigger: {"toast": "已保存"} shows one for a while; a refusal or a
   failure of an htmx call stays until it is closed, and what it would have replaced stays as it was. */
(function () {
  "use strict";

  const SHOWN_FOR = 5000;

  function toast(text, level) {
    const box = document.createElement("div");
    box.className = "toast";
    box.dataset.level = level;
    box.textContent = text;
    if (level === "error") {
      const close = document.createElement("button");
      close.type = "button";
      close.textContent = "知道了";
      close.addEventListener("click", function () { box.remove(); });
      box.appendChild(close);
    } else {
      setTimeout(function () { box.remove(); }, SHOWN_FOR);
    }
    document.querySelector(".toasts").appendChild(box);
  }

  // parts/refused.html says why; an answer without it is one of Django's own pages.
  function sentence(xhr) {
    const said = new DOMParser().parseFromString(xhr.responseText, "text/html").querySelector(".message");
    if (said) return said.textContent.trim();
    if (xhr.status === 403) return "你没有做这件事的权限。";
    if (xhr.status === 404) return "这条记录不存在，或不在你的管辖范围内。";
    return "系统没有办成这件事，请稍后再试；多次不行请告诉管理员。";
  }

  document.addEventListener("toast", function (event) { toast(event.detail.value, "info"); });
  document.addEventListener("htmx:sendError", function () { toast("网络不通，没有发送成功。请检查网络后再试。", "error"); });
  document.addEventListener("htmx:responseError", function (event) { toast(sentence(event.detail.xhr), "error"); });

  // The session has ended: the answer is the sign-in page, which belongs in the window and not in a fragment. It leads
  // back to the form that was being sent, whose text js/drafts.js kept, or else to this page.
  document.addEventListener("htmx:beforeSwap", function (event) {
    const login = document.querySelector('meta[name="login-url"]').content;
    const answered = new URL(event.detail.xhr.responseURL || location.href);
    if (answered.pathname !== login) return;
    event.detail.shouldSwap = false;
    const form = event.detail.requestConfig.elt.closest("dialog form[hx-post]");
    const onward = form ? form.getAttribute("hx-post") : location.pathname + location.search;
    const over = answered.searchParams.has("over") ? "&over=1" : "";
    location.assign(login + "?next=" + encodeURIComponent(onward) + over);
  });
})();
