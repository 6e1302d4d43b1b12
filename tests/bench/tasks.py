"""The board of supervision over 50 000 tasks with 20 reports each, from a sealed generation, as a reader asks for it.

The tasks are made by SQL inside the generation; what is measured is the server's work for one request: of an address
that nobody asked for yet, and of the same address again.
"""

import statistics
import tempfile
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from time import perf_counter, process_time

from dashboard.edition import Edition
from dashboard.page import finish
from dashboard.pages.tasks import content
from etl.way import catalogue_of
from warehouse import read, task_board
from warehouse.folder import create_folder
from warehouse.generations import Building, Derived, Generation, publish
from warehouse.task_board import Wanted

TASKS, REPORTS, TARGET_MS, TIMES = 50_000, 20, 50, 40
_CODE = "'B' || (n // 1000) || '-' || n % 1000"
_FILL = (
    "INSERT INTO programme BY NAME SELECT 'B' || n AS code, '第' || n || '个工作要点' AS title, 2026 AS year, "
    f"1000 AS tasks FROM range({TASKS // 1000}) r(n)",
    f"INSERT INTO task BY NAME SELECT {_CODE} AS code, 'B' || (n // 1000) AS programme, (n % 1000)::INTEGER AS number, "
    "(n % 10)::INTEGER AS chapter, '第' || n % 10 || '章' AS chapter_title, '任务' || n AS title, "
    "'单位' || n % 40 AS lead, DATE '2026-01-01' + (n % 700)::INTEGER AS due_on, '在办' AS state_label, "
    "DATE '2026-01-01' + (n % 300)::INTEGER AS last_on, '报进展' AS last_act, '填报' || n % 40 AS last_by, "
    f"false AS example FROM range({TASKS}) r(n)",
    f"INSERT INTO task_light BY NAME SELECT {_CODE} AS task, DATE '2026-11-01' AS as_of, "
    "'B' || (n // 1000) AS programme, "
    "(n % 10)::INTEGER AS chapter, '第' || n % 10 || '章' AS chapter_title, (n % 1000)::INTEGER AS number, "
    "'任务' || n AS title, '单位' || n % 40 AS lead, '' AS responsible, '' AS indicators, false AS example, "
    "'在办' AS state_label, (n % 100)::DECIMAL(28, 10) AS progress, '报进展' AS last_act, '填报' || n % 40 AS last_by, "
    "DATE '2026-01-01' + (n % 300)::INTEGER AS last_on, CASE WHEN n % 13 = 0 THEN n % 5 ELSE 0 END AS missed_in_a_row, "
    "(n % 300)::INTEGER AS silent_days, 0 AS reminders_open, DATE '2026-01-01' + (n % 700)::INTEGER AS due_on, "
    "['正常', '临近', '滞后于序时进度', '逾期', '质量差', '已完成', '已核查'][1 + n % 7] AS word, "
    "['green', 'yellow', 'orange', 'red', 'orange', 'green', 'blue'][1 + n % 7] AS colour, '理由' AS because, "
    "n % 11 = 0 AS doubt, CASE WHEN n % 11 = 0 OR n % 7 = 3 THEN '存疑' ELSE '' END AS needs_leader, "
    f" '指标一方' AS doubt_text, '任务一方' AS said FROM range({TASKS}) r(n)",
    f"INSERT INTO task_report BY NAME SELECT {_CODE} AS task, (q + 1)::INTEGER AS sequence, "
    "(2021 + q // 4) || 'Q' || (1 + q % 4) AS period, true AS stands, '填报' AS reported_by, "
    "DATE '2021-04-05' + (q * 91)::INTEGER AS reported_on, '进展' || n || '第' || q || '期' AS text, "
    f"(q * 5)::DECIMAL(28, 10) AS progress FROM range({TASKS}) r(n), range({REPORTS}) s(q)",
)


def measure() -> Iterator[tuple[str, str, str, str]]:
    """Rows of the table of benchmarks."""
    with tempfile.TemporaryDirectory() as place:
        held = _generation(Path(place))
        edition = Edition(held, held.folder)
        asked = count()

        def narrowed() -> object:
            """An address of its own each time, on an edition whose head was asked for before."""
            return finish(content(edition, programme="B7", light="逾期", page=str(next(asked))), document=True)

        def kept() -> object:
            return edition.once("page", lambda: finish(content(edition), document=True))

        def opened() -> object:
            """What any page's first request in a process pays before it can ask anything."""
            for one in read._open.values():
                one.engine.dispose()
            read._open.clear()
            return read.generation(held.folder, held.number).rows("SELECT count(*) AS n FROM task_light")

        def first() -> object:
            """The first request of the board after a publication, of a generation that is open."""
            return finish(content(Edition(held, held.folder), programme="B7"), document=True)

        said = f"{TASKS:,} tasks × {REPORTS} reports".replace(",", " ")
        for name, ask in (
            ("board, an address asked for again", kept),
            ("board, a new filter of one programme", narrowed),
            ("board, the first request of a generation", first),
            ("opening the generation", opened),
            ("what the board of all counts", lambda: task_board.lights(held, Wanted())),
            ("what needs a leader of all", lambda: task_board.listed(held, Wanted(urgent=True), 8, worst_first=True)),
            ("one task with its reports", lambda: task_board.one_task(held, "B7-3")),
        ):
            median, worst, cpu = _times(ask)
            target = "—" if ask is opened else f"≤ {TARGET_MS} ms"
            yield f"{said}: {name}", target, f"{median:.1f} ms (p95 {worst:.1f}; CPU {cpu:.1f})", "—"


def _generation(place: Path) -> Generation:
    folder = create_folder(place / "data")

    def derive(building: Building) -> Derived:
        return Derived(after=lambda: [building.conn.exec_driver_sql(sql) for sql in _FILL] and None)

    return publish(folder, [], catalogue_of(folder), derive, who="bench")


def _times(ask: Callable[[], object]) -> tuple[float, float, float]:
    """Median and 95th percentile, and processor time of one call, in milliseconds, after one warming call."""
    ask()
    taken, spent = [], process_time()
    for _ in range(TIMES):
        begun = perf_counter()
        ask()
        taken.append(1000 * (perf_counter() - begun))
    return statistics.median(taken), sorted(taken)[int(0.95 * TIMES)], 1000 * (process_time() - spent) / TIMES
