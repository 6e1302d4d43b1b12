"""Observations as SDMX-CSV 2.0 and SDMX-JSON 2.0, and the catalogue as an SDMX-JSON 2.0 structure message.

The dimensions are what identifies an observation. 价格口径 holds words and not codes and is therefore uncoded; where
there is none it is `_Z`, not applicable. Half years are SDMX's S1 and S2.
"""

from __future__ import annotations

from typing import Any

import orjson
import pyarrow as pa
import pyarrow.compute as pc

from dashboard.edition import Edition
from etl.tabular import exact_csv, texts

STRUCTURE_TYPE = "application/vnd.sdmx.structure+json"
AGENCY, VERSION, FLOW = "CCXQ", "1.0.0", "OBSERVATIONS"
_URN = "urn:sdmx:org.sdmx.infomodel"
_SCHEMA = (  # names the dialect, as the standard asks; nothing is fetched
    "https://raw.githubusercontent.com/sdmx-twg/sdmx-json/master/"
    "structure-message/tools/schemas/2.0.0/sdmx-json-structure-schema.json"
)
_DATA_SCHEMA = _SCHEMA.replace("structure-message", "data-message").replace("structure-schema", "data-schema")
_DIMENSIONS = (  # id, column, codelist, Chinese name
    ("INDICATOR", "indicator", "CL_INDICATOR", "指标"),
    ("REF_AREA", "area", "CL_AREA", "地区"),
    ("DEPARTMENT", "department", "CL_DEPARTMENT", "填报单位"),
    ("FORM", "form", "CL_FORM", "报表"),
    ("NATURE", "nature", "CL_NATURE", "数值性质"),
    ("MEASURE", "measure", "CL_MEASURE", "计量内容"),
    ("PRICE_BASIS", "price_basis", "", "价格口径"),
    ("SCOPE", "scope", "CL_SCOPE", "口径"),
)
_ATTRIBUTES = (
    ("UNIT_MEASURE", "canonical_unit", "", "计量单位"),
    ("DECIMALS", "decimals", "", "小数位数"),
    ("OBS_STATUS", "status", "CL_OBS_STATUS", "观测状态"),
    ("CONF_STATUS", "conf_status", "", "保密状态"),
    ("ORIGIN", "origin", "CL_ORIGIN", "来源性质"),
    ("SUBMISSION", "submission", "", "报送编号"),
)
_FREE = {id_ for id_, _, codelist, _ in _ATTRIBUTES if not codelist}
_NATURES = {"single": "本期", "ytd": "累计", "stock": "期末", "annual": "全年"}
_MEASURES = {"level": "本期数", "level_previous_year": "上年同期数", "growth_yoy": "同比增长", "plan": "计划数"}
_STATUSES = {
    "A": "正常", "B": "序列断点", "D": "定义不同", "E": "估计", "F": "预测", "I": "插补", "O": "未报", "M": "不适用",
    "L": "免报", "P": "初步", "Q": "不予公布", "N": "不足最小单位", "V": "未核实",
}  # fmt: skip
_ORIGINS = {"published": "公开发布", "returned": "部门报送", "simulated": "模拟数据"}


def data(table: pa.Table) -> bytes:
    """Observations as SDMX-CSV 2.0."""
    rows = table.num_rows
    columns: dict[str, Any] = {
        "STRUCTURE": pa.array(["dataflow"] * rows, pa.string()),
        "STRUCTURE_ID": pa.array([f"{AGENCY}:{FLOW}({VERSION})"] * rows, pa.string()),
        "ACTION": pa.array(["I"] * rows, pa.string()),
    }
    for id_, column, codelist, _ in _DIMENSIONS:
        found = table[column]
        columns[id_] = found if codelist else pc.if_else(pc.equal(found, ""), "_Z", found)
    columns["TIME_PERIOD"] = _times(table["period"])
    columns["OBS_VALUE"] = table["canonical_value"]
    columns |= {id_: table[column] for id_, column, _, _ in _ATTRIBUTES}
    return exact_csv(pa.table(columns))


def data_message(table: pa.Table, edition: Edition, generation: int) -> bytes:
    """Observations as an SDMX-JSON 2.0 data message: series by their dimensions, values as exact numbers."""
    lists = _lists(edition)
    keys = [_Coded(id_, name, table[column], lists.get(codelist)) for id_, column, codelist, name in _DIMENSIONS]
    times = _Coded("TIME_PERIOD", "报告期", _times(table["period"]), None)
    attributes = [_Coded(id_, name, table[column], lists.get(codelist)) for id_, column, codelist, name in _ATTRIBUTES]
    values = [
        None if text is None else orjson.Fragment(text) for text in texts(table["canonical_value"], "").to_pylist()
    ]
    series: dict[str, dict[str, Any]] = {}
    places = zip(*(one.places for one in keys), strict=True)
    told = zip(*(one.places for one in attributes), strict=True)
    for place, time, value, more in zip(places, times.places, values, told, strict=True):
        found = series.setdefault(":".join(map(str, place)), {"observations": {}})
        found["observations"][str(time)] = [value, *more]
    links = [{"urn": f"{_URN}.datastructure.Dataflow={_ref(FLOW)}", "rel": "dataflow"}]
    structure = {
        "dataSets": [0],
        "links": links,
        "dimensions": {
            "series": [one.described | {"keyPosition": place} for place, one in enumerate(keys)],
            "observation": [times.described | {"keyPosition": len(keys), "roles": ["TIME_PERIOD"]}],
        },
        "measures": {"observation": [{"id": "OBS_VALUE", "name": "数值", "names": {"zh": "数值"}}]},
        "attributes": {"observation": [one.described | {"relationship": {"observation": {}}} for one in attributes]},
    }
    sets = [{"structure": 0, "links": links, "action": "Information", "series": series}]
    built = f"{edition.generation.manifest.built_at}Z"
    meta = _meta(f"g{generation}", built, _DATA_SCHEMA)
    return orjson.dumps({"meta": meta, "data": {"structures": [structure], "dataSets": sets}})


