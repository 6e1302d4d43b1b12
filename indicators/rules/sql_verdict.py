"""The SELECT that judges all rules of one shape: the tree as SQL over the operands that `sql` has gathered.

A slot is a cell or a mere sum of cells, gathered by one aggregate however many they are. Rules that differ only in
cells and tolerances give the same text, so they are judged together.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from indicators.rules.arithmetic import DECIMALS, DIGITS, ZERO
from indicators.rules.binding import Check
from indicators.rules.errors import RuleError
from indicators.rules.evaluation import decisive
from indicators.rules.tree import (
    Arithmetic,
    Call,
    Claim,
    Comparison,
    Implication,
    Logical,
    Negative,
    Node,
    Not,
    Number,
    Reference,
    Span,
    Value,
    parts,
)

_TYPE = f"DECIMAL({DIGITS + DECIMALS},{DECIMALS})"
_SCALE = "1" + "0" * DECIMALS
_SIDES = ("left_value", "right_value", "diff", "tolerance")


def slots(node: Node) -> Iterator[tuple[Reference, ...]]:
    """The slots of a bound tree from left to right; their order is the `slot` number in the operands."""
    cells = _cells(node)
    if cells:
        yield cells
    else:
        for part in parts(node):
            yield from slots(part)


def verdict(check: Check) -> str:
    """The SELECT over `operand` and `ruled`; its `?` is the number of the shape. All applications have one shape."""
    claim, writer = check.applications[0].claim, _Writer()
    holds, final = writer.holds(claim, True), decisive(claim)
    sides = writer.sides[id(final)] if final else ("NULL",) * len(_SIDES)
    told = ", ".join(f"CASE WHEN usable THEN {side} END AS {name}" for side, name in zip(sides, _SIDES, strict=True))
    usable = " AND ".join(f"{name} IS NOT NULL" for name in writer.columns)
    return (
        "SELECT submission, rule, version, place, CASE WHEN NOT usable THEN 'not_evaluable' "
        f"WHEN {holds} THEN 'passed' ELSE 'failed' END AS state, {told}\n"
        f"FROM (SELECT *, {usable} AS usable FROM {writer.source()})"
    )


def _cells(node: Node) -> tuple[Reference, ...]:
    if isinstance(node, Reference):
        return (node,)
    if isinstance(node, Call) and node.name == "sum" and all(isinstance(a, Reference) for a in node.arguments):
        return tuple(a for a in node.arguments if isinstance(a, Reference))
    return ()


def _fixed(expression: str) -> str:
    return f"TRY_CAST(TRY({expression}) AS {_TYPE})"


def _number(value: Decimal) -> str:
    return f"CAST('{value:f}' AS {_TYPE})"


def _quotient(left: str, right: str) -> str:
    """Division of whole numbers, because `/` of DECIMAL is a floating-point one in DuckDB."""
    whole = f"CAST({left} * {_SCALE} AS HUGEINT) * {_SCALE} // CAST({right} * {_SCALE} AS HUGEINT)"
    return _fixed(f"CAST({whole} AS DECIMAL(38,0)) * 0.{'0' * (DECIMALS - 1)}1")


@dataclass(frozen=True, slots=True)
class _Term:
    """A number as SQL: its value, its error, and the level whose columns it may use."""

    value: str
    error: str
    level: int


@dataclass(slots=True)
class _Writer:
    """Collects the columns of one shape, level above level, so that no expression is written twice."""

    slots: int = 0
    levels: list[list[str]] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)  # none of them may be NULL
    sides: dict[int, tuple[str, str, str, str]] = field(default_factory=dict)

    def source(self) -> str:
        """The relation with all columns, starting from the slots side by side; a slot lacking a cell is NULL."""
        wide = "".join(
            f", CASE WHEN count(v) {here} = max(cells) {here} THEN TRY_CAST(sum(v) {here} AS {_TYPE}) END AS v{slot}"
            f", TRY_CAST(sum(e) {here} AS {_TYPE}) AS e{slot}"
            for slot, here in ((slot, f"FILTER (slot = {slot})") for slot in range(self.slots))
        )
        sql = (
            f"(SELECT submission, rule, application, place{wide} FROM operand WHERE shape = ? "
            f"GROUP BY submission, rule, application, place) JOIN ruled USING (rule)"
        )
        for level in self.levels:
            sql = f"(SELECT *, {', '.join(level)} FROM {sql})"
        return sql

    def holds(self, claim: Claim, lenient: bool) -> str:
        """A truth over the columns; only a `lenient` place has a tolerance."""
        match claim:
            case Comparison():
                return self._compared(claim, lenient)
            case Not(term):
                return f"(NOT {self.holds(term, False)})"
            case Implication(condition, consequence):
                return f"(NOT {self.holds(condition, False)} OR {self.holds(consequence, lenient)})"
            case Logical(operator, first, second):
                return f"({self.holds(first, lenient)} {operator.upper()} {self.holds(second, lenient)})"

    def _compared(self, comparison: Comparison, lenient: bool) -> str:
        left, right = self._value(comparison.left), self._value(comparison.right)
        level = max(left.level, right.level)
        diff, tolerance = self._column(_fixed(f"{left.value} - {right.value}"), level), "0"
        if lenient and comparison.operator not in "≠<>":
            relative = self._column(_fixed(f"CAST(tolerance_rel AS {_TYPE}) * abs({right.value})"), level)
            rounding = self._column(_fixed(f"{left.error} + {right.error}"), level)
            tolerance = f"greatest(CAST(tolerance_abs AS {_TYPE}), {relative}, {rounding})"
        self.sides[id(comparison)] = left.value, right.value, diff, tolerance
        return {
            "=": f"(abs({diff}) <= {tolerance})",
            "≤": f"({diff} <= {tolerance})",
            "≥": f"({diff} >= -{tolerance})",
            "<": f"({diff} < 0)",
            ">": f"({diff} > 0)",
            "≠": f"({diff} <> 0)",
        }[comparison.operator]

    def _value(self, tree: Value | Span) -> _Term:
        if _cells(tree):
            slot, self.slots = self.slots, self.slots + 1
            self.columns += [f"v{slot}", f"e{slot}"]
            return _Term(f"v{slot}", f"e{slot}", 0)
        match tree:
            case Number(value):
                return _Term(_number(value), _number(ZERO), 0)
            case Negative(term):
                inner = self._value(term)
                return _Term(f"(-{inner.value})", inner.error, inner.level)
            case Arithmetic(operator, left, right):
                return self._operation(operator, self._value(left), self._value(right))
            case Call(name, arguments):
                return self._called(name, [self._value(a) for a in arguments])
            case Reference() | Span():
                raise RuleError("关系式中的连续区间没有展开。没有生成 SQL；请先把关系与报表绑定。")

    def _operation(self, operator: str, a: _Term, b: _Term) -> _Term:
        level = max(a.level, b.level)
        if operator in "+-":
            made = self._column(_fixed(f"{a.value} {operator} {b.value}"), level)
            return _Term(made, self._column(_fixed(f"{a.error} + {b.error}"), level), level + 1)
        if operator == "*":
            made = self._column(_fixed(f"{a.value} * {b.value}"), level)
            error = f"{_fixed(f'abs({a.value}) * {b.error}')} + {_fixed(f'abs({b.value}) * {a.error}')}"
            return _Term(made, self._column(_fixed(error), level), level + 1)
        made = self._column(_quotient(a.value, b.value), level)
        above = self._column(_fixed(f"{a.error} + {_fixed(f'abs({made}) * {b.error}')}"), level + 1)
        return _Term(made, self._column(_quotient(above, f"abs({b.value})"), level + 2), level + 3)

    def _called(self, name: str, terms: list[_Term]) -> _Term:
        level = max(t.level for t in terms)
        if name == "sum":
            value, error = (" + ".join(side) for side in zip(*((t.value, t.error) for t in terms), strict=True))
            return _Term(self._column(_fixed(value), level), self._column(_fixed(error), level), level + 1)
        if name == "abs":
            return _Term(f"abs({terms[0].value})", terms[0].error, level)
        function = "least" if name == "min" else "greatest"
        value, error = ", ".join(t.value for t in terms), ", ".join(t.error for t in terms)
        return _Term(f"{function}({value})", f"greatest({error})", level)

    def _column(self, expression: str, level: int) -> str:
        """A new column over those of the levels below; its name."""
        name = f"n{len(self.columns)}"
        self.columns.append(name)
        while len(self.levels) <= level:
            self.levels.append([])
        self.levels[level].append(f"{expression} AS {name}")
        return name
