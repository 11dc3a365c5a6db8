"""A queue for readers who must not know whose images they see: shuffled, images without headers.

A reader opens ``queue/R0001`` in the window, draws, and saves the regions as ``R0001.json``; a batch with
``--regions`` on the folder of these files knows, by the key of the queue, which examination each is of.
"""

from __future__ import annotations

import csv
import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ironquant.batch.discover import Source, source_of
from ironquant.batch.folder import BatchFolder
from ironquant.batch.plan import read_plan, reference_of
from ironquant.batch.record import read_record
from ironquant.batch.tables import write_private_tsv
from ironquant.batch.userfile import rows_of
from ironquant.batch.workers import Pool
from ironquant.core import (
    GAMMA_MHZ_PER_T,
    EchoSeries,
    InputError,
    remove_file,
    remove_folder,
    write_bytes_atomic,
)

QUEUE = "queue"
LIST = "queue.csv"
KEY = "queue_key.tsv"
_KEY_COLUMNS = ("code", "examination_id", "study")


@dataclass(frozen=True)
class ReaderQueue:
    """A queue that was written.

    Attributes
    ----------
    path : Path
        Its list, ``queue.csv``.
    left_out : tuple of str
        Folders of results whose images could not be read again.
    """

    path: Path
    left_out: tuple[str, ...]


@dataclass(frozen=True)
class BlindTask:
    """Images of one examination to be written without headers."""

    job: str
    code: str
    source: Source
    folder: BatchFolder


def make_queue(
    root: Path, out: Path, *, only: Path | None = None, seed: int = 0, jobs: int | None = None
) -> ReaderQueue:
    """Write ``queue.csv``, the images under ``queue/`` and, for its owner alone, ``queue_key.tsv``.

    Parameters
    ----------
    root, out : Path
        As of `run`, which has finished.
    only : Path or None
        CSV with a column ``examination_id``, as the contact sheet saves what is marked.
    seed : int
        Of the order.

    Raises
    ------
    InputError
        ``batch_list_unreadable``; ``batch_nothing`` where no examination is measured.
    OutputError
        ``output_not_written``.
    """
    folder = BatchFolder(out.absolute())
    chosen = _measured(folder, None if only is None else _listed(only))
    if not chosen:
        raise InputError("batch_nothing", file=str(root))
    random.Random(seed).shuffle(chosen)
    earlier = _key(folder)
    last = earlier[-len(chosen) :]
    if [row["study"] for row in last] == [row["study"] for row in chosen]:
        codes = [row["code"] for row in last]
    else:
        codes = [f"R{number:04d}" for number in range(len(earlier) + 1, len(earlier) + len(chosen) + 1)]
        earlier += [{"code": code, **row} for code, row in zip(codes, chosen, strict=True)]
    source = source_of(root)
    _remove_images(folder)
    write_private_tsv(folder.root / KEY, _KEY_COLUMNS, earlier)
    tasks = [BlindTask(row["study"], code, source, folder) for code, row in zip(codes, chosen, strict=True)]
    pool = Pool(jobs)
    try:
        written = {task.code for task, result in pool.run(blind, tasks) if result is True}
    finally:
        pool.close()
    lines = [["code", "folder", "reader", "done"]]
    lines += [[code, f"{QUEUE}/{code}", "", ""] for code in codes if code in written]
    text = "".join(",".join(line) + "\r\n" for line in lines)
    missing = [task for task in tasks if task.code not in written]
    for task in missing:
        remove_folder(folder.root / QUEUE / task.code)  # half an examination is none
    path = write_bytes_atomic(folder.root / LIST, text.encode())
    return ReaderQueue(path, tuple(sorted(task.job for task in missing)))


def codes_of(folder: BatchFolder) -> dict[str, tuple[str, ...]]:
    """Return the codes that queues gave to every examination, the last first, by folder of results."""
    found: dict[str, tuple[str, ...]] = {}
    for row in _key(folder):
        found[row["study"]] = (row["code"], *found.get(row["study"], ()))
    return found


def _key(folder: BatchFolder) -> list[dict[str, str]]:
    """Return which code is whose, of all queues so far: no code is ever that of another examination."""
    try:
        with (folder.root / KEY).open(encoding="utf-8", newline="") as handle:
            rows = list(csv.DictReader(handle, delimiter="\t"))
    except FileNotFoundError:
        return []
    if not all(row.get(name) for row in rows for name in _KEY_COLUMNS):
        raise InputError("batch_list_unreadable", file=KEY, column="code")
    return rows


def _remove_images(folder: BatchFolder) -> None:
    """Remove the earlier queue: none of its images may stand beside the new ones.

    Raises
    ------
    OutputError
        ``output_not_written``.
    """
    remove_file(folder.root / LIST)
    remove_folder(folder.root / QUEUE)


def blind(task: BlindTask) -> bool:
    """Write the echo trains that were measured, one file per echo, with times and field and no more."""
    from ironquant.dicom import read_examination

    document = read_plan(task.folder, task.job)
    record = read_record(task.folder, task.job)
    ref = None if document is None else reference_of(document, task.source)
    if ref is None:
        return False
    measured = [] if record is None else [entry.series for entry in record.maps]
    examination = read_examination(ref, series=dict.fromkeys(measured) or None)
    for number, series in enumerate(examination.series, start=1):
        organ = str(series.organ_guess) if series.organ_guess else f"series{number}"
        _write_train(series, examination.field_of(series), task, f"{organ}{number}", organ)
    return True


def _write_train(series: EchoSeries, field_t: float | None, task: BlindTask, label: str, organ: str) -> None:
    from ironquant.export.nifti import write_volume

    folder = task.folder.root / QUEUE / task.code
    for echo, te_ms in enumerate(series.te_ms):
        stem = f"sub-{task.code}_acq-{label}_echo-{echo + 1}_part-mag_MEGRE"
        write_volume(folder / f"{stem}.nii.gz", series.signal[..., echo], series.affine, "")
        told: dict[str, Any] = {
            "EchoTime": round(te_ms / 1000.0, 7),
            "EchoNumber": echo + 1,
            "SeriesDescription": organ,
        }
        if field_t is not None:
            told["ImagingFrequency"] = field_t * GAMMA_MHZ_PER_T
        write_bytes_atomic(folder / f"{stem}.json", (json.dumps(told, indent=2) + "\n").encode())


def _measured(folder: BatchFolder, only: Sequence[str] | None) -> list[dict[str, str]]:
    try:
        with (folder.root / "studies.tsv").open(encoding="utf-8", newline="") as handle:
            rows = list(csv.DictReader(handle, delimiter="\t"))
    except OSError:
        return []
    return [
        row for row in rows if row["status"] == "done" and (only is None or row["examination_id"] in only)
    ]


def _listed(path: Path) -> list[str]:
    try:
        header, *rows = rows_of(path)
        column = header.index("examination_id")
        return [row[column] for row in rows if len(row) > column]
    except (OSError, ValueError) as error:
        raise InputError("batch_list_unreadable", file=path.name, column="examination_id") from error
