"""第二镜: the published methods on the inputs of a verdict, and whether they tell another story.

The engine's path rule gives the verdict. Open SDG 2.4 stands beside every floor and lower-is-better verdict; the other
published methods are computed when somebody asks. A method that does not apply says so and disagrees with nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from indicators.attainment.case import Numbers
from indicators.attainment.flows import Step
from indicators.attainment.result import Attainment, Status
from indicators.methods import destatis, open_sdg, un_progress
from indicators.methods.china import consistent_progress

_GOOD, _MIDDLE, _BAD = 2, 1, 0
_OURS = {
    Status.MET: _GOOD,
    Status.ON_TRACK: _GOOD,
    Status.EXPIRED_MET: _GOOD,
    Status.MET_LOSING: _MIDDLE,
    Status.AT_RISK: _MIDDLE,
    Status.OFF_TRACK: _BAD,
    Status.WRONG_WAY: _BAD,
    Status.EXPIRED_MISSED: _BAD,
}
_THEIRS = {
    "target_achieved": _GOOD,
    "substantial_progress": _GOOD,
    "moderate_progress": _MIDDLE,
    "limited_progress": _BAD,
    "deterioration": _BAD,
}


class Lens(NamedTuple):
    """What one published method says: its name with version, its own word for the status, and its number."""

    method: str
    status: str
    value: Decimal | None


def open_sdg_lens(
    status: Status, base_on: date, base: Decimal, latest: Step, goal: Decimal, due_on: date, direction: int
) -> Numbers:
    """Open SDG 2.4 on the same base, latest value and target; the method knows years, so dates count by their year.

    The two disagree when their coarse classes (good, middle, bad) differ; a status of ours that is no judgement, or one
    of theirs that is not available, leaves the question open.
    """
    theirs = open_sdg.open_sdg_2_4(
        base, base_on.year, latest.value, latest.on.year, direction, target=goal, target_year=due_on.year
    )
    mine, other = _OURS.get(status), _THEIRS.get(theirs.status)
    return {
        "second_method": open_sdg.VERSION,
        "second_status": theirs.status,
        "second_value": theirs.progress_value,
        "methods_disagree": None if mine is None or other is None else mine != other,
    }


def lenses(verdict: Attainment, steps: Sequence[Step], direction: int) -> tuple[Lens, ...]:
    """Every published method that can be asked with the base, latest value, target and annual steps of `verdict`.

    目标一致法 gives the share of change made; the reader holds it against the elapsed share. Nothing where the verdict
    has no target value.
    """
    goal, due, latest, latest_on = verdict.target_value, verdict.due_on, verdict.latest_value, verdict.latest_on
    if goal is None or due is None or latest is None or latest_on is None:
        return ()
    by_year = {step.on.year: step.value for step in steps if step.on <= latest_on}
    weather = destatis.destatis_weather(by_year, "target", direction, goal, due.year)
    found = [Lens(destatis.VERSION, weather.status or "not_available", weather.miss_share)]
    base, base_on = verdict.base_value, verdict.base_on
    if base is not None and base_on is not None:
        sdg = open_sdg.open_sdg_2_4(
            base, base_on.year, latest, latest_on.year, direction, target=goal, target_year=due.year
        )
        un = un_progress.un_progress_2023(base, base_on.year, latest, latest_on.year, direction, goal, due.year)
        share = consistent_progress(base, latest, goal)
        found.append(Lens(open_sdg.VERSION, sdg.status, sdg.progress_value))
        found.append(Lens(un_progress.VERSION, un.status, un.ratio))
        found.append(Lens("cn_consistent_progress", "" if share is not None else "not_available", share))
    return tuple(found)
