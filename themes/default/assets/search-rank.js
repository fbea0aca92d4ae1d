// The ranking. Its formula and sources are in the documentation of search; src/search/reader does the same
// arithmetic in the same order, with nothing but + - * /, so that both rank alike to the last bit.
(function (scope) {
"use strict";
const A = (scope.annalsSearch ||= {});

const weights = {
  k1: 2.0, b: 0.85, fields: [6.0, 6.0, 2.0, 0.9, 0.7, 3.0], section: 0.4, near: 0.65, title: 2.0, stop: 0.06,
  joined: 1.0, within: 0.3, apart: 0.9, wholeTitle: 2.5, stem: 0.72, ending: 0.9, prefix: 0.85, typo: 0.55, likelihood: 0.6, compound: 2.5, synonym: 0.55, coverage: 0.05, counted: 0.7, reranked: 120,
};
const PREFIXES = 24, WINDOW = 6, PHRASE = 4;

/**
 * @typedef {{text: string, how: string, factor: number, postings: import("./search-index").Postings}} Alternative
 * @typedef {{text: string, first: number, last: number, weight: number, alternatives: Alternative[]}} Group
 */

const chars = (text) => [...text].length;

/** The word and the other forms of its stem. @returns {Alternative[]} */
function exact(index, text) {
  const shard = index.shardOf(text);
  const at = shard ? A.find(shard.terms, text) : -1;
  if (at < 0) return [];
  const out = [{ text, how: "exact", factor: 1, postings: shard.postings(at, index) }];
  const stem = shard.classes[at];
  if (stem) {
    shard.classes.forEach((other, number) => {
      if (other === stem && number !== at) {
        out.push({ text: shard.terms[number], how: "stem", factor: weights.stem, postings: shard.postings(number, index) });
      }
    });
  }
  return out;
}

/** Adds words that start with `text`, the commonest first. */
function prefixes(index, text, alternatives) {
  const factor = alternatives.length ? weights.prefix / 2 : weights.prefix;
  const found = [];
  for (const shard of index.shardsFrom(text)) {
    let at = A.find(shard.terms, text);
    for (at = at < 0 ? -1 - at : at; at < shard.terms.length && shard.terms[at].startsWith(text); at++) {
      const term = shard.terms[at];
      // The spelling of an identifier is no word that one starts.
      if (!/[_~]$/.test(term) && alternatives.every((known) => known.text !== term)) found.push([shard.counts[at], term, shard, at]);
    }
  }
  found.sort((a, b) => b[0] - a[0]);
  for (const [, term, shard, at] of found.slice(0, PREFIXES)) {
    alternatives.push({ text: term, how: "prefix", factor, postings: shard.postings(at, index) });
  }
}

/** Adds the synonyms of words, in any form of their stems and as they were meant, and of phrases. */
function synonyms(index, query, groups, meant) {
  const words = query.words.map((word) => word.text);
  // What the words themselves have; synonyms of synonyms would lead far away.
  const own = groups.map((group, at) => [...group.alternatives.filter(({ how }) => how === "stem").map(({ text }) => [text, 1]), ...meant[at]]);
  for (let first = 0; first < words.length; first++) {
    for (let last = first; last < Math.min(words.length, first + PHRASE); last++) {
      for (const [key, factor] of [[words.slice(first, last + 1).join(" "), 1], ...(first === last ? own[first] : [])]) {
        if (!Object.hasOwn(index.root.synonyms, key)) continue;
        for (const other of index.root.synonyms[key]) synonym(index, other, factor, groups.slice(first, last + 1));
      }
    }
  }
}

function synonym(index, other, factor, groups) {
  let found;
  if (other.includes(" ")) {
    const postings = index.phrase(other);
    found = postings ? [{ text: other, factor: 1, postings }] : [];
  } else {
    found = exact(index, other);
  }
  for (const group of groups) {
    for (const known of found) {
      if (group.alternatives.every((own) => own.text !== known.text)) {
        group.alternatives.push({ ...known, how: "synonym", factor: weights.synonym * factor * known.factor });
      }
    }
  }
}

/** Groups for words that are one term when written together. @returns {Group[]} */
function joined(index, query, groups) {
  const candidates = [...query.joined];
  const { words } = query;
  // A pair that a stop word starts is hardly ever one word, and would cost a file of its own.
  for (let first = 0; first < words.length; first++) {
    for (let last = first + 1; last < Math.min(words.length, first + WINDOW); last++) {
      const window = words.slice(first, last + 1);
      if (!index.stop.has(words[first].text) && window.every((word) => !word.unspaced)) candidates.push([window.map((word) => word.text).join(""), first, last]);
    }
  }
  const seen = new Set(words.map((word) => word.text));
  const out = [], whole = [];
  for (const [number, [text, first, last]] of candidates.entries()) {
    if (seen.has(text)) continue;
    seen.add(text);
    const inside = whole.some(([from, to]) => from <= first && last <= to);
    if (inside && number >= query.joined.length) continue;
    const alternatives = exact(index, text);
    if (alternatives.length && last > first && number < query.joined.length) {
      // An identifier that the site has is meant as a whole: its words count for less, and not in other pairs.
      if (!inside) for (const group of groups.slice(first, last + 1)) group.weight *= weights.within;
      whole.push([first, last]);
    }
    if (query.open && last + 1 === words.length && chars(text) >= 4) prefixes(index, text, alternatives);
    if (!alternatives.length) continue;
    if (number >= query.joined.length && last === first + 1) {
      for (const group of groups.slice(first, last + 1)) {
        group.alternatives.push(...alternatives.map((known) => ({ ...known, how: "joined", factor: known.factor * weights.apart })));
      }
    } else {
      out.push({ text, first, last, weight: weights.joined, extra: true, alternatives });
    }
  }
  return out;
}

/** The posting lists that answer a query; undefined if files are wanted first. @returns {Group[] | undefined} */
function plan(index, query) {
  const meaningful = query.words.some((word) => !index.stop.has(word.text));
  const groups = query.words.map((word, position) => {
    const open = query.open && position + 1 === query.words.length;
    const weight = meaningful && !open && index.stop.has(word.text) ? weights.stop : Math.min(1, weights.compound / word.compound);
    const alternatives = exact(index, word.text);
    if (open) prefixes(index, word.text, alternatives);
    return { text: word.text, first: position, last: position, weight, extra: false, alternatives };
  });
  const extra = joined(index, query, groups);
  if (index.wanted.size) return;
  const lacking = query.words.map((word, at) => !groups[at].alternatives.length && !word.unspaced);
  // What mends words is loaded for the first one that the site lacks.
  if (lacking.includes(true) && !A.mend) {
    index.further = true;
    return;
  }
  const meant = query.words.map((word, at) => (lacking[at] ? A.mend(index, word.text, groups[at].alternatives) : []));
  synonyms(index, query, groups, meant);
  if (index.wanted.size) return;
  return groups.concat(extra);
}

/** Natural logarithm of a number from 1, the same on all machines. */
function ln(value) {
  let halvings = 0;
  while (value >= 2) value /= 2, halvings += 1;
  const y = (value - 1) / (value + 1), square = y * y;
  let power = y, sum = 0;
  for (let odd = 1; odd < 20; odd += 2) {
    sum += power / odd;
    power *= square;
  }
  return halvings * Math.LN2 + 2 * sum;
}

const idf = (pages, having) => ln(1 + (pages - having + 0.5) / (having + 0.5));
const saturate = (frequency) => frequency * (weights.k1 + 1) / (frequency + weights.k1);

/** @typedef {{page: number, score: number, pinned: boolean, sections: {number: number, score: number}[]}} Hit */

const order = (a, b) => b.pinned - a.pinned || b.score - a.score || a.page - b.page;

/**
 * Finds and ranks. The files that are missing are fetched, round by round.
 * @returns {Promise<{hits: Hit[], pages: number[], total: number, groups: Group[], rest: () => Hit[]}>}
 */
async function search(index, query) {
  for (let round = 0; round < 8; round++) {
    index.wanted.clear();
    const groups = plan(index, query);
    if (index.further) await A.more();
    index.further = false;
    const allowed = groups && A.allowed?.(index, query, groups);
    if (groups && !index.wanted.size) return rank(index, query, groups, allowed);
    await index.fetch(index.wanted);
  }
  throw new Error("the index asks for files without end");
}

/** The groups' scores over whole pages. */
function score(index, groups, allowed) {
  const { pages } = index.root;
  const frequencies = new Float64Array(pages), words = new Float64Array(pages), covered = new Float64Array(pages);
  const touched = new Uint32Array(pages);
  const worths = [];
  let whole = 0;
  for (const group of groups) {
    let count = 0;
    const least = weights.counted * Math.max(...group.alternatives.map(({ factor }) => factor));
    const add = ({ factor, postings }) => {
      const list = postings.pages, values = postings.frequencies;
      for (let at = 0; at < list.length; at++) {
        const page = list[at];
        if (frequencies[page] === 0) touched[count++] = page;
        frequencies[page] += factor * values[at];
      }
    };
    // A word is as rare as its own forms are: common synonyms make it no less telling.
    for (const known of group.alternatives) if (known.factor >= least) add(known);
    const having = count;
    for (const known of group.alternatives) if (known.factor < least) add(known);
    const value = group.weight * idf(pages, having);
    worths.push(value);
    if (count && !group.extra) whole += value;
    for (let at = 0; at < count; at++) {
      const page = touched[at];
      words[page] += value * saturate(frequencies[page]);
      if (!group.extra) covered[page] += value;
      frequencies[page] = 0;
    }
  }
  const scores = new Float64Array(pages);
  const found = [];
  const filtered = !groups.length && allowed;
  for (let page = 0; page < pages; page++) {
    if (allowed && !allowed[page] || words[page] <= 0 && !filtered) continue;
    const coverage = whole > 0 ? covered[page] / whole : 1;
    scores[page] = index.priors[page] * words[page] * (1 - weights.coverage + weights.coverage * coverage);
    found.push(page);
  }
  return { found, scores, worths };
}

/** The best of the pages found, unordered, without sorting them all. */
function best(found, scores, count) {
  if (found.length <= count) return found;
  const sorted = Float64Array.from(found, (page) => scores[page]).sort();
  const least = sorted[sorted.length - count];
  const over = found.filter((page) => scores[page] > least);
  // Equals in the order of pages.
  for (const page of found) if (over.length < count && scores[page] === least) over.push(page);
  return over;
}

/** The pages that are pinned for a query's words, in whatever order they stand. */
function pins(index, query) {
  const asked = new Set(A.compounds(query.words.map(({ text }) => text).join(" ")).flatMap(({ parts }) => parts));
  const fits = (words) => words.length === asked.size && words.every((word) => asked.has(word));
  return index.root.pinned.filter(([key]) => fits(key.split(" "))).map(([, page]) => page);
}

function rank(index, query, groups, allowed) {
  const { found, scores, worths } = score(index, groups, allowed);
  const pinned = pins(index, query);
  for (const page of pinned) if (!found.includes(page)) found.push(page);
  const top = best(found.filter((page) => !pinned.includes(page)), scores, weights.reranked - pinned.length);
  const hit = (page) => ({ page, score: scores[page], pinned: pinned.includes(page), sections: [] });
  const hits = pinned.concat(top).map(hit).sort(order);
  const reranked = new Set(hits.map(({ page }) => page));
  for (const item of hits) {
    const prior = index.priors[item.page], [sections, section, near, title] = A.weigh(groups, worths, item.page, index.titles[item.page]);
    item.sections = sections;
    item.score = prior * (item.score / prior + weights.section * section + weights.near * near + weights.title * title);
  }
  hits.sort(order);
  const rest = () => found.filter((page) => !reranked.has(page)).map(hit).sort(order);
  return { hits, pages: found, total: found.length, groups, rest };
}

Object.assign(A, { weights, exact, search, saturate });
})(globalThis);
