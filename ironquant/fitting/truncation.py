"""Which echoes a truncated fit uses.

Rule (documented in the user guide), applied to each curve by itself:

1. Where the noise is known, the echoes up to the last one that stands, with all before it, above
   twice the mean of the noise.
2. Then, while more than three echoes remain: the last one is dropped if it is low (below a quarter
   of the first echo, or below four times the noise mean where that is known), lies above what the
   echoes before it predict by more than two standard errors of that prediction, and the fit
   without it has the higher R². A noise floor does that; a clean decay does not.

With a target for R² (as operators do by hand: drop late echoes until the curve fits) the most
leading echoes are kept whose fit reaches it, or, where none does, those that fit best.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ironquant.core import MIN_ECHOES
from ironquant.fitting.modelfit import Array, Conditions
from ironquant.fitting.solver import Decay, solve_decay

FLOOR_FACTOR = 2.0
LOW_FLOOR_FACTOR = 4.0
LOW_FIRST_FRACTION = 0.25
PREDICTION_SE = 2.0
EXACT = 1e-9
"""An excess of this share of the first echo is rounding."""


def echoes_above_floor(curves: Array, floor: float) -> NDArray[np.intp]:
    """Return how many leading echoes stand above twice the noise mean `floor`.

    Parameters
    ----------
    curves : ndarray, shape (echo, voxel)
    floor : float
        Mean magnitude of pure noise.

    Returns
    -------
    ndarray of int, shape (voxel,)
    """
    above = curves > FLOOR_FACTOR * floor
    return np.asarray(np.logical_and.accumulate(above, axis=0).sum(axis=0), dtype=np.intp)


def truncate(curves: Array, te: Array, conditions: Conditions) -> NDArray[np.intp]:
    """Return how many leading echoes to fit, at least three.

    Parameters
    ----------
    curves : ndarray, shape (echo, voxel)
    te : ndarray, shape (echo,)
    conditions : Conditions
        Noise and target for R², where there are.

    Returns
    -------
    ndarray of int, shape (voxel,)
    """
    if conditions.r_squared_target is not None:
        return _by_target(curves, te, conditions.r_squared_target)
    n_echoes, count = curves.shape
    used = np.full(count, n_echoes, dtype=np.intp)
    low = LOW_FIRST_FRACTION * curves[0]
    if conditions.noise is not None:
        floor = conditions.noise.floor
        used = np.clip(echoes_above_floor(curves, floor), MIN_ECHOES, n_echoes)
        low = np.full(count, LOW_FLOOR_FACTOR * floor)
    candidates = np.flatnonzero((used > MIN_ECHOES) & (_last(curves, used) < low))
    while candidates.size:
        dropped = _last_above_prediction(curves[:, candidates], te, used[candidates])
        candidates = candidates[dropped]
        used[candidates] -= 1
        still = (used[candidates] > MIN_ECHOES) & (_last(curves, used)[candidates] < low[candidates])
        candidates = candidates[still]
    return used


def _last(curves: Array, used: NDArray[np.intp]) -> Array:
    """Return the signal of the last used echo of each voxel."""
    return np.asarray(np.take_along_axis(curves, used[None] - 1, axis=0)[0])


def _last_above_prediction(curves: Array, te: Array, used: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Whether the last used echo lies significantly above the decay that those before it predict."""
    shorter, whole = _kept(used - 1, len(te)), _kept(used, len(te))
    fit = solve_decay(curves, te, shorter)
    e = np.exp(-fit.rate * te[:, None])
    at_last = _last(e, used)
    excess = _last(curves, used) - fit.amplitude * at_last
    # Variance of the prediction: that of the new echo and of both parameters.
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        slope = -fit.amplitude * te[:, None] * e
        a, b, c = (np.sum(shorter * part, axis=0) for part in (e * e, e * slope, slope * slope))
        x, y = at_last, _last(slope, used)
        spread = (c * x * x - 2.0 * b * x * y + a * y * y) / (a * c - b * b)
        variance = fit.rss / (used - 3)
        significant = excess > PREDICTION_SE * np.sqrt(variance * (1.0 + spread)) + EXACT * curves[0]
    better = r_squared(fit.rss, curves, shorter) > r_squared(
        solve_decay(curves, te, whole).rss, curves, whole
    )
    return np.asarray(significant & better)


def _by_target(curves: Array, te: Array, target: float) -> NDArray[np.intp]:
    """Return the most leading echoes whose fit reaches the target, else those that fit best."""
    n_echoes, count = curves.shape
    used, best = np.zeros(count, dtype=np.intp), np.full(count, -np.inf)
    chosen = np.full(count, MIN_ECHOES, dtype=np.intp)
    for echoes in range(n_echoes, MIN_ECHOES - 1, -1):
        fit: Decay = solve_decay(curves[:echoes], te[:echoes])
        reached = np.nan_to_num(r_squared(fit.rss, curves[:echoes]), nan=-np.inf)
        used[(used == 0) & (reached >= target)] = echoes
        better = reached > best
        best, chosen = np.where(better, reached, best), np.where(better, echoes, chosen)
    return np.where(used > 0, used, chosen)


def _kept(used: NDArray[np.intp], n_echoes: int) -> Array:
    return (np.arange(n_echoes)[:, None] < used).astype(np.float64)


def r_squared(misfit: Array, curves: Array, kept: Array | None = None) -> Array:
    """Return 1 − RSS/TSS over the echoes kept (all by default); NaN for a constant curve.

    Parameters
    ----------
    misfit : ndarray, shape (voxel,)
    curves, kept : ndarray, shape (echo, voxel)
    """
    if kept is None:
        centred = curves - curves.mean(axis=0)
        total = np.sum(centred * centred, axis=0)
    else:
        centred = (curves - np.sum(kept * curves, axis=0) / np.sum(kept, axis=0)) * kept
        total = np.sum(centred * centred, axis=0)
    explained: Array = 1.0 - np.divide(misfit, total, out=np.full_like(misfit, np.nan), where=total > 0)
    return explained
