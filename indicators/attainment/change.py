"""为什么变了: a change of verdict between two moments, attributed by recomputing.

Old and new numbers, targets and rules are put together in every combination; walking from old to new in a fixed order
(revised values, time and new periods, target, rule), the first step that moves the verdict is its cause. Nothing is
remembered and nothing is guessed: the same two moments give the same cause.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from itertools import product

from indicators.attainment.evaluate import evaluate
from indicators.attainment.result import Attainment, Status
from indicators.attainment.series import Point, Series, known_points
from indicators.attainment.thresholds import DEFAULT, Thresholds
from indicators.targets import Target


class Factor(StrEnum):
    """What may move a verdict, in the order in which it is tried."""

    REVISION = "revision"
    NEW_DATA = "new_data"
    TARGET = "target"
    RULE = "rule"

    @property
    def label(self) -> str:
        """The cause in Chinese."""
        return _LABELS[self.value]


_LABELS = {"revision": "数值修订", "new_data": "新数据或时间推移", "target": "目标调整", "rule": "判定规则调整"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """All that one verdict was made from."""

    target: Target
    series: Series
    as_of: date
    benchmark: Series | None = None
    thresholds: Thresholds = DEFAULT


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Two verdicts and the first factor that moves the one to the other; None where the status stays.

    `combinations` gives the status for each set of factors taken as new, `revised` the periods whose value changed.
    """

    before: Attainment
    after: Attainment
    factor: Factor | None
    combinations: dict[tuple[Factor, ...], Status]
    revised: tuple[str, ...]
    sentence: str


def explain(before: Moment, after: Moment) -> Change:
    """Why the verdict on `after` differs from the one on `before`."""
    combinations: dict[tuple[Factor, ...], Attainment] = {}
    for taken in product((False, True), repeat=len(Factor)):
        factors = tuple(f for f, new in zip(Factor, taken, strict=True) if new)
        combinations[factors] = _verdict(before, after, frozenset(factors))
    old, new = combinations[()], combinations[tuple(Factor)]
    factor = None
    if old.status is not new.status:
        walk = [tuple(Factor)[:n] for n in range(1, len(Factor) + 1)]
        factor = next(path[-1] for path in walk if combinations[path].status is not old.status)
    revised = _revised(before, after)
    return Change(
        before=old,
        after=replace(new, flags=(*new.flags, "revision_flipped")) if factor is Factor.REVISION else new,
        factor=factor,
        combinations={factors: verdict.status for factors, verdict in combinations.items()},
        revised=revised,
        sentence=_sentence(old, new, factor, revised),
    )


def _verdict(before: Moment, after: Moment, new: frozenset[Factor]) -> Attainment:
    """The verdict with these factors taken from after and the others from before."""
    as_of = after.as_of if Factor.NEW_DATA in new else before.as_of
    target = after.target if Factor.TARGET in new else before.target
    rules = after.thresholds if Factor.RULE in new else before.thresholds
    benchmark = None
    if before.benchmark or after.benchmark:
        benchmark = _mixed(before.benchmark, after.benchmark, before.as_of, after.as_of, new)
    series = _mixed(before.series, after.series, before.as_of, after.as_of, new)
    return evaluate(target, series or after.series, as_of=as_of, benchmark=benchmark, thresholds=rules)


def _mixed(old: Series | None, new: Series | None, then: date, now: date, factors: frozenset[Factor]) -> Series | None:
    """The series with revised values, new periods, both or neither; vintages are settled, so none is filtered again."""
    if old is None or new is None:
        return new if Factor.NEW_DATA in factors else old
    early = {_key(p): p for p in known_points(old, then)}
    late = {_key(p): p for p in known_points(new, now)}
    keys = [*early, *(k for k in late if k not in early and Factor.NEW_DATA in factors)]
    if Factor.REVISION in factors:
        chosen = [late[k] for k in keys if k in late]
    else:
        chosen = [early.get(k) or late[k] for k in keys]
    frame = new if Factor.NEW_DATA in factors else old
    return replace(frame, points=tuple(p._replace(recorded_at=None) for p in chosen))


def _key(point: Point) -> tuple[str, str]:
    return point.period, point.nature.value


def _revised(before: Moment, after: Moment) -> tuple[str, ...]:
    late = {_key(p): p for p in known_points(after.series, after.as_of)}
    early = known_points(before.series, before.as_of)
    return tuple(p.period for p in early if (q := late.get(_key(p))) is None or q.value != p.value)


def _sentence(old: Attainment, new: Attainment, factor: Factor | None, revised: tuple[str, ...]) -> str:
    if factor is None:
        return f"判定仍为“{new.label}”。"
    periods = f"（{'、'.join(revised[:3])}{'等' if len(revised) > 3 else ''}）" if factor is Factor.REVISION else ""
    return f"判定由“{old.label}”变为“{new.label}”，原因是{factor.label}{periods}。"
