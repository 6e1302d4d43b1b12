"""报送: who has reported for a period and when, what the checks found, what the departments explained, what is open.

States come from the operations database, so that a return is seen before it is published; findings and explanations of
published returns come from the generation. Who fills in returns finds the own ones first, and the place to send them
from (`parts.filing`). The page reads both stores and changes neither; it is a document and works without scripts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dash import html

from dashboard import view, wording
from dashboard.edition import Edition
from dashboard.parts.aria import aria
from dashboard.parts.filing import own_filing
from dashboard.parts.marks import mark
from dashboard.parts.panel import empty, panel
from dashboard.work.results import page_of
from etl.status import reporting_status
from etl.way import Way
from indicators.findings import Severity
from indicators.periods import Period
from warehouse import board, board_returns
from warehouse.accounts import may
from warehouse.board_returns import Remark, Return

PAST = 8
_TONES = {"按时": "good", "迟报": "warn", "逾期": "bad", "还有": "quiet"}
_STATES = {"未报": "bad", "已退回": "bad", "已发布": "good", "已审核": "good", "待审核": "warn"}
Row = Mapping[str, Any]


def content(edition: Edition, way: Way, **query: str) -> list[Any]:
    """The components of 报送 for what the address asks for."""
    asked = view.read(period=query.get("period", ""))
    status = reporting_status(way, asked.period)
    period = Period.parse(status["period"])
    rows: Sequence[Row] = status["rows"]
    published = board_returns.returns(edition.generation, period.code)
    summary = status["summary"] or "这一期没有应报的报表。"
    fills, looks = may(way.account.role, "submit"), may(way.account.role, "read_submission")
    return [
        html.H1(f"{period.label}报送：{summary}", className="sentence"),
        html.P(asked.complaint, className="notice", role="status") if asked.complaint else None,
        *(own_filing(way) if fills else ()),
        html.H2("各期报送情况", className="part") if fills else None,
        _filter(edition, period),
        _matrix(edition, rows, period, looks),
        html.Div([_open(rows, looks), _remarks(edition, published)], className="pair"),
        html.Script(src="/assets/work/filing.js") if fills else None,
    ]


def _filter(edition: Edition, period: Period) -> html.Form:
    known = edition.once("periods", lambda: board.report_periods(edition.generation))
    periods = sorted({period, *known}, reverse=True)
    options = [html.Option(p.label, value=p.code, selected=p == period) for p in periods]
    return html.Form(
        [
            html.Div(
                [html.Label("报告期", htmlFor="period"), html.Select(options, id="period", name="period")],
                className="filter filter-period",
            ),
            html.Button("看这一期", type="submit", className="plain-button"),
        ],
        action="/returns", method="get", className="filters", **aria(label="筛选"),
    )  # fmt: skip


def _matrix(edition: Edition, rows: Sequence[Row], period: Period, looks: bool) -> html.Section:
    if not rows:
        return panel("各部门各报表", "", empty("这一期没有应报的报表。"), name="matrix", wide=True)
    forms = {row["form"]: row["form_name"] for row in rows}
    departments = {row["department"]: row["department_name"] for row in rows}
    cells = {(row["department"], row["form"]): row for row in rows}
    head = html.Tr([html.Th("部门", scope="col"), *(_form_head(code, name) for code, name in forms.items())])
    periods = [period.shift(-k) for k in reversed(range(1, PAST + 1))]
    kept = board_returns.timeliness(edition.generation, [p.code for p in periods])
    body = [
        html.Tr(
            [
                html.Th([name, _record(department, forms, periods, kept)], scope="row"),
                *(_cell(cells.get((department, form)), looks) for form in forms),
            ]
        )
        for department, name in departments.items()
    ]
    table = html.Table([html.Thead(head), html.Tbody(body)], className="matrix")
    about = f"部门名下的方格是之前{PAST}期：实心按时，空心迟报，横线没有记录。"
    box = html.Div(table, className="scroll", tabIndex="0", role="region", **aria(label="各部门各报表，可左右滚动"))
    return panel("各部门各报表", about, box, name="matrix", wide=True)


def _form_head(code: str, name: str) -> html.Th:
    return html.Th([name, html.Small(code)], scope="col")


def _record(
    department: str,
    forms: Mapping[str, str],
    periods: Sequence[Period],
    kept: Mapping[tuple[str, str, str], bool | None],
) -> html.Span:
    """The earlier periods as little squares: all of a department's returns on time, one late, or none on record."""
    squares, said = [], []
    for period in periods:
        found = [kept[form, department, period.code] for form in forms if (form, department, period.code) in kept]
        word = "无记录" if not found else "迟报" if False in found else "按时"
        squares.append(
            html.I(
                className={"按时": "sq on", "迟报": "sq late", "无记录": "sq none"}[word], title=f"{period.label}{word}"
            )
        )
        said.append(f"{period.label}{word}")
    return html.Span(squares, className="record", role="img", **aria(label="，".join(said)))


