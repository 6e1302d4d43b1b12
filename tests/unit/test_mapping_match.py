"""A mapping met by next quarter's workbook: what drifted is told, what does not fit is asked, nothing is guessed."""

import io
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest

from etl.adopt.shape import blocks_of
from etl.reader import read_workbook
from etl.returned import ParsedReturn
from indicators.findings import Finding, Severity
from indicators.mapping.model import MappedTable, Mapping
from indicators.periods import Nature
from tests.adopt_world import INCOME, PROVINCE, QUARTER, confirmed, read
from tests.golden.adopted import workbooks as made

MAPPING = confirmed(made.income(1, lines_before=3), INCOME)
NEXT = made.income(2, lines_before=3)


def edited(change: Callable[[Any], None], data: bytes = NEXT) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(data))
    change(book["Sheet1"])
    return made.saved(book)


def put(cell: str, value: object) -> Callable[[Any], None]:
    def change(sheet: Any) -> None:
        sheet[cell] = value

    return change


def found(parsed: ParsedReturn, code: str) -> Finding:
    mine = [f for f in parsed.findings if f.code == code]
    assert mine, [(f.code, f.message) for f in parsed.findings]
    return mine[0]


def asked(data: bytes, code: str, *mappings: Mapping) -> Finding:
    """The question of this code, after proving that nothing at all was loaded."""
    parsed = read(data, *(mappings or (MAPPING,)))
    assert not parsed.observations and not parsed.form and not parsed.recognised
    question = found(parsed, code)
    assert question.severity is Severity.HARD and question.hint
    return question


# what fits is read, and what drifted is told


def test_nothing_to_tell_when_nothing_drifted() -> None:
    parsed = read(NEXT, MAPPING)
    assert {f.code for f in parsed.findings} <= {"S219", "V310"}
    assert "CITY-INCOME.1" in found(parsed, "S219").message


def test_moved_rows_are_told_once() -> None:
    parsed = read(made.income(3, lines_before=1), MAPPING)
    told = [f.message for f in parsed.findings if f.code == "S220"]
    assert len(told) == 1 and "上移 2 行" in told[0] and "3 个表" in told[0]
    assert found(parsed, "S220").severity is Severity.INFO


def test_moved_columns_and_another_sheet_are_told() -> None:
    def change(sheet: Any) -> None:
        merged = [str(area) for area in sheet.merged_cells.ranges]
        for area in merged:
            sheet.unmerge_cells(area)
        sheet.insert_cols(1)
        sheet.title = "收入"

    parsed = read(edited(change), MAPPING)
    assert len(parsed.observations) == 81
    assert "改在工作表“收入”、右移 1 列" in found(parsed, "S220").message


def test_an_extra_column_is_ignored_and_told() -> None:
    parsed = read(made.income(2, lines_before=3, extra_column="位次"), MAPPING)
    assert len(parsed.observations) == 81 and {o.cell[0] for o in parsed.observations} == {"C", "D", "E"}
    assert "位次" in found(parsed, "S221").message and found(parsed, "S221").cell == "F5"


def test_columns_in_another_order_are_found_by_their_headers() -> None:
    def change(sheet: Any) -> None:
        for row in range(1, sheet.max_row + 1):
            if not isinstance(sheet.cell(row, 3), openpyxl.cell.cell.MergedCell) and sheet.cell(row, 3).value:
                sheet.cell(row, 3).value, sheet.cell(row, 5).value = sheet.cell(row, 5).value, sheet.cell(row, 3).value

    parsed, straight = read(edited(change), MAPPING), read(NEXT, MAPPING)
    assert {(o.series, o.value) for o in parsed.observations} == {(o.series, o.value) for o in straight.observations}
    assert "次序" in found(parsed, "S220").message


def test_another_name_of_the_catalogue_is_read_and_told() -> None:
    parsed = read(edited(put("B7", "长春")), MAPPING)
    assert len(parsed.observations) == 81
    assert found(parsed, "S220").cell == "B7"


def test_an_alias_of_the_mapping_is_read() -> None:
    data = edited(put("B7", "省会"))
    assert asked(data, "S224").cell == "B7"
    with_alias = MAPPING.model_copy(update={"aliases": {"省会": "长春市"}})
    assert [o.area for o in read(data, with_alias).observations if o.cell == "C7"] == ["220100"]


def test_a_missing_row_needs_an_explanation() -> None:
    labels = tuple(name for name, _ in made.AREAS[:-1])
    parsed = read(made.income(2, lines_before=3, labels=labels), MAPPING)
    assert len(parsed.observations) == 72
    assert found(parsed, "S226").severity is Severity.SOFT and "延边州" in found(parsed, "S226").message


def test_a_row_without_any_number_is_missing_not_lost() -> None:
    def change(sheet: Any) -> None:
        for col in "CDE":
            sheet[f"{col}{3 + 3 + 9}"] = None

    parsed = read(edited(change), MAPPING)
    blank = [o for o in parsed.observations if o.cell.endswith("15")]
    assert [o.value for o in blank] == [None] * 3 and {o.area for o in blank} == {"222400"}
    assert found(parsed, "V313").cells == ("C15", "D15", "E15")


