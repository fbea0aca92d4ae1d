// What a reader has without a network: `node offline-test.mjs SITE`, SITE being what `annals build --offline` made of
// `scripts/demo`; the copy that needs no server lies beside it.
import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { browser, serve, test } from "./search-chromium.mjs";

const folder = path.resolve(process.argv[2]);
const copy = fs.mkdtempSync(path.join(os.tmpdir(), "offline-"));
fs.cpSync(folder, copy, { recursive: true });
const site = await serve(copy, "/kb/");
const chromium = await browser();

const read = (name) => fs.readFileSync(path.join(copy, name), "utf8");
const list = JSON.parse(read("offline.json"));
const RUNBOOK = "runbooks/cart/cart-pool-exhausted/";
const kept = "document.querySelector('.works-offline')";
const banner = "document.querySelector('.saved')?.textContent ?? ''";

await test("after one visit of the home page the way from search to a command works without a network", async () => {
  for (const [width, height] of [[1280, 800], [360, 740]]) {
    const page = await chromium.page({ width, height });
    await page.open(site.base);
    assert.equal(await page.run(banner), "", "a page from the network is no copy");
    await page.until(kept, 20000);
    site.state.down = true;
    await page.open(site.base);
    await page.key("/");
    await page.until("document.activeElement.matches('[role=combobox]')");
    await page.type("CartPoolExhausted");
    await page.until("document.querySelector('[role=option]')?.textContent.includes('CartPoolExhausted') || document.querySelector('[role=option]')?.textContent.includes('Cart')");
    await page.key("ArrowDown");
    await page.key("ArrowUp");
    const loaded = page.loaded();
    await page.key("Enter");
    await loaded;
    assert.match(await page.run("location.pathname"), /cart/);
    assert.match(await page.until(banner), /You are offline. This is a copy from /);
    assert.ok(await page.run("document.documentElement.scrollWidth <= innerWidth"));
    assert.ok(await page.until("document.querySelector('.copy, .code button')"), "commands can be copied");
    site.state.down = false;
  }
});

await test("every page of the list is kept as it is, and nothing else", async () => {
  const page = await chromium.page();
  await page.open(site.base);
  await page.until(kept, 20000);
  const have = await page.run(`caches.open("annals-ahead").then((cache) => cache.keys()).then((keys) => keys.map(({ url }) => url).sort())`);
  const wanted = [...list.pages.map(([address]) => address), ...list.assets, "offline.json"].map((address) => site.base + address).sort();
  assert.deepEqual(have, wanted);
  assert.ok(list.pages.some(([address]) => address === RUNBOOK) && !list.pages.some(([address]) => address.startsWith("retros/")));
  const text = await page.run(`caches.open("annals-ahead").then((cache) => cache.match("${RUNBOOK}")).then((copy) => copy.text())`);
  assert.equal(text, read(RUNBOOK + "index.html"));
});

await test("a page that was read is kept, one that was not says so", async () => {
  const page = await chromium.page();
  const [first, second] = fs.readdirSync(path.join(copy, "retros")).filter((name) => /^20/.test(name));
  await page.open(site.base + `retros/${first}/`);
  await page.until(kept, 20000);
  site.state.down = true;
  await page.open(site.base + `retros/${first}/`);
  assert.match(await page.until(banner), /You are offline/);
  await page.open(site.base + `retros/${second}/`);
  assert.equal(await page.run("document.querySelector('h1').textContent"), "You are offline");
  assert.equal(await page.run("document.querySelector('main a').href"), site.base);
  site.state.down = false;
  await page.open(site.base + `retros/${first}/`);
  assert.equal(await page.run(banner), "", "online again, the page is that of the network");
});

await test("a slow answer shows the copy, and says whether there is another version", async () => {
  const page = await chromium.page();
  await page.open(site.base + RUNBOOK);
  await page.until(kept, 20000);
  site.state.slow = 3000;
  await page.open(site.base + RUNBOOK);
  assert.match(await page.until(banner), /The site does not answer/);
  await page.until("!document.querySelector('.saved')");
  const file = path.join(copy, RUNBOOK, "index.html");
  fs.writeFileSync(file, read(RUNBOOK + "index.html").replace("</h1>", ", mended</h1>"));
  site.state.changed();
  await page.open(site.base + RUNBOOK);
  assert.match(await page.until(banner), /does not answer/);
  await page.until("document.querySelector('.saved')?.textContent.includes('newer version')");
  site.state.slow = 0;
  const loaded = page.loaded();
  await page.run("document.querySelector('.saved button').click()");
  await loaded;
  assert.match(await page.run("document.querySelector('h1').textContent"), /mended/);
});

await test("a new build takes the place of what was kept, page by page", async () => {
  const page = await chromium.page();
  await page.open(site.base);
  await page.until(kept, 20000);
  const other = list.pages.at(-1)[0];
  const next = { ...list, id: "0".repeat(16), pages: list.pages.filter(([address]) => address !== other).map(([address, version, size]) => [address, address === RUNBOOK ? "new" : version, size]) };
  fs.writeFileSync(path.join(copy, "offline.json"), JSON.stringify(next));
  site.state.changed();
  const before = site.log.length;
  await page.open(site.base + "alerts/");
  await page.until(kept, 20000);
  const asked = site.log.slice(before).map(([name]) => name).filter((name) => name.startsWith("/runbooks/"));
  assert.deepEqual(asked, [`/${RUNBOOK}index.html`], "only what changed is fetched");
  const text = (address) => page.run(`caches.open("annals-ahead").then((cache) => cache.match("${site.base}${address}")).then((copy) => copy?.text() ?? "")`);
  assert.match(await text(RUNBOOK), /mended/);
  assert.equal(await text(other), "", "what is no longer listed goes");
});

await test("the copy that needs no server is searched and read from its folder", async () => {
  const page = await chromium.page();
  const home = "file://" + path.join(folder + "-offline", "index.html");
  await page.open(home);
  assert.deepEqual(page.problems, []);
  await page.key("/");
  await page.until("document.activeElement.matches('[role=combobox]')");
  await page.type("CartPoolExhausted");
  await page.until("document.querySelector('[role=option]')?.textContent.includes('Cart')");
  let loaded = page.loaded();
  await page.key("Enter");
  await loaded;
  assert.match(await page.run("location.href"), /^file:.*cart.*index\.html/);
  const dead = await page.run("[...document.querySelectorAll('a[href]')].filter((link) => link.protocol === 'file:' && link.pathname.endsWith('/')).map((link) => link.getAttribute('href'))");
  assert.deepEqual(dead, [], "no link leads to a folder");
  loaded = page.loaded();
  await page.run("document.querySelector('.breadcrumbs a, .side a').click()");
  await loaded;
  assert.ok(await page.run("document.querySelector('h1').textContent"));
  assert.deepEqual(page.problems, []);
});

await chromium.close();
site.close();
fs.rmSync(copy, { recursive: true, force: true });
process.exit();
