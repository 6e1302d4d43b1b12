"""Observations as SDMX-CSV 2.0 and the catalogue as an SDMX-JSON 2.0 structure message.

The dimensions are what identifies an observation. 价格口径 holds words and not codes and is therefore uncoded; where
there is none it is `_Z`, not applicable. Half years are SDMX's S1 and S2.
"""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from dashboard.edition import Edition
from etl.tabular import as_bytes

STRUCTURE_TYPE = "application/vnd.sdmx.structure+json"
AGENCY, VERSION, FLOW = "CCXQ", "1.0.0", "OBSERVATIONS"
_URN = "urn:sdmx:org.sdmx.infomodel"
_SCHEMA = (  # names the dialect, as the standard asks; nothing is fetched
    "https://raw.githubusercontent.com/sdmx-twg/sdmx-json/master/"
    "structure-message/tools/schemas/2.0.0/sdmx-json-structure-schema.json"
)
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
    return as_bytes(pa.table(columns), "csv", "").removeprefix(b"\xef\xbb\xbf")


def _times(periods: Any) -> Any:
    """2026Q3 → 2026-Q3, 2021H1 → 2021-S1, 2026M09 → 2026-M09."""
    dashed = pc.replace_substring_regex(periods, r"^(\d{4})([QHM])", r"\1-\2")
    return pc.replace_substring(dashed, "-H", "-S")


def structure(edition: Edition) -> dict[str, Any]:
    """The structure message: codelists of the catalogue, concepts, the data structure, the dataflow."""
    names = edition.names
    lists = {
        "CL_INDICATOR": ("指标", {k: v.name for k, v in names.indicators.items()}),
        "CL_AREA": ("地区", {k: v.name for k, v in names.areas.items()}),
        "CL_DEPARTMENT": ("填报单位", {k: v.name for k, v in names.departments.items()}),
        "CL_FORM": ("报表", {k: v.name for k, v in names.forms.items()}),
        "CL_SCOPE": ("口径", {k: v.name for k, v in names.scopes.items()}),
        "CL_NATURE": ("数值性质", _NATURES),
        "CL_MEASURE": ("计量内容", _MEASURES),
        "CL_OBS_STATUS": ("观测状态", _STATUSES),
        "CL_ORIGIN": ("来源性质", _ORIGINS),
    }
    return {
        "meta": {
            "schema": _SCHEMA,
            "id": f"g{edition.number}",
            "prepared": f"{edition.generation.manifest.built_at}Z",
            "contentLanguages": ["zh"],
            "sender": {"id": AGENCY},
        },
        "data": {
            "codelists": [_codelist(id_, name, codes) for id_, (name, codes) in lists.items()],
            "conceptSchemes": [_concepts()],
            "dataStructures": [_definition()],
            "dataflows": [_named(FLOW, "观测") | {"structure": f"{_URN}.datastructure.DataStructure={_ref('DSD')}"}],
        },
    }


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
