"""The run itself: from a file of vectors to one result each, and the agreement per method.

A vector that cannot be evaluated is reported with its reason and never stops the run; only a file that is no vector
file at all is an error.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from indicators.errors import UsageError
from indicators.vectors import estimates, published, series
from indicators.vectors.comparing import Difference, differences, lookup, plain, tolerance_for
from indicators.vectors.reading import Inputs, number

_METHODS = {**published.METHODS, **series.METHODS, **estimates.METHODS}
_PRINCIPAL = {**series.PRINCIPAL, **estimates.PRINCIPAL}
_BEYOND = {**published.BEYOND_INPUTS, **series.BEYOND_INPUTS}
_UNREADABLE = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


@dataclass(frozen=True, slots=True)
class VectorResult:
    """One vector: `agrees` True or False, None where nothing of it could be evaluated; `message` then says why.

    `got` holds the results asked for under the file's own names. `not_evaluated` lists published results that do not
    follow from the vector's inputs, each with the reason; they neither agree nor differ.
    """

    id: str
    method: str
    agrees: bool | None
    got: dict[str, object]
    expected: dict[str, object]
    differences: tuple[Difference, ...] = ()
    not_evaluated: tuple[str, ...] = ()
    message: str = ""

    @property
    def explanation(self) -> str:
        """Why the vector does not agree, in Chinese; empty when it does."""
        shown = (f"{d.key} 公布为 {d.expected}，算得 {d.got}" for d in self.differences)
        return self.message or "；".join(shown)


@dataclass(frozen=True, slots=True)
class MethodAgreement:
    """How the vectors of one method came out."""

    method: str
    vectors: int
    agreeing: int
    differing: int
    not_evaluated: int


def run_vectors(source: Path | str | Mapping[str, object]) -> list[VectorResult]:
    """Evaluate every vector of a file, in its order; UsageError where the file is not readable as vectors."""
    content = source if isinstance(source, Mapping) else _read(Path(source))
    vectors = content.get("vectors")
    if not isinstance(vectors, list):
        raise UsageError("算例文件里没有“vectors”列表，未运行任何算例。请核对文件格式（见 docs/methods.md）。")
    return [_run(vector if isinstance(vector, Mapping) else {}) for vector in vectors]


def agreement(results: Iterable[VectorResult]) -> list[MethodAgreement]:
    """Agreement per method, in the order the methods first appear."""
    by_method: dict[str, list[VectorResult]] = {}
    for result in results:
        by_method.setdefault(result.method, []).append(result)
    return [
        MethodAgreement(
            method,
            len(found),
            sum(r.agrees is True for r in found),
            sum(r.agrees is False for r in found),
            sum(r.agrees is None for r in found),
        )
        for method, found in by_method.items()
    ]


def _read(path: Path) -> Mapping[str, object]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    except OSError as error:
        raise UsageError(f"读不到算例文件 {path}：{error.strerror}。请核对路径。") from None
    except ValueError as error:
        raise UsageError(f"算例文件 {path} 不是 JSON：{error}。未运行任何算例。") from None
    if not isinstance(content, Mapping):
        raise UsageError(f"算例文件 {path} 的最外层不是对象，未运行任何算例。请核对文件格式。")
    return content


def _run(vector: Mapping[str, object]) -> VectorResult:
    name, method = str(vector.get("id", "")), str(vector.get("method", ""))
    wanted = _table(vector, "expected")
    evaluate = _METHODS.get(method)
    if evaluate is None:
        message = f"不支持方法“{method}”，此算例未评价。"
        return VectorResult(name, method, None, {}, wanted, message=message)
    derived = {key: value for key, value in _table(vector, "derived").items() if key not in wanted}
    asked = {key: _parts(value) for key, value in (derived | wanted).items()}
    try:
        results = evaluate(Inputs(_table(vector, "inputs"), asked))
        return _compare(name, method, results, wanted, derived, _tolerances(vector))
    except UsageError as error:
        message = f"算例“{name}”不能计算：{error}"
    except _UNREADABLE:
        message = f"算例“{name}”不能计算：输入的形状、范围或个数与方法要的不符。请对照 docs/methods.md 核对输入后重跑。"
    return VectorResult(name, method, False, {}, wanted, message=message)


def _compare(
    name: str,
    method: str,
    results: Mapping[str, object],
    wanted: Mapping[str, object],
    derived: Mapping[str, object],
    tolerances: Mapping[str, object],
) -> VectorResult:
    got: dict[str, object] = {}
    found: list[Difference] = []
    left_out: list[str] = []
    for key, value in (*wanted.items(), *derived.items()):
        own = _result_name(method, key, results, wanted)
        if own is None:
            reason = _BEYOND.get(method, {}).get(key, "来源自行推算，此方法不产生该项" if key in derived else "")
            if reason:
                left_out.append(f"{key}：{reason}")
            else:
                found.append(Difference(key, value, "此方法不产生该项"))
            continue
        got[key] = plain(results[own])
        tolerance = tolerance_for(key, [*wanted], tolerances) if key in wanted else _half_last_digit(value)
        found += differences(key, *_printed(method, value, results[own]), tolerance)
    agrees = None if not got and not found else not found
    message = "" if agrees is not None else "来源给出的结果都不能由输入推得，未评价。"
    return VectorResult(name, method, agrees, got, dict(wanted), tuple(found), tuple(left_out), message)


def _result_name(method: str, key: str, results: Mapping[str, object], wanted: Mapping[str, object]) -> str | None:
    """The result a file means by `key`; a method's only published result may go by any name."""
    own = lookup(key, results)
    if own is None and len(wanted) == 1 and key in wanted:
        return _PRINCIPAL.get(method)
    return own


def _printed(method: str, expected: object, got: object) -> tuple[object, object]:
    """Both sides without the leading places of a method whose source prints nothing there."""
    if method in series.UNPRINTED_LEAD and isinstance(expected, list) and isinstance(got, list):
        lead = next((place for place, value in enumerate(expected) if value is not None), len(expected))
        printed = expected[lead:]
        return printed, got[len(got) - len(printed) :]
    return expected, got


def _tolerances(vector: Mapping[str, object]) -> Mapping[str, object]:
    """Tolerances by result; one number alone is for all of them."""
    given = vector.get("tolerance")
    return {"": given} if isinstance(given, int | float | Decimal | str) else _table(vector, "tolerance")


def _half_last_digit(value: object) -> Decimal | None:
    """Tolerance of printed arithmetic: half a unit of the coarsest last digit among the numbers."""
    parts: Sequence[object] = list(value.values()) if isinstance(value, Mapping) else [value]
    digits = [n.as_tuple().exponent for part in parts if (n := number(part)) is not None]
    return Decimal(5).scaleb(max(int(d) for d in digits) - 1) if digits else None


def _table(vector: Mapping[str, object], key: str) -> dict[str, object]:
    found = vector.get(key)
    return {str(name): value for name, value in found.items()} if isinstance(found, Mapping) else {}


def _parts(value: object) -> tuple[str, ...]:
    if isinstance(value, Mapping):
        return tuple(str(name) for name in value)
    return tuple(str(place) for place in range(len(value))) if isinstance(value, list) else ()
