"""到期会怎样, year by year: the fan of each target of one indicator in one area, made when a page asks for it.

A generation stores where a projection ends (`attainment.projection_*`). The years before the end are worked out here
from the same observations by the same rules, so that a fan always ends where the stored row does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from etl.derive import picture
from etl.derive_known import Ground, Known, SeriesName, series_for
from indicators.attainment.evaluate import judged
from indicators.attainment.projection import FanPoint, project_case
from indicators.attainment.result import Attainment
from indicators.catalogue.model import Catalogue
from indicators.targets import Target, in_force
from warehouse.catalogue_rows import targets_of
from warehouse.read import Generation


@dataclass(frozen=True, slots=True)
class Outlook:
    """Where a series is heading by a target's due day: the last known value and the fan from there.

    `fan` is empty where no projection is given; then `reason` says why, in the words of `Projection.reason`. `estimate`
    marks the year's end of a year that is running, told by the seasons of earlier years. `exhaustion` are the earliest
    and the latest month in which a cap is used up; None within: not within the longest horizon.
    """

    target: str
    known_on: date | None
    known_value: Decimal | None
    fan: tuple[FanPoint, ...]
    reason: str = ""
    scenario: bool = False
    estimate: bool = False
    exhaustion: tuple[date | None, date | None] | None = None


def outlooks(
    held: Generation, catalogue: Catalogue, indicator: str, area: str, known_on: date | None = None
) -> tuple[Outlook, ...]:
    """The outlook of every target of an indicator in an area, as published, or as known at the end of a day."""
    as_of = known_on or held.rows("SELECT max(as_of) AS day FROM attainment")[0]["day"]
    rows = held.rows("SELECT * FROM target WHERE indicator = :i AND area = :a", {"i": indicator, "a": area})
    targets = in_force(targets_of(rows), as_of) if as_of else []
    if not targets:
        return ()
    seen, noise = picture(held.arrow, targets, known_on)
    known, ground = Known(seen), Ground(catalogue)
    return tuple(_outlook(t, known, ground, as_of, noise) for t in targets)


def _outlook(target: Target, known: Known, ground: Ground, as_of: date, noise: Mapping[SeriesName, Decimal]) -> Outlook:
    series = series_for(target, target.area, known, ground, noise)
    other = series_for(target, target.benchmark_area, known, ground, noise) if target.benchmark_area else None
    found, case = judged(target, series, as_of=as_of, benchmark=other)
    if "time_share" in found.components:
        return Outlook(target.code, found.latest_on, found.latest_value, _year_end(target, found), estimate=True)
    made = project_case(case, target)
    if made.made_from is None:
        return Outlook(target.code, found.latest_on, found.latest_value, (), made.reason)
    _, _, latest = made.made_from
    return Outlook(target.code, latest.on, latest.value, made.fan, scenario=made.scenario, exhaustion=made.exhaustion)


def _year_end(target: Target, found: Attainment) -> tuple[FanPoint, ...]:
    """The estimate for the end of the running year; nothing where the seasons do not tell one."""
    told = found.components
    if target.due_on is None or found.projected_value is None or "estimate_low" not in told:
        return ()
    low, high = Decimal(told["estimate_low"]), Decimal(told["estimate_high"])
    return (FanPoint(target.due_on, found.projected_value, low, high),)
