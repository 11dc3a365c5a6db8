"""Entry point: one application, one place where errors become a line and an exit code."""

from __future__ import annotations

import contextlib
import logging
import os
import sys
from importlib import import_module
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from ironquant.cli.commands import (
    analyze,
    batch,
    compare,
    deidentify,
    demo,
    fit,
    history,
    info,
    phantom,
    proposals,
    recompute,
)
from ironquant.cli.exits import FAILED, INTERRUPTED, NOTHING, OK, USAGE
from ironquant.cli.say import chosen_language, say_error, speak, use_utf8
from ironquant.cli.spoken import LANGUAGE_HELP, SpokenTyper
from ironquant.core import (
    SOFTWARE_NAME,
    SOFTWARE_VERSION,
    CancelledError,
    FitArgumentError,
    IronQuantError,
    OutputError,
    SettingsError,
)
from ironquant.core.logs import LogLevel, Safe, places, start_log

_LOG = logging.getLogger(__name__)
app = SpokenTyper(
    add_completion=False,
    no_args_is_help=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="T2*/R2* iron quantification of heart and liver. For research use; not a certified medical device.",
)
app.command("demo")(demo.demo)
app.command("info")(info.info)
app.command("analyze")(analyze.analyze)
app.command("batch")(batch.batch)
app.command("fit")(fit.fit)
app.command("compare")(compare.compare)
app.command("proposals")(proposals.proposals)
app.command("recompute")(recompute.recompute)
app.command("history")(history.history)
app.command("deidentify")(deidentify.deidentify)
app.command("phantom")(phantom.phantom)


@app.callback(invoke_without_command=True)
def window(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version and end.")] = False,
    language: Annotated[
        str | None, typer.Option("--language", envvar="IRONQUANT_LANGUAGE", help=LANGUAGE_HELP)
    ] = None,
    log: Annotated[
        Path | None, typer.Option("--log", help="Write a log, without patient data, to this file.")
    ] = None,
    log_level: Annotated[LogLevel, typer.Option("--log-level", help="What is written.")] = LogLevel.INFO,
) -> None:
    """Open the window, unless a command is named."""
    speak(language)
    if log is not None:
        start_log(log, log_level)
        _LOG.info("begins: %s %s", Safe(SOFTWARE_VERSION), Safe(context.invoked_subcommand or "gui"))
    if version:
        typer.echo(f"{SOFTWARE_NAME} {SOFTWARE_VERSION}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        gui(None)


@app.command()
def gui(path: Annotated[Path | None, typer.Argument(help="Folder or file to open.")] = None) -> None:
    """Open the window."""
    # Siblings do not know each other: the window is named here, as the package's public names are.
    raise typer.Exit(import_module("ironquant.gui.app").run(path, chosen_language()))


def main() -> None:
    """Run the command line; every failure is one line on stderr and an exit code, never a traceback."""
    use_utf8()
    try:
        code = app(standalone_mode=False)
    except IronQuantError as error:
        _LOG.error("%s", error.finding)
        code = say_error(error.finding, _code_of(error))
    except (KeyboardInterrupt, typer.Abort):
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


def _code_of(error: IronQuantError) -> int:
    """Return the exit code that an error of ours gives."""
    if isinstance(error, SettingsError | FitArgumentError | OutputError):
        return USAGE
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
