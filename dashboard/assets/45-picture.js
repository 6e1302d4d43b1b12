// What is on a page, taken along: a chart as a picture (PNG, SVG) or a workbook, a table as a workbook or CSV.
// A picture says in itself what it shows, where it came from, which generation it is of and whether it is simulated.
(function () {
  var INK = "#17212b", SOFT = "#50606f", LINE = "#dce2e9", WARN = "#8a5200", SHEET = "#ffffff";
  var words = function (node) { return node ? node.textContent.replace(/\s+/g, " ").trim() : ""; };
  var plain = function (text) { return String(text).replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;"); };

  // What stands around a chart or table: its heading, and from which generation and how simulated it is.
  function around(node) {
    var own = node.dataset || {};
    if (own.source !== undefined) return { title: own.title, stamp: own.source, marks: own.marks ? [own.marks] : [] };
    var panel = node.closest(".panel") || document;
    var box = panel.closest ? panel : document;
    var page = document.querySelector("main h1:not(.sentence)");
    var name = words(page && (page.querySelector(".name") || page)).slice(0, 60);
    var part = words(box.querySelector("h2"));
    var head = name && part && name !== part ? name + "：" + part : part || name || "长春新区统计指标";
    var marked = Array.prototype.map.call(box.querySelectorAll(".mark-simulated, .mark-target-example"), words);
    var all = words(document.querySelector(".top .mark-simulated"));
    var marks = marked.filter(function (word, n) { return word && marked.indexOf(word) === n; });
    if (!marks.length && all) marks = [all.replace(/^演示：/, "")];
    var named = (box.textContent.match(/《[^《》]{2,40}》/g) || []).filter(function (word, n, all) { return all.indexOf(word) === n; });
    return { title: head, sources: box === document ? [] : named.slice(0, 3), stamp: words(document.querySelector(".colophon")), marks: marks };
  }

  function text(said) {
    return ["来源：长春新区统计指标体系　" + said.stamp, (said.sources || []).length ? "出处：" + said.sources.join("、") : "", said.marks.length ? "标记：" + said.marks.join("、") : ""].filter(Boolean);
  }

  function coloured(line) {
    return line.indexOf("标记：") === 0 ? '<span style="color:' + WARN + '">' + plain(line) + "</span>" : plain(line);
  }

  function axis(given) {
    var made = Object.assign({}, given, { color: SOFT, gridcolor: LINE, linecolor: LINE, fixedrange: true });
    delete made.range;
    return given && given.range && given.autorange !== true ? Object.assign(made, { range: given.range }) : made;
  }

  // The figure as it is drawn in a picture: on white, with its title, its legend and what it says of itself.
  function figure(plot, said) {
    var given = JSON.parse(JSON.stringify(plot.layout || {}));
    var under = text(said);
    var named = plot.data.filter(function (trace) { return trace.name && trace.showlegend !== false && trace.visible !== false; });
    var rows = named.length > 1 ? Math.ceil(named.length / 4) : 0;
    var layout = Object.assign(given, {
      autosize: false, paper_bgcolor: SHEET, plot_bgcolor: SHEET, showlegend: rows > 0,
      width: Math.max(plot.clientWidth, 860), height: Math.max(plot.clientHeight, 320) + 78 + 18 * under.length + 26 * rows,
      font: Object.assign({}, given.font, { color: INK }),
      margin: { l: 16, r: 28, t: 74 + 18 * under.length, b: 16 + 26 * rows, pad: 2 },
      legend: { orientation: "h", x: 0, xanchor: "left", y: 0, yref: "container", yanchor: "bottom", font: { size: 12 } },
      title: {
        text: "<b>" + plain(said.title) + "</b>", x: 0.012, xanchor: "left", y: 1, yref: "container", yanchor: "top",
        pad: { t: 16, l: 6 }, font: { size: 20, color: INK },
        subtitle: { text: under.map(coloured).join("<br>"), font: { size: 12.5, color: SOFT } },
      },
    });
    Object.keys(layout).forEach(function (key) { if (/^[xy]axis\d*$/.test(key)) layout[key] = axis(layout[key]); });
    return { data: JSON.parse(JSON.stringify(plot.data)), layout: layout, config: { locale: "zh-CN" } };
  }

  function save(url, name) {
    var link = document.createElement("a");
    link.href = url;
    link.download = name.replace(/[\\/:*?"<>|\s]+/g, " ").trim().slice(0, 80) || "图";
    link.click();
  }

  function picture(plot, format, said) {
    var made = figure(plot, said || around(plot));
    return window.Plotly.toImage(made, {
      format: format, width: made.layout.width, height: made.layout.height, scale: format === "png" ? 2 : 1,
    }).then(function (url) { save(url, (said || around(plot)).title + "." + format); return url; });
  }

  // Plotly's texts are marked up; a cell of a workbook is not.
  var bare = function (text) { return String(text).replace(/<[^>]*>/g, "").replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&").trim(); };

  function list(values) { return Array.from(values || [], function (v) { return v === undefined || v !== v ? null : v; }); }

  // A chart's numbers: every place of its axis once, and for each named line a value or nothing there.
  function numbers(plot) {
    var lines = (plot._fullData || plot.data).filter(function (t) {
      return t.name && t.visible !== false && t.visible !== "legendonly" && t.x && t.y && t.hoverinfo !== "skip";
    });
    var flat = lines.length && lines.every(function (t) { return t.orientation === "h"; });
    var along = [], at = {};
    lines.forEach(function (t) {
      list(flat ? t.y : t.x).forEach(function (x) { var k = String(x); if (!(k in at)) { at[k] = along.length; along.push(k); } });
    });
    if (along.every(function (x) { return /^\d{4}(-\d\d|[QHM]\d+|$)/.test(x); })) {
      along.sort();
      along.forEach(function (x, n) { at[x] = n; });
    }
    var drawn = lines.map(function (t) {
      var values = along.map(function () { return null; }), found = list(flat ? t.x : t.y);
      list(flat ? t.y : t.x).forEach(function (x, n) { var v = found[n]; values[at[String(x)]] = typeof v === "number" ? v : v === null ? null : Number(v); });
      return { name: bare(t.name), values: values.map(function (v) { return v === null || v !== v ? null : v; }) };
    });
    var unit = (plot.layout.meta && plot.layout.meta.unit) || (plot.layout.yaxis && plot.layout.yaxis.title && plot.layout.yaxis.title.text);
    return { kind: lines.length && lines[0].type === "bar" ? "bar" : "line", along: along.map(bare), lines: drawn, unit: bare(unit || "") };
  }

  function book(said, body) {
    var asked = Object.assign({ title: said.title, source: text(said).join("\n") }, body);
    return fetch("/take/book", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(asked) })
      .then(function (answer) {
        if (!answer.ok) return answer.json().then(function (told) { throw new Error(told.error.message); });
        return answer.blob().then(function (blob) {
          var url = URL.createObjectURL(blob);
          save(url, said.title + ".xlsx");
          setTimeout(function () { URL.revokeObjectURL(url); }, 10000);
        });
      });
  }

  // A table column by column as it stands now; of a rounded number the exact one behind it.
  function columns(table) {
    var rows = Array.from(table.tBodies[0].rows);
    return Array.from(table.tHead.rows[0].cells, function (head, place) {
      var number = head.classList.contains("n");
      return { name: words(head), values: rows.map(function (row) {
        var cell = row.cells[place];
        if (!number) return words(cell);
        return cell.dataset.value === undefined ? null : Number(cell.dataset.value);
      }) };
    });
  }

  // A sheet of the table with a mark that spreadsheets know its letters by; what would be calculated gets an apostrophe.
  function csv(table) {
    var cell = function (value) {
      var said = value === null ? "" : String(value);
      if (typeof value === "string" && /^ *[=+\-@\t\r\n＝＋－＠]/.test(said)) said = "'" + said;
      return /[",\r\n]/.test(said) ? '"' + said.replace(/"/g, '""') + '"' : said;
    };
    var rows = table.length ? table[0].values.map(function (_, n) { return table.map(function (c) { return c.values[n]; }); }) : [];
    return "\ufeff" + [table.map(function (c) { return c.name; })].concat(rows).map(function (row) { return row.map(cell).join(","); }).join("\r\n") + "\r\n";
  }

  function taken(button) {
    var box = button.closest(".takeaway"), format = button.dataset.take;
    var plot = box.dataset.of === "chart" ? box.closest(".chart").querySelector(".js-plotly-plot") : null;
    if (plot && format !== "xlsx") return picture(plot, format);
    if (plot) return book(around(plot), { chart: numbers(plot) });
    var table = columns(document.getElementById(box.dataset.of)), said = around(box);
    if (format === "xlsx") return book(said, { columns: table });
    var url = URL.createObjectURL(new Blob([csv(table)], { type: "text/csv;charset=utf-8" }));
    save(url, said.title + ".csv");
    setTimeout(function () { URL.revokeObjectURL(url); }, 10000);
    return Promise.resolve();
  }

  document.addEventListener("click", function (event) {
    var button = event.target.closest && event.target.closest(".takeaway [data-take]");
    document.querySelectorAll(".takeaway details[open]").forEach(function (open) {
      if (!open.contains(event.target) || button) open.removeAttribute("open");
    });
    if (!button) return;
    button.disabled = true;
    Promise.resolve().then(function () { return taken(button); })
      .catch(function (error) { if (window.zhibiao && window.zhibiao.tell) window.zhibiao.tell("没有存成：" + error.message); })
      .finally(function () { button.disabled = false; });
  });

  window.zhibiao = Object.assign(window.zhibiao || {}, { picture: picture, book: book, chartNumbers: numbers });
})();
