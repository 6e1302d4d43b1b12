"""The style sheet: the parts under `assets/`, in the order of their names, sent as one file so that a page waits once.

Its address carries a digest of what is in it, so a browser may keep it for as long as it likes.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from flask import Flask, Response

ASSETS = Path(__file__).parent / "assets"
SHEET = "\n".join(path.read_text("utf-8") for path in sorted(ASSETS.glob("*.css")))
LINK = f'<link rel="stylesheet" href="/style.css?v={hashlib.sha256(SHEET.encode()).hexdigest()[:12]}">'
ICON = '<link rel="icon" type="image/x-icon" href="/_favicon.ico">'


def register(server: Flask) -> None:
    """Let the server answer for the style sheet."""
    server.add_url_rule("/style.css", "style", _sheet)


def _sheet() -> Response:
    answer = Response(SHEET, content_type="text/css; charset=utf-8")
    answer.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return answer
