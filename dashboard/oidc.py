"""Signing in through the office's own identity provider (OpenID Connect), as an option beside passwords.

The provider says who somebody is; what that person may do stays here: its subject must already stand with an account,
none is ever made. Code flow with PKCE, state and nonce; the identity is proved by the provider's published keys. It is
configured by ZHIBIAO_OIDC_*; without these nothing here is imported or asked.
"""

from __future__ import annotations

import logging
import os
import secrets
import threading
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlsplit

from indicators.errors import UsageError, ZhibiaoError

LOG = logging.getLogger("zhibiao.oidc")
SECONDS = 10
_ALGORITHMS = ["RS256", "PS256", "ES256", "RS384", "RS512", "ES384"]
_SETTINGS = ("ISSUER", "CLIENT_ID", "CLIENT_SECRET")


class ProviderFailed(ZhibiaoError):
    """The identity provider did not answer, or not as it should; nobody was logged in."""

    exit_code = 6


@dataclass(frozen=True, slots=True)
class Asked:
    """What a browser was sent to the provider with, and has to bring back."""

    url: str
    state: str
    nonce: str
    verifier: str


class Provider:
    """One identity provider by its settings; what it publishes about itself is fetched once."""

    def __init__(self, issuer: str, client: str, secret: str, name: str, claim: str) -> None:
        self.issuer, self.client, self.secret, self.name, self.claim = issuer.rstrip("/"), client, secret, name, claim
        self._known: dict[str, Any] = {}
        self._lock = threading.Lock()

    def ask(self, back: str) -> Asked:
        """Where to send a browser that shall come back to `back`. Raises ProviderFailed."""
        nonce, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(48)
        place = self._document("/.well-known/openid-configuration")["authorization_endpoint"]
        url, state = self._session(back).create_authorization_url(place, nonce=nonce, code_verifier=verifier)
        return Asked(url, state, nonce, verifier)

    def subject(self, back: str, code: str, nonce: str, verifier: str) -> str:
        """Who the provider says somebody is. Raises ProviderFailed."""
        from authlib.common.errors import AuthlibBaseError
        from joserfc import jwt
        from joserfc.errors import JoseError
        from joserfc.jwk import KeySet
        from requests import RequestException

        about = self._document("/.well-known/openid-configuration")
        try:
            with self._session(back) as asking:
                given = asking.fetch_token(about["token_endpoint"], code=code, code_verifier=verifier, timeout=SECONDS)
            keys = KeySet.import_key_set(cast(Any, self._fetch(about["jwks_uri"])))
            token = jwt.decode(str(given["id_token"]), keys, algorithms=_ALGORITHMS)
            jwt.JWTClaimsRegistry(
                iss={"essential": True, "value": about["issuer"]}, aud={"essential": True, "value": self.client},
                exp={"essential": True}, nonce={"essential": True, "value": nonce}, leeway=60,
            ).validate(token.claims)  # fmt: skip
            return str(token.claims[self.claim])
        except (AuthlibBaseError, JoseError, RequestException, KeyError, ValueError) as error:
            LOG.warning("the identity provider's answer was not accepted: %r", error)
            raise ProviderFailed(f"“{self.name}”的回答不能确认，没有登录。请再试一次，或找系统管理员。") from error

    def _session(self, back: str) -> Any:
        from authlib.integrations.requests_client import OAuth2Session

        return OAuth2Session(
            self.client, self.secret, scope="openid", redirect_uri=back, code_challenge_method="S256",
        )  # fmt: skip

    def _document(self, path: str) -> dict[str, Any]:
        with self._lock:
            if path not in self._known:
                found = self._fetch(f"{self.issuer}{path}")
                if str(found.get("issuer", "")).rstrip("/") != self.issuer:
                    raise ProviderFailed(f"“{self.name}”说自己是别人，没有登录。请系统管理员核对 ZHIBIAO_OIDC_ISSUER。")
                self._known[path] = found
            return dict(self._known[path])

    def _fetch(self, url: str) -> dict[str, Any]:
        import requests

        try:
            answer = requests.get(url, timeout=SECONDS)
            answer.raise_for_status()
            found = answer.json()
        except (requests.RequestException, ValueError) as error:
            LOG.warning("the identity provider did not answer at %s: %r", url, error)
            raise ProviderFailed(f"连不上“{self.name}”，没有登录。请稍后再试，或用账户和口令登录。") from error
        return found if isinstance(found, dict) else {}


def provider() -> Provider | None:
    """The provider that the settings name, if they name one. Raises UsageError for half a setting."""
    said = {name: os.environ.get(f"ZHIBIAO_OIDC_{name}", "") for name in _SETTINGS}
    if not any(said.values()):
        return None
    if missing := [f"ZHIBIAO_OIDC_{name}" for name, text in said.items() if not text]:
        raise UsageError(f"统一身份认证的设置不全，服务没有启动。还缺：{'、'.join(missing)}。")
    parts = urlsplit(said["ISSUER"])
    if parts.scheme != "https" and parts.hostname not in ("127.0.0.1", "localhost"):
        raise UsageError("ZHIBIAO_OIDC_ISSUER 必须是 https 地址，服务没有启动。请改正后再试。")
    try:
        import authlib.integrations.requests_client  # noqa: F401
    except ImportError as error:
        raise UsageError("统一身份认证要另装：pip install 'zhibiao[oidc]'。服务没有启动。") from error
    name = os.environ.get("ZHIBIAO_OIDC_NAME", "") or "统一身份认证"
    claim = os.environ.get("ZHIBIAO_OIDC_CLAIM", "") or "sub"
    return Provider(said["ISSUER"], said["CLIENT_ID"], said["CLIENT_SECRET"], name, claim)
