"""计量单位: which units there are, what each is worth, and which unit a text or a table names.

`units.csv` is the register (unit, dimension, exact factor, magnitudes it may carry, other spellings); a magnitude
before a unit and one unit over another are worked out here. It stands between text and canonical values. Conversion
is exact and only within a dimension; a unit is declared, never guessed from the size of a number.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from dataclasses import dataclass
from decimal import Context, Decimal
from enum import StrEnum
from fractions import Fraction
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from indicators.errors import UsageError
from indicators.marks import cut_footnotes, drop_invisible

MAGNITUDES = {
    "十": 10,
    "百": 100,
    "千": 1000,
    "万": 10**4,
    "十万": 10**5,
    "百万": 10**6,
    "千万": 10**7,
    "亿": 10**8,
    "十亿": 10**9,
    "百亿": 10**10,
    "千亿": 10**11,
    "万亿": 10**12,
}
DECIMALS = 10  # places kept where a conversion does not terminate (亩 to 公顷)

_RATE_LIKE = frozenset({"百分数", "千分数", "百分点", "倍"})
_EXACT = Context(prec=200)
_LABEL = re.compile(r"(?<![一-鿿])(?:计量|金额|货币|面积)?单\s*位\s*(:?)(.*)\Z", re.DOTALL)
_GROUP = re.compile(r"\(([^()]*(?:\([^()]*\))?)\)")
_SEPARATOR = re.compile(r"[,、;，；\s]+|/(?=[%‰])|(?<=[%‰])/")
# What stands beside a unit in the same brackets or on the same line and is none.
_BESIDE = re.compile(
    r"(?:(?:现行?|当年|可比|不变)价格?|累计|当期|本期|本季|本月|期末|年末|季末|合计|[0-9]{4}年.*|.*:.*)\Z", re.DOTALL
)
_MAX_TEXT = 200


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit: `factor` is what one of it is worth in the base unit of its dimension."""

    name: str
    dimension: str
    factor: Fraction

    def __hash__(self) -> int:
        return hash(self.name)  # hashing a Fraction costs more than a conversion


class UnitStatus(StrEnum):
    """How a text about units was understood; only `unit` fixes one."""

    UNIT = "unit"
    NONE = "none"  # names no unit
    SEVERAL = "several"  # names several, so it fixes none
    MAGNITUDE = "magnitude"  # “万” alone: of what?
    UNKNOWN = "unknown"  # says that it names a unit, and the register has none such


@dataclass(frozen=True, slots=True)
class UnitReading:
    """What a text says of units: `unit` only with status `unit`; `units` all that were named; `reason` in Chinese."""

    unit: Unit | None
    status: UnitStatus
    reason: str = ""
    units: tuple[Unit, ...] = ()


@dataclass(frozen=True, slots=True)
class UnitChoice:
    """The strongest unit said for a cell, who said it (row, header, line, template), and who contradicts it."""

    unit: Unit | None
    source: str = ""
    conflicts: tuple[tuple[str, Unit], ...] = ()


def _key(text: str) -> str:
    folded = unicodedata.normalize("NFKC", cut_footnotes(drop_invisible(text))[0])
    return re.sub(r"[\s·•∙⋅・^]", "", folded).replace("µ", "μ").casefold()


@cache
def _register() -> dict[str, Unit]:
    known: dict[str, Unit] = {}
    with Path(__file__).with_name("units.csv").open(encoding="utf-8-sig", newline="") as lines:
        for line in csv.DictReader(lines):
            for magnitude in ("", *line["可加的数量级"].split()):
                factor = Fraction(line["换算系数"]) * MAGNITUDES.get(magnitude, 1)
                made = Unit(magnitude + line["单位"], line["量纲"], factor)
                for spelling in (line["单位"], *line["别名"].split()):
                    if known.setdefault(_key(magnitude + spelling), made) != made:
                        raise UsageError(f"计量单位表 units.csv 中“{magnitude}{spelling}”出现两次，请只保留一处。")
    return known


@lru_cache(maxsize=4096)
def find_unit(text: str) -> Unit | None:
    """The unit that exactly this text spells, None when the register has none such."""
    key = _key(text)
    if found := _register().get(key):
        return found
    above, slash, below = key.partition("/")
    top, bottom = _register().get(above), _register().get(below)
    if slash and top and bottom and not {top.dimension, bottom.dimension} & _RATE_LIKE:
        name, dimension = f"{top.name}/{bottom.name}", f"{top.dimension}/{bottom.dimension}"
        return Unit(name, dimension, top.factor / bottom.factor)
    return None


def unit(name: str) -> Unit:
    """The unit called `name` (亿元, km², 吨标准煤/万元 …); UsageError when the register has none such."""
    if found := find_unit(name):
        return found
    raise UsageError(f"没有“{name}”这个计量单位。请改用计量单位表 indicators/units.csv 中的名称，或在表中增加一行。")


def units() -> tuple[Unit, ...]:
    """Every unit of the register, with magnitudes, without ratios."""
    return tuple(dict.fromkeys(_register().values()))


class _Ratio(NamedTuple):
    """What one unit is worth in another, as top over bottom, and whether every quotient by bottom terminates."""

    top: Decimal
    bottom: Decimal
    same: bool
    terminates: bool


@lru_cache(maxsize=4096)
def _ratio(from_unit: Unit | str, to_unit: Unit | str) -> _Ratio:
    start = from_unit if isinstance(from_unit, Unit) else unit(from_unit)
    end = to_unit if isinstance(to_unit, Unit) else unit(to_unit)
    if start.dimension != end.dimension:
        raise UsageError(
            f"“{start.name}”（{start.dimension}）不能换算为“{end.name}”（{end.dimension}）："
            "量纲不同。没有做换算，请核对计量单位。"
        )
    ratio = start.factor / end.factor
    top, bottom = Decimal(ratio.numerator), Decimal(ratio.denominator)
    return _Ratio(top, bottom, ratio == 1, _terminates(ratio.denominator))


