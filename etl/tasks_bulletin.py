"""督查通报: what a generation says of the tasks, as a workbook to be handed round; nothing in it is a formula.

One sheet to read from above, then what is overdue, what is doubted with both sides, who is silent, and the assessment
with the weight of every component and the counts behind it. It is made from the sealed generation alone, so it is the
same whoever asks for it.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from etl.tasks_summary import Row, TaskSummary, task_summary, weights_said
from indicators.errors import UsageError
from warehouse import board_names, task_board
from warehouse.errors import told
from warehouse.read import Generation
from warehouse.task_board import Wanted

MOST = 5000
_TALLEST = 405.0  # points, more than which a row cannot have
_COLOURS = {
    "red": "#FDEAE8", "orange": "#FDF1DD", "yellow": "#FFF9E0", "green": "#E6F4EC", "blue": "#E7F0FA",
    "grey": "#EDF0F4",
}  # fmt: skip
_TASK = (("code", "任务编号", 14), ("title", "任务", 34), ("lead", "牵头单位", 14), ("due_on", "完成时限", 12))
_COUNTS = {
    "tasks": "牵头任务", "reports_asked": "应报", "reports_made": "已报", "reports_on_time": "按时",
    "tasks_due": "到期", "tasks_verified": "已核查", "missed_in_a_row": "最多连续漏报", "silent_days": "最长无音信天数",
    "doubts_open": "存疑", "revision_size": "平均修订%",
}  # fmt: skip
_STANDS = (("state_label", "状态", 9), ("word", "灯号", 14), ("because", "理由", 40))


def bulletin(held: Generation, programme: str = "") -> bytes:
    """The bulletin of one programme, or of all, as an .xlsx file. Raises UsageError when there is nothing to tell."""
    if not task_board.has_tasks(held):
        raise UsageError("已发布的数据里还没有任务，没有生成通报。请先登记工作要点并发布。")
    known = task_board.programmes(held)
    if programme and programme not in known:
        raise UsageError(f"已发布的数据里没有代码为“{programme}”的工作要点，没有生成通报。")
    if len(known) == 1:
        programme = next(iter(known))
    import xlsxwriter

    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options) as book:
        _Bulletin(book, held, programme).write()
    return out.getvalue()


class _Bulletin:
    """One workbook being written."""

    def __init__(self, book: Any, held: Generation, programme: str) -> None:
        self.book, self.held, self.programme = book, held, programme
        self.names = board_names.names(held)
        self.summary = task_summary(held, Wanted(programme=programme), task_board.programmes(held))
        self.widths: list[int] = []  # of the sheet being written
        style = {"border": 1, "border_color": "#B8C2CC", "valign": "top", "text_wrap": True}
        self.title = book.add_format({"bold": True, "font_size": 16})
        self.lead = book.add_format({"font_size": 12, "text_wrap": True, "valign": "top"})
        self.note = book.add_format({"font_color": "#8A5200", "text_wrap": True, "valign": "top"})
        self.head = book.add_format(style | {"bold": True, "bg_color": "#DDE7F3", "align": "center"})
        self.text, self.day = book.add_format(style), book.add_format(style | {"num_format": "yyyy-mm-dd"})
        self.count = book.add_format(style | {"num_format": "#,##0;-#,##0;0", "align": "right"})
        self.share = book.add_format(style | {"num_format": "0.0", "align": "right"})
        self.lights = {c: book.add_format(style | {"bg_color": shade}) for c, shade in _COLOURS.items()}

    def write(self) -> None:
        """All sheets."""
        self._front()
        self._overdue()
        self._doubted()
        self._silent()
        self._assessed()

    def _front(self) -> None:
        sheet, summary = self._sheet("通报", "督查通报"), self.summary
        sheet.merge_range(1, 0, 1, 9, summary.sentence, self.lead)
        sheet.set_row(1, 50)
        sheet.merge_range(2, 0, 2, 9, self._stamp(summary), self.note)
        sheet.set_row(2, 34)
        first = "章" if self.programme else "工作要点"
        beside = (("合计", 8), ("存疑", 8), ("漏报", 8), ("需领导过问", 11))
        columns = [(first, 38), *((word, 11) for word in summary.words), *beside]
        self._header(sheet, 4, columns)
        for at, word in enumerate(summary.words, 1):
            sheet.write(4, at, word, self.lights.get(summary.words[word], self.head))
        row = 5
        for part in summary.parts:
            counts = [part.counts.get(word, 0) for word in summary.words]
            self._line(sheet, row, [part.title, *counts, part.tasks, part.doubted, part.silent, part.urgent])
            row += 1
        totals = [summary.count(word) for word in summary.words]
        self._line(sheet, row, ["合计", *totals, summary.tasks, summary.doubted, summary.silent, summary.urgent])

    def _stamp(self, summary: TaskSummary) -> str:
        marks = "责任单位、时限和办理情况为示例，进展为模拟数据，不是真实情况。" if summary.example else ""
        built = told(self.held.manifest.built_at)
        return f"依据第 {self.held.number} 代（{built} 发布），灯号截至 {summary.as_of or '不详'}。{marks}"

    def _overdue(self) -> None:
        late = [w for w, colour in self.summary.words.items() if colour == "red"]
        rows = [row for word in late for row in self._tasks(Wanted(programme=self.programme, word=word))]
        sheet = self._sheet("逾期", f"逾期的任务：{len(rows)}项")
        self._table(sheet, (*_TASK, *_STANDS, ("said", "最近一次进展", 44), ("last_on", "最近办理", 12)), rows)

    def _doubted(self) -> None:
        rows = self._tasks(Wanted(programme=self.programme, doubted=True))
        sheet = self._sheet("存疑", f"说已完成而指标不支持的任务：{len(rows)}项")
        both = (("said", "任务一方怎么说", 44), ("doubt_words", "指标的情况", 14), ("doubt_text", "指标一方怎么说", 56))
        self._table(sheet, (*_TASK, ("state_label", "状态", 9), *both), rows)

    def _silent(self) -> None:
        rows = self._named(task_board.silent(self.held, Wanted(programme=self.programme), MOST))
        sheet = self._sheet("漏报", f"连续漏报进展的任务：{len(rows)}项")
        missed = (("missed_in_a_row", "连续漏报期数", 10), ("silent_days", "多少天没有音信", 10))
        asked = (("reminders_open", "未回应的催办", 10), ("said", "最近一次进展", 44))
        self._table(sheet, (*_TASK, *missed, *asked), rows)

    def _tasks(self, wanted: Wanted) -> list[Row]:
        return self._named(task_board.listed(self.held, wanted, MOST))

    def _named(self, rows: Sequence[Row]) -> list[Row]:
        return [row | {"lead": self.names.department(row["lead"]) or "未定"} for row in rows]

    def _assessed(self) -> None:
        every = task_board.assessments(self.held)
        sheet = self._sheet("考核", "考核：每个组成部分与得分并列，不排名次")
        rows = [row for row in every if row["period"] == every[0]["period"]]
        said = weights_said(rows[0]) if rows else {}
        whole = (("单位", 16), ("季度", 10), *((label, 8) for label in _COUNTS.values()))
        parts = [(f"{label}（权重{weight}）", 11) for label, _, weight in said.values()]
        self._header(sheet, 2, [*whole, *parts, ("得分", 9), ("没有计入", 24)])
        for at, row in enumerate(rows, 3):
            left = [said[name][0] for name in row["left_out"].split(",") if name in said]
            counts = [row[name] for name in _COUNTS]
            shares = [None if row[name] is None else 100 * row[name] for name in said]
            named = self.names.department(row["department"])
            self._line(sheet, at, [named, row["period"], *counts, *shares, row["score"], "、".join(left)])
        note = "各部分为百分数；算不出的留空，写明没有计入，不当作零。权重见督查规则。"
        sheet.merge_range(4 + len(rows), 0, 4 + len(rows), 9, note, self.note)

    def _sheet(self, name: str, title: str) -> Any:
        sheet = self.book.add_worksheet(name)
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.write(0, 0, title, self.title)
        if self.summary.example:
            sheet.set_footer("&L示例、模拟数据，不是真实情况&R第 &P 页，共 &N 页")
        return sheet

    def _header(self, sheet: Any, row: int, columns: Iterable[tuple[str, int]]) -> None:
        named = list(columns)
        self.widths = [width for _, width in named]
        for at, (label, width) in enumerate(named):
            sheet.set_column(at, at, width)
            sheet.write(row, at, label, self.head)
        sheet.set_row(row, self._height([label for label, _ in named]))
        sheet.freeze_panes(row + 1, 1)
        sheet.repeat_rows(row)

    def _table(self, sheet: Any, columns: Sequence[tuple[str, str, int]], rows: Sequence[Row]) -> None:
        marked = (*columns, ("mark", "标记", 8))
        self._header(sheet, 2, [(label, width) for _, label, width in marked])
        for at, row in enumerate(rows, 3):
            self._line(sheet, at, [(row | {"mark": "示例" if row["example"] else ""})[name] for name, *_ in marked])
            if "word" in (name for name, *_ in columns):
                place = [name for name, *_ in columns].index("word")
                sheet.write(at, place, row["word"], self.lights.get(row["colour"], self.text))
        if not rows:
            sheet.write(3, 0, "没有", self.text)

    def _height(self, values: Sequence[Any]) -> float:
        """Points that the fullest cell of a row needs; not every program finds that out when it opens a file."""
        lines = 1
        for value, width in zip(values, self.widths, strict=True):
            if isinstance(value, str):
                parts = (sum(2 if ord(c) > 0x2E7F else 1 for c in part) for part in value.split("\n"))
                lines = max(lines, sum(-(-part * 11 // (width * 10)) or 1 for part in parts))
        return min(15.0 * lines + 3, _TALLEST)

    def _line(self, sheet: Any, row: int, values: Sequence[Any]) -> None:
        sheet.set_row(row, self._height(values))
        for at, value in enumerate(values):
            if isinstance(value, bool) or value is None:
                sheet.write_blank(row, at, None, self.text)
            elif isinstance(value, date):
                sheet.write_datetime(row, at, value, self.day)
            elif isinstance(value, (int, Decimal)):
                sheet.write_number(row, at, value, self.count if isinstance(value, int) else self.share)
            else:
                sheet.write_string(row, at, str(value), self.text)
