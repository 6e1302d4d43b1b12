"""What leaders do beyond reading: print on A4, hang a page on a wall, read English, filter, see what changed."""

from __future__ import annotations

import re
from typing import Any

import pytest

from dashboard.wording import number, signed
from etl.way import enter_way
from etl.why import attainment_changes
from tests.e2e.conftest import OUTPUT, Open, picture, settle
from tests.e2e.test_pages import barriers
from warehouse.folder import DataFolder
from warehouse.generations import Generation

PAGES = {
    "overview": "/",
    "indicator": "/indicator?code=GDP",
    "land": "/land",
    "departments": "/department",
    "department": "/department?code=ZRJ",
    "wall": "/wall",
}
CHINESE = """() => {
  const found = [], walk = document.createTreeWalker(document.querySelector('#page'), NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const node = walk.currentNode, parent = node.parentElement;
    if (/[\\u4e00-\\u9fff]/.test(node.data) && !parent.closest('[lang^=zh], svg, script')) found.push(node.data);
  }
  return found;
}"""
CHROME = "h1, h2, h3, thead th, label, nav, button, .legend, .seg, .pill, .mark, .card-facts, .card-aim, .panel-head"
KEPT = ("《", "“")  # titles and quotations are what somebody wrote


@pytest.mark.parametrize(("name", "most"), [("overview", 5), ("indicator", 4), ("land", 4)])
def test_a_page_prints_on_a4_with_whole_charts(visit: Open, name: str, most: int) -> None:
    page = visit(PAGES[name])
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 703, "height": 1000})  # between the margins of A4
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.wait_for_timeout(300)
    cut = page.evaluate(
        "() => [...document.querySelectorAll('.dash-graph')].filter(g => { const p = g.closest('.panel');"
        "return p.getClientRects().length && g.querySelector('.main-svg').getBoundingClientRect().right >"
        "p.getBoundingClientRect().right + 1 }).map(g => g.id)"
    )
    assert cut == []
    assert page.is_visible(".colophon") and "代" in page.inner_text(".colophon")
    assert not any(page.is_visible(s) for s in (".side", ".filters", ".tongue", ".segs") if page.locator(s).count())
    picture(page, f"{name}-print")
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    path = OUTPUT / f"{name}-A4.pdf"
    page.pdf(path=path, format="A4", print_background=True)
    assert 1 <= len(re.findall(rb"/Type\s*/Page\b", path.read_bytes())) <= most


def test_the_wall_turns_pauses_and_says_when_it_is_stale(visit: Open, published: Generation) -> None:
    page = visit("/wall")
    assert not any(page.is_visible(s) for s in (".top", ".side", ".foot"))
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", page.inner_text(".wall-clock"))
    assert f"第 {published.number} 代" in page.inner_text(".wall-foot")
    groups = page.locator(".wall-slide").count()
    assert page.locator(".wall-slide:visible").count() == 1 and groups >= 6
    for turn in range(2, groups + 1):
        page.keyboard.press("ArrowRight")
        assert page.inner_text(".wall-place").startswith(f"{turn} / {groups}")
        assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")
    page.keyboard.press(" ")
    assert "已暂停" in page.inner_text(".wall-place")
    assert not page.is_visible(".wall-stale")
    page.evaluate("window.dispatchEvent(new Event('offline'))")
    assert "失去联系" in page.inner_text(".wall-stale")
    page.evaluate("document.querySelector('.wall').dataset.due = '2020-01-01'")
    page.wait_for_selector(".wall-stale:has-text('下一期应在 2020-01-01 前报齐')")
    assert barriers(page) == []


@pytest.mark.parametrize("name", PAGES)
def test_english_leaves_no_chinese_unmarked_and_no_chrome_untranslated(visit: Open, name: str) -> None:
    sign = "&" if "?" in PAGES[name] else "?"
    page = visit(f"{PAGES[name]}{sign}lang=en", 1366)
    assert page.get_attribute("html", "lang") == "en"
    assert page.evaluate(CHINESE) == []
    texts = page.eval_on_selector_all(
        f":is({CHROME}) :is([lang^=zh]):not(a), :is({CHROME})[lang^=zh]", "all => all.map(e => e.textContent.trim())"
    )
    assert [t for t in texts if not t.startswith(KEPT)] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 1366
    picture(page, f"{name}-english")
    page.context.clear_cookies(name="zb_lang")


def test_a_language_is_remembered_and_the_switch_keeps_the_address(visit: Open) -> None:
    page = visit("/?lang=en")
    assert "As of Q1–Q3" in page.inner_text(".sentence")
    page.click(".nav-link:has-text('Land')")
    page.wait_for_selector(".page-land")
    settle(page)
    assert "Headroom" in page.inner_text("#page") and "lang=" not in page.url
    page.goto(page.url.split("/land")[0] + "/indicator?code=POPULATION&show=growth")
    settle(page)
    assert "Resident population" in page.inner_text("h1")
    page.click(".tongue:visible")
    page.wait_for_function("() => document.documentElement.lang === 'zh-CN'")
    settle(page)
    assert "常住人口" in page.inner_text("h1") and "code=POPULATION" in page.url and "show=growth" in page.url
    page.context.clear_cookies(name="zb_lang")


