"""Doing verdicts in parts: at once where there are few, on all cores where there are many.

A part is a picklable function of the Ground that gives an Arrow table; which parts there are is known by `derive`. The
other processes are started fresh, never forked, for the one that publishes has threads and an open database; it does
itself what they have not begun. Rows are handed over as `Piece`.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context

import numpy as np
import pyarrow as pa

from etl.derive_known import Ground
from indicators.catalogue.model import Catalogue

MANY = 3_000  # verdicts from which another process, which takes most of a second to start, is worth its while
PARTS_A_CORE = 10


@dataclass(frozen=True, slots=True)
class Piece:
    """Some rows of a table. Pickling a slice would take the whole table along; this takes its own rows."""

    rows: pa.Table

    def __reduce__(self) -> tuple[Callable[[pa.Buffer], Piece], tuple[pa.Buffer]]:
        written = pa.BufferOutputStream()
        with pa.ipc.new_stream(written, self.rows.schema) as stream:
            stream.write_table(self.rows)
        return _piece_of, (written.getvalue(),)


def _piece_of(written: pa.Buffer) -> Piece:
    return Piece(pa.ipc.open_stream(written).read_all())


Part = Callable[[Ground], pa.Table]
Start = Callable[[Sequence[Part]], "Callable[[], pa.Table]"]

_ground: Ground | None = None


@contextmanager
def workers(catalogue: Catalogue, verdicts: int) -> Iterator[Start]:
    """What starts parts and answers with a function that helps with them and joins their tables, in order."""
    others, ground = (os.cpu_count() or 1) - 1, Ground(catalogue)
    if verdicts < MANY or not others:
        yield lambda parts: lambda: pa.concat_tables([_done(part, ground) for part in parts])
        return
    told = catalogue.model_copy(update={"targets": ()})  # each part brings its own
    with ProcessPoolExecutor(others, get_context("spawn"), _prepare, (told,)) as pool:
        for _ in range(others):
            pool.submit(int)  # they load while the rows are read

        def start(parts: Sequence[Part]) -> Callable[[], pa.Table]:
            begun = [pool.submit(_do, part) for part in parts]
            return lambda: pa.concat_tables(_helped(parts, begun, ground))

        yield start


def _helped(parts: Sequence[Part], begun: Sequence[Future[pa.Table]], ground: Ground) -> list[pa.Table]:
    """All tables, having done here what nobody had begun, from the end."""
    mine: list[pa.Table] = []
    while len(mine) < len(parts) and begun[-1 - len(mine)].cancel():
        mine.append(_done(parts[-1 - len(mine)], ground))
    return [one.result() for one in begun[: len(parts) - len(mine)]] + mine[::-1]


def cut(table: pa.Table, pieces: int) -> list[pa.Table]:
    """About so many pieces of an encoded table that is sorted by indicator, none of which divides an indicator."""
    codes = table.column("indicator").combine_chunks().indices.to_numpy()
    size, cuts = max(1, len(codes) // max(1, pieces)), [0]
    for at in (np.flatnonzero(codes[1:] != codes[:-1]) + 1).tolist():
        if at - cuts[-1] >= size:
            cuts.append(at)
    return [table.slice(first, last - first) for first, last in zip(cuts, [*cuts[1:], len(codes)], strict=True)]


def pieces_of(verdicts: int) -> int:
    """Into how many parts that many verdicts are cut."""
    return 1 if verdicts < MANY else PARTS_A_CORE * (os.cpu_count() or 1)


def _prepare(catalogue: Catalogue) -> None:
    global _ground
    _ground = Ground(catalogue)
    gc.freeze()


def _do(part: Part) -> pa.Table:
    assert _ground is not None
    return _done(part, _ground)


def _done(part: Part, ground: Ground) -> pa.Table:
    collecting = gc.isenabled()
    gc.disable()  # nothing that a part makes refers back to itself
    try:
        return part(ground)
    finally:
        if collecting:
            gc.enable()
