"""Figures of the warehouse at 1e6 observations (`ZHIBIAO_BENCH_1E7=1`: at 1e7 too), beside SQLite and PostgreSQL.

The peers hold the same versions in one table with two indexes, (indicator, area, period_end) and (area, recorded_at),
and answer the same questions with the same columns.
"""

from __future__ import annotations

import os
import sqlite3
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from datetime import date
from multiprocessing import get_context
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any

import pyarrow as pa

from etl.derive import derive
from etl.way import Way, enter_way
from indicators.periods import Period
from tests.bench import Figure
from tests.bench.large import PUBLISHER, awaiting, founded, large
from warehouse import board
from warehouse.folder import DataFolder
from warehouse.generations import publish
from warehouse.moments import day_ends
from warehouse.read import Generation, current

HOME, DAY = "CCXQ", date(2021, 8, 10)
_PEER_COLUMNS = (
    "indicator, area, period, period_end, measure, nature, scope, canonical_value, recorded_at, superseded_at"
)
_SERIES = f"SELECT {_PEER_COLUMNS} FROM v WHERE indicator = 'GDP' AND area = 'CCXQ' ORDER BY period_end"
_LATEST = (
    "SELECT indicator, area, measure, nature, scope, max(period_end) AS on_day FROM {table} WHERE area = 'CCXQ' "
    "AND measure = 'level' AND NOT indicator LIKE 'B0%' AND {known} GROUP BY indicator, area, measure, nature, scope"
)
_NOW, _THEN = "superseded_at IS NULL", "recorded_at <= '{cut}' AND (superseded_at IS NULL OR superseded_at > '{cut}')"


def measure() -> Iterator[Figure]:
    """Every figure at 1e6 and, when asked for, at 1e7."""
    with tempfile.TemporaryDirectory() as temporary:
        place = Path(temporary)
        base = founded(place / "base")
        for count, name in ((10**6, "1e6"), *(((10**7, "1e7"),) if os.environ.get("ZHIBIAO_BENCH_1E7") else ())):
            made = large(base.root, place / name, count)
            yield from figures(made.way, made.forms, name)


def figures(way: Way, forms: int, name: str) -> Iterator[Figure]:
    """The figures of one size."""
    small = name == "1e6"
    yield from _questions(way, name, small)
    yield from _publishing(way, name, small)
    yield _beside_readers(way, forms, name)


def timed(do: Callable[[], Any], times: int = 21, clock: Callable[[], float] = time.perf_counter) -> float:
    """Median milliseconds of a call after one to warm up."""
    do()
    taken = []
    for _ in range(times):
        began = clock()
        do()
        taken.append((clock() - began) * 1000)
    return statistics.median(taken)


def _questions(way: Way, name: str, small: bool) -> Iterator[Figure]:
    held = current(way.folder)
    cut = day_ends(DAY).isoformat(" ")
    known = _THEN.format(cut=cut)
    now = _LATEST.format(table="observation_current", known="TRUE")
    then = _LATEST.format(table="observation_version", known=known)
    peers = list(_peers(held))
    peer_now, peer_then = (_LATEST.format(table="v", known=k) for k in (_NOW, known))
    series = _SERIES.replace("FROM v", "FROM observation_version")
    few, whole = ("10 ms", "20 ms") if small else ("50 ms", "100 ms")
    asked = (
        (f"overview: latest of every board series, {name}", few, lambda: held.rows(now), peer_now),
        (f"overview: all verdicts, {name}", few, lambda: board.verdicts(held), ""),
        (f"overview: returns and first days, {name}", few, lambda: board.first_days(held), ""),
        (f"whole board as of a day, {name}", whole, lambda: held.rows(then), peer_then),
        (f"one series with all versions, {name}", "3 ms", lambda: held.rows(series), _SERIES),
    )
    for figure, target, do, peer in asked:
        beside = "; ".join(f"{who} {timed(lambda: ask(peer), 5):.1f} ms" for who, ask in peers) if peer else ""  # noqa: B023
        busy = timed(do, clock=time.process_time)
        yield Figure(figure, f"≤ {target}", f"{timed(do):.1f} ms ({busy:.1f} ms of CPU)", beside)


def _peers(held: Generation) -> Iterator[tuple[str, Callable[[str], Any]]]:
    """SQLite and, where one can be started, PostgreSQL, filled with the same versions."""
    from tests.postgres import cluster

    table = held.arrow(f"SELECT {_PEER_COLUMNS} FROM observation_version")
    lite = sqlite3.connect(":memory:")
    lite.execute(_table(0))
    lite.executemany(f"INSERT INTO v VALUES ({', '.join('?' * table.num_columns)})", _texts(table))
    _index(lite.execute)
    yield "SQLite", lambda query: lite.execute(query).fetchall()
    url = cluster()
    if url is None:
        return
    import psycopg

    heavy = psycopg.connect(url, autocommit=True)
    heavy.execute("DROP TABLE IF EXISTS v")
    heavy.execute(_table(1))
    with heavy.cursor() as cursor, cursor.copy("COPY v FROM STDIN") as copy:
        for row in _texts(table):
            copy.write_row(row)
    _index(heavy.execute)
    heavy.execute("ANALYZE v")
    yield "PostgreSQL", lambda query: heavy.execute(query).fetchall()  # type: ignore[arg-type]


