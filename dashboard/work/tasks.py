"""The steps of tasks as forms send them, evidence as it is fetched, and the bulletin as a workbook.

One address and one endpoint for each act of the machine, so that the table of endpoints says for each what it needs.
Who may really take it, and whether it is still to be taken, is asked by the way (`etl.tasks`); what it refuses is shown
above the form with everything that was typed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import partial
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Flask, Response, redirect, request
from werkzeug.exceptions import RequestEntityTooLarge

from dashboard import access, site
from dashboard.edition import Desk
from dashboard.page import finish
from dashboard.pages import task as page
from dashboard.paper import paper
from etl import tasks as steps
from etl.tasks_bulletin import bulletin
from etl.tasks_links import read_links
from etl.tasks_next import prove_follows
from etl.way import Way
from indicators.errors import UsageError, ZhibiaoError
from indicators.tasks.task import Act, NodePlan, Task
from warehouse import tasks, vault
from warehouse.operations import consulting

Typed = Mapping[str, str]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LARGEST = steps.EVIDENCE_BYTES * steps.EVIDENCE_FILES + 2**20
_SHA = re.compile(r"[0-9a-f]{64}\Z")
_SPLIT = re.compile(r"[、，,;；/\s]+")


def register(server: Flask, desk: Desk) -> None:
    """Put the routes on `server`."""
    routes = Blueprint("tasks", __name__)
    for act in Act:
        view = partial(_take, desk, act)
        routes.add_url_rule(f"/work/tasks/<code>/{act.value}", act.value, view, methods=["POST"])
    routes.add_url_rule("/work/tasks/<code>/evidence/<sha>", "evidence", _evidence, methods=["GET"])
    routes.add_url_rule("/tasks/bulletin.xlsx", "bulletin", partial(_bulletin, desk), methods=["GET"])
    routes.url_value_preprocessor(_room)
    routes.register_error_handler(RequestEntityTooLarge, _too_much)
    server.register_blueprint(routes)


def _room(endpoint: str | None, _: Any) -> None:
    """Evidence may be larger than a return; said before the gate reads the form."""
    if endpoint in ("tasks.report", "tasks.done"):
        request.max_content_length = LARGEST


def _too_much(_: Exception) -> Response:
    each, many = steps.EVIDENCE_BYTES // 2**20, steps.EVIDENCE_FILES
    sentence = (
        f"送来的材料太大：最多{many}份，每份不超过{each} MB。什么也没有收下，任务没有任何改动；请压缩或分几次报。"
    )
    return access.refuse(413, "too_large", sentence, "材料太大")


def _take(desk: Desk, act: Act, code: str) -> Response:
    way, typed = access.way(), request.form.to_dict()
    try:
        done = _TAKE.get(act, partial(_plain, act))(way, code, typed)
    except ZhibiaoError as error:
        if (same := _twice(way, code, act, typed)) is None:
            status = access.failed(error)
            return _again(desk, way, code, act, typed, access.outward(error).split("请用")[0], status)
        done = same
    access.tell(f"任务{done.code}已办理“{act.label}”，现为“{done.state.label}”。下一次发布后到督查页和数据库。")
    return redirect(f"/task?code={quote(done.code)}", 303)  # type: ignore[return-value]


def _again(desk: Desk, way: Way, code: str, act: Act, typed: Typed, trouble: str, status: int) -> Response:
    """The task's page with the form open, filled in as it was, and why it was refused above it."""
    edition = desk.edition()
    made = finish(page.page(edition, way, code[:80], act.value, typed, trouble), document=True)
    return paper("督查任务", made.painted, access.visitor(site.links), "task", "/task", status=status)


def _twice(way: Way, code: str, act: Act, typed: Typed) -> Task | None:
    """The task, when this very form was sent once already and taken: a button pressed twice does nothing twice."""
    with consulting(way.folder) as conn:
        taken = tasks.steps_of(conn, code)
        last = taken[-1] if taken and len(taken) == _seen(typed) + 1 else None
        same = last is not None and (last.by, last.act, last.text) == (way.actor, act, _text(typed))
        return tasks.get_task(conn, code) if same else None


def _plain(act: Act, way: Way, code: str, typed: Typed) -> Task:
    node = typed.get("node", "")
    said = {"node": int(node)} if node.isdecimal() and len(node) < 4 else {}
    return steps.take_step(way, code, act, _seen(typed), text=_text(typed), **said)


def _done(way: Way, code: str, typed: Typed) -> Task:
    return steps.say_done(way, code, _text(typed), evidence=_files(), seen=_seen(typed))


