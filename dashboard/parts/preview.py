"""What a publication would change, drawn: counts, numbers of the board, revisions, verdicts that turn and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from dash import html

from dashboard import wording
from dashboard.parts.lines import cell, lines, name
from dashboard.parts.marks import origin_mark, pill, target_mark
from dashboard.parts.panel import empty
from warehouse.moments import utc_now

_FIRST = 8  # rows of numbers that are seen at once
_KINDS = {"新一期": "good", "首次": "good", "修订": "warn"}
Row = Mapping[str, Any]


def ago(moment: str) -> str:
    """How long ago a moment (naive UTC, ISO 8601) was, roughly."""
    minutes = int((utc_now() - datetime.fromisoformat(moment)).total_seconds() // 60)
    if minutes < 1:
        return "刚才"
    return f"{minutes} 分钟前" if minutes < 60 else f"{minutes // 60} 小时前"


def drawn(made: Row) -> list[Any]:
    """The parts of a preview; one that the gates would refuse says so instead."""
    if "refused" in made:
        return [_refused(made)]
    return [
        _counts(made),
        _turned(made["verdicts"]),
        _revised(made["revised"]),
        _numbers(made["numbers"]),
        _moved(made),
    ]


def _refused(made: Row) -> html.Div:
    items = [html.Li(one) for one in made["failures"]]
    return html.Div(
        [
            html.P("现在发布会被拒绝：", className="why-not"),
            html.P(made["refused"]),
            html.Ul(items, className="reasons") if items else None,
            html.P("看板不变。请退回有问题的报送，或在上面去掉它的勾再预览。", className="about"),
        ]
    )


def _counts(made: Row) -> html.P:
    found = made["counts"]
    total = found["new"] + found["revised"] + found["withdrawn"]
    said = f"共 {total} 个数成为现行值：新增 {found['new']}、修订 {found['revised']}、撤回 {found['withdrawn']}"
    said += f"；其中 {found['elsewhere']} 个属于新区以下各地区" if found["elsewhere"] else ""
    turned = len(made["verdicts"])
    said += f"。{turned} 项判定改变。" if turned else "。没有判定改变。"
    return html.P(html.B(said))


def _turned(rows: Sequence[Row]) -> Any:
    if not rows:
        return None
    items = [
        html.Li(
            [
                html.Div(
                    [
                        html.B(row["name"]),
                        _status(row, "before"),
                        "→",
                        _status(row, "after"),
                        html.Span(row["factor_label"], className="mark"),
                        target_mark(row["target_status"]) if row["target_status"] else None,
                    ],
                    className="outcome-head",
                ),
                html.P(row["sentence"]),
            ]
        )
        for row in rows
    ]
    return html.Div([html.H3("改变的判定和原因"), html.Ul(items, className="outcomes")], className="portion")


def _status(row: Row, side: str) -> html.Span:
    status = row[f"{side}_status"]
    return pill(status) if status else html.Span("无", className="pill tone-quiet")


def _numbers(rows: Sequence[Row]) -> html.Div:
    if not rows:
        nothing = empty("各指标的最新数不变。", "变动的是较早的报告期，或新区以下各地区的数。")
        return html.Div(nothing, className="portion")
    head = ["指标", "", "现在的看板", "发布后", "同比（现在 → 发布后）"]
    first, rest = rows[:_FIRST], rows[_FIRST:]
    parts: list[Any] = [html.H3("看板上的数"), lines(head, [_line(row) for row in first], "看板上会变的数")]
    if rest:
        table = lines(head, [_line(row) for row in rest], "看板上其余会变的数")
        parts.append(html.Details([html.Summary(f"另有 {len(rest)} 个指标的数会变"), table]))
    return html.Div(parts, className="portion")


def _line(row: Row) -> html.Tr:
    kind = html.Span(row["kind"], className=f"pill tone-{_KINDS[row['kind']]}")
    return html.Tr(
        [
            name(html.A(row["name"], href=f"/indicator?code={row['code']}"), row["unit"]),
            cell("", [kind, " ", origin_mark(row["origin"])]),
            _side("现在的看板", row["before"]),
            _side("发布后", row["after"], strong=True),
            cell("同比", _growth(row), "n"),
        ]
    )


def _origins(row: Row) -> list[Any]:
    return [" ", origin_mark(row["origin"])] if row["origin"] else []


def _side(word: str, shown: Row | None, strong: bool = False) -> html.Td:
    if shown is None:
        return cell(word, wording.MISSING, "n")
    value = html.B(shown["value"]) if strong else shown["value"]
    return cell(word, [value, html.Small(shown["period"])], "n")


def _growth(row: Row) -> str:
    before = (row["before"] or {}).get("growth") or wording.MISSING
    after = (row["after"] or {}).get("growth") or wording.MISSING
    return "未报" if before == after == wording.MISSING else f"{before} → {after}"


def _revised(rows: Sequence[Row]) -> Any:
    if not rows:
        return None
    head = ["指标", "已发布", "改为", "修订原因"]
    body = [
        html.Tr(
            [
                name([row["name"], " ", origin_mark(row["origin"])], f"{row['period']}　{row['unit']}"),
                cell("已发布", row["before"], "n"),
                cell("改为", html.B(row["after"]), "n"),
                cell("修订原因", row["reason"] or html.Span("没有写明", className="pill tone-bad")),
            ]
        )
        for row in rows
    ]
    return html.Div(
        [html.H3(f"改动的已发布数 {len(rows)} 个"), lines(head, body, "改动的已发布数")], className="portion"
    )


def _moved(made: Row) -> Any:
    rows = made["progress"]
    if not rows:
        return None
    body = [
        html.Tr(
            [
                name([row["name"], *_origins(row)], f"{row['due']}目标"),
                cell("判定", [pill(row["status"]), target_mark(row["target_status"])]),
                cell(row["what"], f"{row['what']} {row['before']} → {row['after']}", "n"),
            ]
        )
        for row in rows
    ]
    table = lines(["指标", "判定（不变）", "进度"], body, "判定不变而进度有变的目标")
    return html.Details([html.Summary(f"另有 {len(rows)} 项判定不变，进度有变"), table])
