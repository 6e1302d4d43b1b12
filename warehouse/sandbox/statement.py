"""What may be asked: exactly one SELECT, over known tables, with reviewed functions. Everything else is refused.

The judgement is made on DuckDB's own syntax tree (`json_serialize_sql`), never on the text, and fails closed: a kind of
node, table or function that nobody has looked at is refused. It does not know about files or generations.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import duckdb

from warehouse.errors import QueryRefused
from warehouse.sandbox.process import start

MAX_TEXT, MAX_TREE, PARSING = 100_000, 8 * 2**20, 5  # characters, bytes, seconds
_GROUPINGS = re.compile("cube|rollup|sets", re.IGNORECASE)  # a short text with these words can have an immense tree
_INVISIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
CATALOGUE_VIEWS = {("information_schema", "tables"), ("information_schema", "columns")}

_SOURCES = {
    "BASE_TABLE", "JOIN", "SUBQUERY", "TABLE_FUNCTION", "EXPRESSION_LIST", "EMPTY", "PIVOT", "COLUMN_DATA",
}  # fmt: skip
_CLASSES = {
    "COLUMN_REF", "CONSTANT", "FUNCTION", "CAST", "COMPARISON", "CONJUNCTION", "OPERATOR", "CASE", "BETWEEN",
    "SUBQUERY", "WINDOW", "STAR", "LAMBDA", "LAMBDA_REF", "PARAMETER", "COLLATE", "POSITIONAL_REFERENCE", "DEFAULT",
    "TYPE",
}  # fmt: skip
_NODES = {"SELECT_NODE", "SET_OPERATION_NODE", "RECURSIVE_CTE_NODE", "CTE_NODE"}
_BARE = {  # names that call a function where no column has them
    "current_catalog": "current_catalog", "current_date": "current_date", "current_role": "current_role",
    "current_schema": "current_schema", "current_time": "get_current_time",
    "current_timestamp": "get_current_timestamp", "current_user": "current_user", "localtime": "current_localtime",
    "localtimestamp": "current_localtimestamp", "session_user": "session_user", "user": "user",
}  # fmt: skip
_CLOCK = {
    "ago", "current_date", "current_localtime", "current_localtimestamp", "get_current_time",
    "get_current_timestamp", "now", "today", "transaction_timestamp",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Question:
    """A text that may be asked, and the names of its parameters.

    `timed`: it asks for the time of day, so that its answer need not come again.
    """

    text: str
    params: frozenset[str]
    timed: bool


@cache
def reviewed(place: str) -> tuple[frozenset[str], frozenset[str]]:
    """Allowed and refused function names at a place: `call` (scalar, aggregate, macro) or `from` (table function)."""
    allowed: set[str] = set()
    refused: set[str] = set()
    for line in files("warehouse.sandbox").joinpath("functions.txt").read_text("utf-8").splitlines():
        words = line.split(" ", 2)
        if words[0] == place:
            (allowed if words[1] == "allow" else refused).add(words[2])
    return frozenset(allowed), frozenset(refused)


def trimmed(sql: str) -> str:
    """A text without the blanks around it and the semicolon at its end."""
    return sql.strip().rstrip(";").strip()


def examine(sql: str, tables: frozenset[str], *, views_shadow: bool = False) -> Question:
    """Prove that `sql` is one plain SELECT; it is given back trimmed. QueryRefused with a Chinese reason otherwise.

    `tables` are the names that exist for the asker. With `views_shadow` (an as-of question) a table may not be written
    with its schema, because that would reach past the view that restricts it.
    """
    text = trimmed(sql)
    if not text:
        raise QueryRefused("没有写查询。请输入一条 SELECT 语句，例如：SELECT * FROM 最新值 LIMIT 10")
    if len(text) > MAX_TEXT:
        raise QueryRefused(f"查询有 {len(text):,} 个字符，超过 {MAX_TEXT:,} 的上限。请把长名单写成与表的连接。")
    if found := _INVISIBLE.search(text):  # DuckDB would read no further than a NUL, and reads no lone surrogate
        place = _place(text[: found.start()])
        raise QueryRefused(f"有看不见的控制字符{said_place(place)}，常是粘贴时带来的。请删去那一处再问。", place)
    tree = _tree(text)
    statements = tree["statements"]
    if len(statements) != 1:
        raise QueryRefused(f"一次只能问一个问题，这里有 {len(statements)} 条语句。请分开运行。")
    known = {name.lower() for name in tables} | _defined_names(tree)
    params, timed = set(), False
    for node in _walk(tree):
        _judge(node, known, views_shadow)
        timed = timed or _called(node) in _CLOCK or (_called(node) == "age" and len(node["children"]) == 1)
        if node.get("class") == "PARAMETER":
            params.add(str(node["identifier"]))
    return Question(text, frozenset(params), timed)


@cache
def _parser(process: int) -> duckdb.DuckDBPyConnection:
    """An empty locked database of this process that only ever reads syntax; each text gets a cursor of its own."""
    return duckdb.connect(config={"enable_external_access": "false", "lock_configuration": "true"})


def _tree(text: str) -> dict[str, Any]:
    serialized = _apart(text) if _GROUPINGS.search(text) else _here(text)
    tree: dict[str, Any] = json.loads(serialized)
    if tree.get("error"):
        message = str(tree.get("error_message", ""))
        if "Only SELECT" in message:
            raise QueryRefused(
                "这里只能查询，不能改动数据或设置。请写 SELECT；PIVOT 请写明 IN (…)；"
                "要看有哪些表，请查 information_schema.tables。"
            )
        place = place_of(text, tree.get("position"))
        raise QueryRefused(f"语法有误{said_place(place)}：{message}", place)
    return tree


def _here(text: str) -> str:
    with _parser(os.getpid()).cursor() as parser:
        try:
            (serialized,) = parser.execute("SELECT json_serialize_sql(?::VARCHAR)", [text]).fetchone() or ("{}",)
        except duckdb.Error as error:
            raise QueryRefused(f"查询太复杂或写法有误：{first_lines(error)}") from error
    return str(serialized)


def _apart(text: str) -> str:
    """The tree as a process of its own finds it, whose memory and time are limited."""
    child, request = start(), {"parse": text, "seconds": PARSING, "memory": 0}
    try:
        line = child.communicate(json.dumps(request).encode() + b"\n", PARSING)[0]
    except subprocess.TimeoutExpired:
        child.kill()
        line = child.communicate()[0][:0]
    if not line or len(line) > MAX_TREE:
        raise QueryRefused("CUBE、ROLLUP、GROUPING SETS 的组合太多。请少写几列，或分成几条查询。")
    return str(json.loads(line)["tree"])


def place_of(text: str, position: str | int | None) -> tuple[int, int] | None:
    """Line and column of DuckDB's position, which counts bytes; None where it gave none."""
    if position is None or not str(position).isdigit():
        return None
    return _place(text.encode()[: int(position)].decode(errors="ignore"))


