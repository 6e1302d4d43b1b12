"""Time as the stores keep it: naive UTC to the microsecond, with days that begin and end in Beijing.

A day that somebody names (`--as-of 2021-08-01`, the day a bulletin came out) is a day in Changchun; a stored
moment is UTC. This module is the only place where one becomes the other.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone

BEIJING = timezone(timedelta(hours=8), "北京时间")


def utc_now() -> datetime:
    """This moment, naive UTC."""
    return datetime.now(UTC).replace(tzinfo=None)


def as_utc(moment: datetime) -> datetime:
    """The moment in naive UTC; a naive one is UTC already."""
    return moment if moment.tzinfo is None else moment.astimezone(UTC).replace(tzinfo=None)


def day_begins(day: date) -> datetime:
    """First moment (naive UTC) of a day in Beijing: what came out that day is recorded then."""
    return as_utc(datetime.combine(day, time.min, BEIJING))


def day_ends(day: date) -> datetime:
    """Last moment (naive UTC) of a day in Beijing: `as of` a day means at its end."""
    return as_utc(datetime.combine(day, time.max, BEIJING))


def beijing_day(moment: datetime) -> date:
    """The day in Beijing on which a stored moment falls."""
    return as_utc(moment).replace(tzinfo=UTC).astimezone(BEIJING).date()
