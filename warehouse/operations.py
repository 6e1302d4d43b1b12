"""Opening the operations database: one engine, one transaction at a time, and the numbered migrations behind it.

`operating` is the only way in. On SQLite a transaction takes the write lock at its start (BEGIN IMMEDIATE), keeps a
rollback journal and is on the disk when it returns; on PostgreSQL one advisory lock does the same. Nothing is kept of
a transaction that fails. What the tables mean is known by `submissions`, `accounts`, `audit` and `generations`.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, MetaData, create_engine, event, func, inspect, make_url, select
from sqlalchemy.exc import ArgumentError, DatabaseError, OperationalError
from sqlalchemy.pool import NullPool

from indicators.errors import UsageError
from warehouse import anchors, files
from warehouse.errors import (
    Damaged,
    DiskFailed,
    FolderMissing,
    FolderTooNew,
    FolderTooOld,
    OperationsBusy,
    OperationsUnreachable,
)
from warehouse.folder import DataFolder
from warehouse.migrations import MIGRATIONS, create_tables
from warehouse.moments import utc_now
from warehouse.operations_schema import metadata, migration

__all__ = ["Connection", "consulting", "level", "migrate", "operating"]  # Connection: the type, for callers above

BUSY_SECONDS = 10
HEAD = "audit head"  # under which a connection has the first and the last record that its transaction appended
ADDRESS = "ZHIBIAO_OPERATIONS"  # environment: where a new folder's operations database goes, if not into SQLite
_WRITING = 7_316_201  # the advisory lock of writers; any number, always the same


@dataclass(frozen=True, slots=True)
class Migrated:
    """What a migration did: names of the steps, and where the older database was copied to before."""

    applied: list[str]
    copy: Path | None


_engines: dict[tuple[int, Path], Engine] = {}


@contextmanager
def operating(folder: DataFolder, older: bool = False) -> Iterator[Connection]:
    """One transaction on the operations database: committed when the block ends well, else undone.

    `older`: also on one that has not had all migrations, for what every level has.
    Raises OperationsBusy, FolderTooNew, FolderTooOld, Damaged, DiskFull.
    """
    _prove_there(folder)
    with _spoken(folder), _transaction(folder) as conn:
        _prove_level(conn, folder, older)
        yield conn


@contextmanager
def consulting(folder: DataFolder, older: bool = False) -> Iterator[Connection]:
    """A read-only transaction: it sees one moment and keeps nobody from writing. Raises as `operating`."""
    _prove_there(folder)
    with _spoken(folder), _engine(folder).connect() as conn:
        conn.execution_options(consulting=True)
        if conn.dialect.name == "sqlite":
            conn.exec_driver_sql("PRAGMA query_only=ON")
        _prove_level(conn, folder, older)
        yield conn


def migrate(folder: DataFolder, who: str = "zhibiao") -> Migrated:
    """Bring the database to this program's level, all or nothing.

    A new database is made as `operations_schema` has it; an older one is copied to `operations.sqlite.levelN` and takes
    the migrations it lacks, in order. The caller holds the writer lock.
    """
    from warehouse import audit

    copy: Path | None = None
    if _is_there(folder) and pending(folder):
        with _spoken(folder), _engine(folder).connect() as conn:
            conn.execution_options(consulting=True)
            held = level(conn)
        if held:
            copy = folder.operations.with_name(f"{folder.operations.name}.level{held}")
            copy_database(folder, copy)
    with _spoken(folder), _transaction(folder) as conn:
        found = level(conn)
        if found == 0:
            create_tables(conn)
        missing = list(enumerate(MIGRATIONS, 1))[found:]
        for number, (name, apply) in missing:
            if found:
                apply(conn)
            conn.execute(migration.insert().values(number=number, name=name, applied_at=utc_now()))
        names = [name for _, (name, _apply) in missing]
        if found and names:
            audit.append(conn, who, "folder.migrated", f"level{len(MIGRATIONS)}", detail={"steps": names})
        return Migrated(names, copy)


def pending(folder: DataFolder) -> list[str]:
    """Names of the migrations that this database lacks. Raises FolderTooNew, FolderMissing, Damaged."""
    _prove_there(folder)
    with _spoken(folder), _engine(folder).connect() as conn:
        conn.execution_options(consulting=True)
        found = level(conn)
        _prove_not_newer(found, folder)
        return [name for name, _ in MIGRATIONS[found:]]


def copy_database(folder: DataFolder, target: Path) -> None:
    """A consistent copy of the database as it is now, as SQLite whatever it is, taken beside readers and writers."""
    files.step("copy", target)
    if folder.server.is_file():
        _copy_server(folder, target)
        return
    with _spoken(folder):
        read, written = sqlite3.connect(folder.operations), sqlite3.connect(target)
        try:
            read.backup(written)
        finally:
            written.close()
            read.close()


def _copy_server(folder: DataFolder, target: Path) -> None:
    """The rows of a PostgreSQL as one moment knew them, in a SQLite file of the same tables, of an older level too."""
    beside = create_engine(f"sqlite:///{target}", poolclass=NullPool)
    with consulting(folder, older=True) as read, beside.begin() as written:
        tables = metadata
        if level(read) == len(MIGRATIONS):
            create_tables(written)
        else:
            tables = MetaData()
            tables.reflect(read)
            tables.create_all(written)
        _copy_rows(read, written, tables)
    beside.dispose()


def _copy_rows(read: Connection, written: Connection, tables: MetaData) -> None:
    for table in tables.sorted_tables:
        if rows := [dict(row) for row in read.execute(select(table)).mappings()]:
            written.execute(table.insert(), rows)


def fill_server(folder: DataFolder, address: str) -> None:
    """Take the SQLite of a folder that nobody else knows yet into an empty PostgreSQL, and let the folder use that.

    Raises UsageError for an address of another kind and for a database that is not empty, and as `operating`.
    """
    prove_empty(address)
    beside = create_engine(f"sqlite:///{folder.operations}", poolclass=NullPool)
    settle_server(folder, address)
    with _spoken(folder), beside.connect() as read, _transaction(folder) as written:
        create_tables(written)
        _copy_rows(read, written, metadata)
    beside.dispose()


def prove_empty(address: str) -> None:
    """Raise UsageError unless the PostgreSQL at an address answers and holds no operations database."""
    engine = create_engine(_parsed(address), poolclass=NullPool, connect_args={"connect_timeout": BUSY_SECONDS})
    try:
        with engine.connect() as conn:
            taken = inspect(conn).has_table(migration.name)
    except OperationalError as error:
        raise OperationsUnreachable(
            f"PostgreSQL 没有应答：{str(error.orig).splitlines()[0]}。什么也没有改动；请检查 {ADDRESS} 里的地址和口令。"
        ) from error
    if taken:
        raise UsageError("这个 PostgreSQL 库里已有一个业务库，没有搬入，什么也没有改动。请另选一个空的库。")


def settle_server(folder: DataFolder, address: str) -> None:
    """Let a folder that is being made keep its operations database in a PostgreSQL; its password is not written down.

    Raises UsageError for an address of another kind.
    """
    url = _parsed(address)
    said = {"url": url._replace(password=None).render_as_string()}
    files.write(folder.server, json.dumps(said, indent=1).encode(), "业务库地址")


def _parsed(address: str) -> URL:
    try:
        url = make_url(address)
    except ArgumentError:
        url = None
    if url is None or url.get_backend_name() != "postgresql":
        raise UsageError(
            f"环境变量 {ADDRESS} 的写法应为 postgresql+psycopg://用户@主机:端口/库名。什么也没有改动；请改正后再试。"
        )
    return url.set(drivername="postgresql+psycopg")


def _server(folder: DataFolder) -> URL:
    """Where the folder's PostgreSQL is; the environment may add what the file does not say, a password."""
    if given := os.environ.get(ADDRESS):
        return _parsed(given)
    try:
        return _parsed(json.loads(folder.server.read_text("utf-8"))["url"])
    except (ValueError, KeyError, TypeError) as error:
        raise Damaged(f"{folder.server} 已损坏，读不出业务库在哪里。请改正它，或从备份恢复。") from error


