"""A reading and settings as JSON documents of a case, exact to the last digit.

Each names its version. A later version adds fields; it reads older documents, which lack them, by their
defaults, and is itself refused, in words, by software that does not know it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any, Final, Literal, TypeVar

from pydantic import Field, ValidationError

from ironquant.core import (
    DICOM_OBJECTS,
    FIELDS,
    PARTS,
    SOFTWARE_NAME,
    SOFTWARE_VERSION,
    CaseError,
    ClinicalData,
    IronQuantError,
    IronUnit,
    Method,
    Organ,
    OrganReading,
    OrganSettings,
    Paper,
    Reading,
    ReportField,
    ReportPart,
    ReportTemplate,
    SegmentsWanted,
    Settings,
)
from ironquant.core.documents import DocumentModel, KeptFindingDocument, Words
from ironquant.roi.document import DrawnRegionDocument, region_of, to_region_document

READING_SCHEMA_ID: Final = "ironquant.reading/1"
SETTINGS_SCHEMA_ID: Final = "ironquant.settings/1"
SOFTWARE: Final = f"{SOFTWARE_NAME} {SOFTWARE_VERSION}"


Number = int | float
"""Whole numbers stay whole: the hash of settings tells 20 from 20.0."""


class OrganReadingDocument(DocumentModel):
    """What the reader decided for one organ; null leaves the choice to the settings."""

    organ: Organ
    series_key: str | None = None
    regions: list[DrawnRegionDocument] = Field(default_factory=list)
    echoes: list[Annotated[int, Field(ge=1)]] | None = None
    """Numbered from 1 by ascending echo time."""
    model: str | None = None
    calibration: str | None = None
    scheme: str | None = None
    exclude_outliers: bool | None = None
    proposed: DrawnRegionDocument | None = None
    """What software proposed, before anybody changed it."""
    findings: list[KeptFindingDocument] = Field(default_factory=list)


class ReadingDocument(DocumentModel):
    """Everything that a reader decided about one examination."""

    schema_: Literal["ironquant.reading/1"] = Field(READING_SCHEMA_ID, alias="schema")
    organs: list[OrganReadingDocument] = Field(default_factory=list)
    reader: Words = ""
    reviewer: Words = ""
    impression: Words | None = None
    """null: as it is proposed."""
    clinical: ClinicalData = Field(default_factory=ClinicalData)


class OrganSettingsDocument(DocumentModel):
    """How one organ is measured unless the reader decides otherwise."""

    model: str
    models_by_condition: dict[str, str]
    calibrations: list[str]
    schemes: list[str]
    repeatability_percent: Number | None = None
    method: Method = "roi-mean"
    truncation_r_squared: Number | None = None
    proposer: str = ""
    exclude_outliers: bool = False
    segments: SegmentsWanted = "auto"
    circles: bool = True


class ReportTemplateDocument(DocumentModel):
    """The template of a site's report."""

    paper: Paper = "A4"
    iron_unit: IronUnit = "mg/g"
    fields: list[ReportField] = Field(default_factory=lambda: list(FIELDS))
    parts: list[ReportPart] = Field(default_factory=lambda: list(PARTS))
    logo: str = ""
    header: str = ""
    footer: str = ""
    notice: bool = True
    words: dict[str, dict[str, str]] = Field(default_factory=dict)


class SettingsDocument(DocumentModel):
    """The resolved settings of an analysis: no profile of the reading machine is asked."""

    schema_: Literal["ironquant.settings/1"] = Field(SETTINGS_SCHEMA_ID, alias="schema")
    profile: str
    organs: dict[Organ, OrganSettingsDocument]
    languages: list[str] = Field(default_factory=lambda: ["en"])
    hospital: dict[str, str] = Field(default_factory=dict)
    report: ReportTemplateDocument = Field(default_factory=lambda: ReportTemplateDocument())
    """How the report looks; missing in cases of earlier versions."""
    dicom_objects: list[str] = Field(default_factory=lambda: list(DICOM_OBJECTS))


Document = TypeVar("Document", bound=DocumentModel)


def to_json(document: DocumentModel, *, indent: int | None = None) -> bytes:
    """Return a document as JSON in UTF-8, of one line unless indented."""
    return document.model_dump_json(by_alias=True, indent=indent).encode()


def parse(model: type[Document], schema_id: str, data: bytes, *, file: Path, member: str) -> Document:
    """Return the document in `data`.

    Raises
    ------
    CaseError
        ``case_newer`` if a later version wrote it; ``case_damaged`` if it is none.
    """
    refuse_newer(schema_id, data, file=file, member=member)
    try:
        return model.model_validate_json(data)
    except (ValidationError, IronQuantError) as error:
        raise damaged(file, member, "reason_case_content") from error


