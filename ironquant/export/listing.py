"""What a scan found in the form of ``ironquant info --json``, ``ironquant.info/1``: exactly these keys.

``docs/make_schema.py`` turns these models into the shipped JSON Schema; docstrings become descriptions.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Literal

from pydantic import Field

from ironquant.core import ExaminationRef, SeriesRef
from ironquant.core.documents import DocumentModel
from ironquant.export.contract import FindingDocument, PatientDocument, StudyDocument
from ironquant.export.document import findings_document, patient_document, study_document
from ironquant.resources import terms

INFO_SCHEMA_ID: Final = "ironquant.info/1"


class OrganGuessDocument(DocumentModel):
    """Which organ the headers say that a series shows."""

    organ: Literal["heart", "liver", "spleen", "pancreas"] | None
    """null: nothing tells, or another part of the body is named."""
    reason: str | None
    """Stable code of what decided, or of why there is no guess."""
    evidence: list[str]
    """Stable codes of everything that speaks for the organ, the strongest first."""
    words: str
    """The evidence, or the reason, as a person reads it."""


class SeriesInfoDocument(DocumentModel):
    """One echo train, one map of the scanner, or other images of one series."""

    key: str
    """Names it within the examination: ``analyze --series ORGAN=KEY``."""
    instance_uid: str | None
    number: int | None
    description: str | None
    modality: str
    flavour: str
    """How it is stored: classic, enhanced, series-per-echo, nifti …"""
    component: str
    """magnitude, phase, real, imaginary, map, mosaic, other."""
    quantity: Literal["t2star", "r2star", "fat_fraction"] | None
    """Of a map of the scanner whose values can be read."""
    te_ms: list[float]
    shape: tuple[int, int, int]
    """Slices, rows, columns."""
    n_files: int
    organ_guess: Literal["heart", "liver", "spleen", "pancreas"] | None
    guess: OrganGuessDocument
    readable: bool
    """Whether it can be measured as an echo train; the findings say why not."""
    readable_map: bool
    """Whether it is a map of the scanner that can be measured without a fit."""
    findings: list[FindingDocument]


class ExaminationInfoDocument(DocumentModel):
    """One study of one patient."""

    patient: PatientDocument
    study: StudyDocument
    series: list[SeriesInfoDocument]
    findings: list[FindingDocument]


class InfoDocument(DocumentModel):
    """Everything that was found under a path, from headers alone."""

    schema_: Literal["ironquant.info/1"] = Field(INFO_SCHEMA_ID, alias="schema")
    examinations: list[ExaminationInfoDocument]


def to_info(refs: Iterable[ExaminationRef], lang: str = "en") -> InfoDocument:
    """Return what a scan found in the form of the contract.

    Parameters
    ----------
    refs : iterable of ExaminationRef
    lang : str
        Language of the words.
    """
    examinations = [
        ExaminationInfoDocument(
            patient=patient_document(ref.patient),
            study=study_document(ref.study),
            series=[_series(entry, lang) for entry in ref.series],
            findings=findings_document(ref.findings, lang),
        )
        for ref in refs
    ]
    return InfoDocument(schema=INFO_SCHEMA_ID, examinations=examinations)


def _series(entry: SeriesRef, lang: str) -> SeriesInfoDocument:
    organ = None if entry.organ_guess is None else entry.organ_guess.value
    return SeriesInfoDocument.model_validate(
        {
            "key": entry.key,
            "instance_uid": entry.instance_uid or None,
            "number": entry.number,
            "description": entry.description or None,
            "modality": entry.modality,
            "flavour": entry.flavour,
            "component": entry.component,
            "quantity": entry.quantity or None,
            "te_ms": list(entry.te_ms),
            "shape": entry.shape,
            "n_files": entry.n_files,
            "organ_guess": organ,
            "guess": {
                "organ": organ,
                "reason": entry.guess_reason or None,
                "evidence": list(entry.guess_evidence),
                "words": terms(entry.guess_codes, lang),
            },
            "readable": entry.readable,
            "readable_map": entry.readable_map,
            "findings": findings_document(entry.findings, lang),
        }
    )
