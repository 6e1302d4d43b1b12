"""A 任务清单 fetched and sent back by browser; what was refused comes back as a page, beside the sheet."""

from __future__ import annotations

import re
from functools import partial
from typing import Any

from flask import Blueprint, Flask, Response, redirect, request

from dashboard import access, site
from dashboard.edition import Desk
from dashboard.page import finish
from dashboard.pages import tasklist as page
from dashboard.paper import paper
from dashboard.work.tasks import XLSX, saved
from etl.guard import MAX_BYTES, printable, too_large
from etl.tasks_import import Imported, import_list
from etl.tasks_template import list_template
from indicators.errors import UsageError, ZhibiaoError

_YEAR = re.compile(r"20[0-9]{2}\Z")


def register(server: Flask, desk: Desk) -> None:
    """Put the routes on `server`."""
    routes = Blueprint("tasklist", __name__, url_prefix="/work/tasklist")
    routes.add_url_rule("/template.xlsx", "template", _template)
    routes.add_url_rule("/take", "take", partial(_take, desk), methods=["POST"])
    server.register_blueprint(routes)


def _template() -> Response:
    """The list of a programme as it stands; to a department, of its own tasks."""
    programme = request.args.get("programme", "")[:60]
    return saved(list_template(access.way(), programme), f"任务清单_{programme or '空白'}.xlsx", XLSX)


def _take(desk: Desk) -> Any:
    way, typed = access.way(), request.form.to_dict()
    try:
        data, name = _sent()
        new = typed.get("programme") == "+"
        code = typed.get("code", "").strip() if new else typed.get("programme", "")
        title, year = (typed.get("title", "").strip()[:200], _year(typed)) if new else ("", 0)
        made = import_list(way, data, name, code, title=title, year=year, period=typed.get("period", ""))
    except ZhibiaoError as error:
        content = page.page(desk.edition(), way, typed, access.outward(error).split("请用")[0])
        return _shown(content, access.failed(error))
    if made.blocked:
        access.audited("web.tasklist.take", code, "failed", {"file": name, "findings": len(made.findings)})
        return _shown(page.refused(data, name, made), 422)
    access.tell(f"{name}：{_told(made)}", "good")
    return redirect("/tasklist", 303)


def _sent() -> tuple[bytes, str]:
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        raise UsageError("没有收到文件，什么也没有改动。请选择填好的任务清单再试。")
    name, data = printable(sent.filename), sent.stream.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise UsageError(too_large(name, len(data)).message)
    return data, name


def _year(typed: dict[str, str]) -> int:
    said = typed.get("year", "").strip()
    if not _YEAR.match(said):
        raise UsageError(f"年份“{said[:20]}”看不懂，什么也没有导入。请写成 2026。")
    return int(said)


def _told(made: Imported) -> str:
    counts = {"登记": made.new, "分解": made.assigned, "关联指标": made.linked, "报进展": made.reported}
    said = "，".join(f"{what}{len(codes)}项" for what, codes in counts.items() if codes)
    seen = "".join(f"　{one.message}" for one in made.findings)
    return (f"{said}。" if said else "清单里没有新的内容，什么也没有改动。") + seen[:200]


def _shown(content: list[Any], status: int) -> Response:
    spec = next(one for one in site.SPECS if one.name == "tasklist")
    made = finish(content, document=True)
    return paper(spec.word, made.painted, access.visitor(site.links), spec.name, spec.path, status=status)
