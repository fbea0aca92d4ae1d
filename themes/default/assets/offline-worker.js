// The service worker: what was read works without a network, and so do the pages of `offline.json` and search. `sw.js`
// tells how many bytes the index may take and the words for a page that is not kept, and loads this.
"use strict";
const { limit: LIMIT, words: WORDS } = self.annalsOffline;
const INDEX = "annals-index-", VISITED = "annals-visited", AHEAD = "annals-ahead";
/** So many pages and assets are kept of those read, the oldest go first. */
const KEPT = 300;
/** How long a page may take before the kept copy is shown. */
const PATIENCE = 2000;
/** An index of so many bytes is kept at the first visit, a larger one once somebody has searched. */
const SMALL = 3_000_000;
const scope = new URL("./", self.location);
const at = (path) => new URL(path, scope).href;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("message", (event) => event.waitUntil(keep(event.data ?? {}, event.source)));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== scope.origin || !url.pathname.startsWith(scope.pathname)) return;
  const path = url.pathname.slice(scope.pathname.length);
  if (/^(?:sw\.js|offline\.json|search\/files\.json)$/.test(path) || request.headers.has("range")) return;
  if (/^search\/[a-z]-\w+\.js$/.test(path)) event.respondWith(first(kept(request), () => fetch(request)));
  else if (path === "search/root.js") event.respondWith(newest(request));
  else if (path.startsWith("assets/")) event.respondWith(first(kept(request), () => visit(request)));
  else if (request.mode === "navigate") event.respondWith(page(event, request));
  else if (/^(?:image|script|style)$/.test(request.destination)) {
    event.respondWith(visit(request).catch(async (error) => first(kept(request), () => { throw error; })));
  }
});

const first = async (promise, otherwise) => (await promise) ?? otherwise();
const wait = (time) => new Promise((resolve) => setTimeout(resolve, time));

/** What is kept of a request, the newest. A query only tells a retry from the first try, or what is searched for on a page. */
async function kept(request) {
  for (const name of await indexes()) {
    const found = await (await caches.open(name)).match(request, { ignoreSearch: true });
    if (found) return found;
  }
  const copies = await Promise.all([VISITED, AHEAD].map(async (name) => (await caches.open(name)).match(request, { ignoreSearch: true })));
  return copies.filter(Boolean).sort((a, b) => saved(b).localeCompare(saved(a)))[0];
}

/** When a copy was kept. */
const saved = (copy) => copy.headers.get("Annals-Saved") ?? "";

/** A copy that tells when it was kept, and of which version it is. */
async function stamped(response, version = "") {
  const headers = { "Content-Type": response.headers.get("Content-Type") ?? "", "Annals-Saved": new Date().toISOString(), "Annals-Version": version };
  return new Response(await response.blob(), { headers });
}

/** The list of an index's files is kept last: an index that has it is whole. */
const LIST = at("search/files.json");
async function indexes() {
  const names = (await caches.keys()).filter((name) => name.startsWith(INDEX));
  const whole = await Promise.all(names.map(async (name) => (await caches.open(name)).match(LIST)));
  return names.filter((_, place) => whole[place]);
}

/** Fetches and keeps. */
async function visit(request) {
  const response = await fetch(request);
  if (response.ok && response.type === "basic") {
    const cache = await caches.open(VISITED);
    await cache.delete(request, { ignoreSearch: true });
    await cache.put(request, await stamped(response.clone()));
    const keys = await cache.keys();
    await Promise.all(keys.slice(0, Math.max(0, keys.length - KEPT)).map((key) => cache.delete(key)));
  }
  return response;
}

/** The index's root from the network if it answers in time, else as it was kept. */
async function newest(request) {
  const network = fetch(request);
  const answer = await Promise.race([network, wait(PATIENCE)]).catch(() => undefined);
  return answer ?? first(kept(request), () => network);
}

/**
 * A page from the network if it answers in time. Else a copy that says so: `data-saved` tells the page when it was kept and
 * `data-saved-why` why it is shown. If the network answers after all, the page is told whether it is another one.
 */
async function page(event, request) {
  let failed = false;
  const network = visit(request);
  const answer = await Promise.race([network.catch(() => { failed = true; }), wait(PATIENCE)]);
  if (answer && answer.status < 500) return answer;
  const copy = await kept(request);
  if (!copy) return failed ? nothing() : (answer ?? network.catch(nothing));
  const text = await copy.text();
  if (!failed && !answer) {
    event.waitUntil(network.then(async (response) => {
      const changed = (await response.clone().text()) !== text;
      (await self.clients.get(event.resultingClientId))?.postMessage({ annals: "answered", changed });
    }).catch(() => {}));
  }
  const marks = `data-saved="${saved(copy)}" data-saved-why="${failed ? "offline" : "slow"}"`;
  return new Response(text.replace("<html ", `<html ${marks} `), { headers: { "Content-Type": "text/html; charset=utf-8" } });
}

