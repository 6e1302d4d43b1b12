"""The rows of the `growth` table: every derived rate and single quarter of one series, as known at one moment.

`derive_growth` is the form for people and tests, in decimals; what computes is `runs`, which the publishing step asks
directly. A reported rate (填报同比) is a row of its own kind and is never replaced by a computed one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Context, Decimal
from typing import NamedTuple

from indicators.derived.levels import period_end
from indicators.derived.runs import PLACES, GrowthRun, growth_runs
from indicators.periods import Nature

_EXACT = Context(prec=400)


class GrowthRow(NamedTuple):
    """One row of a series; the fields are columns of `growth`. `reason` is empty where there is a value."""

    period: str
    period_end: date
    kind: str
    value: Decimal | None
    unit: str
    reason: str


@dataclass(frozen=True, slots=True)
class GrowthSeries:
    """One series in one vintage: `levels` nature → period code → canonical value, `reported` period code → 填报同比.

    The first five fields and `origin` are the identity columns of its rows. `unit` is that of the levels, `breaks` the
    first days of new scopes that no link joins to the old one, `is_rate` says that the levels are themselves rates,
    whose changes are percentage points.
    """

    indicator: str
    area: str
    department: str
    scope: str
    price_basis: str
    unit: str
    origin: str
    levels: Mapping[Nature, Mapping[str, Decimal | None]]
    reported: Mapping[str, Decimal | None] = field(default_factory=dict)
    breaks: tuple[date, ...] = ()
    is_rate: bool = False


def derive_growth(series: GrowthSeries) -> list[GrowthRow]:
    """All rows of one series: single quarters, 同比 of each nature, 环比（未季调）, and the reported 同比 as reported.

    Reasons of a missing value: no_base, missing_previous, base_not_positive (a difference row stands beside), break,
    out_of_range. A single quarter that was reported is used as reported.
    """
    every = [v for values in (*series.levels.values(), series.reported) for v in values.values() if v is not None]
    places = max([PLACES, *(-int(value.as_tuple().exponent) for value in every)])
    runs = growth_runs(
        {nature: _whole(values, places) for nature, values in series.levels.items()},
        _whole(series.reported, places),
        unit=series.unit,
        price_basis=series.price_basis,
        breaks=series.breaks,
        is_rate=series.is_rate,
        places=places,
    )
    return [row for run in runs for row in _rows(run)]


def _whole(values: Mapping[str, Decimal | None], places: int) -> dict[str, int]:
    return {code: int(value.scaleb(places, _EXACT)) for code, value in values.items() if value is not None}


def _rows(run: GrowthRun) -> Iterator[GrowthRow]:
    for code, value, reason in zip(run.periods, run.values, run.reasons, strict=True):
        exact = None if value is None else Decimal(value).scaleb(-run.places, _EXACT)
        yield GrowthRow(code, period_end(code), run.kind, exact, run.unit, reason)
