"""Write the JSON Schemas of ``analysis.json``, ``regions.json``, cases and others from their models.

Run ``python docs/make_schema.py`` after the models changed; a test compares file and models.
"""

from __future__ import annotations

import json
from typing import Any

from pydantic import BaseModel

from ironquant.agreement.contract import AGREEMENT_SCHEMA_ID, AgreementDocument
from ironquant.case.document import (
    READING_SCHEMA_ID,
    SETTINGS_SCHEMA_ID,
    ReadingDocument,
    SettingsDocument,
)
from ironquant.case.examination import EXAMINATION_SCHEMA_ID, ExaminationDocument
from ironquant.case.manifest import CASE_SCHEMA_ID, CaseDocument
from ironquant.export.contract import SCHEMA_ID, AnalysisDocument
from ironquant.export.historydocument import HISTORY_SCHEMA_ID, HistoryDocument
from ironquant.export.listing import INFO_SCHEMA_ID, InfoDocument
from ironquant.library.document import PRIOR_SCHEMA_ID, PriorDocument
from ironquant.resources import resource_path
from ironquant.roi.document import REGIONS_SCHEMA_ID, RegionsDocument
from ironquant.signing.contract import VERIFICATION_SCHEMA_ID, VerificationDocument


def analysis_schema() -> dict[str, Any]:
    """Return the schema of ``analysis.json`` as shipped."""
    return _schema(AnalysisDocument, SCHEMA_ID, "IronQuant analysis of one examination")


def info_schema() -> dict[str, Any]:
    """Return the schema of ``ironquant info --json`` as shipped."""
    return _schema(InfoDocument, INFO_SCHEMA_ID, "What IronQuant found under a path")


def regions_schema() -> dict[str, Any]:
    """Return the schema of ``regions.json`` as shipped."""
    return _schema(RegionsDocument, REGIONS_SCHEMA_ID, "Regions of one examination")


def agreement_schema() -> dict[str, Any]:
    """Return the schema of ``agreement.json`` as shipped."""
    return _schema(AgreementDocument, AGREEMENT_SCHEMA_ID, "IronQuant comparison of readers or older results")


def verification_schema() -> dict[str, Any]:
    """Return the schema of ``ironquant verify --json`` as shipped."""
    return _schema(VerificationDocument, VERIFICATION_SCHEMA_ID, "IronQuant verification of a report")


def case_schemas() -> dict[str, dict[str, Any]]:
    """Return the schemas of the JSON files of a case as shipped, by name."""
    return {
        "case-1": _schema(CaseDocument, CASE_SCHEMA_ID, "List of contents of an IronQuant case"),
        "reading-1": _schema(ReadingDocument, READING_SCHEMA_ID, "Reading of one examination"),
        "settings-1": _schema(SettingsDocument, SETTINGS_SCHEMA_ID, "Settings of one analysis"),
        "examination-1": _schema(
            ExaminationDocument, EXAMINATION_SCHEMA_ID, "Patient, study and series of a case"
        ),
    }


def history_schemas() -> dict[str, dict[str, Any]]:
    """Return the schemas of follow-up as shipped, by name."""
    return {
        "history-1": _schema(HistoryDocument, HISTORY_SCHEMA_ID, "Course of the organs of a patient"),
        "prior-1": _schema(PriorDocument, PRIOR_SCHEMA_ID, "What a library keeps of an examination"),
    }


def _schema(model: type[BaseModel], identity: str, title: str) -> dict[str, Any]:
    body = model.model_json_schema(by_alias=True, mode="serialization")
    body.pop("title", None)
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": identity, "title": title}
    return head | body


def main() -> None:
    """Write the schema files."""
    schemas = {
        "analysis-1": analysis_schema(),
        "info-1": info_schema(),
        "regions-1": regions_schema(),
        "agreement-1": agreement_schema(),
        "verification-1": verification_schema(),
        **case_schemas(),
        **history_schemas(),
    }
    for name, schema in schemas.items():
        path = resource_path("schemas", f"{name}.schema.json")
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(schema, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        print(path.name)


if __name__ == "__main__":
    main()
