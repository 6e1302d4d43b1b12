"""The chart of the land cap: running sums stacked by district, and the cap drawn only for as long as it held."""

from __future__ import annotations

from typing import Any

from dashboard import wording
from dashboard.figures import ground
from dashboard.ledger import Ledger
from indicators.targets import TargetStatus
from warehouse.board_names import Names


def land(found: Ledger, names: Names, height: int = 380) -> dict[str, Any]:
    """Stacked bars of the running sum by district against the cap; a cap that has run out is not drawn forward."""
    limit, unit, years = float(found.cap.value), found.cap.unit, list(found.years)
    labels = ["" if (years[-1] - year) % 2 else str(year) for year in years]
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
    shapes, told = _caps(found, years)
    totals = [
        ground.note(years[i], float(total), wording.number(total), yshift=9, name="total")
        for i, total in enumerate(found.total)
    ]
    top = max(limit, float(found.total[-1])) * 1.16
    return {
        "data": bars,
        "layout": ground.layout(
            height,
            unit,
            barmode="stack",
            bargap=0.35,
            xaxis={"tickvals": years, "ticktext": labels, "tickangle": 0, "range": [years[0] - 0.6, years[-1] + 0.6]},
            yaxis={"range": [0, top]},
            shapes=shapes,
            annotations=[*told, *totals],
        ),
    }


def _caps(found: Ledger, years: list[int]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """A line for each cap over the years it holds for, named; one that is only an example is dashed."""
    shapes, told, start = [], [], years[0] - 0.5
    for cap in (found.cap, *found.later):
        end, value = min(cap.due_on.year, years[-1]) + 0.5, float(cap.value)
        example = cap.status == "example"
        colour = ground.ORANGE if example else ground.RED
        line = {"color": colour, "width": 1.8 if example else 2.6, "dash": "dash" if example else "solid"}
        shapes.append({"type": "line", "x0": start, "x1": end, "y0": value, "y1": value, "line": line})
        name = TargetStatus(cap.status).label if example else "上限"
        words = f"{name}{wording.number(cap.value)}（{cap.due_on.year}年末）"
        side = (end, "right") if example else (start, "left")
        said = ground.note(side[0], value, words, xanchor=side[1], yshift=10, name="limit")
        told.append(said | {"font": {"size": 11}})
        start = end
    return shapes, told
