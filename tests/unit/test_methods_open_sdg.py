from decimal import Decimal as D

import pytest

from indicators.methods.open_sdg import open_sdg_2_4, open_sdg_2_4_aggregate


def judge(base, current, direction=1, years=8, **more):
    return open_sdg_2_4(
        None if base is None else D(str(base)),
        2015,
        None if current is None else D(str(current)),
        2015 + years,
        direction,
        **{key: D(str(value)) if key != "target_year" else value for key, value in more.items()},
    )


def test_without_a_value_there_is_no_sign_and_no_status():
    assert judge(None, 3) == judge(3, None)
    assert (judge(None, 3).status, judge(None, 3).sign, judge(None, 3).score) == ("not_available", None, None)


def test_one_year_is_not_enough_but_a_met_target_counts():
    assert judge(50, 50, years=0).status == "not_available"
    met = judge(50, 50, years=0, target=40)
    assert (met.status, met.score, met.progress_value) == ("target_achieved", D(5), None)


def test_a_target_equal_to_the_base_gives_no_ratio():
    assert judge(1, 1, -1, target=1).status == "target_achieved"
    assert judge(1, "1.1", -1, target=1) == judge(1, "1.2", -1, target=1)
    assert judge(1, "1.1", -1, target=1).status == "not_available"


def test_values_of_opposite_sign_are_not_available():
    assert judge(-2, 3).status == judge(2, -3).status == "not_available"
    assert judge(2, -3).sign == 1
    assert judge(-2, 3, target=10).status == "not_available"  # base and target of opposite sign
    assert judge(-2, -1, target=10).status == "not_available"


def test_a_negative_series_counts_toward_zero():
    rising = judge(-4, -2)
    assert rising.sign == -1
    assert rising.progress_value > 0
    assert judge(-2, -4).status == "deterioration"


def test_a_zero_base_or_target_is_replaced():
    assert judge(0, 5).progress_value == judge("0.001", 5).progress_value
    assert judge(5, 4, -1, target=0).progress_value == judge(5, 4, -1, target="0.001").progress_value
    assert judge(5, 0, -1, target=0).status == "target_achieved"


def test_the_stand_in_for_zero_depends_on_the_unit():
    """A trap of the method: the same decline toward zero, in another unit, scores another way."""
    assert judge(5, 4, -1, target=0).progress_value != judge(5000, 4000, -1, target=0).progress_value


@pytest.mark.parametrize(
    ("growth", "status"),
    [
        ("1.0151", "substantial"),
        ("1.0149", "moderate"),
        ("1.0051", "moderate"),
        ("1.0049", "limited"),
        ("1", "limited"),
    ],
)
def test_bands_without_target(growth, status):
    result = open_sdg_2_4(D(100), 2020, 100 * D(growth), 2021, 1)
    assert result.status == f"{status}_progress"


def test_cuts_shrink_near_a_natural_limit_and_vanish_at_it():
    far, near = judge(60, "60.9"), judge(98, "99.5", limit=100)
    assert (far.status, near.status) == ("limited_progress", "substantial_progress")
    held, lost = judge(100, 100, limit=100), judge(100, 99, limit=100)
    assert (held.status, held.score) == ("substantial_progress", D(5))
    assert lost.status == "deterioration"
    assert judge(250, 251, limit=100) == judge(250, 251)  # beyond twice the limit it plays no part


def test_the_limit_is_ignored_when_there_is_a_target():
    assert judge(90, 92, limit=100, target=95) == judge(90, 92, target=95)


def test_the_target_year_defaults_to_2030():
    assert judge(10, 12, target=20) == judge(10, 12, target=20, target_year=2030)
    assert judge(10, 12, target=20, target_year=2040).progress_value > judge(10, 12, target=20).progress_value


def test_scores_stay_between_minus_five_and_five():
    assert judge(1, 1000).score == D(5)
    assert judge(1000, 1).score == D(-5)
    assert judge(100, 1, target=200).score == D(-5)


def test_aggregate_leaves_out_series_without_score():
    assert open_sdg_2_4_aggregate(
        [D(4), None, D(-1)], ["substantial_progress", "not_available", "limited_progress"]
    ) == (
        D("1.5"),
        "moderate_progress",
    )
    assert open_sdg_2_4_aggregate([None], ["not_available"]) == (None, "not_available")


def test_aggregate_is_achieved_only_if_every_scored_series_is():
    both = ["target_achieved", "target_achieved"]
    assert open_sdg_2_4_aggregate([D(5), D(5)], both)[1] == "target_achieved"
    assert (
        open_sdg_2_4_aggregate([D(5), D(5)], ["target_achieved", "substantial_progress"])[1] == "substantial_progress"
    )
    assert open_sdg_2_4_aggregate([D(5), None], ["target_achieved", "not_available"])[1] == "target_achieved"
