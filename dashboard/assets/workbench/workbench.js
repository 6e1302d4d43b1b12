// The SQL page in the browser: tabs with an editor each, parameters, run and stop, result, downloads, links.
// What may be asked is decided on the server. Nothing here reaches another machine.
import { ask, at, count, make, post, say } from "./common.js";
import { offerDrawing } from "./drawing.js";
import { editorState, mark, openEditor, unmark } from "./editor.js";
import { openPast, remember, showPast } from "./past.js";
import { clearResult, showResult, tableText } from "./result.js";
import { keepForm, showSaved } from "./saving.js";
import { full, keepTabs, newTab, openTabs, sameQuestion, showTabs } from "./tabs.js";

let desk = null; // what belongs to the page that is open: facts, editor, tabs

export async function begin() {
  if (!at("workbench") || at("wb-begun").dataset.done) return;
  at("wb-begun").dataset.done = "yes";
  const facts = await ask("/sql/facts", null, "GET");
  if (facts.error) return say(facts.error.message, "bad");
  desk = { facts, ticket: null, ...openTabs(facts.account), view: null };
  desk.day = make("input", { type: "date", id: "wb-day", max: "2200-12-31" });
  desk.day.onchange = () => { desk.tab.asOf = desk.day.value; keepTabs(desk); };
  const now = make("button", { type: "button", className: "wb-link", textContent: "现在", title: "不限日期" });
  now.onclick = () => { desk.day.value = desk.tab.asOf = ""; keepTabs(desk); };
  at("wb-asof").append(make("label", { htmlFor: "wb-day", textContent: "截至" }), desk.day, now);
  at("workbench").addEventListener("click", clicked);
  openPast(facts.account);
  showPast(again);
  showSaved(desk, openSaved);
  const { asked, failed } = await fromAddress();
  if (asked) place(asked);
  else if (!desk.tab) place({ ...example(0), ran: true });
  else change(desk.tab);
  if (failed) say(failed, "bad"); // and nothing is run that nobody asked for
  else if (asked || desk.tab.ran) run();
}

const example = (place) => { const { sql, as_of: asOf, params } = desk.facts.examples[place]; return { sql, asOf, params }; };
const text = () => desk.view.state.doc.toString();
const fresh = (sql) => editorState(sql, desk.facts.tables, run, changed);

// Put a question into a tab: the one that holds it already, an empty one, or a new one; the oldest gives way when full.
function place(question) {
  const same = desk.tabs.find((tab) => sameQuestion(tab, question));
  const empty = desk.tab && !desk.tab.sql.trim() ? desk.tab : null;
  const tab = same || empty || newTab(question);
  if (empty && !same) Object.assign(empty, newTab(question), { id: empty.id });
  if (same) Object.assign(same, { saved: question.saved || same.saved, generation: question.generation ?? null, expect: question.expect || "" });
  if (!desk.tabs.includes(tab)) {
    if (full(desk)) desk.tabs.shift();
    desk.tabs.push(tab);
  }
  change(tab);
}

function change(tab) {
  if (desk.view && desk.tab) desk.tab.state = desk.view.state;
  if (tab === null) {
    tab = newTab({});
    desk.tabs.push(tab);
  }
  desk.tab = tab;
  tab.state ??= fresh(tab.sql);
  if (desk.view) desk.view.setState(tab.state);
  else desk.view = openEditor(at("wb-editor"), tab.state);
  desk.day.value = tab.asOf;
  at("wb-params").dataset.names = "";
  at("wb-keep").hidden = true;
  showParameters();
  shown();
  tabsChanged();
  say("");
}

function close(tab) {
  const place = desk.tabs.indexOf(tab);
  desk.tabs.splice(place, 1);
  if (tab === desk.tab) { desk.tab = null; change(desk.tabs[Math.min(place, desk.tabs.length - 1)]); } else tabsChanged();
}

function tabsChanged() {
  showTabs(desk, change, close);
  keepTabs(desk);
}

function changed() {
  desk.tab.sql = text();
  showParameters();
  tabsChanged();
}

function shown() {
  const { result } = desk.tab;
  if (result) showResult(result, { renew: () => { desk.tab.generation = null; run(); } });
  else clearResult();
  offerDrawing(desk, () => keepTabs(desk));
}

