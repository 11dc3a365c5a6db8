"""Which rates the likelihood allows where no value can be given: the limits behind every bound."""

from __future__ import annotations

import numpy as np

from ironquant.fitting.modelfit import Array
from ironquant.fitting.noise import Noise
from ironquant.fitting.solver import FASTEST, SLOWEST

ONE_SIDED_95 = 1.645**2
LIMIT_POINTS = 600
CHUNK = 256


def likely_rates(
    square_signal: Array,
    variance: Array,
    te: Array,
    noise: Noise,
    *,
    s0_at_least: float | None = None,
    widen: bool = False,
) -> tuple[Array, Array]:
    """Return the one-sided 95 % limits of the rate from the likelihood of the squared signal.

    Parameters
    ----------
    square_signal, variance : ndarray, shape (echo, curve)
        S² and its variance.
    te : ndarray, shape (echo,)
    noise : Noise
        Of a single pixel; its 2·L·σ² is taken out.
    s0_at_least : float, optional
        Signal at TE 0 that is known to be there at least.
    widen : bool
        Whether the likelihood is widened by the best misfit: real tissue scatters more than noise.

    Returns
    -------
    lowest, highest : ndarray, shape (curve,)
        In 1/ms; NaN where the likelihood sets no limit inside the search range.
    """
    square = square_signal - 2.0 * noise.n_coils * noise.sigma**2
    rates = np.geomspace(SLOWEST / te[-1], FASTEST / te[0], LIMIT_POINTS)
    basis = np.exp(-2.0 * np.outer(rates, te))
    lowest, highest = np.full((2, square.shape[1]), np.nan)
    for start in range(0, square.shape[1], CHUNK):
        part = slice(start, start + CHUNK)
        weight = 1.0 / variance[:, part]
        amplitude = np.maximum(basis @ (square[:, part] * weight), 0.0) / (basis**2 @ weight)
        if s0_at_least is not None:
            amplitude = np.maximum(amplitude, s0_at_least**2)
        rest = square[None, :, part] - amplitude[:, None, :] * basis[:, :, None]
        misfit = np.einsum("rev,rev,ev->rv", rest, rest, weight)
        least = misfit.min(axis=0)
        factor = np.maximum(1.0, least / (len(te) - 2)) if widen else 1.0
        likely = misfit <= least + ONE_SIDED_95 * factor
        first, last = np.argmax(likely, axis=0), LIMIT_POINTS - 1 - np.argmax(likely[::-1], axis=0)
        lowest[part] = np.where(first > 0, rates[first], np.nan)
        highest[part] = np.where(last < LIMIT_POINTS - 1, rates[last], np.nan)
    return lowest, highest
