"""The frame around every page: skip link, header with what is open, navigation, the page itself, footer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html

from dashboard.parts.aria import aria
from dashboard.parts.marks import mark

PAGES = (
    ("overview", "/", "总览"),
    ("indicator", "/indicator", "指标"),
    ("returns", "/returns", "报送"),
    ("sql", "/sql", "查询"),
)


@dataclass(frozen=True)
class Colophon:
    """What is open: the generation in words, and whether simulated figures are in it."""

    sentence: str
    simulated: bool
    notice: str = ""


def _header(colophon: Colophon) -> html.Header:
    badge = (
        mark("演示：含模拟数据", "simulated", "页面中标有“模拟数据”的数字不是真实情况。")
        if colophon.simulated
        else None
    )
    toggle = dmc.ColorSchemeToggle(
        lightIcon="☀", darkIcon="☾", variant="default", size=44, **aria(label="切换浅色或深色")
    )
    title = dcc.Link("长春新区统计指标体系", href="/", className="brand")
    return html.Header(
        [html.Div([title, badge], className="brand-row"), html.P(colophon.sentence, className="colophon"), toggle],
        className="top",
    )


def _nav(current: str) -> html.Nav:
    links = [
        html.Li(dcc.Link(word, href=href, className="nav-link current" if name == current else "nav-link"))
        for name, href, word in PAGES
    ]
    return html.Nav(html.Ul(links), className="side", **aria(label="主导航"))


def frame(current: str, colophon: Colophon, *content: Any) -> html.Div:
    """The whole page `current` with its frame; its root has the id `page`, by which the first paint gives way."""
    notice = html.P(colophon.notice, className="notice", role="status") if colophon.notice else None
    return html.Div(
        [
            html.A("跳到正文", href="#main", className="skip"),
            _header(colophon),
            _nav(current),
            html.Main([notice, *content], id="main", className=f"main page-{current}", tabIndex="-1"),
            html.Footer("页面只显示已发布的数；点任何一个数，可查到原始工作簿的单元格。", className="foot"),
        ],
        id="page",
        className="frame",
    )
