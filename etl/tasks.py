"""The way of a task: taken up, assigned, reported, checked by another, signed by two; each step one function.

The machine (`indicators.tasks.machine`) says what may follow what; here it is said who may do it (`accounts.MAY`, and a
department only its own tasks), evidence goes into the vault, reminders to the whole chain. Looking is in `tasks_seen`.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from etl.guard import printable
from etl.programmes import new_tasks, programmes_of
from etl.way import Way
from indicators.errors import UsageError
from indicators.tasks.programme import Link
from indicators.tasks.task import Act, NodePlan, Step, Task
from warehouse import tasks, vault
from warehouse.accounts import Role, accounts
from warehouse.errors import NotPermitted
from warehouse.moments import beijing_day, day_begins, utc_now
from warehouse.operations import Connection, consulting, operating

EVIDENCE_BYTES, EVIDENCE_FILES = 50 * 2**20, 10
_ZIP, _OLE, _TEXT = (b"PK\x03\x04",), (b"\xd0\xcf\x11\xe0", b"PK\x03\x04"), ()
_PICTURE = (b"\xff\xd8\xff", b"\x89PNG", b"RIFF")  # telephones mix them up
EVIDENCE_KINDS: dict[str, tuple[bytes, ...]] = {  # by the end of its name, how a file begins; text has no zero bytes
    ".pdf": (b"%PDF",), ".ofd": _ZIP, ".jpg": _PICTURE, ".jpeg": _PICTURE,
    ".png": _PICTURE, ".doc": _OLE, ".docx": _ZIP, ".wps": _OLE, ".xls": _OLE, ".xlsx": _ZIP, ".et": _OLE,
    ".csv": _TEXT, ".ppt": _OLE, ".pptx": _ZIP, ".txt": _TEXT, ".zip": _ZIP, ".mp4": (b"ftyp",),
}  # fmt: skip
ACTIONS: dict[Act, str] = {  # which action of `accounts.MAY` a step needs
    **dict.fromkeys((Act.ASSIGN, Act.LINK), "task_assign"),
    **dict.fromkeys((Act.REPORT, Act.NODE_DONE, Act.DONE, Act.EXTENSION_ASK, Act.EXPLAIN), "task_report"),
    **dict.fromkeys((Act.VERIFY, Act.SEND_BACK, Act.NODE_VERIFY, Act.NODE_SEND_BACK), "task_verify"),
    **dict.fromkeys(
        (Act.REOPEN, Act.EXTENSION_GRANT, Act.EXTENSION_REFUSE, Act.REMIND, Act.QUESTION), "task_supervise"
    ),
    Act.CLOSE: "task_close",
}


@dataclass(frozen=True, slots=True)
class Evidence:
    """A file that shows what was done."""

    name: str
    data: bytes


def take_up(way: Way, code: str, example: bool = False, since: date | None = None) -> list[str]:
    """Take up a programme of the catalogue; `example` sets its owners, dates and nodes from the shipped 示例 too.

    `since` is the day from which the 示例 counts, today if not said. Returns the codes of the tasks that are new.
    Raises UsageError (no such programme), NotPermitted.
    """
    way.may("task_assign")
    known = programmes_of(way).programmes
    if code not in known:
        raise UsageError(
            f"目录里没有代码为“{code}”的工作要点，什么也没有登记。可用：{'、'.join(known)}；别的年份请用任务清单导入。"
        )
    one = known[code]
    made = [replace(task, example=example) for task in new_tasks(one)]
    plans = example_plans(code) if example else {}
    with operating(way.folder) as conn:
        new = tasks.register_programme(
            conn, code, one.title, one.year, made, way.actor, number=one.number, issuer=one.issuer, place=way.place
        )
        for task in made:
            if task.code in new and task.number in plans:
                assigned = step(way, Act.ASSIGN, **plans[task.number])
                if since is not None:
                    assigned = replace(assigned, on=since, at=day_begins(since))
                tasks.take(conn, task.code, assigned, way.place)
    return new


def assign(
    way: Way,
    code: str,
    lead: str,
    due_on: date,
    responsible: Sequence[str] = (),
    nodes: Sequence[NodePlan] = (),
    seen: int | None = None,
) -> Task:
    """Say who leads a task, who shares it, by when, and its milestones."""
    known = way.catalogue.departments
    if wrong := [d for d in (lead, *responsible) if d not in known]:
        raise UsageError(f"没有单位“{wrong[0]}”，任务 {code} 没有任何改动。可用：{'、'.join(known)}。")
    more: dict[str, Any] = {"lead": lead, "due_on": due_on, "responsible": tuple(responsible), "nodes": tuple(nodes)}
    return take_step(way, code, Act.ASSIGN, seen, **more)


def link(way: Way, code: str, links: Sequence[Link], reason: str, seen: int | None = None) -> Task:
    """Say which indicators a task should move and which way, in the place of those it named before; none is allowed."""
    known = way.catalogue.indicators
    if wrong := [one.indicator for one in links if one.indicator not in known]:
        raise UsageError(f"目录里没有指标“{wrong[0]}”，任务 {code} 没有任何改动。指标代码见目录或“指标”页。")
    return take_step(way, code, Act.LINK, seen, links=tuple(links), text=reason)


def report(
    way: Way,
    code: str,
    period: str,
    text: str,
    *,
    progress: Decimal | None = None,
    quantity: str = "",
    problem: str = "",
    next_step: str = "",
    evidence: Iterable[Evidence] = (),
    seen: int | None = None,
) -> Task:
    """Report a quarter's progress, with files that show it."""
    kept = keep_own(way, code, evidence)
    return take_step(
        way, code, Act.REPORT, seen, text=text, period=period, progress=progress, quantity=quantity,
        problem=problem, next_step=next_step, evidence=kept,
    )  # fmt: skip


