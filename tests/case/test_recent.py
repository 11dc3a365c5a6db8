"""The list of what was opened lately."""

import datetime as dt
import stat
import subprocess
import sys
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ironquant.case import RecentEntry, absence, forget, forget_all, mark, recent_entries, remember
from ironquant.case.recent import MOST, RECENT_SCHEMA_ID, recent_file
from ironquant.core import OutputError

NOW = dt.datetime(2026, 3, 4, 9, 30, tzinfo=dt.UTC)


def examination(number, **changes):
    entry = RecentEntry("examination", f"/images/{number}", NOW, f"Name {number}", fingerprint=f"f{number}")
    return replace(entry, **changes)


@pytest.fixture
def file(tmp_path):
    return tmp_path / "state" / "recent.json"


words = st.text(max_size=30)
entries = st.builds(
    RecentEntry,
    kind=st.sampled_from(["case", "examination", "folder"]),
    path=words.map(lambda text: text.encode("utf-16", "replace").decode("utf-16")),
    opened=st.datetimes(timezones=st.just(dt.UTC)),
    name=st.text(st.characters(codec="utf-8"), max_size=30),
    study_date=st.none() | st.dates(),
    state=st.sampled_from(["opened", "unsaved", "saved", "final"]),
    te_ms=st.none() | st.lists(st.floats(0.5, 50), max_size=4).map(tuple),
    n=st.integers(1, 500),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(entries, min_size=1, max_size=MOST + 5, unique_by=lambda entry: (entry.kind, entry.path)))
def test_what_is_remembered_comes_back_the_newest_first_and_bounded(file, given_entries):
    forget_all(file)
    listed = [replace(entry, fingerprint=str(number)) for number, entry in enumerate(given_entries)]
    for entry in listed:
        remember(entry, file)
    assert list(recent_entries(file)) == listed[::-1][:MOST]


def test_the_same_again_comes_to_the_head_once(file):
    for number in (1, 2, 1):
        remember(examination(number), file)
    assert [entry.path for entry in recent_entries(file)] == ["/images/1", "/images/2"]
    remember(examination(2, study_uid="1.2"), file)
    assert len(recent_entries(file)) == 3


def test_a_case_takes_the_place_of_the_images_that_it_was_saved_from(file):
    remember(examination(1), file)
    remember(examination(2), file)
    remember(RecentEntry("case", "/cases/1.iqcase", NOW, fingerprint="f1", state="saved"), file)
    assert [entry.path for entry in recent_entries(file)] == ["/cases/1.iqcase", "/images/2"]
    remember(RecentEntry("case", "/cases/other reader.iqcase", NOW, fingerprint="f1", state="final"), file)
    assert len(recent_entries(file)) == 3


def test_states_are_marked_on_the_newest_of_the_images(file):
    remember(RecentEntry("case", "/old.iqcase", NOW, fingerprint="f1", state="saved"), file)
    remember(RecentEntry("case", "/new.iqcase", NOW, fingerprint="f1", state="saved"), file)
    mark("f1", "unsaved", file)
    mark("f7", "final", file)
    assert [entry.state for entry in recent_entries(file)] == ["unsaved", "saved"]


def test_one_and_all_are_forgotten(file):
    for number in range(3):
        remember(examination(number), file)
    assert [entry.name for entry in forget(examination(1).key, file)] == ["Name 2", "Name 0"]
    forget(examination(9).key, file)
    assert len(recent_entries(file)) == 2
    assert forget_all(file) == recent_entries(file) == ()
    assert not file.exists()


@pytest.mark.parametrize(
    "content", [b"", b"{", b"\xff\x00", b'{"schema": "ironquant.recent/2", "entries": []}', b"[]"]
)
def test_a_damaged_or_later_file_counts_as_empty_and_is_replaced(file, content):
    file.parent.mkdir()
    file.write_bytes(content)
    assert recent_entries(file) == ()
    remember(examination(1), file)
    assert recent_entries(file) == (examination(1),)
    assert RECENT_SCHEMA_ID.encode() in file.read_bytes()


@pytest.mark.skipif(sys.platform == "win32", reason="rights of POSIX")
def test_only_the_user_may_read_it(file):
    remember(examination(1), file)
    remember(examination(2), file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_a_list_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError):
        remember(examination(1), tmp_path / "file" / "recent.json")


def test_windows_that_write_at_the_same_time_lose_nothing(file):
    code = (
        "import sys, datetime as dt\n"
        "from pathlib import Path\n"
        "from ironquant.case import RecentEntry, remember\n"
        "for n in range(5):\n"
        "    path = f'/{sys.argv[2]}/{n}'\n"
        "    remember(RecentEntry('folder', path, dt.datetime.now(dt.UTC)), Path(sys.argv[1]))\n"
    )
    running = [subprocess.Popen([sys.executable, "-c", code, str(file), name]) for name in "ab"]
    assert [process.wait() for process in running] == [0, 0]
    expected = {f"/{name}/{number}" for name in "ab" for number in range(5)}
    assert {entry.path for entry in recent_entries(file)} == expected


def test_why_something_is_absent(tmp_path):
    assert absence(str(tmp_path)) is None
    assert absence(str(tmp_path / "gone")) == "missing"
    assert absence(str(tmp_path / "drive" / "gone")) == "unreachable"
    assert absence("a\0b") == "missing"


def test_it_lies_in_the_state_folder_of_the_user(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    if sys.platform.startswith("linux"):
        assert recent_file() == tmp_path / "ironquant" / "recent.json"
