"""What is done before anything is written: finish what was published, forget what was not.

CURRENT is the truth, as long as it goes on. A generation it names whose submissions the operations database still calls
approved was published by a process that died just after; it is told now (`finish`). A number begun and not named was
not published; its files go and the number stays burnt. A CURRENT that names an earlier generation than the log does was
set back by somebody: then nothing is mended, swept or built upon.
"""

from __future__ import annotations

import time
from datetime import datetime

from sqlalchemy import Connection, exists, func, select, tuple_

from warehouse import audit, files, seal
from warehouse.errors import Damaged
from warehouse.folder import DataFolder
from warehouse.moments import utc_now
from warehouse.operations import consulting, operating
from warehouse.operations_schema import generation_log, submission
from warehouse.seal import Manifest

_STALE_SECONDS = 3600  # a receiving process may be writing into the vault without the writer lock


def begin_number(folder: DataFolder, conn: Connection, who: str, note: str) -> int:
    """Burn the next number: later than every file, every logged number and CURRENT."""
    logged = int(conn.scalar(select(func.coalesce(func.max(generation_log.c.number), 0))) or 0)
    number = max([logged, seal.pointed(folder) or 0, *seal.numbers(folder)]) + 1
    values = {"number": number, "state": "building", "by": who, "started_at": utc_now(), "note": note}
    conn.execute(generation_log.insert().values(**values))
    return number


def newest_published(folder: DataFolder) -> tuple[int, str]:
    """The newest generation that the log calls published and the seal it got there; 0 and "" before the first."""
    with consulting(folder) as conn:
        query = select(generation_log.c.number, generation_log.c.sha256).where(generation_log.c.state == "published")
        found = conn.execute(query.order_by(generation_log.c.number.desc()).limit(1)).first()
        return (found.number, found.sha256 or "") if found else (0, "")


def last_published(folder: DataFolder) -> int:
    """The newest generation that the log calls published; 0 before the first."""
    return newest_published(folder)[0]


def set_back(folder: DataFolder, last: int | None = None) -> str | None:
    """What is wrong when CURRENT names an earlier generation than the log, in Chinese; None when it does not.

    CURRENT is written before the log, so the log is asked first: here, or by the caller, who then tells its `last`.
    """
    last = last_published(folder) if last is None else last
    number = seal.pointed(folder)
    if number is None or number >= last:
        return None
    return f"现行代号 CURRENT 指着第 {number} 代，而登记的最新一代是第 {last} 代（代号被改回，或放回了旧的文件）。"


def disowned(folder: DataFolder, number: int, logged: str | None = None) -> str | None:
    """What is wrong when a generation's manifest is not the one that was logged, in Chinese; None when it is.

    `logged` is its seal in the log where the caller has asked for that.
    """
    if not logged:
        with consulting(folder) as conn:
            query = select(generation_log.c.sha256).where(generation_log.c.number == number)
            logged = conn.scalar(query.where(generation_log.c.state == "published"))
    if logged and seal.read_manifest(folder, number).sha256 != logged:
        return f"第 {number} 代的清单与发布时登记的摘要不符（可能被整体替换）。"
    return None


def base_of(folder: DataFolder) -> int:
    """The generation that the next one rests on. Raises Damaged when CURRENT is unreadable or was set back."""
    if wrong := set_back(folder):
        raise Damaged(
            f"{wrong}没有写入，什么也没有改动。请运行 zhibiao doctor，再运行 zhibiao rebuild 核对并改正代号。"
        )
    number = seal.pointed(folder)
    if number is None:
        raise Damaged("现行代号 CURRENT 读不出，没有写入，什么也没有改动。请先运行 zhibiao doctor。")
    return number


def finish(folder: DataFolder, manifest: Manifest, place: str = "") -> None:
    """Tell the operations database what CURRENT already says: submissions published, earlier ones superseded, audit."""
    with operating(folder) as conn:
        now = utc_now()
        if manifest.rolled_back_to is not None:
            _take_back(conn, manifest, now)
        for position, (id, known) in enumerate(zip(manifest.submissions, manifest.recorded_at, strict=True)):
            _supersede_earlier(conn, id, manifest.by, now)
            conn.execute(
                submission.update()
                .where(submission.c.id == id)
                .values(
                    state="published",
                    state_by=manifest.by,
                    state_at=now,
                    recorded_at=datetime.fromisoformat(known),
                    generation=manifest.number,
                    position=position,
                )
            )
        conn.execute(
            generation_log.update()
            .where(generation_log.c.number == manifest.number)
            .values(state="published", published_at=now, sha256=manifest.sha256, submissions=len(manifest.submissions))
        )
        said = {"submissions": list(manifest.submissions), "sha256": manifest.sha256, "note": manifest.note}
        act = "generation.published" if manifest.rolled_back_to is None else "generation.rolled_back"
        audit.append(conn, manifest.by, act, f"g{manifest.number:06d}", place=place, detail=said)
    audit.anchor(folder)


