-- Questions that analysts really ask; each must run. One a line.
select * from observation_current limit 10
SELECT indicator, max(period_end) FROM observation_current GROUP BY indicator;
from observation_current select count(*)
from observation_current
values (1, 'a'), (2, 'b')
select 1 union all select 2 except select 1
select distinct on (indicator) indicator, period_end from observation_current order by indicator, period_end desc
select * exclude (raw_text) from observation_current
select * replace (round(value, 1) as value) from observation_current
select columns('(indicator|value)') from observation_current
select o.*, i.name from observation_current o join indicator i on i.code = o.indicator
select * from observation_current o left join area a on a.code = o.area where o.value is not null
select * from observation_current semi join indicator on indicator.code = observation_current.indicator
select * from observation_current anti join indicator on indicator.code = observation_current.indicator
select * from observation_current positional join indicator
select * from observation_current a asof join observation_version b on a.indicator = b.indicator and a.period_end >= b.period_end
select * from observation_current, lateral (select value * 2 as twice) t
with a as (select indicator, sum(value) s from observation_current group by all) select * from a order by s desc
with recursive t(n) as (select 1 union all select n + 1 from t where n < 100) select sum(n) from t
with a as materialized (select 1 x), b as (select x + 1 y from a) select * from a, b
select indicator, value, lag(value) over (partition by indicator order by period_end) from observation_current
select * from observation_current qualify row_number() over (partition by indicator order by period_end desc) = 1
select sum(value) over w from observation_current window w as (partition by area order by period_end rows between 3 preceding and current row)
select rank() over (order by value desc nulls last), ntile(4) over (order by value) from observation_current
select first_value(value ignore nulls) over (order by period_end) from observation_current
select indicator, value / nullif(lag(value, 4) over (partition by indicator order by period_end), 0) - 1 from observation_current
pivot observation_current on nature in ('ytd', 'stock') using sum(value) group by indicator
select * from (pivot observation_current on nature in ('ytd') using max(value) group by indicator)
unpivot (select 1 a, 2 b) on a, b into name n value v
select indicator, area, sum(value) from observation_current group by rollup (indicator, area)
select grouping(indicator), sum(value) from observation_current group by cube (indicator, area)
select sum(value) filter (where nature = 'ytd'), count(distinct area) from observation_current
select list(value order by period_end) from observation_current group by indicator
select list_transform([1, 2, 3], lambda x: x + 1)
select [x * 2 for x in [1, 2, 3] if x > 1]
select {'a': 1, 'b': 'x'}.b, [1, 2, 3][2], map {'k': 1}['k']
select struct_pack(a := 1).a, list_sum([1, 2]), list_value(1, 2)
select unnest([1, 2, 3]), unnest({'a': 1, 'b': 2})
select * from range(10) t(n)
select * from generate_series(date '2020-01-01', date '2020-12-01', interval 1 month)
select date_trunc('quarter', period_end), extract(year from period_end), strftime(period_end, '%Y年%m月') from observation_current
select period_end + interval 1 year, date_diff('day', period_start, period_end), last_day(period_end) from observation_current
select current_date, now()::date
select try_cast('x' as int), cast('1.5' as decimal(10, 2)), '2020-01-01'::date
select coalesce(null, 1), if(true, 1, 2), greatest(1, 2), least(1, 2), nullif(1, 1)
select case nature when 'ytd' then '累计' else nature end as 性质 from observation_current
select * from observation_current where indicator like 'G%' and area in ('CCXQ') and value between 1 and 1e9
select * from observation_current where (indicator, area) in (select indicator, area from observation_version)
select * from observation_current o where exists (select 1 from observation_version v where v.indicator = o.indicator)
select regexp_extract(period, '(\d{4})', 1), split_part(period, 'Q', 2), upper(indicator) || '-' || area from observation_current
select name from indicator order by name collate zh
select median(value), quantile_cont(value, 0.9), stddev(value), regr_slope(value, 1) from observation_current
select arg_max(indicator, value), any_value(area), mode(nature) from observation_current
select json_extract_string('{"a": "b"}', '$.a'), '{"a": 1}'->'a', '{"a": 1}'->>'a'
select * from information_schema.tables
select table_name, column_name, data_type from information_schema.columns
select * from observation_current order by all limit 5 offset 2
select not true, value is null, value is distinct from 1, value != 2, value % 2, value // 2, value ** 2 from observation_current
select * from observation_version where recorded_at <= timestamp '2021-08-10' and (superseded_at is null or superseded_at > timestamp '2021-08-10')
select $p::int + 1 as 参数
select * from observation_current using sample reservoir(2 rows) repeatable (42)
select * from observation_current tablesample bernoulli(50%) repeatable (7)
with 各期 as (select period, sum(value) as 合计 from observation_current where nature = 'ytd' group by period), 加前期 as (select *, lag(合计) over (order by period) as 上期 from 各期) select *, (合计 - 上期) / nullif(上期, 0) as 环比 from 加前期
select indicator, list_reduce(list(value order by period_end), lambda a, b: a + b) from observation_current where value is not null group by indicator
select * from observation_current order by period_end desc nulls last, value fetch first 5 rows only
select period, sum(value) filter (nature = 'ytd') as 累计, sum(value) filter (nature = 'stock') as 期末 from observation_current group by period having count(*) > 0
select o.indicator, t.code, o.value - t.value as 差 from observation_current o join target t using (indicator, area, scope) where o.period_end <= t.due_on
select indicator, period, value, avg(value) over (partition by indicator order by period_end range between interval 1 year preceding and current row) from observation_current
select indicator, max_by(value, period_end) as 最新, min_by(value, period_end) as 最早 from observation_current group by all
from observation_current o, lateral (select max(recorded_at) as 最近 from observation_version v where v.indicator = o.indicator) m select o.indicator, m.最近
select case when value is null then '缺' when value < 0 then '负' else '非负' end as 类, count(*) from observation_current group by 1 order by 2 desc
select columns(c -> c like '%value%') from observation_current
select columns(* exclude (raw_text)) from observation_current
select indicator, histogram(nature), approx_quantile(value, 0.5) from observation_current group by indicator
with recursive 年(y) as (select 2016 union all select y + 1 from 年 where y < 2030) select 年.y, t.code from 年 left join target t on year(t.due_on) = 年.y
unpivot (select period, value, canonical_value from observation_current) on value, canonical_value into name 列 value 数
pivot (select period, nature, value from observation_current) on nature in ('ytd', 'single') using sum(value) as 数, count(*) as 个 group by period order by period
select format('{:,.2f}', 1234.5), printf('%d 期', 3), regexp_replace(period, 'Q', '年第'), strftime(date '2026-09-30', '%-m月') from observation_current
select (select max(value) from observation_current) - value as 距最大, value / sum(value) over () as 占比 from observation_current
select indicator, array_agg(struct_pack(期 := period, 数 := value) order by period_end)[-1].数 from observation_current group by indicator
select period from observation_current where indicator in (from indicator select code) intersect select period from observation_version
select greatest(value, 0)::decimal(18, 2) as 数, try_cast(raw_text as decimal(18, 4)) as 原文 from observation_current where raw_text similar to '[0-9.]+'
select date '2026-09-30' - interval 3 month as 前, date_diff('quarter', date '2020-01-01', date '2026-09-30') as 季数, make_date(2030, 12, 31)
select string_agg(distinct area, '、' order by area) from observation_current
