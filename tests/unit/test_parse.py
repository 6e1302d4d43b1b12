"""From a filled return to observations, and every way in which a clerk's workbook differs from the one we sent."""

import io
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import openpyxl
import pytest

from etl.identify import Expected
from etl.returned import ParsedReturn
from indicators.findings import Finding, Severity
from indicators.observations import Measure, ObsStatus, Origin
from indicators.periods import Nature, Period
from tests.etl_world import (
    CATALOGUE,
    SECRET,
    SIGNED,
    VALUES,
    codes,
    edited,
    edition,
    filled,
    main_form,
    parsed,
    saved,
    world,
)


def changed(change: Callable[[Any], None], **more: Any) -> ParsedReturn:
    return parsed(edited(filled(**more), change))


def put(at: str, value: Any) -> ParsedReturn:
    return changed(lambda sheet: sheet.__setitem__(at, value))


def only(result: ParsedReturn, code: str) -> Finding:
    found = [f for f in result.findings if f.code == code]
    assert len(found) == 1, result.findings
    return found[0]


def test_a_filled_template_comes_back_as_it_went_out() -> None:
    result = parsed(filled())
    assert result.findings == () and result.recognised == "template"
    assert (result.form, result.edition, result.period, result.department) == ("CX101", "2026", "2026Q3", "FGJ")
    assert result.origin is Origin.RETURNED and result.header == SIGNED and len(result.file_hash) == 64
    assert {key: c.value for key, c in result.cells.items()} == {
        key: value if isinstance(value, Decimal) else None for key, value in VALUES.items()
    }


def test_an_observation_carries_identity_value_unit_and_where_it_stood() -> None:
    first, previous, growth, *_ = parsed(filled()).observations
    assert (first.indicator, first.area, first.department, first.scope) == ("GDP", "CCXQ", "FGJ", "DEPT")
    assert (first.value, first.unit, first.canonical_value, first.canonical_unit) == (6500000, "万元", 650, "亿元")
    assert (first.period, first.period_start, first.period_end) == ("2026Q3", date(2026, 1, 1), date(2026, 9, 30))
    assert (first.nature, first.measure, first.price_basis, first.decimals) == (Nature.YTD, Measure.LEVEL, "现价", 1)
    assert (first.sheet, first.cell, first.respondent, first.raw_text) == ("生产总值", "C10", "张三", "6500000")
    assert previous.measure is Measure.LEVEL_PREVIOUS_YEAR and previous.period == "2026Q3"
    assert (growth.value, growth.unit, growth.canonical_unit) == (Decimal("5.3"), "%", "%")
    assert growth.price_basis == "可比价"


def test_marks_are_data_and_blanks_are_never_zero() -> None:
    result = parsed(filled({k: v for k, v in VALUES.items() if k not in ("05:3", "01:2")}))
    status = {k: (c.value, c.status) for k, c in result.cells.items()}
    assert status["04:2"] == (None, ObsStatus.CANNOT_EXIST) and status["05:2"] == (None, ObsStatus.NOT_SIGNIFICANT)
    assert status["05:3"] == (None, ObsStatus.MISSING), "optional: blank without a finding"
    assert status["01:2"] == (None, ObsStatus.MISSING)
    missing = only(result, "V301")
    assert missing.cell == "D10" and "地区生产总值 第 2 栏" in missing.message and missing.severity is Severity.HARD
    assert len(result.observations) == 14 and codes(result) == ["V301"]


def test_a_small_rate_in_a_formatted_cell_is_no_doubt_but_in_a_general_one_it_is() -> None:
    assert parsed(filled()).cells["02:3"].value == Decimal("0.5")

    def general(sheet: Any) -> None:
        sheet["E11"].number_format = "General"

    assert only(changed(general), "V312").cell == "E11"

    def percent(sheet: Any) -> None:
        sheet["E11"], sheet["E11"].number_format = 0.005, "0.0%"

    result = changed(percent)
    assert result.cells["02:3"].value == Decimal("0.5") and only(result, "V310").cell == "E11"


@pytest.mark.parametrize(
    ("at", "value", "code", "said"),
    [
        ("C10", "约 3.2 亿", "V302", "约数"),
        ("C10", "#DIV/0!", "V303", "#DIV/0!"),
        ("C10", "=C11+C12", "V304", "没有计算结果"),
        ("C10", "650亿元", "V306", "亿元"),
        ("C10", True, "V302", "TRUE"),
        ("C10", date(2026, 9, 1), "V302", "日期"),
        ("E13", 5, "V305", "不填的格子"),
    ],
)
def test_what_is_no_number_is_a_finding_at_its_cell(at: str, value: Any, code: str, said: str) -> None:
    result = put(at, value)
    found = only(result, code)
    assert found.cell == at and found.sheet == "生产总值" and said in found.message and found.severity is Severity.HARD
    assert code == "V305" or result.cells["01:1"].value is None


