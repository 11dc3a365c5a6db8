"""Regions as JSON, ``ironquant.regions/1``: places in the patient, with who drew them and when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Final, Literal

import numpy as np
from pydantic import Field, ValidationError

from ironquant.core import SOFTWARE_NAME, SOFTWARE_VERSION, EchoShift, Organ, Region, RegionError, RegionEvent
from ironquant.core.documents import DocumentModel

REGIONS_SCHEMA_ID: Final = "ironquant.regions/1"
Point = tuple[float, float, float]


class RegionEventDocument(DocumentModel):
    """Something that happened to a region."""

    action: str
    """proposed, drawn, edited, read, carried-over, accepted."""
    who: str
    when: dt.datetime | None


class EchoShiftDocument(DocumentModel):
    """By how much the region is moved on one echo, because the patient moved between echoes."""

    echo: Annotated[int, Field(ge=1)]
    """Numbered from 1 by ascending echo time."""
    shift_mm: Point
    """In DICOM patient coordinates."""


class DrawnRegionDocument(DocumentModel):
    """One region; a pixel belongs to it if its centre lies inside its contours by the even-odd rule."""

    organ: Organ
    site: str
    series_instance_uid: str | None = None
    """On which it was drawn."""
    reported: bool
    source: Literal["auto", "manual", "edited", "file"]
    proposer: str
    confidence: float | None
    contours_lps_mm: list[list[Point]]
    """Closed polygons, each within one slice, in DICOM patient coordinates."""
    history: list[RegionEventDocument]
    echo_shifts: list[EchoShiftDocument] = Field(default_factory=list)
    """Empty: the region lies in the same place on every echo."""


class RegionsDocument(DocumentModel):
    """The regions of one examination."""

    schema_id: Literal["ironquant.regions/1"] = Field(alias="schema")
    software: str
    study_instance_uid: str | None
    regions: list[DrawnRegionDocument]


def to_regions_document(
    regions: Iterable[tuple[Region, str]], study_instance_uid: str = ""
) -> RegionsDocument:
    """Return regions, each with the UID of the series that it was drawn on, as a document."""
    return RegionsDocument(
        schema=REGIONS_SCHEMA_ID,
        software=f"{SOFTWARE_NAME} {SOFTWARE_VERSION}",
        study_instance_uid=study_instance_uid or None,
        regions=[to_region_document(region, series_uid) for region, series_uid in regions],
    )


def to_region_document(region: Region, series_uid: str = "") -> DrawnRegionDocument:
    """Return a region, with the UID of the series that it was drawn on, as a document."""
    return DrawnRegionDocument(
        organ=region.organ,
        site=region.site,
        series_instance_uid=series_uid or None,
        reported=region.reported,
        source=region.source,
        proposer=region.proposer,
        confidence=region.confidence,
        contours_lps_mm=[[(x, y, z) for x, y, z in contour.tolist()] for contour in region.contours],
        history=[
            RegionEventDocument(action=event.action, who=event.who, when=event.when)
            for event in region.history
        ],
        echo_shifts=shift_documents(region),
    )


def shift_documents(region: Region) -> list[EchoShiftDocument]:
    """Return by how much a region is moved on single echoes."""
    return [EchoShiftDocument(echo=entry.echo, shift_mm=entry.shift_mm) for entry in region.echo_shifts]


def read_regions_document(path: Path, data: bytes, series_uid: str = "") -> list[Region]:
    """Return the regions of a JSON document.

    Shifts between echoes belong to one acquisition: those of regions drawn on another series than
    `series_uid` are left out.

    Raises
    ------
    RegionError
        ``region_file_unreadable`` if it is no such document.
    """
    try:
        document = RegionsDocument.model_validate_json(data)
        return [_region_on(entry, series_uid) for entry in document.regions]
    except (ValidationError, ValueError) as error:
        raise RegionError("region_file_unreadable", file=str(path), reason="reason_not_regions") from error


def _region_on(entry: DrawnRegionDocument, series_uid: str) -> Region:
    region = region_of(entry)
    return region if entry.series_instance_uid == series_uid else replace(region, echo_shifts=())


def region_of(entry: DrawnRegionDocument) -> Region:
    """Return the region of a document.

    Raises
    ------
    ValueError
        Of a contour with fewer than three points, or shifts that stand twice for an echo.
    """
    return Region(
        organ=entry.organ,
        site=entry.site,
        contours=tuple(np.array(contour, dtype=np.float64) for contour in entry.contours_lps_mm),
        source=entry.source,
        proposer=entry.proposer,
        confidence=entry.confidence,
        reported=entry.reported,
        history=tuple(RegionEvent(event.action, event.who, event.when) for event in entry.history),
        echo_shifts=tuple(EchoShift(shift.echo, shift.shift_mm) for shift in entry.echo_shifts),
    )