function showParameters() {
  const bare = text().replace(/'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\//g, " ");
  const names = [...new Set([...bare.matchAll(/\$([\p{L}_][\p{L}\p{N}_]*)/gu)].map((m) => m[1]))];
  const box = at("wb-params");
  if (box.dataset.names === names.join(" ")) return;
  box.dataset.names = names.join(" ");
  box.replaceChildren(...names.map(parameter));
}

// A field for `$name`; where the name says what it is, what may stand there is offered while typing.
function parameter(name) {
  const field = make("input", { id: `wb-p-${name}`, value: desk.tab.params[name] ?? "", size: 14, autocomplete: "off" });
  field.oninput = () => { desk.tab.params[name] = field.value; keepTabs(desk); };
  field.onkeydown = (event) => { if (event.key === "Enter") run(); };
  const made = make("span", { className: "wb-field" }, make("label", { htmlFor: field.id, textContent: `$${name}` }), field);
  const known = Object.keys(desk.facts.suggestions).filter((word) => name.toLowerCase().includes(word));
  const offered = known.length ? desk.facts.suggestions[known.sort((a, b) => b.length - a.length)[0]] : [];
  if (offered.length) {
    const list = make("datalist", { id: `wb-o-${name}` }, ...offered.map(([value, label]) => make("option", { value, label })));
    field.setAttribute("list", list.id);
    made.append(list);
  }
  return made;
}

function asked() {
  const names = (at("wb-params").dataset.names || "").split(" ").filter(Boolean);
  const params = Object.fromEntries(names.map((name) => [name, desk.tab.params[name] ?? ""]));
  return { sql: text(), params, asOf: desk.tab.asOf || null, generation: desk.tab.generation };
}

// Ask a question that can be stopped by its ticket, one at a time.
async function answerOf(question) {
  desk.ticket = [...crypto.getRandomValues(new Uint8Array(8))].map((b) => b.toString(16).padStart(2, "0")).join("");
  busy(true);
  const answer = await ask("/sql/run", { ...question, ticket: desk.ticket });
  desk.ticket = null;
  busy(false);
  return answer;
}

async function run() {
  if (desk.ticket) return;
  const { tab } = desk;
  const question = asked();
  const began = performance.now();
  const answer = await answerOf(question);
  unmark(desk.view);
  tab.ran = !answer.error && performance.now() - began < 8000;
  keepTabs(desk);
  if (answer.error) return tab === desk.tab ? fail(answer.error) : undefined;
  Object.assign(answer, { asked: { ...question, generation: answer.generation }, newest: desk.facts.generation, simulated: desk.facts.simulated });
  tab.result = answer;
  const whole = Math.round(performance.now() - began);
  remember(question, answer, whole);
  showPast(again);
  if (tab !== desk.tab) return;
  say(`${count(answer.count)} 行，用时 ${whole} 毫秒。`, "good");
  shown();
  if (tab.expect && tab.expect !== answer.hash) say("这条查询在复制链接之后改过，下面的结果不一定是给您链接的人看到的。", "bad");
  tab.expect = "";
}

function busy(on) {
  for (const button of document.querySelectorAll("[data-do=run], [data-do=again]")) button.disabled = on;
  for (const button of document.querySelectorAll("[data-do=stop]")) button.disabled = !on;
  at("sql-grid").closest(".wb-grid").classList.toggle("wb-old", on);
  if (on) say("正在查询…");
}

function fail(error) {
  say(error.message, "bad");
  at("sql-grid").closest(".wb-grid").classList.add("wb-old");
  if (error.line) mark(desk.view, error);
}

function clicked(event) {
  const button = event.target.closest("button");
  if (!button || button.disabled) return;
  const { do: act, insert, example: number, download } = button.dataset;
  if (act === "run") run();
  else if (act === "stop") ask("/sql/stop", { ticket: desk.ticket });
  else if (act === "keep") keepForm(desk, () => ({ ...asked(), chart: desk.tab.chart || {} }), saved);
  else if (act === "link") copyLink();
  else if (act === "copy") copyTable();
  else if (act === "again") askAgain();
  else if (download) fetchFile(download, button);
  else if (number !== undefined) again(example(Number(number)));
  else if (insert) {
    const plain = /^[\p{L}_][\p{L}\p{N}_]*$/u.test(insert) ? insert : `"${insert}"`;
    desk.view.dispatch(desk.view.state.replaceSelection(plain));
    desk.view.focus();
  }
}

function again(question) { place({ ...question, generation: question.generation ?? null }); run(); }

// A question that is kept, as a tab holds it: what it says now, and how it was kept.
function keptQuestion(one) {
  const { number, title, own, shared, sql, params, asOf, chart } = one;
  return { sql, params, asOf, chart: Object.keys(chart).length ? chart : null, saved: { number, title, own, shared, sql, params, asOf } };
}

function openSaved(one) {
  place(keptQuestion(one));
  run();
}

function saved(kept) {
  desk.tab.saved = kept ? keptQuestion(kept).saved : null;
  tabsChanged();
  showSaved(desk, openSaved);
}

// The same question of the same generation: what comes must be what came.
async function askAgain() {
  const { result } = desk.tab;
  if (!result) return say("还没有结果。请先运行。", "bad");
  if (desk.ticket) return;
  const answer = await answerOf(result.asked);
  if (answer.error) return say(answer.error.message, "bad");
  const bare = ({ columns, count: rows, hash, truncated }) => JSON.stringify({ columns, rows, hash, truncated });
  const same = bare(answer) === bare(result);
  const outcome = same ? `${count(answer.count)} 行，与上面一字不差。` : answer.timed ? "结果与上面不同，因为这条查询用了当前时间。" : "结果与上面不同。请告诉系统管理员。";
  say(`再问了一次第 ${answer.generation} 代：${outcome}`, same ? "good" : "bad");
}

// A question that is kept and shared goes by its number while it is just what was kept, with its hash, since its owner
// may change it; any other goes as a whole after "#", which browsers do not send to the server.
async function copyLink() {
  const { saved: one, result } = desk.tab;
  const question = result?.asked || asked();
  const number = result?.generation ?? desk.facts.generation;
  let address = "";
  if (one?.shared && sameQuestion(one, question)) {
    address = `/sql?q=${one.number}&g=${number}${question.asOf ? `&asOf=${question.asOf}` : ""}${result ? `&h=${result.hash}` : ""}`;
  } else {
    const bytes = new TextEncoder().encode(JSON.stringify({ ...question, generation: question.generation ?? number }));
    address = `/sql#${btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "")}`;
  }
  window.history.replaceState(window.history.state, "", address);
  try {
    await navigator.clipboard.writeText(window.location.href);
    say("链接已复制：打开它就是这条查询和它问的那一代数据。", "good");
  } catch {
    say("链接已在地址栏里，请从那里复制。", "good");
  }
}

async function copyTable() {
  const { result } = desk.tab;
  if (!result) return say("还没有结果可以复制。请先运行。", "bad");
  try {
    await navigator.clipboard.writeText(tableText(result));
    say(`已复制 ${count(result.count)} 行，可以粘贴到表格软件。${result.truncated ? "只是显示的这些行；要全部请下载。" : ""}`, "good");
  } catch {
    say("浏览器不让复制。请用“下载”。", "bad");
  }
}

// The question of the address, if it holds one, or why it can not be opened.
async function fromAddress() {
  const query = new URLSearchParams(window.location.search);
  if (query.get("q")) return numbered(query);
  const code = window.location.hash.slice(1);
  if (!code) return {};
  try {
    const bytes = Uint8Array.from(atob(code.replaceAll("-", "+").replaceAll("_", "/")), (ch) => ch.charCodeAt(0));
    const question = JSON.parse(new TextDecoder().decode(bytes));
    if (typeof question.sql === "string") return { asked: question };
  } catch { /* said below */ }
  return { failed: "这个链接不完整，没有打开。请向给您链接的人再要一次。" };
}

async function numbered(query) {
  const one = await ask(`/sql/saved/${Number(query.get("q")) || 0}`, null, "GET");
  if (one.error) return { failed: one.error.message };
  const generation = query.get("g") ? Number(query.get("g")) : null;
  return { asked: { ...keptQuestion(one), asOf: query.get("asOf") || one.asOf, generation, expect: query.get("h") || "" } };
}

async function fetchFile(format, button) {
  const { result } = desk.tab;
  if (!result) return say("还没有结果可以下载。请先运行。", "bad");
  button.disabled = true;
  const sent = await fetch("/sql/download", post({ ...result.asked, format })).catch(() => null);
  button.disabled = false;
  if (!sent) return say("服务没有回答。请检查它是否还在运行。", "bad");
  if (!sent.ok) return say((await sent.json()).error.message, "bad");
  const name = /filename="([^"]+)"/.exec(sent.headers.get("Content-Disposition"))[1];
  const url = URL.createObjectURL(await sent.blob());
  make("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
  const cut = sent.headers.get("Truncated") === "true";
  say(`已下载 ${name}。${cut ? `行数达到上限，文件不完整；请缩小范围${format === "xlsx" ? "，或用 CSV、Parquet" : ""}。` : ""}`, cut ? "bad" : "good");
}
