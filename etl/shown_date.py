"""A day or a time of day as a spreadsheet program shows it: the serial number of a date through its format.

Belongs to `shown`. Chinese forms (2026年9月, 星期三, 上午) are drawn as a Chinese program draws them.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from indicators.cell_formats import pieces, sections

LAST_DAY = 2_900_000  # in 9999
_PART = re.compile(r"AM/PM|A/P|y+|e+|m+|d+|a+|h+|s+|\.0+", re.IGNORECASE)
_WEEKDAYS = "一二三四五六日"
Part = tuple[str, bool]


def shown_date(value: float, code: str, date1904: bool) -> str:
    """The text of a serial number (0 up to LAST_DAY) in a date format."""
    first = datetime(1904, 1, 1) if date1904 else datetime(1899, 12, 30 if value >= 60 else 31)
    moment = (first + timedelta(days=value, microseconds=500_000)).replace(microsecond=0)
    section = sections(code)[0].replace("上午/下午", "AM/PM")
    parts = _parts(section)
    noon = "/" in "".join(part for part, literal in parts if not literal)
    made, dated = "", [part.lower() for part, literal in parts if not literal]
    at = 0
    for part, literal in parts:
        if literal:
            made += part
            continue
        around = dated[at - 1 : at] + dated[at + 1 : at + 2] if at else ["", *dated[1:2]]
        minutes = part[0] in "mM" and len(part) < 3 and (around[0].strip("[]")[:1] == "h" or around[-1][:1] == "s")
        made += _shown(moment, part, minutes, noon, value)
        at += 1
    return made.strip()


def _parts(section: str) -> list[Part]:
    """Parts of a date section in order; True for literal text."""
    parts: list[Part] = []
    run = ""
    for quoted, escaped, bracket, _, exponent, plain in pieces(section):
        if (plain or exponent) and (plain or exponent).isascii():
            run += plain or exponent
            continue
        parts += _split(run)
        run = ""
        if re.fullmatch("[hHmMsS]+", bracket):
            parts.append((f"[{bracket}]", False))
        elif quoted or escaped or plain:
            parts.append((quoted or escaped or plain, True))
    return parts + _split(run)


def _split(run: str) -> list[Part]:
    parts: list[Part] = []
    at = 0
    for found in _PART.finditer(run):
        parts += [(run[at : found.start()], True), (found.group(), False)]
        at = found.end()
    return [part for part in (*parts, (run[at:], True)) if part[0]]


def _shown(moment: datetime, part: str, minutes: bool, noon: bool, value: float) -> str:
    """One part of a date: year, month or minute, day, hour, second."""
    low, wide = part.lower(), len(part) > 1
    if low[0] == "[":
        return str(int(value * {"h": 24, "m": 1440, "s": 86400}[low[1]]))
    if "/" in low:
        return "上午" if moment.hour < 12 else "下午"
    if low[0] == ".":
        return ""
    if low[0] in "ye":
        return f"{moment.year:04d}" if len(part) > 2 or low[0] == "e" else f"{moment.year % 100:02d}"
    if low[0] == "m" and not minutes and len(part) > 2:
        return f"{moment.month}月"
    if low[0] == "a" or (low[0] == "d" and len(part) > 2):
        day = _WEEKDAYS[moment.weekday()]
        return f"星期{day}" if len(part) > 3 else day
    hour = moment.hour % 12 or 12 if noon else moment.hour
    number = {"m": moment.minute if minutes else moment.month, "d": moment.day, "h": hour, "s": moment.second}[low[0]]
    return f"{number:02d}" if wide else str(number)
