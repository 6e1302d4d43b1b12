"""指标: one indicator in full: its lines, its targets, its definition, every version, and where each number is from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

import dash_mantine_components as dmc
from dash import dcc, html

from dashboard import view, wording
from dashboard.areas import comparison
from dashboard.contribution import breakdown
from dashboard.edition import HOME, Edition
from dashboard.figures import quarters
from dashboard.figures.land import land
from dashboard.figures.outlook import fan
from dashboard.figures.trend import trend
from dashboard.headline import headline
from dashboard.ledger import ledger
from dashboard.parts.aria import aria
from dashboard.parts.beside import areas_panel, contribution_panel
from dashboard.parts.chart import chart
from dashboard.parts.filters import as_of_select, filter_id
from dashboard.parts.panel import empty, panel
from dashboard.parts.provenance import provenance
from dashboard.parts.table import Cell, figure, table
from dashboard.parts.targets import targets
from dashboard.parts.tasks_behind import tasks_behind
from dashboard.past import Past, past
from indicators.observations import Measure, Origin
from indicators.periods import Nature
from warehouse import board, board_returns
from warehouse.board import Reading, Verdict
from warehouse.board_names import Entry
from warehouse.errors import told

FLOWS = {"year": "年度", "running": "累计", "single": "单季", "growth": "同比"}
CAPPED = {**FLOWS, "year": "历年累计"}
STANDS = {"year": "年末", "running": "各期", "growth": "同比"}
ABOUT = {
    "cap": "自起算日以来的累计，按新区部分堆叠；上限只画到它到期之年。",
    "year": "每个口径一条线，口径之间不相连，缺数处断开；点线为目标路径，菱形为目标，浅带为推算的八成区间。"
    "点任何一点看它的来处。",
    "running": "各年放在一起看。点任何一点看它的来处。",
    "single": "部门填报的本季数；只报累计的，由同一年、同一版本的累计相减。",
    "growth": "同比以填报或公布的为准；灰色虚线由水平值计算，只作参照。",
}
NATURES = {"single": "本期数", "ytd": "累计数", "stock": "期末数", "rate": "比率", "index": "指数"}
DIRECTIONS = {"up": "越高越好", "down": "越低越好", "none": "不论高低"}
MEASURES = {
    Measure.LEVEL: "本期数",
    Measure.GROWTH_YOY: "同比（填报）",
    Measure.LEVEL_PREVIOUS_YEAR: "上年同期（填报）",
    Measure.PLAN: "计划数",
}


@dataclass(frozen=True)
class Asked:
    """What the address asks for, made good: an indicator and an area that exist."""

    one: Entry
    area: str
    as_of: date | None
    show: str
    at: str
    complaint: str

    @property
    def address(self) -> str:
        """The page's address without the point that is traced."""
        return self.showing(self.show)

    def showing(self, show: str) -> str:
        """The address with another way of showing."""
        pairs = {
            "code": self.one.code,
            "area": "" if self.area == HOME else self.area,
            "show": "" if show == "year" else show,
            "asof": self.as_of.isoformat() if self.as_of else "",
        }
        return f"/indicator?{urlencode({k: v for k, v in pairs.items() if v})}"


def content(edition: Edition, **query: str) -> list[Any]:
    """The components of 指标 for what the address asks for."""
    names = edition.names
    if not names.indicators:
        return [html.H1("指标"), empty("还没有发布任何数据。", "请先报送、审核并发布一期数据。")]
    code = query.get("code") or _first(edition)
    if code not in names.indicators:
        missing = empty(f"没有代码为“{code[:40]}”的指标。", "请在上面另选一个。")
        return [html.H1("指标"), _picker(edition, "", HOME, None), missing]
    asked = _read(edition, code, query)
    found = past(edition, code, asked.area, asked.as_of)
    lost = bool(asked.at and found.versions) and found.find(asked.at) is None
    notice = asked.complaint + ("没有找到网址里指的那个数，“这个数从哪来”说的是最新的数。" if lost else "")
    return [
        html.Div([html.H1(asked.one.name), html.P(_subtitle(edition, asked), className="about")], className="title"),
        html.P(notice, className="notice", role="status") if notice else None,
        _picker(edition, code, asked.area, asked.as_of),
        html.Div([_chart(edition, asked, found), _origin(edition, asked, found)], className="pair wide-left"),
        html.Div(
            [
                html.Div([_targets(edition, asked), _areas(edition, asked), _tasks(edition, asked)], className="stack"),
                html.Div([_contribution(edition, asked), _definition(edition, asked.one)], className="stack"),
            ],
            className="pair",
        ),
        _history(edition, asked, found),
    ]


