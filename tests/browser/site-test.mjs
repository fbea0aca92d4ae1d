// Walks through a built site as a reader does: `node site-test.mjs SITE [SHOTS]`, SITE being what `annals build` made of
// this repository's own content.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { browser, serve } from "./search-chromium.mjs";

const [folder, shots] = process.argv.slice(2).map((name) => path.resolve(name));
const server = await serve(folder, "/kb/");
const chromium = await browser();
let passed = 0, failed = 0;
const shot = async (page, name) => {
  if (!shots) return;
  fs.mkdirSync(shots, { recursive: true });
  await page.shot(path.join(shots, name + ".png"));
};

async function test(name, run) {
  try {
    await run();
    passed++;
    console.log("ok   " + name);
  } catch (error) {
    failed++;
    console.log("FAIL " + name + "\n" + error.stack);
  }
}

/** Pages of each sort that the site has. */
const pages = ["", "runbooks/", "runbooks/build-fails/", "reference/markdown/", "reference/settings/", "releases/v0.1.0/", "packages/", "metrics/", "review/", "tags/", "search/", "search/a-z/1/"];

await test("a reader searches by an error, opens the right step, and goes on in the dark", async () => {
  const page = await chromium.page();
  await page.open(server.base);
  assert.ok(!page.requests.some((url) => /search\.[0-9a-f]+\.js|\/search\/root/.test(url)), "nobody has searched yet");
  await page.key("/");
  await page.until('document.querySelector("dialog[open]") && document.activeElement.matches("[role=combobox]")');
  await page.type("shallow clone dates left out");
  await page.until('document.querySelector("[aria-selected=true]")?.href.includes("/runbooks/dates-are-missing/")');
  await shot(page, "search");
  const loaded = page.loaded();
  await page.key("Enter");
  await loaded;
  assert.match(await page.run("location.pathname"), /^\/kb\/runbooks\/dates-are-missing\/$/);
  assert.equal(await page.run("document.querySelector('h1').innerText"), "Dates, authors or releases are missing");
  await page.until('CSS.highlights.get("annals-search")?.size > 0');
  const light = await page.run("getComputedStyle(document.body).backgroundColor");
  await page.key("Escape");
  await page.run("document.querySelector('.scheme').click()"); // light
  await page.run("document.querySelector('.scheme').click()"); // dark
  const dark = await page.run("getComputedStyle(document.body).backgroundColor");
  assert.notEqual(dark, light);
  const again = page.loaded();
  await page.run("location.reload()");
  await again;
  assert.equal(await page.run("getComputedStyle(document.body).backgroundColor"), dark, "the choice is kept");
  await shot(page, "dark");
  await page.run("localStorage.clear()");
  assert.deepEqual(page.problems, []);
});

await test("every page is quiet, asks nobody else, and fits a narrow phone", async () => {
  for (const width of [320, 768, 1440]) {
    const page = await chromium.page({ width, height: 800 });
    for (const address of pages) {
      await page.open(server.base + address);
      assert.ok(await page.run("document.documentElement.scrollWidth <= innerWidth"), `${address} scrolls sideways at ${width}`);
      assert.equal(await page.run("document.querySelectorAll('h1').length"), 1, `${address} has one h1`);
      await shot(page, `${width}-${address.replaceAll("/", "_") || "home"}`);
    }
    assert.deepEqual(page.problems, [], `at ${width}`);
    assert.ok(page.requests.every((url) => url.startsWith(server.base) || url.startsWith("data:")), "no other host is asked");
  }
});

await test("code is copied without its prompts, tabs are one, headings have addresses", async () => {
  const page = await chromium.page();
  await page.open(server.base + "reference/markdown/");
  await page.until("document.querySelectorAll('.code .code-copy').length > 2");
  await page.until("document.querySelectorAll('.tabs [role=tab]').length === 2");
  assert.equal(await page.run("document.querySelectorAll('.tabs .tab:not([hidden])').length"), 1);
  await page.run("document.querySelectorAll('.tabs [role=tab]')[1].click()");
  assert.match(await page.run("document.querySelector('.tabs .tab:not([hidden])').innerText"), /brew/);
  await page.run("location.hash = '#callouts'");
  await page.until("scrollY > 0");
  const top = await page.run("document.getElementById('callouts').getBoundingClientRect().top");
  assert.ok(top >= 48, `the header covers the heading at ${top}`);
});

await test("on a phone the title stands high and the menu opens and closes", async () => {
  const page = await chromium.page({ width: 390, height: 740 });
  await page.open(server.base + "runbooks/build-fails/");
  assert.ok((await page.run("document.querySelector('h1').getBoundingClientRect().top")) <= 130);
  await page.run("document.querySelector('.menu-link').click()");
  await page.until("document.querySelector('dialog.drawer[open] .side a')");
  await shot(page, "drawer");
  await page.key("Escape");
  await page.until("!document.querySelector('dialog.drawer[open]')");
  await page.until("document.activeElement.className === 'menu-link'"); // focus comes back
  assert.deepEqual(page.problems, []);
});

await test("the page of results is laid out as any other", async () => {
  const page = await chromium.page({ width: 1280, height: 900 });
  await page.open(server.base + "search/?q=exit+code");
  await page.until("document.querySelector('[role=option]')");
  const [header, main, footer] = await page.run("['.top', 'main', 'footer'].map((name) => { const { top, width } = document.querySelector(name).getBoundingClientRect(); return { top, width }; })");
  assert.ok(header.width > 1200, "the header spans the page");
  assert.ok(main.top >= header.top && main.width > 600, JSON.stringify(main));
  assert.ok(footer.top > main.top, "the footer is below");
  assert.deepEqual(page.problems, []);
});

await test("without JavaScript all can be read, navigated and looked up", async () => {
  const page = await chromium.page();
  await page.call("Emulation.setScriptExecutionDisabled", { value: true });
  await page.open(server.base + "reference/markdown/");
  assert.ok(await page.run("[...document.querySelectorAll('.tabs .tab')].every((tab) => tab.offsetHeight > 0)"), "both tabs are shown");
  assert.ok(await page.run("document.querySelectorAll('#pageNavigation a').length > 5"));
  assert.equal(await page.run("document.querySelectorAll('button').length"), 0, "no dead button");
  await page.open(server.base + "search/?q=build");
  await page.open(await page.run("document.querySelector('[data-search-fallback] a').href"));
  assert.ok(await page.run("[...document.querySelectorAll('.az a')].some((link) => link.innerText.includes('The build fails in CI'))"));
});

await test("it works from a folder, without a server", async () => {
  const page = await chromium.page();
  await page.open(pathToFileURL(path.join(folder, "runbooks/build-fails/index.html")).href);
  assert.equal(await page.run("getComputedStyle(document.querySelector('.top')).position"), "sticky", "the stylesheet is there");
  await page.key("/");
  await page.until('document.activeElement.matches("[role=combobox]")');
  await page.type("shallow clone");
  await page.until('document.querySelector("[aria-selected=true]")?.href.includes("dates-are-missing")');
  assert.deepEqual(page.problems, []);
});

await chromium.close();
server.close();
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed ? 1 : 0;
