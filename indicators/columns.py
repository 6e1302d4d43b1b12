"""The observations of one return, field by field: hundreds of them share almost all of what they say.

A return is read, sent between processes and kept as columns; only what is asked for a single number makes observations
of them. Values are the very objects that went in, Decimals with their digits.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import MISSING, fields
from decimal import Decimal
from itertools import repeat
from operator import attrgetter, is_
from typing import Any, overload

from indicators.observations import Observation

Column = Sequence[Any]
NAMES = tuple(f.name for f in fields(Observation))
_VALUES = attrgetter(*NAMES)
_DEFAULTS: dict[str, Column] = {f.name: (f.default,) for f in fields(Observation) if f.default is not MISSING}
_NUMBERS = {Decimal, type(None)}
_BARE: Callable[[type[Observation]], Observation] = object.__new__
_SET = {name: getattr(Observation, name).__set__ for name in NAMES}


class Observations(Sequence[Observation]):
    """So many observations as `columns`, by field; a column of one value holds for all of them.

    They are made together when the first is asked for: the same objects as by the constructor, in a third of the time.
    """

    __slots__ = ("_count", "_made", "columns")

    def __init__(self, count: int, columns: Mapping[str, Column]) -> None:
        """A field that is not given has its default."""
        self._count, self._made = count, None  # type: int, tuple[Observation, ...] | None
        self.columns: Mapping[str, Column] = {n: columns[n] if n in columns else _DEFAULTS[n] for n in NAMES}

    @classmethod
    def of(cls, given: Sequence[Observation]) -> Observations:
        """The same observations, column by column."""
        if isinstance(given, Observations):
            return given
        columns = zip(*map(_VALUES, given), strict=True) if given else repeat((), len(NAMES))
        return cls(len(given), dict(zip(NAMES, columns, strict=True)))

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Observation]:
        return iter(self._all())

    @overload
    def __getitem__(self, at: int) -> Observation: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Observation]: ...
    def __getitem__(self, at: int | slice) -> Observation | Sequence[Observation]:
        return self._all()[at]

    def __eq__(self, other: object) -> bool:
        return tuple(self) == tuple(other) if isinstance(other, (Observations, tuple)) else NotImplemented

    __hash__ = None  # type: ignore[assignment]

    def __getstate__(self) -> tuple[int, dict[str, Column]]:
        return self._count, {name: written(column) for name, column in self.columns.items()}

    def __setstate__(self, state: tuple[int, dict[str, Column]]) -> None:
        self._count, self._made = state[0], None
        self.columns = {name: read_written(column) for name, column in state[1].items()}

    def _all(self) -> tuple[Observation, ...]:
        if self._made is None:
            self._made = tuple(map(_BARE, repeat(Observation, self._count)))
            for name, column in self.columns.items():
                deque(map(_SET[name], self._made, spread(column, self._count)), maxlen=0)
        return self._made


def written(column: Column) -> Column:
    """A column for the pickle: one object throughout as that object (1.0 and 1.00 are two), numbers as one text."""
    if len(column) < 2 or all(map(is_, column, repeat(column[0]))):
        return column[:1]
    if Decimal in (kinds := set(map(type, column))) and kinds <= _NUMBERS:
        return "\n".join("" if number is None else str(number) for number in column)
    return column


def read_written(column: Column) -> Column:
    """The column that was written."""
    if not isinstance(column, str):
        return column
    return [Decimal(text) if text else None for text in column.split("\n")]


def spread(column: Column, count: int) -> Iterable[Any]:
    """The value of each of so many."""
    return repeat(column[0], count) if len(column) == 1 else column
