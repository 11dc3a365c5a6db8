"""Which rates the likelihood allows where no value can be given: the limits behind every bound."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ironquant.fitting.chi import chi_table
from ironquant.fitting.innerproducts import TINY
from ironquant.fitting.modelfit import Array
from ironquant.fitting.noise import Noise
from ironquant.fitting.pieces import pieces
from ironquant.fitting.train import FASTEST, SLOWEST

ONE_SIDED_95 = 1.645**2
REGION_POINTS, VOXEL_POINTS = 600, 120
CHUNK = 256
ALL_NOISE = 6.0
"""ΣS² of n echoes of pure noise is 2Lσ²n with an SD of 2σ²√(Ln): three of these."""


def voxel_limits(curves: Array, te: Array, noise: Noise) -> tuple[Array, Array]:
    """Return the one-sided 95 % limits of the rate of single voxels.

    At every rate the amplitude is fitted to S², with the variance that this very decay would have
    (weights from the measured signal would follow its noise and draw the limits with them); what it
    leaves is judged by mean and variance of the magnitude, which is far less skew than S².

    Parameters
    ----------
    curves : ndarray, shape (echo, voxel)
    te : ndarray, shape (echo,)
    noise : Noise

    Returns
    -------
    lowest, highest : ndarray, shape (voxel,)
        In 1/ms; NaN where the likelihood sets no limit inside the search range.
    """
    floor, table = noise.n_coils * noise.sigma**2, chi_table(noise.n_coils)
    rates = _rates(te, VOXEL_POINTS)
    lowest, highest = np.full((2, curves.shape[1]), np.nan)
    for part in pieces(curves.shape[1], CHUNK):
        square = curves[:, part] ** 2 - 2.0 * floor
        expected = _expected(square, te, rates, lambda decay: decay + floor)
        mean, _, variance = table.moments(np.sqrt(expected) / noise.sigma)
        misfit = np.sum((curves[:, part] / noise.sigma - mean) ** 2 / variance, axis=1)
        # The variance belongs to the likelihood; without it the limit towards slow rates, on which
        # "severe" depends, errs on the safe side.
        full = misfit + np.sum(np.log(variance), axis=1)
        lowest[part] = _first(rates, misfit - misfit.min(axis=0) - ONE_SIDED_95)
        highest[part] = _first(rates[::-1], (full - full.min(axis=0) - ONE_SIDED_95)[::-1])
        # A curve that may be all noise decays at no rate that could be limited from above.
        level = np.sum(curves[:, part] ** 2, axis=0) - 2.0 * floor * len(te)
        noisy = level < ALL_NOISE * noise.sigma**2 * np.sqrt(noise.n_coils * len(te))
        highest[part] = np.where(noisy, np.nan, highest[part])
    # "At most" a T2* longer than the train says nothing.
    return np.where(lowest * te[-1] > 1.0, lowest, np.nan), highest


def region_limits(
    square_signal: Array,
    te: Array,
    noise: Noise,
    variance: Callable[[Array], Array],
    *,
    s0_at_least: float | None = None,
) -> tuple[float, float]:
    """Return the one-sided 95 % limits of the rate from the mean square signal of a region.

    Parameters
    ----------
    square_signal : ndarray, shape (echo,)
        Mean S² of the pixels.
    te : ndarray, shape (echo,)
    noise : Noise
        Of a single pixel; its 2·L·σ² is taken out.
    variance : callable
        Variance of the mean S² where A² is expected, any shape.
    s0_at_least : float, optional
        Signal at TE 0 that is known to be there at least.

    Returns
    -------
    lowest, highest : float
        In 1/ms; NaN where the likelihood sets no limit inside the search range.
    """
    square = square_signal[:, None] - 2.0 * noise.n_coils * noise.sigma**2
    rates = _rates(te, REGION_POINTS)
    expected = _expected(square, te, rates, variance, s0_at_least)
    misfit = np.sum((square - expected) ** 2 / np.maximum(variance(expected), TINY), axis=1)
    # Real tissue scatters more than noise alone: the likelihood is widened by the best misfit.
    widen = np.maximum(1.0, misfit.min(axis=0) / (len(te) - 2))
    rise = misfit - misfit.min(axis=0) - ONE_SIDED_95 * widen
    return float(_first(rates, rise)[0]), float(_first(rates[::-1], rise[::-1])[0])


def _rates(te: Array, points: int) -> Array:
    return np.geomspace(SLOWEST / te[-1], FASTEST / te[0], points)


def _expected(
    square: Array,
    te: Array,
    rates: Array,
    variance: Callable[[Array], Array],
    s0_at_least: float | None = None,
) -> Array:
    """Return A² at every rate, shape (rate, echo, curve), its size fitted twice: plain, then weighted."""
    # Times from the first echo on, so that nothing underflows.
    basis = np.exp(-2.0 * np.outer(rates, te - te[0]))
    least: Array | float = 0.0
    if s0_at_least is not None:
        least = (s0_at_least**2 * np.exp(-2.0 * rates * te[0]))[:, None]
    size = np.maximum((basis @ square) / np.sum(basis**2, axis=1)[:, None], least)
    weight = 1.0 / np.maximum(variance(size[:, None] * basis[:, :, None]), TINY)
    size = np.einsum("re,ev,rev->rv", basis, square, weight) / np.einsum("re,rev->rv", basis**2, weight)
    return np.asarray(np.maximum(size, least)[:, None] * basis[:, :, None])


def _first(rates: Array, rise: Array) -> Array:
    """Return where, from the start of the rates on, the rise first falls below zero; NaN at the start."""
    at = np.argmax(rise <= 0, axis=0)
    before = np.maximum(at - 1, 0)
    column = np.arange(rise.shape[1])
    with np.errstate(divide="ignore", invalid="ignore"):
        part = rise[at, column] / (rise[before, column] - rise[at, column])
        return np.where(at > 0, rates[at] * (rates[at] / rates[before]) ** part, np.nan)
