"""`ironquant fit`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from ironquant.cli.exits import NOTHING, OK, SOME_FAILED, USAGE
from ironquant.cli.options import (
    PATH_HELP,
    NoiseMethod,
    parse_bounds,
    parse_echo_times,
    parse_echoes,
    parse_noise,
)
from ironquant.cli.say import finding_line, say_error, terminal_progress
from ironquant.core import (
    EchoSeries,
    Examination,
    ExaminationRef,
    Finding,
    FitArgumentError,
    IronQuantError,
    OutputError,
    SettingsError,
)

if TYPE_CHECKING:
    from ironquant.fitting import Noise


@dataclass(frozen=True)
class Order:
    """What the user wants fitted, and how."""

    model: str
    noise: NoiseMethod | float
    coils: int | None
    echoes: tuple[int, ...] | None
    weights: Literal["none"] | None
    r_squared: float | None
    bounds: tuple[float, float] | None
    threads: int | None


def fit(
    path: Annotated[
        Path,
        typer.Argument(help=PATH_HELP),
    ],
    out: Annotated[Path, typer.Option(help="Folder for the maps.")],
    model: Annotated[
        str,
        typer.Option(
            help="mono, truncation, second-moment, rician, offset, loglinear, arlo, biexp or fat-water."
        ),
    ] = "truncation",
    noise: Annotated[
        str, typer.Option(help="background, residual, repeats, or the SD per channel as a number.")
    ] = "background",
    coils: Annotated[
        int | None, typer.Option(min=1, max=1024, help="Effective channels, where they are known.")
    ] = None,
    echoes: Annotated[str | None, typer.Option(help="Echoes to fit, e.g. 1-6.")] = None,
    weights: Annotated[
        str | None, typer.Option(help="none: equal weights, where a model has its own (loglinear).")
    ] = None,
    r_squared: Annotated[
        float | None,
        typer.Option("--r-squared", help="truncation: keep the most echoes that reach it, e.g. 0.995."),
    ] = None,
    bounds: Annotated[
        str | None, typer.Option(help="T2* in ms between which values are accepted: LOW,HIGH.")
    ] = None,
    te: Annotated[
        str | None,
        typer.Option(
            "--te", help="Echo times (ms) of NIfTI files without them: 1.2,2.4,… or first:step:number."
        ),
    ] = None,
    threads: Annotated[int | None, typer.Option(min=1, help="By default one for every core.")] = None,
) -> None:
    """Compute the maps of every echo train, whatever the body part: T2*, R2*, S0, R², errors, status."""
    from ironquant.dicom import scan
    from ironquant.fitting import MODELS, require_magnitude_model, warm_up

    require_magnitude_model(model)
    if weights is not None and (weights != "none" or not MODELS[model].weighted):
        weighted = ", ".join(name for name, entry in MODELS.items() if entry.weighted)
        raise SettingsError(
            "option_invalid", option="--weights", value=weights, expected=f"none ({weighted})"
        )
    if r_squared is not None and not (model == "truncation" and 0.0 < r_squared < 1.0):
        raise SettingsError(
            "option_invalid", option="--r-squared", value=r_squared, expected="0.995 (truncation)"
        )
    order = Order(
        model,
        parse_noise(noise),
        coils,
        parse_echoes(echoes) if echoes else None,
        "none" if weights else None,
        r_squared,
        parse_bounds(bounds) if bounds else None,
        threads,
    )
    warm_up()  # while the files are read
    refs = scan(path, te_ms=parse_echo_times(te), progress=terminal_progress())
    done, misfits = 0, 0
    for ref in refs:
        try:
            fitted, refused = _fit_one(ref, out, order)
            done, misfits = done + bool(fitted), misfits + refused
        except OutputError:
            raise
        except IronQuantError as error:
            say_error(error.finding, NOTHING)
    if done == 0 and misfits:
        raise typer.Exit(USAGE)
    if done == 0:
        raise typer.Exit(say_error(Finding("nothing_analyzable", "error", {"file": str(path)}), NOTHING))
    raise typer.Exit(OK if done == len(refs) and not misfits else SOME_FAILED)


def _fit_one(ref: ExaminationRef, out: Path, order: Order) -> tuple[int, int]:
    """Write the maps of one examination; return how many trains were fitted, and how many not."""
    from ironquant.cli.study import heading
    from ironquant.dicom import read_examination
    from ironquant.export import study_folder
    from ironquant.studies import why_unreadable

    typer.echo(heading(ref))
    if not ref.readable_series:
        for finding in why_unreadable(ref):
            typer.echo(finding_line(finding), err=True)
        return 0, 0
    folder = out / study_folder(ref.study) / "maps"
    examination = read_examination(ref, progress=terminal_progress())
    for finding in examination.findings:
        typer.echo(f"  {finding_line(finding)}", err=finding.severity == "error")
    refused = 0
    for index, train in enumerate(examination.series, start=1):
        number = train.number if train.number is not None else 0
        prefix = f"train{index:02d}-series{number}"
        try:
            _fit_train(train, examination, folder, prefix, order)
        except FitArgumentError as error:
            refused += 1
            finding = Finding(error.finding.code, "error", error.finding.params, train.description or prefix)
            typer.echo(f"  {finding_line(finding)}", err=True)
    return len(examination.series) - refused, refused


def _fit_train(train: EchoSeries, examination: Examination, folder: Path, prefix: str, order: Order) -> None:
    """Fit one train and write its maps.

    Raises
    ------
    FitArgumentError
        If this train does not have what the order needs.
    """
    from ironquant.export import FitRecord, write_fit
    from ironquant.fitting import fit_series

    field_t = examination.field_of(train)
    noise = _noise(train, examination, order, field_t)
    if noise is None:
        finding = Finding("noise_unknown", "info", {}, train.description or prefix)
        typer.echo(f"  {finding_line(finding)}")
    fitted = fit_series(
        train,
        order.model,
        noise=noise,
        n_coils=order.coils or 1,
        echoes=order.echoes,
        field_t=field_t,
        weights=order.weights,
        bounds=order.bounds,
        r_squared_target=order.r_squared,
        threads=order.threads,
        progress=terminal_progress(),
    )
    options = {
        "noise": order.noise,
        "coils": order.coils,
        "weights": order.weights,
        "r_squared": order.r_squared,
        "bounds_ms": None if order.bounds is None else list(order.bounds),
    }
    record = FitRecord(noise, field_t, order.echoes, options)
    for written in write_fit(fitted, train, record, folder, prefix):
        typer.echo(f"  {written}")


def _noise(train: EchoSeries, examination: Examination, order: Order, field_t: float | None) -> Noise | None:
    from ironquant.fitting import Noise, measure_noise

    if isinstance(order.noise, float):
        return Noise(order.noise, order.coils or 1)
    return measure_noise(train, order.noise, n_coils=order.coils, others=examination.series, field_t=field_t)
