// The SQL page in the browser: editor, parameters, run and stop, result, downloads, links, history.
// What may be asked is decided on the server. Nothing here reaches another machine.
import {
  EditorView, keymap, lineNumbers, highlightActiveLine, drawSelection, EditorState, Prec, defaultKeymap, history,
  historyKeymap, sql, SQLDialect, autocompletion, completionKeymap, closeBrackets, closeBracketsKeymap, bracketMatching,
  syntaxHighlighting, HighlightStyle, indentOnInput, setDiagnostics, tags,
} from "/assets/vendor/codemirror.min.js";

const KEPT = 30;
const at = (id) => document.getElementById(id);
const make = (name, properties, ...children) => {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
};

let desk = null; // what belongs to the page that is open: editor, facts, the answer shown

export async function begin() {
  if (!at("workbench") || at("wb-begun").dataset.done) return;
  at("wb-begun").dataset.done = "yes";
  const facts = await ask("/sql/facts", null, "GET");
  if (facts.error) return say(facts.error.message, "bad");
  desk = { facts, answer: null, ticket: null, generation: null, params: {}, view: null };
  desk.view = new EditorView({ parent: at("wb-editor"), state: editorState("") });
  desk.day = make("input", { type: "date", id: "wb-day", max: "2200-12-31" });
  desk.now = make("button", { type: "button", className: "wb-link", textContent: "现在", title: "不限日期" });
  desk.now.onclick = () => { desk.day.value = ""; };
  at("wb-asof").append(make("label", { htmlFor: "wb-day", textContent: "截至" }), desk.day, desk.now);
  at("workbench").addEventListener("click", clicked);
  showHistory();
  if (!openLink()) openExample(facts.examples[0]);
  run();
}

function editorState(text) {
  const words = "select from where group by order having limit offset with recursive as on using join left right full outer inner cross " +
    "semi anti asof positional lateral union all except intersect by name distinct case when then else end and or not in is null like " +
    "ilike between exists over partition window rows range preceding following unbounded current row qualify pivot unpivot values " +
    "cast try_cast asc desc nulls first last filter true false date timestamp interval exclude replace columns sample";
  const functions = "count sum avg min max median round abs coalesce nullif row_number rank dense_rank lag lead first_value last_value " +
    "string_agg list date_trunc date_part year quarter month strftime greatest least quantile_cont stddev arg_max arg_min upper lower " +
    "substr replace split_part regexp_matches concat";
  const dialect = SQLDialect.define({ keywords: words, builtin: functions, doubleQuotedStrings: false, operatorChars: "*+-%<>!=&|~^/" });
  const schema = {};
  for (const table of desk.facts.tables) {
    schema[table.name] = {
      self: { label: table.name, type: "class", detail: table.about },
      children: table.columns.map((c) => ({ label: c.name, type: "property", detail: `${c.kind} ${c.about}`.trim() })),
    };
  }
  return EditorState.create({
    doc: text,
    extensions: [
      lineNumbers(), highlightActiveLine(), drawSelection(), history(), indentOnInput(), bracketMatching(), closeBrackets(),
      sql({ dialect, schema, upperCaseKeywords: true }), autocompletion({ icons: false }), syntaxHighlighting(colours),
      Prec.highest(keymap.of([{ key: "Mod-Enter", run: () => (run(), true) }])),
      keymap.of([...closeBracketsKeymap, ...defaultKeymap, ...historyKeymap, ...completionKeymap]),
      EditorView.lineWrapping,
      EditorView.contentAttributes.of({ "aria-label": "SQL 查询" }),
      EditorView.updateListener.of((update) => { if (update.docChanged) showParameters(); }),
    ],
  });
}

const colours = HighlightStyle.define([
  { tag: tags.keyword, color: "var(--brand)", fontWeight: "700" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--good)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--warn)" },
  { tag: tags.comment, color: "var(--soft)", fontStyle: "italic" },
  { tag: tags.standard(tags.name), color: "var(--link)" },
]);

const text = () => desk.view.state.doc.toString();
function write(value) {
  desk.view.dispatch({ changes: { from: 0, to: desk.view.state.doc.length, insert: value } });
}

