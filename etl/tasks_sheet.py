"""The usual 任务清单 as a workbook, read into rows: its columns by their headers, a finding for every cell in doubt.

It knows how people write numbers, dates and units in such lists, and nothing of which tasks there are.
"""

from __future__ import annotations

import calendar
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation

from etl.codes import finding
from etl.tasks_links import read_links
from etl.workbook import Cell, Sheet, Workbook
from indicators.catalogue.model import Department, Indicator
from indicators.errors import UsageError
from indicators.findings import Finding
from indicators.tasks.programme import Link

COLUMNS: dict[str, tuple[str, ...]] = {
    "number": ("序号", "编号"),
    "title": ("任务", "任务名称", "工作任务", "重点任务", "主要任务"),
    "lead": ("牵头单位", "牵头部门"),
    "responsible": ("责任单位", "责任部门", "配合单位"),
    "due_on": ("完成时限", "时限", "完成时间"),
    "progress": ("序时进度", "完成进度", "进度"),
    "text": ("进展情况", "工作进展", "进展"),
    "problem": ("存在问题", "问题"),
    "next_step": ("下步措施", "下一步措施", "下步打算", "下一步打算"),
    "links": ("关联指标", "应推动的指标"),
}
_FIELDS = {name: column for column, names in COLUMNS.items() for name in names}
_DATE = re.compile(r"(\d{4})(?:年|[-./])(?:(\d{1,2})(?:月|[-./]|$)(?:(\d{1,2})日?)?)?(?:底|末|前|之前)*\Z")
_DAY_FORMAT = re.compile("[yd年日]")  # a number shown as a date is one
_SHARED = ("lead", "responsible", "due_on")  # one cell merged over several rows is meant for each of them
_SPLIT = re.compile(r"[、，,;；/\s]+")


@dataclass(slots=True)
class ListRow:
    """One line of the list; what a cell did not say is "" or None. `cells` are the addresses, by column."""

    number: int
    title: str
    lead: str = ""
    responsible: tuple[str, ...] = ()
    due_on: date | None = None
    progress: Decimal | None = None
    text: str = ""
    problem: str = ""
    next_step: str = ""
    links: tuple[Link, ...] = ()
    cells: dict[str, str] = field(default_factory=dict)

    @property
    def reports(self) -> bool:
        """It says something about progress."""
        return bool(self.text or self.problem or self.next_step) or self.progress is not None


@dataclass(slots=True)
class TaskList:
    """A list as it was read. `sheet` is "" where no table was found."""

    sheet: str
    rows: list[ListRow]
    findings: list[Finding]


def read_list(book: Workbook, departments: Mapping[str, Department], indicators: Mapping[str, Indicator]) -> TaskList:
    """Read the first sheet that holds such a table; never raises for what is in it."""
    if book.refused:
        return TaskList("", [], list(book.findings))
    for sheet in book.sheets:
        if head := _header(sheet):
            reader = _Reader(sheet, head, departments, book.date1904)
            reader.indicators = indicators
            return reader.read(list(book.findings))
    said = finding("T801", "没有找到任务清单：没有一行表头同时有“序号”“任务”。", sheet=book.sheets[0].name)
    return TaskList("", [], [*book.findings, said])


def _header(sheet: Sheet) -> tuple[int, dict[int, str]] | None:
    """Row of the header, and which column is which."""
    rows: dict[int, dict[int, str]] = {}
    for cell in sheet:
        if column := _FIELDS.get(_plain(cell.text)):
            rows.setdefault(cell.row, {})[cell.col] = column
    return next(
        ((row, found) for row, found in sorted(rows.items()) if {"number", "title"} <= set(found.values())), None
    )


