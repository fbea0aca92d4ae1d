// Measures search in a browser: `node search-measure.mjs SITE…` prints, for each site, the bytes from a cold start to the first
// results and the time of computing a keystroke. A site is a folder made by the example `search_site` or by `annals build`.
import fs from "node:fs";
import path from "node:path";
import { browser, serve } from "./search-chromium.mjs";

const sorted = (list) => [...list].sort((a, b) => a - b);
const at = (list, share) => sorted(list)[Math.min(list.length - 1, Math.floor(list.length * share))];
const chromium = await browser();
for (const folder of process.argv.slice(2).map((name) => path.resolve(name))) {
  const server = await serve(folder);
  const { queries, start } = JSON.parse(fs.readFileSync(path.join(folder, "search-queries.json"), "utf8"));
  const bytes = [];
  let client = 0;
  for (const query of queries) {
    const page = await chromium.page();
    await page.call("Network.setCacheDisabled", { cacheDisabled: true });
    await page.call("Network.setBypassServiceWorker", { bypass: true });
    // What a page loads of search before anybody searches counts, too.
    const before = server.sent();
    await page.open(server.base + start);
    await new Promise((resolve) => setTimeout(resolve, 150));
    await page.key("/");
    await page.until('document.activeElement.matches("[role=combobox]")');
    await page.run(`{ const input = document.activeElement; input.value = ${JSON.stringify(query)}; input.dispatchEvent(new Event("input")); }`);
    // What is asked for once results stand in the page comes after them.
    const wanted = await page.run(`new Promise((resolve) => {
      const look = () => document.querySelector("[role=option]") && resolve(performance.getEntriesByType("resource").map(({ name }) => new URL(name).pathname));
      new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
      look();
    })`);
    await new Promise((resolve) => setTimeout(resolve, 100));
    const sent = server.log.slice(before).filter(([name]) => wanted.includes(name) && /search[^/]*\.(js|css)$|\/search\//.test(name));
    client = sent.filter(([name]) => !/\/search\/[^/]*\.js/.test(name)).reduce((sum, [, size]) => sum + size, 0);
    bytes.push(sent.reduce((sum, [, size]) => sum + size, 0));
    await page.call("Page.close").catch(() => {});
  }
  const page = await chromium.page();
  await page.open(server.base + start);
  await page.key("/");
  await page.until('document.activeElement.matches("[role=combobox]")');
  const times = await page.run(`(async () => {
    const A = annalsSearch;
    const data = new Map();
    globalThis.annalsShard = (name, text) => data.set(name, text);
    const load = (name) => new Promise((resolve) => {
      const script = document.createElement("script");
      script.src = new URL("search/" + name + ".js", A.root());
      script.onload = () => resolve(data.get(name));
      document.head.append(script);
    });
    const index = await new A.Index(load).open();
    const times = [];
    for (const query of ${JSON.stringify(queries)}) {
      for (let end = 2; end <= query.length; end++) {
        const parsed = A.parse(query.slice(0, end));
        await A.search(index, parsed);
        const from = performance.now();
        await A.search(index, parsed);
        times.push(performance.now() - from);
      }
    }
    return times;
  })()`);
  await page.open(server.base + start);
  await page.key("/");
  await page.until('document.activeElement.matches("[role=combobox]")');
  const tasks = await page.run(`(async () => {
    const long = [];
    new PerformanceObserver((list) => long.push(...list.getEntries().map((entry) => entry.duration))).observe({ type: "longtask" });
    const input = document.querySelector("[role=combobox]");
    for (const query of ${JSON.stringify(queries)}) {
      for (let end = 1; end <= query.length; end++) {
        input.value = query.slice(0, end);
        input.dispatchEvent(new Event("input"));
        await new Promise((resolve) => setTimeout(resolve, 60));
      }
    }
    return long;
  })()`);
  const kb = (value) => (value / 1000).toFixed(1) + " kB";
  console.log(`${path.basename(folder)}: cold to first results median ${kb(at(bytes, 0.5))}, most ${kb(Math.max(...bytes))} (client and style ${kb(client)}); ` +
    `a keystroke median ${at(times, 0.5).toFixed(2)} ms, p95 ${at(times, 0.95).toFixed(2)} ms, most ${Math.max(...times).toFixed(2)} ms over ${times.length}; ` +
    `long tasks ${tasks.length}${tasks.length ? ", longest " + Math.max(...tasks).toFixed(0) + " ms" : ""}`);
  server.close();
}
await chromium.close();
