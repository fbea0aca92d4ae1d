// What positions say of a page, and which pages a query may find at all
// (src/search/reader/evidence.rs and filter.rs).
(function (scope) {
"use strict";
const A = (scope.annalsSearch ||= {});

/** Fills in the parts of a page's score that need positions; its sections, best first. */
function weigh(groups, idfs, page, titleLength, parts) {
  const { weights } = A;
  const places = placesOf(groups, page);
  parts.title = title(places, groups, idfs, titleLength);
  const sections = [];
  let bestNear = 0;
  for (let start = 0, end; start < places.length; start = end) {
    const number = places[start].section;
    for (end = start + 1; end < places.length && places[end].section === number; end++);
    const chunk = places.slice(start, end);
    const meeting = near(chunk, groups, idfs);
    if (meeting > bestNear) bestNear = meeting;
    if (number > 0) sections.push({ number, score: section(chunk, groups, idfs) + meeting * weights.near });
  }
  sections.sort((a, b) => b.score - a.score || a.number - b.number);
  parts.section = sections.length ? sections[0].score : 0;
  parts.near = bestNear;
  return sections;
}

const samePlace = (a, b) => a.section === b.section && a.field === b.field && a.position === b.position && a.group === b.group;

function placesOf(groups, page) {
  const places = [];
  groups.forEach((group, number) => {
    for (const { factor, postings } of group.alternatives) {
      const at = A.find(postings.pages, page);
      if (at >= 0) {
        A.occurrences(postings, at, (section, field, position) => places.push({ section, field, position, group: number, factor }));
      }
    }
  });
  places.sort((a, b) => a.section - b.section || a.field - b.field || a.position - b.position || a.group - b.group ||
    b.factor - a.factor);
  return places.filter((place, at) => !at || !samePlace(place, places[at - 1]));
}

function section(places, groups, idfs) {
  const frequencies = new Float64Array(groups.length);
  for (const place of places) frequencies[place.group] += place.factor * (A.weights.fields[place.field] || 0);
  let sum = 0;
  for (let at = 0; at < groups.length; at++) sum += A.worth(groups[at], idfs[at]) * A.saturate(frequencies[at]);
  return sum;
}

/** For each pair of groups their closest meeting. */
function near(places, groups, idfs) {
  const count = groups.length;
  const best = new Float64Array(count * count);
  for (let index = 0; index < places.length; index++) {
    const place = places[index];
    for (let turn = index + 1; turn < places.length && turn <= index + 8; turn++) {
      const other = places[turn];
      if (other.field !== place.field || other.position > place.position + 8) break;
      if (other.group === place.group || other.position === place.position) continue;
      const a = groups[place.group], b = groups[other.group];
      if (a.first <= b.last && b.first <= a.last) continue;
      const worthA = A.worth(a, idfs[place.group]), worthB = A.worth(b, idfs[other.group]);
      const least = worthA < worthB ? worthA : worthB;
      const apart = other.position - place.position;
      const expected = b.first > a.last ? b.first - a.last : 0;
      const closeness = apart === expected ? 1 : 1 / (1 + apart * apart / 2);
      const score = least * closeness * place.factor * other.factor;
      const pair = place.group < other.group ? place.group * count + other.group : other.group * count + place.group;
      if (score > best[pair]) best[pair] = score;
    }
  }
  let sum = 0;
  for (const score of best) sum += score;
  return sum;
}

/** How much of the title the query is, times how much of the query the title is; more where each is all of the other. */
function title(places, groups, idfs, length) {
  const worths = new Float64Array(groups.length);
  let covered = 0, last = -1;
  for (const place of places) {
    if (place.section !== 0 || place.field !== 0 || groups[place.group].extra) continue;
    const value = A.worth(groups[place.group], idfs[place.group]) * place.factor;
    if (value > worths[place.group]) worths[place.group] = value;
    if (last !== place.position) covered += 1, last = place.position;
  }
  let sum = 0, whole = 0, every = true;
  for (let at = 0; at < groups.length; at++) {
    if (groups[at].extra) continue;
    sum += worths[at];
    whole += A.worth(groups[at], idfs[at]);
    every &&= worths[at] > 0;
  }
  if (length < 1 || whole <= 0) return 0;
  const exact = every && covered >= length ? A.weights.wholeTitle : 1;
  return sum * (sum / whole) * (covered < length ? covered / length : 1) * exact;
}

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

Object.assign(A, { weigh, allowed, eachPage, compareVersions, versionMatches });
})(globalThis);
