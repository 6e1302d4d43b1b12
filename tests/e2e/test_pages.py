"""Every page at three widths, light and dark: it shows what the warehouse holds, fits, and serves everybody."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from dashboard.wording import number, percent, signed
from tests.e2e.conftest import OUTPUT, Open, picture, settle
from warehouse.generations import Generation

PAGES = {
    "overview": "/",
    "indicator": "/indicator?code=GDP",
    "returns": "/returns",
    "land": "/land",
    "department": "/department?code=TJJ",
    "wall": "/wall",
}
WHO = {"returns": "统计局审核"}  # a guest sees only what is published
WIDTHS = (1440, 1366, 390)


def latest(held: Generation, indicator: str, measure: str = "level", basis: str = "现价") -> dict[str, Any]:
    """The newest running total of an indicator of the New Area, as a department sent it."""
    rows = held.rows(
        "SELECT * FROM observation_current WHERE indicator = :i AND area = 'CCXQ' AND measure = :m AND nature = 'ytd' "
        "AND origin <> 'published' AND price_basis = :b ORDER BY period_end DESC LIMIT 1",
        {"i": indicator, "m": measure, "b": basis},
    )
    return rows[0]


def expected(held: Generation, name: str) -> list[str]:
    """Texts that must stand on a page because the warehouse says so."""
    gdp = latest(held, "GDP")
    value = number(gdp["canonical_value"])
    if name == "overview":
        growth = latest(held, "GDP", "growth_yoy", "可比价")["canonical_value"]
        (verdict,) = held.rows("SELECT * FROM attainment WHERE target = 'EX-GDP-2030'")
        (used,) = held.rows("SELECT latest_value AS v FROM attainment WHERE target = 'CAP-LAND-2020'")
        return [
            value,
            f"{signed(growth)}%",
            f"目标进度{percent(verdict['progress_share'])}",
            verdict["status_label"],
            f"到期累计{number(used['v'])}平方公里",
            "模拟数据",
            "示例目标",
            "公开发布",
        ]
    if name == "indicator":
        return [value, gdp["cell"], gdp["file_hash"][:16], gdp["raw_text"], gdp["submission"], "普查口径调整"]
    if name in ("land", "department", "wall"):
        return expected_of_leaders(held, name, value)
    (sent,) = held.rows(
        "SELECT count(DISTINCT form) AS n FROM submission WHERE period = :p AND origin <> 'published'",
        {"p": gdp["period"]},
    )
    return ["应报", f"{gdp['period'][:4]}年三季度报送", "逾期", *["已发布"] * min(1, sent["n"])]


def expected_of_leaders(held: Generation, name: str, value: str) -> list[str]:
    """The same for the pages that only leaders need."""
    (cap,) = held.rows("SELECT * FROM attainment WHERE target = 'CAP-LAND-2020'")
    (now,) = held.rows("SELECT * FROM attainment WHERE target = 'EX-LAND-2030'")
    if name == "land":
        gone = now["exhaustion_on"]
        texts = [number(now[column]) for column in ("latest_value", "headroom", "pace", "allowed_pace")]
        texts += [f"{gone.year}年{gone.month}月", cap["sentence"], "没有查到接替2020年上限的文件", "最早", "最晚"]
        return [*texts, "占补平衡补充耕地面积", "新区九台部分", "批准面积", "模拟数据", "示例目标"]
    if name == "wall":
        built = f"第 {held.number} 代"
        return [value, number(now["latest_value"], 2), built, "模拟数据", "突破约束"]
    (revised,) = held.rows(
        "SELECT count(DISTINCT (indicator, area, period, nature, price_basis, scope)) AS n FROM observation_version "
        "WHERE department = 'TJJ' AND measure = 'level' AND superseded_at IS NOT NULL"
    )
    return [value, f"修订过{revised['n']}个数", "免报", "报送时间", "示例目标", "进度正常"]


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", PAGES)
def test_a_page_shows_what_the_warehouse_holds(visit: Open, published: Generation, name: str, width: int) -> None:
    page = visit(PAGES[name], width, account=WHO.get(name, ""))
    shown = (
        page.text_content("#page") if name == "wall" else page.inner_text("#page")
    )  # the wall shows a group at a time
    assert [text for text in expected(published, name) if text not in shown] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    if width == 390:
        assert barriers(page) == []
    picture(page, f"{name}-{width}")


@pytest.mark.parametrize("name", PAGES)
def test_a_page_in_the_dark_can_be_used_by_everybody(visit: Open, name: str) -> None:
    page = visit(PAGES[name], scheme="dark", account=WHO.get(name, ""))
    assert barriers(page) == []
    picture(page, f"{name}-dark")


def barriers(page: Any) -> list[str]:
    """What axe calls serious or critical."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    grave = [v for v in found if v["impact"] in ("serious", "critical")]
    return [f"{v['id']}: {n['html'][:160]} {n['failureSummary'][:200]}" for v in grave for n in v["nodes"][:3]]


