"""单元格: one cell of an original workbook, the sheet around it, and what was read from it: where a number begins.

Reached from any number of the board by its provenance. The workbook is opened in the reading process only (`picture`);
who may see it is decided by `etl.originals`.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from dash import dcc, html

from dashboard import wording
from dashboard.edition import Edition
from dashboard.parts.marks import origin_mark
from dashboard.parts.panel import empty, panel
from dashboard.parts.sheet import Mark, sheet
from etl.drawing import pictures
from etl.originals import CellStory, cell_story, original
from etl.picture import Picture, Pictures
from etl.way import Way
from indicators.catalogue.model import Catalogue
from indicators.errors import UsageError
from indicators.observations import Measure, Observation
from warehouse import vault
from warehouse.accounts import may
from warehouse.errors import told
from warehouse.submissions import Submission

_MEASURES = {Measure.LEVEL_PREVIOUS_YEAR: "上年同期数", Measure.GROWTH_YOY: "同比增长", Measure.PLAN: "计划数"}
Facts = list[tuple[str, Any]]


def content(edition: Edition, way: Way, **query: str) -> list[Any]:
    """The components of 单元格 for `submission`, `sheet` and `cell`. Raises UsageError, NotPermitted."""
    wanted = {name: query.get(name, "") for name in ("submission", "sheet", "cell")}
    if not all(wanted.values()):
        raise UsageError("网址里没有写明是哪份报送的哪个单元格。请从一个数的“这个数从哪来”进入。")
    held = original(way, wanted["submission"])
    story = cell_story(way, held, wanted["sheet"], wanted["cell"])
    drawn = pictures(vault.get(way.folder, held.file_hash), held.file_name, {wanted["sheet"]: (wanted["cell"],)})
    picture = drawn.of(wanted["sheet"])
    title = f"{held.file_name}：工作表“{wanted['sheet']}” {wanted['cell']}"
    return [
        html.H1(title, className="sentence"),
        html.Div(
            [_sheet(drawn, picture, wanted["cell"]), _facts(way, story, picture, wanted["cell"])],
            className="pair wide-left",
        ),
        html.Script(src="/assets/work/filing.js"),
    ]


def _sheet(drawn: Pictures, picture: Picture | None, cell: str) -> html.Section:
    if picture is None:
        why = drawn.refusal or "工作簿里没有这个工作表。"
        return panel("原始工作簿", "", empty(why, "数已照当时读到的保存；原件可以下载查看。"), name="original")
    mark = Mark(cell, "here", "此格", "这个数在这里")
    return panel(
        "原始工作簿",
        "照收到的文件画出，数字格式、合并、隐藏行列与原表相同；公式显示结果。",
        sheet(picture, [mark], "cell"),
        name="original",
    )


def _facts(way: Way, story: CellStory, picture: Picture | None, cell: str) -> html.Div:
    held = story.held
    read = [_read(one, way.catalogue) for one in story.read] or [empty("这一格没有读出数。")]
    stands = _definitions(_stands(picture, cell)) if picture else None
    reason = html.P(f"修订原因：{story.reason}", className="verdict") if story.reason else None
    taken = may(way.account.role, "read_submission") or may(way.account.role, "export")
    download = html.A("下载原件", href=f"/work/workbook/{held.file_hash}", className="button") if taken else None
    return html.Div(
        [
            panel("读出的数", "", *read, reason, stands, name="read"),
            panel("这个文件", "", _definitions(_file(way.catalogue, held)), download, name="file"),
        ],
        className="stack",
    )


def _read(one: Observation, catalogue: Catalogue) -> html.Div:
    indicator, area, scope = (
        catalogue.indicators.get(one.indicator), catalogue.areas.get(one.area), catalogue.scopes.get(one.scope),
    )  # fmt: skip
    name = indicator.name if indicator else one.indicator
    about = [
        area.name if area else one.area,
        wording.span(one.period, one.nature),
        _MEASURES.get(one.measure, ""),
        one.price_basis,
        scope.name if scope else one.scope,
    ]
    figure = [
        html.Span(_exact(one.canonical_value), className="figure"),
        html.Span(f" {one.canonical_unit} ", className="unit"),
        origin_mark(one.origin),
    ]
    link = dcc.Link("看这个指标", href=f"/indicator?{urlencode({'code': one.indicator})}")
    sent = f"填报的是“{one.raw_text}” {one.unit}"
    return html.Div(
        [
            html.P(html.B(name)),
            html.Div(figure, className="origin-figure"),
            html.P("，".join(filter(None, about)), className="card-facts"),
            html.P(f"{sent}。", className="card-facts"),
            html.P(link),
        ],
        className="read",
    )


def _exact(value: Decimal | None) -> str:
    """The number with all the digits that it was read with."""
    if value is None:
        return wording.MISSING
    exponent = value.normalize().as_tuple().exponent
    return wording.number(value, max(0, -exponent) if isinstance(exponent, int) else 0)


def _stands(picture: Picture, cell: str) -> Facts:
    seen = picture.marked.get(cell)
    if seen is None:
        return []
    facts: Facts = [("显示", f"“{seen.text}”" if seen.text else "空")]
    facts += [("存的", seen.raw)] if seen.raw != seen.text else []
    facts += [("公式", seen.formula)] if seen.formula else []
    facts += [("格式", seen.number_format)] if seen.number_format not in ("", "General") else []
    return facts


def _file(catalogue: Catalogue, held: Submission) -> Facts:
    form, unit = catalogue.forms.get(held.form), catalogue.departments.get(held.department)
    facts: Facts = [
        ("文件", held.file_name),
        ("SHA-256", html.Code(held.file_hash, className="hash")),
        ("报表", f"《{form.name if form else held.form}》（{held.form}，{held.edition}版）"),
        ("填报单位", unit.name if unit else held.department),
        ("收到", f"{told(held.received_at)}，{held.received_by}"),
    ]
    if held.submitted_at:
        facts.append(("提交", f"{told(held.submitted_at)}，{held.submitted_by}"))
    if held.approved_at:
        facts.append(("审核", f"{told(held.approved_at)}，{held.approved_by}"))
    facts.append(("现为", held.state.label + (f"，第 {held.generation} 代" if held.generation else "")))
    facts.append(("报送编号", held.id))
    return facts


def _definitions(facts: Facts) -> html.Dl:
    return html.Dl([html.Div([html.Dt(name), html.Dd(text)]) for name, text in facts], className="facts")
