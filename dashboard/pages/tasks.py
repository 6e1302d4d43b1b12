"""督查: the programme's tasks as published: chapters by lights, what needs a leader, what changed, list, scores.

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
from dashboard.parts.task_scores import scores
from dashboard.parts.tasks import address, doubt_mark, example_mark, light, short, task_list, urgent_item
from etl.tasks_summary import TaskSummary, task_summary
from indicators.observations import Origin
from warehouse import task_board
from warehouse.task_board import Changed, Wanted

PAGE, URGENT, MOVED = 40, 8, 12


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
    pair = html.Div([_urgent(edition, asked, found), _changes(edition, asked)], className="pair")
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
    )
    said = f"没有{'、'.join(complaints)}，没有采用。" if complaints else ""
    return Asked(wanted, int(page) if page.isdecimal() and 0 < int(page) < 10_000 else 1, said)


def _marks(found: TaskSummary) -> list[Any]:
    return [" ", example_mark(), " ", origin_mark(Origin.SIMULATED)] if found.example else []


def _strip(asked: Asked, found: TaskSummary) -> html.Ul:
    items = [
        html.Li(
            html.A([html.I(className=f"lamp lamp-{colour}"), f"{word} {found.count(word)}"],
                   href=asked.query(word=word, chapter=None) + "#list"),
            className=f"band band-{colour}",
            style={"flexGrow": found.count(word)},
        )
        for word, colour in found.words.items()
    ]  # fmt: skip
    return html.Ul(items, className="bands", **aria(label="各灯号的任务数"))


def _matrix(asked: Asked, found: TaskSummary) -> html.Section:
    first = "章" if found.programme else "工作要点"
    head = [html.Th(first, scope="col")]
    head += [html.Th(light(word, colour), scope="col") for word, colour in found.words.items()]
    head += [html.Th(word, scope="col") for word in ("合计", "存疑", "需领导过问")]
    body = []
    for part in found.parts:
        narrow = {"chapter": int(part.key)} if found.programme else {"programme": part.key}
        cells = [_cell(asked, part.counts.get(word, 0), word, narrow | {"word": word}) for word in found.words]
        cells.append(_cell(asked, part.tasks, "合计", narrow | {"word": ""}))
        cells.append(_cell(asked, part.doubted, "存疑", narrow | {"word": "", "doubted": True}))
        cells.append(_cell(asked, part.urgent, "需领导过问", narrow | {"word": "", "urgent": True}))
        body.append(html.Tr([html.Th(part.title, scope="row"), *cells]))
    table = html.Table([html.Thead(html.Tr(head)), html.Tbody(body)], className="lights")
    about = "每格是任务数，点它看是哪些。颜色旁边总有字，规则见督查指南。"
    box = html.Div(table, className="scroll", tabIndex="0", role="region", **aria(label="各章各灯号，可左右滚动"))
    return panel(f"{first}与灯号", about, box, name="lights", wide=True)


def _cell(asked: Asked, count: int, word: str, narrow: Mapping[str, Any]) -> html.Td:
    if not count:
        return html.Td("·", className="none", **{"data-form": word})  # type: ignore[arg-type]
    plain: dict[str, Any] = {"doubted": False, "urgent": False} | dict(narrow)
    link = html.A(str(count), href=asked.query(**plain) + "#list", **aria(label=f"{word}{count}项"))
    return html.Td(link, **{"data-form": word})  # type: ignore[arg-type]


def _urgent(edition: Edition, asked: Asked, found: TaskSummary) -> html.Section:
    wanted = Wanted(programme=asked.wanted.programme, department=asked.wanted.department, urgent=True)
    rows = task_board.listed(edition.generation, wanted, URGENT, worst_first=True)
    if not rows:
        return panel("需要领导过问", "", empty("没有存疑、逾期和待答复的延期申请。"), name="urgent")
    items = html.Ul([urgent_item(row, edition.names) for row in rows], className="outcomes")
    more = None
    if found.urgent > len(rows):
        rest = asked.query(urgent=True, word="", doubted=False, chapter=None) + "#list"
        more = html.P(html.A(f"全部{found.urgent}项", href=rest), className="about")
    return panel("需要领导过问", "存疑的在前，两边的说法都在这里；然后是逾期和申请延期的。", items, more, name="urgent")


def _changes(edition: Edition, asked: Asked) -> html.Section:
    held, code = edition.generation, asked.wanted.programme
    moved = edition.once(("tasks changed", code), lambda: task_board.changed(held, code))
    title = "比上一代有什么变化"
    if moved is None:
        return panel(title, "", empty("上一代还没有任务，或已不在，无从比较。"), name="changes")
    mine = [one for one in moved if asked.wanted.department in ("", one.lead)]
    if not mine:
        return panel(title, "", empty("灯号、存疑和状态都没有变化。"), name="changes")
    items = html.Ul([_change(one, edition) for one in mine[:MOVED]], className="changes")
    rest = html.P(f"还有{len(mine) - MOVED}项，见下面的清单。", className="about") if len(mine) > MOVED else None
    about = f"第{held.manifest.previous}代到第{held.number}代，共{len(mine)}项。"
    return panel(title, about, items, rest, name="changes")


def _change(one: Changed, edition: Edition) -> html.Li:
    new = light(one.word, one.colour)
    said: list[Any] = [f"{one.before} → ", new] if one.before and one.before != one.word else [new]
    if one.state_before and one.state_before != one.state:
        said.append(f"　{one.state_before} → {one.state}")
    if one.doubt and not one.doubt_before:
        said += [" 新的", doubt_mark()]
    elif one.doubt_before and not one.doubt:
        said.append(" 不再存疑")
    who = f"{short(edition.names, one.lead)}；最近一步由{one.by}，{wording.day(one.on)}" if one.by else ""
    link = html.A(one.title, href=address(one.task))
    return html.Li([html.Div([link, example_mark() if one.example else None]), html.Div(said), html.Small(who)])


def _list(edition: Edition, asked: Asked, found: TaskSummary) -> html.Section:
    held, wanted = edition.generation, asked.wanted
    narrow = wanted.word or wanted.doubted or wanted.urgent or wanted.chapter is not None
    total = task_board.counted(held, wanted) if narrow else found.tasks
    pages = max(1, -(-total // PAGE))
    page = min(asked.page, pages)
    rows = task_board.listed(held, wanted, PAGE, (page - 1) * PAGE)
    said = [
        f"第{wanted.chapter}章" if wanted.chapter is not None else "",
        f"灯号为“{wanted.word}”" if wanted.word else "",
        "存疑" if wanted.doubted else "",
        "需要领导过问" if wanted.urgent else "",
        short(edition.names, wanted.department) if wanted.department else "",
    ]
    narrowed = "、".join(word for word in said if word)
    about: list[Any] = [f"{narrowed or '全部'}，共{total}项。"]
    if narrow:
        everything = asked.query(word="", doubted=False, urgent=False, chapter=None) + "#list"
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
