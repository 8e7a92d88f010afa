/* The day pack: with a signal, the pages of the person's own day are fetched and kept sealed on this phone; the service
   worker shows them when the signal is gone. What the server no longer lists is dropped. */
(function () {
  "use strict";

  const store = window.fieldStore;
  const body = document.body;
  const person = Number(body.dataset.person);
  const ENOUGH = 5 * 60 * 1000;
  const AT_ONCE = 2;
  const MOST_FOLLOWED = 10;
  const TOLD_EACH = 20;

  if (!store.usable || !navigator.serviceWorker) return;
  navigator.serviceWorker.register(body.dataset.worker, { scope: body.dataset.scope });

  function told() { document.dispatchEvent(new CustomEvent("queue:changed")); }

  async function isFresh() {
    const holder = await store.holder();
    const pack = await store.get("pack");
    const known = holder && holder.person === person && pack && pack.whole && Date.now() - pack.at < ENOUGH;
    const stale = await store.get("stale") || [];
    return known && !stale.length;
  }

  async function refresh() {
    if (!navigator.onLine || await isFresh()) return;
    const hello = await window.fieldServer.hello();
    if (hello.state === "signin") { await store.wipe(); told(); return; }
    if (hello.state !== "ok" || hello.person !== person) return;
    const holder = await store.admit(person, hello.key, hello.hours);
    const stale = await store.get("stale") || [];
    await store.set("stale", []);
    await fetchAll(holder, hello, stale);
    told();
  }

  async function fetchAll(holder, hello, stale) {
    const pack = { known: new Map(), wanted: new Set(), bytes: 0, failed: false, followed: 0 };
    (await store.pages()).forEach(function (page) { pack.known.set(page.url, page); pack.bytes += page.bytes; });
    const open = hello.pages.slice();
    await dropOthers(pack, hello.pages);
    async function work() {
      while (open.length && !pack.failed) {
        const one = open.shift(); // before anything is waited for: the others take from the same list
        if (pack.wanted.size % TOLD_EACH === 0) await progress(pack.wanted.size, open.length + 1);
        await take(one, open, pack, holder, hello, stale);
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    if (pack.failed) return;
    await store.dropPages(Array.from(pack.known.keys()).filter(function (url) { return !pack.wanted.has(url); }));
    await store.set("pack", { at: Date.now(), whole: true });
  }

  async function progress(done, open) {
    await store.set("pack", { at: Date.now(), whole: false, done: done, all: done + open });
    told();
  }

  // At once, so that nothing of a household handed over stays until the rest is fetched; lists follow on to further pages.
  async function dropOthers(pack, listed) {
    const urls = new Set(listed.map(function (one) { return one.url; }));
    const gone = Array.from(pack.known.values()).filter(function (page) { return !urls.has(page.url) && !page.further; });
    await store.dropPages(gone.map(function (page) { return page.url; }));
    gone.forEach(function (page) { pack.known.delete(page.url); pack.bytes -= page.bytes; });
  }

  async function take(one, open, pack, holder, hello, stale) {
    pack.wanted.add(one.url);
    const before = pack.known.get(one.url);
    const old = !before || before.version !== hello.version || Date.now() - before.at > one.fresh * 1000;
    let next = before ? before.next : "";
    if (old || touched(one, stale)) {
      const page = await load(one.url);
      if (!page) { pack.failed = true; return; }
      if (page.status === 200 && pack.bytes + page.html.length < hello.bytes) {
        next = nextOf(page.html, one);
        const kept = { url: one.url, version: hello.version, policy: page.policy, next: next, further: Boolean(one.further) };
        if (!await store.keepPage(holder, kept, page.html)) { pack.failed = true; return; }
        pack.bytes += page.html.length;
      }
    }
    if (one.list && next && pack.followed < MOST_FOLLOWED) {
      pack.followed += 1;
      open.push(Object.assign({}, one, { url: next, further: true }));
    }
  }

  // After something was sent: the lists, and the household it belongs to.
  function touched(one, stale) {
    return stale.length && (one.list || stale.some(function (url) { return url.startsWith(one.url); }));
  }

  async function load(url) {
    try {
      const answer = await fetch(url, { credentials: "same-origin", redirect: "manual", headers: { "X-Day-Pack": "1" } });
      if (answer.type === "opaqueredirect" || answer.status >= 500) return null;
      return { status: answer.status, policy: answer.headers.get("Content-Security-Policy") || "", html: await answer.text() };
    } catch (unreachable) {
      return null;
    }
  }

  function nextOf(html, one) {
    const link = one.list && new DOMParser().parseFromString(html, "text/html").querySelector("a[rel=next]");
    if (!link) return "";
    const url = new URL(link.getAttribute("href"), location.origin + one.url);
    return url.pathname + url.search;
  }

  function inOneTab() {
    if (!navigator.locks) return refresh();
    return navigator.locks.request("liaison-pack", { ifAvailable: true }, function (lock) { return lock ? refresh() : null; });
  }

  // A page that was left behind by somebody else's session keeps nothing of theirs.
  store.holder().then(function (holder) {
    return holder && holder.person !== person ? store.wipe() : null;
  }).then(inOneTab);
  window.addEventListener("online", inOneTab);
})();
