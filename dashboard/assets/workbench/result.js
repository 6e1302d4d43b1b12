// An answer on the page: its stamp, what each column holds in short, and the grid.
import { at, count, make } from "./common.js";

const SVG = "http://www.w3.org/2000/svg";

export function showResult(answer, actions) {
  grid(answer);
  at("wb-stamp").replaceChildren(...stamp(answer, actions));
  at("wb-columns").replaceChildren(...answer.columns.map((column) => card(column, answer)));
  at("wb-summary").hidden = !answer.count;
  at("wb-summary").querySelector("summary").textContent = answer.truncated ? `各列概要（只按显示的 ${count(answer.count)} 行）` : "各列概要";
  at("sql-grid").closest(".wb-grid").classList.remove("wb-old");
}

export function clearResult() {
  window.dash_clientside.set_props("sql-grid", { columnDefs: [], rowData: [], style: { height: "120px", width: "100%" } });
  at("wb-stamp").replaceChildren(make("span", { textContent: "还没有结果。按“运行”或 Ctrl + Enter。" }));
  at("wb-columns").replaceChildren();
  at("wb-summary").hidden = true;
}

function stamp(answer, actions) {
  const parts = [make("span", { textContent: `${answer.stamp}，${answer.seconds.toFixed(2)} 秒` })];
  if (answer.truncated) {
    parts.push(make("b", { className: "wb-cut", textContent: `只显示前 ${count(answer.count)} 行，后面还有。下载可得全部（至多 ${count(answer.most)} 行）。` }));
  }
  if (answer.generation !== answer.newest) {
    const renew = make("button", { type: "button", className: "wb-link", textContent: `改问现行的第 ${answer.newest} 代` });
    renew.onclick = actions.renew;
    parts.push(make("b", { className: "wb-cut", textContent: `这里问的是第 ${answer.generation} 代。` }), renew);
  }
  return parts;
}

function card(column, answer) {
  const { summary } = column;
  const facts = [`有 ${count(summary.count)}`, `缺 ${count(summary.missing)}`];
  if (summary.distinct !== null) facts.push(`不同 ${count(summary.distinct)}`);
  const shape = summary.bins ? histogram(summary.bins, summary) : common(summary, answer.count);
  return make("div", { className: "wb-column" }, make("b", { textContent: column.name, title: column.name }), shape, make("small", { textContent: facts.join(" · ") }));
}

function histogram(bins, summary) {
  const most = Math.max(...bins, 1);
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", `0 0 ${bins.length * 8} 28`);
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", `从 ${summary.least} 到 ${summary.most} 的分布：${bins.join("、")}`);
  bins.forEach((bin, n) => {
    const bar = document.createElementNS(SVG, "rect");
    const high = bin ? Math.max((bin / most) * 26, 1.5) : 0;
    for (const [name, value] of Object.entries({ x: n * 8 + 0.5, y: 27 - high, width: 7, height: high })) bar.setAttribute(name, value);
    svg.append(bar);
  });
  return make("div", { className: "wb-shape" }, svg, make("span", {}, ...[...new Set([summary.least ?? "", summary.most ?? ""])].map((end) => make("i", { textContent: end, title: end }))));
}

function common(summary, rows) {
  const different = (summary.common || []).length > 2 && summary.common[0][1] === 1; // each value once: its ends say more
  const shown = different ? [[`从 ${summary.least}`, ""], [`到 ${summary.most}`, ""]] : summary.common || [];
  const lines = shown.map(([word, times]) => {
    const bar = make("u", {});
    bar.style.width = different ? "0" : `${Math.max((times / Math.max(rows, 1)) * 100, 2)}%`;
    return make("li", {}, bar, make("span", { textContent: word || "（空文字）", title: word }), make("i", { textContent: different ? "" : count(times) }));
  });
  return make("ul", { className: "wb-common" }, ...lines);
}

function grid(answer) {
  const width = (value) => [...String(value ?? "")].reduce((sum, ch) => sum + (ch.charCodeAt(0) > 255 ? 2 : 1), 0);
  const columnDefs = answer.columns.map((column, n) => {
    const longest = Math.max(width(column.name) + 3, ...column.texts.slice(0, 200).map(width));
    const number = column.kind === "number";
    return {
      field: `c${n}`, headerName: column.name, headerTooltip: column.name, minWidth: Math.min(Math.max(longest * 8 + 34, 84), 420),
      flex: Math.min(longest, 40), cellStyle: { textAlign: number ? "right" : "left" },
      ...(number ? { headerClass: "ag-right-aligned-header", valueFormatter: { function: `params.data.t${n}` } } : {}),
      ...(longest > 46 ? { tooltipField: `c${n}` } : {}),
    };
  });
  const rowData = Array.from({ length: answer.count }, (_, row) => {
    const made = {};
    answer.columns.forEach((column, n) => {
      if (column.values) { made[`c${n}`] = column.values[row]; made[`t${n}`] = column.texts[row] ?? ""; }
      else made[`c${n}`] = column.texts[row] ?? "";
    });
    return made;
  });
  const height = Math.min(Math.max(answer.count, 1) * 42 + 62, 520);
  window.dash_clientside.set_props("sql-grid", { columnDefs, rowData, style: { height: `${height}px`, width: "100%" } });
}

// The table as it is shown, for pasting into a spreadsheet; what would be calculated there gets an apostrophe.
export function tableText(answer) {
  const cell = (text) => {
    const said = String(text ?? "").replace(/[\t\r\n]+/g, " ");
    return /^ *[=+\-@＝＋－＠]/.test(said) && !/^-?[\d.,]+(E[+-]?\d+)?$/.test(said) ? `'${said}` : said;
  };
  const rows = Array.from({ length: answer.count }, (_, row) => answer.columns.map((column) => cell(column.texts[row])));
  return [answer.columns.map((column) => cell(column.name)), ...rows].map((row) => row.join("\t")).join("\n");
}
