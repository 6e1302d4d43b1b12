"""查询: SQL at any time. The page is the tree of tables, the editor's place, and the grid; `assets/workbench` fills it.

What runs is decided by `dashboard.sql.routes`; here is only what stands on the page before anybody has asked.
"""

from __future__ import annotations

from typing import Any

from dash import html

from dashboard.edition import Edition
from dashboard.parts.aria import aria
from dashboard.parts.grid import grid
from dashboard.parts.panel import panel
from dashboard.sql.examples import EXAMPLES
from dashboard.sql.tree import Column, Relation, tree

BEGIN = "function(id) { import('/assets/workbench/workbench.js').then(m => m.begin()); return ''; }"
DOWNLOADS = (("xlsx", "Excel"), ("csv", "CSV"), ("parquet", "Parquet"), ("json", "JSON"))


def content(edition: Edition, **_: str) -> list[Any]:
    """The components of 查询; what is asked stands in the address after `#`, which only the browser reads."""
    return [
        html.H1("用 SQL 查已发布的数据：随时可问，不妨碍填报，问同样的话得同样的数。", className="sentence"),
        html.Div([_side(edition), _bench()], className="workbench", id="workbench"),
    ]


def _side(edition: Edition) -> html.Div:
    relations = tree(edition)
    examples = html.Ul([html.Li(_button(one.title, example=place)) for place, one in enumerate(EXAMPLES)])
    return html.Div(
        [
            panel("常问的问题", "", examples, name="examples"),
            panel("表与列", "点名称插入到查询里。", html.Div([_relation(r) for r in relations]), name="tree"),
        ],
        className="wb-side stack",
    )


def _relation(relation: Relation) -> html.Details:
    head = [html.Span(relation.name, className="wb-name"), html.Small(relation.about)]
    columns = [html.Li(_column(column)) for column in relation.columns]
    return html.Details([html.Summary(head), _button(f"插入 {relation.name}", insert=relation.name), html.Ul(columns)])


def _column(column: Column) -> html.Button:
    label = [html.Span(column.name, className="wb-name"), html.I(column.kind), html.Small(column.about)]
    return _button(label, insert=column.name)


def _bench() -> html.Div:
    actions = html.Div(
        [
            _button("运行", "button", do="run", title="Ctrl + Enter"),
            _button("停止", "wb-plain", do="stop", disabled=True),
            html.Span(id="wb-asof", className="wb-field"),
            html.Span(id="wb-params", className="wb-fields"),
            html.Span(_button("复制链接", "wb-plain", do="link"), className="wb-end"),
        ],
        className="wb-actions",
    )
    question = panel(
        "查询", "一条 SELECT。写 $名称 会出现填值的格子；Ctrl + 空格 补全。", html.Div(id="wb-editor"), actions,
        html.P(id="wb-said", className="wb-said", role="status", **aria(live="polite")), name="question",
    )  # fmt: skip
    downloads = [html.Span("下载", className="about"), *(_button(w, "wb-plain", download=f) for f, w in DOWNLOADS)]
    table = html.Div(grid("sql-grid", [], [], 420), className="wb-grid")
    result = panel(
        "结果", "", html.P(id="wb-stamp", className="wb-stamp"), table, html.Div(downloads, className="wb-downloads"),
        name="result",
    )  # fmt: skip
    history = panel(
        "问过的",
        "只在这个浏览器标签页里，关掉就没有了。",
        html.Ol(id="wb-history", className="wb-history"),
        name="history",
    )
    return html.Div([question, result, history, html.Span(id="wb-begun", hidden=True)], className="stack")


def _button(label: Any, className: str = "wb-link", **data: Any) -> html.Button:
    plain: dict[str, Any] = {name: data.pop(name) for name in ("title", "disabled") if name in data}
    marked: dict[str, Any] = {f"data-{name}": str(value) for name, value in data.items()}
    return html.Button(label, className=className, type="button", **plain, **marked)
