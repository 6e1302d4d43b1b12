"""What asking costs: the sandbox beside plain DuckDB, a million rows as files, the API beside SQLite and Datasette.

Everything is asked of one generation with a million observations, made by `large`. The API is called in process,
through the whole application with its headers and its guard, but without a socket. Datasette is measured where it is
installed.
"""

from __future__ import annotations

import asyncio
import importlib.util
import shutil
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb

from dashboard.app import create_app
from etl.questions import ask_generation
from etl.tabular import as_bytes
from tests.bench import Figure
from tests.bench.large import codes, founded, large
from warehouse.generations import Generation, current
from warehouse.sandbox.process import Standby

OBSERVATIONS, CALLS = 1_000_000, 200
QUESTION = "SELECT period, canonical_value FROM observation_current WHERE indicator = 'B000101' AND area = 'CCXQ'"
ROWS = (
    "SELECT indicator, area, period, nature, measure, canonical_value, canonical_unit, origin FROM observation_version "
    f"LIMIT {OBSERVATIONS}"
)


def measure() -> Iterator[Figure]:
    """The figures, as they come."""
    with tempfile.TemporaryDirectory() as made:
        place = Path(made)
        way = large(founded(place / "demo").root, place / "large", OBSERVATIONS).way
        held = current(way.folder)
        shutil.copyfile(way.folder.generations / f"g{held.number:06d}.duckdb", place / "plain.duckdb")  # for the peers
        yield from _sandbox(held, place)
        yield from _files(held, place)
        yield from _api(held, place)


def _seconds(act: Callable[..., object], *given: object) -> float:
    began = time.perf_counter()
    act(*given)
    return time.perf_counter() - began


def _shown(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms" if seconds < 1 else f"{seconds:.2f} s"


def _plainly(place: Path) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(place / "plain.duckdb", read_only=True)


def _sandbox(held: Generation, place: Path) -> Iterator[Figure]:
    def ask(standby: Standby) -> None:
        ask_generation(held, QUESTION, max_rows=10_000, seconds=30, standby=standby)

    def ask_plainly() -> None:
        with _plainly(place) as plain:
            plain.execute(QUESTION).to_arrow_table()

    def warmly() -> float:
        standby = Standby()
        standby.prepare()
        time.sleep(1.0)  # as a child waits between two questions of a person
        return _seconds(ask, standby)

    ask(Standby())
    plain = statistics.median(_seconds(ask_plainly) for _ in range(15))
    cold = statistics.median(_seconds(ask, Standby()) for _ in range(15))
    warm = statistics.median(warmly() for _ in range(15))
    peer = f"plain DuckDB, file opened: {_shown(plain)}"
    yield Figure("sandbox, cold: more than plain DuckDB", "≤ 250 ms", _shown(cold - plain), peer)
    yield Figure("sandbox, child waiting: more than plain DuckDB", "≤ 80 ms", _shown(warm - plain), peer)


def _files(held: Generation, place: Path) -> Iterator[Figure]:
    table = held.arrow(ROWS)
    assert table.num_rows == OBSERVATIONS
    for format_, target in (("parquet", "≤ 1 s"), ("csv", "≤ 3 s")):
        options = "FORMAT parquet, COMPRESSION zstd" if format_ == "parquet" else "FORMAT csv, HEADER"
        with _plainly(place) as plain:
            copy = _seconds(plain.execute, f"COPY ({ROWS}) TO '{place}/peer.{format_}' ({options})")
        as_bytes(table.slice(0, 10), format_, "")
        ours = min(_seconds(as_bytes, table, format_, "") for _ in range(3))
        yield Figure(f"1,000,000 rows to {format_}", target, _shown(ours), f"DuckDB COPY: {_shown(copy)}")


def _api(held: Generation, place: Path) -> Iterator[Figure]:
    client = create_app(held.folder, guest=True).server.test_client()
    asked = [(codes(1 + n % 12)[n % 84], ("CCXQ", "220103")[n % 2]) for n in range(CALLS)]

    def call(indicator: str, area: str, **headers: str) -> Any:
        return client.get(f"/api/v1/observations?indicator={indicator}&area={area}", headers=headers)

    assert call(*asked[0]).json["count"] > 100
    ours = _p95(lambda pair: call(*pair), asked)
    tag = call(*asked[0]).headers["ETag"]
    unchanged = _p95(lambda pair: call(*asked[0], **{"If-None-Match": tag}), asked)
    peers = [f"plain DuckDB: {_shown(_plain(place, asked))}", *_sqlite(held, place, asked)]
    yield Figure("API: observations of an indicator and area, p95", "≤ 30 ms", _shown(ours), "; ".join(peers))
    yield Figure("API: the same again, 304, p95", "≤ 5 ms", _shown(unchanged))


def _p95(call: Callable[[tuple[str, str]], object], asked: list[tuple[str, str]]) -> float:
    took = sorted(_seconds(call, pair) for pair in asked)
    return took[int(len(took) * 0.95)]


def _plain(place: Path, asked: list[tuple[str, str]]) -> float:
    query = "SELECT * FROM observation_current WHERE indicator = ? AND area = ? LIMIT 1001"
    with _plainly(place) as plain:
        return _p95(lambda pair: plain.execute(query, list(pair)).fetchall(), asked)


def _sqlite(held: Generation, place: Path, asked: list[tuple[str, str]]) -> Iterator[str]:
    """SQLite with an index on what is asked, and Datasette over it."""
    path = place / "peer.sqlite"
    whole = held.arrow("SELECT * REPLACE (canonical_value::VARCHAR AS canonical_value, value::VARCHAR AS value, "
                       "period_start::VARCHAR AS period_start, period_end::VARCHAR AS period_end, "
                       "recorded_at::VARCHAR AS recorded_at) FROM observation_current")  # fmt: skip
    with sqlite3.connect(path) as made:
        names = ", ".join(whole.column_names)
        made.execute(f"CREATE TABLE observations ({names})")
        marks = ", ".join("?" * whole.num_columns)
        for batch in whole.to_batches(max_chunksize=50_000):
            made.executemany(
                f"INSERT INTO observations VALUES ({marks})", zip(*batch.to_pydict().values(), strict=True)
            )
        made.execute("CREATE INDEX asked ON observations (indicator, area)")
        query = "SELECT * FROM observations WHERE indicator = ? AND area = ? LIMIT 1001"
        yield f"SQLite with an index: {_shown(_p95(lambda pair: made.execute(query, pair).fetchall(), asked))}"
    if importlib.util.find_spec("datasette") is None:
        yield "Datasette: not installed"
        return
    from datasette.app import Datasette

    served = Datasette([str(path)], settings={"max_returned_rows": 1000})

    async def ask_all() -> float:
        took = []
        for indicator, area in asked:
            began = time.perf_counter()
            found = await served.client.get(f"/peer/observations.json?indicator={indicator}&area={area}&_size=1000")
            took.append(time.perf_counter() - began)
            assert found.status_code == 200
        return sorted(took)[int(len(took) * 0.95)]

    yield f"Datasette: {_shown(asyncio.run(ask_all()))}"
