"""What lies open on the desk: the current generation, and everything that was worked out from it, kept by its number.

`Desk` looks at the data folder on each request and changes to a new `Edition` when a new generation is current. An
edition never changes, so whatever is computed from it is computed once: names, readings, whole pages.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from sys import getsizeof
from typing import Any, TypeVar

from dashboard.view import HOME
from etl.derive import attainment_as_of
from etl.outlook import Outlook, outlooks
from etl.way import catalogue_of
from indicators.periods import Period
from warehouse import board, board_names, generations
from warehouse.board_rows import made
from warehouse.folder import DataFolder
from warehouse.generations import Generation

ROOM = 64 * 2**20  # bytes, estimated: what one process keeps of one generation
_SAMPLED = 12
_ALONE = {str, int, float, bool, bytes, type(None), Decimal, date}  # what has nothing in it: most of what is weighed
_ROWS = (list, tuple, set, frozenset)
_Made = TypeVar("_Made")


class Edition:
    """One generation with its small tables and a bounded store of what pages made of it."""

    def __init__(self, generation: Generation, folder: DataFolder) -> None:
        self.generation = generation
        self.number = generation.number
        self.folder = folder
        self._kept: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()
        self._held = 0
        self._lock = threading.Lock()

    def once(self, key: Hashable, make: Callable[[], _Made]) -> _Made:
        """What `make` returns, made once for this edition; the least used is forgotten when too much is kept."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key][0]  # type: ignore[no-any-return]
        fresh = make()
        heavy = weight(fresh)
        with self._lock:
            self._held += heavy - self._kept.pop(key, (None, 0))[1]
            self._kept[key] = (fresh, heavy)
            while self._held > ROOM and len(self._kept) > 1:
                self._held -= self._kept.popitem(last=False)[1][1]
        return fresh

    @cached_property
    def names(self) -> board_names.Names:
        """Names of everything."""
        return board_names.names(self.generation)

    @cached_property
    def simulated(self) -> bool:
        """True when simulated figures are in this generation."""
        return board.has_simulated(self.generation)

    @cached_property
    def board_indicators(self) -> tuple[str, ...]:
        """Indicators that the board is about: core groups, those with a target, those that support a goal."""
        names = self.names
        wanted = {code for code, one in names.indicators.items() if one.core_group}
        wanted |= {target.indicator for target in names.targets.values()}
        for goal in names.goals.values():
            wanted |= set((goal.indicators or "").split(",")) - {""}
        return tuple(code for code in names.indicators if code in wanted)

    @cached_property
    def parts(self) -> tuple[str, ...]:
        """Areas that make up the New Area."""
        return tuple(code for code, area in self.names.areas.items() if area.parent == HOME)

    @cached_property
    def board_departments(self) -> tuple[str, ...]:
        """Departments that answer for the board's indicators, in catalogue order."""
        held = {self.names.indicators[code].department for code in self.board_indicators}
        return tuple(code for code in self.names.departments if code in held)

    @cached_property
    def board_areas(self) -> tuple[str, ...]:
        """Areas with readings of the board's indicators, the New Area first."""
        found = board.areas_of(self.generation, self.board_indicators)
        return (HOME, *(code for code in self.names.areas if code in found and code != HOME))

    def readings(self, as_of: date | None, area: str = HOME) -> dict[str, tuple[board.Reading, ...]]:
        """Readings of the board's indicators for an area by indicator, as known on a day, oldest first."""
        return self.once(("readings", as_of, area), lambda: self._readings(as_of, area))

    def _readings(self, as_of: date | None, area: str) -> dict[str, tuple[board.Reading, ...]]:
        sorted_in: dict[str, list[board.Reading]] = {}
        for one in board.readings(self.generation, self.board_indicators, (area,), as_of):
            sorted_in.setdefault(one.indicator, []).append(one)
        return {code: tuple(found) for code, found in sorted_in.items()}

    def verdicts(self, as_of: date | None) -> tuple[board.Verdict, ...]:
        """Verdicts on all targets: the published ones, or those that the same rules give on what a day knew."""
        if as_of is None:
            return self.once("verdicts", lambda: board.verdicts(self.generation))
        return self.once(("verdicts", as_of), lambda: self._judged(as_of))

    def _judged(self, as_of: date) -> tuple[board.Verdict, ...]:
        rows = attainment_as_of(self.generation, catalogue_of(self.folder), as_of)
        return made(board.Verdict, rows)

    def outlooks(self, indicator: str, area: str, as_of: date | None) -> tuple[Outlook, ...]:
        """Where the series behind each target of an indicator is heading, as known on a day."""
        return self.once(
            ("outlooks", indicator, area, as_of),
            lambda: outlooks(self.generation, catalogue_of(self.folder), indicator, area, as_of),
        )

    def day_of(self, period: str) -> date | None:
        """The last day on which `period` was the newest period known; None for the newest of all."""
        known = self.once("first days", lambda: board.first_days(self.generation))
        later = [day for code, day in known.items() if Period.parse(code).end > Period.parse(period).end]
        return min(later) - timedelta(days=1) if later else None


def weight(value: Any) -> int:
    """About how many bytes an object holds with what is in it; of many alike only some are looked at."""
    if type(value) in _ALONE:
        return getsizeof(value)
    if isinstance(value, _ROWS):
        inside = list(value)
    elif isinstance(value, Mapping):
        inside = list(value.values())
    else:
        named = getattr(value, "__dict__", None) or dict.fromkeys(getattr(value, "__slots__", ()), 0)
        return getsizeof(value) + sum(weight(getattr(value, name, None)) for name in named)
    sample = inside[:: -(-len(inside) // _SAMPLED)] if inside else []
    return getsizeof(value) + (sum(map(weight, sample)) * len(inside) // len(sample) if sample else 0)


class Desk:
    """The current edition of one data folder, for all threads of a process."""

    def __init__(self, folder: DataFolder) -> None:
        self.folder = folder
        self._edition: Edition | None = None
        self._lock = threading.Lock()

    def edition(self) -> Edition:
        """The edition of the current generation; a new one as soon as one is published."""
        generation = generations.current(self.folder)
        edition = self._edition
        if edition is not None and edition.number == generation.number:
            return edition
        with self._lock:
            if self._edition is None or self._edition.number != generation.number:
                self._edition = Edition(generation, self.folder)
            return self._edition
