// Walks through search as a reader does: `node search-test.mjs SITE [SHOTS]`, SITE made by the example `search_site`
// from the pages in tests/browser/search-pages.
import assert from "node:assert/strict";
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

for (const kind of ["missing", "cut"]) {
  await test(`a ${kind} file is said, and tried again`, async () => {
    const page = await chromium.page();
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
