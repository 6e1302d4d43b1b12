"""Growth as rows of `growth`: what `indicators.derived.rows` derives from each series, as one Arrow table.

Step of the derivation beside the verdicts. A series is what shares indicator, area, department, 口径 and price basis;
its mark of origin is that of its weakest observation.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal

import pyarrow as pa

from etl.derive_known import Ground, Known
from indicators.derived.rows import GrowthRow, GrowthSeries, derive_growth
from indicators.observations import Measure, Origin
from indicators.periods import Nature
from warehouse import schema
from warehouse.arrow import kind_of

IDENTITY = ("indicator", "area", "department", "scope", "price_basis")
Identity = tuple[str, ...]
WEAKEST = (Origin.SIMULATED, Origin.RETURNED, Origin.PUBLISHED)


def growth_table(known: Known, ground: Ground, origins: Mapping[Identity, str]) -> pa.Table:
    """The rows of `growth` for every series of `known`; `origins` holds the mark of each."""
    rows: list[GrowthRow] = []
    whose: list[Identity] = []
    for series in _series(known, ground, origins):
        made = derive_growth(series)
        rows += made
        whose += [(*(getattr(series, name) for name in IDENTITY), series.origin)] * len(made)
    columns = dict(zip(GrowthRow._fields, zip(*rows, strict=True), strict=True)) if rows else {}
    columns |= dict(zip((*IDENTITY, "origin"), zip(*whose, strict=True), strict=True)) if rows else {}
    wanted = schema.growth.columns
    return pa.table({c.name: pa.array(columns.get(c.name, ()), kind_of(c.type)) for c in wanted})


def _series(known: Known, ground: Ground, origins: Mapping[Identity, str]) -> Iterator[GrowthSeries]:
    periods, values = known.columns["period"], known.columns["canonical_value"]
    for pair, runs in known.runs.items():
        levels: dict[Identity, dict[Nature, dict[str, Decimal | None]]] = defaultdict(dict)
        reported: dict[Identity, dict[str, Decimal | None]] = {}
        for run in runs:
            held = dict(zip(periods[run.start : run.stop], values[run.start : run.stop], strict=True))
            if run.measure == Measure.LEVEL.value:
                levels[run[:5]][run.nature] = held
            else:
                reported.setdefault(run[:5], {}).update(held)
        indicator = ground.catalogue.indicators[pair[0]]
        breaks = [b for b in ground.breaks.get(pair, ()) if b.link_factor is None]
        for key in dict.fromkeys((*levels, *reported)):
            yield GrowthSeries(
                indicator=key[0],
                area=key[1],
                department=key[2],
                scope=key[3],
                price_basis=key[4],
                unit=indicator.unit,
                origin=origins[key],
                levels=levels.get(key, {}),
                reported=reported.get(key, {}),
                breaks=tuple(b.on for b in breaks) if any(b.from_scope == key[3] for b in breaks) else (),
                is_rate=indicator.nature == "rate",
            )
