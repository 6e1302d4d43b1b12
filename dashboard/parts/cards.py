"""KPI cards: one number with everything needed to read it rightly, from 口径 to the day it became known."""

from __future__ import annotations

from dash import dcc, html

from dashboard import wording
from dashboard.headline import Headline
from dashboard.parts.marks import origin_mark, pill, target_mark, value_mark
from dashboard.parts.strokes import bullet, sparkline
from dashboard.states import look
from dashboard.view import View
from warehouse.board import Reading, Verdict
from warehouse.board_names import Names


def card(one: Headline, names: Names, view: View) -> html.Article:
    """The card of one indicator."""
    tone = look(one.verdict.status).tone if one.verdict else "none"
    head = [html.H3(one.indicator.name), pill(one.verdict.status) if one.verdict else None]
    return html.Article(
        [
            html.Div(head, className="card-head"),
            *(_number(one, one.reading, names, view) if one.reading else [html.P("没有数据", className="card-empty")]),
            *(_target(one.verdict, one.indicator.decimals) if one.verdict else [_no_target(view)]),
            _published(one, view),
        ],
        className=f"card edge-{tone}",
    )


def address(code: str, view: View, at: str = "") -> str:
    """The address of an indicator's page, keeping the view's as-of day; `at` names a reading to open there."""
    tail = f"&asof={view.as_of.isoformat()}" if view.as_of else ""
    return f"/indicator?code={code}{tail}{f'&at={at}#origin' if at else ''}"


def _number(one: Headline, reading: Reading, names: Names, view: View) -> list[html.Div]:
    text, unit = wording.scaled(reading.canonical_value, one.indicator.unit, one.indicator.decimals)
    figure = dcc.Link(
        [html.Span(text, className="figure"), html.Span(f" {unit}", className="unit")],
        href=address(one.indicator.code, view, reading.id),
        className="card-number",
        title="看趋势、定义和数字的来处",
    )
    what = [wording.span(reading.period, reading.nature), reading.price_basis]
    known = [names.scope(reading.scope), f"截至{wording.day(reading.recorded_at)}所知"]
    marks = [origin_mark(reading.origin), value_mark(reading.status)]
    return [
        html.Div([figure, _spark(one)], className="card-figure"),
        html.Div(" · ".join(w for w in what if w), className="card-facts"),
        html.Div(" · ".join(k for k in known if k), className="card-facts"),
        html.Div([*marks, _growth(one)], className="card-marks"),
    ]


def _spark(one: Headline) -> html.Div | None:
    values = [value for _, value in one.trail]
    if not values:
        return None
    first, last = one.trail[0], one.trail[-1]
    said = f"{first[0].year}年到{last[0].year}年由{wording.number(first[1])}到{wording.number(last[1])}"
    return sparkline(values, said)


def _growth(one: Headline) -> html.Span:
    if one.growth is None:
        return html.Span("同比未报", className="card-growth muted")
    basis = f"，{one.growth.price_basis}" if one.growth.price_basis else ""
    return html.Span(
        ["同比 ", html.B(f"{wording.signed(one.growth.canonical_value)}%"), f"（填报{basis}）"], className="card-growth"
    )


def _target(verdict: Verdict, decimals: int) -> list[html.Div]:
    due = verdict.due_on.year if verdict.due_on else ""
    if verdict.kind.startswith("cap_"):
        share, said = verdict.used_share, f"已用上限的{wording.percent(verdict.used_share)}"
        aim = f"{due}年上限 {wording.number(verdict.target_value, decimals)} {verdict.unit}"
    else:
        share, said = verdict.progress_share, f"目标变化已走完{wording.percent(verdict.progress_share)}"
        aim = f"{due}年目标 {wording.number(verdict.target_value, decimals)} {verdict.unit}"
    if share is None:
        return [html.Div([aim, " ", target_mark(verdict.target_status)], className="card-aim")]
    spoken = f"{said}，时间过去{wording.percent(verdict.elapsed_share)}"
    return [
        bullet(share, verdict.elapsed_share, look(verdict.status).tone, spoken),
        html.Div(spoken, className="card-progress"),
        html.Div([html.Span(aim), target_mark(verdict.target_status)], className="card-aim"),
    ]


def _no_target(view: View) -> html.Div:
    return html.Div(f"没有找到{view.target}年的量化目标", className="card-aim muted")


def _published(one: Headline, view: View) -> html.Div | None:
    last = one.published
    if last is None:
        return None
    text = f"{wording.number(last.canonical_value, one.indicator.decimals)} {one.indicator.unit}"
    when = wording.span(last.period, last.nature)
    link = dcc.Link(text, href=address(one.indicator.code, view, last.id), title="看这个数的来处")
    grade = f"，{last.grade}级来源" if last.grade else ""
    return html.Div([origin_mark(last.origin), " ", link, f"（{when}{grade}）"], className="card-published")
