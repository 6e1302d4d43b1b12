"""The web application: one Dash app over one data folder, every page read from the current generation.

`create_app` opens nothing heavy: the generation is opened on the first request, in the process that answers it. Pages
are functions of the edition and the address; what they return is kept by the edition, since neither can change.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Mapping
from functools import partial
from typing import Any

import dash
import dash_mantine_components as dmc
import flask
import orjson
from dash import ALL, ClientsideFunction, Dash, Input, Output, State
from dash.exceptions import DependencyException
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix

from dashboard import access, doors, language, oidc, security, site, style, takeaway
from dashboard.api import routes
from dashboard.edition import Desk, Edition
from dashboard.english import CHINESE, ENGLISH, English
from dashboard.page import Page, finish, framed
from dashboard.pages import sql
from dashboard.paper import TITLE, paper
from dashboard.parts.frame import Colophon
from dashboard.parts.panel import trouble
from dashboard.site import Spec
from dashboard.sql import routes as sql_routes
from dashboard.style import ASSETS, ICON, LINK
from dashboard.work import accounts as own
from dashboard.work import filing, mapping, publishing, reminding, reviewing, tasklist
from dashboard.work import tasks as work_tasks
from indicators.errors import UsageError, ZhibiaoError
from warehouse.accounts import demo_accounts
from warehouse.errors import NotPermitted, told
from warehouse.folder import DataFolder
from warehouse.operations import consulting

LOG = logging.getLogger("zhibiao.dashboard")
_ADDRESS = "没有这个地址。请检查网址，或从导航进入。"
PLOTLY = "/_dash-component-suites/plotly/package_data/plotly.min.js"
LATER = (PLOTLY, "/_dash-component-suites/dash/dcc/async-graph.js")  # fetched before they are asked for
CHARTS = ("trend", "contribution-chart", "land-chart", "land-running", "land-yearly")  # whose points lead somewhere
_ELSEWHERE = ("/dash_table/", "/dash_ag_grid/")  # scripts of components that only a page that is `alone` has
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


def create_app(
    folder: DataFolder, hosts: frozenset[str] | None = security.LOOPBACK, guest: bool = False, proxied: bool = False
) -> Dash:
    """The application over `folder`, answering to `hosts` (None: to any name); `guest`: who is not logged in may look.

    `proxied`: a server in front, which ends TLS, passes requests on and says by whom and how they came.

    Raises UsageError for guests and for accounts of a demonstration where other machines can come in.
    """
    alone = hosts is not None and hosts <= security.LOOPBACK
    if guest and not alone:
        raise UsageError("--guest 只能用在本机地址上：对别的机器开放时必须登录。服务没有启动；请去掉 --guest。")
    if not alone:
        _prove_no_demo(folder)
    app = _board()
    desk = app.desk = Desk(folder)
    dash.page_registry.clear()
    for spec in site.SPECS:
        live = partial(_live, desk, spec) if spec.live else _nowhere
        dash.register_page(f"dashboard.pages.{spec.name}", path=spec.path, title=f"{spec.word} · {TITLE}", layout=live)
    dash.register_page(
        "dashboard.pages.not_found_404", path="/not-found", title=f"没有这一页 · {TITLE}", layout=_nowhere
    )
    app.layout = dmc.MantineProvider(dash.page_container, theme=THEME, defaultColorScheme="auto")
    _listen(app)
    if proxied:
        app.server.wsgi_app = ProxyFix(app.server.wsgi_app, x_host=1)  # type: ignore[method-assign]
    security.guard(app, hosts)
    access.guard(app.server, access.Gate(folder, guest, _action_of, _refusal))
    app.server.before_request(_small_plotly)
    _register(app.server, desk, guest)
    for kind, say in _ANSWERS.items():
        app.server.register_error_handler(kind, say)
    app.server.extensions["zhibiao.warm"] = partial(_warm, app)
    return app


def _board() -> Board:
    """The bare application, without pages."""
    return Board(
        "dashboard",
        assets_folder=str(ASSETS),
        assets_path_ignore=["head", "lib", "vendor", "work", "workbench"],
        use_pages=True,
        pages_folder="",
        include_pages_meta=False,
        suppress_callback_exceptions=True,
        serve_locally=True,
        enable_mcp=False,
        add_log_handler=False,
        title=TITLE,
        update_title=None,  # type: ignore[arg-type]
        index_string=_INDEX,
        meta_tags=[{"name": "color-scheme", "content": "light dark"}],
    )


def _register(server: flask.Flask, desk: Desk, guest: bool) -> None:
    """Put everything on the server that is not a page: doors, the routes of work, the API."""
    language.remember(server)
    style.register(server)
    doors.register(server, oidc.provider())
    filing.register(server, desk)
    mapping.register(server, desk)
    own.register(server, lambda: access.visitor(site.links))
    routes.register(server, desk, open_=guest)
    sql_routes.register(server, desk)
    takeaway.register(server, desk)
    work_tasks.register(server, desk)
    tasklist.register(server, desk)
    reviewing.register(server, desk)
    publishing.register(server)
    reminding.register(server)


def _prove_no_demo(folder: DataFolder) -> None:
    """Raise UsageError where accounts whose password everybody knows would be open to other machines."""
    with consulting(folder) as conn:
        if named := demo_accounts(conn):
            raise UsageError(
                f"{folder.root} 里有口令公开的演示账户（{'、'.join(named[:3])}等），不能对别的机器开放。服务没有启动；"
                "请为正式工作另建数据文件夹（zhibiao init），或停用这些账户、重设它们的口令。"
            )


class Board(Dash):
    """Dash with the page's figures already in its index, and scripts that wait until those have been painted."""

    desk: Desk

    def index(self, *args: Any, **kwargs: Any) -> Any:
        """The asked page: a document, or the application's index."""
        spec = site.find(flask.request.path)
        if spec is None:
            return access.refuse(404, "not_found", _ADDRESS, "没有这一页")
        if spec.live:
            return super().index(*args, **kwargs)
        content, shown = _content(self.desk, spec, flask.request.args.to_dict())
        visitor, langs = access.visitor(site.links), (language.asked(), content.lang)
        return paper(spec.word, content.painted, visitor, spec.name, spec.path, shown, access.told(), langs=langs)

    def interpolate_index(  # type: ignore[override]
        self, metas: str = "", scripts: str = "", app_entry: str = "", renderer: str = "", **parts: str
    ) -> str:
        """The index, with the asked page as plain HTML before the place where the live one will be."""
        spec = site.find(flask.request.path)
        if spec is not None:
            page = _layout(self.desk, spec, flask.request.args.to_dict(), keep=True)
            app_entry = f'<div id="first-paint">{page.painted}</div>{app_entry}'
        if spec is None or not spec.alone:
            scripts = _without(scripts, _ELSEWHERE)
        if "hold-graph" in app_entry:
            scripts = "".join(f'<link rel="prefetch" href="{address}">' for address in LATER) + scripts
        documents = " ".join(one.path for one in site.SPECS if not one.live or one.alone)
        metas += f'<meta name="csrf" content="{access.present().csrf}"><meta name="documents" content="{documents}">'
        flask.g.inline = (*security.inline(scripts), *security.inline(renderer))
        scripts = scripts.replace("<script src=", "<script defer src=").replace("<script>", '<script type="module">')
        renderer = renderer.replace('type="application/javascript"', 'type="module"')
        parts |= {"css": LINK, "favicon": ICON}
        made = super().interpolate_index(metas=metas, scripts=scripts, app_entry=app_entry, renderer=renderer, **parts)
        return str(made).replace('<html lang="zh-CN">', f'<html lang="{language.asked()}">', 1)


