"""The web application: one Dash app over one data folder, every page read from the current generation.

`create_app` opens nothing heavy: the generation is opened on the first request, in the process that answers it. Pages
are functions of the edition and the address; what they return is kept by the edition, since neither can change.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import dash
import dash_mantine_components as dmc
import flask
from dash import ALL, ClientsideFunction, Dash, Input, Output, State

from dashboard import security
from dashboard.api import routes
from dashboard.edition import Desk, Edition
from dashboard.page import Page, finish
from dashboard.pages import indicator, overview, returns, sql
from dashboard.parts.frame import Colophon, frame
from dashboard.parts.panel import trouble
from dashboard.sql import routes as sql_routes
from etl.way import enter_way
from indicators.errors import ZhibiaoError
from warehouse.errors import told
from warehouse.folder import DataFolder

LOG = logging.getLogger("zhibiao.dashboard")
ASSETS = Path(__file__).parent / "assets"
TITLE = "长春新区统计指标体系"
PLOTLY = "/_dash-component-suites/plotly/package_data/plotly.min.js"
_INDEX = """<!DOCTYPE html>
<html lang="zh-CN">
<head>
{%metas%}
<title>{%title%}</title>
{%favicon%}
<script src="/assets/head/early.js"></script>
{%css%}
</head>
<body>
{%app_entry%}
<footer>{%config%}{%scripts%}{%renderer%}</footer>
</body>
</html>"""
THEME = {
    "fontFamily": "var(--font)",
    "primaryColor": "blue",
    "defaultRadius": "sm",
    "components": {"Select": {"defaultProps": {"size": "sm"}}},
}


def create_app(folder: DataFolder, hosts: frozenset[str] | None = security.LOOPBACK) -> Dash:
    """The application over `folder`, answering to `hosts` (None: to any name). It reads and never writes."""
    app = Board(
        "dashboard",
        assets_folder=str(ASSETS),
        assets_path_ignore=["head", "lib", "vendor", "workbench"],
        use_pages=True,
        pages_folder="",
        include_pages_meta=False,
        suppress_callback_exceptions=True,
        serve_locally=True,
        enable_mcp=False,
        add_log_handler=False,
        title=TITLE,
        update_title=None,
        index_string=_INDEX,
        meta_tags=[{"name": "color-scheme", "content": "light dark"}],
    )
    desk = Desk(folder)
    dash.page_registry.clear()
    for name, (path, word, _) in PAGES.items():
        app.layouts[path] = partial(_layout, desk, name)
        live = partial(_live, app.layouts[path])
        dash.register_page(f"dashboard.pages.{name}", path=path, title=f"{word} · {TITLE}", layout=live)
    dash.register_page(
        "dashboard.pages.not_found_404", path="/not-found", title=f"没有这一页 · {TITLE}", layout=_nowhere
    )
    app.layout = dmc.MantineProvider(dash.page_container, theme=THEME, defaultColorScheme="auto")
    _listen(app)
    app.server.before_request(_small_plotly)
    routes.register(app.server, desk, open_=hosts is not None)
    sql_routes.register(app.server, desk, open_=hosts is not None)
    security.guard(app, hosts)
    return app


class Board(Dash):
    """Dash with the page's figures already in its index, and scripts that wait until those have been painted."""

    def __init__(self, *args: Any, **settings: Any) -> None:
        self.layouts: dict[str, Callable[..., Page]] = {}
        super().__init__(*args, **settings)

    def interpolate_index(  # type: ignore[override]
        self, scripts: str = "", app_entry: str = "", renderer: str = "", **parts: str
    ) -> str:
        """The index, with the asked page as plain HTML before the place where the live one will be."""
        layout = self.layouts.get(flask.request.path)
        if layout is not None:
            page = layout(**flask.request.args.to_dict())
            app_entry = f'<div id="first-paint">{page.painted}</div>{app_entry}'
        scripts = scripts.replace("<script src=", "<script defer src=").replace("<script>", '<script type="module">')
        renderer = renderer.replace('type="application/javascript"', 'type="module"')
        return str(super().interpolate_index(scripts=scripts, app_entry=app_entry, renderer=renderer, **parts))


def _listen(app: Dash) -> None:
    """What changes the address: a filter, and a clicked point of the trend. The rest follows from the address."""
    address = Output("_pages_location", "search", allow_duplicate=True)
    where = State("_pages_location", "search")
    app.clientside_callback(
        ClientsideFunction("board", "filtered"),
        address,
        Input({"filter": ALL, "shown": ALL}, "value"),
        State({"filter": ALL, "shown": ALL}, "id"),
        where,
        prevent_initial_call=True,
    )
    app.clientside_callback(
        ClientsideFunction("board", "pointed"), address, Input("trend", "clickData"), where, prevent_initial_call=True
    )
    app.clientside_callback(sql.BEGIN, Output("wb-begun", "title"), Input("wb-begun", "id"))


def _small_plotly() -> flask.Response | None:
    """Plotly's small bundle in the place of the full one: bars and lines are all that is drawn here."""
    if flask.request.path != PLOTLY:
        return None
    return flask.send_from_directory(ASSETS / "lib", "plotly-basic.min.js", max_age=86400)


def _nowhere(**_: Any) -> Any:
    return frame("", Colophon("", False), trouble("没有这一页。请检查网址，或从上面的导航进入。", title="没有找到"))


def _live(layout: Callable[..., Page], **query: Any) -> Any:
    return layout(**query).live


def _layout(desk: Desk, name: str, **query: Any) -> Page:
    """One page for one address; an error becomes a page that says so, never a bare traceback."""
    asked = {k: v for k, v in query.items() if isinstance(v, str)}
    try:
        edition = desk.edition()
        if name in FRESH:
            return _made(edition, name, asked)
        key = ("page", name, edition.generation.notice, tuple(sorted(asked.items())))
        return edition.once(key, lambda: _made(edition, name, asked))
    except ZhibiaoError as error:
        return finish(frame(name, Colophon("", False), trouble(str(error))))
    except Exception:
        number = secrets.token_hex(4)
        LOG.exception("page %s failed, incident %s", name, number)
        return finish(frame(name, Colophon("", False), trouble("程序出了没有料到的错误。", number)))


def _made(edition: Edition, name: str, asked: dict[str, str]) -> Page:
    content = PAGES[name][2]
    return finish(frame(name, colophon(edition), *content(edition, **asked)))


def colophon(edition: Edition) -> Colophon:
    """What is open, in words."""
    built = edition.generation.manifest.built_at
    sentence = f"第 {edition.number} 代，{told(built)} 发布"
    return Colophon(sentence, edition.simulated, edition.generation.notice)


def _returns(edition: Edition, **asked: str) -> list[Any]:
    return returns.content(edition, enter_way(edition.folder, "", "网页"), **asked)


PAGES: dict[str, tuple[str, str, Callable[..., list[Any]]]] = {
    "overview": ("/", "总览", overview.content),
    "indicator": ("/indicator", "指标", indicator.content),
    "returns": ("/returns", "报送", _returns),
    "sql": ("/sql", "查询", sql.content),
}
FRESH = ("returns",)  # these also read the operations database, which changes without a new generation
