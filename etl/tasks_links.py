"""Indicators that a task should move, as people write them: names or codes, with a direction where it needs saying.

`地区生产总值、PM25（下降）；进口额↑`. Without a direction an indicator's own good direction is meant; one that has none
must be given it, for nothing is guessed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping

from indicators.catalogue.model import Indicator
from indicators.errors import UsageError
from indicators.tasks.programme import Link

_UP, _DOWN = ("up", "↑", "上升", "提高", "增加"), ("down", "↓", "下降", "降低", "减少")
_DIRECTION = re.compile(rf"[:(]?({'|'.join((*_UP, *_DOWN))})\)?\Z")


def read_links(text: str, indicators: Mapping[str, Indicator]) -> tuple[Link, ...]:
    """The indicators of a text, each once. Raises UsageError that says which part is not understood."""
    known = {_plain(name): code for code, one in indicators.items() for name in (code, one.name)}
    found: dict[str, Link] = {}
    for part in _parts(text, known):
        name, way = (part, "") if part in known else _cut(part)
        code = known.get(name)
        if code is None:
            raise UsageError(f"没有指标“{part}”，没有任何改动。请填目录中的指标名称或代码，几个用顿号隔开。")
        way = way or indicators[code].direction
        if way == "none":
            raise UsageError(f"指标“{indicators[code].name}”不论高低，没有任何改动。请写明方向，如“{name}（上升）”。")
        found[code] = Link(indicator=code, direction="down" if way == "down" else "up")
    return tuple(found.values())


def links_said(links: Iterable[Link], indicators: Mapping[str, Indicator]) -> str:
    """The same in words: 进口（上升）；PM2.5（下降）."""
    words = {"up": "上升", "down": "下降"}
    named = ((indicators[one.indicator].name if one.indicator in indicators else one.indicator, one) for one in links)
    return "；".join(f"{name}（{words[one.direction]}）" for name, one in named)


def _parts(text: str, known: Mapping[str, str]) -> Iterator[str]:
    """A 、 parts two indicators, unless it belongs to the name of one."""
    for piece in re.split(r"[；;，,\n]", text):
        plain = _plain(piece)
        if plain in known or _cut(plain)[0] in known:
            yield plain
        else:
            yield from filter(None, plain.split("、"))


def _cut(part: str) -> tuple[str, str]:
    said = _DIRECTION.search(part)
    if said is None:
        return part, ""
    return part[: said.start()], "up" if said[1] in _UP else "down"


def _plain(text: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
