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
from warehouse import attempts, sessions
from warehouse.accounts import Account, check_password, find_account
from warehouse.errors import TooManyAttempts
from warehouse.operations import Connection, consulting, operating

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
    next_, address = inside(request.form.get("next", "/")), request.remote_addr or ""
    try:
        with operating(folder) as conn:
            attempts.begin(conn, name, address)
    except TooManyAttempts as error:
        response = _page(next_, name, str(error), 429)
        response.headers["Retry-After"] = str(int(error.left.total_seconds()) + 1)
        return response
    with consulting(folder) as conn:
        known = check_password(conn, name, request.form.get("password", ""))
        there = find_account(conn, name)
    if known is None:
        access.audited("session.refused", there.name if there else "", "refused")
        return _page(next_, name, "账户或口令不对，或账户已停用。没有登录；请核对后再试。", 401)
    with operating(folder) as conn:
        attempts.succeed(conn, name, address)
        token = open_(conn, known, "password")
    response = redirect(next_, 303)  # type: ignore[assignment]
    return let_in(response, token)


def open_(conn: Connection, known: Account, method: str) -> str:
    """Open a session for an account that proved who it is; the one of this browser, if any, and old ones end."""
    rules, held = access.gate().rules, access.present().session
    sessions.forget_old(conn, rules.idle, rules.longest)
    if held is not None:
        sessions.close_session(conn, held, access.place())
    return sessions.open_session(conn, known, access.place(), request.headers.get("User-Agent", ""), method)


def let_in(response: Response, token: str) -> Response:
    """The answer that gives the browser its session."""
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
