// Lighthouse's scores of one page of each sort of the example site, as a phone on a slow network sees it:
// `node lighthouse.mjs SITE TOOLS [WORD…]`. Pages that ask not to be indexed are not asked for SEO.
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { pages } from "./example-site.mjs";
import { serve } from "./search-chromium.mjs";

const [folder, tools, ...only] = process.argv.slice(2).map((name, at) => (at < 2 ? path.resolve(name) : name));
const require = createRequire(path.join(tools, "node_modules/"));
const load = (name) => import(pathToFileURL(require.resolve(name)).href);
const [{ default: lighthouse }, { launch }] = [await load("lighthouse"), await load("chrome-launcher")];

const server = await serve(folder);
const chrome = await launch({ chromePath: process.env.CHROMIUM || undefined, chromeFlags: ["--headless=new", "--no-sandbox", "--disable-gpu"] });
let low = 0;
for (const [name, address] of Object.entries(pages(folder))) {
  if (only.length && !only.includes(name)) continue;
  const file = path.join(folder, address.endsWith(".html") ? address : address + "index.html");
  const hidden = fs.readFileSync(file, "utf8").includes('name="robots" content="noindex"');
  const onlyCategories = ["performance", "accessibility", "best-practices", ...(hidden ? [] : ["seo"])];
  const { lhr } = await lighthouse(server.base + address, { port: chrome.port, logLevel: "silent", onlyCategories });
  const scores = Object.values(lhr.categories).map((category) => Math.round(category.score * 100));
  const poor = Object.values(lhr.categories).flatMap((category) => category.auditRefs)
    .filter((ref) => ref.weight && lhr.audits[ref.id].score !== null && lhr.audits[ref.id].score < 1).map((ref) => `${ref.id} ${lhr.audits[ref.id].displayValue ?? ""}`.trim());
  if (scores.some((score) => score < 100)) low++;
  console.log(`${name.padEnd(12)} ${scores.join(" ")}${poor.length ? "   " + [...new Set(poor)].join(", ") : ""}`);
}
chrome.kill();
server.close();
process.exitCode = low ? 1 : 0;
