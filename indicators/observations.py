"""One observation: a number with its identity, its value as sent and as used, its provenance and its vintage.

The field names are the column names of `observation_version` in a generation and of the parsed return in the vault.
Names follow SDMX (OBS_STATUS, CONF_STATUS) and 统计报表制度.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from indicators.periods import Nature


class Measure(StrEnum):
    """What of the indicator is measured."""

    LEVEL = "level"  # 本期数
    LEVEL_PREVIOUS_YEAR = "level_previous_year"  # 上年同期数, as the respondent reports it
    GROWTH_YOY = "growth_yoy"  # 同比增长 %, as the respondent reports it
    PLAN = "plan"  # 计划数


_SPANS = {Nature.SINGLE: "本期", Nature.YTD: "累计", Nature.STOCK: "期末", Nature.ANNUAL: "全年"}
_CONTENTS = {
    Measure.LEVEL: "{}数",
    Measure.LEVEL_PREVIOUS_YEAR: "上年同期{}数",
    Measure.GROWTH_YOY: "{}同比增长",
    Measure.PLAN: "{}计划数",
}


def content_label(nature: str, measure: str, price_basis: str = "") -> str:
    """What a number is, in words: 累计数 现价, 期末数, 累计同比增长 可比价, 上年同期累计数 现价."""
    return f"{_CONTENTS[Measure(measure)].format(_SPANS[Nature(nature)])} {price_basis}".strip()


class ObsStatus(StrEnum):
    """SDMX CL_OBS_STATUS 2.2, the codes this system uses."""

    NORMAL = "A"
    BREAK = "B"
    DIFFERS = "D"  # definition differs
    ESTIMATED = "E"
    FORECAST = "F"
    IMPUTED = "I"
    MISSING = "O"  # 未报
    CANNOT_EXIST = "M"  # 不适用 (—)
    NOT_COLLECTED = "L"  # 免报
    PROVISIONAL = "P"
    SUPPRESSED = "Q"
    NOT_SIGNIFICANT = "N"  # … : below half the smallest unit shown, not a real zero
    UNVALIDATED = "V"


class Origin(StrEnum):
    """Where a number comes from, shown beside it wherever it is shown."""

    PUBLISHED = "published"  # 公开发布
    RETURNED = "returned"  # 部门报送
    SIMULATED = "simulated"  # 模拟数据

    @property
    def label(self) -> str:
        """The mark printed beside a number."""
        return {"published": "公开发布", "returned": "部门报送", "simulated": "模拟数据"}[self.value]


@dataclass(frozen=True, slots=True)
class SeriesKey:
    """The identity of a series: only observations with one key are ever compared or drawn as one line."""

    indicator: str
    area: str
    measure: Measure
    nature: Nature
    price_basis: str
    scope: str
    department: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """One parsed cell: `value`/`unit` as sent, `canonical_*` by exact factor; None is missing, never 0."""

    indicator: str
    area: str
    department: str
    form: str
    edition: str
    period: str  # code of the report period the value is about
    period_start: date
    period_end: date
    nature: Nature
    measure: Measure = Measure.LEVEL
    price_basis: str = ""  # 现价 · 2020年不变价 · 可比价 · "" where prices play no part
    scope: str = ""  # 口径: code of a scope in the catalogue
    value: Decimal | None = None
    raw_text: str = ""
    unit: str = ""
    canonical_value: Decimal | None = None
    canonical_unit: str = ""
    decimals: int | None = None
    status: ObsStatus = ObsStatus.NORMAL
    conf_status: str = "F"
    comment: str = ""
    origin: Origin = Origin.RETURNED
    source: str = ""  # code of a source document in the catalogue
    grade: str = ""  # A · B · C
    file_hash: str = ""
    sheet: str = ""
    cell: str = ""
    respondent: str = ""

    @property
    def series(self) -> SeriesKey:
        """The series this observation belongs to."""
        return SeriesKey(
            self.indicator, self.area, self.measure, self.nature, self.price_basis, self.scope, self.department
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Vintage:
    """When a value was known: closed-open interval, and why it was replaced."""

    submission: str
    recorded_at: datetime
    superseded_at: datetime | None = None
    revision_reason: str = ""
    approver: str = ""
