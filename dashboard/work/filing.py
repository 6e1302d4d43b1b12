"""Sending returns: template, upload, explanation, withdrawal, and what a sender takes home: annotated workbook,
receipt, original.

Every route hands its Way to one function of `etl` and shows what it says. Workbooks are read in child processes; few
uploads are worked on at once in each worker, the others are told to wait and lose nothing.
"""

from __future__ import annotations

import io
import threading
from collections.abc import Mapping
from typing import Any

import orjson
from flask import Blueprint, Flask, Response, redirect, request, send_file
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import RequestEntityTooLarge

from dashboard import access, site
from dashboard.edition import Desk
from dashboard.page import finish
from dashboard.pages import submission as page
from dashboard.paper import paper
from dashboard.parts.findings import REST
from dashboard.work.results import line, open_bindings, outcome, page_of
from etl.annotate import annotated_submission
from etl.flow import answer_findings, make_template, receipt_of, submit_file, withdraw_submission
from etl.guard import MAX_BYTES, printable, too_large
from etl.originals import original, own_submission, workbook_of
from etl.receipt_text import receipt_text
from etl.receipts import Receipt
from indicators.errors import UsageError, ZhibiaoError

AT_ONCE, PATIENCE = 2, 6.0
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_TOLD = 380  # characters: more would not fit into a cookie
MOST = 3 * MAX_BYTES  # of a request: several files from a browser without scripts


def register(server: Flask, desk: Desk) -> None:
    """Put the routes on `server`."""
    filing = Blueprint("filing", __name__, url_prefix="/work")
    counter = threading.BoundedSemaphore(AT_ONCE)
    filing.url_value_preprocessor(_room)
    filing.register_error_handler(RequestEntityTooLarge, too_much)
    filing.add_url_rule("/template", "template", _template)
    filing.add_url_rule("/upload", "upload", lambda: _upload(counter), methods=["POST"])
    filing.add_url_rule("/explain/<id>", "explain", lambda id: _explain(desk, id), methods=["POST"])
    filing.add_url_rule("/withdraw/<id>", "withdraw", lambda id: _withdraw(desk, id), methods=["POST"])
    filing.add_url_rule("/annotated/<id>", "annotated", _annotated)
    filing.add_url_rule("/receipt/<id>.txt", "receipt", _receipt)
    filing.add_url_rule("/workbook/<sha>", "workbook", _workbook)
    server.register_blueprint(filing)


def _room(endpoint: str | None, _: Any) -> None:
    """Workbooks are larger than what forms send; said before the gate reads the form."""
    if endpoint == "filing.upload":
        request.max_content_length = MOST


def _template() -> Response:
    """The return of a form for a period, as the account's own department fills it in."""
    way = access.way()
    made = make_template(way, request.args.get("form", ""), request.args.get("period", ""), way.account.department)
    return _file(made.content, made.file_name, XLSX)


def _upload(counter: threading.BoundedSemaphore) -> Any:
    """Take the file (of a script, one; of a plain form, all) in; a script gets a line, a person the next page."""
    sent = [one for one in request.files.getlist("file") if one.filename]
    if not sent:
        raise UsageError("没有收到文件，什么也没有改动。请选择要报送的工作簿再试。")
    if not access.wants_page():
        return _line(sent[0], counter)
    told, tone = [], "good"
    for one in sent:
        try:
            said = outcome(_taken(one, counter))
            told.append(f"{printable(one.filename or '')}：{said.word}。{said.sentence}")
        except ZhibiaoError as error:
            said = None
            told.append(f"{printable(one.filename or '')}：{access.outward(error)}")
        tone = tone if said and said.tone == "good" else "warn"
    access.tell("　".join(told)[:_TOLD], tone)
    return redirect("/returns", 303)


def _line(sent: FileStorage, counter: threading.BoundedSemaphore) -> Response:
    try:
        return _json(line(_taken(sent, counter)))
    except _Busy as error:
        answer = _json({"error": {"status": 503, "code": "busy", "message": str(error)}}, 503)
        answer.headers["Retry-After"] = "3"
        return answer


class _Busy(ZhibiaoError):
    """Other uploads are being read; this one was not looked at."""

    exit_code = 6


