"""What somebody who means ill sends: forged and misshapen requests, foreign addresses, hostile names, too much of it.

Who may ask for what is `test_access`; here every request is by its form one that the gate lets through, or nearly.
"""

from __future__ import annotations

import io
import re
import threading
from typing import Any
from urllib.parse import quote, unquote

import pytest

from dashboard import access, security
from dashboard.access import ROOM
from dashboard.app import Board
from dashboard.endpoints import CALLBACKS
from etl.way import enter_way
from tests.security.conftest import HTML, PASSWORD, ROLES, ROUTER, asked, csrf, enter
from warehouse import audit, passwords, submissions
from warehouse.accounts import add_account
from warehouse.errors import NotPermitted
from warehouse.folder import DataFolder
from warehouse.operations import consulting, operating

TELLTALE = re.compile(rb"Traceback|site-packages|/dashboard/|/warehouse/|\.py\b|sqlalchemy|werkzeug", re.IGNORECASE)
ODD = ("é", "令牌", "\udcff", "0" * 64, "a" * 900, "'; DROP TABLE account; --", "../../etc/passwd", "%00")
QUERY = (
    "id",
    "period",
    "code",
    "file",
    "name",
    "before",
    "since",
    "asof",
    "area",
    "job",
    "kind",
    "sheet",
    "cell",
    "next",
)
NAMES = (
    'a"b.xlsx', "a\r\nSet-Cookie: x=1.xlsx", "a\nX-Evil: 1.xlsx", "../../../etc/passwd", "..\\..\\boot.ini",
    "报表；filename=evil.exe.xlsx", "\u202excod.exe.xlsx", "<img src=x onerror=alert(1)>.xlsx", "a" * 400 + ".xlsx",
)  # fmt: skip


# Misshapen and forged


@pytest.mark.parametrize("odd", ODD)
def test_any_text_may_stand_where_a_token_should(app: Board, folder: DataFolder, odd: str) -> None:
    client, door = enter(app, folder, "admin"), app.server.test_client()
    door.get("/login")
    sent = {"csrf": odd.encode("utf-8", "replace").decode(), "name": "leader", "password": PASSWORD}
    assert client.post("/work/accounts/close", data=sent, headers=HTML).status_code == 403
    assert door.post("/login", data=sent, headers=HTML).status_code == 403
    for name in (access.COOKIE, access.DOOR, access.TOLD, "zb_oidc"):
        stranger = app.server.test_client()
        stranger.set_cookie(name, quote(odd, errors="replace"))
        assert stranger.get("/login").status_code == 200
        assert stranger.get(f"/login/oidc/back?state={quote(odd, errors='replace')}").status_code == 401


def test_a_login_page_that_was_left_open_is_given_again_and_keeps_the_name(app: Board) -> None:
    client = app.server.test_client()
    sent = {"csrf": csrf(client), "name": "leader", "password": PASSWORD, "next": "/land"}
    client.delete_cookie(access.DOOR)
    again = client.post("/login", data=sent, headers=HTML)
    assert again.status_code == 403 and "再填一次" in again.text and PASSWORD not in again.text
    assert 'value="leader"' in again.text and 'value="/land"' in again.text
    token = re.search(r'value="(\w{64})"', again.text)
    assert token
    assert client.post("/login", data=sent | {"csrf": token[1]}, headers=HTML).headers["Location"] == "/land"
    stale = client.post("/login", data=sent, headers=HTML)
    assert stale.status_code == 303 and stale.headers["Location"] == "/land", "logged in meanwhile, in another tab"


def test_every_callback_that_the_server_answers_is_in_the_table(app: Board) -> None:
    app.server.test_client().get("/login")
    answered = {output for output, one in app.callback_map.items() if "callback" in one}
    assert answered, "Dash has its router"
    assert {output.strip(".").split(".")[0] for output in answered} <= set(CALLBACKS) | {"_pages_dummy"}
    client_side = [one for one in app._callback_list if one.get("clientside_function")]
    assert len(client_side) + len(answered) == len(app._callback_list)


