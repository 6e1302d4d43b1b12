"""What is read from each cell of a matrix form, worked out once for an edition and used for every return of it.

Between the catalogue's facets and `matrix`; knows no workbook.
"""

from __future__ import annotations

from typing import NamedTuple

from etl.layout import Layout
from indicators.catalogue.facets import cell_facet, open_cells
from indicators.catalogue.model import Catalogue, Form, FormEdition, Indicator
from indicators.columns import Column
from indicators.observations import Measure
from indicators.periods import Nature

_NATURES = {"single": Nature.SINGLE, "ytd": Nature.YTD, "stock": Nature.STOCK}


class CellPlan(NamedTuple):
    """One open cell: its place in the edition, the identity of its number, its unit, and whether it may be blank."""

    key: str
    row: int
    column: int
    indicator: str
    area: str
    measure: Measure
    nature: Nature
    price_basis: str
    scope: str
    unit: str
    canonical_unit: str
    decimals: int
    required: bool
    what: str  # its name in sentences


class Plan(NamedTuple):
    """An edition ready for reading: its cells, and what every return's numbers have of them, field by field."""

    layout: Layout
    cells: tuple[CellPlan, ...]
    columns: dict[str, Column]


_OF_NUMBERS = ("indicator", "area", "measure", "nature", "price_basis", "scope", "unit", "canonical_unit", "decimals")


_plans: dict[int, tuple[FormEdition, Catalogue, Plan]] = {}


def plan_of(form: Form, edition: FormEdition, catalogue: Catalogue) -> Plan:
    """The plan of an edition; kept for as long as the same catalogue object is used."""
    kept = _plans.get(id(edition))
    if kept and kept[0] is edition and kept[1] is catalogue:
        return kept[2]
    layout = Layout(form, edition, catalogue)
    cells = _cells(layout) if edition.layout == "matrix" else ()
    columns: dict[str, Column] = {name: tuple(getattr(cell, name) for cell in cells) for name in _OF_NUMBERS}
    plan = Plan(layout, cells, columns)
    if len(_plans) > 200:
        _plans.clear()
    _plans[id(edition)] = (edition, catalogue, plan)
    return plan


def default_nature(indicator: Indicator, frequency: str) -> Nature:
    """What a number of this indicator covers where neither form nor record says: a year's number is 全年."""
    if indicator.nature == "stock":
        return Nature.STOCK
    return Nature.ANNUAL if frequency == "A" else _NATURES.get(indicator.nature, Nature.SINGLE)


def canonical_unit(indicator: Indicator, measure: Measure) -> str:
    """The unit in which a measure of the indicator is kept: % for growth, else the indicator's own."""
    return "%" if measure is Measure.GROWTH_YOY else indicator.unit


def _cells(layout: Layout) -> tuple[CellPlan, ...]:
    form, edition = layout.form, layout.edition
    rows = {row.code: index for index, row in enumerate(edition.rows)}
    columns = {column.code: index for index, column in enumerate(edition.columns)}
    optional = set(edition.optional_cells)
    frequency = "A" if form.frequency == "A" else ""
    plans = []
    for row, column in open_cells(edition):
        facet, key = cell_facet(form, edition, row, column), f"{row.code}:{column.code}"
        indicator = layout.catalogue.indicators[facet.indicator]
        measure = facet.measure or Measure.LEVEL
        kept = canonical_unit(indicator, measure)
        plans.append(
            CellPlan(
                key,
                rows[row.code],
                columns[column.code],
                indicator.code,
                facet.area,
                measure,
                facet.nature or default_nature(indicator, frequency),
                facet.price_basis or indicator.price_basis,
                facet.scope or indicator.scope,
                facet.unit or kept,
                kept,
                indicator.decimals if facet.decimals is None else facet.decimals,
                column.required and key not in optional,
                f"{row.label} 第 {column.code} 栏",
            )
        )
    return tuple(plans)
