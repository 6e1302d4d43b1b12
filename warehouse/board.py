"""What the pages read of a generation: readings as known on a day, verdicts on targets, derived growth.

Every query is a Core select on the schema of record, restricted to the indicators and areas that are asked for, so that
a page costs the same beside a thousand observations and beside a million. Rows become small frozen objects that carry
names of columns, not of pages; how they look is the dashboard's business. A generation never changes: callers may
keep what they get for as long as its number is current.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property

from sqlalchemy import ColumnElement, and_, func, or_, select

from indicators.observations import Measure
from indicators.periods import Period
from warehouse import schema
from warehouse.board_rows import Readable, columns, made
from warehouse.moments import beijing_day, day_ends

_IDENTITY = ("indicator", "area", "department", "form", "period", "nature", "measure", "price_basis", "scope")


@dataclass(frozen=True)
class Reading:
    """One version of one observation, value in the indicator's unit; `superseded_at` is None while it is current."""

    indicator: str
    area: str
    department: str
    form: str
    edition: str
    period: str
    period_start: date
    period_end: date
    nature: str
    measure: str
    price_basis: str
    scope: str
    raw_text: str
    unit: str
    canonical_value: Decimal | None
    canonical_unit: str
    status: str
    comment: str
    origin: str
    source: str
    grade: str
    file_hash: str
    sheet: str
    cell: str
    respondent: str
    submission: str
    approver: str
    recorded_at: datetime
    revision_reason: str
    superseded_at: datetime | None = None

    @property
    def series(self) -> tuple[str, ...]:
        """What makes two readings points of one line; decision 0003."""
        return (self.indicator, self.area, self.measure, self.nature, self.price_basis, self.scope, self.department)

    @cached_property
    def id(self) -> str:
        """A short name of this version of this observation, stable across generations; used in addresses of pages."""
        parts = (*self.series, self.form, self.period, self.recorded_at.isoformat())
        return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:12]


@dataclass(frozen=True)
class Verdict:
    """One row of `attainment`: the verdict on one target and the components that pages show."""

    target: str
    target_version: int
    indicator: str
    area: str
    scope: str
    kind: str
    target_status: str
    origin: str
    as_of: date
    status: str
    status_label: str
    reason: str
    sentence: str
    flags: str
    base_on: date | None
    base_value: Decimal | None
    latest_on: date | None
    latest_period: str
    latest_value: Decimal | None
    unit: str
    due_on: date | None
    target_value: Decimal | None
    path_value: Decimal | None
    progress_share: Decimal | None
    elapsed_share: Decimal | None
    used_share: Decimal | None
    headroom: Decimal | None
    exhaustion_on: date | None
    growth_gap_pp: Decimal | None
    projected_value: Decimal | None
    needed_pace: Decimal | None
    pace: Decimal | None
    burn_index: Decimal | None
    allowed_pace: Decimal | None
    probability: Decimal | None
    projection_value: Decimal | None
    projection_low: Decimal | None
    projection_high: Decimal | None
    projection_word: str
    second_method: str
    second_status: str
    second_value: Decimal | None
    methods_disagree: bool | None


@dataclass(frozen=True)
class Derived:
    """One row of `growth`: a rate or single-quarter value that the system computed, or the reason why it could not."""

    indicator: str
    area: str
    department: str
    scope: str
    price_basis: str
    period: str
    period_end: date
    kind: str
    value: Decimal | None
    unit: str
    reason: str
    origin: str


def readings(
    generation: Readable, indicators: Iterable[str], areas: Iterable[str], as_of: date | None = None
) -> tuple[Reading, ...]:
    """Levels and reported growth of these indicators and areas, as known at the end of `as_of` (None: now)."""
    table = schema.observation_version if as_of else schema.observation_current
    wanted: list[ColumnElement[bool]] = [table.c.indicator.in_(list(indicators)), table.c.area.in_(list(areas))]
    wanted.append(table.c.measure.in_([Measure.LEVEL.value, Measure.GROWTH_YOY.value]))
    if as_of:
        moment = day_ends(as_of)
        wanted += [table.c.recorded_at <= moment]
        wanted += [or_(table.c.superseded_at.is_(None), table.c.superseded_at > moment)]
    query = select(*columns(Reading, table)).where(*wanted)
    return made(Reading, generation.rows(query.order_by(table.c.indicator, table.c.area, table.c.period_end)))


