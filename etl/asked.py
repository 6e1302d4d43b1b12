"""The record of every question: who asked which question of which generation, how many rows came and how long it took.

A question is recorded once, whether it was answered, refused or failed, by its hash and never by its text. Recording
must not hold up an asker while somebody else writes: `Scribe` hands the record to a thread and waits for it a moment.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from warehouse import audit
from warehouse.errors import OperationsBusy, QueryRefused
from warehouse.folder import DataFolder
from warehouse.operations import operating

if TYPE_CHECKING:
    from warehouse.sandbox.run import Answer

LOG = logging.getLogger("zhibiao.asked")
OK, REFUSED, FAILED = "ok", "refused", "failed"
PATIENCE = 1.0  # seconds that an asker waits for the record
_TRIES = 30


@dataclass(slots=True)
class Asked:
    """One question on its way: who asks from where, the question's hash, and what becomes of it."""

    who: str
    place: str
    act: str
    query: str
    detail: dict[str, Any] = field(default_factory=dict)
    result: str = FAILED

    def answered(self, answer: Answer) -> None:
        """Note what came back."""
        self.result = OK
        self.detail |= {"rows": answer.table.num_rows, "truncated": answer.truncated}


class Scribe:
    """Writes the records of a folder's questions, one after the other, for all threads of a process.

    `patience` are the seconds that an asker waits for the record; None waits until it is written or given up.
    """

    def __init__(self, folder: DataFolder, patience: float | None = PATIENCE) -> None:
        self.folder, self.patience = folder, patience
        self._hand: ThreadPoolExecutor | None = None

    @contextmanager
    def recording(
        self, who: str, place: str, act: str, query: str, detail: Mapping[str, Any] | None = None
    ) -> Iterator[Asked]:
        """Record the question that the block asks, once, however the block ends."""
        one = Asked(who, place, act, query, dict(detail or {}))
        began = time.perf_counter()
        try:
            yield one
        except QueryRefused:
            one.result = REFUSED
            raise
        finally:
            one.detail["ms"] = round((time.perf_counter() - began) * 1000)
            self._record(one)

    def _record(self, one: Asked) -> None:
        if self._hand is None:
            self._hand = ThreadPoolExecutor(1, "scribe")
        written: Future[None] = self._hand.submit(self._write, one)
        wait([written], self.patience)

    def _write(self, one: Asked) -> None:
        problem: Exception | None = None
        for _ in range(_TRIES):
            try:
                with operating(self.folder) as conn:
                    audit.append(conn, one.who, one.act, one.query, one.result, one.place, one.detail)
                return
            except OperationsBusy as busy:
                problem = busy
            except Exception as error:
                problem = error
                break
        LOG.error("a question was not recorded: %s (%s)", one, problem)
