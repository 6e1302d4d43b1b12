"""A chart with its legend as a list of words under it: that wraps on a phone, prints, and can be read aloud."""

from __future__ import annotations

from typing import Any

from dash import dcc, html

from dashboard.figures import ground
from dashboard.parts.aria import aria
from dashboard.parts.takeaway import chart_takeaway


def chart(figure: dict[str, Any], name: str) -> html.Div:
    """A figure with its legend; `name` is the component's id."""
    height = figure["layout"]["height"]
    key = legend(figure)
    drawn = dcc.Graph(id=name, figure=figure, config=ground.config(), style={"height": f"{height}px"})
    return html.Div([drawn, html.Div([key, chart_takeaway()], className="chart-foot")], className="chart")


def legend(figure: dict[str, Any]) -> html.Ul:
    """One entry for each named trace, what matters most first; takes Plotly's own legend away."""
    figure["layout"]["showlegend"] = False
    seen: dict[str, html.Li] = {}
    for trace in sorted(figure["data"], key=lambda trace: trace.get("legendrank", 9)):
        if trace.get("name") and trace.get("showlegend", True):
            seen.setdefault(
                trace["name"], html.Li([html.I(className=_shape(trace), style=_style(trace)), trace["name"]])
            )
    return html.Ul(list(seen.values()), className="legend", **aria(label="图例"))


def _shape(trace: dict[str, Any]) -> str:
    symbol = trace.get("marker", {}).get("symbol", "")
    if trace["type"] == "bar":
        return "key key-bar"
    if trace.get("fill"):
        return "key key-band"
    if "diamond" in symbol:
        return "key key-diamond-open" if "open" in symbol else "key key-diamond"
    if symbol.startswith("line-ew"):
        return "key key-span"
    if "lines" not in trace.get("mode", ""):
        return "key key-ring" if "open" in symbol else "key key-dot"
    return "key key-dash" if trace["line"].get("dash") else "key key-line"


def _style(trace: dict[str, Any]) -> dict[str, str]:
    colour = trace.get("fillcolor") or trace.get("marker", {}).get("color") or trace.get("line", {}).get("color")
    return {"color": colour[0] if isinstance(colour, list) else colour, "opacity": str(trace.get("opacity", 1))}