def versions(generation: Readable, indicator: str, area: str) -> tuple[Reading, ...]:
    """Every version of every observation of one indicator in one area: newest period first, newest version first."""
    table = schema.observation_version
    query = select(*columns(Reading, table)).where(table.c.indicator == indicator, table.c.area == area)
    query = query.order_by(table.c.period_end.desc(), table.c.measure, table.c.scope, table.c.recorded_at.desc())
    return made(Reading, generation.rows(query))


@dataclass(frozen=True)
class Revised:
    """One value of a department that was published more than once: its first and its current version."""

    indicator: str
    area: str
    period: str
    nature: str
    price_basis: str
    scope: str
    unit: str
    first: Decimal | None
    first_at: datetime
    latest: Decimal | None
    latest_at: datetime
    reason: str


def revised(generation: Readable, department: str) -> tuple[Revised, ...]:
    """Levels of a department whose published value is another than it first was, newest revision first."""
    old, new = schema.observation_version, schema.observation_current
    same = [old.c[name] == new.c[name] for name in _IDENTITY]
    earlier = (
        select(*(old.c[name] for name in _IDENTITY), func.min(old.c.recorded_at).label("first_at"))
        .where(old.c.department == department, old.c.superseded_at.is_not(None), old.c.measure == Measure.LEVEL.value)
        .group_by(*(old.c[name] for name in _IDENTITY))
        .subquery()
    )
    query = (
        select(
            *(new.c[n] for n in ("indicator", "area", "period", "nature", "price_basis", "scope")),
            new.c.canonical_unit.label("unit"),
            old.c.canonical_value.label("first"),
            earlier.c.first_at,
            new.c.canonical_value.label("latest"),
            new.c.recorded_at.label("latest_at"),
            new.c.revision_reason.label("reason"),
        )
        .select_from(new)
        .join(earlier, and_(*(earlier.c[name] == new.c[name] for name in _IDENTITY)))
        .join(old, and_(*same, old.c.recorded_at == earlier.c.first_at))
        .order_by(new.c.recorded_at.desc(), new.c.indicator, new.c.area, new.c.period)
    )
    return made(Revised, generation.rows(query))


def verdicts(generation: Readable) -> tuple[Verdict, ...]:
    """The published verdict on every target."""
    table = schema.attainment
    query = select(*columns(Verdict, table)).order_by(table.c.indicator, table.c.due_on, table.c.target)
    return made(Verdict, generation.rows(query))


def derived(generation: Readable, indicators: Iterable[str], area: str) -> tuple[Derived, ...]:
    """Computed growth and single-quarter values of these indicators in one area, oldest first."""
    table = schema.growth
    query = select(*columns(Derived, table)).where(table.c.indicator.in_(list(indicators)), table.c.area == area)
    return made(Derived, generation.rows(query.order_by(table.c.indicator, table.c.period_end)))


def report_periods(generation: Readable) -> tuple[Period, ...]:
    """Quarters for which departments have published returns, newest first."""
    return tuple(sorted((Period.parse(code) for code in first_days(generation)), reverse=True))


def known_days(generation: Readable) -> tuple[date, ...]:
    """Days, by Beijing time, on which something became known, newest first: the moments worth looking back to."""
    column = schema.submission.c.recorded_at
    moments = [row["moment"] for row in generation.rows(select(func.distinct(column).label("moment")))]
    days = {beijing_day(m) for m in moments if m is not None}
    return tuple(sorted(days, reverse=True))


def areas_with(generation: Readable, indicator: str) -> tuple[str, ...]:
    """Codes of the areas that have readings of an indicator."""
    column = schema.observation_current.c.area
    query = select(column).distinct().where(schema.observation_current.c.indicator == indicator).order_by(column)
    return tuple(row["area"] for row in generation.rows(query))


def areas_of(generation: Readable, indicators: Iterable[str]) -> frozenset[str]:
    """Codes of the areas that have readings of any of these indicators."""
    table = schema.observation_current
    query = select(table.c.area).distinct().where(table.c.indicator.in_(list(indicators)))
    return frozenset(row["area"] for row in generation.rows(query))


def first_days(generation: Readable) -> dict[str, date]:
    """For each quarter the day, by Beijing time, on which its first department return became known."""
    table = schema.submission
    query = select(table.c.period, func.min(table.c.recorded_at).label("moment")).group_by(table.c.period)
    rows = generation.rows(query.where(table.c.origin != "published"))
    return {r["period"]: beijing_day(r["moment"]) for r in rows if "Q" in r["period"] and r["moment"] is not None}


def has_simulated(generation: Readable) -> bool:
    """True when any published return holds simulated figures."""
    table = schema.submission
    return bool(generation.rows(select(table.c.id).where(table.c.origin == "simulated").limit(1)))
