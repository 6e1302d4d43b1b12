"""The named checks that no expression can say: their names, thresholds and the codes of their findings.

What each one looks for is in the grammar's docstring; the functions are in `kinds_alone` and `kinds_together`.
"""

from __future__ import annotations

from decimal import Decimal

DEFAULTS: dict[str, Decimal | None] = {
    "required": None,
    "range": None,
    "sign": None,
    "rate": None,
    "ytd_rises": None,
    "ytd_difference": None,
    "ytd_not_summed": None,
    "last_year": None,
    "jump": Decimal(50),
    "departments": None,
    "zones": None,
    "unchanged": None,
    "outlier": Decimal("3.5"),
    "roundness": Decimal(60),
}
CODES = {name: f"R4{number:02}" for number, name in enumerate(DEFAULTS, 2)}  # R401 is an expression
