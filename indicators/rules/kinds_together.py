"""Named checks of numbers against one another: growth, running totals, last year, other departments, parts of an area.

Like `kinds_alone`; what is compared is in the catalogue unit, and rounding of every number taking part is forgiven.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import lru_cache

from indicators.findings import Severity
from indicators.observations import Measure, Observation
from indicators.periods import Nature, Period
from indicators.rules import arithmetic
from indicators.rules.arithmetic import NotEvaluable, Quantity
from indicators.rules.facts import Facts, Suspicion, then
from indicators.rules.wording import number, said, scale_of

_HUNDRED = Quantity(Decimal(100))
_ONE = Quantity(Decimal(1))
# Running totals added up: this much above last year, where the last addend alone would be this close to it. Numbers of
# few printed units jump like that by themselves.
_TOO_HIGH, _CLOSE, _SUBSTANTIAL = Decimal("1.4"), Decimal("0.15"), 100


def rate(facts: Facts, looked_at: Sequence[Observation], _: Decimal) -> Iterator[Suspicion]:
    """同比增长 against the two levels. At prices that are not comparable with its own it only informs."""
    for one in [one for one in looked_at if one.measure is Measure.GROWTH_YOY]:
        growth = facts.precision.quantity(one)
        pair = _levels(facts, one) if growth else None
        if growth is None or pair is None:
            continue
        level, before, comparable = pair
        if _value(before) <= 0 or abs(growth.value - (_value(level) / _value(before) - 1) * 100) <= growth.error:
            continue
        try:
            quotient = arithmetic.divide(_known(facts, level), _known(facts, before))
            implied = arithmetic.multiply(arithmetic.subtract(quotient, _ONE), _HUNDRED)
            allowed = arithmetic.fixed(growth.error + implied.error)
        except NotEvaluable:
            continue
        gap = abs(growth.value - implied.value)
        if gap > allowed:
            told = (
                f"{said(facts, one)}，按{said(facts, level)}、{said(facts, before)}计算"
                f"应为 {number(implied.value, 1)} %，相差 {number(gap, 1)} 个百分点，"
                f"超出容许误差 {number(allowed, 2)} 个百分点"
            )
            severity = None if comparable else Severity.INFO
            expected = f"{number(implied.value, 1)} %"
            yield Suspicion((one, level, before), told, severity=severity, expected=expected)


def _levels(facts: Facts, growth: Observation) -> tuple[Observation, Observation, bool] | None:
    """本期数 and 上年同期数 that a growth rate goes with, and whether their prices are comparable with it."""
    for basis, comparable in _candidates(growth.price_basis, tuple(facts.bases.get(growth.indicator, ()))):
        level = facts.beside(growth, measure=Measure.LEVEL, price_basis=basis)
        before = facts.beside(growth, measure=Measure.LEVEL_PREVIOUS_YEAR, price_basis=basis)
        if level and before and level.canonical_value is not None and before.canonical_value is not None:
            return level, before, comparable
    return None


@lru_cache(maxsize=1024)
def _candidates(own: str, bases: tuple[str, ...]) -> tuple[tuple[str, bool], ...]:
    """The price bases in which the levels of a growth rate are looked for, best first, and whether they compare."""
    constant = sorted((b for b in bases if "不变价" in b), reverse=True)
    real = own == "可比价"
    best = (*constant, own) if real else (own, *constant)
    return tuple((basis, basis == own or (real and basis in constant)) for basis in (*best, *bases))


def _known(facts: Facts, one: Observation) -> Quantity:
    return Quantity(arithmetic.fixed(_value(one)), facts.precision.half_unit(one))


def ytd_rises(facts: Facts, looked_at: Sequence[Observation], _: Decimal) -> Iterator[Suspicion]:
    """A running total lower than a period before."""
    for one in _totals(facts, looked_at):
        before = facts.before(one)
        if before is not None and _value(one) < before - 2 * facts.precision.half_unit(one):
            shown = scale_of(one).said(before)
            told = f"{said(facts, one)}，低于上期累计 {shown}"
            yield Suspicion((one,), told, (before,), expected=f"≥ {shown}")


def ytd_difference(facts: Facts, looked_at: Sequence[Observation], _: Decimal) -> Iterator[Suspicion]:
    """累计 less 累计 of the period before is 本期; in the first period the two are one."""
    for one in _totals(facts, looked_at):
        single = facts.beside(one, nature=Nature.SINGLE)
        before = arithmetic.ZERO if _first(one) else facts.before(one)
        if single is None or single.canonical_value is None or before is None:
            continue
        allowed = 2 * facts.precision.half_unit(one) + facts.precision.half_unit(single)
        gap = _value(one) - before - single.canonical_value
        if abs(gap) > allowed:
            scale = scale_of(one)
            less = "" if _first(one) else f" 减上期累计 {scale.said(before)}"
            told = (
                f"{said(facts, one)}{less}，应等于{said(facts, single)}，相差 {scale.said(abs(gap))} {scale.unit}，"
                f"超出容许误差 {scale.said(allowed)} {scale.unit}"
            )
            yield Suspicion((one, single), told, (before,), expected=scale.said(before + single.canonical_value))


def ytd_not_summed(facts: Facts, looked_at: Sequence[Observation], _: Decimal) -> Iterator[Suspicion]:
    """A running total that is the sum of running totals: exactly so beside 本期; without it, by likeness."""
    for one in _totals(facts, looked_at):
        earlier = [facts.known(one, code) for code in _earlier_in_year(one.period)]
        known = [v for v in earlier if v is not None and v > 0]
        if not known or len(known) < len(earlier):
            continue
        total, single = sum(known, arithmetic.ZERO), facts.beside(one, nature=Nature.SINGLE)
        rest = _value(one) - total
        if single is not None and single.canonical_value is not None:
            allowed = (len(known) + 2) * facts.precision.half_unit(one)
            right = known[-1] + single.canonical_value
            wrong = (single.canonical_value, right) if len(known) > 1 else (right,)
            added = abs(_value(one) - right) > allowed and any(abs(rest - w) <= allowed for w in wrong)
        else:
            last = facts.year_before(one) or arithmetic.ZERO
            large = last > _SUBSTANTIAL * facts.precision.half_unit(one) > 0
            added = large and _value(one) >= _TOO_HIGH * last and abs(rest / last - 1) <= _CLOSE
        if added:
            shown = scale_of(one).said(total)
            told = f"{said(facts, one)}，像是又加上了本年前几期累计之和 {shown}"
            yield Suspicion((one,), told, tuple(known))


def last_year(facts: Facts, looked_at: Sequence[Observation], _: Decimal) -> Iterator[Suspicion]:
    """上年同期数 differs from what is published for that period."""
    for one in looked_at:
        if one.measure is not Measure.LEVEL_PREVIOUS_YEAR or one.canonical_value is None:
            continue
        stored = facts.year_before(one)
        if stored is not None and abs(_value(one) - stored) > 2 * facts.precision.half_unit(one):
            shown = scale_of(one).said(stored)
            told = f"{said(facts, one)}，与已发布的上年数 {shown} 不同"
            yield Suspicion((one,), told, (stored,), expected=shown)


def departments(facts: Facts, looked_at: Sequence[Observation], _: Decimal) -> Iterator[Suspicion]:
    """Another department published another value of the same series and period."""
    for one in facts.levels_among(looked_at):
        for other in facts.reporters.get(one.indicator, ()):
            theirs = None if other == one.department else facts.known(one, one.period, department=other)
            if theirs is not None and abs(_value(one) - theirs) > _coarser(facts, one):
                shown, name = scale_of(one).said(theirs), facts.catalogue.departments[other].name
                told = f"{said(facts, one)}，{name}填报的是 {shown}"
                yield Suspicion((one,), told, (theirs,), expected=shown)


def zones(facts: Facts, looked_at: Sequence[Observation], _: Decimal) -> Iterator[Suspicion]:
    """The additive parts of an area do not add up to it, or one part exceeds it."""
    parts: dict[str, list[str]] = {}
    for area in facts.catalogue.areas.values():
        if area.additive and area.parent:
            parts.setdefault(area.parent, []).append(area.code)
    for one in facts.levels_among(looked_at):
        parent, scale = facts.catalogue.areas[one.area].parent, scale_of(one)
        whole = _of_area(facts, one, parent) if parent else None
        if whole is not None and _value(one) > whole + 2 * facts.precision.half_unit(one):
            told = f"{said(facts, one)}，大于{facts.catalogue.areas[parent].name}的 {scale.said(whole)}"
            yield Suspicion((one,), told, (whole,), expected=f"≤ {scale.said(whole)}")
        below = [_of_area(facts, one, code) for code in parts.get(one.area, ())]
        known = [v for v in below if v is not None]
        total = sum(known, arithmetic.ZERO)
        gap = abs(_value(one) - total)
        if below and len(known) == len(below) and gap > (len(below) + 1) * facts.precision.half_unit(one):
            told = (
                f"{said(facts, one)}，与 {len(below)} 个组成部分之和 {scale.said(total)} "
                f"相差 {scale.said(gap)} {scale.unit}"
            )
            yield Suspicion((one,), told, tuple(known), expected=scale.said(total))


def _value(one: Observation) -> Decimal:
    return arithmetic.ZERO if one.canonical_value is None else one.canonical_value


def _totals(facts: Facts, looked_at: Sequence[Observation]) -> Iterator[Observation]:
    """Running totals: 累计 levels of what adds up over time."""
    for one in facts.levels_among(looked_at):
        if one.nature is Nature.YTD and facts.catalogue.indicators[one.indicator].nature in ("ytd", "single"):
            yield one


def _first(one: Observation) -> bool:
    return not then("上期", one.nature, one.period)


@lru_cache(maxsize=1024)
def _earlier_in_year(period: str) -> tuple[str, ...]:
    now = Period.parse(period)
    return tuple(Period(now.year, now.freq, index).code for index in range(1, now.index))


def _of_area(facts: Facts, one: Observation, area: str) -> Decimal | None:
    """The same number for another area, in this return or else as it is known."""
    here = facts.beside(one, area=area)
    return here.canonical_value if here else facts.known(one, one.period, area=area)


def _coarser(facts: Facts, one: Observation) -> Decimal:
    """What rounding allows between two departments, of which the other may have printed the catalogue's decimals."""
    usual = Decimal(5).scaleb(-facts.catalogue.indicators[one.indicator].decimals - 1)
    half = facts.precision.half_unit(one)
    return half + max(half, usual)
