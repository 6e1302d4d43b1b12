"""The named checks that no expression can say: their names and thresholds.

What each one looks for is in the grammar's docstring; the numbers behind it are in `judgements`.
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
