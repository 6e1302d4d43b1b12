"""Named checks of a number by itself and against its own past: range, sign, jump of unit, outlier and their kin.

Each takes the facts, the numbers it is to look at and its threshold, and yields what it suspects. What severity that
has, and whether an explanation settles it, is the rule's affair.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import lru_cache
from statistics import median, median_high

from indicators.observations import Measure, Observation, ObsStatus
from indicators.periods import Nature, Period
from indicators.rules.arithmetic import ZERO
from indicators.rules.facts import Facts, Suspicion, decimals_of, then
from indicators.rules.wording import number, said, scale_of

MIN_RATES = 8  # growth rates needed before one can be called unusual
PAST_QUARTERS = 12
MIN_NUMBERS = 10  # numbers needed before their last digits mean anything
_STEADY = Decimal("0.02")
_NORMAL = Decimal("0.6745")  # the median absolute deviation of a normal distribution, in its standard deviations


def required(facts: Facts, looked_at: Sequence[Observation], _: Decimal) -> Iterator[Suspicion]:
    """A cell that must be filled is blank."""
    for one in looked_at:
        blank = one.value is None and one.status is ObsStatus.MISSING and not one.raw_text.strip()
        if blank and one.cell in facts.required:
            yield Suspicion((one,), f"{facts.name(one)}没有填", found="空")


def natural_range(facts: Facts, looked_at: Sequence[Observation], _: Decimal) -> Iterator[Suspicion]:
    """A level outside the natural limits of its indicator; a fall of more than 100 % of what cannot be negative."""
    for one in looked_at:
        value, indicator = one.canonical_value, facts.catalogue.indicators[one.indicator]
        low, high = indicator.natural_min, indicator.natural_max
        if value is None:
            continue
        if one.measure is Measure.GROWTH_YOY:
            low, high = (Decimal(-100) if low is not None and low >= 0 else None), None
        if low is not None and value < low:
            limit = f"{scale_of(one).said(low)} {scale_of(one).unit}".rstrip()
            yield Suspicion((one,), f"{said(facts, one)}，小于下限 {limit}", expected=f"≥ {limit}")
        elif high is not None and value > high:
            limit = f"{scale_of(one).said(high)} {scale_of(one).unit}".rstrip()
            yield Suspicion((one,), f"{said(facts, one)}，大于上限 {limit}", expected=f"≤ {limit}")


def sign(facts: Facts, looked_at: Sequence[Observation], _: Decimal) -> Iterator[Suspicion]:
    """A negative level that neither the indicator's limits nor its past make likely."""
    for one in facts.levels_among(looked_at):
        indicator = facts.catalogue.indicators[one.indicator]
        negative = one.canonical_value is not None and one.canonical_value < 0
        if not negative or indicator.natural_min is not None or indicator.nature in ("rate", "index"):
            continue
        before = facts.before(one)
        if before is None or before >= 0:
            yield Suspicion((one,), f"{said(facts, one)}，是负数", () if before is None else (before,))


def jump(facts: Facts, looked_at: Sequence[Observation], times: Decimal) -> Iterator[Suspicion]:
    """Many times more, or less, than last time: 万元 for 亿元. A running total is compared within its year."""
    for one in facts.levels_among(looked_at):
        value = one.canonical_value
        if not value:
            continue
        for earlier, whose in _references(facts, one):
            if earlier:
                ratio = abs(value / earlier)
                if ratio > times or ratio * times < 1:
                    shown = scale_of(one).said(earlier)
                    many = f"{number(ratio, 0)} 倍" if ratio > 1 else f"{number(1 / ratio, 0)} 分之一"
                    told = f"{said(facts, one)}，是{whose} {shown} 的 {many}"
                    yield Suspicion((one,), told, (earlier,), expected=f"{whose} {shown} 的 {times:f} 倍以内")
                break


def _references(facts: Facts, one: Observation) -> Iterator[tuple[Decimal | None, str]]:
    """What a number may be compared with, best first."""
    first_of_year = not then("上期", one.nature, one.period)
    if not first_of_year:
        yield facts.before(one), "上期"
    yield facts.year_before(one), "上年同期"
    own = facts.beside(one, measure=Measure.LEVEL_PREVIOUS_YEAR)
    yield own.canonical_value if own else None, "本表上年同期"


def unchanged(facts: Facts, looked_at: Sequence[Observation], _: Decimal) -> Iterator[Suspicion]:
    """Exactly the number of the period before."""
    for one in facts.levels_among(looked_at):
        if one.canonical_value:
            before = facts.before(one)
            if before == one.canonical_value:
                yield Suspicion((one,), f"{said(facts, one)}，与上期完全相同", (before,))


def outlier(facts: Facts, looked_at: Sequence[Observation], limit: Decimal) -> Iterator[Suspicion]:
    """Growth over the year far from the growth of the last quarters, in robust standard deviations.

    A steady past is taken to be a little less so, or every change of trend would stand out.
    """
    for one in facts.levels_among(looked_at):
        if not one.canonical_value or one.nature is Nature.ANNUAL:
            continue
        year_before = facts.year_before(one)
        if not year_before or year_before <= 0:
            continue
        rates = _past_growth(facts, one)
        if len(rates) < MIN_RATES:
            continue
        rate, middle = one.canonical_value / year_before - 1, median(rates)
        spread = max(_STEADY, median(abs(r - middle) for r in rates))
        if abs(rate - middle) * _NORMAL > limit * spread:
            shown, usual = f"{rate * 100:.1f}", f"{middle * 100:.1f}"
            told = f"{said(facts, one)}，比上年同期变化 {shown}%，而以往 {len(rates)} 期居中为 {usual}%"
            yield Suspicion((one,), told, (year_before,), found=f"{shown}%", expected=f"{usual}% 左右")


def _past_growth(facts: Facts, one: Observation) -> list[Decimal]:
    """Year-on-year growth of the last quarters, where both numbers are known."""
    codes = past_codes(one.period)
    values = {code: facts.known(one, code) for code in codes}
    per_year = len(codes) - PAST_QUARTERS
    pairs = zip(codes, codes[per_year:], strict=False)
    known = [(values[late], values[early]) for late, early in pairs]
    return [late / early - 1 for late, early in known if late is not None and early is not None and early > 0]


@lru_cache(maxsize=1024)
def past_codes(period: str) -> tuple[str, ...]:
    """The codes of the periods before this one, latest first: twelve, and those of a year before the earliest."""
    start = Period.parse(period)
    per_year = {"A": 1, "H": 2, "Q": 4, "M": 12}[start.freq]
    return tuple(start.shift(-steps).code for steps in range(1, PAST_QUARTERS + per_year + 1))


def roundness(facts: Facts, looked_at: Sequence[Observation], percent: Decimal) -> Iterator[Suspicion]:
    """Too many numbers of the return end in 0 where its other numbers end: they were estimated."""
    units: dict[str, list[tuple[Observation, Decimal]]] = {}
    for one in looked_at:
        if one.measure is Measure.LEVEL and one.value:
            units.setdefault(one.unit, []).append((one, one.value))
    ending: list[Observation] = []
    for written in units.values():
        usual = median_high(decimals_of(value) for _, value in written)
        ending += [one for one, value in written if value.scaleb(usual) % 10 == ZERO]
    counted = sum(map(len, units.values()))
    if counted >= MIN_NUMBERS and len(ending) * 100 > percent * counted:
        told = f"{counted} 个数中有 {len(ending)} 个末位为 0，从{facts.name(ending[0])}起"
        yield Suspicion(tuple(ending), told, found=str(len(ending)), expected=f"不超过 {percent:f}%")
