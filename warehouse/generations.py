"""Publishing: take the writer lock, copy, apply, prove, seal, make current, tell the operations database.

The order is such that a death at any point leaves the old generation or the new one, whole: CURRENT names a file only
after it is proved and on the disk, and what the operations database had not heard is told to it by `recover` before
anything else is written. A number that was begun is never used again. On a DuckLake a commit is all of that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from sqlalchemy import Connection
from sqlalchemy.exc import DatabaseError

from indicators.catalogue.model import Catalogue
from indicators.errors import ZhibiaoError
from warehouse import files, gates, seal, testimony
from warehouse.accepted import Accepted
from warehouse.aside import aside
from warehouse.build import (
    Building,
    Built,
    Derive,
    Derived,
    build,
    count_rows,
    found_tables,
    writing_file,
)
from warehouse.errors import Damaged, SubmissionConflict, told
from warehouse.folder import DataFolder, writing
from warehouse.moments import utc_now
from warehouse.operations import operating
from warehouse.read import Generation, current, generation
from warehouse.recovery import base_of, begin_number, finish, recover
from warehouse.retention import give_up
from warehouse.seal import Manifest
from warehouse.stamp import Stamp, discard, program_version, seal_built
from warehouse.submissions import State, get_submission

__all__ = [
    "Accepted",
    "Building",
    "Derive",
    "Derived",
    "Generation",
    "current",
    "found",
    "generation",
    "nothing_derived",
    "program_version",
    "publish",
]


def nothing_derived(building: Building) -> Derived:
    """A derivation that derives nothing."""
    return Derived()


def found(folder: DataFolder) -> None:
    """Make generation 0, which is empty; the caller holds the writer lock. Does nothing when there is a generation."""
    if seal.pointed(folder) is not None:
        return
    first = Stamp(folder, 0, None, "zhibiao init", "空", "", utc_now())
    if folder.on_lake:
        from warehouse.lake_writing import name_snapshot, writing_lake

        with writing_lake(folder) as conn:
            found_tables(conn)
            built = Built(count_rows(conn), gates.control_totals(conn), None, [])
            name_snapshot(conn, first.manifest(built))
        return
    for leftover in folder.generations.iterdir():
        files.remove(leftover)
    making = files.temporary(folder.generations, "g000000.duckdb")
    with writing_file(making) as conn:
        found_tables(conn)
        built = Built(count_rows(conn), gates.control_totals(conn), None, [])
    seal_built(making, built, first)
    seal.point(folder, 0)


def publish(
    folder: DataFolder,
    accepted: Sequence[Accepted],
    catalogue: Catalogue,
    derive: Derive,
    *,
    who: str,
    note: str = "",
    place: str = "",
) -> Generation:
    """Publish accepted submissions as a new generation and return it, open for reading.

    All of them or none. Raises WriterBusy, SubmissionConflict (no longer approved), VintageConflict, ReasonMissing,
    GateFailed, Damaged (the current generation is), DiskFull; the current generation then stays as it was.
    """
    with writing(folder, who, "发布"):
        recover(folder)
        base = base_of(folder)
        number = _take_number(folder, accepted, who, note)
        stamp = Stamp(folder, number, base, who, note, catalogue.digest, utc_now())
        held = seal.read_manifest(folder, base)
        put = _into_lake if folder.on_lake else _into_file
        manifest = aside(lambda: put(stamp, lambda conn: _apply(conn, stamp, accepted, catalogue, derive, held)))
        notice = _tell(folder, manifest, place)
        if not folder.on_lake:  # there it costs much, and is a command
            give_up(folder, stamp.built_at)
    made = generation(folder, number)
    return replace(made, notice=notice) if notice else made


def _into_file(stamp: Stamp, apply: Callable[[Connection], Built]) -> Manifest:
    """A copy of the current generation's file with what is applied to it, sealed and made current."""
    making = files.temporary(stamp.folder.generations, f"g{stamp.number:06d}.duckdb")
    try:
        with _copied(stamp, making), writing_file(making) as conn:
            built = apply(conn)
        manifest = seal_built(making, built, stamp)
    except BaseException:
        discard(making)
        raise
    seal.point(stamp.folder, stamp.number)
    return manifest


@contextmanager
def _copied(stamp: Stamp, making: Path) -> Iterator[None]:
    """A copy of the base to work on, proved meanwhile to be what was sealed; whatever goes wrong on a damaged one is
    told as its damage.
    """
    if stamp.base is None:
        yield
        return
    held = seal.read_manifest(stamp.folder, stamp.base).sha256
    source, promised = seal.file_of(stamp.folder, stamp.base), testimony.seals(stamp.folder).get(stamp.base, held)
    damaged = f"第 {stamp.base} 代的数据文件已损坏，没有在它上面发布。请运行 zhibiao doctor 与 zhibiao rebuild。"
    if not source.is_file():
        raise Damaged(damaged)
    with files.hashing(source) as hashed:
        try:
            files.duplicate(source, making, "新一代数据")
            with files.sinking(making, "新一代数据"):
                yield
        finally:
            if hashed() != promised:
                raise Damaged(damaged)


def _into_lake(stamp: Stamp, apply: Callable[[Connection], Built]) -> Manifest:
    """One transaction on the lake; its commit makes the generation the current one."""
    from warehouse import lake_generations
    from warehouse.lake_writing import name_snapshot, writing_lake

    with writing_lake(stamp.folder) as conn:
        manifest = stamp.manifest(apply(conn))
        name_snapshot(conn, manifest)
    lake_generations.seal_files(stamp.folder)
    return manifest


def _tell(folder: DataFolder, manifest: Manifest, place: str) -> str:
    """Register a publication that has already happened; what is to be said when that fails."""
    try:
        finish(folder, manifest, place)
    except (ZhibiaoError, OSError, DatabaseError) as error:
        return f"已发布为第 {manifest.number} 代，但登记没有写完（{error}）。下次写入或 zhibiao doctor 会自动补上。"
    return ""


def _take_number(folder: DataFolder, accepted: Sequence[Accepted], who: str, note: str) -> int:
    """Prove that everything is still approved, as the audit tells, and burn a number, in one transaction."""
    with operating(folder) as conn:
        wanted = [get_submission(conn, one.submission) for one in accepted]
        for held in wanted:
            if held.state is not State.APPROVED:
                raise SubmissionConflict(
                    f"报送 {held.id} 现为“{held.state.label}”（{held.state_by}，{told(held.state_at)}），不能发布。"
                    "什么也没有发布；请用 zhibiao status 查看后重试。",
                    held.state_by,
                    held.state_at,
                )
        testimony.prove(folder, conn, wanted)
        return begin_number(folder, conn, who, note)


def _apply(
    conn: Connection, stamp: Stamp, accepted: Sequence[Accepted], catalogue: Catalogue, derive: Derive, held: Manifest
) -> Built:
    """Put the submissions into the generation behind `conn`; whole anew when catalogue or program changed."""
    everything = (held.catalogue_digest, held.program_version) != (catalogue.digest, program_version())
    return build(conn, stamp.number, accepted, catalogue, derive, stamp.row(), everything)