def convert(value: Decimal, from_unit: Unit | str, to_unit: Unit | str) -> Decimal:
    """`value` in another unit of the same dimension, exactly; half-even at 10 decimals only where it never terminates.

    UsageError when a unit is not known, the dimensions differ or the value is not finite.
    """
    if not value.is_finite():
        raise UsageError("无穷大和非数不能换算计量单位，请给出有限的数。")
    ratio = _ratio(from_unit, to_unit)
    if ratio.same:
        return value
    top = _EXACT.multiply(value, ratio.top)
    if ratio.terminates or _terminates((result := Fraction(top) / int(ratio.bottom)).denominator):
        return _EXACT.divide(top, ratio.bottom)
    return Decimal(round(result * 10**DECIMALS)).scaleb(-DECIMALS, _EXACT)


@lru_cache(maxsize=4096)
def _terminates(denominator: int) -> bool:
    for prime in (2, 5):
        while denominator % prime == 0:
            denominator //= prime
    return denominator == 1


def read_unit(text: str | None) -> UnitReading:
    """The unit that a unit cell, a header cell or a “单位：…” line names; several or a bare 万 fix nothing."""
    written = (text or "").strip()
    if len(written) > _MAX_TEXT:
        return UnitReading(None, UnitStatus.NONE, f"这段文字有 {len(written)} 个字，不作计量单位读。")
    return _read_unit(written)


@lru_cache(maxsize=4096)
def _read_unit(written: str) -> UnitReading:
    folded = unicodedata.normalize("NFKC", cut_footnotes(drop_invisible(written))[0])
    labelled, body = _unlabelled(folded)
    if not body:
        return UnitReading(None, UnitStatus.NONE, "没有写计量单位。")
    whole = _named(body)
    if whole.status is not UnitStatus.UNKNOWN:
        return whole
    pieces = (_GROUP.sub(" ", body).strip(), *(_unlabelled(group)[1] for group in _GROUP.findall(body)))
    said = [r for r in map(_named, pieces) if r.status is not UnitStatus.UNKNOWN]
    named = tuple(dict.fromkeys(u for r in said for u in r.units))
    if len(named) > 1:
        return _several(written, named)
    if said:
        return said[0]
    return whole if labelled else UnitReading(None, UnitStatus.NONE, f"“{written}”里没有认出计量单位。")


def _unlabelled(text: str) -> tuple[bool, str]:
    """Whether a “单位：” stands in `text`, and what follows it (the whole text where none stands)."""
    found = _LABEL.search(text)
    if not found or not (found.group(1) or find_unit(found.group(2))):
        return False, text.strip()
    body = found.group(2).strip()
    return True, body.removesuffix(")").strip() if body.count(")") > body.count("(") else body


def _named(text: str) -> UnitReading:
    """Read a text that holds units only, perhaps a list of them."""
    apart = [find_unit(part) for part in text.split()]
    if (found := find_unit(text)) and (len(apart) < 2 or None in apart):  # “亿 元” is one unit, “人 次” may be two
        return UnitReading(found, UnitStatus.UNIT, units=(found,))
    if _key(text) in MAGNITUDES:
        reason = f"只写了数量级“{text}”，没有写是什么的计量单位。请写全，例如“{text}元”“{text}人”。"
        return UnitReading(None, UnitStatus.MAGNITUDE, reason)
    parts = [part for part in _SEPARATOR.split(text) if part and not _BESIDE.match(part)]
    named = tuple(dict.fromkeys(u for u in map(find_unit, parts) if u))
    if len(named) > 1:
        return _several(text, named)
    if named and len(parts) == 1:
        return UnitReading(named[0], UnitStatus.UNIT, units=named)
    reason = f"“{text}”不是计量单位表中的单位。请改用表中的名称，或由管理员在表中增加一行。"
    return UnitReading(None, UnitStatus.UNKNOWN, reason)


def _several(text: str, named: tuple[Unit, ...]) -> UnitReading:
    names = "、".join(u.name for u in named)
    reason = f"“{text}”写了 {len(named)} 个计量单位（{names}），不能确定本格用哪一个。请在本行或表头中写明。"
    return UnitReading(None, UnitStatus.SEVERAL, reason, named)


def strongest_unit(
    row_unit: Unit | None = None,
    header_unit: Unit | None = None,
    line_unit: Unit | None = None,
    template_unit: Unit | None = None,
) -> UnitChoice:
    """The unit of a cell by strength of who says it: row, then header cell, then “单位：” line, then template.

    A conflict is a weaker source that names the same dimension in another size (万元 against 亿元), or a template
    whose dimension is another one, so that the cell can not be converted; a line for other cells is none.
    """
    sources = (("row", row_unit), ("header", header_unit), ("line", line_unit), ("template", template_unit))
    said = [(source, named) for source, named in sources if named is not None]
    if not said:
        return UnitChoice(None)
    source, chosen = said[0]
    against = tuple(
        (weaker, named)
        for weaker, named in said[1:]
        if (named.factor != chosen.factor if named.dimension == chosen.dimension else weaker == "template")
    )
    return UnitChoice(chosen, source, against)


def magnitude_slip(value: Decimal | None, previous: Decimal | None) -> bool:
    """True when the ratio to the last period's value lies outside 1/50..50: 万元 written for 亿元 never passes.

    A missing or zero value has no ratio and is no slip; signs play no part.
    """
    if not value or not previous:
        return False
    now, then = abs(value), abs(previous)
    return now > 50 * then or 50 * now < then
