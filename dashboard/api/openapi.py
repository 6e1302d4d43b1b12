"""The description of the API in OpenAPI 3.1, written from the tables of resources and parameters."""

from __future__ import annotations

from functools import cache
from typing import Any

from dashboard.api.answers import FORMATS, JSON, formats
from dashboard.api.parameters import MANY, PARAMETERS
from dashboard.api.resources import RESOURCES, Resource
from dashboard.api.sdmx import STRUCTURE_TYPE
from warehouse.extract import Described
from warehouse.generations import program_version

_ABOUT = (
    '只读。数值一律为十进制文本（如 "1046.3"），不经浮点；空为缺，不是零。时刻为 UTC，写成 2026-10-15T00:30:00。'
    "同一代数据上同一个请求永远得到同样的字节；带 If-None-Match 可得 304。"
)
_ERRORS = {
    "400": "参数有误", "401": "没有令牌或令牌无效", "403": "账户无权读取", "405": "只能读",
    "406": "没有所要的格式", "410": "翻页所据的一代已不能读取", "421": "本机服务不应答别的主机名",
    "500": "没有料到的错误", "503": "暂时不能读取",
}  # fmt: skip
_KINDS: dict[str, dict[str, Any]] = {
    "text": {"type": ["string", "null"]},
    "number": {"type": ["string", "null"], "pattern": r"^-?[0-9]+(\.[0-9]+)?$"},
    "integer": {"type": ["integer", "null"]},
    "truth": {"type": ["boolean", "null"]},
    "day": {"type": ["string", "null"], "format": "date"},
    "moment": {"type": ["string", "null"], "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?$"},
}


@cache
def document() -> dict[str, Any]:
    """The whole description."""
    paths: dict[str, Any] = {f"/{one.name}": {"get": _operation(one)} for one in RESOURCES.values()}
    paths["/sdmx/structure"] = {"get": _structure()}
    rows = {one.name: _row(one) for one in RESOURCES.values()}
    return {
        "openapi": "3.1.0",
        "info": {"title": "长春新区统计指标体系 数据接口", "version": program_version(), "description": _ABOUT},
        "servers": [{"url": "/api/v1"}],
        "security": [{}, {"token": []}],
        "paths": paths,
        "components": {
            "schemas": {**rows, "error": _error()},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _operation(resource: Resource) -> dict[str, Any]:
    page = {
        "type": "object",
        "required": ["generation", "count", "next", "data"],
        "additionalProperties": False,
        "properties": {
            "generation": {"type": "integer", "description": "这一页出自第几代"},
            "count": {"type": "integer"},
            "next": {"type": ["string", "null"], "description": "下一页的地址；没有下一页为空"},
            "data": {"type": "array", "items": {"$ref": f"#/components/schemas/{resource.name}"}},
        },
    }
    content: dict[str, Any] = {FORMATS[name]: {} for name in formats(resource)}
    content[JSON] = {"schema": page}
    named = {"name": "format", "in": "query", "description": "格式；不写则看请求头 Accept"}
    return {
        "operationId": resource.name,
        "summary": resource.about,
        "parameters": [
            *map(_parameter, resource.parameters),
            named | {"schema": {"type": "string", "enum": formats(resource), "default": "json"}},
        ],
        "responses": {
            "200": {"description": "这一页", "headers": _headers(), "content": content},
            "304": {"description": "与所持的相同"},
            **_failures(),
        },
    }


def _parameter(name: str) -> dict[str, Any]:
    one = PARAMETERS[name]
    said: dict[str, Any] = {"name": name, "in": "query", "description": one.about, "schema": dict(one.schema)}
    return said | ({"style": "form", "explode": False} if name in MANY else {})


def _structure() -> dict[str, Any]:
    good = {"description": "SDMX-JSON 2.0 结构", "content": {STRUCTURE_TYPE: {"schema": {"type": "object"}}}}
    return {
        "operationId": "structure",
        "summary": "指标目录与观测的 SDMX 结构：代码表、概念、数据结构定义、数据流",
        "responses": {"200": good, **_failures()},
    }


def _headers() -> dict[str, Any]:
    text = {"schema": {"type": "string"}}
    return {
        "ETag": text,
        "Link": text | {"description": "下一页，rel=next"},
        "Generation": {"schema": {"type": "integer"}},
    }


def _failures() -> dict[str, Any]:
    body = {JSON: {"schema": {"$ref": "#/components/schemas/error"}}}
    return {status: {"description": about, "content": body} for status, about in _ERRORS.items()}


def _row(resource: Resource) -> dict[str, Any]:
    columns = resource.columns
    optional = {"superseded_at"} if resource.history else set()
    return {
        "type": "object",
        "description": resource.about,
        "required": [c.name for c in columns if c.name not in optional],
        "additionalProperties": False,
        "properties": {c.name: _column(c) for c in columns},
    }


def _column(column: Described) -> dict[str, Any]:
    return _KINDS[column.kind] | {"description": column.about}


def _error() -> dict[str, Any]:
    parts = {"status": {"type": "integer"}, "code": {"type": "string"}, "message": {"type": "string"}}
    inner = {
        "type": "object",
        "required": list(parts),
        "additionalProperties": False,
        "properties": parts | {"parameter": {"type": "string", "description": "有误的参数"}},
    }
    return {"type": "object", "required": ["error"], "additionalProperties": False, "properties": {"error": inner}}
