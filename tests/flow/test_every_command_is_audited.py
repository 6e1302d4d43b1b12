"""Every command there is leaves one record in the audit chain when it looks, fails or is refused, which says so.

What a command does when it succeeds is recorded where it is done; `test_commands_returns` looks at that.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from etl.way import Way
from warehouse import audit
from warehouse.folder import DataFolder
from warehouse.operations import consulting
from zhibiao import witness
from zhibiao.__main__ import app, main

Run = Callable[..., list[tuple[str, str, str]]]
Told = tuple[str, str, str]

LOOKS = (
    "attain", "backtest", "revisions", "doctor", "migrate --plan", "audit verify", "user list", "targets list",
    "targets template -o t.xlsx", "status", "history GDP", "export observations -o o.csv", "backup list .",
    "audit archive --until 2024 --plan", "rules vtl", "template K301 --period 2026Q3 --department TJJ -o k.xlsx",
    "tasks list", "tasks template -o l.xlsx", "tasks bulletin -o b.xlsx", "share", "rebuild",
)  # fmt: skip
SQL = ("sql", "SELECT 1 AS one")
FAILS = (
    "adopt none.xlsx -o m", "approve S999999", "diff S999999", "explain S999999 --text x", "return S999999 --reason x",
    "withdraw S999999 --reason x",
    "rollback --to 99 --reason x", "submit none.xlsx", "check none.xlsx", "load none", "backup verify none.tar",
    "audit archive --until 2999", "backup create --into 数据/inside", "rules import none.xlsx --form K301",
    "targets import none.xlsx", "tasks assign none --lead TJJ --due 2026-12-31", "tasks close none",
    "tasks explain none --text x", "tasks extend none --to 2026-12-31 --text x", "tasks import none.xlsx",
    "tasks link none --none --text x", "tasks remind none --text x", "tasks reopen none --text x",
    "tasks report none --text x --done", "tasks show none", "tasks verify none --text x", "trace NONE 2026Q3",
    "user close none", "user open none", "user password none", "user token none", "user add 管理员 --role leader",
    "warehouse maintain", "serve --host none.invalid --port 1", "publish",
)  # fmt: skip
REFUSED = "audit show"
APART = {  # no folder yet, or none needed: they look at files that are named
    "init", "demo", "restore", "catalogue check", "inspect"}  # fmt: skip


@pytest.fixture
def run(way: Callable[[str], Way], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """What a command adds to the chain, run in this process as an account: who, act, result."""
    folder = way("管理员").folder
    monkeypatch.setattr(witness, "_entered", [])  # a command is a process: none begins with what another entered
    monkeypatch.setenv("ZHIBIAO_DATA", str(folder.root))
    monkeypatch.chdir(tmp_path)

    def told(*words: str, user: str = "管理员") -> list[Told]:
        since = head(folder)
        monkeypatch.setenv("ZHIBIAO_USER", user)
        monkeypatch.setattr(sys, "argv", ["zhibiao", *words])
        with pytest.raises(SystemExit):
            main()
        with consulting(folder) as conn:
            return [(r["who"], r["act"], r["result"]) for r in audit.records(conn, since)]

    return told


def head(folder: DataFolder) -> int:
    with consulting(folder) as conn:
        return audit.head(conn)[0]


def commands(command: Any, path: str = "") -> Iterator[str]:
    if hasattr(command, "commands"):
        for name, below in command.commands.items():
            yield from commands(below, f"{path} {name}".strip())
    else:
        yield path


def test_every_command_is_in_one_of_the_lists() -> None:
    every = set(commands(typer.main.get_command(app)))
    named = {next(c for c in sorted(every, key=len, reverse=True) if line.startswith(c)) for line in (*LOOKS, *FAILS)}
    assert every == named | APART | {"sql", REFUSED}


def test_what_looks_leaves_one_record(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = []
    for line in (*(tuple(line.split()) for line in LOOKS), SQL):
        found = run(*line)
        if len(found) != 1 or found[0][0] != "管理员" or found[0][2] == "refused":  # an empty folder has no verdicts
            wrong.append((line, found, capsys.readouterr().err[-300:]))
    assert wrong == []


def test_what_fails_or_is_refused_leaves_one_record_that_says_so(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = []
    for line in (*FAILS, REFUSED):
        found = run(*line.split(), user="领导" if line == REFUSED else "管理员")
        if len(found) != 1 or found[0][2] not in ("failed", "refused"):
            wrong.append((line, found, capsys.readouterr().err[-300:]))
    assert wrong == []
