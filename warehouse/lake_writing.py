"""What is done with the rows of a DuckLake: a generation written in one transaction, or opened as it was.

The commit of a publication is the moment of publication. DuckLake is told not to try again when somebody else has
committed in between, so that a writer who lost his turn cannot add to what he did not read.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from warehouse import files, lake_generations, schema
from warehouse.errors import Damaged, SubmissionConflict
from warehouse.folder import DataFolder
from warehouse.instance import Run, keep_attached
from warehouse.lake import NAME, attach, lake_of, offline, silent, unreachable
from warehouse.seal import Manifest, text_of

_THEN = "lake_then"
_CONFLICT = ("Failed to commit DuckLake transaction", "Transaction conflict")


@contextmanager
def writing_lake(folder: DataFolder) -> Iterator[Connection]:
    """A connection to the newest state of the lake: one transaction, committed when the block ends well.

    Raises LakeUnreachable, EnvironmentLacks, SubmissionConflict (somebody else committed in between), DiskFull.
    """
    lake = lake_of(folder)
    engine = create_engine("duckdb:///:memory:", poolclass=NullPool, connect_args={"config": offline(lake)})

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        connection.execute(f"SET temp_directory = '{folder.run / 'spill'}'")
        attach(connection.execute, lake)
        connection.execute("SET ducklake_max_retry_count = 0")
        connection.execute(f"USE {NAME}")

    try:
        with files.room("数据仓库", folder.lake), engine.connect() as conn:
            yield conn
            files.step("commit", folder.lake)
            conn.commit()
            files.step("committed", folder.lake)
    except DBAPIError as error:
        if silent(error):
            raise unreachable(lake) from error
        if any(sign in str(error.orig) for sign in _CONFLICT):
            raise SubmissionConflict(
                "另一个进程同时写入了数据仓库，这一次没有发布，什么也没有改动。请用 zhibiao status 查看后重试。"
            ) from error
        raise
    finally:
        engine.dispose()


def name_snapshot(conn: Connection, manifest: Manifest) -> None:
    """Let what this transaction commits be the generation of this manifest."""
    said = (manifest.by, lake_generations.name_of(manifest.number), text_of(manifest))
    author, message, information = ("'" + text.replace("'", "''") + "'" for text in said)
    conn.exec_driver_sql(
        f"CALL ducklake_set_commit_message('{NAME}', {author}, {message}, extra_info => {information})"
    )


def put_back(conn: Connection, folder: DataFolder, number: int) -> None:
    """Give every table the rows that it had in generation `number`. Raises Damaged where that is no more."""
    at = lake_generations.versions(folder).get(number)
    if at is None:
        raise Damaged(f"数据仓库里没有第 {number} 代，什么也没有改动。")
    attach(conn.exec_driver_sql, lake_of(folder), at, _THEN)  # AT (VERSION) would miss what this transaction deletes
    for table in schema.metadata.sorted_tables:
        columns = ", ".join(c.name for c in table.columns)
        conn.execute(table.delete())
        conn.exec_driver_sql(f"INSERT INTO {table.name} SELECT {columns} FROM {_THEN}.main.{table.name} ORDER BY rowid")


def reading_lake(folder: DataFolder, number: int) -> Engine:
    """An engine on one generation: read-only, with no way to files but the lake's own. Raises Damaged."""
    lake, at = lake_of(folder), lake_generations.versions(folder).get(number)
    if at is None:
        raise Damaged(f"数据仓库里没有第 {number} 代。")
    engine = create_engine(
        f"duckdb:///:memory:zhibiao-{secrets.token_hex(8)}",  # named: its connections share one DuckDB
        connect_args={"config": offline(lake)}, pool_size=8, max_overflow=32,
    )  # fmt: skip

    def attached(run: Run) -> None:
        run("SET temp_directory = ''")
        attach(run, lake, at)
        run(f"SET allowed_directories = ['{lake.data}']")

    keep_attached(engine, NAME, attached)
    return engine
