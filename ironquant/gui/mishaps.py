"""Catches what nobody caught: it goes to the log, and the user is told in plain words."""

from __future__ import annotations

import logging
import os
import re
import sys
import threading
from collections.abc import Callable
from types import TracebackType

from PySide6 import QtCore, QtGui, QtWidgets
from PySide6.QtCore import QMessageLogContext, QObject, QtMsgType, Signal, qInstallMessageHandler

from ironquant.core.logs import Safe, places

_LOG = logging.getLogger(__name__)
_CLASS = re.compile(r"Q[A-Za-z0-9]+")
"""Qt's messages begin with the class that speaks; what follows may be a file of a patient."""
_QT_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.DEBUG,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


class Mishaps(QObject):
    """Hooks of Python and Qt, from `install` until `remove`.

    Signals
    -------
    happened : str
        Type and places of an exception that was not told before; in the window's thread.
    """

    happened = Signal(str)
    _caught = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._told: set[str] = set()
        self._former: tuple[Callable[..., object], Callable[..., object]] | None = None
        self._caught.connect(self._tell)

    def install(self) -> None:
        """Catch from now on."""
        self._former = sys.excepthook, threading.excepthook
        sys.excepthook, threading.excepthook = self._uncaught, self._uncaught_in_thread
        qInstallMessageHandler(_qt_said)

    def remove(self) -> None:
        """Catch nothing any more."""
        if self._former is not None:
            sys.excepthook, threading.excepthook = self._former
            self._former = None
            qInstallMessageHandler(None)

    def _uncaught(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        self._keep(error.with_traceback(trace))

    def _uncaught_in_thread(self, told: threading.ExceptHookArgs) -> None:
        if told.exc_value is not None and not issubclass(told.exc_type, SystemExit):
            self._keep(told.exc_value.with_traceback(told.exc_traceback))

    def _keep(self, error: BaseException) -> None:
        _LOG.critical("not caught: %s", places(error))
        if os.environ.get("IRONQUANT_DEBUG"):
            sys.__excepthook__(type(error), error, error.__traceback__)
        self._caught.emit(str(places(error)))

    def _tell(self, what: str) -> None:
        """Tell each mishap once, however often it comes."""
        if what not in self._told:
            self._told.add(what)
            self.happened.emit(what)


def _qt_said(kind: QtMsgType, context: QMessageLogContext, words: str) -> None:
    """Log which part of Qt said something, not what."""
    found = _CLASS.match(words)
    known = found is not None and any(hasattr(part, found.group()) for part in (QtCore, QtGui, QtWidgets))
    speaker = found.group() if found is not None and known else "a message"
    _LOG.log(_QT_LEVELS[kind], "Qt: %s", Safe(speaker))
    if os.environ.get("IRONQUANT_DEBUG") and sys.stderr is not None:
        print(words, file=sys.stderr)
