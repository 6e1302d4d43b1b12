"""The sender's workbook back: marked where it is wrong, and itself fit to be corrected, explained and sent again."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from data.simulate import SimulatedReturn
from etl.annotate import annotated_workbook
from etl.annotate_list import MAX_COMMENTS
from etl.codes import finding
from etl.explanations import BINDING, EXPLANATION, RESULT_SHEET
from etl.flow import approve_submission, check_file, publish_approved, return_submission, submit_file
from etl.way import Way
from etl.worker import read_file
from indicators.findings import Severity
from warehouse.submissions import State

People = Callable[[str], Way]
Fill = Callable[..., bytes]
Returns = Mapping[tuple[str, str], SimulatedReturn]


def opened(data: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(data))


def saved(book: Any) -> bytes:
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def annotated(way: Way, data: bytes) -> bytes:
    return annotated_workbook(way, check_file(way, data, "报表.xlsx"), data)


def lines(sheet: Worksheet) -> list[dict[str, Any]]:
    """The rows of 审核结果 by their heads; `row` is the sheet row, `link` where the place leads."""
    top = next(c.row for row in sheet.iter_rows() for c in row if c.value == BINDING)
    heads = [c.value for c in sheet[top]]
    found = []
    for row in sheet.iter_rows(min_row=top + 1):
        link = row[3].hyperlink
        found.append(
            {h: c.value for h, c in zip(heads, row, strict=True)}
            | {"row": row[0].row, "link": link.location if link else "", "open": not row[8].protection.locked}
        )
    return found


def test_a_faulty_cell_is_coloured_explained_and_linked_from_the_list(way: People, fill: Fill) -> None:
    data = fill("GDP-Q", "2024Q1", {"02:1": "约3.2亿"})
    checked = check_file(way("填报甲"), data, "报表.xlsx")
    wrong = next(f for f in checked.findings if f.code == "V302")
    book = opened(annotated_workbook(way("填报甲"), checked, data))
    assert book.sheetnames[0] == RESULT_SHEET and book.active.title == RESULT_SHEET
    cell = book[wrong.sheet][wrong.cell]
    assert cell.value == "约3.2亿" and cell.fill.fgColor.rgb == "FFFFC7CE" and not cell.protection.locked
    for part in ("V302", wrong.message, wrong.found, wrong.hint):
        assert part in cell.comment.text
    listed = next(line for line in lines(book[RESULT_SHEET]) if line["代码"] == "V302")
    assert listed["级别"] == "强制性" and listed["link"] == f"'{wrong.sheet}'!{wrong.cell}"
    assert listed["发现"] == wrong.message and listed["怎么办"] == wrong.hint and not listed["open"]
    clean = openpyxl.load_workbook(io.BytesIO(fill("GDP-Q", "2024Q1")))[wrong.sheet]
    others = [c for row in book[wrong.sheet].iter_rows() for c in row if c.coordinate != wrong.cell]
    assert all(c.value == clean[c.coordinate].value for c in others), "every other cell stands as it was sent"


def test_equal_arguments_give_equal_bytes_and_cells_keep_their_values_for_any_reader(way: People, fill: Fill) -> None:
    data = fill("FIN-Q", "2024Q1")
    first = annotated(way("填报乙"), data)
    assert first == annotated(way("填报乙"), data)
    book = openpyxl.load_workbook(io.BytesIO(first), data_only=True)
    sent = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    name = next(s for s in sent.sheetnames if s not in ("填报说明", "代码表", "_meta"))
    assert {c.coordinate: c.value for row in book[name].iter_rows() for c in row if c.value is not None} == {
        c.coordinate: c.value for row in sent[name].iter_rows() for c in row if c.value is not None
    }


def test_annotate_correct_submit(way: People, fill: Fill, simulated: Returns) -> None:
    book = opened(annotated(way("填报甲"), fill("GDP-Q", "2024Q1", {"02:1": "约3.2亿"})))
    place = next(line["link"] for line in lines(book[RESULT_SHEET]) if line["代码"] == "V302")
    sheet, cell = place.replace("'", "").split("!")
    book[sheet][cell] = float(simulated["GDP-Q", "2024Q1"].cells["02:1"])
    receipt = submit_file(way("填报甲"), saved(book), "改正.xlsx")
    assert receipt.state is State.SUBMITTED, [f.message for f in receipt.findings]


def soft_return(way: People, fill: Fill, simulated: Returns) -> tuple[bytes, Decimal]:
    """A published return and a workbook that revises one of its values, which asks for a reason."""
    receipt = submit_file(way("填报甲"), fill("GDP-Q", "2024Q1"), "报表.xlsx")
    approve_submission(way("审核员"), receipt.id)
    publish_approved(way("发布员"))
    value = simulated["GDP-Q", "2024Q1"].cells["01:1"]
    assert isinstance(value, Decimal)
    return fill("GDP-Q", "2024Q1", {"01:1": value + 1}), value + 1


def explain_all(book: Any, text: str) -> int:
    sheet, written = book[RESULT_SHEET], 0
    column = next(c.column for row in sheet.iter_rows() for c in row if c.value == EXPLANATION)
    for line in lines(sheet):
        if line["级别"] == "核实性":
            assert line["open"] and len(line[BINDING]) == 32
            cell = sheet.cell(line["row"], column)
            cell.value, cell.data_type = text, "s"  # a column of text keeps what is typed as text
            written += 1
    return written


def test_an_explanation_written_in_the_list_counts_while_the_numbers_stay(
    way: People, fill: Fill, simulated: Returns
) -> None:
    data, value = soft_return(way, fill, simulated)
    assert submit_file(way("填报甲"), data, "修订.xlsx").blocked
    book = opened(annotated(way("填报甲"), data))
    assert explain_all(book, "=年报核实，更正录入差错") > 0
    explained = saved(book)
    again = check_file(way("填报甲"), explained, "说明.xlsx")
    assert not again.blocked and set(again.parsed.explanations.values()) == {"=年报核实，更正录入差错"}
    shown = opened(annotated_workbook(way("填报甲"), again, explained))
    assert {line[EXPLANATION] for line in lines(shown[RESULT_SHEET]) if line["open"]} == {"=年报核实，更正录入差错"}
    cell = next(f.cell for f in again.findings if f.code == "C501")
    changed = opened(explained)
    for name in changed.sheetnames:
        for row in changed[name].iter_rows():
            for c in row:
                if c.coordinate == cell and c.value == float(value):
                    c.value = float(value) + 5
    voided = check_file(way("填报甲"), saved(changed), "又改.xlsx")
    assert voided.blocked, "other numbers, other binding: the explanation is void"
    receipt = submit_file(way("填报甲"), explained, "说明.xlsx")
    assert receipt.state is State.SUBMITTED and receipt.explained


def test_the_same_numbers_in_another_workbook_keep_what_was_explained(
    way: People, fill: Fill, simulated: Returns
) -> None:
    data, _ = soft_return(way, fill, simulated)
    book = opened(annotated(way("填报甲"), data))
    explain_all(book, "年报核实，更正录入差错")
    first = submit_file(way("填报甲"), saved(book), "说明.xlsx")
    assert first.state is State.SUBMITTED
    return_submission(way("审核员"), first.id, "请补填联系电话")
    second = submit_file(way("填报甲"), data, "再报.xlsx")
    assert second.id != first.id and second.state is State.SUBMITTED, "the numbers are the same, so is their reason"


def test_rows_that_the_sender_moved_are_found_again(way: People, fill: Fill) -> None:
    data = fill("GDP-Q", "2024Q1", {"02:1": "约3.2亿"})
    plain = next(f for f in check_file(way("填报甲"), data, "报表.xlsx").findings if f.code == "V302")
    book = opened(data)
    book[plain.sheet].insert_rows(1, 2)
    moved = saved(book)
    checked = check_file(way("填报甲"), moved, "挪动.xlsx")
    sent = next(f for f in checked.findings if f.code == "V302")
    assert sent.cell != plain.cell
    shown = opened(annotated_workbook(way("填报甲"), checked, moved))
    line = next(line for line in lines(shown[RESULT_SHEET]) if line["代码"] == "V302")
    assert line["link"].endswith(f"!{plain.cell}") and f"原 {sent.cell}" in line["位置"]
    assert shown[plain.sheet][plain.cell].value == "约3.2亿"


def test_comments_are_capped_and_the_rest_is_listed(way: People, fill: Fill, monkeypatch: pytest.MonkeyPatch) -> None:
    assert MAX_COMMENTS == 300
    monkeypatch.setattr("etl.annotate.MAX_COMMENTS", 10)
    data = fill("GDP-Q", "2024Q1")
    checked = check_file(way("填报甲"), data, "报表.xlsx")
    cells = list(checked.parsed.cells.values())
    one = cells[0]
    many = tuple(
        finding("V309", f"第 {n} 条。", sheet=one.sheet, cell=cells[n % len(cells)].address) for n in range(400)
    )
    book = opened(annotated_workbook(way("填报甲"), replace(checked, findings=many), data))
    comments = [c for row in book[one.sheet].iter_rows() for c in row if c.comment]
    listed = lines(book[RESULT_SHEET])
    assert len(listed) == 400 and len(comments) == 10
    assert sum("此格未加批注" in line["位置"] for line in listed) == sum(n % len(cells) >= 10 for n in range(400))


LIVELY = ("=cmd|' /C calc'!A0", '=HYPERLINK("http://x","y")', "{=1+1}", "http://example.com/x", "@SUM(1)")


@pytest.mark.parametrize("text", LIVELY)
def test_what_a_sender_typed_never_comes_alive(way: People, fill: Fill, text: str) -> None:
    data = fill("GDP-Q", "2024Q1", {"02:1": text})
    made = annotated(way("填报甲"), data)
    book = opened(made)
    cells = [c for sheet in book for row in sheet.iter_rows() for c in row]
    assert not [c for c in cells if c.data_type == "f"], "no formula anywhere"
    assert any(c.value == text for c in cells)
    assert not [c for c in cells if c.hyperlink and c.hyperlink.target], "links lead into the workbook only"


def test_a_foreign_workbook_comes_back_as_a_reading_copy(way: People) -> None:
    book = openpyxl.Workbook()
    book.active.title = RESULT_SHEET
    book.active.append(["指标", "=1+1"])
    book.active["B3"] = 12.5
    book.active.merge_cells("C1:D2")
    data = saved(book)
    checked = check_file(way("填报甲"), data, "别处来的.xlsx")
    made = annotated_workbook(way("填报甲"), checked, data)
    shown = opened(made)
    assert "批注副本，不可回传" in shown[RESULT_SHEET]["A1"].value and len(shown.sheetnames) == 2
    assert shown[shown.sheetnames[1]]["B3"].value == 12.5
    assert [line["代码"] for line in lines(shown[RESULT_SHEET])] == [f.code for f in checked.findings]
    again = check_file(way("填报甲"), made, "副本.xlsx")
    assert again.blocked and not again.parsed.form, "the copy is no return"


@pytest.mark.parametrize("data", [b"", b"not a workbook", b"PK\x03\x04broken"])
def test_a_file_that_could_not_be_opened_still_gets_its_list(way: People, data: bytes) -> None:
    checked = check_file(way("填报甲"), data, "坏的.xlsx")
    listed = lines(opened(annotated_workbook(way("填报甲"), checked, data))[RESULT_SHEET])
    assert sorted(line["代码"] for line in listed) == sorted(f.code for f in checked.findings)
    assert listed[0]["级别"] == "强制性"


def test_the_reader_of_returns_finds_nothing_to_say_about_an_annotated_workbook(way: People, fill: Fill) -> None:
    data = fill("GDP-Q", "2024Q1")
    checked = check_file(way("填报甲"), data, "报表.xlsx")
    made = annotated_workbook(way("填报甲"), checked, data)
    again = check_file(way("填报甲"), made, "批注.xlsx")
    assert [f.code for f in again.findings] == [f.code for f in checked.findings]
    assert not read_file(made, "批注.xlsx").findings
    assert all(f.severity is not Severity.HARD for f in again.findings)
