"""KPI cards: one number with everything needed to read it rightly, from 口径 to the day it became known."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from dash import dcc, html

from dashboard import wording
from dashboard.edition import Edition
from dashboard.headline import Headline
from dashboard.ledger import ledger
from dashboard.parts.marks import origin_mark, pill, target_mark, value_mark
from dashboard.parts.strokes import bullet, sparkline
from dashboard.states import look
from dashboard.summary import moment
from dashboard.view import HOME, View
from warehouse.board import Verdict
from warehouse.board_names import Entry
from warehouse.moments import beijing_day


def card(one: Headline, edition: Edition, view: View) -> html.Article:
    """The card of one indicator."""
    verdict = one.verdict or one.outcome
    shown = one.reading.period if one.reading else ""
    tone = look(verdict.status).tone if verdict else "none"
    head = [html.H2(one.indicator.name), pill(verdict.status) if verdict else None]
    return html.Article(
        [
            html.Div(head, className="card-head"),
            *_body(one, edition, view),
            *(_target(verdict, one.indicator, shown) if verdict else [_no_target(view)]),
            _published(one, view),
        ],
        className=f"card edge-{tone}",
    )


def address(code: str, view: View, at: str = "") -> str:
    """The address of an indicator's page, keeping the view's area and as-of day; `at` names a reading to open there."""
    tail = f"&area={view.area}" if view.area != HOME else ""
    tail += f"&asof={view.as_of.isoformat()}" if view.as_of else ""
    return f"/indicator?code={code}{tail}{f'&at={at}#origin' if at else ''}"


def _body(one: Headline, edition: Edition, view: View) -> list[Any]:
    reading = one.reading
    if reading is None:
        return [html.P("没有数据", className="card-empty")]
    what = [wording.span(reading.period, reading.nature), reading.price_basis]
    value, decimals, run = reading.canonical_value, one.indicator.decimals, [v for _, v in one.trail]
    cap = one.verdict or one.outcome
    book = ledger(edition, *moment(edition, view)) if cap is not None and cap.kind == "cap_cumulative" else None
    if book is not None and book.cap.indicator == one.indicator.code and view.area == HOME:
        what = [f"{book.years[0]}年以来累计", f"至{book.last_on.year}年{book.last_on.month}月"]
        value, run = book.total[-1], list(book.total)
    text, unit = wording.scaled(value, one.indicator.unit, decimals)
    figure = dcc.Link(
        [html.Span(text, className="figure"), html.Span(f" {unit}", className="unit")],
        href=f"/land{f'?asof={view.as_of}' if view.as_of else ''}"
        if book is not None
        else address(one.indicator.code, view, reading.id),
        className="card-number",
        title="看趋势、定义和数字的来处",
    )
    known = [f"截至{beijing_day(reading.recorded_at)}所知", edition.names.scope(reading.scope)]
    marks = [origin_mark(reading.origin), value_mark(reading.status)]
    return [
        html.Div([figure, _spark(one, run)], className="card-figure"),
        html.Div([html.Span(" · ".join(w for w in what if w)), *marks], className="card-facts card-marks"),
        html.Div(" · ".join(k for k in known if k), className="card-facts"),
        _growth(one),
    ]


def _spark(one: Headline, run: list[Decimal]) -> html.Div | None:
    if not run:
        return None
    first, last = (wording.number(v, one.indicator.decimals) for v in (run[0], run[-1]))
    return sparkline(run, f"{one.trail[0][0].year}年到{one.trail[-1][0].year}年由{first}到{last}")


def _growth(one: Headline) -> html.Div:
    if one.growth is None:
        return html.Div("同比未报", className="card-growth muted")
    basis = f"，{one.growth.price_basis}" if one.growth.price_basis else ""
    return html.Div(
        ["同比 ", html.B(f"{wording.signed(one.growth.canonical_value)}%"), f"（填报{basis}）"], className="card-growth"
    )


def _target(verdict: Verdict, indicator: Entry, now: str) -> list[Any]:
    due = f"{verdict.due_on.year}年" if verdict.due_on else ""
    cap, decimals = verdict.kind.startswith("cap_"), indicator.decimals
    aim = f"{due}{'上限' if cap else '目标'} {wording.quantity(verdict.target_value, verdict.unit, decimals)}"
    goal = html.Div([html.Span(aim), target_mark(verdict.target_status)], className="card-aim")
    share, said = progress(verdict, indicator, now)
    if share is None:
        return [goal]
    elapsed = None if verdict.kind in ("cap_rate", "cap_stock") else verdict.elapsed_share
    drawn = bullet(share, elapsed, look(verdict.status).tone, said)
    return [drawn, html.Div(said, className="card-progress"), goal]


def progress(verdict: Verdict, indicator: Entry, now: str) -> tuple[Decimal | None, str]:
    """How far along, and that in words; of a year that is running the share of its target, beside its months."""
    cap, elapsed = verdict.kind.startswith("cap_"), verdict.elapsed_share
    whole = _of_the_year(verdict)
    if whole is not None:
        return whole, f"全年目标的{wording.percent(whole, 1)}，时间进度{wording.percent(elapsed)}"
    share = verdict.used_share if cap else verdict.progress_share
    said = f"{'占上限的' if cap else '目标进度'}{wording.percent(share)}"
    if elapsed is not None and verdict.kind not in ("cap_rate", "cap_stock"):
        said += "，已到期" if elapsed >= 1 else f"，时间进度{wording.percent(elapsed)}"
    if verdict.latest_period and verdict.latest_period != now:
        said += f"（{wording.judged_for(verdict.latest_period, indicator.nature)}）"
    return share, said


def _of_the_year(verdict: Verdict) -> Decimal | None:
    """The share of a target of the running year that has been reached; None for any other."""
    running = verdict.latest_on and verdict.due_on and verdict.latest_on.year == verdict.due_on.year
    if verdict.kind != "floor" or verdict.progress_share is not None or not running:
        return None
    if not verdict.latest_value or not verdict.target_value or min(verdict.latest_value, verdict.target_value) <= 0:
        return None
    return verdict.latest_value / verdict.target_value


def _no_target(view: View) -> html.Div:
    return html.Div(f"没有找到{view.target}年的量化目标", className="card-aim muted")


def _published(one: Headline, view: View) -> html.Div | None:
    last = one.published
    if last is None:
        return None
    text = wording.quantity(last.canonical_value, one.indicator.unit, one.indicator.decimals)
    when = wording.span(last.period, last.nature)
    link = dcc.Link(text, href=address(one.indicator.code, view, last.id), title="看这个数的来处")
    about = f"来源等级{last.grade}" if last.grade else None
    return html.Div(
        [origin_mark(last.origin), " ", link, html.Span(f"（{when}）", title=about)], className="card-published"
    )
