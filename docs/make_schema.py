"""Write the JSON Schema of ``analysis.json`` from the models in ``ironquant/export/contract.py``.

Run ``python docs/make_schema.py`` after the models changed; a test compares file and models.
"""

from __future__ import annotations

import json
from typing import Any

from ironquant.export.contract import SCHEMA_ID, AnalysisDocument
from ironquant.resources import resource_path


def analysis_schema() -> dict[str, Any]:
    """Return the schema as shipped."""
    body = AnalysisDocument.model_json_schema(by_alias=True, mode="serialization")
    body.pop("title", None)
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA_ID,
        "title": "IronQuant analysis of one examination",
    }
    return head | body


def main() -> None:
    """Write the schema file."""
    path = resource_path("schemas", "analysis-1.schema.json")
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(analysis_schema(), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    print(path.name)


if __name__ == "__main__":
    main()
