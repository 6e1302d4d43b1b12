"""The tables of a new operations database, and the numbered steps that bring an older one to the same form.

A change of `operations_schema` comes with a new function at the end of MIGRATIONS; its place is its number, and it is
never edited again. A new database is made at once and counts as having had them all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

from warehouse.operations_schema import metadata

_APPEND_ONLY = """
CREATE TRIGGER audit_never_{verb} BEFORE {verb} ON audit
BEGIN SELECT RAISE(ABORT, 'the audit chain is append-only'); END
"""

_STEPS_APPEND_ONLY = """
CREATE TRIGGER task_step_never_{verb} BEFORE {verb} ON task_step
BEGIN SELECT RAISE(ABORT, 'the steps of tasks are append-only'); END
"""

_APPEND_ONLY_SERVER = """
CREATE FUNCTION never_changes() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'the table % is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER audit_never_changes BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
FOR EACH STATEMENT EXECUTE FUNCTION never_changes();
"""

_STEPS_APPEND_ONLY_SERVER = """
CREATE TRIGGER task_step_never_changes BEFORE UPDATE OR DELETE OR TRUNCATE ON task_step
FOR EACH STATEMENT EXECUTE FUNCTION never_changes()
"""


def create_tables(conn: Connection) -> None:
    """Make every table of a new database, and the triggers that keep the audit chain and the steps append-only."""
    metadata.create_all(conn, checkfirst=False)
    if conn.dialect.name == "postgresql":
        conn.exec_driver_sql(_APPEND_ONLY_SERVER.replace("%", "%%"))
        conn.exec_driver_sql(_STEPS_APPEND_ONLY_SERVER)
        return
    for verb in ("update", "delete"):
        conn.exec_driver_sql(_APPEND_ONLY.format(verb=verb))
        conn.exec_driver_sql(_STEPS_APPEND_ONLY.format(verb=verb))


@contextmanager
def unguarded(conn: Connection) -> Iterator[None]:
    """Let archived rows of the audit go, inside a transaction that guards the table again before it ends."""
    if conn.dialect.name == "postgresql":
        conn.exec_driver_sql("ALTER TABLE audit DISABLE TRIGGER audit_never_changes")
        yield
        conn.exec_driver_sql("ALTER TABLE audit ENABLE TRIGGER audit_never_changes")
        return
    conn.exec_driver_sql("DROP TRIGGER audit_never_delete")
    yield
    conn.exec_driver_sql(_APPEND_ONLY.format(verb="delete"))


def _moment(conn: Connection) -> str:
    """The type of a moment, which PostgreSQL and SQLite call by different names."""
    return "TIMESTAMP" if conn.dialect.name == "postgresql" else "DATETIME"


def _add_api_token(conn: Connection) -> None:
    conn.exec_driver_sql(
        "CREATE TABLE api_token (account VARCHAR NOT NULL PRIMARY KEY REFERENCES account (name), "
        f"hash VARCHAR NOT NULL UNIQUE, issued_by VARCHAR NOT NULL, issued_at {_moment(conn)} NOT NULL)"
    )


def _add_tasks(conn: Connection) -> None:
    moment = _moment(conn)
    conn.exec_driver_sql(
        "CREATE TABLE task_programme (code VARCHAR NOT NULL PRIMARY KEY, title VARCHAR NOT NULL, "
        "year INTEGER NOT NULL, number VARCHAR NOT NULL, issuer VARCHAR NOT NULL, origin VARCHAR NOT NULL, "
        f'"by" VARCHAR NOT NULL, at {moment} NOT NULL)'
    )
    conn.exec_driver_sql(
        "CREATE TABLE task (code VARCHAR NOT NULL PRIMARY KEY, "
        "programme VARCHAR NOT NULL REFERENCES task_programme (code), number INTEGER NOT NULL, title VARCHAR NOT NULL, "
        "chapter INTEGER NOT NULL, chapter_title VARCHAR NOT NULL, text TEXT NOT NULL, "
        f'links TEXT NOT NULL, example BOOLEAN NOT NULL, "by" VARCHAR NOT NULL, at {moment} NOT NULL)'
    )
    conn.exec_driver_sql(
        "CREATE TABLE task_step (task VARCHAR NOT NULL REFERENCES task (code), sequence INTEGER NOT NULL, "
        f'act VARCHAR NOT NULL, "by" VARCHAR NOT NULL, day DATE NOT NULL, at {moment} NOT NULL, detail TEXT NOT NULL, '
        "PRIMARY KEY (task, sequence))"
    )
    if conn.dialect.name == "postgresql":
        conn.exec_driver_sql(_STEPS_APPEND_ONLY_SERVER)
        return
    for verb in ("update", "delete"):
        conn.exec_driver_sql(_STEPS_APPEND_ONLY.format(verb=verb))


def _add_sessions(conn: Connection) -> None:
    moment = _moment(conn)
    for column in (f"password_at {moment}", "must_change BOOLEAN", "demo BOOLEAN", "oidc_subject VARCHAR"):
        conn.exec_driver_sql(f"ALTER TABLE account ADD COLUMN {column}")
    conn.exec_driver_sql(
        "CREATE TABLE password_history (account VARCHAR NOT NULL REFERENCES account (name), "
        f"ended_at {moment} NOT NULL, hash VARCHAR NOT NULL, PRIMARY KEY (account, ended_at))"
    )
    conn.exec_driver_sql(
        "CREATE TABLE session (hash VARCHAR NOT NULL PRIMARY KEY, "
        f"account VARCHAR NOT NULL REFERENCES account (name), opened_at {moment} NOT NULL, "
        f"seen_at {moment} NOT NULL, place VARCHAR NOT NULL, browser VARCHAR NOT NULL, method VARCHAR NOT NULL)"
    )
    conn.exec_driver_sql(
        "CREATE TABLE login_failure (kind VARCHAR NOT NULL, subject VARCHAR NOT NULL, count INTEGER NOT NULL, "
        f"last_at {moment} NOT NULL, PRIMARY KEY (kind, subject))"
    )


def _add_saved_queries(conn: Connection) -> None:
    moment = _moment(conn)
    conn.exec_driver_sql(
        "CREATE TABLE saved_query (number INTEGER NOT NULL PRIMARY KEY, "
        "account VARCHAR NOT NULL REFERENCES account (name), title VARCHAR NOT NULL, sql TEXT NOT NULL, "
        f"params TEXT NOT NULL, as_of DATE, chart TEXT NOT NULL, shared BOOLEAN NOT NULL, saved_at {moment} NOT NULL)"
    )


MIGRATIONS: tuple[tuple[str, Callable[[Connection], None]], ...] = (
    ("first tables", create_tables),
    ("tokens of the HTTP API", _add_api_token),
    ("tasks and their steps", _add_tasks),
    ("sessions, failed logins, ages of passwords", _add_sessions),
    ("questions that people keep", _add_saved_queries),
)
