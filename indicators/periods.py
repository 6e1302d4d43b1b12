"""报告期: the calendar of returns. A Period is what a return is for; a nature says what a number in it covers.

`2026Q3` is a report period; a 累计 number of it runs from 1 January to 30 September, a 本季 number from 1 July, a 期末
number stands at 30 September. Nothing here knows of forms, databases or text found in cells (see `read_period`).
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import total_ordering

from indicators.errors import UsageError

_MONTHS = {"A": 12, "H": 6, "Q": 3, "M": 1}
_CODE = re.compile(r"([0-9]{4})(?:-?([HQM])([0-9]{1,2}))?\Z")
_QUARTERS = "一二三四"


class Nature(StrEnum):
    """What an observation's value covers."""

    SINGLE = "single"  # 本期: the period alone
    YTD = "ytd"  # 累计: from 1 January to the period's end
    STOCK = "stock"  # 期末: at the period's end
    ANNUAL = "annual"  # 全年: the whole year


@total_ordering
@dataclass(frozen=True, slots=True)
class Period:
    """A report period: `year`, `freq` (A year · H half · Q quarter · M month) and 1-based `index` within the year."""

    year: int
    freq: str
    index: int

    def __post_init__(self) -> None:
        if self.freq not in _MONTHS or not 1 <= self.index <= 12 // _MONTHS[self.freq] or not 1900 <= self.year <= 2200:
            raise UsageError(
                f"没有这样的报告期：{self.year}{self.freq}{self.index}。请写成 2026Q3、2021H1、2026M09 或 2014。"
            )

    @classmethod
    def parse(cls, code: str) -> Period:
        """Read a period code (`2026Q3`, `2026-Q3`, `2021H1`, `2026M09`, `2014`); UsageError for anything else."""
        found = _CODE.match(code.strip().upper())
        if not found:
            raise UsageError(f"看不懂报告期“{code}”。请写成 2026Q3、2021H1、2026M09 或 2014。")
        year, freq, index = found.groups()
        return cls(int(year), freq or "A", int(index or 1))

    @property
    def code(self) -> str:
        """The code used in files, URLs and tables: `2026Q3`, `2014`."""
        if self.freq == "A":
            return str(self.year)
        return f"{self.year}{self.freq}{self.index:02d}" if self.freq == "M" else f"{self.year}{self.freq}{self.index}"

    @property
    def start(self) -> date:
        """First day of the period alone."""
        return date(self.year, (self.index - 1) * _MONTHS[self.freq] + 1, 1)

    @property
    def end(self) -> date:
        """Last day of the period."""
        month = self.index * _MONTHS[self.freq]
        return date(self.year, month, calendar.monthrange(self.year, month)[1])

    @property
    def label(self) -> str:
        """Chinese name: 2026年三季度, 2021年上半年, 2014年."""
        if self.freq == "A":
            return f"{self.year}年"
        if self.freq == "H":
            return f"{self.year}年{'上下'[self.index - 1]}半年"
        return f"{self.year}年{_QUARTERS[self.index - 1]}季度" if self.freq == "Q" else f"{self.year}年{self.index}月"

    @property
    def ytd_label(self) -> str:
        """Chinese name of the cumulative span: 2026年前三季度, 2026年上半年, 2026年全年, 2026年1—8月."""
        months = self.index * _MONTHS[self.freq]
        named = {1: "1月", 3: "一季度", 6: "上半年", 9: "前三季度", 12: "全年"}
        return f"{self.year}年{named.get(months, f'1—{months}月')}"

    def span(self, nature: Nature) -> tuple[date, date]:
        """First and last day that a value of this nature covers; a stock starts and ends on the last day.

        An annual value covers the whole year also in a quarter's return (全年计划).
        """
        if nature is Nature.STOCK:
            return self.end, self.end
        if nature is Nature.ANNUAL:
            return date(self.year, 1, 1), date(self.year, 12, 31)
        if nature is Nature.YTD:
            return date(self.year, 1, 1), self.end
        return self.start, self.end

    def shift(self, steps: int) -> Period:
        """The period `steps` of its own frequency later (negative: earlier)."""
        per_year = 12 // _MONTHS[self.freq]
        ordinal = self.year * per_year + self.index - 1 + steps
        return Period(ordinal // per_year, self.freq, ordinal % per_year + 1)

    def same_last_year(self) -> Period:
        """上年同期, by the calendar."""
        return Period(self.year - 1, self.freq, self.index)

    def __lt__(self, other: Period) -> bool:
        return (self.end, self.start) < (other.end, other.start)

    def __str__(self) -> str:
        return self.code
