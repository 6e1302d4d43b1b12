"""What a generation derives: growth of every touched series and the verdict on every target.

`warehouse.generations.publish` calls this while it builds; the rules are those of `indicators.derived` and
`indicators.attainment`. As of a day the same code runs on what was known then, so the board of the past is computed,
never remembered. What is much is cut at indicators and given to all cores.
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
from etl.derive_parts import Part, cut, pieces_of, workers
from etl.derive_verdicts import verdict_table
from indicators.catalogue.model import Catalogue
from indicators.derived.revisions import FEWEST_PERIODS
from indicators.targets import Target, in_force
from warehouse.generations import Building, Derive, Derived, Generation
from warehouse.moments import beijing_day, day_ends

Ask = Callable[[str, Mapping[str, Any]], pa.Table]

FEW_PAIRS = 1_000  # of indicator and area: a form with all its districts touches a few hundred

_MEASURED = "measure IN ('level', 'growth_yoy')"
_SORTED = "ORDER BY indicator, area, department, scope, price_basis, measure, nature, period_end, form"
_SERIES = "indicator, area, department, scope, price_basis, measure"


def derive(catalogue: Catalogue) -> Derive:
    """The derivation of generations under this catalogue."""

    def derived(building: Building) -> Derived:
        as_of = beijing_day(building.known_at) if building.known_at else date.min
        size = _size(building)
        with workers(catalogue, size) as start:
            growth = start(_growth_parts(building, size))
            verdicts = start(_verdict_parts(building.arrow, None, catalogue, as_of))
            return Derived(attainment=verdicts(), growth=growth())

    return derived


def _size(building: Building) -> int:
    """How many observations there are to look at; of a few series too few to start other processes for."""
    if building.touched is not None and len(building.touched) < FEW_PAIRS:
        return 0
    return int(building.rows("SELECT count(*) AS n FROM observation_current")[0]["n"])


def attainment_as_of(held: Generation, catalogue: Catalogue, as_of: date) -> list[dict[str, Any]]:
    """The board as it would have been seen at the end of a day: its targets in force, its numbers, today's rules."""
    with workers(catalogue, 0) as start:
        rows: list[dict[str, Any]] = start(_verdict_parts(held.arrow, as_of, catalogue, as_of))().to_pylist()
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


def _verdict_parts(ask: Ask, known_on: date | None, catalogue: Catalogue, as_of: date) -> list[Part]:
    """Verdicts on the targets in force on `as_of`."""
    targets = in_force(catalogue.targets, as_of)
    rows, noise = picture(ask, targets, known_on)
    pieces = cut(rows, pieces_of(rows.num_rows)) if rows.num_rows else [rows]
    return [partial(_judge, piece, mine, as_of, noise) for piece, mine in _shared(targets, pieces)]


def _shared(targets: Sequence[Target], pieces: list[pa.Table]) -> list[tuple[pa.Table, list[Target]]]:
    """Each piece with the targets whose indicator is in it; what has no rows goes with the first."""
    place = {
        code: number for number, piece in enumerate(pieces) for code in piece.column("indicator").unique().to_pylist()
    }
    return [(piece, [t for t in targets if place.get(t.indicator, 0) == n]) for n, piece in enumerate(pieces)]


def _judge(
    rows: pa.Table, targets: list[Target], as_of: date, noise: Mapping[SeriesName, Decimal], ground: Ground
) -> pa.Table:
    return verdict_table(targets, Known(rows), ground, as_of, noise)


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


def _growth_parts(building: Building, size: int) -> list[Part]:
    """Growth of the touched series; of a span only that span is right, and what a base can be is read before it."""
    where, params = f"{_MEASURED} AND canonical_value IS NOT NULL", dict[str, Any]()
    if building.touched is not None:
        pairs = sorted(building.touched)
        params = {f"p{n}": f"{indicator}|{area}" for n, (indicator, area) in enumerate(pairs)}
        params |= {f"i{n}": indicator for n, (indicator, _) in enumerate(pairs)}
        codes, names = (", ".join(f":{k}{n}" for n in range(len(pairs))) or "NULL" for k in "ip")
        where += f" AND indicator IN ({codes}) AND indicator || '|' || area IN ({names})"
    origins = _origins(building.arrow, where, params)
    if building.span is not None:
        where += " AND period_end BETWEEN :since AND :until"
        since, until = building.span
        params |= {"since": date(since.year - 2, since.month, 1), "until": date(until.year, 12, 31)}
    columns = (*IDENTITY, "measure", "nature", "period", "canonical_value")
    query = f"SELECT {', '.join(columns)} FROM observation_current WHERE {where} {_SORTED}"
    rows = encoded(building.arrow(query, params))
    pieces = cut(rows, pieces_of(size)) if rows.num_rows else [rows]
    return [partial(_grow, piece, origins) for piece in pieces]


def _grow(rows: pa.Table, origins: Mapping[Identity, str], ground: Ground) -> pa.Table:
    return growth_table(Known(rows), ground, origins)


def _origins(ask: Ask, where: str, params: Mapping[str, Any]) -> dict[Identity, str]:
    """The mark of each series: that of its weakest observation, whenever it was."""
    columns = ", ".join(IDENTITY)
    found: dict[Identity, set[str]] = defaultdict(set)
    for row in ask(f"SELECT DISTINCT {columns}, origin FROM observation_current WHERE {where}", params).to_pylist():
        found[tuple(row[name] for name in IDENTITY)].add(row["origin"])
    return {key: next(o.value for o in WEAKEST if o.value in held) for key, held in found.items()}
