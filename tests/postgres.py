"""A PostgreSQL of the tests' own: a cluster in a temporary folder, on loopback, run by an unprivileged account.

It is started once for a test run and stopped at its end. Where there is no PostgreSQL, `cluster` says so with None.
"""

from __future__ import annotations

import atexit
import functools
import itertools
import os
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

_PLACES = ("/usr/lib/postgresql", "/usr/pgsql", "/opt/homebrew/opt/postgresql")
_USER = "zhibiao"


def binaries() -> Path | None:
    """Where initdb and pg_ctl are, if anywhere."""
    found = [p.parent for place in _PLACES for p in sorted(Path(place).glob("*/bin/pg_ctl"))]
    if on_path := shutil.which("pg_ctl"):
        found.append(Path(on_path).parent)
    return found[-1] if found else None


def database(copied: str = "template1") -> str | None:
    """The address of a new database of the cluster, empty or with what one of ours has in it (whoever has that open is
    put out); None where there is no PostgreSQL.
    """
    url = cluster()
    if url is None:
        return None
    import psycopg

    name = f"t{next(_numbers)}"
    with psycopg.connect(url, autocommit=True) as conn:
        conn.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (copied,))
        conn.execute(f"CREATE DATABASE {name} TEMPLATE {copied}".encode())
    return url.rsplit("/", 1)[0] + f"/{name}"


_numbers = itertools.count(1)


@functools.cache
def cluster() -> str | None:
    """The address of a fresh, empty PostgreSQL (`postgresql://…`), or None where none can be started."""
    tools = binaries()
    if tools is None:
        return None
    place = Path(tempfile.mkdtemp(prefix="zhibiao-pg-"))
    owner = "nobody" if hasattr(os, "geteuid") and os.geteuid() == 0 else None
    if owner:
        shutil.chown(place, owner)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    def run(*words: str) -> None:
        subprocess.run(words, check=True, capture_output=True, user=owner, group=None, cwd=place, timeout=60)

    run(str(tools / "initdb"), "-D", str(place / "data"), "-U", _USER, "-A", "trust", "-E", "UTF8", "--no-locale", "-N")
    settings = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={place} -c fsync=off"
    run(str(tools / "pg_ctl"), "-D", str(place / "data"), "-w", "-l", str(place / "log"), "-o", settings, "start")

    def stop() -> None:
        run(str(tools / "pg_ctl"), "-D", str(place / "data"), "-m", "immediate", "stop")
        shutil.rmtree(place, ignore_errors=True)

    atexit.register(stop)
    return f"postgresql://{_USER}@127.0.0.1:{port}/postgres"
