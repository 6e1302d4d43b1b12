"""土地: the ledger of newly used construction land against its cap: used, left, how fast, until when, where, by what.

A cap is a ceiling: nothing here is an achievement. The cap of 2020 has run out and is judged as that; what follows it
is said, or that nothing was found. The numbers are of approved land, which the page says beside them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from dash import dcc, html

from dashboard import view, wording
from dashboard.edition import HOME, Edition
from dashboard.figures.land import land, yearly
from dashboard.ledger import Ledger, ledger
from dashboard.movements import Movement, movements
from dashboard.parts.aria import aria
from dashboard.parts.chart import chart
from dashboard.parts.filters import as_of_filter
from dashboard.parts.marks import origin_mark, pill, target_mark
from dashboard.parts.panel import empty, panel
from dashboard.parts.strokes import bullet
from dashboard.states import look
from etl.outlook import Outlook
from indicators.targets import TargetStatus
from warehouse.board import Verdict
from warehouse.board_names import Entry, Names


def content(edition: Edition, **query: str) -> list[Any]:
    """The components of 土地 for what the address asks for."""
    asked = view.read(asof=query.get("asof", ""))
    book = ledger(edition, asked.as_of, None)
    note = html.P(asked.complaint, className="notice", role="status") if asked.complaint else None
    if book is None:
        nothing = empty("还没有建设用地的数据。", "自然资源局报送建设用地变动季报表并发布后，这里就有了。")
        if asked.as_of:
            nothing = empty(f"到{wording.day(asked.as_of)}为止，还没有建设用地的数据。", "可在上面换一个知晓日。")
        return [html.H1("土地"), note, as_of_filter(edition, asked.as_of), nothing]
    verdicts = {v.target: v for v in edition.verdicts(asked.as_of) if v.kind == "cap_cumulative" and v.area == HOME}
    running = next((c for c in book.later if c.due_on > book.last_on), None)
    if running is None and book.cap.due_on > book.last_on:
        running = book.cap
    now = verdicts.get(running.code) if running else None
    ahead = next(
        (o for o in edition.outlooks(book.cap.indicator, HOME, asked.as_of) if running and o.target == running.code),
        None,
    )
    marks = [origin_mark(o) for o in sorted(book.origins)]
    return [
        html.H1([_sentence(book, verdicts), " ", *marks], className="sentence"),
        note,
        as_of_filter(edition, asked.as_of),
        _tiles(book, running, now, ahead),
        _running(edition.names, book, ahead, now),
        html.Div([_expired(edition.names, book, verdicts), _after(edition.names, book, now)], className="pair"),
        html.Div([_yearly(book, now), _districts(edition.names, book)], className="pair"),
        _kinds(edition, book, asked.as_of),
        _about(edition.names, book),
    ]


def _sentence(book: Ledger, verdicts: dict[str, Verdict]) -> str:
    """What has been used, what became of the cap, and what holds now."""
    cap, used = book.cap, book.total[-1]
    start = f"{cap.start_on.year}年以来" if cap.start_on else ""
    said = f"截至{_month(book.last_on)}，{start}新增建设用地累计{wording.quantity(used, cap.unit)}"
    verdict = verdicts.get(cap.code)
    if verdict is not None and cap.due_on <= book.last_on:
        kept = {"EXPIRED_MET": "没有突破", "EXPIRED_MISSED": "已经突破"}.get(verdict.status, "不能判断是否突破")
        at_end = wording.quantity(verdict.latest_value, cap.unit)
        limit = wording.quantity(cap.value, cap.unit)
        said += f"；总体方案{limit}的上限已于{cap.due_on.year}年底到期，到期时累计{at_end}，{kept}"
    official = [c for c in book.later if c.status != TargetStatus.EXAMPLE]
    if cap.due_on <= book.last_on and not official:
        said += "；没有查到接替它的文件"
    return f"{said}。"


def _month(day: date) -> str:
    return f"{day.year}年底" if day.month == 12 else f"{day.year}年{day.month}月底"


def _tiles(book: Ledger, cap: Entry | None, verdict: Verdict | None, ahead: Outlook | None) -> html.Div | None:
    if cap is None or verdict is None:
        return None
    unit = cap.unit
    share, elapsed = verdict.used_share, verdict.elapsed_share
    said = f"占上限的{wording.percent(share, 1)}，时间过去{wording.percent(elapsed)}"
    used = [bullet(share, elapsed, look(verdict.status).tone, said), html.P(said, className="about")]
    burn = f"用量份额与时间份额之比{wording.number(verdict.burn_index, 2)}，大于1就是用得比时间快"
    tiles = [
        _tile("已用", verdict.latest_value, unit, used, pill(verdict.status)),
        _tile(
            "余量",
            verdict.headroom,
            unit,
            [html.P(f"上限{wording.quantity(cap.value, unit)}减已用", className="about")],
        ),
        _tile("近四个季度的速度", verdict.pace, f"{unit}/年", [html.P(burn, className="about")]),
        _tile(
            f"到{cap.due_on.year}年底每年可用",
            verdict.allowed_pace,
            f"{unit}/年",
            [html.P("今后每年不超过这个数，才守得住上限", className="about")],
        ),
        _until(verdict, ahead, cap),
    ]
    basis: list[Any] = [
        target_mark(cap.status),
        f" 以下按{'假设' if cap.status == 'example' else ''}{cap.due_on.year}年底",
    ]
    basis.append(f"{wording.quantity(cap.value, unit)}的上限推算。")
    return html.Div([html.P(basis, className="about"), html.Div(tiles, className="tiles")])


def _tile(name: str, value: Decimal | None, unit: str, below: Sequence[Any], mark: Any = None) -> html.Article:
    figure = [html.Span(wording.number(value), className="figure"), html.Span(f" {unit}", className="unit")]
    head = html.Div([html.H2(name), mark], className="card-head")
    return html.Article([head, html.Div(figure), *below], className="card tile")


def _until(verdict: Verdict, ahead: Outlook | None, cap: Entry) -> html.Article:
    day = verdict.exhaustion_on
    shown = f"{day.year}年{day.month}月" if day else "不会用尽"
    lines = [html.P("按近四个季度的速度推算" if day else "近四个季度没有净用量", className="about")]
    if ahead is not None and ahead.exhaustion is not None:
        first, last = ahead.exhaustion
        early = f"{first.year}年{first.month}月" if first else "推算期内不会"
        late = f"{last.year}年{last.month}月" if last else "推算期内不会"
        lines.append(html.P(f"按历年速度推算的八成区间：最早{early}，最晚{late}", className="about"))
    if day and cap.due_on:
        early_by = "早于" if day < cap.due_on else "晚于"
        lines.append(html.P(f"{early_by}上限到期日（{wording.day(cap.due_on)}）", className="about"))
    head = html.Div([html.H2("用尽日")], className="card-head")
    return html.Article([head, html.Div(html.Span(shown, className="figure")), *lines], className="card tile")


def _running(names: Names, book: Ledger, ahead: Outlook | None, now: Verdict | None) -> html.Section:
    about = "自起算日起的累计，按新区部分堆叠；红线是总体方案的上限，只画到它到期之年。"
    if ahead is not None and ahead.fan:
        about += "虚线是按近四个季度的速度，浅带是按历年速度推算的八成区间。"
    drawn = chart(land(book, names, 420, ahead, now), "land-running")
    return panel("累计用量与上限", about, drawn, name="land-running-panel", wide=True)


def _expired(names: Names, book: Ledger, verdicts: dict[str, Verdict]) -> html.Section:
    cap, verdict = book.cap, verdicts.get(book.cap.code)
    head: list[Any] = [html.B(f"{cap.due_on.year}年 {wording.quantity(cap.value, cap.unit)}"), target_mark(cap.status)]
    over = cap.due_on <= book.last_on
    lines: list[Any] = [html.P(f"“{cap.text}”")]
    if verdict is not None:
        head.insert(1, pill(verdict.status))
        head.append(origin_mark(verdict.origin) if verdict.origin else None)
        lines.append(html.P(verdict.sentence, className="verdict"))
    lines.append(html.P(f"出处：{names.source(cap.source)} {cap.clause or ''}（{cap.grade}级来源）", className="about"))
    if cap.note:
        lines.append(html.P(f"说明：{cap.note}", className="about"))
    title = "已到期的上限" if over else "现行上限"
    about = "只按到期那一天的累计判定，到期以后不再延伸。" if over else ""
    item = html.Li([html.Div(head, className="outcome-head"), *lines])
    return panel(title, about, html.Ul([item], className="outcomes"), name="land-cap")


def _after(names: Names, book: Ledger, now: Verdict | None) -> html.Section:
    official = [c for c in book.later if c.status != TargetStatus.EXAMPLE]
    example = [c for c in book.later if c.status == TargetStatus.EXAMPLE]
    lines: list[Any] = []
    for cap in official:
        said = f"{cap.due_on.year}年底不超过{wording.quantity(cap.value, cap.unit)}"
        lines.append(
            html.P([html.B(said), " ", target_mark(cap.status), f" {names.source(cap.source)} {cap.clause or ''}"])
        )
    if not official:
        year = book.cap.due_on.year
        missing = f"没有查到接替{year}年上限的文件：{year}年以后新区没有公开的新增建设用地控制数。"
        lines += [
            html.P(missing, className="empty-what"),
            html.P("查到文件后，由统计局导入目标表，这里就按它判定。", className="about"),
        ]
    for cap in example:
        lines.append(html.P([target_mark(cap.status), f" {cap.note or cap.name}"]))
    if now is not None:
        lines.append(html.P(now.sentence, className="verdict"))
    return panel(f"{book.cap.due_on.year}年以后", "", html.Div(lines, className="stack-small"), name="land-after")


def _yearly(book: Ledger, now: Verdict | None) -> html.Section:
    about = "蓝柱是当年新增；空柱是守住上限今后每年最多可用的面积。" if now else "蓝柱是当年新增。"
    return panel("每年新增与今后可用", about, chart(yearly(book, now), "land-yearly"), name="land-yearly-panel")


def _districts(names: Names, book: Ledger) -> html.Section:
    total = book.total[-1]
    rows = []
    for area, sums in sorted(book.parts, key=lambda p: -p[1][-1]):
        this_year = sums[-1] - (sums[-2] if len(sums) > 1 else Decimal(0))
        last_year = sums[-2] - (sums[-3] if len(sums) > 2 else Decimal(0)) if len(sums) > 1 else None
        cells = [
            html.Th(dcc.Link(names.area(area), href=f"/indicator?code={book.cap.indicator}&area={area}"), scope="row"),
            html.Td(wording.number(sums[-1], 2)),
            html.Td(wording.percent(sums[-1] / total if total else None, 1)),
            html.Td(wording.number(last_year, 2)),
            html.Td(wording.number(this_year, 2)),
        ]
        rows.append(html.Tr(cells))
    year = book.years[-1]
    so_far = f"{year}年" if book.last_on.month == 12 else f"{year}年至{book.last_on.month}月"
    head = ["新区部分", "累计", "占比", f"{year - 1}年", so_far]
    about = f"单位：{book.cap.unit}。上限只定给新区整体，没有分到各部分。"
    return panel("按行政区部分", about, _table(head, rows, "按行政区部分"), name="land-districts")


def _table(head: Sequence[str], rows: Sequence[html.Tr], said: str) -> html.Div:
    table = html.Table(
        [html.Thead(html.Tr([html.Th(w, scope="col") for w in head])), html.Tbody(list(rows))], className="plain"
    )
    return html.Div(table, className="scroll", tabIndex="0", role="region", **aria(label=f"{said}，可左右滚动"))


def _kinds(edition: Edition, book: Ledger, as_of: date | None) -> html.Section:
    found, names = movements(edition, book, as_of), edition.names
    parts = [area for area, _ in found[0].by_part] if found else []
    months = f"1—{book.last_on.month}月"
    head = [
        "流转种类",
        f"{book.years[-1]}年{months}",
        "上年同期",
        f"{book.years[0]}年以来",
        *(names.area(a) for a in parts),
    ]
    rows = [_kind(one) for one in found]
    about = f"单位：{book.cap.unit}；右边各列是{book.years[0]}年以来各部分的累计。"
    about += "复垦和补充耕地各记各的，不冲减新增建设用地。"
    balance = html.P(_balance({m.kind.code: m for m in found}), className="verdict")
    return panel("按流转种类", about, _table(head, rows, "按流转种类"), balance, name="land-kinds", wide=True)


def _kind(one: Movement) -> html.Tr:
    name = dcc.Link(one.kind.name, href=f"/indicator?code={one.kind.code}")
    values = [one.now, one.before, one.total, *(v for _, v in one.by_part)]
    return html.Tr(
        [
            html.Th(name, scope="row", className=f"depth-{min(one.depth, 2)}"),
            *(html.Td(wording.number(v, 2)) for v in values),
        ]
    )


def _balance(found: dict[str, Movement]) -> str:
    """占补平衡: what was taken of cultivated land against what was supplemented."""
    taken, given = found.get("LAND_NEW_CULTIVATED"), found.get("LAND_CULTIVATED_OFFSET")
    if taken is None or given is None:
        return ""
    gap = given.total - taken.total
    stands = "占补平衡" if gap >= 0 else f"还欠补{wording.quantity(-gap, taken.kind.unit, 2)}"
    return (
        f"{taken.since}年以来占用耕地{wording.quantity(taken.total, taken.kind.unit, 2)}，"
        f"补充耕地{wording.quantity(given.total, given.kind.unit, 2)}，{stands}。"
    )


def _about(names: Names, book: Ledger) -> html.Section:
    indicator = names.indicators[book.cap.indicator]
    scope = names.scopes.get(book.cap.scope)
    rows = [
        ("数的口径", "批准面积：按批准文件的批准日期计入，不是实际动工或建成的面积。"),
        ("范围", f"{scope.name}：{scope.definition}" if scope else book.cap.scope),
        ("指标解释", indicator.definition),
        ("报表", "建设用地变动季报表（LAND-Q），由自然资源局填报。"),
    ]
    if "simulated" in book.origins:
        rows.append(
            ("数的来历", "这一页的用地数字是为演示而模拟的，不是长春新区的真实情况；公开文件里没有查到历年的累计数。")
        )
    items = [html.Div([html.Dt(name), html.Dd(text)]) for name, text in rows]
    return panel("口径与来历", "", html.Dl(items, className="facts"), name="land-about", wide=True)