function showParameters() {
  const bare = text().replace(/'(?:[^']|'')*'|--[^\n]*|\/\*[\s\S]*?\*\//g, " ");
  const names = [...new Set([...bare.matchAll(/\$([\p{L}_][\p{L}\p{N}_]*)/gu)].map((m) => m[1]))];
  const box = at("wb-params");
  if (box.dataset.names === names.join(" ")) return;
  box.dataset.names = names.join(" ");
  box.replaceChildren(...names.map((name) => {
    const field = make("input", { id: `wb-p-${name}`, value: desk.params[name] ?? "", size: 12, autocomplete: "off" });
    field.oninput = () => { desk.params[name] = field.value; };
    field.onkeydown = (event) => { if (event.key === "Enter") run(); };
    return make("span", { className: "wb-field" }, make("label", { htmlFor: field.id, textContent: `$${name}` }), field);
  }));
}

function asked() {
  const names = (at("wb-params").dataset.names || "").split(" ").filter(Boolean);
  const params = Object.fromEntries(names.map((name) => [name, desk.params[name] ?? ""]));
  return { sql: text(), params, asOf: desk.day.value || null, generation: desk.generation };
}

async function run() {
  if (desk.ticket) return;
  desk.ticket = [...crypto.getRandomValues(new Uint8Array(8))].map((b) => b.toString(16).padStart(2, "0")).join("");
  const question = asked();
  busy(true);
  const began = performance.now();
  const answer = await ask("/sql/run", { ...question, ticket: desk.ticket });
  desk.ticket = null;
  busy(false);
  desk.view.dispatch(setDiagnostics(desk.view.state, []));
  if (answer.error) return fail(answer.error);
  desk.answer = { ...question, generation: answer.generation };
  const whole = Math.round(performance.now() - began);
  say(`${answer.count.toLocaleString("zh-CN")} 行，用时 ${whole} 毫秒。`, "good");
  show(answer);
  remember(question, answer, whole);
}

function busy(on) {
  for (const button of document.querySelectorAll("[data-do=run]")) button.disabled = on;
  for (const button of document.querySelectorAll("[data-do=stop]")) button.disabled = !on;
  at("sql-grid").closest(".wb-grid").classList.toggle("wb-old", on);
  if (on) say("正在查询…");
}

function fail(error) {
  say(error.message, "bad");
  at("sql-grid").closest(".wb-grid").classList.add("wb-old");
  if (!error.line) return;
  const lines = desk.view.state.doc;
  const text = lines.toString();
  const lead = text.length - text.trimStart().length; // the server reads the question without the blanks around it
  const shift = text.slice(0, lead).split("\n").length - 1;
  const line = lines.line(Math.min(error.line + shift, lines.lines));
  const indent = error.line === 1 ? lead - (text.slice(0, lead).lastIndexOf("\n") + 1) : 0;
  const from = Math.min(line.from + indent + error.column - 1, line.to);
  const word = /^[\p{L}\p{N}_]+/u.exec(lines.sliceString(from, line.to));
  const to = Math.max(from + (word ? word[0].length : 1), from);
  desk.view.dispatch(setDiagnostics(desk.view.state, [{ from, to: Math.min(to, lines.length), severity: "error", message: error.message }]));
  desk.view.dispatch({ selection: { anchor: from }, scrollIntoView: true });
}

function show(answer) {
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
  const parts = [make("span", { textContent: answer.stamp })];
  if (answer.truncated) {
    const most = answer.most.toLocaleString("zh-CN");
    parts.push(make("b", { className: "wb-cut", textContent: `只显示前 ${answer.count.toLocaleString("zh-CN")} 行，后面还有。下载可得全部（至多 ${most} 行）。` }));
  }
  if (desk.generation !== null && desk.generation !== desk.facts.generation) {
    const renew = make("button", { type: "button", className: "wb-link", textContent: `改问现行的第 ${desk.facts.generation} 代` });
    renew.onclick = () => { desk.generation = null; run(); };
    parts.push(make("b", { className: "wb-cut", textContent: `这个链接问的是第 ${answer.generation} 代。` }), renew);
  }
  at("wb-stamp").replaceChildren(...parts);
}

function clicked(event) {
  const button = event.target.closest("button");
  if (!button || button.disabled) return;
  const { do: act, insert, example, download } = button.dataset;
  if (act === "run") run();
  else if (act === "stop") ask("/sql/stop", { ticket: desk.ticket });
  else if (act === "link") copyLink();
  else if (download) fetchFile(download, button);
  else if (example !== undefined) { openExample(desk.facts.examples[Number(example)]); run(); }
  else if (insert) {
    const plain = /^[\p{L}_][\p{L}\p{N}_]*$/u.test(insert) ? insert : `"${insert}"`;
    desk.view.dispatch(desk.view.state.replaceSelection(plain));
    desk.view.focus();
  }
}

