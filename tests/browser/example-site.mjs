// One page of each sort of the example site that `scripts/demo` writes, and which budget it has.
import fs from "node:fs";
import path from "node:path";

/** Addresses by sort of page. @param {string} folder the built site @returns {Object<string, string>} */
export function pages(folder) {
  /** The newest page below a section. */
  const last = (section, form = /./) => section + fs.readdirSync(path.join(folder, section), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== "page" && form.test(entry.name)).map((entry) => entry.name).sort().at(-1) + "/";
  /** The version that has most to tell, of a package. */
  const release = (section) => section + fs.readdirSync(path.join(folder, section), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && /^v?\d/.test(entry.name)).map((entry) => entry.name)
    .sort((a, b) => fs.statSync(path.join(folder, section, b, "index.html")).size - fs.statSync(path.join(folder, section, a, "index.html")).size)[0] + "/";
  return {
    home: "", section: "articles/", article: "articles/an-orders-way/", runbooks: "runbooks/", runbook: last("runbooks/cart/"), retros: "retros/",
    retro: last("retros/"), archive: "archive/", release: release("packages/shop-pay/"), note: last("releases/"), package: "packages/shop-pay/",
    packages: "packages/", changes: "packages/shop-pay/changes/", compare: "packages/shop-pay/compare/", year: "packages/in-2026/",
    services: "services/", service: "services/checkout/", team: "teams/logistics/", person: last("authors/"), tags: "tags/", tag: last("tags/"), alerts: "alerts/",
    alert: "alerts/CartPoolExhausted/", report: last("reviews/"), metrics: "metrics/", month: last("metrics/", /^\d{4}-\d\d$/), queue: "review/", audit: "audit/", "audit-owner": "audit/owner/payments/", actions: "actions/", "on-call": "on-call/",
    search: "search/", index: "search/a-z/1/", drills: "drills/", drill: last("drills/"), log: last("oncall/"),
    decision: "decisions/one-queue/", successor: "decisions/queue-for-each-service/", demo: "demos/partial-refund/", path: "paths/first-week-on-call/",
    "not-found": "404.html", components: "components/",
  };
}

/** Sorts of page that are one text, whose budget is smaller than that of lists. */
export const TEXTS = new Set(["article", "runbook", "retro", "release", "note", "report", "drill", "log", "decision", "successor", "demo", "path", "alert"]);

/** Sorts of page whose largest content is what a search answers: it is painted when the search has come. */
export const PAINTED_AFTER_SEARCH = new Set(["search", "not-found"]);

/** What a page may weigh at most: kibibytes after gzip, requests, elements. */
export const BUDGETS = {
  text: { html: 14, css: 10, js: 8, all: 40, requests: 6, nodes: 900 },
  list: { html: 30, css: 10, js: 12, all: 60, requests: 6, nodes: 2500 },
};

/** What search may weigh, which no page loads before somebody is about to search: kibibytes after gzip. */
export const SEARCH = {
  // Fetched when its field is entered, and enough for the first results.
  first: 12,
  // Fetched after the first results are there.
  later: 12,
  // How results look.
  style: 3,
  // Parts of the index, where a page itself searches: the page of results for its query, and that of an address that leads
  // nowhere for its words.
  index: 80,
};
