"""How each examination is read: found once by the headers, kept, and read again from there."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError

from ironquant.batch.discover import Source, Unit, stamp_of
from ironquant.batch.folder import BatchFolder
from ironquant.batch.options import digest
from ironquant.case.examination import EXAMINATION_SCHEMA_ID, ExaminationDocument
from ironquant.core import ExaminationRef, Finding, InputError, write_bytes_atomic
from ironquant.core.documents import DocumentModel, KeptFindingDocument
from ironquant.dicom import scan
from ironquant.dicom.opening import Opener
from ironquant.dicom.reading import missed_organs
from ironquant.dicom.record import SeriesReading, files_of, to_series_document
from ironquant.export import study_folder

NOTHING_THERE = "no_images"
"""Finding of a folder that holds no image: it is no examination, and no failure."""
_PIECE = 2**20


class FileDocument(DocumentModel):
    """One file that an examination is read from."""

    name: str
    size: int
    changed_ns: int


class JobDocument(DocumentModel):
    """One examination of a batch."""

    job: str
    """Name of its folder of results."""
    uid: str
    """StudyInstanceUID, or one made of what cannot be read."""
    units: dict[str, str]
    """Where it was found, and the listing of each place then."""
    files: list[FileDocument] = Field(default_factory=list)
    examination: ExaminationDocument | None = None
    """null: a place that cannot be looked into."""
    refusals: list[KeptFindingDocument] = Field(default_factory=list)
    """Why nothing can be measured."""

    @property
    def stamp(self) -> str:
        """Digest of what is read, by sizes and times."""
        return digest(self.model_dump(mode="json", exclude={"units"}))


class StudyDocument(DocumentModel):
    """An examination in one place."""

    uid: str
    job: str


class UnitDocument(DocumentModel):
    """What one folder or archive holds."""

    unit: str
    listing: str
    studies: list[StudyDocument]


@dataclass(frozen=True)
class DescribeTask:
    """Places to look into, together.

    Attributes
    ----------
    only : str
        UID of the examination that is asked for; empty: all.
    """

    source: Source
    folder: BatchFolder
    units: tuple[Unit, ...]
    te_ms: tuple[float, ...] | None
    only: str = ""


def describe(task: DescribeTask) -> UnitDocument:
    """Look into places by the headers, and keep how each examination there is read."""
    files = [path for unit in task.units for path in unit.files]
    listings = {unit.name: unit.listing for unit in task.units}
    first = task.units[0]
    documents: list[JobDocument] = []
    try:
        root = files[0] if len(files) == 1 else task.source.base
        refs = scan(root, files=files, te_ms=task.te_ms)
    except InputError as error:
        if error.finding.code != NOTHING_THERE:
            documents.append(_refused(first.name, listings, error.finding))
    else:
        wanted = [ref for ref in refs if task.only in ("", ref.study.instance_uid)]
        documents += [_job(ref, task.source, listings) for ref in wanted]
    for document in documents:
        keep_plan(task.folder, document)
    studies = [StudyDocument(uid=document.uid, job=document.job) for document in documents]
    return UnitDocument(unit=first.name, listing=first.listing, studies=studies)


def keep_plan(folder: BatchFolder, document: JobDocument) -> None:
    """Write how an examination is read."""
    write_bytes_atomic(folder.plan(document.job), document.model_dump_json(by_alias=True).encode())


def read_plan(folder: BatchFolder, job: str) -> JobDocument | None:
    """Return how an examination is read; None where that is not known, or no longer understood."""
    try:
        return JobDocument.model_validate_json(folder.plan(job).read_bytes())
    except (OSError, ValidationError):
        return None


def read_units(folder: BatchFolder) -> dict[str, UnitDocument]:
    """Return what is known of places; a line that was cut short is passed over."""
    known: dict[str, UnitDocument] = {}
    try:
        lines = folder.units_file.read_bytes().splitlines()
    except OSError:
        return known
    for line in lines:
        try:
            document = UnitDocument.model_validate_json(line)
        except ValidationError:
            continue
        known[document.unit] = document
    return known


def write_units(folder: BatchFolder, documents: Iterable[UnitDocument]) -> None:
    """Write what is known of places, in one step."""
    lines = [document.model_dump_json() + "\n" for document in documents]
    write_bytes_atomic(folder.units_file, "".join(lines).encode("utf-8", "surrogatepass"))


def crashed(unit: Unit, finding: Finding) -> JobDocument:
    """Return the examination that stands for a place which could not be looked into at all."""
    return _refused(unit.name, {unit.name: unit.listing}, finding)


def _refused(name: str, listings: Mapping[str, str], finding: Finding) -> JobDocument:
    uid = f"place:{name}"
    hashed = hashlib.sha256(uid.encode("utf-8", "surrogatepass")).hexdigest()
    return JobDocument(
        job=f"nodate_{hashed[:8]}", uid=uid, units=dict(listings), refusals=[KeptFindingDocument.of(finding)]
    )


def _job(ref: ExaminationRef, source: Source, listings: Mapping[str, str]) -> JobDocument:
    from ironquant.studies import why_unreadable

    job, uid = study_folder(ref.study), ref.study.instance_uid
    told = () if ref.measurable else why_unreadable(ref)
    series = (*ref.readable_series, *ref.readable_maps) if ref.measurable else ()
    with Opener() as opener:
        paths = dict.fromkeys(path for entry in series for path in files_of(entry, opener))
    names = {path: source.place(path) for path in sorted(paths)}
    stamps = {path: stamp_of(path) for path in names}
    document = ExaminationDocument(
        schema=EXAMINATION_SCHEMA_ID,
        patient=ref.patient,
        study=ref.study,
        series=[to_series_document(entry, names) for entry in series],
        findings=[KeptFindingDocument.of(finding) for finding in (*ref.findings, *missed_organs(ref))],
    )
    files = [
        FileDocument(name=name, size=stamps[path][0], changed_ns=stamps[path][1])
        for path, name in names.items()
    ]
    return JobDocument(
        job=job,
        uid=uid,
        units=dict(listings),
        files=files,
        examination=document,
        refusals=[KeptFindingDocument.of(finding) for finding in told],
    )


def is_fresh(document: JobDocument, source: Source, listings: Mapping[str, str]) -> bool:
    """Whether nothing changed in the places of an examination, nor in the files that it is read from."""
    if document.units != dict(listings):
        return False
    return all(
        stamp_of(source.base / entry.name) == (entry.size, entry.changed_ns) for entry in document.files
    )


def reference_of(document: JobDocument, source: Source) -> ExaminationRef | None:
    """Return the examination as `scan` found it, as far as it can be measured; None where it cannot.

    Raises
    ------
    InputError
        ``file_changed`` if a file is no longer the one that was found.
    """
    kept = document.examination
    if kept is None or document.refusals:
        return None
    with Opener() as opener:
        reading = SeriesReading(source.base, opener)
        try:
            series = tuple(map(reading.series, kept.series))
        except KeyError as error:
            raise InputError("file_changed", file=Path(str(error.args[0])).name) from None
    findings = tuple(finding.finding() for finding in kept.findings)
    return ExaminationRef(source.base, kept.patient, kept.study, series, findings, folder=document.job)


def content_of(document: JobDocument, source: Source) -> str:
    """Return the SHA-256 over the content of every file that an examination is read from."""
    told = hashlib.sha256()
    with Opener() as opener:
        for entry in document.files:
            own = hashlib.sha256()
            try:
                with opener.open(source.base / entry.name) as opened:
                    while piece := opened.handle.read(_PIECE):
                        own.update(piece)
            except OSError as error:
                raise InputError("file_changed", file=Path(entry.name).name) from error
            told.update(own.digest())
    described: Any = document.model_dump(mode="json", include={"examination", "refusals"})
    told.update(json.dumps(described, sort_keys=True).encode())
    return told.hexdigest()