def _place(before: str) -> tuple[int, int]:
    return before.count("\n") + 1, len(before) - before.rfind("\n")


def said_place(place: tuple[int, int] | None) -> str:
    """A place in words, for the middle of a sentence."""
    return f"（第 {place[0]} 行第 {place[1]} 列）" if place else ""


def _walk(value: Any) -> Iterator[dict[str, Any]]:
    pending = [value]
    while pending:
        item = pending.pop()
        if isinstance(item, dict):
            yield item
            pending.extend(item.values())
        elif isinstance(item, list):
            pending.extend(item)


def _defined_names(tree: dict[str, Any]) -> set[str]:
    """Names that the statement itself gives to common table expressions."""
    names = set()
    for node in _walk(tree):
        for entry in (node.get("cte_map") or {}).get("map", []):
            names.add(str(entry["key"]).lower())
        if "cte_name" in node:
            names.add(str(node["cte_name"]).lower())
    odd = sorted(name for name in names if not name.replace("_", "").isalnum())
    if odd:  # a name that looks like a file would be one, outside the place where it is defined
        raise QueryRefused(f"WITH 里的名称“{odd[0]}”只能用文字、数字和下划线。请换一个名称。")
    return names


def _judge(node: dict[str, Any], known: set[str], views_shadow: bool) -> None:
    kind, family = node.get("type"), node.get("class")
    if isinstance(family, str):
        if family not in _CLASSES:
            raise QueryRefused(f"不支持这种写法（{family}）。请换成普通的列、函数和条件。")
        if family in {"FUNCTION", "WINDOW", "COLUMN_REF"} and _called(node):
            _judge_function(node, "call")
        return
    if "sample" in node and node["sample"] is not None and node["sample"].get("seed", -1) < 0:
        raise QueryRefused("抽样每次不同，结果不可重现。请在抽样后写 REPEATABLE (一个数)，例如 REPEATABLE (42)。")
    if kind == "BASE_TABLE":
        _judge_table(node, known, views_shadow)
    elif kind == "TABLE_FUNCTION":
        _judge_function(node["function"], "from")
    elif isinstance(kind, str) and kind.endswith("_NODE") and kind not in _NODES:
        raise QueryRefused(f"不支持这种查询（{kind}）。请写普通的 SELECT。")
    elif isinstance(kind, str) and "query_location" in node and "alias" in node and kind not in _SOURCES:
        # every source in FROM carries an alias and a place, and no other node without a class does
        raise QueryRefused(
            "不支持这种写法（SHOW、DESCRIBE、SUMMARIZE 等）。要看表和列，请查 information_schema.columns。"
        )


