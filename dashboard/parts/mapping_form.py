"""The form of a proposed mapping: what each table, column and row is, chosen from lists, its evidence beside it.

Names of fields are the paths that `etl.adopt.correcting` knows. What was typed before goes before the draft.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from collections.abc import Mapping as Fields
from typing import Any

from dash import html

from dashboard.parts.fields import Field, box
from dashboard.parts.lines import cell, lines, name
from dashboard.parts.marks import mark
from etl.adopt.correcting import open_questions, parts_of
from etl.adopt.drifting import Drift
from etl.adopt.proposing import Draft
from indicators.catalogue.model import Catalogue
from indicators.mapping.anchors import EACH
from indicators.periods import Period
from indicators.units import units

_CELL = re.compile(r"([A-Z]{1,3}[0-9]+)“")
_MEASURES = {"level": "本期数", "level_previous_year": "上年同期数", "growth_yoy": "同比增长", "plan": "计划数"}
_NATURES = {"single": "本期", "ytd": "累计", "stock": "期末", "annual": "全年"}
_FREQUENCIES = {"Q": "季报", "M": "月报", "H": "半年报", "A": "年报"}
_SURE = {"确定": "published", "推定": "provisional", "待定": "hard"}
Choices = Fields[str, str]


class MappingForm:
    """The form of one draft; `places` leads from a cell to its drawing, `typed` is what was sent before."""

    def __init__(
        self,
        catalogue: Catalogue,
        draft: Draft,
        places: Fields[tuple[str, str], str],
        typed: Choices,
        drifts: Sequence[Drift] = (),
    ) -> None:
        self.catalogue, self.draft, self.places, self.typed = catalogue, draft, places, typed
        self.mapping = draft.proposal.mapping
        self.remarks = draft.proposal.grounds.remarks
        self.before = drifts[0].mapping if drifts else None
        self.scopes = {code: one.name for code, one in catalogue.scopes.items()}
        self.areas = {code: one.name for code, one in catalogue.areas.items()}

    def sections(self) -> list[Any]:
        """All of it: whole, questions, tables, columns, rows, and the lists that the fields choose from."""
        return [self._whole(), self._questions(), self._tables(), *self._parts(), *self._lists()]

    def _whole(self) -> html.Section:
        departments = {code: one.name for code, one in self.catalogue.departments.items()}
        sources = {code: one.title for code, one in self.catalogue.sources.items()}
        fields = [
            self._field("报表名称", self._text("name", "如：分市州居民收入")),
            self._field("报表代码（大写字母、数字、“-”）", self._text("form", "如：CITY-INCOME")),
            self._field("版本", self._text("edition", "1")),
            self._field("填报单位", self._select("department", departments)),
            self._field("口径", self._select("scope", self.scopes)),
            self._field("报告频率", self._select("frequency", _FREQUENCIES, blank=False)),
            self._field("性质", self._select("nature", _NATURES)),
            self._field("整份表的地区", self._select("area", self.areas)),
            self._field("来源", self._select("source", sources)),
        ]
        where = "列" if self.mapping.period_from == "columns" else "表题"
        period = html.P(["报告期从", where, "读出。", self._ground(("period_from",))], className="about")
        return html.Section(
            [html.H3("整份表"), html.Div(fields, className="fields"), period], className="finding-group"
        )

    def _questions(self) -> html.Section | None:
        asked = open_questions(self.mapping)
        if not asked:
            return None
        items = []
        for n, question in asked:
            known = f"answered.{n}"
            answered = box(known, known in self.typed)
            items.append(html.Li([answered, html.Label([" 已处理：", question], htmlFor=known)]))
        about = html.P("每一条都处理好（在下面选对，或确认不影响），打勾以后才能登记。", className="about")
        return html.Section(
            [html.H3(f"要回答的问题 {len(asked)} 个"), about, html.Ul(items, className="ticks")],
            className="finding-group",
        )

    def _tables(self) -> html.Section:
        parts = [(f"tables.{n}", table) for n, table in enumerate(self.mapping.tables)]
        return self._group(f"{len(parts)} 个表", "表", parts, self._sides([part for _, part in parts]))

    def _parts(self) -> list[html.Section]:
        """Columns and rows, those of each table apart where they differ."""
        groups: dict[str, list[tuple[str, Any]]] = {}
        for path, part in parts_of(self.mapping):
            groups.setdefault(path.rpartition(".")[0], []).append((path, part))
        made = []
        for path, parts in groups.items():
            of = f"：{self.mapping.tables[int(path.split('.')[1])].title}" if path.startswith("tables.") else ""
            word = "列" if path.endswith("columns") else "行"
            said = [part for _, part in parts]
            sides = self._sides(said)
            if word == "列":
                sides = ["计量内容", "计量单位", "性质", *(side for side in sides if side == "指标")]
            else:
                sides += ["性质"] if any(part.nature for part in said) else []
                sides += ["计量单位"] if any(part.unit for part in said) else []
            made.append(self._group(f"{len(parts)} {word}{of}", word, parts, sides))
        return made

    def _sides(self, parts: Sequence[Any]) -> list[str]:
        """Whether these parts say the indicator, the area or both; where they say neither, both can be chosen."""
        said = {"指标": any(part.indicator for part in parts), "地区": any(part.area for part in parts)}
        return [side for side, here in said.items() if here or not any(said.values())]

    def _group(self, title: str, word: str, parts: Sequence[tuple[str, Any]], sides: Sequence[str]) -> html.Section:
        heads = [word, *sides, *(["不读"] if word == "行" else []), "依据"]
        rows = [html.Tr(self._part(word, path, part, sides)) for path, part in parts]
        return html.Section([html.H3(title), lines(heads, rows, word)], className="finding-group")

    def _part(self, word: str, path: str, part: Any, sides: Sequence[str]) -> list[Any]:
        """A table, column or row: its text in the sheet, what it is, and why."""
        called = part.label if word == "行" else part.header if word == "列" else part.title or part.stub
        cells = [name(called or "（没有标题）"), *(cell(side, self._side(side, path, part)) for side in sides)]
        if word == "行":
            cells.append(cell("不读", box(f"skip.{path}", f"skip.{path}" in self.typed, f"不读“{called}”")))
        steps = _steps(path)
        return [*cells, cell("依据", self._ground((*steps, "indicator") if word == "表" else steps))]

    def _side(self, side: str, path: str, part: Any) -> Any:
        if side == "指标":
            return self._code(f"{path}.indicator", part.indicator, "indicators")
        if side == "地区":
            return self._code(f"{path}.area", part.area, "areas")
        if side == "计量单位":
            return self._code(f"{path}.unit", part.unit, "units")
        if side == "计量内容":
            return self._select(f"{path}.measure", _MEASURES, part.measure)
        natures = self._select(f"{path}.nature", _NATURES, part.nature)
        if EACH not in getattr(part, "header", ""):
            return natures
        first = self._code(f"{path}.first", part.first, "periods", "从哪一期")
        return [natures, first, self._code(f"{path}.last", part.last, "periods", "到哪一期")]

    def _lists(self) -> list[Any]:
        now = max((one.year for one in self._periods()), default=2026)
        periods = {
            p.code: p.label
            for year in range(now + 1, now - 12, -1)
            for p in (Period(year, "A", 1), Period(year, "Q", 4))
        }
        named = {code: one.name for code, one in self.catalogue.indicators.items()}
        known = {one.name: one.name for one in units()}
        lists = {"indicators": named, "areas": self.areas, "units": known, "periods": periods}
        return [
            html.Datalist([html.Option(f"{code} {text}", value=code) for code, text in of.items()], id=f"list-{key}")
            for key, of in lists.items()
        ]

    def _periods(self) -> Iterable[Period]:
        for one in self.draft.proposal.grounds.evidence:
            if one.about == "报告期" and one.value[:4].isdigit():
                yield Period(int(one.value[:4]), "A", 1)

    # ---- fields

    def _value(self, path: str, said: Any) -> str:
        """What was typed, else what the draft says, else what the mapping of the same table said before."""
        if path in self.typed:
            return self.typed[path]
        if path == "edition" and self.before and self.before.edition.isdigit():
            return str(int(self.before.edition) + 1)
        if not said and self.before and "." not in path:
            said = getattr(self.before, path)
        return str(said or "")

    def _field(self, label: str, field: Any) -> html.Div:
        return html.Div([html.Label(label, htmlFor=field.id), field])

    def _text(self, path: str, hint: str) -> Field:
        said = self._value(path, getattr(self.mapping, path))
        return Field(id=path, name=path, value=said, placeholder=hint, maxlength=80)

    def _select(self, path: str, choices: Choices, said: Any = None, blank: bool = True) -> html.Select:
        value = self._value(path, getattr(self.mapping, path) if "." not in path else said)
        options = [html.Option("（没有写）", value="", selected=not value)] if blank else []
        options += [
            html.Option(f"{text}（{code}）", value=code, selected=code == value) for code, text in choices.items()
        ]
        label: dict[str, Any] = {"aria-label": path} if "." in path else {}
        return html.Select(options, id=path, name=path, **label)

    def _code(self, path: str, said: str, of: str, hint: str = "") -> Any:
        """A code chosen from a list that narrows as one types; its name stands under it."""
        value = self._value(path, said)
        of_codes: dict[str, Any] = {"indicators": self.catalogue.indicators, "areas": self.catalogue.areas}
        known = of_codes.get(of, {})
        found = known.get(value)
        named = found.name if found else ("不在目录里" if value and known else "")
        field = Field(
            id=path,
            name=path,
            value=value,
            list=f"list-{of}",
            placeholder=hint or None,
            aria_label=path,
            autocomplete="off",
        )
        return [field, html.Small(named)] if named else field

    def _ground(self, path: tuple[str | int, ...]) -> Any:
        """The evidence behind a field, leading to its cell, and how sure it is."""
        told = self.remarks.get(path, "")
        if not told:
            return html.Span("表里没有写", className="muted")
        text, _, sure = told.rpartition("；")
        label = mark(sure, _SURE.get(sure, "provisional"))
        at = _CELL.match(text)
        href = next((to for (_, where), to in self.places.items() if at and where == at[1]), None)
        return html.Span([html.A(text, href=href) if href else text, " ", label], className="ground")


def _steps(path: str) -> tuple[str | int, ...]:
    return tuple(int(step) if step.isdigit() else step for step in path.split("."))
