"""增长速度: rates of change by exact calendar lag, their kinds kept apart, and average growth.

Rates are percent, differences of rates are percentage points (百分点). A gap gives None, never the previous row; a
base that is zero or negative gives the difference (增减量), not a rate. 累计同比 and 单季同比 are different kinds.
Comparable-price growth (可比价) cannot be rebuilt from current-price levels: feed levels of one price basis, and let
the published rate stand beside the computed one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from indicators.periods import Period

_MONTHS_OF = {"A": 12, "H": 6, "Q": 3, "M": 1}


class GrowthKind(StrEnum):
    """What a growth row is; the codes of the `growth` table."""

    SINGLE_QUARTER = "single_quarter"
    YOY_YTD = "yoy_ytd"
    YOY_SINGLE = "yoy_single"
    YOY_STOCK = "yoy_stock"
    YOY_ANNUAL = "yoy_annual"
    QOQ_SINGLE = "qoq_single"
    YOY_REPORTED = "yoy_reported"
    DIFFERENCE = "difference"

    @property
    def label(self) -> str:
        """The name shown to people."""
        return _LABELS[self.value]


_LABELS = {
    "single_quarter": "单季值",
    "yoy_ytd": "累计同比",
    "yoy_single": "单季同比",
    "yoy_stock": "期末同比",
    "yoy_annual": "全年同比",
    "qoq_single": "环比（未季调）",
    "yoy_reported": "填报同比",
    "difference": "增减量",
}


@dataclass(frozen=True, slots=True)
class Change:
    """A change against a base: the rate in percent, or `reason` why there is none; `difference` stands by itself."""

    rate: Decimal | None
    difference: Decimal | None
    reason: str = ""


def change(current: Decimal | None, base: Decimal | None) -> Change:
    """Change from `base` to `current`; reasons `missing`, `no_base`, `base_not_positive` (then only the difference)."""
    if current is None or base is None:
        return Change(None, None, "missing" if current is None else "no_base")
    if base <= 0:
        return Change(None, current - base, "base_not_positive")
    return Change(100 * current / base - 100, current - base)


def changes(series: Mapping[Period, Decimal | None], months: int) -> dict[Period, Change]:
    """Change of each period against the one exactly `months` earlier, in the order given.

    `months` that are no whole number of the period's own length (a month's lag for quarters) give `no_base`.
    """
    found = {}
    for period, value in series.items():
        steps, remainder = divmod(months, _MONTHS_OF[period.freq])
        found[period] = change(value, None if remainder else series.get(period.shift(-steps)))
    return found


def year_on_year(series: Mapping[Period, Decimal | None]) -> dict[Period, Change]:
    """同比 of each period of one series of one nature: cumulative levels give 累计同比, single ones 单季同比."""
    return changes(series, 12)


def growth_from_increase(current: Decimal, increase: Decimal) -> Change:
    """同比 from the current value and the increase the source prints: increase / (current − increase)."""
    return change(current, current - increase)


def growth_bounds(singles: Sequence[Decimal]) -> tuple[Decimal, Decimal]:
    """Least and greatest 单季同比, between which the 累计同比 of positive values must lie."""
    return min(singles), max(singles)


def average_growth(values: Mapping[int, Decimal], first_year: int, last_year: int) -> Decimal | None:
    """年均增长 of a named period, percent, by the yearbook's convention: "1996–2000" has base 1995 and five years.

    None where an end is missing or not positive, or the period holds no year.
    """
    base, end, years = values.get(first_year - 1), values.get(last_year), last_year - first_year + 1
    if base is None or end is None or base <= 0 or end <= 0 or years < 1:
        return None
    return 100 * (end / base) ** (Decimal(1) / years) - 100


def index_of(values: Mapping[int, Decimal], year: int, base_year: int) -> Decimal | None:
    """Value of `year` as percent of that of `base_year`; None where one is missing or the base not positive."""
    value, base = values.get(year), values.get(base_year)
    return None if value is None or base is None or base <= 0 else 100 * value / base


def point_difference(rate: Decimal, other: Decimal) -> Decimal:
    """增速差: rate minus the other, in percentage points; two rates are never divided."""
    return rate - other


def base_differs(stored: Decimal | None, reported: Decimal | None, tolerance: Decimal) -> bool:
    """True when the respondent's own 上年同期 is not our stored value: a revision or another 口径, to ask about."""
    return stored is not None and reported is not None and abs(stored - reported) > tolerance
