"""What a reader waits for: the first figures painted and all of 总览 drawn, in headless Chromium on loopback.

First paint is the browser's own first-contentful-paint (PerformanceObserver), with the figures in the document by then.
All drawn: the live page stands, every chart and every table has its rows. Each load is with a new profile (nothing
kept), then the same again with what the browser kept.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

from tests.bench import Figure
from tests.bench.large import founded
from tests.bench.serving import serving

LOADS = 7
WATCH = """
new PerformanceObserver(list => list.getEntries().forEach(e => {
  if (e.name === 'first-contentful-paint') window.painted = e.startTime;
})).observe({type: 'paint', buffered: true});
(function look() {
  const figures = document.querySelectorAll('.card-number .figure').length;
  if (figures && window.figured === undefined) window.figured = performance.now();
  const graphs = [...document.querySelectorAll('.dash-graph')], tables = [...document.querySelectorAll('.listing')];
  if (document.querySelector('#react-entry-point #page') && !document.querySelector('#first-paint') && graphs.length &&
      graphs.every(g => g.querySelector(".main-svg .trace")) &&
      tables.every(t => t.querySelector('td'))) window.whole = performance.now();
  else requestAnimationFrame(look);
})();
"""
PAGES = {"overview": "/", "indicator": "/indicator?code=GDP", "land": "/land"}


def measure() -> Iterator[Figure]:
    """The demonstration's pages, each loaded a few times."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = founded(Path(temporary) / "base").root
        with serving(folder) as served:
            yield from figures(served.address)


def figures(address: str, loads: int = LOADS) -> Iterator[Figure]:
    """First paint and everything, of the pages at an address."""
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if not chromium:
        yield Figure("pages in a browser", "", "not measured: no chromium")
        return
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        _load(browser.new_context(), address + "/")  # the server's own warm-up
        for name, path in PAGES.items():
            first, again = zip(*(_twice(browser, address + path) for _ in range(loads)), strict=True)
            yield from _said(name, "nothing kept", first)
            yield from _said(name, "files kept", again)
        browser.close()


def _twice(browser: Any, url: str) -> tuple[tuple[float, float], tuple[float, float]]:
    context = browser.new_context()
    try:
        return _load(context, url), _load(context, url)
    finally:
        context.close()


def _load(context: Any, url: str) -> tuple[float, float]:
    """Milliseconds from the start of navigation: first paint with figures, and everything drawn."""
    page = context.new_page()
    page.set_viewport_size({"width": 1440, "height": 900})
    page.add_init_script(WATCH)
    page.goto(url, wait_until="commit")
    try:
        page.wait_for_function("() => window.whole !== undefined && window.painted !== undefined", timeout=60_000)
        painted, figured, whole = page.evaluate("[window.painted, window.figured || 0, window.whole]")
        return max(painted, figured), whole
    finally:
        page.close()


def _said(name: str, how: str, found: tuple[tuple[float, float], ...]) -> Iterator[Figure]:
    aims = ("≤ 600 ms", "≤ 2,500 ms") if name == "overview" else ("", "")
    for what, aim, values in zip(("first paint", "all drawn"), aims, zip(*found, strict=True), strict=True):
        told = f"median {median(values):.0f} ms, worst of {len(values)} {max(values):.0f} ms"
        yield Figure(f"{name}, {what}, {how}", aim, told)
