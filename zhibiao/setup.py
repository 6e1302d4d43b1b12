"""Commands that make, serve and look after a data folder: init, demo, serve, doctor."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from zhibiao import witness
from zhibiao.console import emit, emit_json, say
from zhibiao.options import Data, Json, User, who

Port = Annotated[int, typer.Option(min=1, max=65535, help="端口")]
DEMO_FOLDER = Path("zhibiao-demo")


def init(
    data: Data = None,
    catalogue: Annotated[
        Path | None, typer.Option("--catalogue", metavar="DIR", help="指标目录文件夹；缺省用随程序带的长春新区目录")
    ] = None,
    demo: Annotated[bool, typer.Option("--demo", help="再用模拟数据走完整个流程，填满它")] = False,
    user: User = "",
) -> None:
    """新建数据文件夹：业务库、首个系统管理员、空的第 0 代。

    例：zhibiao init --data ./zhibiao-data
    """
    from warehouse.folder import resolve_folder
    from zhibiao.founding import found_folder

    root = resolve_folder(data)
    founded = found_folder(root, who(user), catalogue)
    if founded.password:
        say(f"首个系统管理员：{founded.administrator}，初始口令：{founded.password}（只显示这一次，首次登录须更改）")
    else:
        say(f"{founded.folder.root} 已是数据文件夹，没有改动。")
    if demo:
        from zhibiao.demonstration import fill_demo

        fill_demo(founded.folder)
    emit(str(founded.folder.root))


def demo(
    data: Data = None,
    port: Port = 8050,
    serve_: Annotated[bool, typer.Option("--serve/--no-serve", help="造好之后是否打开网页服务")] = True,
) -> None:
    """演示：在自己的文件夹里用公开数据和模拟数据走完整个流程，然后打开网页。

    例：zhibiao demo --port 8050
    """
    from warehouse.accounts import accounts
    from warehouse.operations import consulting
    from zhibiao.demonstration import PASSWORD, fill_demo
    from zhibiao.founding import DEMO_ADMINISTRATOR, found_folder

    founded = found_folder(data or DEMO_FOLDER, DEMO_ADMINISTRATOR, None)
    if not fill_demo(founded.folder):
        say(f"{founded.folder.root} 里已有演示数据，直接使用。要重新生成，请先删去这个文件夹。")
    with consulting(founded.folder) as conn:
        roles = {one.role: one for one in accounts(conn)}
    say(
        f"演示账户（口令都是 {PASSWORD}，只能在本机登录）："
        + "、".join(f"{a.name}（{a.role.label}）" for a in roles.values())
    )
    if serve_:
        from dashboard.server import serve as run_server

        witness.entered_if_sound(founded.folder, DEMO_ADMINISTRATOR)
        run_server(founded.folder, port=port, guest=True, say=_begun)
    else:
        emit(str(founded.folder.root))


def serve(
    data: Data = None,
    port: Port = 8050,
    host: Annotated[str, typer.Option(help="监听地址；缺省只有本机能访问")] = "127.0.0.1",
    guest: Annotated[
        bool, typer.Option("--guest", help="本机上的人不登录也能看已发布的页面和用 SQL 查询；不能与其他监听地址同用")
    ] = False,
    user: User = "",
) -> None:
    """打开网页服务。

    例：zhibiao serve --data ./zhibiao-data --port 8050
    """
    from dashboard.server import serve as run_server
    from warehouse.folder import open_folder, resolve_folder

    folder = open_folder(resolve_folder(data))
    witness.entered_if_sound(folder, who(user))
    run_server(folder, host=host, port=port, guest=guest, say=_begun)


def _begun(address: str) -> None:
    """Record that the service begins, and say where it is."""
    witness.tell(witness.OK)
    say(address)


def doctor(
    data: Data = None,
    deep: Annotated[bool, typer.Option("--deep", help="逐个重算保险库与各代文件的摘要")] = False,
    user: User = "",
    json_: Json = False,
) -> None:
    """检查数据文件夹是否完好，说明每处问题和下一步。

    例：zhibiao doctor --deep
    """
    from warehouse.doctor import doctor as diagnose
    from warehouse.folder import open_folder, resolve_folder

    folder = open_folder(resolve_folder(data))
    witness.entered_if_sound(folder, who(user))
    diagnoses = diagnose(folder, deep=deep)
    bad = [d for d in diagnoses if d.level != "ok"]
    if json_:
        emit_json(diagnoses)
    for diagnosis in () if json_ else diagnoses:
        mark = {"ok": "完好", "warning": "注意", "damaged": "损坏"}.get(diagnosis.level, diagnosis.level)
        emit(f"{mark}　{diagnosis.message}" + (f"　下一步：{diagnosis.next_command}" if diagnosis.next_command else ""))
    if any(d.level == "damaged" for d in bad):
        raise typer.Exit(5)


COMMANDS = (init, demo, serve, doctor)
