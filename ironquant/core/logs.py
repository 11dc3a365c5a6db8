"""The log: what the program did and where it failed, without anything that tells who was scanned.

Only what stands in source code reaches the file: the templates of our own messages, codes, names of types,
places in code, and numbers. Text is never written, since it may come from images, and neither are the
messages of exceptions and of other packages.
"""

from __future__ import annotations

import datetime as dt
import logging
import os
import traceback
from collections.abc import Iterator
from enum import Enum, StrEnum
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType
from typing import Final

from ironquant.core.errors import OutputError
from ironquant.core.findings import Finding

MOST_BYTES: Final = 2**20
FILES_KEPT: Final = 4
"""Beside the one that is written."""
_OWN = "ironquant"
_NUMBERS = (int, float, bool, type(None))
_DEEPEST = 40
_handler: LogFile | None = None
logging.getLogger(_OWN).addHandler(logging.NullHandler())
"""Nothing goes to stderr by itself: what a person must know is a finding."""


class LogLevel(StrEnum):
    """What is written: of this weight, and all that is graver."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class Safe(str):
    """Text that stands in source code, and may be written."""


class LogFile(RotatingFileHandler):
    """The file that is written; for the user alone, who may have it open in several programs at once."""

    def __init__(self, path: Path, level: LogLevel) -> None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        super().__init__(path, maxBytes=MOST_BYTES, backupCount=FILES_KEPT, encoding="utf-8")
        self.path = path
        self.setFormatter(Lines())
        self.setLevel(level.upper())

    def _open(self) -> TextIOWrapper:
        handle = os.open(self.baseFilename, os.O_APPEND | os.O_CREAT | os.O_WRONLY, 0o600)
        return os.fdopen(handle, "a", encoding="utf-8")

    def rotate(self, source: str, dest: str) -> None:
        """Give the full file its number; another program that holds it (Windows) makes it grow on."""
        try:
            super().rotate(source, dest)
        except OSError:
            return


class Lines(logging.Formatter):
    """One line for a record: time, level, process, source, words."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of a record."""
        when = dt.datetime.fromtimestamp(record.created, dt.UTC)
        own = record.name.partition(".")[0] == _OWN
        words = _words(record) if own else f"line {record.lineno}"
        if record.exc_info and record.exc_info[1] is not None:
            words = f"{words}: {places(record.exc_info[1])}"
        head = f"{when:%Y-%m-%dT%H:%M:%S}.{when.microsecond // 1000:03d}Z {record.levelname:<7}"
        return f"{head} {record.process} {record.name}: {words}"


def start_log(path: Path | None = None, level: LogLevel = LogLevel.INFO) -> Path:
    """Write the log from now on, in the place of the one that was written.

    Parameters
    ----------
    path : Path, optional
        By default in the user's own folder of this machine.
    level : LogLevel

    Raises
    ------
    OutputError
        ``output_not_written``.
    """
    global _handler
    file = path or log_folder() / "ironquant.log"
    try:
        made = LogFile(file, level)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise OutputError("output_not_written", file=str(file), reason=reason) from error
    stop_log()
    _handler = made
    logging.getLogger().addHandler(made)
    logging.getLogger(_OWN).setLevel(level.upper())
    return file


def stop_log() -> None:
    """Write no log any more."""
    global _handler
    if _handler is not None:
        logging.getLogger().removeHandler(_handler)
        logging.getLogger(_OWN).setLevel(logging.NOTSET)
        _handler.close()
        _handler = None


def log_file() -> Path | None:
    """Return the file that is written, None while none is."""
    return None if _handler is None else _handler.path


def log_folder() -> Path:
    """Return the folder of the log of this user."""
    import platformdirs

    return Path(platformdirs.user_state_dir("ironquant", appauthor=False)) / "log"


def last_lines(n: int) -> tuple[str, ...]:
    """Return the newest lines of the log that is written."""
    path = log_file()
    if path is None:
        return ()
    try:
        return tuple(path.read_text("utf-8", errors="replace").splitlines()[-n:])
    except OSError:
        return ()


def places(error: BaseException) -> Safe:
    """Return the type of an exception and of what caused it, and where in the code each came from."""
    told, seen = [], set[int]()
    cause: BaseException | None = error
    while cause is not None and id(cause) not in seen:
        seen.add(id(cause))
        way = " > ".join(_frames(cause.__traceback__))
        told.append(f"{type(cause).__qualname__} at {way or 'no known place'}")
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)
    return Safe("; after ".join(told))


def _frames(start: TracebackType | None) -> Iterator[str]:
    for frame, line in list(traceback.walk_tb(start))[-_DEEPEST:]:
        module = frame.f_globals.get("__name__", "?")
        yield f"{module}:{line} {frame.f_code.co_name}"


def _words(record: logging.LogRecord) -> str:
    template = record.msg if isinstance(record.msg, str) else "%s"
    given = record.args if isinstance(record.args, tuple) else ()
    if template is not record.msg:
        given = (record.msg,)
    try:
        return template % tuple(map(_told, given)) if given else template
    except (TypeError, ValueError):
        return template


def _told(value: object) -> object:
    """Return what may be written of a value."""
    if isinstance(value, Safe) or type(value) in _NUMBERS:
        return value
    if isinstance(value, Finding):
        return f"{value.code} ({value.severity})"
    if isinstance(value, type):
        return value.__qualname__
    if isinstance(value, Enum) and type(value).__module__.partition(".")[0] == _OWN:
        return value.value
    return f"<{type(value).__name__}>"
