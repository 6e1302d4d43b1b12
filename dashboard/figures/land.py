"""The charts of the land cap: running sums stacked by district against the cap, and what each year added.

A cap is drawn only for as long as it holds. Where the sum is heading is drawn from the last known day on; a gross sum
can not fall, so neither does its band.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from dashboard import wording
from dashboard.figures import ground
from dashboard.figures.outlook import BAND
from dashboard.ledger import HOME, Ledger
from etl.outlook import Outlook
from indicators.targets import TargetStatus
from warehouse.board import Verdict
from warehouse.board_names import Names

RECENT = "按近四个季度的速度"
ALLOWED = "今后每年可用"
_WASH = "rgba(47,116,192,0.18)"


def land(
    found: Ledger,
    names: Names,
    height: int = 380,
    ahead: Outlook | None = None,
    recent: Verdict | None = None,
) -> dict[str, Any]:
    """Stacked bars of the running sum by district against the cap; a cap that has run out is not drawn forward.

    `ahead` adds the band in which the sum is heading for the day of the cap that still holds, `recent` the line of the
    last four quarters' pace, by which that cap's verdict was given.
    """
    limit, unit, years = float(found.cap.value), found.cap.unit, list(found.years)
    places = [*map(float, years[:-1]), _place(found.last_on)]
    labels = ["" if (years[-1] - year) % 2 else str(year) for year in years]
    if (found.last_on.month, found.last_on.day) != (12, 31):
        labels[-1] = f"{labels[-1]}<br>至{found.last_on.month}月"
    bars = [
        {
            "type": "bar",
            "name": names.area(area),
            "x": places,
            "y": [float(v) for v in sums],
            "width": 0.62,
            "marker": {"color": ground.BANDS[i % len(ground.BANDS)]},
            "text": [f"{year}年" for year in years],
            "textposition": "none",
            "customdata": [found.place(area, year) for year in years],
            "hovertemplate": f"{names.area(area)} 到%{{text}}<br>累计 %{{y:.2f}} {unit}<extra></extra>",
        }
        for i, (area, sums) in enumerate(found.parts)
    ]
    fan = _fan(ahead, unit) if ahead and ahead.fan else []
    fan += _recent(recent) if recent else []
    end = _place(ahead.fan[-1].on) if ahead and ahead.fan else float(years[-1])
    shapes, told = _caps(found, years, end)
    totals = [
        ground.note(places[i], float(total), wording.number(total), yshift=9, name="total")
        for i, total in enumerate(found.total)
        if (len(years) - 1 - i) % 2 == 0 or years[i] == found.cap.due_on.year
    ]
    top = max(limit, float(found.total[-1]), *(float(p.high) for p in (ahead.fan if ahead else ()))) * 1.12
    ticks, words = list(places), list(labels)
    for year in range(years[-1] + 1, int(end) + 1):
        ticks.append(float(year))
        words.append("" if (int(end) - year) % 2 else str(year))
    return {
        "data": [*bars, *fan],
        "layout": ground.layout(
            height,
            unit,
            barmode="stack",
            xaxis={"tickvals": ticks, "ticktext": words, "tickangle": 0, "range": [years[0] - 0.6, end + 0.6]},
            yaxis={"range": [0, top]},
            shapes=shapes,
            annotations=[*told, *totals],
        ),
    }


def _place(day: date) -> float:
    """Where a day stands on an axis on which a whole year means its last day."""
    return day.year - 1 + day.month / 12


def _fan(ahead: Outlook, unit: str) -> list[dict[str, Any]]:
    floor = ahead.known_value or Decimal(0)
    days = ([ahead.known_on] if ahead.known_on else []) + [p.on for p in ahead.fan]
    start = [float(floor)] if ahead.known_on else []
    low, high = (start + [float(max(getattr(p, end), floor)) for p in ahead.fan] for end in ("low", "high"))
    flat = {"type": "scatter", "mode": "lines", "x": [_place(d) for d in days], "line": {"width": 0}, "name": BAND}
    said = [
        f"{d.year}年{d.month}月，按历年速度推算的八成区间<br>{a:.1f}—{b:.1f} {unit}"
        for d, a, b in zip(days, low, high, strict=True)
    ]
    return [
        flat | {"y": low, "showlegend": False, "hoverinfo": "skip"},
        flat
        | {"y": high, "fill": "tonexty", "fillcolor": _WASH, "text": said, "hovertemplate": "%{text}<extra></extra>"},
    ]


def _recent(verdict: Verdict) -> list[dict[str, Any]]:
    """The line from the last known sum at the pace of the last four quarters."""
    first, used, last, reached = verdict.latest_on, verdict.latest_value, verdict.due_on, verdict.projected_value
    if first is None or used is None or last is None or reached is None:
        return []
    return [
        {
            "type": "scatter",
            "mode": "lines",
            "name": RECENT,
            "x": [_place(first), _place(last)],
            "y": [float(used), float(reached)],
            "line": {"color": ground.BLUE, "width": 2, "dash": "dash"},
            "hovertemplate": f"{RECENT}，{last.year}年底 {reached:.1f} {verdict.unit}<extra></extra>",
        }
    ]


def _caps(found: Ledger, years: list[int], end: float) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """A line for each cap over the years it holds for, named; one that is only an example is dashed."""
    shapes, told, start = [], [], years[0] - 0.5
    for cap in (found.cap, *found.later):
        until, value = min(float(cap.due_on.year), end) + 0.5, float(cap.value)
        example = cap.status == "example"
        colour = ground.ORANGE if example else ground.RED
        line = {"color": colour, "width": 1.8 if example else 2.6, "dash": "dash" if example else "solid"}
        shapes.append({"type": "line", "x0": start, "x1": until, "y0": value, "y1": value, "line": line})
        name = TargetStatus(cap.status).label if example else "上限"
        words = f"{name}{wording.number(cap.value)}（{cap.due_on.year}年末）"
        height = 24 if cap is not found.cap else 10  # a later cap's words stand higher: on a phone the two would meet
        said = ground.note(start, value, words, xanchor="left", xshift=4, yshift=height, name="limit")
        told.append(said | {"font": {"size": 11}})
        start = until
    return shapes, told


def yearly(found: Ledger, verdict: Verdict | None, height: int = 300) -> dict[str, Any]:
    """What each year added, and what each coming year may add if a cap that still holds is to be kept."""
    added = [now - before for now, before in zip(found.total, (Decimal(0), *found.total[:-1]), strict=True)]
    unit = found.cap.unit
    whole = (found.last_on.month, found.last_on.day) == (12, 31)
    coming = list(range(found.years[-1] + 1, verdict.due_on.year + 1)) if verdict and verdict.due_on else []
    bars = {
        "type": "bar",
        "name": "当年新增",
        "x": list(found.years),
        "y": [float(v) for v in added],
        "marker": {"color": [ground.BLUE] * (len(added) - 1) + [ground.BLUE if whole else "#8fb8e4"]},
        "text": [wording.number(v) for v in added],
        "textposition": "outside",
        "cliponaxis": False,
        "customdata": [found.place(HOME, year) for year in found.years],
        "hovertemplate": f"%{{x}}年新增 %{{y:.2f}} {unit}<extra></extra>",
    }
    data: list[dict[str, Any]] = [bars]
    if verdict is not None and verdict.allowed_pace is not None:
        data.append(
            {
                "type": "bar",
                "name": ALLOWED,
                "x": coming,
                "y": [float(verdict.allowed_pace)] * len(coming),
                "marker": {"color": "rgba(194,87,26,0.30)", "line": {"color": ground.ORANGE, "width": 1.4}},
                "hovertemplate": f"%{{x}}年最多 %{{y:.2f}} {unit}，才守得住上限<extra></extra>",
            }
        )
    last = found.years[-1]
    shown = [y for y in (*found.years, *coming) if (y - last) % 2 == 0]
    words = [f"{y}<br>至{found.last_on.month}月" if y == last and not whole else str(y) for y in shown]
    axis = {"tickvals": shown, "ticktext": words, "tickangle": 0}
    return {"data": data, "layout": ground.layout(height, unit, xaxis=axis, barmode="overlay", bargap=0.3)}
