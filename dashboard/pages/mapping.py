"""映射: a hand-made table beside what was read in it; a person corrects by choosing, confirms, and it is in force.

The proposal is `etl.adopt`'s; what stands here was read with its evidence and how sure it is, and the rest is asked.
Next quarter the same page says what moved since.
"""

from __future__ import annotations

from collections.abc import Mapping as Fields
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from dash import html

from dashboard import access
from dashboard.edition import Edition
from dashboard.parts.fields import Field
from dashboard.parts.mapping_form import MappingForm
from dashboard.parts.panel import empty, panel
from dashboard.parts.sheet import Mark, sheet
from etl.adopt.drifting import Drift, drift_of
from etl.adopt.proposing import Draft, draft_for
from etl.adopt.reading import mapped_editions
from etl.drawing import pictures
from etl.way import Way
from etl.worker import read_file
from indicators.errors import UsageError
from indicators.findings import Finding
from warehouse import vault

_TONES = {"确定": "info", "推定": "soft", "待定": "hard"}
_MOST = 400


def address(sha: str, name: str) -> str:
    """Where the proposal for a workbook of the vault is."""
    return f"/mapping?{urlencode({'file': sha, 'name': name})}"


def content(edition: Edition, way: Way, **query: str) -> list[Any]:
    """The components of 映射: the mappings in force, or the proposal for the workbook `file` called `name`."""
    if query.get("file"):
        return shown(edition, way, query["file"], query.get("name", "手工表"))
    return [
        html.H1("手工表怎样读成数：第一次由人确认一份对照表，以后各期自动认得。", className="sentence"),
        _upload(),
        _known(way),
        html.Script(src="/assets/work/filing.js"),
    ]


def shown(
    edition: Edition,
    way: Way,
    sha: str,
    name: str,
    typed: Fields[str, str] | None = None,
    trouble: Sequence[str] = (),
) -> list[Any]:
    """The proposal for one workbook; with what was `typed` and the `trouble` that kept it from being confirmed."""
    data = vault.get(way.folder, sha)
    drifts = drift_of(read_file(data, name), way.catalogue)
    try:
        draft: Draft | None = draft_for([(data, name)], way.catalogue)
        refusal = ""
    except UsageError as error:
        draft, refusal = None, str(error)
    marks = _marks(draft, drifts)
    drawn = pictures(data, name, {where: [mark.cell for mark in found] for where, found in marks.items()})
    figures = [sheet(one, marks.get(one.sheet, []), f"s{at}") for at, one in enumerate(drawn.drawn)]
    places = {(one.sheet, cell): f"#s{at}-{box}" for at, one in enumerate(drawn.drawn) for cell, box in one.at.items()}
    form = MappingForm(way.catalogue, draft, places, typed or {}, drifts) if draft else None
    left: list[Any] = [_form(form, sha, name)] if form else [empty("没有提出对照表。", refusal)]
    if drifts and drifts[0].complete and not trouble:
        left = [html.Details([html.Summary("要改怎样读：登记新的一版"), *left])]
    beside = html.Div([html.Div(left), html.Div(figures, className="sheets")], className="found-beside even")
    return [
        html.H1(f"{name}：{_summary(draft, drifts)}", className="sentence"),
        _trouble(trouble),
        *(_drift(one, places) for one in drifts[:3]),
        panel(
            "对照表",
            "每一处旁边写着依据（单元格、原文）和把握。推定的请核对，没有读出的请选。",
            beside,
            name="draft",
            wide=True,
        ),
        html.Script(src="/assets/work/filing.js"),
    ]


def _summary(draft: Draft | None, drifts: Sequence[Drift]) -> str:
    if drifts and drifts[0].complete:
        return f"已有对照表《{drifts[0].mapping.name}》（{drifts[0].mapping.code}）能读它，可以直接报送。"
    if drifts:
        return f"像是《{drifts[0].mapping.name}》（{drifts[0].mapping.code}），但有对不上的地方，一个数也没有读。"
    if draft is None:
        return "没有找到表。"
    evidence = draft.proposal.grounds.evidence
    sure = sum(one.confidence == "确定" for one in evidence)
    return f"{len(draft.proposal.mapping.tables)} 个表，{len(evidence)} 处依据，其中确定 {sure} 处。数字还没有读入。"


