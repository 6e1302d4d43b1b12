"""Ask: a statement that `statement` let through is answered by a `child` that is killed at the deadline.

The answer carries its stamp: generation, as-of day, hash of the question. The same question of the same generation
gives the same rows. A standby child may wait warm, so that a page does not pay for the start of a process.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa

from warehouse.errors import QueryFailed
from warehouse.sandbox.statement import examine, first_lines

MEMORY = 512 * 2**20
_ENVIRONMENT = ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH", "VIRTUAL_ENV")


@dataclass(frozen=True, slots=True)
class Answer:
    """Rows of one question with their stamp; `truncated` says that rows are missing."""

    table: pa.Table
    truncated: bool
    seconds: float
    generation: int
    as_of: date | None
    query_hash: str

    @property
    def stamp(self) -> str:
        """What is printed under every result: where it came from and how to get it again."""
        when = f"，截至 {self.as_of.isoformat()} 所知" if self.as_of else ""
        return (
            f"第 {self.generation} 代{when}，查询 {self.query_hash}，{self.table.num_rows:,} 行，{self.seconds:.2f} 秒"
        )


class Sandbox:
    """Answers questions on one generation file. Thread-safe: each question has its own process."""

    def __init__(self, path: Path, generation: int, tables: Sequence[str]) -> None:
        self.path, self.generation, self.tables = path, generation, frozenset(tables)
        self._standby: list[subprocess.Popen[bytes]] = []

    def warm(self) -> None:
        """Start one child ahead of the next question."""
        self._standby.append(_start())

    def close(self) -> None:
        """End the children that were started ahead."""
        for child in self._standby:
            child.kill()
            child.communicate()
        self._standby.clear()

    def ask(
        self,
        sql: str,
        *,
        params: Mapping[str, Any] | None = None,
        as_of: tuple[date, Sequence[str]] | None = None,
        max_rows: int = 10_000,
        seconds: int = 30,
    ) -> Answer:
        """Answer one SELECT.

        `params` fill `$name`; `as_of` is the day shown and the statements that make the restricting views
        (`asof.as_of_views`). At most `max_rows` rows come back, after at most `seconds`.
        Raises QueryRefused (not a plain question) or QueryFailed (DuckDB's message, or a limit reached).
        """
        text = examine(sql, self.tables, views_shadow=as_of is not None)
        request = {
            "path": str(self.path),
            "sql": text,
            "params": dict(params or {}),
            "views": list(as_of[1]) if as_of else [],
            "max_rows": max_rows,
            "seconds": seconds,
            "memory": MEMORY,
        }
        header, body = self._exchange(request, seconds)
        if "error" in header:
            raise QueryFailed(self._explain(header))
        digest = hashlib.sha256(json.dumps([text, request["params"]], default=str, sort_keys=True).encode()).hexdigest()
        return Answer(
            table=pa.ipc.open_stream(body).read_all(),
            truncated=bool(header["truncated"]),
            seconds=float(header["seconds"]),
            generation=self.generation,
            as_of=as_of[0] if as_of else None,
            query_hash=digest[:12],
        )

    def _exchange(self, request: dict[str, Any], seconds: int) -> tuple[dict[str, Any], bytes]:
        child = self._standby.pop() if self._standby else _start()
        try:
            out, _ = child.communicate(json.dumps(request, default=str).encode() + b"\n", timeout=seconds)
        except subprocess.TimeoutExpired:
            child.kill()
            child.communicate()
            raise QueryFailed(
                f"查询超过 {seconds} 秒，已停止；数据未受影响。请缩小范围、加 WHERE 条件或先聚合。"
            ) from None
        line, _, body = out.partition(b"\n")
        if not line:
            raise QueryFailed("查询用尽了内存或时间，已停止；数据未受影响。请缩小范围、加 WHERE 条件或先聚合。")
        return json.loads(line), body

    def _explain(self, header: dict[str, Any]) -> str:
        if header["kind"] in {"OutOfMemoryException", "MemoryError"}:
            return "查询用尽了内存（512 MB），已停止；数据未受影响。请缩小范围、加 WHERE 条件或先聚合。"
        message = first_lines(QueryFailed(header["error"]))
        return f"查询不能执行：{message.replace(str(self.path.parent), '')}"


def _start() -> subprocess.Popen[bytes]:
    environment = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
    return subprocess.Popen(
        [sys.executable, "-I", "-m", "warehouse.sandbox.child"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
    )
