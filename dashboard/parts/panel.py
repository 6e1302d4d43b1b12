"""Panels and what stands in them when there is nothing to show: empty, failed, not found."""

from __future__ import annotations

from typing import Any

from dash import dcc, html

from dashboard.parts.aria import aria


def panel(title: str, about: str, *children: Any, name: str = "", wide: bool = False) -> html.Section:
    """A titled section; `about` says in one line how to read it."""
    head: list[Any] = [html.H2(title, id=f"{name}-title" if name else None)]
    if about:
        head.append(html.P(about, className="about"))
    labelled = aria(labelledby=f"{name}-title") if name else {}
    return html.Section(
        [html.Div(head, className="panel-head"), *children], className="panel wide" if wide else "panel", **labelled
    )


def empty(sentence: str, next_step: str = "") -> html.Div:
    """What is shown where data could be but is not: what is missing, and what would bring it."""
    lines = [html.P(sentence, className="empty-what")]
    if next_step:
        lines.append(html.P(next_step, className="empty-next"))
    return html.Div(lines, className="empty", role="status")


def trouble(sentence: str, number: str = "", title: str = "这一页没有算出来") -> html.Div:
    """What is shown where a page could not be made; `number` finds the incident in the server's log."""
    lines = [html.H1(title), html.P(sentence)]
    if number:
        lines.append(html.P(f"事件编号 {number}，请告诉系统管理员。已发布的数据没有改动。", className="about"))
    return html.Div([*lines, dcc.Link("回到总览", href="/", className="button")], className="trouble", role="alert")
