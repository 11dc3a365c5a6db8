"""The pixels of a region: their mean signal, and the distribution of their own fits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ironquant.core import PixelStatistics, student_975
from ironquant.fitting.engine import fit
from ironquant.fitting.modelfit import Array
from ironquant.fitting.noise import Noise

SAMPLED_PIXELS = 4000
OUTLIER_MADS = 5.0
"""Pixels whose R2* lies further from the median than this many (scaled) MADs are excluded."""
MAD_TO_SD = 1.4826


@dataclass(frozen=True, eq=False)
class RegionCurve:
    """Signal of a region per echo, shape (echo,): mean, root mean square, SD over its pixels."""

    mean: Array
    rms: Array
    sd: Array
    n: int


def region_curve(signal: NDArray[np.floating]) -> RegionCurve:
    """Summarize the pixels of a region.

    Parameters
    ----------
    signal : ndarray, shape (pixel, echo)
        Pixels with a non-finite echo are left out; where none remains `n` is 0 and the curve 0.
    """
    # Echo by echo: sums over long rows are quick and round little.
    kept = np.array(np.asarray(signal).T, dtype=np.float64, order="C")
    finite = np.isfinite(kept).all(axis=0)
    if not finite.all():
        kept = kept[:, finite]
    count = kept.shape[1]
    if count == 0:
        nothing = np.zeros(len(kept))
        return RegionCurve(nothing, nothing, nothing, 0)
    mean = kept.mean(axis=1)
    rms = np.sqrt(np.mean(kept * kept, axis=1))
    kept -= mean[:, None]
    sd = np.sqrt(np.sum(kept * kept, axis=1) / (count - 1)) if count > 1 else np.zeros(len(kept))
    return RegionCurve(mean, rms, sd, count)


def tissue_s0(pixels: NDArray[np.floating], te_ms: Sequence[float]) -> float | None:
    """Return the median S0 of many pixels of tissue, from a sample of them.

    Parameters
    ----------
    pixels : ndarray, shape (pixel, echo)
    """
    sample = pixels[:: max(1, len(pixels) // SAMPLED_PIXELS)]
    s0 = fit(sample, te_ms, "mono").s0
    known = s0[np.isfinite(s0)]
    return float(np.median(known)) if len(known) else None


def robust_pixels(r2star_per_s: NDArray[np.floating]) -> NDArray[np.bool_]:
    """Return which pixels count: those with a value within five scaled MADs of the median.

    Parameters
    ----------
    r2star_per_s : ndarray, shape (pixel,)
        NaN where a pixel has no value.
    """
    kept = np.isfinite(r2star_per_s)
    if kept.any():
        centre = np.median(r2star_per_s[kept])
        scatter = MAD_TO_SD * np.median(np.abs(r2star_per_s[kept] - centre))
        with np.errstate(invalid="ignore"):
            kept &= np.abs(r2star_per_s - centre) <= OUTLIER_MADS * scatter + 1e-9 * centre
    return np.asarray(kept)


def pixel_statistics(
    pixels: NDArray[np.floating],
    te_ms: Sequence[float],
    model: str,
    *,
    noise: Noise | None = None,
    echoes: Sequence[int] | None = None,
    field_t: float | None = None,
    r_squared_target: float | None = None,
) -> PixelStatistics:
    """Fit every pixel of a region; median, mean and quartiles in R2*, outliers left out.

    Parameters
    ----------
    pixels : ndarray, shape (pixel, echo)
    """
    rate = fit(
        pixels,
        te_ms,
        model,
        sigma=noise.sigma if noise else None,
        n_coils=noise.n_coils if noise else 1,
        echoes=echoes,
        field_t=field_t,
        r_squared_target=r_squared_target,
    ).r2star_per_s
    return rate_statistics(rate, robust_pixels(rate))


def rate_statistics(rate: NDArray[np.floating], kept: NDArray[np.bool_]) -> PixelStatistics:
    """Return median, mean and quartiles of pixels in R2*.

    Parameters
    ----------
    rate : ndarray, shape (pixel,)
        R2* in 1/s.
    kept : ndarray of bool, shape (pixel,)
        Pixels with a value that counts.
    """
    if not kept.any():
        return PixelStatistics(None, None, len(rate))
    values = np.sort(np.asarray(rate[kept], dtype=np.float64))
    low, middle, high = 1000.0 / np.percentile(values, [75.0, 50.0, 25.0])
    return PixelStatistics(
        t2star_ms_median=float(middle),
        t2star_ms_iqr=(float(low), float(high)),
        n_excluded=int(np.sum(~kept)),
        t2star_ms_median_ci95=_median_interval(values),
        t2star_ms_mean=float(1000.0 / values.mean()),
    )


def _median_interval(values: Array) -> tuple[float, float] | None:
    """Return the 95 % interval of the median T2* from the order of the R2*, free of any distribution.

    Conover, Practical Nonparametric Statistics, 1999, section 3.2.
    """
    count = len(values)
    half = 0.5 * float(student_975(np.zeros(1, dtype=np.intp))[0]) * np.sqrt(count)
    first, last = int(np.floor(0.5 * count - half)), int(np.ceil(0.5 * count + half))
    if first < 0 or last > count - 1:
        return None
    return float(1000.0 / values[last]), float(1000.0 / values[first])
