"""The autosave journal: nothing that was acknowledged is lost, whatever ends the program."""

import datetime as dt
import os
import random
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

import journal_writer
import pytest

from ironquant.case import Journal, discard, journals, recover
from ironquant.case.document import to_json, to_reading_document
from ironquant.core import CaseError, Origin, OutputError, Reading

WORKER = Path(journal_writer.__file__)
LIMIT = 20_000
"""Bytes: some twenty entries, so that many kills fall near the rewriting."""


def left(journal: Journal) -> None:
    """End a journal as a crash does: the system takes its lock back, its file stays."""
    journal._held.close()


def content(reading: Reading) -> bytes:
    return to_json(to_reading_document(reading))


def killed_after(folder: Path, seconds: float) -> int:
    """Kill a writer after a while; return the last reading that it acknowledged, 0 if none."""
    command = [sys.executable, str(WORKER), str(folder), str(LIMIT)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"open\n"
        time.sleep(seconds)
        process.kill()
        told = [line for line in process.stdout.read().split(b"\n")[:-1] if line]
    return int(told[-1]) if told else 0


def kill_often(folder: Path, n_runs: int, seed: int) -> None:
    chance = random.Random(seed)
    n_recovered = 0
    for run in range(n_runs):
        home = folder / str(run)
        acknowledged = killed_after(home, chance.uniform(0.0, 0.12))
        found = journals(home)
        assert len(found) == 1 if acknowledged else len(found) <= 1
        for entry in found:
            reading = recover(entry)
            number = int(reading.reader)
            assert acknowledged <= number <= acknowledged + 1
            assert content(reading) == content(journal_writer.reading(number))
            assert entry.path.stat().st_size <= LIMIT
            discard(entry)
            n_recovered += 1
        assert not journals(home)
    assert n_recovered > n_runs // 2


def test_killed_while_writing(tmp_path):
    kill_often(tmp_path, 20, seed=1)


@pytest.mark.soak
def test_killed_two_hundred_times(tmp_path):
    kill_often(tmp_path, 200, seed=2)


def test_a_reading_is_recovered_and_the_label_names_nobody(tmp_path):
    source = "/cd/WANG XIAOMING/DICOM"
    origin = Origin(source, "1.2.3", dt.date(2024, 5, 3), (1.2, 2.4, 3.6))
    journal = Journal.open("f" * 64, origin, folder=tmp_path)
    for number in (1, 2, 3):
        journal.write(journal_writer.reading(number))
    assert journals(tmp_path) == ()  # it is still open
    left(journal)
    (entry,) = journals(tmp_path)
    assert (entry.fingerprint, entry.origin) == ("f" * 64, origin)
    assert content(recover(entry)) == content(journal_writer.reading(3))
    assert entry.label.startswith("2024-05-03 · ")
    assert "WANG" not in entry.label + entry.path.name
    assert abs(entry.written - dt.datetime.now(dt.UTC)) < dt.timedelta(minutes=5)
    discard(entry)
    assert not list(tmp_path.iterdir())


def test_the_profile_goes_with_the_reading(tmp_path):
    journal = Journal.open("f", Origin("s"), folder=tmp_path)
    reading = journal_writer.reading(1)
    for profile in ("default", "own", "own"):
        journal.write(reading, profile)
    (path,) = tmp_path.glob("*.iqjournal")
    assert len(path.read_bytes().splitlines()) == 3  # the head, and each profile once
    left(journal)
    (entry,) = journals(tmp_path)
    assert entry.profile == "own"
    assert content(recover(entry)) == content(reading)


def test_a_journal_that_is_left_is_offered_without_a_crash(tmp_path):
    journal = Journal.open("f", Origin("s"), folder=tmp_path)
    journal.write(journal_writer.reading(1))
    journal.leave()
    journal.leave()
    (entry,) = journals(tmp_path)
    assert content(recover(entry)) == content(journal_writer.reading(1))


def test_a_regular_save_leaves_nothing(tmp_path):
    journal = Journal.open("f", Origin("s"), folder=tmp_path)
    journal.write(journal_writer.reading(1))
    journal.close()
    journal.close()
    assert not list(tmp_path.iterdir())
    with pytest.raises(ValueError, match="closed"):
        journal.write(journal_writer.reading(2))


def test_a_line_cut_off_or_damaged_counts_not(tmp_path):
    journal = Journal.open("f", Origin("s"), folder=tmp_path)
    for number in (1, 2):
        journal.write(journal_writer.reading(number))
    left(journal)
    (entry,) = journals(tmp_path)
    whole = entry.path.read_bytes()
    second = whole.rindex(b"\n", 0, -1) + 1
    for size in range(second, len(whole)):
        entry.path.write_bytes(whole[:size])
        assert recover(entry).reader == "1"
    chance = random.Random(3)
    for _ in range(100):
        data = bytearray(whole)
        data[chance.randrange(second, len(whole))] ^= 1 << chance.randrange(8)
        entry.path.write_bytes(data)
        assert recover(entry).reader == "1"
    entry.path.write_bytes(whole[: second // 4])
    assert journals(tmp_path) == ()


def test_it_is_rewritten_rather_than_growing(tmp_path):
    journal = Journal.open("f", Origin("s"), folder=tmp_path, most_bytes=LIMIT)
    sizes = []
    for number in range(1, 200):
        journal.write(journal_writer.reading(number))
        (path,) = tmp_path.glob("*.iqjournal")
        sizes.append(path.stat().st_size)
    assert max(sizes) <= LIMIT
    assert sum(after < before for before, after in pairwise(sizes)) > 3
    left(journal)
    assert recover(journals(tmp_path)[0]).reader == "199"


def test_an_unchanged_reading_is_written_once(tmp_path):
    journal = Journal.open("f", Origin("s"), folder=tmp_path)
    reading = journal_writer.reading(1)
    journal.write(reading)
    (path,) = tmp_path.glob("*.iqjournal")
    size = path.stat().st_size
    journal.write(reading)
    assert path.stat().st_size == size
    journal.close()


def test_one_examination_in_two_programs_has_two_journals(tmp_path):
    first, second = (Journal.open("f", Origin("s"), folder=tmp_path) for _ in range(2))
    first.write(journal_writer.reading(1))
    second.write(journal_writer.reading(2))
    left(first)
    assert [recover(entry).reader for entry in journals(tmp_path)] == ["1"]
    second.close()


def test_a_full_disk_leaves_what_was_kept(tmp_path, monkeypatch):
    journal = Journal.open("f", Origin("s"), folder=tmp_path)
    journal.write(journal_writer.reading(1))
    real = os.fsync

    def full(number):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputError) as caught:
        journal.write(journal_writer.reading(2))
    assert caught.value.finding.code == "output_not_written"
    monkeypatch.setattr(os, "fsync", real)
    journal.write(journal_writer.reading(3))
    left(journal)
    (entry,) = journals(tmp_path)
    assert recover(entry).reader == "3"
    assert b"site-2" not in entry.path.read_bytes()


def test_a_journal_of_a_newer_version_stays(tmp_path):
    journal = Journal.open("f", Origin("s"), folder=tmp_path)
    journal.write(journal_writer.reading(1))
    left(journal)
    (entry,) = journals(tmp_path)
    from ironquant.case.journal import _line

    entry.path.write_bytes(_line(b'{"schema": "ironquant.journal/9"}') + entry.path.read_bytes())
    assert journals(tmp_path) == ()
    assert entry.path.exists()


def test_recovering_what_is_gone_is_an_error_of_ours(tmp_path):
    journal = Journal.open("f", Origin("s"), folder=tmp_path)
    journal.write(journal_writer.reading(1))
    left(journal)
    (entry,) = journals(tmp_path)
    discard(entry)
    with pytest.raises(CaseError):
        recover(entry)


def test_a_file_that_was_being_written_is_no_journal_and_goes_with_it(tmp_path):
    """A kill between the writing of a new file and its renaming leaves both."""
    journal = Journal.open("f", Origin("s"), folder=tmp_path)
    journal.write(journal_writer.reading(1))
    left(journal)
    (path,) = tmp_path.glob("*.iqjournal")
    path.with_name(f".123.tmp.{path.name}").write_bytes(path.read_bytes())
    (entry,) = journals(tmp_path)
    assert entry.path == path
    discard(entry)
    assert not list(tmp_path.iterdir())


def test_rests_of_a_start_that_kept_nothing_are_swept_after_a_day(tmp_path):
    left(Journal.open("f", Origin("s"), folder=tmp_path))
    (rest,) = tmp_path.iterdir()
    assert journals(tmp_path) == ()
    assert rest.exists()
    os.utime(rest, (time.time() - 100_000,) * 2)
    assert journals(tmp_path) == ()
    assert not list(tmp_path.iterdir())


def test_listing_while_others_begin_and_discard_is_safe(tmp_path):
    """Two programs, or a window that looks for unfinished work while its journals are written."""

    def come_and_go() -> None:
        for count in range(60):
            journal = Journal.open("f", Origin("s"), folder=tmp_path)
            if count % 2:
                journal.write(journal_writer.reading(1))
            journal.close()

    with ThreadPoolExecutor(2) as pool:
        others = [pool.submit(come_and_go) for _ in range(2)]
        while not all(other.done() for other in others):
            journals(tmp_path)
        for other in others:
            other.result()
    assert journals(tmp_path) == ()


def test_it_lies_in_the_folder_of_the_user(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.setattr("platformdirs.user_state_dir", lambda name, appauthor: str(tmp_path / name))
    journal = Journal.open("f", Origin("s"))
    journal.write(Reading())
    assert [path.suffix for path in sorted((tmp_path / "ironquant" / "journal").iterdir())]
    journal.close()
