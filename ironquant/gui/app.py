"""Start the window."""

from __future__ import annotations

import contextlib
import logging
import os
import sys
from ctypes.util import find_library
from functools import partial
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMessageBox

from ironquant.core import SOFTWARE_NAME, SOFTWARE_VERSION, IronQuantError, OutputError
from ironquant.core.logs import Safe, log_file, start_log, stop_log
from ironquant.gui import language, style
from ironquant.gui.mishaps import Mishaps
from ironquant.gui.window import MainWindow
from ironquant.iron import load_settings
from ironquant.resources import message

_LOG = logging.getLogger(__name__)
WRONG_USAGE = 2
_MARGIN = 40
_FIRST_SIZE = (1600, 960)
_WARM_UP_AFTER_MS = 300
"""The window is drawn first."""


def run(path: Path | None = None, lang: str | None = None) -> int:
    """Open the window and stay until it is closed.

    Parameters
    ----------
    path : Path, optional
        Folder or file to open at once.
    lang : str, optional
        Language of this start; by default the one last chosen.

    Returns
    -------
    int
        Exit code; 2 if the settings of the user cannot be read.

    Raises
    ------
    OutputError
        ``display_missing`` or ``display_library_missing``: Qt itself would abort without a word of help.
    """
    _require_display()
    app = application(lang)
    own_log = log_file() is None
    if own_log:
        with contextlib.suppress(OutputError):  # a full disk does not keep anybody from reading
            start_log()
    _LOG.info("the window opens: %s", Safe(SOFTWARE_VERSION))
    mishaps = Mishaps(app)
    mishaps.install()
    try:
        return _run(app, mishaps, path)
    finally:
        mishaps.remove()
        _LOG.info("the window is closed")
        if own_log:
            stop_log()


def _run(app: QApplication, mishaps: Mishaps, path: Path | None) -> int:
    try:
        window = make_window()
    except IronQuantError as error:
        words = message(error.finding.code, error.finding.params, language.current())
        QMessageBox.critical(None, SOFTWARE_NAME, words)
        return WRONG_USAGE
    mishaps.happened.connect(window.diagnostics.tell)
    open_window(window)
    if path is not None:
        window.open_path(path)
    QTimer.singleShot(_WARM_UP_AFTER_MS, partial(window.controller.warm_up, window.furnish))
    QTimer.singleShot(_WARM_UP_AFTER_MS, window.keeper.look)
    return app.exec()


def open_window(window: MainWindow) -> None:
    """Show the window where it was; the first time as large as is sensible on this screen."""
    full = window.places.maximized
    if not window.places.known:
        room = window.screen().availableGeometry()
        width, height = min(_FIRST_SIZE[0], room.width()), min(_FIRST_SIZE[1], room.height())
        window.resize(width, height)
        full = width + _MARGIN >= room.width() or height + _MARGIN >= room.height()
    if full:
        window.showMaximized()
    else:
        window.show()


def _require_display() -> None:
    """Raise if no window can be shown on this Linux machine."""
    if not sys.platform.startswith("linux") or os.environ.get("QT_QPA_PLATFORM"):
        return
    if os.environ.get("WAYLAND_DISPLAY"):
        return
    if not os.environ.get("DISPLAY"):
        raise OutputError("display_missing")
    if find_library("xcb-cursor") is None:
        raise OutputError("display_library_missing", package="libxcb-cursor0")


def application(lang: str | None = None) -> QApplication:
    """Return the one QApplication, with our fonts, style and language."""
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        app = QApplication(sys.argv[:1])
    app.setApplicationName(SOFTWARE_NAME)
    app.setOrganizationName(SOFTWARE_NAME)
    app.setApplicationVersion(SOFTWARE_VERSION)
    style.apply(app)
    language.switch(lang or language.preferred())
    return app


def make_window() -> MainWindow:
    """Return the window, with the settings of the user.

    Raises
    ------
    SettingsError
        If the user's settings file cannot be read.
    """
    with style.undressed():
        return MainWindow(load_settings())
