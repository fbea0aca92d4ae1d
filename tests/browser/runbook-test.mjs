// A runbook in use: `node runbook-test.mjs SITE`, SITE being what `annals build` made of `scripts/demo`.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { browser, serve, test } from "./search-chromium.mjs";

const server = await serve(path.resolve(process.argv[2]), "/kb/");
const chromium = await browser();
const RUNBOOK = server.base + "runbooks/cart/cart-pool-exhausted/";

/** A page whose clipboard can be read: what was written last is `copied`. */
async function open(address, size) {
  const page = await chromium.page(size);
  await page.call("Page.addScriptToEvaluateOnNewDocument", { source: "Object.defineProperty(navigator, 'clipboard', { value: { writeText: (text) => { window.copied = text; return Promise.resolve(); } } });" });
  await page.open(address);
  return page;
}
const type = (page, name, value) => page.run(`(() => { const input = document.querySelector(".in-use input[name=${name}]"); input.value = ${JSON.stringify(value)}; input.dispatchEvent(new Event("input")); })()`);
const copy = async (page, at) => {
  await page.run(`document.querySelectorAll(".code-copy")[${at}].click()`);
  return page.until("window.copied");
};

await test("a variable is filled in once, for all commands of the page, and quoted for the shell", async () => {
  for (const size of [undefined, { width: 360, height: 740 }]) {
    const page = await open(RUNBOOK, size);
    assert.equal(await page.run("[...document.querySelectorAll('.in-use input')].map((input) => input.name).join()"), "DATABASE");
    assert.match(await copy(page, 0), /^psql "\$DATABASE" -c/);
    assert.equal(await page.until("document.querySelector('.told').textContent"), "Not filled in: $DATABASE");
    await type(page, "DATABASE", "postgres://db.example/cart");
    const commands = await page.run("[...document.querySelectorAll('.code')].map((block) => block.querySelector('code').textContent)");
    assert.equal(commands.filter((text) => text.includes('psql "postgres://db.example/cart" -c')).length, 2, "all of them follow");
    assert.match(await copy(page, 1), /^psql "postgres:\/\/db.example\/cart" -c/);
    await type(page, "DATABASE", "a\"b$(id)`id` <img src=x onerror=alert(1)>");
    assert.match(await copy(page, 0), /^psql "a\\"b\\\$\(id\)\\`id\\` <img src=x onerror=alert\(1\)>" -c/, "it stays one word, and runs nothing");
    assert.equal(await page.run("document.querySelectorAll('.code img').length"), 0);
    assert.ok(await page.run("document.documentElement.scrollWidth <= innerWidth"));
    assert.ok(!(await page.run("location.href")).includes("DATABASE"));
    assert.deepEqual(page.problems, []);
    await page.open(RUNBOOK);
    assert.match(await page.run("document.querySelector('.in-use input').value"), /^a"b/, "it is kept while the tab is open");
    const other = await open(RUNBOOK);
    assert.equal(await other.run("document.querySelector('.in-use input').value"), "", "another tab knows nothing of it");
  }
});

await test("steps are ticked, linked, kept for twelve hours, and copied as progress", async () => {
  const page = await open(RUNBOOK);
  const count = await page.run("document.querySelectorAll('.tick').length");
  assert.ok(count >= 3);
  assert.ok(await page.run("[...document.querySelectorAll('.tick')].every((box) => box.getAttribute('aria-label').length > 10)"), "each box says what its step says");
  await page.run("document.querySelectorAll('.tick')[1].click()");
  const progress = async () => {
    await page.run("window.copied = undefined; document.querySelector('.in-use button').click()");
    return (await page.until("window.copied")).split("\n");
  };
  const lines = await progress();
  assert.equal(lines[0], `**Cart waits for database connections** ${RUNBOOK}`);
  assert.match(lines[2], /^- \[ \] 1\. See who holds the connections/);
  assert.match(lines[3], /^- \[x\] 2\. End queries .* \(\d\d:\d\d UTC\)$/);
  await page.open(RUNBOOK);
  assert.equal(await page.run("[...document.querySelectorAll('.tick')].map((box) => Number(box.checked)).join('').slice(0, 3)"), "010");
  await page.run("(() => { const key = Object.keys(localStorage).find((name) => name.startsWith('annals-ticks')); localStorage.setItem(key, JSON.stringify({ 'step-1': new Date(Date.now() - 11.9 * 36e5), 'step-2': new Date(Date.now() - 12.1 * 36e5) })); })()");
  await page.open("about:blank");
  await page.open(RUNBOOK + "#step-3");
  assert.equal(await page.run("[...document.querySelectorAll('.tick')].map((box) => Number(box.checked)).join('').slice(0, 3)"), "100", "what is older than a shift is forgotten");
  assert.ok(await page.run("document.getElementById('step-3').getBoundingClientRect().top < innerHeight"));
  await page.run("document.querySelectorAll('.in-use button')[1].click()");
  assert.equal(await page.run("document.querySelectorAll('.tick:checked').length"), 0);
  assert.deepEqual(page.problems, []);
});

await test("without JavaScript the commands are as they were written", async () => {
  const page = await chromium.page();
  await page.call("Emulation.setScriptExecutionDisabled", { value: true });
  await page.open(RUNBOOK);
  assert.match(await page.run("document.querySelector('.code code').textContent"), /^psql "\$DATABASE" -c/);
  assert.equal(await page.run("document.querySelectorAll('.in-use *, .tick').length"), 0);
  assert.equal(await page.run("document.querySelector('.in-use').offsetHeight"), 0, "nor is there room for what would need it");
});

await test("on a phone the title and the first command of a runbook are on the first screen", async () => {
  const page = await chromium.page({ width: 390, height: 740 });
  const where = "(() => { const top = (name) => document.querySelector(name).getBoundingClientRect().top; return { title: top('h1'), command: document.querySelector('.code code').getClientRects()[0].top + 21, stale: Boolean(document.querySelector('.page-head .banner')) }; })()";
  await page.open(RUNBOOK);
  const { title } = await page.run(where);
  assert.ok(title <= 130, `the title is at ${title} px, below an announcement of two lines`);
  await page.run("document.querySelector('.announcement button').click()");
  const folder = path.resolve(process.argv[2], "runbooks");
  const inside = (name) => fs.readdirSync(path.join(folder, name), { withFileTypes: true }).filter((entry) => entry.isDirectory() && entry.name !== "page").map((entry) => `${name}${entry.name}/`);
  let fresh = 0;
  for (const address of inside("").flatMap(inside)) {
    await page.open(server.base + "runbooks/" + address);
    const found = await page.run(where);
    // What may be out of date says so first.
    if (found.stale) continue;
    fresh++;
    assert.ok(found.title <= 100, `${address}: the title is at ${found.title} px`);
    assert.ok(found.command <= 740, `${address}: the first command ends at ${found.command} px`);
  }
  assert.ok(fresh > 40, `${fresh} runbooks that are up to date`);
});

await chromium.close();
server.close();
process.exit();