def test_the_figures_stand_before_any_script(visit: Open, published: Generation) -> None:
    page = visit("/", scripts=False)
    shown = page.inner_text("#first-paint")
    assert number(latest(published, "GDP")["canonical_value"]) in shown and "截至2026年" in shown


def test_no_button_sends_a_chart_away(visit: Open) -> None:
    page = visit("/indicator?code=GDP")
    page.hover("#trend")
    titles = page.eval_on_selector_all(".modebar-btn", "all => all.map(b => b.getAttribute('data-title'))")
    assert set(titles) == {"存为图片", "复原坐标"}
    assert page.get_by_text("Share").count() == 0


def test_a_number_leads_to_its_cell(visit: Open, published: Generation) -> None:
    page = visit("/")
    gdp = latest(published, "GDP")
    page.click(f".card-number:has-text('{number(gdp['canonical_value'])}')")
    page.wait_for_selector(".page-indicator")
    settle(page)
    told = page.inner_text("section[aria-labelledby=origin-title]")
    assert f"工作表“{gdp['sheet']}” {gdp['cell']}" in told and gdp["submission"] in told


def test_a_point_of_the_trend_leads_to_its_cell(visit: Open, published: Generation) -> None:
    page = visit("/indicator?code=GDP")
    (first,) = published.rows(
        "SELECT canonical_value AS v, cell, submission FROM observation_current WHERE indicator = 'GDP' "
        "AND area = 'CCXQ' AND period = '2018' AND measure = 'level'"
    )
    page.evaluate(
        "value => { const g = document.querySelector('#trend .js-plotly-plot');"
        "const c = g.data.findIndex(t => t.y.includes(value)), p = g.data[c].y.indexOf(value);"
        "g.emit('plotly_click', {points: [{curveNumber: c, pointNumber: p, data: g.data[c], fullData: g._fullData[c],"
        "x: g.data[c].x[p], y: value, customdata: g.data[c].customdata[p]}]}); }",
        float(first["v"]),
    )
    page.wait_for_selector(f"section[aria-labelledby=origin-title] :text('{first['submission']}')")
    assert number(first["v"]) in page.inner_text("section[aria-labelledby=origin-title]")
    assert "at=" in page.url


def test_a_bar_of_the_land_ledger_leads_to_its_cell_in_two_clicks(visit: Open, published: Generation) -> None:
    page = visit("/land")
    (sent,) = published.rows(
        "SELECT submission, sheet, cell, raw_text FROM observation_current WHERE indicator = 'LAND_NEW' "
        "AND area = 'CCXQ-JT' AND period = '2020Q4' AND nature = 'ytd' AND measure = 'level'"
    )
    page.evaluate(
        "() => { const g = document.querySelector('#land-running .js-plotly-plot');"
        "const t = g.data.find(t => (t.customdata || []).some(c => c && c.includes('area=CCXQ-JT')));"
        "const p = t.text.indexOf('2020年'); g.emit('plotly_click', {points: [{curveNumber: g.data.indexOf(t),"
        "pointNumber: p, x: t.x[p], y: t.y[p], data: t, customdata: t.customdata[p]}]}); }"
    )
    page.wait_for_selector(f"section[aria-labelledby=origin-title] :text('{sent['submission']}')")
    assert f"“{sent['raw_text']}”" in page.inner_text("section[aria-labelledby=origin-title]")
    page.click("section[aria-labelledby=origin-title] a[href^='/cell']")
    page.wait_for_selector(f"td.marked#cell-{sent['cell']}")
    assert sent["sheet"] in page.inner_text("h1")


def test_the_head_of_a_table_sorts_it_by_the_numbers_behind_the_texts(visit: Open) -> None:
    page = visit("/")
    page.click("#overview-table thead button:has-text('现值')")
    column = "all => all.map(td => td.dataset.value).filter(v => v !== undefined).map(Number)"
    values = page.eval_on_selector_all("#overview-table tbody td:nth-child(2)", column)
    assert len(values) > 50 and values == sorted(values)
    page.click("#overview-table thead button:has-text('现值')")
    assert page.eval_on_selector_all("#overview-table tbody td:nth-child(2)", column) == values[::-1]
    assert page.get_attribute("#overview-table thead th:nth-child(2)", "aria-sort") == "descending"


def test_a_row_of_the_history_leads_to_its_cell_without_loading_again(visit: Open) -> None:
    page = visit("/indicator?code=GDP")
    page.evaluate("window.stayed = true")
    page.click("#history-table tbody tr:nth-child(2) a")
    page.wait_for_function("() => location.search.includes('at=')")
    settle(page)
    assert page.evaluate("window.stayed") is True


