"""How numbers, periods, days and shares are said in Chinese on a page: one place, so that all pages say it alike.

Values come in as Decimal in the unit of the catalogue and leave as text; 万 and 亿 are scaled here because no chart
library knows them. Rounding is 四舍五入. What is missing is said, never shown as 0.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from indicators.periods import Nature, Period
from warehouse.moments import beijing_day

MISSING = "—"
_COUNTED = {"元", "人", "户", "家", "件", "个", "人次"}


def rounded(value: Decimal, decimals: int) -> Decimal:
    """`value` to so many decimals, half up, without a negative zero."""
    shown = value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    return abs(shown) if shown == 0 else shown


def number(value: Decimal | None, decimals: int = 1) -> str:
    """1,046.3 with a real minus sign; a dash for a missing value."""
    return MISSING if value is None else f"{rounded(value, decimals):,}".replace("-", "−")


def signed(value: Decimal | None, decimals: int = 1) -> str:
    """+6.2 or −3.1; zero has no sign."""
    if value is None:
        return MISSING
    text = number(value, decimals)
    return f"+{text}" if rounded(value, decimals) > 0 else text


def scaled(value: Decimal | None, unit: str, decimals: int) -> tuple[str, str]:
    """Number and unit for a headline: counted units from a million on in 万, 亿元 from ten thousand on in 万亿元."""
    if value is None:
        return MISSING, unit
    for prefix, floor, divisor in (("万", 10**6, 10**4),):
        if unit in _COUNTED and abs(value) >= floor:
            return number(value / divisor, 2), prefix + unit
    if unit.startswith("万") and unit[1:] in _COUNTED and abs(value) >= 10**4:
        return number(value / 10**4, 2), "亿" + unit[1:]
    if unit == "亿元" and abs(value) >= 10**4:
        return number(value / 10**4, 2), "万亿元"
    return number(value, decimals), unit


def quantity(value: Decimal | None, unit: str, decimals: int = 1) -> str:
    """A number with its unit: 811.1亿元, 4.36%, 61.2 km²."""
    gap = " " if unit[:1].isascii() and unit[:1].isalpha() else ""
    return f"{number(value, decimals)}{gap}{unit}"


def percent(share: Decimal | None, decimals: int = 0) -> str:
    """A fraction as percent text."""
    return MISSING if share is None else f"{number(share * 100, decimals)}%"


def span(period: str, nature: str) -> str:
    """What a value of this period covers, in words: 2026年前三季度累计, 2026年三季度末, 2023年."""
    parsed = Period.parse(period)
    if nature == Nature.YTD:
        label = parsed.ytd_label
        return label if label.endswith("全年") else f"{label}累计"
    if nature == Nature.STOCK:
        return f"{parsed.year}年末" if parsed.end.month == 12 else f"{parsed.label}末"
    return f"{parsed.year}年" if nature == Nature.ANNUAL else parsed.label


def judged_for(period: str, nature: str) -> str:
    """What a judged value stands for: 2025年 for a whole year or its end, else 2026年前三季度 or 2026年三季度末."""
    parsed = Period.parse(period)
    if parsed.end.month == 12:
        return f"{parsed.year}年"
    return parsed.ytd_label if nature == Nature.YTD else span(period, nature)


def up_to(period: str) -> str:
    """The stretch of the year that a page is about: 2026年前三季度."""
    return Period.parse(period).ytd_label


def day(value: date | datetime | None) -> str:
    """2026年10月18日; a stored moment is first turned into its day in Beijing."""
    if value is None:
        return MISSING
    shown = beijing_day(value) if isinstance(value, datetime) else value
    return f"{shown.year}年{shown.month}月{shown.day}日"


def listed(parts: list[str]) -> str:
    """甲、乙和丙."""
    return parts[0] if len(parts) == 1 else "、".join(parts[:-1]) + "和" + parts[-1] if parts else ""
