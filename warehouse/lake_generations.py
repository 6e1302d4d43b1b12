"""Which generations a DuckLake holds: one is one snapshot, and its manifest is what the snapshot says of itself.

A snapshot's message is the generation's name (`g000012`), its further information the manifest; both are committed with
the rows, so that the newest such snapshot is the current generation and nothing else needs to be swapped. Snapshots
without such a name are maintenance. Everything here is asked of the PostgreSQL; rows are read elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import text

from warehouse import files
from warehouse.errors import Damaged
from warehouse.folder import DataFolder
from warehouse.lake import catalog, lake_of, unreachable_told
from warehouse.seal import Manifest, manifest_from

_NAME = re.compile(r"g(\d{6})\Z")
_NAMED = "FROM ducklake_snapshot_changes WHERE commit_message ~ '^g[0-9]{6}$'"
_LIVE = "f.begin_snapshot <= :at AND (f.end_snapshot IS NULL OR f.end_snapshot > :at)"
_PLACES = (
    "SELECT DISTINCT s.path AS sp, s.path_is_relative AS sr, t.path AS tp, t.path_is_relative AS tr, "
    "f.path AS fp, f.path_is_relative AS fr, f.file_size_bytes AS size "
    "FROM {kind} f JOIN ducklake_table t USING (table_id) JOIN ducklake_schema s USING (schema_id) WHERE {which}"
)
_SEALS = "CREATE TABLE IF NOT EXISTS zhibiao_file_seal (path text PRIMARY KEY, sha256 text NOT NULL)"


@dataclass(frozen=True, slots=True)
class Kept:
    """A Parquet file of the lake: its address and the bytes that the catalog says it has."""

    path: str
    size: int


def name_of(number: int) -> str:
    """How the snapshot of a generation is called."""
    return f"g{number:06d}"


def numbers(folder: DataFolder) -> list[int]:
    """The generations that have a snapshot, ascending."""
    return sorted(versions(folder))


def versions(folder: DataFolder) -> dict[int, int]:
    """Snapshot by generation."""
    rows = _asked(folder, f"SELECT snapshot_id, commit_message {_NAMED}")
    return {int(str(r["commit_message"])[1:]): int(r["snapshot_id"]) for r in rows}


def pointed(folder: DataFolder) -> int | None:
    """The newest generation; None in a lake that has none yet."""
    rows = _asked(folder, f"SELECT commit_message {_NAMED} ORDER BY snapshot_id DESC LIMIT 1")
    found = _NAME.match(str(rows[0]["commit_message"])) if rows else None
    return int(found.group(1)) if found else None


def read_manifest(folder: DataFolder, number: int) -> Manifest:
    """The manifest of a generation. Raises Damaged."""
    rows = _asked(
        folder, "SELECT commit_extra_info AS said FROM ducklake_snapshot_changes WHERE commit_message = :n",
        n=name_of(number),
    )  # fmt: skip
    try:
        return manifest_from(str(rows[0]["said"]), number)
    except (IndexError, ValueError, TypeError, AttributeError) as error:
        raise Damaged(f"数据仓库里没有第 {number} 代，或它的清单读不出。请运行 zhibiao doctor。") from error


def damage(folder: DataFolder, number: int, deep: bool) -> str | None:
    """What is wrong with a generation, in Chinese; None when it is sound. `deep` re-hashes every file of it."""
    at = versions(folder).get(number)
    if at is None:
        return f"数据仓库里没有第 {number} 代。"
    try:
        read_manifest(folder, number)
    except Damaged as error:
        return str(error)
    if lake_of(folder).remote:
        return None  # an object store proves its objects itself
    sealed = _sealed(folder) if deep else {}
    for kept in files_of(folder, at):
        path = Path(kept.path)
        if not path.is_file():
            return f"第 {number} 代的数据文件 {path.name} 不见了。"
        if path.stat().st_size != kept.size:
            return f"第 {number} 代的数据文件 {path.name} 大小与目录库不符。"
        if deep and kept.path in sealed and files.sha256(path) != sealed[kept.path]:
            return f"第 {number} 代的数据文件 {path.name} 内容与登记的摘要不符。"
    return None


def files_of(folder: DataFolder, at: int | None = None) -> list[Kept]:
    """The files, of rows and of deletions, that snapshot `at` is made of; None: all that the catalog knows."""
    data = lake_of(folder).data
    found = []
    for kind in ("ducklake_data_file", "ducklake_delete_file"):
        which = "TRUE" if at is None else _LIVE
        rows = _asked(folder, _PLACES.format(kind=kind, which=which), **({} if at is None else {"at": at}))
        found += [Kept(_address(data, row), int(row["size"])) for row in rows]
    return sorted(found, key=lambda kept: kept.path)


def _address(data: str, row: Any) -> str:
    """Where a file is: each part is relative to the one before unless it says that it is not."""
    at = data
    for part, relative in (("sp", "sr"), ("tp", "tr"), ("fp", "fr")):
        at = at + str(row[part]) if row[relative] else str(row[part])
    return at


def seal_files(folder: DataFolder) -> int:
    """Keep the SHA-256 of every file that has none yet, in the PostgreSQL; how many. A writer with the lock does it."""
    if lake_of(folder).remote:
        return 0
    held, made = _sealed(folder), {}
    for kept in files_of(folder):
        if kept.path not in held and Path(kept.path).is_file():
            made[kept.path] = files.sha256(Path(kept.path))
    if made:
        with unreachable_told(lake_of(folder)), catalog(folder).begin() as conn:
            rows = [{"path": path, "sha256": sha} for path, sha in made.items()]
            conn.execute(text("INSERT INTO zhibiao_file_seal VALUES (:path, :sha256) ON CONFLICT DO NOTHING"), rows)
    return len(made)


def forget_seals(folder: DataFolder) -> None:
    """Forget the hashes of files that the catalog no longer knows."""
    gone = sorted(_sealed(folder).keys() - {kept.path for kept in files_of(folder)})
    if gone:
        with unreachable_told(lake_of(folder)), catalog(folder).begin() as conn:
            conn.execute(text("DELETE FROM zhibiao_file_seal WHERE path = ANY(:gone)"), {"gone": gone})


def _sealed(folder: DataFolder) -> dict[str, str]:
    with unreachable_told(lake_of(folder)), catalog(folder).begin() as conn:
        conn.exec_driver_sql(_SEALS)
        return {str(path): str(sha) for path, sha in conn.exec_driver_sql("SELECT path, sha256 FROM zhibiao_file_seal")}


def _asked(folder: DataFolder, query: str, **params: Any) -> Sequence[Any]:
    """Rows of a query to the catalog; none where no lake was founded yet."""
    with unreachable_told(lake_of(folder)), catalog(folder).connect() as conn:
        there = "SELECT to_regclass('ducklake_snapshot_changes') IS NOT NULL"
        if not conn.exec_driver_sql(there).scalar():
            return []
        return conn.execute(text(query), params).mappings().all()
