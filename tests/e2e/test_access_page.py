"""Logging in as people do: the login, account and administration pages, and a session that is lost while typing."""

from __future__ import annotations

from typing import Any

import pytest

from tests.e2e.conftest import HEIGHTS, Open, log_in, picture
from tests.e2e.test_pages import barriers
from zhibiao.demonstration import PASSWORD

PAGES = {
    "login": ("/login", ""),
    "account": ("/account", "统计局审核"),
    "accounts": ("/accounts", "演示管理员"),
    "audit": ("/audit", "审计员"),
}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_of_logins_fits_and_can_be_used_by_everybody(visit: Open, name: str) -> None:
    path, account = PAGES[name]
    for width in HEIGHTS:
        page = visit(path, width, account=account)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        picture(page, f"{name}-{width}")
        if width == 390:
            assert barriers(page) == []
        page.close()
    dark = visit(path, scheme="dark", account=account)
    assert barriers(dark) == []
    picture(dark, f"{name}-dark")


def test_a_login_without_scripts_keeps_the_name_and_leads_on(browser: Any, address: str) -> None:
    context = browser.new_context(locale="zh-CN", java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/audit")
    assert page.url.endswith("/login?next=%2Faudit")
    page.fill("#name", "审计员")
    page.fill("#password", "not this one")
    page.click("button.button")
    assert "账户或口令不对" in page.inner_text(".door") and page.input_value("#name") == "审计员"
    page.fill("#password", PASSWORD)
    page.click("button.button")
    assert page.url.endswith("/audit") and "审计链上有" in page.inner_text("h1")
    page.click(".leave")
    assert page.locator("text=登录").count() and not page.locator(".leave").count()
    context.close()


def test_a_session_lost_while_typing_loses_nothing(browser: Any, address: str) -> None:
    context = browser.new_context(locale="zh-CN")
    log_in(context, address, "演示管理员")
    page = context.new_page()
    page.goto(f"{address}/accounts")
    page.fill("#name", "写到一半")
    context.clear_cookies()
    page.click("text=新建账户 >> nth=-1")
    page.wait_for_selector("#lost")
    assert "填写的内容还在页面上" in page.inner_text("#lost") and page.input_value("#name") == "写到一半"
    log_in(context, address, "演示管理员")
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    page.wait_for_selector("#lost", state="detached")
    page.select_option("#role", "analyst")
    page.click("text=新建账户 >> nth=-1")
    page.wait_for_selector(".secret")
    assert "写到一半" in page.inner_text("#main") and len(page.inner_text(".secret")) == 17
    page.goto(f"{address}/accounts")
    row = page.locator("tr", has_text="写到一半").first
    row.locator("summary").click()
    row.get_by_text("停用").last.click()
    page.wait_for_selector(".told")
    assert "账户“写到一半”已停用" in page.inner_text(".told")
    context.close()


def test_a_live_page_tells_of_a_lost_session(browser: Any, address: str) -> None:
    context = browser.new_context(locale="zh-CN")
    log_in(context, address, "领导")
    page = context.new_page()
    page.goto(f"{address}/")
    page.wait_for_selector("#react-entry-point #page")
    assert page.locator("nav.side >> text=账户").count() == 0
    assert page.evaluate("fetch('/accounts', {headers: {Accept: 'application/json'}}).then(a => a.status)") == 403
    page.wait_for_selector("#lost")
    assert "不能做这一步" in page.inner_text("#lost")
    context.close()