def say_done(
    way: Way, code: str, text: str, node: int = 0, evidence: Iterable[Evidence] = (), seen: int | None = None
) -> Task:
    """Say that a task, or one of its milestones, is done, with files that show it."""
    kept = keep_own(way, code, evidence)
    return take_step(way, code, Act.NODE_DONE if node else Act.DONE, seen, text=text, node=node, evidence=kept)


def verify(way: Way, code: str, text: str = "", node: int = 0, send_back: bool = False) -> Task:
    """Check what is said to be done: it is so, or it goes back with a reason. Never by who did it."""
    acts = ((Act.VERIFY, Act.NODE_VERIFY), (Act.SEND_BACK, Act.NODE_SEND_BACK))
    return take_step(way, code, acts[send_back][bool(node)], text=text, node=node)


def close(way: Way, code: str, text: str = "") -> Task:
    """Sign a verified task off; two people have to."""
    return take_step(way, code, Act.CLOSE, text=text)


def reopen(way: Way, code: str, reason: str) -> Task:
    """Take a task back that was said to be done."""
    return take_step(way, code, Act.REOPEN, text=reason)


def ask_extension(way: Way, code: str, until: date, reason: str) -> Task:
    """Ask for a later date."""
    return take_step(way, code, Act.EXTENSION_ASK, due_on=until, text=reason)


def decide_extension(way: Way, code: str, grant: bool, reason: str = "") -> Task:
    """Grant or refuse the later date that was asked for."""
    act = Act.EXTENSION_GRANT if grant else Act.EXTENSION_REFUSE
    return take_step(way, code, act, text=reason)


def question(way: Way, code: str, text: str) -> Task:
    """Ask the owner of a doubted task to explain."""
    return take_step(way, code, Act.QUESTION, text=text)


def explain(way: Way, code: str, text: str) -> Task:
    """Answer a question about a doubted task."""
    return take_step(way, code, Act.EXPLAIN, text=text)


def remind(way: Way, code: str, text: str) -> Task:
    """催办: remind the whole chain of a task; to whom it went is kept with it."""
    return take_step(way, code, Act.REMIND, text=text)


def chain(conn: Connection, task: Task) -> tuple[str, ...]:
    """The accounts that answer for a task: of its departments, and those who check."""
    departments = {task.lead, *task.responsible} - {""}
    return tuple(
        one.name
        for one in accounts(conn)
        if one.active and (one.role is Role.REVIEWER or (one.role is Role.FILLER and one.department in departments))
    )


def take_step(way: Way, code: str, act: Act, seen: int | None = None, **said: Any) -> Task:
    """Take one step of a task as this account; `seen` is how many steps it had before its eyes (see `tasks.take`).

    Raises NotPermitted, and what `warehouse.tasks.take` raises; nothing has changed then.
    """
    way.may(ACTIONS[act])
    with operating(way.folder) as conn:
        return take_in(conn, way, code, step(way, act, **said), seen)