def test_numbers_outside_every_row_are_told() -> None:
    def change(sheet: Any) -> None:
        sheet["B7"] = None

    parsed = read(edited(change), MAPPING)
    assert "D7" in found(parsed, "S214").message and found(parsed, "S214").severity is Severity.SOFT


# what does not fit is asked, and nothing is loaded


def test_an_unknown_label_is_a_question() -> None:
    question = asked(edited(put("B9", "四平地区")), "S224")
    assert question.cell == "B9" and question.found == "四平地区" and "aliases" in question.message


def test_many_unknown_labels_are_told_in_few_words() -> None:
    labels = ("长春市", *(f"第{number}号" for number in range(60)))
    parsed = read(made.income(2, lines_before=3, labels=labels), MAPPING)
    questions = [f.message for f in parsed.findings if f.code == "S224"]
    assert len(questions) == 3 * 21 and "另有 40 行" in questions[20] and not parsed.observations


def test_a_label_twice_is_a_question() -> None:
    assert "第 7 行已经有了" in asked(edited(put("B9", "长春市")), "S224").message


def test_an_ignored_row_is_no_question() -> None:
    data = edited(put("B9", "全省合计"))
    parsed = read(data, MAPPING.model_copy(update={"ignore": ("全省合计",)}))
    assert len(parsed.observations) == 78 and found(parsed, "S226")


def test_a_changed_header_is_a_question() -> None:
    question = asked(edited(put("C5", "2031年上半年（万元）")), "S223")
    assert "{本期}(元)" in question.message and "(万元)" in question.message


def test_a_header_of_another_period_is_a_question() -> None:
    assert "2031年二季度" in asked(edited(put("C5", "2031年一季度（元）")), "S223").message


def test_a_header_twice_is_a_question() -> None:
    assert "2 列" in asked(edited(put("F5", "增速（%）")), "S223").message


def test_a_changed_title_is_a_question() -> None:
    question = asked(edited(put("B4", "2031年上半年分市州全体居民人均总收入")), "S222")
    assert "最接近的标题" in question.message


def test_the_title_of_a_table_alone_is_still_recognised() -> None:
    """The only table of a workbook under another title: asked for, not taken for a stranger."""
    mapping, data = confirmed(made.province(), PROVINCE), made.province()
    book = openpyxl.load_workbook(io.BytesIO(data))
    book.active["A2"] = "指标：年末常住人口(万人)"
    question = asked(made.saved(book), "S222", mapping)
    assert "指标:地区生产总值(亿元)" in question.message


def test_titles_of_two_periods_are_a_question() -> None:
    assert "几个报告期" in asked(edited(put("B17", "2031年前三季度分市州城镇常住居民人均可支配收入")), "S225").message


def test_an_old_heading_left_standing_is_a_question() -> None:
    assert asked(edited(put("A2", "2031年三季度分市州居民收入核定结果")), "S225").cell == "A2"


def test_a_title_of_the_quarter_alone_over_running_totals_is_a_question() -> None:
    def change(sheet: Any) -> None:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str):
                    cell.value = cell.value.replace("上半年", "二季度")

    assert "累计" in asked(edited(change), "S225").message


def test_a_title_without_a_period_is_a_question() -> None:
    mapping = confirmed(made.income(1, lines_before=3), INCOME)
    tables = tuple(t.model_copy(update={"title": t.title.replace("{本期}", "")}) for t in mapping.tables)

    def change(sheet: Any) -> None:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and "（" not in cell.value:
                    cell.value = cell.value.replace("2031年上半年", "")

    assert "没有写明年份" in asked(edited(change), "S225", mapping.model_copy(update={"tables": tables})).message


def test_a_table_that_the_mapping_has_not_is_a_question() -> None:
    two = MAPPING.model_copy(update={"tables": MAPPING.tables[:2]})
    assert "还有一个表" in asked(NEXT, "S222", two).message
    third = "2031年上半年分市州农村常住居民人均可支配收入"
    assert len(read(NEXT, two.model_copy(update={"ignore": (third,)})).observations) == 54


def test_the_same_table_on_two_sheets_is_a_question() -> None:
    book = openpyxl.load_workbook(io.BytesIO(NEXT))
    book.copy_worksheet(book["Sheet1"]).title = "备份"
    assert "有 2 个" in asked(made.saved(book), "S222").message
    assert len(read(made.saved(book), MAPPING.model_copy(update={"ignore": ("备份",)})).observations) == 81


def test_a_workbook_that_fits_two_mappings_is_asked_about() -> None:
    other = MAPPING.model_copy(update={"form": "OTHER-INCOME", "name": "另一份", "department": "TJJ"})
    question = asked(NEXT, "S228", MAPPING, other)
    assert "CITY-INCOME.1" in question.message and "OTHER-INCOME.1" in question.message


