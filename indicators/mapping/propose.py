"""Proposing a mapping for a workbook that nobody has mapped yet: what its texts say, with evidence; the rest is asked.

Comes before a person; what it makes is a draft that `complete` refuses until the questions are answered. Form,
department and 口径 stand in no table and are always asked. It reads texts (`block`) and the catalogue's names.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from indicators.catalogue.model import Catalogue
from indicators.mapping.anchors import readings
from indicators.mapping.block import Block, Line
from indicators.mapping.grounds import CERTAIN, INFERRED, Grounds
from indicators.mapping.headers import period_names
from indicators.mapping.model import MappedTable, Mapping
from indicators.mapping.names import Names
from indicators.mapping.propose_table import TableDraft
from indicators.periods import Nature, Period


@dataclass(slots=True)
class Proposal:
    """A draft mapping with its questions in it, and the grounds of everything it says."""

    mapping: Mapping
    grounds: Grounds


def propose(blocks: Sequence[Block], catalogue: Catalogue) -> Proposal | None:
    """A draft for the workbook with these tables; None when it has none."""
    return _Proposing(blocks, catalogue).proposal() if blocks else None


class _Proposing:
    """One workbook while its draft is being made."""

    def __init__(self, blocks: Sequence[Block], catalogue: Catalogue) -> None:
        self.blocks, self.catalogue, self.grounds = blocks, catalogue, Grounds()
        self.frequency = self._frequency()
        self.own, self.each = self._period()

    def proposal(self) -> Proposal:
        drafts = [
            TableDraft(block, number, self.own, self.frequency, self.catalogue, self.grounds).draft()
            for number, block in enumerate(self.blocks)
        ]
        said: dict[str, Any] = {"tables": tuple(drafts)} | self._whole(drafts)
        for part in ("columns", "rows"):
            if len({getattr(table, part) for table in drafts}) == 1:
                said[part] = getattr(drafts[0], part)
                said["tables"] = tuple(table.model_copy(update={part: ()}) for table in said["tables"])
                self.grounds.share(part)
        mapping = Mapping(
            period_from="columns" if self.each else "title",
            frequency=self.frequency,  # type: ignore[arg-type]
            questions=(*self._identity(), *dict.fromkeys(self.grounds.questions)),
            **said,
        )
        return Proposal(mapping, self.grounds)

    def _lines(self) -> Iterator[tuple[Block, Line]]:
        for block in self.blocks:
            yield from ((block, line) for line in block.above)

    def _frequency(self) -> str:
        """Months only where a text names a stretch that no quarter ends with."""
        texts = [line.text for _, line in self._lines()] + [t for b in self.blocks for t in b.headers.values()]
        return "M" if any(r.period and r.period.freq == "M" for t in texts for r in readings(t, "Q")) else "Q"

    def _period(self) -> tuple[Period | None, bool]:
        """The period in the titles; True when the columns have periods of their own instead."""
        said = [(p, b, line) for b, line in self._lines() for p in period_names(line.text, self.frequency)[:1]]
        heads = [
            (p, b, Line(b.top, col, text))
            for b in self.blocks
            for col, text in b.headers.items()
            for p in period_names(text, self.frequency)
        ]
        own = Counter(p for p, _, _ in said).most_common(1)[0][0] if said else None
        if heads and (own is None or {p for p, _, _ in heads} - {own, own.same_last_year()}):
            newest, block, line = max(heads, key=lambda one: one[0])
            self.grounds.prove(("period_from",), "报告期", f"各列，最新 {newest.code}", block, line, CERTAIN)
            return None, True
        if own is None:
            self.grounds.ask("表题和表头里都没有写明年份的报告期；请在表题里补上，或换一个写了报告期的文件。")
            return None, False
        _, block, line = next(one for one in said if one[0] == own)
        several = {p for p, _, _ in said} - {own, own.same_last_year()}
        self.grounds.prove(("period_from",), "报告期", own.code, block, line, INFERRED if several else CERTAIN)
        return own, False

    def _whole(self, drafts: Sequence[MappedTable]) -> dict[str, Any]:
        """What holds for all tables: the nature of the numbers; and what no table says."""
        parts = [part for t in drafts for part in (t, *t.columns, *t.rows)]
        codes = {part.indicator for part in parts} & self.catalogue.indicators.keys()
        stocks = {self.catalogue.indicators[code].nature == "stock" for code in codes}
        said: dict[str, Any] = {}
        if self.own and not any(part.nature for part in parts if part.nature is not Nature.STOCK):
            said["nature"] = Nature.STOCK if stocks == {True} else self._nature()
        elif self.own:
            bare = dict.fromkeys(c.header for table in drafts for c in table.columns if c.nature is None)
            for header in bare:
                self.grounds.ask(f"列“{header}”没有写是累计还是本期；请写 nature（ytd、single 或 stock）。")
        if not any(part.area for part in parts):
            said["area"] = self._area()
        if not codes:
            self.grounds.ask("表题和行、列里没有认出指标；请在表、行或列上写明 indicator。")
        for code, times in Counter(table.indicator for table in drafts if table.indicator).items():
            if times > 1:
                self.grounds.ask(f"有 {times} 个表都读成指标 {code}；请逐个核对表的标题和 indicator。")
        return said

    def _area(self) -> str:
        """The area that a title names; asked where none does."""
        names = Names(self.catalogue)
        for block, line in self._lines():
            if found := names.area_within(line.text):
                self.grounds.prove(("area",), "地区", found.code, block, line, INFERRED, found.how)
                return found.code
        self.grounds.ask("表里没有写地区；请在 area 写明整份表是哪个地区的数。")
        return ""

    def _nature(self) -> Nature | None:
        """As the title names the period; a year's title leaves open how its quarters are told, mostly 累计."""
        for block, line in self._lines():
            for reading in readings(line.text, self.frequency):
                if reading.period == self.own and reading.nature:
                    year = reading.nature is Nature.ANNUAL
                    nature = Nature.YTD if year else reading.nature
                    self.grounds.prove(("nature",), "性质", nature, block, line, INFERRED if year else CERTAIN)
                    return nature
        return None

    def _identity(self) -> Iterator[str]:
        yield "form 报表代码：给这张表取一个代码（大写字母、数字、“-”），以后各期都用它。"
        yield "name 报表名称：请写明。"
        yield "department 填报单位代码：从提出对照表时列出的单位中选一个。"
        yield "scope 口径代码：从提出对照表时列出的口径中选一个；各期、各列不同的，写在列上。"
