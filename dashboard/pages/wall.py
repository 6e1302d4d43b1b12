"""大屏: a page for a wall, without navigation: big numbers group by group, clock and generation always in sight.

It is a plain document; `assets/head/wall.js` turns the groups, pauses with a key, and says when what is seen is stale:
the server does not answer, or the next period should have been here by now. Without scripts all groups stand below each
other.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from dash import html

from dashboard import states, wording
from dashboard.edition import Edition
from dashboard.headline import Headline
from dashboard.ledger import ledger
from dashboard.parts.cards import progress
from dashboard.parts.marks import origin_mark, pill, target_mark, value_mark
from dashboard.parts.panel import empty
from dashboard.parts.strokes import bullet
from dashboard.summary import GROUPS, Summary, sentence, summary
from dashboard.view import View
from indicators.observations import Origin
from indicators.targets import TargetStatus
from warehouse.board import Verdict
from warehouse.board_names import Entry
from warehouse.errors import told
from warehouse.moments import beijing_day

SECONDS = 15  # for each group
GROUP_WORDS = {"gdp": "地区生产总值", "revenue": "财政收入", "industry": "工业", "population": "人口", "land": "土地"}
_ALSO = 3  # further indicators of a group beside its first


def content(edition: Edition, **_: str) -> list[Any]:
    """The components of the wall: always the newest of everything."""
    found = summary(edition, View())
    slides = [_opening(found), *(_group(edition, found, name) for name in GROUPS), _behind(found)]
    shown = [s for s in slides if s is not None]
    attributes: dict[str, Any] = {
        "data-generation": str(edition.number),
        "data-seconds": str(SECONDS),
        "data-due": _next_due(edition, found),
        "data-period": found.period.label if found.period else "",
    }
    head = html.Div(
        [
            html.H1("长春新区统计指标"),
            html.Span(_marks(found), className="wall-marks"),
            html.Span("", className="wall-group"),
            html.Time("", className="wall-clock"),
        ],
        className="wall-head",
    )
    stale = html.P("", className="wall-stale", role="alert", hidden=True)
    built = told(edition.generation.manifest.built_at)
    foot = html.Div(
        [
            html.Span(f"第 {edition.number} 代，{built} 发布"),
            html.Span("", className="wall-place"),
            html.Span("空格暂停 · ← → 换组 · Esc 退出", className="wall-keys"),
        ],
        className="wall-foot",
    )
    body = html.Div(shown or [empty("还没有发布任何数据。")], className="wall-slides")
    return [
        html.Div([head, stale, body, foot], className="wall", **attributes),
        html.Script(src="/assets/head/wall.js"),
    ]


def _marks(found: Summary) -> list[Any]:
    marks = [origin_mark(Origin.SIMULATED)] if found.simulated else []
    example = any(h.verdict and h.verdict.target_status == TargetStatus.EXAMPLE for h in found.judged)
    return marks + ([target_mark(TargetStatus.EXAMPLE)] if example else [])


def _next_due(edition: Edition, found: Summary) -> str:
    """The day by which the next period should be here, by the due days of the forms; "" where nothing is known."""
    if found.period is None:
        return ""
    days = max((form.due_days or 0 for form in edition.names.forms.values()), default=0)
    return (found.period.shift(1).end + timedelta(days=days)).isoformat()


def _slide(name: str, *children: Any) -> html.Section:
    return html.Section([html.H2(name), *children], className="wall-slide")


def _opening(found: Summary) -> html.Section | None:
    if not found.headlines:
        return None
    pieces = [
        html.Li(f"{states.look(s).word} {n}", className=f"tone-{states.look(s).tone}", style={"flexGrow": n})
        for s, n in found.counts
    ]
    strip = html.Ul(pieces, className="strip") if pieces else None
    return _slide("总览", html.P(sentence(found), className="wall-sentence"), strip)


def _group(edition: Edition, found: Summary, name: str) -> html.Section | None:
    mine = [h for h in found.headlines if h.indicator.core_group == name and h.reading]
    if not mine:
        return None
    sent = [h for h in mine if h.reading and h.reading.origin != Origin.PUBLISHED] or mine
    judged = [h for h in sent if (h.verdict or h.outcome) and h is not sent[0]]
    plain = [h for h in sent[1:] if h not in judged]
    plain.sort(key=lambda h: h.indicator.part_of != sent[0].indicator.code)  # its own parts before parts of parts
    cards = [_big(edition, sent[0]), *(_small(h) for h in (judged + plain)[:_ALSO])]
    return _slide(GROUP_WORDS.get(name, name), html.Div(cards, className="wall-cards"))


def _big(edition: Edition, one: Headline) -> html.Article:
    """The group's first indicator, with everything that is needed to read it."""
    reading, verdict = one.reading, one.verdict or one.outcome
    assert reading is not None
    value = reading.canonical_value
    what = " · ".join(w for w in (wording.span(reading.period, reading.nature), reading.price_basis) if w)
    cap = verdict is not None and verdict.kind == "cap_cumulative"
    if verdict is not None and cap and verdict.latest_on:
        book = ledger(edition, None, None)
        value = book.total[-1] if book else verdict.latest_value
        since = f"{book.cap.start_on.year}年以来" if book and book.cap.start_on else ""
        what = f"{since}累计，至{verdict.latest_on.year}年{verdict.latest_on.month}月"
    text, unit = wording.scaled(value, one.indicator.unit, one.indicator.decimals)
    known = f"截至{beijing_day(reading.recorded_at)}所知 · {edition.names.scope(reading.scope)}"
    growth = (
        []
        if one.growth is None
        else [html.P(["同比 ", html.B(f"{wording.signed(one.growth.canonical_value)}%"), "（填报）"])]
    )
    return html.Article(
        [
            html.Div([html.H3(one.indicator.name), pill(verdict.status) if verdict else None], className="wall-name"),
            html.P([html.Span(text, className="wall-figure"), html.Span(unit, className="wall-unit")]),
            html.P([what, " ", origin_mark(reading.origin), value_mark(reading.status)]),
            html.P(known, className="about"),
            *growth,
            *(_aim(verdict, one.indicator, reading.period) if verdict else []),
        ],
        className="wall-card wall-big",
    )


