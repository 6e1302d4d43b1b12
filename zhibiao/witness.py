"""Every command that entered a data folder is in its audit chain once, also when it was refused or changed nothing.

What a command changes is recorded where it is changed. This module adds the one record that is missing otherwise: of
commands that only look, and of those that were refused or failed. It is told who entered where, and asked at the end.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from zhibiao.console import say

if TYPE_CHECKING:
    from pathlib import Path

    from warehouse.folder import DataFolder

OK, BLOCKED, REFUSED, FAILED = "ok", "blocked", "refused", "failed"
_REFUSALS = {3, 4}  # exit codes: somebody was first, or it is not permitted


@dataclass(frozen=True, slots=True)
class _Entered:
    folder: DataFolder
    actor: str
    place: str
    head: int


_entered: list[_Entered] = []


def entered(folder: DataFolder, actor: str, place: str) -> None:
    """Remember that this command acts in a folder as an account, and where the audit chain stood."""
    from warehouse import audit
    from warehouse.operations import consulting

    with consulting(folder, older=True) as conn:
        _entered.append(_Entered(folder, actor, place, audit.head(conn)[0]))


def entered_if_sound(folder: DataFolder, actor: str) -> None:
    """The same for commands that also answer where the audit cannot be written: in a damaged or a newer folder."""
    from etl.way import COMMAND_LINE
    from indicators.errors import ZhibiaoError

    try:
        entered(folder, actor, COMMAND_LINE)
    except ZhibiaoError as error:
        say(f"这一步不能记入审计：{error}")


def entered_if_any(data: Path | None, actor: str) -> None:
    """The same for commands that need no data folder: where one is named or is here, its audit tells of them."""
    from warehouse.errors import FolderMissing
    from warehouse.folder import open_folder, resolve_folder

    try:
        folder = open_folder(resolve_folder(data))
    except FolderMissing:
        if data is not None:
            raise
        return
    entered_if_sound(folder, actor)


def result_of(exit_code: int, error: Exception | None) -> str:
    """How a command ended, as the audit says it."""
    if error is not None:
        return REFUSED if exit_code in _REFUSALS else FAILED
    return BLOCKED if exit_code else OK


def tell(result: str, why: str = "") -> None:
    """Append the record of this command unless its own acts already stand in the chain; say it when that fails.

    A command that goes on until it is stopped tells this when it has begun; at its end nothing is left to tell.
    """
    if not _entered:
        return
    from indicators.errors import ZhibiaoError
    from warehouse import audit
    from warehouse.operations import consulting, operating

    first, actors = _entered[0], {one.actor for one in _entered}
    words = sys.argv[1:] or ["zhibiao"]
    try:
        with consulting(first.folder, older=True) as conn:
            own = [r["result"] for r in audit.told_here(conn, first.head) if r["who"] in actors]
        if result in own or (own and result in (OK, BLOCKED)):
            return
        with operating(first.folder, older=True) as conn:
            detail = {"arguments": words[1:]} | ({"why": why} if why else {})
            audit.append(conn, first.actor, f"command.{words[0]}", "", result, first.place, detail)
    except ZhibiaoError as error:
        say(f"这一步没有记入审计：{error}")
    finally:
        _entered.clear()