def _report(way: Way, code: str, typed: Typed) -> Task:
    share = typed.get("progress", "").strip().rstrip("%％")
    try:
        progress = Decimal(share) if share else None
    except InvalidOperation:
        progress = Decimal("NaN")
    if progress is not None and not progress.is_finite():
        raise UsageError(f"完成进度“{share[:20]}”不是数，任务没有任何改动。请写成 60。")
    return steps.report(
        way, code, typed.get("period", ""), _text(typed), progress=progress, quantity=typed.get("quantity", "").strip(),
        problem=typed.get("problem", "").strip(), next_step=typed.get("next_step", "").strip(), evidence=_files(),
        seen=_seen(typed),
    )  # fmt: skip


def _assign(way: Way, code: str, typed: Typed) -> Task:
    names = {word: unit.code for unit in way.catalogue.departments.values()
             for word in (unit.code, unit.name, unit.short)}  # fmt: skip
    said = [word for word in _SPLIT.split(typed.get("responsible", "").strip()) if word]
    if unknown := [word for word in said if word not in names]:
        raise UsageError(f"没有单位“{unknown[0][:40]}”，任务没有任何改动。可填：{'、'.join(names)}。")
    others = tuple(dict.fromkeys(names[word] for word in said))
    plans = [_node(line) for line in typed.get("nodes", "").splitlines() if line.strip()]
    if not typed.get("lead"):
        raise UsageError("没有选牵头单位，任务没有任何改动。")
    return steps.assign(way, code, typed["lead"], _day(typed, "完成时限"), others, plans, _seen(typed))


def _node(line: str) -> NodePlan:
    day, _, title = line.strip().partition(" ")
    try:
        return NodePlan(title.strip() or day, date.fromisoformat(day))
    except ValueError:
        raise UsageError(f"节点“{line.strip()[:60]}”看不懂，任务没有任何改动。请写成 2026-06-30 可研批复。") from None


def _link(way: Way, code: str, typed: Typed) -> Task:
    links = read_links(typed.get("links", ""), way.catalogue.indicators)
    return steps.link(way, code, links, _text(typed), _seen(typed))


def _extension(way: Way, code: str, typed: Typed) -> Task:
    until = _day(typed, "申请延到的日期")
    return steps.take_step(way, code, Act.EXTENSION_ASK, _seen(typed), due_on=until, text=_text(typed))


_TAKE: dict[Act, Callable[[Way, str, Typed], Task]] = {
    Act.REPORT: _report,
    Act.DONE: _done,
    Act.ASSIGN: _assign,
    Act.LINK: _link,
    Act.EXTENSION_ASK: _extension,
}


def _text(typed: Typed) -> str:
    return typed.get("text", "").replace("\r\n", "\n").strip()[:4000]


def _seen(typed: Typed) -> int:
    """How many steps the form knew of; a form that does not say is as old as can be."""
    said = typed.get("seen", "")
    return int(said) if said.isdecimal() and len(said) < 9 else 0


def _day(typed: Typed, what: str) -> date:
    try:
        return date.fromisoformat(typed.get("due_on", "").strip())
    except ValueError:
        raise UsageError(
            f"{what}“{typed.get('due_on', '')[:20]}”看不懂，任务没有任何改动。请写成 2026-12-31。"
        ) from None


def _files() -> list[steps.Evidence]:
    sent = [one for one in request.files.getlist("evidence") if one.filename]
    limit = steps.EVIDENCE_BYTES + 1  # one more than may be kept tells that it is too large
    return [steps.Evidence(one.filename or "", one.stream.read(limit)) for one in sent]


def _evidence(code: str, sha: str) -> Response:
    """A file that shows what was done, to who follows the task; never shown in the browser, only saved."""
    way = access.way()
    with consulting(way.folder) as conn:
        prove_follows(way, tasks.get_task(conn, code))
        named = dict(line.split(" ", 1) for one in tasks.steps_of(conn, code) for line in one.evidence)
    if not _SHA.match(sha) or sha not in named:
        raise UsageError("这项任务没有这份佐证材料。请从任务页点开。")
    content = vault.get(way.folder, sha)
    return saved(content, named[sha], "application/octet-stream")


def _bulletin(desk: Desk) -> Response:
    edition, programme = desk.edition(), request.args.get("programme", "")[:60]
    content = edition.once(("bulletin", programme), lambda: bulletin(edition.generation, programme))
    name = f"督查通报_第{edition.number}代.xlsx"
    return saved(content, name, XLSX)


def saved(content: bytes, name: str, kind: str) -> Response:
    """A file to be kept, never shown in the browser."""
    answer = Response(content, content_type=kind)
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return answer
