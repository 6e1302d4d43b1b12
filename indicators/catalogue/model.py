"""The catalogue's objects, frozen and typed. Files under `data/catalogue/` hold them; `load` reads and proves them.

Every object has a `code`; references between objects are codes. Text is Chinese first with an English name beside.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, ConfigDict

from indicators.findings import Severity
from indicators.observations import Measure, Origin
from indicators.periods import Nature
from indicators.targets import Target


class Entry(BaseModel):
    """Common ground of all catalogue objects: frozen, and an unknown field is a mistake."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    code: str


class Theme(Entry):
    """主题 of the plan."""

    name: str
    name_en: str
    order: int
    clause: str = ""


class Source(Entry):
    """A document that a number, target or definition comes from. Grades A, B, C as in the reader's guide."""

    title: str
    number: str = ""  # 文号
    issuer: str = ""
    published_on: date | None = None
    known_from: date  # the day from which its figures count as known; the vintage of what it says
    known_precision: Literal["day", "month", "year", "assumed"]  # assumed: no day was found, see note
    grade: Literal["A", "B", "C", ""] = ""  # "": no outside document, written for this catalogue
    note: str = ""


class Area(Entry):
    """A territory. `additive`: it may be summed into its parent; a nested zone may not."""

    name: str
    name_en: str
    kind: Literal["new_area", "part", "district", "zone", "city", "group", "province", "country"]
    parent: str = ""
    official_code: bool = True
    additive: bool = True
    roles: tuple[str, ...] = ()  # 腹地 · 前沿 · 窗口
    members: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    note: str = ""


class Department(Entry):
    """A reporting unit (填报单位)."""

    name: str
    name_en: str
    short: str
    origin: Origin = Origin.RETURNED  # what its returns are, unless the return says otherwise


class Scope(Entry):
    """口径: a named series. Values of two scopes are never one line."""

    name: str
    definition: str
    source: str = ""


class Indicator(Entry):
    """One indicator with all that is needed to read a number of it."""

    name: str
    name_en: str
    theme: str
    definition: str
    unit: str
    decimals: int
    nature: Literal["single", "ytd", "stock", "rate", "index"]
    direction: Literal["up", "down", "none"]
    price_basis: str = ""
    scope: str = ""
    department: str
    source: str
    core_group: str = ""  # gdp · revenue · industry · population · land
    part_of: str = ""  # the total it adds into
    dimension_note: str = ""
    natural_min: Decimal | None = None
    natural_max: Decimal | None = None
    aliases: tuple[str, ...] = ()
    note: str = ""


class ScopeBreak(Entry):
    """口径调整: from `on` the series is another one, unless `link_factor` joins them."""

    indicator: str
    area: str
    on: date
    reason: Literal["census", "boundary", "definition", "method"]
    from_scope: str
    to_scope: str
    text: str
    source: str
    link_factor: Decimal | None = None
    link_overlap: str = ""
    link_author: str = ""


class Goal(Entry):
    """A goal in words for 2020 or 2030, with the indicators that support a judgement."""

    year: Literal[2020, 2030]
    text: str
    source: str
    clause: str
    indicators: tuple[str, ...]


class Facet(BaseModel):
    """What a row or column of a form says about the cells in it; row and column together must say everything."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    indicator: str = ""
    area: str = ""
    measure: Measure | None = None
    nature: Nature | None = None
    price_basis: str | None = None
    scope: str | None = None
    unit: str = ""
    decimals: int | None = None


class FormRow(Facet):
    """A stub row: 甲 is the label, 乙 the code printed beside it; `indent` shows 其中."""

    code: str
    label: str
    indent: int = 0
    heading: bool = False  # a line that holds no values


class FormColumn(Facet):
    """A value column: number printed under the header, header levels from the top."""

    code: str
    header: tuple[str, ...]
    required: bool = True


class RecordColumn(BaseModel):
    """A column of a record form (one observation a row) and the field it fills."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    field: str
    header: str
    required: bool = False


class FormEdition(BaseModel):
    """One edition of a form: what is asked, laid out as a matrix (rows × columns) or as records."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    edition: str
    valid_from: str  # period code
    valid_to: str = ""
    layout: Literal["matrix", "record"] = "matrix"
    sheet: str
    unit: str = ""  # 计量单位, when one unit rules the table
    rows: tuple[FormRow, ...] = ()
    columns: tuple[FormColumn, ...] = ()
    records: tuple[RecordColumn, ...] = ()
    closed_cells: tuple[str, ...] = ()  # "row:column", printed × and never filled
    optional_cells: tuple[str, ...] = ()  # "row:column", may stay blank
    note: str = ""


class Form(Entry):
    """报表: its official header and its editions, oldest first."""

    name: str
    name_en: str
    table_number: str  # 表号
    authority: str  # 制定机关
    document_number: str  # 文号 (示例 where none exists)
    valid_until: str  # 有效期至
    frequency: Literal["Q", "A", "any"]
    departments: tuple[str, ...]
    due_days: int  # days after the period's end
    exempt_quarters: tuple[int, ...] = ()  # 免报: quarters for which no return is asked
    area: str = ""
    scope: str = ""
    editions: tuple[FormEdition, ...]


class Rule(Entry):
    """审核关系: one check rule, versioned data in the rule language of docs/reference."""

    version: str
    form: str  # "*" for every form
    severity: Severity
    expression: str
    columns: tuple[str, ...] = ()  # where an operand names no column; empty: every column of values
    message: str  # what should hold, one sentence
    hint: str = ""
    tolerance_abs: Decimal = Decimal(0)
    tolerance_rel: Decimal = Decimal(0)
    valid_from: str = ""
    valid_to: str = ""
    basis: str = ""


class Catalogue(BaseModel):
    """Everything together, keyed by code, with the digest that submissions and generations record."""

    model_config = ConfigDict(frozen=True)
    digest: str
    themes: dict[str, Theme]
    sources: dict[str, Source]
    areas: dict[str, Area]
    departments: dict[str, Department]
    scopes: dict[str, Scope]
    indicators: dict[str, Indicator]
    scope_breaks: dict[str, ScopeBreak]
    goals: dict[str, Goal]
    targets: tuple[Target, ...]  # every version
    forms: dict[str, Form]
    rules: dict[str, Rule]
