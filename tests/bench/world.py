"""The input of the benchmarks of returns: a catalogue with forms of 60 rows by 12 columns, and filled workbooks.

Ten groups of one total and five parts; two areas, each with 累计 and 本季, this year, last year and growth. Numbers are
smooth and agree with each other and with earlier periods, so that every rule has something to do and few findings come.
"""

import csv
import shutil
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import NamedTuple

from data import catalogue_folder
from etl.template import write_template
from etl.way import Way, enter_way
from indicators.catalogue.load import load_catalogue
from indicators.periods import Period
from warehouse.accounts import Role, add_account
from warehouse.operations import operating
from zhibiao.founding import found_folder

ROWS, GROUP, COLUMNS = 60, 6, 12
FILER, REVIEWER = "装入员", "审核员"
SIGNED = {"head": "王", "statistician": "李", "respondent": "张", "phone": "0431", "sent_on": "2026-01-10"}


class Sent(NamedTuple):
    """One return to write: form, department, period."""

    form: str
    department: str
    period: str


def write_catalogue(place: Path, forms: int, departments: int) -> None:
    """The shipped catalogue and beside it `forms` large forms, each filed by one of `departments` departments."""
    shutil.copytree(Path(str(catalogue_folder())), place)
    units = [unit_of(number, departments) for number in range(1, departments + 1)]
    lines = [f"- {{code: {u}, name: 压测单位{u[2:]}, name_en: Bench {u[2:]}, short: 压测{u[2:]}}}" for u in units]
    (place / "departments-bench.yaml").write_text("\n".join(lines), "utf-8")
    indicators, rules = [], []
    for number in range(1, forms + 1):
        form = f"BIG{number:02}"
        _write_form(place, form, unit_of(number, departments))
        for row in range(ROWS):
            whole = f"{form}_{row - row % GROUP + 1:02}" if row % GROUP else ""
            indicators.append(_indicator(f"{form}_{row + 1:02}", f"{form}第{row + 1:02}项", whole))
        for row in range(1, ROWS, GROUP):
            rules.append(_rule(f"{form}-TOTAL-{row:02}", form, f"[{row:02}] = sum([{row + 1:02}]..[{row + 5:02}])"))
            rules.append(_rule(f"{form}-RISE-{row:02}", form, f"[{row:02}:1] >= [{row:02}:1]@上期"))
            rules.append(_rule(f"{form}-SINGLE-{row:02}", form, f"[{row:02}:4] <= [{row:02}:1]"))
    _append(place / "indicators-bench.csv", indicators)
    _append(place / "rules-bench.csv", rules)


def _indicator(code: str, name: str, whole: str) -> dict[str, str]:
    return {
        "code": code, "name": name, "name_en": code, "theme": "economy", "definition": f"{name}，压测用。",
        "unit": "亿元", "decimals": "2", "nature": "ytd", "direction": "up", "price_basis": "现价", "scope": "DEPT",
        "department": "BU01", "source": "SELF", "part_of": whole,
    }  # fmt: skip


def _rule(code: str, form: str, expression: str) -> dict[str, str]:
    return {
        "code": code, "version": "1", "form": form, "severity": "hard", "expression": expression,
        "message": "压测关系", "hint": "核对", "basis": "压测",
    }  # fmt: skip


