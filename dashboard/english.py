"""English: a finished page turned word by word through a table of phrases that a translator can edit.

`english.csv` has a phrase a line, Chinese and English. A phrase may have places for what changes: {y} a year, {n} a
number, {p} a period, anything else a text without a comma, which is translated in its turn. Names come from the
catalogue's English names. A text made of clauses is turned clause by clause. What has no translation stays Chinese and
is marked as such (lang="zh-CN").
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from dash import html
from dash.development.base_component import Component

from warehouse.board_names import Names

ENGLISH, CHINESE = "en", "zh-CN"
TABLE = Path(__file__).with_name("english.csv")
_CJK = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
_PLACE = re.compile(r"(?<!%)\{(\w+)\}")  # %{x} is the chart library's
_NUMBER = r"[+\-−]?\d[\d,]*(?:\.\d+)?"
_PERIOD = r"\d{4}(?:—\d{4})?年(?:[一二三四]季度末?|前三季度|上半年|全年|末|底|\d{1,2}月[末底]?)?(?:累计)?"
_ANY = "[^，；。]+?"
_KINDS = {"y": r"\d{4}", "n": _NUMBER, "p": _PERIOD}
_QUANTITY = re.compile(rf"({_NUMBER})\s?(\D.*)")
_JOINTS = (("。", ". "), ("；", "; "), ("：", ": "), ("，", ", "), ("、", ", "), (" · ", " · "))
_TEXTS = ("title", "label", "placeholder", "nothingFoundMessage", "alt", "aria-label", "data-form", "data-word")
_OPAQUE = frozenset({"customdata", "href", "id", "className", "value", "style", "name_", "src"})


class Phrase(NamedTuple):
    """A phrase with places: how it is recognised, and what it says in English."""

    pattern: re.Pattern[str]
    english: str
    weight: int  # characters that are not places: the more there are, the surer the match


@cache
def _table() -> tuple[dict[str, str], tuple[Phrase, ...]]:
    """Exact phrases, and those with places, surest first."""
    exact: dict[str, str] = {}
    open_: list[Phrase] = []
    with TABLE.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            if not _PLACE.search(row["zh"]):
                exact[row["zh"]] = row["en"]
                continue
            open_.append(Phrase(_pattern(row["zh"]), row["en"], len(_PLACE.sub("", row["zh"]))))
    return exact, tuple(sorted(open_, key=lambda p: -p.weight))


def _pattern(phrase: str) -> re.Pattern[str]:
    parts, seen = [], set[str]()
    for index, piece in enumerate(_PLACE.split(phrase)):
        if index % 2 == 0:
            parts.append(re.escape(piece))
        elif piece in seen:
            parts.append(f"(?P={piece})")
        else:
            seen.add(piece)
            parts.append(f"(?P<{piece}>{_KINDS.get(piece[0], _ANY)})")
    return re.compile("".join(parts), re.DOTALL)


class English:
    """The English of one generation's names and of the table's phrases."""

    def __init__(self, names: Names | None = None) -> None:
        exact, self._open = _table()
        self._exact = dict(_names(names)) | exact if names else exact
        self._said = lru_cache(maxsize=20_000)(self._find)

    def said(self, text: str) -> str | None:
        """The English of a text; None where a part of it has none."""
        if not _CJK.search(text):
            return text
        before, after = len(text) - len(text.lstrip()), len(text) - len(text.rstrip())
        found = self._said(text.strip())
        times = "× " if before and found and found[0].isdigit() and not text.strip()[0].isdigit() else ""
        return None if found is None else f"{' ' * before}{times}{found}{' ' * after}"

    def _find(self, text: str) -> str | None:
        if text in self._exact:
            return self._exact[text]
        for phrase in self._open:
            match = phrase.pattern.fullmatch(text)
            if match and (filled := self._filled(phrase, match)) is not None:
                return filled
        return self._quantity(text) or self._clauses(text)

    def _filled(self, phrase: Phrase, match: re.Match[str]) -> str | None:
        parts = {name: self.said(value) for name, value in match.groupdict().items()}
        if any(part is None for part in parts.values()):
            return None
        return _PLACE.sub(lambda place: str(parts[place[1]]), phrase.english)

    def _quantity(self, text: str) -> str | None:
        """811.1亿元: the number, and its unit in words; a unit that itself begins with a number is multiplied with."""
        match = _QUANTITY.fullmatch(text)
        unit = self._exact.get(match[2]) if match else None
        if match is None or unit is None:
            return None
        return f"{match[1]} × {unit}" if unit[:1].isdigit() else f"{match[1]} {unit}"

    def _clauses(self, text: str) -> str | None:
        """A text cut at its first kind of joint, each part by itself; None where one part has no English."""
        for joint, mark in _JOINTS:
            inner = text.removesuffix(joint)
            ending = mark.rstrip() if inner != text else ""
            pieces = inner.split(joint)
            if len(pieces) == 1 and not ending:
                continue
            found = [self.said(piece) for piece in pieces]
            if any(piece is None for piece in found):
                return None
            return mark.join(str(piece) for piece in found) + ending
        return None


def _names(names: Names) -> Iterable[tuple[str, str]]:
    for entries in (names.themes, names.indicators, names.areas, names.departments):
        for entry in entries.values():
            english = getattr(entry, "name_en", None)
            if english:
                yield entry.name, english
                short = getattr(entry, "short", None)
                if short:
                    yield short, english


def turn(node: Any, words: English) -> Any:
    """A component, a list of them or a text in English; components are changed as they stand."""
    if isinstance(node, str):
        return _text(node, words)
    if isinstance(node, list | tuple):
        turned: list[Any] = []
        for child in node:
            found = turn(child, words)
            turned.extend(found if isinstance(found, list) and isinstance(child, str) else [found])
        return turned
    if isinstance(node, Component):
        _component(node, words)
    return node


def _text(text: str, words: English) -> Any:
    english = words.said(text)
    return html.Span(text, lang=CHINESE) if english is None else english


def _component(node: Component, words: English) -> None:
    for name in list(node.to_plotly_json()["props"]):
        value = getattr(node, name)
        if name == "children":
            setattr(node, name, turn(value, words))
        elif name in _TEXTS and isinstance(value, str):
            setattr(node, name, words.said(value) or value)
        elif name in ("figure", "data", "config") and value is not None:
            setattr(node, name, data(value, words.said))


def data(value: Any, said: Callable[[str], str | None]) -> Any:
    """Plain data of a chart or a select with its texts in English; what programs compare by is left alone."""
    if isinstance(value, str):
        return _label(value, said)
    if isinstance(value, Mapping):
        return {key: inner if key in _OPAQUE else data(inner, said) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [data(inner, said) for inner in value]
    return value


def _label(text: str, said: Callable[[str], str | None]) -> str:
    """A label, line by line."""
    if not _CJK.search(text):
        return text
    extra = "<extra></extra>"
    lines = text.removesuffix(extra).split("<br>")
    return "<br>".join(said(line) or line for line in lines) + (extra if text.endswith(extra) else "")
