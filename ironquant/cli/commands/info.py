"""`ironquant info`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from ironquant.cli.exits import NOTHING, OK
from ironquant.cli.options import parse_echo_times
from ironquant.cli.say import finding_line, terminal_language, terminal_progress
from ironquant.core import ExaminationRef, Finding, SeriesRef


def info(
    path: Annotated[Path, typer.Argument(help="Folder or file.")],
    as_json: Annotated[bool, typer.Option("--json", help="Machine-readable output.")] = False,
    te: Annotated[
        str | None,
        typer.Option(
            "--te", help="Echo times (ms) of NIfTI files without them: 1.2,2.4,… or first:step:number."
        ),
    ] = None,
) -> None:
    """List patients, studies, series and echo trains, with findings; reads headers only."""
    from ironquant.dicom import scan

    refs = scan(path, te_ms=parse_echo_times(te), progress=terminal_progress())
    if as_json:
        document = {"schema": "ironquant.info/1", "examinations": [_examination(ref) for ref in refs]}
        typer.echo(json.dumps(document, ensure_ascii=False, indent=2))
    else:
        for ref in refs:
            _say(ref)
    raise typer.Exit(OK if any(ref.readable_series for ref in refs) else NOTHING)


def _say(ref: ExaminationRef) -> None:
    from ironquant.cli.study import heading
    from ironquant.resources import term, text

    lang = terminal_language()
    typer.echo(heading(ref))
    for finding in ref.findings:
        typer.echo(f"  {finding_line(finding, lang)}")
    for series in ref.series:
        number = "–" if series.number is None else str(series.number)
        slices, rows, columns = series.shape
        train = text(
            "cli",
            "train",
            lang,
            n_echoes=len(series.te_ms),
            te=", ".join(f"{te:g}" for te in series.te_ms),
            slices=slices,
            rows=rows,
            columns=columns,
        )
        organ = term(str(series.organ_guess), lang) if series.organ_guess else "–"
        mark = "+" if series.readable else "-"
        typer.echo(f"  {mark} {number}  {series.description or '–'}  [{series.flavour}, {series.component}]")
        typer.echo(f"      {train}; {text('cli', 'organ', lang)}: {organ}")
        for finding in series.findings:
            typer.echo(f"      {finding_line(finding, lang)}")


def _examination(ref: ExaminationRef) -> dict[str, Any]:
    study = {key: str(value) if key == "date" and value else value for key, value in vars(ref.study).items()}
    patient = {
        key: str(value) if key == "birth_date" and value else value
        for key, value in vars(ref.patient).items()
    }
    return {
        "patient": patient,
        "study": study,
        "series": [_series(series) for series in ref.series],
        "findings": [_finding(finding) for finding in ref.findings],
    }


def _series(series: SeriesRef) -> dict[str, Any]:
    return {
        "key": series.key,
        "instance_uid": series.instance_uid,
        "number": series.number,
        "description": series.description,
        "modality": series.modality,
        "flavour": series.flavour,
        "component": series.component,
        "te_ms": list(series.te_ms),
        "shape": list(series.shape),
        "n_files": series.n_files,
        "organ_guess": series.organ_guess and str(series.organ_guess),
        "guess_reason": series.guess_reason,
        "readable": series.readable,
        "findings": [_finding(finding) for finding in series.findings],
    }


def _finding(finding: Finding) -> dict[str, Any]:
    from ironquant.resources import message

    return {
        "code": finding.code,
        "severity": finding.severity,
        "params": dict(finding.params),
        "message": message(finding.code, finding.params, terminal_language()),
    }
