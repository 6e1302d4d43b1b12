"""A bound rule on the numbers of one return: passed, failed or not evaluable, with both sides of the comparison.

Numbers in the return come from `cells`, numbers of other periods, departments and areas from `elsewhere`; where those
come from is not known here. `compile_sql` says the same in SQL; a property test holds the two together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from indicators.findings import RuleState
from indicators.periods import Nature, Period
from indicators.rules import arithmetic
from indicators.rules.arithmetic import ZERO, NotEvaluable, Quantity
from indicators.rules.binding import Application, Check
from indicators.rules.tree import (
    Arithmetic,
    Call,
    Claim,
    Comparison,
    Implication,
    Logical,
    Negative,
    Not,
    Number,
    Reference,
    Span,
    Value,
    When,
)

_BLANK = "有操作数为空或不可用"
Cells = Mapping[tuple[str, str], Quantity | None]
Elsewhere = Callable[[Reference], Quantity | None]


class Sides(NamedTuple):
    """Both sides of a comparison, left − right, and what that may be; None without an answer."""

    left: Decimal | None = None
    right: Decimal | None = None
    diff: Decimal | None = None
    tolerance: Decimal | None = None


@dataclass(frozen=True, slots=True)
class RuleOutcome:
    """How a rule ended on one set of cells. The numbers are those of the comparison that the rule comes down to.

    `left`, `right`, `diff` and `tolerance` are None where there is no single one (and, or, not) or no answer;
    `values` are the operands in the order of `cells`, `lacking` the cells without a usable number.
    """

    rule: str
    version: str
    at: str
    state: RuleState
    left: Decimal | None
    right: Decimal | None
    diff: Decimal | None
    tolerance: Decimal | None
    cells: tuple[Reference, ...]
    values: tuple[Decimal | None, ...]
    reason: str = ""

    @property
    def lacking(self) -> tuple[Reference, ...]:
        """The operands that are blank, unreadable or unknown."""
        return tuple(c for c, v in zip(self.cells, self.values, strict=True) if v is None)


def evaluate(check: Check, cells: Cells, elsewhere: Elsewhere) -> list[RuleOutcome]:
    """One outcome for every application of the rule; a cell that `cells` lacks is blank."""
    return [_outcome(check, application, cells, elsewhere) for application in check.applications]


def period_of(when: When, nature: Nature, period: Period) -> Period | None:
    """The period that `@上期` or `@上年同期` means for a number of this nature; None where the year has none."""
    if not when:
        return period
    if when == "上年同期" or nature is Nature.ANNUAL:
        return period.same_last_year()
    return None if nature is Nature.YTD and period.index == 1 else period.shift(-1)


def decisive(claim: Claim) -> Comparison | None:
    """The one comparison that a claim comes down to, behind its conditions; None for and, or, not."""
    while isinstance(claim, Implication):
        claim = claim.claim
    return claim if isinstance(claim, Comparison) else None


def _outcome(check: Check, application: Application, cells: Cells, elsewhere: Elsewhere) -> RuleOutcome:
    found = {r: elsewhere(r) if r.outside else cells.get((r.row, r.column)) for r in application.cells}
    values = tuple(q.value if q else None for q in found.values())
    rule, final = check.rule, decisive(application.claim)
    sides = Sides()
    try:
        if None in values:
            raise NotEvaluable(_BLANK)
        reading = _Reading(found, rule.tolerance_abs, rule.tolerance_rel)
        state, reason = RuleState.PASSED if reading.holds(application.claim, True) else RuleState.FAILED, ""
        sides = reading.sides[id(final)] if final else sides
    except NotEvaluable as why:
        state, reason = RuleState.NOT_EVALUABLE, str(why)
    return RuleOutcome(rule.code, rule.version, application.at, state, *sides, application.cells, values, reason)


class _Reading:
    """The tree read with numbers in it. Nothing is skipped: `x / 0` anywhere leaves the rule without an answer."""

    def __init__(self, numbers: Mapping[Reference, Quantity | None], absolute: Decimal, relative: Decimal) -> None:
        self._numbers, self._absolute, self._relative = numbers, absolute, relative
        self.sides: dict[int, Sides] = {}  # of every comparison read so far, by its id

    def holds(self, claim: Claim, lenient: bool) -> bool:
        """Whether it holds; only a `lenient` place, what the rule asserts, has a tolerance."""
        match claim:
            case Comparison():
                return self._compared(claim, lenient)
            case Not(term):
                return not self.holds(term, False)
            case Implication(condition, consequence):
                applies, holds = self.holds(condition, False), self.holds(consequence, lenient)
                return holds or not applies
            case Logical(operator, first, second):
                both = self.holds(first, lenient), self.holds(second, lenient)
                return all(both) if operator == "and" else any(both)

    def _compared(self, comparison: Comparison, lenient: bool) -> bool:
        left, right = self._value(comparison.left), self._value(comparison.right)
        difference, tolerance = arithmetic.fixed(left.value - right.value), ZERO
        if lenient and comparison.operator not in "≠<>":
            tolerance = arithmetic.tolerance(left, right, self._absolute, self._relative)
        self.sides[id(comparison)] = Sides(left.value, right.value, difference, tolerance)
        match comparison.operator:
            case "=":
                return abs(difference) <= tolerance
            case "≤":
                return difference <= tolerance
            case "≥":
                return difference >= -tolerance
            case "<":
                return difference < 0
            case ">":
                return difference > 0
            case "≠":
                return difference != 0

    def _value(self, tree: Value | Span) -> Quantity:
        match tree:
            case Reference():
                number = self._numbers[tree]
                if number is None:
                    raise NotEvaluable(_BLANK)
                return number
            case Number(value):
                return Quantity(value)
            case Negative(term):
                inner = self._value(term)
                return Quantity(-inner.value, inner.error)
            case Arithmetic(operator, left, right):
                return _OPERATIONS[operator](self._value(left), self._value(right))
            case Call(name, arguments):
                return _called(name, [self._value(a) for a in arguments])
            case Span():
                raise NotEvaluable("区间没有展开")


_OPERATIONS: dict[str, Callable[[Quantity, Quantity], Quantity]] = {
    "+": lambda left, right: arithmetic.add((left, right)),
    "-": arithmetic.subtract,
    "*": arithmetic.multiply,
    "/": arithmetic.divide,
}


def _called(name: str, arguments: list[Quantity]) -> Quantity:
    if name == "sum":
        return arithmetic.add(arguments)
    if name == "abs":
        return Quantity(abs(arguments[0].value), arguments[0].error)
    chosen = (min if name == "min" else max)(a.value for a in arguments)
    return Quantity(chosen, max(a.error for a in arguments))
