"""Examinations are found by their headers, and each has a folder of its own."""

from __future__ import annotations

import shutil
from itertools import islice

import pytest

from ironquant.batch import BatchOptions
from ironquant.batch.discover import source_of
from ironquant.batch.folder import BatchFolder
from ironquant.batch.plan import read_plan
from ironquant.batch.planning import find_jobs
from ironquant.batch.progress import unwatched


class Here:
    """Work in this process."""

    def run(self, work, tasks):
        for task in tasks:
            yield task, work(task)

    def close(self):
        pass


@pytest.fixture
def two(cohort, tmp_path):
    good = (name for name, kind in cohort.flavours.items() if kind == "classic")
    for name in islice(good, 2):
        shutil.copytree(cohort.root / name, tmp_path / "in" / name)
    return source_of(tmp_path / "in")


def test_two_of_one_folder_are_told_apart(two, tmp_path, monkeypatch):
    monkeypatch.setattr("ironquant.batch.plan.study_folder", lambda study: "20260101_00000000")
    folder = BatchFolder(tmp_path / "out")
    for _ in range(2):
        jobs = find_jobs(two, folder, BatchOptions(), Here(), unwatched)
        assert len({job.job for job in jobs}) == len({job.names for job in jobs}) == 2
        plans = [read_plan(folder, job.job) for job in jobs]
        assert [plan.stamp for plan in plans] == [job.stamp for job in jobs]
        assert [[finding.code for finding in plan.refusals] for plan in plans] == [[], ["batch_folder_taken"]]
