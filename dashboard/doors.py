"""The doors: the login page, logging in and out, and what scripts ask about their own session.

Everything here works in a browser without scripts. Who may pass which door afterwards is known by `access`.
"""

from __future__ import annotations

import base64
import json
import secrets
from urllib.parse import quote, urlsplit

import orjson
from dash import html
from flask import Blueprint, Flask, Response, current_app, redirect, request, url_for

from dashboard import access
from dashboard.access import COOKIE, DOOR, Present
from dashboard.oidc import Provider, ProviderFailed
from dashboard.page import finish
from dashboard.pages import login
from dashboard.paper import paper
from dashboard.parts.frame import Visitor
from warehouse import attempts, sessions
from warehouse.accounts import Account, account_of_subject, claim, find_account
from warehouse.errors import TooManyAttempts
from warehouse.operations import Connection, consulting, operating

_DOOR_SECONDS = 3600
_WAITING = "zb_oidc"


def register(server: Flask, other: Provider | None) -> None:
    """Put the doors on `server`, with that of an identity provider if there is one."""
    doors = Blueprint("doors", __name__)
    server.extensions["zhibiao.oidc"] = other
    doors.add_url_rule("/login/oidc", "away", _away, methods=["GET"])
    doors.add_url_rule("/login/oidc/back", "back", _back, methods=["GET"])
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
    other = _other()
    form = finish(login.content(seen.csrf, next_, name, trouble, other.name if other else ""), document=True)
    response = paper("登录", form.painted, seen, "login", next_, status=status)
    access.set_cookie(response, DOOR, secret, _DOOR_SECONDS)
    return response


def _login() -> Response:
    folder, name = access.gate().folder, request.form.get("name", "").strip()
    next_, address = inside(request.form.get("next", "/")), request.remote_addr or ""
    if not access.proved():
        if access.present().session is not None:  # in another tab, meanwhile
            return redirect(next_, 303)  # type: ignore[return-value]
        return _page(next_, name, "登录页打开得太久了，或浏览器没有留下 Cookie。没有登录；请再填一次口令。", 403)
    try:
        with operating(folder) as conn:
            attempts.begin(conn, name, address)
    except TooManyAttempts as error:
        response = _page(next_, name, str(error), 429)
        response.headers["Retry-After"] = str(int(error.left.total_seconds()) + 1)
        return response
    with consulting(folder) as conn:
        proved, there = claim(conn, name), find_account(conn, name)
    known = proved(request.form.get("password", ""))
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


def _other() -> Provider | None:
    held: Provider | None = current_app.extensions["zhibiao.oidc"]
    return held


def _back_url() -> str:
    return url_for("doors.back", _external=True)


def _away() -> Response:
    """Off to the identity provider; what must come back waits in a cookie that such a return may bring along."""
    other, next_ = _other(), inside(request.args.get("next", "/"))
    if other is None:
        return access.refuse(404, "http", "没有启用统一身份认证。请用账户和口令登录。", "没有启用")
    try:
        asked = other.ask(_back_url())
    except ProviderFailed as error:
        return _page(next_, "", str(error), 503)
    response: Response = redirect(asked.url, 303)  # type: ignore[assignment]
    waiting = json.dumps([asked.state, asked.nonce, asked.verifier, next_])
    response.set_cookie(
        _WAITING, base64.urlsafe_b64encode(waiting.encode()).decode(), max_age=600, httponly=True, samesite="Lax",
        secure=request.is_secure, path="/login/oidc",
    )  # fmt: skip
    return response


def _back() -> Response:
    """Back from the identity provider: a session for the account that its subject stands with, or a sentence."""
    other = _other()
    try:
        waiting = json.loads(base64.urlsafe_b64decode(request.cookies.get(_WAITING, "")))
        state, nonce, verifier, next_ = (str(one) for one in waiting)
    except (ValueError, TypeError):
        state = nonce = verifier = next_ = ""
    if other is None or not state or not access.same(state, request.args.get("state", "")):
        return _page("/", "", "这次登录不是从这个浏览器开始的，或等得太久了。没有登录；请再试一次。", 401)
    try:
        subject = other.subject(_back_url(), request.args.get("code", ""), nonce, verifier)
    except ProviderFailed as error:
        access.audited("session.refused", "", "refused", {"method": "oidc"})
        return _page(inside(next_), "", str(error), 401)
    with consulting(access.gate().folder) as conn:
        known = account_of_subject(conn, subject)
    if known is None or not known.active:
        access.audited(
            "session.refused", known.name if known else "", "refused", {"method": "oidc", "subject": subject}
        )
        sentence = f"“{other.name}”认得您（{subject[:80]}），但这里没有对应的启用账户。请把括号里的标识告诉系统管理员。"
        return _page(inside(next_), "", sentence, 401)
    with operating(access.gate().folder) as conn:
        token = open_(conn, known, "oidc")
    return _through(let_in(_arrival(inside(next_)), token))


def _arrival(next_: str) -> Response:
    """A page of ours between the provider and the board: a browser keeps our cookie back on the way from elsewhere."""
    on = finish([html.Div(html.A("已登录，继续", href=next_, className="button"), className="door")], document=True)
    response = paper("已登录", on.painted, Visitor(), "login", next_)
    response.headers["Refresh"] = f"0; url={quote(next_, safe='/?&=%')}"
    return response


def _through(response: Response) -> Response:
    response.delete_cookie(_WAITING, path="/login/oidc", httponly=True, samesite="Lax")
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