def test_texts_that_are_numbers_are_read_and_the_decisions_are_told_once() -> None:
    result = parsed(filled(VALUES | {"01:1": "6,500,000", "02:1": "２１０００", "03:1": "4479000.5①", "01:3": "5.3%"}))
    assert [result.cells[k].value for k in ("01:1", "02:1", "03:1", "01:3")] == [
        6500000, 21000, Decimal("4479000.5"), Decimal("5.3"),
    ]  # fmt: skip
    told = {f.cell: f.severity for f in result.findings}
    assert set(told) == {"C11", "C12", "E10"} and set(told.values()) == {Severity.INFO}


def test_a_changed_label_unit_or_header_is_told_with_what_it_should_be() -> None:
    label = only(put("A11", "第一产业（含服务业）"), "S211")
    assert (label.cell, label.expected) == ("A11", "第一产业") and "第 11 行（代码 02）的名称被改动" in label.message
    header = only(put("D8", "上期"), "S211")
    assert header.cell == "D8" and header.expected == "上年同期"
    assert codes(put("A11", "第一 产业 ")) == [], "spaces and width are forgiven"


def test_inserted_rows_are_followed_by_name() -> None:
    book = openpyxl.load_workbook(io.BytesIO(filled()))
    sheet = book["生产总值"]
    sheet.insert_rows(12)
    sheet["C12"] = 77
    for index, name in enumerate(("T01_R003", "T01_R004", "T01_R005"), 13):
        book.defined_names[name].attr_text = f"'生产总值'!$C${index}:$E${index}"
    result = parsed(saved(book))
    assert codes(result) == ["S214", "S216"] and only(result, "S214").cell == "C12"
    assert result.cells["03:1"].value == VALUES["03:1"] and result.cells["03:1"].address == "C13"


def test_names_that_no_longer_agree_with_the_codes_are_not_believed() -> None:
    """Rows moved by cut and paste: names stay behind, codes go along."""

    def swap(sheet: Any) -> None:
        for col in range(1, 6):
            upper, lower = sheet.cell(11, col), sheet.cell(12, col)
            upper.value, lower.value = lower.value, upper.value

    result = changed(swap)
    assert set(codes(result)) == {"S216"} and result.cells["02:1"].value == VALUES["02:1"]
    assert result.cells["02:1"].address == "C12"


def test_a_copy_in_a_new_workbook_is_read_by_codes_and_asks_for_a_word() -> None:
    source = openpyxl.load_workbook(io.BytesIO(filled()))["生产总值"]
    book = openpyxl.Workbook()
    for row in source.iter_rows():
        for cell in row:
            value = int(cell.value) if cell.column == 2 and str(cell.value).isdigit() else cell.value
            if value is not None:
                copy = book.active.cell(cell.row + 3, cell.column + 1, value)
                copy.number_format = cell.number_format
    result = parsed(saved(book))
    assert codes(result) == ["S209"] and only(result, "S209").severity is Severity.SOFT
    assert (
        result.recognised == "codes" and result.cells["01:1"].value == 6500000 and result.cells["01:1"].address == "D13"
    )
    assert result.header["respondent"] == "张三"


def test_without_any_mark_only_the_senders_word_counts_and_codes_must_match() -> None:
    source = openpyxl.load_workbook(io.BytesIO(filled()))
    del source["_meta"]
    for row in source["生产总值"].iter_rows():
        for cell in row:
            if "识别码" in str(cell.value):
                cell.value = None
    data = saved(source)
    unknown = parsed(data)
    assert codes(unknown) == ["S201"] and "看起来像《地区生产总值季报表》" in unknown.findings[0].message
    told = parsed(data, expected=Expected("CX101", "2026Q3", "FGJ"))
    assert codes(told) == ["S209"] and told.cells["01:1"].value == 6500000
    wrong = parsed(data, expected=Expected("CX999", "2026Q3", "FGJ"))
    assert "S203" in codes(wrong) and not wrong.observations


def test_codes_that_stand_twice_or_nowhere_stop_the_reading() -> None:
    twice, gone = put("B11", "01"), put("B11", None)
    assert "S213" in codes(twice) and "S212" in codes(gone)
    assert not twice.observations and not gone.observations


@pytest.mark.parametrize("marked", [True, False], ids=["ours", "pasted"])
def test_two_sheets_with_the_same_table_are_read_only_while_they_agree(marked: bool) -> None:
    def twin(*numbers: int) -> ParsedReturn:
        book = openpyxl.load_workbook(io.BytesIO(filled()))
        for number in numbers:
            book.copy_worksheet(book["生产总值"])["C10"] = number
        if not marked:
            del book["_meta"]
        return parsed(saved(book))

    assert codes(twin(6500000)) == codes(twin()) and len(twin(6500000).observations) == 14
    two = twin(6500001)
    assert not two.observations and "“生产总值”和“生产总值 Copy”" in only(two, "S229").message


def test_zeros_that_the_sheet_does_not_show_are_asked_about() -> None:
    def hide(sheet: Any) -> None:
        sheet["C14"], sheet.sheet_view.showZeros = 0, False

    result = changed(hide)
    assert result.cells["05:1"].value == 0 and only(result, "V309").cell == "C14"


