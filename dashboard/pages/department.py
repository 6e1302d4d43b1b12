"""部门: the list of departments, and one of them: its indicators, when its returns came, its revisions, what is open.

Published figures come from the generation; what is still open is asked of the operations database each time. The page
changes neither.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html

from dashboard import states, wording
from dashboard.edition import HOME, Edition
from dashboard.headline import Headline
from dashboard.office import PAIR, PAST, Filing, Office, Revisions, office
from dashboard.parts.aria import aria
from dashboard.parts.filters import filter_id
from dashboard.parts.marks import mark, origin_mark, pill, target_mark
from dashboard.parts.panel import empty, panel
from dashboard.parts.tasks_of_department import tasks_of_department
from etl.status import expected, reporting_status
from etl.way import Way
from indicators.periods import Period
from warehouse.accounts import Role, may

Row = Mapping[str, Any]
_WORDS = {"未报": "bad", "已退回": "bad", "已撤回": "warn", "待说明": "warn", "待审核": "warn", "缺数": "quiet"}


def content(edition: Edition, way: Way, **query: str) -> list[Any]:
    """The components of 部门 for what the address asks for."""
    codes = _reporting(edition)
    code = query.get("code", "")
    if not codes:
        return [html.H1("部门"), empty("还没有部门报送过数据。", "请先报送、审核并发布一期数据。")]
    told = may(way.account.role, "status")  # what is not published yet is not for everybody
    rows: Sequence[Row] | None = reporting_status(way)["rows"] if told else None
    if code in codes:
        mine = None if rows is None or not _told(way, code) else [r for r in rows if r["department"] == code]
        return _one(edition, way, office(edition, code), mine)
    note = html.P(f"没有代码为“{code[:20]}”的部门，显示的是全部部门。", className="notice", role="status")
    shown = _all(edition, way, codes, rows)
    return [*shown, note] if code else shown


def _told(way: Way, code: str) -> bool:
    """Whether this account is told what a department has not published yet: a filler only of the own."""
    return way.account.role is not Role.FILLER or way.account.department == code


def _reporting(edition: Edition) -> list[str]:
    """Departments that send returns."""
    sent = {d for form in edition.names.forms.values() for d in (form.departments or "").split(",")}
    return [code for code in edition.names.departments if code in sent and code != "PUB"]


def _short(edition: Edition, code: str) -> str:
    entry = edition.names.departments[code]
    return str(entry.short or entry.name)


def _picker(edition: Edition, code: str) -> html.Div:
    options = [{"value": c, "label": _short(edition, c)} for c in _reporting(edition)]
    select = dmc.Select(
        id=filter_id("code", code),
        label="部门",
        data=options,
        value=code or None,
        placeholder="选一个部门",
        allowDeselect=False,
        className="filter filter-period",
    )
    return html.Div(select, className="filters", role="group", **aria(label="选择部门"))


HEAD = ("部门", "指标", "2030年目标的判定", f"近{PAST}个季度按时", "修订过的数", "待解决")


def _all(edition: Edition, way: Way, codes: Sequence[str], rows: Sequence[Row] | None) -> list[Any]:
    offices = [office(edition, code) for code in codes]
    held, due = (sum(n) for n in zip(*(o.on_time for o in offices), strict=True))
    rate = f"，近{PAST}个季度已发布的首报按时率{100 * held / due:.1f}%" if due else ""
    head = HEAD
    body = [_line(edition, one, rows if _told(way, one.code) else None) for one in offices]
    table = html.Table(
        [html.Thead(html.Tr([html.Th(w, scope="col", className="words") for w in head])), html.Tbody(body)],
        className="plain roomy folds",
    )
    box = html.Div(table, className="scroll", tabIndex="0", role="region", **aria(label="各部门，可左右滚动"))
    return [
        html.H1(f"{len(offices)}个部门报送指标{rate}。", className="sentence"),
        _picker(edition, ""),
        panel("各部门", "点部门名看它的指标、报送时间、修订和待解决的问题。", box, name="departments", wide=True),
    ]


def _td(word: str, content: Any, kind: str = "words") -> html.Td:
    """A cell that says on a phone under which head it stands, unless that is plain; what lacks is left out there."""
    lacking = " lacking" if content == wording.MISSING else ""
    said: dict[str, Any] = {"data-word": word}
    return html.Td(content, className=f"{kind}{lacking}".strip() or None, **said)


def _line(edition: Edition, one: Office, rows: Sequence[Row] | None) -> html.Tr:
    counts: dict[str, int] = {}
    for h in one.headlines:
        if h.verdict:
            counts[h.verdict.status] = counts.get(h.verdict.status, 0) + 1
    ranked = sorted(counts, key=lambda s: -states.look(s).rank)
    pills: list[Any] = []
    for s in ranked:
        look = states.look(s)
        pills += [html.Span(f"{look.word} {counts[s]}", className=f"pill tone-{look.tone}"), " "]
    held, due = one.on_time
    mine = [r for r in rows or () if r["department"] == one.code]
    open_now = [q for row in mine if (q := _open(row)) is not None]
    nothing = wording.MISSING if rows is None else "没有"
    cells = [
        html.Th(dcc.Link(_short(edition, one.code), href=f"/department?code={one.code}"), scope="row"),
        _td(HEAD[1], f"{len(one.headlines)}项"),
        _td(HEAD[2], pills or "没有量化目标", "words long"),
        _td(HEAD[3], f"{held}／{due}份" if due else wording.MISSING),
        _td(HEAD[4], f"{len(one.revised)}个" if one.revised else "没有"),
        _td(HEAD[5], [mark(open_now[0][0], "hard"), f" {len(open_now)}项"] if open_now else nothing),
    ]
    return html.Tr(cells)


def _one(edition: Edition, way: Way, found: Office, rows: Sequence[Row] | None) -> list[Any]:
    """One department."""
    return [
        html.H1(_sentence(edition, found), className="sentence"),
        _picker(edition, found.code),
        _indicators(edition, found),
        *tasks_of_department(edition, found.code),
        html.Div([_filings(edition, way, found), _questions(edition, found, rows)], className="pair wide-left"),
        _revised(edition, found),
    ]


def _sentence(edition: Edition, found: Office) -> str:
    held, due = found.on_time
    judged = [h for h in found.headlines if h.verdict]
    behind = sum(states.look(h.verdict.status).tone in ("bad", "over") for h in judged if h.verdict)
    parts = [f"{len(found.headlines)}项指标"]
    if judged:
        parts.append(f"{len(judged)}项有2030年目标" + (f"，其中{behind}项滞后、背离或突破" if behind else ""))
    if due:
        parts.append(f"近{PAST}个季度已发布的首报{due}份，{'全部按时' if held == due else f'按时{held}份'}")
    parts.append(f"修订过{len(found.revised)}个数" if found.revised else "没有修订过数")
    return f"{edition.names.department(found.code)}：{'；'.join(parts)}。"


COLUMNS = ("指标", "现值", "数据期", "同比（填报）", "2030年目标", "目标进度", "判定", "来源")


def _indicators(edition: Edition, found: Office) -> html.Section:
    head = COLUMNS
    words = {0, 2, 6, 7}
    columns = [html.Th(w, scope="col", className="words" if i in words else None) for i, w in enumerate(head)]
    rows = [_indicator(h) for h in found.headlines]
    if not rows:
        nothing = empty("这个部门主管的指标还没有已发布的数。")
        return panel("主管的指标", "", nothing, name="department-indicators", wide=True)
    table = html.Table([html.Thead(html.Tr(columns)), html.Tbody(rows)], className="plain folds")
    box = html.Div(table, className="scroll", tabIndex="0", role="region", **aria(label="主管的指标，可左右滚动"))
    return panel("主管的指标", "长春新区的最新数；点指标名看趋势和来处。", box, name="department-indicators", wide=True)


def _indicator(one: Headline) -> html.Tr:
    reading, verdict, decimals = one.reading, one.verdict, one.indicator.decimals
    share = (verdict.progress_share if verdict.progress_share is not None else verdict.used_share) if verdict else None
    cap = verdict is not None and verdict.kind.startswith("cap_")
    used = f"已用{wording.percent(share)}" if cap and share is not None else wording.percent(share)
    goal = wording.quantity(verdict.target_value, verdict.unit, decimals) if verdict else wording.MISSING
    growth = f"{wording.signed(one.growth.canonical_value)}%" if one.growth else wording.MISSING
    value = wording.quantity(reading.canonical_value, one.indicator.unit, decimals) if reading else wording.MISSING
    marks = [origin_mark(reading.origin)] if reading else []
    return html.Tr(
        [
            html.Th(dcc.Link(one.indicator.name, href=f"/indicator?code={one.indicator.code}"), scope="row"),
            _td("", value, ""),
            _td("", wording.span(reading.period, reading.nature) if reading else wording.MISSING),
            _td(COLUMNS[3], growth, ""),
            _td(COLUMNS[4], [goal, " ", target_mark(verdict.target_status)] if verdict else goal, ""),
            _td(COLUMNS[5], used, ""),
            _td("", pill(verdict.status) if verdict else states.NONE.word, "words" if verdict else "words lacking"),
            _td("", marks or wording.MISSING),
        ]
    )


def _filings(edition: Edition, way: Way, found: Office) -> html.Section:
    forms = [f for f in edition.names.forms.values() if found.code in (f.departments or "").split(",")]
    held = {(f.form, f.period): f for f in found.filings}
    head = html.Tr([html.Th("报表", scope="col"), *(html.Th(_quarter(p), scope="col") for p in found.periods)])
    body = [
        html.Tr(
            [
                html.Th([form.name, html.Small(form.code)], scope="row"),
                *(_filing(way, form.code, p, held.get((form.code, p.code))) for p in found.periods),
            ]
        )
        for form in forms
    ]
    about = f"近{PAST}个季度首次报出距期限的天数：负数为提前，正数为迟报。"
    table = html.Table([html.Thead(head), html.Tbody(body)], className="plain filings")
    box = html.Div(table, className="scroll", tabIndex="0", role="region", **aria(label="报送时间，可左右滚动"))
    return panel("报送时间", about, box, name="department-filings")


def _quarter(period: Period) -> str:
    return f"{period.year % 100}年{period.index}季" if period.freq == "Q" else period.label


def _filing(way: Way, form: str, period: Period, found: Filing | None) -> html.Td:
    if found is None:
        known = way.catalogue.forms.get(form)
        word = "免报" if known is not None and not expected(known, period) else "未报"
        return html.Td(word, className=f"filing tone-{'quiet' if word == '免报' else 'bad'}")
    if found.days_late is None:
        return html.Td("已报", className="filing tone-quiet", title="没有规定期限")
    late = found.days_late > 0
    said = f"迟报{found.days_late}天" if late else f"提前{-found.days_late}天" if found.days_late else "当天报出"
    text = f"+{found.days_late}" if late else f"−{-found.days_late}" if found.days_late else "0"
    return html.Td(text, className=f"filing tone-{'bad' if late else 'good'}", title=f"{period.label}{said}")


def _questions(edition: Edition, found: Office, rows: Sequence[Row] | None) -> html.Section:
    items = [_question(row, *asked) for row in rows or () if (asked := _open(row)) is not None]
    lacking = [v for v in edition.verdicts(None) if v.area == HOME and v.status in ("INSUFFICIENT", "SUSPENDED")]
    mine = {h.indicator.code for h in found.headlines}
    for verdict in lacking:
        if verdict.indicator in mine:
            items.append(
                _item(edition.names.indicator(verdict.indicator), verdict.status_label, "缺数", verdict.sentence)
            )
    nothing = empty("没有待解决的问题。", "应报的都已报出，核实性问题都有说明，判定所需的数都有。")
    if rows is None:
        nothing = empty("判定所需的数都有。", "登录后还能看到欠报、退回和等说明的报送。")
    body = html.Ul(items, className="outcomes") if items else nothing
    about = "还欠的报表、被退回和等说明的报送，以及因缺数不能判定的目标。" if items else ""
    return panel("待解决", about, body, name="department-open")


def _open(row: Row) -> tuple[str, str] | None:
    """The word and the sentence of what is open about one expected return; None where nothing is."""
    if row["return_reason"] and row["state"] == "已退回":
        return "已退回", f"退回原因：{row['return_reason'].rstrip('。')}。请改正后重新报送。"
    if row["withdrawn"]:
        return "已撤回", f"部门撤回了：{row['return_reason'].rstrip('。')}。等部门重新报送。"
    if row["open_findings"]:
        return "待说明", f"有{row['open_findings']}条审核发现等说明或改正（报送编号 {row['id']}）。"
    if row["state"] == "未报":
        due = f"期限{wording.day(row['due_on'])}，" if row["due_on"] else ""
        return "未报", f"{due}{row['timeliness']}。"
    if row["state"] == "待审核":
        return "待审核", f"等统计局审核（报送编号 {row['id']}）。"
    return None


def _question(row: Row, word: str, sentence: str) -> html.Li:
    return _item(f"《{row['form_name']}》", word, word, sentence)


def _item(who: str, shown: str, word: str, sentence: str) -> html.Li:
    head = html.Div([html.B(who), html.Span(shown, className=f"pill tone-{_WORDS[word]}")], className="outcome-head")
    return html.Li([head, html.P(sentence)])


REVISED = ("指标", "修订过的数", "上调", "下调", "平均幅度", "最大的一次")


def _revised(edition: Edition, found: Office) -> html.Section:
    if not found.revisions:
        nothing = empty("已发布的数没有修订过。")
        return panel("修订", "", nothing, name="department-revisions", wide=True)
    head = REVISED
    columns = [html.Th(w, scope="col", className="words" if i in (0, 5) else None) for i, w in enumerate(head)]
    rows = [_revision(edition, one) for one in found.revisions]
    table = html.Table([html.Thead(html.Tr(columns)), html.Tbody(rows)], className="plain folds")
    box = html.Div(table, className="scroll", tabIndex="0", role="region", **aria(label="修订，可左右滚动"))
    about = f"每个数的{PAIR}相比；幅度以首次数为百。修订说明数据质量，不是过失。旧的数都留着，在指标页的全部版本里。"
    return panel("修订", about, box, name="department-revisions", wide=True)


def _revision(edition: Edition, one: Revisions) -> html.Tr:
    entry, most = edition.names.indicators[one.indicator], one.largest
    digits = entry.decimals + 1
    moved = (
        f"{wording.span(most.period, most.nature)}{most.price_basis}"
        f"{'' if most.area == HOME else edition.names.area(most.area)}："
        f"{wording.number(most.first, digits)}→{wording.quantity(most.latest, one.unit, digits)}"
    )
    reason = f"，{most.reason}" if most.reason else ""
    size = f"{wording.number(one.relative, 2)}%" if one.relative is not None else wording.MISSING
    bias = None
    if one.report.metrics is not None:
        direction = "偏低" if one.report.metrics.bias > 0 else "偏高"
        bias = html.Small(f"首次数平均{direction}（{one.report.metrics.n}个数）")
    return html.Tr(
        [
            html.Th(dcc.Link(entry.name, href=f"/indicator?code={one.indicator}"), scope="row"),
            _td(REVISED[1], str(one.up + one.down), ""),
            _td(REVISED[2], str(one.up), ""),
            _td(REVISED[3], str(one.down), ""),
            _td(REVISED[4], [size, bias] if bias else size, ""),
            _td(REVISED[5], f"{moved}{reason}", "words long"),
        ]
    )
