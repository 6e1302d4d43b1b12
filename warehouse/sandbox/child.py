"""The process that answers one question and ends: no network, no files, bounded memory, processor time and rows.

It reads one request (JSON) from standard input, opens the generation read-only with external access off and
configuration locked, and writes a header (JSON, one line) and the result (Arrow stream) to standard output; or it only
gives the syntax tree of a text. It is started as a file, told where its two libraries lie, and killed at the deadline;
it must not import anything of the house. Somebody may be waiting for its start, so it begins without the packages of
the environment and takes no more of its libraries than answering needs.
"""

from __future__ import annotations

import json
import os
import select
import sys
import time
from typing import Any

sys.path += [place for place in sys.argv[1:] if place not in sys.path]
sys.modules.setdefault("numpy", None)  # type: ignore[arg-type]  # half of what pyarrow costs to load, and not needed

import _duckdb as duckdb  # noqa: E402  # the engine without the Python layer over it
import pyarrow as pa  # noqa: E402

MAX_BYTES = 256 * 2**20


def _limit(seconds: int, memory: int) -> None:
    try:
        import resource
    except ImportError:  # Windows: the deadline and DuckDB's own memory limit remain
        return
    resource.setrlimit(resource.RLIMIT_AS, (memory * 4 + 2**31, memory * 4 + 2**31))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds * 2 + 2, seconds * 2 + 3))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _open(request: dict[str, Any]) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(
        request["path"],
        read_only=True,
        config={
            "enable_external_access": "false",
            "autoload_known_extensions": "false",
            "autoinstall_known_extensions": "false",
            "python_enable_replacements": "false",
            "memory_limit": f"{request['memory']}B",
            "temp_directory": "",  # nothing spills: beyond the memory limit a question fails
            "threads": "1",  # so that rows without an order, and sums of floats, come out the same each time
        },
    )
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute("SET errors_as_json = true")  # with the place of the mistake
    for view in request["views"]:  # written by us, never by the asker
        connection.execute(view)
    connection.execute("SET lock_configuration = true")
    return connection


def _tree(text: str) -> dict[str, Any]:
    """The syntax tree of a text that may be larger than the text lets expect."""
    with duckdb.connect(config={"enable_external_access": "false", "lock_configuration": "true"}) as parser:
        rows = parser.execute("SELECT json_serialize_sql(?::VARCHAR)", [text]).fetchall()
    return {"tree": rows[0][0]}


def _answer(request: dict[str, Any]) -> tuple[dict[str, Any], pa.Table | None]:
    began = time.perf_counter()
    try:
        connection = _open(request)
        cursor = connection.execute(request["sql"], request["params"] or None)
        reader = cursor.to_arrow_reader(10_000)
        batches, rows, size, truncated = [], 0, 0, False
        for batch in reader:
            room = request["max_rows"] - rows
            if batch.num_rows > room:
                batch, truncated = batch.slice(0, room), True
            batches.append(batch)
            rows, size = rows + batch.num_rows, size + batch.nbytes
            if truncated or size > MAX_BYTES:
                truncated = True
                break
        table = pa.Table.from_batches(batches, schema=reader.schema)
    except (duckdb.Error, MemoryError, pa.ArrowException) as error:
        return {"error": str(error) or type(error).__name__, "kind": type(error).__name__}, None
    return {"rows": rows, "truncated": truncated, "seconds": time.perf_counter() - began}, table


def _asked_already() -> bool:
    return os.name != "nt" and bool(select.select([sys.stdin], [], [], 0)[0])


def main() -> None:
    """Answer the one request on standard input. What is needed for it is fetched from disk while nobody waits."""
    if not _asked_already():
        with duckdb.connect(config={"threads": "1"}) as nothing:
            nothing.execute("SELECT 1").to_arrow_reader(1).read_all()
    request = json.loads(sys.stdin.buffer.readline())
    _limit(request["seconds"], request["memory"])
    header, table = (_tree(request["parse"]), None) if "parse" in request else _answer(request)
    out = sys.stdout.buffer
    out.write(json.dumps(header).encode() + b"\n")
    if table is not None:
        with pa.ipc.new_stream(out, table.schema) as stream:
            stream.write_table(table)
    out.flush()
    os._exit(0)  # whoever asked waits for the end of this process, and nothing is left to put in order


if __name__ == "__main__":
    main()
