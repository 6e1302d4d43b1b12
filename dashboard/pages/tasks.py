"""督查: the programme's tasks as published: what needs a leader, what changed, who is silent, chapters by lights, list.

Everything is of the generation, so it is made once for each address and generation. What is narrowed stands in the
address: programme, chapter, department, light, doubt.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from dash import html

from dashboard import wording
from dashboard.edition import Edition
from dashboard.parts.aria import aria
from dashboard.parts.marks import origin_mark
from dashboard.parts.panel import empty, panel
from dashboard.parts.task_filters import filters
from dashboard.parts.task_news import changes, silence, urgent
from dashboard.parts.task_scores import scores
from dashboard.parts.tasks import example_mark, light, short, task_list
from etl.tasks_summary import TaskSummary, task_summary
from indicators.observations import Origin
from warehouse import task_board
from warehouse.task_board import Wanted

PAGE = 40
_PLAIN: dict[str, Any] = {"word": "", "chapter": None, "doubted": False, "urgent": False, "silent": False}


@dataclass(frozen=True)
class Asked:
    """What the address asks for, made good."""

    wanted: Wanted
    page: int
    complaint: str

    def query(self, **changes: object) -> str:
        """The address of the board with something changed; a narrowing that is off is left out."""
        one = replace(self.wanted, **changes)  # type: ignore[arg-type]
        pairs = {
            "programme": one.programme,
            "chapter": "" if one.chapter is None else str(one.chapter),
            "light": one.word,
            "department": one.department,
            "doubt": "1" if one.doubted else "",
            "urgent": "1" if one.urgent else "",
            "silent": "1" if one.silent else "",
        }
        text = urlencode({k: v for k, v in pairs.items() if v})
        return f"/tasks?{text}" if text else "/tasks"


def content(edition: Edition, **query: str) -> list[Any]:
    """The components of 督查 for what the address asks for."""
    held = edition.generation
    if not edition.once("has tasks", lambda: task_board.has_tasks(held)):
        nothing = empty(
            "已发布的数据里还没有任务。", "统计局登记工作要点（zhibiao tasks import）并发布之后，这里就有。"
        )
        return [html.H1("督查"), nothing]
    known = edition.once("programmes", lambda: task_board.programmes(held))
    asked = _read(edition, known, query)
    whole = Wanted(programme=asked.wanted.programme, department=asked.wanted.department)
    found = edition.once(("task summary", whole), lambda: task_summary(held, whole, known))
    return [
        html.H1([found.sentence, *_marks(found)], className="sentence"),
        html.P(asked.complaint, className="notice", role="status") if asked.complaint else None,
        _strip(asked, found),
        filters(asked.wanted, known, edition.names, tuple(found.words)),
        *edition.once(("board", whole), lambda: _whole(edition, asked, found)),
        _list(edition, asked, found),
        scores(edition, whole.department),
        _stamp(edition, found),
    ]


def _whole(edition: Edition, asked: Asked, found: TaskSummary) -> list[Any]:
    """What does not change with the list below: the same components for every narrowing of it."""
    rest, mute = (asked.query(**_PLAIN | {name: True}) + "#list" for name in ("urgent", "silent"))
    whole = Wanted(programme=asked.wanted.programme, department=asked.wanted.department)
    beside = [silence(edition, whole, found.silent, mute), changes(edition, whole)]
    pair = html.Div([urgent(edition, whole, found.urgent, rest), html.Div(beside, className="stack")],
                    className="pair")  # fmt: skip
    return [pair, _matrix(asked, found)]


def _read(edition: Edition, known: Mapping[str, Any], query: Mapping[str, str]) -> Asked:
    complaints = []
    programme, department, word = (query.get(k, "")[:60] for k in ("programme", "department", "light"))
    if programme and programme not in known:
        complaints.append(f"工作要点“{programme}”")
        programme = ""
    if not programme and len(known) == 1:
        programme = next(iter(known))
    if department and department not in edition.names.departments:
        complaints.append(f"单位“{department}”")
        department = ""
    chapter, page = query.get("chapter", ""), query.get("page", "1")
    wanted = Wanted(
        programme=programme,
        chapter=int(chapter) if chapter.isdecimal() and len(chapter) < 5 and programme else None,
        word=word,
        department=department,
        doubted=query.get("doubt") == "1",
        urgent=query.get("urgent") == "1",
        silent=query.get("silent") == "1",
    )
    said = f"没有{'、'.join(complaints)}，没有采用。" if complaints else ""
    return Asked(wanted, int(page) if page.isdecimal() and 0 < int(page) < 10_000 else 1, said)


def _marks(found: TaskSummary) -> list[Any]:
    return [" ", example_mark(), " ", origin_mark(Origin.SIMULATED)] if found.example else []


def _strip(asked: Asked, found: TaskSummary) -> html.Ul:
    items = [
        html.Li(
            html.A([html.I(className=f"lamp lamp-{colour}"), f"{word} {found.count(word)}"],
                   href=asked.query(**_PLAIN | {"word": word}) + "#list"),
            className=f"band band-{colour}",
            style={"flexGrow": found.count(word)},
        )
        for word, colour in found.words.items()
    ]  # fmt: skip
    beside = [("存疑", found.doubted, {"doubted": True}), ("漏报", found.silent, {"silent": True})]
    items += [
        html.Li(html.A(f"{word} {count}", href=asked.query(**_PLAIN | narrow) + "#list"), className="band band-beside")
        for word, count, narrow in beside
        if count
    ]
    return html.Ul(items, className="bands", **aria(label="各灯号的任务数，其后是其中存疑和漏报的"))


def _matrix(asked: Asked, found: TaskSummary) -> html.Section:
    first = "章" if found.programme else "工作要点"
    head = [html.Th(first, scope="col")]
    head += [html.Th(light(word, colour), scope="col") for word, colour in found.words.items()]
    head += [html.Th(word, scope="col") for word in ("合计", "存疑", "漏报", "需领导过问")]
    body = []
    for part in found.parts:
        narrow = {"chapter": int(part.key)} if found.programme else {"programme": part.key}
        cells = [_cell(asked, part.counts.get(word, 0), word, narrow | {"word": word}) for word in found.words]
        cells.append(_cell(asked, part.tasks, "合计", narrow))
        cells.append(_cell(asked, part.doubted, "存疑", narrow | {"doubted": True}))
        cells.append(_cell(asked, part.silent, "漏报", narrow | {"silent": True}))
        cells.append(_cell(asked, part.urgent, "需领导过问", narrow | {"urgent": True}))
        body.append(html.Tr([html.Th(part.title, scope="row"), *cells]))
    table = html.Table([html.Thead(html.Tr(head)), html.Tbody(body)], className="lights")
    about = "每格是任务数，点它看是哪些。颜色旁边总有字，规则见督查指南。"
    box = html.Div(table, className="scroll", tabIndex="0", role="region", **aria(label="各章各灯号，可左右滚动"))
    return panel(f"{first}与灯号", about, box, name="lights", wide=True)


def _cell(asked: Asked, count: int, word: str, narrow: Mapping[str, Any]) -> html.Td:
    if not count:
        return html.Td("·", className="none", **{"data-form": word})  # type: ignore[arg-type]
    link = html.A(str(count), href=asked.query(**_PLAIN | dict(narrow)) + "#list", **aria(label=f"{word}{count}项"))
    return html.Td(link, **{"data-form": word})  # type: ignore[arg-type]


def _list(edition: Edition, asked: Asked, found: TaskSummary) -> html.Section:
    held, wanted = edition.generation, asked.wanted
    narrow = wanted.word or wanted.doubted or wanted.urgent or wanted.silent or wanted.chapter is not None
    total = task_board.counted(held, wanted) if narrow else found.tasks
    pages = max(1, -(-total // PAGE))
    page = min(asked.page, pages)
    rows = task_board.listed(held, wanted, PAGE, (page - 1) * PAGE)
    said = [
        f"第{wanted.chapter}章" if wanted.chapter is not None else "",
        f"灯号为“{wanted.word}”" if wanted.word else "",
        "存疑" if wanted.doubted else "",
        "需要领导过问" if wanted.urgent else "",
        "连续漏报进展" if wanted.silent else "",
        short(edition.names, wanted.department) if wanted.department else "",
    ]
    narrowed = "、".join(word for word in said if word)
    about: list[Any] = [f"{narrowed or '全部'}，共{total}项。"]
    if narrow:
        everything = asked.query(**_PLAIN) + "#list"
        about += [" ", html.A("看全部", href=everything)]
    body: Any = task_list(rows, edition.names, programmes=not wanted.programme)
    if not rows:
        body = empty("没有这样的任务。", "可以放宽上面的筛选。")
    head = html.Div([html.H2("任务清单", id="list"), html.P(about, className="about")], className="panel-head")
    return html.Section([head, body, _pager(asked, page, pages)], className="panel wide", **aria(labelledby="list"))


def _pager(asked: Asked, page: int, pages: int) -> html.Nav | None:
    if pages == 1:
        return None
    joint = "&" if "?" in asked.query() else "?"
    steps = [(page - 1, "上一页"), (page + 1, "下一页")]
    links = [html.A(w, href=f"{asked.query()}{joint}page={n}#list") for n, w in steps if 1 <= n <= pages]
    return html.Nav([*links, html.Span(f"第{page}页，共{pages}页")], className="pager", **aria(label="翻页"))


def _stamp(edition: Edition, found: TaskSummary) -> html.P:
    said = f"第{edition.number}代，灯号截至{wording.day(found.as_of)}；此后的办理在任务页，下一次发布后到这里。"
    return html.P(said, className="about")
