"""Pictures of sheets: the cells that are meant are in sight, merges and gaps are drawn, nothing is invented."""

from typing import Any

import openpyxl

from etl.drawing import MOST_ROWS, draw
from etl.picture import Picture
from tests.etl_world import cells, saved


def book(fill: Any) -> bytes:
    made = openpyxl.Workbook()
    sheet = made.active
    sheet.title = "表"
    fill(sheet)
    return saved(made)


def drawn(data: bytes, *marked: str) -> Picture:
    (picture,) = draw(data, "表.xlsx", {"表": marked}).drawn
    return picture


def grid(picture: Picture) -> dict[str, str]:
    return {box.address: box.text for row in picture.rows for box in row.boxes}


def test_a_small_sheet_is_drawn_whole_with_its_formats_and_hidden_parts() -> None:
    def fill(sheet: Any) -> None:
        sheet["B2"], sheet["C3"], sheet["A5"] = 0.053, 1234.5, "<b>注</b>"
        sheet["B2"].number_format, sheet["C3"].number_format = "0.0%", "#,##0.00"
        sheet.row_dimensions[3].hidden = True
        sheet.column_dimensions["C"].hidden = True

    picture = drawn(book(fill), "C3", "B4")
    assert picture.whole and (picture.height, picture.width) == (5, 3)
    assert grid(picture)["B2"] == "5.3%" and grid(picture)["C3"] == "1,234.50" and grid(picture)["A5"] == "<b>注</b>"
    assert [row.number for row in picture.rows if row.hidden] == [3] and picture.hidden_columns == {3}
    assert picture.marked["C3"].raw == "1234.5" and picture.marked["B4"].raw == ""


def test_a_merged_area_is_one_box_and_a_mark_inside_it_is_at_its_first_cell() -> None:
    def fill(sheet: Any) -> None:
        sheet["B2"], sheet["D9"] = "表头", 1
        sheet.merge_cells("B2:C4")

    picture = drawn(book(fill), "C4")
    (box,) = [box for row in picture.rows for box in row.boxes if box.address == "B2"]
    assert (box.rows, box.cols) == (3, 2) and picture.at == {"C4": "B2"}
    assert sum(box.rows * box.cols for row in picture.rows for box in row.boxes) == 9 * 4


def test_a_large_sheet_is_drawn_around_its_marks_with_its_head() -> None:
    def fill(sheet: Any) -> None:
        for row in range(1, 1001):
            sheet.cell(row, 1, f"行{row}")
            sheet.cell(row, 60, row)
        sheet.merge_cells("A3:A600")

    picture = drawn(book(fill), "BH500", "ZZ1", "no")
    numbers = [row.number for row in picture.rows]
    assert numbers[0] == 1 and 500 in numbers and len(numbers) < 30
    assert [row.skipped for row in picture.rows if row.skipped] == [486]
    assert 60 in picture.columns and 1 in picture.columns and len(picture.columns) < 60
    assert grid(picture)["BH500"] == "500" and not picture.whole
    covered = [(box.address, box.rows) for row in picture.rows for box in row.boxes if box.address == "A3"]
    assert covered == [("A3", 5), ("A3", 13)], "a merge is cut where rows are left out"
    many = drawn(book(fill), *(f"A{row}" for row in range(1, 1000, 7)))
    assert len(many.rows) <= MOST_ROWS


def test_a_picture_of_every_marked_sheet_and_of_the_first_when_none_is_named() -> None:
    def fill(sheet: Any) -> None:
        sheet["A1"] = 1
        sheet.parent.create_sheet("二")["B2"] = "乙"

    data = book(fill)
    assert [one.sheet for one in draw(data, "a.xlsx", {"二": ("B2",), "没有": ("A1",)}).drawn] == ["二"]
    assert [one.sheet for one in draw(data, "a.xlsx", {}).drawn] == ["表"]
    assert draw(data, "a.xlsx", {}).sheets == ("表", "二")


def test_a_refused_file_has_a_sentence_and_no_picture() -> None:
    made = draw(b"MZ", "程序.xlsx", {})
    assert not made.drawn and made.refusal.endswith("。")
    assert draw(cells('<row r="1"><c r="A1"><v>1</v></c></row>'), "表.xlsx", {}).drawn
