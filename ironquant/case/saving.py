"""Write a case: images, reading, settings and numbers in one file, in one step."""

from __future__ import annotations

import hashlib
import stat
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from ironquant.case.document import (
    SOFTWARE,
    to_json,
    to_reading_document,
    to_settings_document,
)
from ironquant.case.examination import EXAMINATION_SCHEMA_ID, ExaminationDocument
from ironquant.case.lock import UNKNOWN, CaseLock, holder_of, open_elsewhere
from ironquant.case.manifest import (
    ANALYSIS,
    CASE_SCHEMA_ID,
    EXAMINATION,
    MANIFEST,
    READING,
    SETTINGS,
    CaseDocument,
    MemberDocument,
    State,
    member_names,
)
from ironquant.case.opening import state_of
from ironquant.core import (
    CancelToken,
    Examination,
    ExaminationRef,
    OutputError,
    Progress,
    Reading,
    SeriesRef,
    Settings,
    no_progress,
    write_atomic,
)
from ironquant.core.documents import KeptFindingDocument
from ironquant.dicom.opening import Opener, Stamp
from ironquant.dicom.record import files_of, to_series_document

_TIME = (1980, 1, 1, 0, 0, 0)
"""The earliest of zip: the same content gives the same bytes. Nothing is deflated, as the bytes would then
depend on the release of the library; it would halve the size, and take ten times as long."""
_PIECE = 2**20


def save_case(
    path: str | Path,
    ref: ExaminationRef,
    examination: Examination,
    reading: Reading,
    settings: Settings,
    *,
    analysis_json: bytes | None = None,
    state: State = "draft",
    lock: CaseLock | None = None,
    progress: Progress = no_progress,
    cancel: CancelToken | None = None,
) -> Path:
    """Write a case in one step; a case that stands there is replaced if it is a draft.

    The image files are copied bit by bit: those of the series that the reading measures (of all series
    where it measures none), and the maps of the scanner, which the measurement is compared with.

    Parameters
    ----------
    path : str or Path
        Ends in ``.iqcase``.
    ref, examination
        What was read, and where from: a folder, an archive or another case.
    analysis_json : bytes, optional
        What `ironquant.export.to_json` makes of the analysis of this very reading.
    state : {"draft", "final"}
        A final case can be opened, but not replaced.
    lock : CaseLock, optional
        Ours of `path`, if we hold it.
    progress : Progress
        Called with the step ``case_save``.

    Raises
    ------
    OutputError
        ``case_final``, ``case_open_elsewhere``, ``case_image_changed`` for an image that is no longer the
        one that was read, ``output_not_written``. What stood at `path` is untouched then.
    CaseError
        ``case_newer``, as of `require_writable`.
    CancelledError
    """
    target = Path(path)
    require_writable(target, lock)
    with Opener() as opener:
        entries = _entries(ref, examination, reading)
        files = _Files.of(entries, opener)
        document = _examination_document(examination, entries, files.names)
        texts = {
            READING: to_json(to_reading_document(reading), indent=1),
            SETTINGS: to_json(to_settings_document(settings), indent=1),
            EXAMINATION: to_json(document, indent=1),
        }
        if analysis_json is not None:
            texts[ANALYSIS] = analysis_json

        def write(temporary: Path) -> None:
            with zipfile.ZipFile(temporary, "w") as archive:
                members = [_written(archive, name, data) for name, data in sorted(texts.items())]
                members += _copied(archive, files, opener, progress, cancel)
                date = examination.study.date
                manifest = CaseDocument(
                    schema=CASE_SCHEMA_ID,
                    software=SOFTWARE,
                    state=state,
                    study_date=date.isoformat() if date else None,
                    members=sorted(members, key=lambda member: member.name),
                )
                _written(archive, MANIFEST, to_json(manifest, indent=1))
            opener.close()  # on Windows a file that is read cannot be replaced
            require_writable(target, lock)

        written = write_atomic(target, write)
    progress(1.0, "case_save")
    return written


def require_writable(path: Path, lock: CaseLock | None = None) -> None:
    """Refuse to write where a final case stands, or one that is open elsewhere.

    Raises
    ------
    OutputError
        ``case_final`` or ``case_open_elsewhere``.
    CaseError
        ``case_newer``: a later version wrote what stands there.
    """
    ours = lock if lock is not None and lock.path == path.absolute() else None
    if ours is None or not ours.held:
        # Whoever took a hold from us may have let it go again, but changed the case.
        holder = holder_of(path) or (UNKNOWN if ours else None)
        if holder is not None:
            raise open_elsewhere(path, holder)
    if state_of(path) == "final":
        raise OutputError("case_final", file=path.name)


def _entries(ref: ExaminationRef, examination: Examination, reading: Reading) -> tuple[SeriesRef, ...]:
    """Return the series that a case needs."""
    measured = {entry.series_key for entry in reading.organs}
    trains = {series.key for series in examination.series}
    maps = {entry.key for entry in examination.maps}
    wanted = (measured & trains or (set() if measured & maps else trains)) | maps
    return tuple(entry for entry in ref.series if entry.key in wanted)


@dataclass(frozen=True)
class _Files:
    """The image files of a case: stamp where one is known, and name in the archive."""

    stamps: Mapping[Path, Stamp | None]
    names: Mapping[Path, str]

    @classmethod
    def of(cls, entries: Iterable[SeriesRef], opener: Opener) -> _Files:
        stamps: dict[Path, Stamp | None] = {}
        for entry in entries:
            stamps |= files_of(entry, opener)
        return cls(stamps, member_names(stamps))


def _examination_document(
    examination: Examination, entries: Iterable[SeriesRef], names: Mapping[Path, str]
) -> ExaminationDocument:
    return ExaminationDocument(
        schema=EXAMINATION_SCHEMA_ID,
        patient=examination.patient,
        study=examination.study,
        series=[to_series_document(entry, names) for entry in entries],
        findings=[KeptFindingDocument.of(finding) for finding in examination.findings],
    )


def _copied(
    archive: zipfile.ZipFile, files: _Files, opener: Opener, progress: Progress, cancel: CancelToken | None
) -> Iterator[MemberDocument]:
    """Copy the images, piece by piece."""
    ordered = sorted(files.names.items(), key=lambda item: item[1])
    for done, (path, name) in enumerate(ordered):
        if cancel is not None:
            cancel.check()
        progress(done / len(ordered), "case_save")
        try:
            with opener.open(path) as source:
                expected = files.stamps[path]
                if expected is not None and source.stamp != expected:
                    raise OutputError("case_image_changed", file=path.name)
                yield _streamed(archive, name, source.handle, source.size)
        except OutputError:
            raise
        except FileNotFoundError:
            raise OutputError("case_image_changed", file=path.name) from None


def _written(archive: zipfile.ZipFile, name: str, data: bytes) -> MemberDocument:
    archive.writestr(_info(name, len(data)), data)
    return MemberDocument(name=name, size=len(data), sha256=hashlib.sha256(data).hexdigest())


def _streamed(archive: zipfile.ZipFile, name: str, handle: BinaryIO, size: int) -> MemberDocument:
    digest, total = hashlib.sha256(), 0
    with archive.open(_info(name, size), "w") as member:
        while piece := handle.read(_PIECE):
            digest.update(piece)
            total += len(piece)
            member.write(piece)
    return MemberDocument(name=name, size=total, sha256=digest.hexdigest())


def _info(name: str, size: int) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, _TIME)
    info.create_system = 3
    info.external_attr = (stat.S_IFREG | 0o600) << 16
    info.compress_type = zipfile.ZIP_STORED
    info.file_size = size
    return info
