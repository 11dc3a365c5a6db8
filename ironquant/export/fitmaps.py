"""All maps of one fit as NIfTI, and beside them a JSON file that says what they are."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ironquant.core import (
    SOFTWARE_NAME,
    SOFTWARE_VERSION,
    EchoSeries,
    Fit,
    FitStatus,
    remove_file,
    write_bytes_atomic,
)
from ironquant.export.nifti import write_volume
from ironquant.fitting import Noise


@dataclass(frozen=True)
class MapKind:
    """How one map is written.

    Attributes
    ----------
    ending : str
        Of the file name.
    unit : str
        Empty: none.
    description : str
        For the header, ASCII.
    """

    ending: str
    unit: str
    description: str


KINDS: Mapping[str, MapKind] = {
    "t2star_ms": MapKind("t2star", "ms", "T2* (ms)"),
    "r2star_per_s": MapKind("r2star", "1/s", "R2* (1/s)"),
    "s0": MapKind("s0", "", "S0 (signal at TE 0)"),
    "r_squared": MapKind("rsquared", "", "R2 of the fit"),
    "r2star_se_per_s": MapKind("r2starse", "1/s", "standard error of R2* (1/s)"),
    "n_echoes_used": MapKind("nechoes", "", "echoes used"),
    "t2star_bound_ms": MapKind("t2starbound", "ms", "limit of T2* where there is no value (ms)"),
    "offset": MapKind("offset", "", "constant beneath the decay"),
    "sigma": MapKind("sigma", "", "noise SD per channel, estimated"),
    "fat_fraction": MapKind("fatfraction", "", "fat fraction (0 to 1)"),
    "fat_fraction_se": MapKind("fatfractionse", "", "standard error of the fat fraction"),
    "field_map_hz": MapKind("fieldmap", "Hz", "field map (Hz)"),
    "field_map_se_hz": MapKind("fieldmapse", "Hz", "standard error of the field map (Hz)"),
    "initial_phase_rad": MapKind("phase", "rad", "phase at TE 0 (rad)"),
    "fraction_second": MapKind("fractionsecond", "", "share of S0 in the second component"),
    "t2star_second_ms": MapKind("t2starsecond", "ms", "T2* of the second component (ms)"),
}
"""Attribute of `Fit`, or key of its ``estimated`` and ``extra`` → file."""

STATUS_ENDING = "status"
LIMITS = {FitStatus.BELOW_FIRST_ECHO: "upper", FitStatus.NO_DECAY: "lower"}
"""What the map of limits means where there is no value, as ``bound`` in analysis.json."""


@dataclass(frozen=True)
class FitRecord:
    """How a fit was made, for the file beside its maps.

    Attributes
    ----------
    noise : Noise or None
        As it was given to the fit.
    options : mapping
        Choices of the user, by the names of the options; plain JSON values.
    """

    noise: Noise | None
    field_t: float | None
    echoes: tuple[int, ...] | None = None
    options: Mapping[str, Any] = field(default_factory=dict)


def write_fit(fit: Fit, series: EchoSeries, record: FitRecord, folder: Path, prefix: str) -> tuple[Path, ...]:
    """Write ``{prefix}_{map}.nii.gz`` for every map of a fit, and last ``{prefix}_fit.json``.

    Maps of an earlier fit with the same prefix are removed first: another model has other maps.

    Parameters
    ----------
    fit : Fit
        Arrays of shape (slice, row, column); NaN where there is no value stays NaN.
    series : EchoSeries
        What was fitted.

    Returns
    -------
    tuple of Path

    Raises
    ------
    OutputError
        If a file cannot be written, or an earlier one not be removed.
    """
    sidecar = folder / f"{prefix}_fit.json"
    _remove_earlier(folder, prefix, sidecar)
    written, files = [], {}
    for name, array in _arrays(fit).items():
        kind = KINDS[name]
        path = folder / f"{prefix}_{kind.ending}.nii.gz"
        described = f"IronQuant {kind.description}"
        written.append(write_volume(path, array, series.affine, described))
        files[path.name] = {"quantity": name, "unit": kind.unit or None}
    path = folder / f"{prefix}_{STATUS_ENDING}.nii.gz"
    written.append(write_volume(path, fit.status.astype(np.uint8), series.affine, "IronQuant status codes"))
    files[path.name] = {"quantity": "status", "unit": None}
    document = _document(fit, series, record, files)
    text = json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False)
    return *written, write_bytes_atomic(sidecar, f"{text}\n".encode())


def _remove_earlier(folder: Path, prefix: str, sidecar: Path) -> None:
    """Remove the sidecar first: maps without it are known to be incomplete."""
    remove_file(sidecar)
    for ending in (STATUS_ENDING, *(kind.ending for kind in KINDS.values())):
        remove_file(folder / f"{prefix}_{ending}.nii.gz")


def _arrays(fit: Fit) -> dict[str, NDArray[np.generic]]:
    """Return the maps that the model has, as they are stored."""
    own = ("t2star_ms", "r2star_per_s", "s0", "r_squared", "r2star_se_per_s")
    maps: dict[str, NDArray[Any]] = {name: getattr(fit, name) for name in own}
    maps |= {**fit.estimated, **fit.extra}
    arrays: dict[str, NDArray[np.generic]] = {
        name: np.asarray(array, dtype=np.float32) for name, array in maps.items() if name in KINDS
    }
    return arrays | {"n_echoes_used": fit.n_echoes_used.astype(np.uint8)}


def _document(fit: Fit, series: EchoSeries, record: FitRecord, files: Mapping[str, Any]) -> dict[str, Any]:
    noise = record.noise
    return {
        "schema": "ironquant.fit/1",
        "software": {"name": SOFTWARE_NAME, "version": SOFTWARE_VERSION},
        "series": {
            "instance_uid": series.instance_uid or None,
            "description": series.description or None,
            "shape": list(series.shape),
            "field_t": record.field_t,
        },
        "model": fit.model,
        "te_ms": list(fit.te_ms),
        "echoes": None if record.echoes is None else list(record.echoes),
        "noise": noise and {"sigma": noise.sigma, "n_coils": noise.n_coils, "source": noise.source},
        "options": dict(record.options),
        "files": dict(files),
        "status": {
            status.name.lower(): {
                "code": int(status),
                "voxels": int(np.sum(fit.status == status)),
                "t2star_bound": LIMITS.get(status, "none"),
            }
            for status in FitStatus
        },
    }
