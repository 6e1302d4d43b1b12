"""Commands of supervision: list, show, report, verify, close, import, remind, and what goes between them."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from etl.named_files import read_bytes, write_bytes
from zhibiao.console import emit, emit_json, say, shown, table
from zhibiao.options import Data, Json, User, enter

if TYPE_CHECKING:
    from indicators.tasks.task import Task

app = typer.Typer(help="督查任务", no_args_is_help=True)
Code = Annotated[str, typer.Argument(metavar="TASK", help="任务编号，如 CJT2014-23，见 zhibiao tasks list")]
Text = Annotated[str, typer.Option("--text", metavar="TEXT", help="说明：做了什么，或理由")]
Node = Annotated[int, typer.Option("--node", min=0, metavar="N", help="第几个节点；缺省为整个任务")]
Programme = Annotated[str, typer.Option("--programme", metavar="CODE", help="工作要点代码；缺省为全部")]
_LIST = {
    "code": "任务编号",
    "title": "任务",
    "lead": "牵头",
    "due_on": "时限",
    "state_label": "状态",
    "word": "灯号",
    "because": "理由",
    "doubt_words": "存疑",
    "example_text": "责任和时限",
}


@app.callback()
def _group() -> None:
    """督查任务：登记、分解、报进展、核查、销号、催办。"""


@app.command("list")
def list_(
    data: Data = None,
    programme: Programme = "",
    light: Annotated[str, typer.Option("--light", metavar="WORD", help="只看这盏灯，如 逾期")] = "",
    department: Annotated[str, typer.Option("--department", metavar="CODE", help="只看这个单位牵头或负责的")] = "",
    doubted: Annotated[bool, typer.Option("--doubted", help="只看存疑的：说已完成，指标却不支持")] = False,
    json_: Json = False,
) -> None:
    """任务与灯号：今天各项任务到了哪一步，为什么。

    例：zhibiao tasks list --light 逾期
    """
    from etl.tasks import unit_name
    from etl.tasks_seen import task_list

    way = enter(data)
    rows = task_list(way, programme, word=light, department=department, doubted=doubted)
    if json_:
        emit_json(rows)
        return
    for row in rows:
        row["example_text"] = "示例" if row["example"] else ""
        row["lead"] = unit_name(way, row["lead"])
    table(_LIST, rows, "没有这样的任务。登记工作要点请用 zhibiao tasks import。")


@app.command()
def show(task: Code, data: Data = None, json_: Json = False) -> None:
    """一项任务：原文、节点、进展、办理过程，存疑时两边的说法。

    例：zhibiao tasks show CJT2014-23
    """
    from etl.tasks import unit_name
    from etl.tasks_seen import task_shown

    way = enter(data)
    found = task_shown(way, task)
    if json_:
        emit_json(found)
        return
    found["lead"] = unit_name(way, found["lead"])
    found["responsible"] = "、".join(unit_name(way, code) for code in found["responsible"].split(","))
    emit(f"{found['code']}　{found['title']}　{found['state_label']}　【{found['word']}】{found['because']}")
    said = {"chapter_title": "章", "clause": "条款", "text": "原文", "lead": "牵头单位", "responsible": "责任单位",
            "due_on": "完成时限", "indicators": "应推动的指标"}  # fmt: skip
    for name, label in said.items():
        if found[name]:
            emit(f"{label}：{shown(found[name])}" + ("（示例）" if name == "due_on" and found["example"] else ""))
    if found["doubt"]:
        emit(f"存疑。任务一方：{found['said'] or '没有说明'}\n指标一方：{found['doubt_text']}")
    _show_parts(found)


def _show_parts(found: dict[str, Any]) -> None:
    if found["nodes"]:
        table(
            {"number": "节点", "title": "内容", "due_on": "时限", "state_label": "状态", "word": "灯号"},
            found["nodes"],
            "",
        )
    if found["report_list"]:
        columns = {"period": "报告期", "progress": "进度%", "text": "进展情况", "quantity": "量化", "problem": "问题",
                   "next_step": "下步", "evidence": "佐证", "reported_by": "报告人", "reported_on": "日期"}  # fmt: skip
        table(columns, found["report_list"], "")
    table({"at": "时间", "act": "办理", "by": "谁", "text": "说明"}, found["steps"], "还没有办理过。")


@app.command()
def assign(
    task: Code,
    lead: Annotated[str, typer.Option("--lead", metavar="CODE", help="牵头单位代码")],
    due: Annotated[datetime, typer.Option("--due", formats=["%Y-%m-%d"], metavar="DATE", help="完成时限")],
    responsible: Annotated[list[str] | None, typer.Option("--with", metavar="CODE", help="责任单位，可重复")] = None,
    nodes: Annotated[
        list[str] | None, typer.Option("--node", metavar="DATE=TEXT", help="节点，如 2026-06-30=开工，可重复")
    ] = None,
    data: Data = None,
    user: User = "",
) -> None:
    """分解：定牵头单位、责任单位、时限和节点。时限定了以后只能经延期改变。

    例：zhibiao tasks assign CJT2014-23 --lead FGJ --due 2026-12-31 --node 2026-06-30=可研批复
    """
    from etl.tasks import assign as set_owner

    plans = [_plan(text) for text in nodes or ()]
    _said(set_owner(enter(data, user), task, lead, due.date(), responsible or (), plans))


@app.command()
def link(
    task: Code,
    indicators: Annotated[
        list[str] | None,
        typer.Option("--indicator", metavar="NAME", help="应推动的指标，名称或代码，如 进口总额（上升），可重复"),
    ] = None,
    none: Annotated[bool, typer.Option("--none", help="不再关联任何指标")] = False,
    text: Text = "",
    data: Data = None,
    user: User = "",
) -> None:
    """关联指标：任务应当推动哪些指标、往哪个方向；写下的代替原来的。报过进展的人不能关联。

    例：zhibiao tasks link XQ2026-03 --indicator 实际使用外资 --indicator PM25:down --text 任务书写明 --user 统计局发布
    """
    from etl.tasks import link as tie
    from etl.tasks_links import links_said, read_links

    if bool(indicators) == none:
        raise typer.BadParameter("请用 --indicator 写明指标，或用 --none 取消关联")
    way = enter(data, user)
    made = tie(way, task, read_links("；".join(indicators or ()), way.catalogue.indicators), text)
    _said(made)
    emit(f"应推动的指标：{links_said(made.links, way.catalogue.indicators) or '没有'}")


def _plan(text: str) -> Any:
    from indicators.errors import UsageError
    from indicators.tasks.task import NodePlan

    day, _, title = text.partition("=")
    try:
        return NodePlan(title.strip() or text, date.fromisoformat(day.strip()))
    except ValueError:
        raise UsageError(f"节点“{text}”看不懂，什么也没有改动。请写成 2026-06-30=开工。") from None


@app.command()
def report(
    task: Code,
    text: Text = "",
    period: Annotated[str, typer.Option("--period", metavar="PERIOD", help="报告期，如 2026Q3")] = "",
    progress: Annotated[str, typer.Option("--progress", metavar="PERCENT", help="完成进度，0 到 100")] = "",
    quantity: Annotated[str, typer.Option("--quantity", metavar="TEXT", help="量化结果，如 建成 3.2 公里")] = "",
    problem: Annotated[str, typer.Option("--problem", metavar="TEXT", help="存在问题")] = "",
    next_step: Annotated[str, typer.Option("--next", metavar="TEXT", help="下步措施")] = "",
    evidence: Annotated[list[Path] | None, typer.Option("--evidence", metavar="FILE", help="佐证材料，可重复")] = None,
    done: Annotated[bool, typer.Option("--done", help="报完成（任务，或 --node 所指的节点）")] = False,
    node: Node = 0,
    data: Data = None,
    user: User = "",
) -> None:
    """报进展，或用 --done 报完成；只能报本单位牵头或负责的任务。

    例：zhibiao tasks report CJT2014-23 --period 2026Q3 --progress 60 --text "航站楼封顶" --user 发改局填报
    """
    from etl import tasks as way_of

    way = enter(data, user)
    files = [way_of.Evidence(path.name, read_bytes(path)) for path in evidence or ()]
    if period:
        made = way_of.report(
            way, task, period, text, progress=_percent(progress), quantity=quantity, problem=problem,
            next_step=next_step, evidence=files,
        )  # fmt: skip
        _said(made)
    elif not done:
        raise typer.BadParameter("请用 --period 写明报告期，或用 --done 报完成")
    if done:
        _said(way_of.say_done(way, task, text, node, () if period else files))


def _percent(text: str) -> Any:
    from decimal import Decimal, InvalidOperation

    from indicators.errors import UsageError

    try:
        value = Decimal(text.rstrip("%％")) if text else None
    except InvalidOperation:
        value = Decimal("NaN")
    if value is not None and not value.is_finite():
        raise UsageError(f"完成进度“{text}”不是数，什么也没有改动。请写成 60。")
    return value


@app.command()
def verify(
    task: Code,
    text: Text = "",
    send_back: Annotated[bool, typer.Option("--send-back", help="核查不属实，退回；须用 --text 写明理由")] = False,
    node: Node = 0,
    data: Data = None,
    user: User = "",
) -> None:
    """核查：属实，或退回。报过进展的人不能核查。

    例：zhibiao tasks verify CJT2014-23 --text "现场看过" --user 统计局审核
    """
    from etl.tasks import verify as check

    _said(check(enter(data, user), task, text, node, send_back))


@app.command()
def close(task: Code, text: Text = "", data: Data = None, user: User = "") -> None:
    """销号：核查属实后由两人先后各签一次。

    例：zhibiao tasks close CJT2014-23 --user 领导
    """
    from etl.tasks import close as sign_off

    _said(sign_off(enter(data, user), task, text))


@app.command()
def reopen(task: Code, text: Text = "", data: Data = None, user: User = "") -> None:
    """重开：说已完成的任务退回在办，须写明理由。

    例：zhibiao tasks reopen CJT2014-23 --text "客流连降两季" --user 领导
    """
    from etl.tasks import reopen as take_back

    _said(take_back(enter(data, user), task, text))


@app.command()
def extend(
    task: Code,
    to: Annotated[
        datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], metavar="DATE", help="申请延到哪一天")
    ] = None,
    grant: Annotated[bool, typer.Option("--grant", help="准予延期")] = False,
    refuse: Annotated[bool, typer.Option("--refuse", help="不准延期，须写明理由")] = False,
    text: Text = "",
    data: Data = None,
    user: User = "",
) -> None:
    """延期：责任单位用 --to 申请，督查一方用 --grant 或 --refuse 答复。

    例：zhibiao tasks extend CJT2014-23 --to 2027-03-31 --text "征地推迟" --user 发改局填报
    """
    from etl.tasks import ask_extension, decide_extension

    if (to is not None) + grant + refuse != 1:
        raise typer.BadParameter("--to、--grant、--refuse 须用且只用一个")
    way = enter(data, user)
    _said(ask_extension(way, task, to.date(), text) if to else decide_extension(way, task, grant, text))


@app.command()
def explain(
    task: Code,
    text: Text = "",
    ask: Annotated[bool, typer.Option("--ask", help="要求说明（督查一方）；不写则是说明（责任单位）")] = False,
    data: Data = None,
    user: User = "",
) -> None:
    """存疑的说明：督查一方用 --ask 要求，责任单位答复；没有答复不能销号。

    例：zhibiao tasks explain CJT2014-23 --ask --text "报完成，客流却下降，请说明" --user 领导
    """
    from etl.tasks import explain as answer
    from etl.tasks import question

    _said((question if ask else answer)(enter(data, user), task, text))


@app.command()
def remind(
    tasks: Annotated[
        list[str] | None, typer.Argument(metavar="[TASK…]", help="任务编号；缺省为逾期、滞后、质量差和临近的全部")
    ] = None,
    text: Text = "请按时限抓紧办理并报进展",
    programme: Programme = "",
    data: Data = None,
    user: User = "",
) -> None:
    """催办：发给责任单位、牵头单位和核查人，留下记录。

    例：zhibiao tasks remind --user 领导
    """
    from etl.tasks import remind as call
    from etl.tasks_seen import to_remind

    way = enter(data, user)
    way.may("task_supervise")
    for code in tasks or to_remind(way, programme):
        reminded = call(way, code, text)
        to = "、".join(reminded.last.to) if reminded.last else ""
        emit(f"已催办 {code}“{reminded.title}”：{to or '责任单位还没有账户'}。")


@app.command("import")
def import_(
    source: Annotated[str, typer.Argument(metavar="SOURCE", help="任务清单工作簿，或目录里的工作要点代码，如 CJT2014")],
    programme: Annotated[str, typer.Option("--programme", metavar="CODE", help="清单属于哪个工作要点")] = "",
    title: Annotated[str, typer.Option("--title", metavar="TEXT", help="新的工作要点的标题")] = "",
    year: Annotated[int, typer.Option("--year", metavar="YEAR", help="新的工作要点的年份")] = 0,
    period: Annotated[str, typer.Option("--period", metavar="PERIOD", help="清单里的进展属于哪一季，如 2026Q3")] = "",
    example: Annotated[bool, typer.Option("--example", help="连同随附的示例责任单位和时限（只供演示）")] = False,
    data: Data = None,
    user: User = "",
    json_: Json = False,
) -> None:
    """登记工作要点，或导入任务清单：有一处不对，就一项也不导入。

    例：zhibiao tasks import 任务清单.xlsx --programme XQ2026 --title 新区2026年工作要点 --year 2026
    """
    way = enter(data, user)
    if not Path(source).is_file():
        from etl.tasks import take_up

        new = take_up(way, source, example)
        emit(f"工作要点 {source} 登记了 {len(new)} 项新任务。" + ("责任单位和时限是示例。" if example and new else ""))
        return
    if not programme:
        raise typer.BadParameter("请用 --programme 写明清单属于哪个工作要点")
    from etl.tasks_import import import_list

    made = import_list(
        way, read_bytes(Path(source)), Path(source).name, programme, title=title, year=year, period=period
    )
    _show_import(made, json_)
    if made.blocked:
        raise typer.Exit(1)


def _show_import(made: Any, json_: bool) -> None:
    if json_:
        emit_json(made)
        return
    columns = {"code": "代码", "sheet": "工作表", "cell": "单元格", "message": "发现", "hint": "怎么办"}
    if made.findings:
        table(columns, [{key: getattr(f, key) for key in columns} for f in made.findings], "")
    if made.blocked:
        say("清单有强制性发现，一项也没有导入。请改正后再导入。")
    else:
        counts = {"登记": made.new, "分解": made.assigned, "关联指标": made.linked, "报进展": made.reported}
        emit("，".join(f"{what} {len(codes)} 项" for what, codes in counts.items()) + "。")


@app.command()
def template(
    output: Annotated[Path, typer.Option("-o", "--output", metavar="FILE", help="写到哪个文件")] = Path(
        "任务清单.xlsx"
    ),
    programme: Annotated[str, typer.Option("--programme", metavar="CODE", help="填入这个工作要点的任务")] = "",
    data: Data = None,
) -> None:
    """生成任务清单：九栏表头和关联指标，填好已登记的任务。

    例：zhibiao tasks template --programme CJT2014 -o 任务清单.xlsx
    """
    from etl.tasks_template import list_template

    write_bytes(output, list_template(enter(data), programme))
    emit(str(output))


@app.command()
def bulletin(
    output: Annotated[Path, typer.Option("-o", "--output", metavar="FILE", help="写到哪个文件")] = Path(
        "督查通报.xlsx"
    ),
    programme: Programme = "",
    data: Data = None,
) -> None:
    """督查通报：已发布的任务，一句总的情况、各章灯号、逾期、存疑的两边说法、考核的各个部分，写成工作簿。

    例：zhibiao tasks bulletin --programme CJT2014 -o 督查通报.xlsx
    """
    from etl.tasks_bulletin import bulletin as written
    from warehouse.generations import current

    write_bytes(output, written(current(enter(data).folder), programme))
    emit(str(output))


def _said(task: Task) -> None:
    emit(f"任务 {task.code}“{task.title}”：{task.last.act.label if task.last else ''}，现为“{task.state.label}”。")
