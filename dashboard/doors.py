"""The doors: the login page, logging in and out, and what scripts ask about their own session.

Everything here works in a browser without scripts. Who may pass which door afterwards is known by `access`.
"""

from __future__ import annotations

import secrets
from urllib.parse import urlsplit

import orjson
from flask import Blueprint, Flask, Response, redirect, request

from dashboard import access
from dashboard.access import COOKIE, DOOR, Present
from dashboard.page import finish
from dashboard.pages import login
from dashboard.paper import paper
from dashboard.parts.frame import Visitor
from warehouse import sessions
from warehouse.accounts import check_password
from warehouse.operations import consulting, operating

_DOOR_SECONDS = 3600


def register(server: Flask) -> None:
    """Put the doors on `server`."""
    doors = Blueprint("doors", __name__)
    doors.add_url_rule("/login", "enter", _enter, methods=["GET"])
    doors.add_url_rule("/login", "login", _login, methods=["POST"])
    doors.add_url_rule("/logout", "logout", _logout, methods=["POST"])
    doors.add_url_rule("/session", "session", _session, methods=["GET"])
    server.register_blueprint(doors)


def inside(next_: str) -> str:
    """The address to go on to after a login: one of ours, else the first page."""
    parts = urlsplit(next_)
    ours = not parts.scheme and not parts.netloc and next_.startswith("/") and not next_.startswith(("//", "/\\"))
    return next_ if ours and next_.isprintable() and "\\" not in next_ else "/"


def _enter() -> Response:
    next_ = inside(request.args.get("next", "/"))
    if access.present().session is not None:
        return redirect(next_, 303)  # type: ignore[return-value]
    return _page(next_)


def _page(next_: str, name: str = "", trouble: str = "", status: int = 200) -> Response:
    secret = request.cookies.get(DOOR) or secrets.token_urlsafe(32)
    seen = Visitor(csrf=Present(None, None, secret).csrf)
    form = finish(login.content(seen.csrf, next_, name, trouble), document=True)
    response = paper("登录", form.painted, seen, "login", next_, status=status)
    access.set_cookie(response, DOOR, secret, _DOOR_SECONDS)
    return response


def _login() -> Response:
    folder, name = access.gate().folder, request.form.get("name", "").strip()
    next_ = inside(request.form.get("next", "/"))
    with consulting(folder) as conn:
        known = check_password(conn, name, request.form.get("password", ""))
    if known is None:
        access.audited("session.refused", name[:80], "refused")
        return _page(next_, name, "账户或口令不对，或账户已停用。没有登录；请核对后再试。", 401)
    with operating(folder) as conn:
        token = sessions.open_session(conn, known, access.place(), request.headers.get("User-Agent", ""))
    response: Response = redirect(next_, 303)  # type: ignore[assignment]
    access.set_cookie(response, COOKIE, token)
    response.delete_cookie(DOOR, httponly=True, samesite="Strict")
    return response


def _logout() -> Response:
    held = access.present().session
    if held is not None:
        with operating(access.gate().folder) as conn:
            sessions.close_session(conn, held, access.place())
    response: Response = redirect("/login" if not access.gate().guest else "/", 303)  # type: ignore[assignment]
    response.delete_cookie(COOKIE, httponly=True, samesite="Strict")
    return response


def _session() -> Response:
    who = access.present()
    said = {
        "account": who.account.full_name if who.account and who.session else "",
        "role": who.account.role.value if who.account else "",
        "csrf": who.csrf,
    }
    return Response(orjson.dumps(said), content_type="application/json")
