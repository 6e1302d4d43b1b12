"""Who asks, and whether they may: every request passes here before anything else is done.

`endpoints` says for each endpoint what an account must be allowed; one that is not listed is refused. A browser shows
who it is by a cookie; a request that is not a plain reading must also carry the token of its session and come from a
page of ours. Routes and pages ask `account`, `way` and `may`; how somebody logs in is known by `doors`.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import logging
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

import orjson
from dash import dcc, html
from flask import Flask, Response, current_app, g, redirect, request

from dashboard.endpoints import CALLBACK, CALLBACKS, ENDPOINTS, OPEN, OWN, PAGE, SELF
from dashboard.parts.frame import Message, Visitor
from etl.way import Way, catalogue_of
from indicators.errors import ZhibiaoError
from warehouse import accounts, audit, passwords, sessions
from warehouse.accounts import GUEST, Account, Role
from warehouse.errors import NotPermitted
from warehouse.folder import DataFolder
from warehouse.moments import utc_now
from warehouse.operations import consulting, operating
from warehouse.sessions import Session

_STATUS = {2: 400, 3: 409, 4: 403, 6: 503}  # by the exit code that a command would have
COOKIE, DOOR, TOLD = "zb_session", "zb_door", "zb_told"
LOG = logging.getLogger("zhibiao.access")
Show = Callable[[str, str, int], Response]
OWN_PAGE = "account"  # the page that stays open to whoever must change the password first
LITTLE = 64 * 1024  # bytes that somebody who is not logged in may send
ROOM = 2 * 2**20  # bytes of a form or a script's request; routes that take files allow more by themselves
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_REMEMBERED = 512


@dataclass(frozen=True, slots=True)
class Present:
    """Who made this request: the account (None: nobody), the session it came by, and what its tokens are made of."""

    account: Account | None
    session: Session | None
    secret: str

    @property
    def csrf(self) -> str:
        """What a form or script of this browser must send along."""
        return _sign(self.secret, "csrf") if self.secret else ""


class Gate:
    """The rules of one service: its folder, whether guests may look, and how a refusal is shown as a page."""

    def __init__(self, folder: DataFolder, guest: bool, action_of: Callable[[str], str], show: Show) -> None:
        self.folder, self.guest, self.action_of, self.show = folder, guest, action_of, show
        self.rules = passwords.profile()
        self._known: OrderedDict[str, tuple[tuple[int, ...], Session | None]] = OrderedDict()
        self._lock = threading.Lock()

    def session(self, token: str) -> Session | None:
        """The session of a browser's token, unless it is over. It is remembered while the database stays as it is."""
        key, stamp = sessions.digest(token), self._stamp()
        with self._lock:
            held = self._known.get(key)
        if held is None or not stamp or held[0] != stamp:
            with consulting(self.folder) as conn:
                held = (stamp, sessions.find_session(conn, key))
            with self._lock:
                self._known[key] = held
                while len(self._known) > _REMEMBERED:
                    self._known.popitem(last=False)
        found, now = held[1], utc_now()
        if found is None or found.over(self.rules.idle, self.rules.longest, now):
            return None
        if found.unseen(now):
            self._see(key)
        return found

    def _see(self, key: str) -> None:
        """Note that a session is in use; who only reads must not fail because others write."""
        try:
            with operating(self.folder) as conn:
                sessions.see(conn, key)
        except ZhibiaoError as error:
            LOG.warning("a session in use was not noted: %s", error)

    def _stamp(self) -> tuple[int, ...]:
        """When the database was last written; () when that is too recent to tell two writings apart, or not a file."""
        if self.folder.server.is_file():
            return ()
        seen = self.folder.operations.stat()
        settled = utc_now().timestamp() - seen.st_mtime > 0.1
        return (seen.st_mtime_ns, seen.st_size) if settled else ()

    def check(self) -> Response | None:
        """None to let the request pass, else the answer that refuses it."""
        if request.endpoint is None:
            return None  # no such address, or not with this method: Flask says so
        needed = ENDPOINTS.get(request.endpoint)
        if needed in (OPEN, SELF) and request.method in SAFE:
            return None
        if needed is None:
            return refuse(403, "not_permitted", "这个地址不提供。什么也没有改动；请从导航进入要用的页面。")
        if request.method not in SAFE and present().session is None:
            request.max_content_length = LITTLE
        if request.method not in SAFE and needed != SELF and (wrong := _foreign(request.endpoint)):
            return refuse(403, "foreign_request", wrong)
        if needed in (OPEN, SELF):
            return None
        return self._permit(self._action(needed))

    def _action(self, needed: str) -> str | None:
        if needed == PAGE:
            return self.action_of(request.path)
        if needed != CALLBACK:
            return needed
        said = request.get_json(silent=True)
        asked: dict[str, Any] = said if isinstance(said, dict) else {}
        needed = CALLBACKS.get(str(asked.get("output", "")).strip(".").split(".")[0], "")
        if needed != PAGE:
            return needed or None
        paths = [
            one.get("value")
            for one in [*asked.get("inputs", []), *asked.get("state", [])]
            if isinstance(one, dict) and one.get("id") == "_pages_location" and one.get("property") == "pathname"
        ]
        return self.action_of(str(paths[0])) if len(paths) == 1 else None

    def _permit(self, action: str | None) -> Response | None:
        who = present()
        if who.account is None or (action == OWN and who.session is None):
            return lost()
        if action is None:
            return refuse(403, "not_permitted", "看不懂这个请求，什么也没有改动。请刷新页面再试。")
        if who.session and who.session.must_change and action != OWN and request.path.strip("/") != OWN_PAGE:
            return must_change()
        if action == OWN or accounts.may(who.account.role, action):
            return None
        if who.account.role is Role.GUEST:
            return lost()
        try:
            accounts.require(who.account, action)
        except NotPermitted as error:
            audited("request.refused", request.path, "refused", {"needs": action})
            return refuse(403, "not_permitted", outward(error))
        return None


