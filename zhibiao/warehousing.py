"""The command of a warehouse on several machines: `zhibiao warehouse maintain`."""

from __future__ import annotations

from typing import Annotated

import typer

from zhibiao.console import emit, emit_json, say
from zhibiao.options import Data, Json, User, enter

app = typer.Typer(help="几台机器共用的数据仓库（DuckLake）", no_args_is_help=True)


@app.callback()
def group() -> None:
    """几台机器共用的数据仓库（DuckLake），见 docs/scale.md。"""


@app.command()
def maintain(
    apply: Annotated[bool, typer.Option("--apply/--plan", help="真的做，还是只说要做什么")] = True,
    data: Data = None,
    user: User = "",
    json_: Json = False,
) -> None:
    """维护：按保留规则清理旧的各代，合并小文件，删除一天前就无用的文件。宜每天夜里运行。

    例：zhibiao warehouse maintain --user 管理员
    """
    from warehouse import lake_care

    way = enter(data, user)
    way.may("maintain")
    done = lake_care.maintain(way.folder, who=way.actor, place=way.place) if apply else lake_care.plan(way.folder)
    if json_:
        emit_json(done)
        return
    named = "、".join(map(str, done.generations)) or "没有"
    emit(f"不再保存的各代：{named}（快照 {done.snapshots} 个）。")
    emit(f"无用的文件 {done.removed} 个，无主的文件 {done.orphans} 个。")
    if apply:
        emit(f"合并了 {done.merged} 个小文件，重写了 {done.rewritten} 个多半已作废的文件。")
    say("维护已完成，现行数据不变。" if apply else "以上是要做的，什么也没有改动。去掉 --plan 即执行，并合并小文件。")
