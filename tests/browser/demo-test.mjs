// Looks at one page of each sort of the example site, on a phone, on a screen and in the dark:
// `node demo-test.mjs SITE [SHOTS]`, SITE being what `annals build` made of `scripts/demo`.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { browser, serve, test } from "./search-chromium.mjs";

const [folder, shots] = process.argv.slice(2).map((name) => path.resolve(name));
const server = await serve(folder, "/kb/");
const chromium = await browser();

/** The first page below a section. */
const first = (section) => section + fs.readdirSync(path.join(folder, section), { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== "page").map((entry) => entry.name).sort().at(-1) + "/";

const PAGES = {
  home: "", "on-call": "on-call/", service: "services/checkout/", services: "services/", team: "teams/logistics/", retros: "retros/",
  retro: first("retros/"), archive: "archive/", actions: "actions/", alerts: "alerts/", alert: "alerts/CartPoolExhausted/",
  metrics: "metrics/", review: "review/", runbooks: "runbooks/", runbook: first("runbooks/cart/"), drills: "drills/", drill: first("drills/"),
  decision: "decisions/one-queue/", successor: "decisions/queue-for-each-service/", demo: "demos/partial-refund/", path: "paths/first-week-on-call/",
  log: first("oncall/"), report: first("reviews/"), packages: "packages/", package: "packages/shop-pay/", year: "packages/in-2026/", search: "search/",
};

/** Text that runs into its background, by WCAG's ratio for plain text. */
const POOR = `(() => {
  const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const rgba = (color) => { canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = color; canvas.fillRect(0, 0, 1, 1); return canvas.getImageData(0, 0, 1, 1).data; };
  const light = ([r, g, b]) => [r, g, b].map((value) => (value /= 255) <= .04045 ? value / 12.92 : ((value + .055) / 1.055) ** 2.4).reduce((sum, value, at) => sum + value * [.2126, .7152, .0722][at], 0);
  const behind = (element) => { for (let at = element; at; at = at.parentElement) { const color = rgba(getComputedStyle(at).backgroundColor); if (color[3] > 250) return color; } return rgba(getComputedStyle(document.documentElement).colorScheme.includes("dark") && matchMedia("(prefers-color-scheme: dark)").matches ? "#000" : "#fff"); };
  const poor = new Set();
  for (const element of document.querySelectorAll("main *")) {
    if (![...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim()) || !element.getClientRects().length || element.closest("svg, pre, button")) continue;
    const [a, b] = [light(rgba(getComputedStyle(element).color)), light(behind(element))];
    if ((Math.max(a, b) + .05) / (Math.min(a, b) + .05) < 4.5) poor.add(element.tagName + "." + element.className + ": " + element.textContent.trim().slice(0, 40));
  }
  return [...poor];
})()`;

for (const [view, width, scheme] of [["phone", 320, "light"], ["screen", 1280, "light"], ["dark", 1280, "dark"]]) {
  const page = await chromium.page({ width, height: 900 });
  await page.call("Emulation.setEmulatedMedia", { features: [{ name: "prefers-color-scheme", value: scheme }] });
  for (const [name, address] of Object.entries(PAGES)) {
    await test(`${name} on ${view}`, async () => {
      page.problems.length = 0;
      await page.open(server.base + address);
      assert.deepEqual(page.problems, []);
      const wide = await page.run("document.documentElement.scrollWidth - innerWidth");
      const who = wide > 0 && (await page.run("[...document.querySelectorAll('main *')].filter((element) => element.getBoundingClientRect().right > innerWidth + 1 && !element.closest('.table, pre')).map((element) => element.outerHTML.slice(0, 120)).slice(0, 3)"));
      assert.ok(wide <= 0, `${wide} pixels too wide: ${who}`);
      assert.deepEqual(await page.run(POOR), [], "text that is hard to read");
      const one = await page.run("document.body.innerText.match(/(^|[^\\d.,])1 (pages|releases|incidents|changes|commits|items)\\b/)?.[0]");
      assert.equal(one ?? "", "", "one of several");
      if (shots) {
        fs.mkdirSync(shots, { recursive: true });
        await page.shot(path.join(shots, `${name}-${view}.png`));
      }
    });
  }
}

await test("who is on call is true when the page is read, and after a handover", async () => {
  const page = await chromium.page();
  const now = (time) => `Date.now = () => ${Date.parse(time)};`;
  // Storefront, first line: Mondays at nine in Berlin; four members from 2026-01-05 on; the clocks went back on 2026-10-25.
  const read = async (time) => {
    const { identifier } = await page.call("Page.addScriptToEvaluateOnNewDocument", { source: now(time) });
    await page.open(server.base + "on-call/");
    await page.call("Page.removeScriptToEvaluateOnNewDocument", { identifier });
    const part = (name) => page.run(`document.querySelector("[data-rotation=storefront] .duty-${name}").innerText.split(/\\s+/).slice(0, 3).join(" ")`);
    return `${await part("now")}, ${await part("next")}`;
  };
  // 2026-11-16 is 45 weeks after the start: the second member's turn (45 mod 4 = 1).
  assert.equal(await read("2026-11-16T07:59:59Z"), "Sample Person 1, Sample Person 2");
  assert.equal(await read("2026-11-16T08:00:00Z"), "Sample Person 2, Sample Person 3");
  assert.equal(await read("2026-12-24T12:00:00Z"), "Sample Person 2, Sample Person 3", "somebody stands in");
  const shown = await page.run("document.querySelectorAll('#storefront ~ .shifts tr.current').length + document.querySelectorAll('#storefront ~ .shifts tbody tr').length * 10");
  assert.equal(shown, 81, "the next eight shifts are listed, and the one that is going on is marked");
  await read("2028-01-01T00:00:00Z");
  assert.match(await page.run("document.querySelector('.duty-now').innerText"), /have ended/, "it names nobody rather than somebody wrong");
});

await test("a column of lengths of time is sorted by how long they are, and what is not known comes last", async () => {
  const page = await chromium.page();
  await page.open(server.base + "metrics/");
  const table = "document.querySelector('#months + .table table')";
  const column = await page.run(`${table}.tHead.rows[0].cells.length - 1`);
  const sort = () => page.run(`${table}.tHead.rows[0].cells[${column}].querySelector("button").click(), [...${table}.tBodies[0].rows].map((row) => Number(row.cells[${column}].dataset.minutes ?? NaN))`);
  for (const way of [1, -1]) {
    const all = await sort(), known = all.filter((minutes) => !Number.isNaN(minutes));
    assert.ok(known.length > 6, `${known.length} months`);
    assert.deepEqual(known, [...known].sort((a, b) => way * (a - b)));
    assert.deepEqual(all.slice(0, known.length), known, "what is not known comes last");
  }
});

await test("a hit in a demo's transcript opens the recording at its time", async () => {
  const page = await chromium.page();
  await page.open(server.base + "demos/gallery/");
  const chapter = await page.run("document.querySelectorAll('.chapters [data-chapter]')[1].dataset.chapter");
  await page.open("about:blank");
  await page.open(server.base + "demos/gallery/#" + chapter);
  await page.until("document.querySelector('.recording').currentTime === 40");
  assert.equal(await page.run("document.querySelector('.at-time + p, .at-time').getAttribute('aria-label').includes('0:00')"), true, "each chapter has its time beside it");
  await page.run("location.hash = ''; document.querySelectorAll('.chapters [data-seconds]')[0].click()");
  await page.until("document.querySelector('.recording').currentTime < 20");
});

await chromium.close();
server.close();
process.exit();
