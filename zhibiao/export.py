"""Commands that let data out: export, share. They read generations and write only where they are told to."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from zhibiao.console import emit, say
from zhibiao.options import Data, enter

Codes = list[str] | None


def export(
    what: Annotated[
        str,
        typer.Argument(
            help="indicators、observations、attainment、targets、growth、submissions、generations，或 package"
        ),
    ],
    output: Annotated[Path, typer.Option("-o", "--output", metavar="PATH", help="写到的文件；package 为空文件夹")],
    data: Data = None,
    format_: Annotated[str, typer.Option("--format", help="xlsx、csv、parquet、json，可用逗号写多种")] = "xlsx",
    indicator: Annotated[Codes, typer.Option(help="只要这个指标，可多次")] = None,
    area: Annotated[Codes, typer.Option(help="只要这个地区，可多次")] = None,
    period: Annotated[Codes, typer.Option(help="只要这个报告期，可多次")] = None,
    as_of: Annotated[
        datetime | None, typer.Option("--as-of", formats=["%Y-%m-%d"], metavar="DATE", help="只要该日（含）已知的")
    ] = None,
    history: Annotated[bool, typer.Option("--history", help="连同已被取代的版本")] = False,
) -> None:
    """导出：一张表写成 Excel（一个指标带图）、CSV、Parquet、JSON，或整代数据写成带校验值的数据包。

    例：zhibiao export observations --indicator GDP --area CCXQ --format xlsx,csv -o 地区生产总值.xlsx
    """
    from etl.exports import export as write
    from etl.exports import package

    way = enter(data)
    if what == "package":
        emit(str(package(way, output)))
        return
    asked = {"indicator": indicator, "area": area, "period": period}
    filters = {name: codes for name, codes in asked.items() if codes}
    day = as_of.date() if as_of else None
    for path in write(way, what, format_.split(","), output, filters=filters, as_of=day, history=history):
        emit(str(path))


def share(data: Data = None) -> None:
    """共享：给 DBeaver、DuckDB、R、Excel 等程序一份现行数据的只读副本，服务和填报照常进行。

    DuckDB 文件每次发布后自动就有；这个命令再把各个中文视图写成 Parquet 和 Excel。

    例：zhibiao share --data ./zhibiao-data
    """
    from etl.sharing import share_all

    paths = share_all(enter(data).folder)
    say("请以只读方式打开这些副本；发布之后再运行一次，得到新的一代。")
    for path in paths:
        emit(str(path))


COMMANDS = (export, share)
