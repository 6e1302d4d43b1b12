"""What is known so far, page by page: the values that rules, changes and templates compare a new return with.

A page holds what one form of one department says about one period. Pages come from the current generation (`known`)
and, while many returns are loaded at once, from what was accepted earlier in the same run, so that the second quarter
is checked against the first. A page may be kept packed and is opened when it is first asked for.
"""

from __future__ import annotations

import pickle
import sys
from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from etl.plaindata import read_plain
from indicators.observations import Measure, Observation
from indicators.periods import Nature

# Natures and measures are their own text, so an enum member and the text of a database row are one key.
Cell = tuple[str, str, str, str, str, str]
Page = dict[Cell, Decimal | None]


class PageKey(NamedTuple):
    """Whose page it is."""

    form: str
    department: str
    period: str


Pages = Mapping[PageKey, bytes]


def cell_of(one: Observation) -> Cell:
    """The identity of an observation on its page: indicator, area, nature, measure, price basis, scope."""
    return (one.indicator, one.area, one.nature, one.measure, one.price_basis, one.scope)


def pages_of(observations: Iterable[Observation]) -> dict[PageKey, Page]:
    """The pages that a return makes; one, unless it is a record form with lines of several periods."""
    pages: dict[PageKey, Page] = {}
    for one in observations:
        page = pages.setdefault(PageKey(one.form, one.department, one.period), {})
        page[cell_of(one)] = one.canonical_value
    return pages


def packed(page: Page) -> bytes:
    """A page as bytes, small enough to keep thousands of them."""
    plain = {tuple(sys.intern(str(part)) for part in cell): value for cell, value in page.items()}
    return pickle.dumps(plain, pickle.HIGHEST_PROTOCOL)


@lru_cache(maxsize=512)
def opened(page: bytes) -> Page:
    """A packed page, opened; many returns ask for the same one, so some are kept open. It must not be changed."""
    return read_plain(page)  # type: ignore[no-any-return]


class Published:
    """Current values, in the unit of their indicator, by department, period and form."""

    def __init__(self, pages: Pages | None = None) -> None:
        self._at: dict[tuple[str, str], dict[str, Page | bytes]] = {}
        for key, page in (pages or {}).items():
            self._at.setdefault((key.department, key.period), {})[key.form] = page

    def lay(self, key: PageKey, page: Page) -> None:
        """Lay a page over what is known; a cell that it does not have stays as it was."""
        forms = self._at.setdefault((key.department, key.period), {})
        forms[key.form] = {**self._opened(forms.pop(key.form, {})), **page}

    def learn(self, observations: Iterable[Observation]) -> None:
        """Lay the observations of an accepted return over what is known."""
        for key, page in pages_of(observations).items():
            self.lay(key, page)

    def page(self, key: PageKey) -> Page:
        """Everything known of one form, department and period."""
        return self._opened(self._at.get((key.department, key.period), {}).get(key.form, {}))

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
        for page in reversed(forms.values()):
            found = self._opened(page)
            if cell in found:
                return found[cell]
        return None

    @staticmethod
    def _opened(page: Page | bytes) -> Page:
        return opened(page) if isinstance(page, bytes) else page
