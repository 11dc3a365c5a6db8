"""The pool: what dies costs one piece of work, and nothing outlives the one who started it."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from ironquant.batch.runner import Crash
from ironquant.batch.workers import Pool
from ironquant.core import CancelledError, CancelToken, InputError


def square(number: int) -> int:
    """Work that may die, fail or hang."""
    if number == 3:
        os.kill(os.getpid(), signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
    if number == 4:
        raise InputError("no_images", file="four")
    if number == 5:
        raise ValueError("secret name")
    return number * number


def ask_threads(name: str) -> str | None:
    """What a process is told of threads."""
    return os.environ.get(name)


def slow(seconds: float) -> float:
    """Work that takes its time."""
    time.sleep(seconds)
    return seconds


def test_a_death_costs_one_piece_of_work():
    pool = Pool(2)
    results = dict(pool.run(square, range(8)))
    pool.close()
    assert {number: result for number, result in results.items() if not isinstance(result, Crash)} == {
        number: number**2 for number in (0, 1, 2, 6, 7)
    }
    assert results[3].finding.code == "batch_process_died"
    assert results[4].finding.code == "no_images"
    assert "secret" not in str(results[5].finding)


def test_a_process_uses_one_core():
    pool = Pool(1)
    before = os.environ.get("OMP_NUM_THREADS")
    ((_, told),) = pool.run(ask_threads, ["OMP_NUM_THREADS"])
    pool.close()
    assert told == "1"
    assert os.environ.get("OMP_NUM_THREADS") == before


def test_short_memory_means_fewer_processes(monkeypatch):
    monkeypatch.setattr("ironquant.batch.workers.available_bytes", lambda: 0)
    pool = Pool(4)
    list(pool.run(slow, [0.01] * 4))
    n_processes = len(multiprocessing.active_children())
    pool.close()
    assert n_processes == 1


def test_cancel_ends_work_at_once():
    cancel, pool = CancelToken(), None
    pool = Pool(1, cancel=cancel)
    work = pool.run(slow, [0.01, 60.0])
    next(work)
    cancel.cancel()
    begun = time.monotonic()
    with pytest.raises(CancelledError):
        next(work)
    pool.close()
    assert time.monotonic() - begun < 10


SCRIPT = """
import sys
sys.path.insert(0, {folder!r})
from test_batch_workers import slow
from ironquant.batch.workers import Pool
if __name__ == "__main__":
    pool = Pool(1)
    work = pool.run(slow, [0.01, 600.0])
    next(work)
    print("ready", flush=True)
    next(work)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no SIGKILL on this system")
def test_no_process_outlives_a_killed_parent(tmp_path):
    script = tmp_path / "parent.py"
    script.write_text(SCRIPT.format(folder=str(Path(__file__).parent)), encoding="utf-8")
    parent = subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    assert parent.stdout.readline() == "ready\n"
    children = psutil.Process(parent.pid).children(recursive=True)
    assert children
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    _, alive = psutil.wait_procs(children, timeout=20)
    assert alive == []
