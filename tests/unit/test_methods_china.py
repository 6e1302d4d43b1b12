from decimal import Decimal as D

import pytest

from indicators.methods.china import (
    completion_rate,
    consistent_progress,
    index_pace,
    realization,
    time_progress,
    weighted_realization,
)


def test_time_progress_starts_from_the_unrounded_rate():
    """江门: 97.2 % and 13.8 points, which the rounded rate would make 13.9."""
    result = time_progress(completion_rate(D("629.0"), D("647.4")), D(10))
    assert round(result.completion_pct, 1) == D("97.2")
    assert round(result.ahead_pp, 1) == D("13.8")


def test_over_a_hundred_is_reported_as_such_and_a_plan_of_zero_has_no_rate():
    assert completion_rate(D("107.56"), D(100)) == D("107.56")
    assert completion_rate(D(5), D(0)) is None


def test_consistent_progress_needs_a_distance():
    assert consistent_progress(D(10), D(15), D(20)) == D("0.5")
    assert consistent_progress(D(20), D(15), D(10)) == D("0.5")
    assert consistent_progress(D(10), D(15), D(10)) is None


@pytest.mark.parametrize(
    ("value", "kind", "target", "percent"),
    [(45, "正", 50, 90), (60, "正", 50, 100), (40, "逆", 20, 50), (10, "逆", 20, 100), (0, "逆", 20, None)],
)
def test_realization_of_one_sided_indicators(value, kind, target, percent):
    assert realization(D(value), kind, D(target)) == (None if percent is None else D(percent))


@pytest.mark.parametrize(("value", "percent"), [(2, 50), (3, 100), (6, 100), (7, 75), (10, 0), (12, 0), (1, 0)])
def test_realization_of_a_band_falls_to_its_outer_limits(value, percent):
    assert realization(D(value), "区间", band=(D(3), D(6)), outer=(D(1), D(10))) == D(percent)


def test_realization_without_outer_limits_is_not_guessed():
    assert realization(D(7), "区间", band=(D(3), D(6))) is None


def test_weighted_realization_leaves_out_what_is_missing():
    assert weighted_realization([(D(100), D(1)), (None, D(5)), (D(50), D(3))]) == D("62.5")
    assert weighted_realization([(None, D(1))]) is None


def test_index_pace_of_the_national_xiaokang_index():
    pace = index_pace({2000: D("57.05"), 2006: D("69.05")}, D(100), 2020)
    assert (pace.gap, round(pace.required_per_year, 2), pace.actual_per_year) == (D("42.95"), D("2.15"), D(2))
    alone = index_pace({2020: D(60)}, D(100), 2020)
    assert (alone.required_per_year, alone.actual_per_year) == (None, None)
