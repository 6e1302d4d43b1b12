"""The Chinese views of a generation, for people who write SQL in Chinese: the same rows with Chinese names beside."""

from __future__ import annotations

from sqlalchemy import Connection

_NATURE = "CASE v.nature WHEN 'single' THEN '本期' WHEN 'ytd' THEN '累计' WHEN 'stock' THEN '期末' ELSE '全年' END"
_MEASURE = (
    "CASE v.measure WHEN 'level' THEN '本期数' WHEN 'level_previous_year' THEN '上年同期数' "
    "WHEN 'growth_yoy' THEN '同比增长' ELSE '计划数' END"
)
_ORIGIN = (
    "CASE v.origin WHEN 'published' THEN '公开发布' WHEN 'returned' THEN '部门报送' "
    "WHEN 'simulated' THEN '模拟数据' END AS 来源性质"
)
_NAMES = (
    "LEFT JOIN indicator i ON i.code = v.indicator LEFT JOIN area a ON a.code = v.area "
    "LEFT JOIN department d ON d.code = v.department LEFT JOIN scope s ON s.code = v.scope"
)
_OBSERVED = (
    "i.name AS 指标, a.name AS 地区, v.period AS 报告期, v.period_end AS 期末日, "
    f"{_NATURE} AS 性质, {_MEASURE} AS 计量内容, v.canonical_value AS 数值, v.canonical_unit AS 单位, "
    f"v.price_basis AS 价格口径, s.name AS 口径, d.name AS 填报单位, {_ORIGIN}, "
    "v.source AS 来源文件, "
    "v.status AS 观测状态, v.submission AS 报送编号, v.sheet AS 工作表, v.cell AS 单元格, "
    "v.recorded_at + INTERVAL 8 HOUR AS 知晓时间, v.revision_reason AS 修订原因"
)

VIEWS: dict[str, tuple[str, str]] = {
    "最新值": ("每个观测的现行值（时间为北京时间）", f"SELECT {_OBSERVED} FROM observation_current v {_NAMES}"),
    "历史版本": (
        "每个观测的全部版本（时间为北京时间；取代时间为空即现行）",
        f"SELECT {_OBSERVED}, v.superseded_at + INTERVAL 8 HOUR AS 取代时间 FROM observation_version v {_NAMES}",
    ),
    "目标达成": (
        "每个目标的判定",
        "SELECT t.name AS 目标, i.name AS 指标, a.name AS 地区, v.status_label AS 判定, v.sentence AS 说明, "
        "v.latest_period AS 最新报告期, v.latest_value AS 最新数值, v.target_value AS 目标值, v.unit AS 单位, "
        "v.due_on AS 到期日, v.progress_share * 100 AS 完成进度百分比, v.elapsed_share * 100 AS 时间进度百分比, "
        "v.lead_pp AS 超前百分点, v.used_share * 100 AS 上限已用百分比, "
        "CASE v.target_status WHEN 'official' THEN '正式目标' WHEN 'adopted' THEN '本局采用' ELSE '示例目标' END "
        "AS 目标性质, "
        f"{_ORIGIN}, v.method AS 判定规则 FROM attainment v "
        "LEFT JOIN target t ON t.code = v.target AND t.version = v.target_version "
        "LEFT JOIN indicator i ON i.code = v.indicator LEFT JOIN area a ON a.code = v.area",
    ),
    "同比": (
        "派生的同比增速与增减；不能计算的写明原因",
        "SELECT i.name AS 指标, a.name AS 地区, v.period AS 报告期, v.kind AS 类别, v.value AS 数值, v.unit AS 单位, "
        f"v.reason AS 不能计算的原因, {_ORIGIN}, d.name AS 填报单位, s.name AS 口径, "
        f"v.price_basis AS 价格口径 FROM growth v {_NAMES} WHERE v.kind LIKE 'yoy%' OR v.kind = 'difference'",
    ),
    "报送情况": (
        "已发布的报送（时间为北京时间）",
        "SELECT v.id AS 报送编号, f.name AS 报表, v.period AS 报告期, d.name AS 填报单位, v.file_name AS 文件, "
        "v.submitted_by AS 提交人, v.submitted_at + INTERVAL 8 HOUR AS 提交时间, v.approved_by AS 审核人, "
        "v.approved_at + INTERVAL 8 HOUR AS 审核时间, v.due_on AS 报送期限, v.on_time AS 按时, "
        "v.observations AS 观测数, "
        f"v.generation AS 发布代号, {_ORIGIN} FROM submission v "
        "LEFT JOIN form f ON f.code = v.form LEFT JOIN department d ON d.code = v.department",
    ),
    "任务督查": (
        "每项任务的状态、灯号与存疑；只完成在纸上的：WHERE 存疑",
        "SELECT p.title AS 工作要点, t.number AS 序号, t.chapter_title AS 章, t.code AS 任务编号, t.title AS 任务, "
        "coalesce(d.name, t.lead) AS 牵头单位, t.responsible AS 责任单位代码, t.due_on AS 完成时限, "
        "t.state_label AS 状态, l.word AS 灯号, l.because AS 理由, t.progress AS 完成进度百分比, l.doubt AS 存疑, "
        "l.doubt_text AS 存疑理由, l.said AS 任务一方的话, t.reminders_open AS 未回应催办, "
        "t.last_on AS 最近办理日期, t.example AS 示例, l.as_of AS 截至 FROM task t "
        "LEFT JOIN task_light l ON l.task = t.code LEFT JOIN programme p ON p.code = t.programme "
        "LEFT JOIN department d ON d.code = t.lead",
    ),
    "任务考核": (
        "牵头单位每季考核的各组成部分与得分",
        "SELECT d.name AS 单位, v.period AS 季度, v.tasks AS 牵头任务, v.reports_asked AS 应报, "
        "v.reports_made AS 已报, v.reports_on_time AS 按时, v.tasks_due AS 到期任务, v.tasks_verified AS 已核查, "
        "v.missed_in_a_row AS 连续漏报, v.silent_days AS 无音信天数, v.doubts_open AS 存疑, "
        "v.revision_size AS 修订幅度百分比, v.timeliness AS 按时率, v.completeness AS 完整率, v.verified AS 核查率, "
        "v.silence AS 不失联, v.doubts AS 存疑少, v.revisions AS 修订小, v.weights AS 权重, v.left_out AS 未计入, "
        "v.score AS 得分 FROM assessment v LEFT JOIN department d ON d.code = v.department",
    ),
}


def create_views(conn: Connection) -> None:
    """Make the Chinese views, each with its comment."""
    for name, (about, select) in VIEWS.items():
        conn.exec_driver_sql(f'CREATE OR REPLACE VIEW "{name}" AS {select}')
        conn.exec_driver_sql(f"COMMENT ON VIEW \"{name}\" IS '{about}'")
