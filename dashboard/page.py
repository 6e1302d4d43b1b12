"""A finished page in its two forms: for the live application, and painted as HTML for the index.

Components are turned into plain data once, when a page is made; answering a request is then copying bytes, however
many readers ask. What is on a page is decided elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import orjson
from dash.development.base_component import Component
from plotly.io.json import to_json_plotly

from dashboard import prerender


@dataclass(frozen=True)
class Page:
    """`live` is what the application renders, as plain data; `painted` the same page as HTML."""

    live: Any
    painted: str


def finish(tree: Component) -> Page:
    """A page from its components."""
    return Page(orjson.loads(to_json_plotly(tree)), prerender.to_html(tree))
