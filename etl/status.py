"""报送情况: who has reported for a period, who is late, who owes what; completeness and on-time rate.

Expected returns come from the catalogue, what happened to them from the operations database.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from etl.opening import due_day, today
from etl.way import Way
from indicators.catalogue.facets import edition_for
from indicators.catalogue.model import Form
from indicators.findings import Severity
from indicators.periods import Period
from warehouse import remarks, submissions
from warehouse.accounts import Role
from warehouse.moments import beijing_day
from warehouse.operations import Connection, consulting
from warehouse.submissions import State, Submission

_NOT_COUNTED = (State.RETURNED, State.SUPERSEDED)


def latest_period(on: date) -> Period:
    """The last quarter that had ended by a day."""
    quarter = Period(on.year, "Q", (on.month - 1) // 3 + 1)
    return quarter if quarter.end <= on else quarter.shift(-1)


def reporting_status(way: Way, period: str = "") -> dict[str, Any]:
    """For each expected return of a period: state, receipt, due day, timeliness; and the two rates in words.

    Of a `withdrawn` one `return_reason` says why. A filler is told about the own department only.
    """
    own = way.known.department if way.known and way.known.role is Role.FILLER else ""
    asked = Period.parse(period) if period else latest_period(today())
    with consulting(way.folder) as conn:
        held = submissions.submissions(conn, period=asked.code)
        rows = [
            _row(way, conn, form, department, asked, held)
            for form in way.catalogue.forms.values()
            for department in form.departments
            if expected(form, asked) and own in ("", department)
        ]
    arrived = [row for row in rows if row["filed_on"]]
    on_time = [row for row in arrived if row["timeliness"] == "按时"]
    summary = ""
    if rows:
        summary = f"应报 {len(rows)} 份，已报 {len(arrived)} 份，完整率 {_share(len(arrived), len(rows))}"
        summary += f"；按时率 {_share(len(on_time), len(rows))}。" if arrived else "。"
    return {"period": asked.code, "period_label": asked.label, "rows": rows, "summary": summary}


def expected(form: Form, period: Period) -> bool:
    """True when this form is due for this period (not 免报, an edition is in force, the frequency fits)."""
    if form.frequency == "any" or period.freq != form.frequency:
        return False
    exempt = form.exempt_quarters
    return period.index not in exempt and edition_for(form, period.code) is not None


def _row(
    way: Way, conn: Connection, form: Form, department: str, period: Period, held: list[Submission]
) -> dict[str, Any]:
    mine = [one for one in held if (one.form, one.department) == (form.code, department)]
    mine = [one for one in mine if one.state is not State.CHECKED or one is mine[-1]]  # else a later one replaced it
    counted = [one for one in mine if one.state not in _NOT_COUNTED]
    newest = next(reversed(counted or mine), None)
    due = due_day(way, form.code, period.code)
    filed = [beijing_day(one.submitted_at) for one in mine if one.submitted_at]
    first = min(filed, default=None)
    return {
        "form": form.code,
        "form_name": form.name,
        "department": department,
        "department_name": way.catalogue.departments[department].short,
        "state": newest.state.label if newest else "未报",
        "id": newest.id if newest else "",
        "due_on": due,
        "filed_on": first,
        "timeliness": _timeliness(first, due),
        "open_findings": _open(conn, newest) if newest else 0,
        "withdrawn": bool(newest and newest.withdrawn),
        "return_reason": newest.return_reason if newest else "",
    }


def _timeliness(filed: date | None, due: date | None) -> str:
    if due is None:
        return ""
    if filed is None:
        return f"逾期 {(today() - due).days} 天" if today() > due else f"还有 {(due - today()).days} 天"
    return "按时" if filed <= due else f"迟报 {(filed - due).days} 天"


def _open(conn: Connection, held: Submission) -> int:
    if held.state is not State.CHECKED:
        return 0
    explained = remarks.explanations(conn, held.id)
    found = remarks.findings(conn, held.id)
    return sum(f.severity is not Severity.INFO and f.binding not in explained for f in found)


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f}%"
