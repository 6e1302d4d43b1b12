"""The 任务清单 to fill in: its columns, the tasks there are, departments to choose from, a page of help."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date
from typing import Any

from etl.tasks_links import links_said
from etl.tasks_sheet import COLUMNS
from etl.way import Way
from indicators.tasks.task import Task
from warehouse import tasks
from warehouse.accounts import Role
from warehouse.operations import consulting

_WIDTHS = {
    "number": 6,
    "title": 40,
    "due_on": 13,
    "progress": 10,
    "text": 40,
    "problem": 28,
    "next_step": 28,
    "links": 30,
}
_HELP = (
    ("序号", "正整数，一项一个，不重复。"),
    ("任务", "任务的名称；已登记的任务照登记的名称，不能改。"),
    ("牵头单位", "一个单位，填名称、简称或代码。"),
    ("责任单位", "可以几个，用顿号隔开；没有就空着。"),
    ("完成时限", "如 2026-12-31、2026年12月底。定了以后只能经申请延期改变。"),
    ("序时进度", "完成的百分比，如 60%。"),
    ("进展情况", "本季做了什么，能用数说的请写数。"),
    ("存在问题", "没有就空着。"),
    ("下步措施", "没有就空着。"),
    (
        "关联指标",
        "任务应推动的指标，名称或代码，几个用顿号隔开；要写方向的，如 常住人口（上升）。空着就不改。",
    ),
)


def list_template(way: Way, programme: str = "") -> bytes:
    """The list of a programme's tasks as it stands, or an empty one, as an .xlsx file; a department gets its own."""
    import xlsxwriter

    with consulting(way.folder) as conn:
        held = tasks.tasks(conn, programme) if programme else []
    if way.known and way.known.role is Role.FILLER:
        held = [task for task in held if way.known.department in (task.lead, *task.responsible)]
    out = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, {"in_memory": True} | options) as book:
        _list_sheet(book, way, held)
        help_ = book.add_worksheet("填写说明")
        help_.set_column(0, 0, 12)
        help_.set_column(1, 1, 70)
        for row, said in enumerate(_HELP):
            help_.write_row(row, 0, said)
    return out.getvalue()


def _list_sheet(book: Any, way: Way, held: Sequence[Task]) -> None:
    sheet = book.add_worksheet("任务清单")
    head = book.add_format({"bold": True, "bg_color": "#DDE7F3", "border": 1, "align": "center"})
    cell = book.add_format({"border": 1, "text_wrap": True, "valign": "top"})
    day = book.add_format({"border": 1, "num_format": "yyyy-mm-dd", "valign": "top"})
    share = book.add_format({"border": 1, "num_format": "0%", "valign": "top"})
    last = len(held) + 200
    for at, (name, titles) in enumerate(COLUMNS.items()):
        sheet.set_column(at, at, _WIDTHS.get(name, 16), {"due_on": day, "progress": share}.get(name, cell))
        sheet.write(0, at, titles[0], head)
    names = {code: unit.short for code, unit in way.catalogue.departments.items()}
    for row, task in enumerate(held, 1):
        sheet.write(row, 0, task.number, cell)
        sheet.write(row, 1, task.title, cell)
        sheet.write(row, 2, names.get(task.lead, task.lead), cell)
        sheet.write(row, 3, "、".join(names.get(code, code) for code in task.responsible), cell)
        if isinstance(task.due_on, date):
            sheet.write_datetime(row, 4, task.due_on, day)
        sheet.write(row, len(COLUMNS) - 1, links_said(task.links, way.catalogue.indicators), cell)
    sheet.data_validation(1, 2, last, 2, {"validate": "list", "source": list(names.values())})
    sheet.freeze_panes(1, 2)