def take_in(conn: Connection, way: Way, code: str, taken: Step, seen: int | None = None) -> Task:
    """A step inside the caller's transaction; the account's role has been asked for. A reminder gets its addressees."""
    if ACTIONS[taken.act] == "task_report":
        prove_own(way, tasks.get_task(conn, code))
    if taken.act is Act.REMIND:
        taken = replace(taken, to=chain(conn, tasks.get_task(conn, code)))
    return tasks.take(conn, code, taken, way.place, seen)


def prove_own(way: Way, task: Task) -> None:
    """Raise NotPermitted unless the account's department leads or shares the task."""
    own = way.account.department
    if own not in (task.lead, *task.responsible):
        lead, mine = unit_name(way, task.lead) or "尚未确定的单位", unit_name(way, own) or "统计局"
        raise NotPermitted(f"任务 {task.code} 由{lead}牵头，账户“{way.actor}”属于{mine}，不能代报。任务没有任何改动。")


def unit_name(way: Way, code: str) -> str:
    """The short name of a department, its code where the catalogue has none."""
    one = way.catalogue.departments.get(code)
    return one.short if one else code


def step(way: Way, act: Act, **said: Any) -> Step:
    """A step that this account takes now."""
    now = utc_now()
    return Step(act=act, by=way.actor, on=beijing_day(now), at=now, **said)


def keep_own(way: Way, code: str, files: Iterable[Evidence]) -> tuple[str, ...]:
    """The same for a task of the account's own; nobody else's files are kept. Raises NotPermitted."""
    way.may("task_report")
    with consulting(way.folder) as conn:
        prove_own(way, tasks.get_task(conn, code))
    return keep_evidence(way, files)


def keep_evidence(way: Way, files: Iterable[Evidence]) -> tuple[str, ...]:
    """Files into the vault, as a step names them: hash and name. All are looked at before one is kept.

    Raises UsageError (too large, too many, empty, of a kind that shows nothing, or not of the kind that it says).
    """
    held = list(files)
    if large := [one.name for one in held if len(one.data) > EVIDENCE_BYTES]:
        raise UsageError(
            f"佐证材料“{printable(large[0])}”超过 {EVIDENCE_BYTES // 2**20} MB，没有收下，进展也没有报。请压缩后再报。"
        )
    if strange := [one.name for one in held if not one.name.lower().endswith(tuple(EVIDENCE_KINDS))]:
        raise UsageError(
            f"佐证材料“{printable(strange[0])}”不是可以收的文件，什么也没有收下，进展也没有报。"
            f"可以收：{'、'.join(kind[1:] for kind in EVIDENCE_KINDS)}。"
        )
    if len(held) > EVIDENCE_FILES:
        raise UsageError(f"一次最多附 {EVIDENCE_FILES} 份佐证材料，进展没有报。请合并或分两次报。")
    if hollow := [one.name for one in held if not _is_what_it_says(one)]:
        raise UsageError(
            f"佐证材料“{printable(hollow[0])}”是空的，或内容和名称的后缀不符，什么也没有收下，进展也没有报。"
            "请打开原件看一看，另存后再报。"
        )
    return tuple(f"{vault.put(way.folder, one.data)} {printable(one.name)}" for one in held)


def _is_what_it_says(one: Evidence) -> bool:
    """A file that holds something, of the kind that its name says; an empty one shows nothing."""
    begins = next(found for end, found in EVIDENCE_KINDS.items() if one.name.lower().endswith(end))
    if not begins:
        wide = one.data.startswith((b"\xff\xfe", b"\xfe\xff"))
        return bool(one.data.strip()) and (wide or b"\x00" not in one.data[:4096])
    return one.data.startswith(begins) or one.data[4:8] in begins


def example_plans(code: str) -> dict[int, dict[str, Any]]:
    """Owners and dates of the demonstration, by the number of the item; they are nobody's decision."""
    from data import catalogue_folder

    path = catalogue_folder() / "programmes" / f"{code}.example.csv"
    if not path.is_file():
        raise UsageError(f"工作要点 {code} 没有随附示例的责任单位和时限，什么也没有登记。请去掉 --example。")
    rows = csv.DictReader(io.StringIO(path.read_text("utf-8")))
    return {
        int(row["number"]): {
            "lead": row["lead"],
            "responsible": tuple(code for code in row["responsible"].split(";") if code),
            "due_on": date.fromisoformat(row["due_on"]),
            "nodes": tuple(_node(text) for text in row["nodes"].split(";") if text),
        }
        for row in rows
    }


def _node(text: str) -> NodePlan:
    day, _, title = text.partition("=")
    return NodePlan(title, date.fromisoformat(day))
