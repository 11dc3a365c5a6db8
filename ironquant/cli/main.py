"""Entry point: one place where errors become a line and an exit code."""

from __future__ import annotations

import contextlib
import logging
import os
import sys
from importlib import import_module
from typing import Any, NoReturn

from ironquant.cli.exits import FAILED, INTERRUPTED, NOTHING, OK, USAGE
from ironquant.cli.say import chosen_language, say_error, speak, use_utf8
from ironquant.core import (
    CancelledError,
    FitArgumentError,
    IronQuantError,
    OutputError,
    SettingsError,
    SigningError,
)
from ironquant.core.logs import places

_LOG = logging.getLogger(__name__)


def __getattr__(name: str) -> Any:
    if name == "app":
        return import_module("ironquant.cli.app").app
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def main() -> None:
    """Run the command line; every failure is one line on stderr and an exit code, never a traceback."""
    use_utf8()
    try:
        code = _run()
    except IronQuantError as error:
        _LOG.error("%s", error.finding)
        code = say_error(error.finding, _code_of(error))
    except KeyboardInterrupt:
        code = INTERRUPTED
    except Exception as error:
        if hasattr(error, "exit_code") and hasattr(error, "show"):  # a usage error of the parser
            error.show()
            code = error.exit_code
        elif os.environ.get("IRONQUANT_DEBUG"):
            raise
        else:
            from ironquant.core import Finding

            # The message of an unforeseen error may hold patient data: only its type is told.
            _LOG.error("unforeseen: %s", places(error))
            code = say_error(Finding("internal_error", "error", {"reason": type(error).__name__}), FAILED)
    code = code if isinstance(code, int) else OK
    _LOG.info("ends with exit code %d", code)
    _end(code)


def _run() -> object:
    """Run the command; the window alone needs no parser of arguments, and opens sooner without."""
    if sys.argv[1:]:
        return import_module("ironquant.cli.app").run()
    speak(os.environ.get("IRONQUANT_LANGUAGE"))
    return import_module("ironquant.gui.app").run(None, chosen_language())


def _code_of(error: IronQuantError) -> int:
    """Return the exit code that an error of ours gives."""
    if isinstance(error, SettingsError | FitArgumentError | OutputError):
        return USAGE
    if isinstance(error, SigningError):
        return FAILED
    return INTERRUPTED if isinstance(error, CancelledError) else NOTHING


def _end(code: int) -> NoReturn:
    """End the process, at once where kernels are still being compiled: all files are written by now."""
    compiled = sys.modules.get("ironquant.fitting.compiled")
    if compiled is not None and compiled.compiling():
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(OSError, ValueError):
                stream.flush()
        os._exit(code)
    sys.exit(code)
