"""What became of one examination of a batch, as a small file: where it stands, the work is done."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, ValidationError

from ironquant.batch.folder import BatchFolder
from ironquant.core import Finding, write_bytes_atomic
from ironquant.core.documents import DocumentModel, KeptFindingDocument

Status = Literal["done", "failed"]


class Thumbnail(DocumentModel):
    """A proposed region on its image."""

    organ: str
    site: str
    jpeg: str
    """Base64."""


class MapDocument(DocumentModel):
    """What the maps of an organ were made with; an equal one need not be computed again."""

    organ: str
    series: str
    model: str
    echoes: list[int] | None
    r_squared_target: float | None


class RecordDocument(DocumentModel):
    """The outcome of one examination."""

    job: str
    recipe: str
    """Digest of what the results follow from, beside the images."""
    stamp: str
    """Digest of sizes and times of what was read."""
    content: str
    """SHA-256 over the content of what was read; empty where that cannot be told."""
    status: Status
    reason: KeptFindingDocument | None = None
    thumbnails: list[Thumbnail] = Field(default_factory=list)
    maps: list[MapDocument] = Field(default_factory=list)
    seconds: Annotated[float, Field(ge=0)] = 0.0
    """How long it took."""


def read_record(folder: BatchFolder, job: str) -> RecordDocument | None:
    """Return what became of an examination; None where nothing is known yet."""
    try:
        return RecordDocument.model_validate_json(folder.record(job).read_bytes())
    except (OSError, ValidationError):
        return None


def write_record(folder: BatchFolder, record: RecordDocument) -> None:
    """Keep what became of an examination, in one step."""
    write_bytes_atomic(folder.record(record.job), record.model_dump_json().encode())


def failure(job: str, recipe: str, stamp: str, content: str, finding: Finding) -> RecordDocument:
    """Return the outcome of an examination that gave no number."""
    return RecordDocument(
        job=job,
        recipe=recipe,
        stamp=stamp,
        content=content,
        status="failed",
        reason=KeptFindingDocument.of(finding),
    )
