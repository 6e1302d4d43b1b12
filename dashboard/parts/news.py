"""与上一代相比: which returns came, which published values were revised, which verdicts moved and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dash import dcc, html

from dashboard import wording
from dashboard.changes import Changes, of_indicators
from dashboard.edition import Edition
from dashboard.parts.aria import aria
from dashboard.parts.marks import pill, target_mark
from dashboard.parts.panel import empty, panel
from indicators.periods import Period
from warehouse.board import Reading, Verdict
from warehouse.board_names import Entry, Names

SHOWN = 6


def news(found: Changes, edition: Edition, codes: Sequence[str]) -> html.Section:
    """The panel, about the indicators with these codes."""
    names = edition.names
    moved = of_indicators(found, edition, codes)
    revised = [pair for pair in found.revised if pair[1].indicator in set(codes)]
    title = "与上一代相比"
    if found.since is None:
        nothing = empty("没有可比的上一代。", "下一次发布以后，这里说明什么变了、为什么变。")
        return panel(title, "", html.P(_arrived(found, names), className="verdict"), nothing, name="news", wide=True)
    about = f"第{found.number}代与第{found.since}代逐个目标重新计算，找出判定变化的原因。"
    now = {v.target: v for v in edition.verdicts(None)}
    columns = html.Div([_verdicts(moved, names, now), _revised(revised, names)], className="news")
    return panel(title, about, html.P(_arrived(found, names), className="verdict"), columns, name="news", wide=True)


def _arrived(found: Changes, names: Names) -> str:
    if found.rolled_back_to is not None:
        return f"这一代恢复了第{found.rolled_back_to}代的内容。"
    if not found.returns:
        return "这一代没有新的报送，只更新了指标目录或判定。"
    sent: dict[str, list[str]] = {}
    for one in found.returns:
        form = names.forms.get(one.form)
        sent.setdefault(one.period, []).append(form.name if form else one.form)
    said = [f"{_period(p)}{len(forms)}份" for p, forms in list(sent.items())[:SHOWN]]
    more = f"等{len(sent)}期" if len(sent) > SHOWN else ""
    numbers = sum(one.observations or 0 for one in found.returns)
    revised = f"，修订{len(found.revised)}个已发布的数" if found.revised else "，没有修订已发布的数"
    return f"新收录{len(found.returns)}份报送（{'、'.join(said)}{more}），共{numbers:,}个数{revised}。"


def _period(code: str) -> str:
    return Period.parse(code).label if code else ""


def _verdicts(moved: Sequence[Mapping[str, Any]], names: Names, now: Mapping[str, Verdict]) -> html.Div:
    head = html.H3(f"判定有变化的目标：{len(moved)}个")
    if not moved:
        return html.Div([head, html.P("所有目标的判定与上一代相同。", className="about")])
    items = [_moved(one, names, now.get(one["target"])) for one in moved]
    shown = html.Ul(items[:SHOWN], className="outcomes")
    rest = items[SHOWN:]
    more = html.Details([html.Summary(f"另有{len(rest)}个"), html.Ul(rest, className="outcomes")]) if rest else None
    return html.Div([head, shown, more])


def _moved(one: Mapping[str, Any], names: Names, now: Verdict | None) -> html.Li:
    target = next((t for (code, _), t in names.targets.items() if code == one["target"]), None)
    line: list[Any] = [html.B(_target(one, target, names))]
    if one["before_status"]:
        line.append(pill(one["before_status"]))
        line.append(html.Span("→", role="img", **aria(label="变为")))
    line.append(pill(one["after_status"]) if one["after_status"] else None)
    line.append(target_mark(target.status) if target else None)
    return html.Li([html.Div(line, className="outcome-head"), html.P(_why(one, target)), _undecided(now)])


def _undecided(now: Verdict | None) -> html.P | None:
    """Why nothing can be said any more, and what would help; None where something can."""
    return html.P(now.sentence) if now is not None and now.status in ("INSUFFICIENT", "SUSPENDED") else None


def _target(one: Mapping[str, Any], target: Entry | None, names: Names) -> Any:
    if target is None:
        return one["name"]
    due = f"{target.due_on.year}年 " if target.due_on else ""
    return [due, dcc.Link(names.indicator(target.indicator), href=f"/indicator?code={target.indicator}")]


def _why(one: Mapping[str, Any], target: Entry | None) -> str:
    """The cause, and the two values that were judged."""
    said = str(one["sentence"])
    before, after = one["before_value"], one["after_value"]
    if target is None or before is None or after is None or before == after:
        return said
    digits = int(target.decimals or 1)
    was = f"{_period(one['before_period'])}{wording.quantity(before, target.unit, digits)}"
    now = f"{_period(one['after_period'])}{wording.quantity(after, target.unit, digits)}"
    return f"{said}判定所据的数由{was}变为{now}。"


def _revised(found: Sequence[tuple[Reading, Reading]], names: Names) -> html.Div:
    head = html.H3(f"修订过的数：{len(found)}个")
    if not found:
        return html.Div([head, html.P("没有修订看板上的数。", className="about")])
    items = [_revision(before, now, names) for before, now in found]
    rest = items[SHOWN:]
    more = html.Details([html.Summary(f"另有{len(rest)}个"), html.Ul(rest, className="outcomes")]) if rest else None
    return html.Div([head, html.Ul(items[:SHOWN], className="outcomes"), more])


def _revision(before: Reading, now: Reading, names: Names) -> html.Li:
    entry = names.indicators[now.indicator]
    was = wording.number(before.canonical_value, entry.decimals)
    new = wording.quantity(now.canonical_value, entry.unit, entry.decimals)
    link = dcc.Link(entry.name, href=f"/indicator?code={entry.code}&area={now.area}&at={now.id}")
    when = f"{wording.span(now.period, now.nature)}{f'，{now.price_basis}' if now.price_basis else ''}"
    reason = f"。修订原因：{now.revision_reason}" if now.revision_reason else ""
    return html.Li([html.Div([html.B(link), f"{when}"], className="outcome-head"), html.P(f"{was} → {new}{reason}")])
