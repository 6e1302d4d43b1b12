"""What the audit chain says of the other stores, held against what they say now.

The chain proves itself; the tables of submissions and accounts and the log of generations do not. Who was let to submit
or approve, which file came in and under which seal a generation was published stand in both, so that what was changed
behind the program's back shows as a contradiction. The chain's own soundness is `audit.verify`'s business.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, select

from warehouse import seal, vault
from warehouse.audit_archive import whole
from warehouse.errors import Damaged
from warehouse.folder import DataFolder
from warehouse.operations import consulting
from warehouse.operations_schema import account, audit, explanation, generation_log, submission
from warehouse.submissions import Submission, submissions

_SEALING = ("generation.published", "generation.rolled_back", "generation.moved")
_CHANGED = "业务库可能被改动过。"
_MUST_BE_APPROVED = ("approved", "published", "superseded")


@dataclass
class _Told:
    """What the chain says, by what it is about; of several records the last."""

    received: dict[str, str] = field(default_factory=dict)  # submission → SHA-256 of its file
    parsed: dict[str, str] = field(default_factory=dict)  # → what tells its reading from any other
    submitted: dict[str, str] = field(default_factory=dict)  # → by whom
    approved: dict[str, str] = field(default_factory=dict)
    explained: dict[tuple[str, str], str] = field(default_factory=dict)  # submission, binding → text
    roles: dict[str, tuple[str, str]] = field(default_factory=dict)  # account → role, department

    def hear(self, act: str, who: str, about: str, detail: Mapping[str, Any]) -> None:
        """Take in a record."""
        if act == "submission.received":
            self.received[about] = str(detail.get("sha256", ""))
        elif act == "submission.parsed":
            self.parsed[about] = str(detail.get("parsed", ""))
        elif act == "submission.submitted":
            self.submitted[about] = who
        elif act == "submission.withdrawn":
            self.submitted.pop(about, None)
        elif act == "submission.approved":
            self.approved[about] = who
        elif act == "submission.explained":
            self.explained[about, str(detail.get("binding", ""))] = str(detail.get("text", ""))
        elif act == "account.added":
            self.roles[about] = str(detail.get("role", "")), str(detail.get("department", ""))


def _of(records: Iterable[Mapping[Any, Any]]) -> _Told:
    told = _Told()
    for record in records:
        told.hear(record["act"], record["who"], record["object"], json.loads(record["detail"]))
    return told


def contradictions(folder: DataFolder, deep: bool) -> list[tuple[str, str]]:
    """Where the operations database, or what was read of a file, is not what the chain says: the submission or account,
    and a Chinese sentence.
    """
    with consulting(folder) as conn:
        told = _of(whole(folder, conn))
        found = [*_of_submissions(conn, told), *_of_accounts(conn, told)]
        held = submissions(conn) if deep else []
    other = "的读取结果不是当时读取、审核的那一份，或已损坏；原始文件库可能被改动过"
    return found + [(s.id, f"报送 {s.id} {other}。") for s in held if _reread(folder, s, told)]


def _of_submissions(conn: Connection, told: _Told) -> Iterator[tuple[str, str]]:
    for row in conn.execute(select(submission).order_by(submission.c.number)).mappings():
        id, by = row["id"], row["approved_by"]
        if told.received.get(id) != row["file_hash"]:
            yield id, f"报送 {id} 的原始文件与审计链上收到它时记的不同。{_CHANGED}"
        if row["submitted_by"] != told.submitted.get(id):
            said = told.submitted.get(id, "没有人")
            yield id, f"报送 {id} 记为由“{row['submitted_by']}”提交，审计链上是“{said}”。{_CHANGED}"
        if by != told.approved.get(id) or (by is None and row["state"] in _MUST_BE_APPROVED):
            said = told.approved.get(id, "没有人")
            yield id, f"报送 {id} 记为由“{by or '没有人'}”审核通过，审计链上是“{said}”。{_CHANGED}"
    for row in conn.execute(select(explanation)).mappings():
        if told.explained.get((row["submission"], row["binding"])) != row["text"]:
            yield row["submission"], f"报送 {row['submission']} 的一条说明与审计链上记的不同。{_CHANGED}"


def _of_accounts(conn: Connection, told: _Told) -> Iterator[tuple[str, str]]:
    for row in conn.execute(select(account).order_by(account.c.name)).mappings():
        name, granted = row["name"], told.roles.get(row["name"])
        if granted != (row["role"], row["department"]):
            was = f"角色 {granted[0]}、单位 {granted[1] or '无'}" if granted else "没有新建过这个账户"
            now = f"角色 {row['role']}、单位 {row['department'] or '无'}"
            yield name, f"账户“{name}”现为{now}，审计链上是{was}。{_CHANGED}"


def prove(folder: DataFolder, conn: Connection, wanted: Sequence[Submission]) -> None:
    """Raise Damaged unless the chain tells that each of these was approved, by whom it is said, as it was read."""
    told = _of(conn.execute(_records("submission.parsed", "submission.approved")).mappings())
    if not told.approved.keys() >= {one.id for one in wanted}:  # its approval was archived while it waited
        told = _of(whole(folder, conn))
    for one in wanted:
        if not one.approved_by or told.approved.get(one.id) != one.approved_by:
            wrong = f"记为由“{one.approved_by or '没有人'}”审核通过，审计链上却没有这条记录（业务库可能被改动过）"
        elif _reread(folder, one, told):
            wrong = "的读取结果不是当时读取、审核的那一份（原始文件库可能被改动过）"
        else:
            continue
        raise Damaged(
            f"报送 {one.id} {wrong}。没有发布，什么也没有改动；请运行 zhibiao doctor --deep，查明以后退回它，重新报送。"
        )


def _reread(folder: DataFolder, one: Submission, told: _Told) -> bool:
    """Whether what is kept as the reading of a file is another than the one that was checked."""
    seal_then = told.parsed.get(one.id)
    return bool(seal_then) and vault.parsed_seal(folder, one.file_hash, one.parser_version) != seal_then


def _records(*acts: str) -> Any:
    return select(audit).where(audit.c.act.in_(acts)).order_by(audit.c.sequence)


def seals(folder: DataFolder) -> dict[int, str]:
    """The SHA-256 under which each published generation was sealed: as the chain says, else as the log does."""
    with consulting(folder) as conn:
        query = select(generation_log.c.number, generation_log.c.sha256).where(generation_log.c.state == "published")
        logged = {int(n): str(sha) for n, sha in conn.execute(query)}
        records = conn.execute(_records(*_SEALING)).mappings()
        told = {r["object"]: str(json.loads(r["detail"]).get("sha256", "")) for r in records}
    return {n: told.get(f"g{n:06d}", sha) for n, sha in logged.items()}


def swapped(folder: DataFolder, number: int, sealed: Mapping[int, str]) -> str | None:
    """What is said of a generation whose file and manifest were both exchanged; `sealed` is what `seals` gave."""
    if number in sealed and seal.read_manifest(folder, number).sha256 != sealed[number]:
        return f"第 {number} 代的清单与发布时登记的摘要不符（可能被整体替换）。"
    return None
