"""读报告期: from a text such as 2019年前三季度, 1—6月 or 上年同期 to a period and what it covers.

It stands between header cells, titles and the identity of an observation. One stretch of time has one reading
(一季度 and 1—3月 are the same data), a text that could mean two is ambiguous, and a text without a year needs the
return's own period. It knows the calendar (`periods`) and nothing of forms or indicators.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from indicators.errors import UsageError
from indicators.period_grammar import (
    AMBIGUOUS,
    BESIDE_YEAR,
    BRACKETED,
    DATED,
    EXPLICIT,
    RELATIVE,
    TAILED,
    UNTIL,
    Months,
    fold,
    months_of,
    number,
)
from indicators.periods import Nature, Period


class PeriodStatus(StrEnum):
    """How a text about time was understood; only `value` has a period."""

    VALUE = "value"
    RELATIVE = "relative"  # needs the return's own period, which was not given
    AMBIGUOUS = "ambiguous"  # could be two periods: a person has to say
    ERROR = "error"

    @property
    def label(self) -> str:
        """The word used in tables and on pages."""
        return {"value": "确定", "relative": "相对", "ambiguous": "有歧义", "error": "错误"}[self.value]


@dataclass(frozen=True, slots=True)
class PeriodReading:
    """What a text says of time. `nature` is None where the text leaves it open (上年同期), and then so are the days.

    `start`..`end` are the first and last day covered; a stock starts and ends on its day.
    """

    status: PeriodStatus
    period: Period | None = None
    nature: Nature | None = None
    start: date | None = None
    end: date | None = None
    reason: str = ""
    raw: str = ""

    def fits(self, nature: Nature) -> bool:
        """True when a series of this nature holds the same data: 一季度 fits both single and ytd."""
        return self.period is not None and self.period.span(nature) == (self.start, self.end)


_WRITE = "请写成 2026年三季度、2026年1—9月、2026年9月末 或 2026年。"
_MAX_TEXT = 80
_MAX_TITLE = 400


def read_period(text: str | int | float | date | None, *, report_period: Period | None = None) -> PeriodReading:
    """The period that a header cell or a 报告期 cell names, never guessed; it raises nothing.

    `report_period` explains texts without a year (三季度, 上年同期, 累计); without it they are `relative`. Where two
    periods cover the same days (2026Q2 累计, 2026H1), the one of the return's own frequency is given, else the longest.
    """
    if isinstance(text, date):
        return _on_date(text, report_period)
    if isinstance(text, float) and text.is_integer():
        text = int(text)
    if isinstance(text, int) and abs(text) >= 10**_MAX_TEXT:
        text = float("inf")  # Python refuses to print integers beyond some thousand digits
    raw = "" if text is None else str(text)
    raw = raw if len(raw) <= _MAX_TEXT else raw[:_MAX_TEXT] + "…"
    folded = UNTIL.sub("", BRACKETED.sub(r"\1", fold(raw)), count=1)
    if not folded or len(raw) > _MAX_TEXT:
        return _error(raw, "没有写报告期。" if not folded else "文字太长，不作报告期读。")
    reading = _read(folded, report_period) or _error(raw, f"看不懂“{raw}”是哪个报告期。{_WRITE}")
    return replace(reading, raw=raw, reason=reading.reason.replace("{raw}", raw))


def periods_in(text: str, *, report_period: Period | None = None) -> tuple[PeriodReading, ...]:
    """Every distinct period that a title or header names with its full year, in order: 2016年一季度（元） names one.

    A text that names none, only relative ones or only ambiguous ones gives none; the caller decides what several mean.
    """
    found = []
    for match in EXPLICIT.finditer(fold(text[:_MAX_TITLE])):
        months = months_of(match)
        reading = _reading(number(match["year"]), months, report_period) if months else None
        if reading and reading.status is PeriodStatus.VALUE:
            found.append(replace(reading, raw=match.group()))
    return tuple({(r.period, r.nature): r for r in reversed(found)}.values())[::-1]


def _error(raw: str, reason: str) -> PeriodReading:
    return PeriodReading(PeriodStatus.ERROR, reason=reason, raw=raw)


def _doubt(why: str) -> PeriodReading:
    return PeriodReading(PeriodStatus.AMBIGUOUS, reason=f"“{{raw}}”有歧义：{why}。{_WRITE}")


def _on_date(day: date, report_period: Period | None) -> PeriodReading:
    raw = f"{day.year:04d}-{day.month:02d}-{day.day:02d}"
    reading = _reading(day.year, Months(day.month, day.month), report_period)
    note = f"单元格里是日期 {raw}，按月份读。" if reading.status is PeriodStatus.VALUE else reading.reason
    return replace(reading, reason=note.replace("{raw}", raw), raw=raw)


def _read(text: str, report_period: Period | None) -> PeriodReading | None:
    for pattern, why in AMBIGUOUS:
        if pattern.match(text):
            return _doubt(why)
    if dated := DATED.match(text):
        tail = TAILED.match(dated["tail"])
        months = months_of(tail) if tail else None
        if not months:
            return None
        year = number(dated["year"])
        if text.isdigit() and not 1949 <= year <= 2099:
            return _doubt("不知是年份还是年月")
        return _reading(year, months, report_period)
    for pattern, steps, years, nature in RELATIVE:
        if word := pattern.match(text):
            return _from_word(word, steps, years, nature, report_period)
    return _without_year(text, report_period)


def _nature(months: Months) -> Nature:
    if months.stock:
        return Nature.STOCK
    if months.first > 1 or months.last == 1:
        return Nature.SINGLE
    return Nature.ANNUAL if months.last == 12 else Nature.YTD


def _reading(year: int, months: Months, report_period: Period | None) -> PeriodReading:
    """The one reading of these months of that year."""
    if months.doubt:
        return _doubt(months.doubt)
    nature = _nature(months)
    lengths = {"A": 12, "H": 6, "Q": 3, "M": 1}
    own = report_period.freq if report_period and nature is not Nature.ANNUAL else ""
    for freq in own + "AHQM":
        if months.last % lengths[freq]:
            continue
        try:
            period = Period(year, freq, months.last // lengths[freq])
        except UsageError:
            return _error("", "“{raw}”的年份不在 1900—2200 年之间。请核对年份。")
        start, end = period.span(nature)
        if months.stock or (start.month, end.month) == (months.first, months.last):
            return PeriodReading(PeriodStatus.VALUE, period, nature, start, end)
    return _error("", f"“{{raw}}”不是报告期：它不是月、季、半年、全年，也不是从 1 月起的累计。{_WRITE}")


def _without_year(text: str, report_period: Period | None) -> PeriodReading | None:
    """Months without a year, or with 今年, 上年 for a year."""
    beside = BESIDE_YEAR.match(text)
    tail = TAILED.match(beside["tail"] if beside else text)
    months = months_of(tail) if tail else None
    if not months or text in "末底":
        return None
    if months.doubt:
        return _doubt(months.doubt)
    bare_year = bool(beside) and not beside["tail"]  # type: ignore[index]
    if report_period is None:
        return _needs_report_period(None if bare_year else _nature(months))
    if bare_year and report_period.freq != "A":
        return _doubt("不知是全年还是同期")
    back = beside is not None and beside["when"] in ("去年", "上年", "上一年")
    return _resolved(_reading(report_period.year - back, months, report_period), report_period)


def _from_word(
    word: re.Match[str], steps: int, years: int, nature: Nature | None, report_period: Period | None
) -> PeriodReading:
    if report_period is None:
        return _needs_report_period(nature)
    freq = {"季": "Q", "月": "M", None: report_period.freq}[word.groupdict().get("freq")]
    if freq != report_period.freq:
        return _doubt(f"报告期 {report_period.code} 不是按这个频率报送的")
    try:
        period = report_period.same_last_year() if years else report_period.shift(steps)
    except UsageError:
        return _error("", "“{raw}”所指的年份不在 1900—2200 年之间。请核对报告期。")
    if nature is None:
        return _resolved(PeriodReading(PeriodStatus.VALUE, period), report_period)
    first = 1 if nature is Nature.YTD else period.start.month
    months = Months(first, period.end.month, stock=nature is Nature.STOCK)
    return _resolved(_reading(period.year, months, report_period), report_period)


def _needs_report_period(nature: Nature | None) -> PeriodReading:
    return PeriodReading(PeriodStatus.RELATIVE, nature=nature, reason="“{raw}”要对照本表的报告期才能确定。请写明年份。")


def _resolved(reading: PeriodReading, report_period: Period) -> PeriodReading:
    if reading.status is not PeriodStatus.VALUE:
        return reading
    if reading.end and reading.end > report_period.end:
        return _doubt(f"本表报告期是 {report_period.code}，这一期还没有到，可能是上年的")
    return replace(reading, reason=f"“{{raw}}”按本表报告期 {report_period.code} 推定。")
