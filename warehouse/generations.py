"""Publishing: take the writer lock, copy, apply, prove, seal, make current, tell the operations database.

The order is such that a death at any point leaves the old generation or the new one, whole: CURRENT names a file only
after it is proved and on the disk, and what the operations database had not heard is told to it by `recover` before
anything else is written. A number that was begun is never used again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import duckdb
from sqlalchemy.exc import DatabaseError

from indicators.catalogue.model import Catalogue
from indicators.errors import ZhibiaoError
from warehouse import audit, files, gates, seal
from warehouse.accepted import Accepted
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
from warehouse.operations import consulting, operating
from warehouse.read import Generation, current, generation
from warehouse.recovery import begin_number, finish, recover
from warehouse.retention import give_up
from warehouse.seal import Manifest
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
    "publish",
]


def nothing_derived(building: Building) -> Derived:
    """A derivation that derives nothing."""
    return Derived()


def found(folder: DataFolder) -> None:
    """Make generation 0, which is empty; the caller holds the writer lock. Does nothing when there is a generation."""
    if seal.pointed(folder) is not None:
        return
    for leftover in folder.generations.iterdir():
        files.remove(leftover)
    making = files.temporary(folder.generations, "g000000.duckdb")
    with writing_file(making) as conn:
        found_tables(conn)
        built = Built(count_rows(conn), gates.control_totals(conn), None, [])
    seal_built(folder, making, built, number=0, by="zhibiao init", note="空", catalogue_digest="", built_at=utc_now())
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
        number = _take_number(folder, accepted, who, note)
        base = seal.pointed(folder)
        if base is None:
            raise Damaged("现行代号 CURRENT 读不出，没有发布。请先运行 zhibiao doctor。")
        making = files.temporary(folder.generations, f"g{number:06d}.duckdb")
        try:
            held = _copy(folder, base, making)
            built_at = utc_now()
            built = _build(making, number, accepted, catalogue, derive, held, who, note, built_at)
            manifest = seal_built(
                folder, making, built, number=number, by=who, note=note,
                catalogue_digest=catalogue.digest, built_at=built_at, previous=base,
            )  # fmt: skip
        except BaseException:
            discard(making)
            raise
        seal.point(folder, number)
        notice = _tell(folder, manifest, place)
        give_up(folder, built_at)
    made = generation(folder, number)
    return replace(made, notice=notice) if notice else made


def _tell(folder: DataFolder, manifest: Manifest, place: str) -> str:
    """Register a publication that has already happened; what is to be said when that fails."""
    try:
        finish(folder, manifest, place)
    except (ZhibiaoError, OSError, DatabaseError) as error:
        return f"已发布为第 {manifest.number} 代，但登记没有写完（{error}）。下次写入或 zhibiao doctor 会自动补上。"
    return ""


def _take_number(folder: DataFolder, accepted: Sequence[Accepted], who: str, note: str) -> int:
    """Prove that everything is still approved, and burn a number, in one transaction."""
    with operating(folder) as conn:
        for one in accepted:
            held = get_submission(conn, one.submission)
            if held.state is not State.APPROVED:
                raise SubmissionConflict(
                    f"报送 {held.id} 现为“{held.state.label}”（{held.state_by}，{told(held.state_at)}），不能发布。"
                    "什么也没有发布；请用 zhibiao status 查看后重试。",
                    held.state_by,
                    held.state_at,
                )
        return begin_number(folder, conn, who, note)


def _copy(folder: DataFolder, base: int, making: Path) -> Manifest:
    """Copy the current generation, proving on the way that it is what was sealed."""
    manifest = seal.read_manifest(folder, base)
    source = seal.file_of(folder, base)
    if not source.is_file() or files.copy(source, making, "新一代数据") != manifest.sha256:
        raise Damaged(f"第 {base} 代的数据文件已损坏，没有在它上面发布。请运行 zhibiao doctor 与 zhibiao rebuild。")
    return manifest


def _build(
    making: Path,
    number: int,
    accepted: Sequence[Accepted],
    catalogue: Catalogue,
    derive: Derive,
    held: Manifest,
    who: str,
    note: str,
    built_at: datetime,
) -> Built:
    stamp = {
        "built_at": built_at,
        "published_by": who,
        "catalogue_digest": catalogue.digest,
        "program_version": program_version(),
        "note": note,
    }
    everything = (held.catalogue_digest, held.program_version) != (catalogue.digest, stamp["program_version"])
    with writing_file(making) as conn:
        return build(conn, number, accepted, catalogue, derive, stamp, everything)


def seal_built(
    folder: DataFolder,
    making: Path,
    built: Built,
    *,
    number: int,
    by: str,
    note: str,
    catalogue_digest: str,
    built_at: datetime,
    previous: int | None = None,
    adds: Sequence[tuple[Accepted, datetime]] | None = None,
    rolled_back_to: int | None = None,
) -> Manifest:
    """Make a built file durable under its lasting name, with its manifest beside it.

    `adds` are the submissions it publishes for the first time, by default all that were applied.
    """
    adds = built.applied if adds is None else adds
    with consulting(folder) as conn:
        _, head = audit.head(conn)
    manifest = Manifest(
        number=number,
        size=making.stat().st_size,
        sha256=files.sha256(making),
        previous=previous,
        built_at=built_at.isoformat(),
        known_at=built.known_at.isoformat() if built.known_at else None,
        by=by,
        note=note,
        program_version=program_version(),
        duckdb_version=duckdb.__version__,
        catalogue_digest=catalogue_digest,
        submissions=tuple(a.submission for a, _ in adds),
        recorded_at=tuple(at.isoformat() for _, at in adds),
        rows=built.rows,
        totals=built.totals,
        audit_head=head,
        rolled_back_to=rolled_back_to,
    )
    files.settle(making, seal.file_of(folder, number), "新一代数据")
    seal.write_manifest(folder, manifest)
    return manifest


def discard(making: Path) -> None:
    """Remove a file that was being made, and DuckDB's log beside it."""
    for path in (making, making.with_name(making.name + ".wal")):
        path.unlink(missing_ok=True)


def program_version() -> str:
    """The version of this program, as manifests record it."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("zhibiao")
    except PackageNotFoundError:
        return "unknown"
