"""Moving between files and a DuckLake: a restored folder takes its stores to the servers, a backup brings them back.

Both ways a generation keeps its number and its content, which is proved table by table before it counts; what it was
sealed with changes, and the log of generations is told. Older generations stay behind: in the backup, or in the lake.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from sqlalchemy import Connection, create_engine
from sqlalchemy.pool import NullPool

from indicators.errors import UsageError
from warehouse import audit, files, lake_generations, schema, seal
from warehouse.build import found_tables
from warehouse.content import content_hashes
from warehouse.errors import Damaged
from warehouse.folder import DataFolder
from warehouse.lake import NAME, settle_lake
from warehouse.lake_copy import copy_out, in_order
from warehouse.lake_writing import name_snapshot, writing_lake
from warehouse.operations import fill_server, operating, prove_empty
from warehouse.operations_schema import generation_log
from warehouse.seal import Manifest

_FILE = "of_files"


def move_in(folder: DataFolder, address: str, operations: str) -> None:
    """Take the stores of a folder just restored, which nobody else knows yet, into a DuckLake and a PostgreSQL.

    Raises UsageError where the servers already hold something, Damaged when what came in is not what went.
    """
    number = seal.pointed(folder)
    if number is None:
        raise Damaged("现行代号 CURRENT 读不出，没有搬入数据仓库。请换一份备份。")
    manifest, path = seal.read_manifest(folder, number), seal.file_of(folder, number)
    prove_empty(operations)
    settle_lake(folder, address)
    if seal.pointed(folder) is not None:
        raise UsageError("这个数据仓库里已有发布过的数据，没有搬入。请另选一个空的 PostgreSQL 库和共享文件夹。")
    held = replace(manifest, size=0, sha256="")
    held = replace(held, sha256=seal.own_hash(held))
    _pour(folder, path, held)
    fill_server(folder, operations)
    lake_generations.seal_files(folder)
    with operating(folder) as conn:
        _relog(conn, held)
    for old in (*folder.generations.iterdir(), folder.operations):
        files.remove(old)


def _pour(folder: DataFolder, path: Path, manifest: Manifest) -> None:
    """Every row of a generation's file into the lake, in one transaction that names it."""
    with writing_lake(folder) as conn:
        conn.exec_driver_sql(f"ATTACH '{path}' AS {_FILE} (READ_ONLY)")
        found_tables(conn)
        for table in schema.metadata.sorted_tables:
            conn.exec_driver_sql(f"INSERT INTO {table.name} {in_order(table, _FILE)}")
        inside = content_hashes(conn)
        conn.exec_driver_sql(f"USE {_FILE}")
        outside = content_hashes(conn)
        conn.exec_driver_sql(f"USE {NAME}")
        if differing := [name for name in outside if outside[name] != inside[name]]:
            raise Damaged(f"搬入数据仓库后与原来不同：{'、'.join(differing)}，已作废，什么也没有留下。请重试。")
        name_snapshot(conn, manifest)


def out_of_lake(folder: DataFolder, number: int, making: Path, operations: Path) -> Manifest:
    """Write a generation into a file at `making`, and tell a copy of the operations database (SQLite) so."""
    copy_out(folder, number, making)
    held = seal.read_manifest(folder, number)
    manifest = replace(held, size=making.stat().st_size, sha256=files.sha256(making))
    beside = create_engine(f"sqlite:///{operations}", poolclass=NullPool)
    with beside.begin() as conn:
        _relog(conn, manifest)
    beside.dispose()
    return manifest


def _relog(conn: Connection, manifest: Manifest) -> None:
    """Let the log of generations and the audit say that this published one alone is here, and under which seal."""
    n, published = manifest.number, generation_log.c.state == "published"
    conn.execute(generation_log.update().where(published, generation_log.c.number < n).values(state="removed"))
    conn.execute(generation_log.update().where(generation_log.c.number == n).values(sha256=manifest.sha256))
    audit.append(conn, "zhibiao", "generation.moved", f"g{n:06d}", detail={"sha256": manifest.sha256})