def _judge_table(node: dict[str, Any], known: set[str], views_shadow: bool) -> None:
    schema, name = str(node.get("schema_name") or "").lower(), str(node.get("table_name") or "")
    if node.get("catalog_name") or node.get("at_clause"):
        raise QueryRefused(f"不能指明数据库或时间旅行：{name}。请只写表名；要看某日所知，请用“截至”选项。")
    if (schema, name.lower()) in CATALOGUE_VIEWS:
        return
    if schema not in ({""} if views_shadow else {"", "main"}) or name.lower() not in known:
        shown = f"{schema}.{name}" if schema else name
        if views_shadow:
            raise QueryRefused(
                f"截至某日不能查“{shown}”。能查的是最新值、历史版本、observation_current、observation_version "
                "和目录各表，只写表名；某日的判定用 zhibiao attain --as-of 或总览页的“截至”。"
            )
        raise QueryRefused(
            f"没有可查的表“{shown}”。可查的表见 information_schema.tables，例如 observation_current、最新值。"
        )


def _called(node: dict[str, Any]) -> str:
    """The function that an expression calls, if it calls one."""
    if node.get("class") == "COLUMN_REF":
        names = [str(name).lower() for name in node.get("column_names", [])]
        return _BARE.get(names[0], "") if len(names) == 1 else ""
    return str(node.get("function_name") or "").lower()


def _judge_function(node: dict[str, Any], place: str) -> None:
    name = _called(node)
    if node.get("catalog") or str(node.get("schema") or "") not in {"", "main"}:
        raise QueryRefused(f"不能指明函数所在的库：{name}。请只写函数名。")
    allowed, refused = reviewed(place)
    if place == "call" and name == "unnest":
        return
    if name not in allowed:
        why = "会读写文件、设置或系统状态，或使结果不可复现" if name in refused else "不在已审查的函数之列"
        raise QueryRefused(f"不能使用函数 {name}：{why}。请改用普通的计算、聚合或窗口函数。")


def first_lines(error: Exception | str, lines: int = 6) -> str:
    """DuckDB's own words about a mistake, shortened, without the internals that may follow them."""
    text = str(error).split("Stack Trace")[0].strip()
    return "\n".join(text.splitlines()[:lines])
