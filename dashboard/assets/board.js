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
      var query = new URLSearchParams(search || "");
      query.set("at", id);
      return changed(query, search);
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

// Links that a grid draws are followed without loading the application again, as those of the page are.
document.addEventListener("click", function (event) {
  var link = event.target.closest && event.target.closest(".grid a[href^='/']");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
  event.preventDefault();
  window.history.pushState({}, "", link.getAttribute("href"));
  window.dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
  window.scrollTo(0, 0);
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
