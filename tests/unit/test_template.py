"""The return to fill in: what is printed, locked, offered and coloured, and that equal arguments give equal bytes."""

import io
from decimal import Decimal
from typing import Any

import openpyxl
import pytest

from etl.errors import TemplateError
from etl.identity import Identity, read_line, signed, spec_digest
from etl.layout import Layout
from etl.template import write_template
from indicators.catalogue.model import FormColumn
from indicators.observations import Origin
from indicators.periods import Period
from tests.etl_world import CATALOGUE, SECRET, SIGNED, VALUES, edition, filled, main_form, world


def opened(data: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(data))


def texts(sheet: Any) -> list[str]:
    return [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None]


def test_the_official_header_and_footer_are_printed() -> None:
    printed = texts(opened(filled())["生产总值"])
    for text in (
        "地区生产总值季报表", "表　　号：长新统101表", "制定机关：长春新区统计局",
        "文　　号：长新统字〔2026〕1号（示例）", "有效期至：2027年6月", "综合机关名称：发展和改革局",
        "报告期：2026年三季度", "计量单位：万元", "单位负责人：", "统计负责人：", "填表人：", "联系电话：",
        "报出日期：", "说明：", "王主任", "张三",
    ):  # fmt: skip
        assert text in printed, text


def test_the_table_has_header_levels_numbers_codes_and_closed_cells() -> None:
    sheet = opened(filled())["生产总值"]
    assert {str(area) for area in sheet.merged_cells.ranges} >= {"A7:A8", "B7:B8", "C7:D7", "E7:E8"}
    assert [sheet.cell(9, col).value for col in range(1, 6)] == ["甲", "乙", "1", "2", "3"]
    assert [sheet.cell(row, 2).value for row in range(10, 15)] == ["01", "02", "03", "04", "05"]
    assert sheet["A11"].value == "　　第一产业" and sheet["A14"].value == "　　　　其中：住宿和餐饮业"
    assert sheet["E13"].value == "×" and sheet["D13"].value == "—" and sheet["C10"].value == 6500000


def test_only_entry_cells_are_unlocked() -> None:
    sheet = opened(filled())["生产总值"]
    assert sheet.protection.sheet
    unlocked = {cell.coordinate for row in sheet.iter_rows() for cell in row if not cell.protection.locked}
    entries = {f"{col}{row}" for col in "CDE" for row in range(10, 15)} - {"E13"}
    assert entries <= unlocked and not unlocked & {f"{col}{row}" for col in "AB" for row in range(1, 15)}


def test_entries_are_validated_and_wrong_balances_turn_red() -> None:
    sheet = opened(filled())["生产总值"]
    (validation,) = sheet.data_validations.dataValidation
    assert (
        str(validation.sqref) == "C10:E14"
        and validation.errorStyle in (None, "stop")
        and "ISNUMBER" in validation.formula1
    )
    formulas = [rule.formula[0] for area in sheet.conditional_formatting for rule in area.rules]
    assert any("COUNT($C$10,$C$11,$C$12,$C$13)=4" in f and "ABS(($C$10)-" in f and ">0.20" in f for f in formulas)
    assert not any("$E$10" in f for f in formulas), "rates are not added up"


def test_it_prints_on_landscape_a4_one_page_wide_with_the_header_repeated() -> None:
    sheet = opened(filled())["生产总值"]
    assert (sheet.page_setup.orientation, str(sheet.page_setup.paperSize)) == ("landscape", "9")
    assert sheet.sheet_properties.pageSetUpPr.fitToPage and sheet.page_setup.fitToHeight != 0
    assert sheet.print_title_rows == "$7:$9" and "$A$1:$E$" in sheet.print_area
    assert "&P" in sheet.oddFooter.center.text or "&[Page]" in sheet.oddFooter.center.text


def test_previous_values_stand_beside_the_printed_page() -> None:
    sheet = opened(filled(previous={"01:1": Decimal("6000000"), "05:2": 3}))["生产总值"]
    assert sheet["G10"].value == 6000000 and sheet["H14"].value == 3 and sheet["G11"].value is None
    assert sheet["G10"].protection.locked and "$E$" in sheet.print_area
    assert "G7" not in opened(filled())["生产总值"] or opened(filled())["生产总值"]["G7"].value is None


