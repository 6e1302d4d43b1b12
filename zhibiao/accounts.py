"""The accounts' commands: `zhibiao user add`, `list`, `password`, `token`, `close`, `open`."""

from __future__ import annotations

from typing import Annotated

import typer

from zhibiao.console import emit, emit_json, say, table
from zhibiao.options import Data, Json, User, enter

app = typer.Typer(help="账户", no_args_is_help=True)
Name = Annotated[str, typer.Argument(help="账户名")]


@app.command()
def add(
    name: Name,
    role: Annotated[
        str, typer.Option(help="filler 填报、reviewer 审核、publisher 发布、leader 领导、analyst 分析、admin、auditor")
    ],
    department: Annotated[str, typer.Option(help="单位代码；填报账户必填")] = "",
    full_name: Annotated[str, typer.Option("--full-name", help="姓名")] = "",
    data: Data = None,
    user: User = "",
) -> None:
    """新建账户，口令随机产生并只显示一次。

    例：zhibiao user add 王芳 --role filler --department CZJ
    """
    from warehouse.accounts import add_account, require
    from warehouse.operations import operating
    from warehouse.passwords import new_password

    way = enter(data, user)
    require(way.account, "manage_accounts")
    password = new_password()
    with operating(way.folder) as conn:
        made = add_account(
            conn, name, password, role, full_name, department, by=way.actor, place=way.place, must_change=True
        )
    say(f"已建账户 {made.name}（{made.role.label}），初始口令：{password}（只显示这一次）")


@app.command("list")
def list_(data: Data = None, json_: Json = False) -> None:
    """列出账户、角色和单位。

    例：zhibiao user list
    """
    from warehouse.accounts import accounts
    from warehouse.operations import consulting

    with consulting(enter(data).folder) as conn:
        rows = [
            {
                "name": one.name,
                "full_name": one.full_name,
                "role": one.role.label,
                "department": one.department,
                "active": "启用" if one.active else "停用",
            }
            for one in accounts(conn)
        ]
    if json_:
        emit_json(rows)
        return
    columns = {"name": "账户", "full_name": "姓名", "role": "角色", "department": "单位", "active": "状态"}
    table(columns, rows, "还没有账户。")


@app.command()
def password(name: Name, data: Data = None, user: User = "") -> None:
    """重设口令，随机产生并只显示一次。

    例：zhibiao user password 王芳
    """
    from warehouse.accounts import require, set_password
    from warehouse.operations import operating
    from warehouse.passwords import new_password

    way = enter(data, user)
    if name != way.actor:
        require(way.account, "manage_accounts")
    made = new_password()
    with operating(way.folder) as conn:
        set_password(conn, name, made, way.actor, way.place)
    say(f"账户 {name} 的新口令：{made}（只显示这一次）")


@app.command()
def token(
    name: Name,
    revoke: Annotated[bool, typer.Option("--revoke", help="作废现有令牌，不再发新的")] = False,
    data: Data = None,
    user: User = "",
) -> None:
    """给程序用的接口令牌，只显示一次；新令牌产生时旧的作废。

    例：zhibiao user token 王芳
    """
    from warehouse.accounts import require
    from warehouse.operations import operating
    from warehouse.tokens import issue_token, revoke_token

    way = enter(data, user)
    if name != way.actor:
        require(way.account, "manage_accounts")
    with operating(way.folder) as conn:
        if revoke:
            ended = revoke_token(conn, name, way.actor, way.place)
            say(f"账户 {name} 的令牌已作废。" if ended else f"账户 {name} 没有令牌，没有改动。")
            return
        made = issue_token(conn, name, way.actor, way.place)
    say(f"账户 {name} 的令牌（只显示这一次，原有的已作废）：")
    emit(made)


@app.command()
def close(name: Name, data: Data = None, user: User = "") -> None:
    """停用账户；账户不会被删除，因为审计记录要指向它。

    例：zhibiao user close 王芳
    """
    _switch(name, data, user, False)


@app.command("open")
def open_(name: Name, data: Data = None, user: User = "") -> None:
    """重新启用账户。

    例：zhibiao user open 王芳
    """
    _switch(name, data, user, True)


def _switch(name: str, data: Data, user: str, active: bool) -> None:
    from warehouse.accounts import require, set_active
    from warehouse.operations import operating

    way = enter(data, user)
    require(way.account, "manage_accounts")
    with operating(way.folder) as conn:
        set_active(conn, name, active, way.actor, way.place)
    say(f"账户 {name} 已{'启用' if active else '停用'}。")
