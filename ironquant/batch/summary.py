"""Everything that stands beside the examinations: tables, contact sheet, methods, lists of the derivative."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from ironquant.batch.changes import Changes
from ironquant.batch.clinical import read_clinical
from ironquant.batch.columns import long_columns, wanted_columns, wide_columns
from ironquant.batch.contact import ContactSheet
from ironquant.batch.folder import BatchFolder
from ironquant.batch.methods import Methods, plain
from ironquant.batch.options import BatchOptions
from ironquant.batch.planning import PlannedJob
from ironquant.batch.record import read_record
from ironquant.batch.rows import Entry, Row, long_rows, wide_row
from ironquant.batch.tables import TableWriter, write_dictionary, write_private_tsv
from ironquant.core import Settings, remove_folder, write_bytes_atomic
from ironquant.export.bids import BidsNames, remove_session, write_participants, write_sessions
from ironquant.resources import message

STUDIES = ("examination_id", "participant_id", "session_id", "study", "place", "status", "reason", "words")


def summarize(
    folder: BatchFolder, jobs: Sequence[PlannedJob], settings: Settings, options: BatchOptions
) -> Counter[str]:
    """Make everything anew from what is kept of each examination, one after another.

    Returns
    -------
    Counter
        Examinations by status.

    Raises
    ------
    SettingsError
        Of the clinical table.
    OutputError
    """
    clinical = read_clinical(options.clinical)
    lang = settings.languages[0]
    wanted = wanted_columns(settings, options.organs, options.models, options.calibrations)
    long, wide = long_columns(clinical.columns), wide_columns(wanted, clinical.columns)
    sheet, methods = ContactSheet(lang), Methods()
    changes = None if options.earlier is None else Changes(options.earlier)
    studies: list[Row] = []
    shown: list[PlannedJob] = []
    aside = folder.state / "tables"
    with ExitStack() as stack:
        long_table = stack.enter_context(TableWriter(folder.root / "results", long, aside))
        wide_table = stack.enter_context(TableWriter(folder.root / "results_wide", wide, aside))
        for entry in _entries(folder, jobs):
            joined = clinical.of(entry.job.names)
            long_table.write({**row, **joined} for row in long_rows(entry, wanted))
            wide_table.write([{**wide_row(entry, wanted), **joined}])
            sheet.add(entry)
            methods.add(entry)
            studies.append(_study_row(entry, lang))
            if changes is not None:
                changes.add(entry)
            if entry.analysis is not None:
                shown.append(entry.job)
            elif entry.job.names is not None:
                remove_session(folder.bids, entry.job.names)
    write_dictionary(folder.root / "results_dictionary", {"results": long, "results_wide": wide})
    write_private_tsv(folder.root / "studies.tsv", STUDIES, studies)
    sheet.write(folder.root, lambda job: read_record(folder, job))
    lines = {name for names in wanted.calibrations.values() for name in names}
    markdown = methods.markdown(lang, lines if options.calibrations else ())
    write_bytes_atomic(folder.root / "methods.md", markdown.encode())
    write_bytes_atomic(folder.root / "methods.txt", plain(markdown).encode())
    if changes is not None:
        changes.write(folder.root)
    if options.bids:
        _list_subjects(folder, shown)
    return methods.n


def _entries(folder: BatchFolder, jobs: Sequence[PlannedJob]) -> Iterator[Entry]:
    for job in jobs:
        record = read_record(folder, job.job)
        analysis: dict[str, Any] | None = None
        if record is not None and record.status == "done":
            analysis = _read_json(folder.study(job.job) / "analysis.json")
            record = record if analysis is not None else None
        yield Entry(job, record, analysis)


def _read_json(path: Path) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None
    return found


def _study_row(entry: Entry, lang: str) -> Row:
    """Return which examination is which, and why it failed, in words."""
    job, reason = entry.job, None if entry.record is None else entry.record.reason
    finding = None if reason is None else reason.finding()
    return {
        "examination_id": job.examination_id,
        "participant_id": None if job.names is None else job.names.participant_id,
        "session_id": None if job.names is None else job.names.session_id,
        "study": job.job,
        "place": job.place,
        "status": entry.status,
        "reason": None if finding is None else finding.code,
        "words": None if finding is None else message(finding.code, finding.params, lang),
    }


def _list_subjects(folder: BatchFolder, jobs: Sequence[PlannedJob]) -> None:
    """Write the lists of subjects and sessions; what is no longer found leaves the derivative."""
    sessions: dict[str, dict[str, tuple[BidsNames, PlannedJob]]] = {}
    for job in jobs:
        names = job.names
        if names is not None and names.folder(folder.bids).is_dir():
            sessions.setdefault(names.participant_id, {})[names.session_id] = names, job
    _remove_others(folder.bids, sessions)
    subjects = []
    for participant, own in sorted(sessions.items()):
        rows = [
            {"session_id": name, "acq_time": f"{job.date}T00:00:00" if job.date else ""}
            for name, (_, job) in sorted(own.items())
        ]
        names, job = own[rows[0]["session_id"]]
        write_sessions(folder.bids, names, rows)
        subjects.append({"participant_id": participant, "sex": job.patient.sex or "n/a"})
    if subjects:
        columns = {"sex": {"Description": "Sex, as the images tell", "Levels": {"M": "male", "F": "female"}}}
        write_participants(folder.bids, subjects, columns)


def _remove_others(root: Path, sessions: Mapping[str, Collection[str]]) -> None:
    for subject in sorted(root.glob("sub-*")):
        for session in sorted(subject.glob("ses-*")):
            if session.name not in sessions.get(subject.name, ()):
                remove_folder(session)
        if subject.name not in sessions:
            remove_folder(subject)
