"""A publication that is only rehearsed: built in a scratch copy by the code that publishes, looked at, thrown away.

No number is taken, nothing is recorded and no lock is held; the copy lies in the folder's `run/`, which no reader looks
at and no backup takes, and is gone when the block ends. One left by a process that died is removed by the next.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from indicators.catalogue.model import Catalogue
from warehouse import files
from warehouse.accepted import Accepted
from warehouse.build import Building, Derive, build
from warehouse.errors import Damaged
from warehouse.folder import DataFolder
from warehouse.moments import utc_now
from warehouse.read import Generation
from warehouse.stamp import discard, program_version

_NAME = "rehearsal.duckdb"
_DEAD_SECONDS = 3600


@contextmanager
def rehearsing(
    folder: DataFolder, base: Generation, accepted: Sequence[Accepted], catalogue: Catalogue, derive: Derive, who: str
) -> Iterator[Building]:
    """What publishing these submissions on `base` would make, open for questions while the block lasts.

    Raises what `generations.publish` would raise for the numbers: VintageConflict, ReasonMissing, GateFailed, Damaged,
    DiskFull. Nothing is changed either way.
    """
    _sweep(folder)
    held, number = base.manifest, base.number + 1
    making = files.temporary(folder.run, _NAME)
    now = utc_now()
    stamp = {
        "built_at": now, "published_by": who, "catalogue_digest": catalogue.digest,
        "program_version": program_version(), "note": "",
    }  # fmt: skip
    everything = (held.catalogue_digest, held.program_version) != (catalogue.digest, stamp["program_version"])
    try:
        if files.copy(base.file(), making, "预览") != held.sha256 and not folder.on_lake:
            raise Damaged(f"第 {base.number} 代的数据文件已损坏，没有算出预览。请运行 zhibiao doctor。")
        engine = create_engine(f"duckdb:///{making}", poolclass=NullPool)
        try:
            with files.room("预览", making), engine.connect() as conn:  # never committed
                built = build(conn, number, accepted, catalogue, derive, stamp, everything)
                yield Building(conn, number, None, built.known_at, None, now)
        finally:
            engine.dispose()
    finally:
        discard(making)


def _sweep(folder: DataFolder) -> None:
    """Remove what a rehearsal left whose process died."""
    old = time.time() - _DEAD_SECONDS
    for path in folder.run.glob(f"{files.TEMPORARY}*-{_NAME}*"):
        if _touched(path) < old:
            files.remove(path)


def _touched(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:  # its maker was done in this moment
        return time.time()
