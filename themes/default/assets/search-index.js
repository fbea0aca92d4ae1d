// Index files, loaded and unpacked. The format is described in src/search/writer.
(function (scope) {
"use strict";
const A = (scope.annalsSearch ||= {});

const FORMAT = 2;
const utf8 = new TextDecoder(), latin = new TextDecoder("latin1");
const ascii = /^[\x00-\x7F]*$/;

/** Bytes of a string that holds fifteen bits a character, seven in the last. @param {string} text */
function unpack(text) {
  const short = text.charCodeAt(text.length - 1) >= 0xb400;
  const out = new Uint8Array((text.length * 15 - (short ? 8 : 0)) >> 3);
  let bits = 0, count = 0, at = 0;
  for (let index = 0; index < text.length; index++) {
    const value = text.charCodeAt(index) - 0x3400;
    const width = value < 0x8000 ? 15 : 7;
    bits = (bits << width | value & 0x7fff) & 0x3fffff;
    for (count += width; count >= 8; out[at++] = bits >> count) count -= 8;
  }
  return out;
}

/** The payload of a file's string. @param {string} text @returns {Promise<Uint8Array>} */
async function inflate(text) {
  const stream = new Blob([unpack(text)]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** Reads numbers and strings one after another. */
class Reader {
  constructor(bytes, at = 0) {
    this.bytes = bytes;
    this.at = at;
  }
  number() {
    let value = 0, shift = 0, byte;
    do {
      byte = this.bytes[this.at++] | 0;
      value |= (byte & 127) << shift;
      shift += 7;
    } while (byte > 127 && shift < 35);
    return value >>> 0;
  }
  string() {
    const end = this.number() + this.at;
    const text = utf8.decode(this.bytes.subarray(this.at, end));
    this.at = end;
    return text;
  }
  /** A word that shares its start with the one before; lengths are in bytes. @param {string} before */
  shared(before) {
    const kept = this.number(), length = this.number();
    const rest = (this.latin ??= latin.decode(this.bytes)).slice(this.at, this.at += length);
    // Nearly all words are ASCII, whose bytes are their characters.
    if (ascii.test(rest) && ascii.test(before)) return before.slice(0, kept) + rest;
    return utf8.decode(Uint8Array.of(...new TextEncoder().encode(before).subarray(0, kept), ...this.bytes.subarray(this.at - length, this.at)));
  }
}

/**
 * A posting list: pages, their weighted frequencies, where their entries start.
 * @typedef {{pages: Uint32Array, frequencies: Float64Array, offsets: Uint32Array, bytes: Uint8Array}} Postings
 */

/** Index of a value in a sorted list, or where it would stand as a negative number less one. */
function find(list, value) {
  let low = 0, high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (list[middle] < value) low = middle + 1;
    else high = middle;
  }
  return list[low] === value ? low : -1 - low;
}

/** A range of the dictionary. */
class Shard {
  terms = [];
  classes = [];
  counts = [];
  starts = [0];
  lists = new Map();
  constructor(payload) {
    const reader = new Reader(payload), count = reader.number();
    let term = "", end = 0;
    for (let index = 0; index < count && reader.at < payload.length; index++) {
      term = reader.shared(term);
      this.terms.push(term);
      this.classes.push(reader.number());
      this.counts.push(reader.number());
      end += reader.number();
      this.starts.push(end);
    }
    this.payload = payload.subarray(reader.at);
    if (this.terms.length !== count || end !== this.payload.length) throw new Error("cut short");
  }
  /** @param {number} at @param {Index} index @returns {Postings} */
  postings(at, index) {
    let list = this.lists.get(at);
    if (!list) {
      list = decode(this.payload.subarray(this.starts[at], this.starts[at + 1]), this.counts[at], index);
      this.lists.set(at, list);
    }
    return list;
  }
}

function decode(bytes, count, index) {
  const pages = new Uint32Array(count), offsets = new Uint32Array(count), frequencies = new Float64Array(count);
  const { fields, norms } = index;
  const reader = new Reader(bytes);
  let next = 0, size = 0;
  while (reader.at < bytes.length && size < count) {
    const page = next + reader.number();
    if (page >= index.root.pages) break;
    next = page + 1;
    pages[size] = page;
    offsets[size] = reader.at;
    let fixed = 0, scaled = 0;
    for (;;) {
      const head = reader.number();
      reader.number();
      let found = 1;
      if (head & 2) {
        const more = reader.number() + 1;
        for (let turn = 0; turn < more && reader.at < bytes.length; turn++) reader.number();
        found += more;
      }
      const field = head >> 2 & 7;
      const weight = (fields[field] || 0) * found;
      if (field === 3 || field === 4) scaled += weight;
      else fixed += weight;
      if (head & 1 || reader.at >= bytes.length) break;
    }
    frequencies[size++] = fixed + scaled / norms[page];
  }
  return { pages: pages.subarray(0, size), offsets, frequencies, bytes };
}

/** Gives each occurrence in the page at `at` of a list: section, field, position. */
function occurrences(list, at, found) {
  const { bytes } = list;
  const reader = new Reader(bytes, list.offsets[at]);
  let section = 0;
  for (;;) {
    const head = reader.number();
    const field = head >> 2 & 7;
    section += head >>> 5;
    let position = reader.number();
    found(section, field, position);
    if (head & 2) {
      const more = reader.number() + 1;
      for (let turn = 0; turn < more && reader.at < bytes.length; turn++) {
        position += reader.number() + 1;
        found(section, field, position);
      }
    }
    if (head & 1 || reader.at >= bytes.length) return;
  }
}

/** The pages that all lists have, with the least frequency. @param {Postings[]} lists @returns {Postings} */
function all(lists) {
  const [first, ...rest] = lists;
  const pages = [], frequencies = [], offsets = [];
  for (let at = 0; at < first.pages.length; at++) {
    let least = first.frequencies[at];
    const everywhere = rest.every((list) => {
      const other = find(list.pages, first.pages[at]);
      if (other >= 0 && list.frequencies[other] < least) least = list.frequencies[other];
      return other >= 0;
    });
    if (everywhere) pages.push(first.pages[at]), frequencies.push(least), offsets.push(first.offsets[at]);
  }
  return { pages: Uint32Array.from(pages), frequencies: Float64Array.from(frequencies), offsets: Uint32Array.from(offsets), bytes: first.bytes };
}

const json = (payload) => JSON.parse(utf8.decode(payload));
/** How the files of each sort are read; search-mend.js and search-text.js add theirs. */
const parsers = { t: (payload) => new Shard(payload), d: json, f: json };

/** An index: the root, and the files that queries have needed so far. */
class Index {
  files = new Map();
  loading = new Map();
  /** Names of files that the query at hand lacks. @type {Set<string>} */
  wanted = new Set();
  /** @param {(name: string) => Promise<string>} load gives the string of a file */
  constructor(load) {
    this.load = load;
  }

  async open() {
    const payload = await inflate(await this.load("root"));
    const reader = new Reader(payload);
    const root = JSON.parse(reader.string());
    if (root.format !== FORMAT) throw new Error("format " + root.format);
    const columns = payload.subarray(reader.at);
    if (columns.length !== root.pages * 4) throw new Error("cut short");
    const column = (number) => columns.subarray(number * root.pages, (number + 1) * root.pages);
    const { b, fields } = A.weights;
    return Object.assign(this, {
      root, fields, kinds: column(0), titles: column(2),
      priors: Float64Array.from(column(3), (prior) => prior / 64),
      norms: Float64Array.from(column(1), (length) => 1 - b + b * (length / 16)),
      stop: new Set(root.stop.split(" ").filter(Boolean)),
      firsts: root.terms.map(([first]) => first),
    });
  }

  /** A file if it is there; else it is wanted. @param {string} name */
  get(name) {
    const file = this.files.get(name);
    if (!file && name) this.wanted.add(name);
    return file;
  }

  /** Loads files. @param {Iterable<string>} names */
  fetch(names) {
    return Promise.all([...names].map((name) => {
      const { loading } = this;
      if (!loading.has(name)) {
        loading.set(name, this.load(name).then(inflate).then((payload) => {
          this.files.set(name, parsers[name[0]](payload));
        }).catch((error) => {
          loading.delete(name);
          throw error;
        }));
      }
      return loading.get(name);
    }));
  }

  /** Number of the range that a term falls in, -1 before the first. */
  range(text) {
    const at = find(this.firsts, text);
    return at >= 0 ? at : -2 - at;
  }
  shardOf(text) {
    const range = this.range(text);
    return range < 0 ? undefined : this.get(this.root.terms[range][1]);
  }
  /** The shards, two at most, with the terms that start with `text`; for a stop word its own is enough. */
  shardsFrom(text) {
    const range = this.range(text);
    const next = this.root.terms[range + 1];
    return [range >= 0 && this.get(this.root.terms[range][1]),
      next && next[0].startsWith(text) && !this.stop.has(text) && this.get(next[1])].filter(Boolean);
  }
  /** @returns {Postings | undefined} */
  term(text) {
    const shard = this.shardOf(text);
    const at = shard ? find(shard.terms, text) : -1;
    return at < 0 ? undefined : shard.postings(at, this);
  }
  /** The pages with all words of a phrase, stop words passed over. */
  phrase(text) {
    const words = text.split(" "), telling = words.filter((word) => !this.stop.has(word));
    const lists = (telling.length ? telling : words).map((word) => this.term(word));
    if (lists.every(Boolean)) return all(lists);
  }
  /** Name of the file of a page's facts. */
  factsName(page) {
    return this.root.facts[Math.floor(page / this.root.factsRun)];
  }
  facts(page) {
    return this.get(this.factsName(page))?.[page % this.root.factsRun];
  }
  kind(page) {
    return this.root.kinds[this.kinds[page]];
  }
}

Object.assign(A, { Index, Reader, parsers, find, occurrences, all });
})(globalThis);
