"""增速类目标的句子: rates beside rates, their difference in 百分点."""

from __future__ import annotations

from decimal import Decimal

from indicators.attainment.case import Case, Outcome
from indicators.attainment.result import Status
from indicators.attainment.wording import amount, compared, due_year, gap, period_of
from indicators.attainment.wording import recent as recent_years

_BOUNDS = {">": "高于", "<": "低于", "": ""}


def _grew(case: Case, rate: Decimal) -> str:
    """增长5.8% or 下降1.0%."""
    return f"{'下降' if rate < 0 else '增长'}{amount(case, abs(rate))}"


def say_average(case: Case, outcome: Outcome) -> str:
    """年均增长 over the plan."""
    numbers, due = outcome.numbers, case.target.due_on
    average, goal = numbers.get("latest_value"), numbers.get("target_value")
    latest, needed, recent = numbers.get("latest_on"), numbers.get("needed_pace"), numbers.get("pace")
    if average is None or goal is None or latest is None or due is None:
        return f"{case.name}。"
    years = int(outcome.components["years"])
    span = f"{latest.year - years + 1}—{latest.year}年" if years > 1 else f"{latest.year}年"
    said = f"{span}{case.name}年均{_grew(case, average)}，{compared(case, average, goal, '目标')}"
    if outcome.status in (Status.EXPIRED_MET, Status.EXPIRED_MISSED):
        return f"{said}，{outcome.status.label}。"
    if needed is None or recent is None:
        return f"{said}。"
    said += f"；到{due_year(due)}每年需{_grew(case, needed)}"
    said += f"，{recent_years(Decimal(outcome.components['recent_years']))}年均{_grew(case, recent)}"
    short = case.target.direction * (needed - recent)
    return f"{said}，{'够用' if short <= 0 else f'每年还差{gap(case, short)}'}。"


def say_year(case: Case, outcome: Outcome) -> str:
    """One year's growth."""
    numbers, point = outcome.numbers, outcome.used[-1]
    rate, goal = numbers.get("latest_value"), numbers.get("target_value")
    if goal is None:
        return f"{case.name}。"
    if rate is None:
        said = f"{period_of(point)}{case.name}增长{_BOUNDS[point.bound]}{amount(case, point.value)}"
        return f"{said}，目标为{amount(case, goal)}，{outcome.status.label}。"
    whole = point.period_end.month == 12
    what = "目标" if whole else "全年目标"
    said = f"{period_of(point)}{case.name}{_grew(case, rate)}，{compared(case, rate, goal, what)}"
    return f"{said}，{outcome.status.label if whole or outcome.status is not Status.MET else '目前达到全年目标'}。"
