/* The service worker of the field surface (surfaces/field/offline.py puts VERSION, SHELL, OFFLINE_PAGE and the shared
   scripts before it). Field pages come from the network and, when it fails or takes too long, out of the phone's own
   store; static files come from the phone. Nothing else is touched: no other surface, no file, no POST. */
"use strict";

const CACHE = "liaison-shell-";
const PATIENCE = 4000;

self.addEventListener("install", function (event) {
  const fresh = SHELL.map(function (url) { return new Request(url, { cache: "reload" }); });
  event.waitUntil(caches.open(CACHE + VERSION).then(function (cache) { return cache.addAll(fresh); }).then(function () { return self.skipWaiting(); }));
});

// The version before stays: kept pages may still ask for its files until they are fetched anew.
self.addEventListener("activate", function (event) {
  event.waitUntil(caches.keys().then(function (names) {
    const older = names.filter(function (name) { return name.startsWith(CACHE) && name !== CACHE + VERSION; });
    return Promise.all(older.slice(0, -1).map(function (name) { return caches.delete(name); }));
  }).then(function () { return self.clients.claim(); }));
});

self.addEventListener("fetch", function (event) {
  const request = event.request;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate") {
    if (request.url.startsWith(self.registration.scope)) event.respondWith(page(request, url.pathname + url.search));
  } else if (SHELL.includes(url.pathname)) {
    event.respondWith(shell(request, url.pathname));
  }
});

async function shell(request, path) {
  const cache = await caches.open(CACHE + VERSION);
  return await cache.match(path) || await caches.match(path) || fetch(request);
}

async function page(request, address) {
  const live = fetch(request).catch(function () { return null; });
  const late = new Promise(function (resolve) { setTimeout(resolve, PATIENCE, null); });
  const first = await Promise.race([live, late]);
  if (first && first.status < 500) return first;
  return await kept(address) || await live || caches.match(OFFLINE_PAGE);
}

async function kept(address) {
  if (!self.fieldStore.usable) return null;
  const found = await self.fieldStore.page(address);
  if (!found) return null;
  const html = found.html.replace("<html", '<html data-stored-at="' + found.at + '"');
  const headers = { "Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store" };
  if (found.policy) headers["Content-Security-Policy"] = found.policy;
  return new Response(html, { headers: headers });
}
