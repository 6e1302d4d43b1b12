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
}


def create_views(conn: Connection) -> None:
    """Make the Chinese views, each with its comment."""
    for name, (about, select) in VIEWS.items():
        conn.exec_driver_sql(f'CREATE OR REPLACE VIEW "{name}" AS {select}')
        conn.exec_driver_sql(f"COMMENT ON VIEW \"{name}\" IS '{about}'")
