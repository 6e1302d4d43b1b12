"""One question, every door: page, command line, API, SDMX, shared copy, frames, exports and package give one number.

Values are compared as decimals, digit for digit; frames and workbooks hold floats and are compared as such.
"""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pyarrow.parquet as pq
import pytest
from flask.testing import FlaskClient
from typer.testing import CliRunner

from dashboard.app import create_app
from etl.sharing import share_all
from indicators.observations import Measure
from tests.warehouse_world import approve_return, fresh, publish_all
from warehouse import open_warehouse
from warehouse.folder import DataFolder
from zhibiao.__main__ import app

SENT = {"GDP": "1046.3000000001", "REV": "-7.3", "POP": "123456789.0123456789"}
QUESTION = "SELECT indicator, canonical_value AS v FROM observation_current WHERE period = '2026Q3'"
Found = dict[str, Decimal]
OFFICE = shutil.which("soffice")


@dataclass
class House:
    """A folder with one published quarter, a browser on it, and a place for files."""

    folder: DataFolder
    client: FlaskClient
    place: Path

    def command(self, *words: str) -> str:
        ended = CliRunner().invoke(app, [*words, "--data", str(self.folder.root)])
        assert ended.exit_code == 0, ended.output
        return ended.stdout

    def file(self, name: str, *words: str) -> Path:
        self.command(*words, "-o", str(self.place / name))
        return self.place / name


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    place = tmp_path_factory.mktemp("doors")
    folder = fresh(place / "data")
    levels = {name: value for name, value in SENT.items() if name != "REV"}
    approve_return(folder, levels, known_at=datetime(2026, 10, 15))
    approve_return(folder, {"REV": SENT["REV"]}, known_at=datetime(2026, 10, 15), measure=Measure.GROWTH_YOY)
    publish_all(folder)
    yield House(folder, create_app(folder, guest=True).server.test_client(), place)


def by_columns(rows: list[dict[str, Any]], value: str = "canonical_value", name: str = "indicator") -> Found:
    return {row[name]: Decimal(row[value]) for row in rows}


def of_csv(content: bytes, value: str = "canonical_value", name: str = "indicator") -> Found:
    return by_columns(list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""))), value, name)


def page(house: House) -> Found:
    names, values = house.client.post("/sql/run", json={"sql": QUESTION}).json["columns"]
    return dict(zip(names["texts"], map(Decimal, values["texts"]), strict=True))


def sdmx_json(house: House) -> Found:
    said = json.loads(house.client.get("/api/v1/observations?format=sdmx-json").data, parse_float=Decimal)
    names = [one["id"] for one in said["data"]["structures"][0]["dimensions"]["series"][0]["values"]]
    series = said["data"]["dataSets"][0]["series"]
    return {names[int(key.split(":")[0])]: one["observations"]["0"][0] for key, one in series.items()}


def package(house: House) -> Found:
    house.command("export", "package", "-o", str(house.place / "package"))
    return of_csv((house.place / "package/data/observations.csv").read_bytes())


def shared(house: House) -> Found:
    copy, *views = share_all(house.folder)
    (parquet,) = (path for path in views if path.name == "最新值.parquet")
    with duckdb.connect(str(copy), read_only=True) as other:
        found = dict(other.execute(QUESTION).fetchall())
    assert sorted(pq.read_table(parquet)["数值"].to_pylist()) == sorted(found.values())
    return found


