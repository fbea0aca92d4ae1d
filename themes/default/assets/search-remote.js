// Asks a search server that has the records of `annals export search`, and gives its answer the shape of the site's own
// index, so that the panel shows both alike. Loaded only where site.toml names a server.
(function (scope) {
"use strict";
const A = (scope.annalsSearch ||= {});

/** Filters as fields of the records. Ranges of versions and `is:` have no field. */
const FIELDS = { kind: "kind", service: "services", severity: "severity", tag: "tags", version: "version", package: "package", lang: "lang",
  audience: "audience", alert: "alerts", year: "day", before: "day", after: "day" };
const FACETS = ["kind", "services", "severity", "package"];
const SEARCHED = ["title", "alerts", "errors", "heading", "text", "code", "description", "services", "tags"];
const PATIENCE = 4000;

/** A date, or the start of one, as a number: 2026-03 is 20260300, before all days of that month. */
const day = (date) => Number(date.replace(/\D/g, "").padEnd(8, "0").slice(0, 8));

/** What filters ask: those of one key are alternatives, of which each has a field and a value or a range of days. */
function conditions(query) {
  const by = new Map();
  for (const [key, value] of query.filters) {
    const field = FIELDS[key];
    if (!field || key === "version" && /^[<>=]/.test(value)) throw new Error("filter " + key);
    const range = key === "before" ? [0, day(value)] : key === "after" ? [day(value), 99999999] : key === "year" ? [day(value), day(value) + 10000] : undefined;
    by.set(key, [...by.get(key) ?? [], { field, value, range }]);
  }
  return [...by.values()];
}

/** What was typed without its filters. */
const plain = (typed) => typed.replace(new RegExp(`(^|\\s)(?:${A.FILTERS.join("|")}):(?:"[^"]*"|\\S+)`, "gi"), "$1").trim();
const quoted = (value) => JSON.stringify(String(value));

/** How each server is asked and how its answer is read: groups of records of one page, how many pages, counts by field. */
const SERVERS = {
  meilisearch: {
    request({ url, index, key }, query, typed, limit) {
      const filter = conditions(query).map((any) => any.map(({ field, value, range }) => (range
        ? `${field} >= ${range[0]} AND ${field} < ${range[1]}` : `${field} = ${quoted(value)}`)));
      return [`${url}/indexes/${encodeURIComponent(index)}/search`, { method: "POST", headers: { "Content-Type": "application/json", ...(key && { Authorization: "Bearer " + key }) },
        body: JSON.stringify({ q: plain(typed), limit, filter, facets: FACETS, matchingStrategy: "frequency" }) }];
    },
    answer: ({ hits, estimatedTotalHits, facetDistribution }) => ({
      groups: hits.map((hit) => [hit]), total: estimatedTotalHits, counts: (field) => Object.entries(facetDistribution?.[field] ?? {}),
    }),
  },
  typesense: {
    request({ url, index, key }, query, typed, limit) {
      const one = ({ field, value, range }) => (range
        ? `(${field}:>=${range[0]} && ${field}:<${range[1]})` : `${field}:=\`${value.replaceAll("`", "")}\``);
      const filter = conditions(query).map((any) => `(${any.map(one).join(" || ")})`).join(" && ");
      const parameters = new URLSearchParams({ q: plain(typed) || "*", query_by: SEARCHED.join(","), group_by: "page", group_limit: "3", per_page: String(limit),
        facet_by: FACETS.join(","), ...(filter && { filter_by: filter }) });
      return [`${url}/collections/${encodeURIComponent(index)}/documents/search?${parameters}`, { headers: key ? { "X-TYPESENSE-API-KEY": key } : {} }];
    },
    answer: ({ grouped_hits: groups, found, facet_counts: counts }) => ({
      groups: groups.map(({ hits }) => hits.map(({ document }) => document)), total: found,
      counts: (field) => (counts ?? []).find(({ field_name: name }) => name === field)?.counts.map(({ value, count }) => [value, count]) ?? [],
    }),
  },
  opensearch: {
    request({ url, index, key }, query, typed, limit) {
      const fields = ["title^6", "alerts^6", "errors^4", "heading^2", "text", "code", "description^2", "services", "tags"];
      const match = (words, type) => ({ multi_match: { query: words, fields, type, ...(type === "best_fields" && { fuzziness: "AUTO" }) } });
      const one = ({ field, value, range }) => (range
        ? { range: { [field]: { gte: range[0], lt: range[1] } } } : { term: { [field === "alerts" ? "alerts.raw" : field]: value } });
      const words = query.words.map(({ text }) => text);
      const body = {
        size: limit,
        query: { bool: {
          must: words.length ? [match(words.join(" "), "best_fields")] : [],
          must_not: query.without.map((phrase) => match(phrase.join(" "), "phrase")),
          filter: [...conditions(query).map((any) => ({ bool: { should: any.map(one), minimum_should_match: 1 } })),
            ...query.phrases.map(([first, last]) => match(words.slice(first, last + 1).join(" "), "phrase"))],
        } },
        collapse: { field: "page", inner_hits: { name: "sections", size: 3 } },
        aggs: Object.fromEntries([...FACETS.map((field) => [field, { terms: { field, size: 40 } }]), ["pages", { cardinality: { field: "page" } }]]),
      };
      return [`${url}/${encodeURIComponent(index)}/_search`, { method: "POST", headers: { "Content-Type": "application/json", ...(key && { Authorization: key }) }, body: JSON.stringify(body) }];
    },
    answer: ({ hits, aggregations }) => ({
      groups: hits.hits.map((hit) => (hit.inner_hits?.sections.hits.hits ?? [hit]).map(({ _source: source }) => source)),
      total: aggregations?.pages?.value ?? hits.total.value,
      counts: (field) => (aggregations?.[field]?.buckets ?? []).map(({ key, doc_count: count }) => [key, count]),
    }),
  },
};

/** An answer in the shape of an index. */
class Remote {
  constructor(groups, counts, own) {
    this.groups = groups;
    this.root = { ...own.root, facets: {} };
    this.stop = own.stop;
    this.files = new Map();
    this.counted = (facet) => counts({ service: "services" }[facet] ?? facet);
  }
  async fetch() {}
  factsName() {}
  textNames() {
    return [];
  }
  facts(page) {
    const record = this.groups[page][0];
    return { ...record, url: record.page };
  }
  kind(page) {
    return this.groups[page][0].kind;
  }
  text(page) {
    const records = this.groups[page];
    return { description: records[0].description ?? "", sections: records.map((record) =>
      ({ heading: record.heading, anchor: record.url.split("#")[1], prose: record.text ?? "", code: record.code ?? "" })) };
  }
}

/** Asks the server. Throws where it can't be reached, can't answer or knows nothing of a filter. */
async function remote(own, query, typed, limit) {
  const { server } = own.root;
  const { request, answer } = SERVERS[server.kind];
  const [url, options] = request({ ...server, url: server.url.replace(/\/+$/, "") }, query, typed, limit);
  const response = await fetch(url, { ...options, credentials: "omit", signal: AbortSignal.timeout(PATIENCE) });
  if (!response.ok) throw new Error("HTTP " + response.status);
  const { groups, total, counts } = answer(await response.json());
  const index = new Remote(groups, counts, own);
  const hits = groups.map((records, page) => ({ page, score: 0, sections: records.map((_, at) => ({ number: at + 1, score: 1 })) }));
  const words = query.words.map(({ text }) => ({ text, alternatives: [{ text, how: "exact" }] }));
  return [index, { hits, total, groups: words, pages: hits.map(({ page }) => page), rest: () => [] }];
}

Object.assign(A, { remote });
})(globalThis);
