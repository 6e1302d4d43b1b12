"""A plain form field of a document: files, ticks, and codes chosen from a list, for which Dash has no component.

Only documents hold these (`site.Spec.live` is False); `prerender` writes them out.
"""

from __future__ import annotations

from html import escape
from typing import Any


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


def tick(name: str, checked: bool, label: str = "") -> Any:
    """A box to tick; `label` for those who listen, where no other label stands."""
    return Field("checkbox", id=name, name=name, value="1", checked=checked, aria_label=label or None)
