"""The SQL page in a real browser: it answers, completes, marks mistakes, stops, keeps, draws, links, downloads."""

from __future__ import annotations

import io
import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import openpyxl
import pytest

from dashboard.sql.examples import EXAMPLES
from tests.e2e.conftest import OUTPUT, Open
from warehouse.generations import Generation


@pytest.fixture
def bench(visit: Open) -> Iterator[Open]:
    """Open the SQL page as somebody who has not been there; the browser forgets at the end what was asked."""
    pages: list[Any] = []

    def open_bench(path: str = "/sql", *more: Any, **how: Any) -> Any:
        pages.append(visit(path, *more, **how))
        return pages[-1]

    yield open_bench
    for page in pages:
        page.evaluate("localStorage.clear()")


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
def test_the_page_answers_an_example_at_once_and_fits(bench: Open, published: Generation, width: int) -> None:
    page = bench("/sql", width)
    stamp = page.inner_text("#wb-stamp")
    assert f"第 {published.number} 代" in stamp and "查询 " in stamp
    (used,) = published.rows("SELECT headroom AS h FROM attainment WHERE target = 'EX-LAND-2030'")
    assert f"{used['h']:f}".rstrip("0") in page.inner_text("#sql-grid")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.screenshot(path=OUTPUT / f"sql-{width}.png", full_page=True)


@pytest.mark.parametrize(("scheme", "width"), [("light", 390), ("dark", 1440)])
def test_the_page_can_be_used_by_everybody(bench: Open, scheme: str, width: int) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page = bench("/sql", width, scheme)
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    grave = [v for v in found if v["impact"] in ("serious", "critical")]
    assert [f"{v['id']}: {n['html'][:200]} {n['failureSummary'][:160]}" for v in grave for n in v["nodes"][:3]] == []
    page.screenshot(path=OUTPUT / f"sql-{scheme}-{width}.png", full_page=True)


def test_asking_as_people_ask(bench: Open, published: Generation) -> None:
    page = bench("/sql")
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


def test_a_mistake_is_marked_where_it_is(bench: Open) -> None:
    page = bench("/sql")
    said = run(page, "SELECT 指标,\n  数量\nFROM 最新值")
    assert "第 2 行第 3 列" in said and "数量" in said and ".duckdb" not in said
    assert page.inner_text(".cm-lintRange-error") == "数量"
    assert "只能查询" in run(page, "DROP TABLE observation_current")


def test_completion_knows_the_tables_and_says_what_columns_mean(bench: Open) -> None:
    page = bench("/sql")
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


def test_a_long_question_is_stopped_and_the_page_goes_on(bench: Open) -> None:
    page = bench("/sql")
    write(page, "SELECT count(*) FROM range(10000000) a, range(10000000) b WHERE a.range * b.range = 7")
    page.click("[data-do=run]")
    page.wait_for_selector("[data-do=stop]:not([disabled])")
    page.click("[data-do=stop]")
    page.wait_for_selector("#wb-said.tone-bad", timeout=10_000)
    assert "按要求停止" in page.inner_text("#wb-said")
    assert "1 行" in run(page, "SELECT 1 AS 一")


def test_a_link_asks_the_same_of_the_same_day(bench: Open) -> None:
    page = bench("/sql")
    page.click("[data-example='3']")
    page.wait_for_function("() => document.querySelector('#wb-stamp').innerText.includes('截至 2021-08-10')")
    before = page.inner_text("#wb-stamp").split("，")[:3]
    page.click("[data-do=link]")
    page.wait_for_function("() => location.hash.length > 20")
    link = page.evaluate("location.pathname + location.hash")
    other = bench(link)
    other.wait_for_function("() => document.querySelector('#wb-stamp').innerText.includes('截至 2021-08-10')")
    assert other.inner_text("#wb-stamp").split("，")[:3] == before
    assert other.input_value("#wb-day") == "2021-08-10" and other.input_value("#wb-p-报告期") == "2021H1"


def test_a_download_holds_numbers_as_numbers_and_texts_as_texts(bench: Open) -> None:
    page = bench("/sql")
    run(page, "SELECT -7.3 AS 数, '=1+1' AS 文")
    with page.expect_download() as loading:
        page.click("[data-download=xlsx]")
    book = openpyxl.load_workbook(io.BytesIO(loading.value.path().read_bytes()))
    assert [[cell.value for cell in row] for row in book["结果"].iter_rows(min_row=2)] == [[-7.3, "=1+1"]]
    assert book["结果"]["B2"].data_type == "s"


