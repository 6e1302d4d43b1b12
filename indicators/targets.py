"""A target: what was promised, by whom, from which base, on which path. Never inferred, always with its document.

A changed target or baseline is a new version beside the old one. Kinds and fields follow docs/reference (attainment).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict


class TargetKind(StrEnum):
    """The rule by which a target is judged."""

    FLOOR = "floor"  # at least, by the target date
    LOWER = "lower"  # bring down to, by the target date
    CAP_CUMULATIVE = "cap_cumulative"  # budget of a cumulative flow
    CAP_STOCK = "cap_stock"  # level never above
    CAP_RATE = "cap_rate"  # each period at most
    RANGE = "range"
    GROWTH_AVERAGE = "growth_average"
    GROWTH_YEAR = "growth_year"
    DOUBLE_BY = "double_by"
    BENCHMARK = "benchmark"  # better than a named series
    QUALITATIVE = "qualitative"

    @property
    def label(self) -> str:
        """The word for it in the bureau's target table."""
        return _KINDS[self.value]


_KINDS = {
    "floor": "达到",
    "lower": "降到",
    "cap_cumulative": "累计不超过",
    "cap_stock": "存量不超过",
    "cap_rate": "每期不超过",
    "range": "保持区间",
    "growth_average": "年均增长",
    "growth_year": "当年增长",
    "double_by": "翻番",
    "benchmark": "优于对照",
    "qualitative": "定性",
}


class TargetStatus(StrEnum):
    """Who stands behind the target."""

    OFFICIAL = "official"  # in a published document
    ADOPTED = "adopted"  # adopted by the bureau
    EXAMPLE = "example"  # 示例目标, for demonstration only

    @property
    def label(self) -> str:
        """The mark printed beside the target."""
        return {"official": "正式目标", "adopted": "本局采用", "example": "示例目标"}[self.value]


class Milestone(BaseModel):
    """A point of a milestone path."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    on: date
    value: Decimal


class Target(BaseModel):
    """One version of one target. Values are in `unit`; `base_*` is stated or absent, never guessed."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    code: str
    version: int = 1
    name: str
    indicator: str
    area: str
    scope: str = ""
    price_basis: str = ""
    kind: TargetKind
    direction: Literal[-1, 1] = 1
    unit: str = ""
    value: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    outer_low: Decimal | None = None
    outer_high: Decimal | None = None
    growth: Decimal | None = None  # percent a year, for growth kinds
    multiple: Decimal | None = None  # for double_by: 2, 4 …
    base_on: date | None = None
    base_value: Decimal | None = None
    base_source: str = ""
    start_on: date | None = None  # a cumulative cap counts from here
    due_on: date | None = None
    binding: bool | None = None  # 约束性 True · 预期性 False · not stated None
    path: Literal["linear", "cagr", "milestones"] = "linear"
    milestones: tuple[Milestone, ...] = ()
    natural_min: Decimal | None = None
    natural_max: Decimal | None = None
    decimals: int = 1
    tolerance: Decimal | None = None  # None: half a unit of the last decimal
    netting_allowed: bool = False
    warning_steps: tuple[Decimal, ...] = (Decimal(80), Decimal(90), Decimal(100))
    benchmark_area: str = ""
    effective_from: date | None = None
    effective_to: date | None = None
    predecessor: str = ""
    status: TargetStatus
    source: str = ""  # code of a source document
    clause: str = ""
    grade: str = ""
    rule_text: str = ""  # the rule that produced the value, e.g. 比2005年下降35%
    text: str = ""  # the target's own words
    note: str = ""


def in_force(targets: Iterable[Target], on: date) -> tuple[Target, ...]:
    """The targets that hold on a day, one version of each, in the order given.

    Of the versions that have taken effect the newest counts, unless it has ceased; a target gives way to the one that
    names it as predecessor, from the day on which that one takes effect.
    """
    newest: dict[str, Target] = {}
    for target in targets:
        begun = target.effective_from is None or target.effective_from <= on
        if begun and (target.code not in newest or newest[target.code].version < target.version):
            newest[target.code] = target
    replaced = {t.predecessor for t in newest.values() if t.predecessor != t.code}
    return tuple(
        t for t in newest.values() if t.code not in replaced and (t.effective_to is None or t.effective_to >= on)
    )
