"""The front sheet of an annotated workbook, 审核结果: one line for each finding, and the comments at the cells.

Shared by what can be sent back and by the reading copy. The column 说明 is open beside what asks for one, and 核对码
says what the explanation is bound to; `explanations` reads the two again. All text is written as text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from etl.explanations import BINDING, EXPLANATION, RESULT_SHEET
from etl.receipts import tally
from indicators.findings import Finding, RuleState, Severity

Cell = tuple[int, int]
_FILLS = {Severity.HARD: "#FFC7CE", Severity.SOFT: "#FFEB9C", Severity.INFO: "#DDEBF7"}
_AUTHOR = "审核"
_FONT = {"font_name": "宋体", "font_size": 10, "valign": "top", "text_wrap": True, "border": 1}
_HEADS = ("序号", "级别", "代码", "位置", "发现", "填报的是", "应为", "怎么办", EXPLANATION, BINDING)
_WIDTHS = (6, 8, 8, 18, 50, 16, 16, 34, 30, 36)
_LINE = 13.5  # points of height
_ADVICE = (
    "强制性的必须改正；核实性的，数字有误请改正，数字无误请在右边黄色的格子里写明原因；提示的供参考。",
    "改正后把整个工作簿存为 .xlsx 重新报送即可，这张表不用删。数字改动后，原来写的原因不再有效，须重新写。",
)
_LONGEST = 500
MAX_COMMENTS = 300  # of a workbook; a spreadsheet program grows slow with thousands


class Noted(NamedTuple):
    """A finding at its place in the annotated workbook: sheet and 0-based cell, None where no cell of it is meant.

    `sent` is the address in the sender's own workbook.
    """

    found: Finding
    at: Cell | None
    sent: str
    sheet: str


def fill_of(found: Finding) -> str:
    """The colour of a cell with this finding."""
    return _FILLS[found.severity]


def shown_width(text: str) -> int:
    """How wide a text is, in the columns of a spreadsheet: a Chinese character is two wide."""
    return sum(1 + (ord(char) > 0x2E7F) for char in text)


def _lines(text: str, width: int) -> int:
    """How many lines a text takes in a column."""
    return sum(-(-shown_width(part) // (width - 1)) or 1 for part in text[:2000].split("\n"))


def sorted_findings(findings: Sequence[Finding]) -> list[Finding]:
    """What blocks first, then what asks, then what informs; each in the order it was found."""
    order = tuple(Severity)
    failed = [found for found in findings if found.state is not RuleState.PASSED]
    return sorted(failed, key=lambda found: order.index(found.severity))


def comment(sheet: Any, noted: Sequence[Noted], most: int) -> set[tuple[str, Cell]]:
    """Write the findings of each cell of a sheet as its comment, at most so many; the cells that got one."""
    by_cell: dict[Cell, list[Finding]] = {}
    for one in noted:
        if one.at is not None and one.sheet == sheet.get_name():
            by_cell.setdefault(one.at, []).append(one.found)
    for cell, findings in list(by_cell.items())[:most]:
        text = "\n\n".join(map(_remark, findings))[:8000]
        size = {"x_scale": 2.6, "y_scale": min(1.2 + len(text) / 90, 6)}
        sheet.write_comment(*cell, text, {"author": _AUTHOR, "font_name": "宋体", "font_size": 9, **size})
    return {(sheet.get_name(), cell) for cell in list(by_cell)[:most]}


def _remark(found: Finding) -> str:
    """A finding as a comment: what, found, expected, how to mend."""
    lines = [f"【{found.severity.label} {found.code}】{found.message}"]
    lines += [f"填报的是：{found.found}"] if found.found else []
    lines += [f"应为：{found.expected}"] if found.expected else []
    lines += [f"涉及：{'、'.join(found.cells[:12])}"] if len(found.cells) > 1 else []
    lines += [f"怎么办：{found.hint}"] if found.hint else []
    return "\n".join(lines)


class ResultList:
    """The front sheet; it is added first and written when everything else has its place."""

    def __init__(self, book: Any) -> None:
        self.sheet = book.add_worksheet(RESULT_SHEET)
        self._plain = book.add_format({"font_name": "宋体", "font_size": 10})
        self._title = book.add_format({"font_name": "宋体", "font_size": 14, "bold": True})
        self._head = book.add_format(_FONT | {"bold": True, "bg_color": "#DDEBF7", "align": "center"})
        self._text = book.add_format(_FONT)
        self._link = book.add_format(_FONT | {"font_color": "#0563C1", "underline": 1})
        self._open = book.add_format(_FONT | {"locked": False, "bg_color": "#FFF2CC", "num_format": "@"})
        self._colours = {severity: book.add_format(_FONT | {"bg_color": fill}) for severity, fill in _FILLS.items()}

    def write(
        self,
        title: str,
        noted: Sequence[Noted],
        commented: set[tuple[str, Cell]],
        explanations: Mapping[str, str],
        *,
        advice: Sequence[str] = _ADVICE,
        answerable: bool = True,
    ) -> None:
        """Write all lines; `explanations` are those given already, by binding."""
        self.sheet.write_string(0, 0, f"审核结果　{title}", self._title)
        for row, text in enumerate((f"{tally([one.found for one in noted])}。", *advice), 1):
            self.sheet.write_string(row, 0, text, self._plain)
        top = len(advice) + 3
        for col, (head, width) in enumerate(zip(_HEADS, _WIDTHS, strict=True)):
            self.sheet.set_column(col, col, width)
            self.sheet.write_string(top, col, head, self._head)
        for number, one in enumerate(noted, 1):
            given = explanations.get(one.found.binding, "") if answerable else ""
            self._line(top + number, number, one, (one.sheet, one.at) in commented, given, answerable)
        self._setup(top, top + len(noted))

    def _line(self, row: int, number: int, one: Noted, commented: bool, given: str, answerable: bool) -> None:
        found = one.found
        self.sheet.write_number(row, 0, number, self._text)
        self.sheet.write_string(row, 1, found.severity.label, self._colours[found.severity])
        where = " ".join(filter(None, (one.sheet, found.cell)))
        if one.at is None:
            self.sheet.write_string(row, 3, where or "整个工作簿", self._text)
        else:
            where += "" if one.sent == found.cell else f"（原 {one.sent}）"
            where += "" if commented else "（此格未加批注）"
            quoted = one.sheet.replace("'", "''")
            self.sheet.write_url(row, 3, f"internal:'{quoted}'!{found.cell}", self._link, where)
        texts = (found.message, found.found, found.expected, found.hint)
        for col, text in ((2, found.code), *enumerate(texts, 4)):
            self.sheet.write_string(row, col, text[:2000], self._text)
        lines = max(_lines(text, _WIDTHS[col]) for col, text in ((3, where), *enumerate((*texts, given), 4)))
        self.sheet.set_row(row, _LINE * min(lines, 12) + 3)  # not every spreadsheet program makes room by itself
        asks = answerable and found.severity is Severity.SOFT
        self.sheet.write_string(row, 8, given, self._open if asks else self._text)
        self.sheet.write_string(row, 9, found.binding if asks else "", self._text)
        if asks:
            self.sheet.data_validation(row, 8, row, 8, {
                "validate": "length", "criteria": "<=", "value": _LONGEST, "input_title": "写明原因",
                "input_message": "数字无误的，请在这里写明原因；数字有误的，请在表里改正。",
                "error_title": "太长了", "error_message": f"请不要超过 {_LONGEST} 个字。",
            })  # fmt: skip

    def _setup(self, top: int, last: int) -> None:
        self.sheet.freeze_panes(top + 1, 0)
        self.sheet.set_landscape()
        self.sheet.set_paper(9)
        self.sheet.fit_to_pages(1, 0)
        self.sheet.print_area(0, 0, last, _HEADS.index(EXPLANATION))
        self.sheet.repeat_rows(top)
        self.sheet.protect("", {"format_columns": True, "format_rows": True, "autofilter": True})
        self.sheet.activate()
        self.sheet.set_first_sheet()
