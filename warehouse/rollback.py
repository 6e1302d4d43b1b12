"""Showing an earlier generation again, with a reason, when what was published since was wrong.

Time goes forward here too: the earlier content becomes a new generation. What was published after it is approved again,
to be published anew or returned; nothing is deleted.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select

from indicators.errors import UsageError
from warehouse import files, gates, schema, seal
from warehouse.arrow import pour
from warehouse.build import Built, count_rows, writing_file
from warehouse.errors import Damaged, SubmissionConflict, told
from warehouse.folder import DataFolder, writing
from warehouse.moments import utc_now
from warehouse.operations import operating
from warehouse.read import Generation, generation
from warehouse.recovery import base_of, begin_number, finish, recover
from warehouse.seal import Manifest
from warehouse.stamp import Stamp, discard, seal_built


def roll_back(
    folder: DataFolder, number: int, reason: str, *, who: str, place: str = "", seen: int | None = None
) -> Generation:
    """Publish the content of generation `number` again as a new one and return it.

    `seen` is the generation that was current when this was decided. Raises UsageError (no reason, no such earlier
    generation), SubmissionConflict (another is current now), Damaged, WriterBusy, DiskFull.
    """
    if not reason.strip():
        raise UsageError("回退必须写明理由。什么也没有改动；请用 --reason 写明。")
    with writing(folder, who, "回退"):
        recover(folder)
        current = base_of(folder)
        if number not in seal.numbers(folder) or number >= current:
            raise UsageError(f"没有早于现行代的第 {number} 代可以回退。什么也没有改动；请用 zhibiao status 查看各代。")
        if seen is not None and seen != current:
            newer = seal.read_manifest(folder, current)
            raise SubmissionConflict(
                f"您打开这一页之后，“{newer.by}”于 {told(newer.built_at)} 发布了第 {current} 代。没有回退，"
                "什么也没有改动；请看过新的一代再定。",
                newer.by,
                datetime.fromisoformat(newer.built_at),
            )
        if wrong := seal.damage(folder, number):
            raise Damaged(f"{wrong}不能回退到它，什么也没有改动。")
        held = seal.read_manifest(folder, number)
        note = f"回退到第 {number} 代：{reason}"
        with operating(folder) as conn:
            new = begin_number(folder, conn, who, note)
        stamp = Stamp(folder, new, current, who, note, held.catalogue_digest, utc_now(), rolled_back_to=number)
        manifest = _in_lake(stamp, held) if folder.on_lake else _in_file(stamp)
        finish(folder, manifest, place)
    return generation(folder, new)


def _in_file(stamp: Stamp) -> Manifest:
    folder, number = stamp.folder, stamp.rolled_back_to or 0
    making = files.temporary(folder.generations, f"g{stamp.number:06d}.duckdb")
    try:
        files.copy(seal.file_of(folder, number), making, "新一代数据")
        with writing_file(making) as conn:
            built = _told(conn, stamp)
        manifest = seal_built(making, built, stamp)
    except BaseException:
        discard(making)
        raise
    seal.point(folder, stamp.number)
    return manifest


def _in_lake(stamp: Stamp, held: Manifest) -> Manifest:
    from warehouse import lake_generations, lake_writing

    with lake_writing.writing_lake(stamp.folder) as conn:
        lake_writing.put_back(conn, stamp.folder, held.number)
        built = _told(conn, stamp)
        if built.totals != held.totals:
            raise Damaged(
                f"第 {held.number} 代的内容与它的控制合计不符，没有回退，什么也没有改动。请运行 zhibiao doctor。"
            )
        manifest = stamp.manifest(built)
        lake_writing.name_snapshot(conn, manifest)
    lake_generations.seal_files(stamp.folder)
    return manifest


def _told(conn: Connection, stamp: Stamp) -> Built:
    """The row of the new generation, after those of the generation that is shown again."""
    newest = select(schema.generation).order_by(schema.generation.c.number.desc())
    last = conn.execute(newest).mappings().first()
    row = stamp.row() | {"number": stamp.number, "submissions": 0}
    pour(conn, schema.generation, [(dict(last) if last else {}) | row])
    return Built(count_rows(conn), gates.control_totals(conn), None, [])
