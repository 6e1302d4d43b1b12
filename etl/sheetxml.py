"""One worksheet part of an .xlsx, streamed: every non-empty cell with its true address, value, format and formula.

Runs in the reading process between `ooxml` (strings, formats) and `reader`. `<dimension>` and all declared counts are
ignored: only cells that are really there are counted, against limits, and nothing is sized from an address.
"""

from __future__ import annotations

import math
import re

from etl.ooxml import MAX_CELLS, MAX_TEXT, Attributes, Package, Refusal, true, whole
from etl.workbook import Area, Cell, Sheet, address, letters, position

MAX_ROWS, MAX_COLUMNS, MAX_MERGES, MAX_MERGED = 200_000, 512, 20_000, 200_000
_REFERENCE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})\Z")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?\Z")
_ESCAPED = re.compile(r"_x(?![Dd][89A-Fa-f])([0-9A-Fa-f]{4})_")  # half a surrogate pair is no character
_COLUMNS = {letters(number): number for number in range(1, MAX_COLUMNS + 1)}


class _SheetReader:
    """The handlers of one sheet and what they have gathered."""

    def __init__(self, sheet: Sheet, strings: list[str], formats: list[str], room: int) -> None:
        self.sheet, self.strings, self.formats, self.room = sheet, strings, formats, room
        self.styles: dict[str | None, str] = {None: formats[0] if formats else "General"}
        self.row = self.col = 0
        self.row_text = ""
        self.cell: Attributes = {}
        self.value: str | None = None
        self.inline: str | None = None
        self.formula = ""
        self.formula_attrs: Attributes = {}
        self.text: str | None = None
        self.phonetic = False
        self.merges: list[Area] = []
        self.merged = 0
        self.hidden_rows: set[int] = set()
        self.hidden_cols: set[int] = set()
        self.shared: dict[str, tuple[str, str]] = {}

    def read(self, package: Package, part: str) -> Sheet:
        """Stream the part through the handlers."""
        starts = {
            "c": self._cell, "v": self._text_begins, "row": self._row, "f": self._formula_begins,
            "t": self._run_begins, "rPh": self._guide_begins, "is": self._inline_begins, "mergeCell": self._merge,
            "col": self._columns, "drawing": self._drawing, "sheetView": self._view,
        }  # fmt: skip
        ends = {
            "c": self._keep, "v": self._value_ends, "f": self._formula_ends, "t": self._run_ends,
            "rPh": self._guide_ends,
        }  # fmt: skip
        package.stream(part, starts, ends, self._data)
        self.sheet.merges = tuple(self.merges)
        self.sheet.hidden_rows = frozenset(self.hidden_rows)
        self.sheet.hidden_cols = frozenset(self.hidden_cols)
        return self.sheet

    def _cell(self, attrs: Attributes) -> None:
        self.cell, self.value, self.inline, self.formula = attrs, None, None, ""
        col = _COLUMNS.get(attrs.get("r", "").removesuffix(self.row_text))
        self.col = col if col else self._place(attrs.get("r"))

    def _text_begins(self, _: Attributes) -> None:
        self.text = ""

    def _value_ends(self) -> None:
        self.value, self.text = self.text, None

    def _formula_begins(self, attrs: Attributes) -> None:
        self.text, self.formula_attrs = "", attrs

    def _formula_ends(self) -> None:
        self.formula, self.text = self._formula(self.text or ""), None

    def _inline_begins(self, _: Attributes) -> None:
        self.inline = ""

    def _run_begins(self, _: Attributes) -> None:
        self.text = None if self.phonetic else ""

    def _run_ends(self) -> None:
        if self.inline is not None:
            self.inline += self.text or ""
        self.text = None

    def _guide_begins(self, _: Attributes) -> None:
        self.phonetic = True

    def _guide_ends(self) -> None:
        self.phonetic = False

    def _columns(self, attrs: Attributes) -> None:
        if true(attrs.get("hidden")):
            first, last = whole(attrs.get("min", "1")), whole(attrs.get("max", "1"))
            self.hidden_cols.update(range(first, min(last, MAX_COLUMNS) + 1))

    def _drawing(self, _: Attributes) -> None:
        self.sheet.pictures = True

    def _view(self, attrs: Attributes) -> None:
        if "showZeros" in attrs:
            self.sheet.zeros_hidden = not true(attrs["showZeros"])

    def _data(self, piece: str) -> None:
        if self.text is not None:
            self.text += piece
            if len(self.text) > MAX_TEXT:
                raise self._refusal("F122", f"文字超过 {MAX_TEXT} 个字")

    def _refusal(self, code: str, what: str) -> Refusal:
        where = address(self.row, self.col) if self.row and self.col else ""
        message = f"工作表“{self.sheet.name}”{where and f'的 {where} '}{what}，没有读取。"
        return Refusal(code, message, sheet=self.sheet.name, cell=where)

    def _row(self, attrs: Attributes) -> None:
        number = attrs.get("r")
        self.row = whole(number) if number else self.row + 1
        self.col, self.row_text = 0, str(self.row)
        if not 1 <= self.row <= MAX_ROWS:
            raise Refusal(
                "F119",
                f"工作表“{self.sheet.name}”用到了第 {self.row} 行，超过 {MAX_ROWS} 行的上限，没有读取。",
                sheet=self.sheet.name,
            )
        if true(attrs.get("hidden")):
            self.hidden_rows.add(self.row)

    def _place(self, reference: str | None) -> int:
        """The column of a cell that says none, or the refusal of one whose address is not one of this row."""
        if reference is not None:
            found = _REFERENCE.match(reference)
            if not found or found[2] != self.row_text:
                raise self._refusal("F121", f"之后有一个地址不正常的单元格（{reference[:20]}）")
        if reference is not None or self.col >= MAX_COLUMNS:
            raise self._refusal("F119", f"之后超过 {MAX_COLUMNS} 列的上限")
        return self.col + 1

    def _merge(self, attrs: Attributes) -> None:
        reference = attrs.get("ref", "")
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
        if self.value is None and self.inline is None and not self.formula:
            return
        attrs, row, col, raw = self.cell, self.row, self.col, self.value
        style, kind = attrs.get("s"), attrs.get("t", "n")
        number_format = self.styles.get(style) or self._format(style)
        value: float | int | str | bool | None
        if raw and kind == "n":  # most cells of a return
            value = self._number(raw)
        elif raw and kind == "s":
            value = self._string(raw)
        else:
            kind, value = self._value(kind)
        if value is None and not self.formula:
            return
        cells = self.sheet.cells
        if (row, col) in cells:
            raise self._refusal("F121", "出现了两次")
        if len(cells) >= self.room:
            raise Refusal("F119", f"工作簿的单元格超过 {MAX_CELLS} 个，没有读取。")
        cells[row, col] = Cell(row, col, kind, value, number_format, self.formula)

    def _format(self, style: str | None) -> str:
        index = whole(style or "0")
        if index >= len(self.formats) and self.formats:
            raise self._refusal("F121", "引用了不存在的样式")
        self.styles[style] = found = self.formats[index] if self.formats else "General"
        return found

    def _value(self, kind: str) -> tuple[str, float | int | str | bool | None]:
        if kind == "inlineStr":
            return "s", _text(self.inline or "") or None
        raw = self.value
        if raw is None or (raw == "" and kind not in ("str", "s")):
            return ("s" if kind in ("s", "str") else "n"), None
        if kind == "s":
            return "s", self._string(raw)
        if kind == "b":
            return "b", true(raw.strip())
        return ("s" if kind == "str" else kind if kind in ("e", "d") else "s"), _text(raw) or None

    def _string(self, raw: str) -> str | None:
        index = whole(raw.strip())
        if index >= len(self.strings):
            raise self._refusal("F121", "引用了不存在的文字")
        return _text(self.strings[index]) or None

    def _number(self, raw: str) -> float | int:
        if raw.isascii() and raw.isdigit() and len(raw) <= 15:
            return int(raw)
        raw = raw.strip()
        if _NUMBER.match(raw) and math.isfinite(stored := float(raw)):
            return int(stored) if stored.is_integer() and abs(stored) < 1e15 else stored
        raise self._refusal("F123", f"存的不是数字（{raw[:20]}）")


def read_sheet(
    package: Package, part: str, sheet: Sheet, strings: list[str], formats: list[str], room: int = MAX_CELLS
) -> Sheet:
    """Fill `sheet` from its part, up to `room` cells; Refusal at the first thing that no honest workbook holds."""
    return _SheetReader(sheet, strings, formats, room).read(package, part)


def _text(text: str) -> str:
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def _moved(formula: str, origin: str, to: str) -> str:
    from openpyxl.formula.translate import Translator

    return str(Translator(f"={formula}", origin=origin).translate_formula(to))
