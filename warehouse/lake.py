"""The warehouse beyond one machine: where a DuckLake is, how it is attached, and whose turn it is to write in it.

Its catalog is a PostgreSQL, its numbers are Parquet files in a folder that all machines share or in an S3-compatible
store. DuckDB's extensions come from installed wheels and are loaded by path; nothing is fetched. Which snapshot is
which generation is known by `lake_generations`, what is written by `lake_writing`.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import duckdb
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError
from sqlalchemy.pool import NullPool

from indicators.errors import UsageError
from warehouse import files
from warehouse.errors import Damaged, EnvironmentLacks, LakeUnreachable, WriterBusy
from warehouse.folder import DataFolder, writer

ADDRESS = "ZHIBIAO_WAREHOUSE"  # environment: where a new folder's generations go, if not into files of its own
SCHEMA = "zhibiao_lake"  # of the PostgreSQL database, holding DuckLake's tables
NAME = "lake"  # as which it is attached
PATIENCE = 60  # seconds that a writer waits for its turn
_TURN = 7_316_202  # the advisory lock of writers; any number, always the same
_REMOTE = "s3://"
_SPELLING = (
    f"环境变量 {ADDRESS} 的写法应为 ducklake:postgresql://用户@主机:端口/库名?data=/共享文件夹（或 s3://桶/路径）"
)
_SILENT = ("nable to connect to Postgres", "server closed the connection", "terminating connection", "connection to")


@dataclass(frozen=True, slots=True)
class Lake:
    """A DuckLake by the address of its catalog and by where its Parquet files are, ending in a slash."""

    catalog: URL
    data: str

    @property
    def remote(self) -> bool:
        """Whether the files are in an object store."""
        return self.data.startswith(_REMOTE)


def settle_lake(folder: DataFolder, address: str) -> None:
    """Let a folder that is being made keep its generations in a DuckLake; its password is not written down.

    Raises UsageError for an address of another kind, EnvironmentLacks where the extensions are not installed.
    """
    lake = parsed(address)
    extensions(lake.remote)
    if not lake.remote:
        _prove_apart(folder, Path(lake.data))
        files.make_directory(Path(lake.data))
    kept = lake.catalog.set(password=None, drivername="postgresql").render_as_string()
    files.write(
        folder.lake, json.dumps({"url": f"ducklake:{kept}?data={lake.data}"}, indent=1).encode(), "数据仓库地址"
    )


def _prove_apart(folder: DataFolder, data: Path) -> None:
    """The lake removes what it does not know from its place, so nothing else may be there."""
    inside = data.is_relative_to(folder.root) or folder.root.is_relative_to(data)
    if inside or (data.exists() and (not data.is_dir() or any(data.iterdir()))):
        raise UsageError(
            f"{data} 不是空文件夹，或与数据文件夹 {folder.root} 重叠，没有用作数据仓库。什么也没有改动；"
            f"请在 {ADDRESS} 里另写一个空的共享文件夹：维护时会清除其中无主的文件。"
        )


def lake_of(folder: DataFolder) -> Lake:
    """Where the folder's DuckLake is; the environment may add what its file does not say, a password."""
    if given := os.environ.get(ADDRESS):
        return parsed(given)
    try:
        return parsed(str(json.loads(folder.lake.read_text("utf-8"))["url"]))
    except (ValueError, KeyError, TypeError, UsageError) as error:
        raise Damaged(f"{folder.lake} 已损坏，读不出数据仓库在哪里。请改正它，或从备份恢复。") from error


def parsed(address: str) -> Lake:
    """The two places that an address names. Raises UsageError."""
    kind, _, rest = address.partition(":")
    try:
        url = make_url(rest) if kind == "ducklake" else None
    except ArgumentError:
        url = None
    data = str(url.query.get("data", "")) if url is not None else ""
    if (
        url is None
        or url.get_backend_name() != "postgresql"
        or not (data.startswith((_REMOTE, "/")) or Path(data).drive)
    ):
        raise UsageError(f"{_SPELLING}。什么也没有改动；请改正后再试。")
    return Lake(url.set(drivername="postgresql+psycopg", query={}), data.rstrip("/") + "/")


def extensions(remote: bool = False) -> list[Path]:
    """The files of the DuckDB extensions that are needed, from their wheels. Raises EnvironmentLacks."""
    wanted = ["ducklake", "postgres_scanner", *(["httpfs"] if remote else [])]
    found = [_extension(name) for name in wanted]
    lacking = [name for name, path in zip(wanted, found, strict=True) if path is None]
    if lacking:
        raise EnvironmentLacks(
            f"这台机器上没有 DuckDB {duckdb.__version__} 的扩展 {'、'.join(lacking)}，不能使用 DuckLake 数据仓库。"
            '什么也没有改动；请安装 pip install "zhibiao[ducklake]"（S3 另装 duckdb-extension-httpfs）；'
            "Windows 没有这些扩展，请在 Linux 或 macOS 上运行，或不设 ZHIBIAO_WAREHOUSE。"
        )
    return [path for path in found if path is not None]


@cache
def _extension(name: str) -> Path | None:
    spec = find_spec(f"duckdb_extension_{name}")
    places = list(spec.submodule_search_locations or ()) if spec else []
    path = f"extensions/v{duckdb.__version__}/{name}.duckdb_extension"
    return next((Path(p) / path for p in places if (Path(p) / path).is_file()), None)