def _append(path: Path, rows: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def unit_of(form: int, departments: int) -> str:
    """The department that files a form."""
    return f"BU{(form - 1) % departments + 1:02}"


def _write_form(place: Path, form: str, department: str) -> None:
    columns = []
    for area, name in (("CCXQ", "新区"), ("220103", "宽城")):
        for nature, title in (("ytd", "1—本季"), ("single", "本季")):
            for measure, head in (("level", "本年"), ("level_previous_year", "上年同期"), ("growth_yoy", "同比（%）")):
                percent = ', unit: "%", decimals: 1' if measure == "growth_yoy" else ""
                columns.append(
                    f'      - {{code: "{len(columns) + 1}", header: [{name}, {title}, {head}], area: "{area}", '
                    f"nature: {nature}, measure: {measure}, price_basis: 现价{percent}}}"
                )
    text = f"""code: {form}
name: 压测报表{form[3:]}
name_en: Bench {form}
table_number: 压测{form[3:]}表
authority: 长春新区统计局（示例）
document_number: 示例
valid_until: 2030年
frequency: Q
departments: [{department}]
due_days: 15
scope: DEPT
editions:
  - edition: "1"
    valid_from: 2010Q1
    sheet: 表一
    unit: 万元
    rows: {form}.1.csv
    columns:
"""
    (place / "forms" / f"{form}.yaml").write_text(text + "\n".join(columns) + "\n", "utf-8")
    lines = ["code,label,indent,indicator,area,nature,price_basis,scope,unit,decimals"]
    lines += [f"{r:02},第{r:02}项,{int((r - 1) % GROUP > 0)},{form}_{r:02},,,,,," for r in range(1, ROWS + 1)]
    (place / "forms" / f"{form}.1.csv").write_text("\n".join(lines) + "\n", "utf-8")


def found(place: Path, forms: int, departments: int) -> Way:
    """A data folder with that catalogue and two accounts; the way through it as the filer."""
    write_catalogue(place / "catalogue", forms, departments)
    folder = found_folder(place / "data", "管理员", place / "catalogue").folder
    with operating(folder) as conn:
        add_account(conn, FILER, "a long password", Role.PUBLISHER, FILER, by="管理员")
        add_account(conn, REVIEWER, "a long password", Role.REVIEWER, REVIEWER, by="管理员")
    return enter_way(folder, FILER)


def returns(forms: int, departments: int, periods: int, first: str = "2013Q1") -> Iterator[Sent]:
    """All returns of these forms over so many quarters."""
    start = Period.parse(first)
    for step in range(periods):
        for form in range(1, forms + 1):
            yield Sent(f"BIG{form:02}", unit_of(form, departments), start.shift(step).code)


def single(form: str, row: int, area: int, year: int, quarter: int) -> Decimal:
    """The number of one quarter; of a total, the sum of its parts."""
    if (row - 1) % GROUP == 0:
        return sum((single(form, row + k, area, year, quarter) for k in range(1, GROUP)), Decimal(0))
    steady = 1000 + 137 * row + 61 * int(form[3:]) + 53 * quarter - 400 * area
    return (Decimal(steady) * Decimal("1.06") ** (year - 2010) + (row * year * 7 + quarter * 13) % 29).quantize(
        Decimal("0.01")
    )


def numbers(sent: Sent) -> dict[str, Decimal]:
    """The cells of a return, `row:column`."""
    period, cells = Period.parse(sent.period), {}
    for row in range(1, ROWS + 1):
        column = 0
        for area in (0, 1):
            years = [[single(sent.form, row, area, y, q) for q in range(1, 5)] for y in (period.year, period.year - 1)]
            for of in (lambda y, n=period.index: sum(y[:n]), lambda y, n=period.index: y[n - 1]):
                now, before = (Decimal(of(y)) for y in years)
                growth = ((now / before - 1) * 100).quantize(Decimal("0.1"))
                for number in (now, before, growth):
                    column += 1
                    cells[f"{row:02}:{column}"] = number
    return cells


def write_workbooks(place: Path, catalogue: Path, secret: bytes, wanted: list[Sent]) -> list[Path]:
    """Write these returns into a folder, on all cores; their paths in order."""
    place.mkdir(parents=True, exist_ok=True)
    with ProcessPoolExecutor() as pool:
        return list(pool.map(partial(_write, place, catalogue, secret), wanted, chunksize=25))


_loaded: dict[Path, object] = {}


def _write(place: Path, folder: Path, secret: bytes, sent: Sent) -> Path:
    if folder not in _loaded:
        _loaded[folder] = load_catalogue(folder)
    catalogue = _loaded[folder]
    form = catalogue.forms[sent.form]  # type: ignore[attr-defined]
    data = write_template(
        form, form.editions[-1], Period.parse(sent.period), catalogue.departments[sent.department],  # type: ignore[attr-defined]
        catalogue, values=numbers(sent), header=SIGNED, secret=secret,  # type: ignore[arg-type]
    )  # fmt: skip
    path = place / f"{sent.form}_{sent.period}_{sent.department}.xlsx"
    path.write_bytes(data)
    return path
