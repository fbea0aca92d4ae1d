// Runs before the page is drawn: a stored choice of scheme never flashes.
(function () {
  try {
    var scheme = localStorage.getItem("annals-scheme");
    if (scheme === "light" || scheme === "dark") document.documentElement.dataset.theme = scheme;
  } catch (error) { /* storage may be switched off; the system's scheme is fine */ }
})();
