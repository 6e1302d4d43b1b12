"""Filling a folder for the demonstration: published figures and simulated returns, as workbooks, through the real flow.

Accounts, files, explanations and days are of its own making; every number is either from a published document with its
source or marked 模拟数据. Nothing is written past the flow, so the demonstration is also a rehearsal of it.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from pathlib import Path

from data.published import DEPARTMENT as PUBLISHED_BY
from data.published import FORM as PUBLISHED_FORM
from data.published import workbooks
from data.simulate import SimulatedReturn, simulated_returns
from etl.batch import Incoming, LoadReport, load
from etl.flow import return_submission
from etl.template import Value, write_template
from etl.way import Way, enter_way
from indicators.catalogue.facets import edition_for
from indicators.periods import Period
from warehouse import files
from warehouse.accounts import Role, accounts, add_account
from warehouse.folder import DataFolder
from warehouse.generations import current
from warehouse.moments import BEIJING, as_utc, day_begins
from warehouse.operations import consulting, operating
from zhibiao.console import say
from zhibiao.progress import progress

REVIEWER, PUBLISHER = "统计局审核", "统计局发布"
_SIGNERS = {"head": "模拟负责人", "statistician": "模拟统计员", "respondent": "模拟填表人", "phone": "0431-00000000"}


def fill_demo(folder: DataFolder) -> bool:
    """Fill a folder through the flow; False when it holds data already. A run that was killed goes on where it stopped."""
    marker = folder.root / "demo.done"
    if marker.exists():
        return False
    _people(folder)
    publisher, reviewer = enter_way(folder, PUBLISHER), enter_way(folder, REVIEWER)
    say("正在用公开数据和模拟数据走完整个流程：制表、读取、校验、提交、审核、发布……")
    published = _write_published(publisher)
    simulated = list(simulated_returns(publisher.catalogue))
    live = max(one.period for one in simulated)
    before_last = Period.parse(live).shift(-1).code
    history = _write_simulated(publisher, [one for one in simulated if one.period < before_last])
    with progress("演示数据") as bar:
        _walk(publisher, [*published, *history], reviewer, "历史补录：公开数据与模拟数据", bar)
        for period in (before_last, live):
            returns = [one for one in simulated if one.period == period]
            _walk(publisher, _write_simulated(publisher, returns), reviewer, f"{Period.parse(period).label}（模拟数据）", bar)
    files.write(marker, b"", "演示标记")
    held = current(folder)
    say(f"演示数据已就绪：第 {held.number} 代，{held.manifest.rows['observation_version']:,} 个观测版本。")
    return True
