// A runbook in use: the variables of its commands are filled in once for the whole page, and its steps are ticked. Values
// stay in this tab, ticks in this browser for twelve hours. Without this file the page is read and its commands are copied.
(function () {
  "use strict";
  const { make, button, say, tell, keep } = window.annalsPage;
  const prose = document.querySelector(".prose");
  if (!prose) return;
  const SHELLS = ["bash", "sh", "shell", "zsh", "ksh", "fish", "console", "shell-session"];
  /** What a shell sets by itself. */
  const OWN = new Set("HOME PATH USER SHELL PWD OLDPWD LANG TERM HOSTNAME RANDOM SECONDS LINENO IFS UID EUID PPID TMPDIR EDITOR REPLY OPTARG OPTIND".split(" "));
  const HOURS = 12;

  /** Variables of a script in their order: where they stand, and whether within double quotes. @param {string} code */
  function variables(code) {
    const found = [];
    let quote = "";
    for (let at = 0; at < code.length; at++) {
      const char = code[at];
      if (char === "\\" && quote !== "'") at++;
      else if (quote === "'") quote = char === "'" ? "" : quote;
      else if (char === '"') quote = quote ? "" : '"';
      else if (char === "'" && !quote) quote = "'";
      else if (char === "#" && !quote && (at === 0 || /\s/.test(code[at - 1]))) {
        // A comment runs to the end of its line, whatever quotes it has.
        const end = code.indexOf("\n", at);
        at = end < 0 ? code.length : end;
      } else if (char === "$") {
        const [written, name, braced] = /^\$(?:([A-Z][A-Z0-9_]*)\b|\{([A-Z][A-Z0-9_]*)\})/.exec(code.slice(at)) ?? [];
        if (written) found.push({ at, written, name: name ?? braced, quoted: quote === '"' });
      }
    }
    return found;
  }

  /** Whether a script gives a variable its value itself. */
  const assigned = (code, name) => new RegExp(`(?:^|[\\s;&|({])(?:(?:export|local|readonly|declare|read(?: -\\w+)*) (?:\\w+ )*)?${name}=|\\b(?:read|for) (?:-\\w+ )*(?:\\w+ )*${name}\\b`, "m").test(code);

  /** A value as a shell takes it for one word. @param {string} value @param {boolean} quoted */
  function word(value, quoted) {
    if (/^[\w./:@%+=,-]+$/.test(value)) return value;
    return quoted ? value.replace(/["\\$`]/g, "\\$&") : "'" + value.replace(/'/g, "'\\''") + "'";
  }

  /** A part of a text in an element of its own, in however many pieces it is coloured. */
  function mark(code, start, end, element) {
    const range = document.createRange(), walker = document.createTreeWalker(code, NodeFilter.SHOW_TEXT);
    let offset = 0;
    for (let node; (node = walker.nextNode()); offset += node.data.length) {
      if (start >= offset && start < offset + node.data.length) range.setStart(node, start - offset);
      if (end > offset && end <= offset + node.data.length) range.setEnd(node, end - offset);
    }
    range.deleteContents();
    range.insertNode(element);
  }

  const places = new Map();
  const blocks = [...prose.querySelectorAll(".code")].filter((block) => SHELLS.includes(block.dataset.lang) && !block.matches(".expect"));
  const all = blocks.map((block) => block.querySelector("code")?.textContent ?? "").join("\n");
  for (const block of blocks) {
    const code = block.querySelector("code");
    const found = variables(code.textContent).filter(({ name }) => !OWN.has(name) && !assigned(all, name));
    // From the end, so that the places before stay where they are.
    for (const { at, written, name, quoted } of found.reverse()) {
      const element = make("span", { class: "variable" }, written);
      mark(code, at, at + written.length, element);
      places.set(name, [{ element, written, quoted, block }, ...(places.get(name) ?? [])]);
    }
  }

  const KEY = "annals-variables";
  let values = {};
  try { values = JSON.parse(keep(KEY, undefined, "sessionStorage") ?? "{}"); } catch { /* they are asked for again */ }

  function fill(name) {
    const value = String(values[name] ?? "");
    for (const { element, written, quoted } of places.get(name)) {
      element.textContent = value ? word(value, quoted) : written;
      element.classList.toggle("filled", value !== "");
    }
  }

  // The page keeps its room, so that nothing moves.
  const tools = prose.querySelector(":scope > .in-use") ?? make("div", { class: "in-use" });
  tools.setAttribute("role", "group");
  tools.setAttribute("aria-label", say("Use this runbook"));
  const names = [...places.keys()].sort((a, b) => (places.get(a)[0].element.compareDocumentPosition(places.get(b)[0].element) & 4 ? -1 : 1));
  for (const name of names) {
    const label = make("label", {}, name);
    const input = make("input", { type: "text", autocomplete: "off", autocapitalize: "off", spellcheck: "false", name });
    input.value = values[name] ?? "";
    input.addEventListener("input", () => {
      values[name] = input.value.trim();
      keep(KEY, JSON.stringify(values), "sessionStorage");
      fill(name);
    });
    label.append(input);
    tools.append(label);
    fill(name);
  }
  prose.addEventListener("click", (event) => {
    const block = event.target.closest?.(".code-copy")?.closest(".code");
    const open = names.filter((name) => !values[name] && places.get(name).some((place) => place.block === block));
    if (open.length) tell(say("Not filled in: {names}", { names: open.map((name) => "$" + name).join(", ") }));
  });

  // Steps: the items of ordered lists that are not within others, and tasks.
  const steps = [...prose.querySelectorAll("ol > li, li:has(> input[type=checkbox]), li:has(> p > input[type=checkbox])")]
    .filter((item) => !item.parentElement.closest("li, .chapters, .footnotes, blockquote"));
  const STORE = "annals-ticks:" + location.pathname;
  const age = (time) => Date.now() - Date.parse(time);
  let ticks = {};
  try {
    ticks = Object.fromEntries(Object.entries(JSON.parse(keep(STORE) ?? "{}")).filter(([, time]) => age(time) < HOURS * 36e5));
  } catch { /* nothing is ticked */ }

  /** What a step says, without its commands. */
  function said(item) {
    const copy = item.cloneNode(true);
    for (const part of copy.querySelectorAll(".code, ul, ol, input, .step-link")) part.remove();
    return copy.textContent.replace(/\s+/g, " ").trim().slice(0, 160);
  }

  const lists = [...new Set(steps.map((item) => item.parentElement))];
  const rows = steps.map((item) => {
    const list = lists.indexOf(item.parentElement), number = [...item.parentElement.children].indexOf(item) + (item.parentElement.start || 1);
    const id = list ? `step-${list + 1}-${number}` : `step-${number}`;
    const text = said(item);
    let box = item.querySelector(":scope > input[type=checkbox], :scope > p > input[type=checkbox]");
    const line = item.querySelector(":scope > p") ?? item;
    if (box) box.disabled = false;
    else line.prepend(box = make("input", { type: "checkbox", class: "tick" }));
    item.classList.add("step");
    if (!item.id) {
      item.id = id;
      const link = make("a", { class: "step-link", href: "#" + id, "aria-label": say("Link to:") + " " + text }, "#");
      // Before the commands, which are a line of their own.
      line.insertBefore(link, [...line.children].find((child) => child.matches(".code, ul, ol, pre, table")) ?? null);
    }
    box.setAttribute("aria-label", text);
    const show = () => {
      box.checked = Boolean(ticks[id]);
      item.classList.toggle("done", box.checked);
    };
    box.addEventListener("change", () => {
      if (box.checked) ticks[id] = new Date().toISOString();
      else delete ticks[id];
      keep(STORE, JSON.stringify(ticks));
      show();
    });
    show();
    return { id, text, show, ordered: item.parentElement.matches("ol") ? number + ". " : "" };
  });

  if (rows.length) {
    const copy = () => {
      const time = (id) => ticks[id].slice(11, 16) + " UTC";
      const lines = rows.map(({ id, text, ordered }) => `- [${ticks[id] ? "x" : " "}] ${ordered}${text}${ticks[id] ? ` (${time(id)})` : ""}`);
      const title = document.querySelector("h1").textContent.trim();
      navigator.clipboard?.writeText(`**${title}** ${location.href.replace(/[?#].*/, "")}\n\n${lines.join("\n")}\n`).then(() => tell(say("Copied")));
    };
    const restart = () => {
      keep(STORE, null);
      ticks = {};
      rows.forEach(({ show }) => show());
    };
    tools.append(button(copy, {}, say("Copy progress")), button(restart, {}, say("Start again")));
  }
  if (tools.firstChild) prose.prepend(tools);
  else tools.remove();
  // The address may name a step, which had no name before.
  if (location.hash.startsWith("#step-")) document.getElementById(location.hash.slice(1))?.scrollIntoView();
})();
