"""The schema of record of a generation: every table and column that analysts see, with its Chinese comment.

One MetaData serves DuckDB, DuckLake and PostgreSQL. There are no keys or indexes on the big tables (measured:
five times the load time, nine times the size, no faster); keys are proved by gates before a generation is published.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Boolean, Column, Date, DateTime, Integer, MetaData, Numeric, String, Table
from sqlalchemy.types import TypeEngine

metadata = MetaData()

VALUE = Numeric(28, 10)  # 18 digits before the point, one yuan in 亿元 after it


Kind = type[TypeEngine[Any]] | TypeEngine[Any]


def _table(table_name: str, about: str, /, **columns: tuple[Kind, str]) -> Table:
    made: list[Column[Any]] = [Column(n, kind, comment=text) for n, (kind, text) in columns.items()]
    return Table(table_name, metadata, *made, comment=about)


_OBSERVATION: dict[str, tuple[Kind, str]] = {
    "indicator": (String, "指标代码"),
    "area": (String, "地区代码"),
    "department": (String, "填报单位代码"),
    "form": (String, "报表代码"),
    "edition": (String, "报表版本"),
    "period": (String, "报告期，如 2026Q3、2021H1、2014"),
    "period_start": (Date, "数值所覆盖的首日"),
    "period_end": (Date, "数值所覆盖的末日"),
    "nature": (String, "数值性质：single 本期、ytd 累计、stock 期末、annual 全年"),
    "measure": (String, "计量内容：level 本期数、level_previous_year 上年同期数、growth_yoy 同比增长、plan 计划数"),
    "price_basis": (String, "价格口径：现价、不变价（基年）、可比价；与价格无关为空"),
    "scope": (String, "口径代码：不同口径不是同一序列"),
    "value": (VALUE, "报送的数值，空为缺，不是零"),
    "raw_text": (String, "单元格原文"),
    "unit": (String, "报送的计量单位"),
    "canonical_value": (VALUE, "换算为指标计量单位后的数值（系数精确）"),
    "canonical_unit": (String, "指标计量单位"),
    "decimals": (Integer, "小数位数"),
    "status": (String, "观测状态（SDMX OBS_STATUS）"),
    "conf_status": (String, "保密状态（SDMX CONF_STATUS）"),
    "comment": (String, "说明"),
    "origin": (String, "来源性质：published 公开发布、returned 部门报送、simulated 模拟数据"),
    "source": (String, "来源文件代码"),
    "grade": (String, "来源等级：A、B、C"),
    "file_hash": (String, "原始工作簿 SHA-256"),
    "sheet": (String, "原始工作表"),
    "cell": (String, "原始单元格"),
    "respondent": (String, "填表人"),
    "submission": (String, "报送编号"),
    "approver": (String, "审核人"),
    "recorded_at": (DateTime, "自何时起为人所知（UTC）"),
}

observation_version = _table(
    "observation_version",
    "全部观测的全部版本，只增不改；某日所知：recorded_at <= d 且 (superseded_at 为空或 > d)",
    **_OBSERVATION,
    superseded_at=(DateTime, "何时被新版本取代（UTC），空为现行"),
    revision_reason=(String, "修订原因"),
)
observation_current = _table(
    "observation_current",
    "现行观测：每个观测的最新版本",
    **_OBSERVATION,
    revision_reason=(String, "修订原因"),
)

theme = _table(
    "theme",
    "主题",
    code=(String, "代码"),
    name=(String, "名称"),
    name_en=(String, "英文名称"),
    order_no=(Integer, "次序"),
)
indicator = _table(
    "indicator",
    "指标目录",
    code=(String, "指标代码"),
    name=(String, "名称"),
    name_en=(String, "英文名称"),
    theme=(String, "主题代码"),
    definition=(String, "指标解释"),
    unit=(String, "计量单位"),
    decimals=(Integer, "小数位数"),
    nature=(String, "性质：single、ytd、stock、rate、index"),
    direction=(String, "方向：up 越高越好、down 越低越好、none 无方向"),
    price_basis=(String, "价格口径"),
    scope=(String, "默认口径代码"),
    department=(String, "主管部门代码"),
    source=(String, "来源文件代码"),
    core_group=(String, "核心组：gdp、revenue、industry、population、land"),
    part_of=(String, "所属总计指标代码"),
    natural_min=(VALUE, "自然下限，空为无"),
    natural_max=(VALUE, "自然上限，空为无"),
    note=(String, "备注"),
)
area = _table(
    "area",
    "地区",
    code=(String, "地区代码"),
    name=(String, "名称"),
    name_en=(String, "英文名称"),
    kind=(String, "类别"),
    parent=(String, "上级地区代码"),
    official_code=(Boolean, "是否法定代码"),
    additive=(Boolean, "是否可加总到上级"),
    roles=(String, "长吉图中的角色：腹地、前沿、窗口"),
    note=(String, "备注"),
)
department = _table(
    "department",
    "填报单位",
    code=(String, "单位代码"),
    name=(String, "名称"),
    name_en=(String, "英文名称"),
    short=(String, "简称"),
)
scope = _table("scope", "口径", code=(String, "口径代码"), name=(String, "名称"), definition=(String, "定义"))
source = _table(
    "source",
    "来源文件",
    code=(String, "来源代码"),
    title=(String, "标题"),
    number=(String, "文号"),
    issuer=(String, "发布单位"),
    published_on=(Date, "发布日期，查不到为空"),
    known_from=(Date, "自何日起计为已知"),
    known_precision=(String, "日期精度：day、month、year、assumed 推定"),
    grade=(String, "等级 A、B、C"),
    note=(String, "备注"),
)
form = _table(
    "form",
    "报表",
    code=(String, "报表代码"),
    name=(String, "名称"),
    table_number=(String, "表号"),
    edition=(String, "现行版本"),
    frequency=(String, "报告频率"),
    departments=(String, "填报单位代码，逗号分隔"),
    due_days=(Integer, "报送期限：期后天数"),
)
target = _table(
    "target",
    "目标（含每一版）",
    code=(String, "目标代码"),
    version=(Integer, "版本"),
    name=(String, "名称"),
    indicator=(String, "指标代码"),
    area=(String, "地区代码"),
    scope=(String, "口径代码"),
    kind=(String, "类型"),
    value=(VALUE, "目标值"),
    growth=(VALUE, "目标增速，%"),
    unit=(String, "计量单位"),
    base_on=(Date, "基期"),
    base_value=(VALUE, "基期值"),
    start_on=(Date, "累计起始日"),
    due_on=(Date, "到期日"),
    binding=(Boolean, "约束性"),
    path=(String, "路径"),
    status=(String, "official 正式目标、adopted 本局采用、example 示例目标"),
    source=(String, "来源文件代码"),
    clause=(String, "条款"),
    grade=(String, "来源等级"),
    text=(String, "原文"),
    effective_from=(Date, "生效日"),
    effective_to=(Date, "失效日"),
)
goal = _table(
    "goal",
    "2020、2030 年定性目标",
    code=(String, "代码"),
    year=(Integer, "年份"),
    text=(String, "原文"),
    source=(String, "来源文件代码"),
    clause=(String, "条款"),
    indicators=(String, "支撑指标代码，逗号分隔"),
)
scope_break = _table(
    "scope_break",
    "口径调整：不经衔接不得跨越计算",
    code=(String, "代码"),
    indicator=(String, "指标代码"),
    area=(String, "地区代码"),
    on_date=(Date, "调整日"),
    reason=(String, "原因：census 普查、boundary 区划、definition 定义、method 方法"),
    from_scope=(String, "调整前口径"),
    to_scope=(String, "调整后口径"),
    text=(String, "说明"),
    source=(String, "来源文件代码"),
    link_factor=(VALUE, "衔接系数，空为不衔接"),
    link_overlap=(String, "衔接重叠期"),
    link_author=(String, "衔接人"),
)

attainment = _table(
    "attainment",
    "目标达成：每个目标的判定与全部组成",
    target=(String, "目标代码"),
    target_version=(Integer, "目标版本"),
    indicator=(String, "指标代码"),
    area=(String, "地区代码"),
    scope=(String, "口径代码"),
    kind=(String, "目标类型"),
    target_status=(String, "official 正式目标、adopted 本局采用、example 示例目标"),
    origin=(String, "所用数值的来源性质，取最弱者"),
    as_of=(Date, "判定所据的知晓日"),
    status=(String, "判定代码"),
    status_label=(String, "判定"),
    reason=(String, "机器理由"),
    sentence=(String, "一句话说明"),
    flags=(String, "标记，逗号分隔"),
    method=(String, "判定规则与版本"),
    base_on=(Date, "基期"),
    base_value=(VALUE, "基期值"),
    latest_on=(Date, "最新数值所属期末"),
    latest_period=(String, "最新报告期"),
    latest_value=(VALUE, "最新数值"),
    unit=(String, "计量单位"),
    due_on=(Date, "到期日"),
    target_value=(VALUE, "目标值"),
    path_value=(VALUE, "路径应达值"),
    path_gap=(VALUE, "与路径之差"),
    progress_share=(VALUE, "目标变化完成份额"),
    elapsed_share=(VALUE, "时间进度份额"),
    lead_pp=(VALUE, "超前百分点"),
    lead_years=(VALUE, "超前年数"),
    pace=(VALUE, "近期年均变化"),
    needed_pace=(VALUE, "所需年均变化"),
    effort_multiple=(VALUE, "所需为近期的倍数"),
    projected_value=(VALUE, "按近期推算的到期值"),
    miss_share=(VALUE, "缺口占剩余差距的份额"),
    used_share=(VALUE, "上限已用份额"),
    headroom=(VALUE, "上限余量"),
    burn_index=(VALUE, "用量与时间之比"),
    allowed_pace=(VALUE, "尚可年均用量"),
    exhaustion_on=(Date, "按近期推算的用尽日"),
    warning_step=(VALUE, "已达预警档，%"),
    growth_gap_pp=(VALUE, "增速差，百分点"),
    probability=(VALUE, "达成可能性，5% 一档"),
    second_method=(String, "第二种方法"),
    second_status=(String, "第二种方法的判定"),
    second_value=(VALUE, "第二种方法的数值"),
    methods_disagree=(Boolean, "两种方法是否不一致"),
    inputs=(String, "所用观测"),
    components=(String, "阈值与其余组成，JSON"),
    engine_version=(String, "引擎版本"),
)
growth = _table(
    "growth",
    "派生速度与单季值；与填报的同比分列，从不相互覆盖",
    indicator=(String, "指标代码"),
    area=(String, "地区代码"),
    department=(String, "填报单位代码"),
    scope=(String, "口径代码"),
    price_basis=(String, "价格口径"),
    period=(String, "报告期"),
    period_end=(Date, "期末日"),
    kind=(
        String,
        "single_quarter 单季值、yoy_ytd 累计同比、yoy_single 单季同比、yoy_stock 期末同比、yoy_annual 全年同比、"
        "qoq_single 环比（未季调）、yoy_reported 填报同比、difference 增减量",
    ),
    value=(VALUE, "数值"),
    unit=(String, "计量单位：% 或指标单位"),
    reason=(String, "不能计算的原因，空为已计算"),
    origin=(String, "来源性质"),
)

submission = _table(
    "submission",
    "已发布的报送",
    id=(String, "报送编号"),
    form=(String, "报表代码"),
    edition=(String, "报表版本"),
    period=(String, "报告期"),
    department=(String, "填报单位代码"),
    file_hash=(String, "原始工作簿 SHA-256"),
    file_name=(String, "原始文件名"),
    origin=(String, "来源性质"),
    submitted_by=(String, "提交人"),
    submitted_at=(DateTime, "提交时间（UTC）"),
    approved_by=(String, "审核人"),
    approved_at=(DateTime, "审核时间（UTC）"),
    recorded_at=(DateTime, "知晓时间（UTC）"),
    generation=(Integer, "首次发布于哪一代"),
    observations=(Integer, "观测数"),
    new_versions=(Integer, "其中产生的新版本数"),
    catalogue_digest=(String, "指标目录摘要"),
    due_on=(Date, "报送期限"),
    on_time=(Boolean, "是否按时"),
)
finding = _table(
    "finding",
    "已发布报送的审核发现与说明",
    submission=(String, "报送编号"),
    code=(String, "发现代码"),
    severity=(String, "hard 强制性、soft 核实性、info 提示"),
    state=(String, "failed、not_evaluable"),
    rule=(String, "审核关系代码"),
    rule_version=(String, "审核关系版本"),
    sheet=(String, "工作表"),
    cell=(String, "单元格"),
    message=(String, "发现"),
    explanation=(String, "填报单位说明"),
    explained_by=(String, "说明人"),
)
generation = _table(
    "generation",
    "各代",
    number=(Integer, "代号"),
    built_at=(DateTime, "生成时间（UTC）"),
    recorded_at=(DateTime, "本代最晚知晓时间（UTC）"),
    published_by=(String, "发布人"),
    submissions=(Integer, "本代新并入的报送数"),
    observations=(Integer, "观测版本总数"),
    catalogue_digest=(String, "指标目录摘要"),
    program_version=(String, "程序版本"),
    note=(String, "说明"),
)
