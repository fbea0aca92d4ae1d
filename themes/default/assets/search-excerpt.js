// The part of a text that shows why it was found (src/search/excerpt.rs), and the marks on the page
// that a reader arrives at.
(function (scope) {
"use strict";
const A = (scope.annalsSearch ||= {});
const LENGTH = 180;

/**
 * Terms that count for a query, each with the number of its group.
 * @param {{alternatives: {text: string}[], weight: number}[]} groups @returns {Map<string, number>}
 */
function terms(groups) {
  const terms = new Map();
  groups.forEach((group, number) => {
    for (const { text } of group.alternatives) {
      for (const word of text.split(" ")) if (!terms.has(word)) terms.set(word, number);
    }
  });
  return terms;
}

/** The matches in a text: start, end, group. @param {string} text @param {Map<string, number>} terms */
function matches(text, terms) {
  const found = [];
  for (const compound of A.compounds(text)) {
    const joins = A.joins(compound).map(([join]) => join);
    const form = [...joins, ...compound.parts].find((form) => terms.has(form));
    if (form === undefined) continue;
    const group = terms.get(form);
    const { start, end, parts } = compound;
    const raw = text.slice(start, end).toLowerCase();
    const whole = parts.length === 1 || compound.unspaced || joins.some((join) => terms.has(join)) ||
      parts.every((part) => terms.has(part));
    let at = 0;
    if (whole || !parts.every((part) => (at = raw.indexOf(part, at)) >= 0)) {
      found.push([start, end, group]);
      continue;
    }
    at = 0;
    for (const part of parts) {
      at = raw.indexOf(part, at);
      if (terms.has(part)) found.push([start + at, start + at + part.length, terms.get(part)]);
      at += part.length;
    }
  }
  return found;
}

/**
 * The window with the most groups, then the most matches: pieces of text, marked or not.
 * @returns {{text: string, mark: boolean}[] | undefined}
 */
function excerpt(text, terms) {
  const found = matches(text, terms);
  let best, most = -1;
  found.forEach(([start], index) => {
    const groups = new Set();
    let count = 0, end = start;
    for (let other = index; other < found.length && found[other][1] <= start + LENGTH; other++) {
      count++;
      end = found[other][1];
      groups.add(found[other][2]);
    }
    const value = groups.size * 8 + Math.min(count, 6);
    if (value > most) most = value, best = [start, Math.max(end, found[index][1])];
  });
  return best && cut(text, best[0], best[1], found);
}

/** @param {string} text */
const opening = (text) => cut(text, 0, 0, []);

function cut(text, start, end, found) {
  const spare = Math.max(0, LENGTH - (end - start));
  let from = Math.max(0, start - Math.floor(spare / 3));
  if (from > 0) {
    const space = text.slice(from, start).search(/\s\S/);
    if (space >= 0) from += space + 1;
  }
  let to = Math.min(text.length, Math.max(end, from + LENGTH));
  if (to < text.length) {
    const space = text.slice(end, to).search(/\s\S*$/);
    if (space >= 0) to = end + space;
  }
  const pieces = marked(text, found.filter(([a, b]) => a >= from && b <= to), from, to);
  if (from > 0) pieces.unshift({ text: "…", mark: false });
  if (to < text.length) pieces.push({ text: "…", mark: false });
  return pieces;
}

/** A text in pieces, marked or not. */
function marked(text, found, from = 0, to = text.length) {
  const pieces = [];
  let at = from;
  for (const [start, end] of found) {
    if (start < at) continue;
    if (start > at) pieces.push({ text: text.slice(at, start), mark: false });
    pieces.push({ text: text.slice(start, end), mark: true });
    at = end;
  }
  if (at < to) pieces.push({ text: text.slice(at, to), mark: false });
  return pieces;
}

/** @param {string} text @param {Map<string, number>} terms */
const highlight = (text, terms) => marked(text, matches(text, terms));

/** How alike two names are: their pairs of letters (Dice 1945), 0 to 1. @param {string} a @param {string} b */
function likeness(a, b) {
  const pairs = (name) => new Set([...name].slice(1).map((char, at) => name[at] + char));
  const left = pairs(a), right = pairs(b);
  let both = 0;
  for (const pair of left) if (right.has(pair)) both++;
  return left.size + right.size ? 2 * both / (left.size + right.size) : 0;
}

Object.assign(A, { likeness, terms, matches, excerpt, opening, highlight });
})(globalThis);
