"""The return to fill in: one workbook per form edition, period and department, written by XlsxWriter.

First station of the way. The workbook says who it is (`identity`), lies as `layout` says and carries nothing that the
catalogue does not hold; equal arguments give equal bytes. It knows nothing of reading.
"""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from etl.errors import TemplateError
from etl.identity import META_SHEET, Identity
from etl.layout import SIGNERS, Layout
from etl.plan import Plan, plan_of
from etl.template_sheet import TableSheet, styles
from indicators.catalogue.facets import open_cells
from indicators.catalogue.model import Catalogue, Department, Form, FormEdition
from indicators.observations import Origin
from indicators.periods import Period

Value = Decimal | int | str
CODES_SHEET, NOTES_SHEET = "代码表", "填报说明"
_CREATED = datetime(2000, 1, 1)
_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_NOTE_WIDTHS = (22, 26, 10, 72)  # in letters: code, name, unit, definition
_NOTES = (
    "只填白色的格子；名称、代码、单位和表头已经锁定，请不要改动，也不要增删行列。",
    "可以整块复制粘贴，请用“选择性粘贴—数值”。",
    "没有发生额请填 0；此项不适用请填 —；不足最小单位请填 …。必填的格子不要留空。",
    "数字按表头或“计量单位”栏的单位填写，不要在数字后面写单位，不要写“约”“左右”。",
    "百分数按百分之几填写：增长 5.3% 填 5.3，下降 2.1% 填 -2.1。",
    "打 × 的格子不填。表右侧的“上次发布数”只供对照，不会被读取。",
    "变红的格子说明数字之间的关系不对，或填的不是数，请先核对再报送。",
    "填好后请写明单位负责人、统计负责人、填表人、联系电话和报出日期，保存为 .xlsx 后上传。",
)


def write_template(
    form: Form,
    edition: FormEdition,
    period: Period,
    department: Department,
    catalogue: Catalogue,
    *,
    previous: Mapping[str, Value] | None = None,
    values: Mapping[str, Value] | None = None,
    header: Mapping[str, str] | None = None,
    secret: bytes,
    simulated: bool = False,
) -> bytes:
    """The workbook as bytes; the same arguments give the same bytes.

    `previous` and `values` are keyed `row:column` (a record form: `1:value`, line number and field), values in the unit
    printed for the cell; a text is a mark or a record's text. `header` fills the signers' cells (keys of
    `layout.SIGNERS`). TemplateError when the form is not this department's, or a value has no cell to stand in.
    """
    buffer, values, header = io.BytesIO(), values or {}, header or {}
    plan = plan_of(form, edition, catalogue)
    _prove(plan.layout, department, values, header)
    origin = Origin.SIMULATED if simulated else department.origin
    identity = Identity(form.code, edition.edition, period.code, department.code, origin)
    book = new_book(buffer, f"{form.name} {period.label} {department.name}")
    table = draw_return(book, plan, identity, previous=previous or {}, values=values, header=header, secret=secret)
    table.sheet.activate()
    book.close()
    return buffer.getvalue()


def new_book(buffer: io.BytesIO, title: str) -> Any:
    """An empty workbook to draw in, in which no text turns into a formula, a link or a number."""
    import xlsxwriter

    book = xlsxwriter.Workbook(buffer, _OPTIONS)
    book.set_properties({"title": title, "created": _CREATED})
    return book


def draw_return(
    book: Any,
    plan: Plan,
    identity: Identity,
    *,
    previous: Mapping[str, Value],
    values: Mapping[str, Value],
    header: Mapping[str, str],
    secret: bytes,
    fills: Mapping[str, str] | None = None,
) -> TableSheet:
    """Draw a return into a workbook: instructions, table, lists and identity. `fills` colours cells of the table."""
    layout, period = plan.layout, Period.parse(identity.period)
    department, look = layout.catalogue.departments[identity.department], styles(book)
    _notes(book, look, layout, period, department)
    table = TableSheet(book, look, plan, identity, fills)
    table.draw(period, department, identity.line(secret), previous, values, header)
    _codes(book, layout)
    _meta(book, identity.meta(secret, layout.edition))
    return table


def _prove(layout: Layout, department: Department, values: Mapping[str, Value], header: Mapping[str, str]) -> None:
    form, edition = layout.form, layout.edition
    if department.code not in form.departments:
        raise TemplateError(
            f"“{department.name}”（{department.code}）不报送《{form.name}》（{form.code}），没有生成报表。"
            f"报送该表的是：{'、'.join(form.departments)}。"
        )
    if edition.layout == "matrix":
        known = {f"{row.code}:{column.code}" for row, column in open_cells(edition)}
        stray = [key for key in values if key not in known]
    else:
        fields = {record.field for record in edition.records}
        stray = [k for k in values if not k.partition(":")[0].isdigit() or k.partition(":")[2] not in fields]
    stray += [key for key in header if key not in {signer[0] for signer in SIGNERS}]
    if stray:
        raise TemplateError(f"《{form.name}》（{form.code}）没有这些格子：{'、'.join(stray[:5])}，没有生成报表。")


def _notes(book: object, look: dict[str, object], layout: Layout, period: Period, department: Department) -> None:
    sheet = book.add_worksheet(NOTES_SHEET)  # type: ignore[attr-defined]
    for col, width in enumerate(_NOTE_WIDTHS):
        sheet.set_column(col, col, width)
    form, edition = layout.form, layout.edition
    sheet.write(0, 0, f"《{form.name}》填报说明", look["title_left"])
    lines = [f"表号 {form.table_number}　{period.label}　{department.name}", *_NOTES]
    if edition.note:
        lines.append(edition.note)
    row = 1
    for number, line in enumerate(lines):
        sheet.write(row, 0, line if not number else f"{number}. {line}", look["plain"])
        row += 1
    row += 1
    for col, text in enumerate(("指标代码", "指标名称", "计量单位", "口径与定义")):
        sheet.write(row, col, text, look["header"])
    for code in dict.fromkeys(r.indicator for r in (*edition.rows, *edition.columns) if r.indicator):
        if indicator := layout.catalogue.indicators.get(code):
            row += 1
            texts = (indicator.code, indicator.name, indicator.unit, indicator.definition)
            sheet.set_row(row, 15 * max(map(_lines, texts, _NOTE_WIDTHS)))  # a file made by program is not fitted
            for col, text in enumerate(texts):
                sheet.write(row, col, text, look["note"])
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.protect()


def _lines(text: str, width: int) -> int:
    """How many lines a text takes in a column; a Chinese character is as wide as two letters."""
    wide = sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
    return -(-wide // (width - 1)) or 1


def _meta(book: object, values: Mapping[str, str]) -> None:
    sheet = book.add_worksheet(META_SHEET)  # type: ignore[attr-defined]
    for row, pair in enumerate(values.items()):
        sheet.write_row(row, 0, pair)
    sheet.very_hidden()


def _codes(book: object, layout: Layout) -> None:
    """Lists that data validation offers; `code name`, the first word is what is read back."""
    sheet = book.add_worksheet(CODES_SHEET)  # type: ignore[attr-defined]
    for col, (title, entries) in enumerate(layout.lists.items()):
        sheet.write_column(0, col, (title, *entries))
    sheet.hide()
