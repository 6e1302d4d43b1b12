"""The tables behind the simulated world: paths, quarterly profiles, shares of the parts, events, units of reporting.

Read once from `data/simulation/*.csv`, which a statistician can edit, for `trajectories` and `simulate`. Nothing is
computed here.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files

from indicators.catalogue.facets import cell_facet, open_cells
from indicators.catalogue.model import Catalogue
from indicators.observations import Measure

WHOLE = "CCXQ"
PARTS = "parts"  # the area of a path that is divided among the parts of the New Area
LEVEL = "level"  # the profile of what stands at a moment: it moves from one year's end to the next


@dataclass(frozen=True, slots=True)
class Path:
    """One row of paths.csv: stated years in the indicator's unit, or a formula of other indicators."""

    profile: str
    wobble: Decimal  # relative, year by year
    inflation: Decimal  # percent a year
    formula: tuple[str, ...]
    years: Mapping[int, Decimal]

    @property
    def operands(self) -> tuple[str, ...]:
        """The indicators in the formula."""
        return tuple(word for word in self.formula[::2] if not word[0].isdigit())


@dataclass(frozen=True, slots=True)
class Correction:
    """A factor on one number; a revised one carries it only until `until`, the day of the revision."""

    factor: Decimal
    until: date | None


def table(name: str) -> list[dict[str, str]]:
    """The rows of a table in `data/simulation/`."""
    text = (files("data") / "simulation" / name).read_text(encoding="utf-8")
    return list(csv.DictReader(io.StringIO(text, newline="")))


@cache
def paths() -> Mapping[tuple[str, str], Path]:
    """Paths by indicator and area."""
    return {
        (row["indicator"], row["area"] or WHOLE): Path(
            row["profile"],
            Decimal(row["wobble"] or 0),
            Decimal(row["inflation"] or 0),
            tuple(row["formula"].split()),
            {int(field): Decimal(cell) for field, cell in row.items() if field.isdigit() and cell},
        )
        for row in table("paths.csv")
    }


@cache
def profiles() -> Mapping[tuple[str, str], tuple[Decimal, ...]]:
    """Cumulative shares of the first three quarters by profile and year, "" for every year without its own."""
    return {
        (row["profile"], row["year"]): tuple(Decimal(row[quarter]) for quarter in ("q1", "q2", "q3"))
        for row in table("profiles.csv")
    }


@cache
def shares() -> Mapping[str, Decimal]:
    """What share of the New Area each of its parts has."""
    return {row["area"]: Decimal(row["share"]) for row in table("parts.csv")}


def grains(catalogue: Catalogue) -> dict[str, tuple[str, int]]:
    """Unit and decimals in which each indicator's level is reported; its own unit where only growth is."""
    found = {one.code: (one.unit, 4) for one in catalogue.indicators.values()}
    for form in catalogue.forms.values():
        for edition in form.editions:
            for row, column in open_cells(edition):
                facet = cell_facet(form, edition, row, column)
                if facet.measure is Measure.LEVEL:
                    found[facet.indicator] = (facet.unit, facet.decimals or 0)
    return found
