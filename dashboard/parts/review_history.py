"""谁在何时做了什么: the steps of one submission, from the audit chain, with its reasons and explanations."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from dash import html

from dashboard.parts.panel import panel
from etl.way import Way
from warehouse import audit, remarks
from warehouse.errors import told
from warehouse.operations import consulting
from warehouse.submissions import State, Submission

_MOST = 400
_WORDS = {
    "submission.received": "收到工作簿",
    "submission.parsed": "读取",
    "submission.checked": "校验",
    "submission.explained": "写说明",
    "submission.submitted": "提交，等待审核",
    "submission.approved": "审核通过",
    "submission.returned": "退回",
    "submission.withdrawn": "撤回",
    "submission.refused": "没有受理",
}
_TONES = {
    "submission.approved": "good", "submission.returned": "bad", "submission.submitted": "warn",
    "submission.withdrawn": "warn",
}  # fmt: skip


def history(way: Way, held: Submission) -> html.Section:
    """Every step of a submission, oldest first."""
    with consulting(way.folder) as conn:
        steps = audit.latest(conn, _MOST, about=held.id)
        about = {found.binding: f"{found.sheet} {found.cell}".strip() for found in remarks.findings(conn, held.id)}
    items = [_step(step, about) for step in steps if step["act"] in _WORDS]
    if held.state in (State.PUBLISHED, State.SUPERSEDED) and held.generation is not None:
        items.append(_item(f"发布，首见于第 {held.generation} 代", "good", "", told(held.recorded_at), ""))
    if held.state is State.SUPERSEDED:
        items.append(_item("被新的报送取代", "quiet", held.state_by, told(held.state_at), ""))
    summary = "每一步都在审计链里，改不掉。"
    return panel("谁在何时做了什么", summary, html.Ol(items, className="steps"), name="history")


def _step(step: Mapping[str, Any], about: Mapping[str, str]) -> html.Li:
    said = json.loads(step["detail"])
    text = str(said.get("reason") or said.get("text") or said.get("file") or "")
    word = _WORDS[step["act"]]
    if where := about.get(str(said.get("binding", ""))):
        word = f"{word}（{where}）"
    return _item(word, _TONES.get(step["act"], "quiet"), step["who"], told(step["at"]), text)


def _item(word: str, tone: str, who: str, when: str, text: str) -> html.Li:
    head = [html.B(word), html.Span(f"{who}　{when}".strip("　"), className="about")]
    return html.Li([html.Div(head, className="step-head"), html.P(text) if text else None], className=f"tone-{tone}")
