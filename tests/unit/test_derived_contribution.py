from decimal import Decimal as D

import pytest

from indicators.derived.chain_contribution import ChainPoint, chain_contributions
from indicators.derived.contribution import (
    contributions,
    pulls_from_shares,
    shares_from_pulls,
    structure_shares,
    sum_tolerance,
)
from indicators.periods import Period


def parts(**values):
    return {name: D(str(value)) for name, value in values.items()}


def test_negative_shares_and_shares_over_a_hundred_are_normal():
    """Qinghai 2013 had shares of 358.74 and −262.43 %."""
    found = contributions(parts(consumption=130, capital=82), parts(consumption=100, capital=100))
    assert found.growth == D(6)
    assert found.shares == {"consumption": D(250), "capital": D(-150)}
    assert found.pulls == {"consumption": D(15), "capital": D(-9)}


def test_shares_are_suppressed_when_the_total_hardly_moves():
    found = contributions(parts(a="100.3", b="100.6"), parts(a=100, b=100))
    assert (found.growth, found.shares) == (D("0.45"), None)
    assert found.pulls == {"a": D("0.15"), "b": D("0.3")}
    still = contributions(parts(a=101, b=99), parts(a=100, b=100))
    assert (still.shares, still.pulls) == (None, {"a": D("0.5"), "b": D("-0.5")})


def test_the_published_growth_makes_the_pulls():
    found = contributions(parts(a=110, b=110), parts(a=100, b=100), growth=D(8))
    assert found.pulls == {"a": D(4), "b": D(4)}


@pytest.mark.parametrize(
    ("now", "before"), [(parts(a=1), parts(a=1, b=2)), (parts(a=1), parts(a=0)), (parts(a=1), parts(a=-3))]
)
def test_parts_that_do_not_match_or_add_up_to_nothing_have_no_contributions(now, before):
    assert contributions(now, before) is None


def test_pulls_and_shares_turn_into_each_other():
    shares = parts(a="68.97", b="66.14", c="-35.11")
    pulls = pulls_from_shares(shares, D("8.92"))
    assert round(pulls["c"], 2) == D("-3.13")
    assert {k: round(v, 10) for k, v in shares_from_pulls(pulls, D("8.92")).items()} == shares
    assert shares_from_pulls(pulls, D("0.49")) is None


def test_structure_shares():
    assert structure_shares(parts(a=1, b=3)) == {"a": D(25), "b": D(75)}
    assert structure_shares(parts(a=1), D(8)) == {"a": D("12.5")}
    assert structure_shares(parts(a=1, b=-1)) is None


def test_a_printed_total_may_miss_its_printed_parts_by_half_a_unit_each():
    """The bulletin's sectors add to 869.6 and the total says 869.7."""
    assert sum_tolerance(3, 1) == D("0.20")
    assert abs(D("869.6") - D("869.7")) <= sum_tolerance(3, 1)


def chain(levels, share):
    return {
        Period.parse(code): ChainPoint(D(str(part)), D(share), D(str(total)), D(1000))
        for code, (part, total) in levels.items()
    }


def test_within_the_year_the_weight_is_carried_by_prices():
    points = chain({"2019M12": (100, 100), "2020M01": (110, 105), "2020M02": (121, 110)}, 500)
    found = chain_contributions(points, 1)
    assert found[Period.parse("2019M12")] is None
    assert found[Period.parse("2020M01")] == D(5)
    assert round(found[Period.parse("2020M02")], 10) == round(100 * D("0.1") * D("0.5") * D("1.1") / D("1.05"), 10)


def test_across_december_the_two_decompositions_differ():
    levels = {"2018M12": (100, 100), "2019M06": (104, 102), "2019M12": (110, 104), "2020M06": (115, 108)}
    ribe, kirchner = (
        chain_contributions(chain(levels, 300), 12, method)[Period.parse("2020M06")] for method in ("ribe", "kirchner")
    )
    assert ribe != kirchner
    assert abs(ribe - kirchner) < D("0.1")


def test_without_the_link_in_december_there_is_no_contribution():
    levels = {"2019M06": (104, 102), "2019M12": (110, 104), "2020M06": (115, 108)}
    assert chain_contributions(chain(levels, 300), 12)[Period.parse("2020M06")] is None


def test_a_lag_that_is_no_whole_number_of_periods_gives_nothing():
    quarters = chain({"2019Q4": (100, 100), "2020Q1": (110, 105)}, 300)
    assert set(chain_contributions(quarters, 1).values()) == {None}
    assert chain_contributions(quarters, 3)[Period.parse("2020Q1")] == D(3)
