// What pages say, for excerpts. Loaded after the first results.
(function (scope) {
"use strict";
const A = (scope.annalsSearch ||= {});
const utf8 = new TextDecoder();

/** The coded texts of a run of pages. */
function runs(payload) {
  const reader = new A.Reader(payload);
  const texts = [];
  while (reader.at < payload.length) {
    const length = reader.number();
    texts.push(payload.subarray(reader.at, reader.at += length));
  }
  return texts;
}

/** A text whose common words are codes (src/search/coding.rs). @param {Uint8Array} bytes @param {string[]} words */
function uncode(bytes, words) {
  let out = "", glue = false, capital = false;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === 2) glue = true;
    else if (byte === 3) capital = true;
    else if (byte === 4) {
      const end = bytes.indexOf(5, at);
      out += utf8.decode(bytes.subarray(at + 1, end));
      at = end < 0 ? bytes.length : end;
    } else if (byte < 128) out += String.fromCharCode(byte);
    else {
      let word = words[byte < 192 ? byte & 63 : 64 + ((byte & 63) << 8 | bytes[++at])] ?? "";
      if (capital) word = word.charAt(0).toUpperCase() + word.slice(1);
      out += glue ? word : " " + word;
      glue = capital = false;
    }
  }
  return out;
}

/** The usual anchor of a heading in ASCII. */
const slug = (heading) => heading.replace(/[^0-9A-Za-z _-]/g, "").replace(/ /g, "-").toLowerCase();

class Texts {
  textsName(page) {
    return this.root.texts[Math.floor(page / this.root.textsRun)];
  }
  /** Names of the files that a page's text needs. */
  textNames(page) {
    return [this.textsName(page), this.root.words].filter(Boolean);
  }
  /**
   * What a page says, if it is there.
   * @returns {{description: string, sections: {heading: string, anchor?: string, prose: string, code: string}[]} | undefined}
   */
  text(page) {
    const coded = this.files.get(this.textsName(page))?.[page % this.root.textsRun];
    const words = this.root.words ? this.files.get(this.root.words) : [];
    if (!coded || !words) return;
    const [description, ...sections] = uncode(coded, words).split("\0").slice(0, -1);
    return { description, sections: sections.map((section) => {
      const [heading, anchor, prose, code] = section.split("\u0001");
      return { heading, anchor: anchor === "=" ? slug(heading) : anchor, prose, code };
    }) };
  }
}

A.parsers.w = (payload) => utf8.decode(payload).split(" ");
A.parsers.x = runs;
for (const name of ["textsName", "textNames", "text"]) A.Index.prototype[name] = Texts.prototype[name];
})(globalThis);
