"""The documentation is tested: generated pages are fresh, every command and link exists, the README's commands work."""

from __future__ import annotations

import itertools
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from data import catalogue_folder
from data.published import workbooks
from data.simulate import simulated_returns
from indicators.catalogue.load import load_catalogue

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])


def test_the_command_reference_is_fresh() -> None:
    from zhibiao.reference import reference

    page = (ROOT / "docs/reference/commands.md").read_text("utf-8")
    assert page == reference(), "run: python -m zhibiao.reference > docs/reference/commands.md"


def test_the_dictionary_is_fresh_and_every_column_has_its_comment() -> None:
    from warehouse import schema
    from warehouse.dictionary import dictionary

    page = (ROOT / "docs/reference/dictionary.md").read_text("utf-8")
    assert page == dictionary(), "run: python -m warehouse.dictionary > docs/reference/dictionary.md"
    silent = [
        f"{table.name}.{column.name}"
        for table in schema.metadata.tables.values()
        for column in table.columns
        if not column.comment
    ]
    assert silent == []


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    broken = []
    for target in re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", page.read_text("utf-8")):
        if "://" not in target and not (page.parent / target).exists():
            broken.append(target)
    assert broken == []


def _commands() -> dict[tuple[str, ...], set[str]]:
    from zhibiao.__main__ import app

    found: dict[tuple[str, ...], set[str]] = {}

    def walk(commands: dict[str, object], before: tuple[str, ...]) -> None:
        for name, command in commands.items():
            if hasattr(command, "commands"):
                walk(command.commands, (*before, name))
            else:
                flags = {f for p in command.params for f in (*p.opts, *p.secondary_opts)}  # type: ignore[attr-defined]
                found[*before, name] = {flag for flag in flags if flag.startswith("-")}

    walk(typer.main.get_command(app).commands, ())  # type: ignore[attr-defined]
    return found


def _said() -> list[tuple[Path, str]]:
    lines = []
    for page in PAGES:
        for block in re.findall(r"```(?:sh|console)?\n(.*?)```", page.read_text("utf-8"), re.S):
            lines += [(page, line.strip()) for line in block.splitlines() if line.strip().startswith("zhibiao ")]
    for unit in sorted((ROOT / "deploy").glob("*.service")):
        started = re.findall(r"^Exec\w+=\S+/zhibiao (.*)$", unit.read_text("utf-8"), re.M)
        lines += [(unit, f"zhibiao {line}") for line in started]
    return lines


def _exists(line: str, known: dict[tuple[str, ...], set[str]]) -> bool:
    words = shlex.split(line, comments=True)[1:]
    name = tuple(words[:2]) if tuple(words[:2]) in known else tuple(words[:1])
    return name in known and {w for w in words if re.match(r"--?[a-z]", w)} <= known[name]


def test_every_command_line_in_the_docs_is_one_that_exists() -> None:
    known = _commands()
    assert len(_said()) > 10
    assert [(page.name, line) for page, line in _said() if "[选项]" not in line and not _exists(line, known)] == []


def test_every_help_ends_with_an_example_of_codes_that_exist() -> None:
    known, catalogue = _commands(), load_catalogue(catalogue_folder())
    examples = re.findall(r"^例：`(.+)`$", (ROOT / "docs/reference/commands.md").read_text("utf-8"), re.M)
    assert len(examples) == len(known) and [line for line in examples if not _exists(line, known)] == []
    for words in map(shlex.split, examples):
        said = dict(itertools.pairwise(words))
        if words[1] == "template" or "--form" in said:
            assert said.get("--form", words[2]) in catalogue.forms, words
        if "filler" in words:
            assert said["--department"] in catalogue.departments, words


def test_the_readme_goes_on_where_the_demonstration_ends() -> None:
    sent = list(simulated_returns(load_catalogue(catalogue_folder())))
    page = (ROOT / "README.md").read_text("utf-8")
    assert f"zhibiao approve S{len(workbooks()) + len(sent) + 1:06d} " in page
    (form, period) = re.findall(r"zhibiao template (\S+) --period (\S+)", page)[0]
    assert (form, period) not in {(one.form, one.period) for one in sent}, "the one that has not come in"


def test_every_setting_in_the_source_is_documented() -> None:
    names = set()
    for folder in ("indicators", "data", "warehouse", "etl", "dashboard", "zhibiao"):
        for path in (ROOT / folder).rglob("*.py"):
            names |= set(re.findall(r"\bZHIBIAO_[A-Z_]+\b", path.read_text("utf-8")))
    said = "".join(page.read_text("utf-8") for page in PAGES)
    assert {name for name in names if name not in said} == set()


def test_the_makefile_has_the_targets_of_the_readme() -> None:
    made = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.M))
    assert set(re.findall(r"make ([a-z]+)", (ROOT / "README.md").read_text("utf-8"))) <= made


def test_help_speaks_chinese_and_comes_at_once() -> None:
    out = subprocess.run([sys.executable, "-m", "zhibiao", "--help"], capture_output=True, text=True, timeout=30)
    assert out.returncode == 0 and "指标" in out.stdout
    for heavy in ("pandas", "sqlalchemy", "duckdb", "dash", "openpyxl", "pyarrow"):
        code = (
            "import sys; sys.argv = ['zhibiao', '--help']\nfrom zhibiao.__main__ import main\n"
            f"try:\n    main()\nexcept SystemExit:\n    pass\nsys.exit({heavy!r} in sys.modules)"
        )
        assert subprocess.run([sys.executable, "-c", code], timeout=30).returncode == 0, heavy
