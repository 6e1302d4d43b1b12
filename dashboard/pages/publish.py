"""发布: which returns go into the next generation, what that would change, publishing it; earlier generations; locks.

The page reads; its forms post to `dashboard.work.publishing`. Work under way is told by a job, whose page asks how it
goes until it is done.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import dcc, html

from dashboard import access
from dashboard.edition import Edition
from dashboard.parts.fields import choice, hidden, tick
from dashboard.parts.lines import cell, lines, name
from dashboard.parts.panel import empty, panel
from dashboard.parts.preview import ago, drawn
from dashboard.parts.progress import progress
from dashboard.work import jobs
from dashboard.work.jobs import Job
from etl.preview import beside_returns
from etl.publishing import closed_periods, generations
from etl.way import Way
from indicators.periods import Period
from warehouse import board, submissions
from warehouse.errors import told
from warehouse.folder import writer
from warehouse.log import Logged
from warehouse.operations import consulting
from warehouse.submissions import State, Submission

_REASON = 200


def content(edition: Edition, way: Way, **query: str) -> list[Any]:
    """The components of 发布; `job` and `preview` name work that was begun, `note` and `reason` what was typed."""
    with consulting(way.folder) as conn:
        ready = submissions.submissions(conn, state=State.APPROVED)
    beside = beside_returns(way)
    job = jobs.look(way.folder, "publish", query.get("job", "")) or _running(way)
    seen = jobs.look(way.folder, "preview", query.get("preview", "")) or jobs.newest(way.folder, "preview")
    return [
        html.H1(_sentence(edition, ready, beside), className="sentence"),
        _busy(way, job),
        _job(job) if job else None,
        _choose(way, ready, beside, _chosen(seen, edition)),
        _preview(edition, seen, ready, query.get("note", "")) if seen and (ready or beside) else None,
        _generations(edition, generations(way), query.get("reason", "")),
        _locks(edition, way),
        html.Script(src="/assets/work/bureau.js"),
    ]


def _running(way: Way) -> Job | None:
    """A publication under way that somebody else began."""
    last = jobs.newest(way.folder, "publish")
    return last if last and last.state == "running" else None


def _sentence(edition: Edition, ready: Sequence[Submission], beside: Sequence[str]) -> str:
    sealed = edition.generation.manifest
    now = f"现行的是第 {edition.number} 代（{sealed.by}，{told(sealed.built_at)}）"
    waiting = f"{len(ready)} 份报送已审核、待发布" if ready else "没有待发布的报送"
    return "；".join([now, waiting, *beside]) + "。"


def _busy(way: Way, job: Job | None) -> html.P | None:
    """Who holds the writer lock now; whoever else publishes is told the same."""
    held = writer(way.folder)
    if not held or (job is not None and job.state == "running"):
        return None
    said = f"“{held.get('who', '')}”自 {told(held.get('since'))} 起正在{held.get('what', '写入')}。"
    then = "这时发布会被拒绝，什么也不会改动；请等它结束。如果那个程序已经中断，可以照常发布。"
    return html.P(f"{said}{then}", className="notice", role="status")


def _job(job: Job) -> html.Section:
    if job.state == "running":
        return progress(job, "正在发布", f"“{job.who}”自 {told(job.since)} 起发布。看板在做成之前不变。")
    if job.state == "failed":
        said = html.P(job.sentence, className="why-not")
        left = html.P("看板没有变，仍是现行的一代。", className="about")
        return panel("没有发布成", "", said, left, name="job")
    made = job.result
    if "content_of" in made:
        said_so = f"已回退：第 {made['number']} 代，内容同第 {made['content_of']} 代。"
        then = "其后发布的报送回到“已审核”，可以重新发布，也可以在“审核”页退回。"
    else:
        said_so = f"已发布为第 {made['number']} 代：{made['submissions']} 份报送，共 {made['rows']:,} 个观测版本。"
        then = "看板、查询和接口现在看到的都是这一代。"
    links = html.P([html.A("看总览", href="/"), "　", html.A("回到发布页", href="/publish")])
    return panel("发布完成", "", html.P(html.B(said_so)), html.P(f"{then}{made['notice']}"), links, name="job")


def _chosen(seen: Job | None, edition: Edition) -> set[str] | None:
    """What was ticked when the preview was asked for; None: everything."""
    if seen is None or seen.result.get("base") != edition.number:
        return None
    return {id for id, _ in seen.result["seen"]}


def _choose(way: Way, ready: Sequence[Submission], beside: Sequence[str], chosen: set[str] | None) -> html.Section:
    if not ready and not beside:
        nothing = empty("没有待发布的报送。", "审核通过的报送会出现在这里。")
        return panel("这次发布哪些", "", nothing, name="choose", wide=True)
    head = ["", "部门与报表", "报告期", "提交", "审核"]
    rows = [_ready(way, one, chosen is None or one.id in chosen) for one in ready]
    about = "不勾选的留到下一次。先预览：照发布的做法在草稿上做一遍，算完即丢，什么也不改动。"
    more = html.P(f"另外一并发布：{'、'.join(beside)}。", className="about") if beside else None
    button = html.Button("预览发布后的变化", type="submit", className="button")
    form = access.form("/work/publish/preview", lines(head, rows, "待发布的报送") if rows else None, more, button)
    return panel("这次发布哪些", about, form, name="choose", wide=True)


def _ready(way: Way, one: Submission, on: bool) -> html.Tr:
    form, unit = way.catalogue.forms.get(one.form), way.catalogue.departments.get(one.department)
    called = f"{unit.short if unit else one.department}《{form.name if form else one.form}》"
    return html.Tr(
        [
            cell("勾选", tick("pick", f"{one.id} {one.stand}", on, called)),
            name(html.A(called, href=f"/submission?id={one.id}"), one.id),
            cell("报告期", Period.parse(one.period).label),
            cell("提交", f"{one.submitted_by}，{told(one.submitted_at)}"),
            cell("审核", f"{one.approved_by}，{told(one.approved_at)}"),
        ]
    )


def _preview(edition: Edition, seen: Job, ready: Sequence[Submission], note: str) -> html.Section | None:
    if seen.state == "running":
        return progress(seen, "正在预览", "照发布的做法在草稿上做一遍；离开这一页也不要紧。")
    if seen.state == "failed":
        return panel("预览没有算成", "", html.P(seen.sentence, className="why-not"), name="preview")
    made, stands = seen.result, {one.id: one.stand for one in ready}
    if made["base"] != edition.number or any(stands.get(id) != stand for id, stand in made["seen"]):
        return None if seen.ended == "" else _outdated(seen)
    about = f"由“{seen.who}”算于 {told(seen.ended)}（{ago(seen.ended)}），以第 {made['base']} 代为底。"
    body = drawn(made)
    if "refused" not in made:
        body.append(_publish(made, note))
    return panel("发布后会变什么", about, *body, name="preview", wide=True)


def _outdated(seen: Job) -> html.Section:
    said = f"{told(seen.ended)} 算的预览已经过时：之后有新的发布，或报送的状态变了。请在上面重新预览。"
    return panel("发布后会变什么", "", html.P(said, className="about"), name="preview", wide=True)


def _publish(made: dict[str, Any], note: str) -> html.Details:
    """The second step of publishing: what it means, a note, and the button."""
    picks = [dcc.Input(type="hidden", name="pick", value=f"{id} {stand}") for id, stand in made["seen"]]
    meaning = (
        f"{len(made['seen'])} 份报送成为新的一代：要么整代出现，要么什么也没有变。所有人看到的数随即更新；"
        "发布错了可以在下面回退，留有记录。"
    )
    box = _line("note", "note", "如：2026年三季度数据，含财政局修订", value=note)
    form = access.form(
        "/work/publish/go",
        *hidden(base=str(made["base"])),
        *picks,
        html.P(meaning),
        html.Label("这一代的说明（写进各代的记录）", htmlFor="note"),
        box,
        html.Button("确认发布", type="submit", className="button"),
        className="form",
    )
    return html.Details([html.Summary("发布……", className="button"), form], className="confirm", open=bool(note))


def _generations(edition: Edition, found: Sequence[Logged], typed: str) -> html.Section:
    head = ["代", "状态", "说明", "发布", "报送", "观测版本", "摘要", ""]
    rows = [_generation(edition, one, typed) for one in found if one.state != "building"]
    if not rows:
        return panel("各代", "", empty("还没有发布过。"), name="generations", wide=True)
    about = "新的在前。回退不删除什么：把较早一代的内容作为新的一代发布，其后发布的报送回到“已审核”。"
    return panel("各代", about, lines(head, rows, "各代"), name="generations", wide=True)


def _generation(edition: Edition, one: Logged, typed: str) -> html.Tr:
    now = one.number == edition.number
    tone = "good" if now else "quiet" if one.state == "published" else "warn"
    state = html.Span("现行" if now else one.label, className=f"pill tone-{tone}")
    when = told(one.published_at) if one.published_at else told(one.started_at)
    able = one.kept and one.number < edition.number and one.state == "published" and one.number > 0
    return html.Tr(
        [
            name(f"第 {one.number} 代", f"目录 {one.catalogue_digest[:8]}" if one.catalogue_digest else ""),
            cell("状态", state),
            cell("说明", one.note or "—"),
            cell("发布", [one.by, html.Small(when)]),
            cell("报送", "—" if one.submissions is None else str(one.submissions), "n"),
            cell("观测版本", "—" if one.rows is None else f"{one.rows:,}", "n"),
            cell("摘要", html.Code(one.sha256[:12] or "—", title=one.sha256 or None)),
            cell("", _back(edition, one, typed) if able else ""),
        ]
    )


def _back(edition: Edition, one: Logged, typed: str) -> html.Details:
    label = f"reason-{one.number}"
    box = _line(label, "reason", "如：财政数装错了年份", value=typed)
    form = access.form(
        "/work/publish/back",
        *hidden(number=str(one.number), base=str(edition.number)),
        html.P(f"看板将回到第 {one.number} 代的内容；第 {one.number + 1} 代及以后发布的报送回到“已审核”。"),
        html.Label("回退的理由", htmlFor=label),
        box,
        html.Button(f"确认回退到第 {one.number} 代", type="submit", className="button"),
        className="form",
    )
    return html.Details([html.Summary("回退……"), form], className="confirm")


def _locks(edition: Edition, way: Way) -> html.Section:
    held = closed_periods(way)
    about = "锁定的报告期不再接收报送；需要更正时写明理由重新开放。"
    rows = [
        html.Tr(
            [
                name(Period.parse(one["period"]).label, "" if one["form"] == "*" else one["form"]),
                cell("锁定", [one["by"], html.Small(told(one["at"]))]),
                cell("理由", one["reason"]),
                cell("", _unlock(one["period"]) if one["form"] == "*" else ""),
            ]
        )
        for one in held
    ]
    table = lines(["报告期", "锁定", "理由", ""], rows, "锁定的报告期") if rows else empty("没有锁定的报告期。")
    shut = {one["period"] for one in held if one["form"] == "*"}
    known = edition.once("periods", lambda: board.report_periods(edition.generation))
    open_ = [p for p in known if p.code not in shut]
    return panel("锁定报告期", about, table, _lock(open_) if open_ else None, name="locks", wide=True)


def _unlock(period: str) -> html.Details:
    label = f"open-{period}"
    form = access.form(
        "/work/publish/open",
        *hidden(period=period),
        html.Label("重新开放的理由", htmlFor=label),
        _line(label, "reason", "如：省局要求更正"),
        html.Button("重新开放", type="submit", className="button"),
        className="form",
    )
    return html.Details([html.Summary("重新开放……"), form], className="confirm")


def _lock(periods: Sequence[Period]) -> html.Form:
    reason = [html.Label("锁定的理由", htmlFor="lock-reason"), _line("lock-reason", "reason", "如：已上报省局")]
    return access.form(
        "/work/publish/lock",
        choice("period", "报告期", [("", "请选择"), *((p.code, p.label) for p in periods)], ""),
        html.Div(reason, className="choice"),
        html.Button("锁定", type="submit", className="plain-button"),
        className="narrow",
    )


def _line(id: str, name_: str, example: str, value: str = "") -> dcc.Input:
    """A line of text that must be filled in."""
    return dcc.Input(
        id=id, name=name_, required=True, maxLength=_REASON, placeholder=example, value=value, autoComplete="off"
    )
