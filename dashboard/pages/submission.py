"""一份报送: what was sent, what became of it, and every finding beside the sheet with its cells marked.

The sender explains here and takes the annotated workbook and the receipt home; the bureau compares, approves, returns
(`parts.review`). States come from the operations database, the sheet from the vault by way of the reading process.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash import dcc, html
from flask import request

from dashboard import access, wording
from dashboard.edition import Edition
from dashboard.parts import review
from dashboard.parts.fields import hidden
from dashboard.parts.findings import Listing, Numbered, jump_list, marked_sheets, numbered, wanted
from dashboard.parts.lines import cell, lines, name
from dashboard.parts.panel import empty, panel
from dashboard.work.results import outcome, unexplained
from etl.changes import Kind
from etl.differences import Difference
from etl.drawing import pictures
from etl.flow import receipt_of
from etl.originals import own_submission, sheets_read
from etl.picture import Pictures
from etl.receipts import Receipt, tally
from etl.resubmission import Since, since_earlier
from etl.way import Way
from indicators.errors import UsageError
from indicators.periods import Period
from warehouse import vault
from warehouse.accounts import may
from warehouse.errors import told
from warehouse.submissions import State, Submission

_KINDS = {Kind.NEW: "新填", Kind.REVISED: "改动", Kind.WITHDRAWN: "清空", Kind.DROPPED: "没有这一格了"}
_CHANGES = 60


def content(edition: Edition, way: Way, **query: str) -> list[Any]:
    """The components of one submission, by `id`. Raises UsageError, NotPermitted."""
    if not query.get("id"):
        raise UsageError("网址里没有写明报送编号。请从“报送”页进入。")
    return shown(edition, way, query["id"])


def shown(edition: Edition, way: Way, id: str, typed: Mapping[str, str] | None = None, trouble: str = "") -> list[Any]:
    """The components of one submission; with what was `typed` and the `trouble` that kept it from being saved."""
    held = own_submission(way, id)
    receipt, since = receipt_of(way, id), since_earlier(way, id)
    found = numbered(receipt.findings, receipt.explained)
    meant: dict[str, list[str]] = wanted(found) or {name: [] for name in sheets_read(way, held)}
    drawn = pictures(vault.get(way.folder, held.file_hash), held.file_name, meant)
    asked = _explains(way, held)
    fresh, left = since.fresh if since else frozenset(), unexplained(receipt)
    listing = Listing(drawn, receipt.explanations, fresh, asked, typed, left)
    parts = [
        html.Div([_findings(found, listing, drawn, receipt, asked)], className="stack"),
        html.Div(review.panels(way, held), className="stack"),
    ]
    return [
        _title(way, held, receipt),
        html.P(trouble, className="told tone-bad", role="alert") if trouble else None,
        html.Div([_receipt(way, held, receipt), _since(since)], className="pair" if since else "stack"),
        *(parts if held.state in (State.CHECKED, State.RETURNED) else parts[::-1]),
        html.Script(src="/assets/work/filing.js"),
    ]


def _explains(way: Way, held: Submission) -> bool:
    """Whether this account answers the findings: the department's own, or the bureau's of what it backfills."""
    own = way.account.department == held.department or held.known_at is not None
    return held.state is State.CHECKED and may(way.account.role, "explain") and own


def _title(way: Way, held: Submission, receipt: Receipt) -> html.Div:
    form, unit = way.catalogue.forms.get(held.form), way.catalogue.departments.get(held.department)
    said = outcome(receipt)
    about = f"{unit.short if unit else held.department}　{Period.parse(held.period).label}"
    return html.Div(
        [
            html.H1(f"《{form.name if form else held.form}》　{about}", className="sentence"),
            html.P([html.Span(said.word, className=f"pill tone-{said.tone}"), f" {said.sentence}"]),
            jump_list(numbered(receipt.findings, receipt.explained)),
        ],
        className="title",
    )


def _receipt(way: Way, held: Submission, receipt: Receipt) -> html.Section:
    facts: list[tuple[str, Any]] = [
        ("编号", held.id),
        ("文件", [held.file_name, html.Code(f"SHA-256 {held.file_hash}", className="hash")]),
        ("收到", f"{told(held.received_at)}，{held.received_by}"),
        ("读入", f"{receipt.observations} 个数"),
        ("审核发现", tally(receipt.findings)),
    ]
    if held.due_on:
        facts.append(("报送期限", wording.day(held.due_on)))
    if held.submitted_at:
        facts.append(("提交", f"{told(held.submitted_at)}，{held.submitted_by}"))
    if held.approved_at:
        facts.append(("审核通过", f"{told(held.approved_at)}，{held.approved_by}"))
    if held.return_reason:
        word = "撤回理由" if held.withdrawn else "退回理由"
        facts.append((word, f"{held.return_reason}（{held.state_by}，{told(held.state_at)}）"))
    if held.generation:
        facts.append(("发布", f"第 {held.generation} 代"))
    rows = [html.Div([html.Dt(word), html.Dd(text)]) for word, text in facts]
    printing: dict[str, Any] = {"data-do": "print"}
    actions = [
        html.A("下载批注工作簿", href=f"/work/annotated/{held.id}", className="button"),
        html.A("下载回执", href=f"/work/receipt/{held.id}.txt", className="plain-button"),
        html.A("下载原件", href=f"/work/workbook/{held.file_hash}", className="plain-button"),
        html.Button("打印这一页", type="button", className="plain-button scripted", **printing),
    ]
    back = _withdrawal(held) if _withdraws(way, held) else None
    return panel(
        "报送回执", "", html.Dl(rows, className="facts"), html.Div(actions, className="actions"), back, name="receipt"
    )


def _withdraws(way: Way, held: Submission) -> bool:
    """Whether this account may take it back now."""
    own = way.account.department == held.department
    return held.state is State.SUBMITTED and may(way.account.role, "withdraw") and own


def _withdrawal(held: Submission) -> html.Details:
    """The form to take it back; open with the reason that came with a request which could not be done."""
    typed = request.form.get("reason", "")
    about = "审核通过之前可以撤回。撤回后改好重新上传，或用同一份文件再报一次；是否按时，按再报的那一次算。"
    box = dcc.Textarea(
        id="withdrawal", name="reason", required=True, maxLength=1000, rows=2, value=typed,
        placeholder="为什么撤回，例如：第二产业填成了上月的数",
    )  # fmt: skip
    form = access.form(
        f"/work/withdraw/{held.id}",
        *hidden(seen=held.stand),
        html.P(about, className="about"),
        html.Label("撤回理由（审核人员会看到）", htmlFor="withdrawal"),
        box,
        html.Button("撤回这份报送", type="submit", className="plain-button back"),
        className="form",
    )
    return html.Details([html.Summary("撤回……"), form], className="confirm", open=bool(typed))


def _since(since: Since | None) -> html.Section | None:
    """Only what changed since the earlier upload of the same return."""
    if since is None:
        return None
    about = f"与上次报送 {since.earlier.id}（{since.earlier.file_name}，{told(since.earlier.received_at)}）相比。"
    parts: list[Any] = []
    if since.rows:
        parts.append(_changes(since))
    else:
        parts.append(empty("所有的数都与上次相同。"))
    if since.mended:
        lines = [f"{one.code} {' '.join(filter(None, (one.sheet, one.cell)))}" for one in since.mended]
        listed = "；".join(lines[:8]) + (f" 等 {len(lines)} 条" if len(lines) > 8 else "")
        parts.append(html.P(f"上次的审核发现已消除 {len(since.mended)} 条：{listed}。", className="about"))
    if since.fresh:
        parts.append(html.P(f"新出现的审核发现 {len(since.fresh)} 条，下面标有“新出现”。", className="about"))
    return panel("与上次相比", about, *parts, name="since")


def _changes(since: Since) -> html.Div:
    rows = [_change(row) for row in since.rows[:_CHANGES]]
    more = len(since.rows) - _CHANGES
    told_more = html.P(f"还有 {more} 处改动没有列出。", className="about") if more > 0 else None
    return html.Div([lines(["改在哪里", "上次", "这次", "怎样改的"], rows, "与上次相比的改动"), told_more])


def _change(row: Difference) -> html.Tr:
    places = max((_places(value) for value in (row.before, row.after) if value is not None), default=0)
    before, after = ("空" if value is None else wording.number(value, places) for value in (row.before, row.after))
    return html.Tr(
        [
            name(row.name, f"{row.cell}　{row.period}　{row.unit}"),
            cell("上次", before, "n"),
            cell("这次", html.B(after), "n"),
            cell("怎样改的", _KINDS.get(row.kind, row.kind.label)),
        ]
    )


def _places(value: Any) -> int:
    return max(0, -value.normalize().as_tuple().exponent)


def _findings(found: Numbered, listing: Listing, drawn: Pictures, receipt: Receipt, asked: bool) -> html.Section:
    sheets = html.Div(marked_sheets(drawn, found), className="sheets")
    if not found:
        nothing = empty("没有审核发现。", "读入的表如下。")
        return panel("审核发现", "", nothing, sheets, name="findings")
    groups: Any = listing.groups(found)
    left = unexplained(receipt)
    if asked and any(one.severity.value == "soft" for _, one in found):
        about = f"还有 {left} 条等说明。写好的可以分几次保存；都写明了就自动提交。" if left else "修改说明后请保存。"
        if receipt.held and receipt.held.withdrawn:
            about = "只改说明的，改好保存，就按这一份重新提交。"
        save = html.Div(
            [html.Button("保存说明", type="submit", className="button"), html.Span(about, className="about")],
            className="actions",
        )
        groups = access.form(f"/work/explain/{receipt.id}", *groups, save, className="explaining")
    about = "左边是审核发现，右边是照原件画出的表；点单元格里的代码和左边的位置可以来回跳。"
    return panel(
        "审核发现", about, html.Div([html.Div(groups), sheets], className="found-beside"), name="findings", wide=True
    )
