"""汇总: the board by theme, department or goal, from the rows that are published.

Worst-of for 约束性, counts for the rest, examples apart; never a mean across units. A goal in words shows the
indicators that bear on it. 实现程度 stands beside for readers used to it, labelled as what it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from etl.derive import picture
from etl.derive_known import Ground, Known, series_for
from etl.derive_verdicts import attainment_of
from etl.way import Way
from indicators.attainment.evaluate import evaluate
from indicators.attainment.rollup import Judged, RollUp, realization_view, roll_up
from indicators.catalogue.model import Catalogue, Goal
from indicators.errors import UsageError
from indicators.targets import Target, TargetKind, TargetStatus
from warehouse.catalogue_rows import targets_of
from warehouse.read import current

HOME = "CCXQ"
_SAID = "定性目标，不作量化判定；支撑指标"  # of every supporting indicator, so that the goal says it once
GROUPS = ("theme", "department", "goal")


def rolled_up(way: Way, by: str, target_year: int | None = None) -> list[dict[str, Any]]:
    """The groups of the published board, each with its targets; of goals, with their supporting indicators.

    `target_year` keeps the targets due in that year. Raises UsageError for another grouping than GROUPS.
    """
    if by not in GROUPS:
        raise UsageError(f"不能按“{by}”汇总。可用：{'、'.join(GROUPS)}。")
    held, catalogue = current(way.folder), way.catalogue
    targets = {(t.code, t.version): t for t in targets_of(held.rows("SELECT * FROM target"))}
    rows = held.rows("SELECT * FROM attainment ORDER BY target")
    judged = [
        Judged(targets[row["target"], row["target_version"]], attainment_of(row))
        for row in rows
        if target_year is None or (row["due_on"] and row["due_on"].year == target_year)
    ]
    found = {group.key: group for group in roll_up(judged, _keys(by, catalogue))}
    supporting = _supporting(way, catalogue) if by == "goal" else {}
    return [
        _told(code, name, found.get(code), [j for j in judged if code in _keys(by, catalogue)(j)])
        | ({"supporting": supporting[code]} if by == "goal" else {})
        for code, name in _names(by, catalogue)
        if code in found or by == "goal"
    ]


def _keys(by: str, catalogue: Catalogue) -> Callable[[Judged], Iterable[str]]:
    indicators = catalogue.indicators
    if by == "theme":
        return lambda item: [indicators[item.target.indicator].theme]
    if by == "department":
        return lambda item: [indicators[item.target.indicator].department]
    return lambda item: [
        goal.code
        for goal in catalogue.goals.values()
        if item.target.area == HOME and item.target.indicator in goal.indicators
    ]


def _names(by: str, catalogue: Catalogue) -> list[tuple[str, str]]:
    if by == "theme":
        return [(t.code, t.name) for t in sorted(catalogue.themes.values(), key=lambda t: t.order)]
    if by == "department":
        return [(d.code, d.name) for d in catalogue.departments.values()]
    return [(g.code, f"{g.year}年目标：{g.text}") for g in catalogue.goals.values()]


def _told(code: str, name: str, group: RollUp | None, members: list[Judged]) -> dict[str, Any]:
    """A group as a row; one without targets says so."""
    counts = {s.label: n for s, n in group.counts.items()} if group else {}
    return {
        "key": code,
        "name": name,
        "worst_binding": group.worst_binding.label if group and group.worst_binding else "",
        "worst_targets": list(group.worst_targets) if group else [],
        "counts": counts,
        "examples": {s.label: n for s, n in group.examples.items()} if group else {},
        "judged": group.judged if group else 0,
        "total": group.total if group else 0,
        "sentence": group.sentence if group else "没有目标。",
        "targets": [_member(one) for one in members],
    }


def _member(one: Judged) -> dict[str, Any]:
    realized = realization_view(one.target, one.verdict)
    return {
        "target": one.target.code,
        "name": one.target.name,
        "target_status": one.target.status.value,
        "binding": one.target.binding,
        "status": one.verdict.status.value,
        "status_label": one.verdict.label,
        "sentence": one.verdict.sentence,
        "realization": realized.percent,
        "realization_view": realized.view,
        "realization_label": realized.label,
    }


def _supporting(way: Way, catalogue: Catalogue) -> dict[str, list[dict[str, Any]]]:
    """For each goal in words what its supporting indicators say, by the rule for goals without a number."""
    held, ground = current(way.folder), Ground(catalogue)
    asked = {
        goal.code: [_in_words(goal, code, catalogue) for code in goal.indicators] for goal in catalogue.goals.values()
    }
    rows, noise = picture(held.arrow, [t for targets in asked.values() for t in targets])
    known = Known(rows)
    as_of = next((r["as_of"] for r in held.rows("SELECT max(as_of) AS as_of FROM attainment")), None) or date.min
    said: dict[str, list[dict[str, Any]]] = {}
    for code, targets in asked.items():
        said[code] = []
        for target in targets:
            verdict = evaluate(target, series_for(target, HOME, known, ground, noise), as_of=as_of)
            said[code].append(
                {
                    "indicator": target.indicator,
                    "name": catalogue.indicators[target.indicator].name,
                    "latest_period": verdict.latest_period,
                    "latest_value": verdict.latest_value,
                    "unit": catalogue.indicators[target.indicator].unit,
                    "direction": verdict.components.get("direction_rule", ""),
                    "origin": verdict.origin,
                    "sentence": verdict.sentence.removeprefix(_SAID),
                }
            )
    return said


def _in_words(goal: Goal, indicator: str, catalogue: Catalogue) -> Target:
    """The goal as a target without a number on one of its indicators."""
    entry = catalogue.indicators[indicator]
    return Target(
        code=goal.code,
        name=goal.text,
        indicator=indicator,
        area=HOME,
        kind=TargetKind.QUALITATIVE,
        direction=-1 if entry.direction == "down" else 1,
        unit=entry.unit,
        decimals=entry.decimals,
        status=TargetStatus.OFFICIAL,
    )
