"""Rows on their way into a generation: from Python objects to Arrow tables with the exact types of the schema.

Bulk goes into DuckDB as Arrow only. A number that does not fit DECIMAL(28, 10) exactly is refused, never rounded,
unless the caller says that the rows are derived; inf and nan are refused always.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_HALF_EVEN, Context, Decimal
from enum import Enum
from typing import Any

import pyarrow as pa
from sqlalchemy import Boolean, Connection, Date, DateTime, Integer, Numeric, Table

from warehouse.errors import GateFailed

_KINDS: tuple[tuple[type, Any], ...] = (
    (Numeric, pa.decimal128(28, 10)),
    (Integer, pa.int32()),
    (Boolean, pa.bool_()),
    (DateTime, pa.timestamp("us")),
    (Date, pa.date32()),
)
_BATCH = 122_880  # rows of a row group of DuckDB; batches are what its threads divide between them
_STEP = Decimal("0.0000000001")
_WIDE = Context(prec=60, rounding=ROUND_HALF_EVEN)
_LIMIT = Decimal(10) ** 18


def arrow_of(table: Table, rows: Sequence[Mapping[str, Any]], derived: bool = False) -> pa.Table:
    """An Arrow table with the columns of `table`, in its order; a key that is no column is a mistake of the caller.

    Raises GateFailed for a number that is not finite, too large, or (unless `derived`) finer than ten decimals.
    """
    names = {c.name for c in table.columns}
    if unknown := set().union(*rows) - names:
        raise ValueError(f"{table.name} has no columns {sorted(unknown)}")
    return pa.table({c.name: pa.array(_column(table, c.name, rows, derived), kind_of(c.type)) for c in table.columns})


def pour(conn: Connection, table: Table, rows: Sequence[Mapping[str, Any]] | pa.Table, derived: bool = False) -> None:
    """Insert rows into a table of the generation being built, by way of Arrow, inside the caller's transaction.

    An Arrow table is taken as it is; its columns are those of `table` by name.
    """
    if not len(rows):
        return
    pour_into(conn, table.name, rows if isinstance(rows, pa.Table) else arrow_of(table, rows, derived))


def pour_into(conn: Connection, name: str, rows: pa.Table) -> None:
    """Insert rows of an Arrow table into a table by its name."""
    register(conn, "poured", pa.Table.from_batches(rows.to_batches(_BATCH), rows.schema))
    conn.exec_driver_sql(f"INSERT INTO {name} BY NAME SELECT * FROM poured")
    unregister(conn, "poured")


def encoded_column(column: pa.ChunkedArray | pa.Array) -> pa.DictionaryArray:
    """A column as indices into its distinct values; what recurs is handed over and made once, which is most of it."""
    whole = column
    while isinstance(whole, pa.ChunkedArray):
        whole = whole.combine_chunks()
    return whole if pa.types.is_dictionary(whole.type) else whole.dictionary_encode(null_encoding="encode")


def register(conn: Connection, name: str, table: pa.Table) -> None:
    """Let SQL of this connection see an Arrow table under a name."""
    conn.exec_driver_sql("register", (name, table))


def unregister(conn: Connection, name: str) -> None:
    """Forget a registered Arrow table."""
    conn.connection.driver_connection.unregister(name)  # type: ignore[union-attr]


def fits(value: Decimal) -> bool:
    """Whether a number is finite and DECIMAL(28, 10) holds it exactly."""
    return value.is_finite() and abs(value) < _LIMIT and value == value.quantize(_STEP, context=_WIDE)


def _column(table: Table, name: str, rows: Iterable[Mapping[str, Any]], derived: bool) -> list[Any]:
    values = [row.get(name) for row in rows]
    if isinstance(table.c[name].type, Numeric):
        return [None if v is None else _exact(table, name, v, derived) for v in values]
    return [v.value if isinstance(v, Enum) else v for v in values]


def _exact(table: Table, name: str, value: Decimal, derived: bool) -> Decimal:
    if not value.is_finite() or abs(value) >= _LIMIT:
        raise GateFailed(f"{table.name}.{name} 的数值 {value} 不是有限数或超出 18 位整数，没有发布。请检查它的来源。")
    rounded = value.quantize(_STEP, context=_WIDE)
    if not derived and rounded != value:
        raise GateFailed(
            f"{table.name}.{name} 的数值 {value} 超过 10 位小数，存不下全部数字，没有发布。请检查计量单位。"
        )
    return rounded


def kind_of(kind: object) -> Any:
    """The Arrow type of a column of the schema."""
    return next((arrow for known, arrow in _KINDS if isinstance(kind, known)), pa.string())
