"""The models of IronQuant under the clock, on a whole volume."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from timing import Row, judged, timed
from volume import Volume

import ironquant
from ironquant.core import Fit, IronQuantError

PROBE_VOXELS = 4_000
LONGEST_CALL_S = 4.0
"""A model that would take longer for the whole volume is timed on as many voxels as fit in this."""
FIELD_T = 1.5


@dataclass(frozen=True)
class Case:
    """One model with what it is told beside signal and echo times."""

    model: str
    sigma_known: bool = False
    options: Mapping[str, Any] = field(default_factory=dict)
    magnitude: bool = True

    @property
    def who(self) -> str:
        """Name in the table."""
        return self.model + (" (σ given)" if self.sigma_known else "")


CASES = (
    Case("mono"),
    Case("truncation", sigma_known=True),
    Case("truncation"),
    Case("offset"),
    Case("rician", sigma_known=True),
    Case("rician"),
    Case("second-moment", sigma_known=True),
    Case("second-moment"),
    Case("loglinear"),
    Case("arlo"),
    Case("biexp"),
    Case("fat-water", sigma_known=True, options={"field_t": FIELD_T}),
    Case("cse", options={"field_t": FIELD_T}, magnitude=False),
)


def fit_call(case: Case, volume: Volume, threads: int) -> Callable[[NDArray[Any], NDArray[Any] | None], Fit]:
    """Return the fit of (signal, mask) as this case wants it."""
    options = dict(case.options)
    if case.sigma_known:
        options["sigma"] = volume.sigma

    def fit(signal: NDArray[Any], mask: NDArray[Any] | None) -> Fit:
        fitted: Fit = ironquant.fit(
            signal, volume.te_ms, model=case.model, mask=mask, threads=threads, **options
        )
        return fitted

    return fit


def model_row(case: Case, volume: Volume, threads: int) -> Row:
    """Time one model on the volume, after a warm call; or say why it cannot be."""
    fit = fit_call(case, volume, threads)
    decays = volume.signal[volume.mask]
    try:
        fit(decays[:PROBE_VOXELS], None)
    except IronQuantError as error:
        return Row(case.who, f"refused: {error.finding.code}")
    start = time.perf_counter()
    fit(decays[:PROBE_VOXELS], None)
    per_voxel = (time.perf_counter() - start) / min(PROBE_VOXELS, len(decays))
    if per_voxel * len(decays) > LONGEST_CALL_S:
        part = max(PROBE_VOXELS, int(LONGEST_CALL_S / per_voxel))
        seconds, fitted = timed(lambda: fit(decays[:part], None))
        row = judged(case.who, "part of the volume", seconds, fitted.t2star_ms, volume.t2star_ms[:part])
        return replace(row, output_bytes=_bytes_of(fitted) // row.voxels)
    fit(volume.signal, volume.mask)
    seconds, fitted = timed(lambda: fit(volume.signal, volume.mask))
    row = judged(case.who, "whole volume", seconds, fitted.t2star_ms[volume.mask], volume.t2star_ms)
    return replace(row, output_bytes=_bytes_of(fitted) // row.voxels)


def _bytes_of(fitted: Fit) -> int:
    """Return the bytes of every array that a fit returns (air included)."""
    arrays = [getattr(fitted, entry.name) for entry in fields(fitted)]
    return sum(array.nbytes for array in (*arrays, *fitted.extra.values()) if isinstance(array, np.ndarray))
