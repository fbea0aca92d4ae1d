// Runs queries through the client's engine: `node search-rank.mjs ASSETS INDEX < QUERIES` reads one JSON string a
// line and prints the page numbers and scores found, one JSON list a line.
import fs from "node:fs";
import path from "node:path";
import vm from "node:vm";

const [assets, folder] = process.argv.slice(2);
for (const part of ["query", "sign", "index", "rank", "evidence", "mend", "filter"]) {
  const file = path.join(assets, `search-${part}.js`);
  vm.runInThisContext(fs.readFileSync(file, "utf8"), { filename: file });
}
const A = globalThis.annalsSearch;
const load = async (name) => {
  let text;
  globalThis.annalsShard = (_, data) => { text = data; };
  vm.runInThisContext(fs.readFileSync(path.join(folder, name + ".js"), "utf16le").slice(1));
  return text;
};
const index = await new A.Index(load).open();
for (const line of fs.readFileSync(0, "utf8").split("\n").filter(Boolean)) {
  const query = A.parse(JSON.parse(line));
  const found = await A.search(index, query);
  console.log(JSON.stringify({
    total: found.total, hits: found.hits.map((hit) => [hit.page, String(hit.score), hit.sections.map((section) => section.number)]),
  }));
}
