"""上限: a budget of a cumulative flow, and a stock that must not exceed a limit. Never “completion”.

How much is used, what is left, how fast it goes, when it is gone, and what pace is still allowed. A cap is judged by
the use projected to its due date; after that it is expired on the value for the due date and is not drawn forward.
"""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from indicators.attainment.case import Case, Numbers, Outcome
from indicators.attainment.evidence import evidence
from indicators.attainment.flows import Step
from indicators.attainment.ledger import Ledger, ledger, opening
from indicators.attainment.pace_rule import is_flat, keep_met, suspend, unlinked_since_base
from indicators.attainment.reasons import Reason
from indicators.attainment.result import Status
from indicators.attainment.series import day_at, years

_CUTS = ("cap_on_track", "cap_at_risk", "stale_periods")
_TREND_CUTS = ("pace_steps", "pace_min_points", "pace_window_years", "stale_periods")
_DOWN = -1  # a cap wishes less


class Account(NamedTuple):
    """What a cap is judged from: the limit, the use so far as a step, and the use per year."""

    cap: Decimal
    latest: Step
    pace: Decimal | None

    @property
    def headroom(self) -> Decimal:
        """What is left; negative when the cap is exceeded."""
        return self.cap - self.latest.value


def judge_cumulative(case: Case) -> Outcome:
    """A budget: S is the sum of increments since the start, gross of reclaimed amounts unless netting is allowed."""
    cap = case.target.value
    if cap is None:
        return evidence(case, Reason.NO_VALUE_SET)
    book = ledger(case)
    if isinstance(book, Outcome):
        return book
    account = Account(cap, book.last, book.pace)
    outcome = _opened(case, account, _CUTS)
    outcome.used = book.points
    outcome.components |= _entries(case, book)
    if book.reclaimed:
        outcome.flags.append("negative_increment")
        outcome.detail = "已抵扣" if case.target.netting_allowed else "未抵扣"
    if settle(case, outcome, account, case.series.months, lasting=not case.target.netting_allowed):
        return outcome
    if book.pace is None:
        outcome.reason = Reason.WINDOW_SPARSE
    elif case.target.due_on is None:
        outcome.reason = Reason.NO_DUE
    else:
        _look_ahead(case, outcome, account, book.pace)
    return outcome


def judge_stock(case: Case) -> Outcome:
    """A level never above the cap: used is the latest level, the pace is the recent annual one.

    A cap without due date is one to be kept for good and is judged by the keep rule.
    """
    target = case.target
    cap = target.value if target.value is not None else target.high
    if cap is None:
        return evidence(case, Reason.NO_VALUE_SET)
    steps, pace = case.timeline.steps, case.pace
    if not steps:
        return Outcome(Status.INSUFFICIENT, Reason.BOUND_ONLY if case.points[-1].bound else Reason.NO_VALUE)
    account = Account(cap, steps[-1], pace.per_year if pace else None)
    outcome = _opened(case, account, _CUTS + _TREND_CUTS)
    outcome.pace = pace
    if pace is not None:
        outcome.used = [p for s in steps[-pace.points :] for p in s.points]
        outcome.components["pace_points"] = str(pace.points)
        if pace.points < case.thresholds.pace_normal_points:
            outcome.flags.append("low_confidence")
    if settle(case, outcome, account, case.level_months):
        return outcome
    if case.trend_is_cut:
        suspend(outcome, case.cut_by)
    elif target.due_on is None:
        flat = pace is not None and is_flat(pace, case.series.noise, case.tolerance)
        outcome.status, outcome.reason = keep_met(pace, flat, _DOWN)
    elif pace is None:
        outcome.reason = Reason.ONE_POINT if len(steps) == 1 else Reason.WINDOW_SPARSE
    else:
        _look_ahead(case, outcome, account, pace.per_year)
    return outcome


def exceeded(case: Case) -> Status:
    """What a limit exceeded is called: a breach, unless the target is expressly 预期性."""
    return Status.OFF_TRACK if case.target.binding is False else Status.BREACHED


