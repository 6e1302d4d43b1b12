// The editor: completion from the tables with their comments, colours, and the mark where a mistake is.
import {
  EditorView, keymap, lineNumbers, highlightActiveLine, drawSelection, EditorState, Prec, defaultKeymap, history,
  historyKeymap, sql, SQLDialect, autocompletion, completionKeymap, closeBrackets, closeBracketsKeymap, bracketMatching,
  syntaxHighlighting, HighlightStyle, indentOnInput, setDiagnostics, tags,
} from "/assets/vendor/codemirror.min.js";

// A state for one text; `run` is called on Ctrl+Enter and `changed` when something was written.
export function editorState(text, tables, run, changed) {
  const words = "select from where group by order having limit offset with recursive as on using join left right full outer inner cross " +
    "semi anti asof positional lateral union all except intersect by name distinct case when then else end and or not in is null like " +
    "ilike between exists over partition window rows range preceding following unbounded current row qualify pivot unpivot values " +
    "cast try_cast asc desc nulls first last filter true false date timestamp interval exclude replace columns sample";
  const functions = "count sum avg min max median round abs coalesce nullif row_number rank dense_rank lag lead first_value last_value " +
    "string_agg list date_trunc date_part year quarter month strftime greatest least quantile_cont stddev arg_max arg_min upper lower " +
    "substr replace split_part regexp_matches concat";
  const dialect = SQLDialect.define({ keywords: words, builtin: functions, doubleQuotedStrings: false, operatorChars: "*+-%<>!=&|~^/" });
  const schema = {};
  for (const table of tables) {
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
      EditorView.updateListener.of((update) => { if (update.docChanged) changed(); }),
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

export function openEditor(parent, state) {
  return new EditorView({ parent, state });
}

export function unmark(view) {
  view.dispatch(setDiagnostics(view.state, []));
}

// The server reads a question without the blanks around it; `error` has its line and column there.
export function mark(view, error) {
  const lines = view.state.doc;
  const text = lines.toString();
  const lead = text.length - text.trimStart().length;
  const shift = text.slice(0, lead).split("\n").length - 1;
  const line = lines.line(Math.min(error.line + shift, lines.lines));
  const indent = error.line === 1 ? lead - (text.slice(0, lead).lastIndexOf("\n") + 1) : 0;
  const from = Math.min(line.from + indent + error.column - 1, line.to);
  const word = /^[\p{L}\p{N}_]+/u.exec(lines.sliceString(from, line.to));
  const to = Math.max(from + (word ? word[0].length : 1), from);
  view.dispatch(setDiagnostics(view.state, [{ from, to: Math.min(to, lines.length), severity: "error", message: error.message }]));
  view.dispatch({ selection: { anchor: from }, scrollIntoView: true });
}
