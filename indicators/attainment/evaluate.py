"""判定: one target, one series and one day in, one verdict with every component out.

The only door of the engine: it takes what was known on the day, asks the rule of the target's kind, and writes the
answer down. The same inputs and day give the same verdict. It knows no clock and no store.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import localcontext

from indicators.attainment.band import judge_range
from indicators.attainment.benchmark import judge_benchmark
from indicators.attainment.cap_rate import judge_rate
from indicators.attainment.caps import judge_cumulative, judge_stock
from indicators.attainment.case import Case, Outcome
from indicators.attainment.evidence import evidence
from indicators.attainment.growth import judge_average, judge_year
from indicators.attainment.levels import judge_double, judge_level
from indicators.attainment.reasons import Reason
from indicators.attainment.result import Attainment, Status
from indicators.attainment.sentences import sentence
from indicators.attainment.series import Series, flags_of, known_points
from indicators.attainment.thresholds import ARITHMETIC, DEFAULT, ENGINE_VERSION, Thresholds
from indicators.observations import Origin
from indicators.targets import Target, TargetKind

_RULES: dict[TargetKind, Callable[[Case], Outcome]] = {
    TargetKind.FLOOR: judge_level,
    TargetKind.LOWER: judge_level,
    TargetKind.DOUBLE_BY: judge_double,
    TargetKind.CAP_CUMULATIVE: judge_cumulative,
    TargetKind.CAP_STOCK: judge_stock,
    TargetKind.CAP_RATE: judge_rate,
    TargetKind.RANGE: judge_range,
    TargetKind.GROWTH_AVERAGE: judge_average,
    TargetKind.GROWTH_YEAR: judge_year,
    TargetKind.BENCHMARK: judge_benchmark,
    TargetKind.QUALITATIVE: evidence,
}
_WEAKEST_FIRST = (Origin.SIMULATED, Origin.RETURNED, Origin.PUBLISHED)


def evaluate(
    target: Target,
    series: Series,
    *,
    as_of: date,
    benchmark: Series | None = None,
    thresholds: Thresholds = DEFAULT,
) -> Attainment:
    """Judge `target` by what was known of `series` (and of `benchmark`) at the end of `as_of`.

    Values are in the target's unit, which is the series' unit. Raises nothing for odd data: what cannot be judged is
    INSUFFICIENT or SUSPENDED with a reason, and what could be computed is filled in all the same.
    """
    return judged(target, series, as_of=as_of, benchmark=benchmark, thresholds=thresholds)[0]


def judged(
    target: Target,
    series: Series,
    *,
    as_of: date,
    benchmark: Series | None = None,
    thresholds: Thresholds = DEFAULT,
) -> tuple[Attainment, Case]:
    """The same verdict with the case it was made from, for a projection beside it."""
    with localcontext(ARITHMETIC):
        due = target.due_on
        known = known_points(series, as_of)
        points = known if due is None else [p for p in known if p.period_end <= due]
        case = Case(target, series, as_of, thresholds, points, benchmark)
        outcome = _refused(case, bool(known)) or _RULES[target.kind](case)
        return _written(case, outcome), case


def _refused(case: Case, any_known: bool) -> Outcome | None:
    """What no rule can judge: another 口径 or price basis than the target's, or nothing known."""
    target, series = case.target, case.series
    if target.scope and series.scope and target.scope != series.scope:
        return Outcome(Status.SUSPENDED, Reason.SCOPE_MISMATCH, flags=["series_break"])
    if target.price_basis and series.price_basis and target.price_basis != series.price_basis:
        return Outcome(Status.SUSPENDED, Reason.PRICE_BASIS_MISMATCH)
    if case.points:
        return None
    if target.kind is TargetKind.QUALITATIVE:
        return Outcome(Status.NO_TARGET, Reason.QUALITATIVE)
    overdue = any_known or case.value_for_due_is_overdue()
    return Outcome(Status.INSUFFICIENT, Reason.NO_VALUE_FOR_DUE if overdue else Reason.NO_VALUE)


def _written(case: Case, outcome: Outcome) -> Attainment:
    """The outcome as the row that everybody reads."""
    target = case.target
    used = (*outcome.used, *(outcome.year_end.points if outcome.year_end else ()))
    flags = dict.fromkeys((*outcome.flags, *flags_of(used)))
    if outcome.reason is Reason.STALE:
        flags["stale"] = None
    if outcome.numbers.get("methods_disagree"):
        flags["methods_disagree"] = None
    origins = {p.origin for p in used}
    outcome.components.setdefault("thresholds", case.thresholds.version)
    return Attainment(
        target=target.code,
        target_version=target.version,
        as_of=case.as_of,
        status=outcome.status,
        reason=outcome.reason.value,
        sentence=sentence(case, outcome),
        flags=tuple(flags),
        method=f"{target.kind.value} {ENGINE_VERSION}",
        due_on=target.due_on,
        origin=next((o.value for o in _WEAKEST_FIRST if o in origins), ""),
        inputs=tuple(dict.fromkeys(p.id for p in used if p.id)),
        components=outcome.components,
        engine_version=ENGINE_VERSION,
        **outcome.numbers,
    )