EXACT: dict[str, Callable[[House], Found]] = {
    "page": page,
    "page, csv": lambda h: of_csv(h.client.post("/sql/download", json={"sql": QUESTION, "format": "csv"}).data, "v"),
    "command, json": lambda h: by_columns(json.loads(h.command("sql", QUESTION, "--format", "json"))["rows"], "v"),
    "command, parquet": lambda h: by_columns(
        pq.read_table(h.file("q.parquet", "sql", QUESTION, "--format", "parquet")).to_pylist(), "v"
    ),
    "API, json": lambda h: by_columns(h.client.get("/api/v1/observations").json["data"]),
    "API, csv": lambda h: of_csv(h.client.get("/api/v1/observations?format=csv").data),
    "API, parquet": lambda h: by_columns(
        pq.read_table(io.BytesIO(h.client.get("/api/v1/observations?format=parquet").data)).to_pylist()
    ),
    "SDMX-CSV": lambda h: of_csv(h.client.get("/api/v1/observations?format=sdmx-csv").data, "OBS_VALUE", "INDICATOR"),
    "SDMX-JSON": sdmx_json,
    "shared copy": shared,
    "frames, exact": lambda h: by_columns(open_warehouse(h.folder.root).arrow(QUESTION).to_pylist(), "v"),
    "export, csv": lambda h: of_csv(h.file("o.csv", "export", "observations", "--format", "csv").read_bytes()),
    "export, json": lambda h: by_columns(
        json.loads(h.file("o.json", "export", "observations", "--format", "json").read_bytes())["rows"]
    ),
    "package": package,
}


@pytest.mark.parametrize("door", EXACT)
def test_every_door_gives_the_number_that_was_sent(house: House, door: str) -> None:
    assert EXACT[door](house) == {name: Decimal(value) for name, value in SENT.items()}


def test_frames_and_workbooks_hold_the_nearest_float(house: House) -> None:
    wanted = {name: float(value) for name, value in SENT.items()}
    frame = open_warehouse(house.folder.root).observations()
    assert dict(zip(frame["indicator"], frame["canonical_value"], strict=True)) == wanted
    book = openpyxl.load_workbook(house.file("o.xlsx", "export", "observations"))["结果"]
    head = [cell.value for cell in book[1]]
    at = head.index("indicator"), head.index("canonical_value")
    read = {row[at[0]].value: row[at[1]].value for row in book.iter_rows(min_row=2)}
    assert {name: pytest.approx(value, rel=1e-14) for name, value in wanted.items()} == read
    assert isinstance(read["REV"], float) and read["REV"] == -7.3


@pytest.mark.skipif(not OFFICE, reason="没有 LibreOffice；tests/office.sh 说明怎样安装")
def test_an_export_is_numbers_and_a_chart_in_another_spreadsheet_program(house: House) -> None:
    for period, value in (("2026Q1", "0.1"), ("2026Q2", "500.5")):
        approve_return(house.folder, {"GDP": value}, period=period, mark=period)
    publish_all(house.folder)
    made = house.file("图.xlsx", "export", "observations", "--indicator", "GDP")
    sql = "SELECT -7.3 AS 数, '=1+1' AS 文, 9007199254740993 AS 长数, '-7.3' AS 文数, DATE '2026-09-30' AS 日"
    asked = house.file("问.xlsx", "sql", sql, "--format", "xlsx")
    for kind in ("ods", "csv:Text - txt - csv (StarCalc):44,34,76,1"):
        words = [str(OFFICE), f"-env:UserInstallation=file://{house.place}/profile", "--headless", "--convert-to", kind]
        files = ["--outdir", str(house.place), str(made), str(asked)]
        ended = subprocess.run([*words, *files], capture_output=True, timeout=240)
        assert ended.returncode == 0, ended.stderr
    parts = _members(house.place / "图.ods")
    drawn = [content for name, content in parts.items() if name.startswith("Object") and name.endswith("content.xml")]
    assert any('chart:class="chart:line"' in one and 'values-cell-range-address="图.B2:图.B4"' in one for one in drawn)
    head, row = list(csv.reader(io.StringIO((house.place / "问.csv").read_text("utf-8"))))
    assert dict(zip(head, row, strict=True)) == {
        "数": "-7.3", "文": "=1+1", "长数": "9007199254740993", "文数": "-7.3", "日": "2026-09-30",
    }  # fmt: skip
    cells = _members(house.place / "问.ods")["content.xml"]
    assert 'office:value-type="float" office:value="-7.3"' in cells and 'office:value-type="date"' in cells
    assert "table:formula" not in cells


def _members(path: Path) -> dict[str, str]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name).decode("utf-8", "replace") for name in archive.namelist()}