def _aim(verdict: Verdict, indicator: Entry, now: str) -> list[Any]:
    cap = verdict.kind.startswith("cap_")
    due = f"{verdict.due_on.year}年" if verdict.due_on else ""
    aim = wording.quantity(verdict.target_value, verdict.unit, indicator.decimals)
    lines: list[Any] = [html.P([f"{due}{'上限' if cap else '目标'} {aim} ", target_mark(verdict.target_status)])]
    share, said = progress(verdict, indicator, now)
    if share is None:
        return lines
    return [bullet(share, verdict.elapsed_share, states.look(verdict.status).tone, said), html.P(said), *lines]


def _small(one: Headline) -> html.Article:
    reading, verdict = one.reading, one.verdict or one.outcome
    assert reading is not None
    text, unit = wording.scaled(reading.canonical_value, one.indicator.unit, one.indicator.decimals)
    growth = f" · 同比{wording.signed(one.growth.canonical_value)}%" if one.growth else ""
    when = f"{wording.span(reading.period, reading.nature)}{growth}"
    return html.Article(
        [
            html.Div([html.H3(one.indicator.name), pill(verdict.status) if verdict else None], className="wall-name"),
            html.P([html.Span(text, className="wall-figure"), html.Span(unit, className="wall-unit")]),
            html.P([when, " ", origin_mark(reading.origin)]),
        ],
        className="wall-card",
    )


def _behind(found: Summary) -> html.Section | None:
    """What needs attention most: verdicts from the worst on."""
    worst = [h for h in found.judged if h.verdict and states.look(h.verdict.status).tone in ("over", "bad")]
    worst.sort(key=lambda h: states.look(h.verdict.status).rank if h.verdict else 99)
    if not worst:
        return None
    items = [
        html.Li(
            [html.B(h.indicator.name), pill(h.verdict.status), html.Span(h.verdict.sentence)], className="wall-line"
        )
        for h in worst[:5]
        if h.verdict
    ]
    more = html.P(f"另有{len(worst) - 5}项，见总览。", className="about") if len(worst) > 5 else None
    return _slide("最需要关注", html.Ul(items), more)
