"""Reading the bureau's target table: from the cells of a workbook to drafts of targets, with a finding at every doubt.

Called by `targets` with what the guarded reader saw. Each row stands alone here; what a draft means beside targets that
exist already is decided by `target_versions`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from etl.cellvalue import CellReader
from etl.codes import finding
from etl.locate import plain
from etl.target_columns import BY_FIELD, COLUMNS, KNOWN_BY, NUMBER, Column
from etl.target_fields import LONGEST, Document, NotUnderstood, entry_of, read_field, text_of
from etl.workbook import Cell, Sheet, Workbook, address
from indicators.catalogue.model import Catalogue, Indicator
from indicators.catalogue.references import target_mistakes
from indicators.findings import Finding, Severity
from indicators.targets import Target, TargetKind, TargetStatus

HOME = "CCXQ"  # the area meant where none is written
_FALLING = (TargetKind.LOWER, TargetKind.CAP_CUMULATIVE, TargetKind.CAP_STOCK, TargetKind.CAP_RATE)
_GROWTH = (TargetKind.GROWTH_AVERAGE, TargetKind.GROWTH_YEAR)
_NAME = re.compile(r"[a-z]+(?:_[a-z]+)*")


@dataclass(frozen=True, slots=True)
class Draft:
    """A target as one row says it, in version 1, and where that row stands."""

    target: Target
    sheet: str
    row: int
    columns: dict[str, int]

    def at(self, name: str) -> str:
        """The address of a field; the row's first cell where the table has no such column."""
        return address(self.row, self.columns.get(name, 1))


@dataclass(slots=True)
class TableRead:
    """The drafts of all rows that could be read, and everything found on the way."""

    drafts: list[Draft] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def read_targets(book: Workbook, catalogue: Catalogue) -> TableRead:
    """Read the first sheet that holds a target table; findings of a refused file are handed on."""
    found = TableRead(findings=list(book.findings))
    if book.refused:
        return found
    place = next(((sheet, row) for sheet in book.sheets if (row := _header_row(sheet))), None)
    if place is None:
        found.findings.append(finding("T701", "这个文件里没有找到目标表，没有导入任何目标。", file=book.name))
    else:
        _Table(book, *place, catalogue, found).read()
    return found


def blocking(findings: list[Finding]) -> list[Finding]:
    """Those that stop an import: everything but hints, for a target table has no place for explanations."""
    return [f for f in findings if f.severity is not Severity.INFO]


def _header_row(sheet: Sheet) -> int:
    """The row that holds the titles a target table is known by; 0 where there is none."""
    titles: dict[int, set[str]] = {}
    for cell in sheet:
        titles.setdefault(cell.row, set()).add(_title(cell))
    wanted = {BY_FIELD[name].title for name in KNOWN_BY}
    return next((row for row, held in sorted(titles.items()) if wanted <= held), 0)


def _title(cell: Cell) -> str:
    return plain(cell.text).removesuffix("*")


