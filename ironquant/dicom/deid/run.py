"""De-identify a folder: survey the files, save the key, then write the images."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ironquant.core import (
    CancelToken,
    Finding,
    InputError,
    OutputError,
    ParamValue,
    Progress,
    SettingsError,
    Severity,
    no_progress,
)
from ironquant.dicom.deid.dates import shown_age
from ironquant.dicom.deid.elements import Disguise
from ironquant.dicom.deid.images import OverlayInPixelsError, read_and_clean, write_image
from ironquant.dicom.deid.keyfile import KeyFile, PatientEntry, Person
from ironquant.dicom.deid.kinds import kind_of
from ironquant.dicom.deid.niftis import TooLargeError, person_of, write_nifti
from ironquant.dicom.dicomdir import is_dicomdir
from ironquant.dicom.dicomfile import FileReading, HeaderReading
from ironquant.dicom.finder import images_under, is_nifti, named_like_image
from ironquant.dicom.niftifile import NiftiVolume, read_nifti_header, text_of
from ironquant.dicom.opening import Opener
from ironquant.dicom.problems import Problem
from ironquant.dicom.values import made_uid

_MANY = 3
_SURVEY_SHARE = 0.3
_FAILURES = ("unreadable_file",)
_SEVERITY: dict[str, Severity] = {"not_dicom": "info", "deid_left_out": "info", "deid_twice": "info"}


@dataclass(frozen=True)
class DeidentifyOptions:
    """What the user decides.

    Attributes
    ----------
    include_burnt_in : bool
        Write images too whose pixels may show text (screenshots, ultrasound, secondary captures).
    keep_descriptions : bool
        Keep all words of descriptions that are not the patient's, instead of known words only. The
        Clean Descriptors Option is then not claimed.
    dry_run : bool
        Say what would be done; write neither images nor key.
    """

    include_burnt_in: bool = False
    keep_descriptions: bool = False
    dry_run: bool = False


@dataclass(frozen=True)
class Deidentified:
    """What was done.

    Attributes
    ----------
    folder : Path
        One folder per pseudonym: ``{pseudonym}/{date}_{8 hex}/{series}_{8 hex}/{16 hex}.dcm``.
    n_files : int
        Images written (by a dry run: to be written).
    n_failed : int
        Files that should have been written and could not be.
    n_left_out : int
        Files left out for what they are.
    findings : tuple of Finding
        Why files were left out or failed.
    """

    folder: Path
    key: Path
    n_patients: int
    n_studies: int
    n_files: int
    n_failed: int
    n_left_out: int
    findings: tuple[Finding, ...] = ()

    @property
    def told(self) -> Mapping[str, str | int]:
        """Folder and numbers, as the texts name them."""
        names = ("n_patients", "n_studies", "n_files", "n_failed", "n_left_out")
        return {"folder": str(self.folder), **{name: getattr(self, name) for name in names}}


@dataclass(frozen=True)
class _Job:
    """One file to be written."""

    path: Path
    person: Person
    age: str
    volume: NiftiVolume | None = None


@dataclass
class _Tally:
    """What is noticed on the way: (code, reason) → files."""

    files: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)

    def note(self, code: str, path: Path, reason: str = "") -> None:
        self.files.setdefault((code, reason), []).append(path.name)
        self.counts[code] += 1

    def findings(self) -> tuple[Finding, ...]:
        found: list[Finding] = []
        for (code, reason), names in self.files.items():
            severity = _SEVERITY.get(code, "warning")
            told: dict[str, ParamValue] = {"reason": reason} if reason else {}
            if len(names) > _MANY:
                params = {"n_files": len(names), "file": names[0], **told}
                found.append(Finding(f"{code}_many", severity, params))
            else:
                found += [Finding(code, severity, {"file": name, **told}) for name in names]
        return tuple(found)


def deidentify(
    source: str | Path,
    out: str | Path,
    key: str | Path,
    options: DeidentifyOptions = DeidentifyOptions(),
    *,
    progress: Progress = no_progress,
    cancel: CancelToken | None = None,
) -> Deidentified:
    """Write de-identified copies of the images under a path (DICOM PS3.15 Annex E).

    The Basic Application Level Confidentiality Profile with the options Retain Longitudinal Temporal
    Information With Modified Dates, Retain Device Identity, Retain Safe Private, Clean Descriptors and,
    of the patient's characteristics, sex and age (over 89 years: 90).

    Parameters
    ----------
    source : str or Path
        What `ironquant.dicom.scan` reads: file, folder, archive or DICOMDIR. Never changed.
    out : str or Path
        Folder for the copies, apart from `source`.
    key : str or Path
        File that tells who is behind a pseudonym, outside `out`. Used again, it gives the same
        patient the same pseudonym and the same shift of dates.
    options : DeidentifyOptions
    progress : Progress
        Called with the steps ``scan`` and ``deidentify``.
    cancel : CancelToken or None
        Looked at between files; what is written by then is de-identified and in the key.

    Raises
    ------
    InputError
        ``path_missing``; ``no_images``; ``deid_nothing_left`` where every image was left out.
    SettingsError
        ``deid_key_inside``, ``deid_folder_shared`` or ``deid_key_invalid``.
    OutputError
    CancelledError
    """
    source, out, key = Path(source), Path(out), Path(key)
    if not source.exists():
        raise InputError("path_missing", file=str(source))
    _check_places(source, out, key)
    keys = KeyFile.open(key)
    tally = _Tally()
    written: set[Path] = set()
    with Opener() as opener:
        jobs = list(_survey(source, opener, options, tally, progress, cancel))
        if not jobs:
            _refuse(source, tally)
        entries = [keys.entry(job.person) for job in jobs]
        if not options.dry_run:
            keys.save()  # before the first image: no pseudonym may be left without its key
        for number, (job, entry) in enumerate(zip(jobs, entries, strict=True)):
            if cancel is not None:
                cancel.check()
            progress(_SURVEY_SHARE + (1 - _SURVEY_SHARE) * number / len(jobs), "deidentify")
            _write(job, entry, keys, opener, out, options, tally, written)
    progress(1.0, "deidentify")
    return Deidentified(
        folder=out,
        key=key,
        n_patients=len({entry.pseudonym for entry in entries}),
        n_studies=len({job.person.study.instance_uid for job in jobs}),
        n_files=len(written),
        n_failed=sum(tally.counts[code] for code in _FAILURES),
        n_left_out=tally.counts["deid_left_out"] + tally.counts["deid_burnt_in"],
        findings=tally.findings(),
    )


def _check_places(source: Path, out: Path, key: Path) -> None:
    """Refuse a key that would travel with the images, and copies that would mix with originals.

    Beside a single file or archive there is room for a folder of copies; around or inside a folder of
    originals, and in that of a DICOMDIR, which names files below it, there is none.
    """
    if _inside(key, out):
        raise SettingsError("deid_key_inside", file=str(key), folder=str(out))
    root = source.parent if source.is_file() and _is_dicomdir(source) else source
    if _inside(root, out) or _inside(out, root) or (out.exists() and not out.is_dir()):
        raise SettingsError("deid_folder_shared", folder=str(out))
    if key.exists() and source.is_file() and key.resolve() == source.resolve():
        raise SettingsError("deid_key_invalid", file=str(key))


def _is_dicomdir(path: Path) -> bool:
    try:
        with path.open("rb") as handle:
            return is_dicomdir(handle.read(4096))
    except OSError:
        return False


def _inside(path: Path, folder: Path) -> bool:
    inner, outer = (os.path.normcase(item.resolve()) for item in (path, folder))
    return Path(inner).is_relative_to(outer)


def _survey(
    root: Path,
    opener: Opener,
    options: DeidentifyOptions,
    tally: _Tally,
    progress: Progress,
    cancel: CancelToken | None,
) -> Iterator[_Job]:
    """Find the files to be written; note why others are not."""

    def tell(problem: Problem) -> None:
        tally.note(problem.code, problem.path, problem.reason)

    paths = list(images_under(root, opener, tell, cancel))
    headers = HeaderReading(opener)
    for number, path in enumerate(paths):
        if cancel is not None:
            cancel.check()
        progress(_SURVEY_SHARE * number / len(paths), "scan")
        if is_nifti(path):
            volume, reason = read_nifti_header(path, opener)
            if volume is None:
                tally.note("unreadable_file", path, reason)
                continue
            person = person_of(volume, root)
            yield _Job(path, person, text_of(volume.sidecar, "PatientAge"), volume)
            continue
        job = _dicom_job(path, opener, headers.read(path), options, tally)
        if job is not None:
            yield job


def _dicom_job(
    path: Path, opener: Opener, reading: FileReading, options: DeidentifyOptions, tally: _Tally
) -> _Job | None:
    if reading.problem in ("not_dicom", "unreadable_file"):
        promised = reading.problem == "unreadable_file" or named_like_image(path)
        code, reason = ("unreadable_file", "reason_not_dicom") if promised else ("not_dicom", "")
        tally.note(code, path, reading.reason or reason)
        return None
    try:
        kind = kind_of(path, opener)
    except Exception:  # damaged headers make pydicom raise many kinds of errors
        tally.note("unreadable_file", path, "reason_damaged")
        return None
    if reading.problem == "pixel_data_short":
        tally.note("pixel_data_short", path)
    if kind.burnt_in:
        tally.note("deid_burnt_in_kept" if options.include_burnt_in else "deid_burnt_in", path, kind.reason)
        if not options.include_burnt_in:
            return None
    elif kind.reason:
        tally.note("deid_left_out", path, kind.reason)
        return None
    return _Job(path, kind.person, kind.age)


def _write(
    job: _Job,
    entry: PatientEntry,
    keys: KeyFile,
    opener: Opener,
    out: Path,
    options: DeidentifyOptions,
    tally: _Tally,
    written: set[Path],
) -> None:
    study = job.person.study
    birth = job.person.patient.birth_date or entry.birth_date
    disguise = Disguise(
        pseudonym=entry.pseudonym,
        shift_days=entry.date_shift_days,
        uid=keys.uid,
        age=shown_age(job.age, birth, study.date),
        only_known_words=not options.keep_descriptions,
    )
    if options.dry_run:
        written.add(job.path)
        return
    folder = out / entry.pseudonym / _study_folder(entry, study.instance_uid)
    try:
        if job.volume is not None:
            path = write_nifti(job.volume, opener, disguise, folder)
        else:
            path = write_image(read_and_clean(job.path, opener, disguise), folder)
    except OutputError:
        raise
    except OverlayInPixelsError:
        tally.note("deid_burnt_in", job.path, "reason_overlay")
        return
    except TooLargeError:
        tally.note("unreadable_file", job.path, "reason_too_large")
        return
    except Exception:  # damaged files make pydicom and nibabel raise many kinds of errors
        tally.note("unreadable_file", job.path, "reason_damaged")
        return
    if path in written:
        tally.note("deid_twice", job.path)
    written.add(path)


def _study_folder(entry: PatientEntry, uid: str) -> str:
    """Return the moved date and 8 hex digits of the new study UID."""
    study = next(study for study in entry.studies if study.original_uid == uid)
    date = "undated" if study.date is None else study.date.isoformat().replace("-", "")
    return f"{date}_{made_uid(study.uid)[-8:]}"


def _refuse(root: Path, tally: _Tally) -> None:
    """Say why nothing can be written: damaged files first, then what was left out."""
    findings = tally.findings()
    told = [finding for finding in findings if finding.code.startswith("unreadable_file")]
    told += [finding for finding in findings if finding.code.startswith("deid_")]
    told += [finding for finding in findings if root.is_file()]
    if told:
        raise InputError(told[0].code, **told[0].params)
    raise InputError("no_images", file=str(root))
