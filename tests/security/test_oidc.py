"""Signing in through an identity provider, against a small one run here: who it knows, and what it must not achieve."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from dashboard.app import create_app
from indicators.errors import UsageError
from tests.warehouse_world import fresh
from warehouse import accounts, audit
from warehouse.accounts import add_account
from warehouse.folder import DataFolder
from warehouse.operations import consulting, operating

HTML = {"Accept": "text/html"}


class FakeProvider:
    """A provider that says what the test lets it say; `wrong` changes the claims of the next identity."""

    def __init__(self) -> None:
        self.key, self.other = (RSAKey.generate_key(2048, {"kid": kid, "use": "sig"}) for kid in ("k1", "k1"))
        self.codes: dict[str, dict[str, Any]] = {}
        self.wrong: dict[str, Any] = {}
        self.sign_with = self.key
        self.asked: list[dict[str, str]] = []
        provider = self

        class Answers(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                base = provider.issuer
                self.say(
                    KeySet([provider.key]).as_dict(private=False)
                    if self.path == "/keys"
                    else {
                        "issuer": base, "authorization_endpoint": f"{base}/ask", "token_endpoint": f"{base}/token",
                        "jwks_uri": f"{base}/keys",
                    }
                )  # fmt: skip

            def do_POST(self) -> None:
                sent = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
                said = {name: values[0] for name, values in sent.items()}
                provider.asked.append(said)
                claims = provider.codes.pop(said.get("code", ""), None)
                if claims is None:
                    return self.say({"error": "invalid_grant"}, 400)
                token = jwt.encode({"alg": "RS256", "kid": "k1"}, claims | provider.wrong, provider.sign_with)
                self.say({"access_token": "x", "token_type": "Bearer", "id_token": token})

            def say(self, value: Any, status: int = 200) -> None:
                body = json.dumps(value).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self.server = HTTPServer(("127.0.0.1", 0), Answers)
        self.issuer = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def agree(self, url: str, subject: str) -> str:
        """Let somebody log in there; the query with which the browser comes back."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        assert asked["code_challenge_method"] == "S256" and asked["scope"] == "openid" and asked["nonce"]
        now, code = int(time.time()), f"code{len(self.asked)}"
        self.codes[code] = {
            "iss": self.issuer, "aud": asked["client_id"], "sub": subject, "nonce": asked["nonce"], "iat": now,
            "exp": now + 300,
        }  # fmt: skip
        return f"code={code}&state={asked['state']}"


@pytest.fixture(scope="module")
def provider() -> Iterator[FakeProvider]:
    made = FakeProvider()
    yield made
    made.server.shutdown()


@pytest.fixture
def folder(tmp_path: Any) -> DataFolder:
    made = fresh(tmp_path / "data")
    with operating(made) as conn:
        add_account(conn, "admin", "correct horse", "admin", by="test")
        add_account(conn, "王芳", "correct horse", "reviewer", "王芳", by="test", must_change=True)
        accounts.name_subject(conn, "王芳", "subject-7", "admin")
    return made