def guard(server: Flask, gate: Gate) -> None:
    """Let every request of `server` pass the gate first, and send along what was told."""
    server.extensions["zhibiao.gate"] = gate
    server.config.update(MAX_CONTENT_LENGTH=ROOM, MAX_FORM_MEMORY_SIZE=ROOM)
    server.before_request(gate.check)
    server.after_request(_send_told)


def gate() -> Gate:
    """The gate of the service that answers."""
    found: Gate = current_app.extensions["zhibiao.gate"]
    return found


def present() -> Present:
    """Who made this request."""
    if "present" not in g:
        token = request.cookies.get(COOKIE, "")
        found = gate().session(token) if token else None
        if found:
            g.present = Present(found.account, found, token)
        else:
            g.present = Present(GUEST if gate().guest else None, None, request.cookies.get(DOOR, ""))
    return g.present  # type: ignore[no-any-return]


def account() -> Account:
    """The account that acts (GUEST for a guest). Raises NotPermitted when nobody is logged in."""
    found = present().account
    if found is None:
        raise NotPermitted("还没有登录，什么也没有改动。请先登录。")
    return found


def place() -> str:
    """Where the request came from, as the audit says it."""
    return f"网页 {request.remote_addr or ''}".strip()


def way() -> Way:
    """The way through the folder, as the account that acts."""
    folder, who = gate().folder, account()
    return Way(folder, catalogue_of(folder), who.name, who, place())


def may(action: str) -> bool:
    """Whether who asks may do an action of `warehouse.accounts.MAY`."""
    found = present().account
    return found is not None and accounts.may(found.role, action)


def form(action: str, *children: Any, **attributes: Any) -> html.Form:
    """A form that posts to `action`, with the token that shows it is ours."""
    return html.Form([hidden("csrf", present().csrf), *children], action=action, method="post", **attributes)


def hidden(name: str, value: str) -> dcc.Input:
    """A field of a form that nobody sees."""
    return dcc.Input(type="hidden", name=name, value=value, className="csrf")


def tell(sentence: str, tone: str = "good", secret: str = "") -> None:
    """Say a sentence once at the top of the next page; `tone` is good, warn or bad, `secret` that of a new session."""
    g.telling = (sentence, tone)
    g.telling_secret = secret or present().secret


def told(keep: bool = False) -> Message | None:
    """What was told for this page; it is gone then, unless the live page will come for it (`keep`)."""
    sealed, _, signature = request.cookies.get(TOLD, "").partition(".")
    if not sealed or not same(_sign(present().secret, sealed), signature):
        return None
    g.told = not keep
    sentence, tone = json.loads(base64.urlsafe_b64decode(sealed))
    return Message(sentence, tone)


def audited(act: str, object_: str = "", result: str = "ok", detail: dict[str, Any] | None = None) -> None:
    """Append one record to the audit chain about an act that the flow does not record itself (a look, a refusal)."""
    who = present().account
    with operating(gate().folder) as conn:
        audit.append(conn, who.name if who else "", act, object_, result, place(), detail)


