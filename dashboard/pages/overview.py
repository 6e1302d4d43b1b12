"""总览: one sentence, the statuses, the core groups, every target against its year, land against its cap, the goals."""

from __future__ import annotations

from typing import Any

from dash import dcc, html

from dashboard import states, view, wording
from dashboard.edition import Edition
from dashboard.figures.land import land
from dashboard.headline import Headline
from dashboard.ledger import ledger
from dashboard.parts import grid
from dashboard.parts.cards import address, card
from dashboard.parts.chart import chart
from dashboard.parts.filters import filters
from dashboard.parts.marks import origin_mark, pill, target_mark
from dashboard.parts.panel import empty, panel
from dashboard.parts.strokes import bullet
from dashboard.summary import Summary, moment, sentence, summary
from warehouse.board import Verdict
from warehouse.board_names import Names


def content(edition: Edition, **query: str) -> list[Any]:
    """The components of 总览 for what the address asks for."""
    asked = view.read(**{k: query.get(k, "") for k in ("period", "target", "theme", "asof")})
    found, names = summary(edition, asked), edition.names
    return [
        html.H1(sentence(found), className="sentence"),
        html.P(asked.complaint, className="notice", role="status") if asked.complaint else None,
        _strip(found),
        filters(found, names),
        html.Div([card(one, names, asked) for one in found.cards], className="cards"),
        html.Div(
            [_ranked(found), html.Div([_land(edition, found), _expired(found, names)], className="stack")],
            className="pair",
        ),
        _goals(found, edition),
        _table(found, names),
    ]


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
    return html.Ul(pieces, className="strip", **{"aria-label": f"{found.view.target}年目标的判定"})


def _ranked(found: Summary) -> html.Section:
    year = found.view.target
    about = "条长为目标变化已走完的份额（由基期到目标），竖线为已过去的时间。按走完的份额排序。"
    rows = [_rank(one, found.view) for one in found.judged if one.verdict]
    body = html.Ol(rows, className="ranks") if rows else empty(f"没有{year}年的量化目标。", "统计局可导入目标表。")
    return panel(f"各项指标距{year}年目标", about if rows else "", body, name="ranks")


def _rank(one: Headline, asked: view.View) -> html.Li:
    verdict = one.verdict
    assert verdict is not None
    cap = verdict.kind.startswith("cap_")
    share = verdict.used_share if cap else verdict.progress_share
    said = f"{'已用' if cap else '走完'}{wording.percent(share)}，时间{wording.percent(verdict.elapsed_share)}"
    goal = f"{wording.number(verdict.target_value, one.indicator.decimals)} {verdict.unit}"
    return html.Li(
        [
            dcc.Link(one.indicator.name, href=address(one.indicator.code, asked), className="rank-name"),
            html.Span([goal, " ", target_mark(verdict.target_status)], className="rank-goal"),
            bullet(share, verdict.elapsed_share, states.look(verdict.status).tone, said),
            html.Span(wording.percent(share), className="rank-share"),
            pill(verdict.status),
        ],
        title=verdict.sentence,
    )


def _land(edition: Edition, found: Summary) -> html.Section:
    book = ledger(edition, *moment(edition, found.view))
    if book is None:
        return panel("新增建设用地与上限", "", empty("还没有建设用地的数据。"), name="land")
    marks = [origin_mark(o) for o in sorted(book.origins)]
    about = "历年累计，按片区堆叠；红线为规划上限，只画到它到期之年。"
    drawn = chart(land(book, edition.names), "land-chart")
    source = html.P(
        [*marks, " 上限：", edition.names.source(book.cap.source), book.cap.clause or ""], className="about"
    )
    return panel("新增建设用地与上限", about, drawn, source, name="land")


def _expired(found: Summary, names: Names) -> html.Section:
    items = [_outcome(v, names) for v in sorted(found.expired, key=lambda v: (v.due_on is None, v.due_on))]
    body = html.Ul(items, className="outcomes") if items else empty("没有已到期的量化目标。")
    return panel("已到期目标的结果", "按到期年的数值判定，到期后不再延伸。", body, name="expired")


