"""How a workbook stands to the mappings that are in force: which reads it, what moved, what has to be asked.

Looked at before a table is sent, or when it was refused; nothing is read from it and nothing is changed.
"""

from __future__ import annotations

from dataclasses import dataclass

from etl.adopt.reading import fit_to, mapped_editions, told_of
from etl.workbook import Workbook
from indicators.catalogue.model import Catalogue
from indicators.findings import Finding
from indicators.mapping.model import Mapping
from indicators.mapping.names import Names


@dataclass(frozen=True, slots=True)
class Drift:
    """A mapping that resembles the workbook: whether it reads it, for which period, and everything that differs."""

    mapping: Mapping
    complete: bool
    period: str
    told: tuple[Finding, ...]


def drift_of(book: Workbook, catalogue: Catalogue) -> list[Drift]:
    """The newest edition of every mapping that resembles the workbook, the best fit first."""
    names, found = Names(catalogue), []
    for form in catalogue.forms.values():
        editions = mapped_editions(form)
        if not editions:
            continue
        fit = fit_to(editions[-1].mapping, book, names)
        if fit.placed or fit.alike:
            period = fit.period.label if fit.period else ""
            found.append(Drift(fit.mapping, fit.complete, period, tuple(told_of(fit))))
    return sorted(found, key=lambda one: (not one.complete, len(one.told)))
