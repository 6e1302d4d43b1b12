from decimal import Decimal as D

import pytest

from indicators.derived.growth import (
    GrowthKind,
    average_growth,
    base_differs,
    change,
    changes,
    growth_bounds,
    growth_from_increase,
    index_of,
    point_difference,
    year_on_year,
)
from indicators.derived.quarters import cumulate, shares_of_year, single_values
from indicators.periods import Period


def series(**values):
    return {Period.parse(code.removeprefix("p")): None if v is None else D(str(v)) for code, v in values.items()}


GDP_2019 = series(p2019Q1="218062.8", p2019Q2="460636.7", p2019Q3="712845.4", p2019Q4="990865.1")


def test_single_quarters_are_differences_within_the_year():
    singles = single_values(GDP_2019 | series(p2020Q1="206504.3"))
    assert [str(s.value) for s in singles.values()] == ["218062.8", "242573.9", "252208.7", "278019.7", "206504.3"]


def test_a_missing_predecessor_leaves_the_quarter_empty():
    singles = single_values(series(p2020Q1=None, p2020Q2=30, p2020Q3=40))
    assert [(s.value, s.reason) for s in singles.values()] == [
        (None, "missing"),
        (None, "missing_previous"),
        (D(10), ""),
    ]
    assert single_values(series(p2020Q3=40))[Period.parse("2020Q3")].reason == "missing_previous"


def test_the_fourth_quarter_of_last_year_is_no_predecessor():
    assert single_values(series(p2019Q4=100, p2020Q2=30))[Period.parse("2020Q2")].value is None


def test_a_falling_cumulative_value_is_legal_and_flagged():
    q2 = single_values(series(p2020Q1=30, p2020Q2=28))[Period.parse("2020Q2")]
    assert (q2.value, q2.decreased) == (D(-2), True)


def test_shares_need_the_whole_year():
    shares = shares_of_year(GDP_2019 | series(p2020Q1=5))
    assert round(shares[Period.parse("2019Q1")], 2) == D("22.01")
    assert Period.parse("2020Q1") not in shares


def test_cumulating_stops_at_a_gap():
    totals = cumulate(series(p2020Q1=1, p2020Q2=None, p2020Q3=3))
    assert list(totals.values()) == [D(1), None, None]


def test_change_gives_a_difference_where_a_rate_has_no_meaning():
    assert change(D(110), D(100)).rate == D(10)
    for base in (0, -5):
        found = change(D(5), D(base))
        assert (found.rate, found.difference, found.reason) == (None, D(5) - base, "base_not_positive")
    assert change(D(5), None).reason == "no_base"
    assert change(None, D(5)).reason == "missing"


def test_the_lag_is_the_calendar_and_never_the_previous_row():
    gap = series(p2022Q1=100, p2022Q2=101, p2023Q2=105)
    assert [c.rate and round(c.rate, 4) for c in year_on_year(gap).values()] == [None, None, D("3.9604")]
    assert all(c.reason == "no_base" for c in changes(gap, 1).values())


def test_a_rate_needs_the_same_length_of_period():
    mixed = {Period.parse("2021H1"): D(100), Period.parse("2022Q2"): D(110)}
    assert all(c.reason == "no_base" for c in year_on_year(mixed).values())


def test_growth_from_the_printed_increase():
    assert round(growth_from_increase(D(9953), D(591)).rate, 1) == D("6.3")


def test_cumulative_growth_lies_between_the_single_quarters():
    assert growth_bounds([D("5.3"), D("4.7")]) == (D("4.7"), D("5.3"))


def test_average_growth_takes_the_year_before_the_named_period():
    values = {1995: D(100), 1996: D(50), 2000: D("161.051")}
    assert round(average_growth(values, 1996, 2000), 10) == D(10)


@pytest.mark.parametrize("values", [{1995: D(0), 2000: D(5)}, {1995: D(5), 2000: D(-5)}, {2000: D(5)}, {1995: D(5)}])
def test_average_growth_needs_both_ends_positive(values):
    assert average_growth(values, 1996, 2000) is None


def test_average_growth_of_no_year_is_none():
    assert average_growth({1995: D(5), 1990: D(5)}, 1996, 1990) is None


def test_index_of_one_year_on_another():
    assert index_of({2000: D(8), 2007: D(10)}, 2007, 2000) == D(125)
    assert index_of({2000: D(0), 2007: D(10)}, 2007, 2000) is None


def test_rates_differ_in_points():
    assert point_difference(D("5.3"), D("4.7")) == D("0.6")


def test_the_respondents_own_base_is_held_against_ours():
    assert base_differs(D("100.0"), D("100.6"), D("0.5"))
    assert not base_differs(D("100.0"), D("100.5"), D("0.5"))
    assert not base_differs(None, D(5), D(0))


def test_every_kind_has_a_name_and_the_quarterly_change_says_it_is_raw():
    assert {kind.label for kind in GrowthKind} >= {"累计同比", "单季同比", "填报同比"}
    assert "未季调" in GrowthKind.QOQ_SINGLE.label
