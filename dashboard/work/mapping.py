"""Adopting a hand-made table on the page: its file is kept, its proposal corrected, what is confirmed put in force.

The file travels by its hash; the proposal is made anew from it each time, so that a browser sends only choices.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Flask, redirect, request
from werkzeug.exceptions import RequestEntityTooLarge

from dashboard import access, site
from dashboard.edition import Desk
from dashboard.page import finish
from dashboard.pages import mapping as page
from dashboard.paper import paper
from dashboard.work.filing import MOST, too_much
from etl.adopt.correcting import corrected
from etl.adopt.proposing import draft_for
from etl.adopt.store import confirm
from etl.errors import MappingIncomplete
from etl.guard import MAX_BYTES, printable, too_large
from indicators.errors import UsageError, ZhibiaoError
from indicators.mapping.text import write_mapping
from warehouse import vault

_SENT = ("csrf", "file", "called")


def register(server: Flask, desk: Desk) -> None:
    """Put the routes on `server`."""
    mapping = Blueprint("mapping", __name__, url_prefix="/work/mapping")
    mapping.url_value_preprocessor(_room)
    mapping.register_error_handler(RequestEntityTooLarge, too_much)
    mapping.add_url_rule("/propose", "propose", _propose, methods=["POST"])
    mapping.add_url_rule("/confirm", "confirm", lambda: _confirm(desk), methods=["POST"])
    server.register_blueprint(mapping)


def _room(endpoint: str | None, _: Any) -> None:
    if endpoint == "mapping.propose":
        request.max_content_length = MOST


def _propose() -> Any:
    """Keep the file and show what can be read in it; no number is taken in."""
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        raise UsageError("没有收到文件，什么也没有改动。请选择一张手工表再试。")
    name, data = printable(sent.filename), sent.stream.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise UsageError(too_large(name, len(data)).message)
    sha = vault.put(access.way().folder, data)
    access.audited("mapping.proposed", sha, detail={"file": name})
    return redirect(page.address(sha, name), 303)


def _confirm(desk: Desk) -> Any:
    """Put in force what a person chose; what could not be confirmed comes back as it was typed."""
    way, chosen = access.way(), {key: text for key, text in request.form.items() if key not in _SENT}
    sha, name = request.form.get("file", ""), printable(request.form.get("called", "手工表"))
    data = vault.get(way.folder, sha)
    try:
        mapping = corrected(draft_for([(data, name)], way.catalogue).proposal.mapping, chosen)
        done = confirm(way, mapping, write_mapping(mapping).encode(), [(data, name)], f"《{mapping.name}》")
    except ZhibiaoError as error:
        trouble = (access.outward(error), *(error.gaps if isinstance(error, MappingIncomplete) else ()))
        access.audited("web.mapping.confirm", sha, "failed", {"why": trouble[:5]})
        spec = next(one for one in site.SPECS if one.name == "mapping")
        content = finish(page.shown(desk.edition(), way, sha, name, chosen, trouble), document=True)
        return paper(spec.word, content.painted, access.visitor(site.links), spec.name, spec.path, status=422)
    read = "，".join(f"{file} 读出 {count} 个数" for file, count in done.numbers.items())
    state = "早已登记，没有改动" if done.repeated else "已登记"
    access.tell(f"对照表《{done.mapping.name}》（{done.mapping.code}）{state}：{read}。这张表现在可以报送了。")
    return redirect("/mapping", 303)
