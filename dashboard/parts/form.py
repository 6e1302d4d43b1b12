"""What forms are made of: a labelled field, a choice, a button. Each works in a browser without scripts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash import dcc, html


def field(name: str, label: str, value: str = "", hint: str = "", **attributes: Any) -> html.Div:
    """A line to type in; `attributes` are those of the input (type, required, autoComplete…)."""
    return html.Div(
        [
            html.Label([label, html.Small(hint) if hint else None], htmlFor=name),
            dcc.Input(id=name, name=name, value=value, **attributes),
        ],
        className="field",
    )


def choice(name: str, label: str, options: Mapping[str, str], value: str = "") -> html.Div:
    """One of several, each with the word it is shown as."""
    listed = [
        html.Option(word, value=code, selected="selected" if code == value else None) for code, word in options.items()
    ]
    return html.Div([html.Label(label, htmlFor=name), html.Select(listed, id=name, name=name)], className="field")


def button(word: str, name: str = "", value: str = "", plain: bool = False) -> html.Button:
    """A button that sends its form, with a name and value where a form has several."""
    sent: dict[str, Any] = {"name": name, "value": value} if name else {}
    return html.Button(word, type="submit", className="button-plain" if plain else "button", **sent)
