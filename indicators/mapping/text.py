"""A mapping as the small YAML that people read and correct: written with its evidence as remarks, read with its lines.

One line for a column or a row; whatever is left blank says nothing. It knows the fields of a mapping, not what they
should say (`complete`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from collections.abc import Mapping as Remarks
from pathlib import Path

from pydantic import BaseModel, ValidationError

from indicators.catalogue.raw import read_yaml
from indicators.catalogue.wording import explain
from indicators.errors import UsageError
from indicators.mapping.model import MappedTable, Mapping

HEAD = """\
# 对照表：一张手工表怎样读成数。“#”后面是读到的依据（单元格、原文）和把握，供核对，不影响读取。
# 请补齐空白、改正有误的地方；questions 里的问题答一条删一条。改好后登记：
#   zhibiao adopt 工作簿 --confirm 这个文件 --user 审核员
# {本期} {上年同期} {各期} 代表表里写的报告期，下期照样对得上。写法见 docs/guides/adopt.md。
"""
_PLAIN = re.compile(r"[\w一-鿿][\w一-鿿.()/·-]*\Z")
_ALWAYS = ("form", "edition", "name", "department", "scope", "period_from", "frequency")
_FLAT = ("source", "indicator", "area", "measure", "nature", "price_basis", "unit", "decimals")


def read_mapping(path: Path) -> Mapping:
    """The mapping in a YAML file. UsageError names every mistake with its line; FileNotFoundError is one too."""
    mistakes: list[str] = []
    found = read_yaml(path.parent, path.name, mistakes)
    if not mistakes and len(found) != 1:
        mistakes.append(f"{path.name}：应是一份对照表，由“form: …”等字段组成。")
    if not mistakes:
        try:
            return Mapping.model_validate(found[0].values)
        except ValidationError as error:
            mistakes += [f"{found[0].at(tuple(e['loc']))}：{explain(e, Mapping)}" for e in error.errors()]
    raise UsageError(
        f"对照表 {path.name} 有 {len(mistakes)} 处写法错误，没有使用，什么也没有改动。请改正后重试："
        + "".join(f"\n  {mistake}" for mistake in mistakes)
    )


def write_mapping(mapping: Mapping, remarks: Remarks[tuple[str | int, ...], str] | None = None) -> str:
    """The mapping as YAML; `remarks` by path (`("columns", 0)`) stand behind the line they are about."""
    return HEAD + "\n".join(_Writer(remarks or {}).lines(mapping)) + "\n"


class _Writer:
    """One mapping while it is being written."""

    def __init__(self, remarks: Remarks[tuple[str | int, ...], str]) -> None:
        self._remarks = remarks

    def lines(self, mapping: Mapping) -> Iterator[str]:
        for field in (*_ALWAYS, *_FLAT):
            value = getattr(mapping, field)
            wanted = field in _ALWAYS or (field == "area" and not _placed(mapping))
            if wanted or value not in ("", None):
                yield self._said(f"{field}: {_scalar(value)}".rstrip(), (field,))
        yield "tables:"
        for number, table in enumerate(mapping.tables):
            yield from self._table(table, ("tables", number))
        yield from self._parts(mapping, (), "")
        if mapping.aliases:
            yield "aliases:"
            yield from (f"  {_scalar(alias)}: {_scalar(label)}" for alias, label in mapping.aliases.items())
        yield f"ignore: [{', '.join(map(_scalar, mapping.ignore))}]"
        yield f"notes: [{', '.join(map(_scalar, mapping.notes))}]"
        yield "questions:" if mapping.questions else "questions: []"
        yield from (f"  - {_scalar(question)}" for question in mapping.questions)

    def _table(self, table: MappedTable, path: tuple[str | int, ...]) -> Iterator[str]:
        said = {k: v for k, v in _plain(table).items() if k not in ("columns", "rows")}
        lead = "  - "
        for field, value in ({"title": ""} | said).items():
            yield self._said(f"{lead}{field}: {_scalar(value)}".rstrip(), (*path, field))
            lead = "    "
        yield from self._parts(table, path, "    ")

    def _parts(self, owner: Mapping | MappedTable, path: tuple[str | int, ...], indent: str) -> Iterator[str]:
        for field in ("columns", "rows"):
            parts: tuple[BaseModel, ...] = getattr(owner, field)
            if parts:
                yield f"{indent}{field}:"
            for number, part in enumerate(parts):
                inside = ", ".join(f"{name}: {_scalar(value)}" for name, value in _lead_first(_plain(part)))
                yield self._said(f"{indent}  - {{{inside}}}", (*path, field, number))

    def _said(self, line: str, path: tuple[str | int, ...]) -> str:
        remark = "".join(c for c in self._remarks.get(path, "") if c.isprintable())
        return f"{line}  # {remark}" if remark else line


def _placed(mapping: Mapping) -> bool:
    """True when some part of the mapping says an area."""
    tables = mapping.tables
    parts = [p for t in tables for p in (t, *mapping.columns_of(t), *mapping.rows_of(t))]
    return any(part.area for part in parts)


def _plain(part: BaseModel) -> dict[str, object]:
    """The fields that say something."""
    return {k: v for k, v in part.model_dump(mode="json").items() if v not in ("", None, [], ())}


def _lead_first(fields: dict[str, object]) -> list[tuple[str, object]]:
    """Header or label first: that is what a reader looks for."""
    return sorted(fields.items(), key=lambda item: item[0] not in ("header", "label"))


def _scalar(value: object) -> str:
    text = "" if value is None else str(value)
    return text if not text or _PLAIN.match(text) else json.dumps(text, ensure_ascii=False)
