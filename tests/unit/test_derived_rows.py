from datetime import date
from decimal import Decimal as D

import pytest

from indicators.derived.rows import GrowthRow, GrowthSeries, derive_growth
from indicators.periods import Nature


def series(levels, **more):
    given = {
        Nature(nature): {c: None if v is None else D(str(v)) for c, v in values.items()}
        for nature, values in levels.items()
    }
    return GrowthSeries("GDP", "CCXQ", "TJJ", "在地", "现价", "亿元", "returned", given, **more)


def rows(levels, **more):
    return {(r.kind, r.period): r for r in derive_growth(series(levels, **more))}


YTD = {"2019Q1": 100, "2019Q2": 210, "2019Q3": 330, "2019Q4": 460, "2020Q1": 90, "2020Q2": 220}


def test_every_kind_of_a_cumulative_series():
    found = rows({"ytd": YTD})
    assert found["single_quarter", "2019Q4"] == GrowthRow(
        "2019Q4", date(2019, 12, 31), "single_quarter", D(130), "亿元", ""
    )
    assert found["yoy_ytd", "2020Q1"].value == D(-10)
    assert found["yoy_ytd", "2020Q2"].value == D("4.7619047619")
    assert found["yoy_single", "2020Q2"].value == D("18.1818181818")
    assert found["qoq_single", "2020Q1"].value == D("-30.7692307692")
    assert found["qoq_single", "2020Q1"].unit == "%"
    assert found["yoy_ytd", "2019Q1"] == GrowthRow("2019Q1", date(2019, 3, 31), "yoy_ytd", None, "%", "no_base")


def test_cumulative_and_single_growth_are_different_kinds():
    found = rows({"ytd": YTD})
    assert found["yoy_ytd", "2020Q2"].value != found["yoy_single", "2020Q2"].value


def test_a_missing_quarter_leaves_the_next_one_empty_and_the_cumulative_rate_standing():
    found = rows({"ytd": {"2019Q2": 200, "2020Q1": None, "2020Q2": 220}})
    assert found["single_quarter", "2020Q2"].reason == "missing_previous"
    assert found["yoy_ytd", "2020Q2"].value == D(10)
    assert ("single_quarter", "2020Q1") not in found
    assert ("yoy_single", "2020Q2") not in found


def test_a_half_year_and_its_second_quarter_are_one_cumulative_span():
    found = rows({"ytd": {"2019H1": 200, "2020Q2": 220, "2020": 500, "2021Q4": 550}})
    assert found["yoy_ytd", "2020Q2"].value == D(10)
    assert found["yoy_ytd", "2021Q4"].value == D(10)


def test_a_half_year_is_no_quarter():
    found = rows({"single": {"2019H1": 200, "2020Q2": 220, "2020H1": 240}})
    assert found["yoy_single", "2020Q2"].reason == "no_base"
    assert found["yoy_single", "2020H1"].value == D(20)
    assert ("qoq_single", "2020H1") not in found


def test_a_reported_single_quarter_is_used_as_reported():
    found = derive_growth(series({"ytd": YTD, "single": {"2019Q2": 111, "2020Q2": 222}}))
    keys = [(r.kind, r.period) for r in found]
    assert len(keys) == len(set(keys))
    by_key = {(r.kind, r.period): r for r in found}
    assert ("single_quarter", "2020Q2") not in by_key
    assert by_key["yoy_single", "2020Q2"].value == D(100)
    assert by_key["qoq_single", "2020Q2"].value == round((D(222) / 90 - 1) * 100, 10)


@pytest.mark.parametrize(
    ("nature", "kind", "codes"),
    [("stock", "yoy_stock", ("2019Q4", "2020Q4")), ("annual", "yoy_annual", ("2019", "2020"))],
)
def test_stocks_and_years(nature, kind, codes):
    found = derive_growth(series({nature: {codes[0]: 80, codes[1]: 100}}))
    assert [(r.kind, r.period, r.value) for r in found if r.value is not None] == [(kind, codes[1], D(25))]


def test_a_base_that_is_not_positive_gives_a_difference_beside_the_reason():
    found = rows({"ytd": {"2019Q1": -5, "2020Q1": 7}})
    assert (found["yoy_ytd", "2020Q1"].value, found["yoy_ytd", "2020Q1"].reason) == (None, "base_not_positive")
    assert (found["difference", "2020Q1"].value, found["difference", "2020Q1"].unit) == (D(12), "亿元")


def test_one_difference_for_a_period_and_none_for_a_quarter_on_quarter():
    levels = {"2019Q1": -5, "2019Q2": -9, "2020Q1": 7, "2020Q2": 9}
    found = [r for r in derive_growth(series({"ytd": levels})) if r.kind == "difference"]
    assert [(r.period, r.value) for r in found] == [("2020Q1", D(12)), ("2020Q2", D(18))]


def test_the_reported_rate_stands_beside_the_computed_one():
    found = rows({"ytd": YTD}, reported={"2020Q2": D("3.9"), "2020Q1": None})
    assert found["yoy_reported", "2020Q2"].value == D("3.9")
    assert found["yoy_ytd", "2020Q2"].value == D("4.7619047619")
    assert ("yoy_reported", "2020Q1") not in found


def test_a_reported_rate_needs_no_level():
    assert [r.kind for r in derive_growth(series({}, reported={"2020Q2": D("3.9")}))] == ["yoy_reported"]


def test_nothing_is_computed_across_an_unlinked_break():
    broken = rows({"ytd": YTD}, breaks=(date(2019, 7, 1),))
    assert broken["yoy_ytd", "2020Q1"].reason == "break"
    assert broken["single_quarter", "2019Q3"].reason == "break"
    assert broken["single_quarter", "2019Q4"].value == D(130)
    assert broken["qoq_single", "2020Q1"].value is not None
    later = rows({"ytd": YTD | {"2021Q1": 99}}, breaks=(date(2019, 7, 1),))
    assert later["yoy_ytd", "2021Q1"].value == D(10)


def test_a_break_on_the_first_day_of_the_later_period_separates():
    for day, reason in (
        (date(2019, 3, 31), ""),
        (date(2019, 4, 1), "break"),
        (date(2020, 3, 31), "break"),
        (date(2020, 4, 1), ""),
    ):
        assert rows({"ytd": {"2019Q1": 100, "2020Q1": 110}}, breaks=(day,))["yoy_ytd", "2020Q1"].reason == reason


def test_a_rate_changes_in_points():
    found = derive_growth(series({"ytd": {"2019Q1": "3.2", "2020Q1": "2.7"}}, is_rate=True))
    assert [(r.kind, r.value, r.unit) for r in found] == [("difference", D("-0.5"), "百分点")]


def test_indices_with_a_new_base_each_year_are_not_compared():
    chained = GrowthSeries(
        "CPI", "CC", "TJJ", "", "上年=100", "", "published", {Nature.ANNUAL: {"2019": D(103), "2020": D(102)}}
    )
    assert derive_growth(chained) == []


def test_a_rate_beyond_the_column_is_out_of_range():
    found = rows({"annual": {"2019": "1E-15", "2020": "1E+15"}})
    assert found["yoy_annual", "2020"].reason == "out_of_range"


def test_a_computed_value_is_stored_to_ten_digits():
    assert rows({"annual": {"2019": 3, "2020": 4}})["yoy_annual", "2020"].value == D("33.3333333333")
