// Walks through search as a reader does: `node search-test.mjs SITE [SHOTS]`, SITE made by the example `search_site`
// from the pages in tests/browser/search-pages.
import assert from "node:assert/strict";
import fs from "node:fs";
import http from "node:http";
import os from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { browser, serve } from "./search-chromium.mjs";

const [folder, shots] = process.argv.slice(2).map((name) => path.resolve(name));
const server = await serve(folder, "/some/prefix/");
const chromium = await browser();
let passed = 0;
const rows = 'document.querySelectorAll("[role=option]").length';
const first = 'document.querySelector("[role=option]")?.innerText';
const shot = (page, name) => shots && page.shot(path.join(shots, name + ".png"));

async function test(name, run) {
  try {
    await run();
    passed++;
    console.log("ok   " + name);
  } catch (error) {
    console.log("FAIL " + name + "\n" + error.stack);
    process.exitCode = 1;
  }
}

await test("the keyboard alone leads from any page to the marked step", async () => {
  const page = await chromium.page();
  await page.open(server.base + "retros/checkout/");
  assert.deepEqual(page.requests.filter((url) => url.includes("/search/")), [], "a reader who never searches loads no index");
  await page.key("/");
  await page.until('document.querySelector("dialog[open]") && document.activeElement.matches("[role=combobox]")');
  await page.type("pod crahs looping");
  await page.until(first + '?.includes("KubePodCrashLooping")');
  await page.until('document.querySelector(".search-excerpt mark")');
  await shot(page, "dialog");
  assert.equal(await page.run('document.querySelector("[aria-selected=true]").id === document.querySelector("[role=combobox]").getAttribute("aria-activedescendant")'), true);
  const target = await page.run('document.querySelector("[aria-selected=true]").href');
  assert.match(target, /\/some\/prefix\/runbooks\/crash\/#/);
  const loaded = page.loaded();
  await page.key("Enter");
  await loaded;
  assert.equal(await page.run("location.href"), target);
  await page.until('CSS.highlights.get("annals-search")?.size > 0 && document.querySelector(".search-bar")');
  await shot(page, "arrived");
  await page.key("n");
  assert.match(await page.run('document.querySelector(".search-bar").innerText'), /of/);
  await page.key("Escape");
  await page.until('!CSS.highlights.has("annals-search")');
  await page.key("k", 2);
  await page.until('document.querySelector("dialog[open]")');
  assert.equal(await page.run('document.querySelector("[role=combobox]").value'), "pod crahs looping", "the query is kept");
  await page.key("Escape");
  await page.until('!document.querySelector("dialog[open]")');
  assert.deepEqual(page.problems, []);
});

await test("an alert is answered letter for letter, filters narrow, facets count", async () => {
  const page = await chromium.page();
  await page.open(server.base);
  await page.key("/");
  await page.until('document.activeElement.matches("[role=combobox]")');
  await page.type("edge_5xx_high");
  await page.until(first + '?.startsWith("Exact")');
  await page.run('document.querySelector("[role=combobox]").select()');
  await page.type("edge");
  await page.until('document.querySelectorAll(".search-kinds button").length > 2 && document.querySelectorAll(".search-facets select").length');
  await shot(page, "facets");
  await page.run('[...document.querySelectorAll(".search-kinds button")].find((button) => button.innerText.startsWith("Incident")).click()');
  await page.until('[...document.querySelectorAll(".search-kind")].every((kind) => kind.dataset.kind === "retro") && document.querySelector(".search-kind")');
  assert.deepEqual(page.problems, []);
});

await test("the results page has an address", async () => {
  const page = await chromium.page({ width: 390, height: 740 });
  await page.open(server.base + "search/?q=edge&kind=runbook");
  await page.until(rows + " > 0");
  await page.until('document.querySelector(".search-excerpt mark")');
  assert.equal(await page.run('document.querySelector("[data-search-fallback]").hidden'), true);
  assert.equal(await page.run("document.documentElement.scrollWidth <= innerWidth"), true, "nothing scrolls sideways");
  await shot(page, "page-phone");
  assert.deepEqual(page.problems, []);
});

await test("nothing found is no dead end", async () => {
  const page = await chromium.page();
  await page.open(server.base + "search/?q=zzqqxx");
  await page.until('document.querySelector(".search-nothing a")?.href.endsWith("search/#az")');
  await page.open(server.base + "search/?q=edge&service=nosuch");
  await page.until('document.querySelector(".search-nothing button")?.innerText.includes("service")');
  await shot(page, "nothing");
  await page.run('document.querySelector(".search-nothing button").click()');
  await page.until(rows + " > 0");
});

await test("an empty field shows what is wrong now", async () => {
  const page = await chromium.page();
  await page.open(server.base);
  await page.key("/");
  await page.until('document.querySelector(".search-list")?.innerText.includes("Open incidents")');
  const shown = await page.run('document.querySelector(".search-list").innerText');
  assert.match(shown, /Mail is delayed/);
  assert.match(shown, /fixed in relay 1\.9\.3/);
  assert.doesNotMatch(shown, /Checkout/, "what is over is not open");
  await shot(page, "empty");
  await page.type("edge");
  await page.until(first + '?.includes("Edge")');
  assert.match(await page.run('document.querySelector(".search-list").innerText'), /reviewed 2026-02-11/);
  assert.deepEqual(page.problems, []);
});

await test("a concrete line shows the whole template that it is an occurrence of", async () => {
  const page = await chromium.page();
  await page.open(server.base);
  await page.key("/");
  await page.until('document.activeElement.matches("[role=combobox]")');
  await page.run('{ const input = document.activeElement; input.value = "[warn] upstream timeout after 3000 ms on web-7.internal today"; input.dispatchEvent(new Event("input")); }');
  await page.until(first + '?.includes("upstream timeout after {n} ms on {host}")');
});

await test("filters are completed, tags too", async () => {
  const page = await chromium.page();
  await page.open(server.base);
  await page.key("/");
  await page.until('document.activeElement.matches("[role=combobox]")');
  await page.type("relay tag:que");
  await page.until('document.querySelector(".search-note button")?.innerText === "tag:queueing"');
  await page.run('document.querySelector(".search-note button").click()');
  await page.until(first + '?.includes("Mail is delayed")');
  assert.equal(await page.run('document.querySelector("[role=combobox]").value'), "relay tag:queueing ");
});

for (const where of ["", "search/?q=edge"]) {
  await test(`Back leads to the results as they were: ${where || "the dialog"}`, async () => {
    const page = await chromium.page();
    await page.open(server.base + where);
    // Without the cache of whole pages, as after a restart or on a phone short of memory.
    await page.call("Network.setCacheDisabled", { cacheDisabled: true });
    await page.run('addEventListener("unload", () => {})');
    if (!where) {
      await page.key("/");
      await page.until('document.activeElement.matches("[role=combobox]")');
      await page.type("edge");
    }
    await page.until(rows + " > 2");
    await page.until('document.querySelector(".search-excerpt mark")');
    await page.key("ArrowDown");
    const chosen = await page.run('document.querySelector("[aria-selected=true]").href');
    const loaded = page.loaded();
    await page.key("Enter");
    await loaded;
    await page.run("history.back()");
    await page.until('document.querySelector("[aria-selected=true]")?.href === ' + JSON.stringify(chosen));
    assert.equal(await page.run('document.querySelector("[role=combobox]").value'), "edge");
    assert.deepEqual(page.problems, []);
  });
}

await test("search and what was read work without a network, never from half an index", async () => {
  const copy = fs.mkdtempSync(path.join(os.tmpdir(), "search-offline-"));
  fs.cpSync(folder, copy, { recursive: true });
  const site = await serve(copy, "/kb/");
  const page = await chromium.page();
  const indexes = 'caches.keys().then((names) => names.filter((name) => name.startsWith("annals-index-")))';
  const whole = async () => page.run(`caches.keys().then(async (names) => {
    const found = [];
    for (const name of names.filter((name) => name.startsWith("annals-index-"))) {
      const keys = (await (await caches.open(name)).keys()).map(({ url }) => url.replace(/.*\\/search\\//, ""));
      if (keys.includes("files.json")) found.push([name, keys.length]);
    }
    return found;
  })`);
  const ask = () => page.run('navigator.serviceWorker.ready.then((registration) => registration.active.postMessage({}))');
  const search = async (query, wanted) => {
    await page.key("/");
    await page.until('document.activeElement.matches("[role=combobox]")');
    await page.run('document.querySelector("[role=combobox]").select()');
    await page.type(query);
    await page.until(first + `?.includes(${JSON.stringify(wanted)})`);
    await page.until('document.querySelector(".search-excerpt mark")');
  };
  // A shard that is gone: nothing is kept.
  const list = JSON.parse(fs.readFileSync(path.join(copy, "search/files.json"), "utf8"));
  const [gone] = [list.needed.find((name) => name.startsWith("s-"))];
  site.state.broken.set(`/search/${gone}`, "missing");
  await page.open(site.base + "runbooks/edge/");
  await page.key("/");
  await page.until('document.activeElement.matches("[role=combobox]")');
  await page.type("edge");
  await page.until(first + '?.includes("Edge")');
  await page.until("navigator.serviceWorker.getRegistration().then((registration) => Boolean(registration?.active))");
  await page.until("caches.keys().then((names) => names.length > 0)");
  await new Promise((resolve) => setTimeout(resolve, 300));
  assert.deepEqual(await whole(), [], "no half of an index");
  site.state.broken.clear();
  await ask();
  for (let turn = 0; turn < 200 && !(await whole()).length; turn++) await new Promise((resolve) => setTimeout(resolve, 20));
  assert.deepEqual(await whole(), [["annals-index-" + list.id, list.needed.length + list.texts.length + 1]]);
  // The page itself was kept with it.
  site.state.down = true;
  await page.open(site.base + "runbooks/edge/");
  await search("pod crahs looping", "KubePodCrashLooping");
  // A new build takes the old one's place.
  site.state.down = false;
  fs.writeFileSync(path.join(copy, "search/files.json"), JSON.stringify({ ...list, id: "0123456789abcdef" }));
  site.state.changed();
  await ask();
  await page.until(indexes + '.then((names) => names.length === 1 && names[0] === "annals-index-0123456789abcdef")');
  site.state.down = true;
  await page.open(site.base + "runbooks/edge/");
  await search("rotating certificates", "Rotating");
  // An index beyond the limit is not kept.
  site.state.down = false;
  fs.writeFileSync(path.join(copy, "search", list.needed[0] + ".js"), Buffer.alloc(21e6));
  fs.writeFileSync(path.join(copy, "search/files.json"), JSON.stringify({ ...list, id: "fedcba9876543210" }));
  site.state.changed();
  await ask();
  await page.until(indexes + ".then((names) => names.length === 0)");
  site.close();
  fs.rmSync(copy, { recursive: true, force: true });
});

await test("the dialog is a combobox that fits a narrow phone, in the dark, from right to left and in forced colours", async () => {
  for (const [name, width, features, rtl] of [["light-320", 320, [], false], ["dark-320", 320, [["prefers-color-scheme", "dark"]], false],
    ["rtl", 390, [], true], ["forced", 1280, [["forced-colors", "active"]], false], ["dark", 1280, [["prefers-color-scheme", "dark"]], false]]) {
    const page = await chromium.page({ width, height: 700 });
    await page.call("Emulation.setEmulatedMedia", { features: features.map(([name, value]) => ({ name, value })) });
    await page.open(server.base);
    if (rtl) await page.run('document.documentElement.dir = "rtl"');
    await page.key("/");
    await page.until('document.activeElement.matches("[role=combobox]")');
    await page.type("edge");
    await page.until('document.querySelector(".search-excerpt mark")');
    await page.until('document.querySelectorAll(".search-kinds button").length > 2');
    const seen = await page.run(`(() => {
      const input = document.activeElement, list = document.getElementById(input.getAttribute("aria-controls"));
      const options = [...list.querySelectorAll("[role=option]")];
      const box = document.querySelector("dialog").getBoundingClientRect();
      return {
        expanded: input.getAttribute("aria-expanded"), list: list.getAttribute("role"), named: Boolean(list.getAttribute("aria-label")),
        selected: options.filter((option) => option.getAttribute("aria-selected") === "true").map((option) => option.id), active: input.getAttribute("aria-activedescendant"),
        ids: new Set(options.map((option) => option.id)).size === options.length,
        // Between an option and its list there may be nothing but presentation.
        owned: options.every((option) => option.parentElement === list || option.parentElement.getAttribute("role") === "presentation"),
        status: document.querySelector("dialog [role=status]").textContent,
        fits: box.left >= 0 && box.right <= innerWidth && document.documentElement.scrollWidth <= innerWidth,
        inside: options.every((option) => option.getBoundingClientRect().right <= box.right + 1 && option.getBoundingClientRect().left >= box.left - 1),
        small: [...document.querySelectorAll("dialog button, dialog select, dialog a")].filter((target) => target.offsetParent && target.getBoundingClientRect().height < 24).map((target) => target.outerHTML.slice(0, 80)),
      };
    })()`);
    const { active, selected, status, ...facts } = seen;
    assert.deepEqual(facts, { expanded: "true", list: "listbox", named: true, ids: true, owned: true, fits: true, inside: true, small: [] }, name);
    assert.deepEqual(selected, [active], name);
    assert.match(status, /pages/);
    await page.key("ArrowDown");
    assert.notEqual(await page.run('document.activeElement.getAttribute("aria-activedescendant")'), active, "the arrow keys move");
    await shot(page, name);
    await page.key("Tab");
    assert.equal(await page.run('Boolean(document.activeElement.closest("dialog"))'), true, "the focus stays in the dialog");
    await page.key("Escape");
    await page.until('!document.querySelector("dialog[open]")');
    await page.call("Page.close").catch(() => {});
  }
});

const record = { id: "1", url: "runbooks/edge/#check-upstream-health", page: "runbooks/edge/", title: "Edge proxy returns 5xx", kind: "runbook",
  services: ["edge-proxy"], heading: "Check upstream health", text: "When the proxy logs an upstream error", code: "kubectl get pods" };
const answers = {
  meilisearch: { hits: [record], estimatedTotalHits: 1, facetDistribution: { kind: { runbook: 1 } } },
  typesense: { found: 1, grouped_hits: [{ group_key: ["runbooks/edge/"], hits: [{ document: record }] }], facet_counts: [{ field_name: "kind", counts: [{ value: "runbook", count: 1 }] }] },
  opensearch: { hits: { total: { value: 3 }, hits: [{ _source: record, inner_hits: { sections: { hits: { hits: [{ _source: record }] } } } }] },
    aggregations: { pages: { value: 1 }, kind: { buckets: [{ key: "runbook", doc_count: 1 }] } } },
};
/** What the server was asked, by kind. */
const expected = {
  meilisearch({ method, url, headers, body }) {
    assert.deepEqual([method, url, headers.authorization], ["POST", "/indexes/kb/search", "Bearer secret"]);
    const { q, limit, filter, facets } = JSON.parse(body);
    assert.deepEqual([q, limit], ["upstream error", 8]);
    assert.deepEqual(filter, [['kind = "runbook"'], ["day >= 20260000 AND day < 20270000"]]);
    assert.ok(facets.includes("services"));
  },
  typesense({ method, url, headers }) {
    assert.deepEqual([method, headers["x-typesense-api-key"]], ["GET", "secret"]);
    const { pathname, searchParams } = new URL(url, "http://x");
    assert.equal(pathname, "/collections/kb/documents/search");
    assert.equal(searchParams.get("q"), "upstream error");
    assert.equal(searchParams.get("group_by"), "page");
    assert.equal(searchParams.get("filter_by"), "(kind:=`runbook`) && ((day:>=20260000 && day:<20270000))");
  },
  opensearch({ method, url, headers, body }) {
    assert.deepEqual([method, url, headers.authorization], ["POST", "/kb/_search", "secret"]);
    const { query, collapse, size } = JSON.parse(body);
    assert.equal(query.bool.must[0].multi_match.query, "upstream error");
    assert.deepEqual(query.bool.filter.map(({ bool }) => bool.should[0]), [{ term: { kind: "runbook" } }, { range: { day: { gte: 20260000, lt: 20270000 } } }]);
    assert.deepEqual([collapse.field, size], ["page", 8]);
  },
};
for (const kind of Object.keys(answers)) {
  await test(`a search server is asked, and the site's own index where it fails: ${kind}`, async () => {
    const asked = [];
    let broken = false;
    const stub = http.createServer(async (request, response) => {
      let body = "";
      for await (const part of request) body += part;
      const headers = { "Access-Control-Allow-Origin": "*", "Access-Control-Allow-Headers": "*" };
      if (request.method === "OPTIONS") return response.writeHead(204, headers).end();
      asked.push({ method: request.method, url: request.url, headers: request.headers, body });
      response.writeHead(broken ? 503 : 200, headers).end(JSON.stringify(answers[kind]));
    });
    await new Promise((resolve) => stub.listen(0, "127.0.0.1", resolve));
    const page = await chromium.page();
    // The policy of this page names no server; that a site's own does is tested where sites are built.
    await page.call("Page.setBypassCSP", { enabled: true });
    await page.open(server.base);
    await page.key("/");
    await page.until('document.activeElement.matches("[role=combobox]")');
    await page.run(`annalsSearch.warm().then((index) => { index.root.server = { kind: ${JSON.stringify(kind)}, url: "http://127.0.0.1:${stub.address().port}/", index: "kb", key: "secret" }; })`);
    await page.run('{ const input = document.activeElement; input.value = "upstream error kind:runbook year:2026 "; input.dispatchEvent(new Event("input")); }');
    await page.until('document.querySelector("[aria-selected=true]")?.href.endsWith("/some/prefix/runbooks/edge/#check-upstream-health")');
    await page.until('document.querySelector(".search-excerpt mark")');
    expected[kind](asked[0]);
    broken = true;
    await page.run('{ const input = document.activeElement; input.value = "pod looping"; input.dispatchEvent(new Event("input")); }');
    await page.until(first + '?.includes("KubePodCrashLooping")');
    await page.until('document.querySelector(".search-note").innerText.includes("search server")');
    stub.close();
  });
}

for (const kind of ["missing", "cut"]) {
  await test(`a ${kind} file is said, and tried again`, async () => {
    const page = await chromium.page();
    await page.call("Network.setBypassServiceWorker", { bypass: true });
    server.state.broken.set("/search/t-", kind);
    await page.open(server.base + "search/?q=edge");
    await page.until('document.querySelector(".search-nothing")?.innerText.includes("could not be loaded")');
    server.state.broken.clear();
    await page.run('document.querySelector(".search-nothing button").click()');
    await page.until(rows + " > 0");
  });
}

await test("it works from a folder, without a server", async () => {
  const page = await chromium.page();
  await page.open(pathToFileURL(path.join(folder, "retros/checkout/index.html")).href);
  await page.key("/");
  await page.until('document.activeElement.matches("[role=combobox]")');
  await page.type("upstream connect error");
  await page.until('document.querySelector("[aria-selected=true]")?.href.includes("runbooks/edge/index.html#")');
  await page.until('document.querySelector(".search-excerpt mark")');
  const loaded = page.loaded();
  await page.key("Enter");
  await loaded;
  await page.until('CSS.highlights.get("annals-search")?.size > 0');
  assert.deepEqual(page.problems, []);
});

await chromium.close();
server.close();
console.log(`${passed} passed, ${process.exitCode ? "some" : 0} failed`);
