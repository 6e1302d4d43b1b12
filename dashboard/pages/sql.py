"""查询: SQL at any time. The page is what stands before anybody has asked; `assets/workbench` fills it.

What runs is decided by `dashboard.sql`; what is asked stands in the address after `#`, which only the browser reads, or
is a question that is kept, by its number (`?q=`).
"""

from __future__ import annotations

from typing import Any

from dash import html

from dashboard.edition import Edition
from dashboard.parts.aria import aria
from dashboard.parts.grid import bare_grid
from dashboard.parts.panel import panel
from dashboard.parts.takeaway import chart_takeaway
from dashboard.sql.examples import EXAMPLES
from dashboard.sql.tree import Column, Relation, tree

BEGIN = "function(id) { import('/assets/workbench/workbench.js').then(m => m.begin()); return ''; }"
DOWNLOADS = (("xlsx", "Excel"), ("csv", "CSV"), ("parquet", "Parquet"), ("json", "JSON"))


def content(edition: Edition, **_: str) -> list[Any]:
    """The components of 查询."""
    return [
        html.H1("用 SQL 查已发布的数据：随时可问，不妨碍填报，问同样的话得同样的数。", className="sentence"),
        html.Div([_side(edition), _bench()], className="workbench", id="workbench"),
    ]


def _side(edition: Edition) -> html.Div:
    relations = tree(edition)
    tables = html.Div([_relation(r) for r in relations], className="wb-tables")
    examples = html.Ul([html.Li(_button(one.title, example=place)) for place, one in enumerate(EXAMPLES)])
    return html.Div(
        [
            panel("常问的问题", "", examples, name="examples"),
            panel("存着的查询", "", html.Ul(id="wb-saved", className="wb-saved"), name="saved"),
            panel("表与列", "点名称插入到查询里。", tables, name="tree"),
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
    return html.Div(
        [_question(), _result(), _drawing(), _past(), html.Span(id="wb-begun", hidden=True)], className="stack"
    )


def _question() -> html.Section:
    actions = html.Div(
        [
            _button("运行", "button", do="run", title="Ctrl + Enter"),
            _button("停止", "wb-plain", do="stop", disabled=True),
            html.Span(id="wb-asof", className="wb-field"),
            html.Span(id="wb-params", className="wb-fields"),
            html.Span(
                [_button("保存…", "wb-plain", do="keep"), _button("复制链接", "wb-plain", do="link")],
                className="wb-end",
            ),
        ],
        className="wb-actions",
    )
    tabs = html.Div(id="wb-tabs", className="wb-tabs")
    return panel(
        "查询", "一条 SELECT。写 $名称 会出现填值的格子；Ctrl + 空格 补全。", tabs, html.Div(id="wb-editor"), actions,
        html.Div(id="wb-keep", className="wb-keep", hidden=True),
        html.P(id="wb-said", className="wb-said", role="status", **aria(live="polite")), name="question",
    )  # fmt: skip


def _result() -> html.Section:
    downloads = [html.Span("下载", className="about"), *(_button(w, "wb-plain", download=f) for f, w in DOWNLOADS)]
    more = [_button("复制表格", "wb-plain", do="copy"), _button("再问一次", "wb-plain", do="again")]
    columns = html.Div(
        id="wb-columns", className="wb-columns", tabIndex="0", role="group", **aria(label="各列概要")
    )  # fmt: skip
    summary = html.Details(
        [html.Summary("各列概要"), columns], id="wb-summary", className="wb-summary", open="open"
    )  # fmt: skip
    return panel(
        "结果", "", html.P(id="wb-stamp", className="wb-stamp"), summary,
        html.Div(bare_grid("sql-grid", [], [], 420), className="wb-grid"),
        html.Div([*downloads, *more], className="wb-downloads"), name="result",
    )  # fmt: skip


def _drawing() -> html.Section:
    choices = html.Div(id="wb-draw", className="wb-actions wb-draw")
    drawn = html.Div(
        [html.Div(id="wb-plot", className="wb-plot"), html.Div(chart_takeaway(), className="chart-foot")],
        id="wb-chart", className="chart", hidden=True,
    )  # fmt: skip
    return panel("画一张图", "从结果里选横轴和数值；折线或柱。", choices, drawn, name="drawing")


def _past() -> html.Section:
    asked = html.Ol(id="wb-history", className="wb-history")
    return panel("问过的", "只存在这个浏览器里：何时、第几代、多少行、用时。", asked, name="history")


def _button(label: Any, className: str = "wb-link", **data: Any) -> html.Button:
    plain: dict[str, Any] = {name: data.pop(name) for name in ("title", "disabled") if name in data}
    marked: dict[str, Any] = {f"data-{name}": str(value) for name, value in data.items()}
    return html.Button(label, className=className, type="button", **plain, **marked)
