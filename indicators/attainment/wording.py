"""措辞: numbers, periods and spans as they are said in a sentence. Rounded here and nowhere else.

四舍五入 to the target's decimals with thousands separators; differences of percentages are 百分点.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import lru_cache

from indicators.attainment.case import Case
from indicators.attainment.series import Point
from indicators.attainment.thresholds import ARITHMETIC
from indicators.periods import Nature, Period
from indicators.targets import TargetKind

_SPOKEN = {"km²": "平方公里", "m²": "平方米", "hm²": "公顷", "t": "吨", "个百分点": "个百分点"}
_NUMERALS = "零一两三四五六七八九十"
_QUARTERS = {3: "一季度", 6: "上半年", 9: "前三季度", 12: ""}


def number(value: Decimal, decimals: int) -> str:
    """1,046.3 — rounded half up, without a negative zero; a small value keeps two more decimals rather than read 0."""
    places = max(decimals, 0)
    rounded = ARITHMETIC.quantize(value, _place(places))
    if not rounded and value:
        rounded = ARITHMETIC.quantize(value, _place(places + 2)) or rounded
    return f"{rounded:,f}" if rounded else f"{abs(rounded):,f}"


@lru_cache(maxsize=32)
def _place(places: int) -> Decimal:
    return Decimal(1).scaleb(-places)


def percent(share: Decimal) -> str:
    """A share as 91.0%."""
    return f"{number(share * 100, 1)}%"


def amount(case: Case, value: Decimal) -> str:
    """A level with its unit: 79.6平方公里, 3.4%."""
    return number(value, case.target.decimals) + unit(case)


def gap(case: Case, value: Decimal) -> str:
    """The size of a difference of levels with its unit; of percentages in 个百分点."""
    word = unit(case)
    return number(abs(value), case.target.decimals) + ("个百分点" if word == "%" else word)


def unit(case: Case) -> str:
    """The unit as it is said."""
    if case.target.kind in (TargetKind.GROWTH_AVERAGE, TargetKind.GROWTH_YEAR):
        return "%"
    word = case.target.unit or case.series.unit
    return _SPOKEN.get(word, word)


def period_of(point: Point) -> str:
    """What a value is about: 2025年, 2026年前三季度 (cumulative), 2026年三季度末 (stock), 2026年三季度 (single)."""
    year, month = point.period_end.year, point.period_end.month
    if point.nature is Nature.STOCK:
        return f"{year}年末" if month == 12 else f"{_label(point.period)}末"
    if point.nature is Nature.SINGLE and len(point.period) > 4:
        return _label(point.period)
    return f"{year}年{_QUARTERS.get(month, f'1—{month}月')}"


def until(point: Point) -> str:
    """Up to when a sum runs: 截至2026年三季度, 截至2025年底."""
    year, month = point.period_end.year, point.period_end.month
    if month == 12:
        return f"截至{year}年底"
    named = _QUARTERS.get(month)
    return f"截至{year}年{named[-3:] if named else f'{month}月'}"


@lru_cache(maxsize=1024)
def _label(code: str) -> str:
    return Period.parse(code).label


def due_year(due: date) -> str:
    """2030年 for a year end, otherwise the day."""
    return f"{due.year}年" if (due.month, due.day) == (12, 31) else f"{due.year}年{due.month}月{due.day}日"


def month_of(day: date) -> str:
    """2029年12月."""
    return f"{day.year}年{day.month}月"


def day_of(day: date) -> str:
    """2026年11月22日."""
    return f"{day.year}年{day.month}月{day.day}日"


@lru_cache(maxsize=64)
def recent(span: Decimal) -> str:
    """近五年 for a window of about five years."""
    whole = int(ARITHMETIC.quantize(span, Decimal(1)))
    return f"近{_NUMERALS[whole] if 0 < whole <= 10 else whole}年"


def compared(case: Case, value: Decimal, goal: Decimal, what: str) -> str:
    """比2030年目标1,500.0亿元低453.7亿元; 持平 where the difference is within the tolerance."""
    difference = value - goal
    if abs(difference) <= case.tolerance:
        return f"与{what}{amount(case, goal)}持平"
    return f"比{what}{amount(case, goal)}{'高' if difference > 0 else '低'}{gap(case, difference)}"


def trend(case: Case, per_year: Decimal) -> str:
    """年均增加12.3亿元 or 年均减少0.4个百分点."""
    if not per_year:
        return "没有变化"
    return f"年均{'减少' if per_year < 0 else '增加'}{gap(case, per_year)}"
