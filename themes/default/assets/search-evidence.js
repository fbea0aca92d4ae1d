// What positions say of a page (src/search/reader/evidence.rs).
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

Object.assign(A, { weigh });
})(globalThis);
