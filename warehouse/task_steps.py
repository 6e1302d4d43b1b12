"""A step of a task as it lies in the operations database: its fields as one JSON text, and back without loss.

Numbers stay exact as text, days are ISO. Only what a step says is written, so the text reads like what was done.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from decimal import Decimal
from typing import Any

from indicators.tasks.programme import Link
from indicators.tasks.task import Act, NodePlan, Step

_BESIDE = ("act", "by", "on", "at")  # columns of their own
_SAID = tuple(f for f in fields(Step) if f.name not in _BESIDE)


def detail(step: Step) -> dict[str, Any]:
    """What a step says, as JSON values; fields at their default are left out."""
    said = {f.name: getattr(step, f.name) for f in _SAID} | {"links": links_text(step.links)}
    return {name: _plain(value) for name, value in said.items() if value not in ("", (), None, 0) or _zero(value)}


def step_of(row: Mapping[str, Any]) -> Step:
    """The step of a row of `task_step`."""
    said = json.loads(row["detail"]) if row["detail"] != "{}" else {}
    if "progress" in said:
        said["progress"] = Decimal(said["progress"])
    if "due_on" in said:
        said["due_on"] = date.fromisoformat(said["due_on"])
    if "nodes" in said:
        said["nodes"] = tuple(NodePlan(n["title"], date.fromisoformat(n["due_on"])) for n in said["nodes"])
    if "links" in said:
        said["links"] = links_of(said["links"])
    for name in ("evidence", "responsible", "to"):
        if name in said:
            said[name] = tuple(said[name])
    return Step(act=Act(row["act"]), by=row["by"], on=row["day"], at=row["at"], **said)


def links_text(links: tuple[Link, ...]) -> str:
    """Linked indicators as the text `GDP:up,PM25:down`."""
    return ",".join(f"{link.indicator}:{link.direction}" for link in links)


def links_of(text: str) -> tuple[Link, ...]:
    """Linked indicators of that text."""
    pairs = (part.split(":") for part in text.split(",") if part)
    return tuple(Link(indicator=code, direction="down" if way == "down" else "up") for code, way in pairs)


def _zero(value: object) -> bool:
    """A progress of 0 % is said, an absent one is not."""
    return isinstance(value, Decimal)


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, NodePlan):
        return {"title": value.title, "due_on": value.due_on.isoformat()}
    return [_plain(v) for v in value] if isinstance(value, tuple) else value
