"""Open a case: every part is compared with its hash before anything is made of it."""

from __future__ import annotations

import hashlib
import zipfile
from dataclasses import dataclass, replace
from pathlib import Path

from ironquant.case.document import (
    SETTINGS_SCHEMA_ID,
    SettingsDocument,
    damaged,
    parse,
    read_reading,
    settings_of,
)
from ironquant.case.examination import EXAMINATION_SCHEMA_ID, ExaminationDocument
from ironquant.case.manifest import (
    ANALYSIS,
    CASE_SCHEMA_ID,
    EXAMINATION,
    IMAGES,
    MANIFEST,
    READING,
    SETTINGS,
    CaseDocument,
    MemberDocument,
    State,
    is_safe,
)
from ironquant.core import (
    CancelledError,
    CancelToken,
    CaseError,
    Examination,
    ExaminationRef,
    IronQuantError,
    Progress,
    Reading,
    Settings,
    no_progress,
)
from ironquant.dicom import read_examination
from ironquant.dicom.archives import MAX_MEMBER_BYTES, MAX_MEMBERS, MAX_TOTAL_BYTES
from ironquant.dicom.opening import Opener
from ironquant.dicom.record import SeriesReading

_PIECE = 2**20
_MOST_TEXT_BYTES = 2**28
"""Of one JSON document: a reading of many thousand points takes a few MB."""


@dataclass(frozen=True, eq=False)
class Case:
    """A case that was opened.

    Attributes
    ----------
    ref : ExaminationRef
        Its series; their files lie in the case, where `ironquant.dicom.opening.Opener` opens them.
    analysis_json : bytes or None
        The numbers as they were archived.
    software : str
        Name and version that saved it.
    """

    path: Path
    ref: ExaminationRef
    examination: Examination
    reading: Reading
    settings: Settings
    analysis_json: bytes | None
    state: State
    software: str

    @property
    def final(self) -> bool:
        """Whether it must not be changed any more."""
        return self.state == "final"


def open_case(
    path: str | Path, *, progress: Progress = no_progress, cancel: CancelToken | None = None
) -> Case:
    """Open a case; images are read where they lie in it, nothing is unpacked to the disk.

    Parameters
    ----------
    progress : Progress
        Called with the steps ``case_check`` and ``read``.

    Raises
    ------
    CaseError
        ``path_missing``; ``not_a_case``; ``case_newer``; ``case_damaged``, which names the part and what is
        wrong with it; ``case_too_large``.
    CancelledError
    """
    file = Path(path)
    manifest, texts = _checked(file, progress, cancel)
    document = parse(
        ExaminationDocument, EXAMINATION_SCHEMA_ID, texts[EXAMINATION], file=file, member=EXAMINATION
    )
    settings = settings_of(
        parse(SettingsDocument, SETTINGS_SCHEMA_ID, texts[SETTINGS], file=file, member=SETTINGS)
    )
    reading = read_reading(texts[READING], file=file, member=READING)
    ref = _ref(file, document)
    examination = read_examination(ref, progress=progress, cancel=cancel)
    findings = tuple(finding.finding() for finding in document.findings)
    more = tuple(finding for finding in examination.findings if finding not in findings)
    return Case(
        path=file,
        ref=replace(ref, findings=findings),
        examination=replace(examination, findings=(*findings, *more)),
        reading=reading,
        settings=settings,
        analysis_json=texts.get(ANALYSIS),
        state=manifest.state,
        software=manifest.software,
    )


