"""The log: levels, turning over, and nothing in it that came from anywhere but source code."""

import ast
import logging
import stat
import sys
from enum import Enum
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydicom.valuerep import IS, DSfloat, PersonName

import ironquant
from ironquant.core import Finding, InputError, Organ
from ironquant.core import logs as module
from ironquant.core.logs import LogLevel, Safe, last_lines, log_file, log_folder, places, start_log, stop_log

LOG = logging.getLogger("ironquant.testing")
NAME = "Qzx^Jvwk"


@pytest.fixture
def started(tmp_path):
    """A log of everything in a file of its own."""
    yield start_log(tmp_path / "kept" / "test.log", LogLevel.DEBUG)
    stop_log()


class Foreign(Enum):
    NAME = NAME


VALUES = [
    NAME,
    NAME.encode(),
    [NAME],
    {NAME: 1},
    PersonName(NAME),
    DSfloat("70.123456"),
    IS("1234567"),
    Path(f"/data/{NAME}"),
    ValueError(NAME),
    Foreign.NAME,
    Finding("path_missing", "error", {"file": NAME}, NAME),
    InputError("path_missing", file=NAME),
]


@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
def test_no_value_that_may_tell_who_was_scanned_is_written(started, value):
    LOG.error("opened %s in %d s", value, 3)
    LOG.error(Foreign.NAME if isinstance(value, str) else value)  # a constant else: see the last test
    (first, second) = started.read_text("utf-8").splitlines()
    assert first.endswith(" in 3 s")
    for told in (NAME, "70.123456", "1234567"):
        assert told not in first + second


def test_what_source_code_says_is_written(started):
    LOG.warning("%s %s %s %.2f %s", Organ.HEART, ValueError, Safe("word"), 0.5, None)
    LOG.info("told: %s", Finding("few_echoes", "warning", {"n": 2}))
    lines = started.read_text("utf-8").splitlines()
    assert lines[0].endswith("ironquant.testing: heart ValueError word 0.50 None")
    assert lines[1].endswith("told: few_echoes (warning)")
    assert "WARNING" in lines[0]
    assert "INFO" in lines[1]


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    words=st.text(st.characters(codec="utf-8", min_codepoint=0x100), min_size=2, max_size=20),
    kind=st.sampled_from([ValueError, KeyError, OSError, UnicodeError, InputError]),
    logger=st.sampled_from(["ironquant.gui", "pydicom", "py.warnings", "highdicom.seg"]),
)
def test_no_text_from_outside_is_found_in_the_bytes(started, words, kind, logger):
    try:
        try:
            raise kind(words)
        except Exception as error:
            raise RuntimeError(f"of {words}") from error
    except RuntimeError as error:
        logging.getLogger(logger).exception("in %s", words)
        logging.getLogger("ironquant").error("failed: %s", places(error))
    if logger != "ironquant.gui":
        logging.getLogger(logger).warning(f"the name is {words}")
    written = started.read_bytes()
    assert words.encode() not in written
    assert kind.__name__.encode() in written


def test_places_name_modules_and_no_folder():
    def fail():
        raise KeyError(NAME)

    try:
        try:
            fail()
        except KeyError:
            raise ValueError(NAME) from None
    except ValueError as error:
        told = places(error)
    assert told.startswith(f"ValueError at {__name__}:")
    assert "KeyError" not in told  # hidden on purpose
    assert "/" not in told
    assert "\\" not in told
    with pytest.raises(KeyError) as caught:
        fail()
    assert places(caught.value).endswith(" fail")


def test_an_exception_that_causes_itself_ends():
    one, other = ValueError(), KeyError()
    one.__context__, other.__context__ = other, one
    assert places(one) == "ValueError at no known place; after KeyError at no known place"


@pytest.mark.parametrize("level", list(LogLevel))
def test_levels(tmp_path, level):
    path = start_log(tmp_path / "levels.log", level)
    for each in LogLevel:
        LOG.log(getattr(logging, each.upper()), "said at %s", each)
    stop_log()
    wanted = list(LogLevel)[list(LogLevel).index(level) :]
    assert [line.rsplit(" ", 1)[1] for line in path.read_text().splitlines()] == wanted


def test_it_turns_over_and_is_bounded(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "MOST_BYTES", 2000)
    path = start_log(tmp_path / "log" / "turning.log")
    for number in range(400):
        LOG.info("line %d", number)
    newest = last_lines(3)
    stop_log()
    files = sorted(path.parent.iterdir())
    assert len(files) == 1 + module.FILES_KEPT
    assert all(file.stat().st_size <= 2000 for file in files)
    assert newest[-1].endswith("line 399")
    assert last_lines(3) == ()
    if sys.platform != "win32":
        assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_file_that_another_program_holds_grows_on(started, monkeypatch):
    def held(*args):
        raise PermissionError

    monkeypatch.setattr(module, "MOST_BYTES", 10)
    monkeypatch.setattr("os.rename", held)
    path = start_log(started)
    LOG.info("one")
    LOG.info("two")
    assert [line[-3:] for line in path.read_text().splitlines()] == ["one", "two"]


def test_its_place_is_the_state_folder_of_the_user(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    path = start_log()
    assert log_file() == path == log_folder() / "ironquant.log"
    stop_log()
    assert log_file() is None
    if sys.platform.startswith("linux"):
        assert path == tmp_path / "ironquant" / "log" / "ironquant.log"


def test_a_log_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ironquant.core.OutputError) as caught:
        start_log(tmp_path / "file" / "x.log")
    assert caught.value.finding.code == "output_not_written"


def test_every_message_of_ours_is_a_constant():
    """What is put into the template before the log sees it could not be held back."""
    checked = 0
    for path in Path(ironquant.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            called = node.func if isinstance(node, ast.Call) else None
            if isinstance(called, ast.Attribute) and getattr(called.value, "id", "") == "_LOG":
                words = node.args[1 if called.attr == "log" else 0]
                assert isinstance(words, ast.Constant), f"{path}:{node.lineno}"
                checked += 1
    assert checked >= 6
