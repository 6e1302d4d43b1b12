"""Within the year: running totals laid over each other year by year, single quarters as bars, growth as reported.

Reported growth and growth worked out from levels are two series with two names; neither stands in for the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dashboard import wording
from dashboard.figures import ground
from dashboard.figures.trend import colours, spaced
from dashboard.past import Line, Past
from indicators.observations import Origin
from indicators.periods import Nature, Period
from warehouse.board import Derived, Reading
from warehouse.board_names import Entry, Names

QUARTER = 100  # days between two quarters at most; beyond lies a gap
_ENDS = {3: "一季度", 6: "上半年", 9: "前三季度", 12: "全年"}


def running(found: Past, one: Entry) -> dict[str, Any]:
    """Running totals of each year from 一季度 to 全年: the newest year strong, the one before plain, older faint."""
    line = next((x for x in found.lines if any(r.nature == Nature.YTD for r in x.levels)), None)
    years: dict[int, list[Reading]] = {}
    for reading in line.levels if line else ():
        if reading.nature == Nature.YTD and reading.period_end.month in _ENDS:
            years.setdefault(reading.period_end.year, []).append(reading)
    newest = max(years, default=0)
    traces = [_year(year, years[year], one, newest - year) for year in sorted(years)]
    axis = {"type": "category", "categoryorder": "array", "categoryarray": list(_ENDS.values())}
    made = ground.layout(430, one.unit, xaxis=axis, yaxis={"rangemode": "tozero"})
    return {"data": traces, "layout": made}


def _year(year: int, readings: Sequence[Reading], one: Entry, age: int) -> dict[str, Any]:
    colour = ground.BLUE if age == 0 else ground.ORANGE if age == 1 else ground.GREY
    shown = spaced(readings, QUARTER)
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": f"{year}年" if age < 2 else "更早各年",
        "legendrank": min(age, 2),
        "opacity": 1 if age < 2 else max(0.25, 0.7 - age * 0.06),
        "line": {"color": colour, "width": 3 if age == 0 else 2 if age == 1 else 1.2},
        "marker": {"size": 8 if age == 0 else 5, "color": colour},
        "x": [_ENDS[r.period_end.month] if r else None for r in shown],
        "y": [float(r.canonical_value or 0) if r else None for r in shown],
        "customdata": [r.id if r else None for r in shown],
        "text": [f"{wording.number(r.canonical_value, one.decimals)} {one.unit}" if r else None for r in shown],
        "hovertemplate": f"{year}年%{{x}}：%{{text}}<extra></extra>",
    }


def single(found: Past, one: Entry) -> dict[str, Any]:
    """Single quarters as bars: as departments sent them, or where only running totals were sent, taken from those."""
    sent = [r for line in found.lines for r in line.levels if r.nature == Nature.SINGLE]
    rows = [d for d in found.derived if d.kind == "single_quarter" and d.origin != Origin.PUBLISHED]
    bars = _sent(sent, one) if sent else _taken(rows, one, found)
    firsts = [x for x in bars["x"] if x.endswith("1季")][::-2]
    axis = {"type": "category", "tickvals": firsts, "ticktext": [x[:5] for x in firsts], "tickangle": 0}
    return {"data": [bars], "layout": ground.layout(430, one.unit, xaxis=axis, bargap=0.25)}


def _sent(readings: Sequence[Reading], one: Entry) -> dict[str, Any]:
    said = [wording.quantity(r.canonical_value, one.unit, one.decimals) for r in readings]
    values = [float(r.canonical_value or 0) for r in readings]
    return {**_bars("单季（填报）", [r.period for r in readings], values, said), "customdata": [r.id for r in readings]}


def _taken(rows: Sequence[Derived], one: Entry, found: Past) -> dict[str, Any]:
    """A quarter that cannot be told is a gap whose reason stands in the hover; its origin is its running total."""
    said = [wording.quantity(d.value, one.unit, one.decimals) if d.value is not None else d.reason for d in rows]
    values = [float(d.value) if d.value is not None else None for d in rows]
    return {**_bars("单季（由累计相减）", [d.period for d in rows], values, said), "customdata": _origins(rows, found)}


def _origins(rows: Sequence[Derived], found: Past) -> list[str | None]:
    """For each derived value the id of the level that it was last worked out from."""
    levels = {
        (line.department, line.scope, line.price_basis, r.period): r.id
        for line in found.lines
        for r in line.levels
        if r.nature != Nature.SINGLE
    }
    return [levels.get((d.department, d.scope, d.price_basis, d.period)) for d in rows]


def _bars(name: str, periods: Sequence[str], values: Sequence[float | None], said: Sequence[str]) -> dict[str, Any]:
    return {
        "type": "bar",
        "name": name,
        "x": [_short(p) for p in periods],
        "y": values,
        "marker": {"color": [ground.BLUE if Period.parse(p).year % 2 else "#5b9bd8" for p in periods]},
        "text": said,
        "textposition": "none",
        "hovertemplate": "%{x}：%{text}<extra></extra>",
    }


def growth(found: Past, names: Names) -> dict[str, Any]:
    """Growth as reported, a line for each series, and beside it what the levels would give, named as computed."""
    traces = [
        _reported(line, names, colour)
        for line, colour in zip(found.lines, colours(found.lines), strict=True)
        if line.growth
    ]
    kind = "yoy_ytd" if found.flows else "yoy_stock"
    computed = [d for d in found.derived if d.kind == kind and d.origin != Origin.PUBLISHED]
    if any(d.value is not None for d in computed):
        traces.append(_computed(computed, found))
    zero = {
        "type": "line",
        "xref": "paper",
        "x0": 0,
        "x1": 1,
        "y0": 0,
        "y1": 0,
        "line": {"color": ground.GREY, "width": 1},
    }
    return {"data": traces, "layout": ground.layout(430, "%", xaxis=ground.YEARS, shapes=[zero])}


def _reported(line: Line, names: Names, colour: str) -> dict[str, Any]:
    yearly = all(Period.parse(r.period).freq == "A" for r in line.growth)
    shown = spaced(line.growth, 370 if yearly else QUARTER)
    return {
        "type": "scatter",
        "mode": "markers" if line.origin == Origin.PUBLISHED else "lines+markers",
        "name": f"填报或公布的同比·{Origin(line.origin).label}",
        "line": {"color": colour, "width": 2.2},
        "marker": {"size": 8 if line.origin == Origin.PUBLISHED else 5, "color": colour},
        "x": [r.period_end.isoformat() if r else None for r in shown],
        "y": [float(r.canonical_value or 0) if r else None for r in shown],
        "customdata": [r.id if r else None for r in shown],
        "text": [
            f"{wording.span(r.period, r.nature)}：{wording.signed(r.canonical_value)}%" if r else None for r in shown
        ],
        "hovertemplate": "%{text}<br>" + names.scope(line.scope) + "<extra></extra>",
    }


def _computed(rows: Sequence[Derived], found: Past) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": "由水平值计算（非填报）",
        "line": {"color": ground.GREY, "width": 1.4, "dash": "dash"},
        "x": [d.period_end.isoformat() for d in rows],
        "y": [float(d.value) if d.value is not None else None for d in rows],
        "customdata": _origins(rows, found),
        "text": [f"{Period.parse(d.period).ytd_label}：{wording.signed(d.value)}%" for d in rows],
        "connectgaps": False,
        "hovertemplate": "%{text}<br>由水平值计算，未剔除价格<extra></extra>",
    }


def _short(period: str) -> str:
    parsed = Period.parse(period)
    return f"{parsed.year}年{parsed.index}季" if parsed.freq == "Q" else parsed.label
