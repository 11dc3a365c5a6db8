"""`ironquant deidentify`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ironquant.cli.exits import OK, SOME_FAILED
from ironquant.cli.options import PATH_HELP
from ironquant.cli.say import finding_line, terminal_language, terminal_progress, worst_first


def deidentify(
    path: Annotated[
        Path,
        typer.Argument(help=PATH_HELP),
    ],
    out: Annotated[Path, typer.Option(help="Folder for the copies, apart from the originals.")],
    key: Annotated[Path, typer.Option(help="Key file: who is behind a pseudonym. Keep it; use it again.")],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be done; write nothing.")
    ] = False,
    include_burnt_in: Annotated[
        bool, typer.Option("--include-burnt-in", help="Write screenshots and the like too. Look at them!")
    ] = False,
    keep_descriptions: Annotated[
        bool,
        typer.Option("--keep-descriptions", help="Keep all words of descriptions but the patient's own."),
    ] = False,
) -> None:
    """Write copies without the patient's identity (DICOM PS3.15), and a key file apart from them."""
    from ironquant.dicom.deid import DeidentifyOptions
    from ironquant.dicom.deid import deidentify as run
    from ironquant.resources import text

    lang = terminal_language()
    options = DeidentifyOptions(include_burnt_in, keep_descriptions, dry_run)
    done = run(path, out, key, options, progress=terminal_progress())
    for finding in worst_first(done.findings):
        typer.echo(finding_line(finding, lang), err=finding.severity != "info")
    typer.echo(text("cli", "deid_dry" if dry_run else "deid_done", lang, **done.told))
    if not dry_run:
        typer.echo(text("cli", "deid_key", lang, file=str(key)))
    raise typer.Exit(SOME_FAILED if done.n_failed else OK)
