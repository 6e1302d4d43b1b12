"""A folder with an account for each role, the service over it, and browsers: for the tests of access and attacks."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from dashboard import access, site
from dashboard.app import Board, create_app
from tests.warehouse_world import approve_return, fresh, publish_all
from warehouse import accounts, sessions
from warehouse.accounts import Role, add_account
from warehouse.folder import DataFolder
from warehouse.operations import operating

ROLES = [role.value for role in Role if role is not Role.GUEST]
PASSWORD = "correct horse"
HTML = {"Accept": "text/html"}
ROUTER = {
    "output": ".._pages_content.children..._pages_store.data..",
    "outputs": [{"id": "_pages_content", "property": "children"}, {"id": "_pages_store", "property": "data"}],
    "changedPropIds": ["_pages_location.pathname"],
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one published return and an account for each role, to be copied."""
    folder = fresh(tmp_path_factory.mktemp("access") / "data")
    approve_return(folder, {"GDP": "1046.3"})
    publish_all(folder)
    with operating(folder) as conn:
        for role in ROLES:
            add_account(conn, role, PASSWORD, role, f"{role}某", "TJJ" if role == "filler" else "", by="test")
    return folder.root


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> DataFolder:
    return DataFolder(shutil.copytree(made, tmp_path / "data"))


@pytest.fixture
def app(folder: DataFolder) -> Board:
    return create_app(folder)


def enter(app: Board, folder: DataFolder, name: str) -> FlaskClient:
    """A browser in which an account is logged in."""
    client = app.server.test_client()
    with operating(folder) as conn:
        held = accounts.find_account(conn, name)
        assert held is not None
        client.set_cookie(access.COOKIE, sessions.open_session(conn, held, "test", "Firefox/140 Linux"))
    return client


def csrf(client: FlaskClient) -> str:
    """The token that this browser's forms carry, as the login page or a session has it."""
    said = client.get("/session")
    if said.status_code == 200 and said.json["csrf"]:
        return str(said.json["csrf"])
    found = re.search(r'name="csrf"[^>]*?value="(\w+)"|value="(\w{64})"', client.get("/login").text)
    assert found
    return found[1] or found[2]


def log_in(client: FlaskClient, name: str, password: str = PASSWORD, next_: str = "/") -> Any:
    return client.post(
        "/login", data={"csrf": csrf(client), "name": name, "password": password, "next": next_}, headers=HTML
    )


def asked(app: Board) -> Iterator[tuple[str, str]]:
    """Method and address of everything that can be asked for; pages by their own address."""
    for rule in app.server.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield method, rule.rule
    for spec in site.SPECS:
        yield "PAGE", spec.path
        yield "CALLBACK", spec.path