def level(conn: Connection) -> int:
    """Number of the last migration applied; 0 for an empty database."""
    if not inspect(conn).has_table(migration.name):
        return 0
    return int(conn.scalar(select(func.coalesce(func.max(migration.c.number), 0))) or 0)


def _prove_level(conn: Connection, folder: DataFolder, older: bool) -> None:
    found = level(conn)
    _prove_not_newer(found, folder)
    if found < len(MIGRATIONS) and not older:
        raise FolderTooOld(
            f"{folder.root} 的业务库是旧版（第 {found} 级，需要第 {len(MIGRATIONS)} 级）。"
            "什么也没有改动；请运行 zhibiao migrate --apply（会先自动备份）。"
        )


def _prove_not_newer(found: int, folder: DataFolder) -> None:
    if found > len(MIGRATIONS):
        raise FolderTooNew(
            f"{folder.root} 的业务库由更新的程序写成（第 {found} 级，本程序只到第 {len(MIGRATIONS)} 级）。"
            "什么也没有改动；请升级本程序。"
        )


def _is_there(folder: DataFolder) -> bool:
    return folder.server.is_file() or folder.operations.is_file()


def _prove_there(folder: DataFolder) -> None:
    if not _is_there(folder):
        raise FolderMissing(
            f"{folder.root} 里没有业务库 operations.sqlite。请运行 zhibiao doctor --data {folder.root}。"
        )


