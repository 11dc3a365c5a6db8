"""Noise from repeated images, and the robust variance that noise from tissue rests on.

It serves where the background tells nothing (filtered, blanked, cropped, noise that parallel imaging
spreads unevenly). Magnitude scatters by less than σ where the signal is low; what is measured is
corrected by the moments of the non-central chi distribution, so σ is known only together with L.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ironquant.core import FitArgumentError
from ironquant.fitting.chi import ChiTable, chi_table
from ironquant.fitting.noise import Noise

Array = NDArray[np.float64]

MIN_PIXELS = 50
KEPT_SHARE = 0.95
"""Share of clean pixels that the trimming keeps; the estimate is corrected for it."""
MAX_ROUNDS = 40
TOLERANCE = 1e-4
MIN_SNR = 5.0
"""Repeats are compared where the signal stands above this many σ."""


def robust_variance(square: Array, dof: Array) -> float | None:
    """Return the variance s² of which `square` are sums: square ~ s²·χ²(dof), some outliers apart.

    The mean of all below the 95 % quantile of what is expected, divided by its expectation, iterated
    from the median: nearly as precise as the mean, and blind to pixels far outside.

    Parameters
    ----------
    square, dof : ndarray, shape (n,)

    Returns
    -------
    float or None
        None where more than half of the sums are zero, or there is none.
    """
    from scipy import special

    if len(square) == 0:
        return None
    variance = float(np.median(square / (2.0 * special.gammaincinv(dof / 2.0, 0.5))))
    limit = 2.0 * special.gammaincinv(dof / 2.0, KEPT_SHARE)
    # E[χ²; χ² < q] = dof·F(q; dof + 2), to be divided by the share that is kept.
    expected = dof * special.gammainc(dof / 2.0 + 1.0, limit / 2.0) / KEPT_SHARE
    if not 0.0 < variance < np.inf:
        return None
    for _ in range(MAX_ROUNDS):
        kept = square <= variance * limit
        before, variance = variance, float(np.sum(square[kept]) / np.sum(expected[kept]))
        if abs(variance - before) <= TOLERANCE * before:
            break
    return variance


def noise_from_repeats(images: ArrayLike, mask: ArrayLike | None = None, *, n_coils: int = 1) -> Noise | None:
    """Measure the noise from repeated acquisitions: SD of their difference over √2.

    The difference method of Dietrich et al., J Magn Reson Imaging 2007;26:375 (NEMA MS 1, method 1),
    with a robust SD and corrected for the narrowing of magnitude noise. It holds whatever coils and
    parallel imaging do to the noise elsewhere in the image.

    Parameters
    ----------
    images : array_like, shape (repeat, …)
        At least two; of more, each is subtracted from the next, so that slow drift does not count.
    mask : array_like of bool, shape (…) or (…) without the last (echo) axis, optional
        Pixels to look at; of these only those above 5 σ count.
    n_coils : int
        Channels L.

    Returns
    -------
    Noise or None
        None where fewer than 50 pixels stand above the noise, or the repeats are copies.

    Raises
    ------
    FitArgumentError
        Fewer than two repeats, or a mask of another shape.
    """
    data = np.asarray(images, dtype=np.float64)
    if data.ndim < 2 or len(data) < 2:
        raise FitArgumentError("fit_arguments", reason="noise from repeats needs at least two images")
    if mask is not None and np.shape(mask) == data.shape[1:-1]:
        mask = np.broadcast_to(np.asarray(mask)[..., None], data.shape[1:])
    kept = kept_pixels(mask, data.shape[1:]) & np.all(np.isfinite(data), axis=0)
    values = data[:, kept]
    if values.shape[1] < MIN_PIXELS:
        return None
    difference = np.diff(values, axis=0) / np.sqrt(2.0)
    mean = values.mean(axis=0)
    high = np.full(len(mean), True)
    variances = np.ones(len(mean))
    sigma = 0.0
    for _ in range(MAX_ROUNDS):
        chosen = difference[:, high]
        chosen = (chosen - np.median(chosen, axis=1, keepdims=True)) / np.sqrt(variances[high])
        variance = robust_variance(chosen.ravel() ** 2, np.ones(chosen.size))
        if variance is None:
            return None
        before, sigma = sigma, float(np.sqrt(variance))
        if abs(sigma - before) <= TOLERANCE * sigma:
            break
        amplitude, variances = _amplitude(mean / sigma, chi_table(n_coils))
        high = amplitude > MIN_SNR
        if np.count_nonzero(high) < MIN_PIXELS:
            return None
    return Noise(sigma, n_coils, "repeats")


def kept_pixels(mask: ArrayLike | None, shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """Return a copy of the mask, or all of `shape` where there is none.

    Raises
    ------
    FitArgumentError
        A mask of another shape.
    """
    if mask is None:
        return np.ones(shape, dtype=bool)
    kept = np.array(mask, dtype=bool)
    if kept.shape != shape:
        raise FitArgumentError("fit_arguments", reason="mask must be shaped like the images it is for")
    return kept


def _amplitude(mean: Array, table: ChiTable) -> tuple[Array, Array]:
    """Return amplitude and variance that go with a mean magnitude (all in σ); Koay's iteration."""
    variance = np.ones(mean.shape)
    for _ in range(8):
        amplitude = np.sqrt(np.maximum(mean**2 - 2.0 * table.n_coils + variance, 0.0))
        variance = table.moments(amplitude)[2]
    return amplitude, variance
