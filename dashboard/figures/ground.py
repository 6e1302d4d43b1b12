"""The ground all charts stand on: fonts, axes, margins, and the settings of Plotly's bar of buttons.

Colours of text, axes and grid come from the style sheet (`assets/30-charts.css`), which knows light from dark; here are
only those of the lines. Nothing is sent anywhere: the cloud buttons are off and their addresses empty.
"""

from __future__ import annotations

from typing import Any

BLUE, ORANGE, GREEN, GREY, RED, PURPLE = "#2f74c0", "#c2571a", "#2c8a5b", "#7d8a99", "#c8453b", "#7a5bb5"
BANDS = ("#2f74c0", "#5b9bd8", "#2c8a5b", "#c28a1a", "#7a5bb5", "#7d8a99", "#b0567a", "#4aa3a2")
FONT = "'Noto Sans CJK SC','Source Han Sans SC','PingFang SC','Microsoft YaHei',sans-serif"
_CONFIG: dict[str, Any] = {
    "displaylogo": False,
    "showSendToCloud": False,
    "showEditInChartStudio": False,
    "plotlyServerURL": "",
    "displayModeBar": "hover",
    "modeBarButtons": [["toImage", "resetScale2d"]],
    "toImageButtonOptions": {"format": "png", "scale": 2},
    "scrollZoom": False,
    "responsive": True,
    "locale": "zh-CN",
    "locales": {
        "zh-CN": {
            "dictionary": {"Download plot as a PNG": "存为图片", "Reset axes": "复原坐标"},
            "format": {"days": [], "shortDays": [], "months": [], "shortMonths": [], "date": "%Y-%m-%d"},
        }
    },
}


YEARS: dict[str, Any] = {
    "type": "date",
    "tickvals": [f"{year}-12-31" for year in range(2000, 2061, 5)],
    "ticktext": [f"{year}年末" for year in range(2000, 2061, 5)],
    "minor": {"ticks": "outside", "ticklen": 4, "dtick": "M12", "tick0": "2000-12-31", "tickcolor": "#7d8a99"},
    "ticks": "outside",
    "tickcolor": "#7d8a99",
    "tickangle": 0,
}


def config() -> Any:
    """Plotly's settings; a copy, since components keep what they are given."""
    return dict(_CONFIG)


def layout(height: int, unit: str = "", **more: Any) -> dict[str, Any]:
    """A layout with the house's font, margins and axes; `unit` is printed above the vertical axis."""
    made: dict[str, Any] = {
        "height": height,
        "font": {"family": FONT, "size": 13},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "margin": {"l": 8, "r": 16, "t": 26, "b": 8},
        "xaxis": {"showgrid": False, "zeroline": False, "automargin": True, "fixedrange": True},
        "yaxis": {
            "gridcolor": "#dfe4ea",
            "zeroline": False,
            "automargin": True,
            "fixedrange": True,
            "tickformat": ",.4~f",
        },
        "hoverlabel": {"font": {"family": FONT, "size": 13}, "align": "left"},
        "hovermode": "closest",
        "separators": ".,",
        "dragmode": False,
    }
    for name, value in more.items():
        made[name] = {**made[name], **value} if isinstance(made.get(name), dict) else value
    if unit:  # upright above the axis: turned letters are hard to read in Chinese
        corner = {"xref": "paper", "yref": "paper", "xanchor": "left", "yanchor": "bottom", "yshift": 4}
        made["annotations"] = [note(0, 1, unit, name="unit", **corner), *made.get("annotations", ())]
        made["meta"] = {"unit": unit}
    return made


def note(x: Any, y: Any, text: str, **more: Any) -> dict[str, Any]:
    """A short text at a place of the chart, without an arrow."""
    return {"x": x, "y": y, "text": text, "showarrow": False, "font": {"size": 12}, **more}
