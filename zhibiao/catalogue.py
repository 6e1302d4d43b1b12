"""The catalogue's commands: `zhibiao catalogue check`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from zhibiao.console import emit, emit_json, say
from zhibiao.options import Json

app = typer.Typer(help="指标目录", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """指标目录：检查。"""


@app.command()
def check(
    folder: Annotated[Path | None, typer.Argument(help="目录文件夹；缺省为随程序带的长春新区目录")] = None,
    json_: Json = False,
) -> None:
    """检查指标目录，指出每处错误的文件、行和错法。

    例：zhibiao catalogue check ./my-catalogue
    """
    from data import catalogue_folder
    from indicators.catalogue.check import check_catalogue
    from indicators.catalogue.load import load_catalogue

    place = folder or catalogue_folder()
    mistakes = check_catalogue(place)
    if json_:
        emit_json({"mistakes": mistakes})
    else:
        for mistake in mistakes:
            emit(mistake)
    if mistakes:
        say(f"共 {len(mistakes)} 处错误。请改正后再检查。")
        raise typer.Exit(1)
    known = load_catalogue(place)
    say(
        f"目录完好：{len(known.indicators)} 个指标、{len(known.forms)} 张报表、{len(known.targets)} 个目标、"
        f"{len(known.rules)} 条审核关系；摘要 {known.digest[:12]}。"
    )
