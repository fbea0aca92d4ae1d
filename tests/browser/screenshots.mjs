// `node screenshots.mjs SITE FOLDER [WORD…]`: pictures of one page of each sort of the example site, on a phone and on a
// screen, light and dark. SITE is what `annals build` made of `scripts/demo`; words choose among the sorts.
import fs from "node:fs";
import path from "node:path";
import { pages } from "./example-site.mjs";
import { browser, serve } from "./search-chromium.mjs";

const [site, folder, ...only] = process.argv.slice(2);
if (!site || !folder) throw new Error("usage: scripts/screenshots SITE FOLDER [WORD…]");
fs.mkdirSync(folder, { recursive: true });
const server = await serve(path.resolve(site));
const chromium = await browser();
for (const [view, width, height] of [["phone", 390, 740], ["screen", 1440, 900]]) {
  for (const scheme of ["light", "dark"]) {
    const page = await chromium.page({ width, height });
    await page.call("Emulation.setEmulatedMedia", { features: [{ name: "prefers-color-scheme", value: scheme }] });
    for (const [name, address] of Object.entries(pages(path.resolve(site)))) {
      if (only.length && !only.includes(name)) continue;
      await page.open(server.base + address);
      await page.shot(path.join(folder, `${name}-${view}-${scheme}.png`));
    }
  }
}
await chromium.close();
server.close();
