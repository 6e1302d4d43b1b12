"""登录: name and password, and what to do when they don't work. It is plain HTML and asks nothing of scripts."""

from __future__ import annotations

from typing import Any, Literal
from urllib.parse import urlencode

from dash import dcc, html

from dashboard.parts.aria import aria


def content(csrf: str, next_: str, name: str = "", trouble: str = "", other: str = "") -> list[Any]:
    """The login form; `name` is what was typed before, `trouble` why it did not work, `other` another way in."""
    here: Literal["autoFocus"] = "autoFocus"
    nothing_typed = not name
    return [
        html.Div(
            [
                html.H1("登录"),
                html.P(trouble, className="told tone-bad", role="alert") if trouble else None,
                html.Form(
                    [
                        dcc.Input(type="hidden", name="csrf", value=csrf),
                        dcc.Input(type="hidden", name="next", value=next_),
                        html.Label("账户", htmlFor="name"),
                        dcc.Input(
                            id="name", name="name", value=name, required=True, autoComplete="username",
                            maxLength=80, autoFocus=here if nothing_typed else None,
                        ),
                        html.Label("口令", htmlFor="password"),
                        dcc.Input(
                            id="password", name="password", type="password", required=True,
                            autoComplete="current-password", maxLength=200, autoFocus=None if nothing_typed else here,
                        ),
                        html.Button("登录", type="submit", className="button"),
                    ],
                    action="/login", method="post", className="form", **aria(label="登录"),
                ),
                html.A(f"用{other}登录", href=f"/login/oidc?{urlencode({'next': next_})}", className="button-plain")
                if other
                else None,
                html.P("没有账户，或忘了口令：请找本单位的联系人或统计局系统管理员。", className="about"),
            ],
            className="door panel",
        )
    ]  # fmt: skip
