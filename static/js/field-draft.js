/* What was typed outlives a failed send, a closed page and an ended session.
   On the phone: every <form data-draft="address">, kept in the browser for a week at most.
   At a desk (<body data-drafts="tab">): every POST form, kept in this tab alone and gone with it.
   For one person only; it goes when the server says that the form arrived (surfaces/drafts.py), when the queue has the
   whole form (offline-queue.js), when the person leaves in any tab, and when somebody else comes in. Passwords and files
   are never kept. */
(function () {
  "use strict";

  const PREFIX = "draft:";
  const KEPT_FOR = 7 * 24 * 3600 * 1000;
  const mine = PREFIX + document.body.dataset.person + ":";
  const LEFT = "drafts-left";
  const inTab = document.body.dataset.drafts === "tab";

  function storage(name) {
    try { return window[name]; } catch (refused) { return null; }
  }

  const kept = storage(inTab ? "sessionStorage" : "localStorage");
  const shared = storage("localStorage");
  if (!kept) return;

  function read(key) {
    try { return JSON.parse(kept.getItem(key)); } catch (broken) { return null; }
  }

  function drop(unwanted) {
    Object.keys(kept).forEach(function (key) {
      if (key.startsWith(PREFIX) && unwanted(key)) kept.removeItem(key);
    });
  }

  // Drafts of somebody else, and old ones.
  drop(function (key) {
    const draft = read(key);
    return !key.startsWith(mine) || !draft || Date.now() - draft.at > KEPT_FOR;
  });

  // The server has what this form held.
  const arrived = document.cookie.match(/(?:^|; )draft_done=([^;]*)/);
  if (arrived) {
    kept.removeItem(mine + decodeURIComponent(arrived[1].replace(/^"|"$/g, "")));
    document.cookie = "draft_done=; max-age=0; path=/; samesite=lax";
  }

  document.addEventListener("submit", function (event) {
    if (!event.target.matches("[data-forget-drafts]")) return;
    drop(function () { return true; });
    if (shared) shared.setItem(LEFT, String(Date.now()));
  });

  // The person left in another tab.
  window.addEventListener("storage", function (event) {
    if (event.key === LEFT) drop(function () { return true; });
  });

  function tell(form, key) {
    const note = document.createElement("div");
    note.className = "message";
    note.setAttribute("role", "status");
    const words = document.createElement("div");
    words.textContent = "上次没有发出去的内容已经找回来了。";
    const clear = document.createElement("button");
    clear.type = "button";
    clear.className = "link-button";
    clear.textContent = "清空重填";
    clear.addEventListener("click", function () {
      kept.removeItem(key);
      if (!form.closest("dialog")) return location.reload();
      form.reset();
      note.remove();
    });
    words.appendChild(clear);
    note.appendChild(words);
    form.before(note);
  }

  // The address that shows and takes this form; null for forms whose text is not kept.
  function address(form) {
    if (form.dataset.draft) return form.dataset.draft;
    const typable = form.querySelector("textarea, select, input:not([type]), input[type=text], input[type=tel], input[type=date], input[type=number]");
    const writes = (form.getAttribute("method") || "").toLowerCase() === "post";
    if (!inTab || !writes || !typable || form.hasAttribute("data-forget-drafts")) return null;
    const at = new URL(form.getAttribute("hx-post") || form.getAttribute("action") || location.href, location.href);
    return at.pathname + at.search;
  }

  function keep(form) {
    const where = address(form);
    if (!where || form.dataset.kept) return;
    form.dataset.kept = "1";
    const key = mine + where;
    const draft = read(key);
    if (draft && !form.querySelector(".error-summary")) {
      window.formValues.fill(form, draft.values);
      tell(form, key);
    }
    form.addEventListener("queue:kept", function () { kept.removeItem(key); });
    form.addEventListener("input", function () {
      try { kept.setItem(key, JSON.stringify({ at: Date.now(), values: window.formValues.read(form) })); } catch (full) { /* no room: nothing kept */ }
    });
  }

  function keepAll(root) {
    if (root.matches("form")) keep(root);
    root.querySelectorAll("form").forEach(keep);
  }

  keepAll(document.body);
  document.addEventListener("htmx:load", function (event) { keepAll(event.detail.elt); });

  // A form that htmx sent and that was taken; one that leads on is settled by the cookie.
  document.addEventListener("htmx:afterRequest", function (event) {
    const form = event.detail.elt;
    if (form.matches("form") && event.detail.successful && event.detail.xhr.status !== 422 && !endedAt(event.detail.xhr)) kept.removeItem(mine + address(form));
  });

  function endedAt(xhr) {
    const login = document.querySelector('meta[name="login-url"]');
    return login && new URL(xhr.responseURL || location.href).pathname === login.content;
  }
})();
