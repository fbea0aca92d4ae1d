// What positions say of a page (src/search/reader/evidence.rs).
(function (scope) {
"use strict";
const A = (scope.annalsSearch ||= {});

/** The parts of a page's score that need positions, and its sections, best first. `worths` are what the groups are worth. */
function weigh(groups, worths, page, titleLength) {
  const places = placesOf(groups, page);
  const sections = [];
  let bestNear = 0;
  for (let start = 0, end; start < places.length; start = end) {
    const number = places[start].section;
    for (end = start + 1; end < places.length && places[end].section === number; end++);
    const chunk = places.slice(start, end);
    const meeting = near(chunk, groups, worths);
    if (meeting > bestNear) bestNear = meeting;
    if (number > 0) sections.push({ number, score: section(chunk, worths) + meeting * A.weights.near });
  }
  sections.sort((a, b) => b.score - a.score || a.number - b.number);
  return [sections, sections[0]?.score ?? 0, bestNear, title(places, groups, worths, titleLength)];
}

const apart = (a, b) => a.section - b.section || a.field - b.field || a.position - b.position || a.group - b.group;

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
  places.sort((a, b) => apart(a, b) || b.factor - a.factor);
  return places.filter((place, at) => !at || apart(place, places[at - 1]));
}

function section(places, worths) {
  const frequencies = new Float64Array(worths.length);
  for (const place of places) frequencies[place.group] += place.factor * (A.weights.fields[place.field] || 0);
  let sum = 0;
  for (let at = 0; at < worths.length; at++) sum += worths[at] * A.saturate(frequencies[at]);
  return sum;
}

/** For each pair of groups their closest meeting. */
function near(places, groups, worths) {
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
      const least = Math.min(worths[place.group], worths[other.group]);
      const steps = other.position - place.position;
      const expected = b.first > a.last ? b.first - a.last : 0;
      const closeness = steps === expected ? 1 : 1 / (1 + steps * steps / 2);
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
function title(places, groups, worths, length) {
  const found = new Float64Array(groups.length);
  let covered = 0, last = -1;
  for (const place of places) {
    if (place.section !== 0 || place.field !== 0 || groups[place.group].extra) continue;
    found[place.group] = Math.max(found[place.group], worths[place.group] * place.factor);
    if (last !== place.position) covered += 1, last = place.position;
  }
  let sum = 0, whole = 0, every = true;
  for (let at = 0; at < groups.length; at++) {
    if (groups[at].extra) continue;
    sum += found[at];
    whole += worths[at];
    every &&= found[at] > 0;
  }
  if (length < 1 || whole <= 0) return 0;
  const exact = every && covered >= length ? A.weights.wholeTitle : 1;
  return sum * (sum / whole) * (covered < length ? covered / length : 1) * exact;
}

Object.assign(A, { weigh });
})(globalThis);
