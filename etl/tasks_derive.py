"""Tasks into a generation, with the numbers that bear them out or do not: what a publication does beside deriving.

The tasks are those of the moment at which the generation is made; for one that is made again, of the moment at which it
was first made, so that a rebuilt generation says the same.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from etl.programmes import programmes_of
from etl.tasks_rows import Numbers, task_rows
from etl.way import Way
from indicators.tasks.doubt import Movement, Verdict
from indicators.tasks.task import Task
from warehouse import seal, tasks, tasks_tables
from warehouse.errors import Damaged
from warehouse.generations import Building, Derive, Derived, current
from warehouse.moments import beijing_day, utc_now
from warehouse.operations import Connection, consulting


def with_tasks(way: Way, derive: Derive) -> Derive:
    """The same derivation, which then fills the tables of tasks too."""

    def derived(building: Building) -> Derived:
        made = derive(building)
        return Derived(made.attainment, made.growth, lambda: _fill(way, building))

    return derived


def tasks_moved(way: Way) -> bool:
    """Whether anything was done with a task since the current generation was made."""
    with consulting(way.folder) as conn:
        moved = tasks.last_moved(conn)
    return moved is not None and moved > datetime.fromisoformat(current(way.folder).manifest.built_at)


def _fill(way: Way, building: Building) -> None:
    moment = _moment(way, building)
    with consulting(way.folder) as conn:
        followed = tasks.registered(conn, moment)
        found = tasks.tasks(conn, until=moment) if followed else []
    rows = {}
    if followed:
        numbers = numbers_for(way, building.conn, found)
        rows = task_rows(found, followed, programmes_of(way), numbers, beijing_day(moment))
    tasks_tables.fill(building.conn, rows)


def _moment(way: Way, building: Building) -> datetime:
    """When this generation is, or was first, made."""
    if building.number in seal.numbers(way.folder):
        try:
            return datetime.fromisoformat(seal.read_manifest(way.folder, building.number).built_at)
        except Damaged:
            pass  # it is being made again because it is damaged: as of now, then
    return building.built_at or utc_now()


def numbers_for(way: Way, conn: Connection, found: list[Task]) -> Numbers:
    """What the generation behind `conn` says of the indicators of these tasks, and of what their owners returned."""
    linked = sorted({link.indicator for task in found for link in task.links})
    area = next((a.code for a in way.catalogue.areas.values() if a.kind == "new_area"), "")
    verdicts: dict[str, list[Verdict]] = defaultdict(list)
    for row in tasks_tables.verdicts(conn, linked, area):
        verdicts[row["indicator"]].append(Verdict(**row))
    grown = tasks_tables.newest_growth(conn, linked, area)
    leads = sorted({task.lead for task in found if task.lead})
    return Numbers(
        verdicts=verdicts,
        movements={row["indicator"]: Movement(**row | {"reason": row["reason"] or ""}) for row in grown},
        names={code: way.catalogue.indicators[code].name for code in linked if code in way.catalogue.indicators},
        revisions=tasks_tables.revision_sizes(conn, leads),
    )
