"""Findings beside the sheet they are about: listed by severity, each leading to its marked cell and back.

With a form, every 核实性 finding has a box for its explanation. What a finding means was decided by the rules; all
text, of people and of programs, is only ever text here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from dash import dcc, html

from dashboard.parts.aria import aria
from dashboard.parts.marks import mark
from dashboard.parts.panel import empty
from dashboard.parts.sheet import Mark, sheet
from etl.explanations import LONGEST_EXPLANATION
from etl.picture import Pictures
from indicators.findings import Finding, RuleState, Severity

MOST, _MANY = 200, 3
REST = "rest"  # the field of the text for all that have none of their own
_HEADS = {
    Severity.HARD: "必须改正，否则不能提交",
    Severity.SOFT: "核对；数字无误的写明原因，有误的改正后重新报送",
    Severity.INFO: "供参考，不妨碍提交",
}
Numbered = list[tuple[int, Finding]]


def numbered(findings: Iterable[Finding], said: Collection[str] = ()) -> Numbered:
    """What did not pass, numbered: what blocks first, then what asks, then what informs.

    Where there is more than the page lists, what was explained already (`said`, bindings) makes room for the rest.
    """
    failed = [found for found in findings if found.state is not RuleState.PASSED]
    order, many = tuple(Severity), len(failed) > MOST
    failed.sort(key=lambda found: (order.index(found.severity), many and found.binding in said))
    return list(enumerate(failed, 1))


def wanted(found: Numbered) -> dict[str, list[str]]:
    """The cells to be drawn, by sheet."""
    cells: dict[str, list[str]] = {}
    for _, one in found:
        if one.sheet:
            cells.setdefault(one.sheet, []).extend([one.cell] if one.cell else [])
    return cells


def marked_sheets(drawn: Pictures, found: Numbered) -> list[html.Figure | html.Div]:
    """The sheets that were drawn, each finding at its cell."""
    if drawn.refusal:
        return [empty(drawn.refusal)]
    figures: list[html.Figure | html.Div] = []
    for place, picture in enumerate(drawn.drawn):
        marks = [
            Mark(one.cell, one.severity.value, one.code, one.message, f"#f{number}")
            for number, one in found[:MOST]
            if one.sheet == picture.sheet and one.cell
        ]
        figures.append(sheet(picture, marks, f"s{place}"))
    return figures


class Listing:
    """The list of findings of one submission; `drawn` says where their cells are on the page.

    `said` are explanations by binding; `asked` opens a box for each 核实性 finding with what was `typed` before; `left`
    says how many have no explanation yet.
    """

    def __init__(
        self,
        drawn: Pictures,
        said: Mapping[str, str],
        fresh: frozenset[str] = frozenset(),
        asked: bool = False,
        typed: Mapping[str, str] | None = None,
        left: int = 0,
    ) -> None:
        self.drawn, self.said, self.fresh, self.asked, self.typed = drawn, said, fresh, asked, typed or {}
        self.left = left

    def groups(self, found: Numbered) -> list[html.Section]:
        """One section for each severity; what only informs is folded."""
        made = []
        for severity in Severity:
            mine = [(number, one) for number, one in found[:MOST] if one.severity is severity]
            if mine:
                made.append(self._group(severity, mine))
        if len(found) > MOST:
            more = f"还有 {len(found) - MOST} 条没有列出，都在批注工作簿的“审核结果”表里；上面的处理好以后会列出来。"
            made.append(html.Section(html.P(more, className="about")))
        return made

    def _group(self, severity: Severity, mine: Numbered) -> html.Section:
        head = html.H3([mark(severity.label, severity.value), f" {len(mine)} 条，{_HEADS[severity]}"])
        items = html.Ol([self._item(number, one) for number, one in mine], className="found-list")
        if severity is Severity.INFO:
            return html.Section(html.Details([html.Summary(head), items]), className="finding-group")
        rest = self._rest() if severity is Severity.SOFT and self.asked else None
        return html.Section([head, rest, items], className="finding-group")

    def _rest(self) -> html.Details | None:
        """One text for everything that has none of its own: a changed method touches hundreds of cells alike."""
        if self.left < _MANY:
            return None
        given = self.typed.get(REST, "")
        area = dcc.Textarea(
            id=REST, name=REST, value=given, rows=2, maxLength=LONGEST_EXPLANATION, className="answer",
            placeholder="只在原因确实相同时用，例如：按第五次经济普查结果统一修订",
        )  # fmt: skip
        label = html.Label("没有单独写的，都用这一句；单独写了的不受影响。审核人员看得到每一条。", htmlFor=REST)
        summary = html.Summary(f"{self.left} 条原因相同？用同一句话说明……")
        return html.Details([summary, html.Div([label, area], className="answering")], open=bool(given))

    def _item(self, number: int, one: Finding) -> html.Li:
        head = [html.Span(one.code, className=f"code {one.severity.value}"), self._where(one)]
        if one.binding in self.fresh:
            head.append(mark("新出现", "provisional", "上次报送没有这一条。"))
        facts = [
            text
            for text in (
                one.found and f"填报的是：{one.found}",
                one.expected and f"应为：{one.expected}",
                f"涉及：{'、'.join(one.cells[:8])}{'等' if len(one.cells) > 8 else ''}" if len(one.cells) > 1 else "",
            )
            if text
        ]
        body = [
            html.Div(head, className="finding-head"),
            html.P(one.message),
            html.P("　".join(facts), className="about") if facts else None,
            html.P(one.hint, className="about") if one.hint else None,
            self._answer(number, one) if one.severity is Severity.SOFT else None,
        ]
        return html.Li(body, id=f"f{number}", value=str(number), tabIndex="-1")

    def _where(self, one: Finding) -> Any:
        text = " ".join(filter(None, (one.sheet, one.cell)))
        for place, picture in enumerate(self.drawn.drawn):
            if picture.sheet == one.sheet and one.cell in picture.at:
                return html.A(text, href=f"#s{place}-{picture.at[one.cell]}", title="在表里看这一格")
        return html.Span(text or "整个工作簿")

    def _answer(self, number: int, one: Finding) -> Any:
        given = self.said.get(one.binding, "")
        if not self.asked:
            return html.P(f"说明：{given}" if given else "还没有说明。", className="verdict")
        label = f"说明第 {number} 条"
        area = dcc.Textarea(
            id=f"text-{one.binding}", name=f"text-{one.binding}", value=self.typed.get(one.binding, given), rows=2,
            maxLength=LONGEST_EXPLANATION, placeholder="数字无误的，写明原因", className="answer",
        )  # fmt: skip
        kept: dict[str, Any] = {"data-draft": "说明"}
        return html.Div([html.Label(label, htmlFor=f"text-{one.binding}"), area], className="answering", **kept)


def severities(found: Sequence[tuple[int, Finding]]) -> dict[Severity, int]:
    """How many findings there are of each severity."""
    return {severity: sum(one.severity is severity for _, one in found) for severity in Severity}


def jump_list(found: Numbered) -> html.Nav | None:
    """Short ways from the top of the page to each group."""
    first: dict[Severity, int] = {}
    for number, one in found[:MOST]:
        first.setdefault(one.severity, number)
    counts = severities(found)
    links = [html.A(f"{s.label} {counts[s]}", href=f"#f{number}") for s, number in first.items()]
    return html.Nav(links, className="jumps", **aria(label="跳到审核发现")) if links else None