def _taken(sent: FileStorage, counter: threading.BoundedSemaphore) -> Receipt:
    """Hand in one file when it is its turn. Raises what `submit_file` raises, and _Busy."""
    name = sent.filename or ""
    if (size := _size(sent)) > MAX_BYTES:
        raise UsageError(too_large(printable(name), size).message)
    if not counter.acquire(timeout=PATIENCE):
        raise _Busy("前面还有文件正在审核，这个文件在排队，还没有收下。")
    try:  # only now: who waits must not hold the file in memory
        return submit_file(access.way(), sent.stream.read(), name)
    finally:
        counter.release()


def _size(sent: FileStorage) -> int:
    size = sent.stream.seek(0, io.SEEK_END)
    sent.stream.seek(0)
    return size


def _explain(desk: Desk, id: str) -> Any:
    """Keep what was written beside the findings; what could not be kept comes back as it was typed."""
    way = access.way()
    typed = {name.removeprefix("text-"): text.strip() for name, text in request.form.items() if name != "csrf"}
    receipt = receipt_of(way, own_submission(way, id).id)
    before, rest = receipt.explanations, typed.get(REST, "")
    own = {b: text for b, text in typed.items() if b != REST and text and text != before.get(b)}
    try:
        receipt = answer_findings(way, id, dict.fromkeys(open_bindings(receipt), rest) | own if rest else own)
    except ZhibiaoError as error:
        access.audited("web.filing.explain", id, "failed", {"why": str(error)})
        return _as_it_is(desk, id, access.outward(error), 422, typed)
    said = outcome(receipt)
    access.tell(f"说明已保存。{said.sentence}", said.tone)
    return redirect(page_of(id), 303)


def _withdraw(desk: Desk, id: str) -> Any:
    """Take a return back as it was seen; else show it as it is now, with why."""
    way, asked = access.way(), request.form
    held = own_submission(way, id)
    try:
        said = withdraw_submission(way, held.id, asked.get("reason", "").strip(), seen=asked.get("seen", ""))
    except ZhibiaoError as error:
        return _as_it_is(desk, held.id, access.outward(error), access.failed(error))
    access.tell(said, "warn")
    return redirect(page_of(held.id), 303)


def _as_it_is(desk: Desk, id: str, trouble: str, status: int, typed: Mapping[str, str] | None = None) -> Response:
    """The page of a submission after something that could not be done, with what was typed."""
    spec = next(one for one in site.SPECS if one.name == "submission")
    content = finish(page.shown(desk.edition(), access.way(), id, typed, trouble), document=True)
    return paper(spec.word, content.painted, access.visitor(site.links), spec.name, spec.path, status=status)


def _annotated(id: str) -> Response:
    """The sender's workbook with its findings marked."""
    way = access.way()
    held = original(way, id)
    stem = held.file_name.rpartition(".")[0] or held.file_name
    return _file(annotated_submission(way, receipt_of(way, id)), f"批注_{stem}.xlsx", XLSX)


def _receipt(id: str) -> Response:
    way = access.way()
    held = own_submission(way, id)
    return _file(receipt_text(receipt_of(way, held.id), way.catalogue).encode(), f"回执_{held.id}.txt", "text/plain")


def _workbook(sha: str) -> Response:
    """An original, byte for byte; it is never opened by the browser as a page."""
    name, data = workbook_of(access.way(), sha)
    access.audited("workbook.taken", sha, detail={"file": name})
    return _file(data, name, "application/octet-stream")


def _file(content: bytes, name: str, kind: str) -> Response:
    if kind.startswith("text/"):
        kind += "; charset=utf-8"
    return send_file(io.BytesIO(content), mimetype=kind, as_attachment=True, download_name=name)


def too_much(_: RequestEntityTooLarge) -> Response:
    """What is said of a request that holds more than workbooks may be."""
    sentence = (
        f"送来的文件太大：一个文件不能超过 {MAX_BYTES // 2**20} MB。什么也没有收下；请去掉图片和无关的工作表后再试。"
    )
    return access.refuse(413, "too_large", sentence, "文件太大")


def _json(value: Any, status: int = 200) -> Response:
    return Response(orjson.dumps(value), status=status, content_type="application/json")
