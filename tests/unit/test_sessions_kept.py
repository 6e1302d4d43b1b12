"""Sessions and failed logins as the operations database keeps them, on SQLite and PostgreSQL, new and migrated."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import inspect

from tests.warehouse_world import STORES, fresh
from warehouse import accounts, attempts, migrations, passwords, sessions
from warehouse.errors import TooManyAttempts
from warehouse.folder import DataFolder
from warehouse.operations import consulting, operating

NEW = ("password_at", "must_change", "demo", "oidc_subject")


@pytest.mark.parametrize("store", STORES)
def test_sessions_and_failures_are_kept_alike(tmp_path: Path, store: str) -> None:
    folder = fresh(tmp_path / "data", store)
    rules = passwords.profile()
    with operating(folder) as conn:
        made = accounts.add_account(conn, "王芳", "correct horse", "reviewer", by="test")
        first, second = (sessions.open_session(conn, made, "网页", "Firefox") for _ in range(2))
        for _ in range(rules.attempts):
            attempts.begin(conn, "王芳", "10.0.0.1")
        with pytest.raises(TooManyAttempts):
            attempts.begin(conn, "王芳", "10.0.0.2")
        attempts.succeed(conn, "王芳", "10.0.0.1")
        attempts.begin(conn, "王芳", "10.0.0.2")
    with operating(folder) as conn:
        held = sessions.find_session(conn, sessions.digest(first))
        assert held is not None and held.account == made and not held.must_change
        assert len(sessions.sessions(conn, "王芳")) == 2
        assert accounts.end_sessions(conn, "王芳", but=held.hash) == 1
        assert sessions.find_session(conn, sessions.digest(second)) is None
        accounts.set_password(conn, "王芳", "another horse", "test")
        assert sessions.sessions(conn, "王芳") == []
        (card,) = (one for one in accounts.cards(conn) if one.account == made)
        assert card.must_change and card.seen_at is None


def test_an_older_folder_gets_the_same_tables_for_logins(tmp_path: Path) -> None:
    folder = fresh(tmp_path / "data")

    def tables(where: DataFolder) -> dict[str, list[tuple[str, str, bool]]]:
        with consulting(where) as conn:
            return {
                name: [(c["name"], str(c["type"]), c["nullable"]) for c in inspect(conn).get_columns(name)]
                for name in ("account", "password_history", "session", "login_failure")
            }

    new = tables(folder)
    with operating(folder) as conn:
        for name in ("password_history", "session", "login_failure"):
            conn.exec_driver_sql(f"DROP TABLE {name}")
        for column in NEW:
            conn.exec_driver_sql(f"ALTER TABLE account DROP COLUMN {column}")
        dict(migrations.MIGRATIONS)["sessions, failed logins, ages of passwords"](conn)
    assert tables(folder) == new
