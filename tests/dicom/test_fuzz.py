"""Damaged input of every kind: no exception, no hang, bounded memory; always a reading or a refusal."""

from __future__ import annotations

import collections
import json
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from fuzz_seeds import damaged, make_seeds

WORKER = Path(__file__).with_name("fuzz_worker.py")
PIECE = 260
SLOWEST_S, MOST_KB = 10.0, 2 * 2**20

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="limits of memory are those of POSIX")


@pytest.fixture(scope="module")
def seeds(tmp_path_factory):
    return make_seeds(tmp_path_factory.mktemp("seeds"))


def run(folder: Path, report: Path) -> list[dict]:
    """Read every case in a process of its own; a case that ends the process is told as such."""
    environment = os.environ | {"OPENBLAS_NUM_THREADS": "1", "NUMBA_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, str(WORKER), str(folder), str(report)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=1800,
    )
    lines = [json.loads(line) for line in report.read_text(encoding="utf-8").splitlines()]
    results = [line for line in lines if "case" in line]
    begun = [line["begun"] for line in lines if "begun" in line]
    assert done.returncode == 0, f"{begun[-1:]} ended the process: {done.returncode} {done.stderr[-2000:]}"
    assert len(results) == len(begun) > 0
    return results


def judge(results: list[dict]) -> None:
    raised = [result for result in results if result["outcome"] == "raised"]
    assert not raised, json.dumps(raised[:3], indent=1)
    slow = [result for result in results if result["seconds"] > SLOWEST_S]
    assert not slow, slow
    assert max(result["peak_kb"] for result in results) < MOST_KB


def test_sound_inputs_of_every_kind_are_read(seeds, tmp_path):
    results = run(seeds[0].parent, tmp_path / "report")
    assert {result["case"]: result["outcome"] for result in results} == {seed.name: "read" for seed in seeds}


def test_two_hundred_damaged_inputs(seeds, tmp_path):
    rng = random.Random(20)
    for number in range(200):
        damaged(seeds[number % len(seeds)], tmp_path / "cases" / f"{number:04d}", rng)
    results = run(tmp_path / "cases", tmp_path / "report")
    judge(results)
    assert {result["outcome"] for result in results} == {"refused", "finding", "read"}


@pytest.mark.soak
def test_thousands_of_damaged_inputs(seeds, tmp_path):
    rng = random.Random(int(os.environ.get("IRONQUANT_FUZZ_SEED", "2024")))
    results, by_kind = [], collections.Counter()
    for piece in range(int(os.environ.get("IRONQUANT_FUZZ_CASES", "2600")) // PIECE):
        folder = tmp_path / f"cases{piece}"
        for number in range(PIECE):
            damaged(seeds[number % len(seeds)], folder / f"{number:04d}", rng)
        found = run(folder, tmp_path / f"report{piece}")
        judge(found)
        results += found
        by_kind.update((seeds[int(result["case"]) % len(seeds)].name, result["outcome"]) for result in found)
    slowest = max(result["seconds"] for result in results)
    peak = max(result["peak_kb"] for result in results) / 1024
    print(f"\n{len(results)} inputs, slowest {slowest:.2f} s, peak {peak:.0f} MiB")
    for key, count in sorted(by_kind.items()):
        print(*key, count)