class _Coded:
    """A component of a data message: the values that occur, and for each row the place of its value among them."""

    def __init__(self, id_: str, name: str, column: Any, names: dict[str, str] | None) -> None:
        encoded = pc.cast(column, pa.string()).combine_chunks().dictionary_encode()
        self.places: list[int | None] = encoded.indices.to_pylist()
        found = [str(value) for value in encoded.dictionary.to_pylist()]
        if id_ in _FREE:
            values: list[dict[str, Any]] = [{"value": value} for value in found]
        else:
            values = [_item(value or "_Z", (names or {}).get(value, value or "不适用")) for value in found]
        self.described: dict[str, Any] = _item(id_, name) | {"values": values}


def _times(periods: Any) -> Any:
    """2026Q3 → 2026-Q3, 2021H1 → 2021-S1, 2026M09 → 2026-M09."""
    dashed = pc.replace_substring_regex(periods, r"^(\d{4})([QHM])", r"\1-\2")
    return pc.replace_substring(dashed, "-H", "-S")


def structure(edition: Edition) -> dict[str, Any]:
    """The structure message: codelists of the catalogue, concepts, the data structure, the dataflow."""
    words = {codelist: name for _, _, codelist, name in (*_DIMENSIONS, *_ATTRIBUTES) if codelist}
    return {
        "meta": _meta(f"g{edition.number}", f"{edition.generation.manifest.built_at}Z", _SCHEMA),
        "data": {
            "codelists": [_codelist(id_, words[id_], codes) for id_, codes in _lists(edition).items()],
            "conceptSchemes": [_concepts()],
            "dataStructures": [_definition()],
            "dataflows": [_named(FLOW, "观测") | {"structure": f"{_URN}.datastructure.DataStructure={_ref('DSD')}"}],
        },
    }


def _lists(edition: Edition) -> dict[str, dict[str, str]]:
    """The codes of each codelist with their names."""
    names = edition.names
    return {
        "CL_INDICATOR": {k: v.name for k, v in names.indicators.items()},
        "CL_AREA": {k: v.name for k, v in names.areas.items()},
        "CL_DEPARTMENT": {k: v.name for k, v in names.departments.items()},
        "CL_FORM": {k: v.name for k, v in names.forms.items()},
        "CL_SCOPE": {k: v.name for k, v in names.scopes.items()},
        "CL_NATURE": _NATURES,
        "CL_MEASURE": _MEASURES,
        "CL_OBS_STATUS": _STATUSES,
        "CL_ORIGIN": _ORIGINS,
    }


def _meta(id_: str, prepared: str, schema: str) -> dict[str, Any]:
    sender = {"id": AGENCY}
    return {"schema": schema, "id": id_, "prepared": prepared, "contentLanguages": ["zh"], "sender": sender}


def _ref(id_: str) -> str:
    return f"{AGENCY}:{id_}({VERSION})"


def _named(id_: str, name: str) -> dict[str, Any]:
    return {"id": id_, "agencyID": AGENCY, "version": VERSION, "name": name, "names": {"zh": name}}


def _item(id_: str, name: str) -> dict[str, Any]:
    return {"id": id_, "name": name, "names": {"zh": name}}


def _codelist(id_: str, name: str, codes: dict[str, str]) -> dict[str, Any]:
    items = [_item(code, label) for code, label in codes.items()]
    return _named(id_, name) | ({"codes": items} if items else {})


def _concepts() -> dict[str, Any]:
    words = {id_: name for id_, _, _, name in (*_DIMENSIONS, *_ATTRIBUTES)} | {
        "TIME_PERIOD": "报告期",
        "OBS_VALUE": "数值",
    }
    return _named("CONCEPTS", "概念") | {"concepts": [_item(id_, name) for id_, name in words.items()]}


def _definition() -> dict[str, Any]:
    dimensions = [
        _component(id_, codelist) | {"position": place} for place, (id_, _, codelist, _) in enumerate(_DIMENSIONS)
    ]
    time = _component("TIME_PERIOD", "", "ObservationalTimePeriod") | {"position": len(dimensions)}
    attributes = [
        _component(id_, codelist) | {"usage": "optional", "attributeRelationship": {"observation": {}}}
        for id_, _, codelist, _ in _ATTRIBUTES
    ]
    value = _component("OBS_VALUE", "", "Decimal") | {"usage": "optional"}
    parts = {
        "dimensionList": {"id": "DimensionDescriptor", "dimensions": dimensions, "timeDimension": time},
        "measureList": {"id": "MeasureDescriptor", "measures": [value]},
        "attributeList": {"id": "AttributeDescriptor", "attributes": attributes},
    }
    return _named("DSD", "观测的结构") | {"dataStructureComponents": parts}


def _component(id_: str, codelist: str, kind: str = "String") -> dict[str, Any]:
    form = {"enumeration": f"{_URN}.codelist.Codelist={_ref(codelist)}"} if codelist else {"format": {"dataType": kind}}
    concept = f"{_URN}.conceptscheme.Concept={_ref('CONCEPTS')}.{id_}"
    return {"id": id_, "conceptIdentity": concept, "localRepresentation": form}
