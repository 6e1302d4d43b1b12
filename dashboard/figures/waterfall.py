"""The waterfall of a breakdown: part by part from nothing to the change of the total; a fall goes to the left."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from dashboard import wording
from dashboard.contribution import REST, Breakdown
from dashboard.figures import ground
from warehouse.board_names import Names

TOTAL = "合计变化"
REMAINDER = "其余部分"


def called(code: str, names: Names) -> str:
    """How a piece is called."""
    return REMAINDER if code == REST else names.indicator(code)


def steps(found: Breakdown) -> list[tuple[str, Decimal, Decimal]]:
    """For each piece its code, where its bar begins and how far it goes; each begins where the one before ended."""
    made, reached = [], Decimal(0)
    for piece in found.pieces:
        made.append((piece.code, reached, piece.change))
        reached += piece.change
    return made


def waterfall(found: Breakdown, names: Names) -> dict[str, Any]:
    """Horizontal bars, largest rise first, the total last; length is the change in the unit of the total."""
    rows = steps(found)
    up, unit, decimals = ground.BLUE, found.total.unit, max(found.total.decimals, 1)
    bars = [(called(code, names), start, move, up if move >= 0 else ground.ORANGE) for code, start, move in rows]
    bars.append((TOTAL, Decimal(0), found.change, ground.GREY))
    said = [f"{wording.signed(move, decimals)}" for _, _, move, _ in bars]
    trace = {
        "type": "bar",
        "orientation": "h",
        "name": f"比上年同期的变化（{unit}）",
        "showlegend": False,
        "y": [name for name, *_ in bars],
        "x": [float(move) for _, _, move, _ in bars],
        "base": [float(start) for _, start, _, _ in bars],
        "marker": {"color": [colour for *_, colour in bars]},
        "text": said,
        "textposition": "none",
        "hovertemplate": f"%{{y}}：%{{text}} {unit}<extra></extra>",
    }
    ends = [max(start, start + move) for _, start, move, _ in bars]
    lows = [min(start, start + move) for _, start, move, _ in bars]
    reach = float(max(ends) - min(*lows, Decimal(0))) or 1.0
    texts = [
        ground.note(float(end), name, text, xanchor="left", xshift=4)
        for (name, *_), end, text in zip(bars, ends, said, strict=True)
    ]
    axis = {
        "showgrid": True,
        "gridcolor": "#dfe4ea",
        "zeroline": True,
        "title": {"text": unit, "standoff": 4, "font": {"size": 12}},
    }
    made = ground.layout(
        60 + 36 * len(bars),
        xaxis=axis | {"range": [float(min(*lows, Decimal(0))) - reach * 0.03, float(max(ends)) + reach * 0.16]},
        yaxis={"type": "category", "autorange": "reversed", "showgrid": False},
        annotations=texts,
        bargap=0.3,
    )
    return {"data": [trace], "layout": made}
