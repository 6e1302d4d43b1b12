"""Showing an earlier generation again, with a reason, when what was published since was wrong.

Time goes forward here too: the earlier content becomes a new generation. What was published after it is approved again,
to be published anew or returned; nothing is deleted.
"""

from __future__ import annotations

from sqlalchemy import select

from indicators.errors import UsageError
from warehouse import files, gates, schema, seal
from warehouse.arrow import pour
from warehouse.build import Built, count_rows, writing_file
from warehouse.errors import Damaged
from warehouse.folder import DataFolder, writing
from warehouse.generations import discard, program_version, seal_built
from warehouse.moments import utc_now
from warehouse.operations import operating
from warehouse.read import Generation, generation
from warehouse.recovery import begin_number, finish, recover


def roll_back(folder: DataFolder, number: int, reason: str, *, who: str, place: str = "") -> Generation:
    """Publish the content of generation `number` again as a new one and return it.

    Raises UsageError (no reason, no such earlier generation), Damaged, WriterBusy, DiskFull.
    """
    if not reason.strip():
        raise UsageError("回退必须写明理由。什么也没有改动；请用 --reason 写明。")
    with writing(folder, who, "回退"):
        recover(folder)
        current = seal.pointed(folder)
        if current is None or number not in seal.numbers(folder) or number >= current:
            raise UsageError(f"没有早于现行代的第 {number} 代可以回退。什么也没有改动；请用 zhibiao status 查看各代。")
        if wrong := seal.damage(folder, number):
            raise Damaged(f"{wrong}不能回退到它，什么也没有改动。")
        held, now = seal.read_manifest(folder, number), utc_now()
        note = f"回退到第 {number} 代：{reason}"
        with operating(folder) as conn:
            new = begin_number(folder, conn, who, note)
        making = files.temporary(folder.generations, f"g{new:06d}.duckdb")
        try:
            files.copy(seal.file_of(folder, number), making, "新一代数据")
            with writing_file(making) as conn:
                stamp = {"number": new, "built_at": now, "published_by": who, "submissions": 0, "note": note}
                stamp |= {"catalogue_digest": held.catalogue_digest, "program_version": program_version()}
                newest = select(schema.generation).order_by(schema.generation.c.number.desc())
                last = conn.execute(newest).mappings().first()
                pour(conn, schema.generation, [(dict(last) if last else {}) | stamp])
                built = Built(count_rows(conn), gates.control_totals(conn), None, [])
            manifest = seal_built(
                folder, making, built, number=new, by=who, note=note, catalogue_digest=held.catalogue_digest,
                built_at=now, previous=current, rolled_back_to=number,
            )  # fmt: skip
        except BaseException:
            discard(making)
            raise
        seal.point(folder, new)
        finish(folder, manifest, place)
    return generation(folder, new)