@pytest.mark.parametrize("who", ["nobody", "filler", "admin"])
def test_nothing_tells_of_the_inside_whatever_is_asked(app: Board, folder: DataFolder, who: str) -> None:
    client = app.server.test_client() if who == "nobody" else enter(app, folder, who)
    headers = {} if who == "nobody" else {"X-CSRF-Token": csrf(client)}
    for method, rule in asked(app):
        if method in ("PAGE", "CALLBACK") or rule == "/logout":
            continue
        for odd in ("..%2f..%2fetc%2fpasswd", "%00%ff%fe", "9" * 30):
            path = re.sub(r"<[^>]*>", odd, rule)
            query = "&".join(f"{name}={odd}" for name in QUERY)
            for body in ({"data": {"id": "x", "seen": "x", "number": "x"}}, {"json": [1]}):
                if method == "GET":
                    body = {}
                answer = client.open(f"{path}?{query}", method=method, headers=headers, **body)
                assert answer.status_code < 500, (method, path, body, answer.text[:200])
                assert not (method != "GET" and TELLTALE.search(answer.data)), path


def test_a_method_is_not_talked_into_another(app: Board, folder: DataFolder) -> None:
    client = enter(app, folder, "admin")
    with consulting(folder) as conn:
        before = audit.head(conn)
    for name in ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"):
        assert client.get("/work/accounts/close?name=leader", headers={name: "POST"}).status_code == 404
    for method in ("PUT", "DELETE", "PATCH", "TRACE"):
        assert client.open("/accounts", method=method, headers=HTML).status_code in (403, 405)
    assert client.head("/work/accounts/close").status_code == 404
    with consulting(folder) as conn:
        assert audit.head(conn) == before


# What is somebody else's


def test_a_filler_reaches_no_submission_of_another_department(app: Board, folder: DataFolder) -> None:
    with consulting(folder) as conn:
        (held, *_) = submissions.submissions(conn)
    client = enter(app, folder, "filler")
    assert held.department != "TJJ"
    token = csrf(client)
    for path in (f"/submission?id={held.id}", f"/work/annotated/{held.id}", f"/work/receipt/{held.id}.txt"):
        said = client.get(path, headers=HTML)
        assert held.file_name not in said.text and held.file_hash not in said.text
        assert "不是本单位的" in said.text
    refused = client.post(f"/work/explain/{held.id}", data={"csrf": token, f"text-{'0' * 32}": "x"}, headers=HTML)
    assert refused.status_code == 403
    with pytest.raises(NotPermitted):
        enter_way(folder, "filler").may("approve")


# Names, downloads, what is kept


@pytest.mark.parametrize("name", NAMES)
def test_a_file_name_stays_a_name(app: Board, folder: DataFolder, name: str) -> None:
    (folder.root / "secret.key").write_bytes(b"k" * 32)
    client = enter(app, folder, "filler")
    data = b"PK\x03\x04" + name.encode("utf-8", "replace")
    answer = client.post(
        "/work/upload",
        data={"file": (io.BytesIO(data), name)},
        headers={"X-CSRF-Token": csrf(client), "Accept": "application/json"},
    )
    assert answer.status_code < 500 and "X-Evil" not in answer.headers
    shown = answer.json.get("name") or answer.json["error"]["message"]
    assert "\n" not in shown and "/" not in shown.replace("“", "") and "\u202e" not in shown and len(shown) < 300
    assert "secret.key" not in shown
    assert not [path for path in folder.root.parent.rglob("*") if path.name in ("passwd", "boot.ini")]
    for header in answer.headers.values():
        assert "\n" not in unquote(header)


def test_only_what_is_the_same_for_everybody_may_be_kept(app: Board, folder: DataFolder) -> None:
    for who in ROLES:
        client = enter(app, folder, who)
        for method, rule in asked(app):
            if method != "GET" or "<" in rule or rule.startswith("/api"):
                continue
            answer = client.get(rule, headers=HTML)
            endpoint = next(r.endpoint for r in app.server.url_map.iter_rules() if r.rule == rule)
            if endpoint not in security.STATIC:
                assert answer.headers["Cache-Control"] == "no-store", (who, rule)
    client = enter(app, folder, "reviewer")
    assert client.get("/work/remind/rates.xlsx?period=2026Q3").headers["Cache-Control"] == "no-store"


