"""`ironquant analyze`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, get_args

import typer

from ironquant.cli.exits import NOTHING, OK, SOME_FAILED
from ironquant.cli.options import (
    PATH_HELP,
    REPORT_LANGUAGE_HELP,
    by_organ,
    parse_choice,
    parse_dicom_objects,
    parse_echo_times,
    parse_echoes,
    parse_organ,
    parse_outliers,
    region_file,
)
from ironquant.cli.say import say_error, terminal_progress


def analyze(
    path: Annotated[
        Path,
        typer.Argument(help=PATH_HELP),
    ],
    out: Annotated[Path, typer.Option(help="Folder for the results.")],
    organ: Annotated[
        list[str] | None, typer.Option(help="heart, liver, spleen or pancreas; repeat for several.")
    ] = None,
    profile: Annotated[
        str | None, typer.Option(help="Profile: default, guangxi, one of yours, or a TOML file.")
    ] = None,
    settings: Annotated[Path | None, typer.Option(help="TOML file with settings.")] = None,
    model: Annotated[list[str] | None, typer.Option(help="ORGAN=MODEL, e.g. heart=truncation.")] = None,
    calibration: Annotated[list[str] | None, typer.Option(help="ORGAN=ID, e.g. liver=garbowski2014.")] = None,
    scheme: Annotated[list[str] | None, typer.Option(help="ORGAN=ID, e.g. liver=esgar-sar-2023.")] = None,
    region: Annotated[
        list[str] | None,
        typer.Option(help="ORGAN=FILE[#NAME]: NIfTI mask, regions.json, DICOM SEG or RTSTRUCT."),
    ] = None,
    echoes: Annotated[list[str] | None, typer.Option(help="ORGAN=1-6, echoes to fit.")] = None,
    outliers: Annotated[
        list[str] | None,
        typer.Option(
            help="ORGAN=exclude or keep: pixels without a fit, badly fitted or outlying, in the mean signal."
        ),
    ] = None,
    te: Annotated[
        str | None,
        typer.Option(
            "--te", help="Echo times (ms) of NIfTI files without them: 1.2,2.4,… or first:step:number."
        ),
    ] = None,
    series: Annotated[
        list[str] | None,
        typer.Option(help="ORGAN=NUMBER, the series or scanner's map to measure, see ironquant info."),
    ] = None,
    case: Annotated[
        bool, typer.Option("--case", help="Archive images, reading and numbers as case.iqcase, too.")
    ] = False,
    library: Annotated[
        bool,
        typer.Option(
            "--library", help="Compare with earlier examinations of the library, and put these into it."
        ),
    ] = False,
    segments: Annotated[
        str | None,
        typer.Option(help="16 segments of the left ventricle: auto (from three slices on), on, off."),
    ] = None,
    export: Annotated[
        list[str] | None,
        typer.Option(help="Form to write too: csv, tsv, xlsx or fhir; repeat for several."),
    ] = None,
    dicom: Annotated[
        str | None,
        typer.Option(help="DICOM objects for the archive: sr,seg,map,pdf,images, all, or none."),
    ] = None,
    lang: Annotated[str | None, typer.Option(help=REPORT_LANGUAGE_HELP)] = None,
    paper: Annotated[str | None, typer.Option(help="Of the report: A4, Letter.")] = None,
    reader: Annotated[str, typer.Option(help="Name of the reporting physician.")] = "",
    reviewer: Annotated[str, typer.Option(help="Name of the reviewing physician.")] = "",
    state: Annotated[
        str | None,
        typer.Option(
            help="Of the report: draft, preliminary, final, amended; an amended one keeps the one before."
        ),
    ] = None,
    reason: Annotated[str, typer.Option(help="Why the report is amended.")] = "",
) -> None:
    """Measure heart and liver: report, analysis.json, maps and regions."""
    from ironquant.cli.study import analyze_one, heading
    from ironquant.core import (
        Finding,
        FitArgumentError,
        IronQuantError,
        OutputError,
        Paper,
        SegmentsWanted,
        SettingsError,
    )
    from ironquant.dicom import scan
    from ironquant.export.forms import require_forms
    from ironquant.export.signing_block import State
    from ironquant.fitting import require_magnitude_model, warm_up
    from ironquant.iron import library_name, load_settings
    from ironquant.studies import Wishes

    models = by_organ("--model", model or (), str)
    for name in models.values():
        require_magnitude_model(name)
    wishes = Wishes(
        organs=tuple(dict.fromkeys(parse_organ(name) for name in organ or ())),
        regions=by_organ("--region", region or (), region_file),
        echoes=by_organ("--echoes", echoes or (), parse_echoes),
        series=by_organ("--series", series or (), str),
        outliers=by_organ("--outliers", outliers or (), parse_outliers),
        reader=reader,
        reviewer=reviewer,
        state=parse_choice("--state", state, get_args(State)) or "draft",
        reason=reason,
    )
    forms = require_forms(export or ())
    resolved = load_settings(
        profile,
        file=settings,
        models=models,
        calibrations=by_organ("--calibration", calibration or (), str),
        schemes=by_organ("--scheme", scheme or (), str),
        languages=(lang,) if lang else None,
        segments=parse_choice("--segments", segments, get_args(SegmentsWanted)),
        paper=parse_choice("--paper", paper, get_args(Paper)),
        dicom_objects=None if dicom is None else parse_dicom_objects(dicom),
    )
    warm_up()  # while the files are read
    refs = scan(path, te_ms=parse_echo_times(te), progress=terminal_progress())
    if wishes.regions and len(refs) > 1:
        raise SettingsError("region_one_examination", file=str(path), n_examinations=len(refs))
    if wishes.series and len(refs) > 1:
        raise SettingsError("series_one_examination", file=str(path), n_examinations=len(refs))
    chosen = library_name(settings) if library else None
    measured = 0
    for ref in refs:
        typer.echo(heading(ref))
        try:
            measured += analyze_one(
                ref, out, resolved, wishes, resolved.languages[0], case=case, library=chosen, forms=forms
            )
        except (SettingsError, FitArgumentError, OutputError):
            raise  # the same for every examination
        except IronQuantError as error:
            say_error(error.finding, NOTHING)
    if measured == 0:
        finding = Finding("nothing_analyzable", "error", {"file": str(path)})
        raise typer.Exit(say_error(finding, NOTHING))
    raise typer.Exit(OK if measured == len(refs) else SOME_FAILED)
