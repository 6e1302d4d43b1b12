"""The command that adopts a hand-made table: `zhibiao adopt` proposes its mapping, and registers the confirmed one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from etl.named_files import read_bytes
from zhibiao.console import emit, emit_json, say, table
from zhibiao.options import Data, Json, User, enter

if TYPE_CHECKING:
    from etl.adopt.proposing import Draft
    from etl.way import Way

_COLUMNS = {
    "about": "内容",
    "value": "读作",
    "sheet": "工作表",
    "cell": "单元格",
    "text": "原文",
    "confidence": "把握",
}


def adopt(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE…", help="手工制的工作簿；给几个时按第一个提出，用其余的试读")
    ],
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE", help="对照表写到哪个文件；缺省写到标准输出")
    ] = None,
    confirm: Annotated[
        Path | None, typer.Option("--confirm", metavar="FILE", help="登记这份核对好的对照表，以后各期都按它读")
    ] = None,
    data: Data = None,
    user: User = "",
    json_: Json = False,
) -> None:
    """认一张手工表：提出对照表供人核对；核对好的登记后，以后各期自动认得。

    例：zhibiao adopt 分市州收入.xls -o 对照表.yaml
    """
    way = enter(data, user)
    workbooks = [(read_bytes(path), path.name) for path in files]
    if confirm:
        _confirm(way, confirm, workbooks, json_)
        return
    from etl.adopt.proposing import draft_for

    draft = draft_for(workbooks, way.catalogue)
    if output:
        output.write_text(draft.yaml, encoding="utf-8")
    if json_:
        emit_json(draft.as_dict())
    elif output:
        table(_COLUMNS, draft.as_dict()["evidence"], "没有依据。")
    else:
        emit(draft.yaml.rstrip())
    _tell(draft, output)


def _tell(draft: Draft, output: Path | None) -> None:
    """What a person does next."""
    if draft.known_as:
        say(f"{draft.file} 已经有对照表 {draft.known_as}，可以直接 zhibiao check。")
    for name, told in draft.others.items():
        say(f"试读 {name}：" + ("完全符合。" if not told else "".join(f"\n  {text}" for text in told)))
    mapping = draft.proposal.mapping
    for question in mapping.questions:
        say(f"问题：{question}")
    for field, names in draft.choices.items():
        say(f"可选的 {field}：" + "、".join(f"{code} {name}" for code, name in names.items()))
    sure = sum(one.confidence == "确定" for one in draft.proposal.grounds.evidence)
    where = str(output) if output else "输出的对照表"
    say(
        f"{draft.file}：{len(mapping.tables)} 个表，{len(draft.proposal.grounds.evidence)} 处依据（确定 {sure} 处），"
        f"{len(mapping.questions)} 个问题。数字没有读入。请核对 {where}，再用 --confirm 登记。"
    )


def _confirm(way: Way, path: Path, workbooks: list[tuple[bytes, str]], json_: bool) -> None:
    from etl.adopt.store import confirm_mapping
    from etl.errors import MappingIncomplete

    try:
        done = confirm_mapping(way, path, workbooks)
    except MappingIncomplete as error:
        if json_:
            emit_json({"confirmed": False, "gaps": error.gaps})
        say("\n".join((f"错误：{error}", *(f"  {gap}" for gap in error.gaps))))
        raise typer.Exit(error.exit_code) from None
    if json_:
        emit_json({"confirmed": True, "mapping": done.mapping.code, "numbers": done.numbers, "repeated": done.repeated})
        return
    state = "早已登记，没有改动" if done.repeated else "已登记"
    read = "，".join(f"{name} 读出 {count} 个数" for name, count in done.numbers.items())
    name = f"《{done.mapping.name}》（{done.mapping.code}）"
    emit(f"对照表{name}{state}：{read}。以后可直接 zhibiao check、zhibiao submit。")


COMMANDS = (adopt,)
