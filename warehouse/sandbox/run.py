"""Ask: a statement that `statement` let through is answered by a `child` that is killed at the deadline.

The answer carries its stamp: generation, as-of day, hash of the question. The same question of the same generation
gives the same rows. A standby child may wait warm, so that a page does not pay for the start of a process.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa

from warehouse.errors import QueryFailed, QueryRefused
from warehouse.sandbox.process import Standby, start
from warehouse.sandbox.statement import examine, first_lines, place_of, said_place, trimmed

MEMORY = 512 * 2**20
_KINDS = {
    "Binder Error: Referenced column": "没有这一列", "Binder Error": "写法或类型对不上",
    "Catalog Error: Scalar Function": "没有这个函数", "Catalog Error": "没有这个名称",
    "Conversion Error": "有的值转换不了", "Out of Range Error": "有的数超出范围",
    "Invalid Input Error": "有的值不合要求",
}  # fmt: skip
_LOOK = 0.1  # seconds between two looks at whether the asker still wants to know


@dataclass(frozen=True, slots=True)
class Answer:
    """Rows of one question with their stamp. `truncated`: rows are missing; `timed`: it asked for the time of day."""

    table: pa.Table
    truncated: bool
    seconds: float
    generation: int
    as_of: date | None
    query_hash: str
    timed: bool = False

    @property
    def stamp(self) -> str:
        """What stands in every file of the result: where it came from and how to get it again; always the same."""
        when = f"，截至 {self.as_of.isoformat()} 所知" if self.as_of else ""
        cut = "（行数达到上限，不完整）" if self.truncated else ""
        timed = "，用了当前时间，再问可能不同" if self.timed else ""
        return f"第 {self.generation} 代{when}，查询 {self.query_hash}，{self.table.num_rows:,} 行{cut}{timed}"


def hash_of(sql: str, params: Mapping[str, Any] | None = None) -> str:
    """The hash of a question: of its text without the blanks around it, and of what fills its parameters."""
    said = json.dumps([trimmed(sql), dict(params or {})], default=str, sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()[:12]


class Sandbox:
    """Answers questions on one generation file. Thread-safe: each question has its own process."""

    def __init__(self, path: Path, generation: int, tables: Sequence[str], standby: Standby | None = None) -> None:
        self.path, self.generation, self.tables = path, generation, frozenset(tables)
        self.standby = standby or Standby()

    def ask(
        self,
        sql: str,
        *,
        params: Mapping[str, Any] | None = None,
        as_of: tuple[date, Sequence[str]] | None = None,
        max_rows: int = 10_000,
        seconds: int = 30,
        stopped: Callable[[], bool] = lambda: False,
    ) -> Answer:
        """Answer one SELECT.

        `params` fill `$name`; `as_of` is the day shown and the statements that make the restricting views
        (`asof.as_of_views`). At most `max_rows` rows come back, after at most `seconds`, or as soon as
        `stopped` says so.
        Raises QueryRefused (not a plain question) or QueryFailed (DuckDB's message, or a limit reached).
        """
        self.standby.prepare()  # a process that must be started is, while the text is judged
        question = examine(sql, self.tables, views_shadow=as_of is not None)
        _prove_filled(question.params, params or {})
        request = {
            "path": str(self.path),
            "sql": question.text,
            "params": dict(params or {}),
            "views": list(as_of[1]) if as_of else [],
            "max_rows": max_rows,
            "seconds": seconds,
            "memory": MEMORY,
        }
        header, body = self._exchange(request, seconds, stopped)
        if "error" in header:
            raise self._failure(header, question.text)
        return Answer(
            table=_apart(pa.ipc.open_stream(body).read_all()),
            truncated=bool(header["truncated"]),
            seconds=float(header["seconds"]),
            generation=self.generation,
            as_of=as_of[0] if as_of else None,
            query_hash=hash_of(sql, params),
            timed=question.timed,
        )

    def _exchange(
        self, request: dict[str, Any], seconds: int, stopped: Callable[[], bool]
    ) -> tuple[dict[str, Any], bytes]:
        child = self.standby.take() or start()
        out = self._wait(child, json.dumps(request, default=str).encode() + b"\n", seconds, stopped)
        line, _, body = out.partition(b"\n")
        if not line:
            raise QueryFailed("查询用尽了内存或时间，已停止；数据未受影响。请缩小范围、加 WHERE 条件或先聚合。")
        return json.loads(line), body

    def _wait(self, child: subprocess.Popen[bytes], request: bytes, seconds: int, stopped: Callable[[], bool]) -> bytes:
        """What the child wrote; it is killed at the deadline and when the asker no longer wants to know."""
        deadline = time.monotonic() + seconds
        given: bytes | None = request
        while True:
            try:
                return child.communicate(given, timeout=min(_LOOK, max(deadline - time.monotonic(), 0.01)))[0]
            except subprocess.TimeoutExpired:
                given = None  # it has been given; communicate goes on where it was
            wanted = not stopped()
            if not wanted or time.monotonic() >= deadline:
                child.kill()
                child.communicate()
                raise QueryFailed(
                    f"查询超过 {seconds} 秒，已停止；数据未受影响。请缩小范围、加 WHERE 条件或先聚合。"
                    if wanted
                    else "查询已按要求停止；数据未受影响。"
                )

    def _failure(self, header: dict[str, Any], text: str) -> QueryFailed:
        """DuckDB's words about a mistake, with their place, without the path of the file."""
        if header["kind"] in {"OutOfMemoryException", "MemoryError"}:
            return QueryFailed("查询用尽了内存（512 MB），已停止；数据未受影响。请缩小范围、加 WHERE 条件或先聚合。")
        kind, brace, rest = header["error"].partition("{")
        try:
            said = json.loads(brace + rest)
            message, place = f"{kind}{said['exception_message']}", place_of(text, said.get("position"))
        except (ValueError, KeyError, TypeError):
            message, place = header["error"], None
        message = first_lines(message.replace(str(self.path.parent), ""))
        if word := next((word for sign, word in _KINDS.items() if message.startswith(sign)), ""):
            message = f"{word}。DuckDB 的原话：{message}"
        return QueryFailed(f"查询不能执行{said_place(place)}：{message}", place)


def _prove_filled(named: Iterable[str], given: Iterable[str]) -> None:
    """Raise QueryRefused unless each parameter has a value and each value a parameter; case does not matter."""
    asked, filled = {name.lower(): name for name in named}, {name.lower(): name for name in given}
    if missing := sorted(asked.keys() - filled.keys()):
        name = asked[missing[0]]
        raise QueryRefused(f"参数 ${name} 还没有值。请在网页的格子里填，或在命令后写 --param {name}=值。")
    if surplus := sorted(filled.keys() - asked.keys()):
        raise QueryRefused(f"查询里没有 ${filled[surplus[0]]} 这个参数。请核对名称。")


def _apart(table: pa.Table) -> pa.Table:
    """The table with a name for each column: one that was used before gets its number."""
    names: list[str] = []
    for name in table.column_names:
        number = 2
        while (found := name if name not in names else f"{name}_{number}") in names:
            number += 1
        names.append(found)
    return table.rename_columns(names)
