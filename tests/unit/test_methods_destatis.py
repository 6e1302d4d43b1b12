from decimal import Decimal as D

import pytest

from indicators.methods.destatis import destatis_weather, weakest_bound, worst_symbol


def series(*values, last=2020):
    first = last - len(values) + 1
    return {first + n: None if v is None else D(str(v)) for n, v in enumerate(values)}


FALLING = series(100, 98, 96, 94, 92, 90)  # two a year


@pytest.mark.parametrize(
    ("target", "status"),
    [(70, "sun"), ("69.1", "sun"), ("68.9", "sun_cloud"), (65, "sun_cloud"), ("64.9", "cloud"), (10, "cloud")],
)
def test_the_missed_part_of_the_gap_decides(target, status):
    """From 90 at two a year to 70 in 2030: of the gap to 69 a twentieth is missed, of that to 65 a fifth."""
    assert destatis_weather(FALLING, "target", -1, D(target), 2030, 2020).status == status


def test_exactly_on_a_cut():
    """5 % is sun and cloud, 20 % still is: 90 → 70 by 2030, and 1/20 resp. 1/5 of the gap missed."""
    twentieth = D(90) - D(20) / D("0.95")
    assert destatis_weather(FALLING, "target", -1, D(65), 2030, 2020).miss_share == D("0.2")
    assert destatis_weather(FALLING, "target", -1, twentieth + D("1e-12"), 2030, 2020).status == "sun"
    assert destatis_weather(FALLING, "target", -1, twentieth - D("1e-12"), 2030, 2020).status == "sun_cloud"


def test_standing_still_or_turning_away_is_a_thunderstorm():
    assert destatis_weather(series(5, 5, 5, 5, 5, 5), "target", 1, D(9), 2030).status == "thunderstorm"
    assert destatis_weather(FALLING, "target", 1, D(120), 2030).status == "thunderstorm"


def test_a_met_or_due_target_is_judged_by_the_keep_rule():
    met = destatis_weather(FALLING, "target", -1, D(95), 2030, 2020)
    assert (met.rule, met.status) == ("keep", "sun")
    due = destatis_weather(FALLING, "target", -1, D(80), 2020, 2020)
    assert (due.rule, due.status) == ("keep", "cloud")


@pytest.mark.parametrize(
    ("values", "status"),
    [
        ((60, 60, 60, 60, 60, 60), "sun"),
        ((50, 52, 54, 56, 58, 59), "sun_cloud"),
        ((90, 85, 80, 75, 70, 65), "cloud"),
        ((65, 65, 65, 65, 65, 65), "thunderstorm"),
        ((55, 58, 60, 61, 63, 65), "thunderstorm"),
    ],
)
def test_a_limit_to_be_kept_each_year(values, status):
    assert destatis_weather(series(*values), "keep", -1, D(60)).status == status


@pytest.mark.parametrize(
    ("values", "status"),
    [
        ((1, 2, 3, 4, 5, 6), "sun"),
        ((1, 2, 3, 4, 6, 6), "sun_cloud"),
        ((6, 5, 4, 3, 2, 3), "cloud"),
        ((3, 4, 5, 4, 2, 3), "cloud"),
        ((6, 5, 4, 3, 2, 1), "thunderstorm"),
    ],
)
def test_direction_only(values, status):
    assert destatis_weather(series(*values), "direction", 1).status == status


def test_zero_and_negative_values_are_at_home():
    assert destatis_weather(series(-5, -4, -3, -2, -1, 0), "target", 1, D(10), 2030, 2020).status == "sun"


def test_four_points_are_the_fewest():
    assert destatis_weather(series(1, 2, 3), "direction", 1).status is None
    assert destatis_weather(series(1, 2, None, 3, 4), "direction", 1).status == "sun"


def test_only_points_up_to_the_year_judged_and_only_the_last_six_count():
    long = series(1000, 0, 1, 2, 3, 4, 5, -900)
    assert destatis_weather(long, "direction", 1, eval_year=2019).pace == D(1)


def test_pace_runs_on_years_not_on_rows():
    gaps = {2010: D(0), 2014: D(4), 2016: D(6), 2020: D(10)}
    assert destatis_weather(gaps, "direction", 1).pace == D(1)


def test_interval_and_several_targets():
    assert weakest_bound([D(20), D(30)], -1) == D(30)
    assert weakest_bound([D(20), D(30)], 1) == D(20)
    assert worst_symbol(["sun", None, "cloud", "sun_cloud"]) == "cloud"
    assert worst_symbol([None]) is None
