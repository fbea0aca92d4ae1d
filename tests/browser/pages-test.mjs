// Holds one page of each sort of the example site to what readers are promised: `node pages-test.mjs SITE TOOLS [SORT…]`.
// SITE is what `annals build` made of `scripts/demo`; TOOLS has axe-core in its node_modules.
//
// Each page, at three widths, light and dark: no violation that axe finds, nothing in the console, nothing that scrolls
// sideways, nothing that moves while it loads, no request to another host, nothing that a strict policy would refuse, and
// within its budget.
import assert from "node:assert/strict";
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { BUDGETS, SEARCH, TEXTS, pages } from "./example-site.mjs";
import { browser, serve } from "./search-chromium.mjs";

const [folder, tools, ...only] = process.argv.slice(2).map((name, at) => (at < 2 ? path.resolve(name) : name));
const require = createRequire(path.join(tools, "node_modules/"));
const axe = fs.readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

const server = await serve(folder);
const chromium = await browser();
/** Pages that search by themselves, as soon as they are there. */
const SEARCHING = new Set(["results", "not-found"]);
const list = Object.entries({ ...pages(folder), results: "search/?q=certificate+expired" }).filter(([name]) => !only.length || only.includes(name));
// In the dark a page is laid out as it is by day; at one width all rules are asked all the same.
const violations = (all) => `axe.run(document, { resultTypes: ["violations"], ${all ? 'rules: { "target-size": { enabled: true } }' : 'runOnly: ["color-contrast", "link-in-text-block"]'} })
  .then((found) => found.violations.map((one) => one.id + ": " + one.nodes.slice(0, 3).map((node) => node.html.slice(0, 140) + " (" + node.failureSummary.split("\\n").slice(1, 2) + ")").join(" | ")))`;
/** Keeps what moved after it was painted, and by how much of the window (Layout Instability API). */
const WATCH = `globalThis.shifts = [];
  // What a browser keeps for later is no part of the page that happens to be open then.
  Object.defineProperty(navigator, "serviceWorker", { value: undefined });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (entry.value >= 0.0005) {
      const moved = entry.sources.slice(0, 3).map(({ node, previousRect, currentRect }) => (node?.nodeName ?? "?") + "." + (node?.className ?? "") + " from " + Math.round(previousRect.x) + "," + Math.round(previousRect.y) + " to " + Math.round(currentRect.x) + "," + Math.round(currentRect.y));
      globalThis.shifts.push(entry.value.toFixed(4) + " " + moved.join("; "));
    }
  }).observe({ type: "layout-shift", buffered: true });`;
const began = Date.now();
let failed = 0;

/** Looks at a page and gives all that is wrong with it. */
async function look(page, name, address, width, scheme) {
  const wrong = [];
  page.problems.length = page.requests.length = 0;
  const before = server.sent();
  await page.open(server.base + address);
  // Rows get the names of their sections when results are complete.
  if (SEARCHING.has(name)) await page.until("(() => { const rows = [...document.querySelectorAll('.search-row')]; return rows.length && rows.every((row) => row.innerText.trim()); })()");
  const sent = server.log.slice(before);
  wrong.push(...page.problems.map((problem) => "console: " + problem));
  const away = page.requests.filter((url) => !url.startsWith(server.base) && !url.startsWith("data:"));
  wrong.push(...away.map((url) => "asks another host: " + url));
  const wide = await page.run("document.documentElement.scrollWidth - innerWidth");
  if (wide > 0) wrong.push(`${wide} pixels too wide`);
  if (scheme === "light") wrong.push(...(await moves(page, address)).map((shift) => "moves: " + shift));
  await page.run(axe + ";0");
  wrong.push(...(await page.run(violations(scheme === "light" || width === 1440))));
  if (width === 1440 && scheme === "light") wrong.push(...(await heavy(page, name, sent)));
  return wrong.map((text) => `${width} ${scheme}: ${text}`);
}

/** What moves on the page that is open. A browser that has no time may paint a table before it has read all of it, so only
 *  what moves a second time counts. */
async function moves(page, address) {
  if (!(await page.run("globalThis.shifts.length"))) return [];
  await page.open("about:blank");
  await page.open(server.base + address);
  return page.run("globalThis.shifts");
}

/** What a page weighs beyond its budget. */
async function heavy(page, name, sent) {
  const budget = { ...(TEXTS.has(name) ? BUDGETS.text : BUDGETS.list), ...(name === "components" && BUDGETS.components) };
  // Each file once: the cache is off, and a service worker asks again for what it keeps. A browser asks once how the site is
  // searched, at whichever page comes first. And what images weigh is for whoever wrote the page.
  sent = [...new Map(sent)].filter(([file]) => !/opensearch\.xml$|\/sw\.js$|offline-worker/.test(file) && (file.includes("assets/") || !/\.(svg|png|jpe?g|gif|webp|avif)$/.test(file)));
  const own = await asked(page);
  const search = sent.filter(([file]) => part(file) && own.has(file));
  sent = sent.filter(([file]) => !part(file));
  const sum = (end) => sent.filter(([file]) => file.endsWith(end)).reduce((sum, [, bytes]) => sum + bytes, 0) / 1024;
  const weight = { html: sum(".html"), css: sum(".css"), js: sum(".js"), all: sum(""), requests: sent.length, nodes: await page.run("document.querySelectorAll('*').length") };
  const over = (budget, weight, of = "") => Object.entries(budget).filter(([what, most]) => weight[what] > most)
    .map(([what, most]) => `${of}${what}: ${Math.round(weight[what] * 10) / 10} of ${most}`);
  const wrong = over(budget, weight).concat(over(SEARCH, searched(search), "search, "));
  if (SEARCHING.has(name) !== (await page.run(EAGER))) wrong.push(SEARCHING.has(name) ? "nothing was searched for" : "search is fetched before the page has come to rest");
  if (search.length && !SEARCHING.has(name) && name !== "search") wrong.push("search is fetched although nobody searches");
  return wrong;
}

