"""单元格格式: what a spreadsheet number format does to the number a person sees.

A format code is read for five things only: does it multiply by a hundred, does it show another number than the
stored one, does it show its sign and its zero, does it show a date, and which unit does it print behind the number.
It stands before `read_number` and knows nothing of values; the reader of workbooks resolves built-in format ids to
codes before it comes here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

GENERAL = "General"

# Quoted text, escapes (zh-CN writes ! for \), width and fill characters, bracketed colours, conditions and locales.
_TOKEN = re.compile(
    r'"([^"]*)"?|[\\!](.)|[_*].|\[([^\]]*)\]|((?i:General)|Standard|G/通用格式)|([eE][+-])|(.)', re.DOTALL
)
_ELAPSED = re.compile(r"[hms]+\Z", re.IGNORECASE)
_DATE = re.compile(r"[ymdhse]", re.IGNORECASE)
_SCALE = re.compile(r"[0#?],+(?![0#?,])")
_SPLIT = re.compile(r"[0#?],*\x00[^0#?]*[0#?]")
_UNIT = re.compile(r"[一-鿿A-Za-z%‰°/²³·]+\Z")
_MINUS = re.compile(r"[-−－–—(（负降减亏▼▽↓]")
_RED = re.compile(r"(?i:red)|红|(?i:color)\s*3\Z")
_LITERAL = "\x00"


@dataclass(frozen=True, slots=True)
class CellFormat:
    """What a format code does: `percent` shows ×100, `rescaled` another number or none, `unit_text` is printed."""

    percent: bool = False
    rescaled: bool = False
    date: bool = False
    mixed: bool = False  # some sections show ×100 and some do not
    unit_text: str = ""
    minus_lost: bool = False  # a negative number is shown without a minus, a bracket or red
    minus_added: bool = False  # a positive number is shown with one
    zero: str = "0"  # how a zero is shown: as a number, by a mark such as “-”, or, "", not at all


def pieces(section: str) -> list[tuple[str, str, str, str, str, str]]:
    """The pieces of a section, each as quoted, escaped, bracketed, General, exponent or plain character."""
    return _TOKEN.findall(section)


def _section(code: str) -> tuple[str, str]:
    """The codes of one section with literals blanked out, and the literal text printed after the last digit."""
    codes, tail = "", ""
    for quoted, escaped, bracket, general, exponent, plain in pieces(code):
        if general:
            codes, tail = codes + "0", ""
        elif bracket:
            codes += "h" if _ELAPSED.match(bracket) else ""
        elif exponent or (plain and plain in "0#?.,"):
            codes, tail = codes + (plain or "0"), ""
        elif plain.isascii() and plain:
            codes += plain
        elif quoted or escaped or plain:
            codes, tail = codes + _LITERAL, tail + (quoted or escaped or plain)
    return codes, tail.strip()


def sections(code: str) -> list[str]:
    """The sections of a format code: for positive numbers, negative ones, zero, text."""
    parts = [""]
    for found in _TOKEN.finditer(code):
        if found.group() == ";":
            parts.append("")
        else:
            parts[-1] += found.group()
    return parts


@lru_cache(maxsize=2048)
def cell_format(code: str) -> CellFormat:
    """Read a number format code such as `0.0%`, `#,##0.00,`, `0!.0,"万"`; any text gives an answer, none an error."""
    numeric = [(c, t) for c, t in map(_section, sections(code)[:3]) if re.search("[0#?]", c) or _DATE.search(c)]
    if any(_DATE.search(c) for c, _ in numeric):
        return CellFormat(date=True)
    hidden = bool(code) and not re.search("[0#?@]", _section(sections(code)[0])[0])  # ;;; shows nothing at all
    rescaled = hidden or any(_SCALE.search(c) or _SPLIT.search(c) for c, _ in numeric)
    percents = {"%" in c for c, _ in numeric}
    units = {t for _, t in numeric if _UNIT.match(t)}
    percent = True in percents and not rescaled  # a % beside a scaling comma is a trick to show 万
    unit_text = "" if rescaled or len(units) != 1 else units.pop()
    mixed = percent and len(percents) > 1
    return CellFormat(percent, rescaled, False, mixed, "%" if percent else unit_text, *_signs(sections(code)[:3]))


def shows_month(code: str) -> bool:
    """True when a date format shows year and month. “1-6” typed for 1—6月 becomes a day shown as 1月6日, of this year;
    a format that shows the year alone hides which month the date is in.
    """
    codes = _section(sections(code)[0])[0].lower()
    return "m" in codes and bool(re.search("[ye]", codes))


def _signs(parts: list[str]) -> tuple[bool, bool, str]:
    """Whether a minus is lost, whether one is added, and how zero is shown; conditions ([>100]) are left alone."""
    if any(re.match("[<>=]", bracket) for part in parts for _, _, bracket, *_ in pieces(part)):
        return False, False, "0"
    second = parts[1] if len(parts) > 1 else ""
    lost = bool(re.search("[0#?]", _section(second)[0])) and not _minus_shown(second, red=True)
    codes, _ = _section(parts[2 if len(parts) > 2 else 0])
    zero = "0" if not parts[0] or re.search("[0@/]", codes) else re.sub("[#?,. ]", "", codes).replace(_LITERAL, "—")
    return lost, _minus_shown(parts[0], red=False), zero


def _minus_shown(section: str, red: bool) -> bool:
    """True when what stands before the digits says that the number is negative; 红字 says so too."""
    for quoted, escaped, bracket, general, _, plain in pieces(section):
        if general or (plain and plain in "0#?."):
            return False
        if _MINUS.search(quoted + escaped + plain) or (red and _RED.match(bracket)):
            return True
    return False
