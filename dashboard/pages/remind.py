"""催报: who owes what for a period and the words to say so, what was sent when, and how punctual each department is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import dcc, html

from dashboard import access, view, wording
from dashboard.edition import Edition
from dashboard.parts.fields import choice, hidden
from dashboard.parts.lines import cell, lines, name
from dashboard.parts.panel import empty, panel
from etl.reminders import LONGEST, Debt, Owed, Sent, debts, reminder, sent
from etl.timeliness import Count, Punctuality, punctuality, quarters_until
from etl.way import Way
from indicators.periods import Period
from warehouse import board
from warehouse.errors import told

_WIDTH, _FEWEST, _MOST = 36, 8, 20  # of a letter in characters and rows
_GOOD, _FAIR = 95, 80  # percent on time


def content(edition: Edition, way: Way, **query: str) -> list[Any]:
    """The components of 催报 for `period` (the last quarter that ended)."""
    asked = view.read(period=query.get("period", ""))
    period, owing = debts(way, asked.period)
    records = sent(way, period)
    return [
        html.H1(_sentence(period, owing), className="sentence"),
        html.P(asked.complaint, className="notice", role="status") if asked.complaint else None,
        _filter(edition, period),
        _owing(way, period, owing, records),
        _rates(way, period),
        _trail(way, records),
        html.Script(src="/assets/work/bureau.js"),
    ]


def _sentence(period: Period, owing: Sequence[Debt]) -> str:
    if not owing:
        return f"{period.label}：应报的都已报出，没有要催的。"
    count = sum(len(debt.items) for debt in owing)
    late = sum(debt.overdue for debt in owing)
    said = f"{period.label}：{len(owing)} 个部门还欠 {count} 份报表"
    return f"{said}，其中 {late} 份已逾期。" if late else f"{said}，都还没有到期。"


def _filter(edition: Edition, period: Period) -> html.Form:
    known = edition.once("periods", lambda: board.report_periods(edition.generation))
    periods = sorted({period, *known, *quarters_until(period, 4)}, reverse=True)
    return html.Form(
        [
            choice("period", "报告期", [(p.code, p.label) for p in periods], period.code),
            html.Button("看这一期", type="submit", className="plain-button"),
        ],
        action="/remind",
        method="get",
        className="narrow",
    )


def _owing(way: Way, period: Period, owing: Sequence[Debt], records: Sequence[Sent]) -> html.Section:
    if not owing:
        nothing = empty("没有要催的部门。", "可在上面换一个报告期。")
        return panel("欠报的部门", "", nothing, name="owing", wide=True)
    last = {one.department: one for one in reversed(records)}
    items = [_debt(period, debt, last.get(debt.department)) for debt in owing]
    about = "逾期最久的在前。文字可以先改再复制，用单位通用的方式发出；发出后请标记，文字会记入审计。"
    return panel("欠报的部门", about, html.Div(items, className="debts"), name="owing", wide=True)


def _debt(period: Period, debt: Debt, last: Sent | None) -> html.Article:
    label = f"text-{debt.department}"
    text = reminder(debt, period)
    height = 1 + sum(1 + len(line) // _WIDTH for line in text.splitlines())
    rows = max(_FEWEST, min(_MOST, height))
    box = dcc.Textarea(id=label, name="text", value=text, rows=rows, maxLength=LONGEST)
    said = f"上次催报：{told(last.at)}，{last.by}。" if last else "这一期还没有催过。"
    copy: dict[str, Any] = {"data-copy": label}
    buttons = html.Div(
        [
            html.Button("复制文字", type="button", className="plain-button", **copy),
            html.Button("标记为已发出", type="submit", className="button"),
            html.Span(said, className="about"),
        ],
        className="deed-row",
    )
    fields = hidden(period=period.code, department=debt.department)
    form = access.form(
        "/work/remind/sent",
        *fields,
        html.Label(f"给{debt.name}的催报文字", htmlFor=label, className="unseen"),
        box,
        buttons,
        className="form",
    )
    return html.Article([html.H3(debt.name), html.Ul([_item(one) for one in debt.items]), form], className="debt")


def _item(one: Owed) -> html.Li:
    called: Any = f"《{one.form_name}》"
    if one.submission:
        called = html.A(called, href=f"/submission?id={one.submission}")
    open_ = f"　待处理的审核发现 {len(one.open_)} 条" if one.open_ else ""
    pill = html.Span(one.word, className=f"pill tone-{'bad' if one.overdue else 'warn'}")
    return html.Li([pill, called, html.Span(f"{_due(one)}{open_}", className="about")])


def _due(one: Owed) -> str:
    if one.due_on is None or one.days is None:
        return ""
    if one.filed_on and not one.overdue:
        return f"原报送{wording.day(one.filed_on)}已报出"
    days = one.days
    left = f"逾期 {-days} 天" if days < 0 else "今天到期" if days == 0 else f"还有 {days} 天"
    return f"期限{wording.day(one.due_on)}，{left}"


def _rates(way: Way, period: Period) -> html.Section:
    quarters = quarters_until(period)
    found = punctuality(way, quarters)
    if not found:
        return panel("按时率", "", empty("这几个季度没有应报的报表。"), name="rates", wide=True)
    head = ["部门", "按时率", "合计", *(p.label for p in quarters)]
    rows = [_rate(one, quarters) for one in found]
    about = (
        "每格为“按时份数/应报份数”；应报的是期限已过或已经报出的报表，按首次报出之日判定，退回重报不改变首次的日子。"
    )
    link = html.A("下载 Excel", href=f"/work/remind/rates.xlsx?period={period.code}", className="plain-button")
    table = lines(head, rows, "按时率", folds=False)
    return panel("按时率", about, table, html.P(link), name="rates", wide=True)


def _rate(one: Punctuality, quarters: Sequence[Period]) -> html.Tr:
    counts = [cell(p.label, _count(count), "n") for p, count in zip(quarters, one.counts, strict=True)]
    total = one.total
    share = "—" if total.rate is None else f"{total.rate}%"
    return html.Tr(
        [
            name(one.name),
            cell("按时率", html.Span(share, className=f"pill tone-{_tone(total)}"), "n"),
            cell("合计", f"{total.on_time}/{total.due}", "n"),
            *counts,
        ]
    )


def _tone(total: Count) -> str:
    if total.rate is None:
        return "quiet"
    return "good" if total.rate >= _GOOD else "warn" if total.rate >= _FAIR else "bad"


def _count(count: Count) -> Any:
    if not count.due:
        return html.Span("—", className="muted", title="没有应报的报表")
    text = f"{count.on_time}/{count.due}"
    if count.on_time == count.due:
        return text
    parts = [f"迟报 {count.late}"] * bool(count.late) + [f"未报 {count.missing}"] * bool(count.missing)
    return [html.B(text, className="tone-bad missed"), html.Small("、".join(parts))]


def _trail(way: Way, records: Sequence[Sent]) -> html.Section:
    if not records:
        return panel("催报记录", "", empty("这一期还没有催报的记录。"), name="trail")
    items = []
    for one in records:
        unit = way.catalogue.departments.get(one.department)
        words = html.Details([html.Summary("看发出的文字"), html.Pre(one.text, className="letter")])
        head = html.Div([html.B(unit.short if unit else one.department), html.Span(f"{one.by}　{told(one.at)}")])
        items.append(html.Li([head, words]))
    return panel("催报记录", "标记为已发出的，新的在前。", html.Ul(items, className="outcomes"), name="trail")
