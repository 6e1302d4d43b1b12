"""Commands of the one who looks after a folder: backup, restore, rebuild, rollback, migrate, audit.

Each asks the warehouse for one thing and says how it ended; what a backup or a proof is, is known there.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from zhibiao import witness
from zhibiao.console import emit, emit_json, say, table
from zhibiao.options import Data, Json, User, enter, who

backup_app = typer.Typer(help="备份", no_args_is_help=True)
audit_app = typer.Typer(help="审计", no_args_is_help=True)
BackupFile = Annotated[Path, typer.Argument(metavar="FILE", help="备份文件（.zhibiao-backup.tar）")]


@backup_app.command()
def create(
    into: Annotated[Path, typer.Option("--into", metavar="DIR", help="放在哪个文件夹；不能在数据文件夹里面")],
    data: Data = None,
    user: User = "",
    json_: Json = False,
) -> None:
    """把整个数据文件夹备份成一个文件，内有每个文件的 SHA-256。

    例：zhibiao backup create --into /mnt/backup --user 管理员
    """
    from warehouse import backup

    way = enter(data, user)
    way.may("maintain")
    made = backup.create(way.folder, into, who=way.actor, place=way.place)
    if json_:
        emit_json(_described(made))
        return
    emit(str(made.path))
    say(f"已备份 {len(made.hashes)} 个文件，含第 {made.generation} 代。请存到别处，并用 zhibiao backup verify 核对。")


@backup_app.command()
def verify(file: BackupFile, data: Data = None, user: User = "", json_: Json = False) -> None:
    """逐个核对备份里的文件。有数据文件夹的，记入它的审计。

    例：zhibiao backup verify /mnt/backup/20261122T023000Z.zhibiao-backup.tar
    """
    from warehouse import backup

    witness.entered_if_any(data, who(user))
    problems = backup.verify(file)
    if json_:
        emit_json({"file": file, "problems": problems})
    else:
        for problem in problems:
            emit(problem)
        say("备份完好，每个文件都与清单相符。" if not problems else "备份已损坏，请换一份，不要用它恢复。")
    if problems:
        raise typer.Exit(5)


@backup_app.command("list")
def list_(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="存放备份的文件夹")],
    data: Data = None,
    user: User = "",
    json_: Json = False,
) -> None:
    """列出一个文件夹里的备份，新的在前。有数据文件夹的，记入它的审计。

    例：zhibiao backup list /mnt/backup
    """
    from indicators.errors import UsageError
    from warehouse import backup

    witness.entered_if_any(data, who(user))
    if not folder.is_dir():
        raise UsageError(f"没有 {folder} 这个文件夹。请核对路径。")
    rows = [_described(one) for one in backup.listed(folder)]
    if json_:
        emit_json(rows)
        return
    columns = {"file": "备份", "created_at": "时间", "by": "操作人", "generation": "第几代", "files": "文件数"}
    table(columns, rows, f"{folder} 里没有备份。可用 zhibiao backup create 新建。")


def _described(made: object) -> dict[str, object]:
    from warehouse.backup import Backup
    from warehouse.errors import told

    assert isinstance(made, Backup)
    return {
        "file": str(made.path),
        "created_at": told(made.created_at),
        "by": made.by,
        "generation": made.generation,
        "files": len(made.hashes),
        "program_version": made.program_version,
    }


def restore(
    file: BackupFile,
    into: Annotated[Path, typer.Option("--into", metavar="DIR", help="恢复到哪个空文件夹（可以还不存在）")],
    user: User = "",
    json_: Json = False,
) -> None:
    """把备份恢复到一个空文件夹，逐个文件证明与备份相同。

    例：zhibiao restore 20261122T023000Z.zhibiao-backup.tar --into /srv/zhibiao-2
    """
    from warehouse import backup

    made = backup.read_backup(file)
    folder = backup.restore(file, into, who=who(user))
    if json_:
        emit_json({"folder": str(folder.root), "generation": made.generation, "files": len(made.hashes)})
        return
    emit(str(folder.root))
    say(f"已恢复 {len(made.hashes)} 个文件，每个都与备份相同，现行为第 {made.generation} 代。"
        "请运行 zhibiao doctor --deep，再改用这个文件夹。")  # fmt: skip


def rebuild(
    data: Data = None,
    user: User = "",
    number: Annotated[int | None, typer.Option("--generation", min=0, help="第几代；缺省为现行的一代")] = None,
    json_: Json = False,
) -> None:
    """由原始报送和目录把一代数据重做一遍，逐表证明相同；现行的一代损坏时以重做的代替。

    例：zhibiao rebuild --user 管理员
    """
    from etl.derive import derive
    from etl.tasks_derive import with_tasks
    from warehouse.rebuild import rebuild as make_again

    way = enter(data, user)
    way.may("maintain")
    deriving = with_tasks(way, derive(way.catalogue))
    made = make_again(way.folder, way.catalogue, deriving, who=way.actor, number=number)
    if json_:
        emit_json(made)
    elif made.replaced_by is not None:
        proof = "行数与控制合计同它的清单一致" if made.compared else "它的清单也已损坏，无从比较，请核对要紧的数"
        emit(f"第 {made.number} 代已损坏，已由原始报送重做为第 {made.replaced_by} 代，{proof}。")
    elif made.equal:
        less = "" if made.same_catalogue else "（目录已变，只比较了来自报送的表）"
        emit(f"第 {made.number} 代与重做的结果相同：{len(made.compared)} 张表的内容摘要逐一相等{less}。")
    else:
        emit(f"第 {made.number} 代与重做的结果不同：{'、'.join(made.differing)}。")
        say("现行数据没有改动；请保留现场并查明原因。")
    if not made.equal:
        raise typer.Exit(5)


def rollback(
    to: Annotated[int, typer.Option("--to", metavar="N", min=0, help="回到第几代")],
    reason: Annotated[str, typer.Option("--reason", help="为什么回退，会写进审计和新一代的说明")],
    data: Data = None,
    user: User = "",
    json_: Json = False,
) -> None:
    """回退：把较早一代的内容作为新的一代发布；其后发布的报送回到“已审核”，不会丢。

    例：zhibiao rollback --to 12 --reason "财政数装错了年份" --user 发布员
    """
    from warehouse.rollback import roll_back

    way = enter(data, user)
    way.may("publish")
    made = roll_back(way.folder, to, reason, who=way.actor, place=way.place)
    if json_:
        emit_json({"generation": made.number, "content_of": to, "reason": reason})
    else:
        emit(f"已回退：第 {made.number} 代，内容同第 {to} 代。其后发布的报送已回到“已审核”，可退回或重新发布。")


def migrate(
    apply: Annotated[bool, typer.Option("--apply/--plan", help="真的升级，还是只说要做什么")] = False,
    data: Data = None,
    user: User = "",
    json_: Json = False,
) -> None:
    """升级业务库到本程序的版本；先自动留一份旧库。较新的数据文件夹不会打开。

    例：zhibiao migrate --plan
    """
    from warehouse.folder import open_folder, resolve_folder, writing
    from warehouse.operations import migrate as bring_up
    from warehouse.operations import pending

    folder, copy = open_folder(resolve_folder(data)), ""
    witness.entered_if_sound(folder, who(user))
    steps = pending(folder)
    if apply and steps:
        with writing(folder, who(user), "升级业务库"):
            done = bring_up(folder, who(user))
        steps, copy = done.applied, str(done.copy or "")
    if json_:
        emit_json({"applied": apply and bool(steps), "steps": steps, "copy": copy})
    elif not steps:
        say("业务库已是本程序的版本，没有要做的。")
    else:
        for step in steps:
            emit(step)
        left = (
            f"已完成 {len(steps)} 步；旧库留在 {copy}。"
            if apply
            else f"要做 {len(steps)} 步，什么也没有改动。加 --apply 即升级。"
        )
        say(left)


@audit_app.command("verify")
def verify_audit(data: Data = None, json_: Json = False) -> None:
    """核对审计链与库外锚点：改动、删除、插入、换序、截断都会被发现。

    例：zhibiao audit verify
    """
    from warehouse import audit
    from warehouse.operations import consulting

    way = enter(data)
    problems = audit.verify(way.folder)
    with consulting(way.folder) as conn:
        sequence, digest = audit.head(conn)
    if json_:
        emit_json({"records": sequence, "head": digest, "problems": problems})
    else:
        for problem in problems:
            emit(problem)
        say(f"审计链完好，到第 {sequence} 号，末尾摘要 {digest[:16]}。" if not problems else
            "审计链有断裂。请保留整个数据文件夹，不要再写入，并与备份中的锚点比对。")  # fmt: skip
    if problems:
        raise typer.Exit(5)


@audit_app.command()
def archive(
    until: Annotated[int, typer.Option("--until", metavar="YEAR", min=2000, max=2999, help="到哪一年（含）为止")],
    apply: Annotated[bool, typer.Option("--apply/--plan", help="真的归档，还是只说要归档什么")] = True,
    data: Data = None,
    user: User = "",
    json_: Json = False,
) -> None:
    """归档：把满期的审计记录移到库外的封存文件；不删除，链条照样从头核对到尾。

    例：zhibiao audit archive --until 2023 --plan
    """
    from warehouse import audit_archive

    way = enter(data, user)
    way.may("maintain")
    if apply:
        found = audit_archive.archive(way.folder, until, who=way.actor, place=way.place)
    else:
        found = audit_archive.due(way.folder, until)
    if json_:
        emit_json(found)
    elif found is None:
        say(f"到 {until} 年底没有可归档的审计记录。")
    else:
        counted = "，".join(f"{name} {count} 条" for name, count in found.counted.items())
        emit(f"第 {found.first}—{found.last} 号，共 {found.records} 条：{counted}。")
        say(f"已移到 audit-archive/{found.file}，摘要记在审计链上。请连同备份存到别处。" if apply else
            "以上可以归档，什么也没有改动。去掉 --plan 即执行。")  # fmt: skip


@audit_app.command()
def show(
    data: Data = None,
    user: User = "",
    since: Annotated[int, typer.Option(min=0, help="只看这个序号之后的")] = 0,
    about: Annotated[str, typer.Option("--about", help="只看这个对象，如 S000012")] = "",
    by: Annotated[str, typer.Option("--by", help="只看这个账户做的")] = "",
    last: Annotated[int, typer.Option("--last", min=1, help="至多多少条，取最近的")] = 50,
    json_: Json = False,
) -> None:
    """看审计记录：谁、何时、从哪里、做了什么、结果如何。

    例：zhibiao audit show --about S000012 --user 审计员
    """
    from warehouse import audit
    from warehouse.errors import told
    from warehouse.operations import consulting

    way = enter(data, user)
    way.may("read_audit")
    with consulting(way.folder) as conn:
        rows = audit.latest(conn, last, since=since, about=about, by=by)
    if json_:
        emit_json(rows)
        return
    columns = {
        "sequence": "序号", "at": "时间", "who": "谁", "place": "从哪里", "act": "做了什么", "object": "对象",
        "result": "结果",
    }  # fmt: skip
    table(columns, [row | {"at": told(str(row["at"]))} for row in rows], "没有符合条件的审计记录。")


COMMANDS = (restore, rebuild, rollback, migrate)
