"""Every request that acts leaves its record exactly once, also when it fails or is refused; looking leaves none.

Each route is asked, as `test_access` lists them, by somebody who may and by somebody who may not. Bodies are empty, so
that what passes the gate mostly fails: what succeeds is recorded in the transaction that does it, and is tested there.
"""

from __future__ import annotations

import pytest

from dashboard.app import Board
from tests.security.conftest import asked, csrf, enter
from tests.security.test_access import ask, expected, outcome
from warehouse import audit
from warehouse.folder import DataFolder
from warehouse.operations import consulting

SILENT = {  # they only answer, or understand nothing in an empty body and do nothing
    "/_dash-update-component", "/work/publish/preview",
    "/sql/run", "/sql/stop", "/sql/download", "/sql/save", "/sql/forget", "/take/book",
}  # fmt: skip
APART = ("/login", "/logout", "/static/", "/_dash-component-suites", "/api/")  # other tests ask these
ACTING = {"publisher", "filler", "reviewer", "admin"}  # one of them may do whatever anybody may


def told(folder: DataFolder, since: int) -> list[tuple[str, str]]:
    with consulting(folder) as conn:
        return [(r["who"], r["result"]) for r in audit.records(conn, since)]


@pytest.mark.parametrize("who", sorted(ACTING))
def test_a_request_leaves_one_record_when_it_acts_and_none_when_it_looks(
    app: Board, folder: DataFolder, who: str
) -> None:
    client = enter(app, folder, who)
    token, wrong = csrf(client), []
    for method, address in asked(app):
        looks = method in ("GET", "PAGE", "CALLBACK")
        if address.startswith(APART) or (looks and who != "publisher"):
            continue
        with consulting(folder) as conn:
            since, _ = audit.head(conn)
        said = outcome(ask(client, method, address, token))
        records = told(folder, since)
        if said == "否":
            meant = [(who, "refused")]
        elif looks or address in SILENT:
            meant = []
        else:
            meant = [(who, records[0][1])] if records else [(who, "?")]
        if records != meant:
            wrong.append((method, address, said, records))
    assert wrong == [] and audit.verify(folder) == []


def test_whatever_acts_is_asked_by_somebody_who_may() -> None:
    lonely = [
        address
        for (method, address), row in expected().items()
        if method == "POST" and not address.startswith(APART) and "是" not in {row[who] for who in ACTING}
    ]
    assert lonely == []
