"""The pixels of a region: their mean signal, and the distribution of their own fits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ironquant.core import PixelExclusion, PixelStatistics, student_975_of
from ironquant.fitting.engine import fit
from ironquant.fitting.modelfit import Array
from ironquant.fitting.noise import Noise

SAMPLED_PIXELS = 4000
OUTLIER_MADS = 5.0
"""Pixels whose R2* lies further from the median than this many (scaled) MADs are excluded."""
MAD_TO_SD = 1.4826
R_SQUARED_FINE = 0.9
"""A pixel fitted at least as well as this is never excluded for its R²."""


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
    total = kept.sum(axis=1)
    if not np.isfinite(total).all():
        kept = kept[:, np.isfinite(kept).all(axis=0)]
        total = kept.sum(axis=1)
    count = kept.shape[1]
    if count == 0:
        nothing = np.zeros(len(kept))
        return RegionCurve(nothing, nothing, nothing, 0)
    mean, rms = total / count, np.sqrt(_squares(kept) / count)
    kept -= mean[:, None]
    sd = np.sqrt(_squares(kept) / (count - 1)) if count > 1 else np.zeros(len(kept))
    return RegionCurve(mean, rms, sd, count)


def _squares(rows: Array) -> Array:
    return np.asarray(np.einsum("ep,ep->e", rows, rows))


def echo_curve(signal: Sequence[NDArray[np.floating]]) -> RegionCurve:
    """Summarize a region whose pixels differ between echoes.

    Parameters
    ----------
    signal : sequence of ndarray, shape (pixel,), one per echo
        Non-finite pixels are left out of their echo. `n` is the least number on any echo; where that is 0,
        the curve is 0.
    """
    echoes = [region_curve(np.asarray(pixels)[:, None]) for pixels in signal]
    n = min(echo.n for echo in echoes)
    mean, rms, sd = (
        np.array([float(getattr(echo, name)[0]) if n else 0.0 for echo in echoes])
        for name in ("mean", "rms", "sd")
    )
    return RegionCurve(mean, rms, sd, n)


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


@dataclass(frozen=True, eq=False)
class PixelFits:
    """The pixels of a region fitted one by one, shape (pixel,).

    Attributes
    ----------
    r2star_per_s : ndarray
        NaN where a pixel has no value.
    exclusion : ndarray of int8
        `PixelExclusion`.
    """

    r2star_per_s: NDArray[np.floating]
    exclusion: NDArray[np.int8]

    @property
    def kept(self) -> NDArray[np.bool_]:
        """Which pixels count."""
        return np.asarray(self.exclusion == PixelExclusion.KEPT)

    @property
    def mostly_kept(self) -> bool:
        """Whether at least half of the pixels count: fewer are no measure of what an outlier is."""
        return bool(2 * self.kept.sum() >= len(self.exclusion))

    @property
    def statistics(self) -> PixelStatistics:
        """Median, mean and quartiles of the pixels that count."""
        return rate_statistics(self.r2star_per_s, self.kept)


def pixel_exclusion(r2star_per_s: NDArray[np.floating], r_squared: NDArray[np.floating]) -> NDArray[np.int8]:
    """Return why pixels do not count, `PixelExclusion`, shape (pixel,).

    A pixel counts if it has a value, its R² is not far below that of the region (five scaled MADs under the
    median, and under 0.9), and its R2* is within five scaled MADs of the median.

    Parameters
    ----------
    r2star_per_s, r_squared : ndarray, shape (pixel,)
        NaN where a pixel has no value.
    """
    found = np.zeros(len(r2star_per_s), dtype=np.int8)
    known = np.isfinite(r2star_per_s)
    found[~known] = PixelExclusion.NO_VALUE
    judged = known & np.isfinite(r_squared)
    if judged.any():
        centre, reach = _robust_range(r_squared[judged])
        badly = judged & (np.nan_to_num(r_squared) < min(R_SQUARED_FINE, centre - reach))
        found[badly] = PixelExclusion.LOW_R_SQUARED
    if known.any():
        centre, reach = _robust_range(r2star_per_s[known])
        near = np.abs(np.nan_to_num(r2star_per_s) - centre) <= reach + 1e-9 * centre
        found[(found == PixelExclusion.KEPT) & ~near] = PixelExclusion.OUTLIER
    return found


def _robust_range(values: NDArray[np.floating]) -> tuple[float, float]:
    """Return the median and how far from it a value may lie."""
    centre = float(np.median(values))
    return centre, OUTLIER_MADS * MAD_TO_SD * float(np.median(np.abs(values - centre)))


def fit_pixels(
    pixels: NDArray[np.floating],
    te_ms: Sequence[float],
    model: str,
    *,
    noise: Noise | None = None,
    echoes: Sequence[int] | None = None,
    field_t: float | None = None,
    r_squared_target: float | None = None,
) -> PixelFits:
    """Fit every pixel of a region, and tell which of them do not count.

    Parameters
    ----------
    pixels : ndarray, shape (pixel, echo)
    """
    fitted = fit(
        pixels,
        te_ms,
        model,
        sigma=noise.sigma if noise else None,
        n_coils=noise.n_coils if noise else 1,
        echoes=echoes,
        field_t=field_t,
        r_squared_target=r_squared_target,
    )
    return PixelFits(fitted.r2star_per_s, pixel_exclusion(fitted.r2star_per_s, fitted.r_squared))


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
    half = 0.5 * student_975_of(0) * np.sqrt(count)
    first, last = int(np.floor(0.5 * count - half)), int(np.ceil(0.5 * count + half))
    if first < 0 or last > count - 1:
        return None
    return float(1000.0 / values[last]), float(1000.0 / values[first])
