"""The frozen tree of a check rule, and the one way to print it. What the parser makes, everything else only reads.

`parse(text_of(tree)) == tree` holds for every tree within the grammar. Nodes know neither forms nor numbers in cells.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, NamedTuple

When = Literal["", "上期", "上年同期"]


@dataclass(frozen=True, slots=True)
class Number:
    """A literal, never negative; `60%` is 0.6."""

    value: Decimal


class Reference(NamedTuple):
    """One cell by its printed codes; an empty `row` or `column` is open and filled when the rule meets a form."""

    row: str
    column: str = ""
    when: When = ""
    department: str = ""
    area: str = ""

    @property
    def outside(self) -> bool:
        """True when the number is not in the return itself: another period, department or area."""
        return bool(self.when or self.department or self.area)


@dataclass(frozen=True, slots=True)
class Span:
    """`[02]..[09]`: the rows, or columns, of the form from the first to the last; only inside a function."""

    first: Reference
    last: Reference


@dataclass(frozen=True, slots=True)
class Negative:
    """`-term`."""

    term: Value


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """`left + right` and its kin."""

    operator: Literal["+", "-", "*", "/"]
    left: Value
    right: Value


@dataclass(frozen=True, slots=True)
class Call:
    """`sum(…)`, `min(…)`, `max(…)` of any number of arguments, `abs(…)` of one."""

    name: Literal["sum", "min", "max", "abs"]
    arguments: tuple[Value | Span, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """The only node that turns numbers into a truth."""

    operator: Literal["=", "≠", "<", "≤", ">", "≥"]
    left: Value
    right: Value


@dataclass(frozen=True, slots=True)
class Logical:
    """`left and right`, `left or right`."""

    operator: Literal["and", "or"]
    left: Claim
    right: Claim


@dataclass(frozen=True, slots=True)
class Not:
    """`not term`."""

    term: Claim


@dataclass(frozen=True, slots=True)
class Implication:
    """`if condition then claim`: holds wherever the condition does not."""

    condition: Claim
    claim: Claim


@dataclass(frozen=True, slots=True)
class Kind:
    """A named check that no expression can say, restricted to `indicators` when there are any."""

    name: str
    indicators: tuple[str, ...] = ()
    threshold: Decimal | None = None


Value = Number | Reference | Negative | Arithmetic | Call
Claim = Comparison | Logical | Not | Implication
Node = Value | Claim | Span

_BINDING = {"or": 1, "and": 2, "=": 4, "+": 5, "-": 5, "*": 6, "/": 6}
_NOT, _SIGN, _ATOM = 3, 7, 8


def parts(node: Node) -> tuple[Node, ...]:
    """The nodes directly below this one, from left to right."""
    match node:
        case Arithmetic(_, left, right) | Comparison(_, left, right) | Logical(_, left, right):
            return left, right
        case Span(first, last):
            return first, last
        case Implication(condition, claim):
            return condition, claim
        case Negative(term) | Not(term):
            return (term,)
        case Call(_, arguments):
            return arguments
        case _:
            return ()


def references(node: Node) -> Iterator[Reference]:
    """Every operand of the tree, from left to right, repeated ones repeatedly; the ends of a span stand for it."""
    if isinstance(node, Reference):
        yield node
    for part in parts(node):
        yield from references(part)


def text_of(node: Node | Kind) -> str:
    """The rule in its canonical spelling, with no bracket more than the grammar needs."""
    if isinstance(node, Kind):
        threshold = () if node.threshold is None else (f"{node.threshold:f}",)
        return f"{node.name}({', '.join((*node.indicators, *threshold))})"
    return _printed(node)[0]


def _printed(node: Node) -> tuple[str, int]:
    """The text and how tightly it binds."""
    match node:
        case Number(value):
            return f"{value:f}", _ATOM
        case Reference():
            return _reference(node), _ATOM
        case Span(first, last):
            return f"{_reference(first)}..{_reference(last)}", _ATOM
        case Call(name, arguments):
            return f"{name}({', '.join(_printed(a)[0] for a in arguments)})", _ATOM
        case Negative(term):
            return f"-{_within(term, _SIGN)}", _SIGN
        case Not(term):
            return f"not {_within(term, _NOT)}", _NOT
        case Implication(condition, claim):
            return f"if {_within(condition, 1)} then {_within(claim, 0)}", 0
        case Arithmetic(sign, left, right) | Logical(sign, left, right) | Comparison(sign, left, right):
            binds = _BINDING.get(sign, _BINDING["="])
            loose = binds + 1 if isinstance(node, Comparison) else binds
            return f"{_within(left, loose)} {sign} {_within(right, binds + 1)}", binds


def _within(node: Node, at_least: int) -> str:
    text, binds = _printed(node)
    return text if binds >= at_least else f"({text})"


def _reference(node: Reference) -> str:
    place = ".".join(f"{word}.{code}" for word, code in (("dept", node.department), ("area", node.area)) if code)
    cell = f"{node.row}:{node.column}" if node.column else node.row
    return f"{place}[{cell}]{'@' + node.when if node.when else ''}"
