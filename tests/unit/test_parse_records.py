"""Record forms: one figure a line, each field with its own word, nothing carried over from the line above."""

import io
from datetime import date
from decimal import Decimal
from typing import Any

import openpyxl
import pytest

from etl.returned import ParsedReturn
from etl.template import write_template
from indicators.findings import Severity
from indicators.observations import Measure, ObsStatus, Origin
from indicators.periods import Nature, Period
from tests.etl_world import CATALOGUE, SECRET, codes, edited, parsed, saved

LINE: dict[str, Any] = {
    "indicator": "GDP", "area": "CCXQ", "period": "2021H1", "measure": "level", "nature": "ytd", "scope": "DEPT",
    "value": Decimal("441.2"), "unit": "亿元", "source": "S1", "grade": "A", "comment": "公报",
}  # fmt: skip
SHEET = "公开发布数据"


def written(*lines: dict[str, Any]) -> bytes:
    form, department = CATALOGUE.forms["PUB"], CATALOGUE.departments["PUB"]
    values = {f"{number}:{field}": value for number, line in enumerate(lines, 1) for field, value in line.items()}
    period = Period.parse("2021")
    return write_template(form, form.editions[0], period, department, CATALOGUE, values=values, secret=SECRET)


def read(*lines: dict[str, Any]) -> ParsedReturn:
    return parsed(written(*lines))


def test_a_line_becomes_one_observation() -> None:
    result = read(LINE)
    assert result.findings == () and result.origin is Origin.PUBLISHED
    (o,) = result.observations
    assert (o.indicator, o.area, o.period, o.nature, o.measure) == ("GDP", "CCXQ", "2021H1", Nature.YTD, Measure.LEVEL)
    assert (o.value, o.unit, o.canonical_value, o.source, o.grade) == (
        Decimal("441.2"),
        "亿元",
        Decimal("441.2"),
        "S1",
        "A",
    )
    assert (o.period_start, o.period_end, o.comment, o.cell) == (date(2021, 1, 1), date(2021, 6, 30), "公报", "I11")
    assert result.cells["1:value"].raw == "441.2"


@pytest.mark.parametrize(
    ("field", "text", "attribute", "meant"),
    [
        ("indicator", "GDP 地区生产总值", "indicator", "GDP"),
        ("indicator", "地区生产总值", "indicator", "GDP"),
        ("area", "长春新区", "area", "CCXQ"),
        ("period", "2021年上半年", "period", "2021H1"),
        ("period", "2018", "period", "2018"),
        ("measure", "growth_yoy 同比增长", "measure", Measure.GROWTH_YOY),
        ("nature", "累计", "nature", Nature.YTD),
        ("unit", "万元", "canonical_value", Decimal("0.04412")),
        ("value", None, "status", ObsStatus.MISSING),
        ("value", "…", "status", ObsStatus.NOT_SIGNIFICANT),
    ],
)
def test_fields_are_read_as_code_name_or_word(field: str, text: Any, attribute: str, meant: object) -> None:
    line = LINE | {field: text} | ({"unit": "%"} if attribute == "measure" else {})
    (observation,) = read({k: v for k, v in line.items() if v is not None}).observations
    assert getattr(observation, attribute) == meant


@pytest.mark.parametrize(
    ("field", "text", "code"),
    [
        ("indicator", "GPD", "V307"), ("indicator_name", "工业总产值", "V307"), ("area", "长春", "V307"),
        ("scope", "无", "V307"), ("source", "S9", "V307"), ("measure", "水平", "V307"), ("period", "2019.09", "V308"),
        ("value", "约420", "V302"), ("unit", "户", "V306"), ("unit", "亿", "V306"),
    ],
)  # fmt: skip
def test_a_word_that_says_nothing_known_is_a_finding_at_its_cell(field: str, text: str, code: str) -> None:
    result = read(LINE | {field: text})
    (found,) = result.findings
    assert found.code == code and found.severity is Severity.HARD and found.cell.endswith("11") and found.sheet == SHEET
    assert not [o for o in result.observations if o.canonical_value is not None]


def test_a_required_field_left_blank_is_not_taken_from_the_line_above() -> None:
    second = {k: v for k, v in LINE.items() if k != "period"}
    result = read(LINE, second)
    assert codes(result) == ["V301"] and "没有填“报告期”" in result.findings[0].message
    assert len(result.observations) == 1


def test_fields_left_open_take_the_indicators_own_word() -> None:
    fields = ("indicator", "area", "period", "value", "unit")
    (o,) = read({k: LINE[k] for k in fields} | {"indicator": "POP", "period": "2020M06", "unit": "人"}).observations
    assert (o.nature, o.measure, o.period_start) == (Nature.STOCK, Measure.LEVEL, date(2020, 6, 30))


def test_the_same_fact_twice_is_told_with_both_places() -> None:
    result = read(LINE, LINE | {"value": Decimal(420)})
    assert codes(result) == ["V311"] and "I11" in result.findings[0].message and result.findings[0].cell == "I12"
    assert len(result.observations) == 1


def test_gaps_between_lines_and_a_date_typed_as_period_are_fine() -> None:
    def change(sheet: Any) -> None:
        for col, field in enumerate(("GDP", None, "CCXQ", date(2021, 9, 1), "level", "ytd", "DEPT", 600, "亿元"), 2):
            sheet.cell(20, col, field)

    result = parsed(edited(written(LINE), change, SHEET))
    assert [(o.period, o.cell) for o in result.observations] == [("2021H1", "I11"), ("2021M09", "I20")]
    assert result.findings == ()


@pytest.mark.parametrize(
    ("shown", "period"), [("yyyy/m/d", "2021M09"), ('yyyy"年"m"月"', "2021M09"), ('m"月"d"日"', ""), ("yyyy", "")]
)
def test_a_date_is_a_month_only_where_its_cell_shows_year_and_month(shown: str, period: str) -> None:
    """“9-1” typed for 1—9月 or 9月 becomes a day of this year; the cell shows 9月1日."""

    def change(sheet: Any) -> None:
        sheet["E11"] = date(2021, 9, 1)
        sheet["E11"].number_format = shown

    result = parsed(edited(written(LINE), change, SHEET))
    assert [o.period for o in result.observations] == [period] * bool(period)
    assert codes(result) == ([] if period else ["V308"])


def test_a_date_beyond_the_calendar_is_a_finding_at_its_cell() -> None:
    def change(sheet: Any) -> None:
        sheet["E11"] = 10**12
        sheet["E11"].number_format = "yyyy/m/d"

    result = parsed(edited(written(LINE), change, SHEET))
    assert codes(result) == ["V308"] and result.findings[0].cell == "E11" and not result.observations


def test_without_names_the_header_row_is_found_by_its_texts() -> None:
    book = openpyxl.load_workbook(io.BytesIO(written(LINE)))
    for name in list(book.defined_names):
        del book.defined_names[name]
    book[SHEET].insert_rows(3, 2)
    result = parsed(saved(book))
    assert codes(result) == ["S216"] and result.observations[0].cell == "I13"
