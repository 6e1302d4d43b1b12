"""The forms of a task: one for each step that this account may take next, with what was typed when it was refused.

Which steps those are, and why one cannot be taken, was asked of the machine (`etl.tasks_next`); a form carries how many
steps the task had, so that one that has grown old is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple
from urllib.parse import quote

from dash import dcc, html

from dashboard.access import form
from dashboard.parts.task_filters import choice
from dashboard.parts.tasks import short
from etl.tasks import EVIDENCE_BYTES, EVIDENCE_FILES
from etl.tasks_links import links_said
from etl.tasks_next import Next, Standing
from indicators.catalogue.model import Catalogue
from indicators.periods import Period
from indicators.tasks.duties import quarter_of
from indicators.tasks.task import Act, Task
from warehouse.board_names import Names

SENTENCES = {
    Act.ASSIGN: "定牵头单位、责任单位、完成时限和节点。时限定了以后只能经延期改变。",
    Act.LINK: "写明任务应当推动哪些指标、往哪个方向；写下的代替原来的，空着就不再关联。",
    Act.REPORT: "本季做了什么，能用数说的请写数；照片、批文等作为佐证收进原始文件库。同一季再报一次，以后报的为准。",
    Act.DONE: "报完成之后，由审核人核查，再由两人先后销号。",
    Act.NODE_DONE: "报一个节点完成，由审核人核查。",
    Act.VERIFY: "看过现场或材料，属实。没有核查过的节点一并算作属实。",
    Act.SEND_BACK: "不属实，退回在办；理由责任单位看得到。",
    Act.NODE_VERIFY: "这个节点属实。",
    Act.NODE_SEND_BACK: "这个节点不属实，退回。",
    Act.CLOSE: "销号要两个人先后签；报过进展的人不能签。",
    Act.REOPEN: "退回在办，原来的核查和签字不再算数。",
    Act.EXTENSION_ASK: "由督查一方答复；答复之前仍按原时限。",
    Act.EXTENSION_GRANT: "时限改为申请的那一天。",
    Act.EXTENSION_REFUSE: "仍按原时限；理由责任单位看得到。",
    Act.REMIND: "发给责任单位、牵头单位和核查人，发给了谁记在任务里。",
    Act.QUESTION: "要求责任单位说明；没有答复的不能销号。",
    Act.EXPLAIN: "答复要求说明的问题；督查一方会看到。",
}
_WORDS = {Act.VERIFY: "核查属实", Act.SEND_BACK: "核查退回", Act.NODE_VERIFY: "节点属实", Act.CLOSE: "签字销号"}
_TEXT = {  # what the text is called, where a step needs one; elsewhere it is 附言 and may stay empty
    Act.LINK: "理由", Act.REPORT: "进展情况", Act.SEND_BACK: "退回的理由", Act.NODE_SEND_BACK: "退回的理由",
    Act.REOPEN: "重开的理由", Act.EXTENSION_ASK: "延期的理由", Act.EXTENSION_REFUSE: "不准延期的理由",
    Act.REMIND: "催办什么", Act.QUESTION: "要说明什么", Act.EXPLAIN: "说明",
}  # fmt: skip
_BACKWARDS = (Act.SEND_BACK, Act.NODE_SEND_BACK, Act.REOPEN, Act.EXTENSION_REFUSE)
_QUARTERS = 6


class Around(NamedTuple):
    """What the forms of a task need besides it: names, the catalogue, the day, and what was typed at which step."""

    names: Names
    catalogue: Catalogue
    today: date
    act: str
    typed: Mapping[str, str]


def forms(standing: Standing, around: Around) -> html.Div:
    """Every step that may be taken next, folded up but the one that was refused; those that cannot be, with why."""
    return html.Div([_act(standing, one, around) for one in standing.next], className="acts")


def word(act: Act) -> str:
    """What a step is called on its button."""
    return _WORDS.get(act, act.label)


def _act(standing: Standing, one: Next, around: Around) -> Any:
    if one.refused:
        return html.P(f"{word(one.act)}：{one.refused.split('请用')[0]}", className="cannot")
    task, typed = standing.task, around.typed if around.act == one.act.value else {}
    fields = _FIELDS.get(one.act, lambda *_: [])(task, around, typed)
    body = form(
        f"/work/tasks/{quote(task.code)}/{one.act.value}",
        dcc.Input(type="hidden", name="seen", value=str(standing.seen)),
        html.P(SENTENCES[one.act], className="about"),
        _nodes(task, one, typed) if one.nodes else None,
        *fields,
        *_text(one.act, typed),
        html.Button(word(one.act), type="submit", className="button second" if one.act in _BACKWARDS else "button"),
        className="form",
        encType="multipart/form-data",
    )
    return html.Details([html.Summary(word(one.act)), body], className="act", open=around.act == one.act.value,
                        id=f"act-{one.act.value}")  # fmt: skip


def _text(act: Act, typed: Mapping[str, str]) -> list[Any]:
    wanted = _TEXT.get(act, "")
    area = dcc.Textarea(
        name="text", id=f"text-{act.value}", value=typed.get("text", ""), required=bool(wanted) or None,
        maxLength=4000, rows=3,
    )  # fmt: skip
    return [html.Label(wanted or "附言（可不写）", htmlFor=f"text-{act.value}"), area]


def _nodes(task: Task, one: Next, typed: Mapping[str, str]) -> html.Div:
    titles = {n.number: f"{n.title}（{n.due_on.isoformat()}）" for n in task.nodes}
    options = [(str(number), titles[number]) for number in one.nodes]
    return choice("node", "节点", options, typed.get("node", options[0][0]), f"node-{one.act.value}")


def _input(name: str, label: str, value: str, **more: Any) -> list[Any]:
    field: Any = dcc.Input(name=name, id=f"field-{name}", value=value, **more)
    return [html.Label(label, htmlFor=f"field-{name}"), field]


def _area(name: str, label: str, value: str, **more: Any) -> list[Any]:
    field = dcc.Textarea(name=name, id=f"field-{name}", value=value, rows=2, maxLength=4000, **more)
    return [html.Label(label, htmlFor=f"field-{name}"), field]


def _report(task: Task, around: Around, typed: Mapping[str, str]) -> list[Any]:
    now = quarter_of(around.today)
    quarters = [now.shift(-n) for n in range(_QUARTERS)]
    asked = next((q for q in quarters[1:2] if task.report_for(q.code) is None and _was_in_hand(task, q)), now)
    options = [(q.code, q.label) for q in quarters]
    share: dict[str, Any] = {"type": "number", "min": 0, "max": 100, "step": "any", "className": "short"}
    return [
        choice("period", "报告期", options, typed.get("period", asked.code)),
        *_input("progress", "完成进度，%（可不填）", typed.get("progress", ""), **share),
        *_input("quantity", "量化结果，如 建成3.2公里（可不填）", typed.get("quantity", ""), maxLength=200),
        *_area("problem", "存在问题（没有就空着）", typed.get("problem", "")),
        *_area("next_step", "下步措施（没有就空着）", typed.get("next_step", "")),
        *_files("report"),
    ]


def _was_in_hand(task: Task, quarter: Period) -> bool:
    return any(s.since <= quarter.end and (s.until is None or s.until > quarter.end) for s in task.in_hand)


def _files(act: str) -> list[Any]:
    kind: dict[str, Any] = {"type": "file", "multiple": True}
    field = dcc.Input(name="evidence", id=f"evidence-{act}", **kind)
    about = f"佐证材料（最多{EVIDENCE_FILES}份，每份不超过{EVIDENCE_BYTES // 2**20} MB）"
    return [html.Label(about, htmlFor=f"evidence-{act}"), field]


def _done(task: Task, around: Around, typed: Mapping[str, str]) -> list[Any]:
    return _files("done")


def _assign(task: Task, around: Around, typed: Mapping[str, str]) -> list[Any]:
    units = [(code, short(around.names, code)) for code in around.names.departments]
    first = task.due_on is None
    day: dict[str, Any] = {"type": "date", "className": "short", "required": True}
    said = "\n".join(f"{n.due_on.isoformat()} {n.title}" for n in task.nodes)
    others = "、".join(short(around.names, code) for code in task.responsible)
    due = task.due_on.isoformat() if task.due_on else ""
    return [
        choice("lead", "牵头单位", [("", "请选择"), *units], typed.get("lead", task.lead)),
        *_input("responsible", "责任单位，几个用顿号隔开（可不填）", typed.get("responsible", others)),
        *_input("due_on", "完成时限" if first else "完成时限（已定，只能经延期改变）", typed.get("due_on", due), **day),
        *_area("nodes", "节点，一行一个，如 2026-06-30 可研批复（可不填）", typed.get("nodes", said)),
    ]


def _link(task: Task, around: Around, typed: Mapping[str, str]) -> list[Any]:
    said = links_said(task.links, around.catalogue.indicators)
    return _area("links", "指标，如 实际使用外资；进口总额（上升）", typed.get("links", said))


def _extension(task: Task, around: Around, typed: Mapping[str, str]) -> list[Any]:
    day: dict[str, Any] = {"type": "date", "className": "short", "required": True}
    return _input("due_on", "申请延到", typed.get("due_on", ""), **day)


_Fields = Callable[[Task, Around, Mapping[str, str]], Sequence[Any]]
_FIELDS: dict[Act, _Fields] = {
    Act.REPORT: _report,
    Act.DONE: _done,
    Act.ASSIGN: _assign,
    Act.LINK: _link,
    Act.EXTENSION_ASK: _extension,
}
