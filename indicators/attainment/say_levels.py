"""水平类目标的句子: floors, lower-is-better, doubling, ranges and benchmarks."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from indicators.attainment.case import Case, Outcome
from indicators.attainment.reasons import Reason
from indicators.attainment.result import Status
from indicators.attainment.say_caps import say_stock_cap
from indicators.attainment.steps import Pace
from indicators.attainment.subannual import YearEnd
from indicators.attainment.wording import amount, compared, due_year, gap, number, percent, period_of, recent, trend

_BASE = {
    Reason.BASE_EQUALS_TARGET: "基期值等于目标值，要求保持",
    Reason.BASE_ON_GOOD_SIDE: "基期已在目标一侧，要求保持",
}
_IN_STEP = Decimal("0.05")  # percentage points
_NO_SHARE = {"share_too_small": "往年同期占比过小", "sign_change": "往年数值正负号有变"}


def _head(case: Case, outcome: Outcome) -> str:
    value, said = outcome.numbers.get("latest_value"), f"{period_of(outcome.used[-1])}{case.name}"
    return f"{said}为{amount(case, value)}" if value is not None else said


def _goal_name(case: Case) -> str:
    return f"{due_year(case.target.due_on)}目标" if case.target.due_on else "目标"


def say_level(case: Case, outcome: Outcome) -> str:
    """A floor, a lower-is-better target or a doubling."""
    numbers, status = outcome.numbers, outcome.status
    value, goal = numbers.get("latest_value"), numbers.get("target_value")
    if value is None or goal is None:
        return _from_bound(case, outcome, goal)
    if outcome.year_end is not None and outcome.year_end.on == numbers.get("latest_on"):
        return _within_year(case, outcome, outcome.year_end, goal)
    opening = f"{_head(case, outcome)}，{compared(case, value, goal, _goal_name(case))}"
    if status is Status.EXPIRED_MET:
        return f"{opening}，到期达成。"
    if status is Status.EXPIRED_MISSED:
        return f"{opening}，到期未达成。"
    if status in (Status.MET, Status.MET_LOSING):
        return f"{opening}，{_held(case, outcome)}{_running(case, outcome)}。"
    return f"{opening}；{_ahead(case, outcome, goal)}{_progress(outcome)}{_running(case, outcome)}。"


def _from_bound(case: Case, outcome: Outcome, goal: Decimal | None) -> str:
    point = outcome.used[-1]
    word = {">": "高于", "<": "低于"}.get(point.bound, "")
    said = f"{_head(case, outcome)}{word}{amount(case, point.value)}"
    return f"{said}，达到{_goal_name(case)}{amount(case, goal) if goal is not None else ''}，到期达成。"


def _held(case: Case, outcome: Outcome) -> str:
    """How a met target is held."""
    pace = outcome.pace
    if pace is None:
        return "已达标，年度数值不足，走势尚不明"
    moves = f"{recent(pace.span)}{trend(case, pace.per_year)}"
    if outcome.status is Status.MET:
        return f"已达标，{moves}"
    due, projected = case.target.due_on, outcome.numbers.get("projected_value")
    if due is None or projected is None:
        return f"已达标，但{moves}，在走弱"
    return f"已达标，但{moves}，照此{due_year(due)}约为{amount(case, projected)}"


def _ahead(case: Case, outcome: Outcome, goal: Decimal) -> str:
    """Where the recent pace leads, and what is needed instead."""
    pace, due = outcome.pace, case.target.due_on
    if pace is None or due is None:
        return outcome.reason.label
    moves, wanted = _paces(case, outcome, pace)
    if outcome.reason is Reason.FLAT:
        return f"{recent(pace.span)}基本没有变化（停滞），{wanted}"
    if outcome.reason in _BASE:
        return f"{_BASE[outcome.reason]}，现已退到目标之外，{moves}，{wanted}"
    if outcome.reason is Reason.REVERSE:
        return f"{moves}，与目标方向相反，{wanted}"
    projected, miss = outcome.numbers.get("projected_value"), outcome.numbers.get("miss_share")
    if projected is None or miss is None:
        return f"{moves}，{wanted}"
    if "milestone_on" in outcome.components:
        return f"按{moves}推算，{_to_milestone(case, outcome, miss)}"
    leads = f"按{moves}推算，{due_year(due)}约为{amount(case, projected)}"
    times = outcome.numbers.get("effort_multiple")
    effort = f"，{wanted}，是近期的{number(times, 1)}倍" if times is not None and miss > 0 else ""
    return f"{leads}，{_reach(case, goal - projected, miss, '目标')}{effort}"


def _paces(case: Case, outcome: Outcome, pace: Pace) -> tuple[str, str]:
    """The recent and the needed pace, as rates where the target's path is one of constant growth."""
    rate, needed_rate = outcome.components.get("pace_rate"), outcome.components.get("needed_rate")
    if rate is not None and needed_rate is not None:
        moves = f"{recent(pace.span)}年均增长{number(Decimal(rate), 1)}%"
        return moves, f"今后需年均增长{number(Decimal(needed_rate), 1)}%"
    needed = outcome.numbers.get("needed_pace")
    wanted = f"今后需{trend(case, needed)}" if needed is not None else ""
    return f"{recent(pace.span)}{trend(case, pace.per_year)}", wanted