class _Table:
    """The table of one workbook while it is being read."""

    def __init__(self, book: Workbook, sheet: Sheet, header: int, catalogue: Catalogue, found: TableRead) -> None:
        self.date1904, self.sheet, self.header = book.date1904, sheet, header
        self.catalogue, self.found = catalogue, found
        self.numbers = CellReader(sheet.name)
        self.columns: dict[str, int] = {}

    def read(self) -> None:
        """Fill `found`."""
        self._headers()
        rows = sorted({cell.row for cell in self.sheet if cell.row > self.header and cell.text.strip()})
        for row in rows:
            self._row(row)
        if not rows:
            self._say("T711", address(self.header, 1), "目标表里没有一行目标，没有导入。")
        self.found.findings += self.numbers.finish()

    def _headers(self) -> None:
        titles = {plain(column.title): column.field for column in COLUMNS}
        for cell in (c for c in self.sheet if c.row == self.header and c.text.strip()):
            name = titles.get(_title(cell))
            if name and name not in self.columns:
                self.columns[name] = cell.col
            elif any(c.col == cell.col and c.row > self.header and c.text.strip() for c in self.sheet):
                why = "出现了两次" if name else "不认识"
                self._say("T702", cell.address, f"{cell.address}的列名“{cell.text[:40]}”{why}，没有导入。", cell.text)

    def _row(self, row: int) -> None:
        before = len(blocking(self.found.findings)) + len(self.numbers.findings)
        said = {c.field: v for c in COLUMNS if (v := self._value(row, c)) is not None and v != ""}
        for column in (c for c in COLUMNS if c.required and self._cell(row, c.field) is None):
            where = address(row, self.columns[column.field])
            self._say("T703", where, f"{where}（{column.title}）没有填。")
        if len(blocking(self.found.findings)) + len(self.numbers.findings) > before:
            return
        indicator = self.catalogue.indicators[said["indicator"]]
        draft = Draft(_target(said, indicator), self.sheet.name, row, self.columns)
        wrong = list(target_mistakes(draft.target, indicator))
        for path, text in wrong:
            self._say("T707", draft.at(path[0]), f"第 {row} 行“{draft.target.name}”：{_in_words(text)}")
        if not wrong:
            self.found.drafts.append(draft)

    def _cell(self, row: int, name: str) -> Cell | None:
        col = self.columns.get(name)
        cell = self.sheet.cells.get((row, col)) if col else None
        return cell if cell is not None and cell.text.strip() else None

    def _value(self, row: int, column: Column) -> Any:
        """What a cell says; None where it is blank or wrong, the latter with a finding."""
        cell = self._cell(row, column.field)
        if cell is None:
            return None
        if column.how == NUMBER and column.field != "multiple":
            unit = "%" if column.field == "growth" else self._unit(row)
            return self.numbers.read(cell, unit, unit, column.title).value
        if column.how == NUMBER:
            return self.numbers.read(cell, "倍", "倍", column.title).value
        try:
            read = read_field(cell, column, self.catalogue, self.date1904)
        except NotUnderstood as wrong:
            said = f"{cell.address}（{column.title}）{wrong.why}。"
            self._say(wrong.code, cell.address, said, cell.text)
            return None
        if isinstance(read, Document) and not read.code:
            kept = "条款" if column.field == "source" else "说明"
            said = f"{cell.address}（{column.title}）“{read.text[:60]}”不在来源表，按原文记在{kept}里。"
            self._say("T712", cell.address, said)
        return read

    def _unit(self, row: int) -> str:
        """The unit of the numbers of this row: as stated, else that of its indicator."""
        stated, named = self._cell(row, "unit"), self._cell(row, "indicator")
        if stated is not None:
            return text_of(stated)
        indicator = entry_of(text_of(named), self.catalogue.indicators) if named else None
        return indicator.unit if indicator else ""

    def _say(self, code: str, where: str, what: str, found: str = "") -> None:
        self.found.findings.append(finding(code, what, sheet=self.sheet.name, cell=where, found=found[:200]))


def _target(said: dict[str, Any], indicator: Indicator) -> Target:
    """The target of a row with the defaults of what it leaves open."""
    kind: TargetKind = said["kind"]
    fields = {name: value for name, value in said.items() if not isinstance(value, Document)}
    source, base_source = (said.get(name, Document("", "")) for name in ("source", "base_source"))
    down = kind in _FALLING or indicator.direction == "down"
    due = said.get("due_on")
    area = said.get("area", HOME)
    defaults = {
        "code": "-".join((indicator.code, area, kind.name.replace("_", ""), str(due.year) if due else "OPEN")),
        "area": area,
        "unit": "%" if kind in _GROWTH else indicator.unit,
        "decimals": indicator.decimals,
        "direction": -1 if down else 1,
    }
    remarks = (fields.get("note", ""), f"基期来源：{base_source.text}" if not base_source.code else "")
    documents = {
        "source": source.code,
        "base_source": base_source.code,
        "clause": " ".join(p for p in ("" if source.code else source.text, fields.get("clause", "")) if p)[:LONGEST],
        "note": "；".join(r for r in remarks if r and r != "基期来源：")[:LONGEST],
    }
    if kind in _FALLING:
        fields["direction"] = -1
    return Target.model_validate(defaults | fields | documents | {"status": TargetStatus.ADOPTED})


def _in_words(text: str) -> str:
    """A sentence about fields of the catalogue, said with the titles of the columns."""
    kinds = {kind.value: kind.label for kind in TargetKind}
    titles = {column.field: f"“{column.title}”" for column in COLUMNS} | {"milestones": "“分年目标”"}
    return _NAME.sub(lambda found: titles.get(found[0]) or kinds.get(found[0], found[0]), text)
