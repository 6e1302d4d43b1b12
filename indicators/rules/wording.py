"""What a rule says to the person who filled in the return: one Chinese sentence with names, numbers and tolerance.

Numbers are shown in the unit of the return where both sides of a rule have one; nothing is judged here.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal
from typing import NamedTuple

from indicators.observations import Observation
from indicators.rules.binding import Check
from indicators.rules.evaluation import RuleOutcome, decisive
from indicators.rules.facts import Facts
from indicators.rules.tree import (
    Arithmetic,
    Call,
    Claim,
    Comparison,
    Implication,
    Kind,
    Number,
    Reference,
    Value,
    parts,
    text_of,
)
from indicators.units import convert

_WIDE = Context(prec=80, rounding=ROUND_HALF_UP)
_BROKEN = {"=": "≠", "≠": "=", "<": "≥", "≤": ">", ">": "≤", "≥": "<"}
_WORDS = {
    **{" * ": " × ", " / ": " ÷ ", " - ": " − "},
    **{" and ": " 且 ", " or ": " 或 ", "not ": "非 ", "if ": "若 ", " then ": " 则 "},
}


class Scale(NamedTuple):
    """How numbers of a rule are shown: the unit of the return, the unit they are kept in, the decimals printed."""

    unit: str
    canonical_unit: str
    decimals: int

    def said(self, canonical: Decimal) -> str:
        """The number without its unit."""
        value = convert(canonical, self.canonical_unit, self.unit) if self.unit != self.canonical_unit else canonical
        return number(value, self.decimals)

    @property
    def difference(self) -> str:
        """The unit of a difference: two shares differ by 个百分点."""
        return "个百分点" if self.unit == "%" else self.unit


_BARE = Scale("", "", 0)


def scale_of(one: Observation) -> Scale:
    """The scale in which a cell was filled."""
    decimals = 2 if one.decimals is None else one.decimals
    return Scale(one.unit or one.canonical_unit, one.canonical_unit, decimals)


def number(value: Decimal, decimals: int) -> str:
    """The number with thousands separators, its printed decimals, and up to two more where it has them."""
    rounded = value.quantize(Decimal(1).scaleb(-decimals - 2), context=_WIDE)
    text = f"{rounded:,f}"
    spare = min(2, len(text) - len(text.rstrip("0")))
    return text[: len(text) - spare].rstrip(".")


def said(facts: Facts, one: Observation) -> str:
    """A cell with its number as sent: `[01]地区生产总值 1,046.3 亿元`."""
    scale = scale_of(one)
    shown = "…" if one.canonical_value is None else scale.said(one.canonical_value)
    return f"{facts.name(one)} {shown} {scale.unit}".rstrip()


def sentence(facts: Facts, check: Check, outcome: RuleOutcome) -> tuple[str, str, str]:
    """Why a rule failed, what was found and what was expected; the first ends without a full stop."""
    application = next(a for a in check.applications if a.at == outcome.at)
    final, written = decisive(application.claim), check.tree
    if isinstance(written, Kind) or final is None or outcome.left is None or outcome.right is None:
        numbers = "，".join(_operand(facts, cell, outcome) for cell in outcome.cells)
        return f"{_where(facts, check, outcome)}不满足“{_plain(written)}”：{numbers}", "", _plain(written)
    shape = decisive(written) or final
    scale = _common(facts, final)
    left = f"{_side(facts, shape.left, final.left)} {scale.said(outcome.left)}".strip()
    right = f"{_side(facts, shape.right, final.right)} {scale.said(outcome.right)}".strip()
    told = f"{_where(facts, check, outcome)}{_condition(written)}{left} {_BROKEN[final.operator]} {right}"
    gap = f"，相差 {scale.said(abs(outcome.diff or Decimal(0)))} {scale.difference}".rstrip()
    allowed = f"，超出容许误差 {scale.said(outcome.tolerance)} {scale.difference}".rstrip() if outcome.tolerance else ""
    return f"{told}{gap if outcome.diff else ''}{allowed}", left, f"{final.operator} {right}"


def lacking(facts: Facts, outcomes: list[RuleOutcome]) -> str:
    """Why a rule could not be judged; ends without a full stop."""
    cells = dict.fromkeys(_name(facts, cell) for outcome in outcomes for cell in outcome.lacking)
    if cells:
        shown = "、".join(list(cells)[:6]) + (f" 等 {len(cells)} 格" if len(cells) > 6 else "")
        return f"{shown}没有可用的数，无法判断"
    return f"{outcomes[0].reason}，无法判断"


def _where(facts: Facts, check: Check, outcome: RuleOutcome) -> str:
    if not outcome.at:
        return ""
    if any(cell.column == outcome.at for cell in outcome.cells):
        return f"第 {outcome.at} 栏："
    first = next((facts.cells.get((c.row, c.column)) for c in outcome.cells if not c.outside), None)
    return f"{facts.name(first).split('（')[0]}：" if first else f"第 {outcome.at} 行："


def _condition(claim: Claim) -> str:
    told = ""
    while isinstance(claim, Implication):
        told, claim = f"{told}在“{_plain(claim.condition)}”时，", claim.claim
    return told


def _side(facts: Facts, written: Value, bound: Value) -> str:
    """One side in words, without its number; "" for a literal, whose number says it all."""
    if isinstance(bound, Reference):
        return _name(facts, bound, column=isinstance(written, Reference) and bool(written.column))
    if not list(parts(bound)) or isinstance(bound, Number):
        return ""
    if isinstance(written, Call) and isinstance(bound, Call) and written.name == "abs":
        inner, cell = written.arguments[0], bound.arguments[0]
        if isinstance(inner, Reference) and isinstance(cell, Reference):
            return f"{_name(facts, cell, column=bool(inner.column))}的绝对值"
    if isinstance(written, Call) and written.name == "sum":
        return f"{_plain(written).removeprefix('sum(').removesuffix(')').replace(', ', '+')} 之和"
    if _only_plus(written):
        return f"{_plain(written).replace(' ', '')} 之和"
    return f"按“{_plain(written)}”计算的"


def _only_plus(written: Value) -> bool:
    if isinstance(written, Arithmetic):
        return written.operator == "+" and _only_plus(written.left) and _only_plus(written.right)
    return isinstance(written, Reference)


def _name(facts: Facts, cell: Reference, column: bool = True) -> str:
    one = facts.cells.get((cell.row, cell.column))
    name = facts.name(one) if one else f"[{cell.row}:{cell.column}]"
    whose = []
    if cell.department:
        known = facts.catalogue.departments.get(cell.department)
        whose.append(f"{known.short if known else cell.department}填报的")
    if cell.area:
        area = facts.catalogue.areas.get(cell.area)
        whose.append(f"{area.name if area else cell.area}的")
    return f"{''.join(whose)}{cell.when}{name if column else name.split('（第')[0]}"


def _operand(facts: Facts, cell: Reference, outcome: RuleOutcome) -> str:
    value = outcome.values[outcome.cells.index(cell)]
    one = facts.cells.get((cell.row, cell.column))
    scale = scale_of(one) if one else _BARE
    return f"{_name(facts, cell)} {'空' if value is None else scale.said(value)} {scale.unit}".rstrip()


def _plain(tree: Claim | Kind | Value) -> str:
    text = text_of(tree)
    for word, chinese in _WORDS.items():
        text = text.replace(word, chinese)
    return text


def _common(facts: Facts, comparison: Comparison) -> Scale:
    """The scale of both sides, or none where they are ratios or have different units."""
    found = [s for s in (_scale(facts, comparison.left), _scale(facts, comparison.right)) if s is not _PURE]
    if not found or found[0] is None or any(s is None or s[:2] != found[0][:2] for s in found):
        return Scale("", "", 2)
    return Scale(found[0].unit, found[0].canonical_unit, max(s.decimals for s in found if s))


_PURE = Scale("1", "1", 0)


def _scale(facts: Facts, tree: Value) -> Scale | None:
    """The scale of a side: of its only unit, `_PURE` for a mere number, None where there is no one unit."""
    if isinstance(tree, Number):
        return _PURE
    if isinstance(tree, Reference):
        one = facts.cells.get((tree.row, tree.column))
        return scale_of(one) if one else None
    below = [_scale(facts, part) for part in parts(tree)]  # type: ignore[arg-type]
    united = [s for s in below if s is not _PURE]
    if not united:
        return _PURE
    if isinstance(tree, Arithmetic) and tree.operator in "*/" and (len(united) > 1 or below[-1] is not _PURE):
        return united[0] if tree.operator == "*" and len(united) == 1 else None
    first = united[0]
    return first if first and all(s and s[:2] == first[:2] for s in united) else None
