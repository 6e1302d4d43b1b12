"""Bound rules as one set-based SQL statement for DuckDB: every rule of a form edition on every return at once.

`facts` is a long table of staged observations with the columns submission, department, form, edition, period,
indicator, area, measure, nature, price_basis, scope, canonical_value, half_unit and status; `history` is one of what is
known otherwise and needs all but submission, form and edition. One row comes back for each return, rule and
application: submission, rule, version, place, state, left_value, right_value, diff, tolerance. Codes travel as
parameters, never as text. Numbers are rounded exactly as in `arithmetic`: the verdict is the same to the last digit.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import chain

from indicators.observations import SeriesKey
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
    Not,
    Number,
    Reference,
    Span,
    Value,
    references,
)

_TYPE = f"DECIMAL({DIGITS + DECIMALS},{DECIMALS})"
_SCALE = "1" + "0" * DECIMALS
_KEY = ("indicator", "area", "measure", "nature", "price_basis", "scope")
_NAME = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*\Z")


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL with `?` and what belongs in their place, in order."""

    sql: str
    parameters: tuple[object, ...]


def compile_sql(
    checks: Sequence[Check],
    series: Mapping[tuple[str, str], SeriesKey],
    form: str,
    edition: str,
    facts: str = "staging",
    history: str = "history",
) -> Statement:
    """One statement for the expression rules among `checks`, all bound to this edition of this form.

    `series` says which series stands in which cell (row, column) of the form; its department is not looked at. Checks
    of a named kind are left out; with no rule to apply the statement gives no row.
    """
    for relation in (facts, history):
        if not _NAME.match(relation):
            raise RuleError(f"“{relation}”不是表名。没有生成 SQL；请给出形如 staging 的表名。")
    told = [check for check in checks if check.applications]
    wanted = _wanted(told, series)
    verdicts = [_verdict(check) for check in told]
    union = "\nUNION ALL\n".join(sql for sql, _ in verdicts) or _NOTHING
    sql = _FRAME.format(facts=facts, history=history, key=", ".join(_KEY), verdicts=union)
    return Statement(sql, (form, edition, *wanted, *chain.from_iterable(codes for _, codes in verdicts)))


_NOTHING = (
    "SELECT NULL AS submission, NULL AS rule, NULL AS version, NULL AS place, NULL AS state, NULL AS left_value, "
    "NULL AS right_value, NULL AS diff, NULL AS tolerance WHERE false"
)
_FRAME = """
WITH given AS (SELECT ? AS form, ? AS edition),
wanted AS (
  SELECT unnest(?) AS rule, unnest(?) AS application, unnest(?) AS place, unnest(?) AS k, unnest(?) AS "when",
    unnest(?) AS department, unnest(?) AS indicator, unnest(?) AS area, unnest(?) AS measure, unnest(?) AS nature,
    unnest(?) AS price_basis, unnest(?) AS scope
),
fact AS MATERIALIZED (SELECT f.* FROM {facts} f JOIN given USING (form, edition)),
coming AS (
  SELECT DISTINCT submission, department, period, CAST(period[1:4] AS INTEGER) AS year, period[5:5] AS freq,
    CAST(nullif(period[6:], '') AS INTEGER) AS number
  FROM fact
),
dated AS (
  SELECT *, (year - 1) || period[5:] AS last_year,
    CASE freq WHEN 'H' THEN '2' WHEN 'Q' THEN '4' WHEN 'M' THEN '12' ELSE '' END AS last_number,
    CASE WHEN number > 1
      THEN period[1:5] || right('0' || (number - 1), length(period) - 5) END AS within_year,
    coalesce(within_year, (year - 1) || freq || last_number) AS previous
  FROM coming
),
abroad AS (
  SELECT w.* EXCLUDE (department), d.submission,
    CASE WHEN w.department = '' THEN d.department ELSE w.department END AS department,
    CASE WHEN w."when" = '' THEN d.period WHEN w."when" = '上年同期' OR w.nature = 'annual' THEN d.last_year
      WHEN w.nature = 'ytd' THEN d.within_year ELSE d.previous END AS period
  FROM dated d CROSS JOIN wanted w WHERE w."when" <> 'here'
),
found AS (
  SELECT rule, application, place, k, submission, canonical_value, half_unit, status
  FROM wanted JOIN fact USING ({key}) WHERE "when" = 'here'
  UNION ALL
  SELECT rule, application, place, k, abroad.submission, canonical_value, half_unit, status
  FROM abroad JOIN {history} USING ({key}, department, period)
  UNION ALL
  SELECT DISTINCT rule, application, place, -1, submission, NULL, NULL, NULL FROM wanted CROSS JOIN coming
),
operand AS MATERIALIZED (
  SELECT rule, application, place, k, submission, half_unit AS e,
    CASE WHEN status = 'N' THEN 0 ELSE canonical_value END AS v
  FROM found
)
{verdicts}
"""


