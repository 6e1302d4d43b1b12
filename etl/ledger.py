"""What a load compares its returns with: pages of the current generation, and over them what the run has accepted.

Held by `batch`, one for a run. Pages stay packed, a period of the generation is read when a return first needs it and
a return of an interrupted run is fetched from the vault, so that memory grows by kilobytes a return.
"""

from __future__ import annotations

from collections.abc import Iterable

from etl.known import known_in, periods_before, published_periods
from etl.packed import Family
from etl.published import PackedPage, PageKey, Pages, opened, packed, pages_of
from etl.way import Way
from warehouse import vault
from warehouse.submissions import Submission


class Ledger:
    """What is known, by department and period, then by form."""

    def __init__(self, way: Way) -> None:
        self._way = way
        self._pages: dict[tuple[str, str], dict[str, PackedPage]] = {}
        self._cells: dict[bytes, bytes] = {}  # the cells of a form, kept once for all its pages
        self._unread = set(published_periods(way))
        self._kept: dict[str, list[Submission]] = {}

    def accept(self, pages: Pages) -> None:
        """Lay the pages of an accepted return over what is known."""
        self._read(key.period for key in pages)
        for key, page in pages.items():
            forms = self._pages.setdefault((key.department, key.period), {})
            below = forms.pop(key.form, None)
            laid = packed({**opened(below), **opened(page)}) if below else page
            forms[key.form] = laid._replace(cells=self._cells.setdefault(laid.cells, laid.cells))

    def accept_kept(self, held: Submission) -> None:
        """The same for a return that an earlier run submitted; its numbers are fetched when they are asked for."""
        form = self._way.catalogue.forms.get(held.form)
        if form and form.frequency != "any":
            self._kept.setdefault(held.period, []).append(held)
        else:
            self._fetch(held)

    def known_to(self, family: Family, periods: Iterable[str]) -> Pages:
        """The pages that a return of this family, with numbers of these periods (codes), may be compared with."""
        wanted = periods_before(periods)
        self._read(wanted)
        return {
            PageKey(form, department, period): page
            for period in sorted(wanted)
            for department in family.departments
            for form, page in self._pages.get((department, period), {}).items()
        }

    def _read(self, periods: Iterable[str]) -> None:
        wanted = set(periods)
        for period in sorted(self._unread & wanted):
            self._unread.remove(period)
            for key, page in known_in(self._way, [period]).items():
                self._pages.setdefault((key.department, key.period), {})[key.form] = packed(page)
        for period in wanted & self._kept.keys():
            for held in self._kept.pop(period):
                self._fetch(held)

    def _fetch(self, held: Submission) -> None:
        observations = vault.get_parsed(self._way.folder, held.file_hash, held.parser_version) or ()
        self.accept({key: packed(page) for key, page in pages_of(observations).items()})
