/* What this phone keeps of the person signed in: the pages of their day, and forms that are not sent yet. All of it is
   sealed (AES-GCM) with the person's key, which the server gives and the browser never hands out again. Pages and key go
   at logout, when somebody else comes in, and when the phone has not met the server for too long; forms stay, and only
   their person's key opens them again. Half-typed text outlives an ended session in the same way, but not its person's
   leaving, nor somebody else, nor too long a time. Shared by the pages and the service worker. */
(function (scope) {
  "use strict";

  const usable = Boolean(scope.idb && scope.indexedDB && scope.crypto && scope.crypto.subtle && scope.TextEncoder);
  const SENT_KEPT = 60;
  let opened = null;

  function base() {
    opened = opened || scope.idb.openDB("liaison-field", 2, {
      upgrade: function (db, was) {
        if (was < 1) {
          db.createObjectStore("state");
          db.createObjectStore("pages", { keyPath: "url" });
          db.createObjectStore("queue", { keyPath: "id" });
        }
        db.createObjectStore("drafts", { keyPath: "url" });
      },
      blocking: function (was, wanted, event) { event.target.close(); opened = null; },
      terminated: function () { opened = null; },
    });
    return opened;
  }

  async function seal(key, bytes) {
    const iv = scope.crypto.getRandomValues(new Uint8Array(12));
    return { iv: iv, data: await scope.crypto.subtle.encrypt({ name: "AES-GCM", iv: iv }, key, bytes) };
  }

  function unseal(key, sealed) {
    return scope.crypto.subtle.decrypt({ name: "AES-GCM", iv: sealed.iv }, key, sealed.data);
  }

  async function sealWords(key, words) {
    return seal(key, new TextEncoder().encode(words));
  }

  async function unsealWords(key, sealed) {
    return new TextDecoder().decode(await unseal(key, sealed));
  }

  // Pages and key; what is not sent stays sealed.
  async function wipe() {
    const change = (await base()).transaction(["state", "pages"], "readwrite");
    change.objectStore("state").delete("holder");
    change.objectStore("state").delete("pack");
    change.objectStore("pages").clear();
    await change.done;
  }

  // Whose phone it is now: {person, key, at, until}, or nothing.
  async function holder() {
    const found = await (await base()).get("state", "holder");
    if (!found || found.until > Date.now()) return found || null;
    await wipe();
    return null;
  }

  async function admit(person, encoded, hours) {
    const before = await holder();
    if (before && before.person !== person) await wipe();
    const raw = Uint8Array.from(atob(encoded), function (letter) { return letter.charCodeAt(0); });
    const key = await scope.crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);
    const now = Date.now();
    const admitted = { person: person, key: key, at: now, until: now + hours * 3600 * 1000 };
    await (await base()).put("state", admitted, "holder");
    return admitted;
  }

  // False when the person has left meanwhile: nothing is kept behind their back.
  async function keepPage(whose, page, html) {
    const sealed = await sealWords(whose.key, html);
    const change = (await base()).transaction(["state", "pages"], "readwrite");
    const now = await change.objectStore("state").get("holder");
    const stays = Boolean(now && now.person === whose.person);
    if (stays) change.objectStore("pages").put(Object.assign({ at: Date.now(), bytes: sealed.data.byteLength, sealed: sealed }, page));
    await change.done;
    return stays;
  }

  async function page(url) {
    const whose = await holder();
    const found = whose && await (await base()).get("pages", url);
    return found ? Object.assign({ html: await unsealWords(whose.key, found.sealed) }, found) : null;
  }

  async function pages() {
    return (await base()).getAll("pages");
  }

  async function dropPages(urls) {
    const change = (await base()).transaction("pages", "readwrite");
    urls.forEach(function (url) { change.store.delete(url); });
    await change.done;
  }

  async function get(name) {
    return (await base()).get("state", name);
  }

  async function set(name, value) {
    await (await base()).put("state", value, name);
  }

  // False when the person has left meanwhile.
  async function keepDraft(whose, url, values) {
    const sealed = await sealWords(whose.key, JSON.stringify(values));
    const change = (await base()).transaction(["state", "drafts"], "readwrite");
    const now = await change.objectStore("state").get("holder");
    const stays = Boolean(now && now.person === whose.person);
    const draft = { url: url, person: whose.person, at: Date.now(), until: whose.until, sealed: sealed };
    if (stays) change.objectStore("drafts").put(draft);
    await change.done;
    return stays;
  }

  async function draft(url) {
    return (await base()).get("drafts", url);
  }

  async function dropDraft(url) {
    await (await base()).delete("drafts", url);
  }

  async function dropDrafts() {
    await (await base()).clear("drafts");
  }

  // Of somebody else, too old, or from before its person left. Person 0: whoever comes next.
  async function tidyDrafts(person, left) {
    const change = (await base()).transaction("drafts", "readwrite");
    (await change.store.getAll()).forEach(function (one) {
      const foreign = person && one.person !== person;
      if (foreign || one.until < Date.now() || one.at < left) change.store.delete(one.url);
    });
    await change.done;
  }

  /* A form that waits: {id, person, at, state, faults} in clear, {url, page, label, fields, names, sentences} sealed, and
     each file sealed. `at` is when the button was pressed; an item put again keeps its place and its time. */
  async function put(key, item, words, files) {
    const sealedFiles = [];
    for (const file of files) sealedFiles.push(await seal(key, await new Response(file).arrayBuffer()));
    const sealed = await sealWords(key, JSON.stringify(words));
    const change = (await base()).transaction(["state", "queue"], "readwrite");
    const before = await change.objectStore("queue").get(item.id);
    const last = await change.objectStore("state").get("place") || 0;
    const place = before ? before.place : last + 1;
    if (!before) change.objectStore("state").put(place, "place");
    const kept = { place: place, at: before ? before.at : item.at, state: "waiting", faults: 0, sealed: sealed, files: sealedFiles };
    change.objectStore("queue").put(Object.assign({}, item, kept));
    await change.done;
  }

  async function items(person) {
    const all = await (await base()).getAll("queue");
    return all.filter(function (one) { return one.person === person; })
      .sort(function (a, b) { return a.place - b.place; });
  }

  async function item(id) {
    return (await base()).get("queue", id);
  }

  // What an item holds, in clear; nothing when this key does not open it.
  async function read(key, item) {
    try { return JSON.parse(await unsealWords(key, item.sealed)); } catch (foreign) { return null; }
  }

  async function readFiles(key, item, words) {
    const found = [];
    for (let i = 0; i < item.files.length; i += 1) {
      found.push({ name: words.names[i].name, file: new File([await unseal(key, item.files[i])], words.names[i].file, { type: words.names[i].type }) });
    }
    return found;
  }

  // Held back with what the server said, until its person has looked at it.
  async function hold(key, item, words, sentences) {
    const sealed = await sealWords(key, JSON.stringify(Object.assign({}, words, { sentences: sentences })));
    await (await base()).put("queue", Object.assign({}, item, { state: "held", sealed: sealed }));
  }

  async function fault(item) {
    await (await base()).put("queue", Object.assign({}, item, { faults: item.faults + 1 }));
  }

  // Gone from the queue because it has arrived; where it led to is remembered for the page that waits for it.
  async function settle(id, url) {
    const change = (await base()).transaction(["state", "queue"], "readwrite");
    const sent = await change.objectStore("state").get("sent") || [];
    change.objectStore("queue").delete(id);
    change.objectStore("state").put(sent.concat({ id: id, url: url }).slice(-SENT_KEPT), "sent");
    await change.done;
  }

  async function discard(id) {
    await (await base()).delete("queue", id);
  }

  scope.fieldStore = {
    usable: usable, wipe: wipe, holder: holder, admit: admit, keepPage: keepPage, page: page, pages: pages,
    dropPages: dropPages, get: get, set: set, put: put, items: items, item: item, read: read, readFiles: readFiles,
    hold: hold, fault: fault, settle: settle, discard: discard,
    keepDraft: keepDraft, draft: draft, dropDraft: dropDraft, dropDrafts: dropDrafts, tidyDrafts: tidyDrafts,
  };
})(self);