def cap_use(case: Case, account: Account) -> Numbers:
    """Used share, headroom, elapsed share, burn index, warning step, exhaustion date and allowed pace."""
    target, latest, cap = case.target, account.latest, account.cap
    now, due, opened = years(latest.on), target.due_on, opening(case)
    numbers: Numbers = {
        "latest_on": latest.on,
        "latest_value": latest.value,
        "latest_period": latest.points[-1].period,
        "target_value": cap,
        "headroom": account.headroom,
        "pace": account.pace,
    }
    share = latest.value / cap if cap > 0 else None
    if share is not None:
        numbers["used_share"] = share
        numbers["warning_step"] = max((w for w in target.warning_steps if share * 100 >= w), default=None)
    if due is not None and opened is not None and opened < latest.on and opened < due:
        elapsed = (now - years(opened)) / (years(due) - years(opened))
        numbers["elapsed_share"] = elapsed
        numbers["burn_index"] = share / elapsed if share is not None else None
    if due is None or latest.on < due:
        if account.pace is not None and account.pace > 0 and account.headroom >= 0:
            numbers["exhaustion_on"] = day_at(now + account.headroom / account.pace)
        if due is not None:
            numbers["allowed_pace"] = account.headroom / (years(due) - now)
    return numbers


def settle(case: Case, outcome: Outcome, account: Account, months: int, lasting: bool = False) -> bool:
    """Settle what needs no projection (a break since the base, expired, overdue, stale, over the cap); True if so.

    `months` is the length of the latest value's period. A `lasting` excess (of a sum that cannot fall) stays a breach
    when nothing more is reported.
    """
    latest = account.latest
    over = account.headroom < -case.tolerance
    overdue = case.value_for_due_is_overdue()
    stale = overdue or case.is_stale(latest.on, months)
    broken = unlinked_since_base(case, outcome)
    if broken:
        suspend(outcome, broken)
    elif latest.on == case.target.due_on:
        outcome.status = Status.EXPIRED_MISSED if over else Status.EXPIRED_MET
        outcome.reason = Reason.OVER_CAP if over else Reason.WITHIN_CAP
    elif over and (lasting or not stale):
        outcome.status, outcome.reason = exceeded(case), Reason.OVER_CAP
        outcome.flags += ["stale"] if stale else []
    elif stale:
        outcome.reason = Reason.NO_VALUE_FOR_DUE if overdue else Reason.STALE
    else:
        return False
    return True


def _opened(case: Case, account: Account, cuts: tuple[str, ...]) -> Outcome:
    components = case.thresholds.cited(cuts) | {"tolerance": str(case.tolerance)}
    return Outcome(Status.INSUFFICIENT, Reason.STALE, cap_use(case, account), components, used=account.latest.points)


def _entries(case: Case, book: Ledger) -> dict[str, str]:
    return {
        "netting_allowed": str(case.target.netting_allowed).lower(),
        "reclaimed": str(book.reclaimed),
        "increments": str(len(book.increments)),
        "pace_months": str(book.pace_months),
    }


def _look_ahead(case: Case, outcome: Outcome, account: Account, pace: Decimal) -> None:
    """Judge a cap that still holds by the use at its due date if the pace goes on."""
    due, cap, cuts = case.target.due_on, account.cap, case.thresholds
    if due is None:
        return
    projected = account.latest.value + pace * (years(due) - years(account.latest.on))
    outcome.numbers["projected_value"] = projected
    excess = projected - cap - case.tolerance
    if excess <= (cuts.cap_on_track - 1) * abs(cap):
        outcome.status, outcome.reason = Status.ON_TRACK, Reason.WITHIN_CAP
    elif excess <= (cuts.cap_at_risk - 1) * abs(cap):
        outcome.status, outcome.reason = Status.AT_RISK, Reason.CAP_NEARLY_USED
    else:
        outcome.status, outcome.reason = Status.OFF_TRACK, Reason.CAP_OVERRUN_PROJECTED