def _marks(draft: Draft | None, drifts: Sequence[Drift]) -> dict[str, list[Mark]]:
    """What was read where, by sheet; of a table that is known already, what is different."""
    marks: dict[str, list[Mark]] = {}
    told = [found for one in drifts[:1] for found in one.told if found.cell]
    for found in told:
        marks.setdefault(found.sheet, []).append(Mark(found.cell, found.severity.value, found.code, found.message))
    evidence = draft.proposal.grounds.evidence if draft and not (drifts and drifts[0].complete) else []
    for one in evidence[:_MOST]:
        read = f"读作 {one.value}（{one.confidence}）" if one.value else f"作为{one.about}（{one.confidence}）"
        marks.setdefault(one.sheet, []).append(Mark(one.cell, _TONES[one.confidence], one.about, read))
    return marks


def _form(form: MappingForm, sha: str, name: str) -> html.Form:
    hidden = [Field("hidden", name=key, value=text) for key, text in (("file", sha), ("called", name))]
    confirm = html.Div(
        [
            html.Button("核对无误，登记对照表", type="submit", className="button"),
            html.Span("登记时会用它把这个文件从头读一遍；有一处读不全就不登记。", className="about"),
        ],
        className="actions",
    )
    return access.form("/work/mapping/confirm", *hidden, *form.sections(), confirm, className="mapping explaining")


def _trouble(trouble: Sequence[str]) -> html.Div | None:
    if not trouble:
        return None
    more = [f"还有 {len(trouble) - 30} 处。"] if len(trouble) > 30 else []
    items = [html.Li(text) for text in (*trouble[1:30], *more)]
    return html.Div([html.P(trouble[0]), html.Ul(items)], className="told tone-bad gaps", role="alert")


def _drift(one: Drift, places: Fields[tuple[str, str], str]) -> html.Section:
    """What is different from the day on which this mapping was confirmed."""
    state = f"能读，报告期 {one.period}" if one.complete else "读不全，一个数也不读"
    about = f"《{one.mapping.name}》（{one.mapping.code}）：{state}。"
    if not one.told:
        return panel("与登记的对照表相比", about, empty("位置、文字都与登记时一样。"), name=f"drift-{one.mapping.code}")
    items = [html.Li(_difference(found, places)) for found in one.told]
    return panel("与登记的对照表相比", about, html.Ul(items, className="found-list"), name=f"drift-{one.mapping.code}")


def _difference(found: Finding, places: Fields[tuple[str, str], str]) -> list[Any]:
    text = " ".join(filter(None, (found.sheet, found.cell)))
    href = places.get((found.sheet, found.cell))
    place = html.A(text, href=href) if href else html.Span(text)
    head = [html.Span(found.code, className=f"code {found.severity.value}"), place]
    return [html.Div(head, className="finding-head"), html.P(found.message), html.P(found.hint, className="about")]


def _upload() -> html.Section:
    chosen: Any = Field("file", name="file", id="handmade", required=True)
    box = html.Div(
        [
            html.P("把一张手工表拖到这里", className="drop-what"),
            chosen,
            html.Label("选择文件", htmlFor="handmade", className="button"),
            html.Button("提出对照表", type="submit", className="button plain-only"),
            html.P("马上读出并提出怎样读，由您核对；这一步不收任何数。", className="about"),
        ],
        className="drop",
    )
    one: dict[str, Any] = {"data-one": "handmade"}
    form = access.form("/work/mapping/propose", box, encType="multipart/form-data", **one)
    about = "部门自己做的表、上级核定结果、统计网站下载的数据。已登记过的表也可以放进来，看这一期与登记时有什么不同。"
    return panel("认一张表", about, form, name="adopt")


def _known(way: Way) -> html.Section:
    mappings = [edition.mapping for form in way.catalogue.forms.values() for edition in mapped_editions(form)]
    if not mappings:
        return panel("已登记的对照表", "", empty("还没有登记过对照表。", "在上面放入第一张手工表。"), name="known")
    items = []
    for one in mappings:
        unit = way.catalogue.departments.get(one.department)
        who = unit.short if unit else one.department
        told = f"{len(one.tables)} 个表，由{who}报送；登记后不改动，要改就登记新的一版。"
        items.append(html.Li([html.B(f"《{one.name}》"), html.Small(f"　{one.code}"), html.P(told)]))
    return panel("已登记的对照表", "", html.Ul(items, className="outcomes"), name="known")
