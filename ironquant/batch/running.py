"""A batch from start to end: plan, measure what is unfinished, make the tables."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from ironquant.batch.clinical import read_clinical
from ironquant.batch.discover import source_of
from ironquant.batch.folder import BatchFolder
from ironquant.batch.inputs import inputs_of
from ironquant.batch.measure import MeasureTask, Outcome, clear_results, measure
from ironquant.batch.options import BatchOptions, digest, recipe
from ironquant.batch.planning import PlannedJob, find_jobs, names_of_regions
from ironquant.batch.progress import Counter, Tally, Watch, unwatched
from ironquant.batch.readerqueue import codes_of
from ironquant.batch.record import failure, read_record, write_record
from ironquant.batch.runner import Crash, Runner
from ironquant.batch.workers import Pool
from ironquant.case.document import to_settings_document
from ironquant.core import (
    SOFTWARE_NAME,
    SOFTWARE_VERSION,
    CancelledError,
    CancelToken,
    InputError,
    Settings,
    SettingsError,
    remove_file,
    write_bytes_atomic,
)
from ironquant.export.bids import remove_participants, write_dataset

DATASET_NAME = "T2*/R2* of heart and liver"


def run(
    root: str | Path,
    out: str | Path,
    options: BatchOptions | None = None,
    *,
    settings: Settings | None = None,
    jobs: int | None = None,
    scheduler: str | None = None,
    run_id: str = "",
    retry_failed: bool = False,
    watch: Watch = unwatched,
    cancel: CancelToken | None = None,
) -> Iterator[Outcome]:
    """Measure every examination under a root; yield each as it ends, then make the tables.

    What an earlier call has finished is not done again, and nothing is yielded for it. With processes of
    this machine, a script that calls this needs ``if __name__ == "__main__":``, as with all processes that
    are started anew.

    Parameters
    ----------
    root : str or Path
        Folder, archive, DICOMDIR, BIDS folder, or a list of them (CSV).
    out : str or Path
        Folder for everything.
    options : BatchOptions, optional
    settings : Settings, optional
        How examinations are measured; by default the profile ``default`` with the user's own file.
    jobs : int, optional
        Number of processes; by default one per core, fewer where memory is short.
    scheduler : str, optional
        Address of a Dask scheduler, whose workers do the work instead.
    run_id : str
        Name of a folder in `out`, for other settings beside those of an earlier run.
    retry_failed : bool
        Whether to try again what failed before.
    watch : callable
        Told how far it is.
    cancel : CancelToken, optional

    Yields
    ------
    Outcome
        In the order in which they end.

    Raises
    ------
    InputError
        ``path_missing``, ``batch_list_unreadable``.
    SettingsError
        ``batch_settings_changed`` where `out` holds results of other settings; ``clinical_table``.
    OutputError
        ``batch_running``; ``output_not_written``.
    CancelledError
        The tables of what is done have been made then.
    """
    from ironquant.iron import load_settings

    options = options or BatchOptions()
    settings = replace(settings or load_settings(), dicom_objects=options.dicom_objects)
    source = source_of(Path(root))
    if options.earlier is not None and not BatchFolder(options.earlier).studies.is_dir():
        raise InputError("path_missing", file=str(BatchFolder(options.earlier).studies))
    read_clinical(options.clinical)  # what is wrong with it is told now, not after hours
    folder = BatchFolder(Path(out).absolute() / run_id if run_id else Path(out).absolute())
    told = digest(recipe(settings, options))
    with folder.held():
        begin(folder, settings, options)
        with _runner(jobs, scheduler, cancel) as runner:
            found = find_jobs(source, folder, options, runner, watch, cancel)
            codes = codes_of(folder)
            tasks = [
                MeasureTask(
                    job=job.job,
                    names=job.names,
                    source=source,
                    folder=folder,
                    settings=settings,
                    options=options,
                    recipe=told,
                    inputs=inputs_of(
                        job.job,
                        names_of_regions(job, codes.get(job.job, ())),
                        options.regions,
                        options.earlier,
                    ),
                    retry=retry_failed,
                )
                for job in found
            ]
            unfinished = [task for task, job in zip(tasks, found, strict=True) if not _finished(task, job)]
            stamps = {job.job: job.stamp for job in found}
            counter = Counter("measure", watch, len(found), kept=len(found) - len(unfinished))
            counter.tell()
            if unfinished and options.bids:
                remove_participants(folder.bids)
                write_dataset(folder.bids, DATASET_NAME)
            try:
                for task, result in runner.run(measure, unfinished):
                    outcome = _crashed(task, result, stamps) if isinstance(result, Crash) else result
                    counter.count(outcome.job, outcome.reason, failed=outcome.status == "failed")
                    yield outcome
            except (CancelledError, KeyboardInterrupt):
                runner.close()
                _finish(folder, found, settings, options, watch)
                raise
        _finish(folder, found, settings, options, watch)


def begin(folder: BatchFolder, settings: Settings, options: BatchOptions) -> None:
    """Record how the examinations are measured, or refuse where others were measured otherwise.

    Raises
    ------
    SettingsError
        ``batch_settings_changed``.
    """
    wanted = recipe(settings, options)
    for path in folder.root.glob(".*.tmp.*"):
        remove_file(path)
    known = _recorded(folder)
    if known is not None and known != wanted:
        changed = sorted(name for name in {*known, *wanted} if known.get(name) != wanted.get(name))
        raise SettingsError("batch_settings_changed", folder=str(folder.root), changed=", ".join(changed))
    document = {
        "schema": "ironquant.batch/1",
        "software": f"{SOFTWARE_NAME} {SOFTWARE_VERSION}",
        "recipe": wanted,
        "settings": to_settings_document(settings).model_dump(mode="json", by_alias=True),
        "columns": {
            "models": {str(organ): list(names) for organ, names in sorted(options.models.items())},
            "calibrations": {
                str(organ): list(names) for organ, names in sorted(options.calibrations.items())
            },
        },
    }
    text = json.dumps(document, indent=2, ensure_ascii=False)
    write_bytes_atomic(folder.run_file, f"{text}\n".encode())


def _recorded(folder: BatchFolder) -> dict[str, Any] | None:
    try:
        recorded: dict[str, Any] = json.loads(folder.run_file.read_bytes())["recipe"]
    except (OSError, ValueError, KeyError):
        return None
    return recorded


@contextmanager
def _runner(jobs: int | None, scheduler: str | None, cancel: CancelToken | None) -> Iterator[Runner]:
    runner: Runner
    if scheduler:
        from ironquant.batch.cluster import Cluster

        runner = Cluster(scheduler, cancel=cancel)
    else:
        from ironquant.fitting import kernels_on_disk

        runner = Pool(jobs, one_first=not kernels_on_disk(), cancel=cancel)
    try:
        yield runner
    finally:
        runner.close()


def _finished(task: MeasureTask, job: PlannedJob) -> bool:
    """Whether an examination need not be looked at: same recipe, same files, and its results are there."""
    record = read_record(task.folder, task.job)
    if record is None or record.recipe != task.recipe or record.stamp != task.inputs.stamp(job.stamp):
        return False
    if record.status == "failed":
        return not task.retry
    return (task.folder.study(task.job) / "analysis.json").is_file()


def _crashed(task: MeasureTask, crash: Crash, stamps: Mapping[str, str]) -> Outcome:
    """Keep that the process died over an examination."""
    clear_results(task.folder, task.job, task.names)
    record = failure(task.job, task.recipe, task.inputs.stamp(stamps[task.job]), "", crash.finding)
    write_record(task.folder, record)
    return Outcome(task.job, "failed", crash.finding)


def _finish(
    folder: BatchFolder,
    jobs: tuple[PlannedJob, ...],
    settings: Settings,
    options: BatchOptions,
    watch: Watch,
) -> None:
    from ironquant.batch.summary import summarize

    watch(Tally("tables", len(jobs)))
    counts = summarize(folder, jobs, settings, options)
    watch(Tally("end", len(jobs), done=counts["done"], failed=counts["failed"]))