def test_department_and_area_are_part_of_the_address(visit: Open, published: Generation) -> None:
    page = visit("/?department=KJJ&theme=innovation")
    rows = published.rows("SELECT name FROM indicator WHERE department = 'KJJ'")
    shown = {text.strip() for text in page.eval_on_selector_all(".rank-name", "all => all.map(e => e.textContent)")}
    assert shown and shown <= {row["name"] for row in rows}
    page.click(".filter-area input")
    page.click("[role=option]:has-text('新区九台部分')")
    page.wait_for_function("() => location.search.includes('area=CCXQ-JT')")
    assert "department=KJJ" in page.url and "theme=innovation" in page.url
    page = visit("/?area=CCXQ-JT")
    (land,) = published.rows(
        "SELECT canonical_value AS v FROM observation_current WHERE indicator = 'LAND_NEW' AND area = 'CCXQ-JT' "
        "AND measure = 'level' AND nature = 'ytd' ORDER BY period_end DESC LIMIT 1"
    )
    assert number(land["v"], 2) in page.inner_text(".cards") and "新区九台部分" in page.inner_text(".sentence")


def test_every_line_of_the_table_says_what_the_warehouse_holds(visit: Open, published: Generation) -> None:
    page = visit("/", scripts=False)
    lines = page.eval_on_selector_all(
        "#first-paint .listing tbody tr",
        "all => all.map(r => [r.querySelector('a').href.split('code=')[1], ...[...r.cells].map(c => c.textContent)])",
    )
    assert len(lines) > 60
    assert [line for line in lines if line[2:9:3] != _held(published, line[0].split("&")[0])] == []


def _held(held: Generation, code: str) -> list[str]:
    """Value, reported growth and verdict of an indicator of the New Area, asked of the warehouse in SQL."""
    (one,) = held.rows("SELECT * FROM indicator WHERE code = :c", {"c": code})
    newest = held.rows(
        "SELECT * FROM observation_current WHERE indicator = :c AND area = 'CCXQ' AND measure = 'level' "
        "AND nature <> 'single' AND canonical_value IS NOT NULL ORDER BY (origin <> 'published') DESC, "
        "(scope = :s) DESC, (price_basis = :p) DESC, period_end DESC LIMIT 1",
        {"c": code, "s": one["scope"], "p": one["price_basis"] or ""},
    )
    value, growth = "—", "—"
    for sent in newest:
        value = number(sent["canonical_value"], one["decimals"])
        rates = held.rows(
            "SELECT canonical_value AS v FROM observation_current WHERE indicator = :c AND area = 'CCXQ' AND "
            "measure = 'growth_yoy' AND period = :p AND nature = :n AND scope = :s AND department = :d",
            {"c": code, "p": sent["period"], "n": sent["nature"], "s": sent["scope"], "d": sent["department"]},
        )
        growth = f"{signed(rates[0]['v'])}%" if rates else "—"
    judged = held.rows(
        "SELECT status_label AS s FROM attainment WHERE indicator = :c AND area = 'CCXQ' AND year(due_on) = 2030 "
        "ORDER BY kind LIKE 'growth%', status = 'INSUFFICIENT' LIMIT 1",
        {"c": code},
    )
    return [value, growth, judged[0]["s"] if judged else "无量化目标"]


def test_what_changed_since_the_last_generation_is_said_with_its_cause(
    visit: Open, folder: DataFolder, published: Generation
) -> None:
    moved = attainment_changes(enter_way(folder, "", "测试"), published.manifest.previous or 0)
    assert moved
    text = visit("/").inner_text("section[aria-labelledby=news-title]")
    for one in moved:
        assert one["sentence"].rstrip("。") in text and one["after_label"] in text
    assert "与上一代相比" not in visit("/?asof=2026-01-31").inner_text("#page")


def test_answers_that_disagree_are_flagged_and_a_band_is_drawn(visit: Open, published: Generation) -> None:
    (split,) = published.rows(
        "SELECT * FROM attainment WHERE methods_disagree AND target = 'EX-OUTPUT-2030' AND projection_low IS NOT NULL"
    )
    page = visit("/indicator?code=ABOVE_SCALE_OUTPUT")
    told = page.inner_text("section[aria-labelledby=targets-title]")
    low, high = number(split["projection_low"]), number(split["projection_high"])
    assert "两种方法不一致" in told and f"八成区间{low}—{high}" in told
    ends = page.evaluate(
        "() => { const t = document.querySelector('#trend .js-plotly-plot').data.find(t => t.fill === 'tonexty');"
        "return [t.x.at(-1), t.y.at(-1)] }"
    )
    assert ends[0] == "2030-12-31" and number(split["projection_high"]) == number(_decimal(ends[1]))
    assert "汽车" in page.inner_text("section[aria-labelledby=contribution-title]")


def test_a_cap_is_never_called_completed(visit: Open) -> None:
    assert "完成" not in visit("/land").inner_text("#page")


def _decimal(value: float) -> Any:
    from decimal import Decimal

    return Decimal(repr(value))
