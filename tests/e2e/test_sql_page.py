"""The SQL page in a real browser: it answers, completes, marks mistakes, stops, stamps, links and downloads."""

from __future__ import annotations

import io
import json
import urllib.error
import urllib.request
from typing import Any

import openpyxl
import pytest

from dashboard.sql.examples import EXAMPLES
from tests.e2e.conftest import OUTPUT, Open
from warehouse.generations import Generation


def write(page: Any, sql: str) -> None:
    page.click("#wb-editor .cm-content")
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(sql)


def run(page: Any, sql: str) -> str:
    """Ask, wait for the outcome, and give what is said about it."""
    write(page, sql)
    page.click("[data-do=run]")
    page.wait_for_selector("#wb-said.tone-good, #wb-said.tone-bad")
    return str(page.inner_text("#wb-said"))


def post(address: str, path: str, **asked: Any) -> tuple[int, dict[str, Any]]:
    request = urllib.request.Request(
        f"{address}/sql/{path}", json.dumps(asked).encode(), {"Content-Type": "application/json"}
    )
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: e.title)
def test_every_example_finds_something(address: str, example: Any) -> None:
    status, said = post(address, "run", sql=example.sql, params=example.params, asOf=example.as_of)
    assert status == 200 and said["count"] > 0, said


@pytest.mark.parametrize("width", [1440, 1366, 390])
def test_the_page_answers_an_example_at_once_and_fits(visit: Open, published: Generation, width: int) -> None:
    page = visit("/sql", width)
    stamp = page.inner_text("#wb-stamp")
    assert f"第 {published.number} 代" in stamp and "查询 " in stamp
    (used,) = published.rows("SELECT headroom AS h FROM attainment WHERE target = 'EX-LAND-2030'")
    assert f"{used['h']:f}".rstrip("0") in page.inner_text("#sql-grid")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.screenshot(path=OUTPUT / f"sql-{width}.png", full_page=True)


@pytest.mark.parametrize(("scheme", "width"), [("light", 390), ("dark", 1440)])
def test_the_page_can_be_used_by_everybody(visit: Open, scheme: str, width: int) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page = visit("/sql", width, scheme)
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    grave = [v for v in found if v["impact"] in ("serious", "critical")]
    assert [f"{v['id']}: {n['html'][:200]} {n['failureSummary'][:160]}" for v in grave for n in v["nodes"][:3]] == []
    page.screenshot(path=OUTPUT / f"sql-{scheme}-{width}.png", full_page=True)


def test_asking_as_people_ask(visit: Open, published: Generation) -> None:
    page = visit("/sql")
    assert "0 行" in run(page, "SELECT -7.3 AS 数, '=1+1' AS 文 WHERE 'x' = $字")
    assert page.inner_text("#wb-params") == "$字"
    page.fill("#wb-p-字", "x")
    page.click("[data-do=run]")
    page.wait_for_function("() => document.querySelector('#wb-said').textContent.startsWith('1 行')")
    assert "5,000 行" in run(page, "SELECT range AS n FROM range(20000)")
    assert "只显示前 5,000 行" in page.inner_text("#wb-stamp")
    assert page.locator("#wb-history li").count() == 4
    page.click("#wb-history li:nth-child(2) button")
    page.wait_for_function("() => document.querySelector('#wb-editor .cm-content').innerText.includes('=1+1')")


def test_a_mistake_is_marked_where_it_is(visit: Open) -> None:
    page = visit("/sql")
    said = run(page, "SELECT 指标,\n  数量\nFROM 最新值")
    assert "第 2 行第 3 列" in said and "数量" in said and "duckdb" not in said.lower()
    assert page.inner_text(".cm-lintRange-error") == "数量"
    assert "只能查询" in run(page, "DROP TABLE observation_current")


def test_completion_knows_the_tables_and_says_what_columns_mean(visit: Open) -> None:
    page = visit("/sql")
    write(page, "SELECT o. FROM observation_current o")
    for _ in range(len(" FROM observation_current o")):
        page.keyboard.press("ArrowLeft")
    page.keyboard.press("Control+Space")
    page.wait_for_selector(".cm-tooltip-autocomplete")
    page.keyboard.type("canon")
    page.wait_for_function(
        "() => document.querySelector('.cm-tooltip-autocomplete')?.innerText.includes('canonical_value')"
    )
    assert "小数" in page.inner_text(".cm-tooltip-autocomplete")


def test_a_long_question_is_stopped_and_the_page_goes_on(visit: Open) -> None:
    page = visit("/sql")
    write(page, "SELECT count(*) FROM range(10000000) a, range(10000000) b WHERE a.range * b.range = 7")
    page.click("[data-do=run]")
    page.wait_for_selector("[data-do=stop]:not([disabled])")
    page.click("[data-do=stop]")
    page.wait_for_selector("#wb-said.tone-bad", timeout=10_000)
    assert "按要求停止" in page.inner_text("#wb-said")
    assert "1 行" in run(page, "SELECT 1 AS 一")


def test_a_link_asks_the_same_of_the_same_day(visit: Open) -> None:
    page = visit("/sql")
    page.click("[data-example='3']")
    page.wait_for_function("() => document.querySelector('#wb-stamp').innerText.includes('截至 2021-08-10')")
    before = page.inner_text("#wb-stamp").split("，")[:3]
    page.click("[data-do=link]")
    page.wait_for_function("() => location.hash.length > 20")
    link = page.evaluate("location.pathname + location.hash")
    other = visit(link)
    other.wait_for_function("() => document.querySelector('#wb-stamp').innerText.includes('截至 2021-08-10')")
    assert other.inner_text("#wb-stamp").split("，")[:3] == before
    assert other.input_value("#wb-day") == "2021-08-10" and other.input_value("#wb-p-报告期") == "2021H1"


def test_a_download_holds_numbers_as_numbers_and_texts_as_texts(visit: Open) -> None:
    page = visit("/sql")
    run(page, "SELECT -7.3 AS 数, '=1+1' AS 文")
    with page.expect_download() as loading:
        page.click("[data-download=xlsx]")
    book = openpyxl.load_workbook(io.BytesIO(loading.value.path().read_bytes()))
    assert [[cell.value for cell in row] for row in book["结果"].iter_rows(min_row=2)] == [[-7.3, "=1+1"]]
    assert book["结果"]["B2"].data_type == "s"


def test_what_is_not_asked_by_this_page_is_refused(address: str) -> None:
    assert post(address, "run", sql="COPY indicator TO '/tmp/x'")[1]["error"]["code"] == "query"
    assert post(address, "download", sql="COPY indicator TO '/tmp/x'", format="csv")[0] == 422
    assert post(address, "run", sql="SELECT 1", generation=999)[0] == 410
    assert post(address, "run", sql="SELECT 1", asOf="yesterday")[1]["error"]["code"] == "bad_parameter"
    plain = urllib.request.Request(f"{address}/sql/run", b"sql=SELECT 1", {"Content-Type": "text/plain"})
    with pytest.raises(urllib.error.HTTPError, match="400"):
        urllib.request.urlopen(plain)
