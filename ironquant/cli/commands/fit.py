"""`ironquant fit`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ironquant.cli.exits import NOTHING, OK, SOME_FAILED
from ironquant.cli.say import finding_line, say_error, terminal_progress
from ironquant.core import ExaminationRef, Finding, IronQuantError, OutputError


def fit(
    path: Annotated[Path, typer.Argument(help="Folder or file with DICOM, or NIfTI with BIDS sidecars.")],
    out: Annotated[Path, typer.Option(help="Folder for the maps.")],
    model: Annotated[str, typer.Option(help="mono, truncation, second-moment or loglinear.")] = "truncation",
) -> None:
    """Compute T2*, R2*, S0 and R² maps of every echo train, whatever the body part."""
    from ironquant.dicom import scan
    from ironquant.fitting import require_model

    require_model(model)
    refs = scan(path, progress=terminal_progress())
    done = 0
    for ref in refs:
        try:
            done += _fit_one(ref, out, model)
        except OutputError:
            raise
        except IronQuantError as error:
            say_error(error.finding, NOTHING)
    if done == 0:
        raise typer.Exit(say_error(Finding("nothing_analyzable", "error", {"file": str(path)}), NOTHING))
    raise typer.Exit(OK if done == len(refs) else SOME_FAILED)


def _fit_one(ref: ExaminationRef, out: Path, model: str) -> bool:
    """Write the maps of one examination; return whether there was a train to fit."""
    from ironquant.cli.study import why_unreadable
    from ironquant.dicom import read_examination
    from ironquant.export import study_folder, write_maps
    from ironquant.fitting import compute_maps

    if not ref.readable_series:
        for finding in why_unreadable(ref):
            typer.echo(finding_line(finding), err=True)
        return False
    progress = terminal_progress()
    folder = out / study_folder(ref.study) / "maps"
    examination = read_examination(ref, progress=progress)
    for finding in examination.findings:
        typer.echo(f"  {finding_line(finding)}", err=finding.severity == "error")
    for index, train in enumerate(examination.series, start=1):
        maps = compute_maps(train, model, progress=progress)
        number = train.number if train.number is not None else 0
        for written in write_maps(maps, train.affine, folder, f"train{index:02d}-series{number}"):
            typer.echo(f"  {written}")
    return bool(examination.series)
