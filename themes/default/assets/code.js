// Buttons on code: copy, and wrap lines where they are longer than the block.
(function () {
  "use strict";
  const { make, button, say, keep } = window.annalsPage;
  const html = document.documentElement;

  /** What somebody would type: of a transcript, only the commands, without their prompts. @param {Element} block */
  function typed(block) {
    const code = block.querySelector("code")?.textContent ?? "";
    if (!["console", "shell-session"].includes(block.dataset.lang)) return code;
    const lines = code.split("\n").filter((line) => /^[$#] /.test(line));
    return lines.length ? lines.map((line) => line.slice(2) + "\n").join("") : code;
  }

  /** @param {Element} block @param {Element} button */
  function copy(block, button) {
    return navigator.clipboard.writeText(typed(block)).then(() => {
      button.textContent = say("Copied");
      setTimeout(() => { button.textContent = say("Copy"); }, 2000);
    });
  }

  const wraps = [];
  function wrap() {
    const on = html.dataset.wrap !== "on";
    if (on) html.dataset.wrap = "on";
    else delete html.dataset.wrap;
    keep("annals-wrap", on ? "on" : null);
    for (const made of wraps) made.setAttribute("aria-pressed", String(on));
  }

  const blocks = [...document.querySelectorAll(".code")];
  const wrapped = html.dataset.wrap === "on";
  // All are measured before anything is added, so that the page is laid out once.
  const long = blocks.map((block) => wrapped || block.querySelector("pre")?.scrollWidth > block.clientWidth);
  blocks.forEach((block, at) => {
    const tools = make("div", { class: "code-tools" });
    if (long[at]) {
      wraps.push(button(wrap, { class: "code-wrap", "aria-pressed": String(wrapped) }, "↩", say("Wrap lines")));
      tools.append(wraps.at(-1));
    }
    // What a command should print is to be compared, not to be typed.
    if (navigator.clipboard && !block.classList.contains("expect")) {
      tools.append(button((event) => copy(block, event.currentTarget), { class: "code-copy", "aria-live": "polite" }, say("Copy")));
    }
    if (tools.firstChild) block.append(tools);
  });

  /** Copies the first block of code with a copy button that is wholly or partly in view; whether there is one. */
  window.annalsPage.copyInView = () => {
    const seen = blocks.find((block) => {
      const { top, bottom } = block.getBoundingClientRect();
      return block.querySelector(".code-copy") && bottom > 60 && top < innerHeight;
    });
    seen?.querySelector(".code-copy").click();
    return Boolean(seen);
  };
})();
