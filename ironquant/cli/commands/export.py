"""`ironquant export`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from ironquant.cli.options import REPORT_LANGUAGE_HELP
from ironquant.cli.say import terminal_language

Status = Literal["preliminary", "final", "amended"]


def export(
    sources: Annotated[
        list[Path], typer.Argument(help="analysis.json, its folder, case.iqcase or report.pdf; several too.")
    ],
    to: Annotated[str, typer.Option(help="Forms, separated by commas: csv, tsv, xlsx, fhir.")],
    out: Annotated[Path, typer.Option(help="Folder for the files.")],
    status: Annotated[Status, typer.Option(help="Of the FHIR reports.")] = "preliminary",
    lang: Annotated[str | None, typer.Option(help=REPORT_LANGUAGE_HELP)] = None,
) -> None:
    """Give results to hospital systems and research: tables with a row per region, FHIR R5 bundles."""
    from ironquant.cli.numbers import analysis_of
    from ironquant.export.forms import require_forms, write_forms
    from ironquant.resources import text

    names = require_forms(filter(None, (name.strip() for name in to.split(","))))
    analyses = [analysis_of(source) for source in sources]
    words = terminal_language()
    for file in write_forms(analyses, out, names, lang=lang or words, status=status):
        typer.echo(text("cli", "exported", words, file=file))
