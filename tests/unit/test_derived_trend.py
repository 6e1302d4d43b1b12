from decimal import Decimal as D

import pytest

from indicators.derived.smoothing import EtsModel, ets_given_parameters
from indicators.derived.student import t_cdf, t_quantile, t_two_sided
from indicators.derived.trend import theil_sen


def decimals(*values):
    return [D(str(v)) for v in values]


def test_the_trend_runs_on_real_time_not_on_rows():
    assert theil_sen(decimals(2010, 2012, 2020), decimals(0, 2, 10)).slope == D(1)


def test_one_outlier_does_not_turn_it():
    line = theil_sen(decimals(*range(9)), decimals(0, 1, 2, 3, 99, 5, 6, 7, 8))
    assert line.slope == D(1)
    assert line.lower <= line.slope <= line.upper


def test_two_points_or_more_at_different_times_are_needed():
    assert theil_sen(decimals(2010), decimals(5)) is None
    assert theil_sen(decimals(2010, 2010), decimals(5, 6)) is None


def test_a_wider_interval_for_more_confidence():
    x, y = decimals(*range(12)), decimals(1, 3, 2, 5, 4, 7, 5, 9, 8, 10, 9, 13)
    ninety, half = theil_sen(x, y, 0.9), theil_sen(x, y, 0.5)
    assert ninety.upper - ninety.lower > half.upper - half.lower
    assert theil_sen(x, y, 0.1) == ninety


@pytest.mark.parametrize(
    ("probability", "freedom", "t"),
    [(0.975, 10, 2.228138851986), (0.9, 3, 1.63774435369621), (0.975, 1, 12.706204736432095), (0.5, 7, 0.0)],
)
def test_quantiles_of_t(probability, freedom, t):
    assert t_quantile(probability, freedom) == pytest.approx(t, abs=1e-9)
    assert t_cdf(t, freedom) == pytest.approx(probability, abs=1e-12)
    assert t_cdf(-t, freedom) == pytest.approx(1 - probability, abs=1e-12)


def test_two_sided_p_value():
    assert t_two_sided(2.228138851986, 10) == pytest.approx(0.05, abs=1e-12)
    assert t_two_sided(0.0, 10) == 1.0


def test_smoothing_without_learning_repeats_its_start():
    result = ets_given_parameters([5.0, 9.0], EtsModel(alpha=0.0, level=4.0), 2)
    assert (result.fitted, result.forecast) == ([4.0, 4.0], [4.0, 4.0])


def test_smoothing_with_seasons_repeats_the_year():
    """A season of two, additive and multiplicative, that the data follow exactly."""
    added = EtsModel(alpha=0.5, gamma=0.1, level=10.0, season="A", seasons=(-1.0, 1.0))
    result = ets_given_parameters([11.0, 9.0, 11.0, 9.0], added, 3)
    assert result.residuals == [0.0] * 4
    assert result.forecast == [11.0, 9.0, 11.0]
    times = EtsModel(alpha=0.5, gamma=0.1, level=10.0, error="M", season="M", seasons=(0.5, 2.0))
    assert ets_given_parameters([20.0, 5.0], times, 2).forecast == [20.0, 5.0]


def test_a_multiplicative_error_only_scales_the_residual():
    start = {"alpha": 0.3, "beta": 0.1, "level": 10.0, "slope": 1.0, "trend": "A"}
    plus, times = (ets_given_parameters([12.0, 13.0, 15.0], EtsModel(error=e, **start)) for e in "AM")
    assert plus.states == times.states
    assert times.residuals[0] == pytest.approx(plus.residuals[0] / plus.fitted[0])