/** What stands in the place of a page that is not kept. */
async function nothing() {
  const css = (await (await caches.open(AHEAD)).keys()).find(({ url }) => /\/assets\/app\.\w+\.css$/.test(url));
  const style = css ? `<link rel="stylesheet" href="${css.url}">` : "";
  const text = (word) => word.replace(/[&<"]/g, (char) => `&#${char.charCodeAt(0)};`);
  const html = `<!doctype html><html lang="${text(WORDS.lang)}" dir="${WORDS.dir}"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${text(WORDS.title)}</title>${style}<main class="alone"><h1>${text(WORDS.title)}</h1><p>${text(WORDS.text)}</p><p><a href="${scope.href}">${text(WORDS.home)}</a> · <a href="${at("search/")}">${text(WORDS.search)}</a></p></main>`;
  return new Response(html, { status: 503, headers: { "Content-Type": "text/html; charset=utf-8" } });
}

let keeping;
/** Keeps what the page that asks was made from, what is kept ahead, and the index of the newest build. */
async function keep({ urls = [], searched }, client) {
  const visited = await caches.open(VISITED);
  for (const url of urls) if (!(await visited.match(url))) await visit(url).catch(() => {});
  keeping ??= ahead().finally(() => { keeping = undefined; });
  try {
    const size = await keeping;
    if (searched || size <= SMALL) await (indexing ??= keepIndex().finally(() => { indexing = undefined; }));
    client?.postMessage({ annals: "kept" });
  } catch { /* the next page asks again */ }
}

/** Fetches some things at a time. */
async function each(list, work) {
  for (let place = 0; place < list.length; place += 4) await Promise.all(list.slice(place, place + 4).map(work));
}

const whole = async (url, options) => {
  const response = await fetch(url, options);
  if (!response.ok) throw new Error(url);
  return response;
};

/** Keeps the pages of the list, of each the version that it names; gives how many bytes the index has. */
async function ahead() {
  const { id, pages, assets, search } = await (await whole(at("offline.json"), { cache: "no-cache" })).json();
  const cache = await caches.open(AHEAD);
  const mark = at("offline.json");
  if ((await (await cache.match(mark))?.text()) === id) return search;
  await each(assets, async (path) => {
    if (!(await cache.match(at(path)))) await cache.put(at(path), await stamped(await whole(at(path))));
  });
  await each(pages, async ([path, version]) => {
    const copy = await cache.match(at(path));
    if (copy?.headers.get("Annals-Version") === version) return;
    await cache.put(at(path), await stamped(await whole(at(path), { cache: "no-cache", priority: "low" }), version));
  });
  const listed = new Set([...assets, ...pages.map(([path]) => path)].map(at));
  for (const key of await cache.keys()) if (!listed.has(key.url)) await cache.delete(key);
  await cache.put(mark, new Response(id));
  return search;
}

/** Which build's index has no room, so that it is not fetched each time to find that out. */
const LARGE = LIST + "?large";

let indexing;
/** Never a half: what can't be had, or is of another build than the rest, leaves the index before in its place. */
async function keepIndex() {
  if (!LIMIT) return;
  const response = await whole(LIST, { cache: "no-cache" });
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
    for (let place = 0; place < files.length; place += 8) {
      await Promise.all(files.slice(place, place + 8).map(async (file) => {
        const found = await whole(at(`search/${file}.js`), { cache: file === "root" ? "no-cache" : "default" });
        room -= (await found.clone().blob()).size;
        if (room >= 0) await cache.put(found.url, found);
      }));
      if (room < 0) return false;
    }
    return true;
  };
  if (await add(needed)) {
    // Without texts there are results, but no excerpts.
    if (!(await add(texts))) for (const file of texts) await cache.delete(at(`search/${file}.js`));
    if ((await (await whole(LIST, { cache: "no-cache" })).json()).id !== id) throw new Error("published in between");
    await cache.put(LIST, response);
  } else {
    await caches.delete(name);
    await visited.put(LARGE, new Response(id));
  }
  const others = (await caches.keys()).filter((other) => other.startsWith(INDEX) && other !== name);
  await Promise.all(others.map((other) => caches.delete(other)));
}
