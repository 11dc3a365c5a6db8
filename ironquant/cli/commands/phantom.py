"""`ironquant phantom`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from ironquant.cli.options import parse_size, parse_train
from ironquant.cli.say import terminal_language, terminal_progress


def phantom(
    out: Annotated[Path | None, typer.Argument(help="Folder for the images and their truth.")] = None,
    listing: Annotated[bool, typer.Option("--list", help="List the named cases and end.")] = False,
    case: Annotated[str, typer.Option(help="Named case to start from.")] = "demo",
    seed: Annotated[int | None, typer.Option(help="Anatomy and noise.")] = None,
    heart_t2star: Annotated[float | None, typer.Option(help="True T2* of the septum (ms).")] = None,
    liver_t2star: Annotated[float | None, typer.Option(help="True T2* of the liver (ms).")] = None,
    field: Annotated[float | None, typer.Option(help="Actual field (T).")] = None,
    heart_te: Annotated[
        str | None, typer.Option(help="Echo times: first:step:number or a list (ms).")
    ] = None,
    liver_te: Annotated[
        str | None, typer.Option(help="Echo times: first:step:number or a list (ms).")
    ] = None,
    snr: Annotated[float | None, typer.Option(help="S0 over sigma; the noise is Rician.")] = None,
    coils: Annotated[
        int | None, typer.Option(help="Combined channels; more than 1: non-central chi.")
    ] = None,
    matrix: Annotated[str | None, typer.Option(help="Rows x columns, e.g. 256x256.")] = None,
    heart_slices: Annotated[int | None, typer.Option(help="Slices through the heart.")] = None,
    liver_slices: Annotated[int | None, typer.Option(help="Slices through the liver.")] = None,
    fat: Annotated[float | None, typer.Option(help="Fat fraction of the liver, 0 to 0.4.")] = None,
    black_blood: Annotated[bool | None, typer.Option(help="Blood nulled.")] = None,
    layout: Annotated[str, typer.Option(help="classic, series-per-echo or enhanced.")] = "classic",
) -> None:
    """Write a digital patient as DICOM, with the truth beside it."""
    from ironquant.core import SettingsError
    from ironquant.phantom import LAYOUTS, case_descriptions, find_case, simulate, write_phantom
    from ironquant.resources import text

    lang = terminal_language()
    if listing:
        for name, words in case_descriptions(lang).items():
            typer.echo(f"{name:14} {words}")
        raise typer.Exit
    if out is None:
        raise SettingsError("option_invalid", option="OUT", value="", expected="ironquant phantom OUT")
    if layout not in LAYOUTS:
        raise SettingsError("option_invalid", option="--layout", value=layout, expected=", ".join(LAYOUTS))
    wanted: dict[str, Any] = {
        "seed": seed,
        "heart_t2star_ms": heart_t2star,
        "liver_t2star_ms": liver_t2star,
        "field_t": field,
        "heart_te_ms": parse_train("--heart-te", heart_te) if heart_te else None,
        "liver_te_ms": parse_train("--liver-te", liver_te) if liver_te else None,
        "snr": snr,
        "n_coils": coils,
        "matrix": parse_size("--matrix", matrix) if matrix else None,
        "heart_slices": heart_slices,
        "liver_slices": liver_slices,
        "liver_fat_fraction": fat,
        "black_blood": black_blood,
    }
    spec = replace(find_case(case), **{key: value for key, value in wanted.items() if value is not None})
    written = write_phantom(simulate(spec, progress=terminal_progress()), out, layout)
    typer.echo(text("cli", "phantom_written", lang, n_files=len(written), folder=str(out)))
