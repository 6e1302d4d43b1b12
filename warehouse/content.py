"""The canonical content of a generation: one hash per table that does not depend on the order or layout of rows.

Two generations with equal hashes say the same, whatever their files look like. The table `generation` is left out, for
it tells when and by whom files were made.
"""

from __future__ import annotations

import hashlib

from sqlalchemy import Connection

from warehouse import schema

TABLES = tuple(name for name in schema.metadata.tables if name != "generation")
FROM_RETURNS = ("observation_version", "observation_current", "submission", "finding")


def content_hashes(conn: Connection, tables: tuple[str, ...] = TABLES) -> dict[str, str]:
    """Hash of each table's rows as a multiset of canonical texts."""
    return {name: _table_hash(conn, name) for name in tables}


def _table_hash(conn: Connection, name: str) -> str:
    columns = schema.metadata.tables[name].columns
    text = ", ".join(f"coalesce(replace({c.name}::VARCHAR, chr(31), ''), chr(30))" for c in columns)
    row = conn.exec_driver_sql(
        "SELECT count(*), coalesce(sum(md5_number_lower(t)::HUGEINT), 0), "
        "coalesce(sum(md5_number_upper(t)::HUGEINT), 0) "
        f"FROM (SELECT concat_ws(chr(31), {text}) AS t FROM {name})"
    ).one()
    return hashlib.sha256("|".join([name, *(c.name for c in columns), *map(str, row)]).encode()).hexdigest()
