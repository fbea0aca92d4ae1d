// Signs of a query: "phrases", -what is left out, and filter:values (src/search/query.rs). Loaded for the first query that may have one.
(function (scope) {
"use strict";
const A = (scope.annalsSearch ||= {});
const alphanumeric = /[\p{Alphabetic}\p{N}]/u;

/** Reads a sign at the start of `rest`, whose first word is `raw`; how long it is, 0 if there is none. */
function sign(query, rest, raw) {
  let phrase = quoted(rest);
  if (phrase !== null) {
    const first = query.words.length;
    A.words(query, phrase, false);
    query.open = false;
    if (query.words.length > first) query.phrases.push([first, query.words.length - 1]);
    return phrase.length + 2;
  }
  if (rest[0] === "-") {
    phrase = quoted(rest.slice(1));
    if (phrase !== null) return exclude(query, phrase), phrase.length + 3;
    const chars = [...raw.slice(1)];
    if (chars.length < 3 || !alphanumeric.test(chars[0])) return 0;
    return exclude(query, raw.slice(1)), raw.length;
  }
  const colon = raw.indexOf(":");
  const key = raw.slice(0, Math.max(colon, 0)).replace(/[A-Z]/g, (letter) => letter.toLowerCase());
  if (colon < 0 || !A.FILTERS.includes(key)) return 0;
  const value = quoted(rest.slice(colon + 1));
  const plainValue = raw.slice(colon + 1);
  if (!(value === null ? plainValue : value)) return 0;
  query.filters.push([key, value === null ? plainValue : value]);
  query.open = false;
  return colon + 1 + (value === null ? plainValue.length : value.length + 2);
}

/** Text in quotes at the start, whose closing quote stands before a space or the end. */
function quoted(rest) {
  const match = /^"(.*?)"(?=\p{White_Space}|$)/su.exec(rest);
  return match ? match[1] : null;
}

function exclude(query, text) {
  const parts = A.compounds(text).flatMap((compound) => compound.parts);
  if (parts.length) query.without.push(parts);
  query.open = false;
}

Object.assign(A, { sign });
})(globalThis);
