"""A data folder with ten years of quarters behind it, made through the warehouse: for tests of boards and their past.

Seven of the catalogue's indicators, of each nature one, and the country beside the New Area for one of them. Numbers
are smooth; each quarter is known twenty days after its end, and GDP's first three quarters of a year are revised a
quarter later, so that the board of any day rests on other rows than that of the next.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from data import catalogue_folder
from etl.derive import derive
from etl.way import Way, enter_way, targets_place
from indicators.catalogue.load import load_catalogue
from indicators.catalogue.model import Catalogue
from indicators.observations import Measure, Observation, Origin
from indicators.periods import Nature, Period
from warehouse import files, remarks, vault
from warehouse.accepted import approved
from warehouse.folder import DataFolder
from warehouse.generations import Generation, publish
from warehouse.moments import day_begins
from warehouse.operations import consulting, operating
from warehouse.submissions import State, add_submission, move
from zhibiao.founding import found_folder

CATALOGUE: Catalogue = load_catalogue(Path(str(catalogue_folder())))
FIRST, LAST = Period.parse("2016Q1"), Period.parse("2026Q1")
KNOWN_AFTER = timedelta(days=20)
_STEADY = {  # value of 2016, change a year, as a share of it
    "GDP": ("650", "0.055"),
    "GENERAL_BUDGET_REVENUE": ("18", "0.07"),
    "LAND_NEW": ("14", "-0.08"),
    "ENERGY_CONSUMPTION": ("250", "0.012"),
    "POPULATION": ("58", "0.02"),
    "UNEMPLOYMENT": ("3.6", "-0.012"),
    "GOOD_AIR_DAYS": ("82", "0.009"),
}
REVISED = "GDP"
HELD = tuple(_STEADY)


def value(indicator: str, area: str, at: Period) -> Decimal:
    """The number of a period: for flows cumulative in its year, with a season of its own."""
    first, change = (Decimal(part) for part in _STEADY[indicator])
    entry = CATALOGUE.indicators[indicator]
    elapsed = at.year - 2016 + (Decimal(at.index) / 4 if entry.nature != "ytd" else 0)
    level = first * (1 + change * elapsed) * (Decimal("0.95") if area == "000000" else 1)
    share = Decimal(("0.21", "0.46", "0.73", "1")[at.index - 1]) if entry.nature == "ytd" else 1
    return (level * share + Decimal((at.year * 7 + at.index * 5) % 11) / 100).quantize(Decimal("0.0001"))


def observation(indicator: str, at: Period, number: Decimal, area: str = "CCXQ", growth: bool = False) -> Observation:
    """A level (or, with `growth`, the reported growth) as the owner of the indicator reports it."""
    entry = CATALOGUE.indicators[indicator]
    nature = Nature.STOCK if entry.nature == "stock" else Nature.YTD
    start, end = at.span(nature)
    unit = "%" if growth else entry.unit
    measure = Measure.GROWTH_YOY if growth else Measure.LEVEL
    return Observation(
        indicator=indicator, area=area, department=entry.department, form="BOARD", edition="1", period=at.code,
        period_start=start, period_end=end, nature=nature, measure=measure,
        price_basis="可比价" if growth else entry.price_basis, scope=entry.scope or "DEPT", value=number,
        raw_text=str(number), unit=unit, canonical_value=number, canonical_unit=unit, decimals=4,
        origin=Origin.SIMULATED, source="SELF", grade="", file_hash="f" * 64, sheet="表",
        cell=f"{measure}{indicator}{area}{at}", respondent="某人",
    )  # fmt: skip


def quarter(at: Period) -> list[Observation]:
    """What is reported for a quarter: every indicator, the country's air, and GDP's growth."""
    made = [observation(code, at, value(code, "CCXQ", at)) for code in _STEADY]
    made.append(observation("GOOD_AIR_DAYS", at, value("GOOD_AIR_DAYS", "000000", at), "000000"))
    return [*made, observation("GDP", at, Decimal("5.5") - Decimal(at.index) / 10, growth=True)]


def revision(at: Period) -> list[Observation]:
    """GDP of a quarter as it was revised a quarter later."""
    return [observation(REVISED, at, value(REVISED, "CCXQ", at) + 1 + at.index)]


class Sent(NamedTuple):
    """Observations that come in as one return, and the moment from which they count as known."""

    read: list[Observation]
    at: Period
    known_at: datetime


def send(folder: DataFolder, *returns: Sent) -> None:
    """Bring returns to approval, all in one transaction."""
    hashes = []
    for one in returns:
        hashes.append(vault.put(folder, hashlib.sha256(repr(one).encode()).hexdigest().encode()))
        vault.put_parsed(folder, hashes[-1], "1", one.read)
    with operating(folder) as conn:
        for one, sha in zip(returns, hashes, strict=True):
            made = add_submission(
                conn, form="BOARD", edition="1", period=one.at.code, department="TJJ", origin=Origin.SIMULATED,
                file_hash=sha, file_name="board.xlsx", parser_version="1", catalogue_digest=CATALOGUE.digest,
                actor="填报", known_at=one.known_at,
            )  # fmt: skip
            for state in (State.PARSED, State.CHECKED, State.SUBMITTED):
                move(conn, made.id, state, "填报")
            remarks.give_reasons(conn, made.id, {f"{o.sheet}!{o.cell}": "核实" for o in one.read}, "填报")
            move(conn, made.id, State.APPROVED, "审核")


def publish_all(folder: DataFolder, catalogue: Catalogue = CATALOGUE) -> Generation:
    """Publish everything approved, derived by the real derivation."""
    with consulting(folder) as conn:
        todo = approved(folder, conn)
    return publish(folder, todo, catalogue, derive(catalogue), who="发布")


def known(at: Period, later: int = 0) -> datetime:
    """The moment from which what is reported for a quarter counts as known, or so many days later."""
    return day_begins(at.end + KNOWN_AFTER + timedelta(days=later))


def founded(root: Path, last: Period = LAST) -> DataFolder:
    """A folder whose first generation holds all quarters up to `last`, with their vintages and revisions."""
    folder = found_folder(root, "管理员", None).folder
    returns, at = [], FIRST
    while at <= last:
        read = quarter(at) + (revision(at.shift(-1)) if at.index > 1 else [])
        returns.append(Sent(read, at, known(at)))
        at = at.shift(1)
    send(folder, *returns)
    publish_all(folder)
    return folder


def adopt(folder: DataFolder, text: str) -> Way:
    """Put adopted targets (YAML) beside the catalogue of a folder, as an import does; the way through it."""
    files.make_directory(targets_place(folder))
    number = len(list(targets_place(folder).iterdir())) + 1
    files.write(targets_place(folder) / f"targets-{number:04d}.yaml", text.encode(), "目标表")
    return enter_way(folder, "管理员")


def rows_by_target(rows: Iterable[Mapping[str, object]]) -> dict[str, dict[str, object]]:
    """Rows of a board by target."""
    return {str(row["target"]): dict(row) for row in rows}


def day(text: str) -> date:
    """A day from its ten characters."""
    return date.fromisoformat(text)
