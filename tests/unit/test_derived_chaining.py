from decimal import Decimal as D

from indicators.derived.chaining import BaseSegment, chain_bases, chain_growth, link, rebase
from indicators.derived.denton import denton_proportional
from indicators.periods import Period


def years(first, *values):
    return {Period(first + n, "A", 1): None if v is None else D(str(v)) for n, v in enumerate(values)}


def quarters(first, *values):
    return {Period(first, "Q", 1).shift(n): D(str(v)) for n, v in enumerate(values)}


def test_rebasing_puts_the_mean_of_the_reference_at_a_hundred():
    series = years(2018, 50, 60, 70)
    done = rebase(series, [Period(2018, "A", 1), Period(2019, "A", 1)])
    assert done.divisor == D(55)
    assert done.values[Period(2020, "A", 1)] == D(7000) / 55


def test_a_reference_that_is_missing_or_partly_missing_changes_nothing_and_says_so():
    series = years(2018, 50, None, -1)
    for reference, reason in (([2015], "missing"), ([2018, 2019], "incomplete"), ([2020], "not_positive")):
        done = rebase(series, [Period(y, "A", 1) for y in reference])
        assert (done.values, done.divisor, done.reason) == (series, None, f"reference_{reason}")


def test_growth_chains_and_stops_at_a_gap():
    assert chain_growth([D(10), D(-10), None, D(5)]) == [D(110), D(99), None, None]


def test_growth_is_taken_inside_one_price_base():
    """2015 and 2020 prices: the step 2020 → 2021 exists only at 2020 prices and is never 110/150."""
    old = BaseSegment("2015年不变价", years(2018, 120, 132, 150))
    new = BaseSegment("2020年不变价", years(2020, 100, 110))
    index = chain_bases([old, new], Period(2018, "A", 1), Period(2021, "A", 1))
    assert [round(v, 10) for v in index.values()] == [D(100), D(110), D(125), D("137.5")]


def test_without_a_common_base_the_chain_breaks():
    old = BaseSegment("2015年不变价", years(2018, 120, 132))
    new = BaseSegment("2020年不变价", years(2020, 100, 110))
    index = chain_bases([old, new], Period(2018, "A", 1), Period(2021, "A", 1))
    assert [v is None for v in index.values()] == [False, False, True, True]


def test_a_link_stores_its_factor_its_overlap_and_its_author():
    joined = link(quarters(2019, 10, 10, 10, 10), quarters(2019, 20, 20, 20, 20, 24), "王工")
    assert (joined.factor, joined.author) == (D("0.5"), "王工")
    assert [p.code for p in joined.overlap] == ["2019Q1", "2019Q2", "2019Q3", "2019Q4"]
    assert joined.values[Period.parse("2020Q1")] == D(12)


def test_without_a_full_common_year_there_is_no_link():
    joined = link(quarters(2019, 10, 10, 10), quarters(2019, 20, 20, 20, 20), "王工")
    assert (joined.factor, joined.values, joined.reason) == (None, {}, "no_overlap")
    given = link(quarters(2019, 10, 10), quarters(2019, 20, 20), "王工", [Period.parse("2019Q2")])
    assert given.factor == D("0.5")
    outside = link(quarters(2019, 10, 10), quarters(2019, 20, 20), "王工", [Period.parse("2021Q2")])
    assert outside.reason == "no_overlap"


def test_an_overlap_of_zero_is_no_link():
    assert link(years(2019, 5), years(2019, 0), "王工").reason == "overlap_is_zero"


def test_denton_keeps_the_last_ratio_after_the_last_benchmark():
    done = denton_proportional([D(x) for x in (1, 2, 3, 4, 5, 6)], [D(20)])
    assert [round(x, 10) for x in done] == [D(x) for x in (2, 4, 6, 8, 10, 12)]


def test_denton_stands_a_zero_in_the_indicator_but_not_a_block_of_zeros():
    done = denton_proportional([D(x) for x in (0, 2, 3, 5)], [D(20)])
    assert done[0] == 0
    assert denton_proportional([D(0)] * 4, [D(20)]) is None
    assert denton_proportional([D(1)] * 3, [D(20)]) is None
    assert denton_proportional([D(1)] * 3, []) is None
