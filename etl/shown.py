"""A cell as a spreadsheet program shows it: the stored number through its number format, dates and percents included.

Used by `picture`, in the reading process. People recognise their own sheet by it; no number is ever read from it.
A format that asks for what is not drawn here (fractions) shows the plain number.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal, localcontext
from typing import NamedTuple

from etl.shown_date import LAST_DAY, shown_date
from etl.workbook import Cell
from indicators.cell_formats import cell_format, pieces, sections

_PLAIN = ("", "@", "General", "Standard", "G/通用格式")
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)(-?[0-9]+(?:\.[0-9]+)?)\Z")
_COMPARE: dict[str, Callable[[Decimal, Decimal], bool]] = {
    "<": operator.lt, ">": operator.gt, "<=": operator.le, ">=": operator.ge, "=": operator.eq, "<>": operator.ne,
}  # fmt: skip
_LARGEST, _DIGITS = Decimal(10) ** 20, 11


def shown(cell: Cell, date1904: bool = False) -> str:
    """The text that stands in the cell; `""` for a formula that was never calculated."""
    value = cell.value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if not isinstance(value, (int, float)):
        return cell.text
    code = cell.number_format
    if code in _PLAIN:
        return _general(Decimal(repr(value)))
    if cell_format(code).date:
        return shown_date(value, code, date1904) if 0 <= value < LAST_DAY else _general(Decimal(repr(value)))
    return _number(Decimal(repr(value)), code)


def _general(value: Decimal) -> str:
    """Up to eleven digits, as General has them in a wide enough column."""
    if value and not Decimal("1e-9") < abs(value) < _LARGEST:
        return _scientific(value, 5)
    with localcontext(prec=max(_DIGITS, value.adjusted() + 1)) as context:
        context.rounding = ROUND_HALF_UP
        text = format(+value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _scientific(value: Decimal, places: int) -> str:
    mantissa, _, power = f"{value:.{places}E}".partition("E")
    return f"{mantissa}E{int(power):+03d}"


class _Token(NamedTuple):
    """A piece of a format section: `digit` (0 # ?), `point`, `comma`, `percent`, `exponent`, or literal `text`."""

    kind: str
    text: str


def _tokens(section: str) -> list[_Token]:
    found = []
    for quoted, escaped, bracket, general, exponent, plain in pieces(section):
        if general:
            found.append(_Token("general", general))
        elif exponent:
            found.append(_Token("exponent", exponent))
        elif plain and plain in "0#?":
            found.append(_Token("digit", plain))
        elif plain in (".", ",", "%"):
            found.append(_Token({".": "point", ",": "comma", "%": "percent"}[plain], plain))
        elif bracket.startswith("$"):
            found.append(_Token("text", bracket[1:].partition("-")[0]))  # [$¥-804]
        elif quoted or escaped or plain:
            found.append(_Token("text", quoted or escaped or plain))
    return found


def _number(value: Decimal, code: str) -> str:
    section, value = _chosen(value, sections(code))
    tokens = _tokens(section)
    kinds = {token.kind for token in tokens}
    fraction = "digit" in kinds and ("text", "/") in tokens
    if "general" in kinds or fraction or abs(value) >= _LARGEST:
        return _general(value)
    if "digit" not in kinds:
        return "".join(token.text for token in tokens if token.kind == "text").strip() or _general(value)
    return _filled(value, tokens).strip()


def _chosen(value: Decimal, parts: list[str]) -> tuple[str, Decimal]:
    """The section for this value, and the value as that section gets it: a section for negatives has its own sign."""
    conditions = [_condition(part) for part in parts[:2]]
    if any(conditions):
        for part, condition in zip(parts, conditions, strict=False):
            if condition and condition(value):
                return part, value
        return parts[min(len(parts), 3) - 1], value
    if value < 0 and len(parts) > 1:
        return parts[1], -value
    if value == 0 and len(parts) > 2:
        return parts[2], value
    return parts[0], value


def _condition(section: str) -> Callable[[Decimal], bool] | None:
    """The condition of a section, as in `[>=100]0`."""
    found = next((found for piece in pieces(section) if (found := _CONDITION.match(piece[2]))), None)
    if found is None:
        return None
    compare, limit = _COMPARE[found[1]], Decimal(found[2])
    return lambda value: compare(value, limit)


def _filled(value: Decimal, tokens: list[_Token]) -> str:
    """The digits of the value in the places of the section, its literal text around and between them."""
    last = max(at for at, token in enumerate(tokens) if token.kind == "digit")
    point = next((at for at, token in enumerate(tokens) if token.kind == "point"), len(tokens))
    exponent = next((at for at, token in enumerate(tokens) if token.kind == "exponent"), None)
    whole = [at for at, token in enumerate(tokens) if token.kind == "digit" and at < min(point, exponent or point)]
    edge = whole[-1] if whole else -1
    commas = [at for at, token in enumerate(tokens) if token.kind == "comma"]
    grouped = any(whole and whole[0] < at < edge for at in commas)
    scale = sum(at > last or edge < at < point for at in commas)
    percents = sum(token.kind == "percent" for token in tokens)
    places = [
        token.text
        for at, token in enumerate(tokens)
        if token.kind == "digit" and point < at < (exponent or len(tokens))
    ]
    if exponent is not None:
        return _scientific(value, len(places))
    with localcontext(prec=60):
        number = (abs(value) * Decimal(100) ** percents).scaleb(-3 * scale)
        number = number.quantize(Decimal(1).scaleb(-len(places)), rounding=ROUND_HALF_UP)
    digits, _, decimals = format(number, "f").partition(".")
    text = _whole(digits.lstrip("0"), tokens[:point], grouped) + _decimals(decimals, tokens[point:])
    return f"-{text}" if value < 0 and number else text


def _whole(digits: str, tokens: list[_Token], grouped: bool) -> str:
    """The whole part from the right; the leftmost place takes all digits that are left."""
    first = next((at for at, token in enumerate(tokens) if token.kind == "digit"), None)
    if first is None:
        return "".join(t.text for t in tokens if t.kind in ("text", "percent")) + digits
    left, made, count = list(digits), "", 0
    for at in range(len(tokens) - 1, -1, -1):
        token = tokens[at]
        if token.kind in ("text", "percent"):
            made = token.text + made
        if token.kind != "digit":
            continue
        pad = {"0": "0", "?": " "}.get(token.text, "")
        for digit in reversed(left) if at == first else [left[-1] if left else pad]:
            made = digit + ("," if grouped and digit and count and count % 3 == 0 else "") + made
            count += bool(digit)
        if at == first and not left:
            made = pad + made
        left = [] if at == first else left[:-1]
    return made


def _decimals(decimals: str, tokens: list[_Token]) -> str:
    made, at = "", 0
    places = [token.text for token in tokens if token.kind == "digit"]
    kept = len(decimals)
    while kept and decimals[kept - 1] == "0" and places[kept - 1] in "#?":
        kept -= 1
    for token in tokens:
        if token.kind == "point":
            made += "." if places else ""
        elif token.kind == "digit":
            made += decimals[at] if at < kept else ("0" if token.text == "0" else "")
            at += 1
        elif token.kind in ("text", "percent"):
            made += token.text
    return made
