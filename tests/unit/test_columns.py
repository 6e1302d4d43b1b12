"""Observations of a return held field by field are the ones that went in, to the last digit."""

import pickle
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from indicators.columns import Observations
from indicators.observations import Measure, Observation, ObsStatus
from indicators.periods import Nature

ONE = Observation(
    indicator="GDP", area="CCXQ", department="TJJ", form="GDP-Q", edition="2021", period="2026Q3",
    period_start=date(2026, 1, 1), period_end=date(2026, 9, 30), nature=Nature.YTD, value=Decimal("1.0"),
)  # fmt: skip
BLANK = replace(ONE, area="220103", value=None, status=ObsStatus.MISSING)
FINER = replace(ONE, measure=Measure.PLAN, value=Decimal("1.00"))


@pytest.mark.parametrize("given", [(), (ONE,), (ONE, ONE), (ONE, FINER), (ONE, BLANK), (BLANK, BLANK), (BLANK, ONE)])
def test_they_are_the_same_by_column_and_after_a_journey(given: tuple[Observation, ...]) -> None:
    held = Observations.of(given)
    for found in (held, pickle.loads(pickle.dumps(held))):
        assert found == given and len(found) == len(given) and bool(found) == bool(given)
        assert [str(one.value) for one in found] == [str(one.value) for one in given]
        assert list(found[1:]) == list(given[1:])


def test_a_field_that_is_not_given_has_its_default_and_one_value_holds_for_all() -> None:
    said = {name: (getattr(ONE, name),) for name in ("indicator", "department", "form", "edition", "period", "nature")}
    said |= {"period_start": (ONE.period_start,), "period_end": (ONE.period_end,), "area": ("CCXQ", "220103")}
    first, second = Observations(2, said)
    assert (first, second) == (replace(ONE, value=None), replace(ONE, value=None, area="220103"))
    with pytest.raises(KeyError):
        Observations(2, {"area": ("CCXQ", "220103")})


def test_other_observations_are_not_equal() -> None:
    assert Observations.of((ONE, BLANK)) != Observations.of((BLANK, ONE))
    assert Observations.of((ONE,)) != [ONE]
