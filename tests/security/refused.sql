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
