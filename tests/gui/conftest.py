"""The window without a display, with settings of its own."""

import gc
import os
from dataclasses import replace

os.environ["QT_QPA_PLATFORM"] = "offscreen"

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QSettings

from ironquant.core import Organ
from ironquant.gui import language
from ironquant.gui.app import application, make_window
from ironquant.phantom import find_case, simulate, write_phantom

WAIT_MS = 30_000


@pytest.fixture(scope="session")
def phantom_folder(tmp_path_factory):
    """The sample patient as DICOM."""
    folder = tmp_path_factory.mktemp("phantom")
    return write_phantom(simulate(replace(find_case("demo"), matrix=(176, 176))), folder)[0].parent


def settings_in(folder):
    """Let Qt keep its settings in a folder."""
    QSettings.setDefaultFormat(QSettings.Format.IniFormat)
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(folder))


@pytest.fixture(autouse=True)
def _own_settings(tmp_path_factory, monkeypatch):
    """A home of its own, apart from the folder that a test may open."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / "config"))
    monkeypatch.setenv("XDG_STATE_HOME", str(home / "state"))
    monkeypatch.setenv("XDG_DATA_HOME", str(home / "data"))
    settings_in(home / "settings")


@pytest.fixture(scope="module", autouse=True)
def _kept():
    """Each window looks through all that lives when it is closed: not what other modules have loaded."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.fixture(scope="session")
def _dressed(tmp_path_factory):
    """The application with its fonts and its style sheet, by settings that nobody has changed."""
    settings_in(tmp_path_factory.mktemp("settings"))
    application()


@pytest.fixture
def window(_dressed, qtbot):
    """An empty English window."""
    language.switch("en")
    made = make_window()
    made.resize(1366, 768)
    made.show()
    qtbot.waitExposed(made)
    yield made
    made.close()
    made.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    language.switch("en")


@pytest.fixture
def opened(window, qtbot, phantom_folder, settle):
    """A window with the sample patient measured, heart in front."""
    window.open_path(phantom_folder)
    qtbot.waitUntil(lambda: window.controller.session.examination is not None, timeout=WAIT_MS)
    settle(window)
    window.centre.show_tab(0)
    assert window.centre.active == Organ.HEART
    return window


@pytest.fixture
def settle(qtbot):
    """Wait until nothing runs in the background."""

    def wait(window):
        qtbot.waitUntil(lambda: window.controller.tasks.idle, timeout=WAIT_MS)

    return wait