def status_of(error: ZhibiaoError) -> int:
    """The HTTP status of an error."""
    return _STATUS.get(error.exit_code, 422)


def failed(error: ZhibiaoError) -> int:
    """Record that an act did not succeed, and why; the HTTP status that says so."""
    status = status_of(error)
    result = "refused" if status in (403, 409) else "failed"
    try:
        audited(f"web.{request.endpoint}", request.path, result, {"why": str(error)})
    except ZhibiaoError as untold:
        LOG.error("%s was not recorded in the audit: %s", request.path, untold)
    return status


def outward(said: object) -> str:
    """A sentence for readers elsewhere: it names files of the data folder, not where on this machine they lie."""
    return str(said).replace(str(gate().folder.root), "数据文件夹")


def wants_page() -> bool:
    """Whether a person's browser waits for a page, not a script for data."""
    return "text/html" in request.headers.get("Accept", "")


def refuse(status: int, code: str, sentence: str, title: str = "不能这样做") -> Response:
    """The answer that refuses: a page for people, the API's shape of error for scripts."""
    if wants_page():
        return gate().show(title, sentence, status)
    said = {"error": {"status": status, "code": code, "message": sentence}}
    return Response(orjson.dumps(said), status=status, content_type="application/json")


def lost() -> Response:
    """The answer to whoever must log in first."""
    if wants_page() and request.method in SAFE:
        return redirect(f"/login?{urlencode({'next': request.full_path.rstrip('?')})}", 303)  # type: ignore[return-value]
    sentence = "还没有登录，或登录已失效。这一步没有做，填写的内容还在页面上：请在新标签页登录后回到这里再试一次。"
    return refuse(401, "login_needed", sentence, "请登录")


def must_change() -> Response:
    """The answer to whoever has to change the password first."""
    if wants_page() and request.method in SAFE:
        return redirect(f"/{OWN_PAGE}", 303)  # type: ignore[return-value]
    return refuse(403, "password_due", "口令是别人给的或已过期，请先在“我的账户”改掉。这一步没有做。", "请先改口令")


def visitor(links: Callable[[Account], tuple[Any, ...]]) -> Visitor:
    """Who looks, as the frame says it."""
    who = present()
    if who.account is None:
        return Visitor(csrf=who.csrf)
    if who.session is None:
        return Visitor(csrf=who.csrf, links=links(who.account))
    return Visitor(who.account.full_name, who.account.role.label, who.csrf, links(who.account))


def set_cookie(response: Response, name: str, value: str, seconds: int | None = None) -> None:
    """Give the browser something that scripts can't read and other sites can't make it send."""
    response.set_cookie(name, value, max_age=seconds, httponly=True, samesite="Strict", secure=request.is_secure)


def proved() -> bool:
    """Whether this request carries the token of this browser's forms."""
    given, wanted = request.headers.get("X-CSRF-Token") or request.form.get("csrf", ""), present().csrf
    return bool(wanted) and same(given, wanted)


def same(one: str, other: str) -> bool:
    """Whether two texts are the same, in a time that tells nothing; what came from outside may hold any character."""
    return hmac.compare_digest(one.encode("utf-8", "replace"), other.encode("utf-8", "replace"))


def _foreign(endpoint: str) -> str:
    """Why a request that could change something is not ours, or "" when it is."""
    origin, fetched = request.headers.get("Origin"), request.headers.get("Sec-Fetch-Site", "same-origin")
    sentence = "这个请求不是从本系统的页面发出的，没有执行，什么也没有改动。请刷新页面再试。"
    if fetched not in ("same-origin", "none") or (origin is not None and urlsplit(origin).netloc != request.host):
        return sentence
    if present().session is None or endpoint == "doors.login":
        return ""  # without a session there is nothing to misuse; the login page asks for its token by itself
    return "" if proved() else sentence


def _send_told(response: Response) -> Response:
    if "telling" in g and g.telling_secret:
        sealed = base64.urlsafe_b64encode(json.dumps(g.telling).encode()).decode()
        set_cookie(response, TOLD, f"{sealed}.{_sign(g.telling_secret, sealed)}", 60)
    elif g.get("told"):
        response.delete_cookie(TOLD, httponly=True, samesite="Strict")
    return response


def _sign(secret: str, text: str) -> str:
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()
