"""The hard balances of a form as formulas that a spreadsheet can colour by, so that the filler sees red before sending.

A mirror, not the check: only comparisons of cells of this return in one unit are mirrored, and the server checks
everything again. Called by `template_sheet`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import NamedTuple

from etl.check import in_force
from etl.plan import CellPlan, Plan
from indicators.catalogue.model import Rule
from indicators.findings import Severity
from indicators.periods import Period
from indicators.rules.binding import bind
from indicators.rules.tree import Arithmetic, Call, Comparison, Negative, Number, Reference, Value, references

_WRONG = {
    "=": "ABS(({left})-({right}))>{slack}",
    "≤": "({left})-({right})>{slack}",
    "≥": "({right})-({left})>{slack}",
    "<": "({left})>=({right})",
    ">": "({left})<=({right})",
    "≠": "({left})=({right})",
}
Address = Callable[[str], str]


class Mirror(NamedTuple):
    """A formula that is true where the rule is broken, and the cell (`row:column`) to colour."""

    key: str
    formula: str


def mirrors(plan: Plan, period: Period, address: Address) -> Iterator[Mirror]:
    """One mirror for each application of a hard rule that a spreadsheet can say; `address` gives the cell of a key."""
    cells = {cell.key: cell for cell in plan.cells}
    layout = plan.layout
    for rule in layout.catalogue.rules.values():
        if rule.severity is not Severity.HARD or rule.form != layout.form.code or not in_force(rule, period.code):
            continue
        for application in bind(rule, layout.edition).applications:
            claim = application.claim
            if isinstance(claim, Comparison) and (slack := _slack(rule, claim, cells)) is not None:
                yield _mirror(claim, slack, address)


def _slack(rule: Rule, claim: Comparison, cells: dict[str, CellPlan]) -> Decimal | None:
    """What rounding may do to the comparison; None where a spreadsheet cannot judge it."""
    named = list(references(claim))
    plans = [cells.get(f"{r.row}:{r.column}") for r in named]
    if any(r.outside for r in named) or rule.tolerance_abs or rule.tolerance_rel:
        return None
    known = [plan for plan in plans if plan]
    if len(known) < len(named) or len({plan.unit for plan in known}) != 1:
        return None
    return sum((Decimal(5).scaleb(-plan.decimals - 1) for plan in known), Decimal(0))


def _mirror(claim: Comparison, slack: Decimal, address: Address) -> Mirror:
    keys = dict.fromkeys(f"{r.row}:{r.column}" for r in references(claim))
    left, right = _formula(claim.left, address), _formula(claim.right, address)
    wrong = _WRONG[claim.operator].format(left=left, right=right, slack=slack)
    filled = f"COUNT({','.join(map(address, keys))})={len(keys)}"
    return Mirror(next(iter(keys)), f"=AND({filled},{wrong})")


def _formula(tree: Value, address: Address) -> str:
    match tree:
        case Number(value):
            return str(value)
        case Reference(row, column):
            return address(f"{row}:{column}")
        case Negative(term):
            return f"-({_formula(term, address)})"
        case Arithmetic(operator, left, right):
            return f"({_formula(left, address)}){operator}({_formula(right, address)})"
        case Call(name, arguments):
            inner = ",".join(_formula(argument, address) for argument in arguments if not hasattr(argument, "first"))
            return f"{name.upper()}({inner})"
