"""What changed since the last generation and why: returns that came, values that were revised, verdicts that moved.

The causes are those of `etl.why`, found by recomputing with the numbers, targets and rules of both generations. The
comparison is always of two generations; a view of an earlier day has none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dashboard.edition import Edition
from etl.way import Way, catalogue_of
from etl.why import attainment_changes
from indicators.errors import UsageError
from warehouse import board_news
from warehouse.board import Reading
from warehouse.board_returns import Return


@dataclass(frozen=True)
class Changes:
    """The current generation against the one before; `since` is None where there is none to compare with."""

    number: int
    since: int | None
    returns: tuple[Return, ...]
    revised: tuple[tuple[Reading, Reading], ...]
    verdicts: tuple[Mapping[str, Any], ...]
    rolled_back_to: int | None


def changes(edition: Edition) -> Changes:
    """The changes of an edition, worked out once."""
    return edition.once("changes", lambda: _changes(edition))


def _changes(edition: Edition) -> Changes:
    manifest = edition.generation.manifest
    since, moved = manifest.previous, list[dict[str, Any]]()
    if since:
        way = Way(edition.folder, catalogue_of(edition.folder), "", None, "网页")
        try:
            moved = attainment_changes(way, since)
        except UsageError:  # that generation is not kept any more
            since = None
    return Changes(
        edition.number,
        since or None,
        board_news.arrived(edition.generation, edition.number),
        board_news.replaced(edition.generation, edition.number),
        tuple(moved),
        manifest.rolled_back_to,
    )


def of_indicators(found: Changes, edition: Edition, codes: Sequence[str]) -> tuple[Mapping[str, Any], ...]:
    """The moved verdicts on targets of these indicators."""
    held = {t.code: t.indicator for t in edition.names.targets.values()}
    return tuple(one for one in found.verdicts if held.get(one["target"]) in set(codes))
