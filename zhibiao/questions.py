"""Commands that ask: sql, trace, history. They read generations and never write."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from zhibiao.console import emit, emit_json, say, table
from zhibiao.options import Data, Json, enter

AsOf = Annotated[
    datetime | None, typer.Option("--as-of", formats=["%Y-%m-%d"], metavar="DATE", help="只看该日（含）已知的数")
]


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None


def sql(
    query: Annotated[str, typer.Argument(help="一条 SELECT 语句；写 - 则从标准输入读")],
    data: Data = None,
    as_of: AsOf = None,
    format_: Annotated[str, typer.Option("--format", help="table、csv、json、parquet 或 xlsx")] = "table",
    output: Annotated[Path | None, typer.Option("-o", "--output", metavar="FILE", help="写到文件")] = None,
    param: Annotated[list[str] | None, typer.Option("--param", metavar="NAME=VALUE", help="填入 $NAME，可多次")] = None,
    limit: Annotated[int, typer.Option(min=1, max=5_000_000, help="至多返回的行数")] = 100_000,
    seconds: Annotated[int, typer.Option(min=1, max=600, help="至多运行的秒数")] = 30,
) -> None:
    """即席查询：任何时候用 SQL 问数据仓库，不影响填报。

    例：zhibiao sql "SELECT * FROM 最新值 LIMIT 10"
    """
    import sys

    from etl.questions import ask, write_answer

    text = sys.stdin.read() if query == "-" else query
    params = {name: value for name, _, value in (item.partition("=") for item in param or [])}
    answer = ask(enter(data), text, params=params, as_of=_day(as_of), max_rows=limit, seconds=seconds)
    if format_ == "table" and output is None:
        rows = answer.table.to_pylist()
        table({name: name for name in answer.table.column_names}, rows, "没有符合条件的行。")
    else:
        write_answer(answer, format_, output)
    more = "；请用 --limit 调大或缩小范围" if answer.truncated else ""
    say(f"{answer.stamp}，{answer.seconds:.2f} 秒{more}")


def trace(
    indicator: Annotated[str, typer.Argument(help="指标代码，如 GDP")],
    period: Annotated[str, typer.Argument(help="报告期，如 2026Q3")],
    data: Data = None,
    area: Annotated[str, typer.Option(help="地区代码")] = "CCXQ",
    json_: Json = False,
) -> None:
    """这个数从哪来：从一个数查到原始工作簿的单元格、填报人、审核人和时间。

    例：zhibiao trace GDP 2026Q3
    """
    from etl.questions import trace_value

    rows = trace_value(enter(data), indicator, period, area)
    if json_:
        emit_json(rows)
        return
    if not rows:
        say(f"没有 {area} 的 {indicator} 在 {period} 的数。可用 zhibiao history {indicator} 看有哪些报告期。")
        raise typer.Exit(1)
    for row in rows:
        emit("\n".join(f"{key}　{value}" for key, value in row.items() if value) + "\n")


def history(
    indicator: Annotated[str, typer.Argument(help="指标代码，如 GDP")],
    data: Data = None,
    area: Annotated[str, typer.Option(help="地区代码")] = "CCXQ",
    period: Annotated[str, typer.Option(help="只看一个报告期")] = "",
    json_: Json = False,
) -> None:
    """历史版本：一个指标的每个数何时为人所知、何时被修订、为什么。

    例：zhibiao history GDP --period 2021H1
    """
    from etl.questions import value_history

    rows = value_history(enter(data), indicator, area, period)
    if json_:
        emit_json(rows)
        return
    columns = {
        "content": "内容",
        "scope_name": "口径",
        "department_name": "填报单位",
        "origin_label": "来源性质",
        "canonical_unit": "单位",
        "period": "报告期",
        "canonical_value": "数值",
        "recorded_at": "自何时所知",
        "superseded_at": "何时被取代",
        "revision_reason": "修订原因",
        "submission": "报送编号",
    }
    empty = f'没有 {area} 的 {indicator}。可用 zhibiao sql "SELECT code, name FROM indicator" 查指标代码。'
    series = ("content", "scope_name", "department_name", "origin_label", "canonical_unit")
    table(columns, rows, empty, over=series)


COMMANDS = (sql, trace, history)
