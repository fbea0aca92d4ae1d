// What a reader does with a page beyond reading it: `node reader-test.mjs SITE`, SITE being what `annals build` made of
// `scripts/demo`.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { pages } from "./example-site.mjs";
import { browser, serve, test } from "./search-chromium.mjs";

const folder = path.resolve(process.argv[2]);
const server = await serve(folder);
const chromium = await browser();
const at = pages(folder);

/** Lets a page write to the clipboard, and gives what was written last as `copied`. */
const CLIPBOARD = 'window.copied = ""; Object.defineProperty(navigator, "clipboard", { value: { writeText: async (text) => { window.copied = text; } } });';

async function open(address, size) {
  const page = await chromium.page(size);
  await page.call("Page.addScriptToEvaluateOnNewDocument", { source: CLIPBOARD });
  await page.open(server.base + address);
  return page;
}

await test("records are sorted by a button in their heading, with empty cells last", async () => {
  const page = await open(at["on-call"]);
  await page.run("document.querySelectorAll('table.records:not([data-shifts]) .sort')[0].click()");
  const first = () => page.run("[...document.querySelector('table.records:not([data-shifts])').tBodies[0].rows].map((row) => row.cells[0].innerText)");
  const up = await first();
  assert.ok(up.length > 2);
  await page.run("document.querySelectorAll('table.records:not([data-shifts]) .sort')[0].click()");
  assert.deepEqual(await first(), [...up].reverse());
  assert.equal(await page.run("document.querySelectorAll('[aria-sort]').length"), 1);
  assert.equal(await page.run("document.querySelector('[aria-sort]').getAttribute('aria-sort')"), "descending");
  const months = await open(at.metrics);
  await months.run("[...document.querySelectorAll('[aria-labelledby=months] .sort')].at(-1).click()");
  const times = await months.run("[...document.querySelectorAll('[aria-labelledby=months] tbody tr')].map((row) => row.cells[5].innerText)");
  const minutes = times.filter((text) => text !== "–").map((text) => [...text.matchAll(/(\d+) (d|h|min)/g)].reduce((sum, [, n, unit]) => sum + n * { d: 1440, h: 60, min: 1 }[unit], 0));
  assert.deepEqual(minutes, [...minutes].sort((a, b) => a - b), "lengths of time, not words");
  assert.ok(!times.slice(0, minutes.length).includes("–"), "what is not known is last");
  const part = await open(at.actions);
  assert.equal(await part.run("document.querySelector('main .pager') ? document.querySelectorAll('.sort').length : 0"), 0, "a part of a list is not sorted");
});

await test("expected output says what it is and is not copied, by button or by key", async () => {
  const runbooks = path.join(folder, "runbooks");
  const runbook = fs.readdirSync(runbooks, { recursive: true }).find((name) => name.endsWith("index.html") && fs.readFileSync(path.join(runbooks, name), "utf8").includes('class="code expect"'));
  assert.ok(runbook, "a runbook of the example site has expected output");
  const page = await open(`runbooks/${path.dirname(runbook)}/`, { width: 320, height: 700 });
  await page.until("document.querySelector('.code-copy')");
  assert.equal(await page.run("document.querySelector('.code.expect .code-label').innerText"), "Expected output");
  assert.equal(await page.run("document.querySelectorAll('.code.expect .code-copy').length"), 0);
  assert.equal(await page.run("document.querySelectorAll('.code:not(.expect):not(:has(.code-copy))').length"), 0, "all else is");
  const before = "document.querySelector('li:has(.expect) .code:not(.expect)')";
  await page.run(`document.querySelector('.code.expect').scrollIntoView({ block: "start" }); window.annalsPage.copyInView()`);
  assert.notEqual(await page.run("window.copied"), await page.run("document.querySelector('.code.expect code').textContent"));
  await page.run(`${before}.querySelector('.code-copy').click()`);
  assert.equal(await page.until("window.copied"), await page.run(`${before}.querySelector('code').textContent`));
  assert.ok(await page.run("document.documentElement.scrollWidth <= innerWidth"), "nothing scrolls sideways");
});

