from decimal import Decimal as D

import pytest

from indicators.methods.un_progress import un_progress_2023


def judge(base, current, direction=1, years=8, **more):
    return un_progress_2023(D(str(base)), 2015, D(str(current)), 2015 + years, direction, **more)


@pytest.mark.parametrize(
    ("target", "status"),
    [("20.0", "on_track_or_achieved"), ("20.4", "on_track_or_achieved"), ("21", "fair_progress_accelerate"),
     ("109", "fair_progress_accelerate"), ("111", "stagnation_or_regression")],
)  # fmt: skip
def test_extrapolated_share_of_the_targeted_change(target, status):
    """10 in 2015 and growing as if to double by 2030: 10 of the targeted change are made."""
    current = 10 * 2 ** (8 / 15)
    result = judge(10, current, target=D(target))
    assert result.status == status
    assert float(result.expected_value) == pytest.approx(20)


def test_a_met_target_is_achieved_whatever_the_trend():
    assert judge(60, 52, target=D(50)).status == "on_track_or_achieved"
    assert judge(0, 0, -1, target=D(70)).status == "on_track_or_achieved"


def test_within_a_point_of_nothing_or_all_is_achieved():
    assert judge(98, 99, target=D(100)).status == "on_track_or_achieved"
    assert judge(5, 1, -1, target=D(0)).status == "on_track_or_achieved"
    assert judge(5, "1.1", -1, target=D(0)).status != "on_track_or_achieved"
    assert judge(50, "50.5", target=D(51)).status != "on_track_or_achieved"


@pytest.mark.parametrize(
    ("yearly", "direction", "status"),
    [("1.021", 1, "on_track_or_achieved"), ("1.019", 1, "fair_progress_accelerate"),
     ("1.004", 1, "stagnation_or_regression"), ("0.979", -1, "on_track_or_achieved"),
     ("0.99", -1, "fair_progress_accelerate"), ("1.01", -1, "stagnation_or_regression")],
)  # fmt: skip
def test_without_target_growth_decides(yearly, direction, status):
    assert un_progress_2023(D(100), 2020, 100 * D(yearly), 2021, direction).status == status


def test_growth_that_does_not_exist_is_not_evaluated():
    assert judge(0, 5, target=D(9)).status == "not_evaluated"
    assert judge(-1, 5, target=D(9)).status == "not_evaluated"
    assert judge(4, 5, years=0, target=D(9)).status == "not_evaluated"
    assert un_progress_2023(None, 2015, D(3), 2020, 1, D(9)).status == "not_evaluated"
    assert un_progress_2023(D(3), 2015, None, 2020, 1, D(9)).status == "not_evaluated"


def test_a_past_target_year_is_judged_at_that_year():
    result = un_progress_2023(D(10), 2010, D(40), 2030, 1, D(50), 2020)
    assert float(result.expected_value) == pytest.approx(20)


def test_standing_at_the_target_and_leaving_it_is_regression():
    assert judge(50, 45, target=D(50)).status == "stagnation_or_regression"