@contextmanager
def _transaction(folder: DataFolder) -> Iterator[Connection]:
    """Committed when the block ends well; how far the audit chain then goes is noted outside the database."""
    with _engine(folder).connect() as conn:
        conn.info.pop(HEAD, None)
        conn.begin()
        yield conn
        files.step("commit", folder.operations)
        conn.commit()
        files.step("committed", folder.operations)
        first, head = conn.info.pop(HEAD, (0, None))
    if head:
        anchors.follow(folder, head, first)


@contextmanager
def _spoken(folder: DataFolder) -> Iterator[None]:
    """Say in words what SQLite says in codes."""
    with files.room("业务库", folder.operations):
        try:
            yield
        except OperationalError as error:
            if folder.server.is_file() and "lock timeout" not in str(error.orig):
                raise OperationsUnreachable(
                    f"业务库所在的 PostgreSQL 没有应答：{str(error.orig).splitlines()[0]}。这一步什么也没有改动；"
                    f"请检查它是否在运行、{folder.server} 里的地址和口令（PGPASSWORD 或 {ADDRESS}）。"
                ) from error
            if "locked" in str(error.orig) or "lock timeout" in str(error.orig):
                raise OperationsBusy(
                    f"业务库正被别人写入，等了 {BUSY_SECONDS} 秒仍未轮到。这一步什么也没有改动；请稍后再试。"
                ) from error
            if "disk I/O error" in str(error.orig):
                raise DiskFailed(
                    f"业务库 {folder.operations} 读写磁盘时出错，这一步什么也没有改动。请检查磁盘与配额后重试。"
                ) from error
            raise
        except DatabaseError as error:
            if "malformed" in str(error.orig) or "not a database" in str(error.orig):
                raise Damaged(
                    f"业务库 {folder.operations} 已损坏，没有使用。请运行 zhibiao doctor，再从备份恢复。"
                ) from error
            raise


def _engine(folder: DataFolder) -> Engine:
    key = (os.getpid(), folder.operations)
    if key not in _engines and folder.server.is_file():
        engine = create_engine(_server(folder), pool_pre_ping=True, connect_args={"connect_timeout": BUSY_SECONDS})
        event.listen(engine, "begin", _begin_on_server)
        _engines[key] = engine
    elif key not in _engines:
        engine = create_engine(
            f"sqlite:///{folder.operations}", poolclass=NullPool, connect_args={"timeout": BUSY_SECONDS}
        )
        event.listen(engine, "connect", _prepare)
        event.listen(engine, "begin", _begin)
        _engines[key] = engine
    return _engines[key]


def _begin(conn: Connection) -> None:
    conn.exec_driver_sql("BEGIN" if conn.get_execution_options().get("consulting") else "BEGIN IMMEDIATE")


def _begin_on_server(conn: Connection) -> None:
    """Writers go one after the other, so that numbers and the audit chain have no gaps; readers see one moment."""
    if conn.get_execution_options().get("consulting"):
        conn.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
    else:
        conn.exec_driver_sql(f"SET LOCAL lock_timeout = '{BUSY_SECONDS}s'")
        conn.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITING})")


def _prepare(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # transactions are begun by us, not guessed by the driver
    for pragma in ("journal_mode=DELETE", "synchronous=FULL", "foreign_keys=ON", "recursive_triggers=ON"):
        connection.execute(f"PRAGMA {pragma}")
