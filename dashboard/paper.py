"""Pages that are documents: finished HTML without the application's scripts, for logins, refusals, forms and tables.

They work in a browser that runs no scripts at all. The frame is the same as around the live pages.
"""

from __future__ import annotations

from html import escape

from flask import Response

from dashboard import prerender
from dashboard.english import CHINESE, English
from dashboard.page import spoken
from dashboard.parts.frame import HOLE, Colophon, Message, Visitor, frame
from dashboard.style import ICON, LINK

TITLE = "长春新区统计指标体系"


def paper(
    word: str,
    body: str,
    visitor: Visitor,
    name: str = "paper",
    here: str = "/",
    colophon: Colophon | None = None,
    message: Message | None = None,
    status: int = 200,
    langs: tuple[str, str] = (CHINESE, CHINESE),
) -> Response:
    """A document titled `word` with this HTML in the frame of page `name`; languages of frame and HTML are `langs`."""
    tree = spoken(frame(name, here, colophon or Colophon("", False), visitor, message, live=False), *langs)
    title = f"{word} · {TITLE}"
    if langs[0] != CHINESE:
        title = English().said(title) or title
    body = prerender.to_html(tree, ids=True).replace(HOLE, body)
    return Response(
        f'<!DOCTYPE html><html lang="{langs[0]}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        f'<meta name="csrf" content="{escape(visitor.csrf)}"><title>{escape(title)}</title>'
        f'<script src="/assets/head/early.js"></script>{ICON}{LINK}'
        f'<script src="/assets/access.js" defer></script></head><body>{body}</body></html>',
        status=status,
        content_type="text/html; charset=utf-8",
    )
