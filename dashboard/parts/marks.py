"""The small marks beside every number and target: where it comes from, who stands behind it, how it is judged."""

from __future__ import annotations

from dash import html

from dashboard.states import look
from indicators.observations import ObsStatus, Origin
from indicators.targets import TargetStatus

_HINTS = {
    Origin.PUBLISHED: "政府或媒体公开发布的数字，来源文件见指标页。",
    Origin.RETURNED: "部门通过报表报送并经审核的数字。",
    Origin.SIMULATED: "为演示而生成的数字，不是长春新区的真实情况。",
}
_STATUSES = {
    ObsStatus.PROVISIONAL: ("初步", "初步核算数，以后可能修订。"),
    ObsStatus.ESTIMATED: ("估计", "报送单位的估计数。"),
    ObsStatus.FORECAST: ("预计", "预计数，不是实际数。"),
    ObsStatus.BREAK: ("口径调整", "自本期起口径有调整，与以前不可比。"),
    ObsStatus.UNVALIDATED: ("未审", "尚未审核的数字。"),
}


def mark(text: str, kind: str, hint: str = "") -> html.Span:
    """A small outlined label; `kind` chooses its colour."""
    return html.Span(text, className=f"mark mark-{kind}", title=hint or None)


def origin_mark(origin: str) -> html.Span:
    """公开发布, 部门报送 or 模拟数据."""
    known = Origin(origin)
    return mark(known.label, known.value, _HINTS[known])


def target_mark(status: str) -> html.Span:
    """正式目标, 本局采用 or 示例目标."""
    hints = {"example": "为演示而设的目标，没有文件依据。", "adopted": "由本局采用。", "official": "见正式文件。"}
    return mark(TargetStatus(status).label, f"target-{status}", hints[status])


def value_mark(status: str) -> html.Span | None:
    """初步 and the like; None for an ordinary value."""
    found = _STATUSES.get(ObsStatus(status)) if status else None
    return mark(found[0], "provisional", found[1]) if found else None


def pill(status: str) -> html.Span:
    """The verdict: a word with its colour."""
    shown = look(status)
    return html.Span(shown.word, className=f"pill tone-{shown.tone}")
