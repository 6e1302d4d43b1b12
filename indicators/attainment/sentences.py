"""一句话: each verdict as one plain Chinese sentence with its numbers in it.

Here stand the openings that all kinds share and the sentences for verdicts that were not given; the kinds have their
own modules. A sentence says what is, against what, where it leads, and what to do; of a cap it never says 完成.
"""

from __future__ import annotations

from collections.abc import Callable

from indicators.attainment.case import Case, Outcome
from indicators.attainment.reasons import Reason
from indicators.attainment.result import Status
from indicators.attainment.say_caps import say_budget, say_rate_cap, say_stock_cap
from indicators.attainment.say_growth import say_average, say_year
from indicators.attainment.say_levels import say_benchmark, say_level, say_range
from indicators.attainment.series import years
from indicators.attainment.wording import amount, day_of, due_year, number, period_of, recent, trend, until
from indicators.targets import TargetKind

_BY_KIND: dict[TargetKind, Callable[[Case, Outcome], str]] = {
    TargetKind.FLOOR: say_level,
    TargetKind.LOWER: say_level,
    TargetKind.DOUBLE_BY: say_level,
    TargetKind.CAP_CUMULATIVE: say_budget,
    TargetKind.CAP_STOCK: say_stock_cap,
    TargetKind.CAP_RATE: say_rate_cap,
    TargetKind.RANGE: say_range,
    TargetKind.GROWTH_AVERAGE: say_average,
    TargetKind.GROWTH_YEAR: say_year,
    TargetKind.BENCHMARK: say_benchmark,
}
_DIRECTIONS = {"sun": "走势向好", "sun_cloud": "总体向好，最近一年转弱", "cloud": "总体不好，最近一年转好"}


def sentence(case: Case, outcome: Outcome) -> str:
    """The sentence for this outcome."""
    if outcome.status is Status.NO_TARGET:
        return _no_target(case, outcome)
    if outcome.status is Status.SUSPENDED:
        return _suspended(case, outcome)
    if outcome.status is Status.INSUFFICIENT:
        return _insufficient(case, outcome)
    return _BY_KIND[case.target.kind](case, outcome)


def _fact(case: Case, outcome: Outcome) -> str:
    """The latest value as a clause, or only the name where there is none."""
    value = outcome.numbers.get("latest_value")
    if value is None or not outcome.used or case.target.kind in (TargetKind.GROWTH_AVERAGE, TargetKind.GROWTH_YEAR):
        return case.name
    if case.target.kind is TargetKind.CAP_CUMULATIVE:
        said = f"{until(outcome.used[-1])}，{case.name}累计{amount(case, value)}"
    else:
        said = f"{period_of(outcome.used[-1])}{case.name}为{amount(case, value)}"
    cap = outcome.numbers.get("target_value") if case.target.kind in CAPS else None
    return f"{said}，超过上限{amount(case, cap)}" if cap is not None and value > cap + case.tolerance else said


def _no_target(case: Case, outcome: Outcome) -> str:
    why = "定性目标，不作量化判定" if outcome.reason is Reason.QUALITATIVE else "目标没有给出数值，不作判定"
    if outcome.numbers.get("latest_value") is None:
        return f"{why}；支撑指标{case.name}还没有年度数值。"
    if outcome.pace is None:
        return f"{why}；支撑指标{_fact(case, outcome)}，年度数值不足{case.thresholds.pace_min_points}个，走势尚不明。"
    word = _DIRECTIONS.get(outcome.components.get("direction_rule", ""), "走势不好")
    moves = f"{recent(outcome.pace.span)}{trend(case, outcome.pace.per_year)}"
    return f"{why}；支撑指标{_fact(case, outcome)}，{moves}，{word}。"


def _suspended(case: Case, outcome: Outcome) -> str:
    name, needed = case.name, case.thresholds.pace_min_points
    if outcome.reason is Reason.SCOPE_MISMATCH:
        return f"{name}的数值口径与目标口径不同，不可比，暂停评价；请按目标口径补报，或登记新口径的目标。"
    if outcome.reason is Reason.PRICE_BASIS_MISMATCH:
        return (
            f"{name}为{case.series.price_basis}数值，目标按{case.target.price_basis}，不可比，暂停评价；"
            "请按目标的价格口径补报，或换算目标后登记为新版本。"
        )
    when = f"自{day_of(outcome.cut_by.on)}起" if outcome.cut_by else "在评价期内"
    return (
        f"{name}{when}口径调整且没有衔接，前后数值不可比，暂停评价；"
        f"请登记衔接系数，或待新口径积累{needed}个年度数值后恢复。"
    )


