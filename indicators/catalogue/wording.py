"""What is wrong with a catalogue field, in Chinese: pydantic's errors turned into sentences that name what is allowed.

Used by the loader and the checks; it knows the models' types, not which entries there are.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any, get_args, get_origin

from pydantic import BaseModel
from pydantic_core import ErrorDetails

_EXPECTED = {
    "decimal": "数字，如 87.5",
    "int": "整数，如 15",
    "bool": "true 或 false",
    "date": "日期，如 2026-09-30",
    "tuple": "列表（YAML 写成 [甲, 乙]，CSV 用半角分号隔开）",
    "string": "文字",
    "model": "一组“字段: 值”",
}


def explain(error: ErrorDetails, model: type[BaseModel]) -> str:
    """One sentence for one pydantic error on an entry of `model`."""
    path = ".".join(str(step) for step in error["loc"])
    kind = error["type"]
    if kind == "missing":
        return f"缺少必填字段 {path}。"
    if kind == "extra_forbidden":
        return f"没有字段 {path}；可用的字段：{'、'.join(_model_at(model, error['loc'][:-1]).model_fields)}。"
    if kind in ("literal_error", "enum"):
        allowed = (
            str(error.get("ctx", {}).get("expected", "")).replace("'", "").replace(" or ", "、").replace(", ", "、")
        )
        return f"{path} 的取值“{error['input']}”不允许；允许：{allowed}。"
    wanted = next((text for prefix, text in _EXPECTED.items() if kind.startswith(prefix)), None)
    if wanted:
        return f"{path} 的取值“{error['input']}”读不成；应为{wanted}。"
    return f"{path} 的取值“{error['input']}”不合要求（{error['msg']}）。"


def unknown(code: str, allowed: Iterable[str], what: str) -> str:
    """The sentence for a code that is not there, with the likeliest ones, or all when they are few."""
    known = sorted(allowed)
    near = get_close_matches(code, known, n=3, cutoff=0.6)
    shown = "、".join(near or known[:12]) + ("" if near or len(known) <= 12 else f" 等 {len(known)} 个")
    return f"{what}“{code}”不在目录中；{'相近的' if near else '允许'}：{shown or '（此表为空）'}。"


def _model_at(model: type[BaseModel], path: tuple[int | str, ...]) -> type[BaseModel]:
    """The model that the fields at `path` belong to: editions.0.columns.2 of a form is a column."""
    here: Any = model
    for step in path:
        if isinstance(step, str):
            here = here.model_fields[step].annotation
        if get_origin(here) is tuple:
            here = get_args(here)[0]
    return here if isinstance(here, type) and issubclass(here, BaseModel) else model