def _to_milestone(case: Case, outcome: Outcome, miss: Decimal) -> str:
    on = date.fromisoformat(outcome.components["milestone_on"])
    goal, projected = (Decimal(outcome.components[k]) for k in ("milestone_value", "milestone_projected"))
    aim = f"{due_year(on)}阶段目标{amount(case, goal)}"
    return f"{due_year(on)}约为{amount(case, projected)}，{_reach(case, goal - projected, miss, aim)}"


def _reach(case: Case, short: Decimal, miss: Decimal, aim: str) -> str:
    if miss <= 0:
        return f"能够达到{aim}"
    return f"距{aim}仍差{gap(case, short)}（剩余差距的{percent(miss)}）"


def _progress(outcome: Outcome) -> str:
    share, elapsed, lead = (outcome.numbers.get(k) for k in ("progress_share", "elapsed_share", "lead_pp"))
    if not isinstance(share, Decimal) or not isinstance(elapsed, Decimal) or not isinstance(lead, Decimal):
        return ""
    said = f"；目标进度{percent(share)}，时间进度{percent(elapsed)}"
    if abs(lead) < _IN_STEP:
        return f"{said}，两者同步"
    return f"{said}，{'领先' if lead > 0 else '落后'}{number(abs(lead), 1)}个百分点"


def _running(case: Case, outcome: Outcome) -> str:
    """What the running year adds, for a flow whose verdict rests on full years."""
    running = outcome.year_end
    if running is None:
        return ""
    said = f"；{period_of(running.points[-1])}累计{amount(case, running.cumulative)}"
    if running.estimate is None:
        return said
    return f"{said}，按往年同期占比推算全年约{amount(case, running.estimate)}"


def _within_year(case: Case, outcome: Outcome, running: YearEnd, plan: Decimal) -> str:
    """An annual target while its year runs."""
    said = f"{period_of(running.points[-1])}{case.name}累计{amount(case, running.cumulative)}"
    if plan > 0:
        said += f"，为{_goal_name(case)}{amount(case, plan)}的{percent(running.cumulative / plan)}"
    said += f"，时间进度{percent(running.time_share)}"
    if running.share is None:
        why = _NO_SHARE.get(running.reason, "没有往年完整数据")
        return f"{said}；{why}，按时间进度判断{outcome.status.label}。"
    said += f"，往年同期占比{percent(running.share)}"
    if running.estimate is not None:
        said += f"；推算全年约{amount(case, running.estimate)}"
    if running.low is not None and running.high is not None:
        said += f"（{amount(case, running.low)}至{amount(case, running.high)}）"
    return f"{said}，{outcome.status.label}。"


def say_range(case: Case, outcome: Outcome) -> str:
    """A target range; a range with one bound is said as what it is judged as."""
    target, value = case.target, outcome.numbers.get("latest_value")
    if target.low is None:
        return say_stock_cap(case, outcome)
    if target.high is None or value is None:
        return say_level(case, outcome)
    band = f"目标区间{number(target.low, target.decimals)}—{amount(case, target.high)}"
    beyond = Decimal(outcome.components["distance"])
    where = f"在{band}之内" if beyond == 0 else f"比{band}{'低' if value < target.low else '高'}{gap(case, beyond)}"
    opening = f"{_head(case, outcome)}，{where}"
    if outcome.status in (Status.EXPIRED_MET, Status.EXPIRED_MISSED):
        return f"{opening}，{outcome.status.label}。"
    if outcome.status is Status.BREACHED:
        return f"{opening}，突破约束性区间。"
    if outcome.status is Status.MET_LOSING:
        return f"{opening}，但{_held(case, outcome).removeprefix('已达标，但')}，将离开区间。"
    if outcome.status is Status.MET:
        return f"{opening}，{_held(case, outcome)}。"
    moves = f"，{recent(outcome.pace.span)}{trend(case, outcome.pace.per_year)}" if outcome.pace else ""
    return f"{opening}{moves}，{outcome.reason.label}。"


def say_benchmark(case: Case, outcome: Outcome) -> str:
    """Better than a named series."""
    value, theirs = outcome.numbers.get("latest_value"), outcome.numbers.get("target_value")
    other = case.benchmark.area_name if case.benchmark else ""
    if value is None or theirs is None:
        return f"{_head(case, outcome)}。"
    opening = f"{_head(case, outcome)}，{compared(case, value, theirs, other or '参照值')}"
    difference = Decimal(outcome.components["gap"]) * case.target.direction
    word = "优于参照" if difference >= case.tolerance else "尚未优于参照"
    if outcome.pace is None:
        return f"{opening}，{word}，年度数值不足，差距走势尚不明。"
    if outcome.reason is Reason.FLAT:
        return f"{opening}，{word}，{recent(outcome.pace.span)}差距基本没有变化（停滞）。"
    better = outcome.pace.per_year * case.target.direction >= 0
    moves = f"{recent(outcome.pace.span)}平均每年{'改善' if better else '变差'}{gap(case, outcome.pace.per_year)}"
    return f"{opening}，{word}，{moves}。"
