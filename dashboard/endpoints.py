"""What each endpoint of the server needs of whoever asks it, as data; `access` refuses what is not listed."""

from __future__ import annotations

from etl.tasks import ACTIONS as TASK_STEPS

OPEN, OWN, PAGE, CALLBACK, SELF = "open", "own", "page", "callback", "self"
"""Besides actions: open to all; to whoever is logged in; as the page's row says; as its output says; asks itself."""

ENDPOINTS: dict[str, str] = {
    "/": PAGE,
    "/<path:path>": PAGE,
    "/_dash-layout": "view",  # the empty frame of the application
    "/_dash-dependencies": "view",
    "/_reload-hash": "view",
    "/_dash-update-component": CALLBACK,
    "/_dash-component-suites/<string:package_name>/<path:fingerprinted_path>": OPEN,  # scripts, the same everywhere
    "_dash_assets.static": OPEN,
    "style": OPEN,
    "/_favicon.ico": OPEN,
    "accounts.account_password": OWN,
    "accounts.account_sessions": "account",
    "accounts.account_token": "account",
    "accounts.accounts_add": "manage_accounts",
    "accounts.accounts_close": "manage_accounts",
    "accounts.accounts_open": "manage_accounts",
    "accounts.accounts_reset": "manage_accounts",
    "accounts.accounts_subject": "manage_accounts",
    "doors.enter": OPEN,
    "doors.login": OPEN,
    "doors.away": OPEN,  # to the identity provider and back
    "doors.back": OPEN,
    "doors.logout": OWN,
    "doors.session": "view",
    "api.openapi": OPEN,
    "api.indicators": SELF,
    "api.observations": SELF,
    "api.attainment": SELF,
    "api.targets": SELF,
    "api.growth": SELF,
    "api.submissions": SELF,
    "api.status": SELF,
    "api.generations": SELF,
    "api.structure": SELF,
    "api.nothing": OPEN,
    "api.unchanging": OPEN,
    "api.options": OPEN,
    "filing.template": "submit",
    "filing.upload": "submit",
    "filing.explain": "explain",
    "filing.withdraw": "withdraw",
    "filing.annotated": "read_submission",
    "filing.receipt": "read_submission",
    "filing.workbook": "view",  # what is published, and who may take it along, is asked in the route
    "reviewing.approve": "approve",
    "reviewing.return_": "return",
    "reviewing.approve_many": "approve",
    "publishing.preview": "publish",
    "publishing.go": "publish",
    "publishing.back": "publish",
    "publishing.status": "publish",
    "publishing.lock": "lock_period",
    "publishing.open_": "lock_period",
    "reminding.sent": "remind",
    "reminding.rates": "remind",
    "mapping.propose": "confirm_mapping",
    "mapping.confirm": "confirm_mapping",
    "sql._facts": "sql",
    "sql._run": "sql",
    "sql._stop": "sql",
    "sql._download": "sql",
    "sql._saved": "sql",
    "sql._one": "sql",
    "sql._save": "keep_query",
    "sql._forget": "keep_query",
    **{f"tasks.{act.value}": action for act, action in TASK_STEPS.items()},
    "tasks.evidence": "task_follow",
    "tasks.bulletin": "view",
    "tasklist.template": "task_list",
    "tasklist.take": "task_list",
    "takeaway.book": "view",  # what is seen may be taken along
}
CALLBACKS: dict[str, str] = {"_pages_content": PAGE}
"""What a callback needs by the id of its first output; one that is not listed is refused."""