def test_identity_is_signed_in_meta_and_in_a_printed_line() -> None:
    book = opened(filled())
    assert book["_meta"].sheet_state == "veryHidden" and book["代码表"].sheet_state == "hidden"
    meta = {row[0].value: row[1].value for row in book["_meta"].iter_rows()}
    expected = Identity("CX101", "2026", "2026Q3", "FGJ", Origin.RETURNED)
    assert signed(meta, SECRET) == expected and meta["spec"] == spec_digest(edition())
    assert signed(meta | {"period": "2026Q4"}, SECRET) is None and signed(meta, b"other") is None
    assert signed(meta | {"signature": "签名"}, SECRET) is None
    (line,) = [t for t in texts(book["生产总值"]) if "识别码" in t]
    assert signed(read_line(line) or {}, SECRET) == expected


def test_simulated_returns_say_so_on_the_sheet_and_under_the_signature() -> None:
    book = opened(filled(simulated=True))
    assert "模拟数据：演示用，不是真实统计数据" in texts(book["生产总值"])
    meta = {row[0].value: row[1].value for row in book["_meta"].iter_rows()}
    assert meta["origin"] == "simulated" and signed(meta | {"origin": "returned"}, SECRET) is None


def test_equal_arguments_give_equal_bytes() -> None:
    assert filled(previous=VALUES) == filled(previous=VALUES) != filled(previous=VALUES, period=Period.parse("2026Q2"))


def test_texts_that_look_like_formulas_stay_texts() -> None:
    sheet = opened(filled(header=SIGNED | {"note": "=1+1", "head": "+王"}))["生产总值"]
    kinds = {cell.value: cell.data_type for row in sheet.iter_rows() for cell in row if cell.value in ("=1+1", "+王")}
    assert kinds == {"=1+1": "s", "+王": "s"}


def test_the_notes_explain_marks_and_define_every_indicator() -> None:
    printed = texts(opened(filled())["填报说明"])
    assert any("没有发生额请填 0" in t for t in printed) and "地区生产总值，按制度口径。" in printed
    assert any("数值为累计数" in t for t in printed)


def test_units_get_their_own_column_where_no_one_unit_rules() -> None:
    mixed = edition().model_copy(update={"unit": ""})
    layout = Layout(main_form((mixed,)), mixed, CATALOGUE)
    assert layout.side == ("指标名称", "代码", "计量单位") and layout.numbers[:4] == ("甲", "乙", "丙", "1")
    assert layout.side_texts(mixed.rows[1]) == ("　　第一产业", "02", "亿元")


def test_headers_of_equal_texts_join_only_within_their_parents() -> None:
    paths = (("甲组", "本年"), ("甲组", "上年"), ("乙组", "上年"), ("合计",))
    columns = tuple(FormColumn(code=str(n), header=path) for n, path in enumerate(paths, 1))
    layout = Layout(main_form(), edition().model_copy(update={"columns": columns}), CATALOGUE)
    spans = {(c.text, c.left, c.right, c.top, c.bottom) for c in layout.header_cells[2:]}
    assert spans == {
        ("甲组", 2, 3, 0, 0), ("乙组", 4, 4, 0, 0), ("合计", 5, 5, 0, 1),
        ("本年", 2, 2, 1, 1), ("上年", 3, 3, 1, 1), ("上年", 4, 4, 1, 1),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"department": "CZJ"}, "不报送"),
        ({"values": {"04:3": Decimal(1)}}, "04:3"),
        ({"values": {"99:1": Decimal(1)}}, "99:1"),
        ({"header": {"boss": "王"}}, "boss"),
    ],
)
def test_what_has_no_place_is_refused_in_words(more: dict[str, Any], said: str) -> None:
    with pytest.raises(TemplateError, match=said):
        filled(**more)


def test_a_record_form_offers_its_codes() -> None:
    catalogue = world()
    form, department = catalogue.forms["PUB"], catalogue.departments["PUB"]
    data = write_template(form, form.editions[0], Period.parse("2021H1"), department, catalogue, secret=SECRET)
    book = opened(data)
    sheet = book["公开发布数据"]
    lists = {str(v.sqref).rstrip("0123456789"): v.formula1 for v in sheet.data_validations.dataValidation}
    assert len(lists) == 6 and all("代码表" in formula for formula in lists.values())
    assert "GDP 地区生产总值" in texts(book["代码表"]) and "公开发布数据" in texts(sheet)
