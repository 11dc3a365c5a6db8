"""Names, types and meaning of the columns of the tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ironquant.batch.options import ALL
from ironquant.core import Organ, Settings
from ironquant.iron import calibrations
from ironquant.resources import load_table

Cell = str | float | int | bool | None


@dataclass(frozen=True)
class Column:
    """One column.

    Attributes
    ----------
    type : {"text", "number", "whole", "flag"}
    """

    name: str
    type: str
    unit: str
    means: str


@dataclass(frozen=True)
class Wanted:
    """Which models and calibrations have columns, per organ.

    Attributes
    ----------
    models : mapping
        ``RESULT`` stands for the model of each result.
    """

    models: Mapping[Organ, tuple[str, ...]]
    calibrations: Mapping[Organ, tuple[str, ...]]
    organs: tuple[Organ, ...]


def wanted_columns(
    settings: Settings,
    organs: tuple[Organ, ...],
    models: Mapping[Organ, tuple[str, ...]],
    wanted: Mapping[Organ, tuple[str, ...]],
) -> Wanted:
    """Resolve which columns there are; without a wish, a calibration of the settings is a column."""
    chosen = organs or (Organ.HEART, Organ.LIVER)
    lines = {}
    for organ in chosen:
        named = wanted.get(organ, ())
        own = settings.organs.get(organ)
        known = tuple(row.id for row in calibrations().values() if row.organ == organ)
        lines[organ] = known if ALL in named else named or (own.calibrations if own else ())
    return Wanted({organ: models.get(organ, ()) for organ in chosen}, lines, chosen)


def long_columns(clinical: Mapping[str, str]) -> tuple[Column, ...]:
    """Return the columns of the long table; `clinical` gives those that are joined, with their types."""
    return (*_of("examination"), *_of("long"), *_joined(clinical))


def wide_columns(wanted: Wanted, clinical: Mapping[str, str]) -> tuple[Column, ...]:
    """Return the columns of the wide table."""
    columns = [*_of("examination")]
    for organ in wanted.organs:
        columns += _of("organ", organ=str(organ))
        for model in wanted.models[organ]:
            columns += _of("model", organ=str(organ), model=model)
            for line in wanted.calibrations[organ]:
                columns += _of("calibration", organ=str(organ), model=model, calibration=line)
    return (*columns, *_joined(clinical))


def _of(section: str, **names: str) -> Iterator[Column]:
    rows: Mapping[str, Mapping[str, Any]] = load_table("batch_columns")[section]
    for name, row in rows.items():
        yield Column(
            name.format(**names), row["type"], row.get("unit", ""), str(row["means"]).format(**names)
        )


def _joined(clinical: Mapping[str, str]) -> Iterator[Column]:
    for name, kind in clinical.items():
        yield Column(name, kind, "", "From the clinical table")
