"""A small world for the tests of the warehouse: a catalogue of three indicators, one form, and returns made by hand."""

from __future__ import annotations

import functools
import shutil
import tempfile
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest

from indicators.catalogue.model import Area, Catalogue, Department, Indicator
from indicators.observations import Observation, ObsStatus, Origin
from indicators.periods import Nature, Period
from tests import postgres
from warehouse import lake, remarks, submissions, vault
from warehouse.accepted import approved
from warehouse.errors import EnvironmentLacks
from warehouse.folder import DataFolder, create_folder
from warehouse.generations import Building, Derived, Generation, nothing_derived, publish
from warehouse.operations import consulting, migrate, operating, settle_server
from warehouse.submissions import State, Submission

INDICATORS = ("GDP", "REV", "POP")
CATALOGUE = Catalogue(
    digest="digest-1",
    themes={},
    sources={},
    areas={c: Area(code=c, name=c, name_en=c, kind="part") for c in ("CCXQ", "CC")},
    departments={c: Department(code=c, name=c, name_en=c, short=c) for c in ("TJ", "CZ")},
    scopes={},
    indicators={
        c: Indicator(
            code=c, name=f"指标{c}", name_en=c, theme="", definition="", unit="亿元", decimals=1, nature="ytd",
            direction="up", department="TJ", source="", natural_min=Decimal(0), natural_max=Decimal(10**9),
        )
        for c in INDICATORS
    },
    scope_breaks={},
    goals={},
    targets=(),
    forms={},
    rules={},
)  # fmt: skip

_kept: list[tempfile.TemporaryDirectory[str]] = []


@functools.cache
def _template() -> Path:
    _kept.append(tempfile.TemporaryDirectory())
    return create_folder(Path(_kept[-1].name) / "made").root


STORES = ("sqlite", "postgresql")


def fresh(path: Path, store: str = "sqlite") -> DataFolder:
    """A new data folder at `path`, copied from one made once per run; its operations database is a new one."""
    shutil.copytree(_template(), path)
    folder = DataFolder(path)
    if store == "ducklake":
        return on_lake(path)
    if store == "postgresql":
        address = postgres.database()
        if address is None:
            pytest.skip("no PostgreSQL can be started here: the same tests on PostgreSQL are SKIPPED")
        folder.operations.unlink()
        settle_server(folder, address)
        migrate(folder)
    return folder


def on_lake(path: Path) -> DataFolder:
    """A new data folder whose generations are in a DuckLake and whose operations database is in the same PostgreSQL."""
    address = postgres.database()
    if address is None or not lake_ready():
        pytest.skip("no PostgreSQL can be started here, or no DuckLake is installed: its tests are SKIPPED")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(lake.ADDRESS, f"ducklake:{address}?data={path}-lake")
        return create_folder(path)


def copied_lake(original: DataFolder, path: Path) -> DataFolder:
    """A copy of a folder of `on_lake` that nobody has open: with a database and files of its own."""
    import psycopg

    kept = lake.lake_of(original)
    address = postgres.database(copied=str(kept.catalog.database))
    assert address is not None
    shutil.copytree(kept.data, f"{path}-lake")
    shutil.copytree(original.root, path)
    folder, name = DataFolder(path), address.rsplit("/", 1)[1]
    for place in (folder.lake, folder.server):
        said = place.read_text("utf-8").replace(f"/{kept.catalog.database}", f"/{name}")
        place.write_text(said.replace(kept.data.rstrip("/"), f"{path}-lake"), "utf-8")
    with psycopg.connect(address) as conn:
        was, now = kept.data, f"{path}-lake/"
        conn.execute(f"UPDATE {lake.SCHEMA}.ducklake_metadata SET value = %s WHERE value = %s".encode(), (now, was))
        seals = f"UPDATE {lake.SCHEMA}.zhibiao_file_seal SET path = replace(path, %s, %s)"
        conn.execute(seals.encode(), (was, now))
    return folder


def lake_ready() -> bool:
    """Whether DuckDB's extensions for a DuckLake are installed here."""
    try:
        return bool(lake.extensions())
    except EnvironmentLacks:
        return False


def observation(indicator: str, value: str | None, sha: str = "f" * 64, **more: object) -> Observation:
    """One observation of 2026Q3 in the New Area, in cell D of a row of its own."""
    period = Period.parse(str(more.pop("period", "2026Q3")))
    number = None if value is None else Decimal(value)
    start, end = period.span(Nature.YTD)
    said: dict[str, object] = {
        "indicator": indicator, "area": "CCXQ", "department": "TJ", "form": "K01", "edition": "1",
        "period": period.code, "period_start": start, "period_end": end, "nature": Nature.YTD,
        "value": number, "raw_text": value or "", "unit": "亿元", "canonical_value": number, "canonical_unit": "亿元",
        "decimals": 1, "file_hash": sha, "sheet": "表",
        "cell": f"D{INDICATORS.index(indicator) + 1 if indicator in INDICATORS else 99}",
        "status": ObsStatus.NORMAL if value is not None else ObsStatus.MISSING,
    }  # fmt: skip
    return Observation(**(said | more))  # type: ignore[arg-type]


def approve_return(
    folder: DataFolder,
    values: Mapping[str, str | None],
    *,
    mark: str = "",
    period: str = "2026Q3",
    reason: str = "更正",
    known_at: datetime | None = None,
    until: State = State.APPROVED,
    **more: object,
) -> Submission:
    """Bring a return of these values through every state up to approved, or `until` submitted."""
    text = f"{sorted(values.items(), key=str)} {period} {mark} {known_at}"
    sha = vault.put(folder, text.encode())
    read = [observation(i, v, sha, period=period, **more) for i, v in values.items()]
    vault.put_parsed(folder, sha, "1", read)
    with operating(folder) as conn:
        one = submissions.add_submission(
            conn, form="K01", edition="1", period=period, department="TJ", origin=Origin.RETURNED, file_hash=sha,
            file_name="return.xlsx", parser_version="1", catalogue_digest=CATALOGUE.digest, actor="filler",
            known_at=known_at,
        )  # fmt: skip
        submissions.move(
            conn, one.id, State.PARSED, "filler", detail={"parsed": vault.parsed_seal(folder, sha, "1")}
        )  # fmt: skip
        for state in (State.CHECKED, State.SUBMITTED):
            submissions.move(conn, one.id, state, "filler")
        if reason:
            remarks.give_reasons(conn, one.id, {f"{o.sheet}!{o.cell}": reason for o in read}, "filler")
        if until is State.SUBMITTED:
            return submissions.get_submission(conn, one.id)
        return submissions.move(conn, one.id, State.APPROVED, "reviewer")


def publish_all(folder: DataFolder, derive: object = nothing_derived, **more: object) -> Generation:
    """Publish everything that is approved."""
    with consulting(folder) as conn:
        todo = approved(folder, conn)
    said: dict[str, object] = {"who": "publisher", **more}
    return publish(folder, todo, CATALOGUE, derive, **said)  # type: ignore[arg-type]


def derive_levels(building: Building) -> Derived:
    """A derivation that follows from the observations alone: each current value beside its kind."""
    rows = building.rows(
        "SELECT indicator, area, department, scope, price_basis, period, period_end, canonical_value AS value, "
        "canonical_unit AS unit, origin FROM observation_current"
    )
    wanted = [r for r in rows if building.touched is None or (r["indicator"], r["area"]) in building.touched]
    return Derived(
        growth=[r | {"kind": "difference", "reason": "" if r["value"] is not None else "缺报"} for r in wanted]
    )
