"""增速类目标的句子: rates beside rates, their difference in 百分点."""

from __future__ import annotations

from decimal import Decimal

from indicators.attainment.case import Case, Outcome
from indicators.attainment.result import Status
from indicators.attainment.wording import due_year, number, period_of

_BOUNDS = {">": "高于", "<": "低于", "": ""}


def _rate(case: Case, value: Decimal) -> str:
    return f"{number(value, case.target.decimals)}%"


def _against(case: Case, gap: Decimal, goal: Decimal, what: str) -> str:
    """比目标6.5%低0.7个百分点."""
    if not gap:
        return f"与{what}{_rate(case, goal)}持平"
    return f"比{what}{_rate(case, goal)}{'高' if gap > 0 else '低'}{number(abs(gap), case.target.decimals)}个百分点"


def say_average(case: Case, outcome: Outcome) -> str:
    """年均增长 over the plan."""
    numbers, due = outcome.numbers, case.target.due_on
    average, goal, gap = numbers.get("latest_value"), numbers.get("target_value"), numbers.get("growth_gap_pp")
    latest, needed, recent = numbers.get("latest_on"), numbers.get("needed_pace"), numbers.get("pace")
    if average is None or goal is None or gap is None or latest is None or due is None:
        return f"{case.name}。"
    years = int(outcome.components["years"])
    span = f"{latest.year - years + 1}—{latest.year}年" if years > 1 else f"{latest.year}年"
    said = f"{span}{case.name}年均增长{_rate(case, average)}，{_against(case, gap, goal, '目标')}"
    if outcome.status in (Status.EXPIRED_MET, Status.EXPIRED_MISSED):
        return f"{said}，{outcome.status.label}。"
    if needed is None or recent is None:
        return f"{said}。"
    said += f"；到{due_year(due)}每年需增长{_rate(case, needed)}"
    said += f"，近{outcome.components['recent_years']}年年均{_rate(case, recent)}"
    short = case.target.direction * (needed - recent)
    return f"{said}，{'够用' if short <= 0 else f'每年还差{number(short, case.target.decimals)}个百分点'}。"


def say_year(case: Case, outcome: Outcome) -> str:
    """One year's growth."""
    numbers, point = outcome.numbers, outcome.used[-1]
    rate, goal, gap = numbers.get("latest_value"), numbers.get("target_value"), numbers.get("growth_gap_pp")
    if goal is None:
        return f"{case.name}。"
    if rate is None or gap is None:
        said = f"{period_of(point)}{case.name}增长{_BOUNDS[point.bound]}{_rate(case, point.value)}"
        return f"{said}，目标为{_rate(case, goal)}，{outcome.status.label}。"
    whole = point.period_end.month == 12
    what = "目标" if whole else "全年目标"
    said = f"{period_of(point)}{case.name}增长{_rate(case, rate)}，{_against(case, gap, goal, what)}"
    return f"{said}，{outcome.status.label if whole or outcome.status is not Status.MET else '目前达到全年目标'}。"
