"""机器理由: the closed list of why a verdict came out as it did, each with its Chinese wording.

A reason is stable, is stored beside the status and can be counted; the sentence beside it carries the numbers.
"""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """Why. The first group explains a judged status, the second why no status was given."""

    MET = "met"
    MET_TREND_UNKNOWN = "met_trend_unknown"
    MET_TREND_ADVERSE = "met_trend_adverse"
    MET_EXIT_PROJECTED = "met_exit_projected"
    MET_TO_DATE = "met_to_date"
    MISS_SMALL = "miss_small"
    MISS_MEDIUM = "miss_medium"
    MISS_LARGE = "miss_large"
    MISSED = "missed"
    MISSED_IMPROVING = "missed_improving"
    REVERSE = "reverse"
    FLAT = "flat"
    BASE_EQUALS_TARGET = "base_equals_target"
    BASE_ON_GOOD_SIDE = "base_on_good_side"
    WITHIN_CAP = "within_cap"
    CAP_NEARLY_USED = "cap_nearly_used"
    CAP_OVERRUN_PROJECTED = "cap_overrun_projected"
    OVER_CAP = "over_cap"
    OUT_OF_RANGE = "out_of_range"
    GROWTH_SUFFICIENT = "growth_sufficient"
    GROWTH_SHORT = "growth_short"
    GROWTH_FAR_SHORT = "growth_far_short"
    SHRINKING = "shrinking"
    SEASON_ON_TRACK = "season_on_track"
    SEASON_BEHIND = "season_behind"
    SEASON_FAR_BEHIND = "season_far_behind"
    QUALITATIVE = "qualitative"
    NO_VALUE_SET = "no_value_set"

    NO_VALUE = "no_value"
    NO_VALUE_FOR_DUE = "no_value_for_due"
    BOUND_ONLY = "bound_only"
    STALE = "stale"
    NO_BASE = "no_base"
    NO_DUE = "no_due"
    NO_START = "no_start"
    ONE_POINT = "one_point"
    WINDOW_SPARSE = "window_sparse"
    MISSING_QUARTER = "missing_quarter"
    SIGN_CHANGE = "sign_change"
    NO_BENCHMARK = "no_benchmark"
    NO_COMMON_PERIOD = "no_common_period"
    CURRENT_PRICES = "current_prices"
    BREAK = "break"
    SCOPE_MISMATCH = "scope_mismatch"
    PRICE_BASIS_MISMATCH = "price_basis_mismatch"

    @property
    def label(self) -> str:
        """The reason in Chinese, for tables and filters."""
        return _LABELS[self.value]


_LABELS = {
    "met": "在目标一侧",
    "met_trend_unknown": "已在目标一侧，年度数值不足，走势不明",
    "met_trend_adverse": "已在目标一侧，近期走势相反",
    "met_exit_projected": "目前在区间内，照此将离开区间",
    "met_to_date": "截至目前不低于目标",
    "miss_small": "照此到期基本到达",
    "miss_medium": "照此到期略有缺口",
    "miss_large": "照此到期缺口较大",
    "missed": "到期值未达到目标",
    "missed_improving": "未在目标一侧，正在靠近",
    "reverse": "近期走势与目标方向相反",
    "flat": "近期几乎没有变化",
    "base_equals_target": "基期值等于目标值，按保持规则判定",
    "base_on_good_side": "基期已在目标一侧，按保持规则判定",
    "within_cap": "不超上限",
    "cap_nearly_used": "照此到期略超上限",
    "cap_overrun_projected": "照此到期明显超过上限",
    "over_cap": "已超过上限",
    "out_of_range": "约束性区间已被突破",
    "growth_sufficient": "近年增速不低于今后所需增速",
    "growth_short": "增速略低于所需",
    "growth_far_short": "增速明显低于所需",
    "shrinking": "期内年均为负增长",
    "season_on_track": "年内进度不低于往年同期",
    "season_behind": "年内进度略慢于往年同期",
    "season_far_behind": "年内进度明显慢于往年同期",
    "qualitative": "定性目标，不作量化判定",
    "no_value_set": "目标没有给出数值",
    "no_value": "没有可用数值",
    "no_value_for_due": "没有到期那一期的数值",
    "bound_only": "只公布了界限，没有确数",
    "stale": "最新数值已过时",
    "no_base": "目标未载明基期或基期值",
    "no_due": "目标未载明到期日",
    "no_start": "上限未载明起算日",
    "one_point": "只有一个年度数值",
    "window_sparse": "年度数值不足",
    "missing_quarter": "起算以来有缺期",
    "sign_change": "数值正负号有变，不能计算",
    "no_benchmark": "没有参照序列",
    "no_common_period": "与参照序列没有同期数值",
    "current_prices": "现价水平不能推算可比价增速",
    "break": "口径调整且未衔接",
    "scope_mismatch": "数值口径与目标口径不同",
    "price_basis_mismatch": "数值价格口径与目标不同",
}
