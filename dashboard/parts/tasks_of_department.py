"""A department's tasks on its own page: how many show which light, what needs a leader, its scores."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from dash import html

from dashboard.edition import Edition
from dashboard.parts.panel import empty, panel
from dashboard.parts.task_scores import scores
from dashboard.parts.tasks import example_mark, light, task_list
from etl.tasks_summary import task_summary
from warehouse import task_board
from warehouse.task_board import Wanted

SHOWN, QUARTERS = 6, 4


def tasks_of_department(edition: Edition, code: str) -> list[Any]:
    """Two panels: its tasks, the gravest first, and its assessment of the last quarters; nothing where none are."""
    held = edition.generation
    if not edition.once("has tasks", lambda: task_board.has_tasks(held)):
        return []
    wanted = Wanted(department=code)
    found = edition.once(("task summary", wanted), lambda: task_summary(held, wanted, task_board.programmes(held)))
    title = "牵头和负责的任务"
    if not found.tasks:
        nothing = empty("这个部门没有牵头或负责的任务。")
        return [panel(title, "", nothing, name="department-tasks", wide=True)]
    rows = edition.once(("department tasks", code), lambda: task_board.listed(held, wanted, SHOWN, worst_first=True))
    board = f"/tasks?{urlencode({'department': code})}"
    counts: list[Any] = []
    for word, colour in found.words.items():
        href = f"/tasks?{urlencode({'department': code, 'light': word})}#list"
        counts.append(html.A([light(word, colour), f" {found.count(word)}"], href=href))
    more = html.P(html.A(f"全部{found.tasks}项", href=board), className="about")
    doubts = f"，其中存疑{found.doubted}项" if found.doubted else ""
    about: list[Any] = [f"共{found.tasks}项{doubts}；最要紧的在前。"]
    head = html.Div([*counts, example_mark() if found.example else None], className="light-counts")
    body = task_list(rows, edition.names)
    tasks = panel(title, about[0], head, body, more, name="department-tasks", wide=True)
    return [tasks, scores(edition, code, QUARTERS)]
