"""The analyst's guide and the page about the API are true: what is written there runs, on the demonstration.

Commands are run as they stand, questions are asked of the sandbox or of the shared copy, addresses of the server.
"""

from __future__ import annotations

import json
import re
import shlex
import shutil
import urllib.request
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from typer.testing import CliRunner

from etl.questions import ask_generation
from tests.e2e.conftest import ROOT
from warehouse.accounts import add_account
from warehouse.folder import open_folder
from warehouse.generations import current
from warehouse.operations import operating
from zhibiao.__main__ import app

GUIDE = (ROOT / "docs" / "guides" / "analyst.md").read_text("utf-8")
API = (ROOT / "docs" / "api.md").read_text("utf-8")


def blocks(page: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", page, re.S)


def lines(page: str, word: str) -> list[list[str]]:
    """The command lines of a page that begin with a word, without it."""
    said = [line for block in blocks(page, "sh") for line in block.splitlines() if line.startswith(f"{word} ")]
    return [shlex.split(line, comments=True)[1:] for line in said]


@pytest.fixture(scope="module")
def desk(demonstration: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where an analyst works: a copy of the demonstration as zhibiao-data, shared as the guide says."""
    place = tmp_path_factory.mktemp("desk")
    shutil.copytree(demonstration, place / "zhibiao-data")
    with operating(open_folder(place / "zhibiao-data")) as conn:
        add_account(conn, "管理员", "correct horse", "admin", by="test")
        add_account(conn, "王芳", "correct horse", "analyst", by="管理员")
    return place


@pytest.fixture
def at_desk(desk: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(desk)
    monkeypatch.delenv("ZHIBIAO_DATA", raising=False)
    return desk


@pytest.fixture
def copy(at_desk: Path) -> Path:
    """The copy that `zhibiao share` prints first."""
    ended = CliRunner().invoke(app, ["share"])
    assert ended.exit_code == 0, ended.output
    return Path(next(line for line in ended.stdout.splitlines() if line.endswith(".duckdb")))


@pytest.mark.parametrize("words", [*lines(GUIDE, "zhibiao"), *lines(API, "zhibiao")], ids=" ".join)
def test_a_command_runs_as_it_is_written(at_desk: Path, words: list[str]) -> None:
    ended = CliRunner().invoke(app, words)
    assert ended.exit_code == 0, ended.output
    if "-o" in words:
        written = Path(words[words.index("-o") + 1])
        formats = words[words.index("--format") + 1].split(",") if "--format" in words else []
        made = [written.with_suffix(f".{one}") for one in formats] if len(formats) > 1 else [written]
        assert all(one.is_dir() or one.stat().st_size > 100 for one in made)
    if "--as-of" in words and "GDP" in " ".join(words):
        assert "420" in ended.output and "441.2" not in ended.output, "what the guide says was known on that day"


@pytest.mark.parametrize("sql", [one for block in blocks(GUIDE, "sql") for one in block.split(";") if one.strip()])
def test_a_question_of_the_guide_finds_something(desk: Path, sql: str) -> None:
    answer = ask_generation(current(open_folder(desk / "zhibiao-data")), sql, max_rows=10_000, seconds=30)
    assert answer.table.num_rows > 0


def test_the_shared_copy_is_asked_as_the_guide_says(copy: Path) -> None:
    asked = [line[2:] for block in blocks(GUIDE, "console") for line in block.splitlines() if line.startswith("D ")]
    asked += re.findall(r'dbGetQuery\(con, "([^"]*)"\)', "".join(blocks(GUIDE, "r")))
    assert len(asked) >= 4
    with duckdb.connect(str(copy), read_only=True) as other:
        assert [sql for sql in asked if not other.execute(sql).fetchall()] == []
    assert (copy.with_suffix("") / "最新值.parquet").exists(), "which R reads without duckdb"


def test_the_frames_of_the_guide_are_there(at_desk: Path) -> None:
    said: dict[str, Any] = {}
    for block in blocks(GUIDE, "python"):
        exec(block, said)
    frames = [said[name] for name in ("现行", "当时", "历史", "目标", "自问")]
    assert all(len(frame) > 0 for frame in frames)
    assert set(said["当时"].query("measure == 'level'")["canonical_value"]) == {420.0}


@pytest.mark.parametrize("words", lines(API, "curl"), ids=lambda words: next(w for w in words if "://" in w)[-48:])
def test_an_address_of_the_page_about_the_api_answers(address: str, words: list[str]) -> None:
    url = next(word for word in words if "://" in word).replace("http://127.0.0.1:8050", address)
    headers = dict([words[words.index("-H") + 1].split(": ", 1)]) if "-H" in words else {}
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=60) as answer:
        body = answer.read()
    assert len(body) > 200
    if "asOf=2021-08-10" in url:
        (level,) = [row for row in json.loads(body)["data"] if row["measure"] == "level"]
        assert Decimal(level["canonical_value"]) == 420
