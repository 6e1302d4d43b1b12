"""上限类目标的句子: budgets, stock caps and rate caps. Used, left, how fast, until when; never 完成."""

from __future__ import annotations

from decimal import Decimal

from indicators.attainment.case import Case, Outcome
from indicators.attainment.result import Status
from indicators.attainment.wording import (
    amount,
    compared,
    day_of,
    due_year,
    gap,
    month_of,
    percent,
    period_of,
    recent,
    trend,
    until,
)


def say_budget(case: Case, outcome: Outcome) -> str:
    """A budget of a cumulative flow: 截至2026年三季度，…累计79.6平方公里，占上限87.5平方公里的91.0%；…"""
    used, cap = outcome.numbers.get("latest_value"), outcome.numbers.get("target_value")
    if used is None or cap is None:
        return f"{case.name}。"
    said = f"{until(outcome.used[-1])}，{case.name}累计{amount(case, used)}{_of_cap(case, outcome, used, cap)}"
    reclaimed = Decimal(outcome.components.get("reclaimed", "0"))
    if reclaimed:
        said += f"（另有核减{amount(case, reclaimed)}，{outcome.detail}）"
    months = int(outcome.components.get("pace_months", "0"))
    return said + _ending(case, outcome, "近四个季度" if months == 12 else f"近{months}个月", "每年", "用尽")


def say_stock_cap(case: Case, outcome: Outcome) -> str:
    """A level that must not exceed a limit."""
    level, cap = outcome.numbers.get("latest_value"), outcome.numbers.get("target_value")
    if level is None or cap is None:
        return f"{case.name}。"
    said = f"{period_of(outcome.used[-1])}{case.name}为{amount(case, level)}{_of_cap(case, outcome, level, cap)}"
    span = recent(outcome.pace.span) if outcome.pace else ""
    if outcome.status in (Status.MET, Status.MET_LOSING):
        moves = f"{span}{trend(case, outcome.pace.per_year)}" if outcome.pace else "年度数值不足，走势尚不明"
        return f"{said}；{moves}{'，余量在减少' if outcome.status is Status.MET_LOSING else ''}。"
    return said + _ending(case, outcome, span, "年均", "达到上限")


def say_rate_cap(case: Case, outcome: Outcome) -> str:
    """A limit for each single period."""
    value, cap = outcome.numbers.get("latest_value"), outcome.numbers.get("target_value")
    if value is None or cap is None:
        return f"{case.name}。"
    said = f"{period_of(outcome.used[-1])}{case.name}为{amount(case, value)}，{compared(case, value, cap, '上限')}"
    if outcome.detail:
        said += f"，{outcome.detail}"
    if outcome.status in (Status.EXPIRED_MET, Status.EXPIRED_MISSED):
        return f"{said}；{outcome.status.label}。"
    if outcome.pace is None:
        return f"{said}；年度数值不足，走势尚不明。"
    moves = f"{recent(outcome.pace.span)}{trend(case, outcome.pace.per_year)}"
    return f"{said}；{moves}{'，正在逼近上限' if outcome.status is Status.MET_LOSING else ''}。"


def _of_cap(case: Case, outcome: Outcome, used: Decimal, cap: Decimal) -> str:
    """，占上限87.5平方公里的91.0%，还剩7.9平方公里"""
    share = outcome.numbers.get("used_share")
    said = f"，占上限{amount(case, cap)}的{percent(share)}" if share is not None else f"，上限为{amount(case, cap)}"
    if used > cap + case.tolerance:
        return f"{said}，超出{gap(case, used - cap)}"
    return f"{said}，还剩{gap(case, cap - used)}" if used < cap else f"{said}，没有余量"


def _ending(case: Case, outcome: Outcome, span: str, each: str, end_word: str) -> str:
    """What the pace leads to."""
    numbers, due, status = outcome.numbers, case.target.due_on, outcome.status
    if status is Status.EXPIRED_MET:
        return f"；上限已于{day_of(due)}到期，未突破上限。" if due else "。"
    if status is Status.EXPIRED_MISSED:
        return f"；上限已于{day_of(due)}到期，已突破上限。" if due else "。"
    if status is Status.BREACHED or (status is Status.OFF_TRACK and outcome.reason.value == "over_cap"):
        said = "，已突破上限" if status is Status.BREACHED else "，已超过上限（预期性）"
        return f"{said}{'；此后没有按期报送，请补报' if 'stale' in outcome.flags else ''}。"
    pace, end = numbers.get("pace"), numbers.get("exhaustion_on")
    if pace is None or due is None:
        return "。"
    if pace <= 0:
        return f"；{span}没有净增加，照此到期不会突破上限。"
    allowed = numbers.get("allowed_pace")
    if end is None and allowed is not None and allowed <= 0:
        return f"；{span}{each}增加{gap(case, pace)}，今后不能再增加。"
    speed = f"；按{span}{each}{gap(case, pace)}的速度"
    exhausted = f"，约{month_of(end)}{end_word}" if end is not None else f"，近期不会{end_word}"
    if status is Status.ON_TRACK:
        return f"{speed}，到{due_year(due)}不会突破上限{exhausted}。"
    limit = f"，要守住上限今后每年不能超过{gap(case, allowed)}" if allowed is not None else ""
    early = "略早于" if end is not None and month_of(end) == month_of(due) else f"早于{month_of(due)}"
    return f"{speed}{exhausted}，{early}到期{limit}。"
