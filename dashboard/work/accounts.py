"""The routes behind 我的账户 and 系统管理: passwords, sessions, tokens, opening and closing of accounts.

What changes is written, with its audit record, by `warehouse.accounts` and its neighbours; here a form becomes a call.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Flask, Response, redirect, request

from dashboard import access
from dashboard.access import COOKIE
from dashboard.page import finish
from dashboard.pages import account as own_page
from dashboard.paper import paper
from dashboard.parts.frame import Visitor
from indicators.errors import UsageError, ZhibiaoError
from warehouse import accounts, attempts, audit, sessions, tokens
from warehouse.operations import Connection, consulting, operating
from warehouse.passwords import new_password

Seen = Callable[[], Visitor]


def register(server: Flask, seen: Seen) -> None:
    """Put the routes on `server`; `seen` says who looks, for the pages that show a secret once."""
    work = Blueprint("accounts", __name__, url_prefix="/work")
    rules: dict[str, Callable[[], Any]] = {
        "account/password": _password,
        "account/sessions": _end_others,
        "account/token": lambda: _token(seen),
        "accounts/add": lambda: _add(seen),
        "accounts/close": lambda: _switch(False),
        "accounts/open": lambda: _switch(True),
        "accounts/reset": lambda: _reset(seen),
        "accounts/subject": _subject,
    }
    for rule, view in rules.items():
        work.add_url_rule(f"/{rule}", rule.replace("/", "_"), view, methods=["POST"])
    server.register_blueprint(work)


def _typed(name: str) -> str:
    return request.form.get(name, "").strip()


def _change(act: Callable[[Connection], Any], back: str) -> Any:
    """Do an act in one transaction and return what it gives; a refused one is told on the page it came from."""
    try:
        with operating(access.gate().folder) as conn:
            return act(conn)
    except ZhibiaoError as error:
        access.failed(error)
        access.tell(access.outward(error), "bad")
        return redirect(back, 303)


def _on(path: str, sentence: str) -> Any:
    access.tell(sentence)
    return redirect(path, 303)


def _password() -> Any:
    me, held = access.account(), access.present().session
    new, address = request.form.get("new", ""), request.remote_addr or ""

    def change(conn: Connection) -> str:
        if new != request.form.get("again", ""):
            raise UsageError("两遍新口令不一样。没有改动；请重新填写。")
        accounts.set_password(conn, me.name, new, me.name, access.place())
        return sessions.renew(conn, me, access.place(), held.browser if held else "")

    begun = _change(lambda conn: attempts.begin(conn, me.name, address), "/account")  # who found a browser open guesses
    if begun is not None:
        return begun
    with consulting(access.gate().folder) as conn:
        proved = accounts.claim(conn, me.name)
    if proved(request.form.get("old", "")) is None:
        return _change(_wrong, "/account")
    _change(lambda conn: attempts.succeed(conn, me.name, address), "/account")
    made = _change(change, "/account")
    if not isinstance(made, str):
        return made
    response = redirect("/account", 303)
    access.set_cookie(response, COOKIE, made)  # type: ignore[arg-type]
    access.tell("口令已改，其余浏览器里的登录已结束。", secret=made)
    return response


def _wrong(_: Connection) -> None:
    raise UsageError("现在的口令不对。没有改动；请重新填写。")


def _end_others() -> Any:
    me, held = access.account(), access.present().session

    def end(conn: Connection) -> Any:
        ended = accounts.end_sessions(conn, me.name, held.hash if held else "")
        audit.append(conn, me.name, "session.others_closed", me.name, place=access.place(), detail={"count": ended})
        return _on("/account", f"其余 {ended} 处登录已结束。")

    return _change(end, "/account")


def _token(seen: Seen) -> Any:
    me = access.account()

    def revoke(conn: Connection) -> Any:
        had = tokens.revoke_token(conn, me.name, me.name, access.place())
        return _on("/account", "令牌已作废。" if had else "没有令牌，没有改动。")

    if _typed("act") == "revoke":
        return _change(revoke, "/account")
    made = _change(lambda conn: tokens.issue_token(conn, me.name, me.name, access.place()), "/account")
    about = "把它交给要读接口的程序；原有的令牌已作废。"
    return _once(seen, "接口令牌", about, made, "/account") if isinstance(made, str) else made


def _add(seen: Seen) -> Any:
    me, secret = access.account(), new_password()
    typed = {name: _typed(name) for name in ("name", "full_name", "role", "department")}

    def add(conn: Connection) -> str:
        accounts.add_account(
            conn, typed["name"], secret, typed["role"], typed["full_name"], typed["department"], by=me.name,
            place=access.place(), must_change=True,
        )  # fmt: skip
        return secret

    made = _change(add, f"/accounts?{urlencode(typed)}")
    about = f"账户“{typed['name']}”的初始口令。请当面或用别的安全方式告诉本人，第一次登录时必须改掉。"
    return _once(seen, "账户已新建", about, made, "/accounts") if isinstance(made, str) else made


def _reset(seen: Seen) -> Any:
    me, name, secret = access.account(), _typed("name"), new_password()

    def reset(conn: Connection) -> str:
        accounts.set_password(conn, name, secret, me.name, access.place())
        return secret

    made = _change(_not_own(name, reset), "/accounts")
    about = f"账户“{name}”的新口令；它的登录都已结束，下次登录时必须改掉这个口令。"
    return _once(seen, "口令已重设", about, made, "/accounts") if isinstance(made, str) else made


def _switch(active: bool) -> Any:
    me, name = access.account(), _typed("name")

    def switch(conn: Connection) -> Any:
        accounts.set_active(conn, name, active, me.name, access.place())
        return _on("/accounts", f"账户“{name}”已{'启用' if active else '停用，它的登录都已结束'}。")

    return _change(_not_own(name, switch), "/accounts")


def _subject() -> Any:
    me, name = access.account(), _typed("name")
    subject = request.form.get(f"subject-{name}", "").strip()

    def change(conn: Connection) -> Any:
        accounts.name_subject(conn, name, subject, me.name, access.place())
        return _on("/accounts", f"账户“{name}”的统一身份标识已{'保存' if subject else '去掉'}。")

    return _change(change, "/accounts")


def _not_own(name: str, act: Callable[[Connection], Any]) -> Callable[[Connection], Any]:
    """The act, unless it is about who does it: an administrator can't lock himself out by a slip."""

    def proved(conn: Connection) -> Any:
        if name == access.account().name:
            raise UsageError("不能停用自己，也不能重设自己的口令。没有改动；改口令请到“我的账户”。")
        return act(conn)

    return proved


def _once(seen: Seen, title: str, about: str, secret: str, back: str) -> Response:
    shown = finish(own_page.once(title, about, secret, back), document=True)
    return paper(title, shown.painted, seen())
