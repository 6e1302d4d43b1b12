// Runs before anything is painted: the colour scheme that was chosen last, and the change from first paint to live page.
(function () {
  var chosen = null;
  try { chosen = localStorage.getItem("mantine-color-scheme-value"); } catch (e) { /* storage may be closed */ }
  var dark = chosen === "dark" || (chosen !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.setAttribute("data-mantine-color-scheme", dark ? "dark" : "light");

  var watch = new MutationObserver(function () {
    if (document.querySelector("#react-entry-point #page")) {
      var first = document.getElementById("first-paint");
      if (first) first.remove();
      watch.disconnect();
    }
  });
  document.addEventListener("DOMContentLoaded", function () {
    var live = document.getElementById("react-entry-point"); // a document has none
    if (live) watch.observe(live, { childList: true, subtree: true });
  });
})();