def _outcome(verdict: Verdict, names: Names) -> html.Li:
    head = [
        html.B(f"{verdict.due_on.year if verdict.due_on else ''}年"),
        dcc.Link(names.indicator(verdict.indicator), href=f"/indicator?code={verdict.indicator}"),
        pill(verdict.status),
        target_mark(verdict.target_status),
        origin_mark(verdict.origin) if verdict.origin else None,
    ]
    return html.Li([html.Div(head, className="outcome-head"), html.P(verdict.sentence)])


def _goals(found: Summary, edition: Edition) -> html.Section:
    about = "规划写明的目标没有数字。每条之下是支撑判断的指标，及其最新判定。"
    by_code = {h.indicator.code: h for h in found.headlines}
    columns = [_goal_column(year, edition, by_code, found.view) for year in (2020, 2030)]
    return panel("总体方案的定性目标", about, html.Div(columns, className="goals"), name="goals", wide=True)


def _goal_column(year: int, edition: Edition, by_code: dict[str, Headline], asked: view.View) -> html.Div:
    goals = [g for g in edition.names.goals.values() if g.year == year]
    items = []
    for goal in goals:
        codes = [c for c in (goal.indicators or "").split(",") if c]
        links = [_support(c, edition.names, by_code.get(c), asked) for c in codes]
        items.append(html.Li([html.P(goal.text), html.Div(links or ["尚无支撑指标"], className="supports")]))
    clause = f"{edition.names.source(goals[0].source)} {goals[0].clause}" if goals else ""
    return html.Div([html.H3(f"{year}年"), html.Ul(items), html.P(clause, className="about")], className="goal-column")


def _support(code: str, names: Names, one: Headline | None, asked: view.View) -> dcc.Link:
    tone = states.look(one.verdict.status).tone if one and one.verdict else "none"
    word = f"：{states.look(one.verdict.status).word}" if one and one.verdict else ""
    return dcc.Link(f"{names.indicator(code)}{word}", href=address(code, asked), className=f"support tone-{tone}")


def _table(found: Summary, names: Names) -> html.Section:
    columns = [
        grid.text("name", "指标", 190, pinned="left", cellRenderer="markdown"),
        grid.text("theme", "主题", 110),
        grid.figure("value", "现值", 110),
        grid.text("unit", "单位", 100),
        grid.text("period", "数据期", 165),
        grid.figure("growth", "同比（填报）", 120),
        grid.figure("target", f"{found.view.target}年目标", 120),
        grid.figure("share", "走完份额", 100),
        grid.text("status", "判定", 120),
        grid.text("origin", "来源", 110),
    ]
    rows = [_row(one, names, found.view) for one in found.headlines]
    table = grid.grid("overview-table", columns, rows)
    return panel("指标清单", "点表头排序；点指标名看趋势与来处。", table, name="table", wide=True)


def _row(one: Headline, names: Names, asked: view.View) -> dict[str, Any]:
    reading, verdict, decimals = one.reading, one.verdict, one.indicator.decimals
    value = reading.canonical_value if reading else None
    growth = one.growth.canonical_value if one.growth else None
    goal = verdict.target_value if verdict else None
    share = (verdict.progress_share if verdict.progress_share is not None else verdict.used_share) if verdict else None
    numbers = {
        "value": (value, wording.number(value, decimals)),
        "growth": (growth, f"{wording.signed(growth)}%" if growth is not None else wording.MISSING),
        "target": (goal, wording.number(goal, decimals)),
        "share": (share, wording.percent(share)),
    }
    row: dict[str, Any] = {
        "name": f"[{one.indicator.name}]({address(one.indicator.code, asked)})",
        "theme": names.themes[one.indicator.theme].name if one.indicator.theme in names.themes else "",
        "unit": one.indicator.unit,
        "period": wording.span(reading.period, reading.nature) if reading else wording.MISSING,
        "status": states.look(verdict.status).word if verdict else states.NONE.word,
        "origin": origin_mark(reading.origin).children if reading else wording.MISSING,
    }
    for name, (number, text) in numbers.items():
        row[name], row[f"{name}_text"] = (float(number) if number is not None else None), text
    return row
