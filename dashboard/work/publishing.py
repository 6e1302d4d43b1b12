"""发布: the preview, the publication, an earlier generation shown again, periods closed and opened.

What takes longer than a click runs as a job, and its page asks here how it goes. A form carries the generation that it
was made from; when another is current by then, nothing is done and the page says who published it and when.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Flask, Response, jsonify, redirect, request

from dashboard import access
from dashboard.work import jobs
from dashboard.work.jobs import Stage
from dashboard.work.previewing import preview
from etl.flow import publish_approved
from etl.publishing import close_period, reopen_period, show_again
from etl.way import Way
from indicators.errors import UsageError, ZhibiaoError
from warehouse.errors import told
from warehouse.read import Generation, current

_NOTE_LENGTH = 200


def register(server: Flask) -> None:
    """Put the routes on `server`."""
    publishing = Blueprint("publishing", __name__, url_prefix="/work/publish")
    publishing.add_url_rule("/preview", "preview", _preview, methods=["POST"])
    publishing.add_url_rule("/go", "go", _publish, methods=["POST"])
    publishing.add_url_rule("/back", "back", _back, methods=["POST"])
    publishing.add_url_rule("/lock", "lock", partial(_lock, close_period), methods=["POST"])
    publishing.add_url_rule("/open", "open_", partial(_lock, reopen_period), methods=["POST"])
    publishing.add_url_rule("/status", "status", _status, methods=["GET"])
    server.register_blueprint(publishing)


def _preview() -> Any:
    way, seen = access.way(), _picked()
    base = current(way.folder).number
    token = jobs.begin(way.folder, "preview", way.actor, lambda on_stage: preview(way, seen, base, on_stage))
    return redirect(f"/publish?preview={token}#preview", 303)


def _publish() -> Any:
    way, seen = access.way(), _picked()
    note = request.form.get("note", "").strip()
    if not note or len(note) > _NOTE_LENGTH:
        raise UsageError(
            f"请写明这一代的说明（不超过 {_NOTE_LENGTH} 字）。没有发布，什么也没有改动；请回到上一页补写。"
        )
    if newer := _newer(way):
        return _again(f"{newer}没有发布，什么也没有改动；请重新预览再定。您写的说明还在。", note=note)
    token = jobs.begin(way.folder, "publish", way.actor, lambda stage: _published(way, note, seen, stage))
    return redirect(f"/publish?job={token}", 303)


def _published(way: Way, note: str, seen: list[tuple[str, str]], on_stage: Stage) -> dict[str, Any]:
    made = publish_approved(way, note, [id for id, _ in seen], on_stage=on_stage)
    if made is None:
        raise UsageError("没有可发布的内容：这些报送已经发布，目录也没有改动。现行的一代没有变。")
    return _of(made)


def _of(made: Generation) -> dict[str, Any]:
    sealed = made.manifest
    return {
        "number": made.number, "submissions": len(sealed.submissions), "notice": made.notice,
        "rows": sealed.rows.get("observation_version", 0), "sha256": sealed.sha256,
    }  # fmt: skip


def _back() -> Any:
    way, reason = access.way(), request.form.get("reason", "").strip()
    number, seen = _number("number"), _number("base")
    if not reason or len(reason) > _NOTE_LENGTH:
        raise UsageError(f"请写明回退的理由（不超过 {_NOTE_LENGTH} 字）。没有回退；请回到上一页补写。")
    if newer := _newer(way):
        return _again(f"{newer}没有回退，什么也没有改动；请看过新的一代再定。您写的理由还在。", reason=reason)

    def act(on_stage: Stage) -> dict[str, Any]:
        on_stage(f"把第 {number} 代的内容做成新的一代")
        return _of(show_again(way, number, reason, seen)) | {"content_of": number}

    return redirect(f"/publish?job={jobs.begin(way.folder, 'publish', way.actor, act)}", 303)


def _lock(act: Callable[[Way, str, str], str]) -> Any:
    asked = request.form
    try:
        access.tell(act(access.way(), asked.get("period", ""), asked.get("reason", "").strip()))
    except ZhibiaoError as error:
        access.audited("web.publishing", request.path, "refused", {"why": str(error)})
        access.tell(access.outward(error), "bad")
    return redirect("/publish#locks", 303)


def _status() -> Response:
    kind = request.args.get("kind", "")
    job = jobs.look(access.way().folder, kind, request.args.get("job", "")) if kind in ("preview", "publish") else None
    if job is None:
        return jsonify({"state": "gone", "stage": ""})
    return jsonify({"state": job.state, "stage": job.stage})


def _picked() -> list[tuple[str, str]]:
    """The submissions that were ticked, with the state in which they were seen."""
    pairs = [one.partition(" ") for one in request.form.getlist("pick")]
    return [(id, stand) for id, _, stand in pairs if id]


def _number(name: str) -> int:
    text = request.form.get(name, "")
    if not text.isdecimal() or len(text) > 6:
        raise UsageError("看不懂这个请求里的代号，什么也没有改动。请刷新页面再试。")
    return int(text)


def _newer(way: Way) -> str:
    """Who published since this form was made, as a sentence; "" when nobody did."""
    held = current(way.folder)
    if held.number == _number("base"):
        return ""
    sealed = held.manifest
    return f"您打开这一页之后，“{sealed.by}”于 {told(sealed.built_at)} 发布了第 {held.number} 代。"


def _again(sentence: str, **typed: str) -> Any:
    """Back to the page as it is now, with what was typed."""
    access.audited("web.publishing", request.path, "refused", {"why": sentence})
    access.tell(sentence, "warn")
    return redirect(f"/publish?{urlencode(typed)}", 303)