def _without(scripts: str, places: tuple[str, ...]) -> str:
    """The script elements, less those that come from one of these places."""
    return "\n".join(one for one in scripts.splitlines() if not any(place in one for place in places))


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
    for chart in CHARTS:
        app.clientside_callback(
            ClientsideFunction("board", "pointed"), address, Input(chart, "clickData"), where, prevent_initial_call=True
        )
    app.clientside_callback(sql.BEGIN, Output("wb-begun", "title"), Input("wb-begun", "id"))


def _small_plotly() -> flask.Response | None:
    """Plotly's small bundle in the place of the full one: bars and lines are all that is drawn here."""
    if flask.request.path != PLOTLY:
        return None
    return flask.send_from_directory(ASSETS / "lib", "plotly-basic.min.js", max_age=86400)


def _nowhere(**_: Any) -> Any:
    said = finish([trouble(_ADDRESS, title="没有找到")])
    return orjson.loads(framed(said, "", "/", Colophon("", False), access.visitor(site.links)).live)


def _action_of(path: str) -> str:
    """What an account must be allowed to see the page at an address; to be told that there is none, too."""
    spec = site.find(path)
    return spec.action if spec else "view"


def _live(desk: Desk, spec: Spec, /, **query: Any) -> Any:
    return orjson.loads(_layout(desk, spec, query).live)


