"""Looking after a DuckLake: old generations expire by the retention rule, small files are merged, orphans removed.

It costs minutes where publishing costs seconds, so it is a command for the night and no part of a publication. What is
still read is never touched: a file goes a day after the last generation that needed it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

import duckdb

from indicators.errors import UsageError
from warehouse import audit, lake_generations
from warehouse.folder import DataFolder, writing
from warehouse.lake import NAME, attach, catalog, lake_of, offline, unreachable_told
from warehouse.moments import utc_now
from warehouse.operations import operating
from warehouse.recovery import recover
from warehouse.retention import give_up, no_longer_kept

GRACE = timedelta(days=1)  # how long a file stays that no generation needs: a reader may have it open
_EMPTIED = 0.3  # a file of whose rows so many are deleted is written anew
_SMALL = 1 << 20
MANY = 200  # small files, above which the doctor speaks of it


@dataclass(frozen=True, slots=True)
class Cared:
    """What was done, or with a plan would be: generations given up, files merged away, rewritten and removed."""

    generations: list[int]
    snapshots: int
    merged: int
    rewritten: int
    removed: int
    orphans: int


@dataclass(frozen=True, slots=True)
class Extent:
    """How large a lake is: files and bytes that its catalog knows, how many are small, how many wait for removal."""

    files: int
    size: int
    small: int
    waiting: int
    version: str


def extent(folder: DataFolder) -> Extent:
    """How large the lake of a folder is. Raises LakeUnreachable."""
    kept = lake_generations.files_of(folder)
    with unreachable_told(lake_of(folder)), catalog(folder).connect() as conn:
        waiting = conn.exec_driver_sql("SELECT count(*) FROM ducklake_files_scheduled_for_deletion").scalar_one()
        version = conn.exec_driver_sql("SELECT value FROM ducklake_metadata WHERE key = 'version'").scalar()
    small = sum(file.size < _SMALL for file in kept)
    return Extent(len(kept), sum(file.size for file in kept), small, int(waiting), str(version))


def plan(folder: DataFolder) -> Cared:
    """What `maintain` would do now; nothing is changed. How many files merging replaces is not known before."""
    _prove_lake(folder)
    gone = no_longer_kept(folder, utc_now())
    with _tending(folder) as call:
        removed = call(f"ducklake_cleanup_old_files('{NAME}', dry_run => true, older_than => {_before(GRACE)})")
        orphans = call(f"ducklake_delete_orphaned_files('{NAME}', dry_run => true, older_than => {_before(GRACE)})")
    return Cared(gone, len(_snapshots(folder, gone)), 0, 0, len(removed), len(orphans))


def maintain(folder: DataFolder, *, who: str, place: str = "", grace: timedelta = GRACE) -> Cared:
    """Expire, merge, rewrite, remove, under the writer lock. Raises UsageError, WriterBusy, LakeUnreachable."""
    _prove_lake(folder)
    with writing(folder, who, "维护数据仓库"):
        recover(folder)
        gone = no_longer_kept(folder, utc_now())
        expiring = _snapshots(folder, gone)
        give_up(folder, utc_now())
        with _tending(folder) as call:
            if expiring:
                call(f"ducklake_expire_snapshots('{NAME}', versions => {expiring})")
            call(f"ducklake_flush_inlined_data('{NAME}')")
            rewritten = call(f"ducklake_rewrite_data_files('{NAME}', delete_threshold => {_EMPTIED})")
            merged = call(f"ducklake_merge_adjacent_files('{NAME}')")
            removed = call(f"ducklake_cleanup_old_files('{NAME}', older_than => {_before(grace)})")
            orphans = call(f"ducklake_delete_orphaned_files('{NAME}', older_than => {_before(grace)})")
        lake_generations.forget_seals(folder)
        lake_generations.seal_files(folder)
        done = Cared(gone, len(expiring), _files(merged), _files(rewritten), len(removed), len(orphans))
        with operating(folder) as conn:
            audit.append(conn, who, "warehouse.maintained", "", place=place, detail=asdict(done))
    return done


def _prove_lake(folder: DataFolder) -> None:
    if not folder.on_lake:
        raise UsageError("这个数据文件夹的各代是文件，每次发布时已按保留规则清理，不需要维护。什么也没有改动。")


def _snapshots(folder: DataFolder, gone: list[int]) -> list[int]:
    """The snapshots of these generations, and those that only maintenance made; never the newest of all."""
    named = lake_generations.versions(folder)
    with unreachable_told(lake_of(folder)), catalog(folder).connect() as conn:
        every = [int(n) for n in conn.exec_driver_sql("SELECT snapshot_id FROM ducklake_snapshot").scalars()]
    kept = {at for number, at in named.items() if number not in gone} | {max(every, default=0)}
    return sorted(set(every) - kept)


def _files(rows: list[tuple[Any, ...]]) -> int:
    """How many files went into what DuckLake says it has merged or rewritten, a row for each table."""
    return sum(int(row[2]) for row in rows)


def _before(grace: timedelta) -> str:
    return f"now() - INTERVAL {int(grace.total_seconds())} SECOND"


@contextmanager
def _tending(folder: DataFolder) -> Iterator[Any]:
    """A function that calls DuckLake's own, each in a transaction of its own, and gives the rows they answer."""
    lake = lake_of(folder)
    with unreachable_told(lake), duckdb.connect(config=offline(lake)) as conn:
        conn.execute(f"SET temp_directory = '{folder.run / 'spill'}'")
        attach(conn.execute, lake)
        yield lambda function: conn.execute(f"FROM {function}").fetchall()