@pytest.mark.parametrize(
    ("expected", "code"),
    [(Expected(department="YXG"), "S206"), (Expected(period="2026Q2"), "S207"), (Expected(form="PUB"), "S208")],
)
def test_a_return_that_is_not_the_one_asked_for_is_blocked(expected: Expected, code: str) -> None:
    found = only(parsed(filled(), expected=expected), code)
    assert found.severity is Severity.HARD and found.found and found.expected


def test_another_edition_is_named_with_the_one_to_use() -> None:
    old, new = edition("2021", "2021Q1", "2025Q4"), edition()
    catalogue = world(main_form((old, new)))
    data = filled(catalogue=catalogue, edition=old)
    found = only(parsed(data, catalogue), "S205")
    assert (found.found, found.expected) == ("2021", "2026") and "2026年三季度" in found.message
    assert codes(parsed(data, CATALOGUE)) == ["S204"], "an edition that the catalogue does not have"


def test_a_department_that_no_longer_sends_this_form_is_told() -> None:
    form = main_form()
    catalogue = world(form.model_copy(update={"departments": ("YXG",)}))
    assert "S206" in codes(parsed(filled(), catalogue))


def test_a_form_changed_after_the_template_was_made_is_told() -> None:
    changed_edition = edition().model_copy(update={"note": "新的说明"})
    catalogue = world(main_form((changed_edition,)))
    assert codes(parsed(filled(), catalogue)) == ["S218"]


def test_meta_is_found_in_any_state_and_believed_only_with_its_signature() -> None:
    book = openpyxl.load_workbook(io.BytesIO(filled()))
    book["_meta"].sheet_state = "visible"
    assert codes(parsed(saved(book))) == []
    book["_meta"]["B5"] = "YXG"
    result = parsed(saved(book))
    assert codes(result) == ["S202"] and not result.observations and result.form == ""


def test_hidden_rows_are_read_and_told() -> None:
    def hide(sheet: Any) -> None:
        sheet.row_dimensions[12].hidden = True

    result = changed(hide)
    assert codes(result) == ["S215"] and result.cells["03:1"].value == VALUES["03:1"]


def test_blank_signers_are_asked_for_in_one_finding() -> None:
    some = parsed(filled(header=SIGNED | {"head": "", "phone": ""}))
    assert only(some, "S217").severity is Severity.SOFT and "单位负责人、联系电话" in only(some, "S217").message
    assert only(parsed(filled(header=SIGNED | {"phone": ""})), "S217").severity is Severity.INFO
    assert codes(parsed(filled(header={}, simulated=True))) == []


def test_a_simulated_return_stays_simulated() -> None:
    result = parsed(filled(simulated=True))
    assert result.origin is Origin.SIMULATED and {o.origin for o in result.observations} == {Origin.SIMULATED}


def test_a_unit_that_can_not_be_converted_is_a_finding_and_no_number() -> None:
    broken = edition().model_copy(update={"unit": "公顷"})
    catalogue = world(main_form((broken,)))
    result = parsed(filled(catalogue=catalogue), catalogue)
    assert {f.code for f in result.findings} == {"V306"} and result.observations[0].canonical_value is None


def test_explanations_come_back_from_the_result_sheet() -> None:
    book = openpyxl.load_workbook(io.BytesIO(filled()))
    sheet = book.create_sheet("审核结果", 0)
    sheet.append(["序号", "审核结果", "说明", "核对码"])
    sheet.append([1, "与上期相差较大", "新项目投产", "a" * 32])
    sheet.append([2, "核实", None, "b" * 32])
    result = parsed(saved(book))
    assert result.explanations == {"a" * 32: "新项目投产"} and result.recognised == "template"


def test_an_annual_form_gives_annual_numbers_and_a_stock_its_day() -> None:
    form = main_form()
    row = form.editions[0].rows[0].model_copy(update={"indicator": "POP", "unit": "人"})
    columns = tuple(c.model_copy(update={"nature": None}) for c in form.editions[0].columns)
    stock = form.editions[0].model_copy(update={"rows": (row, *form.editions[0].rows[1:]), "columns": columns})
    catalogue = world(form.model_copy(update={"frequency": "A", "editions": (stock,)}))
    result = parsed(filled(catalogue=catalogue, period=Period.parse("2026")), catalogue)
    population, production = result.observations[0], result.observations[3]
    assert (population.nature, population.period_start) == (Nature.STOCK, date(2026, 12, 31))
    assert (population.canonical_value, population.canonical_unit) == (650, "万人")
    assert (production.nature, production.period_start) == (Nature.ANNUAL, date(2026, 1, 1))


def test_results_travel_between_processes_unchanged() -> None:
    import pickle

    result = parsed(filled())
    assert pickle.loads(pickle.dumps(result)) == result
    empty = parsed(b"")
    assert pickle.loads(pickle.dumps(empty)) == empty and SECRET not in pickle.dumps(result)
