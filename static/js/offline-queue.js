/* <form data-offline="what it is"> is written into the phone's queue first and sent then, so that neither a lost signal nor
   a killed page nor a failing server loses it. One sender at a time over all tabs, in the order of doing; the server accepts
   each form once (surfaces/field/arrivals.py). Needs the person's key on this phone: without it the form goes as any other. */
(function () {
  "use strict";

  const store = window.fieldStore;
  const body = document.body;
  const person = Number(body.dataset.person);
  const OPEN = "queue:open";
  const PATIENCE = 20000;
  const MOST_FAULTS = 5;
  const FIRST_PAUSE = 5000;
  const LONGEST_PAUSE = 10 * 60 * 1000;
  const LOOK_AGAIN = 30000;
  const channel = window.BroadcastChannel ? new BroadcastChannel("liaison-queue") : null;
  if (!store.usable) return;

  function here() { return location.pathname + location.search; }

  function address(form) {
    const url = new URL(form.getAttribute("action") || here(), location.href);
    return url.pathname + url.search;
  }

  function uuid() {
    return spelt(crypto.getRandomValues(new Uint8Array(16)));
  }

  function spelt(bytes) {
    bytes[6] = bytes[6] & 15 | 64;
    bytes[8] = bytes[8] & 63 | 128;
    const hex = Array.from(bytes, function (byte) { return (byte + 256).toString(16).slice(1); }).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  }

  function renew(form) {
    if (form.elements.client_id) form.elements.client_id.value = uuid();
  }

  // A page out of the phone's store may be opened many times: each time it is another form.
  const forms = Array.from(document.querySelectorAll("form[data-offline]"));
  if (document.documentElement.dataset.storedAt) forms.forEach(renew);

  async function mine() {
    const holder = await store.holder();
    return holder && holder.person === person ? holder : null;
  }

  function changed(elsewhere) {
    document.dispatchEvent(new CustomEvent("queue:changed"));
    if (channel && !elsewhere) channel.postMessage("changed");
  }

  if (channel) channel.onmessage = function () { changed(true); };

  /* Into the queue */

  function release(form) {
    delete form.dataset.sent;
    form.querySelectorAll("button").forEach(function (each) { each.disabled = false; each.removeAttribute("aria-busy"); });
  }

  function isEmpty(box) {
    const inputs = Array.from(box.querySelectorAll("input, select, textarea"));
    return !inputs.some(function (input) {
      return ["radio", "checkbox"].includes(input.type) ? input.checked : input.value.trim();
    });
  }

  function complain(form, sentences, title) {
    const old = form.querySelector(".error-summary");
    if (old) old.remove();
    const box = document.createElement("div");
    box.className = "error-summary";
    box.setAttribute("role", "alert");
    box.tabIndex = -1;
    const head = document.createElement("h2");
    head.textContent = title;
    const list = document.createElement("ul");
    sentences.forEach(function (sentence) {
      const line = document.createElement("li");
      line.textContent = sentence;
      list.appendChild(line);
    });
    box.appendChild(head);
    box.appendChild(list);
    form.prepend(box);
    box.focus();
    return box;
  }

  // What must be filled in and is not: said at once, for without a signal the server cannot say it.
  function isComplete(form) {
    const missing = Array.from(form.querySelectorAll("[data-must]")).filter(isEmpty);
    if (missing.length) {
      complain(form, missing.map(function (box) { return box.dataset.must; }), "没有保存，请先改正下面的内容");
      missing[0].setAttribute("data-invalid", "");
    }
    return !missing.length;
  }

  function gather(form, button) {
    const words = { url: address(form), page: here(), label: form.dataset.offline, fields: [], names: [] };
    const files = [];
    new FormData(form).forEach(function (value, name) {
      if (value instanceof File) {
        if (!value.size) return;
        words.names.push({ name: name, file: value.name, type: value.type });
        files.push(value);
      } else if (name !== "csrfmiddlewaretoken") words.fields.push([name, value]);
    });
    if (button && button.name) words.fields.push([button.name, button.value]);
    return { words: words, files: files };
  }

  // The same words from the same page are the same form, though the page was left and come back to in between.
  async function keyOf(gathered) {
    const words = gathered.words;
    const from = words.fields.filter(function (pair) { return pair[0] === "sent_from"; });
    if (!from.length) return uuid();
    const said = words.fields.filter(function (pair) { return !/^(client_id|seen.*)$/.test(pair[0]); });
    const sizes = gathered.files.map(function (file) { return file.size; });
    const whole = new TextEncoder().encode(JSON.stringify([words.url, said, words.names, sizes]));
    return spelt(new Uint8Array(await crypto.subtle.digest("SHA-256", whole)).slice(0, 16));
  }

  async function keep(form, button) {
    const holder = await mine();
    if (!holder) { form.submit(); return; }
    if (!isComplete(form)) { release(form); return; }
    const gathered = gather(form, button);
    const id = form.dataset.editing || await keyOf(gathered);
    try {
      await store.put(holder.key, { id: id, person: person, at: Date.now() }, gathered.words, gathered.files);
    } catch (full) {
      complain(form, ["手机的存储空间不够，这一条还没有存下来。请清出空间，或到有信号的地方再保存。"], "没有保存");
      release(form);
      return;
    }
    form.dispatchEvent(new CustomEvent("queue:kept"));
    form.reset();
    delete form.dataset.editing;
    renew(form);
    changed();
    const late = new Promise(function (resolve) { setTimeout(resolve, PATIENCE); });
    await Promise.race([drain(id), late]);
    goOn(id);
  }

  // On to where the form led to, back to it when the server wants it corrected, else to the list of what waits.
  async function goOn(id) {
    const sent = (await store.get("sent") || []).find(function (one) { return one.id === id; });
    const item = await store.item(id);
    if (!item && sent) location.assign(sent.url);
    else if (item && item.state === "held") open(id);
    else location.assign(body.dataset.queue);
  }

  document.addEventListener("submit", function (event) {
    const form = event.target;
    if (!form.matches("form[data-offline]") || event.defaultPrevented) return;
    event.preventDefault();
    keep(form, event.submitter);
  });

  /* Out of the queue */

  let busy = null;

  // `shown`: the form somebody waits for; it is worth a try whatever happened before.
  function drain(shown) {
    if (!navigator.locks) {
      busy = (busy || Promise.resolve()).then(function () { return sendAll(shown); });
      return busy;
    }
    const options = shown ? {} : { ifAvailable: true };
    return navigator.locks.request("liaison-queue", options, function (lock) { return lock ? sendAll(shown) : null; });
  }

  async function waiting() {
    return (await store.items(person)).filter(function (one) { return one.state === "waiting"; });
  }

  async function pause() {
    const before = await store.get("pause") || { tries: 0 };
    const length = Math.min(FIRST_PAUSE * Math.pow(2, before.tries), LONGEST_PAUSE);
    await store.set("pause", { tries: before.tries + 1, until: Date.now() + length });
  }

  async function sendAll(shown) {
    const all = await waiting();
    const paused = await store.get("pause");
    if (!all.length || (!shown && paused && paused.until > Date.now())) return;
    const hello = await window.fieldServer.hello();
    const stranger = hello.state === "ok" && hello.person !== person;
    await store.set("server", stranger ? "signin" : hello.state);
    if (hello.state !== "ok" || stranger) {
      if (hello.state === "offline") await pause();
      changed();
      return;
    }
    const holder = await store.admit(person, hello.key, hello.hours);
    for (const item of all) {
      if (!await sendOne(holder.key, item, hello, item.id === shown)) { await pause(); changed(); return; }
      changed();
    }
    await store.set("pause", null);
    changed();
  }

  // False stops the round: what comes after waits for what was done before it.
  async function sendOne(key, item, hello, shown) {
    const words = await store.read(key, item);
    if (!words) { await store.hold(key, item, { label: "打不开的内容", fields: [], names: [] }, ["这一条不是用现在的密钥存的，打不开了。"]); return true; }
    const files = await store.readFiles(key, item, words);
    let answer = await window.fieldServer.form(item, words, files, hello.csrfmiddlewaretoken, shown);
    if (answer.status === 403) {
      // The token changes when somebody signs in elsewhere in this browser.
      const again = await window.fieldServer.hello();
      if (again.state === "ok" && again.person === person) answer = await window.fieldServer.form(item, words, files, again.csrfmiddlewaretoken, shown);
    }
    if (answer.state === "saved") await arrived(item, words, answer);
    else if (answer.state === "held") await store.hold(key, item, words, answer.sentences);
    else if (answer.state === "fault" && item.faults + 1 >= MOST_FAULTS) await store.hold(key, item, words, ["服务器几次都没有办成这一条。请打开再发；还不行请告诉管理员。"]);
    else {
      if (answer.state === "fault") await store.fault(item);
      await store.set("server", answer.state);
      return false;
    }
    return true;
  }

  // The pages kept of what was touched are old now: offline-pack.js fetches them again.
  async function arrived(item, words, answer) {
    await store.settle(item.id, answer.url);
    await store.set("stale", (await store.get("stale") || []).concat(words.url));
  }

  /* One that was held back, opened in its own form */

  async function open(id) {
    const holder = await mine();
    const item = await store.item(id);
    const words = holder && item && await store.read(holder.key, item);
    if (!words || !words.page) { location.assign(body.dataset.queue); return; }
    sessionStorage.setItem(OPEN, id);
    if (words.page === here()) location.reload();
    else location.assign(words.page);
  }

  async function reopen(id) {
    const holder = await mine();
    const item = await store.item(id);
    const words = holder && item && await store.read(holder.key, item);
    const form = words && forms.find(function (one) { return address(one) === words.url; });
    if (!form) return;
    const values = {};
    words.fields.forEach(function (pair) { (values[pair[0]] = values[pair[0]] || []).push(pair[1]); });
    window.formValues.fill(form, values);
    putFiles(form, await store.readFiles(holder.key, item, words));
    form.dataset.editing = id;
    const around = form.closest("details");
    if (around) around.open = true;
    const box = complain(form, words.sentences || [], "这一条还没有发出去，改好后再保存");
    box.appendChild(discardButton(id, function () { location.assign(body.dataset.queue); }));
  }

  function putFiles(form, files) {
    const inputs = new Map();
    files.forEach(function (one) {
      const input = form.elements[one.name];
      if (!input) return;
      if (!inputs.has(input)) inputs.set(input, new DataTransfer());
      inputs.get(input).items.add(one.file);
    });
    inputs.forEach(function (carrier, input) {
      input.files = carrier.files;
      const fold = input.closest("details");
      if (fold) fold.open = true;
    });
  }

  // Given up only after a second press.
  function discardButton(id, then) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button slim";
    button.textContent = "放弃这一条";
    button.addEventListener("click", async function () {
      if (!button.dataset.sure) {
        button.dataset.sure = "1";
        button.classList.add("danger");
        button.textContent = "确定放弃？再点一次就删除";
        return;
      }
      await store.discard(id);
      changed();
      then();
    });
    return button;
  }

  const toOpen = sessionStorage.getItem(OPEN);
  sessionStorage.removeItem(OPEN);
  if (toOpen) reopen(toOpen);

  /* When it is tried */

  async function retry() {
    await store.set("pause", null);
    return drain();
  }

  window.addEventListener("online", retry);
  document.addEventListener("visibilitychange", function () { if (!document.hidden) drain(); });
  setInterval(function () { if (navigator.onLine) drain(); }, LOOK_AGAIN);
  if (navigator.onLine) drain();

  window.fieldQueue = { mine: mine, items: function () { return store.items(person); }, open: open, retry: retry, discardButton: discardButton, changed: changed };
})();
