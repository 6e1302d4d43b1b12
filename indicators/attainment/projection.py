"""到期会怎样: the projection of a series to a target's due date, with a band and the probability of arriving.

A separate answer beside the verdict, which it never changes. It is given only within the horizons at which the
back-test found the band to hold; beyond them it is a scenario (情景) or nothing, with the reason.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal, localcontext
from typing import Any

from indicators.attainment.case import Case
from indicators.attainment.flows import Step
from indicators.attainment.forecast import Fitted, band, central, chance_below, fit
from indicators.attainment.ledger import Ledger, ledger
from indicators.attainment.result import Attainment
from indicators.attainment.series import Series, day_at, known_points, years
from indicators.attainment.thresholds import ARITHMETIC, DEFAULT, Thresholds
from indicators.targets import Target, TargetKind

_LEVELS = (TargetKind.FLOOR, TargetKind.LOWER, TargetKind.DOUBLE_BY, TargetKind.CAP_STOCK, TargetKind.CAP_RATE)
_FALLING = (TargetKind.LOWER, TargetKind.CAP_STOCK, TargetKind.CAP_RATE, TargetKind.CAP_CUMULATIVE)
_WORDS = ((Decimal("0.80"), "很可能"), (Decimal("0.50"), "较可能"), (Decimal("0.20"), "难说"))


@dataclass(frozen=True, slots=True)
class FanPoint:
    """One year of the fan that a chart draws: the day, the central value and the ends of the band."""

    on: date
    value: Decimal
    low: Decimal
    high: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Projection:
    """Where the series is heading by `due_on`: `value` in `low`–`high` (nominal 80 %), clipped to natural limits.

    `probability` of meeting the target in steps of 0.05, never 0 or 1; `word` says it in words. `scenario` marks a
    horizon at which the band is no longer trusted. Without a projection `reason` says why: no_due, expired,
    window_sparse, break, horizon, kind.
    """

    due_on: date | None
    reason: str = ""
    value: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    probability: Decimal | None = None
    word: str = ""
    scenario: bool = False
    horizon: Decimal | None = None
    points: int = 0
    slope: Decimal | None = None
    spread: Decimal | None = None
    in_logs: bool = False
    made_from: tuple[Target, Fitted, Step] | None = field(default=None, repr=False, compare=False)

    @property
    def fan(self) -> tuple[FanPoint, ...]:
        """The whole years up to the due date, and the due date itself; made when asked for, as a chart does."""
        if self.made_from is None or self.horizon is None:
            return ()
        with localcontext(ARITHMETIC):
            return _fan(*self.made_from, self.horizon)

    @property
    def exhaustion(self) -> tuple[date | None, date | None] | None:
        """For caps the first months in which the upper and the lower end of the band pass the limit.

        None within: not within the longest horizon. Made when asked for.
        """
        if self.made_from is None:
            return None
        with localcontext(ARITHMETIC):
            return _exhaustion(*self.made_from)


def project(target: Target, series: Series, *, as_of: date, thresholds: Thresholds = DEFAULT) -> Projection:
    """Project the annual steps known on `as_of` to the target's due date.

    For targets on a level, ranges and budgets. A budget's total is projected without damping: a total that levels off
    would mean that the flow dies out. Growth and benchmark targets have their outlook in the verdict (reason `kind`).
    """
    known = known_points(series, as_of)
    points = [p for p in known if target.due_on is None or p.period_end <= target.due_on]
    return project_case(Case(target, series, as_of, thresholds, points), target)


def project_case(case: Case, target: Target) -> Projection:
    """The same from the case of a verdict on `target`, whose annual steps need not be found again."""
    due, thresholds = target.due_on, case.thresholds
    if target.kind not in (*_LEVELS, TargetKind.RANGE, TargetKind.CAP_CUMULATIVE):
        return Projection(due_on=due, reason="kind")
    if due is None:
        return Projection(due_on=None, reason="no_due")
    with localcontext(ARITHMETIC):
        if target.kind is TargetKind.CAP_CUMULATIVE:
            steps, cut = _totals(case), False
            thresholds = replace(thresholds, damping=Decimal(1))
        else:
            steps, cut = case.timeline.steps, case.timeline.cut
        steps = steps[-thresholds.projection_max_points :]
        horizon = years(due) - years(steps[-1].on) if steps else None
        reason = _refusal(steps, cut, horizon, thresholds)
        times, values = [years(s.on) for s in steps], [s.value for s in steps]
        fitted = None if reason else fit(times, values, target.path == "cagr", thresholds)
        fitted = fitted or (None if reason else fit(times, values, False, thresholds))
        if fitted is None or horizon is None:
            return Projection(due_on=due, reason=reason or "window_sparse", points=len(steps), horizon=horizon)
        return _made(target, fitted, steps[-1], horizon)


def _totals(case: Case) -> tuple[Step, ...]:
    """A budget's running total at the season of the latest increment, a year apart."""
    book = ledger(case) if case.points else None
    if not isinstance(book, Ledger):
        return ()
    total, steps = Decimal(0), []
    for increment in book.increments:
        total += increment.value if case.target.netting_allowed else max(increment.value, Decimal(0))
        if increment.on.month == book.last.on.month:
            steps.append(Step(increment.on, total, increment.points))
    return tuple(steps)


