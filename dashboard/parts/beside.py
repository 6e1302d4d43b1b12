"""地区比较 and 贡献 as panels: ranked bars of areas that are alike, and what the parts of a total did to its growth."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from dash import dcc, html

from dashboard import wording
from dashboard.areas import Comparison, Standing
from dashboard.contribution import REST, Breakdown, Piece
from dashboard.figures.waterfall import called, waterfall
from dashboard.parts.aria import aria
from dashboard.parts.chart import chart
from dashboard.parts.marks import origin_mark
from dashboard.parts.panel import empty, panel
from dashboard.parts.strokes import bar, sparkline
from dashboard.view import HOME
from warehouse.board import Reading
from warehouse.board_names import Entry, Names


def areas_panel(found: Comparison, one: Entry, names: Names) -> html.Section:
    """Areas of the same period and 口径 as ranked bars; the rest only named."""
    rest = [html.Li(_named(r, one, names)) for r in found.others]
    more = (
        html.Div(
            [html.H3("口径或时期不同，只列出，不排位"), html.Ul(rest, className="plain-list")], className="beside-rest"
        )
        if rest
        else None
    )
    if not found.standings:
        nothing = empty("没有别的地区有同一时期、同一口径的数。", "口径不同的数不放在一起比较。")
        return panel("各地区比较", "", nothing, more, name="areas")
    first = found.standings[0].reading
    when = wording.span(first.period, first.nature)
    about = f"{when}，{names.scope(first.scope)}；条长为各地区的数，右边是它历年的走势。"
    most = max((abs(s.reading.canonical_value or Decimal(0)) for s in found.standings), default=Decimal(0))
    rows = [_standing(s, one, names, most, found.whole) for s in found.standings]
    whole = html.P(_whole(found.whole, one, names), className="beside-whole") if found.whole else None
    marks = [origin_mark(o) for o in sorted({s.reading.origin for s in found.standings})]
    body = html.Ol(rows, className="beside")
    return panel("各地区比较", about, whole, body, html.P(marks, className="about"), more, name="areas")


def _whole(found: Standing, one: Entry, names: Names) -> str:
    value = wording.quantity(found.reading.canonical_value, one.unit, one.decimals)
    return f"{names.area(found.reading.area)}合计{value}"


def _standing(found: Standing, one: Entry, names: Names, most: Decimal, whole: Standing | None) -> html.Li:
    value = found.reading.canonical_value or Decimal(0)
    total = whole.reading.canonical_value if whole else None
    share = f"占{wording.percent(value / total, 1)}" if total and one.nature != "rate" else ""
    growth = f"同比{wording.signed(found.growth.canonical_value)}%" if found.growth else ""
    shown = wording.quantity(value, one.unit, one.decimals)
    name = names.area(found.reading.area)
    line = sparkline(found.run, f"{name}历年走势")
    return html.Li(
        [
            dcc.Link(name, href=f"/indicator?code={one.code}&area={found.reading.area}", className="beside-name"),
            bar(abs(value) / most if most else Decimal(0), f"{name}：{shown}"),
            html.Span([html.B(shown), f" {share} {growth}".rstrip()], className="beside-value"),
            html.Span() if line is None else line,
        ]
    )


def _named(reading: Reading, one: Entry, names: Names) -> list[Any]:
    shown = wording.quantity(reading.canonical_value, one.unit, one.decimals)
    when = wording.span(reading.period, reading.nature)
    link = dcc.Link(names.area(reading.area), href=f"/indicator?code={one.code}&area={reading.area}")
    return [link, f" {when} {shown}（{names.scope(reading.scope)}）", " ", origin_mark(reading.origin)]


def contribution_panel(found: Breakdown | None, one: Entry, names: Names, area: str) -> html.Section:
    """The waterfall and, beside each part, its 贡献率 and 拉动."""
    if found is None:
        nothing = empty(
            "这项指标没有可以拆开的组成部分。", "只有总计和各部分在同一时期、同一口径都有数时，才计算贡献。"
        )
        return panel("增长由谁贡献", "", nothing, name="contribution")
    price = f"按{found.basis}计算" if found.constant else "按现价计算，没有剔除价格变动" if found.basis else ""
    rate = f"{'填报的同比' if found.reported else '由水平值计算的变化'}{wording.signed(found.growth)}%"
    about = "，".join(
        p for p in (wording.span(found.period, found.nature) + "比上年同期", price, rate, "拉动以百分点计") if p
    )
    drawn = chart(waterfall(found, names, area), "contribution-chart")
    head = html.Tr([html.Th(w, scope="col") for w in ("组成部分", "变化", "贡献率", "拉动", "自身同比")])
    rows = [_piece(p, found, names, "" if area == HOME else f"&area={area}") for p in found.pieces]
    table = html.Table([html.Thead(head), html.Tbody(rows)], className="plain")
    marks = [origin_mark(o) for o in sorted(found.origins)]
    shares = (
        None
        if all(p.share is not None for p in found.pieces)
        else html.P("总计变化太小（不到0.5%），贡献率没有意义，只看拉动。", className="about")
    )
    box = html.Div(table, className="scroll", tabIndex="0", role="region", **aria(label="贡献表，可左右滚动"))
    return panel(
        "增长由谁贡献", f"{about}。", drawn, box, shares, html.P(marks, className="about"), name="contribution"
    )


def _piece(piece: Piece, found: Breakdown, names: Names, where: str) -> html.Tr:
    name = called(piece.code, names)
    label = name if piece.code == REST else dcc.Link(name, href=f"/indicator?code={piece.code}{where}")
    growth = f"{wording.signed(piece.growth)}%" if piece.growth is not None else wording.MISSING
    share = f"{wording.number(piece.share)}%" if piece.share is not None else wording.MISSING
    cells = [
        wording.signed(piece.change, max(found.total.decimals, 1)),
        share,
        f"{wording.signed(piece.pull, 2)}",
        growth,
    ]
    return html.Tr([html.Th(label, scope="row"), *(html.Td(c) for c in cells)])
