"""The past of tasks, as it was kept before this system kept it: every step through the machine, as of its own day.

The bureau takes it in whole or not at all. Each step is by an account that may take such a step, and the audit says by
whom it was brought in afterwards; what the machine refuses today it refuses here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from etl.tasks import ACTIONS, take_in
from etl.way import Way
from indicators.tasks.task import Step
from warehouse.accounts import accounts, require
from warehouse.errors import NotPermitted
from warehouse.operations import operating


def take_history(way: Way, past: Iterable[tuple[str, Step]]) -> int:
    """Take in steps of the past, (code of the task, step), in the order given; how many there were.

    Raises NotPermitted (the account may not backfill, or somebody of the past may not take such a step) and what
    `warehouse.tasks.take` raises; nothing is kept then.
    """
    way.may("backfill")
    place, count = f"{way.place}（{way.actor}补录）", 0
    with operating(way.folder) as conn:
        known = {one.name: one for one in accounts(conn)}
        for code, step in past:
            if step.by not in known:
                raise NotPermitted(f"补录任务 {code} 的“{step.act.label}”时没有找到账户“{step.by}”，什么也没有补录。")
            require(known[step.by], ACTIONS[step.act])
            who = replace(way, actor=step.by, known=known[step.by], place=place)
            take_in(conn, who, code, step)
            count += 1
    return count
