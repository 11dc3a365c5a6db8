"""Queues for readers: a code is never that of another examination, no image of an earlier queue stays."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest

from ironquant.batch.folder import BatchFolder
from ironquant.batch.readerqueue import codes_of, make_queue
from ironquant.batch.runner import Crash
from ironquant.core import Finding, OutputError

STUDIES = [f"20260101_{number:08x}" for number in range(9)]


results: dict[str, object] = {}
"""What becomes of an examination; by default its images are written."""


class Here:
    """Instead of processes; a written image is a file that holds whose it is."""

    def __init__(self, jobs=None):
        pass

    def run(self, work, tasks):
        for task in tasks:
            place = task.folder.root / "queue" / task.code
            place.mkdir(parents=True)
            (place / task.job).touch()
            yield task, results.get(task.job, True)

    def close(self):
        pass


@pytest.fixture
def measured_folder(tmp_path, monkeypatch):
    monkeypatch.setattr("ironquant.batch.readerqueue.Pool", Here)
    lines = ["examination_id\tstudy\tstatus", *(f"E{name}\t{name}\tdone" for name in STUDIES)]
    (tmp_path / "studies.tsv").write_text("\n".join(lines) + "\n")
    return tmp_path


def images(folder: Path) -> dict[str, str]:
    return {path.parent.name: path.name for path in sorted(folder.glob("queue/*/*"))}


def listed(folder: Path) -> list[str]:
    with (folder / "queue.csv").open(newline="") as handle:
        return [row["code"] for row in csv.DictReader(handle)]


def test_another_queue_gives_no_code_to_another_examination(measured_folder):
    whose: dict[str, str] = {}
    for seed, only in ((1, None), (2, None), (2, STUDIES[:4]), (2, STUDIES[3:5])):
        chosen = None
        if only is not None:
            chosen = measured_folder / "marked.csv"
            chosen.write_text("examination_id;note\n" + "".join(f"E{name};x\n" for name in only))
        make_queue(measured_folder, measured_folder, seed=seed, only=chosen)
        shown = images(measured_folder)
        assert sorted(shown) == listed(measured_folder)
        assert sorted(shown.values()) == (only or STUDIES)
        assert whose.keys().isdisjoint(shown)
        whose |= shown
    told = codes_of(BatchFolder(measured_folder))
    assert {code: study for study, codes in told.items() for code in codes} == whose
    assert all(list(codes) == sorted(codes, reverse=True) for codes in told.values())


def test_the_same_queue_again_has_the_same_codes(measured_folder):
    make_queue(measured_folder, measured_folder, seed=5)
    first = images(measured_folder)
    make_queue(measured_folder, measured_folder, seed=5)
    assert images(measured_folder) == first
    assert list(first.values()) != STUDIES


@pytest.mark.parametrize(
    "result", [False, Crash(Finding("batch_process_died", "error", {"code": 9}))], ids=["gone", "crashed"]
)
def test_images_that_cannot_be_read_again_are_left_out_and_named(measured_folder, monkeypatch, result):
    monkeypatch.setitem(results, STUDIES[3], result)
    queue = make_queue(measured_folder, measured_folder, seed=4)
    assert queue.path == measured_folder / "queue.csv"
    assert queue.left_out == (STUDIES[3],)
    shown = images(measured_folder)
    assert sorted(shown) == listed(measured_folder)
    assert sorted(shown.values()) == [name for name in STUDIES if name != STUDIES[3]]


def test_images_that_cannot_be_removed_are_told(measured_folder, monkeypatch):
    make_queue(measured_folder, measured_folder, seed=1)
    whose = codes_of(BatchFolder(measured_folder))

    def held_open(place):
        raise PermissionError(13, "Permission denied", str(place))

    monkeypatch.setattr(shutil, "rmtree", held_open)
    with pytest.raises(OutputError) as told:
        make_queue(measured_folder, measured_folder, seed=2)
    assert told.value.finding.code == "output_not_written"
    assert codes_of(BatchFolder(measured_folder)) == whose
    assert not (measured_folder / "queue.csv").exists()
