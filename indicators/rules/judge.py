"""Which function answers for which named check, with its threshold; the only way from a `Kind` to what it suspects.

The names themselves are fixed in `kinds`, where the parser knows them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal

from indicators.observations import Observation
from indicators.rules import kinds_alone, kinds_together
from indicators.rules.arithmetic import ZERO
from indicators.rules.facts import Facts, Suspicion
from indicators.rules.kinds import DEFAULTS
from indicators.rules.tree import Kind

KINDS: dict[str, Callable[[Facts, Sequence[Observation], Decimal], Iterator[Suspicion]]] = {
    "required": kinds_alone.required,
    "range": kinds_alone.natural_range,
    "sign": kinds_alone.sign,
    "rate": kinds_together.rate,
    "ytd_rises": kinds_together.ytd_rises,
    "ytd_difference": kinds_together.ytd_difference,
    "ytd_not_summed": kinds_together.ytd_not_summed,
    "last_year": kinds_together.last_year,
    "jump": kinds_alone.jump,
    "departments": kinds_together.departments,
    "zones": kinds_together.zones,
    "unchanged": kinds_alone.unchanged,
    "outlier": kinds_alone.outlier,
    "roundness": kinds_alone.roundness,
}


def suspicions(kind: Kind, facts: Facts) -> Iterator[Suspicion]:
    """What a named check finds in a return, in the order of its cells."""
    looked_at = facts.observations
    if kind.indicators:
        looked_at = [one for one in looked_at if one.indicator in kind.indicators]
    threshold = DEFAULTS[kind.name] if kind.threshold is None else kind.threshold
    return KINDS[kind.name](facts, looked_at, ZERO if threshold is None else threshold)
