"""Reading what is published for the returns in hand: the values that rules, changes and templates compare with.

The only place where the way asks the current generation for single values; `published` holds them. Codes stand in the
statements as quoted text, because DuckDB loads pandas for the first bound value and a check should start at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from etl.plan import plan_of
from etl.published import Cell, Page, PageKey, Published
from etl.returned import ParsedReturn
from etl.way import Way
from indicators.catalogue.model import Form, FormEdition
from indicators.periods import Period
from indicators.rules.kinds_alone import past_codes
from indicators.units import convert
from warehouse.read import current
from warehouse.submissions import Submission

_SELECT = (
    "SELECT form, department, period, indicator, area, nature, measure, price_basis, scope, canonical_value "
    "FROM observation_current WHERE period IN ({periods})"
)


def known_for(way: Way, returns: Iterable[ParsedReturn]) -> Published:
    """What is published of the indicators in these returns, as far back as a rule looks."""
    observations = [one for parsed in returns for one in parsed.observations]
    indicators = {one.indicator for one in observations}
    return _read(way, periods_before({one.period for one in observations}), indicators)


def known_in(way: Way, periods: Iterable[str]) -> Mapping[PageKey, Page]:
    """Everything that is published for these periods (codes), whatever form it came in."""
    return _pages(way, _SELECT.format(periods=_quoted(periods)))


def published_periods(way: Way) -> frozenset[str]:
    """The codes of the periods for which anything is published."""
    return frozenset(r["period"] for r in current(way.folder).rows("SELECT DISTINCT period FROM observation_current"))


def periods_before(periods: Iterable[str]) -> set[str]:
    """These periods (codes) and those before them that a rule may ask for."""
    return {code for period in periods for code in (period, *past_codes(period))}


def known_before(way: Way, held: Submission, periods: Iterable[str]) -> Published:
    """What was known of these periods when a submission that is published now was about to be."""
    known, when = Published(), f"TIMESTAMP '{held.recorded_at}'"
    query = (
        f"{_SELECT.format(periods=_quoted(periods)).replace('observation_current', 'observation_version')} "
        f"AND submission <> '{held.id}' AND recorded_at <= {when} "
        f"AND (superseded_at IS NULL OR superseded_at >= {when}) ORDER BY recorded_at"
    )
    for key, page in _pages(way, query).items():
        known.lay(key, page)
    return known


def previous_values(way: Way, form: Form, edition: FormEdition, period: Period, department: str) -> dict[str, Decimal]:
    """The value of each cell in the period before, in the unit printed for the cell; keyed `row:column`."""
    cells, before = plan_of(form, edition, way.catalogue).cells, period.shift(-1).code
    known = _read(way, {before}, {cell.indicator for cell in cells})
    found: dict[str, Decimal] = {}
    for cell in cells:
        value = known.value(
            cell.indicator, cell.area, department, before, cell.nature, cell.measure, cell.price_basis, cell.scope
        )
        if value is not None:
            found[cell.key] = (
                value if cell.unit == cell.canonical_unit else convert(value, cell.canonical_unit, cell.unit)
            )
    return found


def _read(way: Way, periods: Iterable[str], indicators: Iterable[str]) -> Published:
    known, wanted = Published(), _quoted(indicators)
    if wanted:
        query = f"{_SELECT.format(periods=_quoted(periods))} AND indicator IN ({wanted})"
        for key, page in _pages(way, query).items():
            known.lay(key, page)
    return known


def _pages(way: Way, query: str) -> Mapping[PageKey, Page]:
    pages: dict[PageKey, dict[Cell, Decimal | None]] = {}
    for row in current(way.folder).rows(query):
        form, department, period, *cell, value = row.values()
        pages.setdefault(PageKey(form, department, period), {})[tuple(cell)] = value  # type: ignore[index]
    return pages


def _quoted(codes: Iterable[str]) -> str:
    return ", ".join("'" + code.replace("'", "''") + "'" for code in sorted(codes))
