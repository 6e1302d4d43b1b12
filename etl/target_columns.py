"""目标表的栏: which columns the bureau's target table has, what each fills in a Target, and the words it may hold.

Read by the template and by the reader of rows, so that what is offered is what is understood. It knows neither
workbooks nor which targets exist.
"""

from __future__ import annotations

from typing import NamedTuple

from indicators.catalogue.model import Catalogue
from indicators.targets import TargetKind

SHEET, NOTES_SHEET, LISTS_SHEET = "目标表", "填写说明", "代码表"

TEXT, CODE, WORD, NUMBER, WHOLE, DAY, FIRST_DAY, UNIT, STAGES, STEPS, DOCUMENT = (
    "text", "code", "word", "number", "whole", "day", "first_day", "unit", "stages", "steps", "document",
)  # fmt: skip


class Column(NamedTuple):
    """One column: the field of Target that it fills, its title, how it is read, and what the filler is told."""

    field: str
    title: str
    how: str
    about: str
    required: bool = False


COLUMNS = (
    Column("code", "目标代码", TEXT, "可以不填，由系统按“指标-地区-类型-到期年”编；调整已导入的目标时填原来的代码。"),
    Column("name", "目标名称", TEXT, "如：2030年地区生产总值达到1290亿元。", True),
    Column("indicator", "指标", CODE, "目录中的代码或名称。", True),
    Column("area", "地区", CODE, "目录中的代码或名称；不填为长春新区。"),
    Column("scope", "口径", CODE, "目标按哪个口径；不填按指标自己的口径。"),
    Column("kind", "目标类型", WORD, "达到、降到、累计不超过等；每类要填什么见下表。", True),
    Column("direction", "方向", WORD, "只有增长、对照、定性目标要填；不填按指标的方向。"),
    Column("value", "目标值", NUMBER, "按“计量单位”栏的单位填一个数。"),
    Column("low", "区间下限", NUMBER, "保持区间的目标填。"),
    Column("high", "区间上限", NUMBER, "保持区间的目标填。"),
    Column("outer_low", "容许下限", NUMBER, "只用于实现程度的兼容口径，可以不填。"),
    Column("outer_high", "容许上限", NUMBER, "只用于实现程度的兼容口径，可以不填。"),
    Column("growth", "增速（%）", NUMBER, "年均增长、当年增长的目标填，增长5%填5。"),
    Column("multiple", "倍数", NUMBER, "翻番的目标填：翻一番为2，翻两番为4。"),
    Column("unit", "计量单位", UNIT, "不填按指标的计量单位。"),
    Column("price_basis", "价格口径", TEXT, "现价、可比价、2020年不变价等；与价格无关的不填。"),
    Column("base_on", "基期", DAY, "如 2020-12-31 或 2020年；与基期值同时填。"),
    Column("base_value", "基期值", NUMBER, "从不推定，没有就不填；达到、降到的目标没有基期就不能判定进度。"),
    Column("base_source", "基期来源", DOCUMENT, "来源表中的代码、标题或文号；也可以写原文。"),
    Column("start_on", "起算日", FIRST_DAY, "累计不超过的目标填：从哪一天起累计。"),
    Column("due_on", "到期日", DAY, "如 2030-12-31 或 2030年。"),
    Column("binding", "约束性", WORD, "约束性或预期性；没有载明的不填。"),
    Column("path", "路径", WORD, "直线、等速增长或分年；不填为直线（翻番为等速增长）。"),
    Column("milestones", "分年目标", STAGES, "路径为分年时填，如：2023年=950；2027年=1120。"),
    Column("tolerance", "容差", NUMBER, "不填为末位小数的一半。"),
    Column("decimals", "小数位数", WHOLE, "不填按指标的小数位数。"),
    Column("natural_min", "自然下限", NUMBER, "推算不会低于它，如 0。"),
    Column("natural_max", "自然上限", NUMBER, "推算不会高于它，如 100。"),
    Column("netting_allowed", "允许冲减", WORD, "累计不超过的目标：核减能否抵冲；不填为否。"),
    Column("warning_steps", "预警档（%）", STEPS, "上限用到百分之几时提醒；不填为 80、90、100。"),
    Column("benchmark_area", "对照地区", CODE, "优于对照的目标填：与哪个地区比。"),
    Column("effective_from", "生效日期", FIRST_DAY, "新目标可以不填；调整目标时必填，此前的看板仍按旧版本判定。"),
    Column("effective_to", "失效日期", DAY, "此后不再判定。"),
    Column("predecessor", "替代目标", TEXT, "新目标替代哪一个目标：填那个目标的代码。"),
    Column("source", "依据文件", DOCUMENT, "来源表中的代码、标题或文号；也可以写原文。"),
    Column("clause", "条款", TEXT, "第几条、第几页。"),
    Column("rule_text", "测算规则", TEXT, "目标值由什么规则得出，如：比2005年下降35%；调整目标时必填。"),
    Column("text", "目标原文", TEXT, "文件中的原话；定性目标必填。"),
    Column("note", "说明", TEXT, ""),
)
BY_FIELD = {column.field: column for column in COLUMNS}

# The columns by which a table is known to be one.
KNOWN_BY = ("name", "indicator", "kind")

WORDS: dict[str, dict[str, object]] = {
    "kind": {kind.label: kind for kind in TargetKind},
    "direction": {"越高越好": 1, "越低越好": -1},
    "binding": {"约束性": True, "预期性": False},
    "path": {"直线": "linear", "等速增长": "cagr", "分年": "milestones"},
    "netting_allowed": {"是": True, "否": False},
}

# Which table of the catalogue a code column refers to.
TABLES = {"indicator": "indicators", "area": "areas", "scope": "scopes", "benchmark_area": "areas"}


def choices(field: str, catalogue: Catalogue) -> tuple[str, ...]:
    """What the template offers in a column: words, or `code name` of each entry; nothing for free columns."""
    if field in WORDS:
        return tuple(WORDS[field])
    entries = getattr(catalogue, TABLES[field]).values() if field in TABLES else ()
    return tuple(f"{entry.code} {entry.name}" for entry in entries)
