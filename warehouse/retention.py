"""How long generations are kept: the newest few, one a day for 30 days, one a month; always with an entry in the log.

A generation that is given up can be made again from the vault. The log is told first and the files go after, so a
death in between leaves files that the next writer sweeps. Which generation is current is not decided here.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

from warehouse import audit, files, seal
from warehouse.errors import Damaged
from warehouse.folder import DataFolder
from warehouse.moments import beijing_day
from warehouse.operations import operating
from warehouse.operations_schema import generation_log

NEWEST = 3
DAYS = 30


def to_give_up(built: Sequence[tuple[int, datetime]], now: datetime) -> list[int]:
    """Numbers no longer kept, of those built at these moments (naive UTC)."""
    kept: set[int] = {n for n, _ in sorted(built)[-NEWEST:]}
    by_day: dict[date, int] = {}
    by_month: dict[tuple[int, int], int] = {}
    for number, moment in sorted(built):
        day = beijing_day(moment)
        by_month[day.year, day.month] = number
        if moment >= now - timedelta(days=DAYS):
            by_day[day] = number
    kept |= {*by_day.values(), *by_month.values()}
    return [n for n, _ in sorted(built) if n not in kept]


def no_longer_kept(folder: DataFolder, now: datetime) -> list[int]:
    """The generations that are there and need not be, never the current one."""
    current = seal.pointed(folder)
    built = []
    for number in seal.numbers(folder):
        try:
            built.append((number, datetime.fromisoformat(seal.read_manifest(folder, number).built_at)))
        except Damaged:
            continue  # for the doctor to tell of, not for us to remove
    return [n for n in to_give_up(built, now) if n != current]


def give_up(folder: DataFolder, now: datetime) -> list[int]:
    """Remove the generations no longer kept; their numbers. The caller holds the writer lock.

    In a DuckLake this only writes the log; their snapshots are expired by whoever looks after it (`lake_care`).
    """
    gone = no_longer_kept(folder, now)
    if not gone:
        return []
    with operating(folder) as conn:
        conn.execute(generation_log.update().where(generation_log.c.number.in_(gone)).values(state="removed"))
        named = [f"g{n:06d}" for n in gone]
        audit.append(conn, "zhibiao", "generation.removed", named[-1], detail={"generations": named})
    for number in gone:
        for path in (seal.file_of(folder, number), seal.manifest_of(folder, number)):
            _remove(path)
    return gone


def _remove(path: Path) -> None:
    try:
        files.remove(path)
    except PermissionError:
        return  # open in a reader on Windows; swept by a later writer
