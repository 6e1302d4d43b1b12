"""What a department owes: its returns of the current period and those before, with due day, opening day and state.

For the one who fills in returns; who has reported altogether is `status`, from which the rows are taken.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from etl.opening import OPENS_BEFORE_END, today
from etl.status import latest_period, reporting_status
from etl.way import Way
from indicators.periods import Period
from warehouse.submissions import State

_EARLIER = 4
_DONE = {state.label for state in (State.SUBMITTED, State.APPROVED, State.PUBLISHED, State.SUPERSEDED)}


@dataclass(frozen=True, slots=True)
class Due:
    """One return that a department owes: `row` is its row of the reporting status; it opens on `opens_on`."""

    period: Period
    opens_on: date
    row: dict[str, Any]

    @property
    def open(self) -> bool:
        """True when it may be sent already."""
        return today() >= self.opens_on


def owed(way: Way, department: str) -> list[Due]:
    """The returns of a department, newest period first: of the running and the last period all, of earlier ones what
    has not come."""
    last = latest_period(today())
    found = []
    for back in range(-1, _EARLIER):
        period = last.shift(-back)
        rows = [row for row in reporting_status(way, period.code)["rows"] if row["department"] == department]
        opens = period.end - OPENS_BEFORE_END
        if back == -1 and today() < opens - timedelta(days=60):
            continue
        found += [Due(period, opens, row) for row in rows if back < 1 or row["state"] not in _DONE]
    return found
