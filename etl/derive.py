"""What a generation derives: growth of every touched series and the verdict on every target.

`warehouse.generations.publish` calls this while it builds; the rules are those of `indicators.derived` and
`indicators.attainment`. As of a day the same code runs on what was known then, so the board of the past is computed,
never remembered. What is much is cut at indicators: growth for memory, verdicts for all cores.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import partial
from statistics import median
from typing import Any, NamedTuple

import pyarrow as pa

from etl.derive_growth import IDENTITY, WEAKEST, Identity, growth_table
from etl.derive_known import COLUMNS, Ground, Known, SeriesName, encoded
from etl.derive_parts import Part, Piece, cut, pieces_of, workers
from etl.derive_verdicts import verdict_table
from indicators.catalogue.model import Catalogue
from indicators.derived.revisions import FEWEST_PERIODS
from indicators.targets import Target, in_force
from warehouse import schema
from warehouse.arrow import arrow_of
from warehouse.generations import Building, Derive, Derived, Generation
from warehouse.moments import beijing_day, day_ends

Ask = Callable[[str, Mapping[str, Any]], pa.Table]

AT_ONCE = 2_000_000  # observations that are read together for growth
ALIKE = 50_000  # of them that are worked on together: what one core keeps near

_MEASURED = "measure IN ('level', 'growth_yoy')"
_SORTED = "ORDER BY indicator, area, department, scope, price_basis, measure, nature, period_end, form"
_OF_GROWTH = (*IDENTITY, "measure", "nature", "period", "canonical_value")
_SERIES = "indicator, area, department, scope, price_basis, measure"


def derive(catalogue: Catalogue) -> Derive:
    """The derivation of generations under this catalogue."""

    def derived(building: Building) -> Derived:
        as_of = beijing_day(building.known_at) if building.known_at else date.min
        targets = in_force(catalogue.targets, as_of)
        with workers(catalogue, len(targets)) as start:
            verdicts = start(_verdict_parts(building.arrow, None, targets, as_of))
            growth = _growth(building, Ground(catalogue))
            return Derived(attainment=verdicts(), growth=growth)

    return derived


def attainment_as_of(held: Generation, catalogue: Catalogue, as_of: date) -> list[dict[str, Any]]:
    """The board as it would have been seen at the end of a day: its targets in force, its numbers, today's rules."""
    targets = in_force(catalogue.targets, as_of)
    with workers(catalogue, 0) as start:
        rows: list[dict[str, Any]] = start(_verdict_parts(held.arrow, as_of, targets, as_of))().to_pylist()
    return rows


class Picture(NamedTuple):
    """What was known for verdicts on some targets: rows of observations by column, and the noise of series."""

    rows: pa.Table
    noise: dict[SeriesName, Decimal]


def picture(ask: Ask, targets: Sequence[Target], known_on: date | None = None) -> Picture:
    """What was known of the targets' indicators at the end of `known_on`; None: what is current."""
    wanted = sorted({t.indicator for t in targets})
    params: dict[str, Any] = {f"i{n}": code for n, code in enumerate(wanted)}
    asked = f"{_MEASURED} AND indicator IN ({', '.join(f':{name}' for name in params) or 'NULL'})"
    source, replaced = "observation_current", "superseded_at IS NOT NULL"
    if known_on is not None:
        params["cut"] = day_ends(known_on)
        replaced = "superseded_at <= :cut"
        valid = "recorded_at <= :cut AND (superseded_at IS NULL OR superseded_at > :cut)"
        source = f"(SELECT * FROM observation_version WHERE {valid})"
    rows = ask(f"SELECT {', '.join(COLUMNS)} FROM {source} AS o WHERE {asked} {_SORTED}", params)
    return Picture(encoded(rows), _noise(ask, source, f"{asked} AND {replaced}", params))


def _verdict_parts(ask: Ask, known_on: date | None, targets: Sequence[Target], as_of: date) -> list[Part]:
    """Verdicts on these targets."""
    rows, noise = picture(ask, targets, known_on)
    pieces = cut(rows, pieces_of(len(targets))) if rows.num_rows else [rows]
    return [partial(verdict_table, Piece(piece), mine, as_of, noise) for piece, mine in _shared(targets, pieces)]


