"""Growth as rows of `growth`: what `indicators.derived.runs` computes of each series, as one Arrow table.

Step of the derivation beside the verdicts. A series is what shares indicator, area, department, 口径 and price basis;
its mark of origin is that of its weakest observation. Numbers go in and out as whole numbers of the column's last
decimal, texts as indices: two million rows are made without an object for each.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Context, Decimal
from itertools import chain
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from etl.derive_known import Ground, Known, Run
from indicators.derived.levels import period_end
from indicators.derived.runs import PLACES, GrowthRun, growth_runs
from indicators.observations import Measure, Origin
from indicators.periods import Nature
from warehouse import schema
from warehouse.arrow import kind_of

IDENTITY = ("indicator", "area", "department", "scope", "price_basis")
Identity = tuple[str, ...]
WEAKEST = (Origin.SIMULATED, Origin.RETURNED, Origin.PUBLISHED)
_VALUE = pa.decimal128(28, PLACES)
_EXACT = Context(prec=60)


class Owned(NamedTuple):
    """A run of growth and whose it is."""

    identity: Identity
    origin: str
    run: GrowthRun


def growth_table(known: Known, ground: Ground, origins: Mapping[Identity, str]) -> pa.Table:
    """The rows of `growth` for every series of `known`; `origins` holds the mark of each."""
    made = [owned for owned in _runs(known, ground, origins) if owned.run.periods]
    sizes = np.array([len(owned.run.periods) for owned in made], dtype=np.int64)
    columns: dict[str, Any] = {
        name: _repeated((owned.identity[at] for owned in made), sizes) for at, name in enumerate(IDENTITY)
    }
    columns["origin"] = _repeated((owned.origin for owned in made), sizes)
    columns["kind"] = _repeated((owned.run.kind for owned in made), sizes)
    columns["unit"] = _repeated((owned.run.unit for owned in made), sizes)
    columns["reason"] = _indexed(owned.run.reasons for owned in made)
    columns["period"] = _indexed(owned.run.periods for owned in made)
    ends = pa.array([period_end(code) for code in columns["period"].dictionary.to_pylist()], pa.date32())
    columns["period_end"] = ends.take(columns["period"].indices)
    columns["value"] = decimals([*chain.from_iterable(owned.run.values for owned in made)])
    return pa.table({c.name: columns[c.name].cast(kind_of(c.type)) for c in schema.growth.columns})


def _runs(known: Known, ground: Ground, origins: Mapping[Identity, str]) -> Iterator[Owned]:
    periods, values = known.column("period"), scaled(known.table.column("canonical_value"))
    for pair, runs in known.runs.items():
        indicator = ground.catalogue.indicators[pair[0]]
        breaks = [b for b in ground.breaks.get(pair, ()) if b.link_factor is None]
        for key, (levels, reported) in _series(runs, periods, values).items():
            for run in growth_runs(
                levels, reported, unit=indicator.unit, price_basis=key[4], is_rate=indicator.nature == "rate",
                breaks=tuple(b.on for b in breaks) if any(b.from_scope == key[3] for b in breaks) else (),
            ):  # fmt: skip
                yield Owned(key, origins[key], run)


def _series(
    runs: Iterable[Run], periods: list[str], values: list[int]
) -> dict[Identity, tuple[dict[Nature, dict[str, int]], dict[str, int]]]:
    """The levels by nature and the reported growth of each series of a pair."""
    found: dict[Identity, tuple[dict[Nature, dict[str, int]], dict[str, int]]] = {}
    for run in runs:
        levels, reported = found.setdefault(run[:5], ({}, {}))
        held = dict(zip(periods[run.start : run.stop], values[run.start : run.stop], strict=True))
        if run.measure == Measure.LEVEL.value:
            levels[run.nature] = held
        else:
            reported |= held
    return found


def scaled(column: pa.ChunkedArray) -> list[int]:
    """Decimals without blanks as whole numbers of their last decimal."""
    whole = column.combine_chunks()
    if not len(whole):
        return []
    words = np.frombuffer(whole.buffers()[1], dtype="<i8").reshape(-1, 2)[whole.offset : whole.offset + len(whole)]
    low, high = words[:, 0], words[:, 1]
    if bool((high == low >> 63).all()):  # every number fits into the lower half of its sixteen bytes
        return list(low.tolist())
    return [int(value.scaleb(PLACES, _EXACT)) for value in whole.to_pylist()]


def decimals(values: list[int | None]) -> pa.Array:
    """The way back, with blanks."""
    try:
        narrow = pa.array(values, pa.int64())
    except OverflowError:
        return pa.array([None if v is None else Decimal(v).scaleb(-PLACES, _EXACT) for v in values], _VALUE)
    low = narrow.fill_null(0).to_numpy()
    words = np.stack([low, low >> 63], axis=1)
    return pa.Array.from_buffers(_VALUE, len(values), [narrow.buffers()[0], pa.py_buffer(words)], narrow.null_count)


def _repeated(texts: Iterable[str], sizes: np.ndarray[Any, Any]) -> pa.DictionaryArray:
    """One text for each run, repeated over its rows."""
    known: dict[str, int] = {}
    places = np.array([known.setdefault(text, len(known)) for text in texts], dtype=np.int32)
    return pa.DictionaryArray.from_arrays(pa.array(np.repeat(places, sizes)), pa.array([*known], pa.string()))


def _indexed(texts: Iterable[list[str]]) -> pa.DictionaryArray:
    """One text for each row, of which few are different."""
    every = [*chain.from_iterable(texts)]
    known = {text: place for place, text in enumerate(dict.fromkeys(every))}
    places = pa.array([*map(known.__getitem__, every)], pa.int32())
    return pa.DictionaryArray.from_arrays(places, pa.array([*known], pa.string()))