def test_a_filter_is_part_of_the_address(visit: Open, published: Generation) -> None:
    page = visit("/")
    page.click(".seg:has-text('2020')")
    page.wait_for_function("() => location.search === '?target=2020'")
    page.wait_for_selector("h2:has-text('各项指标距2020年目标')")
    (missed,) = published.rows("SELECT status_label AS s FROM attainment WHERE target = 'EX-RD-2020'")
    assert missed["s"] in page.inner_text(".strip")
    page.click(".filter-theme input")
    page.click("[role=option]:has-text('创新')")
    page.wait_for_function("() => location.search.includes('theme=innovation')")
    settle(page)
    assert "研究与试验发展" in page.inner_text("#page") and "target=2020" in page.url
    page.go_back()
    page.wait_for_function("() => location.search === '?target=2020'")


def _history(page: Any) -> str:
    """The text of the table of versions."""
    return str(page.inner_text("#history-table"))


def test_a_day_in_the_past_shows_what_was_known_then(visit: Open, published: Generation) -> None:
    halves = published.rows(
        "SELECT canonical_value AS v FROM observation_version WHERE indicator = 'GDP' AND area = 'CCXQ' "
        "AND period = '2021H1' AND measure = 'level' ORDER BY recorded_at"
    )
    early, late = (number(Decimal(row["v"])) for row in halves)
    then, now = (_history(visit(f"/indicator?code=GDP&asof=2021-08-{day}")) for day in (10, 16))
    assert early in then and late not in then
    assert early in now and late in now


def test_an_earlier_period_is_judged_on_what_was_known_then(visit: Open) -> None:
    page = visit("/?period=2024Q4")
    assert "截至2024年全年" in page.inner_text(".sentence")
    assert "2026年" not in page.inner_text(".cards").replace("2026年目标", "")


def test_light_and_dark_are_remembered(visit: Open) -> None:
    page = visit("/indicator?code=GDP")
    scheme = "document.documentElement.getAttribute('data-mantine-color-scheme')"
    assert page.evaluate(scheme) == "light"
    page.click("[aria-label='切换浅色或深色']")
    page.wait_for_function(f"() => {scheme} === 'dark'")
    page.reload()
    settle(page)
    assert page.evaluate(scheme) == "dark"
    page.click("[aria-label='切换浅色或深色']")
    page.wait_for_function(f"() => {scheme} === 'light'")


def test_the_keyboard_comes_first_to_the_text_then_to_every_page(visit: Open) -> None:
    page = visit("/indicator?code=GDP")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "跳到正文"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_the_printed_page_leaves_out_what_only_a_screen_needs(visit: Open) -> None:
    page = visit("/")
    page.emulate_media(media="print")
    assert not page.is_visible(".side") and not page.is_visible(".filters") and page.is_visible(".cards")
    page.pdf(path=OUTPUT / "overview-A4.pdf", format="A4", print_background=True)


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/indicator?code=<script>window.hurt=1</script>", "没有代码为“<script>window.hurt=1</script>”的指标"),
        ("/indicator?code=GDP&area=MOON", "没有代码为“MOON”的地区"),
        ("/?period=lately&asof=yesterday", "期间“lately”、日期“yesterday”看不懂"),
        ("/indicator?code=GDP&area=220100&show=growth", "长春市"),
        ("/indicator?code=PLANNED_AREA", "规划面积"),
        ("/?theme=nothing", "没有主题“nothing”"),
        ("/?asof=1999-12-31", "没有已发布的数据"),
        ("/?period=2040Q1", "还没有2040年一季度的数据，显示的是最新一期"),
        ("/?asof=2099-01-01", "2099-01-01还没有到，显示的是至今所知"),
        ("/?theme=innovation&area=220100", "所选的主题、部门和地区没有已发布的数据"),
        ("/?target=2077", "没有2077年的量化目标"),
        ("/land?asof=2010-01-01", "到2010年1月1日为止，还没有建设用地的数据"),
        ("/indicator?code=GDP&asof=2001-01-01", "到2001年1月1日为止，长春新区没有这项指标的数据"),
        ("/indicator?code=GDP&at=<img src=x onerror=window.hurt=1>", "没有找到网址里指的那个数"),
        ("/department?code=<script>window.hurt=1</script>", "没有代码为“<script>window.hurt=”的部门"),
    ],
)
def test_an_odd_address_gets_a_sentence_and_runs_nothing(visit: Open, path: str, said: str) -> None:
    page = visit(path)
    assert said in page.inner_text("#page")
    assert page.evaluate("window.hurt") is None


def test_a_page_that_is_not_there_says_so(browser: Any, address: str) -> None:
    page = browser.new_page()
    answer = page.goto(f"{address}/nowhere")
    assert answer.status == 404
    assert "没有这一页" in page.inner_text("#page")
    page.close()
