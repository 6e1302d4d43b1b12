"""A finished page in its two forms: for the live application, and painted as HTML for the index.

Components are turned into plain data once, when a page is made; answering a request is then copying bytes, however
many readers ask. The frame is made for each reader, and a finished page put into it. What is on a page is decided
elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import orjson
from plotly.io.json import to_json_plotly

from dashboard import prerender
from dashboard.english import CHINESE, ENGLISH, English, turn
from dashboard.parts.frame import HOLE, Colophon, Message, Visitor, frame


@dataclass(frozen=True)
class Page:
    """`live` is what the application renders, as plain data; `painted` the same page as HTML."""

    live: Any
    painted: str
    lang: str = CHINESE


def finish(parts: Sequence[Any], document: bool = False, words: English | None = None) -> Page:
    """A page's content from its components; `document`: it is never more than its HTML; with `words` in English."""
    shown = turn(list(parts), words) if words else list(parts)
    lang = ENGLISH if words else CHINESE
    if document:
        return Page(None, prerender.to_html(shown, ids=True), lang)
    return Page(orjson.loads(to_json_plotly(shown)), prerender.to_html(shown), lang)


@lru_cache(maxsize=256)
def _frame(
    current: str, here: str, colophon: Colophon, visitor: Visitor, message: Message | None, langs: tuple[str, str]
) -> tuple[bytes, tuple[str, str]]:
    tree = spoken(frame(current, here, colophon, visitor, message), *langs)
    before, after = prerender.to_html(tree).split(HOLE)
    return to_json_plotly(tree).encode(), (before, after)


def spoken(tree: Any, lang: str, inside: str) -> Any:
    """A frame in its reader's language, around content in the language `inside`; nothing is said of one that agrees."""
    if lang == CHINESE:
        return tree
    turn(tree, English())
    tree.lang = lang
    (main,) = (part for part in tree.children if part._type == "Main")
    main.lang = inside
    return tree


def framed(
    content: Page,
    current: str,
    here: str,
    colophon: Colophon,
    visitor: Visitor,
    message: Message | None = None,
    lang: str = CHINESE,
) -> Page:
    """A finished page inside the frame of this reader, in the reader's language."""
    live, (before, after) = _frame(current, here, colophon, visitor, message, (lang, content.lang))
    tree = orjson.loads(live)
    (main,) = (part for part in tree["props"]["children"] if part["type"] == "Main")
    main["props"]["children"][-1:] = content.live
    return Page(tree, f"{before}{content.painted}{after}")
