"""Who may ask: on the loopback address everybody on the machine, as the pages; elsewhere only who brings a token.

A token that is brought is proved in both cases, so that a program notices a wrong one where it was written.
"""

from __future__ import annotations

from dashboard.api.errors import ApiError
from warehouse.accounts import GUEST, Account, may
from warehouse.folder import DataFolder
from warehouse.operations import consulting
from warehouse.tokens import bearer

_HOW = "请在请求头写 Authorization: Bearer 令牌；令牌由 zhibiao user token 账户名 产生。"


def admit(folder: DataFolder, authorization: str | None, action: str, open_: bool) -> Account:
    """Who asks, or ApiError 401 (who are you), 403 (not you). `open_`: guests may look, on loopback only."""
    if authorization is None:
        if open_ and may(GUEST.role, action):
            return GUEST
        raise ApiError(401, "token_missing", f"这个接口要凭令牌使用。{_HOW}")
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise ApiError(401, "token_malformed", f"看不懂请求头 Authorization。{_HOW}")
    with consulting(folder) as conn:
        account = bearer(conn, token.strip())
    if account is None:
        raise ApiError(401, "token_unknown", f"令牌无效、已作废，或账户已停用。{_HOW}")
    if not may(account.role, action):
        raise ApiError(403, "not_permitted", f"账户“{account.name}”的角色是“{account.role.label}”，不能读取这一项。")
    return account
