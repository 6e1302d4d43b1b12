"""报告期的写法: the words in which a stretch of a year is written, as patterns, and the months that they name.

`period_text` decides with them; here is only the language: numerals of every kind, dashes of every kind, 累计, 末 and
当季 behind the months, words that need the return's own period, and forms that could mean two things.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from indicators.marks import cut_footnotes, drop_invisible, fold_width
from indicators.periods import Nature


@dataclass(frozen=True, slots=True)
class Months:
    """A stretch of a year by first and last month; `stock` is the end of the last; `doubt` says why it is unsure."""

    first: int
    last: int
    stock: bool = False
    doubt: str = ""


_NUMERALS = {c: n for n, c in enumerate("〇一二三四五六七八九十")} | {"零": 0, "○": 0, "◯": 0, "两": 2, "十一": 11}
_NUMERALS |= {"十二": 12, "I": 1, "II": 2, "III": 3, "IV": 4}
_FOLD: dict[int, str] = (
    {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0x2F00, 0x2FD6)}  # ⽉ out of a PDF is 月
    | {ord(wide): name for wide, name in zip("ⅠⅡⅢⅣⅰⅱⅲⅳ", ("I", "II", "III", "IV") * 2, strict=True)}
    | dict.fromkeys(map(ord, "‐‑‒–—―─━−﹣﹘~～〜∼至到"), "-")
)
_Q, _M = "(?:[1-4一二三四]|IV|I{1,3})", "(?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])"
_TAIL = rf"""(?:(?:
    (?P<half>[上下])半年度? | H(?P<half_no>[12]) | Q(?P<quarter_no>[1-4]) | M(?P<month_no>{_M})
  | 前(?P<quarters>{_Q}|两)个?季度? | 前(?P<months>{_M})个?月份?
  | (?:第?(?P<from_quarter>{_Q})(?:季度?)?-)?第?(?P<quarter>{_Q})季度?
  | (?:(?P<from_month>{_M})(?:月份?)?-)?(?P<month>{_M})月份?
  )(?:(?P<total>累计数?)|(?P<stock>[末底])|(?P<alone>[当单][季月期]数?))?
  | (?P<year_end>年?[末底]) | (?P<whole>全年)?)"""
_YEAR = "[0-9]{4}|[〇○◯零0-9一二三四五六七八九]{4}(?=年)"
TAILED = re.compile(_TAIL + r"\Z", re.VERBOSE)
DATED = re.compile(rf"(?P<year>{_YEAR})(?:年度?|-?(?=[QHM])|(?=[^-0-9年])|\Z)(?P<tail>.*)\Z", re.DOTALL)
EXPLICIT = re.compile(
    rf"(?<![0-9])(?<![0-9年月度末底]-)(?P<year>{_YEAR})(?:年度?|(?=[QH])){_TAIL}(?![0-9]|-[0-9])", re.VERBOSE
)
BESIDE_YEAR = re.compile(r"(?P<when>今年|本年|去年|上年|上一年)度?(?P<tail>.*)\Z", re.DOTALL)
BRACKETED = re.compile(r"\((累计数?|[当单][季月期]数?|[期季月年]?[末底])\)\Z")  # 2019年1—9月（累计）
UNTIL = re.compile(r"\A截止?-?(?=.*[末底]\Z)")  # 截至2019年9月末; fold has made 至 a dash
_SAME_YEAR_TWICE = re.compile(r"([0-9]{4}年)([^-]{1,5})-\1")

AMBIGUOUS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), why)
    for pattern, why in (
        (r"([0-9]{4}[.年])[0-9]{1,2}-(?:\1)?[0-9]{1,2}\Z", "不知是几月到几月、几季到几季，还是几月几日"),
        (
            r"[0-9]{4}[-./年][0-9]{1,2}[-./月][0-9]{1,2}[日号]?(?: ?[0-9:.]+)?\Z",
            "具体到日，不知是当月数还是当日的期末数",
        ),
        (r"(?:19|20)[0-9]{6}\Z", "具体到日，不知是当月数还是当日的期末数"),
        (r"[0-9]{4}[-./\\,，、 ][0-9一二三四]{1,2}(?:月份?|季度?)?\Z", "不知是月、是季还是累计"),
        (r"(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])\Z", "不知是当月还是累计"),
        (r"[2-5][0-9]{4}\Z", "像是日期的序号，但单元格格式不是日期"),
        (rf"(?:{_YEAR})年[0-9一二三四五六七八九十]{{1,2}}\Z", "没有写是月还是季"),
        (rf"(?:{_YEAR})年?累计数?\Z", "没有写累计到哪个月"),
        (r"['’‘]?[0-9〇○零一二三四五六七八九十]{2}年", "年份只有两位"),
    )
)

# Words that only the return's own period explains: steps back in its own frequency, years back, and the nature.
RELATIVE: tuple[tuple[re.Pattern[str], int, int, Nature | None], ...] = tuple(
    (re.compile(rf"(?:{words})\Z"), steps, years, nature)
    for words, steps, years, nature in (
        ("本期数?|本?报告期|当期数?", 0, 0, None),
        ("上期数?", -1, 0, None),
        ("(?:上年|去年)同期数?", 0, -1, None),
        ("[本当](?P<freq>[季月])度?", 0, 0, Nature.SINGLE),
        ("上(?P<freq>[季月])度?", -1, 0, Nature.SINGLE),
        ("(?:本年|今年|自?年初)?累计数?|1-本期|年初-(?:本|报告)期末", 0, 0, Nature.YTD),
        ("1-本(?P<freq>[季月])度?", 0, 0, Nature.YTD),
        ("(?:上年|去年)同期累计数?", 0, -1, Nature.YTD),
        ("(?:上年|去年)1-本(?P<freq>[季月])度?", 0, -1, Nature.YTD),
        ("(?:本|报告)?期末", 0, 0, Nature.STOCK),
        ("本?(?P<freq>[季月])[末底]", 0, 0, Nature.STOCK),
        ("(?:上年|去年)同期期?末", 0, -1, Nature.STOCK),
    )
)

_COUNTED = frozenset(
    ("half_no", "quarter_no", "month_no", "quarters", "months", "from_quarter", "quarter", "from_month", "month")
)


def fold(text: str) -> str:
    """The text in one spelling: no footnotes, half width, `-` for every dash and 至, spaces only between digits."""
    bare, _ = cut_footnotes(drop_invisible(text))
    folded = fold_width(bare).translate(_FOLD).upper()
    spaced = re.sub(r"(?<![0-9\s])\s+|\s+(?![0-9\s])", "", folded)  # “1 2月” is not 12月
    return _SAME_YEAR_TWICE.sub(r"\1\2-", spaced)


def number(text: str) -> int:
    """A matched year, month or quarter in any numerals."""
    if text.isascii() and text.isdigit():
        return int(text)
    return _NUMERALS[text] if text in _NUMERALS else int("".join(str(_NUMERALS.get(c, c)) for c in text))


def months_of(tail: re.Match[str]) -> Months | None:
    """The months that a matched tail names; None when they are no stretch of a year."""
    got = {name: number(part) for name, part in tail.groupdict().items() if part and name in _COUNTED}
    if tail["half"] or "half_no" in got:
        second = tail["half"] == "下" or got.get("half_no") == 2
        first, last = (7, 12) if second else (1, 6)
    elif "quarters" in got or "months" in got:
        first, last = 1, got.get("months") or 3 * got["quarters"]
    elif quarter := got.get("quarter") or got.get("quarter_no"):
        first, last = 3 * got.get("from_quarter", quarter) - 2, 3 * quarter
    elif month := got.get("month") or got.get("month_no"):
        first, last = got.get("from_month", month), month
    else:
        return Months(12 if tail["year_end"] else 1, 12, stock=bool(tail["year_end"]))
    if first > last:
        return None
    return _qualified(tail, got, first, last)


def _qualified(tail: re.Match[str], got: dict[str, int], first: int, last: int) -> Months:
    """Apply 累计, 末 and 当季 behind the months."""
    several = not got.keys().isdisjoint(("quarters", "months", "from_quarter", "from_month"))
    if tail["stock"]:
        return Months(last, last, True, "不知是期末数还是累计数" if several else "")
    if tail["alone"] and (several or tail["half"]):
        return Months(first, last, doubt="不知是当期还是累计")
    if tail["total"] and not several and first > 1:
        if first == last:
            return Months(1, last)  # 9月累计
        return Months(first, last, doubt="不知累计从年初起还是从本季、本半年起")
    return Months(first, last)