def state_of(path: Path) -> State | None:
    """Return the state of the case at `path`; None where none stands that can be read.

    Raises
    ------
    CaseError
        ``case_newer`` if a later version wrote it.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            return _manifest(path, archive).state
    except IronQuantError as error:
        if error.finding.code == "case_newer":
            raise
        return None
    except Exception:  # zipfile raises many kinds of errors on damaged archives
        return None


def _ref(file: Path, document: ExaminationDocument) -> ExaminationRef:
    with Opener() as opener:
        reading = SeriesReading(file, opener)
        try:
            series = tuple(map(reading.series, document.series))
        except KeyError as error:
            raise damaged(file, str(error.args[0]), "reason_case_content") from None
    return ExaminationRef(file, document.patient, document.study, series, folder=file.stem)


def _checked(
    file: Path, progress: Progress, cancel: CancelToken | None
) -> tuple[CaseDocument, dict[str, bytes]]:
    """Return the manifest and the texts of a case of which every part has its hash."""
    if not file.is_file():
        raise CaseError("path_missing", file=str(file))
    try:
        archive = zipfile.ZipFile(file)
    except OSError:
        raise CaseError("unreadable_file", file=file.name, reason="reason_access") from None
    except Exception:  # zipfile raises many kinds of errors on damaged archives
        raise CaseError("not_a_case", file=file.name) from None
    with archive:
        manifest = _manifest(file, archive)
        _compare_listing(file, archive, manifest)
        texts: dict[str, bytes] = {}
        total, done = sum(member.size for member in manifest.members), 0
        for member in manifest.members:
            progress(done / max(1, total), "case_check")
            text = _content(file, archive, member, cancel)
            done += member.size
            if text is not None:
                texts[member.name] = text
    progress(1.0, "case_check")
    for name in (EXAMINATION, READING, SETTINGS):
        if name not in texts:
            raise damaged(file, name, "reason_case_missing")
    return manifest, texts


def _content(
    file: Path, archive: zipfile.ZipFile, member: MemberDocument, cancel: CancelToken | None
) -> bytes | None:
    """Compare a part with its hash, piece by piece; return it unless it is an image."""
    is_text = not member.name.startswith(f"{IMAGES}/")
    digest, pieces = hashlib.sha256(), []
    try:
        with archive.open(member.name) as handle:
            while piece := handle.read(_PIECE):
                if cancel is not None:
                    cancel.check()
                digest.update(piece)
                pieces += [piece] if is_text else []
    except CancelledError:
        raise
    except Exception:  # zipfile and zlib raise many kinds of errors on damaged members
        raise damaged(file, member.name, "reason_case_changed") from None
    if digest.hexdigest() != member.sha256:
        raise damaged(file, member.name, "reason_case_changed")
    return b"".join(pieces) if is_text else None


def _manifest(file: Path, archive: zipfile.ZipFile) -> CaseDocument:
    try:
        info = archive.getinfo(MANIFEST)
    except KeyError:
        raise CaseError("not_a_case", file=file.name) from None
    if info.file_size > _MOST_TEXT_BYTES:
        raise CaseError("case_too_large", file=file.name, member=MANIFEST)
    try:
        data = archive.read(info)
    except Exception:  # zipfile and zlib raise many kinds of errors on damaged members
        raise damaged(file, MANIFEST, "reason_case_changed") from None
    return parse(CaseDocument, CASE_SCHEMA_ID, data, file=file, member=MANIFEST)


def _compare_listing(file: Path, archive: zipfile.ZipFile, manifest: CaseDocument) -> None:
    """Refuse names that lead elsewhere, parts that are missing, added or of another size, and bombs."""
    infos = archive.infolist()
    for name in (*(info.filename for info in infos), *(member.name for member in manifest.members)):
        if not is_safe(name):
            raise damaged(file, name, "reason_case_name")
    sizes = {info.filename: info.file_size for info in infos if info.filename != MANIFEST}
    listed = {member.name: member.size for member in manifest.members}
    for name, size in listed.items():
        if name not in sizes:
            raise damaged(file, name, "reason_case_missing")
        if sizes[name] != size:
            raise damaged(file, name, "reason_case_changed")
        if size > (MAX_MEMBER_BYTES if name.startswith(f"{IMAGES}/") else _MOST_TEXT_BYTES):
            raise CaseError("case_too_large", file=file.name, member=name)
    if len(listed) != len(manifest.members) or len(sizes) + 1 != len(infos):
        raise damaged(file, MANIFEST, "reason_case_unexpected")
    unexpected = sorted(sizes.keys() - listed.keys())
    if unexpected:
        raise damaged(file, unexpected[0], "reason_case_unexpected")
    if len(listed) > MAX_MEMBERS or sum(listed.values()) > MAX_TOTAL_BYTES:
        raise CaseError("case_too_large", file=file.name, member=MANIFEST)
