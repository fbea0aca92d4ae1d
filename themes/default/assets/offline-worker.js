// The service worker: what was read works without a network, and so does search once somebody has searched. `sw.js` tells
// how many bytes the index may take and loads this.
"use strict";
const LIMIT = self.annalsOffline;
const INDEX = "annals-index-", VISITED = "annals-visited";
/** So many pages and assets are kept of those read, the oldest go first. */
const KEPT = 300;
/** How long a page may take before the kept copy is shown. */
const PATIENCE = 2000;
const scope = new URL("./", self.location);

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("message", (event) => event.waitUntil(keep(event.data?.urls ?? [])));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== scope.origin || !url.pathname.startsWith(scope.pathname)) return;
  const path = url.pathname.slice(scope.pathname.length);
  if (/^(?:sw\.js|search\/files\.json)$/.test(path)) return;
  if (/^search\/[a-z]-\w+\.js$/.test(path)) event.respondWith(first(kept(request), () => fetch(request)));
  else if (path === "search/root.js") event.respondWith(fresh(request, false));
  else if (path.startsWith("assets/")) event.respondWith(first(kept(request), () => visit(request)));
  else if (request.mode === "navigate") event.respondWith(fresh(request, true));
});

const first = async (promise, otherwise) => (await promise) ?? otherwise();

/** What a cache has of a request. A query only tells a retry from the first try, or what is searched for on a page. */
async function kept(request) {
  for (const name of await indexes()) {
    const found = await (await caches.open(name)).match(request, { ignoreSearch: true });
    if (found) return found;
  }
  return (await caches.open(VISITED)).match(request, { ignoreSearch: true });
}

/** The list of an index's files is kept last: an index that has it is whole. */
const LIST = new URL("search/files.json", scope).href;
async function indexes() {
  const names = (await caches.keys()).filter((name) => name.startsWith(INDEX));
  const whole = await Promise.all(names.map(async (name) => (await caches.open(name)).match(LIST)));
  return names.filter((_, at) => whole[at]);
}

/** Fetches and keeps. */
async function visit(request) {
  const response = await fetch(request);
  if (response.ok && response.type === "basic") {
    const cache = await caches.open(VISITED);
    await cache.put(request, response.clone());
    const keys = await cache.keys();
    await Promise.all(keys.slice(0, Math.max(0, keys.length - KEPT)).map((key) => cache.delete(key)));
  }
  return response;
}

/** From the network if it answers in time, else as it was kept. */
async function fresh(request, keeping) {
  const network = keeping ? visit(request) : fetch(request);
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE));
  const answer = await Promise.race([network, late]).catch(() => undefined);
  return answer ?? first(kept(request), () => network);
}

/** Which build's index has no room, so that it is not fetched each time to find that out. */
const LARGE = LIST + "?large";

let keeping;
/** Keeps the whole index of the newest build, and what the page that asks was made from. */
async function keep(urls) {
  const visited = await caches.open(VISITED);
  for (const url of urls) if (!(await visited.match(url))) await visited.add(url).catch(() => {});
  await (keeping ??= keepIndex().catch(() => {}).finally(() => { keeping = undefined; }));
}

/** Never a half: what can't be had, or is of another build than the rest, leaves the index before in its place. */
async function keepIndex() {
  const list = async () => {
    const response = await fetch(LIST, { cache: "no-cache" });
    if (!response.ok) throw new Error("no list");
    return response;
  };
  const response = await list();
  const { id, needed, texts } = await response.clone().json();
  const name = INDEX + id;
  if ((await indexes()).includes(name)) return;
  const visited = await caches.open(VISITED);
  if ((await (await visited.match(LARGE))?.text()) === id) return;
  await caches.delete(name);
  const cache = await caches.open(name);
  let room = LIMIT;
  /** Fetches files and keeps them; whether there was room for all. */
  const add = async (files) => {
    for (let at = 0; at < files.length; at += 8) {
      await Promise.all(files.slice(at, at + 8).map(async (file) => {
        const found = await fetch(new URL(`search/${file}.js`, scope), { cache: file === "root" ? "no-cache" : "default" });
        if (!found.ok) throw new Error(file);
        room -= (await found.clone().blob()).size;
        if (room >= 0) await cache.put(found.url, found);
      }));
      if (room < 0) return false;
    }
    return true;
  };
  if (await add(needed)) {
    // Without texts there are results, but no excerpts.
    if (!(await add(texts))) for (const file of texts) await cache.delete(new URL(`search/${file}.js`, scope));
    if ((await (await list()).json()).id !== id) throw new Error("published in between");
    await cache.put(LIST, response);
  } else {
    await caches.delete(name);
    await visited.put(LARGE, new Response(id));
  }
  const others = (await caches.keys()).filter((other) => other.startsWith(INDEX) && other !== name);
  await Promise.all(others.map((other) => caches.delete(other)));
}
