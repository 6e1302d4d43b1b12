"""The check rules' commands: `zhibiao rules import` reads the official notation, `zhibiao rules vtl` writes VTL 2.1."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from etl.named_files import read_bytes, write_bytes
from indicators.errors import UsageError
from zhibiao.console import emit, emit_json, say, table
from zhibiao.options import Data, Json, enter

if TYPE_CHECKING:
    from indicators.catalogue.model import Catalogue, Form, FormEdition, Rule

app = typer.Typer(help="审核关系", no_args_is_help=True)
Output = Annotated[Path | None, typer.Option("-o", "--output", metavar="FILE", help="写到哪个文件；缺省为屏幕")]
_COLUMNS = ("code", "version", "form", "severity", "expression", "message")


@app.callback()
def _group() -> None:
    """审核关系：读入制度上印的写法，导出 VTL。"""


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="文本文件，一行或几行审核关系，如“01≥02+03；11=12+16”")],
    form: Annotated[str, typer.Option("--form", metavar="F", help="这些关系属于哪张报表")],
    edition: Annotated[str, typer.Option("--edition", help="报表的哪一版；缺省为最新一版")] = "",
    output: Output = None,
    data: Data = None,
    json_: Json = False,
) -> None:
    """读入制度上印的审核关系：读懂的成为规则，读不懂的逐条说明；目录不会自动改动。

    例：zhibiao rules import 审核关系.txt --form GDP-Q -o 新规则.csv
    """
    from indicators.rules.notation import import_notation

    asked, wanted = _form(enter(data).catalogue, form, edition)
    report = import_notation(_text(file), asked, wanted)
    rules = [{name: str(getattr(rule, name)) for name in _COLUMNS} for rule in report.rules]
    unread = [{"line": one.line, "text": one.text, "why": one.why} for one in report.unread]
    if output:
        write_bytes(output, _as_csv(report.rules).encode("utf-8-sig"))
    if json_:
        emit_json({"rules": rules, "unread": unread})
    else:
        table({"code": "代码", "expression": "关系式", "message": "原文"}, rows=rules, empty="没有读出任何关系。")
        for one in unread:
            say(f"第 {one['line']} 行没有读懂：{one['text']}　{one['why']}")
        told = f"，已写到 {output}，核对后并入目录的 rules.csv 即可生效" if output else "；加 -o FILE 可写成规则表"
        say(f"读出 {len(rules)} 条，没有读懂 {len(unread)} 条{told}。目录没有改动。")
    if unread:
        raise typer.Exit(1)


@app.command()
def vtl(
    form: Annotated[str, typer.Option("--form", metavar="F", help="只导出这张报表；缺省为全部")] = "",
    output: Output = None,
    data: Data = None,
) -> None:
    """把审核关系导出为 VTL 2.1 文本，供与上级统计机构交换。

    例：zhibiao rules vtl --form GDP-Q -o 审核关系.vtl
    """
    from indicators.rules.binding import bind
    from indicators.rules.vtl import to_vtl

    catalogue = enter(data).catalogue
    forms = [_form(catalogue, form, "")[0]] if form else list(catalogue.forms.values())
    scripts = []
    for one in forms:
        if one.editions[-1].layout == "matrix":
            own = [rule for rule in catalogue.rules.values() if rule.form in ("*", one.code) and not rule.valid_to]
            scripts.append(to_vtl([bind(rule, one.editions[-1]) for rule in own], one.code))
    text = "\n".join(scripts)
    if output:
        write_bytes(output, text.encode())
        say(f"已写出 {output}：{len(scripts)} 张报表的审核关系。")
    else:
        emit(text.rstrip())


def _form(catalogue: Catalogue, code: str, edition: str) -> tuple[Form, FormEdition]:
    form = catalogue.forms.get(code)
    if form is None:
        raise UsageError(f"没有代码为“{code}”的报表，什么也没有做。可用的报表：{'、'.join(catalogue.forms)}。")
    found = [one for one in form.editions if edition in ("", one.edition)]
    if not found:
        known = "、".join(one.edition for one in form.editions)
        raise UsageError(f"《{form.name}》没有“{edition}”这一版，什么也没有做。现有：{known}。")
    return form, found[-1]


def _text(file: Path) -> str:
    content = read_bytes(file)
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UsageError(f"{file} 不是文本文件，什么也没有读入。请把审核关系存成文本（UTF-8 或 GB18030）后再试。")


def _as_csv(rules: tuple[Rule, ...]) -> str:
    """The rules as lines of the catalogue's rules.csv."""
    from indicators.catalogue.model import Rule

    names = list(Rule.model_fields)
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, names)
    writer.writeheader()
    for rule in rules:
        said = rule.model_dump(mode="json")
        writer.writerow({n: ";".join(v) if isinstance(v, list) else "" if v is None else v for n, v in said.items()})
    return buffer.getvalue()
