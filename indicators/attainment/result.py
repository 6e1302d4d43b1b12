"""The verdict on one target at one moment, with every component beside it. The fields are the columns of `attainment`.

Nothing here is ever inf, nan or a guess: what could not be computed is None and `reason` says why.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum


class Status(StrEnum):
    """达成状态: the named states of the engine."""

    MET = "MET"
    MET_LOSING = "MET_LOSING"
    ON_TRACK = "ON_TRACK"
    AT_RISK = "AT_RISK"
    OFF_TRACK = "OFF_TRACK"
    WRONG_WAY = "WRONG_WAY"
    BREACHED = "BREACHED"
    EXPIRED_MET = "EXPIRED_MET"
    EXPIRED_MISSED = "EXPIRED_MISSED"
    NO_TARGET = "NO_TARGET"
    INSUFFICIENT = "INSUFFICIENT"
    SUSPENDED = "SUSPENDED"

    @property
    def label(self) -> str:
        """The word printed with the colour."""
        return _LABELS[self.value]


_LABELS = {
    "MET": "已达标",
    "MET_LOSING": "已达标但走弱",
    "ON_TRACK": "进度正常",
    "AT_RISK": "需加力",
    "OFF_TRACK": "滞后",
    "WRONG_WAY": "背离",
    "BREACHED": "突破约束",
    "EXPIRED_MET": "到期达成",
    "EXPIRED_MISSED": "到期未达成",
    "NO_TARGET": "无量化目标",
    "INSUFFICIENT": "数据不足",
    "SUSPENDED": "暂停评价",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Attainment:
    """One verdict. Values are in the target's unit, shares are fractions, `*_pp` percentage points, `*_years` years."""

    target: str
    target_version: int
    as_of: date
    status: Status
    reason: str  # machine reason, e.g. miss_gt_20pct, base_equals_target, no_base
    sentence: str  # one plain Chinese sentence with the numbers in it
    flags: tuple[str, ...] = ()
    method: str = ""  # the rule that gave the verdict, with its version
    base_on: date | None = None
    base_value: Decimal | None = None
    latest_on: date | None = None
    latest_value: Decimal | None = None
    latest_period: str = ""
    origin: str = ""  # of the weakest observation used: simulated before returned before published
    due_on: date | None = None
    target_value: Decimal | None = None
    path_value: Decimal | None = None
    path_gap: Decimal | None = None
    progress_share: Decimal | None = None  # PTC / 100
    elapsed_share: Decimal | None = None  # tau
    lead_pp: Decimal | None = None
    lead_years: Decimal | None = None
    pace: Decimal | None = None  # recent, per year
    needed_pace: Decimal | None = None
    effort_multiple: Decimal | None = None
    projected_value: Decimal | None = None  # hyp, at due_on
    miss_share: Decimal | None = None
    used_share: Decimal | None = None  # caps: u
    headroom: Decimal | None = None
    burn_index: Decimal | None = None
    allowed_pace: Decimal | None = None
    exhaustion_on: date | None = None
    warning_step: Decimal | None = None
    growth_gap_pp: Decimal | None = None
    probability: Decimal | None = None  # P(meet), steps of 0.05
    second_method: str = ""
    second_status: str = ""
    second_value: Decimal | None = None
    methods_disagree: bool | None = None
    inputs: tuple[str, ...] = ()  # ids of the observations used, "indicator|area|period|nature|recorded_at"
    components: dict[str, str] = field(default_factory=dict)  # thresholds and anything else the rule used
    engine_version: str = ""

    @property
    def label(self) -> str:
        """The word shown for this verdict: the status, with 停滞 where the way is not wrong but there is none."""
        return "停滞" if self.status is Status.WRONG_WAY and self.reason == "flat" else self.status.label
