"""The rules of supervision, kept as data: how lights are chosen, when reports are due, what the assessment weighs.

Shipped as `programmes/supervision.yaml`; `lights` and `assessment` apply them. A light's conditions must all hold, the
first light in the order of the file wins, and a condition on a fact that is not known does not hold.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, ConfigDict

from indicators.catalogue.model import Entry

Fact = Literal["unset", "done", "verified", "days_left", "behind_pp", "sent_back", "unproved", "asked", "missed"]
COMPONENTS = {
    "timeliness": "进展报送按时率",
    "completeness": "进展报送完整率",
    "verified": "到期任务核查销号率",
    "silence": "不失联（漏报次数和天数）",
    "doubts": "存疑少",
    "revisions": "数据修订小",
}


class Condition(BaseModel):
    """One comparison of a fact with a number."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    fact: Fact
    is_: Literal["<", "<=", ">", ">="]
    than: Decimal


class LightRule(Entry):
    """A light: its word, its colour, when it is shown, and the sentence that says why (facts in braces)."""

    word: str
    colour: Literal["green", "yellow", "orange", "red", "blue", "grey"]
    when: tuple[Condition, ...] = ()
    because: str


class Weight(BaseModel):
    """What a component of the assessment counts; `worst` is the amount at which it earns nothing (counts only)."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    component: Literal["timeliness", "completeness", "verified", "silence", "doubts", "revisions"]
    weight: Decimal
    worst: Decimal | None = None


class Supervision(Entry):
    """Everything together. `report_days`: a quarter's report is due so many days after the quarter ends."""

    report_days: int
    lights: tuple[LightRule, ...]
    weights: tuple[Weight, ...]
