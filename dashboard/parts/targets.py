"""The targets of one indicator: what was promised, where it is written, how it stands, said in one sentence."""

from __future__ import annotations

from collections.abc import Sequence

from dash import html

from dashboard import wording
from dashboard.parts.marks import origin_mark, pill, target_mark
from dashboard.parts.panel import empty, panel
from warehouse.board import Verdict
from warehouse.board_names import Entry, Names


def targets(found: Sequence[Entry], verdicts: Sequence[Verdict], one: Entry, names: Names) -> html.Section:
    """A panel with every target of an indicator, nearest due day first."""
    by_target = {(v.target, v.target_version): v for v in verdicts}
    items = [_target(t, by_target.get((t.code, t.version)), one, names) for t in found]
    nothing = empty("没有查到这项指标的量化目标。", "总体方案没有给出数字；统计局可以导入采用的目标表。")
    body = html.Ul(items, className="outcomes") if items else nothing
    return panel("目标", "目标的原文、出处和最新判定。" if items else "", body, name="targets")


def _target(target: Entry, verdict: Verdict | None, one: Entry, names: Names) -> html.Li:
    due = f"{target.due_on.year}年" if target.due_on else ""
    aim = f"{wording.number(target.value, one.decimals)} {target.unit}" if target.value is not None else ""
    if target.growth is not None:
        aim = f"增长 {wording.number(target.growth)}%"
    written = f"{names.source(target.source)} {target.clause or ''}" if target.source else "没有文件依据"
    grade = f"（{target.grade}级来源）" if target.grade else ""
    head = [html.B(f"{due} {aim}"), pill(verdict.status) if verdict else None, target_mark(target.status)]
    return html.Li(
        [
            html.Div(
                [*head, origin_mark(verdict.origin) if verdict and verdict.origin else None], className="outcome-head"
            ),
            html.P(f"“{target.text}”") if target.text else None,
            html.P(verdict.sentence, className="verdict") if verdict else None,
            html.P(f"出处：{written}{grade}", className="about"),
        ]
    )
