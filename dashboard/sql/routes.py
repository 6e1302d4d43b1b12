"""The routes behind the SQL page: run, stop, download, and what the editor must know. They read and never write.

A question runs in a sandboxed process; one such process waits warm in each worker. Few questions at a time are taken
per worker, so that pages always find a free thread.
"""

from __future__ import annotations

import logging
import re
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date
from typing import Any

import orjson
from flask import Blueprint, Flask, Response, request

from dashboard.api.errors import ApiError
from dashboard.edition import Desk
from dashboard.sql.examples import EXAMPLES
from dashboard.sql.tree import tree
from etl.questions import ask_generation
from etl.tabular import as_bytes, shown_columns
from indicators.errors import ZhibiaoError
from warehouse.errors import Damaged, QueryError
from warehouse.generations import Generation, generation
from warehouse.sandbox.run import Answer, Standby

LOG = logging.getLogger("zhibiao.sql")
SHOWN, DOWNLOADED = 5_000, 1_000_000
SECONDS, AT_ONCE = 30, 3
FORMATS = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "parquet": "application/vnd.apache.parquet",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_TICKET = re.compile(r"[0-9a-f]{16}\Z")


class Counter:
    """Where questions are taken: the desk, the waiting child, and how many may run at once in this worker."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.standby = Standby()
        self._places = threading.BoundedSemaphore(AT_ONCE)

    def ask(self, asked: dict[str, Any], max_rows: int) -> Answer:
        """Answer what a request asks. Raises QueryRefused, QueryFailed, ApiError."""
        held, as_of = self._held(asked.get("generation")), _day(asked.get("asOf"))
        with self._place(), self._ticket(asked.get("ticket")) as stopped:
            answer = ask_generation(
                held, str(asked.get("sql", "")), params=_params(asked), as_of=as_of, max_rows=max_rows,
                seconds=SECONDS, standby=self.standby, stopped=stopped,
            )  # fmt: skip
            self.standby.prepare()
            return answer

    def stop(self, ticket: object) -> None:
        """Let the question with this ticket, in whatever worker, end at its next look."""
        if (path := self._path(ticket)) is not None:
            path.touch()

    def _path(self, ticket: object) -> Any:
        named = isinstance(ticket, str) and _TICKET.match(ticket)
        return self.desk.folder.run / f"sql-{ticket}.stop" if named else None

    def _held(self, number: object) -> Generation:
        if number is None:
            return self.desk.edition().generation
        try:
            if not isinstance(number, int) or not 0 <= number <= self.desk.edition().number:
                raise Damaged("")
            return generation(self.desk.folder, number)
        except Damaged as error:
            raise ApiError(410, "generation_gone", f"第 {number} 代已不能读取。请改问现行的一代。") from error

    @contextmanager
    def _place(self) -> Iterator[None]:
        if not self._places.acquire(blocking=False):
            raise ApiError(429, "busy", f"已有 {AT_ONCE} 个查询正在运行，这一个没有开始。请等其中一个结束后再试。")
        try:
            yield
        finally:
            self._places.release()

    @contextmanager
    def _ticket(self, ticket: object) -> Iterator[Any]:
        path = self._path(ticket)
        try:
            yield (lambda: False) if path is None else path.exists
        finally:
            if path is not None:
                path.unlink(missing_ok=True)


def register(server: Flask, desk: Desk) -> None:
    """Put the routes on `server`; who may use them is decided by `dashboard.access`."""
    counter, sql = Counter(desk), Blueprint("sql", __name__, url_prefix="/sql")

    @sql.before_request
    def _admitted() -> None:
        if request.method == "POST" and not request.is_json:
            raise ApiError(400, "http", "请求不合规。")

    @sql.get("/facts")
    def _facts() -> Response:
        counter.standby.prepare()
        edition = desk.edition()
        examples = [asdict(one) for one in EXAMPLES]
        return _json(
            {"generation": edition.number, "tables": [one.plain for one in tree(edition)], "examples": examples}
        )

    @sql.post("/run")
    def _run() -> Response:
        try:
            answer = counter.ask(_asked(), SHOWN)
        except QueryError as error:  # a mistake in a question is answered: nothing failed but the question
            return _json(_mistake(error))
        said = {
            "generation": answer.generation, "asOf": answer.as_of, "hash": answer.query_hash, "stamp": answer.stamp,
            "seconds": round(answer.seconds, 3), "count": answer.table.num_rows, "truncated": answer.truncated,
            "columns": shown_columns(answer.table), "most": DOWNLOADED,
        }  # fmt: skip
        return _json(said)

    @sql.post("/stop")
    def _stop() -> Response:
        counter.stop(_asked().get("ticket"))
        return _json({})

    @sql.post("/download")
    def _download() -> Response:
        asked = _asked()
        format_ = str(asked.get("format"))
        if format_ not in FORMATS:
            raise ApiError(400, "unknown_format", f"没有“{format_}”这种格式。可用：{'、'.join(FORMATS)}。")
        answer = counter.ask(asked, DOWNLOADED)
        response = Response(as_bytes(answer.table, format_, answer.stamp), content_type=FORMATS[format_])
        name = f"g{answer.generation}-{answer.query_hash}.{format_}"
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        response.headers["Truncated"] = "true" if answer.truncated else "false"
        return response

    sql.register_error_handler(QueryError, lambda error: _json(_mistake(error), 422))
    sql.register_error_handler(ZhibiaoError, _told)
    sql.register_error_handler(Exception, _unforeseen)
    server.register_blueprint(sql)


def _asked() -> dict[str, Any]:
    asked = request.get_json(silent=True)
    if not isinstance(asked, dict):
        raise ApiError(400, "http", "请求不合规。")
    return asked


def _day(text: object) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        raise ApiError(400, "bad_parameter", f"“截至”的日期“{text}”写得不对，请写成 2026-06-30 的样子。") from None


def _params(asked: dict[str, Any]) -> dict[str, str]:
    given = asked.get("params") or {}
    return {str(name): str(value) for name, value in given.items()} if isinstance(given, dict) else {}


def _json(value: Any, status: int = 200) -> Response:
    return Response(orjson.dumps(value, default=str), status=status, content_type="application/json")


def _mistake(error: QueryError) -> dict[str, Any]:
    line, column = error.place or (None, None)
    return {"error": {"status": 422, "code": "query", "message": str(error), "line": line, "column": column}}


def _told(error: ZhibiaoError) -> Response:
    said = error if isinstance(error, ApiError) else ApiError(503, "unavailable", str(error))
    return _json(said.body, said.status)


def _unforeseen(error: Exception) -> Response:
    number = secrets.token_hex(4)
    LOG.exception("sql page failed, incident %s", number, exc_info=error)
    return _told(ApiError(500, "unforeseen", f"程序出了没有料到的错误，事件编号 {number}，请告诉系统管理员。"))
