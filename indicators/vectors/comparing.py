"""How a computed result is held against a published one: numbers within tolerance, text equal, shapes alike.

A tolerance is absolute and belongs to the result of its name. Files also shorten names (`index` for
`index_2007_pct_of`) and name groups (`ci`, `pp`): a tolerance that fits no result serves those that have none. Without
any, numbers agree to 1e−9 of their size.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from indicators.vectors.reading import number

_RELATIVE = Decimal("1e-9")
_SLACK = Decimal("1e-12")
_UNITS = frozenset({"pct", "pp", "percent", "value", "values"})


@dataclass(frozen=True, slots=True)
class Difference:
    """Where a result departs from the published one; `key` is a path such as `avg_growth_pct.1996-2000`."""

    key: str
    expected: object
    got: object
    tolerance: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Between:
    """A result known only within bounds: agrees with any value between them."""

    low: Decimal
    high: Decimal


@dataclass(frozen=True, slots=True)
class Statement:
    """A relation that the source states in words: agrees when it holds of the inputs."""

    holds: bool


class Whole(dict[str, object]):
    """A table that must have exactly the published entries, none more."""


def lookup(key: str, values: Mapping[str, object]) -> str | None:
    """The name under which `values` holds the result that the file calls `key`; None if it holds none.

    Units in a name do not matter (completion_pct, completion) as long as one name fits.
    """
    if key in values:
        return key
    alike = [name for name in values if _stem(name) == _stem(key)]
    return alike[0] if len(alike) == 1 else None


def tolerance_for(key: str, keys: Sequence[str], tolerances: Mapping[str, object]) -> Decimal | None:
    """The absolute tolerance of result `key` among the results `keys` of its vector; None: the default."""
    own = [name for name in tolerances if key == name or key.startswith(name)]
    if own:
        return number(tolerances[max(own, key=len)], key)
    spare = [name for name in tolerances if not any(other.startswith(name) for other in keys)]
    return min((t for name in spare if (t := number(tolerances[name], name)) is not None), default=None)


def differences(key: str, expected: object, got: object, tolerance: Decimal | None) -> list[Difference]:
    """Every place where `got` departs from `expected`, with its path; empty when they agree."""
    if isinstance(got, Statement):
        return [] if got.holds else [Difference(key, expected, "不成立")]
    if isinstance(expected, Mapping):
        return _table_differences(key, expected, got, tolerance)
    if isinstance(expected, Sequence) and not isinstance(expected, str):
        return _list_differences(key, expected, got, tolerance)
    return [] if _agree(expected, got, tolerance) else [Difference(key, expected, plain(got), tolerance)]


def plain(got: object) -> object:
    """A result as it is shown and written to JSON: numbers, text, lists and tables only."""
    if isinstance(got, Between):
        return f"介于 {got.low} 与 {got.high} 之间"
    if isinstance(got, Statement):
        return "成立" if got.holds else "不成立"
    if isinstance(got, Mapping):
        return {str(key): plain(value) for key, value in got.items()}
    return [plain(value) for value in got] if isinstance(got, list) else got


def _stem(name: str) -> str:
    return "_".join(word for word in name.lower().split("_") if word not in _UNITS)


def _table_differences(
    key: str, expected: Mapping[str, object], got: object, tolerance: Decimal | None
) -> list[Difference]:
    if isinstance(got, Between):
        got = dict.fromkeys(expected, got)
    if not isinstance(got, Mapping):
        return [Difference(key, expected, plain(got), tolerance)]
    found = []
    for name, value in expected.items():
        path = f"{key}.{name}"
        found += (
            differences(path, value, got[name], tolerance)
            if name in got
            else [Difference(path, value, None, tolerance)]
        )
    if isinstance(got, Whole):
        found += [Difference(f"{key}.{name}", None, plain(got[name])) for name in got if name not in expected]
    return found


def _list_differences(key: str, expected: Sequence[object], got: object, tolerance: Decimal | None) -> list[Difference]:
    if not isinstance(got, list) or len(got) != len(expected):
        return [Difference(key, list(expected), plain(got), tolerance)]
    found = []
    for place, (wanted, value) in enumerate(zip(expected, got, strict=True)):
        found += differences(f"{key}[{place}]", wanted, value, tolerance)
    return found


def _agree(expected: object, got: object, tolerance: Decimal | None) -> bool:
    if isinstance(got, Between):
        wanted = number(expected)
        allowed = tolerance or Decimal(0)
        return wanted is not None and got.low - allowed <= wanted <= got.high + allowed
    if expected is None or got is None or isinstance(got, str):
        return expected == got
    wanted, computed = number(expected), number(got)
    if wanted is None or computed is None:
        return wanted is computed
    allowed = _RELATIVE * abs(wanted) if tolerance is None else tolerance
    return abs(computed - wanted) <= allowed + _SLACK * max(Decimal(1), abs(wanted))
