"""The log of generations as people read it: who published what when, with which note, and whether it is still there.

Numbers begun, published, withdrawn and given up are in the operations database; how many rows a generation has is in
its manifest, as long as its files are kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from warehouse import seal
from warehouse.errors import Damaged
from warehouse.folder import DataFolder
from warehouse.operations import Connection
from warehouse.operations_schema import generation_log

LABELS = {
    "building": "正在制作",
    "published": "已发布",
    "abandoned": "没有做完",
    "withdrawn": "已撤下",
    "removed": "不再保存",
}


@dataclass(frozen=True, slots=True)
class Logged:
    """One number. `submissions`, `rows` (observation versions) and `sha256` are None or "" where they are not known."""

    number: int
    state: str
    by: str
    started_at: datetime
    published_at: datetime | None
    submissions: int | None
    note: str
    sha256: str
    rows: int | None
    catalogue_digest: str
    rolled_back_to: int | None
    kept: bool

    @property
    def label(self) -> str:
        """Its state in Chinese."""
        return LABELS[self.state]


def generations_logged(folder: DataFolder, conn: Connection, limit: int = 50) -> list[Logged]:
    """The last numbers, newest first."""
    kept = set(seal.numbers(folder))
    query = select(generation_log).order_by(generation_log.c.number.desc()).limit(limit)
    found = []
    for row in conn.execute(query).mappings():
        manifest = _manifest(folder, row["number"]) if row["number"] in kept else None
        found.append(
            Logged(
                number=row["number"], state=row["state"], by=row["by"], started_at=row["started_at"],
                published_at=row["published_at"], submissions=row["submissions"], note=row["note"],
                sha256=row["sha256"] or "", rows=manifest.rows.get("observation_version") if manifest else None,
                catalogue_digest=manifest.catalogue_digest if manifest else "",
                rolled_back_to=manifest.rolled_back_to if manifest else None, kept=manifest is not None,
            )
        )  # fmt: skip
    return found


def _manifest(folder: DataFolder, number: int) -> seal.Manifest | None:
    try:
        return seal.read_manifest(folder, number)
    except Damaged:
        return None  # for the doctor to tell of
