"""The options that many commands share, each written once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from etl.way import Way

Data = Annotated[
    Path | None,
    typer.Option("--data", metavar="DIR", help="数据文件夹；缺省依次为 ZHIBIAO_DATA、zhibiao.toml、./zhibiao-data"),
]
Json = Annotated[bool, typer.Option("--json", help="结果写成 JSON")]
User = Annotated[
    str, typer.Option("--user", metavar="NAME", help="以哪个账户操作；缺省为 ZHIBIAO_USER，再缺省为登录名")
]


def enter(data: Path | None, user: str = "") -> Way:
    """The way through an existing data folder, as an account. Raises FolderMissing, FolderTooNew, NotPermitted."""
    from etl.way import enter_way
    from warehouse.folder import open_folder, resolve_folder
    from zhibiao import witness

    way = enter_way(open_folder(resolve_folder(data)), who(user))
    witness.entered(way.folder, way.actor, way.place)
    return way


def who(user: str) -> str:
    """The account name that a command acts as."""
    import getpass
    import os

    return user or os.environ.get("ZHIBIAO_USER") or getpass.getuser()
