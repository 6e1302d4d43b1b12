"""From a label to an area or indicator: by name, by alias, by the name without its last syllable, or within a title.

Only these ways, in this order, and only where exactly one entry answers; how it was found goes with it, so that a
person sees what is certain and what was inferred. It proposes; it never decides for a table that is being loaded.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from indicators.catalogue.model import Catalogue
from indicators.mapping.anchors import key
from indicators.periods import Nature

_LAST = re.compile(r"(?:壮族|回族|维吾尔|[^省]{2,6}族)?自治[区州县]\Z|地区\Z|林区\Z|[省市州区县]\Z")
_NATURES = (
    (re.compile(r"[(_]?(?:当季|本季|当月|本月|当期)(?:值|数)?\)?\Z"), Nature.SINGLE),
    (re.compile(r"[(_]?(?:本年|自年初)?累计(?:值|数)?\)?\Z"), Nature.YTD),
    (re.compile(r"[(_]?期末(?:值|数)?\)?\Z"), Nature.STOCK),
)


class Named(NamedTuple):
    """A catalogue entry found for a text; `how` in Chinese, `certain` False where it was inferred."""

    code: str
    how: str
    certain: bool


class Names:
    """The names of a catalogue's areas and indicators, ready for looking up."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._areas = _keyed((a.code, a.name, a.aliases) for a in catalogue.areas.values())
        self._indicators = _keyed((i.code, i.name, i.aliases) for i in catalogue.indicators.values())
        self._short: dict[str, set[str]] = defaultdict(set)
        for name, (code, _) in self._areas.items():
            self._short[_LAST.sub("", name)].add(code)

    def area(self, label: str) -> Named | None:
        """The area that a label names; None when none or more than one does."""
        name = key(label)
        if found := self._areas.get(name):
            return Named(*found, True)
        alike = self._short.get(_LAST.sub("", name), set()) if len(name) > 1 else set()
        return Named(next(iter(alike)), "名称只差末字", False) if len(alike) == 1 else None

    def indicator(self, label: str) -> Named | None:
        """The indicator that a label names exactly; None when none does."""
        found = self._indicators.get(key(label))
        return Named(*found, True) if found else None

    def indicator_within(self, title: str) -> Named | None:
        """The indicator with the longest name in a title; None when two of that length are different ones."""
        return _longest(self._indicators, key(title))

    def area_within(self, title: str) -> Named | None:
        """The area with the longest name in a title."""
        return _longest(self._areas, key(title))


def split_nature(label: str) -> tuple[str, Nature | None]:
    """A label without the word behind it that says what its number covers: 国内生产总值当季值."""
    folded = key(label)
    for pattern, nature in _NATURES:
        bare = pattern.sub("", folded)
        if bare and bare != folded:
            return bare, nature
    return folded, None


def _longest(names: Mapping[str, tuple[str, str]], title: str) -> Named | None:
    inside = [name for name in names if len(name) >= 3 and name in title]
    longest = [name for name in inside if len(name) == max(map(len, inside))]
    codes = {names[name][0] for name in longest}
    return Named(codes.pop(), f"标题中有“{longest[0]}”", False) if len(codes) == 1 else None


def _keyed(entries: Iterable[tuple[str, str, tuple[str, ...]]]) -> dict[str, tuple[str, str]]:
    """Code and way by folded name; two entries never share a name, the catalogue's check has proved it."""
    found: dict[str, tuple[str, str]] = {}
    for code, name, aliases in entries:
        found[key(name)] = (code, "目录名称")
        found |= {key(alias): (code, "目录别名") for alias in aliases if key(alias) not in found}
    return found
