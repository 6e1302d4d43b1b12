"""我的账户: the own password, the browsers that are logged in, the token for programs. Only its owner sees it."""

from __future__ import annotations

from typing import Any

from dash import html

from dashboard import access
from dashboard.edition import Edition
from dashboard.parts.aria import aria
from dashboard.parts.form import button, field
from dashboard.parts.panel import panel
from etl.way import Way
from warehouse import passwords
from warehouse.errors import told
from warehouse.operations import consulting
from warehouse.sessions import Session, sessions
from warehouse.tokens import issued_at


def content(edition: Edition, way: Way, **query: str) -> list[Any]:
    """The components of 我的账户."""
    with consulting(way.folder) as conn:
        held = sessions(conn, way.account.name)
        token = issued_at(conn, way.account.name)
    here = access.present().session
    must = here is not None and here.must_change
    unit = way.catalogue.departments.get(way.account.department)
    about = f"账户“{way.account.name}”，角色“{way.account.role.label}”" + (f"，{unit.name}" if unit else "")
    return [
        html.H1(f"我的账户：{way.account.full_name}", className="sentence"),
        html.P(about, className="about"),
        html.P("口令是别人给的，或已经过期：请先改成自己的口令，改好之前别的页面打不开。", className="told tone-warn")
        if must
        else None,
        html.Div([_password(), html.Div([_sessions(held, here), _token(token)], className="stack")], className="pair"),
    ]


def rules() -> str:
    """What a password must be, in words."""
    held = passwords.profile()
    said = [f"{held.shortest} 个字符以上"]
    if held.classes > 1:
        said.append(f"大小写字母、数字、其他字符中至少 {held.classes} 种")
    said.append("不含账户名，不是 12345678 那样连着或重复的")
    said.append(f"与最近 {held.history} 个不同" if held.history > 1 else "与现在的不同")
    if held.lifetime:
        said.append(f"每 {held.lifetime.days} 天更换一次")
    return f"按“{held.name}”策略：{'；'.join(said)}。"


def _password() -> html.Section:
    secret: dict[str, Any] = {"type": "password", "required": True, "maxLength": passwords.LONGEST}
    form = access.form(
        "/work/account/password",
        field("old", "现在的口令", autoComplete="current-password", **secret),
        field("new", "新口令", hint=rules(), autoComplete="new-password", **secret),
        field("again", "再写一遍新口令", autoComplete="new-password", **secret),
        button("修改口令"),
        className="form",
    )
    return panel("修改口令", "改好后，其余浏览器里的登录都会结束。", form, name="password")


def _sessions(held: list[Session], here: Session | None) -> html.Section:
    rows = [
        html.Tr(
            [
                html.Td([_browser(one.browser), html.Small("本次" if here and one.hash == here.hash else one.place)]),
                html.Td(told(one.opened_at)),
                html.Td(told(one.seen_at)),
            ]
        )
        for one in held
    ]
    head = html.Thead(html.Tr([html.Th(word, scope="col") for word in ("浏览器", "登录", "最近使用")]))
    table = html.Table([head, html.Tbody(rows)], className="list")
    box = html.Div(table, className="scroll", tabIndex="0", role="region", **aria(label="登录着的浏览器，可左右滚动"))
    end = access.form("/work/account/sessions", button("结束其余登录", plain=True)) if len(held) > 1 else None
    return panel("登录着的浏览器", "看到不认识的，请结束其余登录并修改口令。", box, end, name="sessions")


def _browser(said: str) -> str:
    """A browser's name from what it says about itself."""
    names = {"Edg/": "Edge", "Firefox/": "Firefox", "Chrome/": "Chrome", "Safari/": "Safari"}
    systems = {"Windows": "Windows", "Android": "Android", "iPhone": "iPhone", "Mac OS": "macOS", "Linux": "Linux"}
    name = next((word for mark, word in names.items() if mark in said), "浏览器")
    system = next((word for mark, word in systems.items() if mark in said), "")
    return f"{name} {system}".strip()


def _token(since: Any) -> html.Section:
    words = f"现有一个令牌，{told(since)} 发出。" if since else "现在没有令牌。"
    issue = access.form("/work/account/token", button("发一个新令牌", "act", "issue", plain=True))
    revoke = access.form("/work/account/token", button("作废令牌", "act", "revoke", plain=True)) if since else None
    about = "程序凭令牌以这个账户读接口（/api/v1）。新令牌发出时旧的作废。"
    return panel("接口令牌", about, html.P(words), html.Div([issue, revoke], className="row"), name="token")


def once(title: str, sentence: str, secret: str, back: str) -> list[Any]:
    """A secret that is shown this once, and the way back."""
    return [
        html.H1(title, className="sentence"),
        panel(
            "只显示这一次",
            sentence,
            html.P(html.Code(secret, className="secret")),
            html.A("已记下，返回", href=back, className="button"),
            name="once",
        ),
    ]