def recover(folder: DataFolder) -> list[str]:
    """Bring the stores to agree after a death; what was done, in Chinese. The caller holds the writer lock."""
    done: list[str] = []
    number = seal.pointed(folder)
    if number is None or set_back(folder):
        return done
    with consulting(folder) as conn:
        begun = select(generation_log.c.number).where(generation_log.c.state == "building")
        open_numbers = conn.scalars(begun.order_by(generation_log.c.number)).all()
    if number in open_numbers:
        finish(folder, seal.read_manifest(folder, number), place="recovery")
        done.append(f"第 {number} 代已经生效而未登记，已补登记。")
    lost = [n for n in open_numbers if n != number]
    if lost:
        with operating(folder) as conn:
            conn.execute(generation_log.update().where(generation_log.c.number.in_(lost)).values(state="abandoned"))
            for n in lost:
                audit.append(conn, "zhibiao", "generation.abandoned", f"g{n:06d}", place="recovery")
        done.append(f"第 {'、'.join(map(str, lost))} 代没有做完，已作废，代号不再使用。")
    swept = sweep(folder, number)
    return done + ([f"清除了 {swept} 个没有做完的文件。"] if swept else [])


def sweep(folder: DataFolder, number: int) -> int:
    """Remove what the dead left: temporary files, generations newer than the current one or already given up."""
    leftover = [p for p in folder.generations.iterdir() if files.TEMPORARY in p.name]
    with consulting(folder) as conn:
        removed = set(conn.scalars(select(generation_log.c.number).where(generation_log.c.state == "removed")))
    leftover += [
        path
        for n in seal.numbers(folder)
        if n > number or n in removed
        for path in (seal.file_of(folder, n), seal.manifest_of(folder, n))
        if path.exists()
    ]
    old = time.time() - _STALE_SECONDS
    for place in (folder.root, folder.locks, folder.root / "anchors", folder.vault):
        stale = place.rglob(f"{files.TEMPORARY}*") if place is folder.vault else place.glob(f"{files.TEMPORARY}*")
        leftover += [p for p in stale if p.stat().st_mtime < old]
    for path in leftover:
        files.remove(path)
    return len(leftover)


def _take_back(conn: Connection, manifest: Manifest, now: datetime) -> None:
    """Undo in the operations database what was published after the generation that is shown again."""
    t, kept = submission, manifest.rolled_back_to
    stamp = {"state_by": manifest.by, "state_at": now}
    conn.execute(
        t.update()
        .where(t.c.generation > kept)
        .values(state="approved", recorded_at=None, generation=None, position=None, **stamp)
    )
    later = t.alias()
    same_slot = [later.c[n] == t.c[n] for n in ("form", "period", "department")]
    after_it = tuple_(later.c.generation, later.c.position) > tuple_(t.c.generation, t.c.position)
    newer = exists().where(*same_slot, later.c.generation.is_not(None), after_it)
    conn.execute(t.update().where(t.c.state == "superseded", ~newer).values(state="published", **stamp))
    conn.execute(
        generation_log.update()
        .where(generation_log.c.number > kept, generation_log.c.number < manifest.number)
        .where(generation_log.c.state == "published")
        .values(state="withdrawn")
    )


def _supersede_earlier(conn: Connection, id: str, by: str, now: datetime) -> None:
    """The return published before for the same form, period and department is superseded by this one."""
    one = conn.execute(select(submission).where(submission.c.id == id)).mappings().one()
    slot = [submission.c[n] == one[n] for n in ("form", "period", "department")]
    conn.execute(
        submission.update()
        .where(*slot, submission.c.state == "published", submission.c.id != id)
        .values(state="superseded", state_by=by, state_at=now)
    )