def _plain(text: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


class _Reader:
    """Reads one sheet and gathers its findings."""

    def __init__(
        self, sheet: Sheet, head: tuple[int, dict[int, str]], departments: Mapping[str, Department], date1904: bool
    ) -> None:
        self.epoch = date(1904, 1, 1) if date1904 else date(1899, 12, 30)
        self.sheet, (self.top, self.columns) = sheet, head
        self.findings: list[Finding] = []
        self.indicators: Mapping[str, Indicator] = {}
        self.units = {
            _plain(name): code for code, unit in departments.items() for name in (code, unit.name, unit.short)
        }
        self.known = "、".join(unit.short for unit in departments.values())

    def read(self, before: list[Finding]) -> TaskList:
        for cell in self.sheet:
            if cell.row == self.top and cell.col not in self.columns and cell.text.strip():
                self._say("T809", cell, f"{cell.address} 的表头“{cell.text}”不认识，这一列没有读。")
        rows: list[ListRow] = []
        seen: dict[int, int] = {}
        for number in sorted({cell.row for cell in self.sheet if cell.row > self.top}):
            row = self._row(number)
            if row is None:
                continue
            if row.number in seen:
                where = self.sheet.cells[self._at(number, "number")]
                self._say("T806", where, f"{where.address} 的序号 {row.number} 已用于第 {seen[row.number]} 行。")
            seen[row.number] = number
            rows.append(row)
        if not rows and not self.findings:
            self.findings.append(finding("T810", "任务清单里没有一行任务。", sheet=self.sheet.name))
        return TaskList(self.sheet.name, rows, [*before, *self.findings])

    def _row(self, row: int) -> ListRow | None:
        cells = {name: self._cell(row, col, name) for col, name in self.columns.items()}
        held = {name: cell for name, cell in cells.items() if cell and cell.text.strip()}
        if not held or not {"number", "title"} & held.keys():
            return None  # a remark below the table, or an empty line
        for cell in held.values():
            if cell.kind == "e":
                self._say("T802", cell, f"{cell.address} 的公式结果是错误 {cell.text}。")
        number, title = self._number(held.get("number"), row), held.get("title")
        if title is None:
            where = held["number"]
            self._say("T802", where, f"第 {row} 行有序号，没有写任务。")
        if number is None or title is None:
            return None
        made = ListRow(number, title.text.strip(), cells={name: cell.address for name, cell in held.items()})
        for name in ("text", "problem", "next_step"):
            setattr(made, name, held[name].text.strip() if name in held else "")
        made.lead = self._lead(held.get("lead"))
        made.responsible = self._units(held.get("responsible"))
        made.due_on = self._date(held.get("due_on"))
        made.progress = self._progress(held.get("progress"))
        made.links = self._links(held.get("links"))
        if made.reports and not made.text:
            where = next(held[n] for n in ("progress", "problem", "next_step") if n in held)
            self._say("T811", where, f"第 {row} 行填了进度、问题或措施，没有写进展情况。")
        return made

    def _cell(self, row: int, col: int, name: str) -> Cell | None:
        """What stands there; of a merge over several rows, what is meant for this row too."""
        anchor = self.sheet.anchor(row, col)
        cell = self.sheet.cells.get(anchor)
        if cell is None or anchor[0] == row or anchor[0] <= self.top:
            return self.sheet.cells.get((row, col))
        if name in _SHARED:
            return cell
        self._say("T802", cell, f"{cell.address} 合并到了第 {row} 行，说不清这一行是不是也这样。请取消合并，逐行填写。")
        return None

    def _number(self, cell: Cell | None, row: int) -> int | None:
        text = _plain(cell.text).removesuffix(".0").removesuffix(".") if cell else ""
        if text.isdigit() and 0 < int(text) < 100_000:
            return int(text)
        said = f"第 {row} 行的序号“{cell.text if cell else ''}”不是正整数。"
        self.findings.append(
            finding("T802", said, sheet=self.sheet.name, cell=cell.address if cell else "", found=text[:200])
        )
        return None

    def _lead(self, cell: Cell | None) -> str:
        found = self._units(cell)
        if cell and len(found) > 1:
            self._say("T803", cell, f"{cell.address} 写了 {len(found)} 个牵头单位，只能有一个；其余的写在责任单位。")
        return next(iter(found), "")

    def _units(self, cell: Cell | None) -> tuple[str, ...]:
        if cell is None or cell.kind == "e":
            return ()
        found = []
        for name in _SPLIT.split(cell.text.strip()):
            code = self.units.get(_plain(name))
            if code is None and name:
                self._say("T803", cell, f"{cell.address} 的单位“{name}”不在目录中；可用：{self.known}。")
            elif code:
                found.append(code)
        return tuple(dict.fromkeys(found))

    def _links(self, cell: Cell | None) -> tuple[Link, ...]:
        if cell is None or cell.kind == "e":
            return ()
        try:
            return read_links(cell.text, self.indicators)
        except UsageError as error:
            self._say("T812", cell, f"{cell.address} 的关联指标看不懂：{error}")
            return ()

    def _date(self, cell: Cell | None) -> date | None:
        if cell is None or cell.kind == "e":
            return None
        text = _plain(cell.text)
        try:
            if cell.kind == "d":
                return date.fromisoformat(text[:10])
            if cell.kind == "n" and isinstance(cell.value, (int, float)) and _DAY_FORMAT.search(cell.number_format):
                return self.epoch + timedelta(days=int(cell.value))
            if said := _DATE.match(text):
                year, month = int(said[1]), int(said[2] or 12)
                return date(year, month, int(said[3] or calendar.monthrange(year, month)[1]))
        except (ValueError, OverflowError, calendar.IllegalMonthError):
            pass
        self._say("T804", cell, f"{cell.address} 的时限“{cell.text}”看不懂。")
        return None

    def _progress(self, cell: Cell | None) -> Decimal | None:
        if cell is None or cell.kind == "e":
            return None
        text = _plain(cell.text)
        try:
            value = Decimal(text.rstrip("%"))
        except InvalidOperation:
            self._say("T805", cell, f"{cell.address} 的序时进度“{cell.text}”不是百分数。")
            return None
        percent = text.endswith("%")
        if cell.kind == "n" and "%" in cell.number_format:
            value, percent = value * 100, True
        if not percent and 0 < value < 1:
            self._say("T805", cell, f"{cell.address} 的“{cell.text}”是 {value}% 还是 {value * 100}%，说不清。")
            return None
        if not 0 <= value <= 100:
            self._say("T805", cell, f"{cell.address} 的序时进度“{cell.text}”不在 0 到 100 之间。")
            return None
        return value.quantize(Decimal("0.01")).normalize() if value else Decimal(0)

    def _say(self, code: str, cell: Cell, message: str) -> None:
        self.findings.append(finding(code, message, sheet=self.sheet.name, cell=cell.address, found=cell.text[:200]))

    def _at(self, row: int, name: str) -> tuple[int, int]:
        return row, next(col for col, column in self.columns.items() if column == name)
