"""The routes of /api/v1 on the application's server. Everything is GET; nothing here can change anything."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Sequence
from typing import Any

import orjson
from flask import Blueprint, Flask, Response, request
from werkzeug.exceptions import HTTPException

from dashboard import access
from dashboard.api import answers, openapi, sdmx
from dashboard.api.access import admit
from dashboard.api.errors import ApiError
from dashboard.api.parameters import read
from dashboard.api.resources import RESOURCES, Resource, answer, prove_codes
from dashboard.edition import Desk
from indicators.errors import ZhibiaoError

LOG = logging.getLogger("zhibiao.api")
ROOT = "/api/v1"
_ALLOWED = "GET, HEAD, OPTIONS"
_OTHER_METHODS = ["POST", "PUT", "PATCH", "DELETE", "TRACE"]


def register(server: Flask, desk: Desk, open_: bool) -> None:
    """Put the API on `server`; `open_` says that it is served on the loopback address only, where no token is asked."""
    api = Blueprint("api", __name__, url_prefix=ROOT)

    def rule(path: str, name: str, view: Any, methods: Sequence[str] = ("GET",)) -> None:
        api.add_url_rule(path, name, view, methods=methods, provide_automatic_options=False)

    for resource in RESOURCES.values():
        rule(f"/{resource.name}", resource.name, _reader(desk, resource, open_))
    rule("/openapi.json", "openapi", lambda: _json(openapi.document()))
    rule("/sdmx/structure", "structure", lambda: _structure(desk, open_))
    for path in ("/", "/<path:rest>"):
        rule(path, "nothing", _nothing)
        rule(path, "unchanging", _unchanging, _OTHER_METHODS)
        rule(path, "options", _options, ["OPTIONS"])
    api.register_error_handler(ZhibiaoError, _told)
    api.register_error_handler(HTTPException, _of_http)
    api.register_error_handler(Exception, _unforeseen)
    server.register_blueprint(api)


def _reader(desk: Desk, resource: Resource, open_: bool) -> Any:
    def read_resource() -> Response:
        who = admit(desk.folder, request.headers.get("Authorization"), resource.action, open_)
        asked = read(resource.parameters, request.args.to_dict(flat=False))
        format_ = answers.wanted_format(request, resource)
        if format_ in answers.SDMX and asked.get("includeHistory"):
            raise ApiError(400, "no_history_in_sdmx", "SDMX 一个观测只有一个值，不能连同历史版本。", "includeHistory")
        edition, cursor = desk.edition(), asked.get("after")
        made = "" if resource.live else answers.tag(request, format_, cursor.generation if cursor else edition.number)
        if made and request.if_none_match.contains(made):
            response = Response(status=304)
        else:
            prove_codes(edition, asked)
            response = answers.send(request, resource, edition, answer(edition, resource, asked, who), format_)
            made = made or answers.tag_of(response)
            response = Response(status=304) if request.if_none_match.contains(made) else response
        response.set_etag(made)
        response.headers["Cache-Control"] = "private, no-cache"
        response.headers["Vary"] = "Accept, Authorization"
        return response

    return read_resource


def _structure(desk: Desk, open_: bool) -> Response:
    admit(desk.folder, request.headers.get("Authorization"), "view", open_)
    read((), request.args.to_dict(flat=False))
    return _json(sdmx.structure(desk.edition()), kind=f"{sdmx.STRUCTURE_TYPE};version=2.0.0")


def _json(value: Any, status: int = 200, kind: str = answers.JSON) -> Response:
    return Response(orjson.dumps(value), status=status, content_type=kind)


def _nothing(rest: str = "") -> Response:
    raise ApiError(404, "not_found", f"没有 {ROOT}/{rest}。有哪些可读，见 {ROOT}/openapi.json。")


def _unchanging(rest: str = "") -> Response:
    raise ApiError(405, "read_only", "这个接口只能读（GET），什么也没有改动。数据经报送、审核、发布才会改变。")


def _options(rest: str = "") -> Response:
    return Response(status=204, headers={"Allow": _ALLOWED})


def _told(error: ZhibiaoError) -> Response:
    """What the program says on purpose; what is not the asker's doing is 503."""
    if not isinstance(error, ApiError):
        error = ApiError(503, "unavailable", access.outward(error))
    response = _json(error.body, error.status)
    if error.status == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="zhibiao"'
    if error.status == 405:
        response.headers["Allow"] = _ALLOWED
    return response


def _of_http(error: HTTPException) -> Response:
    said = str(error.description) if error.code == 421 else "请求不合规。"
    return _told(ApiError(error.code or 400, "http", said))


def _unforeseen(error: Exception) -> Response:
    number = secrets.token_hex(4)
    LOG.exception("api %s failed, incident %s", request.full_path, number, exc_info=error)
    return _told(ApiError(500, "unforeseen", f"程序出了没有料到的错误，事件编号 {number}，请告诉系统管理员。"))
