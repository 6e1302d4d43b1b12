"""Drawing the table sheet of a template: official header, table, entry cells with validation, signers, print setup.

Called by `template` only; where things lie comes from `layout`. Anchors (defined names) are set as the cells are drawn.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from etl.identity import Identity
from etl.layout import DATA, MARKS, PREVIOUS, SIGNERS, column_name, row_name
from etl.plan import Plan
from etl.template_rules import mirrors
from etl.workbook import address
from indicators.catalogue.model import Department
from indicators.observations import Origin
from indicators.periods import Period

RECORD_LINES = 60
_FONT = {"font_name": "宋体", "font_size": 10, "valign": "vcenter"}
_LOOKS: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 16, "align": "center"},
    "title_left": {"bold": True, "font_size": 14},
    "mark": {"bold": True, "font_color": "#C00000", "font_size": 12},
    "plain": {},
    "small": {"font_size": 8, "font_color": "#808080"},
    "header": {"bold": True, "align": "center", "text_wrap": True, "border": 1, "bg_color": "#DDEBF7"},
    "label": {"border": 1, "bg_color": "#F2F2F2"},
    "code": {"border": 1, "bg_color": "#F2F2F2", "align": "center"},
    "note": {"border": 1, "text_wrap": True, "valign": "top"},
    "closed": {"border": 1, "bg_color": "#D9D9D9", "align": "center"},
    "signer": {"align": "right"},
    "sign": {"bottom": 1, "locked": False, "shrink": True},
    "wrong": {"bg_color": "#FFC7CE", "font_color": "#9C0006"},
}
AIRY, ROW_HEIGHT = 24, 19  # rows of a short form are this many points high, as on a printed one
ONE_PAGE = 48  # rows that are still legible when they are brought onto one page
Values = Mapping[str, Decimal | int | str]


def styles(book: Any) -> dict[str, Any]:
    """The formats of a template by name."""
    return {name: book.add_format(_FONT | look) for name, look in _LOOKS.items()}


class TableSheet:
    """The sheet of the table while it is drawn; `row` is the next free row, `start` the first of the table, 0-based.

    `fills` colours entry cells, by `row:column` (a record form: `line:field`).
    """

    def __init__(
        self, book: Any, look: dict[str, Any], plan: Plan, identity: Identity, fills: Mapping[str, str] | None = None
    ) -> None:
        self.book, self.look, self.plan, self.identity = book, look, plan, identity
        self.layout = layout = plan.layout
        self.sheet = book.add_worksheet(layout.edition.sheet)
        self.first = len(layout.side)
        self.last = self.first + len(layout.headers) - 1
        self.row = self.start = 0
        self.fills = fills or {}
        self._entries: dict[tuple[str, str], Any] = {}

    def draw(
        self,
        period: Period,
        department: Department,
        line: str,
        previous: Values,
        values: Values,
        header: Mapping[str, str],
    ) -> None:
        """Draw everything from top to bottom."""
        self._official(period, department)
        if self.layout.edition.layout == "record":
            self._signers(header)
            top = self._header()
            self._records(values)
        else:
            top = self._header()
            self._matrix(period, values)
            self._previous(top, previous)
            self._signers(header)
        self.sheet.write(self.row, 0, line, self.look["small"])
        self._setup(top)

    def _official(self, period: Period, department: Department) -> None:
        form = self.layout.form
        self.sheet.set_row(0, 30)
        self.sheet.merge_range(0, 0, 0, self.last, form.name, self.look["title"])
        if self.identity.origin is Origin.SIMULATED:
            self.sheet.write(1, 0, "模拟数据：演示用，不是真实统计数据", self.look["mark"])
        elif self.identity.origin is Origin.PUBLISHED:
            self.sheet.write(1, 0, "公开发布数据", self.look["mark"])
        self.sheet.write(3, 0, f"综合机关名称：{department.name}", self.look["plain"])
        self.sheet.write(4, 0, f"报告期：{period.label}", self.look["plain"])
        unit = self.layout.edition.unit or ("见计量单位栏" if self.layout.unit_column else "见表内")
        right = (
            f"表　　号：{form.table_number}",
            f"制定机关：{form.authority}",
            f"文　　号：{form.document_number}",
            f"有效期至：{form.valid_until}",
            f"计量单位：{unit}",
        )
        column = max(self.last - 2, 1)  # three columns wide, or the printer cuts the text
        for row, text in enumerate(right, 1):
            self.sheet.write(row, column, text, self.look["plain"])
        self.row = 6

    def _header(self) -> int:
        top = self.row
        for cell in self.layout.header_cells:
            self._write(cell.top + top, cell.left, cell.bottom + top, cell.right, cell.text, "header")
        self.row += self.layout.depth
        numbers = self.layout.numbers
        for col, text in enumerate(numbers):
            self.sheet.write_string(self.row, col, text, self.look["code"])
        anchor = self.row if numbers else self.row - 1
        for index in range(len(self.layout.headers)):
            self._name(column_name(index), anchor, self.first + index, anchor, self.first + index)
        self.row += bool(numbers)
        return top

    def _matrix(self, period: Period, values: Values) -> None:
        layout, edition, start = self.layout, self.layout.edition, self.row
        self.start = start
        plans = {cell.key: cell for cell in self.plan.cells}
        for index, row in enumerate(edition.rows):
            for col, text in enumerate(layout.side_texts(row)):
                self.sheet.write_string(self.row, col, text, self.look["code" if col else "label"])
            for offset, column in enumerate(edition.columns):
                key, col = f"{row.code}:{column.code}", self.first + offset
                if key in plans:
                    self._entry(self.row, col, values.get(key), self._number(plans[key].decimals, key))
                else:
                    self.sheet.write_string(self.row, col, "" if row.heading else "×", self.look["closed"])
            self._name(row_name(index), self.row, self.first, self.row, self.last)
            if len(edition.rows) <= AIRY:
                self.sheet.set_row(self.row, ROW_HEIGHT)
            self.row += 1
        self._name(DATA, start, self.first, self.row - 1, self.last)
        self._validate(start, self.first, self.row - 1, self.last)
        self._mirror(start, period)
        self.row += 1

    def _mirror(self, start: int, period: Period) -> None:
        """Colour the first cell of every hard balance that does not hold."""
        edition = self.layout.edition
        rows = {row.code: start + index for index, row in enumerate(edition.rows)}
        cols = {column.code: self.first + index for index, column in enumerate(edition.columns)}

        def at(key: str) -> tuple[int, int]:
            row, _, column = key.partition(":")
            return rows[row], cols[column]

        for mirror in mirrors(self.plan, period, lambda key: self._absolute(*at(key))):
            options = {"type": "formula", "criteria": mirror.formula, "format": self.look["wrong"]}
            self.sheet.conditional_format(*at(mirror.key), *at(mirror.key), options)

    def _previous(self, top: int, previous: Values) -> None:
        """The last published numbers to the right of the printed page, for comparison only."""
        if not previous:
            return
        edition, left = self.layout.edition, self.last + 2
        start = top + self.layout.depth + bool(self.layout.numbers)
        right = left + len(edition.columns) - 1
        self._write(top, left, start - 2, right, "上次发布数（只供对照，不会被读取）", "header")
        for offset, column in enumerate(edition.columns):
            self.sheet.write_string(start - 1, left + offset, column.code, self.look["code"])
            for index, row in enumerate(edition.rows):
                if (value := previous.get(f"{row.code}:{column.code}")) is not None:
                    self._entry(start + index, left + offset, value, self.look["label"])
        self._name(PREVIOUS, start, left, start + len(edition.rows) - 1, right)

    def _records(self, values: Values) -> None:
        records, start = self.layout.edition.records, self.row
        self.start = start
        lines = max([RECORD_LINES, *(int(key.partition(":")[0]) + 10 for key in values)])
        for line in range(1, lines + 1):
            self.sheet.write_number(self.row, 0, line, self.look["code"])
            for offset, record in enumerate(records):
                key = f"{line}:{record.field}"
                value = values.get(key)
                look = self._number(_decimals(value), key) if record.field == "value" else self._open("@", key)
                self._entry(self.row, self.first + offset, value, look)
            self.row += 1
        self._name(DATA, start, self.first, self.row - 1, self.last)
        lists = list(self.layout.lists.items())
        for offset, record in enumerate(records):
            for column, (title, entries) in enumerate(lists):
                if title == record.field and entries:
                    self._offer(start, self.first + offset, column, len(entries))
        self.row += 1

    def _signers(self, header: Mapping[str, str]) -> None:
        """Label and entry cell in pairs, as many to a line as the table is wide; 说明 on a line of its own."""
        slots = [(0, 1, self.first - 1)] if self.first > 2 else [(0, 1, 1)]
        slots += [(col, col + 1, col + 1) for col in range(slots[0][2] + 1, self.last, 2)]
        for index, (key, label, name) in enumerate(SIGNERS[:-1]):
            row = self.row + index // len(slots)
            at, left, right = slots[index % len(slots)]
            self._sign(row, at, left, right, label, name, header.get(key, ""))
        self.row += (len(SIGNERS) - 2) // len(slots) + 1
        key, label, name = SIGNERS[-1]
        self.sheet.set_row(self.row, 45)
        self._sign(self.row, 0, 1, max(self.last, 1), label, name, header.get(key, ""))
        self.row += 2

    def _sign(self, row: int, at: int, left: int, right: int, label: str, name: str, text: str) -> None:
        self.sheet.write(row, at, f"{label}：", self.look["signer"])
        self._write(row, left, row, right, text, "sign")
        self._name(name, row, left, row, left)

    def _setup(self, top: int) -> None:
        sheet, data = self.sheet, top + self.layout.depth + bool(self.layout.numbers)
        longest = max([10, *(len(row.label) + 2 * row.indent for row in self.layout.edition.rows)])
        record = self.layout.edition.layout == "record"
        sheet.set_column(0, 0, 8 if record else min(2 * longest + 2, 46))
        sheet.set_column(1, self.first - 1, 10)
        sheet.set_column(self.first, self.last, 14)
        sheet.freeze_panes(data, self.first)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 1 if self.row <= ONE_PAGE else 0)
        sheet.repeat_rows(top, data - 1)
        sheet.print_area(0, 0, self.row, self.last)
        sheet.set_footer(f"&L{self.layout.form.table_number} {self.identity.period}&C第 &P 页，共 &N 页")
        sheet.protect("", {"format_columns": True, "format_rows": True})

    def _validate(self, top: int, left: int, bottom: int, right: int) -> None:
        corner = address(top + 1, left + 1)
        marks = ",".join(f'{corner}="{mark}"' for mark in MARKS)
        self.sheet.data_validation(
            top, left, bottom, right,
            {
                "validate": "custom",
                "value": f"=OR(ISNUMBER({corner}),{marks})",
                "input_title": "填一个数",
                "input_message": "单位按表头或计量单位栏。没有发生额填 0，不适用填 —，不足最小单位填 …。",
                "error_title": "这里要填数",
                "error_message": "请只填数字，或填 —（不适用）、…（不足最小单位）；说明文字请写在表下“说明”栏。",
            },
        )  # fmt: skip
        wrong = f'=AND(ISTEXT({corner}),NOT(OR({marks},{corner}="×")))'
        options = {"type": "formula", "criteria": wrong, "format": self.look["wrong"]}
        self.sheet.conditional_format(top, left, bottom, right, options)

    def _offer(self, top: int, col: int, list_column: int, count: int) -> None:
        letter = address(1, list_column + 1)[:-1]
        self.sheet.data_validation(
            top, col, self.row - 1, col,
            {
                "validate": "list",
                "source": f"=代码表!${letter}$2:${letter}${count + 1}",
                "error_type": "warning",
                "error_title": "不在代码表里",
                "error_message": "请从下拉列表选择；也可以直接填代码。",
            },
        )  # fmt: skip

    def _entry(self, row: int, col: int, value: Decimal | int | str | None, look: Any) -> None:
        if value is None:
            self.sheet.write_blank(row, col, None, look)
        elif isinstance(value, str):
            self.sheet.write_string(row, col, value, look)
        else:
            self.sheet.write_number(row, col, float(value), look)

    def _number(self, decimals: int | None, key: str) -> Any:
        return self._open("General" if decimals is None else "#,##0" + ("." + "0" * decimals if decimals else ""), key)

    def _open(self, shown: str, key: str) -> Any:
        """The format of an entry cell."""
        fill = self.fills.get(key, "")
        if (shown, fill) not in self._entries:
            coloured = {"bg_color": fill} if fill else {}
            made = self.book.add_format(_FONT | {"border": 1, "locked": False, "num_format": shown} | coloured)
            self._entries[shown, fill] = made
        return self._entries[shown, fill]

    def _write(self, top: int, left: int, bottom: int, right: int, text: str, look: str) -> None:
        if (top, left) == (bottom, right):
            self.sheet.write_string(top, left, text, self.look[look])
        else:
            self.sheet.merge_range(top, left, bottom, right, text, self.look[look])

    def _name(self, name: str, top: int, left: int, bottom: int, right: int) -> None:
        first, last = (self._absolute(top, left), self._absolute(bottom, right))
        quoted = self.sheet.name.replace("'", "''")
        self.book.define_name(name, f"='{quoted}'!{first}" + ("" if first == last else f":{last}"))

    @staticmethod
    def _absolute(row: int, col: int) -> str:
        letter = address(1, col + 1)[:-1]
        return f"${letter}${row + 1}"


def _decimals(value: Decimal | int | str | None) -> int | None:
    """The decimals a given number was written with; None, a cell without a format of its own, where none is given."""
    return max(0, -int(value.as_tuple().exponent)) if isinstance(value, Decimal) and value.is_finite() else None
