"""The work on one examination, in whatever process: measure, write, keep what became of it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ironquant.batch.discover import Source
from ironquant.batch.folder import BatchFolder
from ironquant.batch.inputs import READING_FILE, Inputs, archived_maps, archived_reading, map_documents
from ironquant.batch.options import BatchOptions
from ironquant.batch.plan import JobDocument, content_of, read_plan, reference_of
from ironquant.batch.record import RecordDocument, failure, read_record, write_record
from ironquant.batch.thumbnail import thumbnails
from ironquant.case.document import to_json, to_reading_document
from ironquant.core import (
    Analysis,
    Finding,
    IronQuantError,
    Settings,
    remove_file,
    write_bytes_atomic,
)
from ironquant.core.documents import KeptFindingDocument
from ironquant.export.bids import BidsNames, remove_session, write_session
from ironquant.fitting import forget_series

KERNEL_PATIENCE_S = 600.0
"""Kernels are waited for: which solver made a map must not depend on who was quicker."""

OutcomeStatus = Literal["done", "failed", "unchanged"]


@dataclass(frozen=True)
class MeasureTask:
    """One examination to be measured, with everything that a process needs to know."""

    job: str
    names: BidsNames | None
    source: Source
    folder: BatchFolder
    settings: Settings
    options: BatchOptions
    recipe: str
    inputs: Inputs
    retry: bool = False
    """Whether to try again what failed with the same content."""


@dataclass(frozen=True)
class Outcome:
    """What became of one examination.

    Attributes
    ----------
    job : str
        Name of its folder under ``studies``.
    status : {"done", "failed", "unchanged"}
        ``unchanged``: times of its files changed, but not what is in them.
    reason : Finding or None
        Why it failed.
    """

    job: str
    status: OutcomeStatus
    reason: Finding | None = None
    seconds: float = 0.0
    study: Path | None = None


def measure(task: MeasureTask) -> Outcome:
    """Measure one examination; whatever is wrong with it becomes a reason, never an exception."""
    begun = time.monotonic()
    document = read_plan(task.folder, task.job)
    if document is None:  # the plan was removed under us
        return Outcome(task.job, "failed", Finding("file_changed", "error", {"file": task.job}))
    stamp, content = task.inputs.stamp(document.stamp), ""
    try:
        content = task.inputs.content(content_of(document, task.source))
        known = read_record(task.folder, task.job)
        if known is not None and _still_holds(known, task, content):
            write_record(task.folder, known.model_copy(update={"stamp": stamp}))
            return Outcome(task.job, "unchanged", _reason(known), study=task.folder.study(task.job))
        record = _measured(task, document, stamp, content)
    except IronQuantError as error:
        record = failure(task.job, task.recipe, stamp, content, error.finding)
    except MemoryError:
        record = failure(task.job, task.recipe, stamp, content, Finding("batch_out_of_memory", "error"))
    except Exception as error:  # one examination never ends the run; its message may hold patient data
        unforeseen = Finding("internal_error", "error", {"reason": type(error).__name__})
        record = failure(task.job, task.recipe, stamp, content, unforeseen)
    finally:
        forget_series()  # images of thousands pass through
    if record.status == "failed":
        clear_results(task.folder, task.job, task.names)
    seconds = time.monotonic() - begun
    write_record(task.folder, record.model_copy(update={"seconds": round(seconds, 3)}))
    study = task.folder.study(task.job) if record.status == "done" else None
    return Outcome(task.job, record.status, _reason(record), seconds, study)


def clear_results(folder: BatchFolder, job: str, names: BidsNames | None) -> None:
    """Take the numbers of an earlier analysis away, of images that are no longer the same."""
    remove_file(folder.study(job) / "analysis.json")
    if names is not None:
        remove_session(folder.bids, names)


def _clear_leftovers(study: Path) -> None:
    """Remove what a process that was killed had begun to write."""
    for path in study.rglob(".*.tmp.*"):
        path.unlink(missing_ok=True)


def _still_holds(known: RecordDocument, task: MeasureTask, content: str) -> bool:
    same = bool(content) and known.content == content and known.recipe == task.recipe
    if known.status == "failed":
        return same and not task.retry
    return same and (task.folder.study(task.job) / "analysis.json").is_file()


def _reason(record: RecordDocument) -> Finding | None:
    return None if record.reason is None else record.reason.finding()


def _measured(task: MeasureTask, document: JobDocument, stamp: str, content: str) -> RecordDocument:
    from ironquant.fitting import warm_up
    from ironquant.studies import Wishes, measure_study

    ref = reference_of(document, task.source)
    if ref is None:
        refusal = document.refusals[0].finding()
        return failure(task.job, task.recipe, stamp, content, refusal)
    _clear_leftovers(task.folder.study(task.job))
    remove_file(task.folder.record(task.job))  # what stands under `studies` is no longer that
    warm_up(KERNEL_PATIENCE_S)
    options, lang = task.options, task.settings.languages[0]
    done = measure_study(
        ref,
        task.folder.studies,
        task.settings,
        Wishes(organs=options.organs, regions=task.inputs.wanted),
        lang,
        report=options.report,
        case=options.case,
        archived=archived_reading(task.inputs.earlier),
        known_maps=archived_maps(task.inputs.earlier),
    )
    reading = to_json(to_reading_document(done.reading), indent=1)
    write_bytes_atomic(task.folder.study(task.job) / READING_FILE, reading)
    analysis = done.analysis
    if options.bids and task.names is not None:
        study = task.folder.study(task.job)
        write_session(analysis, study, task.folder.bids, task.names, task.folder.state / "bids")
    keys = [(organ.organ, organ.map_key) for organ in analysis.organs if organ.maps is not None]
    record = RecordDocument(
        job=task.job,
        recipe=task.recipe,
        stamp=stamp,
        content=content,
        status="done" if analysis.measured else "failed",
        reason=None if analysis.measured else KeptFindingDocument.of(_why_not(analysis)),
        thumbnails=[item for organ in analysis.organs for item in thumbnails(organ)],
        maps=map_documents((organ, key) for organ, key in keys if key is not None),
    )
    return record


def _why_not(analysis: Analysis) -> Finding:
    """Return the first error of an analysis without a number."""
    told = [*(finding for organ in analysis.organs for finding in organ.findings), *analysis.findings]
    errors = [finding for finding in told if finding.severity == "error"]
    return (errors or [Finding("nothing_analyzable", "error", {"file": analysis.study.description})])[0]
