"""The target table to fill in: one workbook with the table, what each column means, and lists to choose from.

Written by XlsxWriter from `target_columns`, so that it offers exactly what the import understands. The same catalogue
and targets give the same bytes.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from etl.target_columns import (
    COLUMNS,
    DAY,
    FIRST_DAY,
    LISTS_SHEET,
    NOTES_SHEET,
    NUMBER,
    SHEET,
    WORDS,
    Column,
    choices,
)  # fmt: skip
from etl.workbook import letters
from indicators.catalogue.model import Catalogue
from indicators.catalogue.references import NEEDED
from indicators.targets import Target, TargetKind

LINES = 200
HEADER_ROW = 3  # 0-based
_CREATED = datetime(2000, 1, 1)
_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_FONT = {"font_name": "宋体", "font_size": 10, "valign": "vcenter"}
_LOOKS: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 16},
    "plain": {},
    "header": {"bold": True, "align": "center", "text_wrap": True, "border": 1, "bg_color": "#DDEBF7"},
    "needed": {"bold": True, "align": "center", "text_wrap": True, "border": 1, "bg_color": "#FCE4D6"},
    "note": {"border": 1, "text_wrap": True, "valign": "top"},
    "text": {"border": 1, "num_format": "@"},
    "number": {"border": 1, "num_format": "#,##0.00####"},
    "day": {"border": 1, "num_format": "yyyy-mm-dd"},
}
_NOTES = (
    "一行一个目标；带 * 的栏必填，其余各栏按目标类型填写，没有的不填，系统从不推定。",
    "数字按“计量单位”栏的单位填写；百分数按百分之几填写，5% 填 5。",
    "日期写 2030-12-31、2030年12月31日 或 2030年（起算日、生效日期取首日，其余取末日）。",
    "调整已导入的目标：填原来的目标代码、新的数值、测算规则和生效日期；系统另存为新版本，旧版本保留。",
    "有一格不对，整张表都不导入；改正后重新导入即可。导入后请发布，看板才按新目标判定。",
)


def write_target_template(catalogue: Catalogue, targets: Sequence[Target] = ()) -> bytes:
    """The workbook as bytes, with these targets filled in."""
    import xlsxwriter

    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, _OPTIONS)
    book.set_properties({"title": "目标表", "created": _CREATED})
    look = {name: book.add_format(_FONT | style) for name, style in _LOOKS.items()}
    table, notes, lists = (book.add_worksheet(name) for name in (SHEET, NOTES_SHEET, LISTS_SHEET))
    _table(table, look, targets, _lists(lists, catalogue))
    _explain(notes, look)
    lists.hide()
    table.activate()
    book.close()
    return buffer.getvalue()


def _table(sheet: Any, look: dict[str, Any], targets: Sequence[Target], offers: dict[str, tuple[int, int]]) -> None:
    sheet.write_string(0, 0, "长春新区目标表", look["title"])
    sheet.write_string(1, 0, _NOTES[0], look["plain"])
    sheet.write_string(2, 0, f"各栏的填法见“{NOTES_SHEET}”。", look["plain"])
    last = HEADER_ROW + max(LINES, len(targets) + 20)
    for col, column in enumerate(COLUMNS):
        style = "number" if column.how == NUMBER else "day" if column.how in (DAY, FIRST_DAY) else "text"
        title = column.title + "*" * column.required
        sheet.write_string(HEADER_ROW, col, title, look["needed" if column.required else "header"])
        sheet.set_column(col, col, 30 if column.field in ("name", "text") else 14)
        for row in range(HEADER_ROW + 1, last + 1):
            sheet.write_blank(row, col, None, look[style])
        for row, target in enumerate(targets, HEADER_ROW + 1):
            _fill(sheet, row, col, _told(target, column), look[style])
        if column.field in offers:
            _offer(sheet, (HEADER_ROW + 1, last), col, *offers[column.field])
    sheet.freeze_panes(HEADER_ROW + 1, 2)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(HEADER_ROW)


def _told(target: Target, column: Column) -> object:
    """What stands in a target's cell: values as the column reads them back."""
    value = getattr(target, column.field)
    if column.field in WORDS:
        return next((word for word, meant in WORDS[column.field].items() if meant == value), None)
    if column.field == "milestones":
        return "；".join(f"{m.on.isoformat()}={m.value}" for m in value)
    return "、".join(str(step) for step in value) if column.field == "warning_steps" else value


def _fill(sheet: Any, row: int, col: int, value: object, look: Any) -> None:
    if isinstance(value, Decimal):
        sheet.write_number(row, col, float(value), look)
    elif isinstance(value, date):
        sheet.write_datetime(row, col, datetime(value.year, value.month, value.day), look)
    elif value not in (None, ""):
        sheet.write_string(row, col, str(value), look)


def _offer(sheet: Any, rows: tuple[int, int], col: int, list_column: int, count: int) -> None:
    letter = letters(list_column + 1)
    options = {
        "validate": "list",
        "source": f"={LISTS_SHEET}!${letter}$2:${letter}${count + 1}",
        "error_type": "warning",
        "error_title": "不在代码表里",
        "error_message": "请从下拉列表选择；也可以直接填代码或名称。",
    }
    sheet.data_validation(rows[0], col, rows[1], col, options)


def _lists(sheet: Any, catalogue: Catalogue) -> dict[str, tuple[int, int]]:
    """Write what may be chosen, a column of the sheet for each; where each list stands and how long it is."""
    offers: dict[str, tuple[int, int]] = {}
    for column in COLUMNS:
        entries = choices(column.field, catalogue)
        if entries:
            sheet.write_column(0, len(offers), (column.title, *entries))
            offers[column.field] = (len(offers), len(entries))
    return offers


def _explain(sheet: Any, look: dict[str, Any]) -> None:
    sheet.set_column(0, 0, 16)
    sheet.set_column(1, 1, 8)
    sheet.set_column(2, 2, 90)
    sheet.write_string(0, 0, "目标表填写说明", look["title"])
    lines = [f"{number}. {text}" for number, text in enumerate(_NOTES, 1)]
    row = _rows(sheet, look, 1, ((line,) for line in lines), "plain") + 1
    row = _rows(sheet, look, row, [("栏", "必填", "填什么")], "header")
    row = _rows(sheet, look, row, ((c.title, "是" if c.required else "", c.about) for c in COLUMNS), "note") + 1
    row = _rows(sheet, look, row, [("目标类型", "", "必须填写的栏")], "header")
    titles = {column.field: column.title for column in COLUMNS}
    needs = ((kind.label, "", "、".join(titles[name] for name in NEEDED[kind])) for kind in TargetKind)
    _rows(sheet, look, row, needs, "note")
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)


def _rows(sheet: Any, look: dict[str, Any], row: int, lines: Iterable[Sequence[str]], style: str) -> int:
    for texts in lines:
        for col, text in enumerate(texts):
            sheet.write_string(row, col, text, look[style])
        row += 1
    return row
