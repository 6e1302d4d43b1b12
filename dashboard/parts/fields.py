"""Fields of forms in documents: ticks and choices, as plain HTML that works without scripts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from dash import dcc, html

from dashboard.parts.field import Field


def tick(name: str, value: str, checked: bool, label: str) -> html.Label:
    """A check box with its words; the words may be for those who listen only, see `.unseen`."""
    box = Field("checkbox", name=name, value=value, checked=checked)
    return html.Label([box, html.Span(label, className="unseen")], className="tick")


def choice(name: str, label: str, options: Iterable[tuple[str, str]], chosen: str) -> html.Div:
    """A labelled list to choose one of (value, words) from."""
    made = []
    for value, words in options:
        said: dict[str, Any] = {"selected": True} if value == chosen else {}
        made.append(html.Option(words, value=value, **said))
    picker = html.Select(made, id=f"choose-{name}", name=name)
    return html.Div([html.Label(label, htmlFor=f"choose-{name}"), picker], className="choice")


def hidden(**values: str) -> list[Any]:
    """Fields that nobody sees."""
    return [dcc.Input(type="hidden", name=name, value=value) for name, value in values.items()]
