"""目标路径: where a target's path stands on a day, and how much of the targeted change is made.

Linear, at a constant rate, or through milestones, between the stated base and the target. Knows the target and two
numbers; the verdict itself comes from the pace and is made elsewhere.
"""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

from indicators.attainment.case import Numbers
from indicators.attainment.flows import Step
from indicators.attainment.series import years
from indicators.targets import Target

_HUNDRED = Decimal(100)


def path_value(target: Target, base: Decimal, goal: Decimal, at: Decimal) -> Decimal | None:
    """The value that the path asks for at time `at` (years); None without dates and outside them.

    A constant rate has sense only between two positive values.
    """
    if target.base_on is None or target.due_on is None:
        return None
    start, end = years(target.base_on), years(target.due_on)
    if not start <= at <= end or start == end:
        return None
    share = (at - start) / (end - start)
    if target.path == "cagr":
        return base * (share * (goal / base).ln()).exp() if base > 0 and goal > 0 else None
    if target.path == "milestones":
        return _along(target, base, goal, at)
    return base + (goal - base) * share


def _along(target: Target, base: Decimal, goal: Decimal, at: Decimal) -> Decimal | None:
    if target.base_on is None or target.due_on is None:
        return None
    corners = [(years(target.base_on), base)]
    corners += sorted((years(m.on), m.value) for m in target.milestones)
    corners.append((years(target.due_on), goal))
    for (left, low), (right, high) in pairwise(corners):
        if left <= at <= right and left < right:
            return low + (high - low) * (at - left) / (right - left)
    return None


def progress(target: Target, base: Decimal | None, goal: Decimal, latest: Step, direction: int) -> Numbers:
    """Elapsed share, share of the targeted change, lead in points and years, path value and gap.

    The share of change exists only where the base lies on the bad side and the latest value is later than the base.
    """
    found: Numbers = {}
    if base is None or target.base_on is None:
        return found
    start, now = years(target.base_on), years(latest.on)
    found["base_on"], found["base_value"] = target.base_on, base
    if target.due_on is None or target.due_on <= target.base_on:
        return found
    span = years(target.due_on) - start
    elapsed = (now - start) / span
    if elapsed >= 0:
        found["elapsed_share"] = elapsed
    wanted = path_value(target, base, goal, now)
    if wanted is not None:
        found["path_value"], found["path_gap"] = wanted, direction * (latest.value - wanted)
    if direction * (goal - base) > 0 and elapsed > 0:
        share = (latest.value - base) / (goal - base)
        found["progress_share"] = share
        found["lead_pp"] = _HUNDRED * (share - elapsed)
        found["lead_years"] = (share - elapsed) * span
    return found
