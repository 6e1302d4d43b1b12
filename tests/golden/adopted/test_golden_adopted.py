"""Golden proposals and readings of hand-made tables: the YAML a person gets, and every number that is read by it.

The layouts are those of real files, the numbers invented (`workbooks`). A changed golden file is a changed promise;
write it anew with `python -m tests.golden.adopted.test_golden_adopted`.
"""

from decimal import Decimal
from pathlib import Path

import pytest

from indicators.mapping.text import read_mapping, write_mapping
from indicators.observations import Measure, Observation, ObsStatus
from indicators.periods import Nature, Period
from tests.adopt_world import INCOME, PROVINCE, QUARTER, confirmed, proposed, read
from tests.golden.adopted import workbooks as made

HERE = Path(__file__).parent
DRAFTS = {
    "income": (made.income(1, lines_before=3), "2031年分市州居民收入（1季度）.xlsx"),
    "province": (made.province(), "分省年度数据.xlsx"),
    "quarter": (made.quarterly(), "季度数据.csv"),
}


def draft(name: str) -> str:
    data, file = DRAFTS[name]
    found = proposed(data, file)
    return write_mapping(found.mapping, found.grounds.remarks)


@pytest.mark.parametrize("name", DRAFTS)
def test_the_draft_is_what_a_person_gets(name: str) -> None:
    assert draft(name) == (HERE / f"{name}.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", DRAFTS)
def test_a_draft_read_back_is_the_draft(name: str) -> None:
    data, file = DRAFTS[name]
    assert read_mapping(HERE / f"{name}.yaml") == proposed(data, file).mapping


def keyed(observations: tuple[Observation, ...]) -> dict[tuple[str, str, str, str], Observation]:
    found = {(o.indicator, o.area, o.period, o.measure.value + o.nature.value): o for o in observations}
    assert len(found) == len(observations)
    return found


@pytest.mark.parametrize(
    ("quarter", "drift"),
    [
        (1, {"lines_before": 3}),
        (2, {"lines_before": 2, "empty_sheets": 2}),
        (3, {"lines_before": 1}),
        (4, {"lines_before": 2, "row_numbers": False}),
    ],
)
def test_one_mapping_reads_all_four_returns_of_a_year(quarter: int, drift: dict[str, int]) -> None:
    mapping = confirmed(made.income(1, lines_before=3), INCOME)
    parsed = read(made.income(quarter, **drift), mapping)  # type: ignore[arg-type]
    period = Period.parse(made.PERIODS[quarter])
    nature = Nature.ANNUAL if quarter == 4 else Nature.YTD
    assert (parsed.form, parsed.period, parsed.recognised) == ("CITY-INCOME", period.code, "mapping")
    found = keyed(parsed.observations)
    assert len(found) == len(made.GROUPS) * len(made.AREAS) * 3
    for group, (_, indicator, _) in enumerate(made.GROUPS):
        for area, (_, code) in enumerate(made.AREAS):
            expected = {
                Measure.LEVEL: Decimal(made.income_value(group, area, quarter)),
                Measure.LEVEL_PREVIOUS_YEAR: Decimal(made.income_value(group, area, quarter, 2030)),
                Measure.GROWTH_YOY: round(Decimal(f"{made.income_growth(group, area, quarter):.15g}"), 10),
            }
            for measure, value in expected.items():
                one = found[indicator, code, period.code, measure.value + nature.value]
                assert one.value == one.canonical_value == value
                assert one.unit == one.canonical_unit == ("%" if measure is Measure.GROWTH_YOY else "元")
                assert (one.period_start, one.period_end) == (period.span(Nature.YTD)[0], period.end)
                assert (one.scope, one.price_basis, one.status) == ("HOUSEHOLD_SURVEY", "现价", ObsStatus.NORMAL)


def test_a_blank_newest_year_is_missing_and_notes_are_no_data() -> None:
    mapping = confirmed(made.province(), PROVINCE)
    parsed = read(made.province(), mapping)
    found = keyed(parsed.observations)
    assert len(found) == 3 * 5, "three provinces, five years, and nothing of the notes"
    for area, (_, code) in enumerate(made.PROVINCES):
        for year in range(2027, 2032):
            one = found["GDP", code, str(year), "level" + "annual"]
            expected = made.province_value(area, year)
            assert one.value == expected
            assert one.status is (ObsStatus.MISSING if expected is None else ObsStatus.NORMAL)
    assert [f.code for f in parsed.findings] == ["S219", "V313"]
    assert parsed.findings[1].cells == ("B6", "B7")


def test_columns_may_be_of_different_scope_by_period() -> None:
    before = {"first": "2028", "scope": "NBS_POST4"}, {"last": "2027", "scope": "NBS_PRE4"}
    draft = confirmed(made.province(), PROVINCE | {"scope": None})
    columns = tuple(draft.columns[0].model_copy(update=said) for said in before)
    parsed = read(made.province(), draft.model_copy(update={"columns": columns}))
    assert {(o.period, o.scope) for o in parsed.observations} == {
        ("2027", "NBS_PRE4"), *((str(year), "NBS_POST4") for year in range(2028, 2032)),
    }  # fmt: skip


def test_single_and_running_totals_stand_in_rows_and_prose_is_no_data() -> None:
    mapping = confirmed(made.quarterly(), QUARTER, "季度数据.csv")
    parsed = read(made.quarterly(), mapping, name="季度数据.csv")
    found = keyed(parsed.observations)
    assert (parsed.period, len(found)) == ("2032Q1", 4 * 3)
    periods = ("2032Q1", "2031Q4", "2031Q3")
    for line, (_, indicator, word, _) in enumerate(made.LINES):
        nature = {"当季值": "single", "累计值": "ytd"}[word]
        for column, period in enumerate(periods):
            one = found[indicator, "000000", period, "level" + nature]
            assert one.value == made.quarterly_value(line, column)
            assert (one.sheet, one.cell) == ("CSV", f"{'BCD'[column]}{line + 4}")
            assert one.raw_text == str(made.quarterly_value(line, column))


if __name__ == "__main__":
    for each in DRAFTS:
        (HERE / f"{each}.yaml").write_text(draft(each), encoding="utf-8")
