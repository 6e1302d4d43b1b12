"""The pages of the site, one row each: its address, its word in the navigation, and what an account must be allowed.

A new page is a module with `content` and a row here; navigation, titles, caching and the refusal of who may not see it
follow. A page that is not `fresh` shows published figures only: it is made once for each generation and is the same for
everybody. A `fresh` one reads the operations database too, is made for each request and gets the account's Way. A page
that is not `live` consists of forms and tables: it is finished HTML, without the application's scripts. One that is
`alone` brings scripts that no other page needs: it is loaded as a whole, and its scripts move every part of it. An
`english` one is turned into English for readers who ask for it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from dashboard.pages import (
    account,
    accounts,
    audit,
    calendar,
    cell,
    department,
    indicator,
    land,
    mapping,
    overview,
    publish,
    remind,
    returns,
    review,
    sql,
    submission,
    task,
    tasklist,
    tasks,
    wall,
)
from dashboard.parts.frame import Link
from warehouse.accounts import Account, may

BOARD, WORK, STUDY, OFFICE = "看板", "工作", "分析", "系统"


@dataclass(frozen=True, slots=True)
class Spec:
    """One page. `action` is a key of `warehouse.accounts.MAY`; `nav` the group it is listed in, "" for none."""

    name: str
    path: str
    word: str
    action: str
    content: Callable[..., list[Any]]
    fresh: bool = False
    nav: str = BOARD
    live: bool = True
    alone: bool = False
    english: bool = False  # turned into English for who asks; others stay Chinese inside an English frame


SPECS: tuple[Spec, ...] = (
    Spec("overview", "/", "总览", "view", overview.content, english=True),
    Spec("indicator", "/indicator", "指标", "view", indicator.content, english=True),
    Spec("land", "/land", "土地", "view", land.content, english=True),
    Spec("department", "/department", "部门", "view", department.content, fresh=True, english=True),
    Spec("tasks", "/tasks", "督查", "view", tasks.content, live=False),
    Spec("task", "/task", "督查任务", "view", task.content, fresh=True, nav="", live=False),
    Spec("calendar", "/calendar", "到期日历", "view", calendar.content, live=False),
    Spec("wall", "/wall", "大屏", "view", wall.content, live=False, english=True),
    Spec("returns", "/returns", "报送", "status", returns.content, fresh=True, nav=WORK, live=False),
    Spec(
        "submission", "/submission", "一份报送", "read_submission", submission.content, fresh=True, nav="", live=False
    ),
    Spec("cell", "/cell", "单元格", "view", cell.content, fresh=True, nav="", live=False),
    Spec("review", "/review", "审核", "review", review.content, fresh=True, nav=WORK, live=False),
    Spec("publish", "/publish", "发布", "publish", publish.content, fresh=True, nav=WORK, live=False),
    Spec("tasklist", "/tasklist", "任务清单", "task_list", tasklist.content, fresh=True, nav=WORK, live=False),
    Spec("remind", "/remind", "催报", "remind", remind.content, fresh=True, nav=WORK, live=False),
    Spec("mapping", "/mapping", "映射", "confirm_mapping", mapping.content, fresh=True, nav=WORK, live=False),
    Spec("sql", "/sql", "查询", "sql", sql.content, nav=STUDY, alone=True),
    Spec("accounts", "/accounts", "账户", "manage_accounts", accounts.content, fresh=True, nav=OFFICE, live=False),
    Spec("audit", "/audit", "审计", "read_audit", audit.content, fresh=True, nav=OFFICE, live=False),
    Spec("account", "/account", "我的账户", "account", account.content, fresh=True, nav="", live=False),
)
_BY_PATH = {spec.path.strip("/"): spec for spec in SPECS}


def find(path: str) -> Spec | None:
    """The page at an address, if there is one; a slash at its end makes no difference."""
    return _BY_PATH.get(path.strip("/"))


def links(account: Account) -> tuple[Link, ...]:
    """What an account finds in the navigation, in the order of the table."""
    return tuple(
        Link(spec.nav, spec.name, spec.path, spec.word, spec.live)
        for spec in SPECS
        if spec.nav and may(account.role, spec.action)
    )