def refuse_newer(schema_id: str, data: bytes, *, file: Path, member: str) -> None:
    """Refuse a document of another kind or of a later version than `schema_id`; see `parse`."""
    kind, _, known = schema_id.partition("/")
    try:
        head = json.loads(data)
        name, _, version = str(head["schema"]).partition("/")
        number = int(version)
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise damaged(file, member, "reason_case_content") from error
    if name != kind:
        raise damaged(file, member, "reason_case_content")
    if number > int(known):
        told = str(head.get("software", "")) or "–"
        raise CaseError(
            "case_newer", file=file.name, member=member, version=number, known=int(known), software=told
        )


def damaged(file: Path, member: str, reason: str) -> CaseError:
    """Return the error for a case of which a part is not what was saved."""
    return CaseError("case_damaged", file=file.name, member=member, reason=reason)


def to_reading_document(reading: Reading) -> ReadingDocument:
    """Return a reading as a document."""
    return ReadingDocument(
        schema=READING_SCHEMA_ID,
        organs=[_organ_document(entry) for entry in reading.organs],
        reader=reading.reader,
        reviewer=reading.reviewer,
        impression=reading.impression,
        clinical=reading.clinical,
    )


def same_reading(one: Reading, other: Reading) -> bool:
    """Return whether two readings say the same to the last digit."""
    return one is other or to_reading_document(one) == to_reading_document(other)


def _organ_document(entry: OrganReading) -> OrganReadingDocument:
    return OrganReadingDocument(
        organ=entry.organ,
        series_key=entry.series_key,
        regions=[to_region_document(region) for region in entry.regions],
        echoes=None if entry.echoes is None else list(entry.echoes),
        model=entry.model,
        calibration=entry.calibration,
        scheme=entry.scheme,
        exclude_outliers=entry.exclude_outliers,
        proposed=None if entry.proposed is None else to_region_document(entry.proposed),
        findings=[KeptFindingDocument.of(finding) for finding in entry.findings],
    )


def reading_of(document: ReadingDocument) -> Reading:
    """Return the reading of a document.

    Raises
    ------
    ValueError
        Of a contour with fewer than three points.
    """
    return Reading(
        organs=tuple(_organ_reading(entry) for entry in document.organs),
        reader=document.reader,
        reviewer=document.reviewer,
        impression=document.impression,
        clinical=document.clinical,
    )


def _organ_reading(entry: OrganReadingDocument) -> OrganReading:
    return OrganReading(
        organ=entry.organ,
        series_key=entry.series_key,
        regions=tuple(region_of(region) for region in entry.regions),
        echoes=None if entry.echoes is None else tuple(entry.echoes),
        model=entry.model,
        calibration=entry.calibration,
        scheme=entry.scheme,
        exclude_outliers=entry.exclude_outliers,
        proposed=None if entry.proposed is None else region_of(entry.proposed),
        findings=tuple(finding.finding() for finding in entry.findings),
    )


def read_reading(data: bytes, *, file: Path, member: str) -> Reading:
    """Return the reading in `data`; errors as of `parse`."""
    try:
        return reading_of(parse(ReadingDocument, READING_SCHEMA_ID, data, file=file, member=member))
    except ValueError as error:
        raise damaged(file, member, "reason_case_content") from error


def to_settings_document(settings: Settings) -> SettingsDocument:
    """Return settings as a document."""
    return SettingsDocument(
        schema=SETTINGS_SCHEMA_ID,
        profile=settings.profile,
        organs={organ: OrganSettingsDocument(**_plain(entry)) for organ, entry in settings.organs.items()},
        languages=list(settings.languages),
        hospital=dict(settings.hospital),
        report=_template_document(settings.report),
        dicom_objects=list(settings.dicom_objects),
    )


def _template_document(template: ReportTemplate) -> ReportTemplateDocument:
    told: dict[str, Any] = {
        name: list(value) if isinstance(value, tuple) else value for name, value in vars(template).items()
    }
    told["words"] = {key: dict(own) for key, own in template.words.items()}
    return ReportTemplateDocument(**told)


def _plain(entry: OrganSettings) -> dict[str, Any]:
    return {
        **vars(entry),
        "models_by_condition": dict(entry.models_by_condition),
        "calibrations": list(entry.calibrations),
        "schemes": list(entry.schemes),
    }


def settings_of(document: SettingsDocument) -> Settings:
    """Return the settings of a document; their hash is that of the settings it was made from."""
    organs = {}
    for organ, entry in document.organs.items():
        told: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in vars(entry).items()
        }
        organs[organ] = OrganSettings(**told)
    shown: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in vars(document.report).items()
    }
    return Settings(
        document.profile,
        organs,
        tuple(document.languages),
        document.hospital,
        ReportTemplate(**shown),
        tuple(document.dicom_objects),
    )
