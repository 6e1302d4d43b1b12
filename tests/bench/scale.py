"""What a DuckLake costs beside files, at 1e6 observations: publishing, questions, a reader's switch, looking after it.

The same folder stands twice, once as files and once in a DuckLake with a PostgreSQL on this machine and a local data
path: what a network adds is not in these figures.
"""

from __future__ import annotations

import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from etl.derive import derive
from etl.way import Way, enter_way
from tests import postgres
from tests.bench import Figure
from tests.bench.large import PUBLISHER, awaiting, founded, large
from tests.bench.warehouse import _LATEST, _SERIES, _THEN, DAY, _first_answer, timed
from warehouse import board, lake_care
from warehouse.folder import DataFolder
from warehouse.generations import publish
from warehouse.lake_moving import move_in
from warehouse.moments import day_ends
from warehouse.read import Generation, current

COUNT = int(os.environ.get("ZHIBIAO_BENCH_SCALE", 10**6))


def measure() -> Iterator[Figure]:
    """Every figure, files beside the DuckLake as their peer; nothing where there is no PostgreSQL."""
    address = postgres.database()
    if address is None:
        return
    with tempfile.TemporaryDirectory() as temporary:
        place = Path(temporary)
        files = large(founded(place / "base").root, place / "files", COUNT).way
        moving = DataFolder(place / "data")
        shutil.copytree(files.folder.root, moving.root)
        began = time.perf_counter()
        move_in(moving, f"ducklake:{address}?data={place / 'lake'}", address)
        yield Figure("move a folder into a DuckLake, proved table by table", "", f"{time.perf_counter() - began:.0f} s")
        lake = enter_way(moving, PUBLISHER)
        yield from _questions(files, lake, "")
        yield from _publishing(files, lake)
        yield from _questions(files, lake, " after five publications")
        began = time.perf_counter()
        done = lake_care.maintain(moving, who=PUBLISHER)
        said = f"{time.perf_counter() - began:.1f} s, {done.merged + done.rewritten} files replaced"
        yield Figure("maintain after five publications", "", said)
        yield from _questions(files, lake, " after maintenance")
        began = time.perf_counter()
        path = current(moving).file()
        said = f"{time.perf_counter() - began:.1f} s for {path.stat().st_size >> 20} MB"
        yield Figure("a copy for SQL by hand, once for each generation", "", said)


def _questions(files: Way, lake: Way, when: str) -> Iterator[Figure]:
    then = _LATEST.format(table="observation_version", known=_THEN.format(cut=day_ends(DAY).isoformat(" ")))
    now = _LATEST.format(table="observation_current", known="TRUE")
    series = _SERIES.replace("FROM v", "FROM observation_version")
    asked: tuple[tuple[str, Callable[[Generation], Any]], ...] = (
        ("latest of every board series", lambda held: held.rows(now)),
        ("all verdicts", board.verdicts),
        ("whole board as of a day", lambda held: held.rows(then)),
        ("one series with all versions", lambda held: held.rows(series)),
    )
    one, other = current(files.folder), current(lake.folder)
    for name, ask in asked:
        if not when:
            assert sorted(map(repr, ask(one))) == sorted(map(repr, ask(other))), name
        said = f"{timed(lambda: ask(other), 11):.1f} ms"  # noqa: B023
        yield Figure(f"{name}{when}", "", said, f"files {timed(lambda: ask(one), 11):.1f} ms")  # noqa: B023


def _publishing(files: Way, lake: Way) -> Iterator[Figure]:
    """The same returns into both, and the first answer of a process that has not seen the new generation."""
    taken: dict[str, list[float]] = {"files": [], "lake": []}
    switched: dict[str, list[float]] = {"files": [], "lake": []}
    for turn in range(5):
        for name, way in (("files", files), ("lake", lake)):
            todo = awaiting(way, turn, "2026Q3", turn)
            began = time.perf_counter()
            publish(way.folder, todo, way.catalogue, derive(way.catalogue), who=PUBLISHER)
            taken[name].append(time.perf_counter() - began)
            switched[name].append(_first_answer(way.folder))
    said = {name: statistics.median(times) for name, times in taken.items()}
    yield Figure("publish a return of 1,000 rows", "", f"{said['lake']:.2f} s", f"files {said['files']:.2f} s")
    first = {name: statistics.median(times) * 1000 for name, times in switched.items()}
    yield Figure(
        "first answer from a new generation", "", f"{first['lake']:.0f} ms", f"files {first['files']:.0f} ms"
    )  # fmt: skip
