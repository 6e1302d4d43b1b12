"""The DuckDB behind each generation that is read: one of its own, empty at first, to which the file is attached.

Making one costs more than attaching a file and knows nothing of it, so one is always laid ready beforehand; putting one
away costs as much. Both are done aside, after whoever asked has his answer. Once the file is attached nothing else can
be reached and no setting changed.
"""

from __future__ import annotations

import atexit
import os
import secrets
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event

_MOMENT = 0.3  # seconds until it is done aside: whoever opened a generation has his first answers by then
_OFFLINE: dict[str, Any] = {"autoload_known_extensions": False, "autoinstall_known_extensions": False}
_ATTACHED = "SELECT database_name FROM duckdb_databases()"
Run = Callable[[str], Any]  # runs a statement
_ready: dict[int, Engine] = {}  # by process: a DuckDB does not live on in a child
_aside = threading.Lock()
atexit.register(_aside.acquire, timeout=1)  # an interpreter must not end in the midst of it, nor let it begin again


def attached(path: Path, name: str) -> Engine:
    """An engine on a generation's file, for any number of threads; `name` is what DuckDB calls it.

    Raises DBAPIError where DuckDB cannot open the file.
    """

    def attach(run: Run) -> None:
        run(f"SET temp_directory = {_text(f'{path}.tmp')}")
        run(f"ATTACH {_text(str(path))} AS {name} (READ_ONLY)")

    engine = _ready.pop(os.getpid(), None) or _empty()
    settle = keep_attached(engine, name, attach)
    with engine.connect() as conn:  # this one was there before
        settle(conn.exec_driver_sql)
    _in_a_moment(_lay_ready)
    return engine


def keep_attached(engine: Engine, name: str, attach: Callable[[Run], None]) -> Callable[[Run], None]:
    """Let every new connection of an engine in memory use what `attach` attaches as `name`, and reach nothing else.

    Returns what does so for a connection that is there.
    """
    one_at_a_time = threading.Lock()

    def settle(run: Run) -> None:
        with one_at_a_time:  # not only at first: a DuckDB in memory ends with its last connection
            if (name,) not in run(_ATTACHED).fetchall():
                attach(run)
                run("SET enable_external_access = false")
                run("SET lock_configuration = true")
        run(f"USE {name}")

    event.listen(engine, "connect", lambda connection, _record: settle(connection.execute))
    return settle


def put_away(engine: Engine) -> None:
    """Close, in a moment, what an engine has open; whoever still holds it and asks opens it again."""
    _in_a_moment(engine.dispose)


def _in_a_moment(do: Callable[[], None]) -> None:
    later = threading.Timer(_MOMENT, _do_aside, (do,))
    later.daemon = True
    later.start()


def _do_aside(do: Callable[[], None]) -> None:
    with _aside:
        do()


def _lay_ready() -> None:
    if os.getpid() not in _ready:
        _ready[os.getpid()] = _empty()


def _empty() -> Engine:
    """An engine on an empty DuckDB in memory, which has started."""
    engine = create_engine(
        f"duckdb:///:memory:zhibiao-{secrets.token_hex(8)}",  # named: its connections share one DuckDB
        connect_args={"config": dict(_OFFLINE)},
        isolation_level="AUTOCOMMIT",  # what never changes needs no transactions, and each would cost a third of a read
        skip_autocommit_rollback=True,
        pool_reset_on_return=None,
        pool_size=8,
        max_overflow=32,
    )
    engine.connect().close()
    return engine


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
