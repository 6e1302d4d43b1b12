"""数据符号: the marks that stand in a cell instead of a number or beside it, and what they mean.

A mark's meaning belongs to the source it was printed in, so the table of marks is an argument of `read_number`;
`YEARBOOK_MARKS` is the usual one. Footnote marks are cut here, before any width folding, because NFKC turns 7.8①
into 7.81. Nothing here knows of numbers or units.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from indicators.observations import ObsStatus


class NumberStatus(StrEnum):
    """How a cell ended: only `value` has a number, and none of the others is ever 0."""

    VALUE = "value"
    BELOW_UNIT = "below_unit"  # … : less than the smallest unit shown; it is data
    NO_DATA = "no_data"  # — : there is no such item
    BLANK = "blank"
    CONFIRM = "confirm"  # more than one reading is possible: a person chooses
    ERROR = "error"  # the sender has to write it again

    @property
    def label(self) -> str:
        """The word used in tables and on pages."""
        return _LABELS[self.value]

    @property
    def obs_status(self) -> ObsStatus:
        """The SDMX status of an observation read so; without a template's word a blank is 未报."""
        return _OBS_STATUS[self.value]


_LABELS = {
    "value": "数值",
    "below_unit": "不足最小单位",
    "no_data": "无此项",
    "blank": "空白",
    "confirm": "待确认",
    "error": "错误",
}
_OBS_STATUS = {
    "value": ObsStatus.NORMAL,
    "below_unit": ObsStatus.NOT_SIGNIFICANT,
    "no_data": ObsStatus.CANNOT_EXIST,
    "blank": ObsStatus.MISSING,
    "confirm": ObsStatus.UNVALIDATED,
    "error": ObsStatus.MISSING,
}

# … (also typed as dots), then the dashes of every keyboard and font, then × as forms print it in closed cells.
YEARBOOK_MARKS: Mapping[str, NumberStatus] = MappingProxyType(
    dict.fromkeys(("…", "……", "⋯", "⋯⋯", "...", "......"), NumberStatus.BELOW_UNIT)
    | dict.fromkeys((d * n for d in "-‐‑‒–—―─━−－﹣﹘" for n in (1, 2)), NumberStatus.NO_DATA)
    | dict.fromkeys("×✕╳", NumberStatus.NO_DATA)
)

_FOOTNOTE = (
    r"(?:[\u2460-\u2487\u24ea-\u24f4\u24f5-\u24ff\u2776-\u2793\u3251-\u325f\u32b1-\u32bf]"  # ①⑴⓪⓫❶㉑㊱
    r"|[⁰¹²³⁴⁵⁶⁷⁸⁹⁽⁾]|[*＊※†‡]"
    r"|[\[［【〔(（]\s*注\s*[0-9０-９\u2460-\u2473]*\s*[\]］】〕)）]|[\[［【〔]\s*[0-9０-９]{1,2}\s*[\]］】〕])"
)
# Cut only where no digit can follow: at the end, or between a number and its unit; the ² of m² is no footnote.
_FOOTNOTES = re.compile(rf"(?<![mM米])(?:\s*[,，、]?{_FOOTNOTE})+(?=\s*(?:$|[%％‰一-鿿A-Za-z]))")
_ONE_FOOTNOTE = re.compile(_FOOTNOTE)


def cut_footnotes(text: str) -> tuple[str, tuple[str, ...]]:
    """Split `text` from the footnote marks in it: `7.8①*` gives `7.8` and (`①`, `*`)."""
    found: list[str] = []

    def take(match: re.Match[str]) -> str:
        found.extend(_ONE_FOOTNOTE.findall(match.group()))
        return ""

    return _FOOTNOTES.sub(take, text).strip(), tuple(found)


def drop_invisible(text: str) -> str:
    """The text without characters of category Cf (zero-width, direction marks), which nobody sees."""
    return text if text.isascii() else "".join(c for c in text if unicodedata.category(c) != "Cf")


_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}


def fold_width(text: str) -> str:
    """Full-width ASCII to ASCII and nothing else: unlike NFKC it leaves ½, ①, ㎡ and … as they are."""
    return text.translate(_WIDE)
