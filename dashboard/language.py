"""Which language a browser reads in: asked for in the address (`?lang=en`, `?lang=zh`) and remembered in a cookie."""

from __future__ import annotations

from flask import Flask, Response, has_request_context, request

from dashboard.access import set_cookie
from dashboard.english import CHINESE, ENGLISH

COOKIE = "zb_lang"
_YEAR = 366 * 24 * 3600
_KNOWN = {"en": ENGLISH, "zh": CHINESE}


def asked(said: str = "") -> str:
    """The language of this request: what its address says, else what the browser was last asked for, else Chinese."""
    if not has_request_context():
        return CHINESE
    for word in (said, request.args.get("lang", ""), request.cookies.get(COOKIE, "")):
        if word in _KNOWN:
            return _KNOWN[word]
    return CHINESE


def remember(server: Flask) -> None:
    """Let every answer to an address that names a language ask the browser to keep it."""
    server.after_request(_remembered)


def _remembered(response: Response) -> Response:
    word = request.args.get("lang", "")
    if word in _KNOWN and request.cookies.get(COOKIE) != word:
        set_cookie(response, COOKIE, word, _YEAR)
    return response