def _to(row: Row, content: Any, looks: bool) -> Any:
    """The content, leading to the submission for those who may read it."""
    return html.A(content, href=page_of(row["id"])) if looks and row["id"] else content


def _cell(row: Row | None, looks: bool) -> html.Td:
    if row is None:
        return html.Td("·", className="not-due")
    tone = _STATES.get(row["state"], "quiet")
    late = _TONES.get(row["timeliness"][:2], "quiet")
    lines = [
        _to(row, html.Span(row["state"], className=f"pill tone-{tone}"), looks),
        html.Span(row["timeliness"], className=f"timely tone-{late}") if row["timeliness"] else None,
        html.Small(f"期限 {row['due_on']:%m-%d}" if row["due_on"] else ""),
        html.Small(f"报出 {row['filed_on']:%m-%d}" if row["filed_on"] else ""),
    ]
    return html.Td(html.Div(lines, className="cell"), **{"data-form": row["form_name"]})


def _open(rows: Sequence[Row], looks: bool) -> html.Section:
    items = [item for row in rows if (item := _question(row, looks)) is not None]
    nothing = empty("没有待办的问题。", "应报的都已报出，核实性问题都有说明。")
    return panel(
        "待办",
        "还欠着的报表、被退回的、等部门说明的。",
        html.Ul(items, className="outcomes") if items else nothing,
        name="open",
    )


def _question(row: Row, looks: bool) -> html.Li | None:
    who = _to(row, f"{row['department_name']}《{row['form_name']}》", looks)
    if row["return_reason"] and row["state"] == "已退回":
        return _item(who, "已退回", "bad", f"退回原因：{row['return_reason'].rstrip('。')}。请部门改正后重新报送。")
    if row["withdrawn"]:
        return _item(who, "已撤回", "warn", f"部门撤回了：{row['return_reason'].rstrip('。')}。等部门重新报送。")
    if row["open_findings"]:
        return _item(
            who, "待说明", "warn", f"有{row['open_findings']}条审核发现等部门说明或改正（报送编号 {row['id']}）。"
        )
    if row["state"] == "未报":
        due = f"期限{wording.day(row['due_on'])}，" if row["due_on"] else ""
        return _item(who, "未报", "bad", f"{due}{row['timeliness']}。")
    if row["state"] == "待审核":
        return _item(who, "待审核", "warn", f"等统计局审核（报送编号 {row['id']}）。")
    return None


def _item(who: Any, word: str, tone: str, sentence: str) -> html.Li:
    head = html.Div([html.B(who), html.Span(word, className=f"pill tone-{tone}")], className="outcome-head")
    return html.Li([head, html.P(sentence)])


def _remarks(edition: Edition, published: Sequence[Return]) -> html.Section:
    by_id = {one.id: one for one in published}
    found = board_returns.remarks(edition.generation, by_id)
    items = [_remark(one, by_id[one.submission], edition) for one in found]
    nothing = empty("这一期已发布的报送没有审核发现。")
    about = "已发布报送的审核发现和部门的说明。"
    return panel("审核发现与说明", about, html.Ul(items, className="outcomes") if items else nothing, name="remarks")


def _remark(one: Remark, sent: Return, edition: Edition) -> html.Li:
    form = edition.names.forms.get(sent.form)
    where = f"{edition.names.department(sent.department)}《{form.name if form else sent.form}》 {one.sheet} {one.cell}"
    head = html.Div([html.B(where), mark(Severity(one.severity).label, one.severity)], className="outcome-head")
    said = f"说明（{one.explained_by}）：{one.explanation}" if one.explanation else "部门没有说明。"
    return html.Li([head, html.P(one.message), html.P(said, className="verdict")])
