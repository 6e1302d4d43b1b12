"""Texts as anchors: a title or header with its periods replaced by marks, so that it holds for next quarter's file too.

`2016年一季度分市州…收入` becomes `{本期}分市州…收入`, a column `2015年一季度（元）` becomes `{上年同期}(元)`, and one
of many columns `2019年` becomes `{各期}`. Texts are compared folded (width, spaces, dashes, footnote marks); nothing
else is forgiven. It knows periods; it knows no indicator and no sheet.
"""

from __future__ import annotations

from functools import lru_cache

from indicators.marks import cut_footnotes, drop_invisible, fold_width
from indicators.period_grammar import fold
from indicators.period_text import PeriodReading, PeriodStatus, periods_in, read_period
from indicators.periods import Period

OWN, LAST_YEAR, EACH = "{本期}", "{上年同期}", "{各期}"
MARKS = (OWN, LAST_YEAR, EACH)


@lru_cache(maxsize=8192)
def key(text: str) -> str:
    """A text as it is compared: footnote marks, spaces and header bars dropped, width and dashes folded."""
    return fold(text.replace("|", ""))


def shown(text: str) -> str:
    """A text as it is written into a mapping: on one line, half width, nothing invisible, no footnote marks."""
    bare, _ = cut_footnotes(drop_invisible(text))
    return "".join(fold_width(bare).split())


@lru_cache(maxsize=8192)
def readings(text: str, frequency: str) -> tuple[PeriodReading, ...]:
    """The periods that a text names with their year; a bare `2019` counts when it is all there is.

    `frequency` (A H Q M) decides between two names of the same days: 上半年 is 2016Q2 in a quarterly table.
    """
    asked = Period(2000, frequency, 1)
    found = periods_in(text.replace("|", ""), report_period=asked)
    if not found and key(text).isdigit():
        whole = read_period(key(text))
        found = (whole,) if whole.status is PeriodStatus.VALUE else ()
    return found


def anchor_of(text: str, own: Period | None, frequency: str) -> str:
    """The text with `own` and the same period of the year before replaced by their marks; other periods stay."""
    written = shown(text)
    for reading in sorted(readings(text, frequency), key=lambda r: -len(r.raw)):  # 2016年一季度 before 2016年
        if mark := _mark(reading, own):
            written = _replaced(written, reading.raw, mark)
    return written


def each_anchor(text: str, frequency: str) -> str:
    """The text with its one period replaced by `{各期}`; the text itself where it names none or several."""
    found = readings(text, frequency)
    return _replaced(shown(text), found[0].raw, EACH) if len(found) == 1 else shown(text)


def stands(anchor: str, text: str, own: Period | None, frequency: str) -> bool:
    """True when the text is what the anchor says, in a return for the period `own`."""
    return key(anchor) in (key(text), key(anchor_of(text, own, frequency)))


def period_at(anchor: str, text: str, frequency: str) -> PeriodReading | None:
    """The period that stands in the text where the anchor has `{本期}` or `{各期}`; None when the rest differs."""
    mark = next((m for m in (OWN, EACH) if m in anchor), None)
    if mark is None:
        return None
    for reading in readings(text, frequency):
        replaced = _replaced(shown(text), reading.raw, mark)
        if LAST_YEAR in anchor and reading.period:
            replaced = anchor_of(replaced, reading.period, frequency)
        if key(replaced) == key(anchor):
            return reading
    return None


def _mark(reading: PeriodReading, own: Period | None) -> str:
    if own is None:
        return ""
    return {own: OWN, own.same_last_year(): LAST_YEAR}.get(reading.period, "") if reading.period else ""


def _replaced(written: str, raw: str, mark: str) -> str:
    """`raw` is folded: where the text spells it with other dashes or over two levels, the whole text is folded too."""
    folded = "|".join(map(fold, written.split("|")))
    return next((text.replace(raw, mark) for text in (written, folded) if raw in text), key(written).replace(raw, mark))