await test("a link that is about to be followed is fetched ahead, once, and no other", async () => {
  const page = await open(at.runbook);
  const ahead = () => page.run("[...document.querySelectorAll('link[rel=prefetch]')].map((link) => link.getAttribute('href'))");
  const over = (selector, type) => page.run(`document.querySelector(${JSON.stringify(selector)}).dispatchEvent(new Event(${JSON.stringify(type)}, { bubbles: true }))`);
  assert.deepEqual(await ahead(), []);
  await page.run(`document.body.insertAdjacentHTML("beforeend", '<p><a id="away" href="https://example.org/">away</a> <a id="here" href="#top">here</a> <a id="data" href="feed.json">data</a></p>')`);
  for (const id of ["away", "here", "data"]) await over("#" + id, "touchstart");
  const sent = page.requests.length;
  await over(".breadcrumbs a", "touchstart");
  await page.until("document.querySelector('link[rel=prefetch]')");
  await over(".breadcrumbs a", "touchstart");
  await over(".breadcrumbs a", "mouseover");
  await page.run("new Promise((done) => setTimeout(done, 300))");
  assert.deepEqual(await ahead(), [await page.run("document.querySelector('.breadcrumbs a').pathname")]);
  assert.equal(page.requests.length, sent + 1, "the page's policy allows it");
  assert.deepEqual(page.problems, []);
});

await test("where the host sends the speculation rules the browser alone fetches ahead, and the page is there at once", async () => {
  const site = await serve(folder, "/kb/");
  site.state.rules = true;
  const page = await chromium.page({ width: 1280, height: 800 });
  await page.open(site.base + at.runbook);
  await page.until("performance.getEntriesByType('resource').some(({ name }) => name.endsWith('/speculation-rules.json'))");
  const [x, y, address] = JSON.parse(await page.run("(() => { const link = document.querySelector('.breadcrumbs a'), box = link.getBoundingClientRect(); return JSON.stringify([box.x + 3, box.y + 3, link.pathname]); })()"));
  const file = address.slice("/kb".length) + "index.html";
  const sent = () => site.log.filter(([name]) => name === file).length;
  assert.equal(sent(), 0);
  await page.call("Input.dispatchMouseEvent", { type: "mouseMoved", x, y });
  await page.run("new Promise((done) => setTimeout(done, 800))");
  assert.equal(sent(), 1, "once");
  assert.equal(await page.run("document.querySelectorAll('link[rel=prefetch]').length"), 0);
  for (const type of ["mousePressed", "mouseReleased"]) await page.call("Input.dispatchMouseEvent", { type, x, y, button: "left", clickCount: 1 });
  await page.until(`location.pathname === ${JSON.stringify(address)} && document.readyState === "complete"`);
  assert.equal(await page.run("performance.getEntriesByType('navigation')[0].deliveryType"), "navigational-prefetch");
  assert.equal(sent(), 1, "what was fetched is what is shown");
  assert.deepEqual(page.problems, []);
  site.close();
});

await test("long lines of code are wrapped by choice, and the choice is kept", async () => {
  const page = await open(at.runbook, { width: 320, height: 700 });
  await page.until("document.querySelector('.code-wrap')");
  const wide = "document.querySelector('.code:has(.code-wrap) pre').scrollWidth > document.querySelector('.code:has(.code-wrap)').clientWidth";
  assert.ok(await page.run(wide));
  await page.run("document.querySelector('.code-wrap').click()");
  assert.ok(!(await page.run(wide)));
  await page.open(server.base + at.runbook);
  assert.ok(!(await page.run(wide)), "still wrapped");
  assert.equal(await page.run("document.querySelector('.code-wrap').getAttribute('aria-pressed')"), "true");
  await page.run("localStorage.clear()");
});

await test("single keys act, are listed by ?, and can be switched off", async () => {
  const page = await open(at.runbook);
  const fetched = () => page.requests.filter((url) => /\/keys\.\w+\.js$/.test(url)).length;
  assert.equal(fetched(), 0, "who presses none needs no keys");
  await page.key("?");
  await page.until("document.querySelector('dialog.keys[open]')");
  assert.equal(fetched(), 1);
  const listed = await page.run("[...document.querySelectorAll('.keys dt')].map((term) => [...term.children].map((key) => key.textContent).join(' '))");
  for (const keys of ["/", "Ctrl K", "?", "g h", "g r", "g i", "g v", "g s", "n", "N", "c", "y", "e", "d", "Esc"]) assert.ok(listed.includes(keys), keys + " is listed");
  assert.ok(listed.includes("[") || listed.includes("]"), "so are pages beside this one");
  await page.key("Escape");
  await page.until("!document.querySelector('dialog.keys[open]')");
  await page.run("document.querySelector('.code').scrollIntoView()");
  await page.key("c");
  await page.until("window.copied.length > 3");
  const loaded = page.loaded();
  await page.key("g");
  await page.key("r");
  await loaded;
  assert.equal(await page.run("location.pathname"), "/runbooks/");
  await page.run("localStorage.setItem('annals-keys', 'off')");
  for (const key of ["?", "d", "/"]) await page.key(key);
  assert.equal(await page.run("document.querySelectorAll('dialog[open]').length + (document.documentElement.dataset.theme ? 1 : 0)"), 0);
  await page.run("localStorage.clear()");
  await page.run("document.querySelector('.search input').focus()");
  assert.deepEqual(page.problems, []);
});

