"""A sheet as it stands in the sender's workbook: letters and numbers at its edges, marked cells with their findings.

Drawn from a `Picture`, which the reading process made; every text in it is only ever text. Marks are said three ways:
by colour and border, in words on hover and to those who listen, and as a small sign in the cell that leads to the full
finding on the same page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dash import html

from dashboard.parts.aria import aria
from etl.picture import Box, Picture, Row
from etl.workbook import letters

_SIGNS, _CELL_HOLDS = 3, 7
_STATES = {"hidden": "（隐藏的工作表）", "veryHidden": "（深度隐藏的工作表）"}
_TONES = ("hard", "soft", "info", "here")


@dataclass(frozen=True, slots=True)
class Mark:
    """Something said about a cell: `tone` hard, soft, info or here; a short `code`; the sentence; where it leads."""

    cell: str
    tone: str
    code: str
    sentence: str
    href: str = ""


def sheet(picture: Picture, marks: Sequence[Mark], name: str) -> html.Figure:
    """The drawn sheet; `name` makes the ids of its cells (`name-B7`) unique on the page."""
    by_box: dict[str, list[Mark]] = {}
    for mark in marks:
        if where := picture.at.get(mark.cell):
            by_box.setdefault(where, []).append(mark)
    hidden = _STATES.get(picture.state, "")
    table = html.Table([_head(picture), *_bodies(picture, by_box, name)], className="sheet-table")
    label = aria(label=f"工作表“{picture.sheet}”，可上下左右滚动")
    return html.Figure(
        [
            html.Figcaption([html.B(f"工作表“{picture.sheet}”{hidden}"), html.Small(_extent(picture))]),
            html.Div(table, className="sheet-scroll", tabIndex="0", role="region", **label),
            _unseen(picture, marks),
        ],
        className="sheet",
    )


def _extent(picture: Picture) -> str:
    size = f"{picture.height} 行 {picture.width} 列"
    hidden = sum(row.hidden for row in picture.rows)
    more = [] if picture.whole else ["只画出标记的单元格附近"]
    more += [f"{hidden} 行在原表里是隐藏的"] if hidden else []
    more += [f"{len(picture.hidden_columns)} 列在原表里是隐藏的"] if picture.hidden_columns else []
    return "，".join((size, *more))


def _unseen(picture: Picture, marks: Sequence[Mark]) -> html.P | None:
    """What is marked and could not be drawn: too many marks for one picture."""
    missing = dict.fromkeys(mark.cell for mark in marks if mark.cell and mark.cell not in picture.at)
    if not missing:
        return None
    named = "、".join(list(missing)[:20]) + ("等" if len(missing) > 20 else "")
    return html.P(f"还有 {len(missing)} 个有标记的单元格不在图里：{named}。", className="about")


def _gaps(columns: Sequence[int]) -> set[int]:
    """Columns before which others are not shown."""
    return {col for before, col in zip((0, *columns), columns, strict=False) if col != before + 1}


def _head(picture: Picture) -> html.Thead:
    heads: list[Any] = [html.Th(html.Span("行", className="unseen"), className="corner")]
    gaps = _gaps(picture.columns)
    for col in picture.columns:
        if col in gaps:
            heads.append(html.Th("…", className="gap", title="中间的列没有画出"))
        hidden = col in picture.hidden_columns
        heads.append(_edge(letters(col), hidden, "列", "col"))
    return html.Thead(html.Tr(heads))


def _edge(text: str, hidden: bool, what: str, scope: str) -> html.Th:
    if not hidden:
        return html.Th(text, scope=scope)
    return html.Th([text, html.Small("隐")], scope=scope, className="concealed", title=f"这一{what}在原表里是隐藏的")


def _bodies(picture: Picture, marks: Mapping[str, list[Mark]], name: str) -> list[html.Tbody]:
    """The rows; where rows are left out a line says so."""
    gaps, wide = _gaps(picture.columns), len(picture.columns) + len(_gaps(picture.columns)) + 1
    rows: list[html.Tr] = []
    for row in picture.rows:
        if row.skipped:
            told = f"第 {row.number - row.skipped}—{row.number - 1} 行没有画出"
            rows.append(html.Tr(html.Td(told, colSpan=wide), className="gap"))
        rows.append(_row(row, gaps, marks, name))
    return [html.Tbody(rows)]


def _row(row: Row, gaps: set[int], marks: Mapping[str, list[Mark]], name: str) -> html.Tr:
    cells: list[Any] = [_edge(str(row.number), row.hidden, "行", "row")]
    waiting = sorted(gaps)
    for at, box in enumerate(row.boxes):
        while waiting and waiting[0] <= box.col:
            cells.append(html.Td(className="gap"))
            waiting.pop(0)
        spills = not gaps and _spills(row.boxes[at:], marks)
        cells.append(_box(box, marks.get(box.address, ()), name, spills))
    cells += [html.Td(className="gap") for _ in waiting]
    return html.Tr(cells, className="concealed" if row.hidden else None)


def _spills(boxes: Sequence[Box], marks: Mapping[str, list[Mark]]) -> bool:
    """Whether a text runs on over the empty cells to its right, as it does in a spreadsheet program."""
    first, needed = boxes[0], len(boxes[0].text) // _CELL_HOLDS
    if first.kind != "s" or needed < 1 or marks.get(first.address) or "\n" in first.text or first.cols > 1:
        return False
    after = boxes[1 : needed + 1]
    return len(after) == needed and not any(box.text or marks.get(box.address) for box in after)


def _box(box: Box, marks: Sequence[Mark], name: str, spills: bool = False) -> html.Td:
    said: dict[str, Any] = {}
    kind = "number" if box.kind == "n" else "wrong" if box.kind == "e" else ""
    if box.kind == "s" and len(box.text) > _CELL_HOLDS and box.cols == 1:
        kind = "spills" if spills else "long"
    if box.rows > 1:
        said["rowSpan"] = box.rows
    if box.cols > 1:
        said["colSpan"] = box.cols
    if not marks:
        return html.Td(box.text or None, className=kind or None, **said)
    tone = min((mark.tone for mark in marks), key=_TONES.index)
    words = "\n".join(f"{mark.code} {mark.sentence}" for mark in marks)
    signs = [_sign(mark) for mark in marks[:_SIGNS]]
    if len(marks) > _SIGNS:
        signs.append(html.Small(f"等 {len(marks)} 条"))
    return html.Td(
        [box.text, html.Span(signs, className="signs")], id=f"{name}-{box.address}", tabIndex="-1",
        className=f"marked {tone} {kind}".strip(), title=words, **said,
    )  # fmt: skip


def _sign(mark: Mark) -> Any:
    label = f"{mark.code}：{mark.sentence}"
    if mark.href:
        return html.A(mark.code, href=mark.href, title=mark.sentence, **aria(label=label))
    return html.Span([mark.code, html.Span(f"：{mark.sentence}", className="unseen")])
