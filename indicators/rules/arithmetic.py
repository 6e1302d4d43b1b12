"""Fixed-point arithmetic of check rules: ten decimals, eighteen digits before the point, and what rounding may hide.

A Quantity carries beside its value how far rounding alone may have moved it; a sum of n rounded terms gathers n halves
of their last printed unit, a rate gathers what its parts allow. Rounding here is the same as in the compiled SQL, so
that both ways give the same verdict to the last digit. Nothing here knows cells or rules.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_DOWN, ROUND_HALF_UP, Context, Decimal, InvalidOperation
from typing import NamedTuple

DECIMALS = 10
DIGITS = 18
_STEP = Decimal(1).scaleb(-DECIMALS)
_NEAREST = Context(prec=80, rounding=ROUND_HALF_UP)
_KEPT = Context(prec=DIGITS + DECIMALS, rounding=ROUND_HALF_UP)  # refuses to make more digits than that
_TOWARDS_ZERO = Context(prec=80, rounding=ROUND_DOWN)
_TOO_LONG = "数值超过 18 位"
ZERO = Decimal(0)


class NotEvaluable(ArithmeticError):
    """No answer on these numbers; the text says why, in Chinese. Becomes a state of the rule, never reaches anybody."""


class Quantity(NamedTuple):
    """A number in the catalogue unit of its indicator and `error`, the half of its last printed unit (≥ 0).

    Both have at most ten decimals, as the warehouse keeps them; `rounded` makes such a one of any number.
    """

    value: Decimal
    error: Decimal = ZERO

    @classmethod
    def rounded(cls, value: Decimal, error: Decimal) -> Quantity | None:
        """The quantity as the warehouse would keep it, None for a number that it could not keep."""
        try:
            return cls(fixed(value), fixed(error) if error else ZERO)
        except NotEvaluable:
            return None


def fixed(number: Decimal) -> Decimal:
    """Rounded half up to ten decimals; NotEvaluable from 10^18 on."""
    try:
        return _KEPT.quantize(number, _STEP)
    except InvalidOperation as too_long:
        raise NotEvaluable(_TOO_LONG) from too_long


def product(left: Decimal, right: Decimal) -> Decimal:
    """left × right, rounded."""
    return fixed(_NEAREST.multiply(left, right))


def quotient(left: Decimal, right: Decimal) -> Decimal:
    """left ÷ right, cut after ten decimals; NotEvaluable for a divisor of zero."""
    if right == 0:
        raise NotEvaluable("除数为零")
    return fixed(_TOWARDS_ZERO.divide(left, right).quantize(_STEP, context=_TOWARDS_ZERO))


def add(terms: Sequence[Quantity]) -> Quantity:
    """The sum; errors add up."""
    return Quantity(fixed(sum([t.value for t in terms], ZERO)), fixed(sum([t.error for t in terms], ZERO)))


def subtract(left: Quantity, right: Quantity) -> Quantity:
    """left − right; errors add up."""
    return Quantity(fixed(left.value - right.value), fixed(left.error + right.error))


def multiply(left: Quantity, right: Quantity) -> Quantity:
    """left × right, with the first-order error."""
    error = product(abs(left.value), right.error) + product(abs(right.value), left.error)
    return Quantity(product(left.value, right.value), fixed(error))


def divide(left: Quantity, right: Quantity) -> Quantity:
    """left ÷ right, with the first-order error."""
    value = quotient(left.value, right.value)
    error = fixed(left.error + product(abs(value), right.error))
    return Quantity(value, quotient(error, abs(right.value)))


def tolerance(left: Quantity, right: Quantity, absolute: Decimal, relative: Decimal) -> Decimal:
    """What may lie between two numbers that ought to be equal: the largest of absolute, relative and rounding."""
    return max(fixed(absolute), product(relative, abs(right.value)), fixed(left.error + right.error))
