"""The targets' commands: `zhibiao targets template`, `import`, `list`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from etl.named_files import read_bytes, write_bytes
from zhibiao.console import emit, emit_json, say, table
from zhibiao.options import Data, Json, User, enter

app = typer.Typer(help="目标表", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """目标表：生成、导入、查看。"""


@app.command()
def template(
    output: Annotated[Path, typer.Option("-o", "--output", metavar="FILE", help="写到哪个文件")],
    data: Data = None,
) -> None:
    """生成目标表：填写统计局目标用的工作簿，已采用的目标已填在里面。

    例：zhibiao targets template -o 目标表.xlsx
    """
    from etl.targets import make_target_template

    write_bytes(output, make_target_template(enter(data)))
    say(f"已生成 {output}。填好后运行：zhibiao targets import {output}")


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="填好的目标表（.xlsx）")],
    data: Data = None,
    user: User = "",
    json_: Json = False,
) -> None:
    """导入目标表：逐格检查，全部正确才导入；与现行不同的目标另存为新版本，从不覆盖。

    例：zhibiao targets import 目标表.xlsx --user 发布员
    """
    from etl.targets import import_targets

    done = import_targets(enter(data, user), read_bytes(file), file.name)
    if json_:
        emit_json(done)
    else:
        rows = [{"severity": f.severity.label, "code": f.code, "cell": f.cell, "message": f.message, "hint": f.hint}
                for f in done.findings]  # fmt: skip
        columns = {"severity": "程度", "code": "代码", "cell": "单元格", "message": "发现", "hint": "怎么办"}
        if rows:
            table(columns, rows, "")
        for target in (*done.added, *done.revised):
            emit(f"{target.code}　第 {target.version} 版　{target.name}")
    say(done.text)
    if done.blocked:
        raise typer.Exit(1)


@app.command("list")
def list_(data: Data = None, json_: Json = False) -> None:
    """列出全部目标的每一版：性质、类型、目标值、到期日、生效日和是否在用。

    例：zhibiao targets list
    """
    from etl.opening import today
    from etl.targets import listed_targets

    rows = listed_targets(enter(data), today())
    if json_:
        emit_json(rows)
        return
    columns = {
        "code": "目标代码",
        "version": "版本",
        "in_force": "在用",
        "status_label": "性质",
        "name": "名称",
        "indicator_name": "指标",
        "area_name": "地区",
        "kind_label": "类型",
        "goal": "目标",
        "due_on": "到期日",
        "effective_from": "生效日期",
        "rule_text": "测算规则",
    }
    table(columns, rows, "目录里没有目标。请用 zhibiao targets template 生成目标表，填好后导入。")
