"""Where a line is heading: the central projection with its 80 % band, and the estimate for a year that is running.

Drawn only from the last known value on, and only where the back-test supports a band; nothing is drawn for an expired
target.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from dashboard import wording
from dashboard.figures import ground
from etl.outlook import Outlook
from warehouse.board_names import Entry

BAND = "推算的八成区间"
CENTRE = "推算（增势逐年减弱）"
SCENARIO = "情景推算（时间较远，把握不大）"
YEAR_END = "按往年进度推算全年"
_WASH = "rgba(47,116,192,0.16)"


def furthest(found: Iterable[Outlook]) -> Outlook | None:
    """Of the projections of one series the one that reaches furthest: those of nearer targets lie within it."""
    drawn = [o for o in found if o.fan and not o.estimate]
    return max(drawn, key=lambda o: o.fan[-1].on, default=None)


def fan(found: Iterable[Outlook], one: Entry) -> list[dict[str, Any]]:
    """Traces of the furthest projection and of the estimate for the running year."""
    every = tuple(found)
    far, estimate = furthest(every), next((o for o in every if o.estimate and o.fan), None)
    return (_band(far, one) if far else []) + ([_year_end(estimate, one)] if estimate else [])


def _band(found: Outlook, one: Entry) -> list[dict[str, Any]]:
    first = found.known_on is not None and found.known_value is not None
    days = [found.known_on.isoformat()] if first and found.known_on else []
    days += [p.on.isoformat() for p in found.fan]
    start = [float(found.known_value)] if first and found.known_value is not None else []
    low, high, centre = (start + [float(getattr(p, end)) for p in found.fan] for end in ("low", "high", "value"))
    said = [
        f"{p.on.year}年推算{wording.number(p.value, one.decimals)} {one.unit}<br>"
        f"八成区间{wording.number(p.low, one.decimals)}—{wording.number(p.high, one.decimals)}"
        for p in found.fan
    ]
    flat = {"type": "scatter", "mode": "lines", "x": days, "hoverinfo": "skip", "line": {"width": 0}}
    return [
        flat | {"y": low, "showlegend": False, "name": BAND},
        flat | {"y": high, "fill": "tonexty", "fillcolor": _WASH, "name": BAND, "marker": {"color": ground.BLUE}},
        {
            "type": "scatter",
            "mode": "lines",
            "name": SCENARIO if found.scenario else CENTRE,
            "x": days,
            "y": centre,
            "text": [""] * len(start) + said,
            "line": {"color": ground.BLUE, "width": 1.8, "dash": "dash"},
            "hovertemplate": "%{text}<extra></extra>",
        },
    ]


def _year_end(found: Outlook, one: Entry) -> dict[str, Any]:
    (end,) = found.fan
    low, high = wording.number(end.low, one.decimals), wording.number(end.high, one.decimals)
    return {
        "type": "scatter",
        "mode": "markers",
        "name": YEAR_END,
        "x": [end.on.isoformat()],
        "y": [float(end.value)],
        "error_y": {
            "type": "data",
            "symmetric": False,
            "array": [float(end.high - end.value)],
            "arrayminus": [float(end.value - end.low)],
            "color": ground.BLUE,
            "thickness": 1.6,
            "width": 5,
        },
        "marker": {"size": 7, "color": ground.BLUE, "symbol": "line-ew-open", "line": {"width": 2}},
        "text": [f"{end.on.year}年全年推算{wording.number(end.value, one.decimals)} {one.unit}<br>区间{low}—{high}"],
        "hovertemplate": "%{text}<extra></extra>",
    }
