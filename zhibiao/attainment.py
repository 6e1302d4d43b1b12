"""Commands about targets: attain (board, changes, roll-up, vectors), backtest, revisions. They only read."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

import typer

from zhibiao.console import emit, emit_json, say, table
from zhibiao.options import Data, Json, enter

_VERDICTS = {
    "target": "目标代码",
    "name": "目标",
    "area_name": "地区",
    "target_status_label": "性质",
    "origin_label": "数值来源",
    "status_label": "判定",
    "probability": "达成可能性",
    "sentence": "说明",
}


def attain(
    data: Data = None,
    target_year: Annotated[
        int | None, typer.Option("--target-year", metavar="YEAR", help="只看这一年到期的目标")
    ] = None,
    as_of: Annotated[
        datetime | None,
        typer.Option("--as-of", formats=["%Y-%m-%d"], metavar="DATE", help="当日（含）所见的看板：只用那时已知的数"),
    ] = None,
    changes_since: Annotated[
        str, typer.Option("--changes-since", metavar="N|DATE", help="与第 N 代或某日相比，哪些判定变了、为什么")
    ] = "",
    rollup: Annotated[
        str, typer.Option("--rollup", metavar="GROUP", help="汇总：theme 主题、department 部门、goal 定性目标")
    ] = "",
    vectors: Annotated[
        Path | None, typer.Option("--vectors", metavar="FILE", help="用公开发表的算例检验各方法，打印一致程度")
    ] = None,
    json_: Json = False,
) -> None:
    """目标达成：每个目标的判定、理由和全部组成；也可以看哪些判定变了、为什么，或按主题、部门、定性目标汇总。

    例：zhibiao attain --target-year 2030 --as-of 2026-06-30
    """
    ways = {"--as-of": as_of, "--changes-since": changes_since, "--rollup": rollup, "--vectors": vectors}
    asked = [name for name, said in ways.items() if said]
    if len(asked) > 1:
        raise typer.BadParameter(f"{'、'.join(asked)} 不能同时用")
    if vectors:
        _check_vectors(vectors, json_)
    elif changes_since:
        _changes(data, changes_since, json_)
    elif rollup:
        _rollup(data, rollup, target_year, json_)
    else:
        _board(data, target_year, as_of.date() if as_of else None, json_)


def _board(data: Path | None, target_year: int | None, as_of: date | None, json_: bool) -> None:
    from etl.attainment import board

    rows = board(enter(data), target_year=target_year, as_of=as_of)
    if json_:
        emit_json(rows)
        return
    shown = [row | {"probability": _percent(row["probability"])} for row in rows]
    table(_VERDICTS, shown, "没有可判定的目标。请先发布数据，或检查指标目录中的目标。")


def _percent(share: Decimal | None) -> str:
    return "" if share is None else f"{share * 100:.0f}%"


def _changes(data: Path | None, since: str, json_: bool) -> None:
    from etl.why import attainment_changes

    try:
        moment = int(since) if since.isdigit() and len(since) < 8 else date.fromisoformat(since)
    except ValueError:
        said = f"“{since}”既不是代号也不是日期；请写成 12 或 2026-06-30"
        raise typer.BadParameter(said, param_hint="--changes-since") from None
    rows = attainment_changes(enter(data), moment)
    if json_:
        emit_json(rows)
        return
    headers = {
        "target": "目标代码",
        "name": "目标",
        "before_label": "原判定",
        "after_label": "现判定",
        "factor_label": "原因",
        "sentence": "说明",
        "after_sentence": "现在",
    }
    table(headers, rows, "没有判定变化。")


def _rollup(data: Path | None, by: str, target_year: int | None, json_: bool) -> None:
    from etl.rollups import rolled_up
    from indicators.attainment.rollup import REALIZATION_LABEL

    groups = rolled_up(enter(data), by, target_year)
    if json_:
        emit_json(groups)
        return
    table({"name": "组", "sentence": "汇总"}, groups, "没有目标。")
    if by == "goal":
        emit("")
        table({"name": "定性目标", "sentence": "支撑指标"}, _supporting(groups), "")
    members = {m["target"]: m for group in groups for m in group["targets"]}
    emit("")
    emit(REALIZATION_LABEL)
    headers = {"target": "目标代码", "name": "目标", "realization_view": "类", "realization": "实现程度（%）"}
    rounded = [m | {"realization": _tenth(m["realization"])} for m in members.values()]
    table(headers, rounded, "没有目标。")


def _supporting(groups: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"name": group["name"], "sentence": one["sentence"]} for group in groups for one in group["supporting"]]


def _tenth(value: Decimal | None) -> Decimal | None:
    return None if value is None else value.quantize(Decimal("0.1"))


def _check_vectors(path: Path, json_: bool) -> None:
    from indicators.vectors import agreement, run_vectors

    results = run_vectors(path)
    if json_:
        emit_json(results)
    else:
        table(
            {"method": "方法", "vectors": "算例", "agreeing": "一致", "differing": "不一致", "not_evaluated": "未评价"},
            [asdict(counted) for counted in agreement(results)],
            f"{path} 里没有算例。",
        )
    wrong = [r for r in results if not r.agrees]
    for result in wrong[:20]:
        say(f"{result.id}：{result.explanation}")
    if wrong:
        raise typer.Exit(1)


def backtest(data: Data = None, json_: Json = False) -> None:
    """回测：在库中每条年度序列上，推算方法的误差和八成区间的覆盖率，与末值不变、平均变化、年均增速相比。

    例：zhibiao backtest
    """
    from etl.measures import backtested

    rows = backtested(enter(data))
    if json_:
        emit_json(rows)
        return
    headers = {
        "horizon": "向前几年",
        "train": "用几年的数",
        "method_name": "方法",
        "forecasts": "推算次数",
        "error": "误差（年均变化的倍数）",
        "coverage": "区间覆盖率",
    }
    shown = [
        row
        | {"horizon": row["horizon"] or "全部", "train": row["train"] or "全部"}
        | {"error": round(row["error"], 2), "coverage": round(row["coverage"], 2)}
        for row in rows
    ]
    table(headers, shown, "库里没有足够长的年度序列（至少 6 个年度数值），不能回测。")
    if rows:
        say(f"共 {rows[0]['series']} 条年度序列；名义覆盖率为 0.80。")


def revisions(
    data: Data = None,
    by: Annotated[
        str, typer.Option("--by", metavar="WHAT", help="indicator 逐条序列，或 department 按单位")
    ] = "indicator",
    json_: Json = False,
) -> None:
    """修订情况：已发布的数后来改了多少，按单位和指标；这是数据质量的度量，不是对单位的评价。

    例：zhibiao revisions --by department
    """
    from etl.measures import revisions as measured
    from etl.measures import revisions_by_department

    if by not in ("indicator", "department"):
        raise typer.BadParameter(f"不能按“{by}”；可用 indicator 或 department")
    rows = measured(enter(data))
    if by == "department":
        rows = revisions_by_department(rows)
    if json_:
        emit_json(rows)
        return
    if by == "department":
        headers = {
            "department_name": "单位",
            "indicators": "修订过的指标",
            "revised_values": "修订过的数",
            "median_relative_pct": "修订幅度中位数（%）",
        }
        table(headers, rows, "没有修订过的数。")
        return
    headers = {
        "department_name": "单位",
        "indicator_name": "指标",
        "area": "地区",
        "scope": "口径",
        "price_basis": "价格口径",
        "kind": "内容",
        "pair": "比较",
        "periods": "期数",
        "revised_periods": "修订期数",
        "largest": "最大修订",
        "mar": "平均绝对修订",
        "unit": "计量单位",
    }
    table(headers, [row | _measures(row) for row in rows], "没有修订过的数。")
    say("修订期数不足 8 的不作统计，只列最大一次；逐期的修订见 --json。")


def _measures(row: dict[str, Any]) -> dict[str, Any]:
    metrics = row["metrics"]
    from indicators.observations import content_label

    return {
        "kind": content_label(row["nature"], row["measure"]),
        "mar": round(Decimal(str(metrics["mar"])), 4) if metrics else None,
    }


COMMANDS = (attain, backtest, revisions)
