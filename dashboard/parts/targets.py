"""The targets of one indicator: what was promised, where it is written, and the three answers to how it stands.

Verdict, second lens and projection are kept apart and never merged; where they tell different stories, that is said.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from dash import html

from dashboard import states, wording
from dashboard.parts.marks import mark, origin_mark, pill, target_mark
from dashboard.parts.panel import empty, panel
from warehouse.board import Verdict
from warehouse.board_names import Entry, Names

OPEN_SDG = "Open SDG 2.4"


def targets(found: Sequence[Entry], verdicts: Sequence[Verdict], one: Entry, names: Names) -> html.Section:
    """A panel with every target of an indicator, nearest due day first."""
    by_target = {(v.target, v.target_version): v for v in verdicts}
    items = [_target(t, by_target.get((t.code, t.version)), one, names) for t in found]
    nothing = empty("没有查到这项指标的量化目标。", "总体方案没有给出数字；统计局可以导入采用的目标表。")
    body = html.Ul(items, className="outcomes") if items else nothing
    about = "每个目标的原文和出处，以及三种互不合并的回答：判定、另一种方法、按趋势推算。" if items else ""
    return panel("目标", about, body, name="targets")


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
            lenses(verdict, one) if verdict else None,
            html.P(["出处：", written, grade], className="about"),
        ]
    )


def lenses(verdict: Verdict, one: Entry) -> html.Dl | None:
    """The second lens and the projection beside a verdict; None where there is neither."""
    rows = [row for row in (_second(verdict), _outlook(verdict, one)) if row is not None]
    return html.Dl(rows, className="lenses") if rows else None


def _second(verdict: Verdict) -> html.Div | None:
    word = states.SECOND.get(verdict.second_status)
    if not word:
        return None
    split = mark(
        "两种方法不一致", "split", "判定看差额占剩余差距的份额，Open SDG 看实际增速与所需增速之比；两者可以不同。"
    )
    value = f"（实际与所需之比 {wording.number(verdict.second_value, 2)}）" if verdict.second_value is not None else ""
    return html.Div([html.Dt(OPEN_SDG), html.Dd([f"{word}{value} ", split if verdict.methods_disagree else None])])


def _outlook(verdict: Verdict, one: Entry) -> html.Div | None:
    if verdict.projection_value is None or verdict.due_on is None:
        return None
    low, high = (wording.number(v, one.decimals) for v in (verdict.projection_low, verdict.projection_high))
    said = f"{verdict.due_on.year}年约{wording.quantity(verdict.projection_value, verdict.unit, one.decimals)}"
    if verdict.probability is None:  # judged within its year, by the seasons of earlier years
        return html.Div([html.Dt("按往年进度推算"), html.Dd(f"{said}（照各年最快和最慢的进度，{low}—{high}）")])
    what = "守住上限" if verdict.kind.startswith("cap_") else "达成"
    said += f"（八成区间{low}—{high}），{what}的可能性{wording.percent(verdict.probability)}，{verdict.projection_word}"
    hint = "判定按近期平均变化直线推算，这里假定增势逐年减弱；目标处在两者之间时会不一致。"
    split = mark("与判定不一致", "split", hint)
    doubt = states.doubtful(verdict.status, _plain(verdict.probability))
    return html.Div([html.Dt("按趋势推算"), html.Dd([f"{said} ", split if doubt else None])])


def _plain(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
