// Runs before the page is drawn: a stored choice of scheme, or of wrapped code, never flashes, nor does a closed bar.
(function () {
  try {
    var data = document.documentElement.dataset, scheme = localStorage.getItem("annals-scheme");
    if (scheme === "light" || scheme === "dark" || scheme === "contrast") data.theme = scheme;
    if (localStorage.getItem("annals-wrap") === "on") data.wrap = "on";
    if (data.announcement && localStorage.getItem("annals-announced") === data.announcement) data.announced = "";
  } catch (error) { /* storage may be switched off; the system's scheme is fine */ }
})();
