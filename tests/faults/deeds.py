"""What is done while a process is being hurt: a review and a publication of the second return of a folder."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from tests.warehouse_world import approve_return, derive_levels, fresh, publish_all
from warehouse import submissions
from warehouse.folder import DataFolder, open_folder
from warehouse.operations import operating
from warehouse.read import current
from warehouse.submissions import State

BEFORE = {"GDP": Decimal(1), "REV": Decimal(2)}
AFTER = {"GDP": Decimal(3), "REV": Decimal(2)}


def prepared(path: Path) -> DataFolder:
    """A folder with one return published and a revision of it awaiting review; to publish it gives up old files."""
    folder = fresh(path)
    for _ in range(2):
        publish_all(folder)
    approve_return(folder, {"GDP": "1", "REV": "2"})
    publish_all(folder, derive_levels)
    approve_return(folder, {"GDP": "3", "REV": "2"}, until=State.SUBMITTED)
    return folder


def review_and_publish(root: str) -> None:
    """Approve what awaits review, publish what is approved; it may be done again after any death."""
    folder = open_folder(Path(root))
    with operating(folder) as conn:
        for one in submissions.submissions(conn, state=State.SUBMITTED):
            submissions.move(conn, one.id, State.APPROVED, "reviewer")
    publish_all(folder, derive_levels)


def shown(folder: DataFolder) -> dict[str, Decimal]:
    """What a reader is shown, proved to be one whole generation."""
    held = current(folder)
    assert held.notice == ""
    values = {r["indicator"]: r["canonical_value"] for r in held.rows("SELECT * FROM observation_current")}
    derived = {r["indicator"]: r["value"] for r in held.rows("SELECT * FROM growth")}
    assert values == derived
    return values
