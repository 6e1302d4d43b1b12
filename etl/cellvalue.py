"""One value cell: from what stands in it to a number in the catalogue's unit, a mark, or a finding at its address.

Used by `matrix` and `records`. The reading of numbers and units is `indicators`' own; this adds what only a workbook
has: error cells, formulas without a result, the address.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from etl.codes import finding
from etl.workbook import Cell, address
from indicators.cell_formats import GENERAL
from indicators.errors import UsageError
from indicators.findings import Finding
from indicators.marks import NumberStatus
from indicators.number_causes import NOTES
from indicators.numbers import NumberReading, read_number
from indicators.observations import ObsStatus
from indicators.units import convert, read_unit

_TOLD = NOTES | {
    "own_unit": "单元格里自带的计量单位与本栏相同，按数值读。",  # compared here, so nothing is left to compare
    "places_cut": "小数超过 10 位，四舍五入到 10 位；原文照存。",
}
_STEP = Decimal("1E-10")  # as fine as a generation keeps
_NOTHING = Decimal("0E-10")
_ASK = ("rescaled_format", "sign_format", "zero_unseen", "digits_kept")  # decisions that a person should confirm


class Reading(NamedTuple):
    """What a cell gave: the number as sent and canonical (None for marks, blanks and errors), and its raw text."""

    value: Decimal | None
    canonical: Decimal | None
    status: ObsStatus
    raw: str
    blank: bool = False


@dataclass(slots=True)
class CellReader:
    """Reads the value cells of one sheet and gathers their findings; equal decisions are reported once together."""

    sheet: str
    zeros_hidden: bool = False  # the sheet shows no zeros at all
    findings: list[Finding] = field(default_factory=list)
    _decided: dict[str, list[str]] = field(default_factory=dict)

    def read(self, cell: Cell | None, unit: str, canonical_unit: str, what: str) -> Reading:
        """Read one cell whose number is in `unit`; `what` names it in sentences (“第 3 栏 地区生产总值”)."""
        if cell is None:
            return Reading(None, None, ObsStatus.MISSING, "", True)
        if cell.kind == "e":
            return self._wrong("V303", cell, f"{cell.address}（{what}）的公式结果是错误 {cell.text}。")
        if cell.value is None:
            return self._wrong("V304", cell, f"{cell.address}（{what}）的公式没有计算结果。")
        shown = cell.number_format or GENERAL
        # In a cell with a plain number format, as templates have, 0.5 in a % column is 0.5 %; General leaves a doubt.
        doubtful = unit == "%" and (shown in (GENERAL, "@") or cell.kind == "s")
        read = read_number(cell.value, number_format=shown, percent_column=doubtful)
        if read.status is NumberStatus.VALUE and not (read.notes or read.unit_text or self.zeros_hidden):
            return self._converted(cell, read, unit, canonical_unit, what)
        if read.status is NumberStatus.BLANK:
            return Reading(None, None, ObsStatus.MISSING, cell.text, True)
        if read.status in (NumberStatus.ERROR, NumberStatus.CONFIRM):
            code = "V312" if read.status is NumberStatus.CONFIRM else "V302"
            return self._wrong(code, cell, f"{cell.address}（{what}）：{read.reason}", hint="")
        if read.unit_text and not self._same_unit(cell, read, unit, what):
            return Reading(None, None, ObsStatus.MISSING, cell.text)
        unseen = ("zero_unseen",) if self.zeros_hidden and cell.kind == "n" and read.value == 0 else ()
        for note in dict.fromkeys((*read.notes, *unseen)):
            self._decided.setdefault(note, []).append(cell.address)
        return self._converted(cell, read, unit, canonical_unit, what)

    def finish(self) -> list[Finding]:
        """All findings of the sheet, with one for each kind of automatic decision."""
        for note, cells in self._decided.items():
            code = "V309" if note in _ASK else "V310"
            where = cells[0] if len(cells) == 1 else f"{cells[0]} 等 {len(cells)} 格"
            message = f"{where}：{_TOLD[note]}"
            self.findings.append(finding(code, message, sheet=self.sheet, cell=cells[0], cells=tuple(cells)))
        return self.findings

    def blank(self, row: int, col: int, what: str) -> None:
        """A required cell stands empty."""
        where = address(row, col)
        self.findings.append(finding("V301", f"{where}（{what}）没有填。", sheet=self.sheet, cell=where))

    def _wrong(self, code: str, cell: Cell, message: str, **more: str) -> Reading:
        self.findings.append(finding(code, message, sheet=self.sheet, cell=cell.address, found=cell.text[:200], **more))
        return Reading(None, None, ObsStatus.MISSING, cell.text)

    def _same_unit(self, cell: Cell, read: NumberReading, unit: str, what: str) -> bool:
        """A unit written into the cell must be the column's; another is an error, never a silent conversion."""
        own, meant = read_unit(read.unit_text).unit, read_unit(unit).unit
        if read.unit_text == unit or (own is not None and own == meant):
            return True
        message = f"{cell.address}（{what}）里写的单位是“{read.unit_text}”，本栏的单位是“{unit}”。"
        self._wrong("V306", cell, message, expected=unit)
        return False

    def _converted(self, cell: Cell, read: NumberReading, unit: str, canonical_unit: str, what: str) -> Reading:
        value = read.value
        if value is None:
            return Reading(None, None, read.obs_status, read.raw)
        try:
            canonical = value if unit == canonical_unit else convert(value, unit, canonical_unit)
        except UsageError as error:
            return self._wrong("V306", cell, f"{cell.address}（{what}）：{error}", expected=canonical_unit)
        kept = self._kept(cell, value)
        return Reading(kept, kept if canonical is value else self._kept(cell, canonical), ObsStatus.NORMAL, read.raw)

    def _kept(self, cell: Cell, value: Decimal) -> Decimal:
        """The number as finely as it can be kept: a growth rate computed in a sheet has thirteen decimals."""
        if (value + _NOTHING).same_quantum(_STEP):  # a sum is as fine as the finer of its terms
            return value
        exponent = value.as_tuple().exponent
        if isinstance(exponent, int) and exponent >= -10:
            return value
        cells = self._decided.setdefault("places_cut", [])
        if cell.address not in cells:
            cells.append(cell.address)
        return value.quantize(_STEP)
