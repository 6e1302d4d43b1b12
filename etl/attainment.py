"""The board as rows: verdicts as published, or as they would have been seen on a day, with the names people know.

Read from the current generation; as of a day computed from what was known then. Every component is in the row.
"""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from etl.derive import attainment_as_of
from etl.way import Way
from indicators.observations import Origin
from indicators.targets import TargetStatus
from warehouse.read import current


def board(way: Way, *, target_year: int | None = None, as_of: date | None = None) -> list[dict[str, Any]]:
    """Verdicts in the order of their codes: rows of `attainment` with `components`, `flags` and `inputs` taken apart.

    `target_year` keeps the targets due in that year. Names are added: name, binding, area_name, indicator_name,
    target_status_label, origin_label.
    """
    held = current(way.folder)
    rows = held.rows("SELECT * FROM attainment") if as_of is None else attainment_as_of(held, way.catalogue, as_of)
    wanted = [row for row in rows if target_year is None or (row["due_on"] and row["due_on"].year == target_year)]
    targets = {(t["code"], t["version"]): t for t in held.rows("SELECT code, version, name, binding FROM target")}
    targets |= {(t.code, t.version): {"name": t.name, "binding": t.binding} for t in way.catalogue.targets}
    return [_told(way, row, targets[row["target"], row["target_version"]]) for row in sorted(wanted, key=_code)]


def _code(row: dict[str, Any]) -> str:
    return str(row["target"])


def _told(way: Way, row: dict[str, Any], target: dict[str, Any]) -> dict[str, Any]:
    areas, indicators = way.catalogue.areas, way.catalogue.indicators
    return row | {
        "name": target["name"],
        "binding": target["binding"],
        "area_name": areas[row["area"]].name if row["area"] in areas else row["area"],
        "indicator_name": indicators[row["indicator"]].name if row["indicator"] in indicators else row["indicator"],
        "target_status_label": TargetStatus(row["target_status"]).label,
        "origin_label": Origin(row["origin"]).label if row["origin"] else "",
        "flags": [flag for flag in row["flags"].split(",") if flag],
        "inputs": [one for one in row["inputs"].split("\n") if one],
        "components": json.loads(row["components"]),
    }