/** What the page that is open has asked for itself, and no service worker or page before it. */
const asked = async (page) => new Set(await page.run("performance.getEntriesByType('resource').map(({ name }) => new URL(name).pathname)"));
/** Which part of search a file is. */
const part = (file) => (/^\/assets\/search\.\w+\.css$/.test(file) ? "style" : /^\/assets\/search\.\w+\.js$/.test(file) ? "first" : /^\/assets\/search-(more|server)\.\w+\.js$/.test(file) ? "later" : /^\/search\/[^/]+\.js$/.test(file) ? "index" : undefined);
/** What was sent of search, by part, in kibibytes. */
const searched = (sent) => Object.fromEntries(Object.keys(SEARCH).map((name) => [name, sent.filter(([file]) => part(file) === name).reduce((sum, [, bytes]) => sum + bytes, 0) / 1024]));
/** Whether search was asked for before everything else of a page was there. */
const EAGER = `performance.getEntriesByType("resource").some(({ name, startTime }) => /\\/search\\.\\w+\\.js$/.test(name) && startTime < performance.getEntriesByType("navigation")[0].loadEventStart)`;

/** What is fetched when the field of search is entered, beyond its budget. */
async function focus() {
  const page = await chromium.page();
  await page.call("Network.setCacheDisabled", { cacheDisabled: true });
  await page.call("Network.setBypassServiceWorker", { bypass: true });
  await page.open(server.base);
  const before = server.sent();
  await page.run("document.querySelector('.search input').focus()");
  await page.until("window.annalsSearch?.Panel");
  await page.run("annalsSearch.warm().then(() => new Promise((done) => setTimeout(done, 200)))");
  const own = await asked(page), sent = server.log.slice(before).filter(([file]) => own.has(file)), weight = searched(sent);
  assert.ok(weight.first > 0 && weight.index > 0, "search and the root of its index are fetched");
  if (weight.first > SEARCH.first) return [`${weight.first} of ${SEARCH.first}`];
  return sent.filter(([file]) => part(file) === "later" || (part(file) === "index" && !file.endsWith("/root.js"))).map(([file]) => "fetched too early: " + file);
}

/** What the policy would refuse in a page's HTML as it was written, before any script. */
function refused(address) {
  address = address.replace(/\?.*/, "");
  const file = path.join(folder, address.endsWith(".html") ? address : address + "index.html");
  const text = fs.readFileSync(file, "utf8");
  const wrong = [];
  for (const form of [/<script(?![^>]*\ssrc=)(?! type="application\/ld\+json">)[^>]*>/i, /<style[\s>]/i, /<[a-z][^>]*\sstyle=/i, /<[a-z][^>]*\son[a-z]+=/i]) {
    const found = form.exec(text);
    if (found) wrong.push("refused by the policy: " + found[0].slice(0, 100));
  }
  return wrong;
}

const wrong = new Map(list.map(([name, address]) => [name, refused(address)]));

/** Looks at every page in one view. */
async function view(width, scheme) {
  const page = await chromium.page({ width, height: 900 });
  await page.call("Network.setCacheDisabled", { cacheDisabled: true });
  await page.call("Page.addScriptToEvaluateOnNewDocument", { source: WATCH });
  // What comes late moves what is there. By day only: in the dark nothing else is laid out.
  if (scheme === "light") await page.call("Network.emulateNetworkConditions", { offline: false, latency: 150, downloadThroughput: 200_000, uploadThroughput: 90_000 });
  await page.call("Emulation.setEmulatedMedia", { features: [{ name: "prefers-color-scheme", value: scheme }] });
  for (const [name, address] of list) wrong.get(name).push(...(await look(page, name, address, width, scheme)));
}
// What pages weigh is told by what the server sends, so nothing else may ask it for anything. Then two at a time.
await view(1440, "light");
if (!only.length || only.includes("focus")) wrong.set("search, when its field is entered", await focus());
await Promise.all([[[320, "light"], [768, "dark"], [1440, "dark"]], [[768, "light"], [320, "dark"]]].map(async (views) => {
  for (const [width, scheme] of views) await view(width, scheme);
}));
for (const [name, texts] of wrong) {
  if (texts.length) failed++;
  console.log((texts.length ? "FAIL " : "ok   ") + name + texts.map((text) => "\n       " + text).join(""));
}

await chromium.close();
server.close();
console.log(`${wrong.size - failed} passed, ${failed} failed in ${Math.round((Date.now() - began) / 1000)} s`);
assert.ok(list.length, "no page is called " + only.join(" or "));
process.exitCode = failed ? 1 : 0;