@pytest.fixture
def client(folder: DataFolder, provider: FakeProvider, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    said = {"ISSUER": provider.issuer, "CLIENT_ID": "board", "CLIENT_SECRET": "s3cret", "NAME": "政务云"}
    for name, value in said.items():
        monkeypatch.setenv(f"ZHIBIAO_OIDC_{name}", value)
    provider.wrong, provider.sign_with = {}, provider.key
    return create_app(folder).server.test_client()


def go(client: FlaskClient) -> str:
    away = client.get("/login/oidc?next=/returns", headers=HTML)
    assert away.status_code == 303 and "SameSite=Lax" in away.headers["Set-Cookie"]
    return str(away.headers["Location"])


def acts(folder: DataFolder) -> list[tuple[str, str, str]]:
    with consulting(folder) as conn:
        return [(r["who"], r["act"], r["detail"]) for r in audit.records(conn)][-1:]


def test_who_the_provider_knows_enters_the_own_account(
    client: FlaskClient, folder: DataFolder, provider: FakeProvider
) -> None:
    assert "用政务云登录" in client.get("/login").text
    back = client.get(f"/login/oidc/back?{provider.agree(go(client), 'subject-7')}", headers=HTML)
    assert back.status_code == 200 and back.headers["Refresh"] == "0; url=/returns"
    assert client.get("/session").json["role"] == "reviewer", "the password that was given is not asked for"
    assert acts(folder) == [("王芳", "session.opened", '{"method":"oidc"}')]
    assert provider.asked[-1]["code_verifier"]


def test_who_has_no_account_gets_none(client: FlaskClient, folder: DataFolder, provider: FakeProvider) -> None:
    back = client.get(f"/login/oidc/back?{provider.agree(go(client), '<b>8</b>')}", headers=HTML)
    assert back.status_code == 401 and "&lt;b&gt;8&lt;/b&gt;" in back.text and "<b>8</b>" not in back.text
    assert client.get("/session").status_code == 401 and acts(folder)[0][1] == "session.refused"
    with operating(folder) as conn:
        assert len(accounts.accounts(conn)) == 2
        accounts.set_active(conn, "王芳", False, "admin")
    assert client.get(f"/login/oidc/back?{provider.agree(go(client), 'subject-7')}").status_code == 401


@pytest.mark.parametrize(
    "wrong",
    [
        {"nonce": "of another login"},
        {"aud": "another program"},
        {"iss": "https://another.example"},
        {"exp": 1_600_000_000},
        {"key": True},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_an_identity_that_is_not_proved_opens_nothing(
    client: FlaskClient, folder: DataFolder, provider: FakeProvider, wrong: dict[str, Any]
) -> None:
    if "key" in wrong:
        provider.sign_with = provider.other
    else:
        provider.wrong = wrong
    back = client.get(f"/login/oidc/back?{provider.agree(go(client), 'subject-7')}", headers=HTML)
    assert back.status_code == 401 and "不能确认" in back.text
    assert client.get("/session").status_code == 401


def test_a_return_that_did_not_begin_here_is_refused(client: FlaskClient, provider: FakeProvider) -> None:
    query = provider.agree(go(client), "subject-7")
    client.delete_cookie("zb_oidc", path="/login/oidc")
    for bad in (query, "", "state=&code=x"):
        assert "不是从这个浏览器开始的" in client.get(f"/login/oidc/back?{bad}", headers=HTML).text
    query = provider.agree(go(client), "subject-7")
    assert client.get(f"/login/oidc/back?{re.sub('state=.*', 'state=other', query)}").status_code == 401
    assert client.get("/session").status_code == 401


def test_a_silent_provider_is_a_sentence(client: FlaskClient, folder: DataFolder, monkeypatch: Any) -> None:
    monkeypatch.setenv("ZHIBIAO_OIDC_ISSUER", "http://127.0.0.1:9")
    silent = create_app(folder).server.test_client().get("/login/oidc", headers=HTML)
    assert silent.status_code == 503 and "连不上“政务云”" in silent.text and "账户和口令" in silent.text


def test_half_a_setting_does_not_start(client: FlaskClient, folder: DataFolder, monkeypatch: Any) -> None:
    monkeypatch.setenv("ZHIBIAO_OIDC_ISSUER", "http://provider.example")
    with pytest.raises(UsageError, match="https"):
        create_app(folder)
    monkeypatch.delenv("ZHIBIAO_OIDC_CLIENT_SECRET")
    with pytest.raises(UsageError, match="CLIENT_SECRET"):
        create_app(folder)


def test_a_subject_stands_for_one_account(folder: DataFolder) -> None:
    with operating(folder) as conn, pytest.raises(accounts.SubmissionConflict, match="王芳"):
        accounts.name_subject(conn, "admin", "subject-7", "admin")
