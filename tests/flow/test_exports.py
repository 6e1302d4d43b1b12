"""Data out: exact, safe and whole — files of a table, a package with checksums, a shared copy, a notebook's view."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import stat
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import frictionless
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from etl.exports import export, package
from etl.sharing import share_all
from etl.tabular import as_bytes, exact_csv, plain_rows
from etl.way import Way, enter_way
from indicators.errors import UsageError
from indicators.observations import Origin
from tests.warehouse_world import approve_return, fresh, publish_all
from warehouse import open_warehouse
from warehouse.build import writing_file
from warehouse.folder import DataFolder
from warehouse.generations import current
from warehouse.share import share, share_published

TRICKY = pa.table(
    {
        "=名": ["=1+1", "正常", None, ' "引号",\n换行', "－７"],
        "数": pa.array(
            [Decimal("-7.3"), Decimal("0E-10"), None, Decimal("1E-10"), Decimal(100)], pa.decimal128(28, 10)
        ),
        "是": [True, False, None, True, True],
        "刻": pa.array([datetime(2026, 1, 1, 8, 30), None, None, datetime(2026, 1, 1, 0, 0, 0, 5), None]),
        "日": [date(2026, 9, 30), None, None, None, None],
        "列": [[1, 2], None, [], None, None],
    }
)


def test_a_csv_for_a_spreadsheet_calculates_nothing_and_keeps_numbers() -> None:
    data = as_bytes(TRICKY, "csv", "")
    assert data.startswith(b"\xef\xbb\xbf")
    head, *rows = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))
    assert head == ["'=名", "数", "是", "刻", "日", "列"]
    assert rows[0] == ["'=1+1", "-7.3", "是", "2026-01-01 08:30:00", "2026-09-30", "[1, 2]"]
    assert rows[1][:3] == ["正常", "0", "否"] and rows[2] == ["", "", "", "", "", "[]"]
    assert rows[3][:2] == [' "引号",\n换行', "0.0000000001"] and rows[4][:2] == ["'－７", "100"]


def test_a_csv_for_a_program_changes_no_text() -> None:
    rows = list(csv.reader(io.StringIO(exact_csv(TRICKY).decode(), newline="")))
    assert rows[0][0] == "=名" and rows[1][0] == "=1+1" and rows[5][0] == "－７"


@pytest.mark.parametrize("rows", [0, 1, 250_000])
def test_a_csv_of_any_length_reads_back(rows: int) -> None:
    table = pa.table({"n": pa.array(range(rows), pa.int64()), "t": pa.array([f"行{n % 7}" for n in range(rows)])})
    back = list(csv.reader(io.StringIO(exact_csv(table).decode(), newline="")))[1:]
    assert len(back) == rows and all(int(n) == place for place, (n, _) in enumerate(back))


def test_rows_for_json_are_exact() -> None:
    first, _, _, small, _ = plain_rows(TRICKY)
    assert first == {
        "=名": "=1+1",
        "数": "-7.3",
        "是": True,
        "刻": "2026-01-01T08:30:00",
        "日": "2026-09-30",
        "列": [1, 2],
    }
    assert small["数"] == "0.0000000001"
    assert json.loads(as_bytes(TRICKY, "json", "印"))["rows"][0]["数"] == "-7.3"


def test_an_interval_is_written_as_the_standard_does() -> None:
    table = duckdb.sql("SELECT INTERVAL 14 MONTH + INTERVAL 3 DAY + INTERVAL '1.5' SECOND AS i").to_arrow_table()
    assert as_bytes(table, "csv", "").decode("utf-8-sig").split() == ["i", "P14M3DT1.5S"]
    assert json.loads(as_bytes(table, "json", ""))["rows"] == [{"i": "P14M3DT1.5S"}]


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    """GDP of three quarters, the last revised once."""
    made = fresh(tmp_path / "data")
    for period, value in (("2025Q1", "100.5"), ("2025Q2", "210.0"), ("2025Q3", "330.3")):
        approve_return(made, {"GDP": value, "REV": "7.3"}, period=period, known_at=datetime(2025, 11, 1))
    approve_return(made, {"GDP": "331.0"}, period="2025Q3", known_at=datetime(2025, 12, 1), mark="=again")
    publish_all(made)
    return made


@pytest.fixture
def way(folder: DataFolder) -> Way:
    return enter_way(folder, "")


def test_one_indicator_as_a_workbook_has_true_numbers_and_a_native_chart(way: Way, tmp_path: Path) -> None:
    out = tmp_path / "图.xlsx"
    assert export(way, "observations", ["xlsx"], out, filters={"indicator": ["GDP"]}) == [out]
    sheet = openpyxl.load_workbook(out)["结果"]
    head = [cell.value for cell in sheet[1]]
    values = [row[head.index("canonical_value")].value for row in sheet.iter_rows(min_row=2)]
    assert values == [100.5, 210, 331]
    with zipfile.ZipFile(out) as parts:
        (chart,) = [parts.read(name).decode() for name in parts.namelist() if "charts/chart" in name]
    assert "<c:lineChart>" in chart and "图!$B$2:$B$4" in chart.replace("'", "")
    drawn = [[cell.value for cell in row] for row in openpyxl.load_workbook(out)["图"].iter_rows(min_row=2)]
    assert [row[:2] for row in drawn] == [["2025Q1", 100.5], ["2025Q2", 210], ["2025Q3", 331]]


def test_simulated_rows_say_so_in_words_in_every_file_and_in_the_chart(
    folder: DataFolder, way: Way, tmp_path: Path
) -> None:
    for period in ("2025Q1", "2025Q2"):
        approve_return(folder, {"POP": "7"}, period=period, origin=Origin.SIMULATED, known_at=datetime(2025, 12, 2))
    publish_all(folder)
    asked = {"indicator": ["GDP", "POP"]}
    (sheet,) = export(way, "observations", ["csv"], tmp_path / "数.csv", filters=asked)
    rows = list(csv.DictReader(io.StringIO(sheet.read_text("utf-8-sig"), newline="")))
    assert {(row["indicator"], row["origin_label"]) for row in rows} == {("GDP", "部门报送"), ("POP", "模拟数据")}
    (said,) = export(way, "observations", ["json"], tmp_path / "数.json", filters=asked)
    assert "其中模拟数据 2 行" in json.loads(said.read_text("utf-8"))["stamp"]
    (book,) = export(way, "observations", ["xlsx"], tmp_path / "图.xlsx", filters={"indicator": ["POP"]})
    head = [cell.value for cell in openpyxl.load_workbook(book)["图"][1]]
    assert any("模拟数据" in str(name) for name in head)


def test_several_formats_hold_the_same_rows(way: Way, tmp_path: Path) -> None:
    written = export(way, "observations", ["csv", "parquet"], tmp_path / "数.x", as_of=date(2025, 11, 15))
    assert [path.name for path in written] == ["数.csv", "数.parquet"]
    from_csv = list(csv.DictReader(io.StringIO(written[0].read_text("utf-8-sig"), newline="")))
    from_parquet = pq.read_table(written[1]).to_pylist()
    assert [Decimal(row["canonical_value"]) for row in from_csv] == [row["canonical_value"] for row in from_parquet]
    assert Decimal("330.3") in [row["canonical_value"] for row in from_parquet], "what was known on that day"


@pytest.mark.parametrize(
    "ask",
    [
        lambda way, out: export(way, "observations", ["csv"], out, filters={"indicator": ["GPD"]}),
        lambda way, out: export(way, "observations", ["csv"], out, filters={"area": ["CCXQ", "nowhere"]}),
        lambda way, out: export(way, "observations", ["csv"], out, filters={"nature_": ["ytd"]}),
        lambda way, out: export(way, "observations", ["pdf"], out),
        lambda way, out: export(way, "secrets", ["csv"], out),
        lambda way, out: export(way, "targets", ["csv"], out, history=True),
        lambda way, out: export(way, "generations", ["csv"], out, filters={"indicator": ["GDP"]}),
    ],
)
def test_what_cannot_be_exported_is_said_and_nothing_is_written(
    way: Way, tmp_path: Path, ask: Callable[[Way, Path], object]
) -> None:
    with pytest.raises(UsageError, match="什么也没有写"):
        ask(way, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_package_is_whole_described_and_checkable(way: Way, folder: DataFolder, tmp_path: Path) -> None:
    said = json.loads(package(way, tmp_path / "package").read_text("utf-8"))
    assert said["version"] == str(current(folder).number)
    for resource in said["resources"]:
        data = (tmp_path / "package" / resource["path"]).read_bytes()
        assert resource["hash"] == f"sha256:{hashlib.sha256(data).hexdigest()}" and resource["bytes"] == len(data)
        head = next(csv.reader(io.StringIO(data.decode(), newline="")))
        assert head == [field["name"] for field in resource["schema"]["fields"]]
        assert all(field["description"] for field in resource["schema"]["fields"])
    report = frictionless.Package(str(tmp_path / "package" / "datapackage.json")).validate()
    assert report.valid, report.flatten(["type", "note"])
    rows = duckdb.sql(f"FROM read_csv('{tmp_path}/package/data/observations.csv')").fetchall()
    assert len(rows) == 7, "all versions"
    with pytest.raises(UsageError, match="空文件夹"):
        package(way, tmp_path / "package")


def test_a_shared_copy_is_read_by_others_while_the_next_generation_is_published(folder: DataFolder) -> None:
    held = current(folder)
    copy = share(folder)
    assert share(folder) == copy and not copy.stat().st_mode & stat.S_IWUSR
    with duckdb.connect(str(copy), read_only=True) as other:
        approve_return(folder, {"GDP": "332.0"}, period="2025Q3", mark="third")
        assert publish_all(folder).number == held.number + 1
        (comment,) = other.execute("SELECT comment FROM duckdb_tables() WHERE table_name = 'indicator'").fetchone() or (
            "",
        )
        assert comment == "指标目录"
        assert other.execute("SELECT count(*) FROM observation_version").fetchone() == (7,)
    later = share(folder)
    assert later != copy and copy.exists()


def test_a_shared_copy_is_kept_so_that_older_programs_open_it(folder: DataFolder) -> None:
    head = share(folder).read_bytes()[:32]
    assert head[8:12] == b"DUCK" and int.from_bytes(head[12:20], "little") <= 65, "65 is what DuckDB 1.2 reads"


def test_a_generation_is_written_without_what_older_programs_cannot_find(tmp_path: Path) -> None:
    with writing_file(tmp_path / "g.duckdb") as conn:
        reused = conn.exec_driver_sql("SELECT current_setting('experimental_metadata_reuse')").scalar()
    assert reused is False


@pytest.mark.slow
def test_every_table_of_a_shared_copy_is_read_by_an_older_duckdb(tmp_path: Path) -> None:
    """Of the demonstration: a small folder is written anew whole, and shows nothing."""
    made = [sys.executable, "-m", "zhibiao", "demo", "--no-serve", "--data", str(tmp_path / "data")]
    subprocess.run(made, check=True, capture_output=True, timeout=900)
    copies = sorted((tmp_path / "data" / "share").glob("*.duckdb"))
    assert len(copies) > 1
    asked = (
        "import sys, duckdb\n"
        "for copy in sys.argv[1:]:\n"
        "    held = duckdb.connect(copy, read_only=True)\n"
        "    tables = held.execute('SELECT schema_name || chr(46) || table_name FROM duckdb_tables()').fetchall()\n"
        "    tables.append(('growth',))\n"
        "    print(len([held.execute(f'SELECT * FROM {table}').fetchall() for table, in tables]) > 20)"
    )
    for version in ("1.2.2", "1.3.2", "1.4.1"):
        place = tmp_path / version
        installed = ["-m", "pip", "install", "-q", "--target", str(place), f"duckdb=={version}"]
        subprocess.run([sys.executable, *installed], check=True, timeout=600)
        run = [sys.executable, "-c", asked, *map(str, copies)]
        told = subprocess.run(run, env={"PYTHONPATH": str(place)}, capture_output=True, text=True, timeout=300)
        assert told.stdout.split() == ["True"] * len(copies), (version, told.stderr[-500:])


def test_what_is_shared_for_excel_and_parquet_is_the_chinese_views(folder: DataFolder) -> None:
    copy, *others = share_all(folder)
    assert copy == share(folder) and share_all(folder) == [copy, *others]
    parquet = next(path for path in others if path.name == "最新值.parquet")
    table = pq.read_table(parquet)
    assert Decimal("331.0") in table["数值"].to_pylist() and "第 " in table.schema.metadata[b"zhibiao"].decode()
    sheet = openpyxl.load_workbook(parquet.with_suffix(".xlsx"))["结果"]
    assert 331 in [cell.value for row in sheet.iter_rows() for cell in row]


def test_a_publication_is_shared_and_old_copies_go(folder: DataFolder) -> None:
    for turn in range(4):
        approve_return(folder, {"GDP": f"{400 + turn}.5"}, period="2025Q3", mark=f"turn {turn}")
        number = publish_all(folder).number
        share_published(folder)
        share_all(folder)
    kept = sorted(path.name for path in (folder.root / "share").iterdir())
    assert kept == [
        name for n in range(number - 2, number + 1) for name in (f"zhibiao-g{n:06d}", f"zhibiao-g{n:06d}.duckdb")
    ]


def test_a_notebook_reads_frames(folder: DataFolder) -> None:
    held = open_warehouse(folder.root)
    now = held.observations("GDP", period=["2025Q3"])
    assert list(now["canonical_value"]) == [331.0] and now["period_end"].dtype.kind == "M"
    assert list(held.observations("GDP", period="2025Q3", as_of="2025-11-15")["canonical_value"]) == [330.3]
    assert len(held.observations("GDP", history=True)) == 4 and now.attrs == {"generation": held.generation.number}
    assert len(held.table("indicators")) == 3 and held.observations("GDP", as_of="2025-11-15").attrs["as_of"]
    assert len(held.observations([])) == 0 and len(held.observations("GDP", period="2025-Q3")) == 1
    for wrong in ({"indicator": "GPD"}, {"natur": "ytd"}, {"period": "2025Q5"}):
        with pytest.raises(UsageError, match="。"):
            held.observations(**wrong)  # type: ignore[arg-type]
    assert held.sql("SELECT count(*) AS n FROM observation_current WHERE indicator = :i", i="REV")["n"].item() == 3
    assert held.arrow("SELECT max(canonical_value) AS v FROM observation_current")["v"].to_pylist() == [
        Decimal("331.0")
    ]
