"""What stands on a page, taken along: a chart or a table as an Excel workbook with true numbers and a native chart.

The browser sends what it shows, since pages scale and choose; the workbook says where it came from in the words of the
page. Text stays text: nothing that is sent becomes a formula. Pictures (PNG, SVG) are made in the browser itself.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import orjson
import pyarrow as pa
from flask import Blueprint, Flask, Response, request

from dashboard import access
from dashboard.api.errors import ApiError
from dashboard.edition import Desk
from etl.asked import Scribe
from etl.result_book import Chart, Line, result_book

BOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_BYTES, MOST_COLUMNS, MOST_ROWS = 8_000_000, 100, 50_000
_LONGEST = 2_000


def register(server: Flask, desk: Desk) -> None:
    """Put the route on `server`."""
    taking, scribe = Blueprint("takeaway", __name__, url_prefix="/take"), Scribe(desk.folder)

    @taking.post("/book")
    def book() -> Response:
        asked = _asked()
        title, source = _text(asked.get("title")) or "表", _text(asked.get("source"))
        try:
            chart = _chart(asked["chart"], title) if isinstance(asked.get("chart"), dict) else None
            table = _table(asked["columns"]) if isinstance(asked.get("columns"), list) else None
        except (TypeError, AttributeError, KeyError, OverflowError, ValueError) as error:  # not what our pages send
            raise ApiError(400, "http", "请求不合规，没有导出。请刷新页面再试。") from error
        if chart is None and table is None:
            raise ApiError(400, "bad_parameter", "没有可导出的图或表，没有导出。")
        stamp = "\n".join([title, *source.splitlines(), f"第 {desk.edition().number} 代为现行的一代"])
        said = {"generation": desk.edition().number, "rows": table.num_rows if table is not None else 0}
        with scribe.recording(access.account().name, access.place(), "page.exported", title[:80], said) as one:
            content = result_book(table, stamp, chart)
            one.result = "ok"
        response = Response(content, content_type=BOOK)
        response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(title[:80])}.xlsx"
        return response

    taking.url_value_preprocessor(_room)
    taking.register_error_handler(ApiError, _told)
    server.register_blueprint(taking)


def _room(*_: Any) -> None:
    request.max_content_length = MOST_BYTES


def _told(error: ApiError) -> Response:
    return Response(orjson.dumps(error.body), error.status, content_type="application/json")


def _asked() -> dict[str, Any]:
    if (request.content_length or 0) > MOST_BYTES:
        raise ApiError(413, "too_large", "这张表太大，没有导出。请用“查询”页或 zhibiao export 导出。")
    asked = request.get_json(silent=True)
    if not isinstance(asked, dict):
        raise ApiError(400, "http", "请求不合规。")
    return asked


def _text(value: Any) -> str:
    return str(value or "")[:_LONGEST]


def _cell(value: Any) -> Any:
    return value if value is None or isinstance(value, (int, float)) else str(value)


def _cells(values: Any) -> list[Any]:
    if not isinstance(values, list) or len(values) > MOST_ROWS:
        raise ApiError(400, "bad_parameter", f"一列至多 {MOST_ROWS:,} 行，没有导出。请用“查询”页导出。")
    return [_cell(value) for value in values]


def _chart(asked: dict[str, Any], title: str) -> Chart:
    along = _cells(asked.get("along"))
    lines = [Line(_text(one.get("name")), _cells(one.get("values"))) for one in asked.get("lines", [])[:MOST_COLUMNS]]
    if not lines or any(len(line.values) != len(along) for line in lines):
        raise ApiError(400, "bad_parameter", "图里没有可导出的数，没有导出。")
    kind = "bar" if asked.get("kind") == "bar" else "line"
    return Chart(title, _text(asked.get("alongName")) or "项目", along, lines, _text(asked.get("unit")), kind)


def _table(asked: list[Any]) -> pa.Table:
    columns: dict[str, pa.Array] = {}
    for one in asked[:MOST_COLUMNS]:
        values = _cells(one.get("values") if isinstance(one, dict) else None)
        numbers = all(value is None or isinstance(value, (int, float)) for value in values)
        kept = values if numbers else [None if value is None else str(value) for value in values]
        columns[_text(one.get("name"))] = pa.array(kept, pa.float64() if numbers else pa.string())
    if len({len(column) for column in columns.values()}) != 1:
        raise ApiError(400, "bad_parameter", "表里没有可导出的行，没有导出。")
    return pa.table(columns)
