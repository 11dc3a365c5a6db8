"""What a whole series tells: its noise, its tissue, its maps."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ironquant.core import CancelToken, EchoSeries, Fit, OrganMaps, Progress, no_progress
from ironquant.fitting.engine import fit
from ironquant.fitting.noise import Noise, body_mask, estimate_noise
from ironquant.fitting.pixels import tissue_s0
from ironquant.fitting.region import require_magnitude_model


def compute_maps(
    series: EchoSeries,
    model: str,
    *,
    echoes: Sequence[int] | None = None,
    field_t: float | None = None,
    r_squared_target: float | None = None,
    progress: Progress = no_progress,
    cancel: CancelToken | None = None,
) -> OrganMaps:
    """Fit every pixel of the body on every slice; NaN elsewhere and where there is no answer.

    Parameters
    ----------
    echoes : sequence of int, optional
        Echoes that the reader chose, numbered from 1.
    field_t : float, optional
        Actual field in tesla where the series itself does not tell it.
    r_squared_target : float, optional
        For ``truncation``.
    """
    fitted = fit_series(
        series,
        model,
        noise=series_noise(series),
        echoes=echoes,
        field_t=field_t,
        r_squared_target=r_squared_target,
        limits=False,
        progress=progress,
        cancel=cancel,
    )
    return OrganMaps(
        model,
        *(
            np.asarray(array, dtype=np.float32)
            for array in (fitted.t2star_ms, fitted.r2star_per_s, fitted.s0, fitted.r_squared)
        ),
    )


def fit_series(
    series: EchoSeries,
    model: str,
    *,
    noise: Noise | None,
    n_coils: int = 1,
    echoes: Sequence[int] | None = None,
    field_t: float | None = None,
    weights: Literal["none"] | None = None,
    bounds: tuple[float, float] | None = None,
    r_squared_target: float | None = None,
    limits: bool = True,
    threads: int | None = None,
    progress: Progress = no_progress,
    cancel: CancelToken | None = None,
) -> Fit:
    """Fit every pixel of the body of a series; those outside have the status MASKED.

    Parameters
    ----------
    noise : Noise or None
        See `series_noise`, or measured otherwise.
    n_coils : int
        Effective channels where the noise is not known.
    field_t : float, optional
        Actual field in tesla where the series itself does not tell it.
    echoes, weights, bounds, r_squared_target, limits, threads, progress, cancel
        As for `ironquant.fit`.

    Returns
    -------
    Fit
        Arrays of shape (slice, row, column).

    Raises
    ------
    FitArgumentError, SettingsError
        As `ironquant.fit`.
    """
    require_magnitude_model(model)
    return fit(
        series.signal,
        series.te_ms,
        model,
        sigma=noise.sigma if noise else None,
        n_coils=noise.n_coils if noise else n_coils,
        echoes=echoes,
        field_t=series.acquisition.field_t or field_t,
        weights=weights,
        bounds=bounds,
        r_squared_target=r_squared_target,
        limits=limits,
        threads=threads,
        mask=series_body(series),
        progress=progress,
        cancel=cancel,
    )


@lru_cache(maxsize=16)
def series_noise(series: EchoSeries) -> Noise | None:
    """Return the noise of a series from its background, None where it cannot be measured there."""
    if any(finding.code == "filtered_images" for finding in series.findings):
        return None
    return background_noise(series)


@lru_cache(maxsize=16)
def background_noise(series: EchoSeries) -> Noise | None:
    """Return what the background of a series looks like, whatever filters it passed."""
    return estimate_noise(series.signal)


@lru_cache(maxsize=16)
def series_tissue_s0(series: EchoSeries) -> float | None:
    """Return the median S0 of the body, None where nothing decays measurably."""
    body = series_body(series)
    return tissue_s0(series.signal[body], series.te_ms)


@lru_cache(maxsize=16)
def series_body(series: EchoSeries) -> NDArray[np.bool_]:
    """Return the body on every slice, (slice, row, column); not to be written to."""
    overview = np.sqrt(np.sum(series.signal.astype(np.float64) ** 2, axis=-1))
    body = np.stack([body_mask(image) for image in overview])
    body.flags.writeable = False
    return body


def forget_series() -> None:
    """Let go of the series that were asked about last, where many follow one another."""
    for known in (series_noise, background_noise, series_tissue_s0, series_body):
        known.cache_clear()
