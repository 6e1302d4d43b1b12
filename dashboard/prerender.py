"""The first paint: a page's components as plain HTML inside the index, so that figures stand before any script runs.

The same layout function feeds this and the live page, so both say the same. Components that only a script can draw
(charts, grids, selects) leave a box of their size. `assets/head/early.js` removes this page once the live one is there.
Documents that never come alive (`paper`) are written by the same hand, with their ids.
"""

from __future__ import annotations

import re
from html import escape
from typing import Any

from dash.development.base_component import Component

from dashboard.parts.fields import Field

_VOID = {"br", "hr", "img", "input", "wbr"}
_ATTRIBUTES = {
    "className": "class", "htmlFor": "for", "colSpan": "colspan", "rowSpan": "rowspan", "encType": "enctype",
    "maxLength": "maxlength", "minLength": "minlength", "autoComplete": "autocomplete", "autoFocus": "autofocus",
    "inputMode": "inputmode", "tabIndex": "tabindex",
}  # fmt: skip
_PLAIN = {
    "href", "title", "role", "scope", "lang", "open", "target", "alt", "src", "action", "method", "name", "type",
    "value", "placeholder", "required", "disabled", "selected", "hidden", "rows", "min", "max", "step", "multiple",
    "pattern", "rel", "checked", "accept",
}  # fmt: skip
_NATIVE = {"Link": "a", "Input": "input", "Textarea": "textarea"}  # dcc's components that are plain elements
_CAPITAL = re.compile(r"(?=[A-Z])")


def to_html(node: Any, ids: bool = False) -> str:
    """Escaped HTML of a component, a list of them, a text or a number; None is nothing.

    `ids`: with the components' ids, for a document in which each of them stands only once.
    """
    if node is None or isinstance(node, bool):
        return ""
    if isinstance(node, list | tuple):
        return "".join(to_html(child, ids) for child in node)
    if isinstance(node, Field):
        return node.html
    if not isinstance(node, Component):
        return escape(str(node))
    if node._namespace == "dash_html_components":
        return _element(node._type.lower(), node, ids)
    if node._type in _NATIVE:
        return _element(_NATIVE[node._type], node, ids)
    if node._type in ("MantineProvider", "Tooltip"):
        return to_html(getattr(node, "children", None), ids)
    return f'<div class="{escape(_held(node))}" aria-hidden="true"></div>'


def _held(node: Component) -> str:
    return f"hold hold-{node._type.lower()} {getattr(node, 'className', '') or ''}".strip()


def _element(tag: str, node: Component, ids: bool) -> str:
    opened = f"<{tag}{_attributes(node, ids)}>"
    if tag in _VOID:
        return opened
    inside = getattr(node, "value", None) if tag == "textarea" else getattr(node, "children", None)
    return f"{opened}{to_html(inside, ids)}</{tag}>"


def _attributes(node: Component, ids: bool) -> str:
    written = []
    held = vars(node)  # what `to_plotly_json` says of it, in the same order, without asking for each of its many props
    names = [name for name in node._prop_names if name in held]
    for name in names + [name for name in held if name.startswith(("data-", "aria-"))]:
        value = held[name]
        if value is None or value is False or name == "children" or (name == "value" and node._type == "Textarea"):
            continue
        if name == "style":
            written.append(f' style="{escape(_style(value))}"')
        elif name == "id" and ids and isinstance(value, str):
            written.append(f' id="{escape(value)}"')
        elif name in _ATTRIBUTES or name in _PLAIN or name.startswith(("aria-", "data-")):
            text = "" if value is True else str(value)
            written.append(f' {_ATTRIBUTES.get(name, name)}="{escape(text)}"')
    return "".join(written)


def _style(style: dict[str, Any]) -> str:
    return ";".join(f"{_CAPITAL.sub('-', name).lower()}:{value}" for name, value in style.items())
