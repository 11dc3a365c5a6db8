"""Which echoes a truncated fit uses.

Rule (documented in the user guide), applied to each curve by itself:

1. Where the noise is known, the echoes up to the last one that stands, with all before it, above
   twice the mean of the noise.
2. Then, while more than three echoes remain: the last one is dropped if it is low (below a quarter
   of the first echo, or below four times the noise mean where that is known), lies above what the
   echoes before it predict by more than two standard errors of that prediction, and the fit
   without it has the higher R². A noise floor does that; a clean decay does not.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ironquant.core import MIN_ECHOES
from ironquant.fitting.solver import Array, solve_decay

FLOOR_FACTOR = 2.0
LOW_FLOOR_FACTOR = 4.0
LOW_FIRST_FRACTION = 0.25
PREDICTION_SE = 2.0


def echoes_above_floor(signal: Array, floor: float) -> NDArray[np.intp]:
    """Return how many leading echoes stand above twice the noise mean `floor`.

    Parameters
    ----------
    signal : ndarray, shape (voxel, echo)
    floor : float
        Mean magnitude of pure noise.

    Returns
    -------
    ndarray of int, shape (voxel,)
    """
    return np.asarray(np.cumprod(signal > FLOOR_FACTOR * floor, axis=1).sum(axis=1), dtype=np.intp)


def truncate(signal: Array, te: Array, floor: float | None) -> NDArray[np.intp]:
    """Return how many leading echoes to fit, at least three.

    Parameters
    ----------
    signal : ndarray, shape (voxel, echo)
    te : ndarray, shape (echo,)
    floor : float or None
        Mean magnitude of pure noise where known.

    Returns
    -------
    ndarray of int, shape (voxel,)
    """
    n_echoes = signal.shape[1]
    used = np.full(len(signal), n_echoes, dtype=np.intp)
    if floor is not None:
        used = np.clip(echoes_above_floor(signal, floor), MIN_ECHOES, n_echoes)
    low = (
        LOW_FIRST_FRACTION * signal[:, 0] if floor is None else np.full(len(signal), LOW_FLOOR_FACTOR * floor)
    )
    for count in range(n_echoes, MIN_ECHOES + 1, -1):
        candidate = np.flatnonzero((used == count) & (signal[:, count - 1] < low))
        if candidate.size:
            rising = _last_above_prediction(signal[candidate, :count], te[:count])
            used[candidate[rising]] = count - 1
    return used


def _last_above_prediction(signal: Array, te: Array) -> NDArray[np.bool_]:
    """Whether the last echo lies significantly above the decay that the others predict."""
    shorter, before = signal[:, :-1], te[:-1]
    fit = solve_decay(shorter, before, np.ones_like(shorter))
    e = np.exp(-fit.rate[:, None] * te)
    excess = signal[:, -1] - fit.amplitude * e[:, -1]
    degrees = shorter.shape[1] - 2
    variance = fit.rss / degrees
    # Variance of the prediction: that of the new echo and of both parameters.
    basis = np.stack([e[:, :-1], -fit.amplitude[:, None] * before * e[:, :-1]], axis=-1)
    at_last = np.stack([e[:, -1], -fit.amplitude * te[-1] * e[:, -1]], axis=-1)
    normal = np.einsum("vei,vej->vij", basis, basis)
    spread = np.einsum("vi,vij,vj->v", at_last, np.linalg.pinv(normal, hermitian=True), at_last)
    whole = solve_decay(signal, te, np.ones_like(signal))
    stands_out: NDArray[np.bool_] = (excess > PREDICTION_SE * np.sqrt(variance * (1.0 + spread))) & (
        r_squared(fit.rss, shorter) > r_squared(whole.rss, signal)
    )
    return stands_out


def r_squared(rss: Array, signal: Array) -> Array:
    """Return 1 − RSS/TSS over the given echoes; NaN for a constant curve."""
    total = np.sum((signal - signal.mean(axis=1, keepdims=True)) ** 2, axis=1)
    explained: Array = 1.0 - np.divide(rss, total, out=np.full_like(rss, np.nan), where=total > 0)
    return explained
