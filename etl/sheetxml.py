"""One worksheet part of an .xlsx, streamed: every non-empty cell with its true address, value, format and formula.

Runs in the reading process between `ooxml` (strings, formats) and `reader`. `<dimension>` and all declared counts are
ignored: only cells that are really there are counted, against limits, and nothing is sized from an address.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from etl.ooxml import MAX_CELLS, MAX_TEXT, Attributes, Package, Refusal, true, whole
from etl.workbook import Area, Cell, Sheet, address, column, position

MAX_ROWS, MAX_COLUMNS, MAX_MERGES, MAX_MERGED = 200_000, 512, 20_000, 200_000
_REFERENCE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})\Z")
_WHOLE = re.compile(r"-?[0-9]{1,15}\Z")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?\Z")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_TEXTS = ("v", "f", "t")


@dataclass(slots=True)
class Counter:
    """What one workbook has used up of its limits, over all its sheets."""

    cells: int = 0


class SheetReader:
    """The handlers of one sheet and what they have gathered; `read` is the way in."""

    def __init__(self, sheet: Sheet, strings: list[str], formats: list[str], counter: Counter) -> None:
        self.sheet, self.strings, self.formats, self.counter = sheet, strings, formats, counter
        self.row = self.col = 0
        self.cell: Attributes = {}
        self.value: str | None = None
        self.inline: list[str] | None = None
        self.formula = ""
        self.formula_attrs: Attributes = {}
        self.text: list[str] | None = None
        self.length = 0
        self.phonetic = False
        self.merges: list[Area] = []
        self.merged = 0
        self.hidden_rows: set[int] = set()
        self.hidden_cols: set[int] = set()
        self.shared: dict[str, tuple[str, str]] = {}

    def start(self, tag: str, attrs: Attributes) -> None:
        if tag == "c":
            self.cell, self.value, self.inline, self.formula = attrs, None, None, ""
            self._place(attrs.get("r"))
        elif tag in _TEXTS:
            self.text, self.length = (None if self.phonetic else []), 0
            if tag == "f":
                self.formula_attrs = attrs
        elif tag == "row":
            self._row(attrs)
        elif tag == "rPh":
            self.phonetic = True
        elif tag == "is":
            self.inline = []
        elif tag == "mergeCell":
            self._merge(attrs.get("ref", ""))
        elif tag == "col" and true(attrs.get("hidden")):
            first, last = whole(attrs.get("min", "1")), whole(attrs.get("max", "1"))
            self.hidden_cols.update(range(first, min(last, MAX_COLUMNS) + 1))
        elif tag == "drawing":
            self.sheet.pictures = True

    def end(self, tag: str) -> None:
        if tag == "v":
            self.value, self.text = "".join(self.text or ()), None
        elif tag == "c":
            self._keep()
        elif tag == "t":
            if self.inline is not None:
                self.inline.extend(self.text or ())
            self.text = None
        elif tag == "f":
            self.formula, self.text = self._formula("".join(self.text or ())), None
        elif tag == "rPh":
            self.phonetic = False

    def data(self, piece: str) -> None:
        if self.text is not None:
            self.length += len(piece)
            if self.length > MAX_TEXT:
                raise self._refusal("F122", f"文字超过 {MAX_TEXT} 个字")
            self.text.append(piece)

    def finish(self) -> Sheet:
        self.sheet.merges = tuple(self.merges)
        self.sheet.hidden_rows = frozenset(self.hidden_rows)
        self.sheet.hidden_cols = frozenset(self.hidden_cols)
        return self.sheet

    def _refusal(self, code: str, what: str) -> Refusal:
        where = address(self.row, self.col) if self.row and self.col else ""
        message = f"工作表“{self.sheet.name}”{where and f'的 {where} '}{what}，没有读取。"
        return Refusal(code, message, sheet=self.sheet.name, cell=where)

    def _row(self, attrs: Attributes) -> None:
        number = attrs.get("r")
        self.row = whole(number) if number else self.row + 1
        self.col = 0
        if not 1 <= self.row <= MAX_ROWS:
            raise Refusal(
                "F119",
                f"工作表“{self.sheet.name}”用到了第 {self.row} 行，超过 {MAX_ROWS} 行的上限，没有读取。",
                sheet=self.sheet.name,
            )
        if true(attrs.get("hidden")):
            self.hidden_rows.add(self.row)

    def _place(self, reference: str | None) -> None:
        if reference is None:
            self.col += 1
        else:
            found = _REFERENCE.match(reference)
            if not found or int(found[2]) != self.row:
                raise self._refusal("F121", f"之后有一个地址不正常的单元格（{reference[:20]}）")
            self.col = column(found[1])
        if self.col > MAX_COLUMNS:
            raise self._refusal("F119", f"超过 {MAX_COLUMNS} 列的上限")

    def _merge(self, reference: str) -> None:
        first, _, last = reference.partition(":")
        try:
            area = Area(*position(first), *position(last or first))
        except ValueError:
            raise self._refusal("F121", f"有一处合并单元格的地址不正常（{reference[:20]}）") from None
        self.merges.append(area)
        self.merged += max(area.size, 1)
        upside_down = area.bottom < area.top or area.right < area.left
        if len(self.merges) > MAX_MERGES or self.merged > MAX_MERGED or upside_down:
            raise Refusal(
                "F120",
                f"工作表“{self.sheet.name}”合并的单元格过多或范围过大（{reference}），没有读取。",
                sheet=self.sheet.name,
            )

    def _formula(self, text: str) -> str:
        if self.formula_attrs.get("t") != "shared":
            return f"={text}" if text else "="
        index = self.formula_attrs.get("si", "")
        if text:
            self.shared[index] = (text, address(self.row, self.col))
            return f"={text}"
        master, origin = self.shared.get(index, ("", ""))
        return _moved(master, origin, address(self.row, self.col)) if master else "="

    def _keep(self) -> None:
        kind = self.cell.get("t", "n")
        if self.value is None and self.inline is None and not self.formula:
            return
        style = self.cell.get("s")
        index = whole(style) if style else 0
        if index >= len(self.formats):
            if style and self.formats:
                raise self._refusal("F121", "引用了不存在的样式")
            number_format = "General"
        else:
            number_format = self.formats[index]
        shown, value = self._value(kind)
        if value is None and not self.formula:
            return
        if (self.row, self.col) in self.sheet.cells:
            raise self._refusal("F121", "出现了两次")
        self.counter.cells += 1
        if self.counter.cells > MAX_CELLS:
            raise Refusal("F119", f"工作簿的单元格超过 {MAX_CELLS} 个，没有读取。")
        self.sheet.cells[self.row, self.col] = Cell(self.row, self.col, shown, value, number_format, self.formula)

    def _value(self, kind: str) -> tuple[str, float | int | str | bool | None]:
        if kind == "inlineStr":
            return "s", _text("".join(self.inline or ())) or None
        raw = self.value
        if raw is None or (raw == "" and kind not in ("str", "s")):
            return ("s" if kind in ("s", "str") else "n"), None
        if kind == "n":
            return "n", self._number(raw)
        if kind == "s":
            index = whole(raw.strip())
            if index >= len(self.strings):
                raise self._refusal("F121", "引用了不存在的文字")
            return "s", _text(self.strings[index]) or None
        if kind == "b":
            return "b", true(raw.strip())
        return ("s" if kind == "str" else kind if kind in ("e", "d") else "s"), _text(raw) or None

    def _number(self, raw: str) -> float | int:
        raw = raw.strip()
        if _WHOLE.match(raw):
            return int(raw)
        if _NUMBER.match(raw) and math.isfinite(stored := float(raw)):
            return stored
        raise self._refusal("F123", f"存的不是数字（{raw[:20]}）")


def read_sheet(
    package: Package, part: str, sheet: Sheet, strings: list[str], formats: list[str], counter: Counter
) -> Sheet:
    """Fill `sheet` from its part; raises Refusal at the first thing that no honest workbook holds."""
    reader = SheetReader(sheet, strings, formats, counter)
    package.stream(part, reader.start, reader.end, reader.data)
    return reader.finish()


def _text(text: str) -> str:
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def _moved(formula: str, origin: str, to: str) -> str:
    from openpyxl.formula.translate import Translator

    return str(Translator(f"={formula}", origin=origin).translate_formula(to))
