"""A rule meets a form: open rows and columns are filled, spans laid out, and every cell it names is proved to exist.

Evaluation and SQL work on the result, one Application for each set of cells. Knows the form's layout and no number.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from indicators.catalogue.model import FormColumn, FormEdition, FormRow, Rule
from indicators.observations import Measure
from indicators.rules.arithmetic import ZERO, Quantity
from indicators.rules.errors import RuleError
from indicators.rules.parser import parse
from indicators.rules.tree import (
    Arithmetic,
    Call,
    Claim,
    Comparison,
    Implication,
    Kind,
    Logical,
    Negative,
    Not,
    Number,
    Reference,
    Span,
    Value,
    references,
)


@dataclass(frozen=True, slots=True)
class Application:
    """The rule on one set of cells; `at` is the code of the column or row it was applied to, if it was left open."""

    at: str
    claim: Claim
    cells: tuple[Reference, ...]  # each once, in the order of the text


@dataclass(frozen=True, slots=True)
class Check:
    """A rule bound to one edition of a form: its tree as written, and its applications unless it is a named kind."""

    rule: Rule
    tree: Claim | Kind
    applications: tuple[Application, ...] = ()


def bind(rule: Rule, edition: FormEdition) -> Check:
    """The rule on this edition; RuleError when it cannot be read or names what the edition has not."""
    tree, layout = parse(rule.expression, rule.code), _Layout(rule, edition)
    layout.prove_tolerance()
    return Check(rule, tree, () if isinstance(tree, Kind) else tuple(layout.applications(tree)))


def measure_of(row: FormRow, column: FormColumn) -> Measure:
    """What a cell measures, as its row or else its column says; 本期数 when neither does."""
    return row.measure or column.measure or Measure.LEVEL


class _Layout:
    """One rule on one edition, while it is being bound."""

    def __init__(self, rule: Rule, edition: FormEdition) -> None:
        self._rule, self._edition = rule, edition
        self._rows = {row.code: row for row in edition.rows}
        self._columns = {column.code: column for column in edition.columns}
        self._closed = frozenset(edition.closed_cells)

    def applications(self, tree: Claim) -> Iterator[Application]:
        """The rule once for every open column or row whose cells all exist."""
        named = tuple(references(tree))
        if not named:
            raise self._error("没有提到任何单元格。")
        open_column, open_row = any(not r.column for r in named), any(not r.row for r in named)
        if open_column and open_row:
            raise self._error("一处没有写列号，一处没有写行号；一条关系只能省略其中一种。")
        for reference in named:
            self._prove(reference)
        for at in self._open(named, open_column, open_row):
            claim = self._claim(tree, at)
            cells = tuple(dict.fromkeys(references(claim)))
            closed = [c for c in cells if f"{c.row}:{c.column}" in self._closed]
            if not closed:
                yield Application(at, claim, cells)
            elif not at:
                raise self._error(f"单元格 [{closed[0].row}:{closed[0].column}] 是不填的“×”格。")

    def prove_tolerance(self) -> None:
        """Tolerances are numbers that the arithmetic can hold."""
        for number in (self._rule.tolerance_abs, self._rule.tolerance_rel):
            kept = Quantity.rounded(number, ZERO)
            if number < 0 or kept is None or kept.value != number:
                raise self._error(f"容许误差 {number} 不是十位小数以内的非负数。")

    def _open(self, named: tuple[Reference, ...], open_column: bool, open_row: bool) -> Sequence[str]:
        if open_row:
            return [row.code for row in self._edition.rows if not row.heading]
        if not open_column:
            return [""]
        for column in self._rule.columns:
            self._prove(Reference("", column))
        if self._rule.columns:
            return self._rule.columns
        rows = [self._rows[r.row] for r in named if not r.column]
        return [
            column.code
            for column in self._edition.columns
            if all(measure_of(row, column) is not Measure.GROWTH_YOY for row in rows)
        ]

    def _prove(self, reference: Reference) -> None:
        if reference.column and reference.column not in self._columns:
            raise self._error(f"没有第 {reference.column} 列。")
        row = self._rows.get(reference.row)
        if reference.row and (row is None or row.heading):
            raise self._error(f"没有第 {reference.row} 行。" if row is None else f"第 {row.code} 行是标题，不填数。")

    def _claim(self, tree: Claim, at: str) -> Claim:
        match tree:
            case Comparison(operator, left, right):
                return Comparison(operator, self._value(left, at), self._value(right, at))
            case Logical(operator, first, second):
                return Logical(operator, self._claim(first, at), self._claim(second, at))
            case Not(term):
                return Not(self._claim(term, at))
            case Implication(condition, claim):
                return Implication(self._claim(condition, at), self._claim(claim, at))

    def _value(self, tree: Value, at: str) -> Value:
        match tree:
            case Number():
                return tree
            case Reference():
                return self._filled(tree, at)
            case Negative(term):
                return Negative(self._value(term, at))
            case Arithmetic(operator, left, right):
                both = self._value(left, at), self._value(right, at)
                terms = _terms(both[0]) + _terms(both[1])
                return Call("sum", terms) if operator == "+" and all(map(_terms, both)) else Arithmetic(operator, *both)
            case Call(name, arguments):
                laid_out: list[Value] = []
                for argument in arguments:
                    laid_out += self._span(argument, at) if isinstance(argument, Span) else [self._value(argument, at)]
                return Call(name, tuple(laid_out))

    def _filled(self, reference: Reference, at: str) -> Reference:
        return reference._replace(row=reference.row or at, column=reference.column or at)

    def _span(self, span: Span, at: str) -> list[Value]:
        first, last = self._filled(span.first, at), self._filled(span.last, at)
        if first._replace(row="", column="") != last._replace(row="", column=""):
            raise self._error("连续区间的首尾须属同一部门、地区和时期。")
        if first.column == last.column:
            rows = _between(self._edition.rows, first.row, last.row)
            kept = [r.code for r in rows if not r.heading and r.indent == self._rows[first.row].indent]
            found = [first._replace(row=row) for row in kept]
        elif first.row == last.row:
            found = [first._replace(column=c.code) for c in _between(self._edition.columns, first.column, last.column)]
        else:
            raise self._error("连续区间的首尾须在同一列或同一行。")
        if not found:
            raise self._error("连续区间的首格须在末格之前。")
        return list(found)

    def _error(self, what: str) -> RuleError:
        return RuleError(
            f"审核关系“{self._rule.code}”不能用于报表 {self._rule.form} 的 {self._edition.edition} 版：{what}"
            "该条关系没有启用；请对照报表改正它的 expression。"
        )


def _terms(tree: Value) -> tuple[Reference, ...]:
    """The cells of a mere sum of cells, or the one cell; () for anything else."""
    if isinstance(tree, Reference):
        return (tree,)
    if isinstance(tree, Call) and tree.name == "sum":
        cells = tuple(a for a in tree.arguments if isinstance(a, Reference))
        return cells if len(cells) == len(tree.arguments) else ()
    return ()


_Coded = TypeVar("_Coded", FormRow, FormColumn)


def _between(items: Sequence[_Coded], first: str, last: str) -> Sequence[_Coded]:
    codes = [item.code for item in items]
    return items[codes.index(first) : codes.index(last) + 1]
