"""One department as leaders look at it: its indicators, whether its returns came in time, how its numbers were revised.

Everything here is from one generation and is kept by the edition; what is still open before publication is asked for by
the page itself. Measures of revision are of data quality, not of blame.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from dashboard.edition import HOME, Edition
from dashboard.headline import Headline, headline
from indicators.derived.revisions import RevisionReport, revision_report
from indicators.periods import Period
from warehouse import board, board_returns
from warehouse.board import Revised
from warehouse.board_returns import Return
from warehouse.moments import beijing_day

PAST = 8
PAIR = "首次→最新"


@dataclass(frozen=True)
class Filing:
    """The first return of a form for a period: how many days after its due day it came (negative: before)."""

    form: str
    period: str
    days_late: int | None


@dataclass(frozen=True)
class Revisions:
    """What became of one indicator's first values: how many, up and down, and their report."""

    indicator: str
    unit: str
    up: int
    down: int
    largest: Revised
    relative: Decimal | None  # mean absolute revision in percent of the first values
    report: RevisionReport


@dataclass(frozen=True)
class Office:
    """A department as published. `filings` are of the last quarters, by form and period."""

    code: str
    headlines: tuple[Headline, ...]
    periods: tuple[Period, ...]
    filings: tuple[Filing, ...]
    revised: tuple[Revised, ...]

    @property
    def on_time(self) -> tuple[int, int]:
        """How many of the first returns of the last quarters came in time, and how many there are."""
        judged = [f for f in self.filings if f.days_late is not None]
        return sum((f.days_late or 0) <= 0 for f in judged), len(judged)

    @property
    def revisions(self) -> tuple[Revisions, ...]:
        """Revised indicators, those with the most revisions first."""
        codes = dict.fromkeys(r.indicator for r in self.revised)
        found = [_revisions(code, [r for r in self.revised if r.indicator == code]) for code in codes]
        return tuple(sorted(found, key=lambda f: -(f.up + f.down)))


def office(edition: Edition, code: str) -> Office:
    """The department with this code."""
    return edition.once(("office", code), lambda: _office(edition, code))


def _office(edition: Edition, code: str) -> Office:
    names = edition.names
    mine = [i for i in names.indicators.values() if i.department == code]
    readings: dict[str, list[board.Reading]] = {}
    for one in board.readings(edition.generation, [i.code for i in mine], (HOME,)):
        readings.setdefault(one.indicator, []).append(one)
    verdicts = [v for v in edition.verdicts(None) if v.area == HOME]
    headlines = [
        headline(one, readings.get(one.code, ()), [v for v in verdicts if v.indicator == one.code and _ahead(v.due_on)])
        for one in mine
    ]
    known = edition.once("periods", lambda: board.report_periods(edition.generation))
    periods = tuple(reversed(known[:PAST]))
    sent = board_returns.sent_by(edition.generation, code)
    return Office(
        code,
        tuple(h for h in headlines if h.reading or h.verdict),
        periods,
        filings(sent, periods),
        board.revised(edition.generation, code),
    )


def _ahead(due: date | None) -> bool:
    """Targets for 2030 and within the year; what ran out earlier is no task any more."""
    return due is not None and due.year == 2030


def filings(sent: Sequence[Return], periods: Sequence[Period]) -> tuple[Filing, ...]:
    """The first return for each form and period; later ones are corrections."""
    wanted = {p.code for p in periods}
    first: dict[tuple[str, str], Return] = {}
    for one in sent:
        if one.period in wanted and one.submitted_at is not None:
            key = (one.form, one.period)
            if key not in first or one.submitted_at < (first[key].submitted_at or one.submitted_at):
                first[key] = one
    return tuple(Filing(form, period, _days_late(one)) for (form, period), one in first.items())


def _days_late(sent: Return) -> int | None:
    if sent.due_on is None or sent.submitted_at is None:
        return None
    return (beijing_day(sent.submitted_at) - sent.due_on).days


def _revisions(code: str, found: Sequence[Revised]) -> Revisions:
    moved = [r for r in found if r.first is not None and r.latest is not None and r.first != r.latest]
    early = {_name(r): r.first for r in found}
    late = {_name(r): r.latest for r in found}
    sizes = [abs(r.latest - r.first) / abs(r.first) * 100 for r in moved if r.first and r.latest is not None]
    return Revisions(
        code,
        found[0].unit,
        sum(r.latest > r.first for r in moved if r.latest is not None and r.first is not None),
        sum(r.latest < r.first for r in moved if r.latest is not None and r.first is not None),
        max(found, key=_size),
        sum(sizes, Decimal(0)) / len(sizes) if sizes else None,
        revision_report(early, late, PAIR),
    )


def _size(one: Revised) -> Decimal:
    if one.first is None or one.latest is None or not one.first:
        return Decimal(0)
    return abs(one.latest - one.first) / abs(one.first)


def _name(one: Revised) -> str:
    """One name for each revised value, so that the pair is compared with itself."""
    return "|".join((one.area, one.period, one.nature, one.price_basis, one.scope))
