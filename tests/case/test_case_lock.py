"""Who has a case open: between processes, after a crash, and after a long silence."""

import contextlib
import os
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from ironquant.case import edit_case, holder_of, lock_case, open_case
from ironquant.case.lock import Holder, lock_path, read_holder
from ironquant.core import CaseError, OutputError

WORKER = Path(__file__).with_name("locking.py")


@contextlib.contextmanager
def other_process(case: Path, heartbeat_s: float = 10.0):
    """A process that holds the case."""
    command = [sys.executable, str(WORKER), str(case), str(heartbeat_s)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "held\n"
        yield process
        if process.poll() is None:
            process.communicate(timeout=30)


def refused(case: Path, **options) -> dict:
    with pytest.raises(OutputError) as caught:
        lock_case(case, **options)
    assert caught.value.finding.code == "case_open_elsewhere"
    return dict(caught.value.finding.params)


def write_as(case: Path, silent_s: float = 0.0, **changes) -> Holder:
    """Leave the lock file of another holder, last written some time ago."""
    import json
    from dataclasses import asdict

    holder = replace(Holder.ourselves(), **changes)
    lock = lock_path(case)
    lock.write_text(json.dumps(asdict(holder)))
    then = time.time() - silent_s
    os.utime(lock, (then, then))
    return holder


def test_open_in_another_process_is_read_only_here(patient, tmp_path):
    case = patient.save(tmp_path / "a.iqcase")
    before = case.read_bytes()
    with other_process(case) as process:
        assert refused(case)["file"] == "a.iqcase"
        assert holder_of(case).pid == process.pid
        assert open_case(case).reading.organs
        with pytest.raises(OutputError) as caught:
            patient.save(case)
        assert caught.value.finding.code == "case_open_elsewhere"
    assert holder_of(case) is None
    assert case.read_bytes() == before
    with lock_case(case) as lock:
        patient.save(case, lock=lock)
    assert [path.name for path in tmp_path.iterdir()] == ["a.iqcase"]


def test_who_may_edit_a_case(patient, tmp_path):
    path = patient.save(tmp_path / "a.iqcase")
    case, lock, why = edit_case(path)
    assert why is None
    patient.save(path, lock=lock, state="final")
    _, second, why = edit_case(path)
    assert (second, why.code) == (None, "case_open_elsewhere")
    lock.release()
    final, lock, why = edit_case(path)
    assert (final.final, lock, why.code) == (True, None, "case_final")
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.iqcase"]
    assert not case.final
    path.write_bytes(b"")
    with pytest.raises(CaseError):
        edit_case(path)
    assert holder_of(path) is None


def test_a_process_that_was_killed_holds_nothing(tmp_path):
    case = tmp_path / "a.iqcase"
    with other_process(case) as process:
        process.kill()
        process.wait()
        assert lock_path(case).exists()
        assert holder_of(case) is None
        with lock_case(case) as lock:
            assert lock.held
            refused(case)
    assert not list(tmp_path.iterdir())


def test_another_machine_counts_until_it_is_silent(tmp_path):
    case = tmp_path / "a.iqcase"
    write_as(case, host="other", machine="0", pid=1, user="wang", silent_s=50)
    assert refused(case) == {"file": "a.iqcase", "user": "wang", "host": "other"}
    write_as(case, host="other", machine="0", pid=1, silent_s=70)
    assert holder_of(case) is None
    with lock_case(case) as lock:
        assert lock.held


def test_a_machine_of_the_same_name_is_another_machine(tmp_path):
    """The number of its process says nothing here."""
    case = tmp_path / "a.iqcase"
    write_as(case, machine="0", pid=2**22 + 1)
    refused(case)


@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b'{"host": "x"}', b"\xff" * 9000])
def test_a_lock_file_that_cannot_be_read_counts_while_it_is_new(tmp_path, content):
    case = tmp_path / "a.iqcase"
    lock_path(case).write_bytes(content)
    refused(case)
    os.utime(lock_path(case), (time.time() - 100,) * 2)
    with lock_case(case) as lock:
        assert lock.held


def test_a_holder_that_works_is_not_taken_over(tmp_path):
    """Its beats are what keeps it: without them it would be silent for too long."""
    case = tmp_path / "a.iqcase"
    with lock_case(case, heartbeat_s=0.05):
        os.utime(lock_path(case), (time.time() - 1000,) * 2)
        time.sleep(0.5)
        refused(case)
        before = lock_path(case).stat().st_mtime
        time.sleep(0.3)
        assert lock_path(case).stat().st_mtime > before


def test_who_was_taken_over_knows_it_and_saves_nothing(patient, tmp_path):
    case = patient.save(tmp_path / "a.iqcase")
    slept = lock_case(case, heartbeat_s=0.05)
    other = write_as(case, host="other", machine="0")
    assert not slept.held
    time.sleep(0.3)
    assert read_holder(lock_path(case)) == other
    slept.release()
    assert read_holder(lock_path(case)) == other
    lock_path(case).unlink()
    with pytest.raises(OutputError) as caught:
        patient.save(case, lock=slept)
    assert caught.value.finding.code == "case_open_elsewhere"


def test_of_many_that_take_over_at_once_one_does(tmp_path):
    for turn in range(10):
        case = tmp_path / f"{turn}.iqcase"
        write_as(case, host="other", machine="0", silent_s=1000)
        start, taken = threading.Barrier(8), []

        def take(case=case, start=start, taken=taken):
            start.wait()
            with contextlib.suppress(OutputError):
                taken.append(lock_case(case))

        threads = [threading.Thread(target=take) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(taken) == 1
        assert taken[0].held
        taken[0].release()
    assert not list(tmp_path.iterdir())


def test_where_nothing_can_be_written_nothing_is_held(tmp_path):
    with pytest.raises(OutputError) as caught:
        lock_case(tmp_path / "missing" / "a.iqcase")
    assert caught.value.finding.code == "output_not_written"
