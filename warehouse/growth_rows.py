"""The rows of `growth`, kept narrow in a file: codes and numbers in the schema `coded`, and `growth` a view over them.

Of a row of growth only the number is its own; whose it is, its period and its kind recur thousands of times, and to
write ten texts for each of millions of rows takes longer than to work the numbers out. Whoever asks `growth` sees the
columns of `schema.growth`. In a DuckLake it is a table, for Parquet keeps what recurs as codes by itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
from sqlalchemy import BigInteger, Column, Connection, FromClause, Integer, column, text

from warehouse import schema
from warehouse.arrow import arrow_of, encoded_column, kind_of, pour, pour_into

# What recurs, by the table that keeps it beside its code.
_PARTS = {
    "series": ("派生速度的序列", ("indicator", "area", "department", "scope", "price_basis", "origin")),
    "period": ("派生速度的报告期", ("period", "period_end")),
    "kind": ("派生速度的类别", ("kind", "unit", "reason")),
}
_NUMBER = "coded.growth_number"
_CODE = Column("code", Integer, comment="编码")
_PART_OF = {name: part for part, (_, names) in _PARTS.items() for name in names}
_COLUMNS = ", ".join(f"{_PART_OF.get(c.name, 'number')}.{c.name}" for c in schema.growth.columns)
_JOINED = f"{_NUMBER} AS number " + " ".join(f"JOIN coded.growth_{p} AS {p} ON {p}.code = number.{p}" for p in _PARTS)
CODED = "SELECT 1 FROM duckdb_views() WHERE database_name = current_database() AND view_name = 'growth'"
_IN_LAKE = "SELECT 1 FROM duckdb_databases() WHERE database_name = current_database() AND type = 'ducklake'"


def found(conn: Connection) -> None:
    """Make `growth`, empty, in a new file or lake."""
    run = conn.exec_driver_sql
    if run(_IN_LAKE).first():
        schema.growth.create(conn, checkfirst=False)
        return
    run("CREATE SCHEMA coded")
    for part, (about, names) in _PARTS.items():
        _create(conn, f"coded.growth_{part}", about, {"code": _CODE} | {n: schema.growth.c[n] for n in names})
    _create(conn, _NUMBER, "派生速度的数值", dict.fromkeys(_PARTS, _CODE) | {"value": schema.growth.c.value})
    run(f"CREATE VIEW growth AS SELECT {_COLUMNS} FROM {_JOINED}")
    run(f"COMMENT ON VIEW growth IS '{schema.growth.comment}'")
    for one in schema.growth.columns:
        run(f"COMMENT ON COLUMN growth.{one.name} IS '{one.comment}'")


def _create(conn: Connection, name: str, about: str, columns: Mapping[str, Column[Any]]) -> None:
    kinds = (f"{n} {one.type.compile(dialect=conn.dialect)}" for n, one in columns.items())
    conn.exec_driver_sql(f"CREATE TABLE {name} ({', '.join(kinds)})")
    conn.exec_driver_sql(f"COMMENT ON TABLE {name} IS '{about}，合起来就是 growth'")
    for n, one in columns.items():
        conn.exec_driver_sql(f"COMMENT ON COLUMN {name}.{n} IS '{one.comment}'")


def take_over(conn: Connection) -> bool:
    """Give a file of an older program, where `growth` is a table, the form of this one, empty; whether it was one."""
    run = conn.exec_driver_sql
    if run(CODED).first() or run(_IN_LAKE).first():
        return False
    run("DROP TABLE growth")
    found(conn)
    return True


def forget(conn: Connection, touched: str | None, span: tuple[date, date] | None) -> None:
    """Remove all growth, or that of the indicators and areas in the table `touched`, of periods that end in `span`."""
    run, in_lake = conn.exec_driver_sql, conn.exec_driver_sql(_IN_LAKE).first()
    if touched is None:
        for name in ("growth",) if in_lake else (_NUMBER, *(f"coded.growth_{part}" for part in _PARTS)):
            run(f"DELETE FROM {name}")
        return
    owned = f"(indicator, area) IN (SELECT (indicator, area) FROM {touched})"
    within = f"period_end BETWEEN DATE '{span[0]}' AND DATE '{span[1]}'" if span else "true"
    if in_lake:
        run(f"DELETE FROM growth WHERE {owned} AND {within}")
    else:
        run(
            f"DELETE FROM {_NUMBER} WHERE series IN (SELECT code FROM coded.growth_series WHERE {owned}) "
            f"AND period IN (SELECT code FROM coded.growth_period WHERE {within})"
        )


def fill(conn: Connection, rows: Sequence[Mapping[str, Any]] | pa.Table) -> None:
    """Add derived rows, by column name or as an Arrow table with the columns of `schema.growth`."""
    if not len(rows):
        return
    table = rows if isinstance(rows, pa.Table) else arrow_of(schema.growth, rows, derived=True)
    if conn.exec_driver_sql(_IN_LAKE).first():
        pour(conn, schema.growth, table)
        return
    codes = {part: _codes(conn, part, table) for part in _PARTS}
    pour_into(conn, _NUMBER, pa.table(codes | {"value": table.column("value")}))


def _codes(conn: Connection, part: str, table: pa.Table) -> pa.ChunkedArray:
    """The code of each row for one part of it; what has none yet gets the next one."""
    name, names = f"coded.growth_{part}", _PARTS[part][1]
    held = conn.exec_driver_sql(f"SELECT {', '.join(names)} FROM {name} ORDER BY code").all()
    known = {tuple(key): code for code, key in enumerate(held)}
    chunks = [_codes_of(batch, known) for batch in table.select(names).to_batches()]
    if new := [*known][len(held) :]:
        kinds = [kind_of(schema.growth.c[n].type) for n in names]
        columns = [pa.array(values, kind) for values, kind in zip(zip(*new, strict=True), kinds, strict=True)]
        codes = pa.array(range(len(held), len(known)), pa.int32())
        pour_into(conn, name, pa.table([codes, *columns], ["code", *names]))
    return pa.chunked_array(chunks, pa.int32())


def _codes_of(batch: pa.RecordBatch, known: dict[tuple[Any, ...], int]) -> pa.Array:
    """The code of each row of a batch; only those that differ become objects."""
    encoded = [encoded_column(whole) for whole in batch.columns]
    together = np.zeros(len(batch), dtype=np.int64)
    for texts in encoded:
        together = together * len(texts.dictionary) + texts.indices.to_numpy()
    found = pa.array(together).dictionary_encode()
    place, one = found.indices.to_numpy(), np.zeros(len(found.dictionary), dtype=np.int64)
    one[place] = np.arange(len(place))  # a row that has it
    keys = zip(*(texts.take(pa.array(one)).to_pylist() for texts in encoded), strict=True)
    return pa.array(np.array([known.setdefault(key, len(known)) for key in keys], dtype=np.int32)[place])


def numbered() -> FromClause:
    """`growth` of a file with `rowid`, the place of each row as it is stored, which a view has not."""
    said = text(f"SELECT {_COLUMNS}, number.rowid AS rowid FROM {_JOINED}")
    return said.columns(
        *(column(c.name, c.type) for c in schema.growth.columns), column("rowid", BigInteger)
    ).subquery()
