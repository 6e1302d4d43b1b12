"""Doing a derivation in parts: at once where there is little, on all cores where there is much.

A part is a picklable function of the Ground that gives an Arrow table; which parts there are is known by `derive`. The
processes are started fresh, never forked, for the one that publishes has threads and an open database.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context

import numpy as np
import pyarrow as pa

from etl.derive_known import Ground
from indicators.catalogue.model import Catalogue

Part = Callable[[Ground], pa.Table]
Start = Callable[[Sequence[Part]], "Callable[[], pa.Table]"]
LARGE = 100_000  # observations from which other processes, which take half a second to start, are worth their while
PARTS_A_CORE = 3

_ground: Ground | None = None


@contextmanager
def workers(catalogue: Catalogue, observations: int) -> Iterator[Start]:
    """What starts parts and answers with a function that waits for them and joins their tables, in order."""
    cores = os.cpu_count() or 1
    if observations < LARGE or cores == 1:
        ground = Ground(catalogue)
        yield lambda parts: lambda: _joined([part(ground) for part in parts])
        return
    with ProcessPoolExecutor(cores, get_context("spawn"), _prepare, (catalogue,)) as pool:
        for _ in range(cores):
            pool.submit(int)  # they load while the rows are read

        def start(parts: Sequence[Part]) -> Callable[[], pa.Table]:
            begun: list[Future[pa.Table]] = [pool.submit(_do, part) for part in parts]
            return lambda: _joined([one.result() for one in begun])

        yield start


def cut(table: pa.Table, pieces: int) -> list[pa.Table]:
    """About so many pieces of an encoded table that is sorted by indicator, none of which divides an indicator."""
    codes = table.column("indicator").combine_chunks().indices.to_numpy()
    size, cuts = max(1, len(codes) // pieces), [0]
    for at in (np.flatnonzero(codes[1:] != codes[:-1]) + 1).tolist():
        if at - cuts[-1] >= size:
            cuts.append(at)
    return [table.slice(first, last - first) for first, last in zip(cuts, [*cuts[1:], len(codes)], strict=True)]


def pieces_of(observations: int) -> int:
    """Into how many pieces that many observations are cut."""
    return 1 if observations < LARGE else PARTS_A_CORE * (os.cpu_count() or 1)


def _joined(tables: Sequence[pa.Table]) -> pa.Table:
    return pa.concat_tables(tables)


def _prepare(catalogue: Catalogue) -> None:
    global _ground
    _ground = Ground(catalogue)
    gc.freeze()


def _do(part: Part) -> pa.Table:
    assert _ground is not None
    gc.disable()  # nothing that a part makes refers back to itself
    try:
        return part(_ground)
    finally:
        gc.enable()
