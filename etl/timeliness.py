"""按时率: of the returns that were due, how many came on time, by department and quarter, with the numbers behind it.

Counted from the catalogue (what was due) and the operations database (what was filed when), published or not. A return
counts from the day on which it is due, or was filed; one that is still within its time counts nowhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from etl.opening import due_day, today
from etl.status import expected
from etl.tabular import as_bytes
from etl.way import Way
from indicators.periods import Period
from warehouse import submissions
from warehouse.moments import beijing_day
from warehouse.operations import consulting

QUARTERS = 8


@dataclass(frozen=True, slots=True)
class Count:
    """Returns that were due, and of them those on time, late, and not filed at all."""

    due: int = 0
    on_time: int = 0
    late: int = 0

    @property
    def missing(self) -> int:
        """Due and never filed."""
        return self.due - self.on_time - self.late

    @property
    def rate(self) -> Decimal | None:
        """Percent on time of what was due, to one decimal; None when nothing was."""
        if not self.due:
            return None
        return (Decimal(100 * self.on_time) / self.due).quantize(Decimal("0.1"), ROUND_HALF_UP)

    def plus(self, other: Count) -> Count:
        """Both together."""
        return Count(self.due + other.due, self.on_time + other.on_time, self.late + other.late)


@dataclass(frozen=True, slots=True)
class Punctuality:
    """One department over some quarters, oldest first."""

    department: str
    name: str
    counts: tuple[Count, ...]

    @property
    def total(self) -> Count:
        """All quarters together."""
        found = Count()
        for one in self.counts:
            found = found.plus(one)
        return found


def quarters_until(last: Period, how_many: int = QUARTERS) -> list[Period]:
    """So many quarters up to `last`, oldest first."""
    return [last.shift(-k) for k in reversed(range(how_many))]


def punctuality(way: Way, periods: Sequence[Period]) -> list[Punctuality]:
    """Every department that reports quarterly, in the order of the catalogue."""
    filed = _first_filed(way, periods)
    found = []
    for department in way.catalogue.departments.values():
        forms = [form for form in way.catalogue.forms.values() if department.code in form.departments]
        counts = []
        for period in periods:
            owed = [(form.code, due_day(way, form.code, period.code)) for form in forms if expected(form, period)]
            days = [(filed.get((code, department.code, period.code)), due) for code, due in owed if due]
            counts.append(_count(days))
        if any(one.due for one in counts):
            found.append(Punctuality(department.code, department.short, tuple(counts)))
    return found


def _count(days: Sequence[tuple[date | None, date]]) -> Count:
    """From (first filed, due) of each expected return."""
    counted = [(filed, due) for filed, due in days if filed or due < today()]
    on_time = sum(1 for filed, due in counted if filed and filed <= due)
    return Count(len(counted), on_time, sum(1 for filed, due in counted if filed and filed > due))


def _first_filed(way: Way, periods: Sequence[Period]) -> dict[tuple[str, str, str], date]:
    """The day on which each (form, department, period) was first filed."""
    first: dict[tuple[str, str, str], date] = {}
    with consulting(way.folder) as conn:
        for period in periods:
            for one in submissions.submissions(conn, period=period.code):
                if one.submitted_at:
                    key, day = (one.form, one.department, one.period), beijing_day(one.submitted_at)
                    first[key] = min(day, first.get(key, day))
    return first


def punctuality_workbook(found: Sequence[Punctuality], periods: Sequence[Period]) -> bytes:
    """The same as an Excel workbook: a row for each department and quarter, then one for all quarters."""
    import pyarrow as pa

    rows = []
    for one in found:
        for label, count in [*((p.label, c) for p, c in zip(periods, one.counts, strict=True)), ("合计", one.total)]:
            rows.append(
                {
                    "部门": one.name,
                    "报告期": label,
                    "应报": count.due,
                    "按时": count.on_time,
                    "迟报": count.late,
                    "未报": count.missing,
                    "按时率（%）": count.rate,
                }
            )
    kinds = [pa.string()] * 2 + [pa.int64()] * 4 + [pa.decimal128(5, 1)]
    names = ["部门", "报告期", "应报", "按时", "迟报", "未报", "按时率（%）"]
    table = pa.Table.from_pylist(rows, pa.schema(list(zip(names, kinds, strict=True))))
    span = f"{periods[0].label}至{periods[-1].label}" if periods else ""
    return as_bytes(table, "xlsx", f"按时率，{span}，截至 {today().isoformat()}")
