"""考核: for each department that leads tasks, every component beside the score, with the weights; no rank."""

from __future__ import annotations

from typing import Any

from dash import html

from dashboard import wording
from dashboard.edition import Edition
from dashboard.parts.aria import aria
from dashboard.parts.panel import empty, panel
from dashboard.parts.tasks import short
from etl.tasks_summary import Row, weights_said
from indicators.periods import Period
from warehouse import task_board

ABOUT = "各部分为百分数，括号里是权重；算不出的写明没有计入，不当作零。只按单位列出，不排名次。"


def scores(edition: Edition, department: str = "", quarters: int = 1) -> html.Section:
    """The newest quarters that can be assessed: of every department, or of one."""
    rows = edition.once(("assessments", department), lambda: task_board.assessments(edition.generation, department))
    periods = list(dict.fromkeys(row["period"] for row in rows))[:quarters]
    shown = [row for row in rows if row["period"] in periods]
    if not shown:
        return panel("考核", "", empty("还没有到期的进展报告，没有考核。"), name="scores", wide=True)
    label = Period.parse(periods[0]).label if quarters == 1 else f"最近{len(periods)}季"
    table = html.Div(_table(edition, shown, quarters > 1), className="scroll", tabIndex="0", role="region",
                     **aria(label="考核，可左右滚动"))  # fmt: skip
    return panel(f"考核（{label}）", ABOUT, table, name="scores", wide=True)


def _table(edition: Edition, rows: list[Row], with_period: bool) -> html.Table:
    parts = weights_said(rows[0])
    head = ["单位", *(["季度"] if with_period else []), "牵头任务", "应报／已报／按时"]
    heads = [html.Th(word, scope="col") for word in head]
    heads += [html.Th([name, html.Small(f"权重{weight}")], scope="col") for name, _, weight in parts.values()]
    heads += [html.Th("得分", scope="col"), html.Th("没有计入", scope="col")]
    return html.Table([html.Thead(html.Tr(heads)), html.Tbody([_row(edition, r, with_period) for r in rows])],
                      className="scores")  # fmt: skip


def _row(edition: Edition, row: Row, with_period: bool) -> html.Tr:
    parts = weights_said(row)
    left = [parts[name][0] for name in (row["left_out"] or "").split(",") if name in parts]
    made = f"{row['reports_asked']}／{row['reports_made']}／{row['reports_on_time']}"
    cells: list[tuple[str, Any]] = [("季度", row["period"])] if with_period else []
    cells += [("牵头任务", row["tasks"]), ("应报／已报／按时", made)]
    cells += [(f"{name}（权重{weight}）", f"{share}%" if share else "算不出") for name, share, weight in parts.values()]
    cells += [("得分", html.B(wording.number(row["score"], 1))), ("没有计入", "、".join(left) or "—")]
    name = html.Th(html.A(short(edition.names, row["department"]), href=f"/tasks?department={row['department']}"),
                   scope="row")  # fmt: skip
    return html.Tr([name, *(html.Td(value, **_label(word)) for word, value in cells)])


def _label(word: str) -> dict[str, Any]:
    return {"data-form": word}
