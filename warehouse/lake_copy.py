"""Copies of a DuckLake's generations as single DuckDB files on this machine: for SQL by hand, sharing, backups.

People's SQL runs in a process without a network and without passwords, so it is answered from a copy, never from the
lake. A copy has the name of its generation, is made whole or not at all, and can be made again at any time.
"""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
from sqlalchemy import Connection, Table

from warehouse import files, growth_rows, lake_generations, schema
from warehouse.build import found_tables, writing_file
from warehouse.errors import Damaged
from warehouse.folder import DataFolder
from warehouse.lake import NAME, attach, lake_of, offline
from warehouse.vintages import ORDERED

_KEPT = 3
_AT_ONCE = 1_000_000  # rows of growth
_SORTED = {
    "observation_version": ORDERED,
    "observation_current": ORDERED,
    "growth": "indicator, area, department, scope, price_basis, kind, period_end",
}


def copy_of(folder: DataFolder, number: int) -> Path:
    """The copy of a generation on this machine, made now unless it is there. Raises Damaged, DiskFull."""
    place = folder.run / "copies"
    path = place / f"g{number:06d}.duckdb"
    if path.is_file():
        return path
    files.make_directory(place)
    beside = files.temporary(place, path.name)
    try:
        copy_out(folder, number, beside)
        beside.chmod(0o444)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    for old in sorted(place.glob("g*.duckdb"))[:-_KEPT]:
        files.remove(old)
    return path


def copy_out(folder: DataFolder, number: int, path: Path) -> None:
    """Write a generation of the lake into a DuckDB file that is not there yet. Raises Damaged, DiskFull."""
    at = lake_generations.versions(folder).get(number)
    if at is None:
        raise Damaged(f"数据仓库里没有第 {number} 代，没有复制。请用 zhibiao status 查看各代。")
    lake = lake_of(folder)
    with writing_file(path, offline(lake)) as conn:
        attach(conn.exec_driver_sql, lake, at)
        found_tables(conn)
        for table in schema.metadata.sorted_tables:
            if table is schema.growth:
                _copy_growth(conn, in_order(table, NAME))
            else:
                conn.exec_driver_sql(f"INSERT INTO {table.name} {in_order(table, NAME)}")


def _copy_growth(conn: Connection, asked: str) -> None:
    """Fill the growth of a file with what a select finds, some at a time."""
    with conn.connection.driver_connection.duplicate() as beside:  # type: ignore[union-attr]
        for batch in beside.execute(asked).to_arrow_reader(_AT_ONCE):
            growth_rows.fill(conn, pa.Table.from_batches([batch]))


def in_order(table: Table, source: str) -> str:
    """The select of a table's rows in another attached database, in the order it is stored in."""
    columns = ", ".join(c.name for c in table.columns)
    order = _SORTED.get(table.name, "rowid")
    return f"SELECT {columns} FROM {source}.main.{table.name} ORDER BY {order}"
