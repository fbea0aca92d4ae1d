// The page of all components of the example site: what is in focus can be seen, images can be enlarged, the site's links
// are there at all widths. `node components-test.mjs SITE`, SITE being what `annals build` made of `scripts/demo`.
import assert from "node:assert/strict";
import path from "node:path";
import { browser, serve, test } from "./search-chromium.mjs";

const server = await serve(path.resolve(process.argv[2]), "/kb/");
const chromium = await browser();
const COMPONENTS = server.base + "components/";
const without = async (width) => {
  const page = await chromium.page({ width, height: 900 });
  await page.call("Emulation.setScriptExecutionDisabled", { value: true });
  return page;
};

/** What is wrong with how the element in focus is shown. */
const FOCUS = `(() => {
  const element = document.activeElement, style = getComputedStyle(element), box = element.getBoundingClientRect();
  if (element === document.body) return null;
  const name = element.tagName.toLowerCase() + "." + element.className + " " + (element.getAttribute("aria-label") ?? element.textContent.trim()).slice(0, 40);
  const wrong = [];
  if (style.outlineStyle === "none" || parseFloat(style.outlineWidth) < 2) wrong.push("no outline of 2 px: " + style.outline);
  // A contrast of 3:1 of the outline to what is behind it, by success criterion 1.4.11.
  const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const rgba = (color) => { canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = color; canvas.fillRect(0, 0, 1, 1); return canvas.getImageData(0, 0, 1, 1).data; };
  const light = ([r, g, b]) => [r, g, b].map((value) => (value /= 255) <= .04045 ? value / 12.92 : ((value + .055) / 1.055) ** 2.4).reduce((sum, value, at) => sum + value * [.2126, .7152, .0722][at], 0);
  let behind = [255, 255, 255, 255];
  for (let at = element.parentElement; at; at = at.parentElement) { const color = rgba(getComputedStyle(at).backgroundColor); if (color[3] > 250) { behind = color; break; } }
  const [a, b] = [light(rgba(style.outlineColor)), light(behind)];
  const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
  if (ratio < 3) wrong.push("an outline that is hard to see: " + ratio.toFixed(1));
  const header = document.querySelector(".top");
  if (!header.contains(element) && !element.closest(".announcement") && !element.matches(".skip")) {
    const covered = header.getBoundingClientRect().bottom;
    if (box.top < covered - 1 && box.height < innerHeight - covered) wrong.push("behind the header: " + Math.round(box.top) + " < " + Math.round(covered));
  }
  if (box.bottom < 0 || box.top > innerHeight) wrong.push("out of view");
  return { name, wrong };
})()`;

for (const [width, scheme] of [[1280, "light"], [1280, "dark"], [390, "light"]]) {
  await test(`whatever has the focus is seen, ${width} px, ${scheme}`, async () => {
    const page = await chromium.page({ width, height: 600 });
    await page.call("Emulation.setEmulatedMedia", { features: [{ name: "prefers-color-scheme", value: scheme }, { name: "prefers-reduced-motion", value: "reduce" }] });
    await page.open(COMPONENTS);
    // There and back: the browser scrolls to the edge at which an element comes into view.
    for (const modifiers of [0, 8]) {
      const seen = new Set();
      for (let at = 0; at < 200; at++) {
        await page.key("Tab", modifiers);
        const found = await page.run(FOCUS);
        if (!found) break;
        assert.deepEqual(found.wrong, [], found.name);
        seen.add(found.name);
      }
      assert.ok(seen.size > 40, `${seen.size} elements`);
    }
  });
}

await test("an image is enlarged by a click or a key, and closed again", async () => {
  const page = await chromium.page();
  await page.open(COMPONENTS);
  assert.equal(await page.run("document.querySelectorAll('.prose a.zoom').length"), 1, "a badge in a line is no link");
  const name = await page.run("document.querySelector('a.zoom img').alt");
  await page.run("document.querySelector('a.zoom').focus()");
  await page.key("Enter");
  assert.equal(await page.until("document.querySelector('dialog.zoomed[open]')?.getAttribute('aria-label')"), name);
  await page.until("document.querySelector('.zoomed img').naturalWidth > 1000");
  assert.ok(await page.run("document.querySelector('.zoomed').contains(document.activeElement)"));
  await page.key("Escape");
  await page.until("!document.querySelector('dialog.zoomed[open]')");
  assert.ok(await page.run("document.activeElement.matches('a.zoom')"), "the focus is where it was");
  await page.run("document.querySelector('a.zoom').click()");
  await page.until("document.querySelector('dialog.zoomed[open]')");
  assert.equal(await page.run("location.href"), COMPONENTS);
  assert.deepEqual(page.problems, []);
});

await test("without JavaScript an image is a link to itself", async () => {
  const page = await without(1280);
  await page.open(COMPONENTS);
  const address = await page.run("document.querySelector('a.zoom').href");
  assert.equal(address, await page.run("document.querySelector('a.zoom img').src"));
  assert.equal((await fetch(address)).status, 200);
});

await test("links of the site are in the header, or with the navigation where it is narrow", async () => {
  const shown = "(selector) => [...document.querySelectorAll(selector + ' a')].filter((link) => link.checkVisibility()).map((link) => link.textContent)";
  for (const [width, top, side] of [[1280, ["Components"], []], [768, [], ["Components"]], [320, [], ["Components"]]]) {
    for (const page of [await chromium.page({ width, height: 900 }), await without(width)]) {
      await page.open(COMPONENTS);
      assert.deepEqual(await page.run(`(${shown})(".top-links")`), top, `header at ${width} px`);
      assert.deepEqual(await page.run(`(${shown})(".side-links")`), side, `navigation at ${width} px`);
      assert.ok((await page.run(`(${shown})(".foot")`)).includes("Status"), `footer at ${width} px`);
    }
  }
  const page = await chromium.page({ width: 390, height: 740 });
  await page.open(COMPONENTS);
  await page.run("document.querySelector('.menu-link').click()");
  assert.deepEqual(await page.run(`(${shown})("dialog.drawer .side-links")`), ["Components"], "in the drawer");
});

await test("columns of a table are aligned as they are written, without a style of their own", async () => {
  const page = await chromium.page();
  await page.open(COMPONENTS);
  const aligned = (column) => page.run(`getComputedStyle(document.querySelector(".prose tbody td:nth-child(${column})")).textAlign`);
  assert.deepEqual([await aligned(1), await aligned(2), await aligned(3)], ["start", "end", "center"]);
  assert.equal(await page.run("document.querySelectorAll('[style]').length"), 0);
});

await chromium.close();
server.close();
process.exit();
