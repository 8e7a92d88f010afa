/* What was typed outlives a failed send, a closed page and an ended session.
   On the phone: every <form data-draft="address">, sealed as the day is (offline-drafts.js); in a browser that cannot seal
   it stays in its tab. At a desk and on pages without an account (<body data-drafts="tab">): every POST form, in this tab
   alone and gone with it.
   For one person only; it goes when the server says that the form arrived (surfaces/drafts.py), when the queue has the
   whole form (offline-queue.js), when the person leaves in any tab, and when somebody else comes in. Passwords and files
   are never kept. */
(function () {
  "use strict";

  const PREFIX = "draft:";
  const KEPT_FOR = 7 * 24 * 3600 * 1000;
  const mine = PREFIX + document.body.dataset.person + ":";
  const LEFT = "drafts-left";
  const everyForm = document.body.dataset.drafts === "tab";
  const sealed = window.sealedDrafts;

  function storage(name) {
    try { return window[name]; } catch (refused) { return null; }
  }

  const tab = storage("sessionStorage");
  const shared = storage("localStorage");
  if (!tab && !sealed) return;

  function readTab(key) {
    try { return JSON.parse(tab.getItem(key)); } catch (broken) { return null; }
  }

  function writeTab(where, values) {
    try { tab.setItem(mine + where, JSON.stringify({ at: Date.now(), values: values })); } catch (full) { /* no room: nothing kept */ }
  }

  function dropTab(unwanted) {
    Object.keys(tab || {}).forEach(function (key) {
      if (key.startsWith(PREFIX) && unwanted(key)) tab.removeItem(key);
    });
  }

  async function read(where) {
    const draft = tab && readTab(mine + where);
    return draft ? draft.values : sealed ? sealed.read(where) : null;
  }

  async function write(where, values) {
    if (!sealed || !await sealed.write(where, values)) writeTab(where, values);
    else if (tab) tab.removeItem(mine + where);
  }

  function drop(where) {
    if (tab) tab.removeItem(mine + where);
    return sealed ? sealed.drop(where) : null;
  }

  function dropAll() {
    dropTab(function () { return true; });
    if (sealed) sealed.dropAll();
  }

  // Drafts of somebody else, and old ones.
  dropTab(function (key) {
    const draft = readTab(key);
    return !key.startsWith(mine) || !draft || Date.now() - draft.at > KEPT_FOR;
  });
  if (sealed) sealed.tidy(shared ? Number(shared.getItem(LEFT)) : 0);

  // The server has what this form held.
  const arrived = document.cookie.match(/(?:^|; )draft_done=([^;]*)/);
  if (arrived) {
    drop(decodeURIComponent(arrived[1].replace(/^"|"$/g, "")));
    document.cookie = "draft_done=; max-age=0; path=/; samesite=lax";
  }

  document.addEventListener("submit", function (event) {
    if (!event.target.matches("[data-forget-drafts]")) return;
    dropAll();
    if (shared) shared.setItem(LEFT, String(Date.now()));
  });

  // The person left in another tab.
  window.addEventListener("storage", function (event) {
    if (event.key === LEFT) dropAll();
  });

  function tell(form, where) {
    const note = document.createElement("div");
    note.className = "message";
    note.setAttribute("role", "status");
    const words = document.createElement("div");
    words.textContent = "上次没有发出去的内容已经找回来了。";
    const clear = document.createElement("button");
    clear.type = "button";
    clear.className = "link-button";
    clear.textContent = "清空重填";
    clear.addEventListener("click", async function () {
      await drop(where);
      if (!form.closest("dialog")) { location.reload(); return; }
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
    if (!everyForm || !writes || !typable || form.hasAttribute("data-forget-drafts")) return null;
    const at = new URL(form.getAttribute("hx-post") || form.getAttribute("action") || location.href, location.href);
    return at.pathname + at.search;
  }

  async function restore(form, where) {
    const values = await read(where);
    if (!values || form.dataset.typed || form.dataset.editing || form.querySelector(".error-summary")) return;
    window.formValues.fill(form, values);
    tell(form, where);
  }

  function keep(form) {
    const where = address(form);
    if (!where || form.dataset.kept) return;
    form.dataset.kept = "1";
    restore(form, where);
    form.addEventListener("queue:kept", function () { drop(where); });
    form.addEventListener("input", function () {
      form.dataset.typed = "1";
      write(where, window.formValues.read(form));
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
    if (form.matches("form") && event.detail.successful && event.detail.xhr.status !== 422 && !endedAt(event.detail.xhr)) drop(address(form));
  });

  function endedAt(xhr) {
    const login = document.querySelector('meta[name="login-url"]');
    return login && new URL(xhr.responseURL || location.href).pathname === login.content;
  }
})();
