"""Where questions are taken: few at a time, each in its own process, each recorded once, stopped when asked to.

One sandboxed process waits warm in each worker. Who asks is known by `dashboard.access`; what may be asked, by the
sandbox.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from dashboard import access
from dashboard.api.errors import ApiError
from dashboard.edition import Desk
from etl.asked import Scribe
from etl.questions import ask_generation
from warehouse.errors import Damaged
from warehouse.generations import Generation, generation
from warehouse.sandbox.process import Standby
from warehouse.sandbox.run import Answer, hash_of

SECONDS, AT_ONCE = 30, 3
_TICKET = re.compile(r"[0-9a-f]{16}\Z")


class Counter:
    """The desk, the waiting child, the scribe, and how many questions may run at once in this worker."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.standby = Standby()
        self.scribe = Scribe(desk.folder)
        self._places = threading.BoundedSemaphore(AT_ONCE)

    def ask(self, asked: dict[str, Any], max_rows: int, act: str, **more: str) -> Answer:
        """Answer what a request asks, and record it as `act` with `more`. Raises QueryError, ApiError."""
        held, as_of = self._held(asked.get("generation")), day(asked.get("asOf"))
        sql, filled = str(asked.get("sql", "")), params(asked)
        said = {"generation": held.number, "asOf": as_of.isoformat() if as_of else None, **more}
        who, place = access.account().name, access.place()
        with (
            self._place(),
            self._ticket(asked.get("ticket")) as stopped,
            self.scribe.recording(who, place, act, hash_of(sql, filled), said) as one,
        ):
            answer = ask_generation(
                held, sql, params=filled, as_of=as_of, max_rows=max_rows, seconds=SECONDS, standby=self.standby,
                stopped=stopped,
            )  # fmt: skip
            one.answered(answer)
        self.standby.prepare()
        return answer

    def stop(self, ticket: object) -> None:
        """Let the question with this ticket, in whatever worker, end at its next look."""
        if (path := self._path(ticket)) is not None:
            path.touch()

    def _path(self, ticket: object) -> Any:
        named = isinstance(ticket, str) and _TICKET.match(ticket)
        return self.desk.folder.run / f"sql-{ticket}.stop" if named else None

    def _held(self, number: object) -> Generation:
        if number is None:
            return self.desk.edition().generation
        try:
            if type(number) is not int or not 0 <= number <= self.desk.edition().number:
                raise Damaged("")
            return generation(self.desk.folder, number)
        except Damaged as error:
            raise ApiError(410, "generation_gone", f"第 {number} 代已不能读取。请改问现行的一代。") from error

    @contextmanager
    def _place(self) -> Iterator[None]:
        if not self._places.acquire(blocking=False):
            raise ApiError(429, "busy", f"已有 {AT_ONCE} 个查询正在运行，这一个没有开始。请等其中一个结束后再试。")
        try:
            yield
        finally:
            self._places.release()

    @contextmanager
    def _ticket(self, ticket: object) -> Iterator[Any]:
        path = self._path(ticket)
        try:
            yield (lambda: False) if path is None else path.exists
        finally:
            if path is not None:
                path.unlink(missing_ok=True)


def day(text: object) -> date | None:
    """The day that a request names, if it names one. Raises ApiError 400."""
    if not text:
        return None
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        raise ApiError(400, "bad_parameter", f"“截至”的日期“{text}”写得不对，请写成 2026-06-30 的样子。") from None


def params(asked: dict[str, Any]) -> dict[str, str]:
    """What a request fills its parameters with."""
    given = asked.get("params") or {}
    return {str(name): str(value) for name, value in given.items()} if isinstance(given, dict) else {}
