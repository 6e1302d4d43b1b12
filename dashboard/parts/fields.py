"""Fields of forms in documents: inputs, ticks and choices, as plain HTML that works without scripts.

Only documents hold `Field` (`site.Spec.live` is False), since Dash has no component for files, ticks or codes chosen
from a list; `prerender` writes it out.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Any

from dash import dcc, html


class Field:
    """An `<input>`; attributes by their names, `_` for `-`. True stands alone, None and False are left out."""

    def __init__(self, type: str = "text", **attributes: str | int | bool | None) -> None:
        self.id = str(attributes.get("id", ""))
        self._attributes = {"type": type, **attributes}

    @property
    def html(self) -> str:
        """The element, everything escaped."""
        written = []
        for name, value in self._attributes.items():
            if value is None or value is False:
                continue
            name = name.replace("_", "-")
            written.append(f" {name}" if value is True else f' {name}="{escape(str(value))}"')
        return f"<input{''.join(written)}>"


def box(name: str, checked: bool, label: str = "") -> Any:
    """A box to tick, found by its name; `label` for those who listen, where no other label stands."""
    return Field("checkbox", id=name, name=name, value="1", checked=checked, aria_label=label or None)


def tick(name: str, value: str, checked: bool, label: str) -> html.Label:
    """One of several boxes of a name, wide enough for a finger; the words are for those who listen, see `.unseen`."""
    field: Any = Field("checkbox", name=name, value=value, checked=checked)
    return html.Label([field, html.Span(label, className="unseen")], className="tick")


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
