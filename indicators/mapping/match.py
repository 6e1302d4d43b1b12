"""Finding a mapping in the tables of a workbook: which table is which, and which period the return is for.

Everything is matched by text, one to one; columns and rows follow in `match_cells`. What fits otherwise than on the day
of confirmation is a note; what does not fit is a question, and a match with a question is never read. It knows texts
and places (`block`), no numbers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import get_close_matches

from indicators.mapping.anchors import EACH, LAST_YEAR, OWN, key, period_at, readings, shown
from indicators.mapping.block import Block, Line
from indicators.mapping.drift import moved
from indicators.mapping.fit import Fit, Placed
from indicators.mapping.match_cells import CellMatching
from indicators.mapping.model import MappedTable, Mapping
from indicators.mapping.names import Names
from indicators.period_text import PeriodReading
from indicators.periods import Nature, Period


def match(mapping: Mapping, blocks: Sequence[Block], names: Names) -> Fit:
    """The mapping against all tables of a workbook."""
    fit = _Matching(mapping, blocks).fit()
    if fit.period is not None:
        for placed in fit.placed:
            CellMatching(fit, placed, names).match()
        fit.notes += moved(fit.placed)
    return fit


class _Matching:
    """One mapping while its tables and its period are being found."""

    def __init__(self, mapping: Mapping, blocks: Sequence[Block]) -> None:
        self.mapping, self.frequency, self.result = mapping, mapping.frequency, Fit(mapping)
        ignored = {key(text) for text in mapping.ignore}
        self.blocks = [
            b for b in blocks if key(b.sheet) not in ignored and not any(key(line.text) in ignored for line in b.above)
        ]

    def fit(self) -> Fit:
        """Tables and period; columns and rows are still to come."""
        for table in self.mapping.tables:
            self._place(table)
        if self.result.placed:
            self._period()
            self._left_over()
        return self.result

    def _place(self, table: MappedTable) -> None:
        found = [p for block in self.blocks if (p := self._titled(table, block))]
        named = f"标题为“{table.title}”的表" if table.title else f"行标题为“{table.stub}”的表"
        if len(found) == 1:
            self.result.placed.append(found[0])
        elif found:
            where = "、".join(f"“{p.block.sheet}”第 {p.block.top} 行" for p in found)
            block, self.result.alike = found[1].block, True
            text = f"{named}有 {len(found)} 个（{where}），不知道以哪一个为准。"
            self.result.ask("S222", text, block, block.top, block.stub_col)
        else:
            self._not_found(table, named)

    def _titled(self, table: MappedTable, block: Block) -> Placed | None:
        """The table in this block, when the header of its stub and its title say so."""
        if key(block.stub) != key(table.stub):
            return None
        if not table.title:
            return Placed(table, block) if self._headed(table, block) else None
        for line in reversed(block.above):
            reading = period_at(table.title, line.text, self.frequency) if OWN in table.title else None
            if reading or (OWN not in table.title and key(line.text) == key(table.title)):
                return Placed(table, block, line, reading)
        return None

    def _headed(self, table: MappedTable, block: Block) -> bool:
        """True when every column of the table stands in the block, for whatever period."""
        columns, texts = self.mapping.columns_of(table), block.headers.values()
        return all(any(_like(column.header, text, self.frequency) for text in texts) for column in columns)

    def _not_found(self, table: MappedTable, named: str) -> None:
        """Ask for the table; a block with its columns and most of its rows is told as the one it may be."""
        labels = {key(row.label) for row in self.mapping.rows_of(table)}
        for block in self.blocks:
            if key(block.stub) == key(table.stub) and self._headed(table, block):
                same = len(labels & {key(row.label) for row in block.rows})
                self.result.alike = self.result.alike or 2 * same >= len(labels)
        lines = {key(line.text): (block, line) for block in self.blocks for line in block.above}
        near = get_close_matches(key(table.title), lines, n=1, cutoff=0.5)
        where, line = lines[near[0]] if near else (None, Line(0, 0, ""))
        told = f"最接近的标题是“{line.text}”" if near else "工作簿里没有相近的标题"
        text = f"没有找到{named}，{told}。"
        self.result.ask("S222", text, where, line.row, line.col, found=line.text, expected=table.title)

    def _left_over(self) -> None:
        placed = [id(p.block) for p in self.result.placed]
        for block in self.blocks:
            if id(block) not in placed:
                named = shown(block.above[-1].text if block.above else block.stub)
                text = f"“{block.sheet}”第 {block.top} 行起还有一个表“{named}”，对照表里没有；不读的，请写进 ignore。"
                self.result.ask("S222", text, block, block.top, block.stub_col, found=named)

    def _period(self) -> None:
        """The period that the return is for: every title that names one must name the same."""
        found, block = self.result, self.result.placed[0].block
        read = list(self._newest() if self.mapping.period_from == "columns" else self._in_titles())
        periods = list(dict.fromkeys(r.period for r in read if r.period))
        if len(periods) == 1:
            found.period = periods[0]
            if self.mapping.period_from == "title":
                self._contradicted(periods[0])
                self._of_another_nature(read[0])
            return
        said = "、".join(p.label for p in periods)
        why = f"标题里写了几个报告期（{said}）" if periods else "标题和表头里没有写明年份的报告期"
        found.ask("S225", f"{why}，不知道这是哪一期的表。", block, block.top, block.stub_col, found=said)

    def _newest(self) -> list[PeriodReading]:
        """The newest period that a column is headed with."""
        read: list[tuple[Period, PeriodReading]] = []
        for placed in self.result.placed:
            anchors = [c.header for c in self.mapping.columns_of(placed.table) if EACH in c.header]
            for text in placed.block.headers.values():
                one = next((r for a in anchors if (r := period_at(a, text, self.frequency))), None)
                if one and one.period:
                    read.append((one.period, one))
        return [max(read, key=lambda pair: pair[0])[1]] if read else []

    def _in_titles(self) -> Iterator[PeriodReading]:
        """The period of the tables' titles; where they name none, that of any line above a table."""
        titles = [p.reading for p in self.result.placed if p.reading]
        yield from titles
        for placed in self.result.placed if not titles else ():
            for line in placed.block.above:
                yield from readings(line.text, self.frequency)

    def _contradicted(self, own: Period) -> None:
        """Another line above a table names another period of the same length: an old heading that was left standing."""
        for placed in self.result.placed:
            for line in placed.block.above:
                named = {r.period for r in readings(line.text, self.frequency)} - {own, own.same_last_year()}
                other = [p for p in named if p and p.freq == own.freq]
                if other and line is not placed.title:
                    text = f"“{line.text}”写的是{other[0].label}，表的标题写的是{own.label}。"
                    self.result.ask(
                        "S225", text, placed.block, line.row, line.col, found=other[0].code, expected=own.code
                    )

    def _of_another_nature(self, reading: PeriodReading) -> None:
        """A title that names the quarter alone, over numbers that were confirmed as running totals, or the reverse."""
        for placed in self.result.placed:
            said = placed.table.nature or self.mapping.nature
            plain = said in (Nature.YTD, Nature.SINGLE) and reading.nature in (Nature.YTD, Nature.SINGLE)
            if said and plain and said is not reading.nature and not reading.fits(said):
                words = {Nature.YTD: "累计", Nature.SINGLE: "当期"}
                block, line = placed.block, placed.title or Line(placed.block.top, placed.block.stub_col, reading.raw)
                text = f"“{reading.raw}”是{words[reading.nature]}，对照表里写的是{words[said]}。"  # type: ignore[index]
                self.result.ask("S225", text, block, line.row, line.col, found=reading.raw)


def _like(anchor: str, text: str, frequency: str) -> bool:
    """True when the header is the anchor for some period."""
    return key(anchor) == key(text) or period_at(anchor.replace(LAST_YEAR, OWN), text, frequency) is not None