def _insufficient(case: Case, outcome: Outcome) -> str:
    fact = _fact(case, outcome)
    return f"{fact}{'：' if fact == case.name else '；'}{_WHY[outcome.reason](case, outcome)}"


def _outlook(case: Case, outcome: Outcome) -> str:
    projected, pace, due = outcome.numbers.get("projected_value"), outcome.pace, case.target.due_on
    if projected is None or pace is None or due is None:
        return ""
    return f"，仅按{recent(pace.span)}{trend(case, pace.per_year)}推算，{due_year(due)}约为{amount(case, projected)}"


def _no_base(case: Case, outcome: Outcome) -> str:
    known = f"{_limit(case, outcome)}，但" if outcome.numbers.get("target_value") is not None else "目标"
    return f"{known}没有载明基期和基期值，不能判定进度{_outlook(case, outcome)}；请在目标表中补齐。"


def _sparse(case: Case, outcome: Outcome) -> str:
    if case.target.kind is TargetKind.CAP_CUMULATIVE:
        return f"{_limit(case, outcome)}，记录不满一年，不能判断使用速度，请继续报送。"
    if outcome.numbers.get("target_value") is None:
        return "基期以后还没有一个整年的数值，暂不判定；请报送全年数值。"
    steps, needed = case.timeline.steps, case.thresholds.pace_min_points
    earliest = years(steps[-1].on) - case.thresholds.pace_window_years if steps else 0
    count = sum(1 for s in steps if years(s.on) >= earliest)
    few = f"可比的年度数值只有{count}个，至少要{needed}个才能判断走势"
    return f"{_limit(case, outcome)}，{few}，暂不判定；请补报往年数值。"


def _limit(case: Case, outcome: Outcome) -> str:
    value = outcome.numbers.get("target_value")
    if value is None:
        return "目标"
    return f"{'上限' if case.target.kind in CAPS else '目标'}为{amount(case, value)}"


def _bound(case: Case, outcome: Outcome) -> str:
    point = next((p for p in reversed(case.points) if p.bound), None)
    goal = outcome.numbers.get("target_value")
    if point is None or goal is None:
        return "只公布了界限而没有确数，不能判定；请补报确数。"
    word = {">": "高于", "<": "低于"}[point.bound]
    said = f"{period_of(point)}只公布为{word}{amount(case, point.value)}"
    return f"{said}，不能据此判定是否达到目标{amount(case, goal)}；请补报确数。"


def _stale(case: Case, outcome: Outcome) -> str:
    periods = number(case.thresholds.stale_periods, 1)
    return f"到{day_of(case.as_of)}已超过{periods}个报告期和报送期限，数值过时，暂不判定；请补报近期数值。"


def _due_missing(case: Case, outcome: Outcome) -> str:
    due = case.target.due_on
    if due is None:
        return "没有到期那一期的数值，不能判定；请补报。"
    word = "上限" if case.target.kind in CAPS else "目标"
    return f"{word}已于{day_of(due)}到期，但没有到期那一期的数值，不能判定；请补报{due_year(due)}数值。"


CAPS = (TargetKind.CAP_CUMULATIVE, TargetKind.CAP_STOCK, TargetKind.CAP_RATE)
_WHY: dict[Reason, Callable[[Case, Outcome], str]] = {
    Reason.NO_VALUE: lambda case, outcome: "没有可用数值，不能判定；请报送后重新发布。",
    Reason.NO_VALUE_FOR_DUE: _due_missing,
    Reason.BOUND_ONLY: _bound,
    Reason.STALE: _stale,
    Reason.NO_BASE: _no_base,
    Reason.NO_DUE: lambda case, outcome: f"{_limit(case, outcome)}，但没有载明到期日，不能判定；请在目标表中补齐。",
    Reason.NO_START: lambda case, outcome: "上限没有载明起算日，不能累计；请在目标表中补齐。",
    Reason.ONE_POINT: _sparse,
    Reason.WINDOW_SPARSE: _sparse,
    Reason.MISSING_QUARTER: lambda case, outcome: (
        f"缺{outcome.detail or '年内此前各期'}的数值，不能按零处理，暂不判定；请补报。"
    ),
    Reason.SIGN_CHANGE: lambda case, outcome: "数值的正负号使比率没有意义，不能判定；请改用水平或差额目标。",
    Reason.NO_BENCHMARK: lambda case, outcome: "没有参照序列的数值，不能判定；请先收录参照序列。",
    Reason.NO_COMMON_PERIOD: lambda case, outcome: "与参照序列没有同一时期的数值，不能判定；请补齐同期数值。",
    Reason.CURRENT_PRICES: lambda case, outcome: (
        "只有现价水平，不能推算可比价增速，暂不判定；请报送可比价增速或不变价数值。"
    ),
}
