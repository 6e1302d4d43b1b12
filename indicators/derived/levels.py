"""Values of one nature of a series with the months in which their periods end: what growth looks bases up by.

A period code is placed once, whatever number of series uses it. Knows the calendar of report periods and no rates.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import NamedTuple

from indicators.periods import Period


class Levels(NamedTuple):
    """Values that are there, with the months (counted since year 0) in which their periods end."""

    codes: list[str]
    months: list[int]
    values: list[int]


def add(levels: Levels, code: str, month: int, value: int) -> None:
    """Put one more value at the end."""
    levels.codes.append(code)
    levels.months.append(month)
    levels.values.append(value)


def placed(values: Mapping[str, int]) -> Levels:
    """The values by period code, placed."""
    return Levels([*values], [MONTHS[code] for code in values], [*values.values()])


def joined(one: Levels, other: Levels) -> Levels:
    """The one and then the other."""
    return Levels(one.codes + other.codes, one.months + other.months, one.values + other.values)


def selected(levels: Levels, wanted: Callable[[str], bool]) -> Levels:
    """Those whose period code is wanted."""
    found = Levels([], [], [])
    for code, month, value in zip(*levels, strict=True):
        if wanted(code):
            add(found, code, month, value)
    return found


def known_only(levels: Levels, values: list[int | None]) -> Levels:
    """Other values at the same places, without the missing ones."""
    there = [at for at, value in enumerate(values) if value is not None]
    kept = [value for value in values if value is not None]
    return Levels([levels.codes[at] for at in there], [levels.months[at] for at in there], kept)


def of_length(levels: Levels, length: int) -> Levels:
    """Those of periods of one length in months."""
    return selected(levels, lambda code: LENGTHS[code] == length)


def lengths(levels: Levels) -> set[int]:
    """The lengths in months of the periods that occur."""
    return {LENGTHS[code] for code in levels.codes}


class _MonthsOf(dict[str, int]):
    """Period code → months since year 0 at its end; filled as codes come."""

    def __missing__(self, code: str) -> int:
        period = Period.parse(code)
        return self.setdefault(code, period.year * 12 + period.end.month)


class _LengthsOf(dict[str, int]):
    """Period code → how many months it covers alone."""

    def __missing__(self, code: str) -> int:
        period = Period.parse(code)
        return self.setdefault(code, period.end.month - period.start.month + 1)


class _EndsOf(dict[str, date]):
    """Period code → its last day."""

    def __missing__(self, code: str) -> date:
        return self.setdefault(code, Period.parse(code).end)


MONTHS, LENGTHS, _ENDS = _MonthsOf(), _LengthsOf(), _EndsOf()


def period_end(code: str) -> date:
    """The last day of a report period."""
    return _ENDS[code]


def month_end(month: int) -> date:
    """The last day of a month counted since year 0."""
    return Period((month - 1) // 12, "M", (month - 1) % 12 + 1).end
