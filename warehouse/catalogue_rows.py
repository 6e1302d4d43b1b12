"""The catalogue as rows of a generation: what analysts join to, exactly as it was when the generation was made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pydantic import BaseModel
from sqlalchemy import Connection, Table

from indicators.catalogue.model import Catalogue, Form
from indicators.targets import Target
from warehouse import schema
from warehouse.arrow import pour

_RENAMED = {"theme": {"order_no": "order"}, "scope_break": {"on_date": "on"}}


def refill(conn: Connection, catalogue: Catalogue) -> None:
    """Replace every catalogue table by what this catalogue holds, inside the caller's transaction."""
    holds: Sequence[tuple[Table, Sequence[BaseModel]]] = (
        (schema.theme, [*catalogue.themes.values()]),
        (schema.indicator, [*catalogue.indicators.values()]),
        (schema.area, [*catalogue.areas.values()]),
        (schema.department, [*catalogue.departments.values()]),
        (schema.scope, [*catalogue.scopes.values()]),
        (schema.source, [*catalogue.sources.values()]),
        (schema.target, catalogue.targets),
        (schema.goal, [*catalogue.goals.values()]),
        (schema.scope_break, [*catalogue.scope_breaks.values()]),
    )
    for table, entries in holds:
        _replace(conn, table, [_row(table, entry) for entry in entries])
    _replace(conn, schema.form, [_form_row(form) for form in catalogue.forms.values()])


def _replace(conn: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    conn.execute(table.delete())
    pour(conn, table, rows)


def _row(table: Table, entry: BaseModel) -> dict[str, Any]:
    """The entry's fields by column name; a tuple of codes becomes a list with commas."""
    renamed = _RENAMED.get(table.name, {})
    row = {c.name: getattr(entry, renamed.get(c.name, c.name)) for c in table.columns}
    if isinstance(entry, Target):
        row["milestones"] = ";".join(f"{m.on}={m.value}" for m in entry.milestones)
    return {n: ",".join(map(str, v)) if isinstance(v, tuple) else v for n, v in row.items()}


def targets_of(rows: Iterable[Mapping[str, Any]]) -> tuple[Target, ...]:
    """The targets that these rows of `target` hold, as they were when the generation was made."""
    return tuple(_target(row) for row in rows)


def _target(row: Mapping[str, Any]) -> Target:
    said = {name: value for name, value in row.items() if value is not None}
    stages = [part.split("=") for part in said.pop("milestones").split(";") if part]
    said["milestones"] = [{"on": on, "value": value} for on, value in stages]
    said["warning_steps"] = [step for step in said["warning_steps"].split(",") if step]
    return Target.model_validate(said)


def _form_row(form: Form) -> dict[str, Any]:
    newest = form.editions[-1].edition if form.editions else ""
    return {
        "code": form.code,
        "name": form.name,
        "table_number": form.table_number,
        "edition": newest,
        "frequency": form.frequency,
        "departments": ",".join(form.departments),
        "due_days": form.due_days,
    }