def test_an_analyst_works_with_tabs_summaries_a_chart_and_a_kept_question(bench: Open, published: Generation) -> None:
    page = bench("/sql", account="分析员")
    page.click(".wb-tab-add")
    assert "1 行" not in page.inner_text("#wb-said")
    one = "指标 = '常住人口' AND 地区 = '长春新区' AND 计量内容 = '本期数' AND 性质 = '期末' AND 口径 = '部门报送口径'"
    write(page, f"SELECT 报告期, 数值, 来源性质 FROM 最新值 WHERE {one} AND 报告期 <= $报告期")
    offered = page.locator("#wb-o-报告期 option")
    assert offered.first.get_attribute("value") == "2026Q3" and offered.count() > 20
    page.fill("#wb-p-报告期", "2026Q3")
    page.click("[data-do=run]")
    page.wait_for_selector("#wb-said.tone-good")
    columns = page.locator(".wb-column")
    assert columns.count() == 3 and "不同" in columns.nth(1).inner_text()
    assert page.locator(".wb-column").nth(1).locator("svg rect").count() > 5
    page.select_option("#wb-draw-kind", "bar")
    page.click("#wb-draw button")
    page.wait_for_selector("#wb-plot .main-svg")
    page.click("#wb-chart summary")
    with page.expect_download() as loading:
        page.click("#wb-chart [data-take=svg]")
    drawn = loading.value.path().read_text("utf-8")
    assert all(word in drawn for word in ("来源：长春新区统计指标体系", f"第 {published.number} 代", "模拟数据"))
    page.click("#wb-chart summary")
    with page.expect_download() as loading:
        page.click("#wb-chart [data-take=xlsx]")
    book = openpyxl.load_workbook(io.BytesIO(loading.value.path().read_bytes()))
    assert isinstance(book["图"]["B2"].value, (int, float)) and len(book["图"]._charts) == 1
    page.click("[data-do=keep]")
    page.fill("#wb-keep-title", "人口")
    page.check("#wb-keep-shared")
    page.click("#wb-keep .button")
    page.wait_for_selector("#wb-saved button")
    page.click("[data-do=again]")
    page.wait_for_function("() => document.querySelector('#wb-said').textContent.includes('一字不差')")
    page.click("[data-do=link]")
    page.wait_for_function("() => location.search.includes('q=')")
    link, stamp = page.evaluate("location.pathname + location.search"), page.inner_text("#wb-stamp")
    assert f"g={published.number}" in link
    page.goto(page.url.split("?")[0])
    page.wait_for_selector("#wb-said.tone-good")
    assert page.locator(".wb-tab-name").all_inner_texts()[-1] == "人口" and page.locator(".wb-tab").count() == 3
    guest = bench(link)
    guest.wait_for_selector("#wb-said.tone-good")
    assert guest.inner_text("#wb-stamp").split("，")[:3] == stamp.split("，")[:3]
    altered = bench(f"{link.split('&h=')[0]}&h=000000000000")
    altered.wait_for_function("() => document.querySelector('#wb-said').textContent.includes('改过')")
    guest.goto(f"{guest.url.split('?')[0]}#no-such-question")
    guest.wait_for_selector("#wb-said.tone-bad")
    assert "不完整" in guest.inner_text("#wb-said") and "还没有结果" in guest.inner_text("#wb-stamp")
    page.fill("#wb-p-报告期", "2020Q4")
    page.click("[data-do=run]")
    page.wait_for_function("() => /^[0-9]+ 行/.test(document.querySelector('#wb-said').textContent)")
    page.click("[data-do=link]")
    page.wait_for_function("() => location.hash.length > 20")
    other = bench(page.evaluate("location.pathname + location.hash"))
    other.wait_for_selector("#wb-said.tone-good")
    assert other.input_value("#wb-p-报告期") == "2020Q4", "what was changed since it was kept goes along"
    guest.click("[data-do=keep]")
    assert "登录后" in guest.inner_text("#wb-said")
    page.click("[data-do=keep]")
    page.on("dialog", lambda dialog: dialog.accept())
    page.click("#wb-keep button:has-text('删去')")
    page.wait_for_function("() => !document.querySelector('#wb-saved button')")


def test_a_line_that_would_hide_values_is_not_drawn(bench: Open) -> None:
    page = bench("/sql")
    run(page, "SELECT * FROM (VALUES ('2026Q1', '甲', 1), ('2026Q1', '乙', 2), ('2026Q2', '甲', 3)) t(期, 区, 数)")
    assert page.input_value("#wb-draw-by") == "区", "what tells the lines apart is found"
    page.click("#wb-draw button")
    page.wait_for_selector("#wb-plot .main-svg")
    page.select_option("#wb-draw-by", "")
    page.wait_for_selector("#wb-said.tone-bad")
    assert "“2026Q1”处" in page.inner_text("#wb-said") and page.is_hidden("#wb-chart")
    page.select_option("#wb-draw-by", "*")
    page.wait_for_selector("#wb-chart:not([hidden])")


def test_a_chart_and_a_table_of_another_page_are_taken_along(visit: Open, published: Generation) -> None:
    page = visit("/indicator")
    page.click(".chart .takeaway summary")
    with page.expect_download() as loading:
        page.click(".chart .takeaway [data-take=svg]")
    drawn = loading.value.path().read_text("utf-8")
    assert "地区生产总值：走势" in drawn and f"第 {published.number} 代" in drawn and "模拟数据" in drawn
    page.click(".chart .takeaway summary")
    with page.expect_download() as loading:
        page.click(".chart .takeaway [data-take=png]")
    assert loading.value.path().read_bytes()[:4] == b"\x89PNG"
    page.click(".grid-box .takeaway summary")
    with page.expect_download() as loading:
        page.click(".grid-box .takeaway [data-take=xlsx]")
    sheet = openpyxl.load_workbook(io.BytesIO(loading.value.path().read_bytes()))["结果"]
    assert sheet.max_row > 10 and any(isinstance(cell.value, float) for cell in sheet[2])


def test_what_is_not_asked_by_this_page_is_refused(address: str) -> None:
    assert post(address, "run", sql="COPY indicator TO '/tmp/x'")[1]["error"]["code"] == "query"
    assert post(address, "download", sql="COPY indicator TO '/tmp/x'", format="csv")[0] == 422
    assert post(address, "run", sql="SELECT 1", generation=999)[0] == 410
    assert post(address, "run", sql="SELECT 1", asOf="yesterday")[1]["error"]["code"] == "bad_parameter"
    plain = urllib.request.Request(f"{address}/sql/run", b"sql=SELECT 1", {"Content-Type": "text/plain"})
    with pytest.raises(urllib.error.HTTPError, match="400"):
        urllib.request.urlopen(plain)
