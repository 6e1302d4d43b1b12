"""发布预览: the board as it is and as it would be, number by number and verdict by verdict, as plain words and texts.

Made from a rehearsed publication (`etl.preview`) by the very functions that the board itself is made with, so that what
is said here is what will be seen there. It is told of in a job's file and drawn by the page 发布.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from dashboard import wording
from dashboard.edition import HOME
from dashboard.headline import Headline, headline
from dashboard.work.jobs import Stage
from etl.preview import Rehearsed, rehearsed
from etl.way import Way
from warehouse import board_names
from warehouse.board import Reading, Verdict
from warehouse.board_names import Entry, Names
from warehouse.errors import GateFailed, ReasonMissing, SubmissionConflict, VintageConflict

_REFUSALS = (GateFailed, ReasonMissing, VintageConflict, SubmissionConflict)


def preview(way: Way, seen: Sequence[tuple[str, str]], base: int, on_stage: Stage) -> dict[str, Any]:
    """What publishing these submissions (id, stand) would change on the board of generation `base`.

    A publication that the gates would refuse is a result too: `refused` says why, with `failures` one by one.
    """
    ids = [id for id, _ in seen]
    said: dict[str, Any] = {"base": base, "seen": [list(pair) for pair in seen]}
    on_stage("照发布的做法，在草稿上做一遍")
    try:
        with rehearsed(way, ids) as both:
            on_stage("与现在的看板比较")
            return said | {"base": both.before.number} | _compared(both)
    except _REFUSALS as error:
        failures = getattr(error, "failures", ()) or getattr(error, "cells", ())
        return said | {"refused": str(error), "failures": list(failures)[:40]}


def _compared(both: Rehearsed) -> dict[str, Any]:
    fresh = both.fresh()
    names = board_names.names(both.after)
    before, after = both.readings(fresh.indicators, HOME)
    numbers = [
        row
        for code in fresh.indicators
        if code in names.indicators and (row := _number(names.indicators[code], before, after))
    ]
    numbers.sort(key=lambda row: (row["kind"] != "修订", not names.indicators[row["code"]].core_group))
    elsewhere = sum(count for area, count in fresh.areas.items() if area != HOME)
    return {
        "counts": {"new": fresh.new, "revised": fresh.revised, "withdrawn": fresh.withdrawn, "elsewhere": elsewhere},
        "numbers": numbers,
        "revised": _revised(names, before, after),
        "verdicts": [_turned(one, names) for one in both.turned()],
        "progress": _moved(names, *both.verdicts()),
    }


def _number(one: Entry, before: Iterable[Reading], after: Iterable[Reading]) -> dict[str, Any] | None:
    """The headline of an indicator on both boards; None where the board would show the same."""
    old, new = (_headline(one, side) for side in (before, after))
    if (old.reading, old.growth) == (new.reading, new.growth) or new.reading is None:
        return None
    kind = "首次" if old.reading is None else "新一期" if old.reading.period != new.reading.period else "修订"
    return {
        "code": one.code, "name": one.name, "unit": one.unit, "kind": kind,
        "origin": new.reading.origin,
        "before": _shown(old, one), "after": _shown(new, one),
    }  # fmt: skip


def _headline(one: Entry, readings: Iterable[Reading]) -> Headline:
    return headline(one, [r for r in readings if r.indicator == one.code], ())


def _shown(found: Headline, one: Entry) -> dict[str, str] | None:
    if found.reading is None:
        return None
    growth = found.growth.canonical_value if found.growth else None
    return {
        "value": wording.number(found.reading.canonical_value, one.decimals),
        "period": wording.span(found.reading.period, found.reading.nature),
        "growth": f"{wording.signed(growth)}%" if growth is not None else "",
    }


def _revised(names: Names, before: Iterable[Reading], after: Iterable[Reading]) -> list[dict[str, str]]:
    """Published values of the New Area that would be others, or none any more."""
    now = {(r.series, r.form, r.period): r for r in after}
    found = []
    for old in before:
        new = now.get((old.series, old.form, old.period))
        if new is None or old.canonical_value is None or new.canonical_value == old.canonical_value:
            continue
        one = names.indicators[old.indicator]
        decimals = max(_places(value) for value in (old.canonical_value, new.canonical_value) if value is not None)
        found.append(
            {
                "code": old.indicator,
                "name": f"{one.name}{'（同比增长）' if old.measure == 'growth_yoy' else ''}",
                "period": wording.span(old.period, old.nature),
                "before": wording.number(old.canonical_value, decimals),
                "after": wording.number(new.canonical_value, decimals),
                "unit": old.canonical_unit,
                "reason": new.revision_reason,
                "origin": new.origin,
            }
        )
    return found


def _places(value: Decimal) -> int:
    """All the decimals that a value has: a small revision must be seen."""
    exponent = value.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _turned(one: dict[str, Any], names: Names) -> dict[str, str]:
    said = {key: str(one[key] or "") for key in ("target", "name", "factor_label", "sentence")}
    for side in ("before", "after"):
        said |= {f"{side}_status": one[f"{side}_status"] or "", f"{side}_label": one[f"{side}_label"]}
    entry = names.targets.get((one["target"], one["version"]))
    said["target_status"] = str(entry.status) if entry is not None else ""
    return said


def _moved(names: Names, before: dict[str, Verdict], after: dict[str, Verdict]) -> list[dict[str, str]]:
    """Verdicts that keep their word while the number behind them moves: progress or use, before and after."""
    found = []
    for code, new in after.items():
        old = before.get(code)
        if old is None or old.status != new.status or new.area != HOME:
            continue
        shares = [v.used_share if v.used_share is not None else v.progress_share for v in (old, new)]
        if shares[0] == shares[1] or None in shares:
            continue
        found.append(
            {
                "code": new.indicator,
                "name": names.indicator(new.indicator),
                "due": f"{new.due_on.year}年" if new.due_on else "",
                "status": new.status,
                "what": "占上限" if new.used_share is not None else "目标进度",
                "before": wording.percent(shares[0], 1),
                "after": wording.percent(shares[1], 1),
                "target_status": new.target_status,
                "origin": new.origin,
            }
        )
    return found
