"""An operations database of the first level comes up to today's, on SQLite and PostgreSQL, with the same tables."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, inspect
from sqlalchemy.exc import IntegrityError

from tests.warehouse_world import STORES, approve_return, fresh, publish_all
from warehouse import audit
from warehouse.doctor import OK, doctor
from warehouse.folder import DataFolder
from warehouse.migrations import MIGRATIONS
from warehouse.operations import consulting, migrate, operating, pending
from warehouse.operations_schema import metadata

FIRST_TABLES = {
    "migration", "account", "submission", "finding", "explanation", "revision_reason", "period_lock", "generation_log",
    "audit",
}  # fmt: skip
FIRST_ACCOUNT = {"name", "full_name", "role", "department", "password_hash", "active", "created_at"}


def first_level(folder: DataFolder) -> None:
    """Take away what later levels brought, as far as the tables of a new database tell."""
    with operating(folder) as conn:
        held = inspect(conn)
        for table in reversed(metadata.sorted_tables):
            if table.name not in FIRST_TABLES:
                conn.exec_driver_sql(f"DROP TABLE {table.name}")
        for column in sorted({c["name"] for c in held.get_columns("account")} - FIRST_ACCOUNT):
            conn.exec_driver_sql(f"ALTER TABLE account DROP COLUMN {column}")
        conn.exec_driver_sql("DELETE FROM migration WHERE number > 1")


def form(conn: Connection) -> dict[str, Any]:
    """Tables, their columns with type and whether they may be null, their keys."""
    seen = inspect(conn)
    return {
        name: (
            sorted((c["name"], str(c["type"]), c["nullable"]) for c in seen.get_columns(name)),
            seen.get_pk_constraint(name)["constrained_columns"],
            sorted((f["referred_table"], *f["constrained_columns"]) for f in seen.get_foreign_keys(name)),
        )
        for name in seen.get_table_names()
    }


@pytest.mark.parametrize("store", STORES)
def test_the_first_level_comes_up_to_what_a_new_database_is(tmp_path: Path, store: str) -> None:
    folder = fresh(tmp_path / "data", store)
    approve_return(folder, {"GDP": "1"})
    publish_all(folder)
    with consulting(folder) as conn:
        wanted = form(conn)
    first_level(folder)
    assert pending(folder) == [name for name, _ in MIGRATIONS[1:]]
    done = migrate(folder, "admin")
    assert done.applied == [name for name, _ in MIGRATIONS[1:]] and done.copy is not None and done.copy.is_file()
    with closing(sqlite3.connect(done.copy)) as old:
        assert old.execute("SELECT max(number), count(*) FROM migration").fetchall() == [(1, 1)]
        assert old.execute("SELECT state FROM submission").fetchall() == [("published",)]
    with consulting(folder) as conn:
        assert form(conn) == wanted and audit.records(conn)[-1]["act"] == "folder.migrated"
    assert {d.level for d in doctor(folder, deep=True)} == {OK} and audit.verify(folder) == []
    with operating(folder) as conn:
        conn.exec_driver_sql(
            "INSERT INTO task_programme VALUES ('P', 't', 2026, '', '', '', 'x', '2026-01-01 00:00:00')"
        )
        conn.exec_driver_sql(
            "INSERT INTO task VALUES ('T', 'P', 1, 't', 1, '', '', '', false, 'x', '2026-01-01 00:00:00')"
        )
        conn.exec_driver_sql(
            "INSERT INTO task_step VALUES ('T', 1, 'a', 'x', '2026-01-01', '2026-01-01 00:00:00', '{}')"
        )
    with pytest.raises(IntegrityError, match="append-only"), operating(folder) as conn:
        conn.exec_driver_sql("DELETE FROM task_step")
