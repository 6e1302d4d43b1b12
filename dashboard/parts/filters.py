"""The filters of 总览. Each change is a new address (`assets/board.js`), so that what is seen can be sent on."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import dash_mantine_components as dmc
from dash import dcc, html

from dashboard import wording
from dashboard.edition import HOME, Edition
from dashboard.parts.aria import aria
from dashboard.summary import Summary
from indicators.periods import Period
from warehouse import board

NEWEST = "newest"


def filters(found: Summary, edition: Edition) -> html.Div:
    """Period, as-of day, theme, department and area as selects, target years as links."""
    names = edition.names
    view = found.view
    asked = [Period.parse(view.period)] if view.period else []  # also one that nobody has reported
    shown = sorted({*found.periods, *asked}, key=lambda p: p.end, reverse=True)
    periods = [{"value": p.code, "label": p.ytd_label} for p in shown]
    themes = [{"value": code, "label": theme.name} for code, theme in names.themes.items()]
    offices = [{"value": code, "label": names.departments[code].short} for code in edition.board_departments]
    areas = [{"value": code, "label": names.area(code)} for code in edition.board_areas if code != HOME]
    return html.Div(
        [
            _select("period", "数据期", view.period, [{"value": NEWEST, "label": "最新一期"}, *periods]),
            _select("asof", "知晓日", str(view.as_of or ""), _days(found.known_days, view.as_of)),
            _select("theme", "主题", view.theme, [{"value": NEWEST, "label": "全部主题"}, *themes]),
            _select("department", "部门", view.department, [{"value": NEWEST, "label": "全部部门"}, *offices]),
            _select(
                "area",
                "地区",
                view.area if view.area != HOME else "",
                [{"value": NEWEST, "label": names.area(HOME)}, *areas],
            ),
            _years(found),
        ],
        className="filters",
        role="group",
        **aria(label="筛选"),
    )


def as_of_filter(edition: Edition, as_of: date | None) -> html.Div:
    """Only the as-of day, for pages that have no other filter."""
    return html.Div(as_of_select(edition, as_of), className="filters", role="group", **aria(label="筛选"))


def as_of_select(edition: Edition, as_of: date | None) -> dmc.Select:
    """The days on which something became known; a day between two of them that an address asks for is one more."""
    days = edition.once("days", lambda: board.known_days(edition.generation))
    return _select("asof", "知晓日", str(as_of or ""), _days(days, as_of))


def _days(known: Iterable[date], asked: date | None) -> list[dict[str, str]]:
    days = sorted({*known, *([asked] if asked else [])}, reverse=True)
    return [{"value": NEWEST, "label": "至今"}, *({"value": d.isoformat(), "label": wording.day(d)} for d in days)]


def filter_id(name: str, shown: str) -> dict[str, str]:
    """The id of a filter that sets `name` in the address; it acts only when it no longer says what is `shown`."""
    return {"filter": name, "shown": shown}


def _select(name: str, label: str, value: str, options: list[dict[str, str]]) -> dmc.Select:
    return dmc.Select(
        id=filter_id(name, value or NEWEST),
        label=label,
        data=options,
        value=value or NEWEST,
        allowDeselect=False,
        searchable=len(options) > 12,
        nothingFoundMessage="没有这一项",
        maxDropdownHeight=320,
        className=f"filter filter-{name}",
        comboboxProps={"shadow": "md"},
    )


def _years(found: Summary) -> html.Div:
    links = []
    for year in found.target_years:
        on = year == found.view.target
        links.append(dcc.Link(str(year), href="/" + found.view.query(target=year), className="seg on" if on else "seg"))
    caption = html.Span("目标年", className="filter-label", id="years-label")
    return html.Div(
        [caption, html.Div(links, className="segs", role="group", **aria(labelledby="years-label"))],
        className="filter",
    )
