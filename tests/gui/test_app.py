"""Starting: language, settings that cannot be read."""

import os
import sys
from pathlib import Path

import platformdirs
import pytest
from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QApplication, QMessageBox

from ironquant.core.logs import log_file, start_log, stop_log
from ironquant.gui import app, language


def test_settings_that_cannot_be_read_are_told_and_end_with_2(qapp, monkeypatch, tmp_path):
    monkeypatch.setattr(platformdirs, "user_config_dir", lambda *args, **kwargs: str(tmp_path))
    (tmp_path / "settings.toml").write_text("profile = 3", encoding="utf-8")
    told = []
    monkeypatch.setattr(QMessageBox, "critical", lambda parent, title, words: told.append(words))
    assert app.run() == 2
    assert len(told) == 1
    assert "settings.toml" in told[0]


@pytest.mark.parametrize(
    ("system", "expected"), [("zh_CN", "zh"), ("zh_TW", "zh"), ("en_GB", "en"), ("fr", "en")]
)
def test_the_language_follows_the_system_until_one_is_chosen(qapp, monkeypatch, system, expected):
    monkeypatch.setattr(QLocale, "system", staticmethod(lambda: QLocale(system)))
    assert language.preferred() == expected
    other = "en" if expected == "zh" else "zh"
    language.switch(other, remember=True)
    assert language.preferred() == other
    language.switch("en")


@pytest.fixture
def run(qapp, monkeypatch):
    """Open the window and close it at once; return what was asked meanwhile."""

    def begin(ask):
        seen = []

        def stay(*args):
            seen.append(ask())
            for window in QApplication.topLevelWidgets():
                window.close()
            return 0

        monkeypatch.setattr(QApplication, "exec", stay)
        assert app.run() == 0
        return seen[0]

    return begin


def test_while_the_window_runs_its_log_is_written_and_errors_are_caught(run):
    hook = sys.excepthook
    path, during = run(lambda: (log_file(), sys.excepthook))
    assert during is not hook
    assert sys.excepthook is hook
    assert log_file() is None
    lines = path.read_text("utf-8").splitlines()
    assert "the window opens" in lines[0]
    assert lines[-1].endswith("the window is closed")


def test_a_log_that_cannot_be_written_keeps_nobody_from_reading(run):
    Path(os.environ["XDG_STATE_HOME"]).write_text("")
    assert run(log_file) is None


def test_the_log_that_the_command_line_named_is_taken(run, tmp_path):
    named = start_log(tmp_path / "mine.log")
    assert run(log_file) == named == log_file()
    stop_log()
