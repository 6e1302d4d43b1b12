"""What is known so far, page by page: the values that rules, changes and templates compare a new return with.

A page holds what one form of one department says about one period. Pages come from the current generation (`known`)
and, while many returns are loaded at once, from what was accepted earlier in the same run, so that the second quarter
is checked against the first. A page may be kept packed; then a value becomes a number when it is asked for.
"""

from __future__ import annotations

import pickle
import sys
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from etl.plaindata import read_plain
from indicators.observations import Measure, Observation
from indicators.periods import Nature

# Natures and measures are their own text, so an enum member and the text of a database row are one key.
Cell = tuple[str, str, str, str, str, str]
Page = Mapping[Cell, Decimal | None]


class PageKey(NamedTuple):
    """Whose page it is."""

    form: str
    department: str
    period: str


class PackedPage(NamedTuple):
    """A page of which thousands can be kept: its cells, the same for all pages of a form, and its values as text."""

    cells: bytes
    values: str


Pages = Mapping[PageKey, PackedPage]
_NOWHERE: Any = object()  # not on this page; None there is a blank


def cell_of(one: Observation) -> Cell:
    """The identity of an observation on its page: indicator, area, nature, measure, price basis, scope."""
    return (one.indicator, one.area, one.nature, one.measure, one.price_basis, one.scope)


def pages_of(observations: Iterable[Observation]) -> dict[PageKey, dict[Cell, Decimal | None]]:
    """The pages that a return makes; one, unless it is a record form with lines of several periods."""
    pages: dict[PageKey, dict[Cell, Decimal | None]] = {}
    key, page = PageKey("", "", ""), dict[Cell, Decimal | None]()
    for one in observations:
        if (one.form, one.department, one.period) != key:
            key = PageKey(one.form, one.department, one.period)
            page = pages.setdefault(key, {})
        page[cell_of(one)] = one.canonical_value
    return pages


def packed(page: Page) -> PackedPage:
    """A page as text and bytes."""
    values = ("" if value is None else str(value) for value in page.values())
    return PackedPage(_packed_cells(tuple(page)), "\n".join(values))


def opened(page: PackedPage) -> Page:
    """A packed page, for looking things up in it."""
    return _Opened(_places(page.cells), page.values.split("\n"))


class _Opened(Mapping[Cell, Decimal | None]):
    """A packed page while it is looked into."""

    __slots__ = ("_places", "_texts")

    def __init__(self, places: Mapping[Cell, int], texts: list[str]) -> None:
        self._places, self._texts = places, texts

    def __getitem__(self, cell: Cell) -> Decimal | None:
        text = self._texts[self._places[cell]]
        return Decimal(text) if text else None

    def get(self, cell: Cell, otherwise: Any = None) -> Any:
        """The value of a cell, with one look for its place."""
        place = self._places.get(cell)
        if place is None:
            return otherwise
        text = self._texts[place]
        return Decimal(text) if text else None

    def __contains__(self, cell: object) -> bool:
        return cell in self._places

    def __iter__(self) -> Iterator[Cell]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


@lru_cache(maxsize=256)
def _packed_cells(cells: tuple[Cell, ...]) -> bytes:
    plain = tuple(tuple(sys.intern(str(part)) for part in cell) for cell in cells)
    return pickle.dumps(plain, pickle.HIGHEST_PROTOCOL)


@lru_cache(maxsize=256)
def _places(cells: bytes) -> dict[Cell, int]:
    return {cell: place for place, cell in enumerate(read_plain(cells))}


class Published:
    """Current values, in the unit of their indicator, by department, period and form."""

    def __init__(self, pages: Pages | None = None) -> None:
        self._at: dict[tuple[str, str], dict[str, Page | PackedPage]] = {}
        for key, page in (pages or {}).items():
            self._at.setdefault((key.department, key.period), {})[key.form] = page

    def lay(self, key: PageKey, page: Page) -> None:
        """Lay a page over what is known; a cell that it does not have stays as it was."""
        forms = self._at.setdefault((key.department, key.period), {})
        below = self._page(forms, key.form)
        forms.pop(key.form, None)
        forms[key.form] = {**below, **page}

    def learn(self, observations: Iterable[Observation]) -> None:
        """Lay the observations of an accepted return over what is known."""
        for key, page in pages_of(observations).items():
            self.lay(key, page)

    def page(self, key: PageKey) -> Page:
        """Everything known of one form, department and period."""
        return self._page(self._at.get((key.department, key.period), {}), key.form)

    def current(self, one: Observation) -> tuple[bool, Decimal | None]:
        """Whether anything is known under the identity of this observation, and the value; None is a blank."""
        page, cell = self.page(PageKey(one.form, one.department, one.period)), cell_of(one)
        return cell in page, page.get(cell)

    def value(
        self,
        indicator: str,
        area: str,
        department: str,
        period: str,
        nature: Nature,
        measure: Measure,
        price_basis: str,
        scope: str,
    ) -> Decimal | None:
        """The current value of a series at a period, whatever form it came in; None when nothing is known."""
        forms = self._at.get((department, period))
        if not forms:
            return None
        cell = (indicator, area, nature, measure, price_basis, scope)
        for form in reversed(forms):
            found = self._page(forms, form).get(cell, _NOWHERE)
            if found is not _NOWHERE:
                return found  # type: ignore[no-any-return]
        return None

    @staticmethod
    def _page(forms: dict[str, Page | PackedPage], form: str) -> Page:
        """The page of a form, opened when it is first asked for."""
        page = forms.get(form, {})
        if isinstance(page, PackedPage):
            page = forms[form] = opened(page)
        return page
