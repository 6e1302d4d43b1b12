"""审核: approving, returning, and approving many at once.

What could not be done shows the newer state and keeps what was typed; nothing is overwritten that somebody else did.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import Blueprint, Flask, Response, redirect, request

from dashboard import access, site
from dashboard.edition import Desk
from dashboard.page import finish
from dashboard.pages import submission
from dashboard.paper import paper
from dashboard.work import jobs
from etl.flow import approve_submission, return_submission
from etl.reviewing import approve_each
from indicators.errors import UsageError, ZhibiaoError

MOST = 200


def register(server: Flask, desk: Desk) -> None:
    """Put the routes on `server`."""
    reviewing = Blueprint("reviewing", __name__, url_prefix="/work/review")
    reviewing.add_url_rule("/approve", "approve", lambda: _decide(desk, approve=True), methods=["POST"])
    reviewing.add_url_rule("/return", "return_", lambda: _decide(desk, approve=False), methods=["POST"])
    reviewing.add_url_rule("/approve-many", "approve_many", _approve_many, methods=["POST"])
    server.register_blueprint(reviewing)


def _decide(desk: Desk, approve: bool) -> Any:
    """Approve or return one submission as it was seen; else show it as it is now, with why and what was typed."""
    way, asked = access.way(), request.form
    id, seen = asked.get("id", ""), asked.get("seen", "")
    if not seen:
        raise UsageError("这一步没有写明看到的是哪个状态，没有做。请刷新页面再试。")
    try:
        if approve:
            said = approve_submission(way, id, seen=seen)
        else:
            said = return_submission(way, id, asked.get("reason", "").strip(), seen=seen)
    except ZhibiaoError as error:
        access.audited("submission.refused", id[:20], "refused", {"why": str(error)})
        return _as_it_is(desk, id, access.outward(error))
    access.tell(said, "good" if approve else "warn")
    return redirect("/review", 303)


def _as_it_is(desk: Desk, id: str, trouble: str) -> Response:
    page = submission.shown(desk.edition(), access.way(), id, trouble=trouble)
    body = finish(page, document=True).painted
    return paper("一份报送", body, access.visitor(site.links), "submission", f"/submission?id={id}", status=409)


def _approve_many() -> Any:
    """Approve what was ticked, each in a transaction of its own; what became of each is told on the next page."""
    way = access.way()
    pairs = [one.partition(" ") for one in request.form.getlist("pick")]
    seen = [(id, stand) for id, _, stand in pairs if id and stand]
    if not seen or len(seen) > MOST:
        raise UsageError(f"没有选中要通过的报送，或一次超过 {MOST} 份。什么也没有改动；请回到“审核”页勾选。")
    outcomes = approve_each(way, seen)
    token = jobs.note(way.folder, "approvals", way.actor, {"outcomes": [asdict(one) for one in outcomes]})
    done = sum(one.done for one in outcomes)
    refused = len(outcomes) - done
    said = f"已审核通过 {done} 份" + (f"，{refused} 份没有通过，原因见下。" if refused else "。")
    access.tell(said, "warn" if refused else "good")
    return redirect(f"/review?told={token}", 303)
