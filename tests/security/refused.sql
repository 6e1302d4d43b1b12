-- Statements that must never run, one a line. A line starting with -- is a heading.
-- files
select * from read_csv('/etc/passwd')
select * from read_csv_auto('x.csv')
select * from read_text('/etc/passwd')
select * from read_blob('/etc/passwd')
select * from read_json('x.json')
select * from read_json_auto('x.json')
select * from read_ndjson('x.json')
select * from read_ndjson_objects('x.json')
select * from read_json_objects('x.json')
select * from read_parquet('x.parquet')
select * from parquet_scan('x.parquet')
select * from parquet_metadata('x.parquet')
select * from parquet_schema('x.parquet')
select * from parquet_file_metadata('x.parquet')
select * from parquet_kv_metadata('x.parquet')
select * from parquet_bloom_probe('x.parquet', 'a', 1)
select * from read_duckdb('x.duckdb')
select * from sniff_csv('x.csv')
select * from glob('*')
select * from glob('/etc/*')
select * from '/etc/passwd'
select * from 'x.csv'
select * from "x.parquet"
select * from '~/.bashrc'
select * from 'https://example.org/x.csv'
select * from 's3://bucket/x.parquet'
from 'x.csv'
with "x.csv" as (select 1) select * from "x.csv"
select (select count(*) from 'x.csv')
select * from observation_current where value in (select 1 from read_text('x'))
select * from observation_current a left join read_csv('x') b on true
select exists(from read_blob('/etc/passwd'))
select 1 union all select * from read_text('x')
with a as materialized (select * from read_text('x')) select * from a
select * from (values (1)) v, lateral (select * from glob('*')) g
pivot read_csv('x') on a in (1) using sum(b)
copy observation_current to '/tmp/x.csv'
copy (select 1) to '/tmp/x.parquet' (format parquet)
copy observation_current from 'x.csv'
export database '/tmp/x'
import database '/tmp/x'
-- network and extensions
install httpfs
load httpfs
install spatial from community
force install json
update extensions
-- databases
attach 'x.duckdb'
attach ':memory:' as m
attach 'x.sqlite' (type sqlite)
attach if not exists 'x' as y (read_only)
detach observation
use other
create database x
select * from other.main.observation_current
select * from temp.main.t
select * from system.main.duckdb_tables
select * from pg_catalog.pg_tables
select * from sqlite_master
select * from sqlite_schema
select * from duckdb_tables
select * from information_schema.schemata
select * from information_schema.referential_constraints
select * from observation_current at (version => 1)
select * from observation_current at (timestamp => now())
-- change
insert into observation_current values (1)
insert or replace into observation_current values (1)
update observation_current set value = 0
delete from observation_current
truncate observation_current
merge into observation_current using indicator on true when matched then delete
drop table observation_current
drop view if exists 最新值
alter table observation_current add column x int
create table x as select 1
create or replace view observation_current as select 1
create temp view observation_current as select 1
create temp table t (a int)
create macro f(a) as a
create function f(a) as a
create schema s
create sequence s
create type t as enum ('a')
create index i on observation_current(value)
create secret s (type s3)
comment on table observation_current is 'x'
with x as (delete from observation_current returning *) select * from x
with x as (insert into indicator values (1) returning *) select * from x
begin
commit
rollback
checkpoint
force checkpoint
vacuum
analyze
-- settings and state
set threads = 64
set memory_limit = '100GB'
set global enable_external_access = true
set enable_external_access = true
set lock_configuration = false
reset memory_limit
set variable a = 1
reset variable a
pragma version
pragma database_list
pragma show_tables
pragma enable_profiling
pragma import_database('x')
call pragma_version()
call duckdb_settings()
call enable_logging()
call force_checkpoint()
explain select 1
explain analyze select 1
show tables
show all tables
show databases
describe observation_current
summarize observation_current
select * from (describe observation_current)
select * from (show tables)
select * from (summarize observation_current)
prepare p as select 1
execute p
deallocate p
load 'x.duckdb_extension'
select * from duckdb_settings()
select * from duckdb_secrets()
select * from duckdb_extensions()
select * from duckdb_databases()
select * from duckdb_functions()
select * from duckdb_logs()
select * from duckdb_logs_parsed('x')
select * from duckdb_memory()
select * from duckdb_temporary_files()
select * from duckdb_variables()
select * from duckdb_external_file_cache()
select * from which_secret('s3://x', 's3')
select * from enable_logging(storage = 'file')
select * from disable_logging()
select * from truncate_duckdb_logs()
select * from enable_profiling()
select * from checkpoint()
select * from force_checkpoint()
select * from pragma_storage_info('observation_current')
select * from pragma_table_info('observation_current')
select * from pragma_database_size()
select * from pragma_user_agent()
select * from pragma_platform()
select * from seq_scan('observation_current')
select * from arrow_scan(1, 2, 3)
select * from arrow_scan_dumb(1, 2, 3)
select * from pandas_scan(1)
select * from python_map_function(1)
select * from test_all_types()
select * from test_vector_types(null::int)
select * from summary(observation_current)
select * from nobody_reviewed_this()
select current_setting('memory_limit')
select getenv('HOME')
select getvariable('a')
select write_log('x')
select parse_duckdb_log_message('x', 'y')
select nextval('s')
select currval('s')
select txid_current()
select current_query()
select current_database()
select current_schemas(true)
select version()
select pg_sleep(10)
select sleep_ms(10000)
select random()
select uuid()
select gen_random_uuid()
select inet_server_addr()
select pg_conf_load_time()
select has_table_privilege('x', 'y')
select stats(value) from observation_current
select list_transform([1], x -> getenv('HOME'))
select list_transform(['a'], lambda x: current_setting(x))
select sum(value) filter (where getenv('X') = 'a') from observation_current
select sum(value) over (order by current_setting('threads')) from observation_current
select case when true then write_log('x') end
select 1 order by sleep_ms(5)
select 1 limit (select count(*) from read_text('x'))
select 1 group by current_setting('threads')
select value from observation_current qualify getenv('A') = 'b'
-- SQL in text
select * from query('select 1')
select * from query_table('observation_current')
select * from json_execute_serialized_sql('{}')
select json_serialize_sql('select 1')
select json_deserialize_sql('{}')
select json_serialize_plan('select 1')
pragma json_execute_serialized_sql('{}')
-- several, none, nonsense
select 1; select 2
select 1; drop table observation_current
;;
selec 1
select * from
select ((((
'; drop table x; --
pivot observation_current on nature using sum(value)
select main.read_text('x')
select system.main.getenv('HOME')
select * from main.read_text('x')
-- other ways to write a call
select "getenv"('HOME')
select "current_setting"('memory_limit')
select * from "read_text"('/etc/passwd')
select * from "READ_csv"('/etc/passwd')
select 'HOME'.getenv()
select ('/etc/passwd').read_text()
select 'memory_limit'.current_setting()
select list_transform(['HOME'], lambda e: e.getenv())
select [x.getenv() for x in ['HOME']]
select list_reduce(['a','HOME'], lambda a, b: getenv(b))
select list_filter(['HOME'], lambda x: getenv(x) is not null)
select apply(['HOME'], x -> "getenv"(x))
-- other ways to name a file
from '/etc/passwd'
from "/etc/passwd"
FROM 'data.parquet' SELECT *
from 'glob*.csv' limit 1
select * from '/proc/self/environ'
select * from "/proc/self/maps"
select * from main."/etc/passwd"
select * from "file:///etc/passwd"
select * from "/etc/passwd.csv" t
select * from observation_current natural join '/etc/passwd.csv'
table '/etc/passwd.csv'
table "/etc/passwd.csv"
select (from '/etc/passwd.csv')
with recursive t as (from '/x.csv' union all select * from t) from t
with observation_current as (from '/etc/passwd.csv') from observation_current
select array(from 'x.csv')
select * from (values ('a')) t(f), '/etc/passwd.csv'
select * from read_csv(['/etc/passwd'])
select * from read_text(getenv('HOME') || '/.ssh/id_rsa')
select * from parquet_metadata(['x'])
select * from parquet_full_metadata('x')
select * from read_json_objects_auto('x')
select * from read_ndjson_auto('x')
select * from sniff_csv('/etc/passwd', sample_size = 1)
from glob('/**')
from read_blob('/proc/self/environ')
from query('from ''/etc/passwd''')
from query_table(['observation_current'])
from query_table('/etc/passwd')
from seq_scan('g000001')
pivot '/etc/passwd.csv' on a in (1)
unpivot '/etc/passwd.csv' on a into name n value v
pivot (from read_text('x')) on a in ('b') using count(*)
-- catalogues and what the engine knows of itself
select * from g000001.main.observation_current
select * from memory.main.x
select * from system.information_schema.tables
select * from information_schema.views
select * from information_schema.character_sets
select * from information_schema.key_column_usage
select * from information_schema.table_constraints
select * from "information_schema"."schemata"
select * from pg_catalog.pg_class
select * from pg_class
select * from pg_views
select * from pg_settings
select * from pg_catalog.pg_settings
select * from pg_database
select * from pg_proc
select * from duckdb_columns
select * from duckdb_constraints
select * from duckdb_databases
select * from duckdb_views
select * from duckdb_logs
select * from duckdb_schemas
select * from duckdb_types
select * from duckdb_indexes
select * from pragma_database_list
select * from "pragma_version"()
select * from pragma_metadata_info('g000001')
select * from pragma_show('observation_current')
select * from pragma_collations()
select * from duckdb_secret_types()
select * from duckdb_connection_count()
select * from duckdb_table_sample('observation_current')
select * from duckdb_prepared_statements()
select * from duckdb_optimizers()
select * from duckdb_profiling_settings()
select * from duckdb_approx_database_count()
select * from pg_timezone_names()
select * from icu_calendar_names()
select current_user
select user
select session_user
select current_role
select current_catalog
select current_schema
select current_schema()
select current_query_id()
select current_connection_id()
select get_block_size('g000001')
select pg_get_viewdef('最新值'::regclass)
select obj_description(1)
select pg_typeof(1)
select vector_type(value) from observation_current
select constant_or_null(1, 2)
select icu_sort_key('a', 'zh')
select create_sort_key(1, 'asc')
select error('x')
select setseed(0.5)
select uuidv4()
select uuidv7()
select shuffle([1,2])
select list_shuffle([1,2])
-- SHOW, DESCRIBE, EXPLAIN in other clothes
desc observation_current
describe select 1
describe table observation_current
summarize select 1
summarize table observation_current
show create table observation_current
show observation_current
show variables
from (show databases)
from (summarize select 1)
from (describe select 1)
with a as (describe observation_current) from a
with a as (show tables) select * from a
select * from (show all tables) t
explain (format json) select 1
explain (analyze, format html) select 1
EXPLAIN ANALYZE select * from range(10)
-- several statements, comments between, and changes hidden in a SELECT
prepare v as select $1
execute v(1)
execute immediate 'select 1'
call range(10)
call glob('*')
call pragma_database_list()
select 1;select 2;
select 1;/* */ select 2
select 1; ;select 2
select 1 /* ; */ ; copy (select 1) to '/tmp/x'
copy/**/(select 1)/**/to/**/'/tmp/x.csv'
/* select */ copy (select 1) to '/tmp/x'
select 1; attach '/tmp/x.db'
attach or replace '/tmp/x.db' as y
copy from database a to b
with a as (copy (select 1) to '/tmp/x') select * from a
with a as (select 1) insert into indicator select * from a
with a as (update indicator set code = 'x' returning *) from a
with a as (merge into indicator using indicator b on true when matched then delete returning *) from a
with recursive a as (delete from indicator returning *) from a
insert into indicator (from indicator) returning *
create or replace temp table observation_current as from observation_current
create temp macro sum(x) as 42
create or replace function main.sum(x) as 42
drop function if exists sum
alter view 最新值 rename to x
comment on column indicator.code is 'x'
set schema = 'temp'
set search_path = 'temp'
set file_search_path = '/'
set variable x = (from read_text('/etc/passwd'))
pragma disable_verification
pragma enable_object_cache
pragma memory_limit='100GB'
pragma table_info('observation_current')
reset all
set session threads = 8
set timezone = 'Asia/Shanghai'
load icu
install icu from '/tmp'
use memory
drop secret x
create persistent secret s (type s3, key_id 'x')
export database '/tmp/x' (format parquet)
begin transaction read only
start transaction
abort
select * from observation_current for update
select * into x from observation_current
lock table observation_current
grant all on observation_current to public
vacuum observation_current
-- a refused call in every place where an expression may stand
select system.getenv('HOME')
select pg_catalog.version()
select information_schema.getenv('x')
select system.main.count(*)
select main.getenv('HOME')
select pg_catalog.current_setting('threads')
select operator(pg_catalog.+)(1, 2)
select * from system.main.range(10)
select * from main.glob('*')
select columns(lambda c: getenv(c) is null) from observation_current
select * replace (getenv('HOME') as value) from observation_current
select * rename (value as v) from read_text('x')
select struct_pack(a := getenv('HOME'))
select {'a': getenv('HOME')}
select [getenv('HOME')]
select map {'a': getenv('HOME')}
select try(getenv('HOME'))
select coalesce(null, getenv('HOME'))
select case getenv('HOME') when 'x' then 1 end
select 1 where getenv('HOME') between 'a' and 'z'
select 1 having getenv('HOME') = 'x'
select count(*) over (partition by getenv('HOME'))
select sum(1) over (order by 1 rows between getenv('X')::int preceding and current row)
select first_value(getenv('HOME')) over ()
select string_agg('a', getenv('HOME'))
select string_agg('a' order by getenv('HOME'))
select distinct on (getenv('HOME')) 1
select 1 limit getenv('X')::int
select 1 offset length(getenv('X'))
select 1 limit length(getenv('X')) %
values (getenv('HOME'))
select * from (values (getenv('HOME'))) t
select * from unnest([getenv('HOME')])
select unnest([getenv('HOME')])
select * from range(length(getenv('HOME')))
select * from repeat(getenv('HOME'), 2)
select * from json_each(getenv('HOME'))
select * from observation_current join indicator on getenv('HOME') = code
select * from observation_current join indicator using (code), glob('*')
select * from observation_current where value > all (select length(content) from read_text('x'))
select (select getenv('HOME'))
select exists (select getenv('HOME'))
select 1 in (select getenv('HOME'))
select 1 union select length(getenv('HOME'))
select 1 intersect all select length(getenv('HOME'))
with recursive t(n) as (select 1 union all select n + length(getenv('X')) from t) select * from t
with recursive t(n) using key (n) as (select 1, getenv('X') union select * from t) select * from t
pivot observation_current on nature in ('ytd') using max(getenv('X'))
pivot observation_current on nature in (select unnest(['a'])) using sum(value)
pivot observation_current on getenv('HOME') in ('a') using sum(value)
pivot_wider observation_current on nature using sum(value)
select * from observation_current tablesample 10%
select * from observation_current using sample 10%
select * from observation_current using sample reservoir(50 rows)
select * from observation_current tablesample system(10%)
select * from range(100000) using sample 3
select * from (values(1)) t(a) at (version => 2)
-- the time of day under refused names
select statement_timestamp()
select clock_timestamp()
-- names that are files
with "/etc/passwd" as (select 1) from "/etc/passwd"
with "a.csv" as (select 1) from "a.csv"
with 'x.csv' as (select 1) from 'x.csv'
with "https://x" as (select 1) from "https://x"
with a as (with "b.csv" as (select 1) from "b.csv") from a
select reservoir_quantile(value, 0.5) from observation_current
