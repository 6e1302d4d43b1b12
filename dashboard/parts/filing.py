"""Where a department sends its returns from: what it owes, the place to drop files, and what came of the last ones.

It works as a plain form; `assets/work/filing.js` makes it a list that sends file after file and keeps what fails.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from dash import html

from dashboard import access
from dashboard.parts.aria import aria
from dashboard.parts.fields import Field
from dashboard.parts.lines import cell, lines, name
from dashboard.parts.panel import empty, panel
from dashboard.work.results import page_of
from etl.deadlines import Due, owed
from etl.guard import MAX_BYTES
from etl.way import Way
from indicators.periods import Period
from warehouse import submissions
from warehouse.errors import told
from warehouse.operations import consulting
from warehouse.submissions import Submission

TONES = {
    "未报": "bad", "已退回": "bad", "已校验": "warn", "已发布": "good", "已审核": "good", "待审核": "good",
}  # fmt: skip
_RECENT = 6


def own_filing(way: Way) -> list[html.Section]:
    """The sections of the one who fills in returns, for the own department."""
    department = way.account.department
    with consulting(way.folder) as conn:
        recent = submissions.submissions(conn, department=department)[-_RECENT:][::-1]
    return [_drop(), _owed(owed(way, department)), _sent(way, recent)]


def _drop() -> html.Section:
    limit = f"{MAX_BYTES // 2**20} MB"
    chosen: Any = Field("file", name="file", id="chosen", multiple=True)
    box = html.Div(
        [
            html.P("把填好的工作簿拖到这里", className="drop-what"),
            chosen,
            html.Label("选择文件", htmlFor="chosen", className="button"),
            html.Button("报送", type="submit", className="button plain-only"),
            html.P(
                f"可以一次放好几个，每个不超过 {limit}。读取和审核由程序马上完成；"
                "同一个文件再报一次什么也不会变，撤回了的才重新提交。",
                className="about",
            ),
        ],
        className="drop",
        id="drop",
        **_data(limit=str(MAX_BYTES)),
    )
    form = access.form("/work/upload", box, encType="multipart/form-data", id="sending")
    queue = html.Ol(id="queue", className="queue", **aria(live="polite", label="这次报送的文件"))
    actions = html.Div(
        [
            html.Button("没送到的全部重试", type="button", className="plain-button", **_data(do="again")),
            html.Button("清空已完成的", type="button", className="plain-button", **_data(do="clear")),
            html.Button("只列要处理的", type="button", className="plain-button", hidden=True, **_data(do="only")),
            html.Span(className="about", id="queue-said", role="status"),
        ],
        className="actions scripted",
        id="queue-actions",
        hidden=True,
    )
    return panel("报送", "", form, queue, actions, name="send")


def _data(**words: str) -> dict[str, Any]:
    return {f"data-{key}": text for key, text in words.items()}


def _owed(dues: Sequence[Due]) -> html.Section:
    if not dues:
        return panel("本单位的报表", "", empty("本单位现在没有应报的报表。"), name="owed")
    table = lines(["报表", "报告期", "期限", "状态", "要做的事"], [_due(due) for due in dues], "本单位的报表")
    return panel("本单位的报表", "每一期都请下载当期的报表来填，不要用上一期的文件改。", table, name="owed")


def _due(due: Due) -> html.Tr:
    row = due.row
    template = urlencode({"form": row["form"], "period": due.period.code})
    late = "bad" if "逾期" in row["timeliness"] or "迟报" in row["timeliness"] else "quiet"
    state = row["state"] if due.open else "未开放"
    when = [f"{row['due_on']:%Y-%m-%d} ", html.Span(row["timeliness"], className=f"timely tone-{late}")]
    todo: list[Any] = [html.A("下载报表", href=f"/work/template?{template}")]
    if row["id"]:
        word = f"看审核发现（{row['open_findings']} 条待处理）" if row["open_findings"] else "看这份报送"
        todo.append(html.A(word, href=page_of(row["id"])))
    if not due.open:
        todo.append(html.Small(f"{due.opens_on:%Y-%m-%d} 起接收"))
    if row["return_reason"] and row["state"] == "已退回":
        todo.append(html.Small(f"退回理由：{row['return_reason']}"))
    if row["withdrawn"]:
        todo.append(html.Small(f"已撤回：{row['return_reason']}"))
    return html.Tr(
        [
            name(f"《{row['form_name']}》", row["form"]),
            cell("报告期", due.period.label),
            cell("期限", when if row["due_on"] else "—"),
            cell("状态", html.Span(state, className=f"pill tone-{TONES.get(state, 'quiet')}")),
            cell("要做的事", html.Div(todo, className="todo")),
        ]
    )


def _sent(way: Way, recent: Sequence[Submission]) -> html.Section:
    if not recent:
        return panel("近期的报送", "", empty("本单位还没有报送过。", "下载报表，填好后拖到上面。"), name="sent")
    items = [_submission(way, held) for held in recent]
    return panel("近期的报送", "", html.Ul(items, className="outcomes columns"), name="sent")


def _submission(way: Way, held: Submission) -> html.Li:
    form = way.catalogue.forms.get(held.form)
    title = f"《{form.name if form else held.form}》{Period.parse(held.period).label}"
    pill = html.Span(held.label, className=f"pill tone-{TONES.get(held.state.label, 'quiet')}")
    head = html.Div([html.A(html.B(title), href=page_of(held.id)), pill], className="outcome-head")
    return html.Li([head, html.P(f"{held.id}　{held.file_name}　{told(held.received_at)}，{held.received_by}")])
