// Text to tokens, and what was typed to a query. The same rules as the index was written with
// (src/search/token.rs, fold.rs, query.rs): a change here is a change there.
(function (scope) {
"use strict";
const A = (scope.annalsSearch ||= {});

const WORD = "\\p{Alphabetic}\\p{N}\\p{M}";
const UNSPACED = "\\u0E00-\\u0EFF\\u1000-\\u109F\\u1780-\\u17FF\\u3040-\\u30FF\\u3400-\\u4DBF\\u4E00-\\u9FFF" +
  "\\uAC00-\\uD7AF\\uF900-\\uFAFF\\uFF66-\\uFF9F\\u{20000}-\\u{3FFFF}";
const word = new RegExp(`[${WORD}]`, "gu");
const atom = new RegExp(`(?:(?![${UNSPACED}])[${WORD}])+`, "uy");
const unspaced = new RegExp(`[${UNSPACED}]+`, "uy");
const connected = new RegExp(`([_\\-./:@\\\\'’])(?:(?![${UNSPACED}])[${WORD}])`, "uy");
const noWord = new RegExp(`[^${WORD}]`, "gu");
const upper = /\p{Uppercase}/u;
const numeric = /\p{N}/u;
const blank = /\p{White_Space}/u;
const accents = /[\u0300-\u036F\u0591-\u05C7\u0610-\u061A\u064B-\u065F]/g;
const letters = /[ßæœøłđðþıς]/g;
const plain = { ß: "ss", æ: "ae", œ: "oe", ø: "o", ł: "l", đ: "d", ð: "d", þ: "th", ı: "i", ς: "σ" };
const ascii = /^[\x00-\x7F]*$/;
const digits = /^[0-9]+$/;

/** Folds case, accents and compatibility forms away. @param {string} text */
function fold(text) {
  if (ascii.test(text)) return text.toLowerCase();
  return text.normalize("NFKD").replace(accents, "").toLowerCase().normalize("NFC")
    .replace(letters, (letter) => plain[letter]).replace(noWord, "");
}

/** Length in code points. @param {string} text */
const length = (text) => (ascii.test(text) ? text.length : [...text].length);

/**
 * What a double click and a little luck would select.
 * @typedef {{start: number, end: number, flag: boolean, hash: boolean, unspaced: boolean, style: string,
 *   parts: string[], units: number[]}} Compound
 */

/** The compounds of a text, in order. @param {string} text @returns {Compound[]} */
function compounds(text) {
  const found = [];
  let before = 0;
  word.lastIndex = 0;
  for (let match; (match = word.exec(text)); word.lastIndex = before) {
    const start = match.index;
    const between = text.slice(before, start);
    const compound = {
      start, end: start, unspaced: false, style: "", parts: [], units: [],
      flag: /(?:^|[^-])--$/.test(between), hash: between.endsWith("#"),
    };
    before = compound.end = read(text, start, compound);
    if (compound.parts.length > 1) compound.style = style(text.slice(start, before));
    if (compound.parts.length) found.push(compound);
  }
  return found;
}

function read(text, start, compound) {
  unspaced.lastIndex = start;
  const run = unspaced.exec(text);
  if (run) {
    compound.unspaced = true;
    const chars = [...fold(run[0])];
    compound.parts = chars.map((char, at) => char + (chars[at + 1] || ""));
    compound.units = chars.map(() => 0);
    return start + run[0].length;
  }
  let at = start, unit = 0, number = false, connector = "";
  for (;;) {
    atom.lastIndex = at;
    let piece = atom.exec(text)[0];
    const end = at + piece.length;
    connected.lastIndex = end;
    const next = connected.exec(text);
    if (connector === "." && number && /^[0-9]/.test(piece)) {
      const last = compound.parts.length - 1;
      if (length(compound.parts[last]) + length(piece) < 48) compound.parts[last] += "." + fold(piece);
      number = digits.test(piece);
    } else if ((connector === "'" || connector === "’") && /^[sS]$/.test(piece)) {
      number = false;
    } else {
      if (connector && "./:@\\".includes(connector)) unit++;
      if (/^[vV][0-9]+$/.test(piece) && next && next[1] === "." && /[0-9]/.test(text[end + 1])) {
        piece = piece.slice(1);
      }
      number = digits.test(piece);
      for (const raw of split(piece)) {
        let part = fold(raw);
        if (part.length > 48) part = [...part].slice(0, 48).join("");
        if (part) compound.parts.push(part), compound.units.push(unit);
      }
    }
    if (!next) return end;
    connector = next[1];
    at = end + connector.length;
  }
}

/** Cuts at humps and before digits. @param {string} piece */
function split(piece) {
  if (/^[a-z]*$/.test(piece)) return [piece];
  if (piece.length >= 7 && /^[0-9a-fA-F]+$/.test(piece) && /[0-9]/.test(piece)) return [piece];
  const chars = [...piece];
  const kinds = chars.map((char) => (upper.test(char) ? "U" : numeric.test(char) ? "N" : "L")).join("");
  const parts = [];
  let part = "", count = 0;
  chars.forEach((char, at) => {
    const kind = kinds[at], last = kinds[at - 1];
    if (at && (kind === "U"
      ? last === "L" || last === "N" && kinds[at + 1] === "L" || last === "U" && kinds.startsWith("LL", at + 1)
      : kind === "N" && last !== "N" && count >= 3)) {
      parts.push(part);
      part = "";
      count = 0;
    }
    if (kind !== "N" && !numeric.test(char)) count++;
    part += char;
  });
  parts.push(part);
  return parts;
}

/** Joined forms with their first part: units of two parts or more, then the whole. @param {Compound} compound */
function joins(compound) {
  const { parts, units } = compound;
  const out = [];
  if (compound.unspaced) return out;
  const add = (first, end) => {
    const text = parts.slice(first, end).join("");
    if (length(text) <= 64) out.push([text, first]);
  };
  const last = units[units.length - 1];
  for (let unit = 0; unit <= last; unit++) {
    const first = units.indexOf(unit), end = units.lastIndexOf(unit);
    if (end > first) add(first, end + 1);
  }
  if (last > 0) add(0, parts.length);
  return out;
}

/** `--flag`, `#12`, `snake_case` and `camelCase` with their sign; that of an identifier stands behind it, so that both are in one file. @param {Compound} compound @returns {string | undefined} */
function signed(compound) {
  if (compound.unspaced) return;
  if (compound.flag) {
    const end = compound.units.lastIndexOf(0);
    const text = compound.parts.slice(0, end + 1).join("");
    return end >= 0 && length(text) <= 64 ? "--" + text : undefined;
  }
  if (compound.hash && digits.test(compound.parts[0])) return "#" + compound.parts[0];
  const joined = compound.parts.join("");
  if (compound.style && joined.length <= 64) return joined + compound.style;
}

/** How an identifier is written: `_` for snake_case, `~` for camelCase. @param {string} raw */
const style = (raw) => (/^[A-Za-z0-9]+(?:_[A-Za-z0-9]+)+$/.test(raw) ? "_" : /^[a-z][A-Za-z0-9]*$/.test(raw) && /[A-Z]/.test(raw) ? "~" : "");

const filters = "kind|service|severity|tag|version|package|lang|audience|alert|is|year|before|after";
const FILTERS = filters.split("|");
/** What may be a sign of search-sign.js: a phrase, what is left out, a filter. */
const signs = new RegExp(`(?:^|\\s)(?:-?"|-[^\\s-]|(?:${filters}):)`, "i");

/**
 * @typedef {{words: {text: string, compound: number, unspaced: boolean}[], joined: [string, number, number][],
 *   phrases: [number, number][], without: string[][], filters: [string, string][], dropped: string[],
 *   open: boolean}} Query
 */

/** Reads a query; where `signs` are in it, search-sign.js has to be there. @param {string} text @returns {Query} */
function parse(text) {
  const query = { words: [], joined: [], phrases: [], without: [], filters: [], dropped: [], open: false };
  const raws = text.split(/\p{White_Space}+/u).filter(Boolean);
  const trimmed = text.replace(/^\p{White_Space}+|\p{White_Space}+$/gu, "");
  const pasted = trimmed.includes("\n") || raws.length >= 17;
  let rest = trimmed;
  for (let start; (start = rest.search(/\P{White_Space}/u)) >= 0;) {
    rest = rest.slice(start);
    const raw = /^\P{White_Space}+/u.exec(rest)[0];
    let used = pasted ? 0 : A.sign?.(query, rest, raw);
    if (!used) {
      words(query, raw, raws.length >= 6);
      used = raw.length;
    }
    rest = rest.slice(used);
  }
  const last = [...text].pop();
  if (last && blank.test(last)) query.open = false;
  return query;
}

function words(query, raw, dropping) {
  query.open = false;
  for (const compound of compounds(raw)) {
    const text = raw.slice(compound.start, compound.end);
    // The scheme of an address tells nothing.
    if (raw.startsWith("://", compound.end)) continue;
    if (dropping && isVolatile(text, compound)) {
      query.dropped.push(text);
      continue;
    }
    const first = query.words.length;
    if (first + compound.parts.length > 24) continue;
    const count = compound.unspaced ? 1 : compound.parts.length;
    for (const part of compound.parts) query.words.push({ text: part, compound: count, unspaced: compound.unspaced });
    const last = query.words.length - 1;
    for (const [join, part] of joins(compound)) query.joined.push([join, first + part, last]);
    const sign = signed(compound);
    if (sign) query.joined.push([sign, first, last]);
    query.open = compound.end === raw.length;
  }
}

/** Whether it changes from one occurrence of a message to the next. @param {string} text @param {Compound} compound */
function isVolatile(text, compound) {
  if (compound.unspaced || compound.flag || compound.hash) return false;
  const { parts } = compound, whole = parts.join("");
  return parts.every((part) => /^[0-9]/.test(part)) && (parts.length > 1 || /(?:^|\.)[0-9]{5,}(?:\.|$)/.test(whole) || whole.split(".").length === 4) ||
    /^[0-9a-fA-F]{8,}$/.test(whole) && /[0-9]/.test(text);
}

Object.assign(A, { fold, compounds, joins, signed, parse, words, signs, FILTERS });
})(globalThis);
