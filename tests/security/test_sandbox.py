"""The SQL sandbox: what must be refused is refused, what is honest runs, and what explodes takes nobody with it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from warehouse.errors import QueryFailed, QueryRefused
from warehouse.sandbox.asof import tables_as_of
from warehouse.sandbox.run import Sandbox
from warehouse.sandbox.statement import examine, reviewed
from warehouse.schema import metadata

HERE = Path(__file__).parent
TABLES = frozenset(metadata.tables) | {"最新值"}


def statements(name: str) -> list[str]:
    lines = (HERE / name).read_text("utf-8").splitlines()
    return [line for line in lines if line.strip() and not line.startswith("--")]


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    path = tmp_path_factory.mktemp("sandbox") / "g000001.duckdb"
    with duckdb.connect(str(path)) as connection:
        for table in metadata.sorted_tables:
            columns = ", ".join(f'"{c.name}" {_kind(str(c.type))}' for c in table.columns)
            connection.execute(f"CREATE TABLE {table.name} ({columns})")
        connection.execute(
            "INSERT INTO observation_current (indicator, area, nature, period, period_start, period_end, value) "
            "SELECT 'GDP', 'CCXQ', 'ytd', '2026Q3', DATE '2026-01-01', DATE '2026-09-30', 1046.3"
        )
    box = Sandbox(path, 1, sorted(metadata.tables))
    yield box
    box.standby.close()


def _kind(kind: str) -> str:
    return "DECIMAL(28,10)" if kind.startswith("NUMERIC") else kind


def test_there_are_enough_of_both() -> None:
    assert len(statements("refused.sql")) >= 150
    assert len(statements("honest.sql")) >= 50


@pytest.mark.parametrize("sql", statements("refused.sql"))
def test_refused(sql: str) -> None:
    with pytest.raises(QueryRefused) as refusal:
        examine(sql, TABLES)
    assert "。" in str(refusal.value) or "：" in str(refusal.value)


def test_honest_questions_run(sandbox: Sandbox) -> None:
    failed = {}
    for sql in statements("honest.sql"):
        try:
            sandbox.ask(sql, params={"p": 1} if "$p" in sql else None)
        except (QueryRefused, QueryFailed) as error:
            failed[sql] = str(error)
    assert failed == {}


def test_every_function_of_this_duckdb_has_been_reviewed() -> None:
    with duckdb.connect() as connection:
        present = connection.execute(
            "SELECT DISTINCT function_type, lower(function_name) FROM duckdb_functions() "
            "WHERE function_type <> 'pragma'"
        ).fetchall()
    known = {
        "call": {name.lower() for names in reviewed("call") for name in names},
        "from": {name.lower() for names in reviewed("from") for name in names},
    }
    unreviewed = {
        name for kind, name in present if name not in known["from" if kind in ("table", "table_macro") else "call"]
    }
    assert unreviewed == set(), "look at each, then add it to warehouse/sandbox/functions.txt"


BOMBS = [
    "with recursive t(n) as (select 1 union all select n + 1 from t) select count(*) from t",
    "select string_agg(repeat('x', 1000000), '') from range(1000000)",
    "select list(a.range) from range(100000) a, range(100000) b",
    "select count(*) from range(10000000) a, range(10000000) b where a.range * b.range = 7",
    "select repeat(repeat('x', 100000), 100000)",
    "select list_sum(range(100000000000))",
    "select count(*) from observation_current group by cube(" + ", ".join(map(str, range(1, 13))) + ")"
    "union all select count(*) from range(100000000) a, range(1000) b where a.range = b.range",
    "pivot observation_current on "
    + ", ".join(f"c{n} in ({', '.join(map(str, range(50)))})" for n in range(50))
    + " using sum(value)",
    "select list_aggregate(list_transform(range(1000000), lambda x: list_sum(range(x))), 'sum')",
    "select * from range(1000000) a order by md5(repeat(a.range::varchar, 10000))",
    "with t as materialized (select repeat('x', 1000) s from range(1000000000)) select count(distinct s) from t",
    "select unnest(generate_series(timestamp '0001-01-01', timestamp '9999-01-01', interval 1 microsecond)) limit 1",
    "select string_split(repeat('a,', 100000000), ',')[1]",
    "select factorial(20)::hugeint, list_reduce(range(100000000), lambda a, b: a + b)",
]


@pytest.mark.parametrize("sql", BOMBS)
def test_a_bomb_ends_in_time_and_the_next_question_is_answered(sandbox: Sandbox, sql: str) -> None:
    began = time.monotonic()
    with pytest.raises(QueryFailed) as failure:
        sandbox.ask(sql, seconds=2)
    assert time.monotonic() - began < 8
    assert "/" not in str(failure.value), "no server path in what the asker reads"
    assert sandbox.ask("select 1 as one").table.to_pylist() == [{"one": 1}]


@pytest.mark.parametrize(
    "text",
    [
        "select 1\x00; drop table indicator",
        "select '\ud800'",
        'select 1 as "\udcff"',
        "select 1\x1b[2J",
        "select " + "(" * 40_000,
        "select 1 from " + ", ".join(f"(select 1 group by cube({', '.join('abcdefghijklmno')}))" for _ in range(200)),
        "select 1 group by rollup(" + ", ".join(f"c{n}" for n in range(14_000)) + ")",
        "select " + "x" * 100_001,
    ],
    ids=["nul", "surrogate", "surrogate name", "escape", "parentheses", "cubes", "rollup", "long"],
)
def test_a_text_that_would_harm_its_reader_is_refused(text: str) -> None:
    """The tree of the cubes would take many gigabytes of whoever parses them."""
    with pytest.raises(QueryRefused, match=r"。|："):
        examine(text, TABLES)


def test_a_sample_must_be_one_that_comes_again(sandbox: Sandbox) -> None:
    with pytest.raises(QueryRefused, match="REPEATABLE"):
        examine("select * from range(100000) using sample 3", TABLES)
    again = "select * from range(100000) using sample reservoir(3 rows) repeatable (42)"
    assert sandbox.ask(again).table.equals(sandbox.ask(again).table)


@pytest.mark.parametrize(
    "word", ["now()", "current_date", "Current_Timestamp", "localtime", "today()", "age(date '2020-01-01')"]
)
def test_an_answer_that_depends_on_the_time_of_day_says_so(sandbox: Sandbox, word: str) -> None:
    assert "当前时间" in sandbox.ask(f"select {word}").stamp
    assert "当前时间" not in sandbox.ask("select age(date '2020-01-01', date '2019-01-01'), 'now()' as \"now\"").stamp


@pytest.mark.parametrize(
    ("given", "said"), [({}, "参数 \\$期 还没有值"), ({"期": "1", "月": "2"}, "没有 \\$月 这个参数")]
)
def test_a_parameter_that_is_not_filled_is_named(sandbox: Sandbox, given: dict[str, str], said: str) -> None:
    with pytest.raises(QueryRefused, match=said):
        sandbox.ask("select $期", params=given)
    assert sandbox.ask("select $P::int + $p::int as n", params={"p": "1"}).table.to_pylist() == [{"n": 2}]


def test_rows_are_capped_and_said_to_be(sandbox: Sandbox) -> None:
    answer = sandbox.ask("select * from range(100)", max_rows=10)
    assert answer.truncated and answer.table.num_rows == 10


def test_columns_of_one_name_stay_apart(sandbox: Sandbox) -> None:
    assert sandbox.ask("select 1 as a, 2 as a, 3 as a_2, 4 as a").table.to_pylist() == [
        {"a": 1, "a_2": 2, "a_2_2": 3, "a_3": 4}
    ]


def test_decimals_stay_exact_and_the_stamp_repeats(sandbox: Sandbox) -> None:
    one, two = (sandbox.ask("select value from observation_current") for _ in range(2))
    assert str(one.table.to_pylist()[0]["value"]) == "1046.3000000000"
    assert one.query_hash == two.query_hash and one.table.equals(two.table)


def test_a_mistake_is_shown_in_place(sandbox: Sandbox) -> None:
    with pytest.raises(QueryFailed, match="nope") as failure:
        sandbox.ask("select '新区' as 地区,\n  nope\nfrom observation_current")
    assert failure.value.place == (2, 3) and "第 2 行第 3 列" in str(failure.value)
    with pytest.raises(QueryRefused, match="第 2 行") as refusal:
        examine("select 1,\nfrom where", TABLES)
    assert refusal.value.place == (2, 6)
    with pytest.raises(QueryFailed, match="1992") as cast:
        sandbox.ask("select date '1992-13-41'")
    assert "{" not in str(cast.value) and str(sandbox.path.parent) not in str(cast.value)


def test_a_question_that_nobody_waits_for_is_stopped(sandbox: Sandbox) -> None:
    began = time.monotonic()
    with pytest.raises(QueryFailed, match="按要求停止"):
        sandbox.ask(BOMBS[0], seconds=30, stopped=lambda: time.monotonic() > began + 0.5)
    assert time.monotonic() - began < 5


def test_a_child_that_waits_answers_one_question_and_another_takes_its_place(sandbox: Sandbox) -> None:
    sandbox.standby.prepare()
    (_, waiting), *_ = sandbox.standby._waiting
    sandbox.standby.prepare()
    assert [child for _, child in sandbox.standby._waiting] == [waiting]
    assert sandbox.ask("select 1 as one").table.to_pylist() == [{"one": 1}]
    assert waiting.poll() is not None and sandbox.standby.take() is None


def test_as_of_a_day_only_tables_that_mean_something_then_are_offered() -> None:
    offered = tables_as_of([*metadata.tables, "目标达成", "最新值"])
    assert {"observation_current", "target", "indicator"} <= set(offered)
    assert not {"attainment", "growth", "submission", "finding", "目标达成"} & set(offered) and "最新值" in offered
    with pytest.raises(QueryRefused, match="截至某日不能查“attainment”"):
        examine("SELECT * FROM attainment", frozenset(offered), views_shadow=True)
    with pytest.raises(QueryRefused):
        examine("SELECT * FROM main.observation_current", frozenset(offered), views_shadow=True)
