"""The noise of a series by the method that the user asks for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np

from ironquant.core import EchoSeries, FitArgumentError
from ironquant.fitting.noise import Noise, estimate_noise
from ironquant.fitting.noise_residual import noise_from_residual
from ironquant.fitting.noise_scatter import noise_from_repeats
from ironquant.fitting.series import series_body, series_noise

NoiseMethod = Literal["background", "residual", "repeats"]
SAME_PLACE_MM = 0.1
SAME_TE_MS = 0.01


def measure_noise(
    series: EchoSeries,
    method: NoiseMethod = "background",
    *,
    n_coils: int | None = None,
    others: Sequence[EchoSeries] = (),
    field_t: float | None = None,
) -> Noise | None:
    """Measure the noise of a series.

    Parameters
    ----------
    method : {"background", "residual", "repeats"}
        `estimate_noise`, `noise_from_residual` or `noise_from_repeats`.
    n_coils : int, optional
        Effective channels. None: estimated from the background, where it is asked; else 1.
    others : sequence of EchoSeries
        Of the same examination; ``repeats`` takes those of the same place, size and echo times.
    field_t : float, optional
        Actual field where the series itself does not tell it.

    Returns
    -------
    Noise or None
        None where the images do not tell it.

    Raises
    ------
    FitArgumentError
        ``repeats_missing``.
    """
    if method == "repeats":
        repeats = [series, *(other for other in others if other is not series and _repeats(series, other))]
        if len(repeats) < 2:
            raise FitArgumentError("repeats_missing")
        images = np.stack([repeat.signal for repeat in repeats])
        return noise_from_repeats(images, series_body(series), n_coils=n_coils or 1)
    if method == "residual":
        field = series.acquisition.field_t or field_t
        return noise_from_residual(series.signal, series.te_ms, n_coils=n_coils or 1, field_t=field)
    known = series_noise(series)
    return known if known is None or n_coils is None else estimate_noise(series.signal, n_coils)


def _repeats(series: EchoSeries, other: EchoSeries) -> bool:
    """Whether another series shows the same place with the same echoes."""
    if other.signal.shape != series.signal.shape:
        return False
    near = np.abs(other.affine - series.affine).max() <= SAME_PLACE_MM
    return bool(near and np.allclose(other.te_ms, series.te_ms, rtol=0.0, atol=SAME_TE_MS))
