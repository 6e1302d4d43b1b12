"""Bound rules as one set-based SQL statement for DuckDB: every rule of a form edition on every return at once.

`facts` is a long table of staged observations with the columns submission, department, form, edition, period,
indicator, area, measure, nature, price_basis, scope, canonical_value, half_unit and status; `history` is one of what is
known otherwise and needs all but submission, form and edition. One row comes back for each return, rule and
application: submission, rule, version, place, state, left_value, right_value, diff, tolerance. Codes travel as
parameters, never as text. Numbers are rounded exactly as in `arithmetic`: the verdict is the same to the last digit.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from indicators.observations import SeriesKey
from indicators.rules.binding import Check
from indicators.rules.errors import RuleError
from indicators.rules.sql_verdict import slots, verdict

_NAME = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*\Z")
_KEY = "indicator, area, measure, nature, price_basis, scope"


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL with `?` and what belongs in their place, in order."""

    sql: str
    parameters: tuple[object, ...]


def compile_sql(
    checks: Sequence[Check],
    series: Mapping[tuple[str, str], SeriesKey],
    form: str,
    edition: str,
    facts: str = "staging",
    history: str = "history",
) -> Statement:
    """One statement for the expression rules among `checks`, all bound to this edition of this form.

    `series` says which series stands in which cell (row, column) of the form; its department is not looked at. Checks
    of a named kind are left out; with no rule to apply the statement gives no row. RuleError for a wrong table name.
    """
    for relation in (facts, history):
        if not _NAME.match(relation):
            raise RuleError(f"“{relation}”不是表名。没有生成 SQL；请给出形如 staging 的表名。")
    told = [check for check in checks if check.applications]
    shapes: dict[str, int] = {}
    shape_of = [shapes.setdefault(verdict(check), len(shapes)) for check in told]
    wanted = zip(*chain.from_iterable(map(_wanted, told, shape_of, [series] * len(told))), strict=True)
    ruled = zip(*((c.rule.code, c.rule.version, c.rule.tolerance_abs, c.rule.tolerance_rel) for c in told), strict=True)
    union = "\nUNION ALL\n".join(shapes) or _NOTHING
    sql = _FRAME.format(facts=facts, history=history, key=_KEY, verdicts=union)
    lists = [*map(list, wanted), *map(list, ruled)] or [[]] * _LISTS
    return Statement(sql, (form, edition, *lists, *shapes.values()))


def _wanted(check: Check, shape: int, series: Mapping[tuple[str, str], SeriesKey]) -> Iterator[tuple[object, ...]]:
    """The rows of `wanted` for one rule: each cell of each slot of each application."""
    for number, application in enumerate(check.applications):
        for slot, cells in enumerate(slots(application.claim)):
            for cell in cells:
                key = series[cell.row, cell.column]
                area, when = cell.area or key.area, cell.when if cell.outside else "here"
                place = (shape, check.rule.code, number, application.at, slot, len(cells), when, cell.department)
                yield *place, key.indicator, area, key.measure.value, key.nature.value, key.price_basis, key.scope


_NOTHING = (
    "SELECT NULL AS submission, NULL AS rule, NULL AS version, NULL AS place, NULL AS state, NULL AS left_value, "
    "NULL AS right_value, NULL AS diff, NULL AS tolerance WHERE false"
)
_LISTS = 18
_FRAME = """
WITH given AS (SELECT ? AS form, ? AS edition),
wanted AS MATERIALIZED (
  SELECT unnest(?) AS shape, unnest(?) AS rule, unnest(?) AS application, unnest(?) AS place, unnest(?) AS slot,
    unnest(?) AS cells, unnest(?) AS "when", unnest(?) AS department, unnest(?) AS indicator, unnest(?) AS area,
    unnest(?) AS measure, unnest(?) AS nature, unnest(?) AS price_basis, unnest(?) AS scope
),
ruled AS (
  SELECT unnest(?) AS rule, unnest(?) AS version, unnest(?) AS tolerance_abs, unnest(?) AS tolerance_rel
),
fact AS MATERIALIZED (
  SELECT submission, department, period, {key}, canonical_value, half_unit, status
  FROM {facts} JOIN given USING (form, edition)
),
coming AS MATERIALIZED (
  SELECT submission, any_value(department) AS department, any_value(period) AS period FROM fact GROUP BY submission
),
dated AS (
  SELECT *, CAST(period[1:4] AS INTEGER) AS year, CAST(nullif(period[6:], '') AS INTEGER) AS number,
    (year - 1) || period[5:] AS last_year,
    CASE WHEN number > 1
      THEN period[1:5] || right('0' || (number - 1), length(period) - 5) END AS within_year,
    CASE period[5:5] WHEN 'H' THEN '2' WHEN 'Q' THEN '4' WHEN 'M' THEN '12' ELSE '' END AS last_number,
    coalesce(within_year, (year - 1) || period[5:5] || last_number) AS previous
  FROM coming
),
abroad AS (
  SELECT w.* EXCLUDE (department), d.submission,
    CASE WHEN w.department = '' THEN d.department ELSE w.department END AS department,
    CASE WHEN w."when" = '' THEN d.period WHEN w."when" = '上年同期' OR w.nature = 'annual' THEN d.last_year
      WHEN w.nature = 'ytd' THEN d.within_year ELSE d.previous END AS period
  FROM dated d CROSS JOIN wanted w WHERE w."when" <> 'here'
),
found AS (
  SELECT shape, rule, application, place, slot, cells, submission, canonical_value, half_unit, status
  FROM fact JOIN wanted USING ({key}) WHERE "when" = 'here'
  UNION ALL
  SELECT shape, rule, application, place, slot, cells, abroad.submission, canonical_value, half_unit, status
  FROM {history} JOIN abroad USING ({key}, department, period)
  UNION ALL
  SELECT shape, rule, application, place, -1, 0, submission, NULL, NULL, NULL
  FROM (SELECT DISTINCT shape, rule, application, place FROM wanted) CROSS JOIN coming
),
operand AS MATERIALIZED (
  SELECT shape, rule, application, place, slot, cells, submission, half_unit AS e,
    CASE WHEN status = 'N' THEN 0 ELSE canonical_value END AS v
  FROM found
)
{verdicts}
"""
