"""`ironquant demo`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ironquant.cli.exits import FAILED, OK
from ironquant.cli.options import REPORT_LANGUAGE_HELP
from ironquant.cli.say import terminal_language, terminal_progress


def demo(
    out: Annotated[Path, typer.Option(help="Folder for the images and results.")] = Path("ironquant-demo"),
    lang: Annotated[str | None, typer.Option(help=REPORT_LANGUAGE_HELP)] = None,
) -> None:
    """Take a synthetic patient through everything: images, regions, fit, iron, report."""
    from ironquant.cli.study import analyze_one
    from ironquant.dicom import scan
    from ironquant.iron import load_settings
    from ironquant.phantom import find_case, simulate, write_phantom
    from ironquant.resources import term, text
    from ironquant.studies import Wishes

    words = terminal_language()
    settings = load_settings(languages=(lang or words,))
    phantom = simulate(find_case("demo"), progress=terminal_progress())
    write_phantom(phantom, out)
    typer.echo(text("cli", "demo_images", words, folder=str(out / "DICOM")))
    for organ in phantom.spec.organs:
        true = text("cli", "demo_truth", words, t2star_ms=phantom.spec.t2star_ms(organ))
        typer.echo(f"  {term(str(organ), words)}: {true}")
    (ref,) = scan(out / "DICOM")
    typer.echo(text("cli", "demo_results", words))
    measured = analyze_one(ref, out, settings, Wishes(), settings.languages[0])
    typer.echo(text("cli", "demo_window", words, command=f'uv run ironquant gui "{out / "DICOM"}"'))
    typer.echo(text("cli", "disclaimer", words))
    raise typer.Exit(OK if measured else FAILED)
