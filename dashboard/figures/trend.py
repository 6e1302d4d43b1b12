"""The trend of one indicator: its lines by year, earlier versions, targets with their paths, scope breaks.

No line is drawn from one scope to another: each scope is a trace of its own. Every point carries the id of its
reading, so that a click can ask where the number comes from.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from dashboard import wording
from dashboard.figures import ground
from dashboard.headline import GROWTH
from dashboard.past import Line, Past
from indicators.observations import Origin
from indicators.targets import TargetStatus
from warehouse.board import Reading, Verdict
from warehouse.board_names import Entry, Names

_COLOURS = {
    Origin.RETURNED: (ground.BLUE,),
    Origin.SIMULATED: (ground.BLUE,),
    Origin.PUBLISHED: (ground.GREEN, ground.PURPLE, "#8a6d1f", ground.GREY),
}


def colours(lines: Sequence[Line]) -> list[str]:
    """A colour for each line: blue for what departments send, greens and violets for what was released."""
    taken: dict[str, int] = {}
    found = []
    for line in lines:
        palette = _COLOURS[Origin(line.origin)]
        found.append(palette[taken.get(line.origin, 0) % len(palette)])
        taken[line.origin] = taken.get(line.origin, 0) + 1
    return found


def trend(
    found: Past, names: Names, one: Entry, verdicts: Iterable[Verdict], breaks: Iterable[Entry], stands: bool = False
) -> dict[str, Any]:
    """Year values of every line (with `stands`: every period end), targets, paths, breaks."""
    traces = [t for v in verdicts for t in _aim(v, names, one)]
    for line, colour in zip(found.lines, colours(found.lines), strict=True):
        points = line.running if stands else line.years
        traces += _earlier(line, colour, one, points)
        if points:
            traces.append(_line(line, points, names, one, colour))
        if line.unfinished and not stands:
            traces.append(_unfinished(line.unfinished, one, colour))
    marks = [_break(entry) for entry in breaks]
    made = ground.layout(
        430,
        one.unit,
        xaxis=ground.YEARS,
        yaxis={"rangemode": "tozero" if one.nature in ("ytd", "single") else "normal"},
        shapes=[shape for shape, _ in marks],
        annotations=[text for _, text in marks],
    )
    return {"data": traces, "layout": made}


def _said(reading: Reading, one: Entry) -> str:
    value = f"{wording.number(reading.canonical_value, one.decimals)} {one.unit}"
    known = f"截至{wording.day(reading.recorded_at)}所知"
    return f"{wording.span(reading.period, reading.nature)}：{value}<br>{Origin(reading.origin).label}，{known}"


def spaced(readings: Sequence[Reading], stride: int) -> list[Reading | None]:
    """The readings with a gap wherever more than `stride` days lie between two: nothing is drawn across it."""
    shown: list[Reading | None] = []
    for reading in readings:
        before = shown[-1] if shown else None
        if stride and before and (reading.period_end - before.period_end).days > stride:
            shown.append(None)
        shown.append(reading)
    return shown


def _points(readings: Sequence[Reading], one: Entry, stride: int = 0) -> dict[str, Any]:
    """Coordinates of readings; where more than `stride` days lie between two, the line is broken."""
    shown = spaced(readings, stride)
    return {
        "x": [r.period_end.isoformat() if r else None for r in shown],
        "y": [float(r.canonical_value or 0) if r else None for r in shown],
        "customdata": [r.id if r else None for r in shown],
        "text": [_said(r, one) if r else None for r in shown],
        "hovertemplate": "%{text}<extra></extra>",
    }


def _line(line: Line, points: Sequence[Reading], names: Names, one: Entry, colour: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines+markers" if len(points) > 1 else "markers",
        "name": line.title(names),
        "legendrank": 1,
        "line": {"color": colour, "width": 2.4},
        "marker": {"size": 7 if len(points) < 24 else 4, "color": colour},
        **_points(points, one, 370 if len({p.period_end.year for p in points}) == len(points) else 100),
    }


def _unfinished(reading: Reading, one: Entry, colour: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers+text",
        "textposition": "bottom center",
        "textfont": {"size": 11},
        "name": wording.span(reading.period, reading.nature),
        "legendrank": 2,
        "marker": {"size": 9, "color": colour, "symbol": "circle-open", "line": {"width": 2}},
        **_points([reading], one),
        "text": [wording.span(reading.period, reading.nature)[5:]],
        "hovertext": [_said(reading, one)],
        "hovertemplate": "%{hovertext}<extra></extra>",
    }


def _earlier(line: Line, colour: str, one: Entry, points: Sequence[Reading]) -> list[dict[str, Any]]:
    """Values that were later replaced, those of one day joined: the line as it once was."""
    shown = {(p.period_end, p.nature) for p in points}
    days: dict[date, list[Reading]] = {}
    for reading in line.earlier:
        if (reading.period_end, reading.nature) in shown:
            days.setdefault(reading.recorded_at.date(), []).append(reading)
    if not days:
        return []
    parts = [_points(sorted(day, key=lambda r: r.period_end), one) for day in days.values()]
    joined: dict[str, Any] = {}
    for name in ("x", "y", "customdata", "text"):
        joined[name] = [value for part in parts for value in (*part[name], None)]
    return [
        {
            "type": "scatter",
            "mode": "lines+markers",
            "name": "修订前的数值",
            "opacity": 0.42,
            "line": {"color": colour, "width": 1.4, "dash": "dot"},
            "marker": {"size": 5, "color": colour},
            "connectgaps": False,
            "hovertemplate": "%{text}<br>后来修订<extra></extra>",
            **joined,
        }
    ]


def _aim(verdict: Verdict, names: Names, one: Entry) -> list[dict[str, Any]]:
    """A target as a diamond at its due day, with the path that leads there from its base; a cap as a ceiling."""
    if verdict.target_value is None or verdict.due_on is None or verdict.kind in ("cap_cumulative", *GROWTH):
        return []
    label = TargetStatus(verdict.target_status).label
    cap = verdict.kind.startswith("cap_")
    value, due = float(verdict.target_value), verdict.due_on.isoformat()
    said = f"{verdict.due_on.year}年{'上限' if cap else '目标'} {wording.number(verdict.target_value, one.decimals)}"
    running = verdict.latest_on is None or verdict.due_on > verdict.latest_on
    diamond = {
        "type": "scatter",
        "mode": "markers+text" if running or verdict.due_on.year % 10 == 0 else "markers",
        "name": f"{verdict.due_on.year}年{label}",
        "legendrank": 3,
        "x": [due],
        "y": [value],
        "text": [said],
        "textposition": _beside(verdict, running),
        "textfont": {"size": 12},
        "marker": {
            "symbol": "diamond" if verdict.target_status != "example" else "diamond-open",
            "size": 12,
            "color": ground.RED if cap else ground.ORANGE,
            "line": {"width": 2},
        },
        "hovertemplate": f"{label}：{said} {one.unit}<extra></extra>",
    }
    if verdict.base_on is None or verdict.base_value is None:
        return [diamond]
    days, values = _path(verdict, names.targets[verdict.target, verdict.target_version].path)
    path = {
        "type": "scatter",
        "mode": "lines",
        "name": "目标路径",
        "legendrank": 4,
        "showlegend": verdict.due_on.year >= 2030,
        "x": days,
        "y": values,
        "line": {"color": ground.ORANGE, "width": 1.6, "dash": "dot"},
        "hoverinfo": "skip",
    }
    return [path, diamond]


def _beside(verdict: Verdict, running: bool) -> str:
    """Where a target's words are out of the line's way: before a coming one, behind one that is past."""
    rising = verdict.base_value is None or (verdict.target_value or 0) >= verdict.base_value
    return ("top left" if rising else "bottom left") if running else ("bottom right" if rising else "top right")


def _path(verdict: Verdict, kind: str) -> tuple[list[str], list[float]]:
    """Where the target's path stands at the end of each year from its base: straight, or at an even rate."""
    assert verdict.base_on and verdict.due_on and verdict.base_value is not None and verdict.target_value is not None
    base, goal = float(verdict.base_value), float(verdict.target_value)
    whole = (verdict.due_on - verdict.base_on).days
    days = [verdict.base_on, *(date(y, 12, 31) for y in range(verdict.base_on.year + 1, verdict.due_on.year))]
    days.append(verdict.due_on)
    shares = [(day - verdict.base_on).days / whole for day in days]
    even = kind == "cagr" and base > 0 and goal > 0
    return [d.isoformat() for d in days], [
        base * (goal / base) ** s if even else base + (goal - base) * s for s in shares
    ]


def _break(entry: Entry) -> tuple[dict[str, Any], dict[str, Any]]:
    day = entry.on_date.isoformat()
    line = {"type": "line", "x0": day, "x1": day, "yref": "paper", "y0": 0, "y1": 1}
    line["line"] = {"color": ground.GREY, "width": 1.4, "dash": "dash"}
    words = {"census": "普查", "boundary": "区划", "definition": "定义", "method": "方法"}.get(entry.reason, "")
    text = ground.note(day, 1, f"{words}口径调整", yref="paper", yanchor="bottom", hovertext=entry.text)
    return line, text
