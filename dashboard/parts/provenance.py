"""这个数从哪来: from a reading to its workbook, sheet and cell, who sent and approved it, and its earlier versions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from dash import dcc, html

from dashboard import wording
from dashboard.parts.marks import origin_mark, value_mark
from dashboard.parts.panel import panel
from warehouse.board import Reading
from warehouse.board_names import Entry, Names
from warehouse.board_returns import Return
from warehouse.errors import told


def provenance(
    reading: Reading, sent: Return | None, chain: Sequence[Reading], one: Entry, names: Names, here: str
) -> html.Section:
    """The panel; `chain` are all versions of the same observation, newest first, `here` the address without `at`."""
    value = wording.number(reading.canonical_value, one.decimals)
    unit = "%" if reading.measure == "growth_yoy" else one.unit
    head = [
        html.Span(value, className="figure"),
        html.Span(f" {unit} ", className="unit"),
        origin_mark(reading.origin),
        value_mark(reading.status),
    ]
    what = "同比增长" if reading.measure == "growth_yoy" else one.name
    facts = [wording.span(reading.period, reading.nature), reading.price_basis, names.scope(reading.scope)]
    return panel(
        "这个数从哪来",
        "点图上的点或下表的行，可换一个数。",
        html.Div(head, className="origin-figure"),
        html.P(f"{what} · {' · '.join(f for f in facts if f)}", className="card-facts"),
        _list(_steps(reading, sent, names)),
        _chain(reading, chain, one, here),
        name="origin",
    )


def _steps(reading: Reading, sent: Return | None, names: Names) -> list[tuple[str, Any]]:
    steps: list[tuple[str, Any]] = []
    if reading.source:
        grade = f"（{reading.grade}级来源）" if reading.grade else ""
        steps.append(("出处", f"{names.source(reading.source)}{grade}"))
    steps += [
        ("报表", _form(reading, names)),
        (
            "单元格",
            html.A(html.B(f"工作表“{reading.sheet}” {reading.cell}"), href=_place(reading), title="看原始工作簿"),
        ),
        ("原文", f"“{reading.raw_text}” {reading.unit}"),
        ("工作簿", [sent.file_name if sent else "", _hash(reading.file_hash)]),
        ("填表", f"{names.department(reading.department)} {reading.respondent}"),
    ]
    if sent:
        steps.append(("提交", f"{sent.submitted_by}，{told(sent.submitted_at)}"))
        steps.append(("审核", f"{sent.approved_by}，{told(sent.approved_at)}"))
    steps.append(("为人所知", f"{told(reading.recorded_at)}（报送编号 {reading.submission}）"))
    if reading.comment:
        steps.append(("说明", reading.comment))
    if reading.revision_reason:
        steps.append(("修订原因", reading.revision_reason))
    if reading.superseded_at:
        steps.append(("已被取代", f"{told(reading.superseded_at)} 起有新的数值"))
    return steps


def _place(reading: Reading) -> str:
    """The page of the cell in the original workbook."""
    return f"/cell?{urlencode({'submission': reading.submission, 'sheet': reading.sheet, 'cell': reading.cell})}"


def _form(reading: Reading, names: Names) -> str:
    form = names.forms.get(reading.form)
    return f"{form.name}（{reading.form}，{reading.edition}版）" if form else f"{reading.form}（{reading.edition}版）"


def _hash(digest: str) -> html.Code:
    return html.Code(f"SHA-256 {digest[:16]}…", title=digest, className="hash")


def _list(steps: Sequence[tuple[str, Any]]) -> html.Dl:
    rows = [html.Div([html.Dt(name), html.Dd(text)]) for name, text in steps]
    return html.Dl(rows, className="facts")


def _chain(reading: Reading, chain: Sequence[Reading], one: Entry, here: str) -> html.Div | None:
    if len(chain) < 2:
        return None
    items = []
    for version in chain:
        text = f"{wording.number(version.canonical_value, one.decimals)}（{wording.day(version.recorded_at)}）"
        shown = html.B(text) if version.id == reading.id else dcc.Link(text, href=f"{here}&at={version.id}")
        items.append(html.Li([shown, f" {version.revision_reason}" if version.revision_reason else ""]))
    return html.Div([html.H3("同一个数的各个版本"), html.Ul(items)], className="chain")