def offline(lake: Lake) -> dict[str, Any]:
    """The settings of a DuckDB that is about to attach the lake: it fetches nothing.

    The signatures of the extensions are proved once in a process, which then has them in its memory; proving them for
    each DuckDB would cost a publication half a second. Raises EnvironmentLacks.
    """
    _prove_signed(os.getpid(), tuple(extensions(lake.remote)))
    return {
        "autoload_known_extensions": False,
        "autoinstall_known_extensions": False,
        "allow_unsigned_extensions": True,
    }


@cache
def _prove_signed(process: int, paths: tuple[Path, ...]) -> None:
    with duckdb.connect(config={"autoload_known_extensions": False}) as conn:
        for path in paths:
            conn.execute(f"LOAD {_text(str(path))}")


def attach(run: Any, lake: Lake, version: int | None = None, name: str = NAME) -> None:
    """Load the extensions into a DuckDB and attach the lake to it, to write in it or read-only at a snapshot.

    `run` executes a statement on that DuckDB, whose settings are `offline`. Raises EnvironmentLacks, LakeUnreachable.
    """
    for path in extensions(lake.remote):
        run(f"LOAD {_text(str(path))}")
    if lake.remote:
        run(_secret())
    how = "" if version is None else f", SNAPSHOT_VERSION {version}, READ_ONLY"
    catalog = lake.catalog.set(drivername="postgresql").render_as_string(hide_password=False)
    place = f"DATA_PATH {_text(lake.data)}, METADATA_SCHEMA '{SCHEMA}'"
    with unreachable_told(lake):
        run(f"ATTACH IF NOT EXISTS {_text('ducklake:postgres:' + catalog)} AS {name} ({place}{how})")


def _secret() -> str:
    """How DuckDB gets into the object store: what the environment says, in the names that its programs know."""
    given = os.environ.get
    endpoint = given("ZHIBIAO_S3_ENDPOINT", "")
    said = {"KEY_ID": given("AWS_ACCESS_KEY_ID", ""), "SECRET": given("AWS_SECRET_ACCESS_KEY", "")}
    said["REGION"] = given("AWS_REGION", "us-east-1")
    more = "".join(f", {name} {_text(value)}" for name, value in said.items())
    if endpoint:
        more += (
            f", ENDPOINT {_text(endpoint.split('://')[-1])}, URL_STYLE 'path', USE_SSL {endpoint.startswith('https')}"
        )
    return f"CREATE OR REPLACE SECRET zhibiao_s3 (TYPE s3{more})"


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


@contextmanager
def unreachable_told(lake: Lake) -> Iterator[None]:
    """Say in words that the PostgreSQL does not answer."""
    try:
        yield
    except (DBAPIError, duckdb.Error) as error:
        if silent(error):
            raise unreachable(lake) from error
        raise


def silent(error: Exception) -> bool:
    """Whether an error says that the PostgreSQL of the catalog does not answer."""
    said = str(getattr(error, "orig", error))
    return any(sign in said for sign in _SILENT)


def unreachable(lake: Lake) -> LakeUnreachable:
    """What is said when it does not."""
    place = f"{lake.catalog.host}:{lake.catalog.port or 5432}/{lake.catalog.database}"
    return LakeUnreachable(
        f"数据仓库的目录库（PostgreSQL，{place}）没有应答。"
        f"这一步什么也没有改动；请检查它是否在运行、地址和口令（PGPASSWORD 或 {ADDRESS}）。"
    )


_catalogs: dict[tuple[int, Path], Engine] = {}


def catalog(folder: DataFolder) -> Engine:
    """The PostgreSQL of the lake, where plain queries about its snapshots and files go."""
    key = (os.getpid(), folder.root)
    if key not in _catalogs:
        engine = create_engine(lake_of(folder).catalog, pool_pre_ping=True, connect_args={"connect_timeout": 10})
        event.listen(engine, "connect", _in_schema)
        _catalogs[key] = engine
    return _catalogs[key]


def _in_schema(connection: Any, _record: object) -> None:
    connection.execute(f"SET search_path = {SCHEMA}")
    connection.commit()


@contextmanager
def turn(folder: DataFolder) -> Iterator[None]:
    """Hold the lock of writers on all machines, waiting for it; it goes with the connection, so with the process.

    Raises WriterBusy after PATIENCE seconds, LakeUnreachable.
    """
    lake = lake_of(folder)
    alive = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3, "connect_timeout": 10}
    engine = create_engine(lake.catalog, poolclass=NullPool, isolation_level="AUTOCOMMIT", connect_args=alive)
    with unreachable_told(lake):
        conn = engine.connect()
    try:
        _await(folder, lake, conn)
        yield
    finally:
        conn.close()


def _await(folder: DataFolder, lake: Lake, conn: Connection) -> None:
    with unreachable_told(lake):
        conn.exec_driver_sql(f"SET lock_timeout = '{PATIENCE}s'")
        try:
            conn.exec_driver_sql(f"SELECT pg_advisory_lock({_TURN})")
        except OperationalError as error:
            if "lock timeout" not in str(error.orig):
                raise
            held = writer(folder)
            raise WriterBusy(held.get("who", ""), held.get("since", ""), held.get("what", "")) from error
