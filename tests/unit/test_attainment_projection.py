"""The projection by hand, its horizons, and the back-test on series whose errors are known."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from indicators.attainment.backtest import Score, backtest
from indicators.attainment.evaluate import evaluate
from indicators.attainment.forecast import band, central, chance_below, fit
from indicators.attainment.projection import Projection, project, what_it_adds
from indicators.attainment.series import Point, Series
from indicators.catalogue.model import ScopeBreak
from indicators.periods import Nature, Period
from indicators.targets import Target

_AS_OF = date(2026, 3, 31)


def aim(kind: str = "floor", due: int = 2027, **fields: object) -> Target:
    given = {
        "code": "T",
        "name": "目标",
        "indicator": "X",
        "area": "CCXQ",
        "kind": kind,
        "value": Decimal(22),
        "base_on": date(2020, 12, 31),
        "base_value": Decimal(8),
        "due_on": date(due, 12, 31),
        "status": "example",
    }
    return Target.model_validate(given | fields)


def history(*values: str, last: int = 2025, nature: Nature = Nature.STOCK) -> Series:
    first = last - len(values) + 1
    points = tuple(Point(str(y), date(y, 12, 31), nature, Decimal(v)) for y, v in enumerate(values, start=first))
    return Series(indicator="X", points=points, nature="stock")


def times(count: int) -> list[Decimal]:
    return [Decimal(n) for n in range(count)]


def test_a_straight_line_is_damped_and_has_no_spread() -> None:
    fitted = fit(times(5), [Decimal(v) for v in (10, 12, 14, 16, 18)])
    assert fitted is not None and (fitted.slope, fitted.spread) == (2, 0)
    assert central(fitted, Decimal(1)) == Decimal("19.70")
    assert central(fitted, Decimal(2)) == Decimal("21.1450")
    assert band(fitted, Decimal(2)) == (Decimal("21.1450"), Decimal("21.1450"))


def test_the_band_by_hand() -> None:
    """Changes 3, 1, 3, 1 about a slope of 2: s² = 4/3; se(1) = s·√1.25; t(0.90, 3) = 1.63774."""
    fitted = fit(times(5), [Decimal(v) for v in (10, 13, 14, 17, 18)])
    assert fitted is not None and fitted.slope == 2
    low, high = band(fitted, Decimal(1))
    assert float(low) == pytest.approx(19.7 - 1.6377443536 * 1.2909944487, abs=1e-9)
    assert float(high) == pytest.approx(19.7 + 1.6377443536 * 1.2909944487, abs=1e-9)
    assert float(chance_below(fitted, Decimal(1), low)) == pytest.approx(0.10, abs=1e-9)
    wider = band(fitted, Decimal(2))
    assert float(wider[1] - wider[0]) == pytest.approx(2 * 1.6377443536 * (4 / 3 * 2 * 1.5) ** 0.5 * 1.05, abs=1e-8)


def test_half_a_year_lies_between() -> None:
    fitted = fit(times(5), [Decimal(v) for v in (10, 12, 14, 16, 18)])
    assert fitted is not None
    assert Decimal(18) < central(fitted, Decimal("0.5")) < central(fitted, Decimal(1))
    assert central(fitted, Decimal("1.0000000001")) - central(fitted, Decimal(1)) < Decimal("1e-9")


def test_gaps_count_by_their_length() -> None:
    fitted = fit([Decimal(t) for t in (0, 1, 2, 4, 5)], [Decimal(v) for v in (10, 12, 14, 18, 20)])
    assert fitted is not None and (fitted.slope, fitted.spread) == (2, 0)


def test_logs_only_where_the_target_says_growth_and_all_is_positive() -> None:
    doubling = ("1", "2", "4", "8", "16")
    grown = project(aim(path="cagr", value=Decimal(25), due=2026), history(*doubling), as_of=_AS_OF)
    linear = project(aim(value=Decimal(25), due=2026), history(*doubling), as_of=_AS_OF)
    assert grown.in_logs and grown.value is not None
    assert float(grown.value) == pytest.approx(16 * 2**0.85)
    assert not linear.in_logs
    with_zero = project(aim(path="cagr", due=2026), history("0", "2", "4", "8", "16"), as_of=_AS_OF)
    assert not with_zero.in_logs and with_zero.value is not None


@pytest.mark.parametrize(
    ("count", "due", "reason", "scenario"),
    [
        (4, 2026, "window_sparse", False),
        (5, 2029, "", False),
        (5, 2030, "", True),
        (8, 2030, "", False),
        (8, 2031, "", True),
        (8, 2033, "", True),
        (8, 2034, "horizon", False),
    ],
)
def test_horizons(count: int, due: int, reason: str, scenario: bool) -> None:
    values = [str(10 + n + n % 2) for n in range(count)]
    found = project(aim(due=due), history(*values), as_of=_AS_OF)
    assert (found.reason, found.scenario) == (reason, scenario)
    assert (found.value is None) == bool(reason)


def test_no_projection_across_a_break_or_for_a_growth_target() -> None:
    census = ScopeBreak(
        code="B",
        indicator="X",
        area="CCXQ",
        on=date(2023, 1, 1),
        reason="census",
        from_scope="A",
        to_scope="B",
        text="",
        source="",
    )
    broken = history("10", "12", "14", "16", "18", "20")
    broken = Series(indicator="X", points=broken.points, nature="stock", breaks=(census,))
    assert project(aim(), broken, as_of=_AS_OF).reason == "break"
    assert project(aim(kind="growth_year"), history("10", "12"), as_of=_AS_OF).reason == "kind"
    assert project(aim(due_on=None), history("10", "12"), as_of=_AS_OF).reason == "no_due"
    assert project(aim(due=2025), history("10", "12", "14", "16", "18"), as_of=_AS_OF).reason == "expired"


@pytest.mark.parametrize(
    ("goal", "probability", "word"),
    [("17", "0.95", "很可能"), ("21.145", "0.50", "较可能"), ("23", "0.20", "难说"), ("30", "0.05", "不大可能")],
)
def test_the_probability_in_words(goal: str, probability: str, word: str) -> None:
    found = project(aim(value=Decimal(goal)), history("10", "13", "14", "17", "18"), as_of=_AS_OF)
    assert (found.probability, found.word) == (Decimal(probability), word)


def test_a_cap_has_the_opposite_probability_and_an_exhaustion_band() -> None:
    series = history("10", "13", "14", "17", "18")
    floor = project(aim(value=Decimal(23)), series, as_of=_AS_OF)
    cap = project(aim(kind="cap_stock", value=Decimal(23)), series, as_of=_AS_OF)
    assert floor.probability is not None and cap.probability == 1 - floor.probability
    assert cap.exhaustion is not None and cap.exhaustion[0] is not None
    assert date(2026, 6, 1) < cap.exhaustion[0] < date(2028, 1, 1)
    assert cap.exhaustion[1] is None or cap.exhaustion[1] > cap.exhaustion[0]


def test_a_budget_is_projected_on_its_running_total_without_damping() -> None:
    points = []
    for year in range(2020, 2026):
        for quarter in (1, 2, 3, 4):
            period = Period(year, "Q", quarter)
            points.append(Point(period.code, period.end, Nature.YTD, Decimal(quarter)))
    series = Series(indicator="LAND", points=tuple(points), nature="ytd", months=3)
    budget = aim(kind="cap_cumulative", value=Decimal(30), start_on=date(2020, 1, 1))
    found = project(budget, series, as_of=_AS_OF)
    assert (found.points, found.slope, found.value) == (6, 4, 32)
    assert found.probability == Decimal("0.05")


def test_clipping_to_natural_limits() -> None:
    share = project(
        aim(value=Decimal(99), natural_max=Decimal(100), due=2029),
        history("90", "94", "95", "99", "99.5"),
        as_of=_AS_OF,
    )
    assert share.high == 100 and share.value is not None and share.value <= 100


def test_the_projection_never_changes_the_verdict() -> None:
    series = history("10", "13", "14", "17", "18")
    target = aim(due=2030)
    verdict = evaluate(target, series, as_of=_AS_OF)
    found = replace(verdict, **what_it_adds(verdict, project(target, series, as_of=_AS_OF)))
    assert (found.status, found.reason, found.sentence) == (verdict.status, verdict.reason, verdict.sentence)
    assert found.probability is not None and found.components["projection_scenario"] == "true"
    assert "low_confidence" in found.flags
    refused = replace(verdict, **what_it_adds(verdict, Projection(due_on=None, reason="horizon")))
    assert refused.probability is None and refused.components["projection_reason"] == "horizon"


def score(scores: list[Score], method: str, horizon: int) -> Score:
    return next(s for s in scores if (s.method, s.train, s.horizon) == (method, 5, horizon))


def test_the_back_test_on_a_straight_line() -> None:
    line = [(year, Decimal(3 * year)) for year in range(2000, 2012)]
    scores = backtest([line], trains=(5,), horizons=(1, 2))
    assert score(scores, "drift", 2).error == 0
    assert score(scores, "last", 1).error == 1 and score(scores, "last", 2).error == 2
    assert score(scores, "damped", 1).error == Decimal("0.15")
    assert score(scores, "damped", 1).forecasts == 7 and score(scores, "damped", 2).forecasts == 6
    assert score(scores, "drift", 1).coverage == 1 and score(scores, "damped", 1).coverage == 0


def test_the_back_test_passes_over_gaps_and_what_growth_cannot_do() -> None:
    gap = [(2000, Decimal(1)), *((year, Decimal(year - 2000)) for year in range(2002, 2009))]
    still = [(year, Decimal(5)) for year in range(2000, 2010)]
    falling = [(year, Decimal(2005 - year)) for year in range(2000, 2010)]
    scores = backtest([gap, still, falling], trains=(5,), horizons=(1,))
    assert score(scores, "last", 1).forecasts == 2 + 0 + 5
    assert score(scores, "cagr", 1).forecasts == 2 + 0 + 1
    assert score(backtest([still], trains=(5,), horizons=(1,)), "last", 1).error is None
