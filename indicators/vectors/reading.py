"""How the inputs of a vector are read: JSON values into Decimals, years, directions and report periods.

Files were written by several hands: a number may be text, a missing one null, blank or NA, and one quantity may go by
several names. The first name found has the word. What cannot be read is a UsageError that says which input.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation

from indicators.errors import UsageError
from indicators.periods import Period

_MISSING = frozenset({"", ".", "-", "—", "…", "na", "n/a", "nan", "null", "none"})
_DIRECTIONS = {"1": 1, "-1": -1, "positive": 1, "negative": -1, "up": 1, "down": -1}
_MONTH = re.compile(r"(\d{4})-?(0[1-9]|1[0-2])(?:-\d{2})?\Z")


def number(value: object, name: str = "") -> Decimal | None:
    """A JSON value as a Decimal; None where it says that nothing is there."""
    if value is None or (isinstance(value, str) and value.strip().lower() in _MISSING):
        return None
    text = repr(value) if isinstance(value, float) else str(value).strip().rstrip("%").replace(",", "")
    try:
        found = Decimal(text)
    except InvalidOperation:
        raise UsageError(f"算例的输入“{name}”不是数：{value!r}。请改为数值，缺失写 null。") from None
    return found if found.is_finite() else None


def period(text: object) -> Period:
    """A period written as 2019Q1, 2019-Q1, 2019H1, 2019-03, 2019-03-01 or 2019; the month form is a month."""
    written = str(text).strip()
    month = _MONTH.match(written)
    if month and len(written) > 4:
        return Period(int(month.group(1)), "M", int(month.group(2)))
    return Period.parse(written)


def day(value: object) -> date:
    """An ISO date; UsageError for anything else."""
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise UsageError(f"算例的输入不是日期：{value!r}。请写成 2001-07-26。") from None


class Inputs:
    """The inputs of one vector, and `asked`: which results it wants, as key → sub-keys (or places of a list)."""

    def __init__(self, raw: Mapping[str, object], asked: Mapping[str, tuple[str, ...]] | None = None) -> None:
        self.raw = raw
        self.asked = asked or {}

    def get(self, *names: str) -> object:
        """The first of these inputs that is there and not null."""
        return next((self.raw[name] for name in names if self.raw.get(name) is not None), None)

    def number(self, *names: str) -> Decimal | None:
        """A number, or None."""
        return number(self.get(*names), names[0])

    def required(self, *names: str) -> Decimal:
        """A number that must be there."""
        found = self.number(*names)
        if found is None:
            raise UsageError(f"算例缺少输入“{names[0]}”，无法计算。请补上后重跑。")
        return found

    def year(self, *names: str) -> int | None:
        """A year (2015, 2015.0 or "2015"), or None."""
        found = self.number(*names)
        return None if found is None else int(found)

    def text(self, *names: str, default: str = "") -> str:
        """A word, in lower case."""
        found = self.get(*names)
        return default if found is None else str(found).strip().lower()

    def direction(self, default: int) -> int:
        """+1 or −1, also written positive/negative or up/down."""
        written = self.text("direction", default=str(default)).removesuffix(".0").removeprefix("+")
        if written not in _DIRECTIONS:
            raise UsageError(f"算例的输入“direction”看不懂：{written}。请写 1 或 -1。")
        return _DIRECTIONS[written]

    def numbers(self, *names: str) -> list[Decimal | None]:
        """A list of numbers; the values of a table also serve."""
        found = self.get(*names)
        if isinstance(found, Mapping):
            found = list(found.values())
        if not isinstance(found, Sequence) or isinstance(found, str):
            raise UsageError(f"算例缺少数列“{names[0]}”，无法计算。请补上后重跑。")
        return [number(value, names[0]) for value in found]

    def complete(self, *names: str) -> list[Decimal]:
        """A list of numbers none of which may be missing."""
        found = [value for value in self.numbers(*names) if value is not None]
        if len(found) != len(self.numbers(*names)):
            raise UsageError(f"算例的数列“{names[0]}”有缺失值，此方法不能计算。")
        return found

    def optional(self, *names: str) -> list[Decimal]:
        """A complete list of numbers, or an empty one where the input is not there."""
        return self.complete(*names) if self.get(*names) is not None else []

    def table(self, *names: str) -> dict[str, Decimal | None]:
        """Name → number; a list of pairs also serves, and a plain list is named by place."""
        found = self.get(*names)
        if isinstance(found, Mapping):
            return {str(key): number(value, str(key)) for key, value in found.items()}
        if not isinstance(found, Sequence) or isinstance(found, str):
            raise UsageError(f"算例缺少表“{names[0]}”，无法计算。请补上后重跑。")
        pairs = [pair if isinstance(pair, list | tuple) else (place, pair) for place, pair in enumerate(found)]
        return {str(key): number(value, str(key)) for key, value in pairs}

    def known(self, *names: str) -> dict[str, Decimal]:
        """A table without its missing values."""
        return {key: value for key, value in self.table(*names).items() if value is not None}

    def by_year(self, *names: str) -> dict[int, Decimal]:
        """Year → number, without missing values."""
        return {int(Decimal(key)): value for key, value in self.known(*names).items()}

    def by_period(self, *names: str) -> dict[Period, Decimal | None]:
        """Period → number."""
        return {period(key): value for key, value in self.table(*names).items()}
