"""A small folder that may be written to, a server over it and a browser for each of its people: for tests of work.

`working` is made anew for each test module. `Working.person(name)` is a browser in which that account is logged in;
`Working.workbook` makes a return as its department would send it. Whatever a page does wrong is in `wrong`.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from data.simulate import SimulatedReturn, simulated_returns
from etl.template import Value, write_template
from etl.way import Way, catalogue_of, enter_way
from indicators.catalogue.facets import edition_for
from indicators.periods import Period
from warehouse.accounts import Role, add_account
from warehouse.folder import DataFolder
from warehouse.operations import operating
from zhibiao.founding import found_folder

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "correct horse battery"
PEOPLE = {
    "填报甲": (Role.FILLER, "TJJ"),
    "填报乙": (Role.FILLER, "CZJ"),
    "审核员": (Role.REVIEWER, ""),
    "发布员": (Role.PUBLISHER, ""),
    "领导": (Role.LEADER, ""),
    "审计员": (Role.AUDITOR, ""),
}


@dataclass
class Working:
    """The folder, the address of its server, and the browsers of its people."""

    folder: DataFolder
    address: str
    browser: Any
    returns: Mapping[tuple[str, str], SimulatedReturn]
    wrong: list[str] = field(default_factory=list)
    contexts: dict[str, Any] = field(default_factory=dict)

    def way(self, name: str) -> Way:
        """The way of an account, beside the pages."""
        return enter_way(self.folder, name)

    def person(self, name: str, path: str = "/", width: int = 1366) -> Any:
        """A new page of an account that is logged in, opened at a path."""
        if name not in self.contexts:
            self.contexts[name] = self.browser.new_context(locale="zh-CN", accept_downloads=True)
            self._log_in(self.contexts[name], name)
        page = self.contexts[name].new_page()
        page.set_viewport_size({"width": width, "height": {1440: 900, 1366: 768, 390: 844}[width]})
        page.set_default_timeout(45_000)
        page.route("**/*", self._only_here)
        page.on("console", lambda m: self._noted("console", m.text) if m.type in ("error", "warning") else None)
        page.on("pageerror", lambda e: self._noted("error", str(e)))
        page.on("dialog", lambda d: (self._noted("dialog", d.message), d.dismiss()))
        page.goto(self.address + path)
        return page

    def workbook(self, form: str, period: str, changed: Mapping[str, Value] | None = None) -> bytes:
        """A return filled with simulated numbers, some cells changed."""
        one, catalogue = self.returns[form, period], catalogue_of(self.folder)
        asked = catalogue.forms[form]
        edition = edition_for(asked, period)
        assert edition is not None
        return write_template(
            asked, edition, Period.parse(period), catalogue.departments[one.department], catalogue,
            values={**one.cells, **(changed or {})}, header=one.header, secret=self.way("管理员").secret,
            simulated=True,
        )  # fmt: skip

    def _log_in(self, context: Any, name: str) -> None:
        page = context.new_page()
        page.goto(f"{self.address}/login")
        page.fill("#name", name)
        page.fill("#password", PASSWORD)
        page.click("button.button")
        page.wait_for_selector(".leave")
        page.close()

    def _only_here(self, route: Any) -> None:
        if route.request.url.startswith((self.address, "data:", "blob:")):
            route.continue_()
        else:
            self._noted("foreign request", route.request.url)
            route.abort()

    def _noted(self, kind: str, text: str) -> None:
        self.wrong.append(f"{kind}: {text}")


@pytest.fixture(scope="module")
def working(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Working]:
    """A new folder with its people, served as users serve it."""
    place = tmp_path_factory.mktemp("working")
    folder = found_folder(place / "数据", "管理员", None).folder
    with operating(folder) as conn:
        for name, (role, department) in PEOPLE.items():
            add_account(conn, name, PASSWORD, role, name, department, by="管理员")
    returns: dict[tuple[str, str], SimulatedReturn] = {}
    for one in simulated_returns(catalogue_of(folder)):
        returns.setdefault((one.form, one.period), one)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "zhibiao", "serve", "--data", str(folder.root), "--port", str(port)]
    with (place / "server.log").open("w") as log:
        server = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log, env={**os.environ})
        made = Working(folder, f"http://127.0.0.1:{port}", browser, returns)
        try:
            _wait(made.address, server)
            yield made
        finally:
            for context in made.contexts.values():
                context.close()
            server.terminate()
            server.wait(20)


def _wait(base: str, server: subprocess.Popen[bytes]) -> None:
    for _ in range(240):
        assert server.poll() is None, "the server ended"
        try:
            urllib.request.urlopen(f"{base}/_favicon.ico", timeout=2).close()
            return
        except OSError:
            time.sleep(0.25)
    raise AssertionError("the server did not answer within a minute")
