"""Parts of a live page that never change, as the finished HTML that they are.

A live page consists mostly of words and numbers. As components each of them would cost the browser a wrapper with a
memory of its own; as HTML a whole section is one (`assets/still.js`). Alive stay charts, selects, and groups of
controls, so that the keyboard keeps its place when a choice has been made. Links inside are followed without loading
the application again, by `assets/board.js`. Texts are escaped by the same hand that writes the first paint.
"""

from __future__ import annotations

from typing import Any

from dash.development.base_component import Component

from dashboard.prerender import to_html

_HTML = "dash_html_components"


def stilled(node: Any) -> Any:
    """The same parts, with every element that holds nothing alive as plain data of one `Still`."""
    if isinstance(node, list | tuple):
        return [stilled(child) for child in node]
    if not isinstance(node, Component) or node._namespace != _HTML:
        return node
    if _alive(node):
        node.children = stilled(getattr(node, "children", None))
        return node
    attributes = {k: v for k, v in node.to_plotly_json()["props"].items() if k != "children" and v is not None}
    inside = to_html(getattr(node, "children", None), ids=True)
    props = {"tag": node._type.lower(), "attributes": attributes, "html": inside}
    return {"type": "Still", "namespace": "board_parts", "props": props}


def _alive(node: Any) -> bool:
    """True for what a script draws or moves, and for what holds such a thing."""
    if isinstance(node, list | tuple):
        return any(_alive(child) for child in node)
    if not isinstance(node, Component):
        return False
    if node._namespace != _HTML:
        return node._type != "Link"
    return getattr(node, "role", None) == "group" or _alive(getattr(node, "children", None))
