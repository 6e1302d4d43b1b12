"""Verdicts as rows of `attainment`: every target in force judged on its series, with projection and all components.

Second step of the derivation, for publishing and for the board of an earlier day alike. The rules are those of
`indicators.attainment`; here their results become columns and cite the observations that they rest on.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import date
from decimal import Decimal
from operator import attrgetter
from typing import Any

import pyarrow as pa

from etl.derive_known import Ground, Known, SeriesName, series_for
from etl.derive_parts import Piece
from indicators.attainment.evaluate import judged
from indicators.attainment.projection import project_case, what_it_adds
from indicators.attainment.result import Attainment, Status
from indicators.targets import Target
from warehouse import schema
from warehouse.arrow import arrow_of

_FIELDS = tuple(f.name for f in fields(Attainment))
_every = attrgetter(*_FIELDS)
_as_json = json.JSONEncoder(ensure_ascii=False, sort_keys=True).encode


def verdict_table(
    piece: Piece, targets: Sequence[Target], as_of: date, noise: Mapping[SeriesName, Decimal], ground: Ground
) -> pa.Table:
    """The rows of `attainment` for these targets by what is known in `piece`, in their order.

    A part for `derive_parts`; it stands here so that another process has no more to load than verdicts need.
    """
    known = Known(piece.rows)
    return arrow_of(schema.attainment, [verdict_row(t, known, ground, as_of, noise) for t in targets], derived=True)


def verdict_row(
    target: Target, known: Known, ground: Ground, as_of: date, noise: Mapping[SeriesName, Decimal]
) -> dict[str, Any]:
    """One row of `attainment`."""
    series = series_for(target, target.area, known, ground, noise)
    other = series_for(target, target.benchmark_area, known, ground, noise) if target.benchmark_area else None
    found, case = judged(target, series, as_of=as_of, benchmark=other)
    row: dict[str, Any] = dict(zip(_FIELDS, _every(found), strict=True))
    if "time_share" not in found.components:  # else judged within its year, whose estimate is the projection
        row |= what_it_adds(found, project_case(case, target))
    row |= _outlook(found, row["components"])
    row |= {
        "flags": ",".join(row["flags"]),
        "inputs": "\n".join(known.name(int(i)) for i in found.inputs),
        "components": _as_json(row["components"]),
        "status": str(found.status),
        "status_label": found.label,
        "indicator": target.indicator,
        "area": target.area,
        "scope": target.scope,
        "kind": str(target.kind),
        "target_status": str(target.status),
        "unit": target.unit,
    }
    return row


def attainment_of(row: Mapping[str, Any]) -> Attainment:
    """The verdict that a row of `attainment` holds."""
    said = {name: row[name] for name in _FIELDS} | {
        "status": Status(row["status"]),
        "flags": tuple(f for f in row["flags"].split(",") if f),
        "inputs": tuple(i for i in row["inputs"].split("\n") if i),
        "components": json.loads(row["components"]),
    }
    return Attainment(**said)


def _outlook(found: Attainment, components: Mapping[str, str]) -> dict[str, Any]:
    """The projection's columns: to the due date, or to the end of the running year for what is judged within it."""
    told: dict[str, Any] = {"projected_value": found.projected_value, **components}
    within_year = ("projected_value", "estimate_low", "estimate_high")
    names = within_year if "time_share" in told else ("projection_value", "projection_low", "projection_high")
    value, low, high = (Decimal(told[n]) if told.get(n) is not None else None for n in names)
    return {
        "projection_value": value,
        "projection_low": low,
        "projection_high": high,
        "projection_word": told.get("projection_word", ""),
    }
