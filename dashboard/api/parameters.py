"""The parameters of the API: one table that reads them, refuses them in words, and describes them in OpenAPI."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from dashboard.api.errors import ApiError
from indicators.errors import ZhibiaoError
from indicators.observations import Measure
from indicators.periods import Nature, Period

LIMIT, MOST = 1_000, 100_000
_CODE = re.compile(r"[^\s,，]{1,64}\Z")
_CURSOR = re.compile(r"g([0-9]{1,6})\.([0-9]{1,12})\Z")


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where the next page begins: after a row of a generation."""

    generation: int
    row: int

    def __str__(self) -> str:
        return f"g{self.generation}.{self.row}"


@dataclass(frozen=True)
class Parameter:
    """One query parameter: how it is read (ValueError with a Chinese reason when it can not be) and described."""

    name: str
    about: str
    schema: Mapping[str, Any]
    read: Callable[[str], Any]
    column: str = ""  # the column that it narrows; several values are separated by commas
    of: str = ""  # the table of the catalogue whose codes it takes


def _code(text: str) -> str:
    if not _CODE.match(text):
        raise ValueError("代码不能为空，也不能含空白")
    return text


def _period(text: str) -> str:
    return Period.parse(text).code


def _one_of(kind: type[Nature] | type[Measure]) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in tuple(kind):
            raise ValueError(f"“{text}”不在 {'、'.join(kind)} 之中")
        return text

    return read


def _day(text: str) -> date:
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        raise ValueError("日期写成 2026-06-30 的样子")
    try:
        made = date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"没有 {text} 这一天") from None
    if not 1900 <= made.year <= 2200:
        raise ValueError("年份在 1900 至 2200 之间")
    return made


def _truth(text: str) -> bool:
    if text not in ("true", "false"):
        raise ValueError("只能写 true 或 false")
    return text == "true"


def _limit(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,6}", text) or not 1 <= int(text) <= MOST:
        raise ValueError(f"写 1 至 {MOST} 的整数")
    return int(text)


def _cursor(text: str) -> Cursor:
    found = _CURSOR.match(text)
    if not found:
        raise ValueError("照抄上一页 next 里的 after")
    return Cursor(int(found[1]), int(found[2]))


def _filter(name: str, about: str, of: str = "", read: Callable[[str], str] = _code, **more: Any) -> Parameter:
    schema = {"type": "array", "items": {"type": "string", "minLength": 1, **more}, "minItems": 1}
    return Parameter(name, f"{about}；可写多个，以逗号分隔", schema, read, name, of)


PARAMETERS = {
    one.name: one
    for one in (
        _filter("indicator", "指标代码，如 GDP", "indicator"),
        _filter("area", "地区代码，新区为 CCXQ", "area"),
        _filter("scope", "口径代码", "scope"),
        _filter("department", "填报单位代码", "department"),
        _filter("period", "报告期，如 2026Q3、2021H1、2014、2026M09", read=_period),
        _filter("nature", "数值性质", read=_one_of(Nature), enum=[str(n) for n in Nature]),
        _filter("measure", "计量内容", read=_one_of(Measure), enum=[str(m) for m in Measure]),
        Parameter("asOf", "只看北京时间该日结束时已知的", {"type": "string", "format": "date"}, _day),
        Parameter("includeHistory", "连同已被取代的版本", {"type": "boolean", "default": False}, _truth),
        Parameter(
            "limit", "一页至多几行", {"type": "integer", "minimum": 1, "maximum": MOST, "default": LIMIT}, _limit
        ),
        Parameter(
            "after", "上一页 next 里给出的位置", {"type": "string", "pattern": r"^g[0-9]{1,6}\.[0-9]{1,12}$"}, _cursor
        ),
    )
}
MANY = {name for name, one in PARAMETERS.items() if one.column}


def read(allowed: tuple[str, ...], given: Mapping[str, list[str]]) -> dict[str, Any]:
    """The parameters of a request by name: lists for filters, single values for the rest. Raises ApiError 400."""
    found: dict[str, Any] = {}
    for name, texts in given.items():
        if name == "format":  # how, not what: `answers` reads it
            continue
        if name not in allowed:
            raise ApiError(
                400, "unknown_parameter", f"没有参数“{name[:64]}”。可用：{'、'.join(allowed)}、format。", name
            )
        values = [v for text in texts for v in (text.split(",") if name in MANY else [text])]
        try:
            read_values = [PARAMETERS[name].read(value) for value in values]
        except (ValueError, ZhibiaoError) as error:
            raise ApiError(400, "bad_parameter", f"参数 {name} 写得不对：{str(error).rstrip('。')}。", name) from error
        if name in MANY:
            found[name] = read_values
        elif len(read_values) == 1:
            found[name] = read_values[0]
        else:
            raise ApiError(400, "repeated_parameter", f"参数 {name} 只能写一次。", name)
    return found
