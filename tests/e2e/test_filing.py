"""A return on its way in, in a real browser: an error is marked in its sheet, mended, explained, submitted."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl

from etl.explanations import RESULT_SHEET
from etl.flow import approve_submission, publish_approved, submit_file
from tests.e2e.conftest import picture
from tests.e2e.test_pages import barriers
from tests.e2e.working import PASSWORD, Working

XSS = "<img src=x onerror=alert(1)><script>alert(2)</script>"


def drop(page: Any, name: str, data: bytes) -> None:
    page.set_input_files("#chosen", {"name": name, "mimeType": "application/octet-stream", "buffer": data})


DRAGGED = """() => {
    const held = new DataTransfer();
    held.items.add(new File([new Uint8Array(21 * 2 ** 20)], "太大.xlsx"));
    document.dispatchEvent(new DragEvent("drop", { dataTransfer: held, bubbles: true, cancelable: true }));
}"""


def last_line(page: Any, word: str) -> Any:
    """The last file of the list, once it says this."""
    line = page.locator("#queue > li").last
    line.locator(f".pill:has-text('{word}')").wait_for()
    return line


def test_from_an_error_over_the_annotated_workbook_to_a_submitted_return(working: Working, tmp_path: Path) -> None:
    page = working.person("填报甲", "/returns", 1440)
    first = working.workbook("GDP-Q", "2024Q1", {"02:1": "约3.2亿"})
    drop(page, f"{XSS}.xlsx", first)
    line = last_line(page, "要改正")
    assert XSS.rpartition("/")[2] in line.inner_text()
    drop(page, f"{XSS}.xlsx", first)
    page.locator("#queue > li").nth(1).locator(".pill:has-text('要改正')").wait_for()
    drop(page, "程序.xlsx", b"MZ" * 400)
    assert "可执行程序" in last_line(page, "没有收下").inner_text()
    page.evaluate(DRAGGED)
    assert "20 MB" in last_line(page, "没有收下").inner_text()
    picture(page, "filing-sent")
    assert "要改正 2" in page.inner_text("#queue-said") and "没有收下 2" in page.inner_text("#queue-said")
    page.locator("#queue > li").first.locator("a").click()

    finding = page.locator("li.found-list, .found-list li", has_text="V302").first
    where = finding.locator("a").first
    where.click()
    marked = page.locator("td.marked.hard").first
    assert "约3.2亿" in marked.inner_text() and "V302" in marked.inner_text()
    assert page.url.endswith(f"#{marked.get_attribute('id')}")
    marked.locator("a").first.click()
    assert page.url.endswith(f"#{finding.get_attribute('id')}")
    for width in (1440, 1366, 390):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        picture(page, f"filing-findings-{width}")
    assert barriers(page) == []

    with page.expect_download() as taken:
        page.click("text=下载批注工作簿")
    annotated = tmp_path / "批注.xlsx"
    taken.value.save_as(annotated)
    book = openpyxl.load_workbook(annotated)
    assert book.active.title == RESULT_SHEET
    faulty = next(c for row in book["地区生产总值"].iter_rows() for c in row if c.value == "约3.2亿")
    assert "V302" in faulty.comment.text
    faulty.value = working.returns["GDP-Q", "2024Q1"].cells["02:1"]
    book.save(annotated)

    page.goto(f"{working.address}/returns")
    assert page.locator("#queue > li").count() >= 2, "the list of what was sent is still there"
    drop(page, "改好.xlsx", annotated.read_bytes())
    done = last_line(page, "待审核")
    done.locator("a").click()
    since = page.inner_text("section[aria-labelledby=since-title]")
    assert "已消除 2 条" in since and "V302" in since and "0.4463" in since
    assert page.locator(".title .pill").inner_text() == "待审核"
    with page.expect_download() as receipt:
        page.click("text=下载回执")
    assert "待审核" in Path(receipt.value.path()).read_text()
    assert working.wrong == []


def test_an_explanation_is_kept_when_the_page_is_lost_and_submits_when_it_is_saved(working: Working) -> None:
    receipt = submit_file(working.way("填报甲"), working.workbook("GDP-Q", "2023Q4"), "年报.xlsx")
    approve_submission(working.way("审核员"), receipt.id)
    publish_approved(working.way("发布员"))
    value = working.returns["GDP-Q", "2023Q4"].cells["01:1"]
    assert isinstance(value, Decimal)
    leader = working.person("领导", "/indicator?code=GDP")
    leader.click("section[aria-labelledby=origin-title] a:has-text('工作表')")
    leader.wait_for_selector("td.marked.here")
    assert receipt.file_hash in leader.inner_text("#page") and "填报甲" in leader.inner_text("#page")
    picture(leader, "filing-cell")
    page = working.person("填报甲", "/returns")
    drop(page, "修订.xlsx", working.workbook("GDP-Q", "2023Q4", {"01:1": value + 1}))
    last_line(page, "要说明").locator("a").click()
    areas = page.locator("textarea.answer")
    areas.first.fill(XSS)
    page.wait_for_load_state()
    page.reload()
    assert areas.first.input_value() == XSS
    for n in range(areas.count()):
        areas.nth(n).fill(f"{XSS} 第{n}条")
    picture(page, "filing-explaining")
    page.click("text=保存说明")
    page.wait_for_selector(".told")
    assert page.locator(".title .pill").inner_text() == "待审核" and XSS in page.inner_text("#page")
    assert working.wrong == []


def test_a_lost_connection_and_a_lost_session_keep_the_list(working: Working) -> None:
    page = working.person("填报甲", "/returns")
    context = page.context
    context.set_offline(True)
    drop(page, "三季度.xlsx", working.workbook("GDP-Q", "2023Q3"))
    assert "文件还在列表里" in last_line(page, "没送到").inner_text()
    kept = context.cookies()
    context.clear_cookies()
    context.set_offline(False)  # the page tries again by itself, and finds that nobody is logged in any more
    page.wait_for_selector("#lost")
    assert page.locator("#queue > li").count() >= 1
    context.add_cookies(kept)
    page.locator("[data-do=again]").click()
    last_line(page, "待审核")
    working.wrong[:] = [one for one in working.wrong if "ERR_INTERNET_DISCONNECTED" not in one and "401" not in one]
    assert working.wrong == []


def test_without_scripts_the_same_is_done_by_plain_forms(working: Working) -> None:
    context = working.browser.new_context(locale="zh-CN", java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{working.address}/login")
    page.fill("#name", "填报甲")
    page.fill("#password", PASSWORD)
    page.click("button.button")
    page.goto(f"{working.address}/returns")
    drop(page, "二季度.xlsx", working.workbook("GDP-Q", "2023Q2", {"02:1": "约3.2亿"}))
    page.click("button:has-text('报送')")
    assert "二季度.xlsx：要改正" in page.inner_text(".told")
    page.click("section[aria-labelledby=sent-title] a >> nth=0")
    assert "约3.2亿" in page.inner_text("td.marked.hard")
    context.close()
