"""Drawings that need no chart library: the bullet (how far against how much time), the bar and the sparkline.

The sparkline is an SVG used as a mask, so it takes the colour of the text around it in light, dark and print.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from urllib.parse import quote

from dash import html

from dashboard.parts.aria import aria

_WIDTH, _HEIGHT, _EDGE = 96, 28, 3


def _place(share: Decimal | None) -> str:
    bounded = min(max(share or Decimal(0), Decimal(0)), Decimal(1))
    return f"{float(bounded) * 100:.1f}%"


def bullet(share: Decimal | None, elapsed: Decimal | None, tone: str, said: str) -> html.Div:
    """A bar filled to `share` (fraction) with a tick at the elapsed share of time; `said` is the same in words."""
    pieces = [html.Div(className="bullet-fill", style={"width": _place(share)})]
    if elapsed is not None and elapsed < 1:
        pieces.append(html.Div(className="bullet-tick", style={"left": _place(elapsed)}))
    over = " bullet-over" if share is not None and share > 1 else ""
    return html.Div(pieces, className=f"bullet tone-{tone}{over}", role="img", **aria(label=said))


def bar(share: Decimal, said: str) -> html.Div:
    """A plain bar filled to `share`: a size among its peers, not a judgement."""
    inner = html.Div(className="bullet-fill", style={"width": _place(share)})
    return html.Div(inner, className="bullet tone-plain", role="img", **aria(label=said))


def sparkline(values: Sequence[Decimal], said: str) -> html.Div | None:
    """The run of `values` as a thin line with its last point marked; None for fewer than three."""
    if len(values) < 3:
        return None
    numbers = [float(v) for v in values]
    low, reach = min(numbers), (max(numbers) - min(numbers)) or 1.0
    step = (_WIDTH - 2 * _EDGE) / (len(numbers) - 1)
    points = [
        (_EDGE + i * step, _HEIGHT - _EDGE - (n - low) / reach * (_HEIGHT - 2 * _EDGE)) for i, n in enumerate(numbers)
    ]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    end = f'<circle cx="{points[-1][0]:.1f}" cy="{points[-1][1]:.1f}" r="2.6"/>'
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}">'
        f'<polyline points="{line}" fill="none" stroke="#000" stroke-width="1.8" stroke-linejoin="round"/>{end}</svg>'
    )
    picture = f'url("data:image/svg+xml,{quote(svg)}")'
    return html.Div(className="spark", style={"--line": picture}, role="img", **aria(label=said))
