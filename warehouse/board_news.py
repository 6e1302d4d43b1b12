"""What a generation brought: the returns it was the first to hold, and the published values that they replaced."""

from __future__ import annotations

from sqlalchemy import and_, select

from indicators.observations import Measure
from warehouse import schema
from warehouse.board import Reading
from warehouse.board_returns import Return
from warehouse.board_rows import Readable, columns, made


def arrived(generation: Readable, number: int) -> tuple[Return, ...]:
    """Returns that were first published in generation `number`, by period, department and form."""
    table = schema.submission
    query = select(*columns(Return, table)).where(table.c.generation == number)
    return made(Return, generation.rows(query.order_by(table.c.period.desc(), table.c.department, table.c.form)))


def replaced(generation: Readable, number: int) -> tuple[tuple[Reading, Reading], ...]:
    """Levels that generation `number` was the first to revise: the value before, and the one now."""
    old, new, sent = schema.observation_version.alias("old"), schema.observation_version.alias("new"), schema.submission
    names = ("indicator", "area", "department", "form", "period", "nature", "measure", "price_basis", "scope")
    same = [old.c[name] == new.c[name] for name in names]
    wanted = [c.name for c in columns(Reading, schema.observation_version)]
    query = (
        select(*(old.c[n].label(f"old_{n}") for n in wanted), *(new.c[n] for n in wanted))
        .select_from(new)
        .join(sent, sent.c.id == new.c.submission)
        .join(old, and_(*same, old.c.superseded_at == new.c.recorded_at))
        .where(sent.c.generation == number, new.c.measure == Measure.LEVEL.value)
        .order_by(new.c.indicator, new.c.area, new.c.period_end.desc())
    )
    rows = generation.rows(query)
    before = made(Reading, [{k.removeprefix("old_"): v for k, v in r.items() if k.startswith("old_")} for r in rows])
    after = made(Reading, [{k: v for k, v in r.items() if not k.startswith("old_")} for r in rows])
    return tuple(zip(before, after, strict=True))
