// Which pages a query may find at all (src/search/reader/filter.rs).
(function (scope) {
"use strict";
const A = (scope.annalsSearch ||= {});

/** Calls `found` for each page of a list of gaps. */
function eachPage(gaps, found) {
  let next = 0;
  for (const gap of gaps) {
    found(next + gap);
    next += gap + 1;
  }
}

const pieces = (version) => version.replace(/^[vV]+/, "").split(/[.+-]/).filter(Boolean).map((piece) => piece.toLowerCase());

/** A piece's place: a word below any number, what is absent like 0. */
function pieceRank(piece) {
  if (piece === undefined) return [1, 0, ""];
  return /^\+?[0-9]+$/.test(piece) ? [1, Number(piece), ""] : [0, 0, piece];
}

function compareVersions(a, b) {
  const x = pieces(a), y = pieces(b);
  for (let at = 0; at < Math.max(x.length, y.length); at++) {
    const [kind, number, text] = pieceRank(x[at]), [otherKind, otherNumber, otherText] = pieceRank(y[at]);
    const order = kind - otherKind || number - otherNumber || (text < otherText ? -1 : text > otherText ? 1 : 0);
    if (order) return order;
  }
  return 0;
}

/** Whether a version is as asked: `2.3` is any 2.3.x; `>=2.3`, `<3` and so on compare. */
function versionMatches(version, asked) {
  const [, sign, other] = /^(>=|<=|>|<|)(.*)$/s.exec(asked);
  if (!sign) return pieces(other.replace(/^=+/, "")).every((piece, at) => pieces(version)[at] === piece);
  const order = compareVersions(version, other);
  return sign === ">=" ? order >= 0 : sign === "<=" ? order <= 0 : sign === ">" ? order > 0 : order < 0;
}

function matches(key, candidate, value) {
  switch (key) {
    case "before": return candidate < value;
    case "after": return candidate >= value;
    case "version": return versionMatches(candidate, value);
    default: return A.fold(candidate) === A.fold(value);
  }
}

/** Marks the pages that a filter lets through. */
function mark(index, key, value, has) {
  if (key === "kind") {
    const wanted = A.fold(value);
    index.kinds.forEach((kind, page) => {
      if (A.fold(index.root.kinds[kind]) === wanted) has[page] = 1;
    });
    return;
  }
  const name = index.root.facets[key === "before" || key === "after" ? "date" : key];
  for (const [candidate, gaps] of Object.entries(name && index.get(name) || {})) {
    if (matches(key, candidate, value)) eachPage(gaps, (page) => { has[page] = 1; });
  }
}

/** Whether each page may be found; undefined if all may. @returns {Uint8Array | undefined} */
function allowed(index, query, groups) {
  if (!query.filters.length && !query.without.length && !query.phrases.length) return;
  const allowed = new Uint8Array(index.root.pages).fill(1);
  const and = (keep) => allowed.forEach((value, page) => { if (value && !keep(page)) allowed[page] = 0; });
  for (const key of new Set(query.filters.map(([key]) => key))) {
    const has = new Uint8Array(index.root.pages);
    for (const [other, value] of query.filters) if (other === key) mark(index, key, value, has);
    and((page) => has[page]);
  }
  for (const words of query.without) {
    const phrase = phraseTest(index, words);
    and((page) => !phrase(page));
  }
  for (const [first, last] of query.phrases) and(phraseTest(index, groups.slice(first, last + 1).map((group) => group.text)));
  return allowed;
}

/** A test whether a page has words one after another in one field of one section. */
function phraseTest(index, words) {
  const lists = words.map((word) => index.term(word));
  if (!lists.every(Boolean)) return () => false;
  // Stop words and common ones may stand anywhere, since their places are not kept, but they keep their room.
  const unplaced = lists.map((list, at) => index.stop.has(words[at]) || list.pages.length > index.root.common);
  return (page) => {
    const places = lists.map((list) => A.find(list.pages, page));
    if (places.some((at) => at < 0)) return false;
    let starts;
    for (let offset = 0; offset < words.length && words.length > 1; offset++) {
      if (unplaced[offset]) continue;
      const found = new Set();
      A.occurrences(lists[offset], places[offset], (section, field, position) => {
        const place = section + " " + field + " " + (position - offset);
        if (position >= offset && (!starts || starts.has(place))) found.add(place);
      });
      if (!found.size) return false;
      starts = found;
    }
    return true;
  };
}

Object.assign(A, { allowed, eachPage, compareVersions, versionMatches });
})(globalThis);
