"""单元格格式: what a spreadsheet number format does to the number a person sees.

A format code is read for four things only: does it multiply by a hundred, does it show another number than the
stored one, does it show a date, and which unit does it print behind the number. It stands before `read_number` and
knows nothing of values; the reader of workbooks resolves built-in format ids to codes before it comes here.
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
_LITERAL = "\x00"


@dataclass(frozen=True, slots=True)
class CellFormat:
    """What a format code does: `percent` shows ×100, `rescaled` another number or none, `unit_text` is printed."""

    percent: bool = False
    rescaled: bool = False
    date: bool = False
    mixed: bool = False  # some sections show ×100 and some do not
    unit_text: str = ""


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
    return CellFormat(percent, rescaled, False, percent and len(percents) > 1, "%" if percent else unit_text)
