"""One demonstration folder, one server, one browser for all browser tests; whatever a page does wrong is collected.

The folder is made through the real flow and kept under tests/output/ by the digest of the program that made it, so that
a second run is quick and a changed program makes a new one. Nobody serves or writes that one: each process has a copy,
so no copy is ever taken from under a running server. Without Chromium the tests are skipped, and say so.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.working import working  # noqa: F401 - a fixture of every test here
from warehouse.folder import DataFolder, open_folder
from warehouse.generations import Generation, current
from zhibiao.demonstration import PASSWORD

ROOT = Path(__file__).resolve().parents[2]
OUTPUT = ROOT / "tests" / "output"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or ""
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
HEIGHTS = {1440: 900, 1366: 768, 390: 844}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test here needs a browser."""
    for item in items:
        if ROOT / "tests" / "e2e" in Path(item.path).parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def demonstration() -> Path:
    """The demonstration as it was made, to be copied."""
    if not CHROMIUM:
        pytest.skip("没有 chromium，浏览器测试全部跳过；tests/browser.sh 说明怎样安装")
    place = OUTPUT / f"demo-{_program_digest()}"
    OUTPUT.mkdir(exist_ok=True)
    with (OUTPUT / "demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # the files of tests run in several processes
        if not (place / "demo.done").exists():
            for old in OUTPUT.glob("demo-*"):
                shutil.rmtree(old)
            made = subprocess.run(
                [sys.executable, "-m", "zhibiao", "demo", "--data", str(place), "--no-serve"],
                cwd=ROOT, capture_output=True, text=True, timeout=600, check=False,
            )  # fmt: skip
            assert made.returncode == 0, made.stderr[-2000:]
    return place


@pytest.fixture(scope="session")
def folder(demonstration: Path, tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    """The demonstration's data folder, this process's own."""
    return open_folder(shutil.copytree(demonstration, tmp_path_factory.mktemp("served") / "data"))


def _program_digest() -> str:
    digest = hashlib.sha256()
    for package in ("data", "indicators", "warehouse", "etl", "zhibiao"):
        for path in sorted((ROOT / package).rglob("*")):
            if path.suffix in (".py", ".yaml", ".csv", ".lark"):
                digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


@pytest.fixture(scope="session")
def published(folder: DataFolder) -> Generation:
    """The generation that the pages should show."""
    return current(folder)


@pytest.fixture(scope="session")
def address(folder: DataFolder) -> Iterator[str]:
    """The address of a server over the folder, started as users start it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "zhibiao", "serve", "--data", str(folder.root), "--port", str(port), "--guest"]
    log = (OUTPUT / f"server-{port}.log").open("w")
    server = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log, env={**os.environ, "PYTHONUNBUFFERED": "1"})
    base = f"http://127.0.0.1:{port}"
    try:
        _wait(base, server)
        yield base
    finally:
        server.terminate()
        server.wait(20)
        log.close()


def _wait(base: str, server: subprocess.Popen[bytes]) -> None:
    for _ in range(240):
        assert server.poll() is None, "the server ended; see tests/output"
        try:
            urllib.request.urlopen(f"{base}/_favicon.ico", timeout=2).close()
            return
        except OSError:
            time.sleep(0.25)
    raise AssertionError("the server did not answer within a minute")


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Debian's Chromium."""
    if not CHROMIUM:
        pytest.skip("没有 chromium，浏览器测试全部跳过")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield launched
        launched.close()


Open = Callable[..., Any]


@pytest.fixture(scope="session")
def contexts(browser: Any, address: str) -> Iterator[Callable[[str, bool, str], Any]]:
    """One profile for each account, for light, for dark, for no scripts, so that files are fetched once."""
    made: dict[tuple[str, bool, str], Any] = {}

    def profile(scheme: str, scripts: bool, account: str) -> Any:
        if (scheme, scripts, account) not in made:
            made[scheme, scripts, account] = browser.new_context(
                color_scheme=scheme, java_script_enabled=scripts, locale="zh-CN"
            )
            if account:
                log_in(made[scheme, scripts, account], address, account)
        return made[scheme, scripts, account]

    yield profile
    for context in made.values():
        context.close()


@pytest.fixture
def visit(contexts: Callable[[str, bool, str], Any], address: str) -> Iterator[Open]:
    """Open a page as a guest or an account and wait until it lives; nothing may have gone wrong or gone out."""
    pages: list[Any] = []
    wrong: list[str] = []

    def visit_page(path: str, width: int = 1440, scheme: str = "light", scripts: bool = True, account: str = "") -> Any:
        page = contexts(scheme, scripts, account).new_page()
        pages.append(page)
        page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
        page.set_default_timeout(20_000)
        page.route("**/*", lambda route: _only_here(route, address, wrong))
        page.on("console", lambda m: wrong.append(f"console: {m.text}") if m.type in ("error", "warning") else None)
        page.on("pageerror", lambda e: wrong.append(f"error: {e}"))
        page.goto(address + path, wait_until="domcontentloaded")
        if scripts and page.locator("#react-entry-point").count():
            settle(page)
        return page

    yield visit_page
    for page in pages:
        page.close()
    assert wrong == []


def log_in(context: Any, address: str, account: str) -> None:
    """Log an account of the demonstration in, as people do."""
    page = context.new_page()
    page.goto(f"{address}/login")
    page.fill("#name", account)
    page.fill("#password", PASSWORD)
    page.click("button.button")
    page.wait_for_selector(".leave")
    page.close()


def picture(page: Any, name: str) -> None:
    """Store the whole page as it looks; a grid is drawn only while it is in sight, so the window is made as high."""
    width = page.viewport_size["width"]
    page.set_viewport_size({"width": width, "height": page.evaluate("document.documentElement.scrollHeight")})
    page.wait_for_timeout(150)
    page.screenshot(path=OUTPUT / f"{name}.png")


def _only_here(route: Any, address: str, wrong: list[str]) -> None:
    url = route.request.url
    if url.startswith((address, "data:", "blob:")):
        route.continue_()
    else:
        wrong.append(f"foreign request: {url}")
        route.abort()


def settle(page: Any) -> None:
    """Wait until the live page stands with its charts and tables drawn and nothing is being fetched."""
    page.wait_for_selector("#react-entry-point #page")
    page.wait_for_function("() => !document.querySelector('#first-paint')")
    page.wait_for_function(
        "() => [...document.querySelectorAll('.dash-graph')].every(g => g.querySelector('.main-svg')) &&"
        "[...document.querySelectorAll('.grid')].every(g => [...g.querySelectorAll('.ag-row')].some("
        "r => getComputedStyle(r).visibility === 'visible')) &&"
        "!document.querySelector('[data-dash-is-loading=true]')"
    )
