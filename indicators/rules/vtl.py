"""The check rules of a form as text in VTL 2.1 (Validation and Transformation Language, SDMX), for other offices.

One data point ruleset over a data set with one data point for each return: a measure `R01_C2` for each cell that a rule
names, and `E01_C2`, half of its last printed unit, where rounding plays a part. A rule left open stands once for each
column or row. Comparisons carry the tolerance of `arithmetic`, to its ten decimals; `and` and `or` are VTL's own, which
answer where one side is null and settles it. Text only; nothing here reads or runs VTL.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from indicators.catalogue.model import Rule
from indicators.rules.arithmetic import DECIMALS
from indicators.rules.binding import Application, Check
from indicators.rules.errors import RuleError
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
)

_SIGNS = {"≠": "<>", "≤": "<=", "≥": ">="}
_TIMES = {"": "", "上期": "_PREVIOUS", "上年同期": "_LAST_YEAR"}


def to_vtl(checks: Sequence[Check], name: str) -> str:
    """The rules of one form edition as a VTL script: the ruleset `name`, and a check of the data set `DS_name` by it.

    Named kinds have no counterpart among data point rules and are listed in comments.
    """
    ruleset, script = _word(name), _Script()
    rules = ";\n".join(script.rule(check.rule, applied) for check in checks for applied in check.applications)
    kinds = [check for check in checks if isinstance(check.tree, Kind)]
    lines = [
        f"/* 审核关系 {name}，由审核关系表生成的 VTL 2.1 文本。",
        "   R行_C列 是单元格的数值，以指标目录的计量单位为准；E行_C列 是它末位印出单位的一半。",
        "   后缀 _PREVIOUS 为上期，_LAST_YEAR 为上年同期；前缀 D_、A_ 为其他部门、其他地区。",
        "   操作数为空，比较结果为空（不可评）；and、or 按 VTL 的三值逻辑。 */",
        *(f"/* 没有对应的数据点规则：{check.rule.code} {check.rule.expression} */" for check in kinds),
    ]
    if rules:
        lines += [
            f"define datapoint ruleset {ruleset} (variable {', '.join(sorted(script.variables))}) is",
            rules,
            "end datapoint ruleset;",
            "",
            f"DS_{ruleset}_R <- check_datapoint(DS_{ruleset}, {ruleset} all);",
        ]
    return "\n".join(lines) + "\n"


def _word(text: str) -> str:
    """A regular VTL name."""
    word = re.sub(r"\W", "_", text, flags=re.ASCII)
    return word if word[:1].isalpha() else f"N{word}"


def _quoted(text: str) -> str:
    return '"' + text.replace('"', "'").replace("\n", " ") + '"'


@dataclass(frozen=True, slots=True)
class _Term:
    """A number as VTL: its value and how far rounding may have moved it."""

    value: str
    error: str


@dataclass(slots=True)
class _Script:
    """Writes rules and remembers the variables they need."""

    variables: set[str] = field(default_factory=set)

    def rule(self, rule: Rule, application: Application) -> str:
        """One rule on one set of cells."""
        claim, conditions = application.claim, list[str]()
        while isinstance(claim, Implication):
            conditions.append(self._claim(claim.condition, rule, False))
            claim = claim.claim
        when = f"when {' and '.join(conditions)} then " if conditions else ""
        name = _word(f"{rule.code}_{application.at}" if application.at else rule.code)
        code = _quoted(f"{rule.code} {rule.version} {rule.message}")
        told = f"{when}{self._claim(claim, rule, True)}"
        return f"  {name} : {told}\n    errorcode {code} errorlevel {_quoted(rule.severity.value)}"

    def _claim(self, claim: Claim, rule: Rule, lenient: bool) -> str:
        match claim:
            case Comparison():
                return self._compared(claim, rule, lenient)
            case Logical(operator, first, second):
                return f"({self._claim(first, rule, lenient)} {operator} {self._claim(second, rule, lenient)})"
            case Not(term):
                return f"(not {self._claim(term, rule, False)})"
            case Implication(condition, consequence):
                return f"(not {self._claim(condition, rule, False)} or {self._claim(consequence, rule, lenient)})"

    def _compared(self, comparison: Comparison, rule: Rule, lenient: bool) -> str:
        """The exact comparison, or within the largest of the three tolerances."""
        left, right, sign = self._value(comparison.left), self._value(comparison.right), comparison.operator
        exact = f"{left.value} {_SIGNS.get(sign, sign)} {right.value}"
        if not lenient or sign in "≠<>":
            return f"({exact})"
        gap = f"{left.value} - {right.value}" if sign != "≥" else f"{right.value} - {left.value}"
        gap = f"abs({gap})" if sign == "=" else gap
        relative = f"{_number(rule.tolerance_rel)} * abs({right.value})" if rule.tolerance_rel else "0"
        limits = {_sum(left.error, right.error): None, _number(rule.tolerance_abs): None, relative: None}
        allowed = [limit for limit in limits if limit != "0"] or ["0"]
        return f"({' or '.join(f'round({gap}, {DECIMALS}) <= round({limit}, {DECIMALS})' for limit in allowed)})"

    def _value(self, tree: Value | Span) -> _Term:
        match tree:
            case Number(value):
                return _Term(_number(value), "0")
            case Reference():
                return self._variable(tree)
            case Negative(term):
                inner = self._value(term)
                return _Term(f"(-{inner.value})", inner.error)
            case Arithmetic(operator, left, right):
                return _operation(operator, self._value(left), self._value(right))
            case Call(name, arguments):
                return _called(name, [self._value(a) for a in arguments])
            case Span():
                raise RuleError("关系式中的连续区间没有展开。没有生成 VTL；请先把关系与报表绑定。")

    def _variable(self, cell: Reference) -> _Term:
        where = f"{_word('D_' + cell.department) + '_' if cell.department else ''}"
        where += f"{_word('A_' + cell.area) + '_' if cell.area else ''}"
        place = re.sub(r"\W", "_", f"{cell.row}_C{cell.column}{_TIMES[cell.when]}", flags=re.ASCII)
        term = _Term(f"{where}R{place}", f"{where}E{place}")
        self.variables |= {term.value, term.error}
        return term


def _number(value: Decimal) -> str:
    return f"{value.normalize():f}"


def _sum(*terms: str) -> str:
    told = [term for term in terms if term != "0"]
    return f"({' + '.join(told)})" if len(told) > 1 else "".join(told) or "0"


def _product(value: str, error: str) -> str:
    return "0" if error == "0" else f"abs({value}) * {error}"


def _operation(operator: str, left: _Term, right: _Term) -> _Term:
    value = f"({left.value} {operator} {right.value})"
    if operator in "+-":
        return _Term(value, _sum(left.error, right.error))
    if operator == "*":
        return _Term(value, _sum(_product(left.value, right.error), _product(right.value, left.error)))
    above = _sum(left.error, _product(value, right.error))
    return _Term(value, "0" if above == "0" else f"({above} / abs({right.value}))")


def _called(name: str, terms: list[_Term]) -> _Term:
    if name == "sum":
        return _Term(_sum(*(t.value for t in terms)), _sum(*(t.error for t in terms)))
    if name == "abs":
        return _Term(f"abs({terms[0].value})", terms[0].error)
    errors = list(dict.fromkeys(t.error for t in terms if t.error != "0")) or ["0"]
    return _Term(_extreme([t.value for t in terms], "-" if name == "min" else "+"), _extreme(errors, "+"))


def _extreme(values: list[str], sign: str) -> str:
    """The largest (`+`) or smallest (`-`) without if, whose condition would swallow a null."""
    if len(values) == 1:
        return values[0]
    middle = len(values) // 2
    a, b = _extreme(values[:middle], sign), _extreme(values[middle:], sign)
    return f"(({a} + {b} {sign} abs({a} - {b})) / 2)"
