"""Reading one file of any accepted kind into a Workbook. Runs in the child process (`worker`), never in a web process.

`read_workbook` never raises for what is in a file: a refused file is a Workbook without sheets whose finding says why.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from dataclasses import replace

from etl.codes import finding
from etl.guard import Refused, inspect_bytes, printable
from etl.ooxml import MAX_CELLS, Package, Refusal, read_book, read_formats, read_strings, workbook_part
from etl.sheetxml import read_sheet
from etl.workbook import Sheet, Workbook
from indicators.findings import Finding


def read_workbook(data: bytes, name: str) -> Workbook:
    """Everything in the file's cells, with findings about the file; `.refused` when it could not or may not be read."""
    name, digest = printable(name), hashlib.sha256(data).hexdigest()
    verdict = inspect_bytes(data, name)
    if isinstance(verdict, Refused):
        return refused(name, digest, verdict.finding)
    try:
        book = _READERS[verdict.kind](data)
        if not any(sheet.cells for sheet in book.sheets):
            raise _nothing(book.sheets)
    except Refusal as refusal:
        return refused(name, digest, refusal.finding)
    book.name, book.sha256, book.kind = name, digest, verdict.kind
    book.findings = tuple(replace(f, file=name) for f in (*verdict.findings, *book.findings))
    return book


def refused(name: str, digest: str, why: Finding) -> Workbook:
    """The Workbook of a file that was not read."""
    return Workbook(name, "", digest, findings=(replace(why, file=name),))


def _nothing(sheets: tuple[Sheet, ...]) -> Refusal:
    if any(sheet.pictures for sheet in sheets):
        return Refusal("F117", "工作簿里只有图片，没有一个单元格填了内容，没有读取。")
    return Refusal("F118", "工作簿里没有一个单元格填了内容，没有读取。")


def _read_xlsx(data: bytes) -> Workbook:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        package = Package(archive)
        part = workbook_part(package)
        relations = package.relations(part)
        book = read_book(package, part, relations)
        parts = dict(relations.values())
        formats = read_formats(package, parts["styles"]) if "styles" in parts else []
        strings = read_strings(package, parts["sharedStrings"]) if "sharedStrings" in parts else []
        sheets: list[Sheet] = []
        room = MAX_CELLS
        for entry in book.sheets:
            sheets.append(read_sheet(package, entry.part, Sheet(entry.name, entry.state), strings, formats, room))
            room -= len(sheets[-1].cells)
    return Workbook("", "xlsx", "", tuple(sheets), book.names, book.date1904, _linked(sheets))


def _linked(sheets: list[Sheet]) -> tuple[Finding, ...]:
    """A finding at each formula that refers to another workbook (`[1]表!A1`), at most 20 of them."""
    cells = [(sheet.name, cell) for sheet in sheets for cell in sheet.cells.values() if "[" in cell.formula]
    return tuple(
        finding("F150", f"{cell.address} 的公式引用了别的工作簿。", sheet=name, cell=cell.address, found=cell.formula)
        for name, cell in cells[:20]
    )


def _read_legacy(data: bytes) -> Workbook:
    from etl.legacy import read_legacy

    return read_legacy(data)


def _read_csv(data: bytes) -> Workbook:
    from etl.csvfile import read_csv

    return read_csv(data)


_READERS = {"xlsx": _read_xlsx, "xls": _read_legacy, "et": _read_legacy, "ods": _read_legacy, "csv": _read_csv}
