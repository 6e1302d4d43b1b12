"""Reading what is published for the returns in hand: the values that rules, changes and templates compare with.

The only place where the way asks the current generation for single values; `published` holds them.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from etl.published import COLUMNS, Published
from etl.returned import ParsedReturn
from etl.way import Way
from indicators.catalogue.facets import address, cell_facet, open_cells
from indicators.catalogue.model import Form, FormEdition
from indicators.observations import Measure
from indicators.periods import Nature, Period
from indicators.units import convert
from warehouse.read import current


def known_for(way: Way, returns: Iterable[ParsedReturn], known: Published | None = None) -> Published:
    """What is published of the indicators in these returns, added to `known` where that was begun already."""
    known = known if known is not None else Published()
    wanted = known.lacks({one.indicator for parsed in returns for one in parsed.observations})
    if wanted:
        names = ", ".join(f":i{n}" for n in range(len(wanted)))
        rows = current(way.folder).rows(
            f"SELECT {', '.join(COLUMNS)} FROM observation_current WHERE indicator IN ({names})",
            {f"i{n}": code for n, code in enumerate(wanted)},
        )
        known.read(rows, wanted)
    return known


def previous_values(way: Way, form: Form, edition: FormEdition, period: Period, department: str) -> dict[str, Decimal]:
    """The value of each cell in the period before, in the unit printed for the cell; keyed `row:column`."""
    if edition.layout != "matrix":
        return {}
    cells = {address(r, c): cell_facet(form, edition, r, c) for r, c in open_cells(edition)}
    known = Published()
    wanted = known.lacks(facet.indicator for facet in cells.values())
    names = ", ".join(f":i{n}" for n in range(len(wanted)))
    query = f"SELECT {', '.join(COLUMNS)} FROM observation_current WHERE indicator IN ({names}) AND period = :p"
    before = period.shift(-1).code
    known.read(current(way.folder).rows(query, {f"i{n}": c for n, c in enumerate(wanted)} | {"p": before}), wanted)
    found: dict[str, Decimal] = {}
    for name, facet in cells.items():
        nature, measure = facet.nature or Nature.SINGLE, facet.measure or Measure.LEVEL
        value = known.value(
            facet.indicator, facet.area, department, before, nature, measure, facet.price_basis or "", facet.scope or ""
        )
        if value is not None:
            unit = way.catalogue.indicators[facet.indicator].unit
            found[name] = value if measure is Measure.GROWTH_YOY else convert(value, unit, facet.unit or unit)
    return found