def _wanted(checks: Sequence[Check], series: Mapping[tuple[str, str], SeriesKey]) -> tuple[list[object], ...]:
    """The operands of all applications as one list for each column of `wanted`."""
    rows: list[tuple[object, ...]] = []
    for check in checks:
        for application, applied in enumerate(check.applications):
            for k, cell in enumerate(references(applied.claim)):
                key = series[cell.row, cell.column]
                named = (key.indicator, cell.area or key.area, key.measure, key.nature, key.price_basis, key.scope)
                when = cell.when if cell.outside else "here"
                rows.append((check.rule.code, application, applied.at, k, when, cell.department, *map(str, named)))
    return tuple([row[i] for row in rows] for i in range(6 + len(_KEY)))


def _verdict(check: Check) -> tuple[str, tuple[str, str, str]]:
    """The SELECT that judges one rule, and its parameters. All applications of a rule have the same shape."""
    claim, writer = check.applications[0].claim, _Writer(check.rule.tolerance_abs, check.rule.tolerance_rel)
    holds, final = writer.holds(claim, True), decisive(claim)
    sides = writer.sides[id(final)] if final else ("NULL",) * 4
    told = ", ".join(
        f"CASE WHEN usable THEN {side} END AS {name}"
        for side, name in zip(sides, ("left_value", "right_value", "diff", "tolerance"), strict=True)
    )
    usable = " AND ".join(f"{name} IS NOT NULL" for name in writer.columns)
    sql = (
        "SELECT submission, ? AS rule, ? AS version, place, CASE WHEN NOT usable THEN 'not_evaluable' "
        f"WHEN {holds} THEN 'passed' ELSE 'failed' END AS state, {told}\n"
        f"FROM (SELECT *, {usable or 'true'} AS usable FROM {writer.source()})"
    )
    return sql, (check.rule.code, check.rule.version, check.rule.code)


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
    """Collects the columns of one rule, level above level, so that no expression is written twice."""

    absolute: Decimal
    relative: Decimal
    operands: int = 0
    levels: list[list[str]] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)  # none of them may be NULL
    sides: dict[int, tuple[str, str, str, str]] = field(default_factory=dict)

    def source(self) -> str:
        """The relation with all columns, starting from the operands side by side; its `?` is the rule's code."""
        wide = "".join(f", max({c}) FILTER (k = {k}) AS {c}{k}" for k in range(self.operands) for c in "ve")
        sql = f"(SELECT submission, application, place{wide} FROM operand WHERE rule = ? GROUP BY ALL)"
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
            relative = self._column(_fixed(f"{_number(self.relative)} * abs({right.value})"), level)
            rounding = self._column(_fixed(f"{left.error} + {right.error}"), level)
            tolerance = f"greatest({_number(self.absolute)}, {relative}, {rounding})"
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
        match tree:
            case Number(value):
                return _Term(_number(value), _number(ZERO), 0)
            case Reference():
                k, self.operands = self.operands, self.operands + 1
                self.columns += [f"v{k}", f"e{k}"]
                return _Term(f"v{k}", f"e{k}", 0)
            case Negative(term):
                inner = self._value(term)
                return _Term(f"(-{inner.value})", inner.error, inner.level)
            case Arithmetic(operator, left, right):
                return self._operation(operator, self._value(left), self._value(right))
            case Call(name, arguments):
                return self._called(name, [self._value(a) for a in arguments])
            case Span():
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
