// What a reader does becomes an address; the server answers an address with a page. Nothing else happens here.
window.dash_clientside = Object.assign({}, window.dash_clientside, {
  board: {
    filtered: function (values, ids, search) {
      var query = new URLSearchParams(search || "");
      ids.forEach(function (id, i) {
        if (!values[i] || values[i] === id.shown) return; // drawn, not chosen
        if (values[i] === "newest") query.delete(id.filter);
        else query.set(id.filter, values[i]);
        query.delete("at");
      });
      return changed(query, search);
    },
    pointed: function (click, search) {
      var id = click && click.points && click.points[0].customdata;
      if (!id) return window.dash_clientside.no_update;
      if (id.charAt(0) === "/") follow(id); // a point of another page or area
      else {
        var query = new URLSearchParams(search || "");
        query.set("at", id);
        follow("/indicator?" + query + "#origin");
      }
      return window.dash_clientside.no_update;
    },
  },
});

function changed(query, search) {
  var before = new URLSearchParams(search || "");
  before.sort();
  query.sort();
  if (before.toString() === query.toString()) return window.dash_clientside.no_update;
  return "?" + query.toString();
}

// Links inside still parts (`still.js`) are followed without loading the application again, as its own links are.
document.addEventListener("click", function (event) {
  var link = event.target.closest && event.target.closest("#react-entry-point main a[href^='/']");
  if (!link || event.defaultPrevented || link.target || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
  event.preventDefault();
  follow(link.getAttribute("href"));
});

function follow(address) {
  window.history.pushState({}, "", address);
  window.dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
  if (location.hash) reach(location.hash);
  else window.scrollTo(0, 0);
}

// Come to the panel that an address names, as soon as the page is there: no further than it takes to see it.
function reach(hash) {
  var content = document.getElementById("_pages_content"), left = 60;
  (function look() {
    var title = document.getElementById(decodeURIComponent(hash.slice(1)) + "-title"), place = title && title.closest("section");
    var waiting = !content || content.dataset.dashIsLoading === "true" || document.getElementById("first-paint");
    if (place && !waiting && left < 58) place.scrollIntoView({ block: "nearest" });
    else if (left-- > 0) setTimeout(look, 80);
  })();
}
document.addEventListener("DOMContentLoaded", function () { if (location.hash.length > 1) reach(location.hash); });

// A head of a long table sorts its rows: once upwards, again downwards; what is missing stays last.
document.addEventListener("click", function (event) {
  var button = event.target.closest && event.target.closest(".listing thead button");
  if (!button) return;
  var head = button.closest("th"), table = head.closest("table"), place = head.cellIndex, number = head.classList.contains("n");
  var down = head.getAttribute("aria-sort") === "ascending";
  table.querySelectorAll("thead th").forEach(function (one) { one.setAttribute("aria-sort", "none"); });
  head.setAttribute("aria-sort", down ? "descending" : "ascending");
  var key = function (row) {
    var cell = row.cells[place], value = cell.dataset.value;
    if (number) return value === undefined ? NaN : Number(value);
    return value === undefined ? cell.textContent : value;
  };
  var rows = Array.from(table.tBodies[0].rows).map(function (row) { return { row: row, key: key(row) }; });
  rows.sort(function (a, b) {
    var none = (a.key === "" || a.key !== a.key) - (b.key === "" || b.key !== b.key);
    if (none) return none;
    var order = number ? a.key - b.key || 0 : a.key.localeCompare(b.key, "zh");
    return down ? -order : order;
  });
  table.tBodies[0].append.apply(table.tBodies[0], rows.map(function (one) { return one.row; }));
});

// Paper is narrower than a window: before printing every chart is drawn as wide as its place on A4, afterwards as before.
(function () {
  var PAPER = 655; // pixels between the margins of an A4 page, less a panel's padding
  function charts() { return document.querySelectorAll(".js-plotly-plot"); }
  window.addEventListener("beforeprint", function () {
    charts().forEach(function (chart) { window.Plotly.relayout(chart, { width: PAPER, autosize: false }); });
  });
  window.addEventListener("afterprint", function () {
    charts().forEach(function (chart) { window.Plotly.relayout(chart, { width: null, autosize: true }); });
  });
})();
