"""The commands, put together."""

from __future__ import annotations

import logging
from importlib import import_module
from pathlib import Path
from typing import Annotated

import typer

from ironquant.cli.commands import (
    analyze,
    batch,
    compare,
    deidentify,
    demo,
    export,
    fit,
    history,
    info,
    phantom,
    proposals,
    recompute,
    sign,
    verify,
)
from ironquant.cli.say import chosen_language, speak
from ironquant.cli.spoken import LANGUAGE_HELP, SpokenTyper
from ironquant.core import SOFTWARE_NAME, SOFTWARE_VERSION
from ironquant.core.logs import LogLevel, Safe, start_log

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
app.command("export")(export.export)
app.command("phantom")(phantom.phantom)
app.command("sign")(sign.sign)
app.command("keygen")(sign.keygen)
app.command("verify")(verify.verify)


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


def run() -> object:
    """Run the command that the arguments name; return its exit code, if it has one.

    Raises
    ------
    KeyboardInterrupt
        Where the user gives up at a question.
    """
    try:
        return app(standalone_mode=False)
    except typer.Abort:
        raise KeyboardInterrupt from None
