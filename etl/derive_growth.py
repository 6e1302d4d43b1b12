"""Growth as rows of `growth`: what `indicators.derived` computes of each series, as one Arrow table.

Step of the derivation beside the verdicts. A series is what shares indicator, area, department, 口径 and price basis;
its mark of origin is that of its weakest observation. Plain series are done all at once by `derive_growth_sets`, the
few others one by one by `runs`. Numbers go in and out as whole numbers of the column's last decimal, texts as indices:
two million rows are made without an object for each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Context, Decimal
from itertools import chain
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from etl.derive_growth_sets import REASONS, Levels, Sets, Whole, repeats, trailing_zeros
from etl.derive_known import Ground, Known, Run
from indicators.derived.growth import GrowthKind
from indicators.derived.levels import LENGTHS, MONTHS, period_end
from indicators.derived.runs import CHAINED_EACH_YEAR, PERCENT, PLACES, POINTS, GrowthRun, growth_runs
from indicators.observations import Measure, Origin
from indicators.periods import Nature
from warehouse import schema
from warehouse.arrow import encoded_column

IDENTITY = ("indicator", "area", "department", "scope", "price_basis")
Identity = tuple[str, ...]
WEAKEST = (Origin.SIMULATED, Origin.RETURNED, Origin.PUBLISHED)
_VALUE = pa.decimal128(28, PLACES)
_EXACT = Context(prec=60)
_WIDE = 1 << 60  # beyond, sums and differences may not fit


class Owner(NamedTuple):
    """A series, and the runs of observations that are its levels by nature or its reported growth."""

    identity: Identity
    runs: list[Run]
    unit: str
    is_rate: bool
    breaks: tuple[Any, ...]


def growth_table(known: Known, ground: Ground, origins: Mapping[Identity, str]) -> pa.Table:
    """The rows of `growth` for all series of `known`, no value of which is blank; `origins` has the mark of each."""
    owners = list(_owners(known, ground))
    sets = _plain(known, owners)
    odd = [owner for owner, is_odd in zip(owners, sets.odd.tolist(), strict=True) if is_odd]
    made = [(owner, run) for owner in odd for run in _one_by_one(known, owner) if run.periods]
    return pa.concat_tables([_of_sets(known, owners, sets, origins), _of_runs(made, origins)])


def _owners(known: Known, ground: Ground) -> Iterator[Owner]:
    for pair, runs in known.runs.items():
        indicator = ground.catalogue.indicators[pair[0]]
        breaks = [b for b in ground.breaks.get(pair, ()) if b.link_factor is None]
        found: dict[Identity, list[Run]] = {}
        for run in runs:
            found.setdefault(run[:5], []).append(run)
        for identity, mine in found.items():
            broken = tuple(b.on for b in breaks) if any(b.from_scope == identity[3] for b in breaks) else ()
            yield Owner(identity, mine, indicator.unit, indicator.nature == "rate", broken)


def _plain(known: Known, owners: Sequence[Owner]) -> Sets:
    """The growth of plain series, and which series are not plain."""
    runs = sorted(((run, number) for number, owner in enumerate(owners) for run in owner.runs), key=_start)
    sizes = [run.stop - run.start for run, _ in runs]

    def spread(of_runs: Iterable[Any], kind: type = np.int64) -> Any:
        return np.repeat(np.fromiter(of_runs, kind, len(runs)), sizes)

    value, wide = scaled(known.table.column("canonical_value"))
    month, length = (_of_period(known, of) for of in (MONTHS.__getitem__, LENGTHS.__getitem__))
    every = Levels(spread(number for _, number in runs), month, length, value, np.arange(len(value)))
    odd = np.array([_is_odd(owner) for owner in owners], dtype=bool)
    odd[every.owner[wide | repeats(spread(range(len(runs))), month)]] = True
    level = spread((run.measure == Measure.LEVEL.value for run, _ in runs), bool) & ~odd[every.owner]
    rated = spread((owners[number].is_rate for _, number in runs), bool)
    plain = level & ~rated & spread((run.price_basis != CHAINED_EACH_YEAR for run, _ in runs), bool)
    sets = Sets(odd, trailing_zeros(value[plain]))
    of = {n: every.where(plain & spread((run.nature is n for run, _ in runs), bool)) for n in Nature}
    for nature in (Nature.ANNUAL, Nature.STOCK, Nature.YTD):
        sets.levels(nature, of[nature])
    sets.singles(of[Nature.YTD], of[Nature.SINGLE])
    sets.points(every.where(level & rated))
    sets.reported(every.where(~level & ~odd[every.owner]))
    return sets


def _start(numbered: tuple[Run, int]) -> int:
    return numbered[0].start


def _is_odd(owner: Owner) -> bool:
    """A series with breaks, and a rate with several natures, of which only the first gives a difference."""
    natures = [run.nature for run in owner.runs if run.measure == Measure.LEVEL.value]
    return bool(owner.breaks) or (owner.is_rate and (len(natures) > 1 or Nature.SINGLE in natures))


def _of_period(known: Known, of: Callable[[str], int]) -> Whole:
    """A number for each row, by its period."""
    periods = encoded_column(known.table.column("period"))
    each = np.array([of(code) for code in periods.dictionary.to_pylist()], dtype=np.int64)
    return each[periods.indices.to_numpy()]  # type: ignore[no-any-return]


def _of_sets(known: Known, owners: Sequence[Owner], sets: Sets, origins: Mapping[Identity, str]) -> pa.Table:
    """The blocks as rows, by series."""
    owner = np.concatenate([block.owner for block in sets.blocks])
    kept = np.flatnonzero(~sets.odd[owner])
    order = kept[np.argsort(owner[kept], kind="stable")]
    row, value, reason = (np.concatenate([block[at] for block in sets.blocks])[order] for at in (2, 3, 4))
    kind = np.repeat(np.arange(len(sets.blocks)), [len(block.owner) for block in sets.blocks])[order]
    owner = owner[order]
    columns = _whose(owners, owner, origins)
    columns["kind"] = _texts((block.kind.value for block in sets.blocks), kind)
    own = np.array([block.kind is GrowthKind.SINGLE_QUARTER for block in sets.blocks])[kind]
    points = np.array([block.kind is GrowthKind.DIFFERENCE for block in sets.blocks])[kind]
    unit = np.where(own, owner + 2, points)
    columns["unit"] = _texts((PERCENT, POINTS, *(o.unit for o in owners)), unit)
    columns["reason"] = _texts(REASONS, reason)
    periods = encoded_column(known.table.column("period"))
    columns["period"] = pa.DictionaryArray.from_arrays(periods.indices.take(pa.array(row)), periods.dictionary)
    columns["value"] = _decimals(pa.array(value, mask=reason > 0))
    return _table(columns)


def _one_by_one(known: Known, owner: Owner) -> list[GrowthRun]:
    """What the specification says of one series."""
    levels: dict[Nature, dict[str, int]] = {}
    reported: dict[str, int] = {}
    for run in owner.runs:
        values = known.table.column("canonical_value").slice(run.start, run.stop - run.start).to_pylist()
        whole = (int(value.scaleb(PLACES, _EXACT)) for value in values)
        held = dict(zip(known.column("period")[run.start : run.stop], whole, strict=True))
        if run.measure == Measure.LEVEL.value:
            levels[run.nature] = held
        else:
            reported |= held
    return growth_runs(
        levels, reported, unit=owner.unit, price_basis=owner.identity[4], breaks=owner.breaks, is_rate=owner.is_rate
    )


def _of_runs(made: Sequence[tuple[Owner, GrowthRun]], origins: Mapping[Identity, str]) -> pa.Table:
    """Runs as rows."""
    sizes = [len(run.periods) for _, run in made]
    each = np.repeat(np.arange(len(made)), sizes)
    columns = _whose([owner for owner, _ in made], each, origins)
    columns["kind"] = _texts((run.kind for _, run in made), each)
    columns["unit"] = _texts((run.unit for _, run in made), each)
    columns["reason"] = _texts(chain.from_iterable(run.reasons for _, run in made), np.arange(len(each)))
    columns["period"] = _texts(chain.from_iterable(run.periods for _, run in made), np.arange(len(each)))
    exact = (None if v is None else Decimal(v).scaleb(-PLACES, _EXACT) for _, run in made for v in run.values)
    columns["value"] = pa.array([*exact], _VALUE)
    return _table(columns)


def _whose(owners: Sequence[Owner], each: Whole, origins: Mapping[Identity, str]) -> dict[str, Any]:
    """The columns that say whose a row is, from the place of its series among `owners`."""
    columns = {name: _texts((owner.identity[at] for owner in owners), each) for at, name in enumerate(IDENTITY)}
    return columns | {"origin": _texts((origins[owner.identity] for owner in owners), each)}


def _texts(texts: Iterable[str], each: Whole) -> pa.DictionaryArray:
    """A column of texts, of which few are different: for each row that at its place among `texts`."""
    known: dict[str, int] = {}
    places = np.array([known.setdefault(text, len(known)) for text in texts], dtype=np.int32)
    return pa.DictionaryArray.from_arrays(pa.array(places[each]), pa.array([*known], pa.string()))


def _table(columns: dict[str, Any]) -> pa.Table:
    ends = pa.array([period_end(code) for code in columns["period"].dictionary.to_pylist()], pa.date32())
    columns["period_end"] = ends.take(columns["period"].indices)
    return pa.table({c.name: columns[c.name] for c in schema.growth.columns})


def scaled(column: pa.ChunkedArray) -> tuple[Whole, Any]:
    """Decimals without blanks as whole numbers of their last decimal; the second marks those that are too large."""
    whole = column.combine_chunks()
    if not len(whole):
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=bool)
    words = np.frombuffer(whole.buffers()[1], dtype="<i8").reshape(-1, 2)[whole.offset : whole.offset + len(whole)]
    low, high = words[:, 0], words[:, 1]
    return low.astype(np.int64), (high != low >> 63) | (low >= _WIDE) | (low <= -_WIDE)


def _decimals(whole: pa.Array) -> pa.Array:
    """The way back, with blanks."""
    low = whole.fill_null(0).to_numpy()
    words = np.stack([low, low >> 63], axis=1)
    return pa.Array.from_buffers(_VALUE, len(whole), [whole.buffers()[0], pa.py_buffer(words)], whole.null_count)
