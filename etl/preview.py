"""What would change if these submissions were published now: the publication rehearsed, and both boards side by side.

The numbers are those that publishing would make, by the same functions in the same order; nothing is kept of them. How
they are shown is not known here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from etl.derive import derive
from etl.tasks_derive import tasks_moved, with_tasks
from etl.way import Way
from etl.why import changes_between
from warehouse import board
from warehouse.accepted import approved
from warehouse.board import Reading, Verdict
from warehouse.build import Building
from warehouse.operations import consulting
from warehouse.read import Generation, current
from warehouse.rehearsal import rehearsing


@dataclass(frozen=True, slots=True)
class Fresh:
    """How many observations become current in place of others: `areas` counts them by area code."""

    new: int
    revised: int
    withdrawn: int
    areas: dict[str, int]
    indicators: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """The current generation and the one that publishing would make, both open for questions."""

    way: Way
    before: Generation
    after: Building
    ids: tuple[str, ...]

    def fresh(self) -> Fresh:
        """What the submissions bring; an observation that they only repeat is not counted."""
        rows = self._current_from_them()
        old = self._replaced_by_them()
        kinds = [(row, old.get(row["identity"])) for row in rows]
        withdrawn = [row for row, before in kinds if before is not None and row["canonical_value"] is None]
        revised = [row for row, before in kinds if before is not None and row["canonical_value"] is not None]
        areas: dict[str, int] = {}
        for row in rows:
            areas[row["area"]] = areas.get(row["area"], 0) + 1
        named = tuple(dict.fromkeys(row["indicator"] for row in rows))
        return Fresh(len(rows) - len(withdrawn) - len(revised), len(revised), len(withdrawn), areas, named)

    def readings(self, indicators: Sequence[str], area: str) -> tuple[tuple[Reading, ...], tuple[Reading, ...]]:
        """Readings of these indicators in an area, before and after."""
        before = board.readings(self.before, indicators, (area,))
        return before, board.readings(self.after, indicators, (area,))

    def verdicts(self) -> tuple[dict[str, Verdict], dict[str, Verdict]]:
        """Verdicts by target, before and after."""
        before, after = board.verdicts(self.before), board.verdicts(self.after)
        return {v.target: v for v in before}, {v.target: v for v in after}

    def turned(self) -> list[dict[str, Any]]:
        """Each verdict whose status would be another, with its cause, as `etl.why` tells it."""
        return changes_between(self.way, self.before, self.after)

    def _current_from_them(self) -> list[dict[str, Any]]:
        return self.after.rows(
            f"SELECT {_IDENTITY} AS identity, indicator, area, canonical_value FROM observation_current "
            f"WHERE submission IN ({_names(self.ids)}) ORDER BY indicator, period_end",
            _params(self.ids),
        )

    def _replaced_by_them(self) -> dict[str, Any]:
        """Values, by identity, of what was current until these submissions."""
        rows = self.after.rows(
            f"SELECT {_IDENTITY} AS identity, canonical_value FROM observation_version WHERE superseded_at IN "
            f"(SELECT recorded_at FROM submission WHERE id IN ({_names(self.ids)})) "
            f"AND submission NOT IN ({_names(self.ids)}) AND canonical_value IS NOT NULL",
            _params(self.ids),
        )
        return {row["identity"]: row["canonical_value"] for row in rows}


_IDENTITY = (
    "concat_ws('|', indicator, area, department, form, period, nature, measure, coalesce(price_basis, ''), "
    "coalesce(scope, ''))"
)


def _names(ids: Sequence[str]) -> str:
    return ", ".join(f":s{n}" for n in range(len(ids))) or "NULL"


def _params(ids: Sequence[str]) -> dict[str, str]:
    return {f"s{n}": id for n, id in enumerate(ids)}


@contextmanager
def rehearsed(way: Way, ids: Sequence[str]) -> Iterator[Rehearsed]:
    """Both boards while the block lasts, if these approved submissions were published now.

    Raises NotPermitted, UsageError, SubmissionConflict (no longer approved) and what publishing them would raise.
    """
    way.may("publish")
    base = current(way.folder)
    with consulting(way.folder) as conn:
        accepted = approved(way.folder, conn, list(ids))
    deriving = with_tasks(way, derive(way.catalogue))
    with rehearsing(way.folder, base, accepted, way.catalogue, deriving, way.actor) as building:
        yield Rehearsed(way, base, building, tuple(ids))


def beside_returns(way: Way) -> list[str]:
    """What else a publication would take up, in words: another catalogue, steps of tasks; empty when nothing."""
    found = []
    if current(way.folder).manifest.catalogue_digest != way.catalogue.digest:
        found.append("指标目录或采用的目标有改动")
    if tasks_moved(way):
        found.append("督查任务有新的进展")
    return found
