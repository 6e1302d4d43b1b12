"""Doing verdicts in parts: at once where there are few, on all cores where there are many.

A part is a picklable function of the Ground that gives an Arrow table; which parts there are is known by `derive`. The
other processes are started fresh, never forked, for the one that publishes has threads and an open database; it does
itself what they have not begun, and what one of them had begun when it was killed. Rows are handed over as `Piece`.
"""

from __future__ import annotations

import gc
import logging
import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from threading import Thread

import numpy as np
import pyarrow as pa

from etl.derive_known import Ground
from indicators.catalogue.model import Catalogue

LOG = logging.getLogger("zhibiao.derive")
MANY = 3_000  # verdicts from which another process, which takes most of a second to start, is worth its while
PARTS_A_CORE = 20


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


@contextmanager
def workers(catalogue: Catalogue, verdicts: int) -> Iterator[Start]:
    """What starts parts and answers with a function that helps with them and joins their tables, in order."""
    others, ground = (os.cpu_count() or 1) - 1, Ground(catalogue)
    if verdicts < MANY or not others:
        yield lambda parts: lambda: pa.concat_tables([_done(part, ground) for part in parts])
        return
    work = _Work(deque(), {})
    helpers = [_Helper() for _ in range(others)]  # they load while the rows are read
    told = catalogue.model_copy(update={"targets": ()})  # each part brings its own

    def start(parts: Sequence[Part]) -> Callable[[], pa.Table]:
        work.waiting.extend(enumerate(parts))
        for helper in helpers:
            helper.begin(told, work)

        def tables() -> pa.Table:
            work.help(ground)
            for helper in helpers:
                helper.wait()
            work.help(ground)  # with what a helper left that was killed
            return pa.concat_tables([work.table(at) for at in range(len(parts))])

        return tables

    try:
        yield start
    finally:
        work.waiting.clear()
        for helper in helpers:
            helper.end()


@dataclass(frozen=True, slots=True)
class _Work:
    """The parts that wait, with their places, and by place what became of the others."""

    waiting: deque[tuple[int, Part]]
    made: dict[int, pa.Table | Exception]

    def help(self, ground: Ground) -> None:
        """Do here what waits, from the end."""
        with suppress(IndexError):  # nothing waits any more
            while True:
                at, part = self.waiting.pop()
                self.made[at] = _answer(part, ground)

    def hand_to(self, conn: Connection) -> None:
        """Have another process do what waits, from the front, for as long as it lives."""
        with suppress(IndexError):
            while True:
                at, part = self.waiting.popleft()
                try:
                    conn.send(part)
                    self.made[at] = conn.recv()
                except (EOFError, OSError):
                    self.waiting.append((at, part))
                    raise

    def table(self, at: int) -> pa.Table:
        """What a part gave, or raised."""
        made = self.made[at]
        if isinstance(made, Exception):
            raise made
        return made


class _Helper:
    """Another process, and the thread here that hands it parts."""

    def __init__(self) -> None:
        context = get_context("spawn")
        self._conn, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs,), daemon=True)
        self._process.start()
        theirs.close()
        self._thread: Thread | None = None

    def begin(self, told: Catalogue, work: _Work) -> None:
        """Take part in the work."""
        self._thread = Thread(target=self._feed, args=(told, work), daemon=True)
        self._thread.start()

    def wait(self) -> None:
        """Until its last part is done, or the process is gone."""
        if self._thread is not None:
            self._thread.join()

    def end(self) -> None:
        """Let the process go."""
        self.wait()
        self._conn.close()
        self._process.join()

    def _feed(self, told: Catalogue, work: _Work) -> None:
        try:
            self._conn.send(told)
            work.hand_to(self._conn)
        except (EOFError, OSError):
            LOG.warning("a process that helped to derive was killed (out of memory?); its parts are done without it")


def _serve(conn: Connection) -> None:
    """What a helper does: parts as they come, until nobody is there to send one."""
    with conn, suppress(EOFError):
        ground = Ground(conn.recv())
        gc.freeze()
        while True:
            conn.send(_answer(conn.recv(), ground))


def _answer(part: Part, ground: Ground) -> pa.Table | Exception:
    try:
        return _done(part, ground)
    except Exception as error:
        return error


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


def _done(part: Part, ground: Ground) -> pa.Table:
    collecting = gc.isenabled()
    gc.disable()  # nothing that a part makes refers back to itself
    try:
        return part(ground)
    finally:
        if collecting:
            gc.enable()