def _tasks(edition: Edition, asked: Asked) -> html.Section | None:
    """The programme's tasks are those of the New Area."""
    return tasks_behind(edition, asked.one.code) if asked.area == HOME else None


def _read(edition: Edition, code: str, query: dict[str, str]) -> Asked:
    plain = view.read(asof=query.get("asof", ""))
    area = query.get("area", HOME)
    complaint = plain.complaint
    if area not in edition.names.areas:
        area, complaint = HOME, f"{complaint}没有代码为“{area[:20]}”的地区，显示的是长春新区。"
    show, at = query.get("show", "year"), query.get("at", "")
    return Asked(edition.names.indicators[code], area, plain.as_of, show, at, complaint)


def _first(edition: Edition) -> str:
    core = [c for c in edition.board_indicators if edition.names.indicators[c].core_group]
    return (core or list(edition.names.indicators))[0]


def _subtitle(edition: Edition, asked: Asked) -> str:
    theme = edition.names.themes.get(asked.one.theme)
    known = f"截至{wording.day(asked.as_of)}所知" if asked.as_of else ""
    parts = (edition.names.area(asked.area), theme.name if theme else "", f"单位 {asked.one.unit}", known)
    return " · ".join(p for p in parts if p)


def _picker(edition: Edition, code: str, area: str, as_of: date | None) -> html.Div:
    names = edition.names
    groups = []
    for key, theme in names.themes.items():
        items = [{"value": i.code, "label": i.name} for i in names.indicators.values() if i.theme == key]
        groups += [{"group": theme.name, "items": items}] if items else []
    held = board.areas_with(edition.generation, code) if code else ()
    places = [{"value": a, "label": names.area(a)} for a in dict.fromkeys((*held, area))]
    plain = {"allowDeselect": False, "nothingFoundMessage": "没有这一项", "maxDropdownHeight": 360}
    return html.Div(
        [
            dmc.Select(
                id=filter_id("code", code),
                label="指标",
                data=groups,
                value=code,
                searchable=True,
                className="filter filter-code",
                **plain,
            ),
            dmc.Select(
                id=filter_id("area", area),
                label="地区",
                data=places,
                value=area,
                className="filter filter-area",
                **plain,
            ),
            as_of_select(edition, as_of),
        ],
        className="filters",
        role="group",
        **aria(label="选择指标、地区和知晓日"),
    )


def _verdicts(edition: Edition, asked: Asked) -> list[Verdict]:
    everything = edition.verdicts(asked.as_of)
    return [v for v in everything if v.indicator == asked.one.code and v.area == asked.area]


def _chart(edition: Edition, asked: Asked, found: Past) -> html.Section:
    capped = asked.area == HOME and any(v.kind == "cap_cumulative" for v in _verdicts(edition, asked))
    kinds = CAPPED if capped else FLOWS if found.flows else STANDS
    kinds = {name: word for name, word in kinds.items() if name in ("year", "running") or _holds(found, name)}
    show = asked.show if asked.show in kinds else "year"
    if not found.lines:
        day = f"到{wording.day(asked.as_of)}为止，" if asked.as_of else ""
        other = "可在上面换一个知晓日、地区或指标。" if asked.as_of else "可在上面换一个地区或指标。"
        nothing = empty(f"{day}{edition.names.area(asked.area)}没有这项指标的数据。", other)
        return panel("走势", "", nothing, name="trend-panel")
    links = [
        dcc.Link(word, href=asked.showing(name), className="seg on" if name == show else "seg")
        for name, word in kinds.items()
    ]
    switch = html.Div(links, className="segs", role="group", **aria(label="数据的看法"))
    figure = _figure(edition, asked, found.usual(asked.one.price_basis), show)
    return panel(
        "走势", ABOUT["cap" if capped and show == "year" else show], switch, chart(figure, "trend"), name="trend-panel"
    )


def _holds(found: Past, show: str) -> bool:
    """Whether there is anything to draw: an average of the year has no single quarters, many stands no growth."""
    readings = [r for line in found.lines for r in (*line.levels, *line.growth)]
    if show == "growth":
        rates = any(r.measure == Measure.GROWTH_YOY for r in readings)
        return rates or any(d.value is not None and d.kind in ("yoy_ytd", "yoy_stock") for d in found.derived)
    return any(r.nature == Nature.SINGLE and r.measure == Measure.LEVEL for r in readings) or any(
        d.value is not None and d.kind == "single_quarter" for d in found.derived
    )


