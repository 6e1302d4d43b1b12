"""What a page is asked to show, as it stands in the address: period, target year, theme, department, area, as-of day.

A view can be sent to somebody: everything that changes the page is in its address and nothing else is. Text from an
address is never trusted; what is not understood is left out and said so.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import urlencode

from indicators.errors import UsageError
from indicators.periods import Period
from warehouse.moments import beijing_day, utc_now

HOME = "CCXQ"


@dataclass(frozen=True)
class View:
    """One request for a page; empty fields mean the newest, or all."""

    period: str = ""
    target: int = 2030
    theme: str = ""
    department: str = ""
    area: str = HOME
    as_of: date | None = None
    complaint: str = ""

    def query(self, **changes: object) -> str:
        """The address's query of this view with some fields changed; fields at their default are left out."""
        changed = replace(self, **changes)  # type: ignore[arg-type]
        pairs = {
            "period": changed.period,
            "target": "" if changed.target == View.target else str(changed.target),
            "theme": changed.theme,
            "department": changed.department,
            "area": "" if changed.area == HOME else changed.area,
            "asof": changed.as_of.isoformat() if changed.as_of else "",
        }
        text = urlencode({k: v for k, v in pairs.items() if v})
        return f"?{text}" if text else ""


def read(
    period: str = "", target: str = "", theme: str = "", department: str = "", area: str = "", asof: str = ""
) -> View:
    """The view that an address asks for; never raises, `complaint` says in words what was not understood."""
    complaints, found = [], View(theme=theme[:40], department=department[:40], area=area[:40] or HOME)
    try:
        found = replace(found, period=Period.parse(period).code if period else "")
    except UsageError:
        complaints.append(f"期间“{period[:20]}”")
    try:
        found = replace(found, as_of=date.fromisoformat(asof) if asof else None)
    except ValueError:
        complaints.append(f"日期“{asof[:20]}”")
    if target.isdecimal() and 2000 <= int(target) <= 2100:
        found = replace(found, target=int(target))
    elif target:
        complaints.append(f"目标年“{target[:20]}”")
    complaint = f"网址中的{'、'.join(complaints)}看不懂，没有采用。" if complaints else ""
    if found.as_of and found.as_of > beijing_day(utc_now()):
        complaint += f"{found.as_of.isoformat()}还没有到，显示的是至今所知。"
        found = replace(found, as_of=None)
    return replace(found, complaint=complaint)