await test("each key of the list does what it says, as the first one, too", async () => {
  const leads = async (address, keys, where) => {
    const page = await open(address);
    const there = page.loaded();
    for (const key of keys) await page.key(key);
    await there;
    assert.match(await page.run("location.pathname"), where, keys.join(" "));
    assert.deepEqual(page.problems, [], keys.join(" "));
  };
  await leads(at.retro, ["g", "h"], /^\/$/);
  await leads(at.retro, ["g", "i"], /^\/archive\/$/);
  await leads(at.retro, ["g", "v"], /^\/packages\/$/);
  await leads(at.retro, ["g", "s"], /^\/services\/$/);
  const page = await open(at.runbook);
  const next = await page.run("document.querySelector('main a[rel=next]')?.pathname"), previous = await page.run("document.querySelector('main a[rel=prev]')?.pathname");
  assert.ok(next || previous);
  if (next) await leads(at.runbook, ["]"], new RegExp("^" + next + "$"));
  if (previous) await leads(at.runbook, ["["], new RegExp("^" + previous + "$"));
  await page.key("d");
  await page.until("document.documentElement.dataset.theme === 'light'");
  await page.run("localStorage.clear()");
  // Where e and y lead is another host, which is not asked here.
  for (const [key, selector, form] of [["e", ".trust a.edit", /\/edit\//], ["y", ".trust a.source", /\/[0-9a-f]{40}\/.*\.md$/]]) {
    const page = await open(at.runbook);
    const to = await page.run(`document.querySelector("${selector}").href`);
    assert.match(to, form);
    await page.call("Fetch.enable", { patterns: [{ urlPattern: to + "*" }] });
    const answer = page.paused().then((requestId) => page.call("Fetch.fulfillRequest", { requestId, responseCode: 200, body: "" }));
    await page.key(key);
    await answer;
    await page.until(`location.href === ${JSON.stringify(to)}`);
  }
});

await test("the key that opens search keeps what was asked, and Esc gives the focus back", async () => {
  const page = await open(at.runbook);
  await page.run("document.querySelector('.code-copy').focus()");
  await page.key("/");
  await page.until("document.querySelector('dialog.search-dialog[open]')");
  await page.type("pool");
  await page.until("document.querySelector('[role=option]')");
  await page.key("Escape");
  await page.until("!document.querySelector('dialog[open]')");
  assert.equal(await page.run("document.activeElement.className"), "code-copy");
  await page.key("k", 2);
  await page.until("document.querySelector('dialog.search-dialog[open]')");
  assert.equal(await page.run("document.querySelector('[role=combobox]').value"), "pool");
});

await test("who types before search is there loses nothing", async () => {
  const page = await open("");
  await page.call("Network.emulateNetworkConditions", { offline: false, latency: 300, downloadThroughput: 50000, uploadThroughput: 50000 });
  await page.open(server.base + "search/");
  assert.equal(await page.run("document.activeElement.closest('.search-panel') !== null && !window.annalsSearch?.Panel"), true, "the field is there before search");
  await page.type("pool exhausted");
  await page.until("document.querySelector('[role=option]')");
  assert.equal(await page.run("document.querySelector('[role=combobox]').value"), "pool exhausted");
  assert.match(await page.run("document.querySelector('[role=option]').href"), /pool-exhausted/);
  assert.equal(await page.run("document.activeElement.value"), "pool exhausted");
});

await test("a heading's link is copied, and that is said", async () => {
  const page = await open(at.retro);
  await page.run("document.querySelector('a.anchor').click()");
  await page.until("document.querySelector('.told')?.textContent === 'Link copied'");
  assert.match(await page.run("window.copied"), /#/);
});

await test("an address that leads nowhere is searched for by its words", async () => {
  const page = await open(at["not-found"]);
  // As a host serves it: the page under an address that does not exist.
  const html = fs.readFileSync(path.join(folder, "404.html"), "utf8");
  // A service worker of an earlier test would ask the network by itself, past what is put in its place here.
  await page.call("Network.setBypassServiceWorker", { bypass: true });
  await page.call("Fetch.enable", { patterns: [{ urlPattern: "*checkout-rejects*" }] });
  const answer = page.paused().then((requestId) => page.call("Fetch.fulfillRequest", { requestId, responseCode: 404,
    responseHeaders: [{ name: "Content-Type", value: "text/html" }], body: Buffer.from(html).toString("base64") }));
  await page.open(server.base + "old/checkout-rejects-configuration.html");
  await answer;
  await page.until("document.querySelector('[role=option]')");
  assert.equal(await page.run("document.querySelector('[role=combobox]').value"), "old checkout rejects configuration");
  assert.match(await page.run("document.querySelector('[role=option]').innerText"), /Checkout rejects its configuration/);
  assert.match(await page.run("location.href"), /configuration\.html$/, "the address stays");
});

/** The least contrast of text on a page. */
const LEAST = `(() => {
  const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const rgba = (color) => { canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = color; canvas.fillRect(0, 0, 1, 1); return canvas.getImageData(0, 0, 1, 1).data; };
  const light = ([r, g, b]) => [r, g, b].map((value) => (value /= 255) <= .04045 ? value / 12.92 : ((value + .055) / 1.055) ** 2.4).reduce((sum, value, at) => sum + value * [.2126, .7152, .0722][at], 0);
  const behind = (element) => { for (let at = element; at; at = at.parentElement) { const color = rgba(getComputedStyle(at).backgroundColor); if (color[3] > 250) return color; } return rgba("#fff"); };
  let least = 21, where = "";
  for (const element of document.querySelectorAll("body *")) {
    if (![...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim()) || !element.getClientRects().length || element.closest("svg, script")) continue;
    const [a, b] = [light(rgba(getComputedStyle(element).color)), light(behind(element))];
    const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
    if (ratio < least) [least, where] = [ratio, element.outerHTML.slice(0, 100)];
  }
  return [least, where];
})()`;

await test("high contrast is 7:1 everywhere, by choice or by the system's, light and dark", async () => {
  for (const scheme of ["light", "dark"]) {
    for (const contrast of ["no-preference", "more"]) {
      const page = await open("");
      await page.call("Emulation.setEmulatedMedia", { features: [{ name: "prefers-color-scheme", value: scheme }, { name: "prefers-contrast", value: contrast }] });
      if (contrast === "no-preference") await page.run("localStorage.setItem('annals-scheme', 'contrast')");
      for (const name of ["home", "runbook", "retro", "release", "actions", "metrics", "archive"]) {
        await page.open(server.base + at[name]);
        const [least, where] = await page.run(LEAST);
        assert.ok(least >= 7, `${name}, ${scheme}, ${contrast}: ${least.toFixed(1)} at ${where}`);
      }
      await page.run("localStorage.clear()");
    }
  }
});

await test("a scheme that was chosen is there before anything is drawn", async () => {
  const page = await open("");
  for (const name of ["light", "dark", "contrast"]) {
    await page.run("document.querySelector('.scheme').click()");
    assert.equal(await page.run("document.documentElement.dataset.theme"), name);
    await page.open(server.base + at.article);
    assert.equal(await page.run("document.documentElement.dataset.theme"), name);
  }
  assert.ok(await page.run("[...document.head.querySelectorAll('script')].findIndex((one) => one.src.includes('scheme') && !one.defer) >= 0"));
  await page.run("localStorage.clear()");
});

await test("paper gets the text alone, black on white, unfolded", async () => {
  const page = await open(at.retro);
  await page.run("localStorage.setItem('annals-scheme', 'dark')");
  await page.open(server.base + at.retro);
  await page.call("Emulation.setEmulatedMedia", { media: "print" });
  assert.equal(await page.run("getComputedStyle(document.body).backgroundColor"), "rgb(255, 255, 255)");
  assert.equal(await page.run("getComputedStyle(document.body).color"), "rgb(0, 0, 0)");
  assert.equal(await page.run("document.querySelector('h1').getClientRects().length"), 1);
  for (const part of [".top", ".side", ".rail", ".toc-fold", ".code-tools", ".edit"]) {
    assert.equal(await page.run(`[...document.querySelectorAll("${part}")].filter((one) => one.getClientRects().length).length`), 0, part);
  }
  await page.run("dispatchEvent(new Event('beforeprint'))");
  assert.ok(await page.run("document.querySelector('.drawn details').open && document.querySelector('.drawn td').offsetHeight > 0"), "the timeline is printed");
  await page.run("dispatchEvent(new Event('afterprint'))");
  assert.ok(!(await page.run("document.querySelector('.drawn details').open")));
  await page.run("localStorage.clear()");
});

await test("colours forced by the system leave nothing unseen", async () => {
  const page = await open("");
  await page.call("Emulation.setEmulatedMedia", { features: [{ name: "forced-colors", value: "active" }] });
  await page.open(server.base + at.runbook);
  assert.notEqual(await page.run("getComputedStyle(document.querySelector('.badge')).borderTopStyle"), "none");
  assert.equal(await page.run("getComputedStyle(document.querySelector('.side-pages [aria-current]')).outlineStyle"), "solid");
});

await test("an announcement moves nothing, and who has closed it is not told again until it says something else", async () => {
  const page = await open("", { width: 320, height: 700 });
  await page.until("document.querySelector('.announcement button')");
  assert.equal(await page.run("document.documentElement.scrollWidth"), 320);
  const shifts = "new Promise((done) => new PerformanceObserver((list) => done(list.getEntries().reduce((sum, one) => sum + one.value, 0))).observe({ type: 'layout-shift', buffered: true }) || setTimeout(done, 300, 0))";
  assert.ok(await page.run(shifts) < 0.01);
  const seen = () => page.run("document.querySelector('.announcement').getClientRects().length");
  assert.equal(await seen(), 1);
  await page.run("document.querySelector('.announcement button').click()");
  assert.equal(await seen(), 0);
  await page.open(server.base + at.runbook);
  assert.equal(await seen(), 0, "closed on all pages");
  await page.run("localStorage.setItem('annals-announced', 'an older text')");
  await page.open(server.base + at.runbook);
  assert.equal(await seen(), 1, "another text is told");
  await page.run("localStorage.clear()");
  await page.call("Emulation.setScriptExecutionDisabled", { value: true });
  await page.open(server.base);
  assert.equal(await seen(), 1);
  assert.equal(await page.run("document.querySelectorAll('.announcement button').length"), 0, "no button without a script");
});

await test("who pays for each byte has nothing fetched ahead", async () => {
  for (const connection of ["{ saveData: true }", "{ effectiveType: 'slow-2g' }"]) {
    const page = await chromium.page();
    await page.call("Page.addScriptToEvaluateOnNewDocument", { source: `Object.defineProperty(navigator, "connection", { value: ${connection} })` });
    await page.open(server.base + at.runbook);
    await page.run("document.querySelector('.side-roots li:last-child a').focus(); new Promise((done) => setTimeout(done, 200))");
    assert.equal(await page.run("document.querySelectorAll('link[rel=prefetch]').length"), 0, connection);
  }
});

await test("where an address leads nowhere, nothing moves when what is near it is found", async () => {
  const page = await chromium.page({ width: 412, height: 823 });
  await page.call("Page.addScriptToEvaluateOnNewDocument", { source: "window.moved = 0; new PerformanceObserver((list) => { for (const one of list.getEntries()) moved += one.value; }).observe({ type: 'layout-shift', buffered: true });" });
  // As slow as a phone's network, so that each part comes by itself.
  await page.call("Network.emulateNetworkConditions", { offline: false, latency: 100, downloadThroughput: 200000, uploadThroughput: 80000 });
  await page.open(server.base + "404.html");
  await page.until("document.querySelector('.search-hit, .search-nothing')");
  await new Promise((done) => setTimeout(done, 1000));
  const moved = await page.run("moved");
  assert.ok(moved < 0.02, `cumulative layout shift ${moved}`);
  assert.equal(await page.run("[...document.querySelectorAll('main form')].filter((form) => form.getClientRects().length && form.matches('.search-wide')).length"), 0, "one field, not two");
});

await chromium.close();
server.close();