function openExample(example) { open({ sql: example.sql, asOf: example.as_of, params: example.params, generation: null }); }

function open(question) {
  desk.params = { ...question.params };
  desk.generation = question.generation ?? null;
  desk.day.value = question.asOf || "";
  at("wb-params").dataset.names = "";
  write(question.sql);
  showParameters();
}

// A link holds the whole question and its generation after "#", which browsers do not send to the server.
async function copyLink() {
  const question = desk.answer || asked();
  const bytes = new TextEncoder().encode(JSON.stringify(question));
  const code = btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
  window.history.replaceState(window.history.state, "", `/sql#${code}`);
  try {
    await navigator.clipboard.writeText(window.location.href);
    say("链接已复制：打开它就是这条查询和它问的那一代数据。", "good");
  } catch {
    say("链接已在地址栏里，请从那里复制。", "good");
  }
}

function openLink() {
  const code = window.location.hash.slice(1);
  if (!code) return false;
  try {
    const bytes = Uint8Array.from(atob(code.replaceAll("-", "+").replaceAll("_", "/")), (ch) => ch.charCodeAt(0));
    const question = JSON.parse(new TextDecoder().decode(bytes));
    if (typeof question.sql !== "string") return false;
    open(question);
    return true;
  } catch {
    say("这个链接不完整，没有打开。", "bad");
    return false;
  }
}

async function fetchFile(format, button) {
  if (!desk.answer) return say("还没有结果可以下载。请先运行。", "bad");
  button.disabled = true;
  const sent = await fetch("/sql/download", post({ ...desk.answer, format })).catch(() => null);
  button.disabled = false;
  if (!sent) return say("服务没有回答。请检查它是否还在运行。", "bad");
  if (!sent.ok) return say((await sent.json()).error.message, "bad");
  const name = /filename="([^"]+)"/.exec(sent.headers.get("Content-Disposition"))[1];
  const url = URL.createObjectURL(await sent.blob());
  make("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
  const cut = sent.headers.get("Truncated") === "true";
  say(`已下载 ${name}。${cut ? "行数达到上限，文件不完整；请缩小范围。" : ""}`, cut ? "bad" : "good");
}

const remembered = () => JSON.parse(sessionStorage.getItem("zhibiao-sql") || "[]");
function remember(question, answer, milliseconds) {
  const entry = { ...question, at: new Date().toLocaleTimeString("zh-CN"), rows: answer.count, cut: answer.truncated, milliseconds, of: answer.generation };
  const earlier = remembered().filter((one) => one.sql !== entry.sql || one.asOf !== entry.asOf || JSON.stringify(one.params) !== JSON.stringify(entry.params));
  try { sessionStorage.setItem("zhibiao-sql", JSON.stringify([entry, ...earlier].slice(0, KEPT))); } catch { /* storage may be closed */ }
  showHistory();
}

function showHistory() {
  at("wb-history").replaceChildren(...remembered().map((one) => {
    const first = one.sql.split("\n").map((line) => line.trim()).find(Boolean)?.replace(/^-- */, "") || "";
    const facts = `${one.at} · 第 ${one.of} 代${one.asOf ? ` · 截至 ${one.asOf}` : ""} · ${one.rows.toLocaleString("zh-CN")} 行${one.cut ? "（截断）" : ""} · ${one.milliseconds} 毫秒`;
    const button = make("button", { type: "button", className: "wb-link" }, make("code", { textContent: first }), make("small", { textContent: facts }));
    button.onclick = () => { open(one); run(); };
    return make("li", {}, button);
  }));
}

function say(message, tone = "quiet") {
  const line = at("wb-said");
  line.textContent = message;
  line.className = `wb-said tone-${tone}`;
}

const post = (body) => ({ method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
async function ask(path, body, method = "POST") {
  try {
    const answer = await fetch(path, method === "GET" ? {} : post(body));
    return await answer.json();
  } catch {
    return { error: { message: "服务没有回答。请检查它是否还在运行，然后再试。" } };
  }
}
