"""Commands of the way: template, inspect, check, submit, explain, diff, approve, return, withdraw, publish, load,
status.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from etl.named_files import read_bytes, write_bytes
from zhibiao.console import emit, emit_json, say, table
from zhibiao.options import Data, Json, User, enter

if TYPE_CHECKING:
    from indicators.findings import Finding

Files = Annotated[list[Path], typer.Argument(metavar="FILE…", help="一个或多个工作簿")]
Submission = Annotated[str, typer.Argument(metavar="ID", help="报送编号，见 zhibiao status")]
_FINDING_COLUMNS = {
    "file": "文件",
    "severity": "级别",
    "code": "代码",
    "sheet": "工作表",
    "cell": "单元格",
    "message": "发现",
    "hint": "怎么办",
}


def template(
    form: Annotated[str, typer.Argument(help="报表代码，如 GDP-Q")],
    period: Annotated[str, typer.Option("--period", help="报告期，如 2026Q3")],
    department: Annotated[str, typer.Option("--department", help="填报单位代码；报表只归一家时可省")] = "",
    output: Annotated[Path | None, typer.Option("-o", "--output", metavar="FILE", help="写到哪个文件")] = None,
    data: Data = None,
) -> None:
    """生成待填报表，旁边印着上期已发布数。

    例：zhibiao template GDP-Q --period 2026Q3 -o 报表.xlsx
    """
    from etl.flow import make_template

    way = enter(data)
    made = make_template(way, form, period, department)
    target = output or Path(made.file_name)
    write_bytes(target, made.content)
    emit(str(target))


def inspect(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="任意工作簿")],
    sheet: Annotated[str, typer.Option(help="只看这张表")] = "",
    json_: Json = False,
) -> None:
    """看读取程序看见了什么：每个单元格的地址、原值、类型、数字格式、公式。

    例：zhibiao inspect 报表.xlsx
    """
    from etl.inspection import STATES, inspect_file

    seen = inspect_file(read_bytes(file), file.name)
    if json_:
        emit_json(seen)
        return
    rows = []
    for part in seen["sheets"]:
        if sheet in ("", part["name"]):
            state = STATES.get(part["state"], "")
            say(f"工作表 {part['name']}{state}：{len(part['cells'])} 个有内容的单元格，{len(part['merges'])} 处合并")
            rows += [cell | {"sheet": part["name"] + state} for cell in part["cells"]]
    columns = {
        "sheet": "工作表",
        "address": "地址",
        "type": "类型",
        "raw": "原值",
        "number_format": "数字格式",
        "formula": "公式",
    }
    table(columns, rows, "没有内容。", over=("sheet",))
    for finding in seen["findings"]:
        say(f"{finding['code']}　{finding['message']}")


def check(
    files: Files,
    data: Data = None,
    annotate: Annotated[
        Path | None, typer.Option("--annotate", metavar="OUT.xlsx", help="退回一份标出问题单元格的工作簿")
    ] = None,
    json_: Json = False,
) -> None:
    """审核：读取并检查，什么也不写入。

    例：zhibiao check 报表.xlsx
    """
    from etl.worker import prepare

    prepare()  # a reader starts while the rest is loaded
    from etl.flow import check_file

    way = enter(data)
    if annotate and len(files) != 1:
        raise typer.BadParameter("--annotate 一次只能用于一个文件")
    contents = [read_bytes(path) for path in files]
    checked = [check_file(way, data, path.name) for path, data in zip(files, contents, strict=True)]
    if annotate:
        from etl.annotate import annotated_workbook

        write_bytes(annotate, annotated_workbook(way, checked[0], contents[0]))
        say(f"已写出 {annotate}")
    findings = [f for one in checked for f in one.findings]
    if json_:
        emit_json([one.as_dict() for one in checked])
    else:
        _show_findings(findings)
        for one in checked:
            say(one.summary)
    if any(one.blocked for one in checked):
        raise typer.Exit(1)


def _show_findings(findings: Sequence[Finding]) -> None:
    rows = [
        {key: getattr(f, key) if key != "severity" else f.severity.label for key in _FINDING_COLUMNS} for f in findings
    ]
    table(_FINDING_COLUMNS, rows, "没有发现问题。")


def submit(
    files: Files,
    data: Data = None,
    user: User = "",
    receipt_: Annotated[
        Path | None, typer.Option("--receipt", metavar="FILE", help="把完整的回执写成文本文件；多个文件写在一起")
    ] = None,
    json_: Json = False,
) -> None:
    """报送：收下工作簿，审核通过即提交；同一文件再交一次什么也不变。

    例：zhibiao submit 报表.xlsx --user 统计局填报 --receipt 回执.txt
    """
    from etl.worker import prepare

    prepare()
    from etl.flow import submit_file

    way = enter(data, user)
    receipts = [submit_file(way, read_bytes(path), path.name) for path in files]
    if receipt_:
        from etl.receipt_text import receipt_text

        pages = "\n".join(receipt_text(receipt, way.catalogue) for receipt in receipts)
        write_bytes(receipt_, pages.encode())
    if json_:
        emit_json([receipt.as_dict() for receipt in receipts])
    else:
        for receipt in receipts:
            _show_findings(receipt.findings)
            emit(receipt.text)
    if any(receipt.blocked for receipt in receipts):
        raise typer.Exit(1)


def explain(
    submission: Submission,
    text: Annotated[str, typer.Option("--text", help="说明的话，须说清原因")],
    cell: Annotated[str, typer.Option("--cell", help="只说明这个单元格的核实性发现；缺省为全部未说明的")] = "",
    data: Data = None,
    user: User = "",
    json_: Json = False,
) -> None:
    """说明：为核实性发现或修订写明原因。

    例：zhibiao explain S000012 --text "新投产企业纳入统计"
    """
    from etl.flow import explain_findings

    receipt = explain_findings(enter(data, user), submission, text, cell)
    if json_:
        emit_json(receipt.as_dict())
    else:
        emit(receipt.text)
    if receipt.blocked:
        raise typer.Exit(1)


def approve(
    submissions: Annotated[list[str], typer.Argument(metavar="ID…", help="报送编号，见 zhibiao status")],
    data: Data = None,
    user: User = "",
    json_: Json = False,
) -> None:
    """审核通过，并说出它改动了多少已发布的数；提交人不能审核自己的报送。先看改动用 zhibiao diff。

    例：zhibiao approve S000012 --user 审核员
    """
    from etl.differences import differences
    from etl.flow import approve_submission

    way = enter(data, user)
    done = []
    for submission in submissions:
        seen = differences(way, submission)
        said = approve_submission(way, submission)
        done.append({"submission": seen.submission.id, "tally": seen.tally, "message": said})
        if not json_:
            emit(f"{said}变动：{seen.tally}。")
    if json_:
        emit_json(done)


def diff(
    submission: Submission,
    data: Data = None,
    everything: Annotated[bool, typer.Option("--all", help="连同没有变动的单元格")] = False,
    json_: Json = False,
) -> None:
    """变动：一份报送与已发布的数逐格比较：修订、撤回、不再报送、新增，连同差额和原因；审核之前看。

    例：zhibiao diff S000012
    """
    from etl.changes import Kind
    from etl.differences import differences

    seen = differences(enter(data), submission)
    rows = [row.as_dict() for row in seen.rows if everything or row.kind is not Kind.UNCHANGED]
    if json_:
        emit_json({"submission": seen.submission.id, "tally": seen.tally, "rows": rows})
        return
    columns = {
        "kind_label": "变动",
        "name": "单元格",
        "period": "报告期",
        "before": "已发布",
        "after": "这次",
        "unit": "单位",
        "difference": "差额",
        "percent": "变动（%）",
        "reason": "原因",
        "cell": "位置",
    }
    table(columns, rows, "与已发布的数完全相同。")
    held = seen.submission
    say(f"{held.id}（{held.form} {held.period} {held.department}，{held.state.label}）：{seen.tally}。")


def return_(
    submission: Submission,
    reason: Annotated[str, typer.Option("--reason", help="退回原因，填报单位看得到")],
    data: Data = None,
    user: User = "",
    json_: Json = False,
) -> None:
    """退回并说明原因。

    例：zhibiao return S000012 --reason "计量单位应为万元"
    """
    from etl.flow import return_submission

    said = return_submission(enter(data, user), submission, reason)
    if json_:
        emit_json({"submission": submission, "reason": reason, "message": said})
    else:
        emit(said)


def withdraw(
    submission: Submission,
    reason: Annotated[str, typer.Option("--reason", help="撤回理由，审核人员看得到")],
    data: Data = None,
    user: User = "",
    json_: Json = False,
) -> None:
    """撤回：收回本单位一份还在待审核的报送，改好重报，或用同一份文件再报一次。

    例：zhibiao withdraw S000012 --reason "第二产业填成了上月的数"
    """
    from etl.flow import withdraw_submission

    said = withdraw_submission(enter(data, user), submission, reason)
    if json_:
        emit_json({"submission": submission, "reason": reason, "message": said})
    else:
        emit(said)


def publish(
    data: Data = None,
    user: User = "",
    note: Annotated[str, typer.Option(help="本代说明")] = "",
    json_: Json = False,
) -> None:
    """发布：把全部已审核的报送做成新的一代。

    例：zhibiao publish --user 发布员
    """
    from etl.flow import publish_approved

    published = publish_approved(enter(data, user), note)
    if published is None:
        say("没有待发布的报送，当前一代没有改变。")
        if json_:
            emit_json({"generation": None, "submissions": [], "rows": {}})
        return
    sealed = published.manifest
    if json_:
        emit_json({"generation": published.number, "submissions": sealed.submissions, "rows": sealed.rows})
        return
    versions = sealed.rows.get("observation_version", 0)
    emit(f"已发布为第 {published.number} 代：{len(sealed.submissions)} 份报送，共 {versions:,} 个观测版本。")


def load(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH…", help="文件或文件夹")],
    data: Data = None,
    user: User = "",
    known_on: Annotated[
        datetime | None,
        typer.Option("--known-on", formats=["%Y-%m-%d"], metavar="DATE", help="补录：这些数自该日起为人所知"),
    ] = None,
    publish_: Annotated[
        bool, typer.Option("--publish", help="通过的直接审核并发布；须用 --reviewer 指明另一人")
    ] = False,
    reviewer: Annotated[
        str, typer.Option("--reviewer", metavar="NAME", help="与 --publish 同用：由哪个审核账户审核")
    ] = "",
    json_: Json = False,
) -> None:
    """批量装入：许多文件或文件夹，逐个报告，中断后再运行即可续上。

    例：zhibiao load ./历史报表 --known-on 2019-01-31
    """
    from etl.batch import load_paths
    from zhibiao.progress import progress

    if publish_ != bool(reviewer):
        raise typer.BadParameter("--publish 与 --reviewer 须一起用：提交的人和审核的人不能是同一个")
    way, day = enter(data, user), known_on.date() if known_on else None
    with progress("装入") as bar:
        other = enter(data, reviewer) if reviewer else None
        report = load_paths(way, paths, known_on=day, reviewer=other, on_step=bar)
    if json_:
        emit_json(report.as_dict())
    else:
        columns = {"file": "文件", "state": "结果", "id": "报送编号", "message": "说明"}
        table(columns, report.rows, "没有找到工作簿（~$ 开头的临时文件不计）。")
        say(report.summary)
    if report.blocked:
        raise typer.Exit(1)


def status(
    data: Data = None,
    period: Annotated[str, typer.Option("--period", help="报告期；缺省为最近一个")] = "",
    json_: Json = False,
) -> None:
    """报送情况：谁已报、谁逾期、完整率和按时率。

    例：zhibiao status --period 2026Q3
    """
    from etl.status import reporting_status

    found = reporting_status(enter(data), period)
    if json_:
        emit_json(found)
        return
    rows: list[dict[str, Any]] = found["rows"]
    columns = {
        "form": "报表",
        "form_name": "名称",
        "department": "单位",
        "state": "状态",
        "id": "报送编号",
        "due_on": "期限",
        "filed_on": "报出",
        "timeliness": "及时",
        "open_findings": "待说明",
    }
    table(columns, rows, "这个报告期没有应报的报表。")
    counted = Counter(row["state"] for row in rows)
    say(
        f"{found['period_label']}："
        + "，".join(f"{state} {n}" for state, n in counted.items())
        + f"。{found['summary']}"
    )


COMMANDS = (template, inspect, check, submit, explain, diff, approve, return_, withdraw, publish, load, status)
