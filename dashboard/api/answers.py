"""How an answer is sent: which format was asked for, its bytes, its tag, and the way to the next page."""

from __future__ import annotations

import hashlib
from functools import cache
from urllib.parse import urlencode

import orjson
from flask import Request, Response

from dashboard.api.errors import ApiError
from dashboard.api.resources import Page, Resource
from dashboard.api.sdmx import data as sdmx_csv
from dashboard.api.sdmx import data_message as sdmx_json
from dashboard.edition import Edition
from etl.tabular import as_bytes, plain_rows
from warehouse.generations import program_version

JSON, CSV, PARQUET = "application/json", "text/csv", "application/vnd.apache.parquet"
SDMX_CSV, SDMX_JSON = "application/vnd.sdmx.data+csv", "application/vnd.sdmx.data+json"
FORMATS = {"json": JSON, "csv": CSV, "parquet": PARQUET, "sdmx-csv": SDMX_CSV, "sdmx-json": SDMX_JSON}
SDMX = ("sdmx-csv", "sdmx-json")
_TYPES = {
    CSV: f"{CSV}; charset=utf-8", SDMX_CSV: f"{SDMX_CSV};version=2.0.0;charset=utf-8",
    SDMX_JSON: f"{SDMX_JSON};version=2.0.0",
}  # fmt: skip


def formats(resource: Resource) -> list[str]:
    """The formats a resource comes in; the first is the one when none is asked for."""
    return [name for name in FORMATS if resource.sdmx or name not in SDMX]


def wanted_format(request: Request, resource: Resource) -> str:
    """`format=` if given, else by Accept. Raises ApiError 400, 406."""
    offered = formats(resource)
    named = request.args.getlist("format")
    if len(named) > 1 or (named and named[0] not in offered):
        raise ApiError(400, "unknown_format", f"参数 format 可写一次：{'、'.join(offered)}。", "format")
    if named:
        return named[0]
    types = [FORMATS[name] for name in offered]
    best = request.accept_mimetypes.best_match(types) if request.accept_mimetypes else JSON
    best = best or next((t for t in types if _accepted_with_parameters(request, t)), None)
    if best is None:
        raise ApiError(406, "not_acceptable", f"没有 Accept 所要的格式。可用：{'、'.join(types)}。")
    return offered[types.index(best)]


def _accepted_with_parameters(request: Request, kind: str) -> bool:
    """Whether a kind is accepted under a version of its own, as SDMX's are."""
    return any(said.split(";")[0].strip() == kind and weight > 0 for said, weight in request.accept_mimetypes)


def tag(request: Request, format_: str, generation: int) -> str:
    """The tag of an answer: the same question in the same format of the same generation has the same bytes."""
    asked = (request.path, sorted(request.args.items(multi=True)), format_, _version())
    return f"g{generation}-{hashlib.sha256(repr(asked).encode()).hexdigest()[:16]}"


def tag_of(response: Response) -> str:
    """The tag of an answer about returns in progress: they change without a new generation."""
    return f"s-{hashlib.sha256(response.get_data()).hexdigest()[:16]}"


@cache
def _version() -> str:
    return program_version()


def send(request: Request, resource: Resource, edition: Edition, page: Page, format_: str) -> Response:
    """The page in its format, with the way to the next one; `edition` knows the names of codes."""
    onward = _onward(request, page)
    stamp = f"第 {page.generation} 代，{request.full_path.rstrip('?')}"
    if format_ == "json":
        said = {"generation": page.generation, "count": page.table.num_rows, "next": onward or None}
        body = orjson.dumps(said | {"data": plain_rows(page.table)}, default=str)
    elif format_ == "sdmx-csv":
        body = sdmx_csv(page.table)
    elif format_ == "sdmx-json":
        body = sdmx_json(page.table, edition, page.generation)
    else:
        body = as_bytes(page.table, format_, stamp)
    kind = FORMATS[format_]
    response = Response(body, content_type=_TYPES.get(kind, kind))
    if onward:
        response.headers["Link"] = f'<{onward}>; rel="next"'
    if format_ != "json":
        ending = format_.removeprefix("sdmx-")
        response.headers["Content-Disposition"] = f'attachment; filename="{resource.name}-g{page.generation}.{ending}"'
    response.headers["Generation"] = str(page.generation)
    return response


def _onward(request: Request, page: Page) -> str:
    if page.next is None:
        return ""
    kept = [(k, v) for k, v in request.args.items(multi=True) if k != "after"]
    return f"{request.path}?{urlencode([*kept, ('after', str(page.next))])}"
