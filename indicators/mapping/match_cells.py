"""Columns and rows of a table that was found: each by its header or label, one to one.

Second half of matching, after the tables and the period. A header or label that the mapping has not is told or asked,
and never taken for the nearest one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches

from indicators.mapping.anchors import EACH, anchor_of, key, period_at, shown, stands
from indicators.mapping.block import BlockRow, place
from indicators.mapping.fit import Fit, Placed, PlacedColumn
from indicators.mapping.model import MappedColumn, MappedRow
from indicators.mapping.names import Names
from indicators.period_text import PeriodReading
from indicators.periods import Period
from indicators.units import find_unit

_ASKED = 20  # unknown rows of one table that are asked about one by one
ROW_CODES = frozenset(map(key, ("序号", "代码", "行次", "编号", "行号", "栏次", "指标代码", "地区代码")))


class CellMatching:
    """The columns and rows of one placed table while they are being matched."""

    def __init__(self, fit: Fit, placed: Placed, names: Names) -> None:
        self.result, self.placed, self.names = fit, placed, names
        self.mapping, self.block = fit.mapping, placed.block
        self.ignored = {key(text) for text in self.mapping.ignore}

    def match(self) -> None:
        """Fill the placed table, and put questions and notes into the fit."""
        self._columns()
        self._rows()
        self._units()
        if stray := self.block.stray:
            cells = "、".join(place(*at) for at in stray[:5])
            self.result.tell("S214", f"{cells} 有数字，却不在表的任何一行里，没有读取。", self.block, *stray[0])

    def _columns(self) -> None:
        placed, block, taken = self.placed, self.block, dict[int, MappedColumn]()
        for column in self.mapping.columns_of(placed.table):
            hits = self._standing(column)
            for col, reading in hits:
                if col in taken:
                    text = f"表头“{block.headers[col]}”同时对应两列的定义。"
                    self.result.ask("S223", text, block, block.top, col)
                taken[col] = column
                placed.columns.append(PlacedColumn(col, column, reading))
            if not hits:
                self._no_column(column)
            elif len(hits) > 1 and EACH not in column.header:
                text = f"表头“{column.header}”有 {len(hits)} 列，不知道以哪一列为准。"
                self.result.ask("S223", text, block, block.top, hits[1][0])
        defined = [c.col for c in placed.columns if EACH not in c.column.header]
        if defined != sorted(defined):
            self.result.tell("S220", "各列的次序与确认时不同，已按表头对应。", block, block.top, min(defined))
        placed.columns.sort(key=lambda c: c.col)
        for col, header in sorted(block.headers.items()):
            if col not in taken and col in block.numeric and key(header) not in ROW_CODES:
                text = f"多出一列“{shown(header) or '（没有表头）'}”，没有读取。"
                self.result.tell("S221", text, block, block.top, col, found=header)

    def _standing(self, column: MappedColumn) -> list[tuple[int, PeriodReading | None]]:
        own, frequency = self.result.period, self.mapping.frequency
        if EACH not in column.header:
            heads = self.block.headers.items()
            return [(c, None) for c, text in heads if text and stands(column.header, text, own, frequency)]
        read = ((c, period_at(column.header, text, frequency)) for c, text in self.block.headers.items())
        return [(c, r) for c, r in read if r and r.period and _within(r.period, column)]

    def _no_column(self, column: MappedColumn) -> None:
        period, frequency = self.result.period, self.mapping.frequency
        known = {key(anchor_of(t, period, frequency)): t for t in self.block.headers.values() if t}
        near = get_close_matches(key(column.header), known, n=1, cutoff=0.4)
        told = f"；最接近的表头是“{shown(known[near[0]])}”" if near else ""
        own = f"（本表报告期 {period.label}）" if period and "{" in column.header else ""
        text = f"没有找到表头为“{column.header}”{own}的列{told}。"
        self.result.ask("S223", text, self.block, self.block.top, self.block.stub_col, expected=column.header)

    def _rows(self) -> None:
        placed, block, rows = self.placed, self.block, self.mapping.rows_of(self.placed.table)
        known = {key(row.label): row for row in rows}
        seen: dict[str, int] = {}
        strange: list[BlockRow] = []
        for line in (*block.rows, *self._blank_rows(known)):
            row = known.get(key(line.label)) or self._by_alias(line, known)
            if row is None:
                strange += [] if self._left_out(line.label) else [line]
            elif row.label in seen:
                text = f"“{line.label}”在第 {seen[row.label]} 行已经有了，不知道以哪一行为准。"
                self.result.ask("S224", text, block, line.row, block.stub_col, found=line.label)
            else:
                seen[row.label] = line.row
                placed.rows.append((line.row, row))
        self._unknown(strange, rows)
        for row in rows:
            if row.label not in seen:
                text = f"表“{placed.table.title}”里没有“{row.label}”这一行，没有它的数。"
                self.result.tell("S226", text, block, block.top, block.stub_col, expected=row.label)

    def _blank_rows(self, known: dict[str, MappedRow]) -> Iterator[BlockRow]:
        """Known rows right below the last number, whose values are all blank."""
        for line in self.block.below:
            if line.col == self.block.stub_col and key(line.text) in known:
                yield BlockRow(line.row, line.text, False)

    def _by_alias(self, line: BlockRow, known: dict[str, MappedRow]) -> MappedRow | None:
        """A row by the mapping's alias, or by a name that the catalogue has for the same area or indicator."""
        aliases = {key(alias): key(label) for alias, label in self.mapping.aliases.items()}
        if row := known.get(aliases.get(key(line.label), "")):
            return row
        area, indicator = self.names.area(line.label), self.names.indicator(line.label)
        same = [
            row
            for row in known.values()
            if (area and area.certain and row.area == area.code and not row.indicator)
            or (indicator and row.indicator == indicator.code and not row.area)
        ]
        if len(same) != 1:
            return None
        text = f"行“{line.label}”是目录里“{same[0].label}”的另一个名称，已按它读取。"
        self.result.tell(
            "S220", text, self.block, line.row, self.block.stub_col, found=line.label, expected=same[0].label
        )
        return same[0]

    def _left_out(self, label: str) -> bool:
        return key(label) in self.ignored or begins(label, self.mapping.notes)

    def _unknown(self, strange: Sequence[BlockRow], rows: Sequence[MappedRow]) -> None:
        """Ask for each unknown row, at most a few of them one by one."""
        for line in strange[:_ASKED]:
            near = get_close_matches(key(line.label), [key(r.label) for r in rows], n=1, cutoff=0.5)
            told = f"，是不是“{near[0]}”？是，请写进 aliases" if near else ""
            text = f"对照表里没有行“{shown(line.label)[:40]}”{told}；新的一行请补进 rows，不要的请写进 ignore。"
            self.result.ask("S224", text, self.block, line.row, self.block.stub_col, found=line.label)
        for line in strange[_ASKED : _ASKED + 1]:
            text = f"另有 {len(strange) - _ASKED} 行对照表里也没有。"
            self.result.ask("S224", text, self.block, line.row, self.block.stub_col, found=line.label)

    def _units(self) -> None:
        """Where the table has a column of units, it must still say what was confirmed."""
        table, block = self.placed.table, self.block
        if not table.unit_column:
            return
        col = next((c for c, text in block.headers.items() if key(text) == key(table.unit_column)), None)
        for line, row in self.placed.rows if col else ():
            said = block.texts.get((line, col or 0), "")
            if said and find_unit(said) != find_unit(row.unit):
                text = f"行“{row.label}”的计量单位写的是“{said}”，对照表里是“{row.unit}”。"
                self.result.ask("S227", text, block, line, col or 0, found=said, expected=row.unit)
        if col is None:
            text = f"没有找到计量单位列“{table.unit_column}”。"
            self.result.ask("S223", text, block, block.top, block.stub_col, expected=table.unit_column)


def begins(text: str, starts: Iterable[str]) -> bool:
    """True when the text is a note: one of these words, then a mark or number, or nothing."""
    lead = text.lstrip()[:1]
    starts = [start for start in starts if start[:1] == lead]
    folded = key(text) if starts else ""
    for start in map(key, starts):
        rest = folded[len(start) :]
        if folded.startswith(start) and (not rest or not rest[0].isalpha() or rest[0] in ":："):
            return True
    return False


def _within(period: Period, column: MappedColumn) -> bool:
    after = not column.first or Period.parse(column.first).start <= period.start
    return after and (not column.last or period.end <= Period.parse(column.last).end)
