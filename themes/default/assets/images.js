// An image that is a link to itself opens in a dialog.
(function () {
  "use strict";
  const { make, button, say } = window.annalsPage;
  let dialog;

  /** @param {HTMLAnchorElement} link */
  function open(link) {
    const image = link.querySelector("img");
    if (!dialog) {
      dialog = make("dialog", { class: "zoomed" });
      dialog.addEventListener("click", () => dialog.close());
      document.body.append(dialog);
    }
    dialog.setAttribute("aria-label", image.alt || say("Enlarge image"));
    dialog.replaceChildren(button(() => dialog.close(), {}, say("Close")), make("img", { src: link.href, alt: image.alt }));
    dialog.showModal();
  }

  for (const link of document.querySelectorAll(".prose a.zoom")) {
    link.setAttribute("aria-haspopup", "dialog");
    link.addEventListener("click", (event) => {
      // In a tab of its own it is shown by the browser.
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
      event.preventDefault();
      open(link);
    });
  }
})();
