"""What a reviewer sees of one submission: what it changes, the two decisions, who did what when.

Panels for the page of a submission. They read; the decisions are forms that post to `dashboard.work.reviewing`.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from dash import dcc, html
from flask import request

from dashboard import access, wording
from dashboard.parts.fields import hidden
from dashboard.parts.lines import cell, lines, name
from dashboard.parts.marks import origin_mark
from dashboard.parts.panel import empty, panel
from dashboard.parts.review_history import history
from etl.changes import Kind
from etl.differences import Difference, differences
from etl.reviewing import hindrance
from etl.way import Way
from warehouse.submissions import State, Submission

TONES = {
    Kind.REVISED: "warn",
    Kind.WITHDRAWN: "bad",
    Kind.DROPPED: "bad",
    Kind.NEW: "good",
    Kind.UNCHANGED: "quiet",
}
_LARGE = Decimal(30)  # percent over the year from which a reader should look twice
_RATES = ("%", "‰", "百分点")


def panels(way: Way, held: Submission) -> list[Any]:
    """All three, for the page of a submission; decisions only where there is one to take or to explain."""
    decided, told = decision(way, held), history(way, held)
    return [changed(way, held), html.Div([decided, told], className="pair") if decided else told]


def changed(way: Way, held: Submission) -> html.Section:
    """What it changes against what is published, cell by cell: what touches published values first."""
    seen = differences(way, held.id)
    then = "发布之前" if held.state in (State.PUBLISHED, State.SUPERSEDED) else "现在已发布的数"
    about: list[Any] = [f"与{then}逐格相比：{seen.tally}。", origin_mark(held.origin)]
    if not seen.rows:
        return panel("变动", "", empty("这份报送里没有数。"), name="changed", wide=True)
    touching = [row for row in seen.rows if row.kind not in (Kind.NEW, Kind.UNCHANGED)]
    rest = [(kind, [row for row in seen.rows if row.kind is kind]) for kind in (Kind.NEW, Kind.UNCHANGED)]
    body: list[Any] = [_revised(touching) if touching else html.P("没有改动任何已发布的数。", className="muted")]
    body += [_folded(kind, rows, not touching) for kind, rows in rest if rows]
    return panel("变动", "", html.P(about, className="about"), *body, name="changed", wide=True)


def _revised(rows: Sequence[Difference]) -> html.Div:
    head = ["变动", "单元格", "已发布", "这次报", "差额", "修订原因", "位置"]
    body = [
        html.Tr(
            [
                cell("变动", html.Span(row.kind.label, className=f"pill tone-{TONES[row.kind]}")),
                name(row.name, f"{row.period}　{row.unit}"),
                cell("已发布", _plain(row.before), "n"),
                cell("这次报", html.B(_plain(row.after, "空")), "n"),
                cell("差额", _gap(row), "n"),
                cell("修订原因", _reason(row)),
                cell("位置", row.cell or wording.MISSING, "muted"),
            ]
        )
        for row in rows
    ]
    return lines(head, body, "改动已发布数的单元格")


def _folded(kind: Kind, rows: Sequence[Difference], opened: bool) -> html.Details:
    head = ["单元格", "这次报", "上年同期已发布", "比上年同期", "位置"]
    body = [
        html.Tr(
            [
                name(row.name, f"{row.period}　{row.unit}"),
                cell("这次报", html.B(_plain(row.after, "空")), "n"),
                cell("上年同期已发布", _plain(row.last_year), "n"),
                cell("比上年同期", _over_year(row), "n"),
                cell("位置", row.cell, "muted"),
            ]
        )
        for row in rows
    ]
    summary = html.Summary(f"{kind.label} {len(rows)} 个数")
    return html.Details([summary, lines(head, body, f"{kind.label}的单元格")], open=opened and kind is Kind.NEW)


def _plain(value: Decimal | None, missing: str = wording.MISSING) -> str:
    """All decimals that it has: who compares must see the last one."""
    return missing if value is None else wording.number(value, _decimals(value))


def _decimals(value: Decimal) -> int:
    exponent = value.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _gap(row: Difference) -> str:
    if row.difference is None:
        return wording.MISSING
    text = wording.signed(row.difference, _decimals(row.difference))
    return f"{text}（{wording.signed(row.percent, 2)}%）" if row.percent is not None else text


def _reason(row: Difference) -> Any:
    if row.kind is Kind.DROPPED:
        return "新版报表没有这一格，已发布的数保留"
    return row.reason or html.Span("没有写明", className="pill tone-bad")


def _over_year(row: Difference) -> Any:
    if row.unit in _RATES:
        gap = row.after - row.last_year if row.after is not None and row.last_year is not None else None
        return f"{wording.signed(gap, 2)} 百分点" if gap is not None else wording.MISSING
    share = row.against_last_year
    if share is None:
        return wording.MISSING
    text = f"{wording.signed(share, 1)}%"
    return html.Span(text, className="look-twice", title="变动较大，请看一看") if abs(share) >= _LARGE else text


def decision(way: Way, held: Submission) -> html.Section | None:
    """The forms to approve or return, or the sentence that says why they are not here."""
    if held.state not in (State.SUBMITTED, State.APPROVED):
        return None
    if why := hindrance(way, held):
        return panel("审核", "", html.P(why, className="why-not"), name="decision")
    if held.state is State.APPROVED:
        about = f"{held.approved_by}已审核通过，还没有发布。发布之前可以撤回：写明理由退回，填报单位改正后重新报送。"
        return panel("审核", about, _return(held, "撤回审核并退回"), name="decision")
    about = "看过变动、审核发现和说明之后再定。统计局从不改部门的数：有问题就退回，由部门改正后重报。"
    approve = access.form(
        "/work/review/approve",
        *hidden(id=held.id, seen=held.stand),
        html.Button("审核通过", type="submit", className="button"),
        html.Span("通过后等待发布；发布之前还可以撤回。", className="about"),
        className="deed deed-row",
    )
    return panel("审核", about, approve, _return(held, "退回"), name="decision")


def _return(held: Submission, word: str) -> html.Form:
    """The form to send it back; a reason that came with a request which could not be done stays in it."""
    label = html.Label("退回理由（填报单位会看到）", htmlFor="reason")
    box = dcc.Textarea(
        id="reason", name="reason", required=True, maxLength=1000, rows=3, value=request.form.get("reason", ""),
        placeholder="写清哪一格、为什么、怎样改，例如：02 行工业增加值与快报相差较大，请核对后重报",
    )  # fmt: skip
    button = html.Button(word, type="submit", className="plain-button back")
    fields = hidden(id=held.id, seen=held.stand)
    return access.form("/work/review/return", *fields, label, box, button, className="form deed")
