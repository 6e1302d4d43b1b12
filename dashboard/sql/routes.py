"""The routes behind the SQL page: run, stop, download, what the editor must know, and questions that are kept.

They read generations and never write one. Who may use a route is said in `dashboard.access`.
"""

from __future__ import annotations

import json
import logging
import secrets
from dataclasses import asdict
from typing import Any

import orjson
from flask import Blueprint, Flask, Response, request

from dashboard import access
from dashboard.api.errors import ApiError
from dashboard.edition import Desk
from dashboard.sql import keeping
from dashboard.sql.counter import Counter
from dashboard.sql.examples import EXAMPLES
from dashboard.sql.suggestions import suggestions
from dashboard.sql.tree import tree
from etl.summaries import summaries
from etl.tabular import as_bytes, shown_columns
from indicators.errors import UsageError, ZhibiaoError
from warehouse.errors import NotPermitted, QueryError

LOG = logging.getLogger("zhibiao.sql")
SHOWN, DOWNLOADED = 5_000, 1_000_000
IN_A_SHEET = 200_000  # rows; more would keep the server busy for a minute
FORMATS = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "parquet": "application/vnd.apache.parquet",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


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
        said = {
            "generation": edition.number, "simulated": edition.simulated, "account": access.account().name,
            "keeps": access.may("keep_query"), "tables": [one.plain for one in tree(edition)],
            "examples": [asdict(one) for one in EXAMPLES], "suggestions": suggestions(edition),
        }  # fmt: skip
        return _json(said)

    @sql.post("/run")
    def _run() -> Response:
        try:
            answer = counter.ask(_asked(), SHOWN, "query.run")
        except QueryError as error:  # a mistake in a question is answered: nothing failed but the question
            return _json(_mistake(error))
        shown = zip(shown_columns(answer.table), summaries(answer.table), strict=True)
        said = {
            "generation": answer.generation, "asOf": answer.as_of, "hash": answer.query_hash, "stamp": answer.stamp,
            "seconds": round(answer.seconds, 3), "count": answer.table.num_rows, "truncated": answer.truncated,
            "timed": answer.timed, "most": DOWNLOADED,
            "columns": [column | {"summary": summary} for column, summary in shown],
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
        most = IN_A_SHEET if format_ == "xlsx" else DOWNLOADED
        answer = counter.ask(asked, most, "query.downloaded", format=format_)
        response = Response(as_bytes(answer.table, format_, answer.stamp), content_type=FORMATS[format_])
        name = f"g{answer.generation}-{answer.query_hash}.{format_}"
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        response.headers["Truncated"] = "true" if answer.truncated else "false"
        return response

    _keep(sql)
    sql.register_error_handler(QueryError, lambda error: _json(_mistake(error), 422))
    sql.register_error_handler(ZhibiaoError, _told)
    sql.register_error_handler(Exception, _unforeseen)
    server.register_blueprint(sql)


def _keep(sql: Blueprint) -> None:
    """The routes about questions that are kept."""

    @sql.get("/saved")
    def _saved() -> Response:
        return _json({"saved": keeping.listed()})

    @sql.get("/saved/<int:number>")
    def _one(number: int) -> Response:
        return _json(keeping.opened(number))

    @sql.post("/save")
    def _save() -> Response:
        return _json(keeping.kept(_asked()))

    @sql.post("/forget")
    def _forget() -> Response:
        keeping.forgotten(_asked())
        return _json({"saved": keeping.listed()})


def _asked() -> dict[str, Any]:
    asked = request.get_json(silent=True)
    try:
        json.dumps(asked, ensure_ascii=False).encode()
    except UnicodeEncodeError:  # half of a character is no text that could be asked, kept or recorded
        asked = None
    if not isinstance(asked, dict):
        raise ApiError(400, "http", "请求不合规。")
    return asked


def _json(value: Any, status: int = 200) -> Response:
    return Response(orjson.dumps(value, default=str), status=status, content_type="application/json")


def _mistake(error: QueryError) -> dict[str, Any]:
    line, column = error.place or (None, None)
    return {"error": {"status": 422, "code": "query", "message": str(error), "line": line, "column": column}}


def _told(error: ZhibiaoError) -> Response:
    said = error if isinstance(error, ApiError) else ApiError(*_kind(error), access.outward(error))
    return _json(said.body, said.status)


def _kind(error: ZhibiaoError) -> tuple[int, str]:
    if isinstance(error, NotPermitted):
        return 403, "not_permitted"
    return (400, "usage") if isinstance(error, UsageError) else (503, "unavailable")


def _unforeseen(error: Exception) -> Response:
    number = secrets.token_hex(4)
    LOG.exception("sql page failed, incident %s", number, exc_info=error)
    return _told(ApiError(500, "unforeseen", f"程序出了没有料到的错误，事件编号 {number}，请告诉系统管理员。"))
