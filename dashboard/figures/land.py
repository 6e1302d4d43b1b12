"""The chart of the land cap: running sums stacked by district, and the cap drawn only for as long as it held."""

from __future__ import annotations

from typing import Any

from dashboard import wording
from dashboard.figures import ground
from dashboard.ledger import Ledger
from warehouse.board_names import Names


def land(found: Ledger, names: Names) -> dict[str, Any]:
    """Stacked bars of the running sum by district against the cap; a cap that has run out is not drawn forward."""
    limit, unit, years = float(found.cap.value), found.cap.unit, list(found.years)
    labels = [str(year) for year in years]
    if (found.last_on.month, found.last_on.day) != (12, 31):
        labels[-1] = f"{labels[-1]}<br>至{found.last_on.month}月"
    bars = [
        {
            "type": "bar",
            "name": names.area(area),
            "x": years,
            "y": [float(v) for v in sums],
            "marker": {"color": ground.BANDS[i % len(ground.BANDS)]},
            "hovertemplate": f"{names.area(area)} 到%{{x}}年<br>累计 %{{y:.2f}} {unit}<extra></extra>",
        }
        for i, (area, sums) in enumerate(found.parts)
    ]
    due = found.cap.due_on.year if found.cap.due_on else found.years[-1]
    line = {
        "type": "line",
        "x0": years[0] - 0.5,
        "x1": due + 0.5,
        "y0": limit,
        "y1": limit,
        "line": {"color": ground.RED, "width": 2.5},
    }
    words = f"上限 {wording.number(found.cap.value)} {unit}（{due}年末到期）"
    totals = [
        ground.note(years[i], float(total), wording.number(total), yshift=9, name="total")
        for i, total in enumerate(found.total)
    ]
    told = ground.note(years[0] - 0.45, limit, words, xanchor="left", yshift=11, name="limit")
    top = max(limit, float(found.total[-1])) * 1.14
    return {
        "data": bars,
        "layout": ground.layout(
            380,
            unit,
            barmode="stack",
            bargap=0.35,
            xaxis={"tickvals": years, "ticktext": labels, "range": [years[0] - 0.6, years[-1] + 0.6]},
            yaxis={"range": [0, top]},
            shapes=[line],
            annotations=[told, *totals],
        ),
    }
