"""`ironquant batch`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ironquant.batch.options import ALL, BatchOptions
from ironquant.cli.exits import NOTHING, OK, SOME_FAILED
from ironquant.cli.options import (
    REPORT_LANGUAGE_HELP,
    by_organ_several,
    parse_calibrations,
    parse_dicom_objects,
    parse_echo_times,
    parse_organ,
)
from ironquant.cli.say import say_error

ROOT_HELP = "Folder, zip or tar archive, DICOMDIR, BIDS folder, or a CSV list of them (column path)."


def batch(
    root: Annotated[Path, typer.Argument(help=ROOT_HELP)],
    out: Annotated[Path, typer.Option(help="Folder for the results; an unfinished batch in it goes on.")],
    settings: Annotated[Path | None, typer.Option(help="TOML file with settings.")] = None,
    profile: Annotated[str | None, typer.Option(help="Profile: default, guangxi.")] = None,
    organ: Annotated[
        list[str] | None, typer.Option(help="heart, liver, spleen or pancreas; repeat for several.")
    ] = None,
    model: Annotated[
        list[str] | None,
        typer.Option(help="ORGAN=MODEL; repeated, the first is reported and each has columns."),
    ] = None,
    calibration: Annotated[
        list[str] | None,
        typer.Option(help="ORGAN=ID, repeated as models; ORGAN=all or all: a column for every one."),
    ] = None,
    te: Annotated[
        str | None, typer.Option("--te", help="Echo times (ms) of NIfTI files without them.")
    ] = None,
    report: Annotated[bool, typer.Option("--report", help="Write the PDF of every examination.")] = False,
    case: Annotated[bool, typer.Option("--case", help="Archive every examination as case.iqcase.")] = False,
    dicom: Annotated[
        str, typer.Option(help="DICOM objects of every examination: sr,seg,map,pdf,images, all, or none.")
    ] = ",".join(BatchOptions.dicom_objects),
    bids: Annotated[bool, typer.Option("--bids/--no-bids", help="Write the BIDS derivative.")] = True,
    regions: Annotated[
        Path | None, typer.Option(help="Folder of corrected regions: NAME.json or NAME/regions.json.")
    ] = None,
    clinical: Annotated[
        Path | None, typer.Option(help="CSV that is joined by its column participant_id (the pseudonym).")
    ] = None,
    earlier: Annotated[
        Path | None, typer.Option("--from", help="Output of an earlier batch: its regions and fits are used.")
    ] = None,
    key: Annotated[Path | None, typer.Option(help="Key file of the pseudonyms; else OUT/key.json.")] = None,
    queue: Annotated[
        bool, typer.Option("--queue", help="Make a blinded, shuffled queue of images for readers.")
    ] = False,
    queue_of: Annotated[
        Path | None, typer.Option(help="CSV with examination_id: only these are in the queue.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Of the order of the queue.")] = 0,
    jobs: Annotated[int | None, typer.Option(min=1, help="Processes; else one per core.")] = None,
    scheduler: Annotated[str | None, typer.Option(help="Address of a Dask scheduler.")] = None,
    run_id: Annotated[str, typer.Option(help="Folder in OUT, for other settings than before.")] = "",
    retry_failed: Annotated[bool, typer.Option("--retry-failed", help="Try again what failed.")] = False,
    log_json: Annotated[
        bool, typer.Option("--log-json", help="Progress as JSON, a line each, on standard output.")
    ] = False,
    lang: Annotated[str | None, typer.Option(help=REPORT_LANGUAGE_HELP)] = None,
) -> None:
    """Measure a whole cohort; start it again and only what is unfinished is done."""
    from ironquant.batch.readerqueue import make_queue
    from ironquant.batch.running import run
    from ironquant.cli.watching import watching
    from ironquant.core import Finding, SettingsError
    from ironquant.fitting import require_magnitude_model
    from ironquant.iron import load_settings

    if run_id and not run_id.replace("-", "").replace("_", "").isalnum():
        raise SettingsError("option_invalid", option="--run-id", value=run_id, expected="a-z 0-9 - _")
    for place in (clinical, earlier, regions, queue_of):
        if place is not None and not place.exists():
            raise SettingsError("path_missing", file=str(place))
    models = by_organ_several("--model", model or ())
    for name in (name for names in models.values() for name in names):
        require_magnitude_model(name)
    lines = parse_calibrations(calibration or ())
    resolved = load_settings(
        profile,
        file=settings,
        models={organ: names[0] for organ, names in models.items()},
        calibrations={organ: names[0] for organ, names in lines.items() if names[0] != ALL},
        languages=(lang,) if lang else None,
    )
    options = BatchOptions(
        organs=tuple(dict.fromkeys(parse_organ(name) for name in organ or ())),
        te_ms=parse_echo_times(te),
        dicom_objects=parse_dicom_objects(dicom),
        report=report,
        case=case,
        bids=bids,
        models=models,
        calibrations=lines,
        regions=regions,
        clinical=clinical,
        earlier=earlier,
        key=key,
    )
    with watching(log_json) as view:
        for _ in run(
            root,
            out,
            options,
            settings=resolved,
            jobs=jobs,
            scheduler=scheduler,
            run_id=run_id,
            retry_failed=retry_failed,
            watch=view.show,
        ):
            pass
    if queue or queue_of is not None:
        for study in make_queue(root, out / run_id, only=queue_of, seed=seed, jobs=jobs).left_out:
            say_error(Finding("batch_queue_left_out", "warning", {"folder": study}), OK)
    if view.total == 0:
        raise typer.Exit(say_error(Finding("batch_nothing", "error", {"file": str(root)}), NOTHING))
    view.conclude(out / run_id)
    if view.n_failed == view.total:
        raise typer.Exit(NOTHING)
    raise typer.Exit(SOME_FAILED if view.n_failed else OK)
