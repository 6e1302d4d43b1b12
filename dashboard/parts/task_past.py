"""What was done with a task: milestones on a line, reports and what proves them, every step with who and when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from dash import html

from dashboard import wording
from dashboard.parts.panel import empty, panel
from dashboard.parts.strokes import bar
from dashboard.parts.tasks import short
from indicators.periods import Period
from warehouse.board_names import Names

Row = Mapping[str, Any]


def nodes(row: Row) -> html.Section:
    """The timeline of milestones; what each shows, and who said and proved that it is reached."""
    held: Sequence[Row] = row["nodes"]
    if not held:
        return panel("节点", "", empty("没有定节点。", "统计局分解任务时可以定。"), name="nodes")
    items = []
    for node in held:
        said = [f"{node['done_by']}{wording.day(node['done_on'])}报完成" if node["done_by"] else ""]
        said.append(f"{node['verified_by']}{wording.day(node['verified_on'])}核查属实" if node["verified_by"] else "")
        items.append(
            html.Li(
                [
                    html.I(className=f"lamp lamp-{node['colour']}"),
                    html.Div([html.B(f"{node['due_on'].isoformat()}　"), node["title"]]),
                    html.Div([node["word"], html.Small(f"　{node['because']}")]),
                    html.Small("，".join(part for part in said if part)),
                ]
            )
        )
    return panel("节点", "到期日、内容和现在的灯号。", html.Ol(items, className="nodes"), name="nodes")


def reports(row: Row, files: bool) -> html.Section:
    """Reports of progress, the newest first; `files`: with links to what proves them."""
    held: Sequence[Row] = row["report_list"]
    if not held:
        return panel("进展报告", "", empty("还没有报过进展。", "责任单位每季报一次，季后10天内报。"), name="reports")
    items = [_report(row["code"], one, files) for one in reversed(held)]
    about = f"共{len(held)}份，新的在前；同一期以后报的为准，先报的保留。"
    return panel("进展报告", about, html.Div(items, className="reports"), name="reports")


def _report(code: str, one: Row, files: bool) -> html.Article:
    facts = [("量化结果", one["quantity"]), ("存在问题", one["problem"]), ("下步措施", one["next_step"])]
    items: list[Any] = [part for name, text in facts if text for part in (html.Dt(name), html.Dd(text))]
    shown = [line.partition(" ")[::2] for line in (one["evidence"] or "").split("\n") if line]
    if shown:
        items += [html.Dt("佐证材料"), html.Dd(evidence(code, shown, files))]
    if not shown and one["progress"] is None and not one["quantity"]:
        items += [html.Dt("佐证"), html.Dd("没有数量，也没有佐证材料。")]
    share = one["progress"]
    drawn = bar(share / 100, f"完成{wording.number(share, 0)}%") if share is not None else None
    return html.Article(
        [
            html.Div(
                [
                    html.B(Period.parse(one["period"]).label),
                    html.Span(f"完成{wording.number(share, 0)}%" if share is not None else "没有报进度"),
                    html.Small(f"{one['reported_by']}，{wording.day(one['reported_on'])}"),
                    None if one["stands"] else html.Small("（已由后报的代替）"),
                ],
                className="report-head",
            ),
            drawn,
            html.P(one["text"]),
            html.Dl(items) if items else None,
        ],
        className="report" if one["stands"] else "report replaced",
    )


def evidence(code: str, shown: Sequence[tuple[str, str] | tuple[str, ...]], files: bool) -> list[Any]:
    """Names of files, as links for who may have them."""
    made: list[Any] = []
    for sha, name in shown:
        href = f"/work/tasks/{quote(code)}/evidence/{sha}"
        made += [html.A(name, href=href) if files else name, "　"]
    return made[:-1]


def trail(row: Row, files: bool, names: Names) -> html.Section:
    """Every step, the newest first."""
    held: Sequence[Row] = row["steps"]
    if not held:
        return panel("办理过程", "", empty("还没有办理过。"), name="trail", wide=True)
    items = [
        html.Li([html.Time(s["at"]), html.B(s["act"]), html.P([_said(s, names), *_more(row["code"], s, files)])])
        for s in reversed(held)
    ]
    about = f"共{len(held)}步，新的在前；只增不改，都在审计记录里。"
    return panel("办理过程", about, html.Ol(items, className="trail"), name="trail", wide=True)


def _said(step: Row, names: Names) -> str:
    detail: Mapping[str, Any] = step["detail"]
    said = [step["by"]]
    if detail.get("period"):
        said.append(Period.parse(detail["period"]).label)
    if detail.get("lead"):
        said.append(f"牵头{short(names, detail['lead'])}")
    if detail.get("due_on"):
        said.append(f"时限{detail['due_on']}")
    if detail.get("node"):
        said.append(f"第{detail['node']}个节点")
    if detail.get("links"):
        parts = (pair.split(":") for pair in detail["links"].split(","))
        said.append("、".join(f"{names.indicator(c)}{'应上升' if way == 'up' else '应下降'}" for c, way in parts))
    return "，".join(said) + (f"：{step['text']}" if step["text"] else "")


def _more(code: str, step: Row, files: bool) -> list[Any]:
    detail: Mapping[str, Any] = step["detail"]
    more: list[Any] = []
    if detail.get("to"):
        more.append(html.Small(f"发给：{'、'.join(detail['to'])}"))
    shown = [line.partition(" ")[::2] for line in detail.get("evidence", ())]
    if shown:
        more.append(html.Small(["佐证：", *evidence(code, shown, files)]))
    return more
