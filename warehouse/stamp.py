"""What a generation says of its making, and how a built file is sealed: its row, its manifest, its lasting name.

Publishing, rolling back and rebuilding each make a Stamp first and seal what they built with it. What is in a
generation, and whether it becomes the current one, is not decided here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from warehouse import audit, files, seal
from warehouse.build import Built
from warehouse.folder import DataFolder
from warehouse.operations import consulting
from warehouse.seal import Manifest


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a generation that is being made will say of its making; `base` is the generation it rests on."""

    folder: DataFolder
    number: int
    base: int | None
    by: str
    note: str
    catalogue_digest: str
    built_at: datetime
    rolled_back_to: int | None = None

    def row(self) -> dict[str, Any]:
        """Its row of `generation`, but for what is counted."""
        return {
            "built_at": self.built_at,
            "published_by": self.by,
            "catalogue_digest": self.catalogue_digest,
            "program_version": program_version(),
            "note": self.note,
        }

    def manifest(self, built: Built, size: int = 0, sha256: str = "") -> Manifest:
        """The manifest of what was built, in a file of this size and hash; without a file it is sealed by itself."""
        with consulting(self.folder) as conn:
            _, head = audit.head(conn)
        made = Manifest(
            number=self.number,
            size=size,
            sha256=sha256,
            previous=self.base,
            built_at=self.built_at.isoformat(),
            known_at=built.known_at.isoformat() if built.known_at else None,
            by=self.by,
            note=self.note,
            program_version=program_version(),
            duckdb_version=duckdb.__version__,
            catalogue_digest=self.catalogue_digest,
            submissions=tuple(a.submission for a, _ in built.applied),
            recorded_at=tuple(at.isoformat() for _, at in built.applied),
            rows=built.rows,
            totals=built.totals,
            audit_head=head,
            rolled_back_to=self.rolled_back_to,
        )
        return made if sha256 else replace(made, sha256=seal.own_hash(made))


def seal_built(making: Path, built: Built, stamp: Stamp) -> Manifest:
    """Make a built file durable under its lasting name, with its manifest beside it."""
    size = making.stat().st_size
    with files.hashing(making) as hashed:
        files.settle(making, seal.file_of(stamp.folder, stamp.number), "新一代数据")
        manifest = stamp.manifest(built, size, hashed())
    seal.write_manifest(stamp.folder, manifest)
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
