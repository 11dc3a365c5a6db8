"""What the whole set of images told of an examination, as a JSON document of a case."""

from __future__ import annotations

from typing import Final, Literal

from pydantic import Field

from ironquant.core import Patient, Study
from ironquant.core.documents import DocumentModel, KeptFindingDocument
from ironquant.dicom.record import KeptSeriesDocument

EXAMINATION_SCHEMA_ID: Final = "ironquant.examination/1"


class ExaminationDocument(DocumentModel):
    """Patient, study and series as the whole set of images told them, of which a case keeps a part."""

    schema_: Literal["ironquant.examination/1"] = Field(EXAMINATION_SCHEMA_ID, alias="schema")
    patient: Patient
    study: Study
    series: list[KeptSeriesDocument]
    findings: list[KeptFindingDocument] = Field(default_factory=list)
