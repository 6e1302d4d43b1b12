"""UN Progress Chart 2023 as run by Eustat, the statistical office of the Basque Country.

Source: EUSTAT-DES/site `_pages/en/metodologia.md`, after the United Nations' Progress Chart Technical Note 2023. It
extends the compound growth since the base to the target year and asks how much of the targeted change that makes.

Trap of the method, kept: where the base already stood beyond the target and has fallen back, q is positive for moving
the wrong way. The engine's own rule judges such a case; this lens only stands beside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

VERSION = "un_progress_2023_eustat"
ACHIEVED, FAIR, STAGNATION = "on_track_or_achieved", "fair_progress_accelerate", "stagnation_or_regression"
NOT_EVALUATED = "not_evaluated"
_RATIO_STEPS = (0.95, 0.10)
_GROWTH_STEPS = (0.02, 0.005)
_NEAR = Decimal(1)  # percentage points from a target of 0 % or 100 %
_ENDS = (Decimal(0), Decimal(100))


@dataclass(frozen=True, slots=True)
class UnProgressResult:
    """The category, and what led to it: `ratio` q = (v_e − y0)/(T − y0), or the growth a year where there is no target.

    `expected_value` is v_e, the value at the target year if the growth goes on.
    """

    status: str
    ratio: Decimal | None = None
    expected_value: Decimal | None = None


def un_progress_2023(
    base_value: Decimal | None,
    base_year: int,
    current_value: Decimal | None,
    current_year: int,
    direction: int,
    target: Decimal | None = None,
    target_year: int = 2030,
) -> UnProgressResult:
    """Judge one series; `direction` +1 rise wanted, −1 fall wanted.

    v_e = yc·(1 + CAGR)^(tT − tc); q = (v_e − y0)/(T − y0): q ≥ 0.95 achieved or on track, q ≥ 0.10 fair, else
    stagnation or regression. A target met now, or one of 0 % or 100 % missed by a point at most, is achieved whatever
    the trend. Without target: growth in the wanted direction ≥ 2 %, ≥ 0.5 %, below. Fewer than two years, or a growth
    that does not exist (zero base, change of sign): not evaluated.
    """
    if current_value is None:
        return UnProgressResult(NOT_EVALUATED)
    if target is not None and (direction * (current_value - target) >= 0 or _nearly(current_value, target)):
        return UnProgressResult(ACHIEVED)
    if base_value is None or current_year <= base_year or base_value == 0 or current_value / base_value < 0:
        return UnProgressResult(NOT_EVALUATED)
    base, current = float(base_value), float(current_value)
    factor = (current / base) ** (1 / (current_year - base_year))
    if target is None:
        wanted = direction * (factor - 1) * (1 if base > 0 else -1)
        return UnProgressResult(_category(wanted, _GROWTH_STEPS), _exact(factor - 1))
    if factor == 0 and target_year < current_year:
        return UnProgressResult(NOT_EVALUATED)
    expected = current * factor ** (target_year - current_year)
    if target == base_value:  # it stood at the target and no longer does
        return UnProgressResult(STAGNATION, None, _exact(expected))
    ratio = (expected - base) / (float(target) - base)
    return UnProgressResult(_category(ratio, _RATIO_STEPS), _exact(ratio), _exact(expected))


def _nearly(value: Decimal, target: Decimal) -> bool:
    return target in _ENDS and abs(value - target) <= _NEAR


def _category(value: float, steps: tuple[float, float]) -> str:
    return ACHIEVED if value >= steps[0] else FAIR if value >= steps[1] else STAGNATION


def _exact(value: float) -> Decimal:
    return Decimal(repr(float(value)))
