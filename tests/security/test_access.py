"""Who may ask for what: every route and every page for every role, sessions, tokens of forms, logins, headers.

`tests/golden/access/roles.csv` is what is expected, for people to read: 是 passes the gate, 登录 has to log in first,
否 is refused. A route, a page or a method that is not in the table fails the test: add its row when you add it.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import argon2
import pytest
from flask.testing import FlaskClient

from dashboard import access, site
from dashboard.app import Board, create_app
from dashboard.doors import inside
from etl.status import reporting_status
from etl.way import enter_way
from indicators.errors import UsageError
from tests.security.conftest import HTML, PASSWORD, ROLES, ROUTER, asked, csrf, enter, log_in
from warehouse import accounts, attempts, audit, passwords, sessions
from warehouse.errors import TooManyAttempts
from warehouse.folder import DataFolder
from warehouse.moments import utc_now
from warehouse.operations import consulting, operating
from warehouse.operations_schema import account as account_table
from warehouse.operations_schema import login_failure, session
from warehouse.tokens import issue_token

TABLE = Path(__file__).parents[1] / "golden" / "access" / "roles.csv"
WHO = ["nobody", "guest", *ROLES]


def outcome(answer: Any) -> str:
    if answer.status_code == 401 or "/login?" in answer.headers.get("Location", ""):
        return "登录"
    let_in = answer.status_code != 403 or '"code":"not_done"' in answer.text  # refused by the route, not at the gate
    return "是" if let_in else "否"


# Every route and page for every role


def ask(client: FlaskClient, method: str, address: str, token: str) -> Any:
    path = re.sub(r"<int:[^>]*>", "1", re.sub(r"<(?!int:)[^>]*>", "x", address))
    if method == "PAGE":
        return client.get(path, headers=HTML)
    headers = {"X-CSRF-Token": token}
    if method == "CALLBACK" or path == "/_dash-update-component":
        where = [
            {"id": "_pages_location", "property": "pathname", "value": path if method == "CALLBACK" else "/"},
            {"id": "_pages_location", "property": "search", "value": ""},
        ]
        return client.post("/_dash-update-component", json=ROUTER | {"inputs": where}, headers=headers)
    return client.open(path, method=method, headers=headers)


def expected() -> dict[tuple[str, str], dict[str, str]]:
    with TABLE.open(encoding="utf-8-sig", newline="") as file:
        return {(row.pop("method"), row.pop("address")): row for row in csv.DictReader(file)}


def found_for(app: Board, open_app: Board, folder: DataFolder, who: str) -> dict[tuple[str, str], str]:
    """What everything answers to one kind of visitor."""
    served = open_app if who == "guest" else app
    client = served.server.test_client() if who in ("nobody", "guest") else enter(served, folder, who)
    token, found = csrf(client) if who not in ("nobody", "guest") else "", {}
    for method, address in asked(served):
        if address == "/logout" and who in ROLES:
            other = enter(served, folder, who)
            found[method, address] = outcome(ask(other, method, address, csrf(other)))
            continue
        if address == "/login" and method == "POST":
            token, before = csrf(client), token
            found[method, address] = "是" if ask(client, method, address, token).status_code == 401 else "否"
            token = before
            with operating(folder) as conn:
                conn.execute(login_failure.delete())
            continue
        found[method, address] = outcome(ask(client, method, address, token))
    return found


@pytest.mark.parametrize("who", WHO)
def test_every_route_and_page_answers_a_role_as_the_table_says(app: Board, folder: DataFolder, who: str) -> None:
    wanted = {key: row[who] for key, row in expected().items()}
    assert found_for(app, create_app(folder, guest=True), folder, who) == wanted


def test_the_table_says_of_pages_what_the_actions_of_roles_say() -> None:
    table = expected()
    for spec in site.SPECS:
        row = table["PAGE", spec.path]
        assert {r for r in ROLES if row[r] == "是"} == {r for r in ROLES if accounts.may(r, spec.action)}, spec.name


def test_a_route_that_nobody_listed_is_refused(folder: DataFolder) -> None:
    made = create_app(folder, guest=True)
    made.server.add_url_rule("/new", "new", lambda: "secret")
    for client in (made.server.test_client(), enter(made, folder, "admin")):
        assert client.get("/new").status_code == 403 and client.get("/static/x").status_code == 403


def test_a_callback_that_nobody_listed_is_refused(app: Board, folder: DataFolder) -> None:
    client = enter(app, folder, "admin")
    headers = {"X-CSRF-Token": csrf(client)}
    for body in (
        {"output": "other.children", "inputs": []},
        ROUTER | {"inputs": []},
        ROUTER | {"inputs": [{"id": "_pages_location", "property": "pathname", "value": p} for p in ("/", "/audit")]},
        [1],
        "x",
    ):
        assert client.post("/_dash-update-component", json=body, headers=headers).status_code == 403


def test_an_account_finds_in_the_navigation_what_it_may_open(app: Board, folder: DataFolder) -> None:
    for role in ROLES:
        client = enter(app, folder, role)
        shown = set(re.findall(r'<a class="nav-link[^>]* href="(/[a-z]*)"', client.get("/account", headers=HTML).text))
        assert shown == {s.path for s in site.SPECS if s.nav and accounts.may(role, s.action)}
        for path in shown:
            assert client.get(path, headers=HTML).status_code == 200


def test_a_filler_is_told_of_the_own_department_only(app: Board, folder: DataFolder) -> None:
    own, all_ = (reporting_status(enter_way(folder, who), "2026Q3")["rows"] for who in ("filler", "reviewer"))
    assert {row["department"] for row in own} == {"TJJ"} < {row["department"] for row in all_}
    others = {row["department_name"] for row in all_} - {row["department_name"] for row in own}
    states = re.sub(r"<select.*?</select>", "", enter(app, folder, "filler").get("/returns?period=2026Q3").text)
    assert [name for name in others if name in states] == []


# Tokens of forms


@pytest.mark.parametrize("given", ["missing", "wrong", "anothers"])
def test_a_form_without_its_own_token_does_nothing(app: Board, folder: DataFolder, given: str) -> None:
    client = enter(app, folder, "admin")
    token = {"missing": "", "wrong": "0" * 64, "anothers": csrf(enter(app, folder, "admin"))}[given]
    refused = client.post("/work/accounts/close", data={"csrf": token, "name": "leader"}, headers=HTML)
    assert refused.status_code == 403 and "没有执行" in refused.text
    done = client.post("/work/accounts/close", data={"csrf": csrf(client), "name": "leader"})
    assert done.status_code == 303
    with consulting(folder) as conn:
        assert [r["act"] for r in audit.records(conn)].count("account.closed") == 1


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "http://localhost:9999"},
    ],
)
def test_a_request_from_another_site_does_nothing_even_with_the_token(
    app: Board, folder: DataFolder, headers: Mapping[str, str]
) -> None:
    client = enter(app, folder, "admin")
    data = {"csrf": csrf(client), "name": "leader"}
    assert client.post("/work/accounts/close", data=data, headers=headers).status_code == 403
    guest = create_app(folder, guest=True).server.test_client()
    assert guest.post("/sql/run", json={"sql": "SELECT 1"}, headers=headers).status_code == 403
    assert guest.post("/login", data={"csrf": csrf(guest)}, headers=headers).status_code == 403


def test_a_program_with_a_token_needs_no_form(app: Board, folder: DataFolder) -> None:
    with operating(folder) as conn:
        token = issue_token(conn, "analyst", by="test")
    client = app.server.test_client()
    headers = {"Authorization": f"Bearer {token}"}
    assert client.get("/api/v1/observations", headers=headers).status_code == 200
    assert client.get("/", headers=headers).status_code == 401, "a token opens the interface, not the pages"


# Sessions


def test_a_session_given_by_somebody_else_is_not_taken_over(app: Board, folder: DataFolder) -> None:
    client = app.server.test_client()
    client.set_cookie(access.COOKIE, "planted-by-somebody-else")
    assert log_in(client, "reviewer").status_code == 303
    held = client.get_cookie(access.COOKIE)
    assert held is not None and held.value != "planted-by-somebody-else" and len(held.value) == 43
    before = held.value
    assert log_in(client, "leader").status_code == 303
    other = app.server.test_client()
    other.set_cookie(access.COOKIE, before)
    assert other.get("/session").status_code == 401, "a new login ends the session that the browser had"


def test_cookies_are_kept_from_scripts_and_other_sites(app: Board) -> None:
    client = app.server.test_client()
    first = client.get("/login").headers["Set-Cookie"]
    after = log_in(client, "reviewer").headers.getlist("Set-Cookie")
    for said in (first, *after):
        assert "HttpOnly" in said and "SameSite=Strict" in said
    assert any(said.startswith(f"{access.COOKIE}=") and "Expires" not in said for said in after)


def test_what_the_browser_holds_is_not_in_the_database(app: Board, folder: DataFolder) -> None:
    client = app.server.test_client()
    log_in(client, "reviewer")
    held = client.get_cookie(access.COOKIE)
    assert held is not None and held.value.encode() not in folder.operations.read_bytes()


@pytest.mark.parametrize(("column", "past"), [("seen_at", "idle"), ("opened_at", "longest")])
def test_a_session_ends_when_idle_or_old(app: Board, folder: DataFolder, column: str, past: str) -> None:
    client = enter(app, folder, "reviewer")
    assert client.get("/session").status_code == 200
    limit: timedelta = getattr(passwords.profile(), past)
    with operating(folder) as conn:
        conn.execute(session.update().values(**{column: utc_now() - limit + timedelta(seconds=30)}))
    assert client.get("/session").status_code == 200
    with operating(folder) as conn:
        conn.execute(session.update().values(**{column: utc_now() - limit - timedelta(seconds=1)}))
    assert client.get("/session").status_code == 401


def test_a_session_in_use_does_not_get_idle(app: Board, folder: DataFolder) -> None:
    client = enter(app, folder, "reviewer")
    with operating(folder) as conn:
        conn.execute(session.update().values(seen_at=utc_now() - timedelta(minutes=30)))
    client.get("/session")
    with consulting(folder) as conn:
        (one,) = sessions.sessions(conn, "reviewer")
    assert utc_now() - one.seen_at < timedelta(minutes=1)


def test_logging_out_ends_the_session_everywhere(app: Board, folder: DataFolder) -> None:
    client = enter(app, folder, "reviewer")
    held = client.get_cookie(access.COOKIE)
    assert held is not None
    assert client.post("/logout", data={"csrf": csrf(client)}).status_code == 303
    client.set_cookie(access.COOKIE, held.value)
    for served in (app, create_app(folder)):  # another worker has it no longer either
        again = served.server.test_client()
        again.set_cookie(access.COOKIE, held.value)
        assert again.get("/session").status_code == 401


def test_closing_an_account_ends_its_sessions_at_once(app: Board, folder: DataFolder) -> None:
    client, admin = enter(app, folder, "leader"), enter(app, folder, "admin")
    assert client.get("/session").status_code == 200
    admin.post("/work/accounts/close", data={"csrf": csrf(admin), "name": "leader"})
    assert client.get("/session").status_code == 401
    admin.post("/work/accounts/open", data={"csrf": csrf(admin), "name": "leader"})
    assert client.get("/session").status_code == 401


def test_ending_the_other_sessions_keeps_this_one(app: Board, folder: DataFolder) -> None:
    here, there = enter(app, folder, "leader"), enter(app, folder, "leader")
    assert "结束其余登录" in here.get("/account").text
    assert here.post("/work/account/sessions", data={"csrf": csrf(here)}).status_code == 303
    assert (here.get("/session").status_code, there.get("/session").status_code) == (200, 401)
    assert "其余 1 处登录已结束" in here.get("/account").text and "其余 1 处" not in here.get("/account").text


def test_a_lost_session_is_told_to_people_and_to_scripts(app: Board) -> None:
    client = app.server.test_client()
    page = client.get("/returns?period=2026Q3", headers=HTML)
    assert page.status_code == 303 and page.headers["Location"] == "/login?next=%2Freturns%3Fperiod%3D2026Q3"
    for answer in (client.get("/session"), client.post("/_dash-update-component", json={})):
        assert answer.status_code == 401 and "填写的内容还在页面上" in answer.json["error"]["message"]
    form = client.post("/work/account/password", data={"old": "x"}, headers=HTML)
    assert form.status_code == 401 and "填写的内容还在页面上" in form.text


# Logging in


def test_a_login_leads_to_where_one_wanted_to_go(app: Board) -> None:
    client = app.server.test_client()
    refused = log_in(client, "reviewer", "wrong horse", "/returns")
    assert refused.status_code == 401 and 'value="reviewer"' in refused.text and "wrong horse" not in refused.text
    done = log_in(client, "reviewer", next_="/returns?period=2026Q3")
    assert done.headers["Location"] == "/returns?period=2026Q3"
    assert client.get("/login?next=/land").headers["Location"] == "/land"


@pytest.mark.parametrize(
    "next_",
    [
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "\\\\evil",
        "/%0d%0aX: y\r\n",
        "javascript:alert(1)",
        "",
    ],
)
def test_a_login_leads_nowhere_else(app: Board, next_: str) -> None:
    assert inside(next_) == "/"
    assert log_in(app.server.test_client(), "leader", next_=next_).headers["Location"] == "/"


def test_an_unknown_name_is_answered_as_a_wrong_password(app: Board, monkeypatch: pytest.MonkeyPatch) -> None:
    asked_of: list[str] = []
    matches = passwords.matches
    monkeypatch.setattr(passwords, "matches", lambda kept, said: asked_of.append(kept) or matches(kept, said))
    client = app.server.test_client()
    known, unknown = (log_in(client, name, "wrong horse") for name in ("leader", "nobody-here"))
    blank = lambda text: re.sub(r'value="[^"]*"', "", text)  # noqa: E731
    assert known.status_code == unknown.status_code and blank(known.text) == blank(unknown.text)
    parameters = [re.match(r"\$argon2id\$v=\d+\$[^$]+", kept) for kept in asked_of]
    assert len(parameters) == 2 and {p[0] for p in parameters if p} == {parameters[0][0]}, "the same work for both"


def test_to_try_a_password_is_as_much_work_as_owasp_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(argon2, "PasswordHasher", argon2.PasswordHasher.func)  # type: ignore[attr-defined]
    kept = passwords.hashed("correct horse battery")
    work = argon2.extract_parameters(kept)
    assert work.type is argon2.Type.ID and work.memory_cost >= 19 * 1024 and work.time_cost >= 2
    assert passwords.matches(kept, "correct horse battery") and not passwords.matches(kept, "correct horse")


def test_a_closed_account_cannot_log_in(app: Board, folder: DataFolder) -> None:
    with operating(folder) as conn:
        accounts.set_active(conn, "leader", False, "test")
    refused = log_in(app.server.test_client(), "leader")
    assert refused.status_code == 401 and "已停用" in refused.text


@pytest.mark.parametrize("name", ["leader", "nobody-here"])
def test_guessing_gets_slower_and_never_stops_the_owner_for_good(app: Board, folder: DataFolder, name: str) -> None:
    client, rules = app.server.test_client(), passwords.profile()
    for _ in range(rules.attempts):
        assert log_in(client, name, "wrong horse").status_code == 401
    waiting = log_in(client, name)
    assert waiting.status_code == 429 and 1 <= int(waiting.headers["Retry-After"]) <= 4 and "再试" in waiting.text
    waits = []
    for more in (2, 4, 30):
        with operating(folder) as conn:
            kept = (login_failure.c.kind == "account") & (login_failure.c.count >= rules.attempts)
            conn.execute(login_failure.update().where(kept).values(count=rules.attempts + more, last_at=utc_now()))
            with pytest.raises(TooManyAttempts) as told:
                attempts.begin(conn, name, "10.0.0.1")
            waits.append(told.value.left)
    assert waits == sorted(waits) and timedelta(0) < rules.patience - waits[-1] < timedelta(seconds=5)
    with operating(folder) as conn:
        conn.execute(login_failure.update().values(last_at=utc_now() - rules.patience))
    assert log_in(client, name).status_code == (303 if name == "leader" else 401)


def test_an_address_that_tries_many_names_has_to_wait_too(folder: DataFolder) -> None:
    rules = passwords.profile()
    with operating(folder) as conn:
        for number in range(rules.attempts * attempts.SHARED):
            attempts.begin(conn, f"name{number}", "10.0.0.9")
        with pytest.raises(TooManyAttempts):
            attempts.begin(conn, "one more", "10.0.0.9")
        attempts.begin(conn, "one more", "10.0.0.8")
        attempts.succeed(conn, "name1", "10.0.0.9")
        attempts.begin(conn, "one more", "10.0.0.9")


def test_a_name_that_was_a_password_is_kept_nowhere(app: Board, folder: DataFolder) -> None:
    log_in(app.server.test_client(), "my secret typed too early")
    assert b"typed too early" not in folder.operations.read_bytes()


# Passwords


def test_a_password_that_was_given_must_be_changed_first(app: Board, folder: DataFolder) -> None:
    admin = enter(app, folder, "admin")
    told = admin.post("/work/accounts/reset", data={"csrf": csrf(admin), "name": "leader"}, headers=HTML)
    given = re.search(r'class="secret">([^<]+)<', told.text)
    assert given
    client = app.server.test_client()
    assert log_in(client, "leader", given[1]).status_code == 303
    assert client.get("/", headers=HTML).headers["Location"] == "/account"
    assert client.get("/session").json["error"]["code"] == "password_due"
    assert "先改成自己的口令" in client.get("/account").text
    token = re.search(r'name="csrf" content="(\w+)"', client.get("/account").text)
    assert token
    sent = {"csrf": token[1], "old": given[1], "new": "a new long one", "again": "a new long one"}
    before = client.get_cookie(access.COOKIE)
    assert client.post("/work/account/password", data=sent).headers["Location"] == "/account"
    after = client.get_cookie(access.COOKIE)
    assert before and after and before.value != after.value
    assert "口令已改" in client.get("/account").text and client.get("/", headers=HTML).status_code == 200


@pytest.mark.parametrize(
    ("old", "new", "again", "said"),
    [
        ("wrong", "a new long one", "a new long one", "现在的口令不对"),
        (PASSWORD, "a new long one", "another one", "两遍新口令不一样"),
        (PASSWORD, "short", "short", "8 至 200 个字符"),
        (PASSWORD, PASSWORD, PASSWORD, "这个口令用过"),
        (PASSWORD, "my leader 2026", "my leader 2026", "不能有账户名"),
    ],
)
def test_a_bad_change_of_password_changes_nothing(
    app: Board, folder: DataFolder, old: str, new: str, again: str, said: str
) -> None:
    client = enter(app, folder, "leader")
    sent = {"csrf": csrf(client), "old": old, "new": new, "again": again}
    assert client.post("/work/account/password", data=sent).status_code == 303
    assert said in client.get("/account").text
    with consulting(folder) as conn:
        assert accounts.check_password(conn, "leader", PASSWORD) is not None
        assert audit.records(conn)[-1]["act"] == "web.accounts.account_password"


def test_the_stricter_profile_asks_for_more(folder: DataFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(passwords.SETTING, "等保三级")
    rules = passwords.profile()
    with operating(folder) as conn:
        for bad in ("Short-1", "onlysmallletters", "small-and-dash"):
            with pytest.raises(UsageError):
                accounts.set_password(conn, "leader", bad, "leader")
        used = [f"Very-Long-{number}" for number in range(rules.history + 1)]
        for good in used:
            accounts.set_password(conn, "leader", good, "leader")
        with pytest.raises(UsageError, match="最近 5 个"):
            accounts.set_password(conn, "leader", used[1], "leader")
        accounts.set_password(conn, "leader", used[0], "leader")
        held = accounts.find_account(conn, "leader")
        assert held is not None
        token = sessions.open_session(conn, held, "test", "test")
        aged = account_table.update().where(account_table.c.name == "leader")
        conn.execute(aged.values(password_at=utc_now() - timedelta(days=91)))
        one = sessions.find_session(conn, sessions.digest(token))
        assert one is not None and one.must_change
    monkeypatch.setenv(passwords.SETTING, "随便")
    with pytest.raises(UsageError, match="等保三级"):
        create_app(folder)


def test_a_random_password_is_taken_by_every_profile(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in passwords.PROFILES:
        monkeypatch.setenv(passwords.SETTING, name)
        for _ in range(20):
            passwords.prove(passwords.new_password(), "王芳")


# Accounts, and what is recorded


def test_an_administrator_adds_and_closes_accounts(app: Board, folder: DataFolder) -> None:
    admin = enter(app, folder, "admin")
    typed = {"name": "王芳", "full_name": "<i>王芳</i>", "role": "filler", "department": "CZJ"}
    told = admin.post("/work/accounts/add", data=typed | {"csrf": csrf(admin)}, headers=HTML)
    given = re.search(r'class="secret">([^<]+)<', told.text)
    assert told.status_code == 200 and given and "no-store" in told.headers["Cache-Control"]
    assert log_in(app.server.test_client(), "王芳", given[1]).status_code == 303
    shown = admin.get("/accounts").text
    assert "&lt;i&gt;王芳&lt;/i&gt;" in shown and "<i>王芳</i>" not in shown and "待改口令" in shown
    again = admin.post("/work/accounts/add", data=typed | {"csrf": csrf(admin)}, headers=HTML)
    back = admin.get(again.headers["Location"]).text
    assert "已经存在" in back and 'value="王芳"' in back and '<option selected="selected" value="CZJ">' in back
    for path in ("close", "reset"):
        admin.post(f"/work/accounts/{path}", data={"csrf": csrf(admin), "name": "admin"})
        assert "不能停用自己" in admin.get("/accounts").text
    admin.post("/work/accounts/add", data=typed | {"csrf": csrf(admin), "name": "x", "role": "guest"})
    assert "没有“guest”这个角色" in admin.get("/accounts").text


def test_every_act_is_recorded_once(app: Board, folder: DataFolder) -> None:
    def acts(since: int) -> list[tuple[str, str, str, str]]:
        with consulting(folder) as conn:
            return [(r["who"], r["act"], r["object"], r["result"]) for r in audit.records(conn, since)]

    with consulting(folder) as conn:
        number, _ = audit.head(conn)
    client = app.server.test_client()
    log_in(client, "leader", "wrong horse")
    log_in(client, "leader")
    client.get("/", headers=HTML)
    client.get("/accounts", headers=HTML)
    sent = {"csrf": csrf(client), "old": PASSWORD, "new": "a new long one", "again": "a new long one"}
    client.post("/work/account/password", data=sent)
    client.post("/work/account/token", data={"csrf": csrf(client), "act": "issue"})
    client.post("/work/accounts/add", data={"csrf": csrf(client), "name": "x"})
    client.post("/logout", data={"csrf": csrf(client)})
    assert acts(number) == [
        ("", "session.refused", "leader", "refused"),
        ("leader", "session.opened", "leader", "ok"),
        ("leader", "request.refused", "/accounts", "refused"),
        ("leader", "account.password", "leader", "ok"),
        ("leader", "token.issued", "leader", "ok"),
        ("leader", "request.refused", "/work/accounts/add", "refused"),
        ("leader", "session.closed", "leader", "ok"),
    ]
    assert audit.verify(folder) == []


def test_the_audit_page_finds_records_and_tells_of_a_broken_chain(app: Board, folder: DataFolder) -> None:
    client = enter(app, folder, "auditor")
    with operating(folder) as conn:
        for number in range(120):
            audit.append(conn, "某人", "submission.refused", f"S{number:06d}<i>", "refused", detail={"why": "<script>"})
    page = client.get("/audit?who=某&act=submission.&result=refused").text
    assert (
        page.count("<tr>") == 101 and "S000119&lt;i&gt;" in page and "<script>" not in page.replace("<script src", "")
    )
    older = re.search(r'href="(/audit\?[^"]*before=\d+)"', page)
    assert older
    assert client.get(older[1].replace("&amp;", "&")).text.count("<tr>") == 21
    assert client.get("/audit?object=S000007").text.count("<tr>") == 2
    assert "没有符合的记录" in client.get("/audit?since=2999-01-01").text
    assert "看不懂" in client.get("/audit?since=lately&before=x").text
    assert "完整：没有改动" in client.get("/audit?verify=1").text
    with operating(folder) as conn:
        conn.exec_driver_sql("DROP TRIGGER audit_never_update")
        conn.exec_driver_sql("UPDATE audit SET who = 'other' WHERE sequence = 3")
    assert "第 3 号的内容被改动过" in client.get("/audit?verify=1").text


# What every answer carries, and who may listen


def test_every_answer_carries_the_headers(app: Board, folder: DataFolder) -> None:
    client = enter(app, folder, "admin")
    for path in ("/", "/login", "/accounts", "/nowhere", "/static/x", "/session", "/assets/access.js", "/api/v1/x"):
        said = client.get(path, headers=HTML).headers
        assert "default-src 'self'" in said["Content-Security-Policy"] and "unsafe-eval" not in str(said)
        assert "script-src 'self' 'unsafe-inline'" not in said["Content-Security-Policy"]
        assert said["X-Content-Type-Options"] == "nosniff" and said["X-Frame-Options"] == "DENY"
        assert said["Referrer-Policy"] == "same-origin" and "Werkzeug" not in said.get("Server", "")
    assert client.get("/accounts").headers["Cache-Control"] == "no-store"


def test_guests_look_on_the_own_machine_only(folder: DataFolder) -> None:
    with pytest.raises(UsageError, match="--guest"):
        create_app(folder, hosts=None, guest=True)
    client = create_app(folder, guest=True).server.test_client()
    assert client.get("/", headers=HTML).status_code == 200
    assert client.get("/", headers=HTML | {"Host": "board.example"}).status_code == 421


def test_accounts_of_a_demonstration_open_nothing_to_other_machines(folder: DataFolder) -> None:
    with operating(folder) as conn:
        accounts.mark_demo(conn, ["leader"], "known to all")
    assert create_app(folder) is not None
    with pytest.raises(UsageError, match="leader"):
        create_app(folder, hosts=None)


def test_what_nobody_is_may_send_is_little(app: Board) -> None:
    client = app.server.test_client()
    sent: Callable[[int], Any] = lambda size: client.post(  # noqa: E731
        "/login", data={"csrf": csrf(client), "name": "x" * size}, headers=HTML
    )
    assert sent(100).status_code == 401 and sent(200_000).status_code == 413


def test_a_script_that_came_in_with_a_text_would_not_run(app: Board, folder: DataFolder) -> None:
    client = enter(app, folder, "admin")
    index = client.get("/", headers=HTML)
    admitted = re.findall(r"sha256-", index.headers["Content-Security-Policy"])
    assert admitted, "Dash's own inline scripts run"
    with app.server.test_request_context("/accounts"):
        answer = app.server.process_response(app.server.make_response("<script>alert(1)</script>"))
    assert "sha256" not in answer.headers["Content-Security-Policy"]


# A server in front, and an identity provider


def test_behind_a_proxy_cookies_are_for_https_only(folder: DataFolder) -> None:
    made = create_app(folder, hosts=frozenset({"board.example"}), proxied=True)
    client = made.server.test_client()
    by_proxy = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "board.example", "X-Forwarded-For": "10.1.2.3"}
    answer = client.get("/login", base_url="https://board.example", headers=HTML | by_proxy)
    assert "Secure" in answer.headers["Set-Cookie"] and answer.headers["Strict-Transport-Security"]
    assert client.get("/login", headers=HTML).status_code == 421
    token = re.search(r'value="(\w{64})"', answer.text)
    assert token
    sent = {"csrf": token[1], "name": "leader", "password": PASSWORD}
    where = {"base_url": "https://board.example", "headers": HTML | by_proxy | {"Origin": "https://board.example"}}
    assert client.post("/login", data=sent, **where).status_code == 303  # type: ignore[arg-type]
    with consulting(folder) as conn:
        assert audit.records(conn)[-1]["place"] == "网页 10.1.2.3"
    for bad in ({"hosts": frozenset({"board.example"}), "guest": True}, {"hosts": None, "guest": True}):
        with pytest.raises(UsageError):
            create_app(folder, **bad)