def _figure(edition: Edition, asked: Asked, found: Past, show: str) -> dict[str, Any]:
    book = ledger(edition, asked.as_of, None) if show == "year" and asked.area == HOME else None
    if book is not None and book.cap.indicator == asked.one.code:
        return land(book, edition.names, 430)
    if show == "growth":
        return quarters.growth(found, edition.names)
    if show == "single":
        return quarters.single(found, asked.one)
    if show == "running" and found.flows:
        return quarters.running(found, asked.one)
    breaks = edition.names.breaks_of(asked.one.code, asked.area)
    verdicts = _verdicts(edition, asked)
    drawn = trend(found, edition.names, asked.one, verdicts, breaks, stands=show == "running")
    ahead = fan(edition.outlooks(asked.one.code, asked.area, asked.as_of), asked.one) if show == "year" else []
    return drawn | {"data": [*ahead, *drawn["data"]]}


def _origin(edition: Edition, asked: Asked, found: Past) -> html.Section:
    reading = found.find(asked.at) or _latest(asked.one, found)
    if reading is None:
        return panel("这个数从哪来", "", empty("还没有数可查。"), name="origin")
    sent = board_returns.submissions(edition.generation, (reading.submission,)).get(reading.submission)
    same = (reading.series, reading.form, reading.period)
    chain = [r for r in found.versions if (r.series, r.form, r.period) == same]
    return provenance(reading, sent, chain, asked.one, edition.names, asked.address)


def _latest(one: Entry, found: Past) -> Reading | None:
    levels = [r for line in found.lines for r in line.levels]
    return headline(one, levels, ()).reading or next(iter(found.versions), None)


def _targets(edition: Edition, asked: Asked) -> html.Section:
    mine = [t for t in edition.names.targets.values() if t.indicator == asked.one.code and t.area == asked.area]
    mine.sort(key=lambda t: (t.due_on is None, t.due_on or date.max, t.code))
    return targets(mine, _verdicts(edition, asked), asked.one, edition.names)


def _contribution(edition: Edition, asked: Asked) -> html.Section:
    found = breakdown(edition, asked.one, asked.area, asked.as_of)
    return contribution_panel(found, asked.one, edition.names, asked.area)


def _areas(edition: Edition, asked: Asked) -> html.Section:
    return areas_panel(comparison(edition, asked.one, asked.as_of), asked.one, edition.names)


def _definition(edition: Edition, one: Entry) -> html.Section:
    names = edition.names
    scope = names.scopes.get(one.scope)
    rows = [
        ("指标解释", one.definition),
        ("数值性质", f"{NATURES.get(one.nature, one.nature)}，{DIRECTIONS.get(one.direction, '')}"),
        ("价格口径", one.price_basis),
        ("统计口径", f"{scope.name}：{scope.definition}" if scope else one.scope),
        ("主管部门", names.department(one.department)),
        ("出处", names.source(one.source)),
        ("备注", one.note),
    ]
    items = [html.Div([html.Dt(name), html.Dd(text)]) for name, text in rows if text]
    return panel("定义", "", html.Dl(items, className="facts"), name="definition")


HEADS = ("数据期", "内容", "价格口径", "数值", "单位", "来源", "统计口径", "何时所知", "状态", "修订原因")


def _history(edition: Edition, asked: Asked, found: Past) -> html.Section:
    if not found.versions:
        return panel("全部版本", "", empty("没有数据。"), name="history", wide=True)
    rows = [_version(reading, edition, asked) for reading in found.versions]
    about = f"共{len(rows)}条，新的在前；点数据期看它的来处。数值从不覆盖，修订前的也在这里。"
    listed = table("history-table", HEADS, rows, "全部版本", frozenset({3}))
    return panel("全部版本", about, listed, name="history", wide=True)


def _version(reading: Reading, edition: Edition, asked: Asked) -> list[Cell]:
    value, decimals = reading.canonical_value, asked.one.decimals
    if reading.measure == Measure.GROWTH_YOY:
        decimals = max(decimals, 1)
    period = wording.span(reading.period, reading.nature)
    return [
        Cell(dcc.Link(period, href=f"{asked.address}&at={reading.id}#origin"), reading.period_end.isoformat()),
        Cell(MEASURES[Measure(reading.measure)]),
        Cell(reading.price_basis),
        figure(value, wording.number(value, decimals)),
        Cell(reading.canonical_unit or reading.unit),
        Cell(Origin(reading.origin).label),
        Cell(edition.names.scope(reading.scope)),
        Cell(told(reading.recorded_at)),
        Cell("现行" if reading.superseded_at is None else "已被取代"),
        Cell(reading.revision_reason),
    ]
