// A quick chart of an answer: choose the axis, a number and what to tell apart; line or bars. Drawn here, from what is shown.
import { at, make, say } from "./common.js";
import { titleOf } from "./tabs.js";

const PLOTLY = "/_dash-component-suites/plotly/package_data/plotly.min.js";
const COLOURS = ["#2f74c0", "#c2571a", "#2c8a5b", "#7a5bb5", "#c28a1a", "#b0567a", "#4aa3a2", "#7d8a99"];
const GROUPS = 8, PLACES = 400, REST = "*";

let loading = null;
function plotly() {
  if (window.Plotly) return Promise.resolve();
  loading ??= new Promise((done, failed) => {
    document.head.append(make("script", { src: PLOTLY, onload: done, onerror: () => { loading = null; failed(); } }));
  });
  return loading;
}

export function offerDrawing(desk, keep) {
  const { tab } = desk;
  const answer = tab.result;
  const box = at("wb-draw");
  at("wb-chart").hidden = true;
  if (!answer || !answer.count) return box.replaceChildren(make("span", { className: "about", textContent: "有了结果就可以画图。" }));
  const numbers = answer.columns.filter((c) => c.kind === "number" && c.summary.count).map((c) => c.name);
  const names = answer.columns.map((c) => c.name);
  if (!numbers.length) return box.replaceChildren(make("span", { className: "about", textContent: "结果里没有数值列，画不了图。" }));
  const words = wordColumns(answer);
  const set = { kind: "line", x: words.find((w) => /期|日|年|period|date|year/i.test(w)) || words[0] || names[0], y: numbers[0], by: null, ...tab.chart };
  set.by ??= ["", ...words, REST].find((by) => by !== set.x && crowded(answer, { ...set, by }) === undefined) ?? "";
  const choose = (word, key, options) => {
    const field = make("select", { id: `wb-draw-${key}` }, ...options.map(([value, label]) => make("option", { value, textContent: label })));
    field.value = options.some(([value]) => value === set[key]) ? set[key] : options[0][0];
    set[key] = field.value;
    field.onchange = () => { set[key] = field.value; draw(true); };
    return make("span", { className: "wb-field" }, make("label", { htmlFor: field.id, textContent: word }), field);
  };
  const own = (list) => list.map((name) => [name, name]);
  const button = make("button", { type: "button", className: "wb-plain", textContent: "画图" });
  const draw = (chosen) => {
    if (chosen && !tab.chart) return;
    tab.chart = { ...set };
    keep();
    plotly().then(() => paint(tab, answer, set), () => say("画图的程序没有取到。请刷新页面再试。", "bad"));
  };
  button.onclick = () => draw(false);
  box.replaceChildren(
    choose("形式", "kind", [["line", "折线"], ["bar", "柱"]]), choose("横轴", "x", own(names)), choose("数值", "y", own(numbers)),
    choose("分开", "by", [["", "不分"], ...own(words), ...(words.length > 1 ? [[REST, "其余各列合起来"]] : [])]), button,
  );
  if (tab.chart) draw(false);
}

const wordColumns = (answer) => answer.columns.filter((c) => c.kind !== "number").map((c) => c.name);

// What a chart is drawn from: for each row its place on the axis, its group and its number.
function drawn(answer, set) {
  const column = (name) => answer.columns.find((c) => c.name === name);
  const along = column(set.x).texts.map((t) => t ?? "（缺）");
  const rest = wordColumns(answer).filter((name) => name !== set.x && column(name).summary.distinct > 1);
  const split = (set.by === REST ? rest : [set.by].filter(Boolean)).map(column);
  const by = along.map((_, n) => split.map((c) => c.texts[n] ?? "（缺）").join(" ") || set.y);
  return { along, by, values: column(set.y).values };
}

// A place of the axis where one line would have several numbers, of which a chart could show only one.
function crowded(answer, set) {
  const { along, by } = drawn(answer, set);
  const seen = new Set();
  return along.find((place, n) => {
    const key = JSON.stringify([place, by[n]]);
    return seen.size === seen.add(key).size;
  });
}

// The units of the numbers, where a column says them: two on one axis are seen to be two.
function unitsOf(answer) {
  const told = answer.columns.find((c) => /^(单位|计量单位|unit|canonical_unit)$/.test(c.name));
  const units = [...new Set(told ? told.texts.filter(Boolean) : [])];
  return units.length ? `（${units.slice(0, 3).join("、")}${units.length > 3 ? "等" : ""}）` : "";
}

function series(answer, set) {
  const { along, by, values } = drawn(answer, set);
  const places = [...new Set(along)];
  if (places.every((p) => /^\d{4}(-\d\d(-\d\d)?|[QHM]\d+)?$/.test(p))) places.sort();
  const groups = [...new Set(by)];
  const lines = groups.slice(0, GROUPS).map((group) => {
    const found = new Map();
    along.forEach((place, n) => { if (by[n] === group) found.set(place, values[n]); });
    return { name: group, y: places.map((place) => found.get(place) ?? null) };
  });
  return { places: places.slice(0, PLACES), lines, cut: places.length > PLACES || groups.length > GROUPS };
}

function paint(tab, answer, set) {
  const twice = crowded(answer, set);
  if (twice !== undefined) {
    at("wb-chart").hidden = true;
    return say(`横轴的“${twice}”处，同一条线有几个数，画出来会丢掉别的。请在“分开”里选能区分它们的列，或在 SQL 里先筛选、汇总。`, "bad");
  }
  const { places, lines, cut } = series(answer, set);
  const plot = at("wb-plot");
  at("wb-chart").hidden = false;
  const plain = (text) => String(text).replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;"); // text, never markup
  const data = lines.map((line, n) => ({
    type: set.kind === "bar" ? "bar" : "scatter", mode: "lines+markers", name: plain(line.name), x: places.map(plain), y: line.y.slice(0, PLACES),
    line: { color: COLOURS[n], width: 2.5 }, marker: { color: COLOURS[n], size: 7 }, connectgaps: false, hovertemplate: `%{x}　%{y:,}<extra>${plain(line.name)}</extra>`,
  }));
  const layout = {
    height: 360, margin: { l: 8, r: 16, t: 30, b: 8 }, paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)", separators: ".,", dragmode: false,
    font: { family: getComputedStyle(document.body).fontFamily, size: 13 }, showlegend: lines.length > 1, legend: { orientation: "h", y: 1.02, yanchor: "bottom" },
    xaxis: { type: "category", automargin: true, showgrid: false, fixedrange: true, nticks: 12, tickangle: "auto" },
    yaxis: { automargin: true, gridcolor: "#dfe4ea", zeroline: false, fixedrange: true, tickformat: ",.6~f", title: { text: plain(set.y + unitsOf(answer)), standoff: 6, font: { size: 12 } } },
  };
  window.Plotly.react(plot, data, layout, { displayModeBar: false, responsive: true });
  const marked = answer.columns.some((c) => c.texts.includes("模拟数据"));
  const marks = marked ? ["模拟数据"] : answer.simulated ? ["这一代数据里含模拟数据"] : [];
  plot.dataset.title = titleOf(tab);
  plot.dataset.source = `SQL 查询　${answer.stamp}`;
  plot.dataset.marks = marks.join("、");
  if (cut) say(`图里只画前 ${PLACES} 处、${GROUPS} 组。`, "quiet");
}
