"""The draft of one table: its title and indicator, its columns, its rows, its unit, each as its texts say.

Part of `propose`. What a text does not say is left blank and asked; a likely reading is marked as inferred.
"""

from __future__ import annotations

from typing import Any

from indicators.catalogue.model import Catalogue
from indicators.mapping.anchors import EACH, anchor_of, each_anchor, key, shown
from indicators.mapping.block import Block, Line, place
from indicators.mapping.grounds import CERTAIN, INFERRED, OPEN, Grounds, Path
from indicators.mapping.headers import read_header, read_label, read_title
from indicators.mapping.match_cells import ROW_CODES
from indicators.mapping.model import MappedColumn, MappedRow, MappedTable
from indicators.mapping.names import Named, Names
from indicators.observations import Measure
from indicators.periods import Nature, Period
from indicators.units import UnitStatus, read_unit

_UNIT_COLUMNS = frozenset(map(key, ("计量单位", "单位")))
_NO_TITLE = ("单位", "计量单位", "时间", "报告期", "填报单位", "填表单位", "制表", "附件", "附表", "表号")
_REVISED = ("修订", "普查", "口径", "可比")


class TableDraft:
    """One block while its draft is being made; `own` is the return's period, None where columns have their own."""

    def __init__(
        self, block: Block, number: int, own: Period | None, frequency: str, catalogue: Catalogue, grounds: Grounds
    ) -> None:
        self.block, self.own, self.frequency, self.grounds = block, own, frequency, grounds
        self.catalogue, self.names = catalogue, Names(catalogue)
        self.path: Path = ("tables", number)
        self.unit_header = next((t for t in block.headers.values() if key(t) in _UNIT_COLUMNS), "")

    def draft(self) -> MappedTable:
        """The table as its texts say."""
        block, head = self.block, Line(self.block.top, self.block.stub_col, self.block.stub)
        title, said = self._title()
        columns, rows = self._columns(), self._rows()
        self.grounds.prove((*self.path, "stub"), "行标题", block.stub, block, head, CERTAIN)
        about: dict[str, Any] = {}
        if said and title and not any(part.indicator for part in (*rows, *columns)):
            about["indicator"] = said.code
            sure = CERTAIN if said.certain else INFERRED
            self.grounds.prove((*self.path, "indicator"), "指标", said.code, block, title, sure, said.how)
        bare = [c for c in columns if not c.unit and c.measure is not Measure.GROWTH_YOY]
        if bare and any(not row.unit for row in rows):
            about["unit"] = self._unit(head)
        if self.own is None:
            self._revised()
        return MappedTable(
            title=anchor_of(title.text, self.own, self.frequency) if title else "",
            stub=shown(block.stub),
            unit_column=shown(self.unit_header),
            seen_at=f"{block.sheet}!{place(block.top, block.stub_col)}",
            columns=columns,
            rows=rows,
            **about,
        )

    def _title(self) -> tuple[Line | None, Named | None]:
        """The line above that names the indicator, else the nearest that is no 单位： or 时间： line."""
        plain = [
            line
            for line in self.block.above
            if not key(line.text).startswith(_NO_TITLE) and key(each_anchor(line.text, self.frequency)) != key(EACH)
        ]
        named = next(((line, said) for line in reversed(plain) if (said := read_title(line.text, self.names))), None)
        line, said = named or (plain[-1] if plain else None, None)
        if line:
            sure = CERTAIN if said else INFERRED
            self.grounds.prove((*self.path, "title"), "标题", "", self.block, line, sure)
        return line, said

    def _unit(self, head: Line) -> str:
        for line in reversed(self.block.above):
            read = read_unit(line.text)
            if read.unit:
                self.grounds.prove((*self.path, "unit"), "计量单位", read.unit.name, self.block, line, CERTAIN)
                return read.unit.name
            if read.status is UnitStatus.SEVERAL:
                self.grounds.ask(read.reason, line)
        self.grounds.ask("表题、表头和行里都没有写明计量单位；请在列、行或表上写明 unit。", head)
        return ""

    def _columns(self) -> tuple[MappedColumn, ...]:
        made: list[MappedColumn] = []
        for col, text in sorted(self.block.headers.items()):
            if key(text) in _UNIT_COLUMNS or key(text) in ROW_CODES:
                continue
            at = Line(self.block.top, col, text)
            column = self._column(at, len(made))
            if not any(key(other.header) == key(column.header) for other in made):
                made.append(column)
            elif EACH not in column.header:
                self.grounds.ask(f"表头“{shown(text)}”有两列，分不清；请先在表里改成不同的表头。", at)
        return tuple(made)

    def _column(self, at: Line, number: int) -> MappedColumn:
        read = read_header(at.text, self.own, self.own is None, self.frequency, self.names)
        doubt = read.doubt or ("" if at.text else "这一列有数字而没有表头；请补表头，或删去这一列。")
        if doubt:
            self.grounds.ask(doubt, at)
        sure = OPEN if doubt else CERTAIN if read.certain else INFERRED
        said = " ".join(filter(None, (read.measure, read.nature, read.unit, read.area, read.indicator)))
        path = (*self.path, "columns", number)
        if path not in self.grounds.remarks:
            self.grounds.prove(path, "列", said, self.block, at, sure)
        return MappedColumn(
            header=read.anchor,
            measure=read.measure,
            nature=read.nature,
            unit=read.unit,
            area=read.area,
            indicator=read.indicator,
        )

    def _rows(self) -> tuple[MappedRow, ...]:
        read = [read_label(row.label, self.names) for row in self.block.rows]
        areas = sum(r.area is not None for r in read) >= sum(r.indicator is not None for r in read)
        unit_col = next((c for c, t in self.block.headers.items() if self.unit_header and t == self.unit_header), 0)
        made: list[MappedRow] = []
        for line, one in zip(self.block.rows, read, strict=True):
            found, at = one.area if areas else one.indicator, Line(line.row, self.block.stub_col, line.label)
            code = found.code if found else ""
            sure = OPEN if not found else CERTAIN if found.certain else INFERRED
            how = found.how if found and not found.certain else ""
            self.grounds.prove((*self.path, "rows", len(made)), "行", code, self.block, at, sure, how)
            if not found:
                what = "地区" if areas else "指标"
                text = f"行“{shown(line.label)}”没有对应的{what}；请写明代码，或把它写进 ignore 并删去这一行。"
                self.grounds.ask(text, at)
            printed = read_unit(self.block.texts.get((line.row, unit_col), "")).unit if unit_col else None
            made.append(
                MappedRow(
                    label=shown(line.label),
                    area=code if areas else "",
                    indicator="" if areas else code,
                    nature=None if areas else self._nature(code, one.nature),
                    unit=printed.name if printed else one.unit,
                )
            )
        return tuple(made)

    def _nature(self, code: str, said: Nature | None) -> Nature | None:
        """A stock stays one under a header such as 1—本季（或期末）."""
        indicator = self.catalogue.indicators.get(code)
        return Nature.STOCK if indicator and indicator.nature == "stock" else said

    def _revised(self) -> None:
        """A note on revisions under a table with many periods may mean that they are not of one 口径."""
        for line in self.block.below:
            if any(word in line.text for word in _REVISED):
                text = f"附注说“{line.text[:60]}”：各期是不是同一口径？不是的，请用 first、last 把列分段，各写 scope。"
                self.grounds.ask(text, line)
