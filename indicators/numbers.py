"""读数: from what stands in a value cell to a number, a mark, or the reason why it is neither.

It stands between the reader of workbooks and the parser of returns, and never guesses: what could be two numbers is
`confirm`, what is none is `error`, and each automatic decision is noted beside the value. It knows cell formats,
marks and units; it knows nothing of forms, indicators or files.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import date
from decimal import Context, Decimal
from functools import lru_cache
from typing import NamedTuple

from indicators.cell_formats import GENERAL, CellFormat, cell_format
from indicators.marks import YEARBOOK_MARKS, NumberStatus, cut_footnotes, drop_invisible, fold_width
from indicators.number_causes import DATE_LIKE, NOTES, SENTENCES, diagnose
from indicators.observations import ObsStatus
from indicators.units import MAGNITUDES, find_unit

__all__ = ["NumberReading", "NumberStatus", "read_number"]

_LIMIT = 10**18  # a generation keeps 18 digits before the point
_DIGITS = 15  # significant digits that a spreadsheet keeps
_MAX_TEXT = 100
_EXACT = Context(prec=400)

_PLAIN = re.compile(r"-?(?:0|[1-9][0-9]{0,17})(?:\.[0-9]{1,20})?\Z")
_UP = "增长|增加|上升|提高|上涨|提升|增"
_DOWN = "负增长|下降|降低|减少|下跌|回落|下滑|降|减"
_NUMBER = re.compile(
    rf"(?P<word>(?:同比|[比较](?:上年|去年)(?:同期)?)?(?:(?P<down>{_DOWN})|(?P<up>{_UP}))了?)?\s*"
    r"(?P<sign>[-+‐‑‒–—―─−﹣](?=[0-9.]))?"
    r"(?P<whole>[0-9]{1,3}(?:(?P<comma>[, \u00a0\u2007\u2009\u202f])[0-9]{3}(?:(?P=comma)[0-9]{3})*)?(?![0-9])|[0-9]+)?"
    r"(?P<fraction>\.[0-9]+)?\s*(?P<unit>.*)\Z",
    re.DOTALL,
)
_BRACKETS = re.compile(r"\(([0-9][0-9,]*(?:\.[0-9]+)?)\)\Z")
_SAME_AS_BEFORE = re.compile(r"(?:同比|与(?:上年|去年)(?:同期)?)?持平\Z")


class NumberReading(NamedTuple):
    """One cell as understood. `value` is there exactly when `status` is `value`; percentages are in percent.

    `unit_text` is the unit written in the cell itself, to be compared with the column's; `sign_word` the word that
    gave the sign (growth, not a level). `candidates` of a `confirm` are the numbers it may mean, the one that stands
    in the cell first. `cause` and `notes` are codes of `number_causes`; `reason` puts them into Chinese sentences.
    A named tuple, because a million of them are made in one load and a frozen dataclass costs four times as much.
    """

    status: NumberStatus
    value: Decimal | None = None
    raw: str = ""
    unit_text: str = ""
    footnotes: tuple[str, ...] = ()
    sign_word: str = ""
    candidates: tuple[Decimal, ...] = ()
    cause: str = ""
    notes: tuple[str, ...] = ()

    @property
    def reason(self) -> str:
        """Why there is no value, or what was decided on the way to it; empty for a plain number."""
        if not self.cause:
            return "".join(NOTES[note] for note in self.notes)
        first, second = (f"{c:f}" for c in (*self.candidates, Decimal(0), Decimal(0))[:2])
        raw = self.raw if len(self.raw) <= 40 else self.raw[:40] + "…"
        return SENTENCES[self.cause].format(
            raw=raw, unit=self.unit_text, length=len(self.raw), first=first, second=second
        )

    @property
    def obs_status(self) -> ObsStatus:
        """The SDMX status that goes with this reading."""
        return self.status.obs_status


_BLANK = NumberReading(NumberStatus.BLANK)


def read_number(
    raw: object,
    *,
    number_format: str = GENERAL,
    percent_column: bool = False,
    marks: Mapping[str, NumberStatus] = YEARBOOK_MARKS,
) -> NumberReading:
    """Read one value cell: text, int, float, Decimal, bool, date or None, as a workbook reader hands it over.

    `number_format` is the cell's format code (numeric cells only), `percent_column` says that the column's unit is %,
    `marks` what … and — mean in this source. Never raises, whatever stands in the cell.
    """
    kind = type(raw)
    if kind is float or kind is int:
        return _read_numeric(raw, number_format, percent_column)  # type: ignore[arg-type]
    if isinstance(raw, str):
        if not percent_column and _PLAIN.match(raw):
            return NumberReading(NumberStatus.VALUE, _positive_zero(Decimal(raw)), raw)
        return _read_text(raw, percent_column, marks)
    if raw is None:
        return _BLANK
    if isinstance(raw, bool):
        return _failed("boolean", str(raw).upper())
    if isinstance(raw, (int, float, Decimal)):
        return _read_numeric(raw, number_format, percent_column)
    return _failed("date" if isinstance(raw, date) else "other_type", str(raw))


def _positive_zero(value: Decimal) -> Decimal:
    return value if value else value.copy_abs()


def _failed(cause: str, raw: str, unit: str = "", footnotes: tuple[str, ...] = ()) -> NumberReading:
    return NumberReading(NumberStatus.ERROR, None, raw, unit, footnotes, cause=cause)


def _confirm(cause: str, raw: str, candidates: tuple[Decimal, ...], unit: str = "") -> NumberReading:
    return NumberReading(NumberStatus.CONFIRM, None, raw, unit, candidates=candidates, cause=cause)


def _read_numeric(raw: int | float | Decimal, number_format: str, percent_column: bool) -> NumberReading:
    if not (math.isfinite(raw) if isinstance(raw, float) else isinstance(raw, int) or raw.is_finite()):
        return _failed("not_finite", str(raw))
    if not -_LIMIT < raw < _LIMIT:
        return _failed("too_large", f"{Decimal(raw):.6E}")
    text = str(raw)
    value = Decimal(text)
    notes: tuple[str, ...] = ()
    if len(text) > _DIGITS or "e" in text:
        value, notes = _plain_digits(raw, value)
    elif not percent_column and _as_stored(number_format):
        return NumberReading(NumberStatus.VALUE, value or value.copy_abs(), text)  # most cells of a return
    if number_format == GENERAL and not percent_column:
        return NumberReading(NumberStatus.VALUE, _positive_zero(value), text, notes=notes)
    shape = cell_format(number_format)
    if shape.date:
        return _failed("date", text)
    if shape.mixed:
        return _confirm("percent_mixed", text, (value, _percent(value)))
    if shape.percent:
        value, notes = _percent(value), (*notes, "percent_format")
    if shape.rescaled:
        notes = (*notes, "rescaled_format")
    elif (shape.minus_lost and value < 0) or (shape.minus_added and value > 0):
        notes = (*notes, "sign_format")
    elif not value and shape.zero != "0":
        notes = (*notes, "zero_as_mark" if shape.zero else "zero_unseen")
    return _finish(value, text, shape.unit_text, percent_column, text + shape.unit_text, notes)


@lru_cache(maxsize=2048)
def _as_stored(number_format: str) -> bool:
    """Whether the format shows any number as the very number that is stored, its sign and its zero with it."""
    return cell_format(number_format) == CellFormat()


def _plain_digits(raw: int | float | Decimal, value: Decimal) -> tuple[Decimal, tuple[str, ...]]:
    """The value without exponent, and without the binary noise that a float carries behind its 15th digit."""
    if len("".join(map(str, value.as_tuple().digits)).strip("0")) <= _DIGITS:
        return _written_out(value), ()
    if isinstance(raw, float):
        return _written_out(Decimal(f"{raw:.{_DIGITS}g}")), ("digits_rounded",)
    return _written_out(value), ("digits_kept",)


def _percent(value: Decimal) -> Decimal:
    return _written_out(_EXACT.scaleb(value, 2))


def _written_out(value: Decimal) -> Decimal:
    """The same number without a positive exponent: 5E+1 is 50."""
    return Decimal(f"{value:f}")


def _read_text(raw: str, percent_column: bool, marks: Mapping[str, NumberStatus]) -> NumberReading:
    seen = drop_invisible(raw)
    text = seen.strip()
    if not text:
        return NumberReading(NumberStatus.BLANK, raw=raw)
    if "\u202e" in raw or len(text) > _MAX_TEXT:
        return _failed("reversed" if "\u202e" in raw else "too_long", raw)
    bare, footnotes = cut_footnotes(text)
    folded = fold_width(bare)
    mark = marks.get("".join(bare.split())) or marks.get("".join(folded.split()))
    if mark:
        return NumberReading(mark, None, raw, footnotes=footnotes)
    if not bare:
        return _failed("only_footnote", raw, footnotes=footnotes)
    decided = {"invisible_dropped": seen != raw, "footnotes_cut": footnotes, "width_folded": folded != bare}
    notes = tuple(note for note, so in decided.items() if so)
    return _read_written(folded, raw, percent_column, footnotes, notes)


def _read_written(
    text: str, raw: str, percent_column: bool, footnotes: tuple[str, ...], notes: tuple[str, ...]
) -> NumberReading:
    """Read a number written out, perhaps with a word before and a unit behind it; `text` is folded and bare."""
    found = _NUMBER.match(text)
    if not found or not (found["whole"] or found["fraction"]):
        return _read_wordy(text, raw)
    whole, comma, sign, word, unit = found.group("whole", "comma", "sign", "word", "unit")
    whole = whole or "0"
    digits = whole.replace(comma, "") if comma else whole
    if unit and DATE_LIKE.match(text):
        return _failed("date", raw)
    if word and sign and not (found["up"] and sign == "+"):
        return _failed("contradiction", raw)
    value = Decimal(digits + (found["fraction"] or ""))
    if len(digits) > 1 and digits[0] == "0":
        return _failed("groups", raw) if comma else _confirm("leading_zero", raw, (value,))
    if found["down"] or (sign and sign != "+"):
        value = value.copy_negate()
    decided = {
        "minus_folded": sign and sign not in "+-",
        "spaces_grouped": comma and comma != ",",
        "sign_from_word": word,
        "own_unit": unit,
    }
    notes += tuple(note for note, so in decided.items() if so)
    return _finish(value, raw, unit.strip(), percent_column, text, notes, footnotes, word or "")


def _read_wordy(text: str, raw: str) -> NumberReading:
    if brackets := _BRACKETS.match(text):
        inner = Decimal(brackets.group(1).replace(",", ""))
        return _confirm("brackets", raw, (inner, -inner))
    if _SAME_AS_BEFORE.match(text):
        return _confirm("no_change", raw, (Decimal(0),))
    return _failed(diagnose(text), raw)


def _finish(
    value: Decimal,
    raw: str,
    unit: str,
    percent_column: bool,
    shown: str,
    notes: tuple[str, ...],
    footnotes: tuple[str, ...] = (),
    sign_word: str = "",
) -> NumberReading:
    """Judge the number together with the unit printed behind it and with what its column holds."""
    if abs(value) >= _LIMIT:
        return _failed("too_large", raw)
    if unit in MAGNITUDES:
        times = _EXACT.multiply(value, Decimal(MAGNITUDES[unit]))
        return _confirm("bare_magnitude", raw, (value, times), unit)
    if unit and (unit[-1] in "倍番成折" or not find_unit(unit)):
        cause = diagnose(shown)
        foreign = cause == "not_a_number" and re.fullmatch(r"\D*[^\W\d_]\D*", unit)
        return _failed("unknown_unit", raw, unit) if foreign else _failed(cause, raw)
    if percent_column and not unit and 0 < abs(value) <= 1:
        return _confirm("percent_scale", raw, (value, _percent(value)))
    value = _positive_zero(value)
    return NumberReading(NumberStatus.VALUE, value, raw, unit, footnotes, sign_word, notes=notes)
