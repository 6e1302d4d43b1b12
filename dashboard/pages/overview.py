"""总览: one sentence, the statuses, the core groups, every target against its year, land against its cap, the goals."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from dash import dcc, html

from dashboard import states, view, wording
from dashboard.changes import changes
from dashboard.edition import HOME, Edition
from dashboard.figures.land import land
from dashboard.headline import Headline, leading
from dashboard.ledger import ledger
from dashboard.parts.aria import aria
from dashboard.parts.cards import address, card
from dashboard.parts.chart import chart
from dashboard.parts.filters import filters
from dashboard.parts.marks import origin_mark, pill, target_mark
from dashboard.parts.news import news
from dashboard.parts.panel import empty, panel
from dashboard.parts.strokes import bullet
from dashboard.parts.table import Cell, figure, table
from dashboard.parts.tasks_behind import tasks_beside
from dashboard.summary import Summary, moment, sentence, summary
from indicators.observations import Origin
from indicators.periods import Period
from indicators.targets import TargetStatus
from warehouse import board
from warehouse.board import Verdict
from warehouse.board_names import Names

ASKED = ("period", "target", "theme", "department", "area", "asof")


def content(edition: Edition, **query: str) -> list[Any]:
    """The components of 总览 for what the address asks for."""
    names = edition.names
    asked = _known(view.read(**{k: query.get(k, "") for k in ASKED}), edition)
    found = summary(edition, asked)
    return [
        html.H1(
            [sentence(found), *(part for mark in _sentence_marks(found) for part in (" ", mark))], className="sentence"
        ),
        html.P(asked.complaint, className="notice", role="status") if asked.complaint else None,
        _strip(found),
        filters(found, edition),
        html.Div([card(one, edition, asked) for one in found.cards], className="cards"),
        _news(edition, found),
        _ranked(found),
        _expired_beside_land(edition, found),
        _limits(found, names),
        _goals(found, edition),
        _table(found, names),
    ]


def _known(asked: view.View, edition: Edition) -> view.View:
    """The view with themes, departments, areas and periods that exist; what does not is left out and said so."""
    complaint = asked.complaint
    if asked.theme and asked.theme not in edition.names.themes:
        complaint += f"没有主题“{asked.theme}”，显示的是全部主题。"
        asked = replace(asked, theme="")
    if asked.department and asked.department not in edition.board_departments:
        complaint += f"没有部门“{asked.department}”，显示的是全部部门。"
        asked = replace(asked, department="")
    if asked.area not in edition.board_areas:
        complaint += f"没有地区“{asked.area}”的数据，显示的是长春新区。"
        asked = replace(asked, area=HOME)
    newest = next(iter(edition.once("periods", lambda: board.report_periods(edition.generation))), None)
    if asked.period and newest and Period.parse(asked.period).end > newest.end:
        complaint += f"还没有{wording.up_to(asked.period)}的数据，显示的是最新一期。"
        asked = replace(asked, period="")
    return replace(asked, complaint=complaint)


def _news(edition: Edition, found: Summary) -> html.Section | None:
    """What changed since the last generation; a view of an earlier day or another area is not compared."""
    if found.view.period or found.view.as_of or found.view.area != HOME:
        return None
    codes = [h.indicator.code for h in found.headlines]
    return news(changes(edition), edition, codes)


def _expired_beside_land(edition: Edition, found: Summary) -> html.Section | html.Div:
    if found.view.area != HOME:
        return _expired(found, edition.names)
    return html.Div([_land(edition, found), _expired(found, edition.names)], className="pair")


def _sentence_marks(found: Summary) -> list[html.Span]:
    """The sentence counts verdicts, so it bears the marks of what they rest on."""
    simulated = [origin_mark(Origin.SIMULATED)] if found.simulated else []
    example = any(h.verdict and h.verdict.target_status == TargetStatus.EXAMPLE for h in found.judged)
    return simulated + ([target_mark(TargetStatus.EXAMPLE)] if example else [])


def _strip(found: Summary) -> Any:
    if not found.counts:
        return None
    pieces = [
        html.Li(
            f"{states.look(status).word} {count}",
            className=f"tone-{states.look(status).tone}",
            style={"flexGrow": count},
        )
        for status, count in found.counts
    ]
    return html.Ul(pieces, className="strip", **aria(label=f"{found.view.target}年目标的判定"))


def _ranked(found: Summary) -> html.Section:
    year = found.view.target
    rows = [_rank(one, one.verdict, found.view) for one in found.climbs if one.verdict]
    about = "条长为目标进度（已实现的变化占目标变化的份额），竖线为时间进度；进度大的在前。"
    nothing = empty(f"没有{year}年的量化目标。", "可在上面换一个目标年；统计局可以导入采用的目标表。")
    body = html.Ol(rows, className="ranks") if rows else nothing
    return panel(f"各项指标距{year}年目标", about if rows else "", body, name="ranks", wide=True)


def _rank(one: Headline, verdict: Verdict, asked: view.View) -> html.Li:
    share, elapsed = verdict.progress_share, verdict.elapsed_share
    said = f"目标进度{wording.percent(share)}，时间进度{wording.percent(elapsed)}"
    when = wording.judged_for(verdict.latest_period, one.indicator.nature)
    now = f"{when} {wording.quantity(verdict.latest_value, verdict.unit, one.indicator.decimals)}"
    goal = wording.quantity(verdict.target_value, verdict.unit, one.indicator.decimals)
    marks = [target_mark(verdict.target_status), origin_mark(verdict.origin)]
    return html.Li(
        [
            dcc.Link(one.indicator.name, href=address(one.indicator.code, asked), className="rank-name"),
            html.Span([f"{now} → {goal} ", *marks], className="rank-goal"),
            bullet(share, elapsed, states.look(verdict.status).tone, said),
            html.Span(wording.percent(share), className="rank-share"),
            pill(verdict.status),
        ],
        title=verdict.sentence,
    )


def _limits(found: Summary, names: Names) -> html.Section | None:
    shown = [one.verdict for one in found.limits if one.verdict] + list(found.rivals)
    if not shown:
        return None
    about = "上限看已用和还剩，不说完成；区间看在不在内；参照看是否优于参照值。"
    items = [_limit(verdict, names, found.view) for verdict in shown]
    return panel("上限、区间与参照", about, html.Ul(items, className="outcomes columns"), name="limits", wide=True)


def _limit(verdict: Verdict, names: Names, asked: view.View) -> html.Li:
    drawn = None
    if verdict.used_share is not None:
        elapsed = verdict.elapsed_share if verdict.kind == "cap_cumulative" else None
        said = f"占上限的{wording.percent(verdict.used_share)}"
        drawn = bullet(verdict.used_share, elapsed, states.look(verdict.status).tone, said)
    return html.Li([_head(verdict, names, asked), drawn, html.P(verdict.sentence)])


def _head(verdict: Verdict, names: Names, asked: view.View) -> html.Div:
    parts = [
        html.B(f"{verdict.due_on.year}年") if verdict.due_on else None,
        dcc.Link(names.indicator(verdict.indicator), href=address(verdict.indicator, asked)),
        pill(verdict.status),
        target_mark(verdict.target_status),
        origin_mark(verdict.origin) if verdict.origin else None,
    ]
    return html.Div(parts, className="outcome-head")


def _land(edition: Edition, found: Summary) -> html.Section:
    book = ledger(edition, *moment(edition, found.view))
    if book is None:
        return panel("新增建设用地与上限", "", empty("还没有建设用地的数据。"), name="land")
    marks = [origin_mark(o) for o in sorted(book.origins)]
    about = "历年累计，按新区部分堆叠；红线为规划上限，只画到它到期之年。"
    drawn = chart(land(book, edition.names), "land-chart")
    written = edition.names.source(book.cap.source)
    source = html.P(
        [*marks, " 上限：", written, *([f" {book.cap.clause}"] if book.cap.clause else [])], className="about"
    )
    more = dcc.Link("看土地台账", href="/land", className="more")
    return panel("新增建设用地与上限", about, drawn, source, more, name="land")


def _expired(found: Summary, names: Names) -> html.Section:
    about = "按到期那一年的数值判定，到期后不再延伸。"
    told = [v for v in found.expired if v.status != "INSUFFICIENT"]
    untold = [v for v in found.expired if v.status == "INSUFFICIENT"]
    if not found.expired:
        return panel("已到期目标的结果", "", empty("没有已到期的量化目标。"), name="expired")
    items = [html.Li([_head(v, names, found.view), html.P(v.sentence)]) for v in told]
    rest = [html.Li([_head(v, names, found.view), html.P(v.sentence)]) for v in untold]
    more = html.Details(
        [html.Summary(f"另有{len(rest)}项目标已到期，但没有查到到期年的数值"), html.Ul(rest, className="outcomes")]
    )
    body = [html.Ul(items, className="outcomes"), more if rest else None]
    return panel("已到期目标的结果", about, *body, name="expired")


def _goals(found: Summary, edition: Edition) -> html.Section | None:
    if found.view.area != HOME:  # the goals are those of the New Area
        return None
    about = "规划写明的目标没有数字。每条之下是支撑判断的指标，有当年量化目标的附其判定；再下是推动这些指标的督查任务。"
    day, _ = moment(edition, found.view)
    columns = []
    for year in (2020, 2030):
        due = [v for v in edition.verdicts(day) if v.area == HOME and v.due_on and v.due_on.year == year]
        judged = {code: leading(v for v in due if v.indicator == code) for code in {v.indicator for v in due}}
        columns.append(_goal_column(year, edition, judged, found.view))
    return panel("总体方案的定性目标", about, html.Div(columns, className="goals"), name="goals", wide=True)


def _goal_column(year: int, edition: Edition, judged: dict[str, Verdict | None], asked: view.View) -> html.Div:
    names = edition.names
    goals = [g for g in names.goals.values() if g.year == year]
    items = []
    for goal in goals:
        codes = [c for c in (goal.indicators or "").split(",") if c]
        links = [_support(c, names, judged.get(c), asked) for c in codes]
        supports = html.Div(links or ["尚无支撑指标"], className="supports")
        items.append(html.Li([html.P(goal.text), supports, tasks_beside(edition, codes)]))
    clause = f"{names.source(goals[0].source)} {goals[0].clause}" if goals else ""
    return html.Div([html.H3(f"{year}年"), html.Ul(items), html.P(clause, className="about")], className="goal-column")


def _support(code: str, names: Names, verdict: Verdict | None, asked: view.View) -> dcc.Link:
    told = verdict if verdict and verdict.status != "INSUFFICIENT" else None
    tone = states.look(told.status).tone if told else "none"
    word = f"：{states.look(told.status).word}" if told else ""
    return dcc.Link(f"{names.indicator(code)}{word}", href=address(code, asked), className=f"support tone-{tone}")


HEADS = ("指标", "现值", "单位", "数据期", "同比（填报）", "目标", "目标进度", "判定", "来源", "主题")
FIGURES = frozenset({1, 4, 5, 6})


def _table(found: Summary, names: Names) -> html.Section:
    rows = [_row(one, names, found.view) for one in found.headlines if one.reading or one.verdict]
    heads = [f"{found.view.target}年{word}" if word == "目标" else word for word in HEADS]
    about = "点表头排序；点指标名看趋势，点现值看来处。上限类的“目标进度”写已用多少。打印时不印此表。"
    listed = table("overview-table", heads, rows, "指标清单", FIGURES)
    return panel("指标清单", about, listed, name="table", wide=True)


def _row(one: Headline, names: Names, asked: view.View) -> list[Cell]:
    reading, verdict, decimals = one.reading, one.verdict, one.indicator.decimals
    value = reading.canonical_value if reading else None
    growth = one.growth.canonical_value if one.growth else None
    goal = verdict.target_value if verdict else None
    share, said = _share(verdict)
    theme = names.themes.get(one.indicator.theme)
    at = reading.id if reading else ""
    return [
        Cell(dcc.Link(one.indicator.name, href=address(one.indicator.code, asked))),
        figure(value, dcc.Link(wording.number(value, decimals), href=address(one.indicator.code, asked, at))),
        Cell(one.indicator.unit),
        Cell(wording.span(reading.period, reading.nature), reading.period_end.isoformat())
        if reading
        else Cell(wording.MISSING, ""),
        figure(growth, f"{wording.signed(growth)}%" if growth is not None else wording.MISSING),
        figure(goal, wording.number(goal, decimals)),
        figure(share, said),
        Cell(pill(verdict.status) if verdict else states.NONE.word),
        Cell(origin_mark(reading.origin) if reading else wording.MISSING),
        Cell(theme.name if theme else ""),
    ]


def _share(verdict: Verdict | None) -> tuple[Decimal | None, str]:
    """How far along a target is; of a cap how much of it is used, which is another thing and said so."""
    if verdict is None:
        return None, wording.MISSING
    if verdict.progress_share is None and verdict.used_share is not None:
        return verdict.used_share, f"已用{wording.percent(verdict.used_share)}"
    return verdict.progress_share, wording.percent(verdict.progress_share)
