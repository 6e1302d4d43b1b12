"""From a return that was submitted to a number on the board, in real browsers.

The reviewer sees what it changes, somebody else's form grows old, the publisher sees the board as it will be and
publishes; the number leads back to its cell.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from axe_playwright_python.sync_playwright import Axe

from etl.flow import approve_submission, explain_findings, publish_approved, submit_file
from tests.e2e.conftest import HEIGHTS, OUTPUT, settle
from tests.e2e.working import Working
from warehouse import board
from warehouse.accounts import Role, add_account
from warehouse.generations import current
from warehouse.operations import operating
from warehouse.submissions import State

SCHEME = "scheme => document.documentElement.setAttribute('data-mantine-color-scheme', scheme)"
XSS = "核实更正<img src=x onerror=alert(1)>"


def test_a_return_is_reviewed_previewed_published_and_traced(working: Working) -> None:
    folder = working.folder
    with operating(folder) as conn:
        add_account(conn, "审核乙", "correct horse battery", Role.REVIEWER, by="管理员")
    first = submit_file(working.way("填报甲"), working.workbook("GDP-Q", "2024Q1"), "一季度.xlsx")
    approve_submission(working.way("审核员"), first.id)
    publish_approved(working.way("发布员"), "头一代")
    cells = working.returns["GDP-Q", "2024Q1"].cells
    one = cells["01:1"]
    assert isinstance(one, Decimal)
    revised = submit_file(working.way("填报甲"), working.workbook("GDP-Q", "2024Q1", {"01:1": one + 1}), "修订.xlsx")
    revised = explain_findings(working.way("填报甲"), revised.id, XSS)
    new = submit_file(working.way("填报甲"), working.workbook("GDP-Q", "2024Q2"), "二季度.xlsx")
    assert revised.state is new.state is State.SUBMITTED

    _review(working, revised.id, new.id)
    _publish(working)
    _number(working)
    assert [one for one in working.wrong if "409 (CONFLICT)" not in one] == [], "but for the form that had grown old"


def _review(working: Working, revised: str, new: str) -> None:
    page = working.person("审核员", "/review")
    assert "2 份报送待审核" in page.locator("h1").inner_text()
    _look(page, "review")
    other = working.person("审核乙", f"/submission?id={revised}")
    page.locator(f"a[href='/submission?id={revised}']").first.click()
    page.wait_for_selector("#changed-title")
    changed = page.locator("section", has=page.locator("#changed-title"))
    assert "修订" in changed.inner_text() and "+0.0001" in changed.inner_text() and XSS in changed.inner_text()
    assert "提交，等待审核" in page.locator(".steps").inner_text()
    _look(page, "review-submission")
    page.get_by_role("button", name="审核通过").click()
    page.wait_for_url("**/review")
    assert "已审核通过" in page.locator(".told").inner_text()

    other.fill("#reason", "请再核对一次")
    other.get_by_role("button", name="退回").click()
    other.wait_for_selector(".told")
    assert "审核员" in other.locator(".told").inner_text(), "who was first"
    assert other.input_value("#reason") == "请再核对一次", "what was typed is kept"
    other.close()

    page.reload()
    box = page.get_by_role("checkbox", name=re.compile("统计局"))
    if not box.is_checked():
        box.check()
    page.get_by_role("button", name="通过勾选的报送").click()
    page.wait_for_selector(".told")
    assert (
        "已审核通过 1 份" in page.locator(".told").inner_text() and new not in page.locator(".lines").all_inner_texts()
    )
    assert "没有待审核的报送" in page.locator("main").inner_text()
    page.goto(f"{working.address}/remind?period=2024Q2")
    assert "财政局" in page.locator(".debts").inner_text()
    _look(page, "remind")
    page.close()


def _publish(working: Working) -> None:
    page = working.person("发布员", "/publish")
    page.get_by_role("button", name="预览发布后的变化").click()
    page.wait_for_selector("summary.button")
    said = page.locator("section", has=page.locator("#preview-title")).inner_text()
    assert "修订 1" in said and XSS in said and "刚才" in said and "地区生产总值" in said
    assert current(working.folder).number == 1, "a preview publishes nothing"
    page.locator("summary.button").click()
    _look(page, "publish")
    page.fill("#note", "二季度和一季度修订")
    page.get_by_role("button", name="确认发布").click()
    page.wait_for_selector("text=已发布为第 2 代")
    assert "2 份报送" in page.locator("main").inner_text()
    page.get_by_role("link", name="看总览").click()
    settle(page)
    page.close()


def _number(working: Working) -> None:
    """The number that was published stands on the board, and its provenance names the cell, sender and approver."""
    held = current(working.folder)
    readings = board.readings(held, ("GDP",), ("CCXQ",))
    wanted = ("2024Q2", "level", "ytd", "现价")
    level = next(r for r in readings if (r.period, r.measure, r.nature, r.price_basis) == wanted)
    assert level.canonical_value is not None
    page = working.person("领导", "/")
    settle(page)
    card = page.locator("article.card", has_text="地区生产总值").first
    shown = f"{level.canonical_value:,.1f}"
    assert shown in card.inner_text()
    card.locator("a.card-number").click()
    page.wait_for_selector("#origin-title")
    origin = page.locator("section", has=page.locator("#origin-title")).inner_text()
    for word in (level.cell, level.raw_text, "填报甲", "审核员", level.submission):
        assert word in origin, word
    page.close()


def _look(page: Any, name: str) -> None:
    """Store the page at three widths, light and dark; none may be wider than its window or shut somebody out."""
    for scheme in ("light", "dark"):
        page.evaluate(SCHEME, scheme)
        for width, height in HEIGHTS.items():
            page.set_viewport_size({"width": width, "height": height})
            page.wait_for_timeout(100)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{name} at {width}"
            page.screenshot(path=OUTPUT / f"{name}-{width}-{scheme}.png", full_page=True)
        found = Axe().run(page).response["violations"]
        wrong = [
            f"{one['id']}: {one['nodes'][0]['html'][:120]}" for one in found if one["impact"] in ("serious", "critical")
        ]
        assert wrong == [], f"{name}, {scheme}"
    page.evaluate(SCHEME, "light")
    page.set_viewport_size({"width": 1366, "height": 768})
