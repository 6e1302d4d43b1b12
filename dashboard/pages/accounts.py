"""系统管理: the accounts — who they are, what they may, whether they are open; adding, closing, new passwords."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from dash import html

from dashboard import access
from dashboard.edition import Edition
from dashboard.parts.aria import aria
from dashboard.parts.form import button, choice, field
from dashboard.parts.lines import cell, lines, name
from dashboard.parts.panel import panel
from etl.way import Way
from warehouse import passwords
from warehouse.accounts import Card, Role, cards
from warehouse.errors import told
from warehouse.operations import consulting


def content(edition: Edition, way: Way, **query: str) -> list[Any]:
    """The components of 系统管理; the address holds what was typed into the form when it was refused."""
    with consulting(way.folder) as conn:
        held = cards(conn)
    open_ = sum(one.account.active for one in held)
    units = {code: unit.name for code, unit in way.catalogue.departments.items()}
    return [
        html.H1(f"账户 {len(held)} 个，启用 {open_} 个；口令策略“{passwords.profile().name}”。", className="sentence"),
        _add(units, query),
        _table(held, units, way.account.name),
    ]


def _add(units: dict[str, str], typed: dict[str, str]) -> html.Section:
    roles = {role.value: role.label for role in Role if role is not Role.GUEST}
    form = access.form(
        "/work/accounts/add",
        field("name", "账户", typed.get("name", ""), required=True, maxLength=40, autoComplete="off"),
        field("full_name", "姓名", typed.get("full_name", ""), maxLength=40, autoComplete="off"),
        choice("role", "角色", roles, typed.get("role", "filler")),
        choice("department", "单位（填报账户必选）", {"": "不属于填报单位"} | units, typed.get("department", "")),
        button("新建账户"),
        className="form form-row",
    )
    return panel("新建账户", "初始口令随机产生，只显示一次；本人第一次登录时必须改掉。", form, name="add", wide=True)


def _table(held: list[Card], units: dict[str, str], me: str) -> html.Section:
    words = ("账户", "角色", "单位", "状态", "口令自", "最近使用", "操作")
    box = lines(words, [_row(one, units, me) for one in held], "全部账户")
    about = "账户只停用，不删除：做过的事都记在它名下。停用和重设口令时，它的登录立即结束。"
    return panel("全部账户", about, box, name="accounts", wide=True)


def _row(one: Card, units: dict[str, str], me: str) -> html.Tr:
    who = one.account
    state = ("启用", "good") if who.active else ("停用", "quiet")
    marks = [html.Span(state[0], className=f"pill tone-{state[1]}")]
    if one.must_change:
        marks.append(html.Span("待改口令", className="pill tone-warn"))
    if one.demo:
        marks.append(html.Span("演示账户", className="mark mark-simulated"))
    return html.Tr(
        [
            name(html.B(who.name), who.full_name),
            cell("角色", who.role.label),
            cell("单位", units.get(who.department, who.department) or "—"),
            cell("状态", html.Span(marks, className="supports")),
            cell("口令自", told(one.password_at) if one.password_at else "—", "when"),
            cell("最近使用", told(one.seen_at) if one.seen_at else "—", "when"),
            cell("", _acts(one, me)),
        ]
    )


def _acts(one: Card, me: str) -> Any:
    """What can be done with an account; the own one is changed under 我的账户, so that nobody locks himself out."""
    called = one.account.name
    if called == me:
        return html.A("我的账户", href="/account")
    turn = ("停用", "close") if one.account.active else ("启用", "open")
    return html.Details(
        [
            html.Summary("操作", **aria(label=f"对账户 {called} 的操作")),
            access.form(f"/work/accounts/{turn[1]}", _of(called), button(turn[0], plain=True)),
            access.form("/work/accounts/reset", _of(called), button("重设口令", plain=True)),
            access.form(
                "/work/accounts/subject",
                _of(called),
                field(f"subject-{called}", "统一身份标识", one.subject, maxLength=200, autoComplete="off"),
                button("保存标识", plain=True),
            ),
            html.A("看它做过的事", href=f"/audit?{urlencode({'who': called})}"),
        ],
        className="acts",
    )


def _of(called: str) -> Any:
    """The account that a small form is about, as a hidden field."""
    return access.hidden("name", called)