def _layout(desk: Desk, spec: Spec, query: Mapping[str, Any], keep: bool = False) -> Page:
    """One page for one address in the frame of who asks; an error becomes a page that says so."""
    asked = {k: v for k, v in query.items() if isinstance(v, str)}
    lang = language.asked(asked.get("lang", ""))
    content, shown = _content(desk, spec, asked)
    return framed(content, spec.name, spec.path, shown, access.visitor(site.links), access.told(keep), lang)


def _content(desk: Desk, spec: Spec, asked: dict[str, str]) -> tuple[Page, Colophon]:
    shown = Colophon("", False)
    lang = language.asked(asked.pop("lang", "")) if spec.english else CHINESE
    try:
        if not access.may(spec.action):
            raise NotPermitted(f"这个账户不能看“{spec.word}”。请从导航进入别的页面。")
        edition = desk.edition()
        shown = colophon(edition)
        if spec.fresh:
            words = _words(edition) if lang == ENGLISH else None
            return finish(spec.content(edition, access.way(), **asked), not spec.live, words, spec.alone), shown
        return _published(edition, spec, asked, lang), shown
    except ZhibiaoError as error:
        return finish([trouble(access.outward(error))], not spec.live), shown
    except Exception:
        number = secrets.token_hex(4)
        LOG.exception("page %s failed, incident %s", spec.name, number)
        return finish([trouble("程序出了没有料到的错误。", number)], not spec.live), shown


def _published(edition: Edition, spec: Spec, asked: dict[str, str], lang: str = CHINESE) -> Page:
    """A page of published figures: finished once for everybody who asks for the same in the same language."""
    key = ("page", spec.name, lang, edition.generation.notice, tuple(sorted(asked.items())))
    words = _words(edition) if lang == ENGLISH else None
    return edition.once(key, lambda: finish(spec.content(edition, **asked), not spec.live, words, spec.alone))


def _words(edition: Edition) -> English:
    """The English of an edition's names and of the table's phrases."""
    return edition.once("english", lambda: English(edition.names))


def _warm(app: Board) -> None:
    """Have the first page and the application's routes ready before the first reader comes."""
    app.server.test_client().get("/login")
    _published(app.desk.edition(), site.SPECS[0], {})


def _refusal(title: str, sentence: str, status: int) -> flask.Response:
    """A refusal as a page, in the frame of who asked."""
    said = finish([trouble(sentence, title=title)], document=True)
    return paper(title, said.painted, access.visitor(site.links), status=status)


def _said(error: ZhibiaoError) -> flask.Response:
    """What a route could not do, in its own words; acts that failed are in the audit, as those that succeeded are."""
    status = access.status_of(error) if flask.request.method in access.SAFE else access.failed(error)
    return access.refuse(status, "not_done", access.outward(error), "这一步没有做成")


_HTTP = {
    400: "请求不合规，什么也没有改动。请刷新页面再试。",
    404: _ADDRESS,
    405: "这个地址不能这样用，什么也没有改动。请从页面上的按钮操作。",
    413: "送来的内容太大，没有收下，什么也没有改动。",
}


def _of_http(error: HTTPException) -> flask.Response:
    """What Flask and Werkzeug say in English, in words of ours."""
    code = error.code or 500
    return access.refuse(code, "http", _HTTP.get(code, str(error.description or "")), "没有做成")


def _no_script(_: DependencyException) -> flask.Response:
    """Dash raises where a library is not there; anybody may ask, so it must not look like a mistake of the program."""
    return access.refuse(404, "not_found", _ADDRESS, "没有这个文件")


def _unforeseen(error: Exception) -> flask.Response:
    """A mistake of the program: a number for the log, no word about its inside."""
    number = secrets.token_hex(4)
    LOG.exception("%s failed, incident %s", flask.request.path, number, exc_info=error)
    sentence = f"程序出了没有料到的错误，事件编号 {number}，请告诉系统管理员。这一步可能没有做成，请先核对再重做。"
    return access.refuse(500, "unforeseen", sentence, "出错了")


_ANSWERS: dict[type[Exception], Any] = {
    ZhibiaoError: _said,
    HTTPException: _of_http,
    DependencyException: _no_script,
    Exception: _unforeseen,
}


def colophon(edition: Edition) -> Colophon:
    """What is open, in words."""
    built = edition.generation.manifest.built_at
    sentence = f"第 {edition.number} 代，{told(built)} 发布"
    return Colophon(sentence, edition.simulated, edition.generation.notice)
