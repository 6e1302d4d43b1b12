"""A data folder with its people, and returns filled with simulated numbers, for the tests of the way."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path

import pytest

from data.simulate import SimulatedReturn, simulated_returns
from etl.template import Value, write_template
from etl.way import Way, enter_way
from indicators.catalogue.facets import edition_for
from indicators.periods import Period
from warehouse.accounts import Role, add_account
from warehouse.folder import open_folder
from warehouse.operations import operating
from zhibiao.founding import found_folder

Fill = Callable[..., bytes]
PEOPLE = (
    ("填报甲", Role.FILLER, "TJJ"),
    ("填报乙", Role.FILLER, "CZJ"),
    ("审核员", Role.REVIEWER, ""),
    ("发布员", Role.PUBLISHER, ""),
    ("领导", Role.LEADER, ""),
)


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new folder with its people, to be copied."""
    folder = found_folder(tmp_path_factory.mktemp("founded") / "数据", "管理员", None).folder
    with operating(folder) as conn:
        for name, role, department in PEOPLE:
            add_account(conn, name, "correct horse", role, name, department, by="管理员")
    return folder.root


@pytest.fixture
def way(founded: Path, tmp_path: Path) -> Callable[[str], Way]:
    """The way through a new folder, as the account named."""
    shutil.copytree(founded, tmp_path / "数据")
    folder = open_folder(tmp_path / "数据")
    return lambda name: enter_way(folder, name)


@pytest.fixture(scope="session")
def simulated() -> Mapping[tuple[str, str], SimulatedReturn]:
    """First simulated return of each form and period."""
    from data import catalogue_folder
    from indicators.catalogue.load import load_catalogue

    found: dict[tuple[str, str], SimulatedReturn] = {}
    for one in simulated_returns(load_catalogue(Path(str(catalogue_folder())))):
        found.setdefault((one.form, one.period), one)
    return found


@pytest.fixture
def fill(way: Callable[[str], Way], simulated: Mapping[tuple[str, str], SimulatedReturn]) -> Fill:
    """A return as its department would send it, with some cells changed."""
    signed = way("管理员")

    def filled(form: str, period: str, changed: Mapping[str, Value] | None = None) -> bytes:
        one, asked = simulated[form, period], signed.catalogue.forms[form]
        edition = edition_for(asked, period)
        assert edition is not None
        values: dict[str, Value] = {**one.cells, **(changed or {})}
        return write_template(
            asked, edition, Period.parse(period), signed.catalogue.departments[one.department], signed.catalogue,
            values=values, header=one.header, secret=signed.secret, simulated=True,
        )  # fmt: skip

    return filled


def add(cells: Mapping[str, Decimal | str], name: str, more: int) -> Decimal:
    """The number in a cell, increased."""
    value = cells[name]
    assert isinstance(value, Decimal)
    return value + more
