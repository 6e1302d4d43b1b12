"""The audit chain shows every way of touching it; accounts do only what their role may."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from indicators.errors import UsageError
from tests.warehouse_world import STORES, fresh
from warehouse import accounts, audit, files
from warehouse.accounts import Role
from warehouse.errors import NotPermitted, SubmissionConflict
from warehouse.folder import DataFolder
from warehouse.operations import consulting, operating
from warehouse.operations_schema import audit as table


@pytest.fixture(params=STORES)
def folder(tmp_path: Path, request: pytest.FixtureRequest) -> DataFolder:
    folder = fresh(tmp_path / "data", request.param)
    with operating(folder) as conn:
        for n in range(6):
            audit.append(conn, "who", f"act.{n}", f"object{n}", detail={"值": n}, place="127.0.0.1")
    audit.anchor(folder)
    return folder


def test_whole_chain_is_silent_and_numbered(folder: DataFolder) -> None:
    assert audit.verify(folder) == []
    with consulting(folder) as conn:
        assert [r["sequence"] for r in audit.records(conn, since=2)] == [3, 4, 5, 6]


def test_an_anchor_torn_in_the_making_is_none(folder: DataFolder) -> None:
    files.temporary(folder.root / "anchors", "2026-12-01.json").write_bytes(b'{"sequ')
    assert audit.verify(folder) == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET who = 'x' WHERE sequence = 2",
        "DELETE FROM audit WHERE sequence = 2",
        {
            "sqlite": "INSERT OR REPLACE INTO audit SELECT * FROM audit WHERE sequence = 2",
            "postgresql": "TRUNCATE audit",
        },
    ],
)
def test_triggers_refuse_to_change_the_chain(folder: DataFolder, statement: str | dict[str, str]) -> None:
    with pytest.raises(IntegrityError, match="append-only"), operating(folder) as conn:
        said = statement if isinstance(statement, str) else statement[conn.dialect.name]
        conn.exec_driver_sql(said)
    assert audit.verify(folder) == []


def unguard(conn: Connection) -> None:
    """Somebody with the database in hand and no scruples."""
    if conn.dialect.name == "postgresql":
        conn.exec_driver_sql("DROP TRIGGER audit_never_changes ON audit")
        return
    for verb in ("update", "delete"):
        conn.exec_driver_sql(f"DROP TRIGGER audit_never_{verb}")


def forge(folder: DataFolder, *statements: str) -> None:
    with operating(folder) as conn:
        unguard(conn)
        for statement in statements:
            conn.exec_driver_sql(statement)


def rewrite_all(folder: DataFolder) -> None:
    with operating(folder) as conn:
        unguard(conn)
        previous = audit.START
        for record in audit.records(conn):
            forged = record | {"who": "forger", "previous": previous}
            forged["hash"] = audit.seal(previous, forged)
            conn.execute(table.update().where(table.c.sequence == record["sequence"]).values(**forged))
            previous = forged["hash"]


COPY = (
    "INSERT INTO audit SELECT 7, at, who, place, act, object, result, detail, previous, hash "
    "FROM audit WHERE sequence = 6"
)
FORGERIES: dict[str, tuple[Callable[[DataFolder], None], str]] = {
    "edit": (lambda f: forge(f, "UPDATE audit SET who = 'x' WHERE sequence = 3"), "第 3 号的内容被改动"),
    "detail": (lambda f: forge(f, "UPDATE audit SET detail = '{}' WHERE sequence = 1"), "第 1 号的内容被改动"),
    "deletion": (lambda f: forge(f, "DELETE FROM audit WHERE sequence = 3"), "第 3 号至第 3 号缺失"),
    "insertion": (lambda f: forge(f, COPY), "第 7 号与前一条接不上"),
    "reordering": (
        lambda f: forge(
            f,
            "UPDATE audit SET sequence = 99 WHERE sequence = 2",
            "UPDATE audit SET sequence = 2 WHERE sequence = 3",
            "UPDATE audit SET sequence = 3 WHERE sequence = 99",
        ),
        "第 2 号与前一条接不上",
    ),
    "truncation": (lambda f: forge(f, "DELETE FROM audit WHERE sequence > 4"), "末尾被截断"),
    "rewriting": (rewrite_all, "与库外锚点不符"),
}


@pytest.mark.parametrize("kind", FORGERIES)
def test_verify_finds(folder: DataFolder, kind: str) -> None:
    touch, told = FORGERIES[kind]
    touch(folder)
    assert any(told in problem for problem in audit.verify(folder)), audit.verify(folder)


def test_password_is_checked_and_never_stored(folder: DataFolder) -> None:
    with operating(folder) as conn:
        made = accounts.add_account(conn, "zhang", "correct horse", Role.FILLER, "张三", "TJ")
        assert accounts.check_password(conn, "zhang", "correct horse") == made
        assert accounts.check_password(conn, "zhang", "wrong horse") is None
        assert accounts.check_password(conn, "nobody", "correct horse") is None
        accounts.set_active(conn, "zhang", False, "admin")
        assert accounts.check_password(conn, "zhang", "correct horse") is None
        accounts.set_active(conn, "zhang", True, "admin")
        accounts.set_password(conn, "zhang", "another horse", "zhang")
        assert accounts.check_password(conn, "zhang", "another horse") == made
        assert accounts.accounts(conn) == [made]
    assert b"horse" not in (folder.operations.read_bytes() if folder.operations.exists() else b"")
    assert "horse" not in str(audit_records(folder))


def audit_records(folder: DataFolder) -> list[dict[str, object]]:
    with consulting(folder) as conn:
        return audit.records(conn)


def test_accounts_that_make_no_sense_are_refused(folder: DataFolder) -> None:
    with operating(folder) as conn:
        accounts.add_account(conn, "li", "long enough", "reviewer")
        with pytest.raises(SubmissionConflict, match="已经存在"):
            accounts.add_account(conn, "li", "long enough", "reviewer")
        for name, password, role in (
            ("a", "short", "admin"),
            ("", "long enough", "admin"),
            ("b", "long enough", "king"),
        ):
            with pytest.raises(UsageError):
                accounts.add_account(conn, name, password, role)
        with pytest.raises(UsageError, match="填报单位"):
            accounts.add_account(conn, "c", "long enough", "filler")


def test_roles_say_who_may_do_what(folder: DataFolder) -> None:
    with operating(folder) as conn:
        leader = accounts.add_account(conn, "leader", "long enough", Role.LEADER)
        reviewer = accounts.add_account(conn, "reviewer", "long enough", Role.REVIEWER)
    accounts.require(leader, "view")
    accounts.require(reviewer, "approve")
    with pytest.raises(NotPermitted, match="审核") as told:
        accounts.require(leader, "approve")
    assert told.value.exit_code == 4
    assert [r for r in Role if accounts.may(r, "submit") and accounts.may(r, "approve")] == []
    assert not any(accounts.may(Role.ADMIN, action) for action in ("submit", "approve", "publish", "sql"))
