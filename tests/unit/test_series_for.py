"""Which observations a target is judged on: one price basis, one 口径, or none; never several as one series."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pyarrow as pa
import pytest

from etl.derive_known import COLUMNS, Ground, Known, encoded, series_for
from indicators.attainment.evaluate import evaluate
from indicators.attainment.result import Status
from indicators.attainment.series import Series
from indicators.periods import Period
from indicators.targets import Target
from tests.board_world import CATALOGUE

_GROUND = Ground(CATALOGUE)
_AIM = {"code": "T", "name": "目标", "indicator": "GDP", "area": "CCXQ", "kind": "floor", "status": "adopted"}
_RATE = {"measure": "growth_yoy", "canonical_value": Decimal(5)}


def _known(*rows: dict[str, object]) -> Known:
    """Observations of the year 2025, in the order of a picture."""
    usual = {
        "indicator": "GDP", "area": "CCXQ", "department": "TJJ", "scope": "DEPT", "price_basis": "现价",
        "measure": "level", "nature": "ytd", "period": "2025Q4", "period_end": date(2025, 12, 31),
        "canonical_value": Decimal(1000), "comment": "", "status": "A", "origin": "returned",
        "recorded_at": datetime(2026, 1, 20),
    }  # fmt: skip
    made = sorted((usual | row for row in rows), key=lambda r: (r["area"], r["scope"], r["price_basis"]))  # type: ignore[arg-type, return-value]
    return Known(encoded(pa.table({name: [row[name] for row in made] for name in COLUMNS})))


def _series(known: Known, area: str = "CCXQ", **stated: object) -> Series:
    return series_for(Target.model_validate(_AIM | stated), area, known, _GROUND, {})


_TWO = _known({"price_basis": "2020年不变价", "canonical_value": Decimal(900)}, {})


@pytest.mark.parametrize(("stated", "value"), [("", 1000), ("现价", 1000), ("2020年不变价", 900)])
def test_levels_of_two_price_bases_are_two_series(stated: str, value: int) -> None:
    """A target that states none means the indicator's own; without a word the bases were one series by accident."""
    found = _series(_TWO, price_basis=stated)
    assert [p.value for p in found.points] == [value]
    assert found.price_basis == (stated or "现价")


def test_of_bases_that_nobody_names_none_is_guessed() -> None:
    assert _series(_known({"price_basis": "2015年不变价"}, {"price_basis": "2020年不变价"})).points == ()


@pytest.mark.parametrize(("stated", "value"), [("", 5), ("可比价", 5), ("现价", 7)])
def test_growth_is_that_at_comparable_prices_unless_the_target_says_otherwise(stated: str, value: int) -> None:
    known = _known(_RATE | {"price_basis": "可比价"}, _RATE | {"price_basis": "现价", "canonical_value": Decimal(7)})
    assert [p.value for p in _series(known, kind="growth_year", growth=6, price_basis=stated).points] == [value]


def test_growth_at_other_prices_than_the_targets_is_not_judged() -> None:
    """At comparable prices and at those of one year a rate is the same; at current prices it is another."""
    aim = {"kind": "growth_year", "growth": 6, "price_basis": "2020年不变价", "due_on": date(2025, 12, 31)}
    real, current = (_series(_known(_RATE | {"price_basis": basis}), **aim) for basis in ("可比价", "现价"))
    target = Target.model_validate(_AIM | aim)
    assert evaluate(target, real, as_of=date(2026, 2, 1)).status is Status.EXPIRED_MISSED
    refused = evaluate(target, current, as_of=date(2026, 2, 1))
    assert (refused.status, refused.reason) == (Status.SUSPENDED, "price_basis_mismatch")
    assert "现价" in refused.sentence and "2020年不变价" in refused.sentence


def test_an_area_compared_with_has_one_scope_too() -> None:
    """Its own, where it has but one; ours, where it has several; none where ours is not among them."""
    one = _known({"area": "000000", "scope": "NBS"})
    several = _known({"area": "000000", "scope": "NBS"}, {"area": "000000", "canonical_value": Decimal(2)})
    strange = _known({"area": "000000", "scope": "NBS"}, {"area": "000000", "scope": "OLD"})
    found = [[p.value for p in _series(known, "000000").points] for known in (one, several, strange)]
    assert found == [[1000], [2], []]


@pytest.mark.parametrize(
    ("periods", "months"),
    [
        (("2024M11", "2024M12", "2025Q1"), 3),
        (("2025Q1", "2025Q2", "2025Q3", "2025"), 3),  # the fourth quarter comes as the year
        (("2023Q3", "2023", "2024", "2025"), 12),
        (("2023", "2024", "2025Q1"), 3),
        (("2025M01", "2025M02", "2025M03", "2025Q1"), 1),
        ((), 12),
    ],
)
def test_reports_come_as_often_as_lately(periods: tuple[str, ...], months: int) -> None:
    rows = ({"period": period, "period_end": Period.parse(period).end} for period in periods)
    assert _series(_known(*rows)).months == months


def test_a_forecast_says_nothing_of_how_often_reports_come() -> None:
    ahead = {"period": "2030", "period_end": date(2030, 12, 31), "status": "F"}
    assert _series(_known({}, ahead)).months == 3


def test_a_series_that_came_each_month_and_now_comes_each_quarter_is_not_stale_between() -> None:
    aim = {"indicator": "POPULATION", "unit": "万人", "value": 100, "due_on": date(2030, 12, 31)}
    stock = {"indicator": "POPULATION", "nature": "stock", "price_basis": "", "recorded_at": datetime(2025, 8, 1)}
    periods = ("2024M11", "2024M12", "2025Q1", "2025Q2")
    rows = [{**stock, "period": code, "period_end": Period.parse(code).end} for code in periods]
    reasons = [
        evaluate(Target.model_validate(_AIM | aim), _series(_known(*made), **aim), as_of=date(2025, 9, 10)).reason
        for made in (rows, rows[:3])
    ]
    assert reasons == ["met_trend_unknown", "stale"]