def what_it_adds(verdict: Attainment, projection: Projection) -> dict[str, Any]:
    """The fields of the verdict that a projection fills or adds to, by name; the status stays what it is."""
    if projection.value is None:
        return {"components": verdict.components | {"projection_reason": projection.reason}}
    components = verdict.components | {
        "projection_value": str(projection.value),
        "projection_low": str(projection.low),
        "projection_high": str(projection.high),
        "projection_word": projection.word,
        "projection_points": str(projection.points),
        "projection_scenario": str(projection.scenario).lower(),
    }
    flags = tuple(dict.fromkeys((*verdict.flags, "low_confidence"))) if projection.scenario else verdict.flags
    return {"probability": projection.probability, "components": components, "flags": flags}


def _refusal(steps: tuple[Step, ...], cut: bool, horizon: Decimal | None, thresholds: Thresholds) -> str:
    if horizon is not None and horizon <= 0:
        return "expired"
    if horizon is None or len(steps) < thresholds.projection_min_points:
        return "break" if cut else "window_sparse"
    return "horizon" if horizon > thresholds.scenario_years else ""


def _made(target: Target, fitted: Fitted, latest: Step, horizon: Decimal) -> Projection:
    cuts = fitted.thresholds
    low, high = band(fitted, horizon)
    chance = _chance(target, fitted, horizon)
    return Projection(
        due_on=target.due_on,
        value=_clip(target, central(fitted, horizon)),
        low=_clip(target, low),
        high=_clip(target, high),
        probability=chance,
        word="" if chance is None else next((word for least, word in _WORDS if chance >= least), "不大可能"),
        scenario=horizon > min(fitted.points - 1, cuts.horizon_years),
        horizon=horizon,
        points=fitted.points,
        slope=fitted.slope,
        spread=fitted.spread,
        in_logs=fitted.in_logs,
        made_from=(target, fitted, latest),
    )


def _chance(target: Target, fitted: Fitted, horizon: Decimal) -> Decimal | None:
    """P(meet) in steps, kept off certainty."""
    if target.kind is TargetKind.RANGE:
        below = chance_below(fitted, horizon, target.high) if target.high is not None else Decimal(1)
        met = below - (chance_below(fitted, horizon, target.low) if target.low is not None else Decimal(0))
    else:
        goal = target.value
        if goal is None and target.kind is TargetKind.DOUBLE_BY and target.base_value is not None:
            goal = target.base_value * (target.multiple or 2)
        if goal is None:
            return None
        below = chance_below(fitted, horizon, goal)
        met = below if target.kind in _FALLING else 1 - below
    step = fitted.thresholds.probability_step
    return min(max((met / step).to_integral_value() * step, step), 1 - step)


def _fan(target: Target, fitted: Fitted, latest: Step, horizon: Decimal) -> tuple[FanPoint, ...]:
    """The whole years up to the due date, and the due date itself."""
    made = []
    for ahead in [*(Decimal(n) for n in range(1, int(horizon) + 1) if n < horizon), horizon]:
        low, high = band(fitted, ahead)
        on = target.due_on if ahead == horizon else day_at(years(latest.on) + ahead)
        if on is not None:
            made.append(FanPoint(on, *(_clip(target, v) for v in (central(fitted, ahead), low, high))))
    return tuple(made)


def _exhaustion(target: Target, fitted: Fitted, latest: Step) -> tuple[date | None, date | None] | None:
    """When a cap would be used up, at the earliest and at the latest, by the ends of the band month by month."""
    cap = target.value
    if cap is None or target.kind not in (TargetKind.CAP_CUMULATIVE, TargetKind.CAP_STOCK):
        return None
    months = fitted.thresholds.scenario_years * 12
    ends = [band(fitted, Decimal(month) / 12) for month in range(1, months + 1)]
    passed = (next((n for n, b in enumerate(ends, 1) if b[end] > cap), None) for end in (1, 0))
    first, last = (day_at(years(latest.on) + Decimal(n) / 12) if n else None for n in passed)
    return first, last


def _clip(target: Target, value: Decimal) -> Decimal:
    if target.natural_min is not None:
        value = max(value, target.natural_min)
    return min(value, target.natural_max) if target.natural_max is not None else value
