"""考核: for each department that leads tasks, every component beside the score, with the weights; no rank."""

from __future__ import annotations

from collections.abc import Callable
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

ABOUT = "各部分为百分数，表头是权重，下面一行是所据的数；算不出的写明没有计入，不当作零。只按单位列出，不排名次。"


def _silence(row: Row) -> str:
    days = f"，最长{row['silent_days']}天没有音信" if row["silent_days"] is not None else ""
    return f"最多连续漏报{row['missed_in_a_row']}期{days}"


_BEHIND: dict[str, Callable[[Row], str]] = {  # the counts that a component was made of
    "timeliness": lambda row: f"按时{row['reports_on_time']}，应报{row['reports_asked']}",
    "completeness": lambda row: f"已报{row['reports_made']}，应报{row['reports_asked']}",
    "verified": lambda row: f"核查{row['tasks_verified']}，到期{row['tasks_due']}",
    "silence": _silence,
    "doubts": lambda row: "" if row["doubts_open"] is None else f"存疑{row['doubts_open']}项",
    "revisions": lambda row: "" if row["revision_size"] is None else f"平均{wording.number(row['revision_size'], 2)}%",
}


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
    head = ["单位", *(["季度"] if with_period else []), "牵头任务"]
    heads = [html.Th(word, scope="col") for word in head]
    heads += [html.Th([name, html.Small(f"权重{weight}")], scope="col") for name, _, weight in parts.values()]
    heads += [html.Th("得分", scope="col"), html.Th("没有计入", scope="col")]
    return html.Table([html.Thead(html.Tr(heads)), html.Tbody([_row(edition, r, with_period) for r in rows])],
                      className="scores")  # fmt: skip


def _row(edition: Edition, row: Row, with_period: bool) -> html.Tr:
    parts = weights_said(row)
    left = [parts[name][0] for name in (row["left_out"] or "").split(",") if name in parts]
    cells: list[tuple[str, Any]] = [("季度", row["period"])] if with_period else []
    cells.append(("牵头任务", row["tasks"]))
    for component, (label, share, weight) in parts.items():
        behind = _BEHIND[component](row)
        said: list[Any] = [f"{share}%" if share else "算不出", html.Small(behind) if behind else None]
        cells.append((f"{label}（权重{weight}）", said))
    cells += [("得分", html.B(wording.number(row["score"], 1))), ("没有计入", "、".join(left) or "—")]
    name = html.Th(html.A(short(edition.names, row["department"]), href=f"/tasks?department={row['department']}"),
                   scope="row")  # fmt: skip
    return html.Tr([name, *(html.Td(value, **_label(word)) for word, value in cells)])


def _label(word: str) -> dict[str, Any]:
    return {"data-form": word}