def test_the_newest_edition_of_one_form_is_used() -> None:
    newer = MAPPING.model_copy(update={"edition": "2", "scope": "DEPT"})
    parsed = read(NEXT, MAPPING, newer)
    assert (parsed.edition, {o.scope for o in parsed.observations}) == ("2", {"DEPT"})


def test_an_older_edition_still_reads_what_the_newer_does_not() -> None:
    tables = (MAPPING.tables[0].model_copy(update={"title": "{本期}别的标题"}), *MAPPING.tables[1:])
    assert read(NEXT, MAPPING, MAPPING.model_copy(update={"edition": "2", "tables": tables})).edition == "1"


def test_a_stranger_stays_a_stranger() -> None:
    parsed = read(made.quarterly(), MAPPING, name="季度数据.csv")
    assert found(parsed, "S201") and not parsed.observations


def test_a_whole_year_is_never_read_into_a_part_of_it() -> None:
    wrong = MAPPING.model_copy(update={"nature": Nature.ANNUAL})
    parsed = read(NEXT, wrong)
    assert not parsed.observations and found(parsed, "S225")


def test_columns_of_running_totals_are_not_read_as_single_quarters() -> None:
    data = made.quarterly().decode("gb18030").replace("2031年第三季度", "2031年前三季度").encode("gb18030")
    mapping = confirmed(made.quarterly(), QUARTER, "季度数据.csv")
    parsed = read(data, mapping, name="季度数据.csv")
    assert {o.nature for o in parsed.observations if o.period == "2031Q3"} == {Nature.YTD}
    assert found(parsed, "S225").severity is Severity.HARD


def test_the_unit_column_must_say_what_was_confirmed() -> None:
    def table(unit: str) -> bytes:
        book = openpyxl.Workbook()
        for row in (
            ["长春新区主要指标"],
            ["2031年1—9月"],
            ["指标名称", "计量单位", "本年累计", "上年同期累计"],
            ["地区生产总值", unit, 6500000, 6200000],
            ["工业增加值", "万元", 21000, 20000],
        ):
            book.active.append(row)
        return made.saved(book)

    said = {"form": "MAIN", "name": "主要指标", "department": "TJJ", "scope": "DEPT"}
    mapping = confirmed(table("万元"), said)
    assert (mapping.area, mapping.tables[0].unit_column) == ("CCXQ", "计量单位")
    level = next(o for o in read(table("万元"), mapping).observations if o.cell == "C4")
    assert (level.unit, level.canonical_unit, level.canonical_value, level.period) == ("万元", "亿元", 650, "2031Q3")
    question = asked(table("亿元"), "S227", mapping)
    assert (question.cell, question.found, question.expected) == ("B4", "亿元", "万元")


# the shape of tables


def shape(*rows: list[object], merges: tuple[str, ...] = ()) -> Any:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for area in merges:
        book.active.merge_cells(area)
    return blocks_of(read_workbook(made.saved(book), "x.xlsx"), Mapping().notes)


def test_header_levels_are_joined_only_inside_the_declared_merge() -> None:
    rows = (["指标", "1—本季", None, "其他", None], [None, "本年", "上年同期", "甲", "乙"], ["产值", 1, 2, 3, 4])
    merged = shape(*rows, merges=("A1:A2", "B1:C1"))[0]
    assert merged.headers == {2: "1—本季|本年", 3: "1—本季|上年同期", 4: "其他|甲", 5: "乙"}


def test_a_header_of_bare_years_is_no_data() -> None:
    for head in ("地区", None):
        block = shape([head, 2019, 2018, 2017], ["长春市", 1, 2, 3], ["吉林市", 4, 5, 6])[0]
        assert block.headers == {2: "2019", 3: "2018", 4: "2017"} and len(block.rows) == 2


def test_the_row_of_column_numbers_is_no_data() -> None:
    block = shape(["指标", "本年", "上年"], ["甲", 1, 2], ["产值", 3, 4])[0]
    assert [row.label for row in block.rows] == ["产值"] and block.headers == {2: "本年", 3: "上年"}


def test_a_table_of_one_column_of_numbers() -> None:
    block = shape(["2031年一季度产值（万元）"], ["地区", "产值"], ["长春市", 1], ["吉林市", 2])[0]
    assert (block.stub, block.headers, len(block.rows)) == ("地区", {2: "产值"}, 2)


@pytest.mark.parametrize("table", [MappedTable(stub="地区"), MappedTable(stub="地区", title="没有这个标题")])
def test_a_table_without_title_is_known_by_its_columns(table: MappedTable) -> None:
    mapping = confirmed(made.province(), PROVINCE)
    bare = mapping.model_copy(update={"tables": (table.model_copy(update={"indicator": "GDP", "unit": "亿元"}),)})
    parsed = read(made.province(), bare)
    assert bool(parsed.observations) is not bool(table.title)
