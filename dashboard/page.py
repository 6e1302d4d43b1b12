"""A finished page in its two forms: for the live application, and painted as HTML for the index.

Components are turned into JSON and HTML once, when a page is made; answering a request is then copying bytes, however
many readers ask. The frame is made for each reader, and a finished page put into it. What is on a page is decided
elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from plotly.io.json import to_json_plotly

from dashboard import prerender
from dashboard.english import CHINESE, ENGLISH, English, turn
from dashboard.parts.frame import HOLE, Colophon, Message, Visitor, frame
from dashboard.still import stilled


@dataclass(frozen=True)
class Page:
    """`live` is what the application renders, as JSON, which takes a third of the room; `painted` the same as HTML."""

    live: bytes
    painted: str
    lang: str = CHINESE


def finish(parts: Sequence[Any], document: bool = False, words: English | None = None, moving: bool = False) -> Page:
    """A page's content from its components; `document`: it is never more than its HTML; with `words` in English;
    `moving`: scripts change it everywhere, so that no part of it can be still.
    """
    shown = turn(list(parts), words) if words else list(parts)
    lang = ENGLISH if words else CHINESE
    if document:
        return Page(b"", prerender.to_html(shown, ids=True), lang)
    painted = prerender.to_html(shown)
    return Page(to_json_plotly(shown if moving else stilled(shown)).encode(), painted, lang)


@lru_cache(maxsize=256)
def _frame(
    current: str, here: str, colophon: Colophon, visitor: Visitor, message: Message | None, langs: tuple[str, str]
) -> tuple[list[bytes], list[str]]:
    tree = spoken(frame(current, here, colophon, visitor, message), *langs)
    return to_json_plotly(tree).encode().split(to_json_plotly(HOLE).encode()), prerender.to_html(tree).split(HOLE)


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
    (begun, ended), (before, after) = _frame(current, here, colophon, visitor, message, (lang, content.lang))
    inside = content.live[1:-1] or b"null"  # what stands in the brackets of a list
    return Page(begun + inside + ended, f"{before}{content.painted}{after}")
