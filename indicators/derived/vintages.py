"""As-of picks: what was known of each period on a given day.

A row is known from its first day up to, and not including, the day it was replaced (closed–open). FRED and ALFRED print
closed–closed intervals; `from_realtime` turns one into ours.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Generic, TypeVar

PeriodKey = TypeVar("PeriodKey")


@dataclass(frozen=True, slots=True)
class VintageRow(Generic[PeriodKey]):
    """One value of one period and when it was known; `known_to` None: it still is."""

    period: PeriodKey
    value: Decimal | None
    known_from: date
    known_to: date | None = None

    def known_on(self, day: date) -> bool:
        """True when this row was the known one on `day`."""
        return self.known_from <= day and (self.known_to is None or day < self.known_to)


def as_of(rows: Iterable[VintageRow[PeriodKey]], day: date) -> dict[PeriodKey, Decimal | None]:
    """The values known on `day`, in the rows' order; where intervals overlap the row known from later has the word."""
    picked: dict[PeriodKey, VintageRow[PeriodKey]] = {}
    for row in rows:
        if row.known_on(day) and (row.period not in picked or picked[row.period].known_from <= row.known_from):
            picked[row.period] = row
    return {period: row.value for period, row in picked.items()}


def from_realtime(
    period: PeriodKey, value: Decimal | None, realtime_start: date, realtime_end: date
) -> VintageRow[PeriodKey]:
    """A row printed with a last day of validity (closed on both ends); 9999-12-31 means still valid."""
    open_end = None if realtime_end == date.max else realtime_end + timedelta(days=1)
    return VintageRow(period, value, realtime_start, open_end)
