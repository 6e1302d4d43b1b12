"""Questions that are kept on the server, as the SQL page speaks of them: list, open, keep, forget.

A question belongs to the account that kept it; others open it once it is shared. The rules are those of
`warehouse.saved_queries`.
"""

from __future__ import annotations

from typing import Any

from dashboard import access
from dashboard.api.errors import ApiError
from dashboard.sql.counter import day, params
from warehouse.errors import told
from warehouse.operations import consulting, operating
from warehouse.saved_queries import Kept, SavedQuery, find_query, remove_query, save_query, saved_queries

CHART = ("kind", "x", "y", "by")


def listed() -> list[dict[str, Any]]:
    """What the account may open, its own first."""
    who = access.account().name
    with consulting(access.gate().folder) as conn:
        return [_plain(one, who) for one in saved_queries(conn, who)]


def opened(number: int) -> dict[str, Any]:
    """One question. Raises UsageError."""
    who = access.account().name
    with consulting(access.gate().folder) as conn:
        return _plain(find_query(conn, number, who), who)


def kept(asked: dict[str, Any]) -> dict[str, Any]:
    """Keep what a request says, as a new question or in the place of an own one. Raises UsageError, NotPermitted."""
    who, chart = access.account().name, asked.get("chart")
    drawn = {k: str(v)[:200] for k, v in chart.items() if k in CHART} if isinstance(chart, dict) else {}
    question = Kept(
        str(asked.get("title", "")), str(asked.get("sql", "")), params(asked), day(asked.get("asOf")), drawn,
        asked.get("shared") is True,
    )  # fmt: skip
    number = None if asked.get("number") is None else _number(asked)
    with operating(access.gate().folder) as conn:
        return _plain(save_query(conn, who, question, number, access.place()), who)


def forgotten(asked: dict[str, Any]) -> None:
    """Forget an own question. Raises UsageError, NotPermitted."""
    with operating(access.gate().folder) as conn:
        remove_query(conn, access.account().name, _number(asked), access.place())


def _number(asked: dict[str, Any]) -> int:
    number = asked.get("number")
    if not isinstance(number, int):
        raise ApiError(400, "bad_parameter", "没有指明是哪一个查询，什么也没有改动。请刷新页面再试。")
    return number


def _plain(one: SavedQuery, who: str) -> dict[str, Any]:
    kept = one.kept
    return {
        "number": one.number, "title": kept.title, "account": one.account, "own": one.account == who,
        "shared": kept.shared, "savedAt": told(one.saved_at), "sql": kept.sql, "params": dict(kept.params),
        "asOf": kept.as_of.isoformat() if kept.as_of else "", "chart": dict(kept.chart),
    }  # fmt: skip
