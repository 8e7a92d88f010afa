/* What was typed into <form data-draft="address"> outlives a failed send, a closed page and an ended session. It stays on
   this phone, for this person, a week at most; it goes when the server says that the form arrived (surfaces/field/drafts.py),
   when the person leaves, and when somebody else comes in. Photos are not kept. */
(function () {
  "use strict";

  const PREFIX = "draft:";
  const KEPT_FOR = 7 * 24 * 3600 * 1000;
  const mine = PREFIX + document.body.dataset.person + ":";
  const NEVER_KEPT = ["csrfmiddlewaretoken", "seen"];

  function storage() {
    try { return window.localStorage; } catch (refused) { return null; }
  }

  const kept = storage();
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
    if (event.target.matches("[data-forget-drafts]")) drop(function () { return true; });
  });

  function inputs(form) {
    return Array.from(form.elements).filter(function (input) {
      return input.name && !NEVER_KEPT.includes(input.name) && !["file", "password", "submit"].includes(input.type);
    });
  }

  function typed(form) {
    const values = {};
    inputs(form).forEach(function (input) {
      const list = values[input.name] = values[input.name] || [];
      if (input.tagName === "SELECT") list.push.apply(list, Array.from(input.selectedOptions, function (one) { return one.value; }));
      else if (!["radio", "checkbox"].includes(input.type) || input.checked) list.push(input.value);
    });
    return values;
  }

  function fill(form, values) {
    inputs(form).forEach(function (input) {
      const list = values[input.name];
      if (!list) return;
      if (input.tagName === "SELECT") Array.from(input.options).forEach(function (one) { one.selected = list.includes(one.value); });
      else if (["radio", "checkbox"].includes(input.type)) input.checked = list.includes(input.value);
      else if (list.length) input.value = list[0];
      const fold = input.closest("details");
      if (fold && input.type !== "radio" && input.value) fold.open = true;
    });
  }

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
      location.reload();
    });
    words.appendChild(clear);
    note.appendChild(words);
    form.before(note);
  }

  document.querySelectorAll("form[data-draft]").forEach(function (form) {
    const key = mine + form.dataset.draft;
    const draft = read(key);
    if (draft && !form.querySelector(".error-summary")) {
      fill(form, draft.values);
      tell(form, key);
    }
    form.addEventListener("input", function () {
      try { kept.setItem(key, JSON.stringify({ at: Date.now(), values: typed(form) })); } catch (full) { /* no room: nothing kept */ }
    });
  });
})();
