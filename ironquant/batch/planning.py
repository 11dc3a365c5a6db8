"""Find the examinations of a batch, and give each its pseudonym."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from ironquant.batch.discover import Source, Unit, units_of
from ironquant.batch.folder import BatchFolder
from ironquant.batch.options import BatchOptions
from ironquant.batch.plan import (
    DescribeTask,
    JobDocument,
    StudyDocument,
    UnitDocument,
    crashed,
    describe,
    is_fresh,
    keep_plan,
    read_plan,
    read_units,
    write_units,
)
from ironquant.batch.progress import Counter, Watch
from ironquant.batch.runner import Crash, Runner
from ironquant.core import CancelToken, Finding, Patient, Study
from ironquant.core.documents import KeptFindingDocument
from ironquant.dicom.deid.keyfile import KeyFile, Person
from ironquant.export.bids import BidsNames

_KEEP_EVERY = 500
"""Places after which what is known of them is kept."""


@dataclass(frozen=True)
class PlannedJob:
    """One examination of a batch.

    Attributes
    ----------
    job : str
        Name of its folder of results.
    examination_id : str
        What it is called where nobody may be recognized.
    names : BidsNames or None
        Subject and session; None where nobody can tell whose it is.
    date : str
        Of the session, moved as all dates of the patient are; empty where not known.
    stamp : str
        Of what is read, by sizes and times.
    place : str
        Where it was found.
    """

    job: str
    examination_id: str
    names: BidsNames | None
    date: str
    stamp: str
    place: str
    patient: Patient
    study: Study


@dataclass(frozen=True)
class _Found:
    """What is needed of a plan that holds; without its files, of which a cohort has millions."""

    uid: str
    job: str
    stamp: str
    place: str
    patient: Patient | None
    study: Study | None

    @classmethod
    def of(cls, document: JobDocument) -> _Found:
        seen = document.examination
        return cls(
            document.uid,
            document.job,
            document.stamp,
            min(document.units, default=""),
            None if seen is None else seen.patient,
            None if seen is None else seen.study,
        )


def find_jobs(
    source: Source,
    folder: BatchFolder,
    options: BatchOptions,
    runner: Runner,
    watch: Watch,
    cancel: CancelToken | None = None,
) -> tuple[PlannedJob, ...]:
    """Look for examinations, where nothing is known of them yet or something changed.

    Returns
    -------
    tuple of PlannedJob
        In a fixed order.

    Raises
    ------
    CancelledError
    SettingsError
        ``deid_key_invalid``.
    """
    units = {unit.name: unit for unit in units_of(source, folder.root, cancel)}
    found = _look_into(units.values(), source, folder, options, runner, watch)
    places: dict[str, list[str]] = {}
    jobs: dict[str, str] = {}
    for name in units:
        for study in found[name].studies:
            places.setdefault(study.uid, []).append(name)
            jobs.setdefault(study.uid, study.job)
    found_jobs: dict[str, _Found] = {}
    changed = []
    for uid, names in places.items():
        document = read_plan(folder, jobs[uid])
        if document is not None and document.uid == uid:
            found_jobs[uid] = _Found.of(document)
        listings = {name: units[name].listing for name in names}
        if document is None or document.uid != uid or not is_fresh(document, source, listings):
            together = tuple(units[name] for name in names)
            changed.append(DescribeTask(source, folder, together, options.te_ms, only=uid))
    for task, _ in runner.run(describe, changed):
        document = read_plan(folder, jobs[task.only])
        if document is not None:
            found_jobs[task.only] = _Found.of(document)
    return _named(_apart(found_jobs, folder), folder, options)


def _look_into(
    units: Iterable[Unit],
    source: Source,
    folder: BatchFolder,
    options: BatchOptions,
    runner: Runner,
    watch: Watch,
) -> dict[str, UnitDocument]:
    known = read_units(folder)
    found = {unit.name: known.get(unit.name) for unit in units}
    fresh = {
        unit.name: document
        for unit in units
        if (document := found[unit.name]) is not None and document.listing == unit.listing
    }
    tasks = [DescribeTask(source, folder, (unit,), options.te_ms) for unit in units if unit.name not in fresh]
    counter = Counter("plan", watch, len(found), kept=len(fresh))
    counter.tell()
    for number, (task, result) in enumerate(runner.run(describe, tasks), start=1):
        (unit,) = task.units
        if isinstance(result, Crash):
            result = _stands_for(unit, result.finding, folder)
        fresh[unit.name] = result
        counter.count(unit.name)
        if number % _KEEP_EVERY == 0:
            write_units(folder, fresh.values())
    if tasks or fresh.keys() != known.keys():
        write_units(folder, (fresh[name] for name in sorted(fresh)))
    return fresh


def _stands_for(unit: Unit, finding: Finding, folder: BatchFolder) -> UnitDocument:
    document = crashed(unit, finding)
    keep_plan(folder, document)
    study = StudyDocument(uid=document.uid, job=document.job)
    return UnitDocument(unit=unit.name, listing=unit.listing, studies=[study])


def _apart(found: Mapping[str, _Found], folder: BatchFolder) -> list[_Found]:
    """Return examinations whose folders differ: of those that share one, that whose plan is kept there."""
    sharing: dict[str, list[_Found]] = {}
    for _, one in sorted(found.items()):
        sharing.setdefault(one.job, []).append(one)
    apart = []
    for job, own in sharing.items():
        kept = read_plan(folder, job) if len(own) > 1 else None
        apart += [one if kept is None or kept.uid == one.uid else _refused(one, folder) for one in own]
    return sorted(apart, key=lambda one: one.job)


def _refused(one: _Found, folder: BatchFolder) -> _Found:
    refusal = KeptFindingDocument.of(Finding("batch_folder_taken", "error", {"folder": one.job}))
    job = f"{one.job}_{hashlib.sha256(one.uid.encode()).hexdigest()[8:16]}"
    document = JobDocument(job=job, uid=one.uid, units={one.place: ""}, refusals=[refusal])
    keep_plan(folder, document)
    return replace(one, job=job, stamp=document.stamp)


def _named(found: list[_Found], folder: BatchFolder, options: BatchOptions) -> tuple[PlannedJob, ...]:
    """Give every examination its pseudonym, and keep the key."""
    key = KeyFile.open(options.key or folder.key)
    jobs = []
    for one in found:
        told = hashlib.sha256(key.uid(one.uid).encode()).hexdigest()[:8]
        names, date = None, ""
        patient, study = one.patient or Patient(), one.study or Study(instance_uid=one.uid)
        if one.patient is not None:
            person = key.entry(Person(patient, study))
            uid = study.instance_uid
            moved = next(entry.date for entry in person.studies if entry.original_uid == uid)
            date = moved.isoformat() if moved else ""
            names = BidsNames(person.pseudonym.replace("-", ""), f"{date.replace('-', '')}{told[:4]}")
        jobs.append(PlannedJob(one.job, told, names, date, one.stamp, one.place, patient, study))
    key.save()
    return tuple(jobs)


def names_of_regions(job: PlannedJob, codes: Iterable[str]) -> tuple[str, ...]:
    """Return what corrected regions of an examination may be filed under; `codes` are those for readers."""
    under = () if job.names is None else (job.names.stem, job.names.session_id)
    return (job.job, job.examination_id, *under, *codes)
