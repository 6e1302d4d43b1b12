"""The indicators that a task should move: how each runs, what its targets' verdicts are, and which way it should go."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash import html

from dashboard import wording
from dashboard.edition import HOME, Edition
from dashboard.headline import Headline, headline
from dashboard.parts.marks import mark, origin_mark, pill, target_mark
from dashboard.parts.panel import empty, panel
from dashboard.parts.strokes import sparkline
from warehouse import board

Row = Mapping[str, Any]


def linked(edition: Edition, row: Row) -> html.Section:
    """Beside what the task says, what its indicators show."""
    pairs = [pair.split(":") for pair in (row["indicators"] or "").split(",") if pair]
    if not pairs:
        nothing = empty("没有关联指标，完成与否只能凭报告和核查。", "统计局可以关联指标，之后指标不支持的会存疑。")
        return panel("应当推动的指标", "", nothing, name="linked")
    against = set((row["doubt_indicators"] or "").split(","))
    items = [_one(edition, code, way, code in against) for code, way in pairs]
    about = "指标由本目录或统计局选定，不是文件的规定；走势和判定来自已发布的数。"
    return panel("应当推动的指标", about, html.Ul(items, className="linked"), name="linked")


def _one(edition: Edition, code: str, way: str, against: bool) -> html.Li:
    names = edition.names
    found = edition.once(("task indicator", code), lambda: _headline(edition, code))
    wanted = "应上升" if way == "up" else "应下降"
    head = [html.A(names.indicator(code), href=f"/indicator?code={code}"), html.Span(wanted, className="about")]
    if against:
        head.append(mark("不支持", "doubt", "任务说已完成，这项指标却不支持。"))
    if found is None or found.reading is None:
        return html.Li([html.Div(head, className="linked-head"), html.P("没有已发布的数。", className="about")])
    reading = found.reading
    text, unit = wording.scaled(reading.canonical_value, found.indicator.unit, found.indicator.decimals)
    run = [value for _, value in found.trail]
    growth = "同比未报"
    if found.growth:
        growth = f"同比{wording.signed(found.growth.canonical_value)}%（填报）"
    ends = f"{found.trail[0][0].year}年到{found.trail[-1][0].year}年" if found.trail else ""
    return html.Li(
        [
            html.Div(head, className="linked-head"),
            html.Div(
                [html.B(text), html.Span(unit), sparkline(run, f"{ends}的走势") if run else None, html.Span(growth)],
                className="linked-number",
            ),
            html.Small([wording.span(reading.period, reading.nature), " ", origin_mark(reading.origin)]),
            *_verdicts(edition, code),
        ]
    )


def _headline(edition: Edition, code: str) -> Headline | None:
    one = edition.names.indicators.get(code)
    return headline(one, board.readings(edition.generation, (code,), (HOME,)), ()) if one else None


def _verdicts(edition: Edition, code: str) -> list[Any]:
    mine = [v for v in edition.verdicts(None) if v.indicator == code and v.area == HOME]
    return [html.P([pill(v.status), " ", target_mark(v.target_status), " ", v.sentence], className="verdict")
            for v in mine]  # fmt: skip
