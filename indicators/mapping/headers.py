"""What the header of a column and the label of a row say of their cells: measure, nature, unit, indicator, area.

Used when a mapping is proposed, never when one is read. Each reading tells how sure it is and what was left over that
it did not understand; the rest is for a person.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from indicators.mapping.anchors import EACH, LAST_YEAR, OWN, anchor_of, each_anchor, key, readings, shown
from indicators.mapping.names import Named, Names, split_nature
from indicators.observations import Measure
from indicators.periods import Nature, Period
from indicators.units import find_unit, read_unit

_BRACKETS = re.compile(r"\(([^()]*)\)")
_MEASURES = (
    (Measure.GROWTH_YOY, re.compile(r"增速|增幅|增长率?(?!额|量)|同比(?!增加额|增减额)|[比较][上去]年(?:同期)?")),
    (Measure.LEVEL_PREVIOUS_YEAR, re.compile(r"[上去]年(?:同期|实际|完成)?数?")),
    (Measure.PLAN, re.compile(r"(?:全年|年度|年初|本年)?(?:计划|预算|目标)数?")),
)
_NATURES = (
    (Nature.YTD, re.compile(r"本?年?(?:自年初)?累计(?:完成)?数?值?|1-本[季月期]")),
    (Nature.SINGLE, re.compile(r"[本当][季月]度?数?值?")),
    (Nature.STOCK, re.compile(r"(?:期|年|季|月)[末底]数?")),
)
_LEAD = re.compile(r"(?:其中:?|#|[一二三四五六七八九十]+、|\([一二三四五六七八九十0-9]+\)|[0-9]+[.、](?![0-9]))+")
_LEVEL = re.compile(r"(?:本年|本期|今年|实际|完成|绝对|总量|数值|金额|总额|数额|合计|或|、|[-()])*(?:数|额|量|值)?\Z")


@dataclass(frozen=True, slots=True)
class HeaderReading:
    """A column header understood: its anchor, what it says, how sure that is and why not."""

    anchor: str
    measure: Measure | None
    nature: Nature | None
    unit: str
    indicator: str = ""
    area: str = ""
    certain: bool = True
    doubt: str = ""  # a question in Chinese; "" when there is none


@dataclass(frozen=True, slots=True)
class LabelReading:
    """A row label understood; `named` None when neither an area nor an indicator answers to it."""

    area: Named | None
    indicator: Named | None
    nature: Nature | None
    unit: str


def read_header(text: str, own: Period | None, each: bool, frequency: str, names: Names) -> HeaderReading:
    """Read a column header; with `each` its period is one of many (`{各期}`), else it is told by `own`."""
    anchor = each_anchor(text, frequency) if each else anchor_of(text, own, frequency)
    unit = read_unit(shown(text).replace("|", " ")).unit
    rest = key(_without_unit(anchor)).removesuffix("%")
    percent = key(_without_unit(anchor)) != rest
    before = LAST_YEAR in rest
    for mark in (OWN, LAST_YEAR, EACH):
        rest = rest.replace(mark, "")
    area, indicator = names.area(rest), names.indicator(rest)
    if rest and (area or indicator):
        found = (area or indicator) or Named("", "", False)
        code = {"area": found.code} if area else {"indicator": found.code}
        return HeaderReading(anchor, Measure.LEVEL, None, unit.name if unit else "", certain=found.certain, **code)
    measure, nature, rest = _words(rest)
    measure = measure or (Measure.LEVEL_PREVIOUS_YEAR if before else Measure.LEVEL if _LEVEL.match(rest) else None)
    growth = measure is Measure.GROWTH_YOY
    unit = unit or (find_unit("%") if percent else None)
    doubt = "" if _LEVEL.match(rest) else f"表头“{shown(text)}”中的“{rest}”没有看懂"
    if growth and unit is not None and unit.name != "%":
        doubt = f"表头“{shown(text)}”像是同比增长，计量单位却是“{unit.name}”"
    named = unit.name if unit else "%" if growth else ""
    certain = not doubt and (not rest or bool(unit)) and not (growth and unit is None)
    return HeaderReading(anchor, measure, nature, named, certain=certain, doubt=doubt)


def _words(rest: str) -> tuple[Measure | None, Nature | None, str]:
    """The measure and nature that words of the header name, and what is left of it."""
    measure = nature = None
    for one, pattern in _MEASURES:
        if pattern.search(rest):
            measure, rest = one, pattern.sub("", rest)
            break
    for other, pattern in _NATURES:
        if pattern.search(rest):
            nature, rest = other, pattern.sub("", rest)
            break
    return measure, nature, rest


def read_label(text: str, names: Names) -> LabelReading:
    """Read a row label: a unit in brackets and a word such as 累计值 are cut off before it is looked up."""
    unit = read_unit(shown(text)).unit
    bare = _LEAD.sub("", _without_unit(shown(text)))
    word, nature = split_nature(bare)
    indicator = names.indicator(bare) or names.indicator(word)
    return LabelReading(names.area(bare), indicator, nature if indicator else None, unit.name if unit else "")


def read_title(text: str, names: Names) -> Named | None:
    """The indicator that a title is about; certain when it names that alone, after a word such as 指标：."""
    bare = _without_unit(shown(text)).rpartition(":")[2]
    return names.indicator(bare) or names.indicator_within(text)


def period_names(text: str, frequency: str) -> list[Period]:
    """The periods that a text names, newest first."""
    return sorted({r.period for r in readings(text, frequency) if r.period}, reverse=True)


def _without_unit(text: str) -> str:
    return _BRACKETS.sub(lambda group: "" if find_unit(group[1]) else group[0], text)
