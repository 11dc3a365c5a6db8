"""What we ask for when something went wrong: the machine, the versions, the end of the log; no patient."""

from __future__ import annotations

import locale
import logging
import os
import platform
import sys
from collections.abc import Callable

from PySide6.QtCore import QLocale, QObject, Qt, QUrl, qVersion
from PySide6.QtGui import QDesktopServices, QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QPlainTextEdit, QVBoxLayout, QWidget

from ironquant.core import SOFTWARE_NAME, SOFTWARE_VERSION, Finding, Settings
from ironquant.core.logs import last_lines, log_file, log_folder
from ironquant.gui import language, style
from ironquant.gui.controller import Controller
from ironquant.gui.pieces import label, named
from ironquant.iron import profile_names

_LOG = logging.getLogger(__name__)
_LEVELS = {"info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}
_LOG_LINES = 60
_SIZE = (760, 520)
_NAME_ENDS = " <>=!~;[("


def diagnostic_text(settings: Settings) -> str:
    """Return what tells this installation apart; in English, for those who mend it."""
    own = settings.profile in profile_names()
    screens = [
        f"{screen.size().width()}x{screen.size().height()} scale {screen.devicePixelRatio():g} "
        f"{screen.logicalDotsPerInch():.0f} dpi"
        for screen in QGuiApplication.screens()
    ]
    lines = [
        f"{SOFTWARE_NAME} {SOFTWARE_VERSION}",
        f"Python {platform.python_version()} {platform.python_implementation()}, {sys.byteorder} endian",
        f"System {platform.system()} {platform.release()} {platform.machine()}, {os.cpu_count()} cores",
        f"Qt {qVersion()}, {QGuiApplication.platformName()}",
        *(f"Screen {screen}" for screen in screens),
        f"Language {language.current()}, system {QLocale.system().name()}, "
        f"encoding {locale.getpreferredencoding(False)}, theme {style.current()}",
        f"Settings {settings.sha256}, profile {settings.profile if own else 'of a case'}",
        "Libraries " + ", ".join(_versions()),
        "",
        f"Log, last lines ({'written' if log_file() else 'not written'}):",
        *last_lines(_LOG_LINES),
    ]
    return "\n".join(lines) + "\n"


def _versions() -> list[str]:
    """Return name and version of what the program stands on."""
    from importlib.metadata import PackageNotFoundError, requires, version

    try:
        wanted = [entry for entry in requires("ironquant") or () if "extra ==" not in entry]
    except PackageNotFoundError:
        return []
    found = []
    for entry in wanted:
        end = min((at for mark in _NAME_ENDS if (at := entry.find(mark)) >= 0), default=len(entry))
        name = entry[:end]
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            found.append(f"{name} missing")
    return found


def open_log_folder() -> None:
    """Show the folder of the log in the file manager."""
    path = log_file()
    folder = log_folder() if path is None else path.parent
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))


class Diagnostics(QObject):
    """Shows diagnostic information when it is asked for, and when something unexpected happened."""

    def __init__(self, controller: Controller, window: QWidget) -> None:
        super().__init__(window)
        self._session, self._window = controller.session, window
        self._dialog: DiagnosticsDialog | None = None
        controller.noticed.connect(_log_finding)
        controller.examination_changed.connect(self._log_examination)

    def slots(self) -> dict[str, Callable[[], None]]:
        """Return what the actions do, by name."""
        return {"diagnostics": self.show, "log_folder": open_log_folder}

    def show(self) -> None:
        """Show what would be copied."""
        self._open(failed=False)

    def tell(self) -> None:
        """Say that something unexpected happened; once while that is on the screen."""
        if self._dialog is None:
            self._open(failed=True)

    def _open(self, *, failed: bool) -> None:
        dialog = DiagnosticsDialog(diagnostic_text(self._session.settings), self._window, failed=failed)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.finished.connect(self._closed)
        self._dialog = dialog
        dialog.open()

    def _log_examination(self) -> None:
        examination = self._session.examination
        if examination is not None:
            measured = len(self._session.organs)
            _LOG.info("shown: %d series, %d organs measured", len(examination.series), measured)

    def _closed(self) -> None:
        self._dialog = None


def _log_finding(finding: Finding) -> None:
    _LOG.log(_LEVELS[finding.severity], "told: %s", finding)


class DiagnosticsDialog(QDialog):
    """Shows what would be copied, and copies it.

    Parameters
    ----------
    failed : bool
        Whether something unexpected went wrong just now; that is said first.
    """

    def __init__(self, text: str, parent: QWidget | None, *, failed: bool = False) -> None:
        super().__init__(parent)
        self.setWindowTitle(SOFTWARE_NAME if failed else self.tr("Diagnostic information"))
        self.text = QPlainTextEdit(text)
        self.text.setReadOnly(True)
        self.text.setTabChangesFocus(True)
        self.text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.text.setAccessibleName(self.tr("Diagnostic information"))
        buttons = QDialogButtonBox()
        self.copy_button = named(
            buttons.addButton(self.tr("Copy diagnostic information"), QDialogButtonBox.ButtonRole.ActionRole),
            "primary",
        )
        folder = buttons.addButton(self.tr("Open log folder"), QDialogButtonBox.ButtonRole.ActionRole)
        self.close_button = buttons.addButton(self.tr("Close"), QDialogButtonBox.ButtonRole.RejectRole)
        self.copied = label("dim")
        self.copy_button.clicked.connect(self._copy)
        folder.clicked.connect(open_log_folder)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 14)
        column.setSpacing(12)
        if failed:
            column.addWidget(label("cardTitle", self.tr("Something unexpected went wrong"), wrap=True))
            told = self.tr(
                "What you did is kept, and you can go on. If it happens again, save your work, start "
                "the program anew, and send us the information below."
            )
        else:
            told = self.tr("This helps to find out why something does not work.")
        promise = self.tr(
            "It tells versions, screens, settings and what failed; no names, numbers or paths of patients. "
            "Nothing is sent by itself."
        )
        column.addWidget(label(words=f"{told} {promise}", wrap=True))
        column.addWidget(self.text, 1)
        column.addWidget(self.copied)
        column.addWidget(buttons)
        self.resize(*_SIZE)
        self.copy_button.setDefault(True)
        self.copy_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text.toPlainText())
        self.copied.setText(self.tr("It is on the clipboard."))
