"""What is still missing in a mapping before it may be used: every gap as a sentence, none guessed away.

Stands between a person's YAML and its registration. A mapping is complete when each of its cells says indicator,
area, measure, unit and 口径, all known to the catalogue, and says it once.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from indicators.catalogue.check_forms import convertible
from indicators.catalogue.model import Catalogue, Facet
from indicators.catalogue.wording import unknown
from indicators.errors import UsageError
from indicators.mapping.anchors import EACH, key
from indicators.mapping.model import FACETS, MappedColumn, MappedEdition, MappedRow, MappedTable, Mapping
from indicators.observations import Measure
from indicators.periods import Nature, Period

_FORM = re.compile(r"[A-Z][A-Z0-9-]{1,29}\Z")
_EDITION = re.compile(r"[0-9A-Za-z][0-9A-Za-z-]{0,19}\Z")
_NEEDED = {
    "indicator": "指标 indicator",
    "area": "地区 area",
    "measure": "计量内容 measure（level 本期数、level_previous_year 上年同期数、growth_yoy 同比增长、plan 计划数）",
    "scope": "口径 scope",
    "unit": "计量单位 unit",
}


def missing(mapping: Mapping, catalogue: Catalogue) -> list[str]:
    """Everything that keeps this mapping from being used; empty when it is complete."""
    told = [f"问题还没有回答（回答后从 questions 删去）：{question}" for question in mapping.questions]
    told += _identity(mapping, catalogue)
    told += _period(mapping)
    if not mapping.tables:
        told.append("tables 里没有表；至少要有一个。")
    titles = [key(table.title) for table in mapping.tables]
    for number, table in enumerate(mapping.tables, 1):
        name = f"第 {number} 个表“{table.title}”"
        if len(mapping.tables) > 1 and titles.count(key(table.title)) > 1:
            told.append(f"{name}：标题 title 与另一个表相同或都空着，分不清哪个是哪个。")
        told += (f"{name}：{text}" for text in _table(mapping, table, catalogue))
    return list(dict.fromkeys(told))


def _identity(mapping: Mapping, catalogue: Catalogue) -> Iterator[str]:
    if not _FORM.match(mapping.form):
        yield f"报表代码 form“{mapping.form}”应为大写字母、数字和“-”，以字母开头，如 CITY-INCOME。"
    elif _official(catalogue, mapping.form):
        yield f"报表代码 form“{mapping.form}”是目录里已有的报表，有自己的模板；手工表请另取一个代码。"
    if not _EDITION.match(mapping.edition):
        yield f"版本 edition“{mapping.edition}”应为字母、数字和“-”，如 1。"
    if not mapping.name.strip():
        yield "报表名称 name 没有写。"
    if mapping.department not in catalogue.departments:
        yield unknown(mapping.department, catalogue.departments, "填报单位 department")
    if mapping.source and mapping.source not in catalogue.sources:
        yield unknown(mapping.source, catalogue.sources, "来源 source")


def _official(catalogue: Catalogue, code: str) -> bool:
    form = catalogue.forms.get(code)
    return form is not None and not all(isinstance(e, MappedEdition) for e in form.editions)


def _period(mapping: Mapping) -> Iterator[str]:
    columns = [column for table in mapping.tables for column in mapping.columns_of(table)]
    if mapping.period_from == "columns" and not any(EACH in column.header for column in columns):
        yield f"period_from 是 columns，但没有一列的 header 含 {EACH}；报告期无从读出。"
    for column in columns:
        for code in filter(None, (column.first, column.last)):
            try:
                Period.parse(code)
            except UsageError as error:
                yield f"列“{column.header}”的期限：{error}"
        if (column.first or column.last) and EACH not in column.header:
            yield f"列“{column.header}”写了 first 或 last；它们只用于含 {EACH} 的列。"


def _table(mapping: Mapping, table: MappedTable, catalogue: Catalogue) -> Iterator[str]:
    columns, rows = mapping.columns_of(table), mapping.rows_of(table)
    if not table.title and not table.stub:
        yield "标题 title 和行标题 stub 都没有写，找不到表的位置。"
    if not columns or not rows:
        yield "没有列 columns 或没有行 rows。"
    yield from _twice("列", (c.header for c in columns if not (c.first or c.last)))
    yield from _twice("行", (r.label for r in rows))
    labels = {key(row.label) for row in rows}
    for alias, label in mapping.aliases.items():
        if key(label) not in labels:
            yield f"别名“{alias}”所指的行“{label}”不在 rows 里。"
    for column in columns:
        if not column.header.strip():
            yield "有一列没有写 header。"
    yield from _codes(catalogue, (table, *columns, *rows, mapping))
    yield from _cells(mapping, table, catalogue)


def _twice(what: str, texts: Iterable[str]) -> Iterator[str]:
    seen: dict[str, str] = {}
    for text in texts:
        if key(text) in seen:
            yield f"{what}“{text}”写了两次；请只留一个。"
        seen[key(text)] = text


def _codes(catalogue: Catalogue, parts: Iterable[Facet]) -> Iterator[str]:
    for part in parts:
        for what, code, known in (
            ("指标", part.indicator, catalogue.indicators),
            ("地区", part.area, catalogue.areas),
            ("口径", part.scope or "", catalogue.scopes),
        ):
            if code and code not in known:
                yield unknown(code, known, f"{what}代码")


def _cells(mapping: Mapping, table: MappedTable, catalogue: Catalogue) -> Iterator[str]:
    """What the cells do not say or say twice, told once for all cells alike."""
    lacking: dict[str, list[str]] = defaultdict(list)
    wrong: dict[str, None] = {}
    identities: dict[tuple[object, ...], str] = {}
    columns, rows = mapping.columns_of(table), mapping.rows_of(table)
    for row in rows:
        for column in columns:
            name = f"“{row.label}”的“{column.header}”"
            facet = mapping.cell(table, row, column)
            for side, what in _NEEDED.items():
                if getattr(facet, side) in ("", None):
                    lacking[what].append(name)
            wrong |= dict.fromkeys(_contradictory(table, row, column, facet, catalogue))
            identity = (column.header, column.first, *(getattr(facet, side) for side in FACETS))
            if identity in identities:
                wrong[
                    f"行“{row.label}”与行“{identities[identity]}”说的是同一个数；一个名称的几种写法请写进 aliases。"
                ] = None
            identities.setdefault(identity, row.label)
    for what, cells in lacking.items():
        where = "整个表" if len(cells) == len(rows) * len(columns) else f"{cells[0]}等 {len(cells)} 格"
        yield f"{where}没有写{what}；可写在行、列、表或整份对照表上。"
    yield from wrong


def _contradictory(
    table: MappedTable, row: MappedRow, column: MappedColumn, facet: Facet, catalogue: Catalogue
) -> Iterator[str]:
    for side in FACETS:
        if side == "nature" and row.nature is Nature.STOCK:
            continue  # a stock stays one under 1—本季（或期末）
        said = {
            v: n
            for n, v in (("行", getattr(row, side)), ("列", getattr(column, side)), ("表", getattr(table, side)))
            if v
        }
        if len(said) > 1:
            yield f"行“{row.label}”、列“{column.header}”和表对 {side} 说得不一样：{'、'.join(map(str, said))}。"
    indicator = catalogue.indicators.get(facet.indicator)
    growth = facet.measure is Measure.GROWTH_YOY
    kept = "%" if growth else indicator.unit if indicator else ""
    if kept and facet.unit and not convertible(facet.unit, kept):
        what = "同比增长" if growth else f"指标 {facet.indicator}"
        yield f"列“{column.header}”、行“{row.label}”的计量单位“{facet.unit}”不能换算为{what}的“{kept}”。"
    if facet.nature is None and EACH not in column.header and not (indicator and indicator.nature == "stock"):
        yield f"列“{column.header}”没有写性质 nature（ytd 累计、single 本期、stock 期末）；也可写在整份对照表上。"