def _shared(targets: Sequence[Target], pieces: Sequence[pa.Table]) -> list[tuple[pa.Table, list[Target]]]:
    """Each piece with the targets whose indicator is in it; what has no rows goes with the first."""
    place = {
        code: number for number, piece in enumerate(pieces) for code in piece.column("indicator").unique().to_pylist()
    }
    mine: list[list[Target]] = [[] for _ in pieces]
    for target in targets:
        mine[place.get(target.indicator, 0)].append(target)
    return list(zip(pieces, mine, strict=True))


def _noise(ask: Ask, source: str, replaced: str, params: Mapping[str, Any]) -> dict[SeriesName, Decimal]:
    """Median absolute revision, first value to latest, of every series with at least eight revised periods."""
    early = (
        f"SELECT {_SERIES}, nature, period, arg_min(canonical_value, recorded_at) AS early FROM observation_version "
        f"WHERE {replaced} AND canonical_value IS NOT NULL AND nature <> 'single' GROUP BY ALL"
    )
    moved: dict[SeriesName, list[Decimal]] = defaultdict(list)
    revisions = ask(
        f"SELECT {_SERIES}, abs(late.canonical_value - early) AS moved FROM ({early}) AS first "
        f"JOIN {source} AS late USING ({_SERIES}, nature, period) WHERE late.canonical_value <> early",
        params,
    )
    for row in revisions.to_pylist():
        moved[tuple(row[name] for name in _SERIES.split(", "))].append(row["moved"])  # type: ignore[index]
    return {name: Decimal(median(sizes)) for name, sizes in moved.items() if len(sizes) >= FEWEST_PERIODS}


def _growth(building: Building, ground: Ground) -> pa.Table:
    """Growth of the touched series; of a span only that span is right, and what a base can be is read before it."""
    where, params = _touched(building)
    origins = _origins(building.arrow, where, params)
    if building.span is not None:
        where += " AND period_end BETWEEN :since AND :until"
        since, until = building.span
        params |= {"since": date(since.year - 2, since.month, 1), "until": date(until.year, 12, 31)}
    asked = f"SELECT {', '.join(_OF_GROWTH)} FROM observation_current WHERE {where}"
    made = []
    for first, last in _slices(building):
        within = params | {"first": first, "last": last}
        rows = encoded(building.arrow(f"{asked} AND indicator BETWEEN :first AND :last {_SORTED}", within))
        made += [growth_table(Known(piece), ground, origins) for piece in cut(rows, rows.num_rows // ALIKE)]
    return pa.concat_tables(made) if made else arrow_of(schema.growth, [])


def _touched(building: Building) -> tuple[str, dict[str, Any]]:
    """Which observations growth is about: those with a value, of the touched indicators and areas."""
    where, params = f"{_MEASURED} AND canonical_value IS NOT NULL", dict[str, Any]()
    if building.touched is not None:
        params = {f"p{n}": f"{indicator}|{area}" for n, (indicator, area) in enumerate(building.touched)}
        params |= {f"i{n}": code for n, code in enumerate({indicator for indicator, _ in building.touched})}
        codes, names = (", ".join(f":{name}" for name in params if name[0] == k) or "NULL" for k in "ip")
        where += f" AND indicator IN ({codes}) AND indicator || '|' || area IN ({names})"
    return where, params


def _slices(building: Building) -> list[tuple[str, str]]:
    """First and last codes of runs of indicators whose observations are read together."""
    if building.touched is not None:
        codes = {indicator for indicator, _ in building.touched}
        return [(min(codes), max(codes))] if codes else []
    found: list[tuple[str, str]] = []
    taken = AT_ONCE
    query = "SELECT indicator, count(*) AS n FROM observation_current GROUP BY indicator ORDER BY indicator"
    for row in building.rows(query):
        taken += row["n"]
        if taken > AT_ONCE:
            found.append((row["indicator"], row["indicator"]))
            taken = row["n"]
        found[-1] = (found[-1][0], row["indicator"])
    return found


def _origins(ask: Ask, where: str, params: Mapping[str, Any]) -> dict[Identity, str]:
    """The mark of each series: that of its weakest observation, whenever it was."""
    columns = ", ".join(IDENTITY)
    found: dict[Identity, set[str]] = defaultdict(set)
    for row in ask(f"SELECT DISTINCT {columns}, origin FROM observation_current WHERE {where}", params).to_pylist():
        found[tuple(row[name] for name in IDENTITY)].add(row["origin"])
    return {key: next(o.value for o in WEAKEST if o.value in held) for key, held in found.items()}
