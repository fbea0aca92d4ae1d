// What a word that the site lacks may stand for: other endings, slips of the finger, two words as one
// (src/search/reader/plan.rs, src/search/edit.rs). Loaded for the first such word.
(function (scope) {
"use strict";
const A = (scope.annalsSearch ||= {});
const { weights, exact, parsers } = A;
const ENDINGS = 3, TYPOS = 4;

/** A bit for each letter of a word. */
function letters(word) {
  let bits = 0;
  for (const char of word) bits |= 1 << (char.codePointAt(0) & 31);
  return bits;
}

function bitCount(bits) {
  bits -= bits >>> 1 & 0x55555555;
  bits = (bits & 0x33333333) + (bits >>> 2 & 0x33333333);
  return (bits + (bits >>> 4) & 0x0f0f0f0f) * 0x01010101 >>> 24;
}

/** Edits (insert, delete, replace, swap) from `a` to `b`, or Infinity beyond `limit`. @param {string[]} a @param {string[]} b */
function distance(a, b, limit) {
  if (Math.abs(a.length - b.length) > limit) return Infinity;
  let beforeLast = [], last = [], row = [];
  for (let j = 0; j <= b.length; j++) last[j] = j;
  for (let i = 0; i < a.length; i++) {
    row[0] = i + 1;
    let least = i + 1;
    for (let j = 0; j < b.length; j++) {
      let best = Math.min(last[j] + (a[i] === b[j] ? 0 : 1), last[j + 1] + 1, row[j] + 1);
      if (i && j && a[i - 1] === b[j] && a[i] === b[j - 1]) best = Math.min(best, beforeLast[j - 1] + 1);
      row[j + 1] = best;
      if (best < least) least = best;
    }
    if (least > limit) return Infinity;
    [beforeLast, last, row] = [last, row, beforeLast];
  }
  return last[b.length] <= limit ? last[b.length] : Infinity;
}

/** Words within `limit` edits, the likeliest first. */
function close(index, text, limit) {
  const wanted = [...text], bits = letters(text);
  const found = [];
  for (const [from, to, name] of index.root.spell) {
    if (from > wanted.length + limit || to < wanted.length - limit) continue;
    const file = index.get(name);
    if (!file) continue;
    for (let at = 0; at < file.words.length; at++) {
      if (bitCount(file.letters[at] ^ bits) > 2 * limit) continue;
      const word = [...file.words[at]];
      const edits = distance(wanted, word, limit);
      if (edits === 0 || edits === Infinity) continue;
      found.push([edits, (word[0] === wanted[0] ? 0 : 3) - file.weights[at], file.words[at]]);
    }
  }
  // A word that the site lacks may have synonyms that it has.
  for (const word of Object.keys(index.root.synonyms)) {
    if (word.includes(" ") || bitCount(letters(word) ^ bits) > 2 * limit) continue;
    const other = [...word];
    const edits = distance(wanted, other, limit);
    if (edits === 0 || edits === Infinity || found.some(([, , known]) => known === word)) continue;
    found.push([edits, other[0] === wanted[0] ? 0 : 3, word]);
  }
  return found.sort((a, b) => a[0] - b[0] || a[1] - b[1] || (a[2] < b[2] ? -1 : 1));
}

/** Words that differ in up to three last letters: other forms of a word whose own form the site lacks. */
function endings(index, text) {
  const shard = index.shardOf(text), wanted = [...text];
  const found = [];
  shard?.terms.forEach((term, at) => {
    if (term[0] !== text[0]) return;
    const other = [...term];
    let shared = 0;
    while (shared < wanted.length && shared < other.length && wanted[shared] === other[shared]) shared++;
    if (shared >= 4 && shared + 3 >= wanted.length && other.length <= shared + 3 && /^\p{Alphabetic}+$/u.test(term)) {
      found.push([shared, shard.counts[at], term]);
    }
  });
  return found.sort((a, b) => b[0] - a[0] || b[1] - a[1]).slice(0, ENDINGS).map(([, , word]) => word);
}

/** What a word that the dictionary lacks may stand for; the words taken to be meant, with factors. */
function mend(index, text, alternatives) {
  const letters = [...text];
  const meant = [];
  if (letters.length < 4 || /\p{N}/u.test(text)) return meant;
  for (const word of endings(index, text)) {
    for (const known of exact(index, word)) {
      if (alternatives.every((other) => other.text !== known.text)) {
        alternatives.push({ ...known, how: "stem", factor: weights.ending * known.factor });
      }
    }
    meant.push([word, weights.ending]);
  }
  let likelihood = 1;
  for (const [edits, , word] of close(index, text, letters.length < 8 ? 1 : 2).slice(0, TYPOS)) {
    const factor = likelihood * (edits === 1 ? weights.typo : weights.typo * weights.typo);
    likelihood *= weights.likelihood;
    for (const known of exact(index, word)) {
      if (alternatives.every((other) => other.text !== known.text)) {
        alternatives.push({ ...known, how: "typo", factor: factor * known.factor });
      }
    }
    meant.push([word, factor]);
  }
  for (let cut = 2; cut <= letters.length - 2; cut++) {
    const left = letters.slice(0, cut).join(""), right = letters.slice(cut).join("");
    const first = index.term(left), second = index.term(right);
    if (!first || !second) continue;
    const postings = A.all([first, second]);
    if (postings.pages.length) alternatives.push({ text: left + " " + right, how: "split", factor: weights.typo, postings });
  }
  return meant;
}

/** The words of a spelling file, with their letters as bits. */
function spellings(payload) {
  const reader = new A.Reader(payload);
  const count = reader.number();
  const words = [], weights = [], bits = new Int32Array(count);
  let word = "";
  for (let index = 0; index < count && reader.at < payload.length; index++) {
    word = reader.shared(word);
    words.push(word);
    weights.push(reader.number());
    bits[index] = letters(word);
  }
  return { words, weights, letters: bits };
}

parsers.s = spellings;
Object.assign(A, { letters, bitCount, distance, close, mend });
})(globalThis);
