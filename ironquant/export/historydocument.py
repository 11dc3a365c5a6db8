"""``ironquant history --json``, ``ironquant.history/1``: the course of every organ of a patient."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

from pydantic import Field

from ironquant.core import Trend
from ironquant.core.documents import DocumentModel
from ironquant.export.contract import FollowUpDocument
from ironquant.export.course import change_words
from ironquant.export.document import follow_up_document

HISTORY_SCHEMA_ID: Final = "ironquant.history/1"


class OrganHistoryDocument(DocumentModel):
    """The course of one organ."""

    organ: Literal["heart", "liver", "spleen", "pancreas"]
    follow_up: FollowUpDocument
    message: str
    """The change since the examination before, in words; empty: nothing can be said."""


class PatientHistoryDocument(DocumentModel):
    """The course of the organs of one patient."""

    patient_id: str
    organs: list[OrganHistoryDocument]
    """Organs with at least two values."""


class HistoryDocument(DocumentModel):
    """Courses of patients."""

    schema_: Literal["ironquant.history/1"] = Field(HISTORY_SCHEMA_ID, alias="schema")
    patients: list[PatientHistoryDocument]


def to_history(courses: Sequence[tuple[str, Sequence[Trend]]], lang: str) -> HistoryDocument:
    """Return patient IDs with their courses as a document."""
    return HistoryDocument(
        schema=HISTORY_SCHEMA_ID,
        patients=[
            PatientHistoryDocument(patient_id=patient_id, organs=[_organ(trend, lang) for trend in trends])
            for patient_id, trends in courses
        ],
    )


def _organ(trend: Trend, lang: str) -> OrganHistoryDocument:
    return OrganHistoryDocument(
        organ=trend.organ.value,
        follow_up=follow_up_document(trend),
        message=change_words(trend, lang),
    )
