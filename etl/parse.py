"""From what a reader saw to observations: recognise the return, find its table, read each cell by the catalogue's word.

The station between `read` and `check`. Nothing is guessed: a cell becomes a number by rule or a finding at its address,
and findings are collected, never raised. Runs in the reading process, returns plain data, keeps no state.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from etl.adopt.reading import read_mapped
from etl.codes import INFO, SOFT, finding
from etl.explanations import read_explanations
from etl.hidden import hidden_parts
from etl.identify import Expected, Recognition, identify, spec_changed
from etl.layout import SIGNERS
from etl.locate import Place, locate, plain
from etl.matrix import read_matrix
from etl.plan import plan_of
from etl.records import read_records
from etl.returned import ParsedReturn, Sending, Table
from etl.twins import rival
from etl.workbook import Workbook
from indicators.catalogue.model import Catalogue
from indicators.findings import Finding
from indicators.observations import Origin

PARSER_VERSION = "1"  # part of the key under which parsed observations are kept; raise it when readings change
_RESPONSIBLE = {"head", "respondent"}


def parse_return(
    book: Workbook, catalogue: Catalogue, *, secret: bytes, expected: Expected | None = None
) -> ParsedReturn:
    """Read a return against the catalogue; `expected` is what the sender says it is. Every doubt is a finding."""
    if book.refused:
        return unread(book)
    found = identify(book, catalogue, secret, expected)
    if found.foreign and (mapped := read_mapped(book, catalogue, expected)):
        return mapped
    findings = [*book.findings, *found.findings]
    if not (found.identity and found.form and found.edition and found.period):
        return _result(book, found, findings)
    plan = plan_of(found.form, found.edition, catalogue)
    place = locate(book, plan.layout)
    if place is None:
        message = f"工作簿里找不到《{found.form.name}》的表，数字没有读取。"
        findings.append(finding("S210", message, expected=found.edition.sheet))
        return _result(book, found, findings)
    findings += place.findings
    findings += _about(book, found, place)
    header = _header(book, place)
    if found.identity.origin is Origin.RETURNED:
        findings += _unsigned(header, place)
    table, twice = Table(), rival(book, place, plan.layout)
    findings += [twice] if twice else []
    if place.complete and not twice:
        read = read_matrix if found.edition.layout == "matrix" else read_records
        sending = Sending(found.identity, found.period, header["respondent"], book.sha256, book.date1904)
        table = read(plan, place, sending)
    findings += table.findings
    return _result(
        book,
        found,
        findings,
        observations=table.observations,
        cells=table.cells,
        header=header,
        explanations=read_explanations(book),
    )


def parser_version(parsed: ParsedReturn) -> str:
    """Under what the observations of a return are kept: the program's version, and the mapping that it read by."""
    return f"{PARSER_VERSION}-{parsed.mapping}" if parsed.mapping else PARSER_VERSION


def unread(book: Workbook) -> ParsedReturn:
    """The return of a file that was refused or whose reader died."""
    return _result(book, Recognition(), list(book.findings))


def _about(book: Workbook, found: Recognition, place: Place) -> list[Finding]:
    """What is worth knowing of the workbook as a whole."""
    said = []
    if found.edition and spec_changed(book, found.edition):
        said.append(finding("S218", "这份报表是在表式调整之前下载的。"))
    if found.how == "template" and not place.named:
        message = "报表的定位名称不完整，各行各栏已按印着的代码对应。"
        said.append(finding("S216", message, sheet=place.sheet.name))
    said += hidden_parts(place.sheet, place.rows.values(), place.cols.values())
    return said


def _header(book: Workbook, place: Place) -> dict[str, str]:
    """What the signers' cells say, by name or beside the printed label."""
    header = {}
    for key, label, name in SIGNERS:
        found = book.named(name)
        text = (found[0].text(found[1].top, found[1].left) if found else "") or _beside(place, label)
        header[key] = " ".join(text.split())[:200]
    return header


def _unsigned(header: dict[str, str], place: Place) -> list[Finding]:
    """Who signs a department's return must be named (谁出数谁负责); a missing telephone or date is only mentioned."""
    blank = {key: label for key, label, _ in SIGNERS if not header[key] and key != "note"}
    if not blank:
        return []
    message = f"表下没有填：{'、'.join(blank.values())}。"
    severity = SOFT if blank.keys() & _RESPONSIBLE else INFO
    return [finding("S217", message, sheet=place.sheet.name, severity=severity)]


def _beside(place: Place, label: str) -> str:
    """The text right of a label such as 填表人：, or behind its colon in the same cell."""
    for cell in place.sheet.cells.values():
        if cell.kind != "s" or cell.text.lstrip()[:1] != label[0]:
            continue
        text = plain(cell.text)
        if text == f"{label}:":
            right = [c for c in place.sheet.cells.values() if c.row == cell.row and c.col > cell.col]
            nearest = min(right, key=lambda c: c.col, default=None)
            return nearest.text if nearest and not nearest.text.rstrip().endswith("：") else ""
        if text.startswith(f"{label}:"):
            return cell.text.replace("：", ":").partition(":")[2].strip()
    return ""


def _result(book: Workbook, found: Recognition, findings: list[Finding], **read: Any) -> ParsedReturn:
    identity = found.identity
    return ParsedReturn(
        form=identity.form if identity else "",
        edition=identity.edition if identity else "",
        period=identity.period if identity else "",
        department=identity.department if identity else "",
        origin=identity.origin if identity else Origin.RETURNED,
        recognised=found.how,
        file_name=book.name,
        file_hash=book.sha256,
        findings=tuple(f if f.file else replace(f, file=book.name) for f in findings),
        **read,
    )
