"""Questions that leaders ask, written out in SQL to begin with; a test runs each of them."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Example:
    """A question in words and in SQL, with the day it is asked as of and values for its parameters."""

    title: str
    sql: str
    as_of: str = ""
    params: dict[str, str] = field(default_factory=dict)


_ORIGIN = (
    "CASE o.origin WHEN 'simulated' THEN '模拟数据' WHEN 'returned' THEN '部门报送' ELSE '公开发布' END AS 来源性质"
)
EXAMPLES = (
    Example(
        "建设用地每季还剩多少余量",
        f"""-- 从起始日累计的新增建设用地，对照累计上限
SELECT o.period AS 报告期,
       o.canonical_value AS 本季新增,
       sum(o.canonical_value) OVER 到本季 AS 累计,
       t.value - sum(o.canonical_value) OVER 到本季 AS 余量,
       o.canonical_unit AS 单位,
       {_ORIGIN}
FROM observation_current o
JOIN target t ON t.indicator = o.indicator AND t.area = o.area AND t.scope = o.scope
WHERE t.code = $目标 AND o.nature = 'single' AND o.measure = 'level' AND o.period_end >= t.start_on
WINDOW 到本季 AS (ORDER BY o.period_end)
ORDER BY o.period_end DESC""",
        params={"目标": "EX-LAND-2030"},
    ),
    Example(
        "各部门修订了多少",
        """-- 每个被取代的版本，与取代它的版本相比
SELECT d.name AS 单位,
       count(*) AS 修订数,
       count(DISTINCT v.indicator) AS 涉及指标,
       count(DISTINCT v.period) AS 涉及报告期,
       round(median(abs(n.canonical_value / nullif(v.canonical_value, 0) - 1) * 100), 2) AS 幅度中位数_百分比
FROM observation_version v
JOIN observation_version n
  ON (n.indicator, n.area, n.department, n.form, n.period, n.nature, n.measure, n.price_basis, n.scope)
   = (v.indicator, v.area, v.department, v.form, v.period, v.nature, v.measure, v.price_basis, v.scope)
 AND n.recorded_at = v.superseded_at
JOIN department d ON d.code = v.department
GROUP BY d.name
ORDER BY 修订数 DESC""",
    ),
    Example(
        "增速对目标，近八个季度",
        f"""-- 填报的累计同比，减去目标增速
SELECT t.name AS 目标, o.period AS 报告期, o.canonical_value AS 填报同比, t.growth AS 目标增速,
       o.canonical_value - t.growth AS 相差百分点, o.price_basis AS 价格口径,
       {_ORIGIN}
FROM target t
JOIN observation_current o ON o.indicator = t.indicator AND o.area = t.area AND o.scope = t.scope
WHERE t.growth IS NOT NULL AND o.measure = 'growth_yoy' AND o.nature = 'ytd'
QUALIFY row_number() OVER (PARTITION BY t.code ORDER BY o.period_end DESC) <= 8
ORDER BY t.name, o.period_end DESC""",
    ),
    Example(
        "当日所知：2021 年上半年地区生产总值",
        """-- 8 月 10 日还只有增速，8 月 16 日公布 441.2 亿元；改上面的“截至”看别的日子
SELECT i.name AS 指标, o.period AS 报告期, o.measure AS 计量内容, o.canonical_value AS 数值,
       o.canonical_unit AS 单位, o.source AS 来源文件, o.recorded_at AS 自何时所知_UTC
FROM observation_current o JOIN indicator i ON i.code = o.indicator
WHERE o.indicator = $指标 AND o.area = 'CCXQ' AND o.period = $报告期""",
        as_of="2021-08-10",
        params={"指标": "GDP", "报告期": "2021H1"},
    ),
    Example(
        "存疑：核实性问题和部门的说明",
        """-- 已发布的报送里，审核有疑问的地方
SELECT s.period AS 报告期, d.short AS 单位, f.code AS 发现, f.sheet || '!' || f.cell AS 位置, f.message AS 内容,
       coalesce(nullif(f.explanation, ''), '（没有说明）') AS 部门说明
FROM finding f
JOIN submission s ON s.id = f.submission
JOIN department d ON d.code = s.department
WHERE f.severity = 'soft'
ORDER BY s.period DESC, d.short, f.cell""",
    ),
)
