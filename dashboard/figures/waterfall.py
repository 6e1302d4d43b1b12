"""The waterfall of a breakdown: part by part from nothing to the change of the total; a fall goes to the left."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from dashboard import wording
from dashboard.contribution import REST, Breakdown
from dashboard.figures import ground
from dashboard.view import HOME
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


def waterfall(found: Breakdown, names: Names, area: str = HOME) -> dict[str, Any]:
    """Horizontal bars, largest rise first, the total last; length is the change in the unit of the total."""
    rows = steps(found)
    where = "" if area == HOME else f"&area={area}"
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
        "customdata": [f"/indicator?code={code}{where}#origin" if code != REST else None for code, *_ in rows] + [None],
        "hovertemplate": f"%{{y}}：%{{text}} {unit}<extra></extra>",
    }
    ends = [start + move for _, start, move, _ in bars]
    least, most = min(*ends, Decimal(0)), max(*ends, Decimal(0))
    reach = float(most - least) or 1.0
    texts = [
        ground.note(float(end), name, text, xanchor="right" if move < 0 else "left", xshift=-4 if move < 0 else 4)
        for (name, _, move, _), end, text in zip(bars, ends, said, strict=True)
    ]
    axis = {
        "showgrid": True,
        "gridcolor": "#dfe4ea",
        "zeroline": True,
        "title": {"text": unit, "standoff": 4, "font": {"size": 12}},
    }
    made = ground.layout(
        60 + 36 * len(bars),
        xaxis=axis | {"range": [float(least) - reach * (0.16 if least < 0 else 0.03), float(most) + reach * 0.16]},
        yaxis={"type": "category", "autorange": "reversed", "showgrid": False},
        annotations=texts,
        bargap=0.3,
    )
    return {"data": [trace], "layout": made}
