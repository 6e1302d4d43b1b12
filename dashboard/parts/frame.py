"""The frame around every page: skip link, header with what is open and who looks, navigation, footer.

It is made for each request and holds nothing that was published; the page inside is put into its hole when finished.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

import dash_mantine_components as dmc
from dash import dcc, html

from dashboard.parts.aria import aria
from dashboard.parts.marks import mark

HOLE = "\ue000"  # stands for the page in a frame; a private character, which no text of ours contains


_LIVE = "页面只显示已发布的数；点任何一个数，可查到原始工作簿的单元格。"
_PAPER = "看板只显示已发布的数；每一步操作都记入审计。"
_TOGGLES: dict[str, Any] = {"data-scheme": "toggle"}


@dataclass(frozen=True)
class Colophon:
    """What is open: the generation in words, and whether simulated figures are in it."""

    sentence: str
    simulated: bool
    notice: str = ""


@dataclass(frozen=True)
class Link:
    """A page in the navigation; one that is not `live` is loaded as a document."""

    group: str
    name: str
    path: str
    word: str
    live: bool


@dataclass(frozen=True)
class Visitor:
    """Who looks, in words (both "" for a guest), the token of their forms, and where they may go."""

    name: str = ""
    role: str = ""
    csrf: str = ""
    links: tuple[Link, ...] = ()


@dataclass(frozen=True)
class Message:
    """A sentence that is told once; `tone` is good, warn or bad."""

    sentence: str
    tone: str = "good"


def _to(link: Link, live: bool, className: str, **attributes: Any) -> Any:
    """A link inside the running application, or one that loads a document."""
    kind = dcc.Link if live and link.live else html.A
    return kind(link.word, href=link.path, className=className, **attributes)


def _header(colophon: Colophon, visitor: Visitor, here: str, live: bool) -> html.Header:
    badge = (
        mark("演示：含模拟数据", "simulated", "页面中标有“模拟数据”的数字不是真实情况。")
        if colophon.simulated
        else None
    )
    label = aria(label="切换浅色或深色")
    if live:
        toggle: Any = dmc.ColorSchemeToggle(lightIcon="☀", darkIcon="☾", variant="default", size=44, **label)
    else:
        toggle = html.Button(className="scheme", type="button", **_TOGGLES, **label)
    title = _to(Link("", "", "/", "长春新区统计指标体系", True), live, "brand")
    return html.Header(
        [
            html.Div([title, badge], className="brand-row"),
            html.P(colophon.sentence, className="colophon"),
            _who(visitor, here),
            *_tongues(),
            toggle,
        ],
        className="top",
    )


def _tongues() -> list[html.A]:
    """The other language; the style sheet hides the one that is read, the script keeps the rest of the address."""
    return [
        html.A(word, href=f"?lang={code}", lang=lang, className="tongue", **{"data-lang": code})  # type: ignore[arg-type]
        for word, code, lang in (("English", "en", "en"), ("中文", "zh", "zh-CN"))
    ]


def _who(visitor: Visitor, here: str) -> Any:
    if not visitor.name:
        return html.Div(html.A("登录", href=f"/login?{urlencode({'next': here})}", className="who"), className="whose")
    who = [html.B(visitor.name), html.Small(visitor.role)]
    leave = html.Button("退出", type="submit", name="csrf", value=visitor.csrf, className="leave")
    return html.Div(
        [
            html.A(who, href="/account", className="who", title="我的账户"),
            html.Form(leave, action="/logout", method="post"),
        ],
        className="whose",
    )


def _nav(current: str, links: tuple[Link, ...], live: bool) -> html.Nav:
    groups = []
    for group, found in groupby(links, key=lambda link: link.group):
        items = [html.Li(_to(link, live, "nav-link current" if link.name == current else "nav-link")) for link in found]
        groups.append(html.Li([html.Span(group, className="nav-group"), html.Ul(items)]))
    return html.Nav(html.Ul(groups), className="side", **aria(label="主导航"))


def frame(
    current: str, here: str, colophon: Colophon, visitor: Visitor, message: Message | None = None, live: bool = True
) -> html.Div:
    """The frame of page `current` at address `here`, with HOLE where its content belongs.

    Its root has the id `page`, by which the first paint gives way.
    """
    notice = html.P(colophon.notice, className="notice", role="status") if colophon.notice else None
    told = html.P(message.sentence, className=f"told tone-{message.tone}", role="status") if message else None
    return html.Div(
        [
            html.A("跳到正文", href="#main", className="skip"),
            _header(colophon, visitor, here, live),
            _nav(current, visitor.links, live) if visitor.links else None,
            html.Main([notice, told, HOLE], id="main", className=f"main page-{current}", tabIndex="-1"),
            html.Footer(_LIVE if live else _PAPER, className="foot"),
        ],
        id="page",
        className="frame" if visitor.links else "frame lone",
    )
