"""What every answer of the server carries, and which hosts it answers to.

Nothing on a page may come from another machine: the content policy names only this server. Inline scripts are those
that Dash itself writes, admitted by their hashes; one that came in with a text is not among them. On the loopback
address only loopback names are answered, so that a web page elsewhere cannot make a browser read the board through a
name of its own. Whatever somebody had to log in for is kept by no browser and no proxy.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Sequence

from dash import Dash
from flask import Response, abort, g, request

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1", "[::1]"})
STATIC = frozenset(
    {
        "_dash_assets.static",
        "/_dash-component-suites/<string:package_name>/<path:fingerprinted_path>",
        "/_favicon.ico",
    }
)
"""What is the same for everybody and may stay in a browser; everything else is gone with the session."""
_INLINE = re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)[^>]*>(.*?)</script>", re.DOTALL)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


def inline(page: str) -> tuple[str, ...]:
    """The inline scripts in a piece of HTML that this program wrote."""
    return tuple(_INLINE.findall(page))


def policy(ours: Sequence[str] = ()) -> str:
    """The content policy, with these inline scripts admitted by their hashes and no others."""
    hashes = [base64.b64encode(hashlib.sha256(s.encode()).digest()).decode() for s in ours]
    scripts = " ".join(["'self'", *(f"'sha256-{h}'" for h in hashes)])
    return (
        f"default-src 'self'; script-src {scripts}; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
        "font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; object-src 'none'; base-uri 'none'; "
        "form-action 'self'; frame-ancestors 'none'"
    )


def guard(app: Dash, hosts: frozenset[str] | None) -> None:
    """Put the headers on every answer; with `hosts`, refuse requests that name another host."""

    @app.server.before_request
    def _known_host() -> None:
        named = request.host.rsplit(":", 1)[0] if not request.host.endswith("]") else request.host
        if hosts is not None and named not in hosts:
            abort(421, "这个服务只在本机使用，请用 http://127.0.0.1 打开。")

    @app.server.after_request
    def _headers(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        response.headers["Content-Security-Policy"] = policy(g.get("inline", ()))
        if request.is_secure:
            response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        if request.endpoint not in STATIC and request.blueprint != "api":  # the API says by itself what may be kept
            response.headers["Cache-Control"] = "no-store"
        return response
