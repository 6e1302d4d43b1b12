"""The JSON Schema of the catalogue's tables, made from the models; an editor that knows it helps whoever writes YAML.

`python -m indicators.catalogue.schema > docs/reference/catalogue.schema.json` writes the copy in the documentation; a
test holds the two together. It says what an entry looks like, not what the references between entries must be.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from pydantic.json_schema import models_json_schema

from indicators.catalogue.load import TABLES


def json_schema() -> dict[str, Any]:
    """A schema with one property for each table, a list of its entries."""
    references, schema = models_json_schema(
        [(model, "validation") for model in TABLES.values()],
        title="指标目录",
        description="长春新区指标目录各表的写法，由 indicators.catalogue 的模型生成。",
    )
    tables = {table: {"type": "array", "items": references[model, "validation"]} for table, model in TABLES.items()}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "additionalProperties": False,
        "properties": tables,
        **schema,
    }


def schema_text() -> str:
    """The schema as it stands in the documentation."""
    return json.dumps(json_schema(), ensure_ascii=False, indent=2, sort_keys=True) + "\n"


if __name__ == "__main__":
    sys.stdout.write(schema_text())
