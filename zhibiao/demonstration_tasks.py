"""The demonstration's tasks: the programme of 2014 with 示例 owners and dates, and a simulated past of three quarters.

Taken in through the flow in two parts, so that the last generation shows what moved since the one before it. A run that
was killed between them goes on where it stopped.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path

from data.simulate_tasks import ASSIGNED_ON, MARK, Past, simulated_past
from etl.tasks import Evidence, example_plans, keep_evidence, take_up
from etl.tasks_history import take_history
from etl.way import Way
from indicators.tasks.task import Act, Step
from warehouse.moments import BEIJING, as_utc
from warehouse.operations import consulting
from warehouse.tasks import steps_of, tasks

PROGRAMME = "CJT2014"
CUT = date(2026, 10, 15)
_BUREAU = {"reviewer": "统计局审核", "publisher": "统计局发布", "leader": "领导"}


def take_up_tasks(publisher: Way) -> Sequence[Past]:
    """Take up the programme and its past until the cut; what is still to come."""
    take_up(publisher, PROGRAMME, example=True, since=ASSIGNED_ON)
    past = simulated_past()
    _take(publisher, [one for one in past if one.day < CUT])
    return [one for one in past if one.day >= CUT]


def take_rest(publisher: Way, past: Sequence[Past]) -> None:
    """Take in what came after the cut."""
    _take(publisher, past)


def _take(publisher: Way, past: Sequence[Past]) -> None:
    with consulting(publisher.folder) as conn:
        codes = {one.number: one.code for one in tasks(conn, PROGRAMME)}
        done = {(code, s.on, s.act) for code in codes.values() for s in steps_of(conn, code)}
    owners = {number: plan["lead"] for number, plan in example_plans(PROGRAMME).items()}
    wanted = ((codes[one.number], _step(publisher, one, owners[one.number])) for one in past)
    take_history(publisher, [(code, step) for code, step in wanted if (code, step.on, step.act) not in done])


def _step(way: Way, one: Past, department: str) -> Step:
    by = _BUREAU.get(one.who) or f"{way.catalogue.departments[department].short}填报"
    shown = [_evidence(way, one)] if one.evidence else []
    return Step(
        act=Act(one.act),
        by=by,
        on=one.day,
        at=as_utc(datetime.combine(one.day, time(10, 0), BEIJING)),
        text=one.text,
        node=one.node,
        period=one.period,
        progress=None if one.progress is None else Decimal(one.progress),
        quantity=one.quantity,
        problem=one.problem,
        next_step=one.next_step,
        due_on=one.due_on,
        evidence=keep_evidence(way, shown),
    )


def _evidence(way: Way, one: Past) -> Evidence:
    name = f"模拟数据_{one.evidence}"
    text = f"{MARK}{one.text.removeprefix(MARK)}\r\n这份材料是为演示而编的，不是真实情况。\r\n"
    place: Path = way.folder.root / "workbooks" / name
    place.write_bytes(text.encode("utf-8-sig"))
    return Evidence(name, place.read_bytes())
