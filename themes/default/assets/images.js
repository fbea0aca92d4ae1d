// An image that is shown smaller than it is opens in a dialog.
(function () {
  "use strict";
  const { make, button, say } = window.annalsPage;
  let dialog;

  /** @param {HTMLImageElement} image */
  function open(image) {
    if (!dialog) {
      dialog = make("dialog", { class: "zoomed" });
      dialog.addEventListener("click", () => dialog.close());
      document.body.append(dialog);
    }
    dialog.setAttribute("aria-label", image.alt || say("Enlarge image"));
    dialog.replaceChildren(button(() => dialog.close(), {}, say("Close")), make("img", { src: image.currentSrc || image.src, alt: image.alt }));
    dialog.showModal();
  }

  /** @param {HTMLImageElement} image */
  function prepare(image) {
    if (image.naturalWidth <= image.clientWidth * 1.1 || image.closest("a, button")) return;
    const enlarge = button(() => open(image), { class: "zoom", "aria-label": [say("Enlarge image"), image.alt].filter(Boolean).join(": ") });
    image.replaceWith(enlarge);
    enlarge.append(image);
  }

  for (const image of document.querySelectorAll(".prose img")) {
    if (image.complete) prepare(image);
    else image.addEventListener("load", () => prepare(image), { once: true });
  }
})();
