"""Find the examinations under a path, from headers alone."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from ironquant.core import (
    CancelToken,
    ExaminationRef,
    Finding,
    InputError,
    Progress,
    no_progress,
)
from ironquant.dicom.dicomfile import FileReading, HeaderReading
from ironquant.dicom.finder import images_under, is_nifti, named_like_image
from ironquant.dicom.frames import Frame
from ironquant.dicom.listing import refused, series_refs, unique_keys
from ironquant.dicom.niftifile import NiftiVolume, read_nifti_header
from ironquant.dicom.niftitimes import with_times
from ironquant.dicom.niftitrains import nifti_examinations
from ironquant.dicom.opening import Opener
from ironquant.dicom.problems import DAMAGE, Problem, place_of, problem_findings, two_patients
from ironquant.dicom.trains import trains_of


@dataclass
class _Found:
    frames: list[Frame] = field(default_factory=list)
    volumes: list[NiftiVolume] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def scan(
    path: str | Path,
    *,
    files: Sequence[Path] | None = None,
    te_ms: Sequence[float] | None = None,
    progress: Progress = no_progress,
    cancel: CancelToken | None = None,
) -> tuple[ExaminationRef, ...]:
    """List the examinations in a file, folder or archive, reading headers only.

    Parameters
    ----------
    path : str or Path
        A DICOM or NIfTI file; a folder that is searched with everything below it; a zip or tar archive,
        which is read as a folder; or a DICOMDIR, whose images are read.
    files : sequence of Path, optional
        Files and archives under `path` to look at, instead of all.
    te_ms : sequence of float or None
        Echo times for NIfTI files that do not tell theirs, in the order of the volumes (or of the numbers
        in the file names).
    progress : Progress
        Called with the step ``scan``.
    cancel : CancelToken or None
        Looked at between files.

    Returns
    -------
    tuple of ExaminationRef
        One per study of one patient, in order of date. What is wrong with a file stands in the
        findings; it is never an exception.

    Raises
    ------
    InputError
        ``path_missing``; ``no_images``; or, where nothing but damaged images was found, the finding of
        the first of them.
    CancelledError
    """
    root = Path(path)
    if not root.exists():
        raise InputError("path_missing", file=str(path))
    found = _read_all((root,) if files is None else files, progress, cancel)
    examinations = _dicom_examinations(root, found.frames)
    volumes = with_times(found.volumes, te_ms) if te_ms else found.volumes
    for exam in nifti_examinations(root, volumes):
        # Beside DICOM, NIfTI files without echo times are masks, maps or truth, not examinations.
        if not found.frames or any(entry.te_ms for entry in exam.series):
            _add(examinations, exam)
    if not examinations:
        _refuse(root, found.problems)
    progress(1.0, "scan")
    examinations.sort(key=lambda exam: (str(exam.study.date or ""), exam.study.time, exam.study.instance_uid))
    return tuple(_with_problems(examinations, found))


def _read_all(starts: Iterable[Path], progress: Progress, cancel: CancelToken | None) -> _Found:
    found = _Found()
    progress(0.0, "scan")
    with Opener() as opener:
        tell = found.problems.append
        paths = [path for start in starts for path in images_under(start, opener, tell, cancel)]
        headers = HeaderReading(opener)
        seen: set[Hashable] = set()
        for number, path in enumerate(paths):
            if cancel is not None:
                cancel.check()
            progress(number / len(paths), "scan")
            if is_nifti(path):
                _take_nifti(found, path, opener)
            else:
                _take_dicom(found, path, headers.read(path), seen)
    return found


def _take_nifti(found: _Found, path: Path, opener: Opener) -> None:
    volume, reason = read_nifti_header(path, opener)
    if volume is None:
        found.problems.append(Problem(path, "unreadable_file", reason))
    else:
        found.volumes.append(volume)


def _take_dicom(found: _Found, path: Path, reading: FileReading, seen: set[Hashable]) -> None:
    if reading.problem:
        code, reason = reading.problem, reading.reason
        if code == "not_dicom" and named_like_image(path):
            code, reason = "unreadable_file", "reason_not_dicom"
        found.problems.append(Problem(path, code, reason))
    found.problems += [Problem(path, "invalid_number", field=name) for name in reading.invalid_fields]
    for frame in reading.frames:
        identity = _identity(frame)
        if identity not in seen:  # the same object exported twice is one image
            seen.add(identity)
            found.frames.append(frame)


def _identity(frame: Frame) -> Hashable:
    """Return what two copies of one image share; tools that de-identify give many images one UID."""
    file = frame.file
    if not file.sop_uid:
        return file.path, frame.index
    said = (frame.te_ms, frame.position, frame.component, frame.image_type, frame.repeat_marks)
    return file.sop_uid, frame.index, file.series_uid, said


def _refuse(root: Path, problems: list[Problem]) -> None:
    damaged = [problem for problem in problems if problem.code in DAMAGE]
    if damaged:
        raise InputError(damaged[0].code, file=damaged[0].path.name, reason=damaged[0].reason)
    if root.is_file() and problems and problems[0].path == root:
        raise InputError(problems[0].code, file=root.name, reason=problems[0].reason)
    raise InputError("no_images", file=str(root))


def _dicom_examinations(root: Path, frames: Iterable[Frame]) -> list[ExaminationRef]:
    studies: dict[str, list[Frame]] = {}
    for frame in frames:
        studies.setdefault(frame.file.study.instance_uid, []).append(frame)
    return [_examination(root, members) for members in studies.values()]


def _examination(root: Path, frames: list[Frame]) -> ExaminationRef:
    series = series_refs(trains_of(frames))
    findings: tuple[Finding, ...] = ()
    n_patients = _patient_count(frames)
    if n_patients > 1:
        refusal = two_patients(n_patients, *map(place_of, _of_different_people(frames)))
        series, findings = refused(series, refusal), (refusal,)
    first = frames[0].file
    told = next((frame.file for frame in frames if frame.file.study.field_t), first)
    study = replace(first.study, field_t=told.study.field_t, nominal_field_t=told.study.nominal_field_t)
    return ExaminationRef(root, first.patient, study, series, findings, first.path.parent.name)


def _add(examinations: list[ExaminationRef], exam: ExaminationRef) -> None:
    """Add an examination of NIfTI files, to that of the same study where it is there as DICOM too."""
    for index, known in enumerate(examinations):
        if known.study.instance_uid == exam.study.instance_uid:
            series = tuple(unique_keys((*known.series, *exam.series)))
            findings = (*known.findings, *exam.findings)
            if len({known.patient.id, exam.patient.id} - {""}) > 1:
                refusal = two_patients(2, known.series[0].label, exam.series[0].label)
                series, findings = refused(series, refusal), (*findings, refusal)
            examinations[index] = replace(known, series=series, findings=findings)
            return
    examinations.append(exam)


def _patient_count(frames: list[Frame]) -> int:
    """Count the patients by ID; of one ID (or none) by names whose birth dates differ as well."""
    ids = {frame.file.patient.id.strip().upper() for frame in frames} - {""}
    if len(ids) > 1:
        return len(ids)
    people = {
        (frame.file.patient.name.upper(), frame.file.patient.birth_date)
        for frame in frames
        if frame.file.patient.name and frame.file.patient.birth_date
    }
    names, births = {name for name, _ in people}, {birth for _, birth in people}
    if len(names) > 1 and len(births) > 1:
        return len(people)
    if not ids:
        return max(1, len({frame.file.patient.name.upper() for frame in frames} - {""}))
    return 1


def _of_different_people(frames: Sequence[Frame]) -> tuple[Path, Path]:
    """Return two files that name different patients: by ID, else by name and birth date."""
    ids: dict[object, Path] = {}
    people: dict[object, Path] = {}
    for frame in frames:
        patient = frame.file.patient
        if patient.id.strip():
            ids.setdefault(patient.id.strip().upper(), frame.file.path)
        if patient.name or patient.birth_date:
            people.setdefault((patient.name.upper(), patient.birth_date), frame.file.path)
    first, other = [*(ids if len(ids) > 1 else people).values()][:2]
    return first, other


def _with_problems(examinations: list[ExaminationRef], found: _Found) -> list[ExaminationRef]:
    """Tell every problem to the examination whose files lie beside it, else to the first."""
    folders: dict[Path, int] = {}
    index = {exam.study.instance_uid: number for number, exam in enumerate(examinations)}
    for frame in found.frames:
        folders.setdefault(frame.file.path.parent, index.get(frame.file.study.instance_uid, 0))
    told: dict[int, list[Problem]] = {}
    for problem in found.problems:
        told.setdefault(folders.get(problem.path.parent, 0), []).append(problem)
    return [
        replace(exam, findings=(*exam.findings, *problem_findings(told.get(number, []))))
        for number, exam in enumerate(examinations)
    ]