def _texts(table: pa.Table) -> Iterator[tuple[str | None, ...]]:
    """Its rows as texts, a part at a time: ten millions at once would not fit into memory."""
    for batch in table.to_batches(max_chunksize=100_000):
        yield from zip(*(column.cast("string").to_pylist() for column in batch.columns), strict=True)


_TYPES = {
    "canonical_value": ("NUMERIC", "NUMERIC(28, 10)"),
    "period_end": ("TEXT", "DATE"),
    "recorded_at": ("TEXT", "TIMESTAMP"),
    "superseded_at": ("TEXT", "TIMESTAMP"),
}


def _table(dialect: int) -> str:
    columns = (f"{n} {_TYPES[n][dialect] if n in _TYPES else 'TEXT'}" for n in _PEER_COLUMNS.split(", "))
    return f"CREATE TABLE v ({', '.join(columns)})"


def _index(run: Callable[[str], Any]) -> None:
    run("CREATE INDEX by_series ON v (indicator, area, period_end)")
    run("CREATE INDEX by_area ON v (area, recorded_at)")


def _publishing(way: Way, name: str, small: bool) -> Iterator[Figure]:
    taken, used, switched = [], [], []
    for turn in range(5):
        todo = awaiting(way, turn, "2026Q3", turn)
        began, busy = time.perf_counter(), time.process_time()
        publish(way.folder, todo, way.catalogue, derive(way.catalogue), who=PUBLISHER)
        taken.append(time.perf_counter() - began)
        used.append(time.process_time() - busy)
        switched.append(_first_answer(way.folder))
    target = "1 s" if small else "2 s"
    said = f"{statistics.median(taken):.2f} s ({statistics.median(used):.2f} s of CPU)"
    yield Figure(f"publish a return of 1,000 rows, {name}", f"≤ {target}", said)
    yield Figure(
        f"a reader's first answer from a new generation, {name}",
        "≤ 50 ms",
        f"{max(switched) * 1000:.0f} ms (worst of 5)",
    )


def _first_answer(folder: DataFolder) -> float:
    """Seconds from asking to the first answer of a generation that this process has not open."""
    from warehouse import read

    for held in read._open.values():
        held.engine.dispose()  # else DuckDB would still have the file open, and opening it again costs nothing
    read._open.clear()
    read._leads.clear()
    began = time.perf_counter()
    current(folder).rows("SELECT count(*) FROM attainment")
    return time.perf_counter() - began


def _beside_readers(way: Way, forms: int, name: str, seconds: float = 20) -> Figure:
    """Three processes that read while one publishes every second."""
    context = get_context("forkserver")
    stop, told = context.Event(), context.Queue()
    root = str(way.folder.root)
    readers = [context.Process(target=_read, args=(root, stop, told)) for _ in range(3)]
    for reader in readers:
        reader.start()
    ended, turn = time.monotonic() + seconds, 0
    while time.monotonic() < ended:
        pause = threading.Timer(1, lambda: None)
        pause.start()
        turn += 1
        period = Period.parse("2026Q4").shift(turn // forms).code
        todo = awaiting(way, turn % forms, period, turn)
        publish(way.folder, todo, way.catalogue, derive(way.catalogue), who=PUBLISHER)
        pause.join()
    stop.set()
    answers = [told.get(timeout=60) for _ in readers]
    for reader in readers:
        reader.join(60)
    taken = sorted(ms for one, _ in answers for ms in one)
    failed = [f for _, found in answers for f in found]
    p95 = taken[int(len(taken) * 0.95)] if taken else float("nan")
    said = f"{len(failed)} failed of {len(taken)} reads, p95 {p95:.0f} ms, {turn} publications in {seconds:.0f} s"
    return Figure(f"3 readers beside a publisher, {name}", "0 failed or torn, p95 ≤ 25 ms", said)


def _read(root: str, stop: Event, told: Queue[Any]) -> None:
    """Answers of one whole generation each, its number never going back."""
    folder, newest, taken, failed = enter_way(DataFolder(Path(root)), PUBLISHER).folder, 0, [], []
    while not stop.is_set():
        began = time.perf_counter()
        try:
            held = current(folder)
            rows = held.rows(_SERIES.replace("FROM v", "FROM observation_version"))
            counted = held.rows("SELECT max(number) AS n FROM generation")[0]["n"]
            if held.notice or not rows or counted != held.number or held.number < newest:
                failed.append(f"torn: {held.number} {counted} {newest} {held.notice}")
            newest = held.number
        except Exception as error:
            failed.append(repr(error))
        taken.append((time.perf_counter() - began) * 1000)
        time.sleep(0.05)
    told.put((taken, failed))