def test_no_answer_tells_where_the_folder_lies(app: Board, folder: DataFolder) -> None:
    client = enter(app, folder, "filler")
    answer = client.post(
        "/work/upload",
        data={"file": (io.BytesIO(b"x,y"), "a.csv")},
        headers={"X-CSRF-Token": csrf(client), "Accept": "application/json"},
    )
    said = answer.json["error"]["message"]
    assert "数据文件夹/secret.key" in said and str(folder.root) not in said, "this world has no key"


# Too much


def test_who_is_logged_in_may_not_send_everything_either(app: Board, folder: DataFolder) -> None:
    client = enter(app, folder, "admin")
    headers = {"X-CSRF-Token": csrf(client)}
    large = client.post("/_dash-update-component", json=ROUTER | {"state": "x" * ROOM}, headers=headers)
    assert large.status_code == 413 and "太大" in large.json["error"]["message"]
    form = client.post("/work/accounts/add", data={"name": "x" * ROOM}, headers=headers | HTML)
    assert form.status_code == 413 and "20 MB" not in form.text


def test_many_long_explanations_fit_into_one_form(app: Board, folder: DataFolder) -> None:
    with consulting(folder) as conn:
        (held, *_) = submissions.submissions(conn)
    with operating(folder) as conn:
        add_account(conn, "own", PASSWORD, "filler", "本单位", held.department, by="test")
    client = enter(app, folder, "own")
    said = {f"text-{number:032x}": "统" * 500 for number in range(200)}
    answer = client.post(f"/work/explain/{held.id}", data=said | {"csrf": csrf(client)}, headers=HTML)
    assert answer.status_code == 422 and "没有这一条发现" in answer.text and "统" * 500 not in answer.text[:100]


# Passwords


def test_whoever_finds_a_browser_open_cannot_guess_the_password(app: Board, folder: DataFolder) -> None:
    client, rules = enter(app, folder, "leader"), passwords.profile()
    sent = {"csrf": csrf(client), "old": "wrong horse", "new": "a new long one", "again": "a new long one"}
    for _ in range(rules.attempts):
        client.post("/work/account/password", data=sent)
        assert "现在的口令不对" in client.get("/account").text
    client.post("/work/account/password", data=sent | {"old": PASSWORD})
    assert "试错的次数太多" in client.get("/account").text
    with consulting(folder) as conn:
        assert audit.records(conn)[-1]["act"] == "web.accounts.account_password"


@pytest.mark.parametrize("bad", ["12345678", "a123456789", "aaaaaaaa", "abcd1234", "20262026", "87654321", "中" * 8])
def test_what_anybody_tries_first_is_no_password(bad: str) -> None:
    with pytest.raises(passwords.UsageError, match="容易猜"):
        passwords.prove(bad, "leader")


@pytest.mark.parametrize("good", ["correct horse", "zhibiao-demo", "长春新区统计局2026", "Ab3-xk9_Lq", "kx7r2mw9"])
def test_an_ordinary_password_is_one(good: str) -> None:
    passwords.prove(good, "leader")


def test_many_logins_at_once_are_proved_a_few_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    import argon2

    running, most, lock = 0, 0, threading.Lock()
    hasher = type(argon2.PasswordHasher())  # the name itself may stand for a cheaper one in tests
    real = hasher.verify

    def watched(self: Any, *said: Any) -> bool:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        try:
            return bool(real(self, *said))
        finally:
            with lock:
                running -= 1

    monkeypatch.setattr(hasher, "verify", watched)
    kept = passwords.hashed(PASSWORD)
    threads = [threading.Thread(target=passwords.matches, args=(kept, "no")) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 0 < most <= 2
