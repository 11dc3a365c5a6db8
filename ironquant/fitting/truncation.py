"""Which echoes a truncated fit uses.

Rule (documented in the user guide), applied to each curve by itself:

1. The echoes up to the last one that stands, with all before it, above twice the mean of the noise.
   Where the noise is not known, its floor is the constant that a fit of S² finds in the curve
   itself, if the last echo is below a quarter of the first and the curve needs a constant (t test
   at 1 %); else all echoes stand.
2. Then, while more than three echoes remain: the last one is dropped if it is low (below four times the noise
   mean, or below a quarter of the first echo where there is no floor), lies above what the
   echoes before it predict by more than two standard errors of that prediction, and the fit
   without it has the higher R². A noise floor does that; a clean decay does not.

With a target for R² (as operators do by hand: drop late echoes until the curve fits) the most
leading echoes are kept whose fit reaches it, or, where none does, those that fit best.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ironquant.core import MIN_ECHOES, student_quantile
from ironquant.fitting.chi import chi_mean
from ironquant.fitting.innerproducts import over_echoes
from ironquant.fitting.modelfit import Array, Conditions, ModelFit
from ironquant.fitting.secondmoment import tested_term
from ironquant.fitting.solver import Decay, solve_decay

FLOOR_FACTOR = 2.0
LOW_FLOOR_FACTOR = 4.0
LOW_FIRST_FRACTION = 0.25
PREDICTION_SE = 2.0
AT_ONCE = 128
"""So many fits side by side take a compiled kernel as long as one (`kernels/lanes.py`)."""
EXACT = 1e-9
"""An excess of this share of the first echo is rounding."""


def echoes_above_floor(curves: Array, floor: float | Array) -> NDArray[np.intp]:
    """Return how many leading echoes stand above twice the noise mean `floor`.

    Parameters
    ----------
    curves : ndarray, shape (echo, voxel)
    floor : float or ndarray, shape (voxel,)
        Mean magnitude of pure noise.

    Returns
    -------
    ndarray of int, shape (voxel,)
    """
    standing = curves > FLOOR_FACTOR * floor
    return np.where(standing.all(axis=0), len(curves), standing.argmin(axis=0))


def truncated_decay(curves: Array, te: Array, conditions: Conditions) -> tuple[NDArray[np.intp], Decay]:
    """Return how many leading echoes to fit, at least three, and the decay fitted to them.

    Parameters
    ----------
    curves : ndarray, shape (echo, voxel)
    te : ndarray, shape (echo,)
    conditions : Conditions
        Noise, target for R² and weights, where there are.

    Returns
    -------
    ndarray of int, shape (voxel,)
    Decay
    """
    n_echoes, count = curves.shape
    target, known = conditions.r_squared_target, conditions.fits_by_length
    rows: NDArray[np.intp] = np.arange(0)
    tried: Decay | None = None
    if target is not None:
        used = _by_target(curves, te, target, known)
    else:
        used, rows, tried = _without_tail(curves, te, conditions)
    if tried is None and known is not None:
        return used, known.take(used - MIN_ECHOES)
    # They were tried without weights.
    if tried is None or conditions.weights is not None:
        return used, solve_decay(curves, te, leading(used, conditions.weights, n_echoes))
    if rows.size == count:
        return used, tried
    rest = np.setdiff1d(np.arange(count), rows, assume_unique=True)
    decay = tried.take(np.zeros(count, dtype=np.intp))
    decay.put(rows, tried)
    decay.put(rest, solve_decay(np.take(curves, rest, axis=1), te, leading(used[rest], None, n_echoes)))
    return used, decay


def _without_tail(
    curves: Array, te: Array, conditions: Conditions
) -> tuple[NDArray[np.intp], NDArray[np.intp], Decay | None]:
    """Return how many echoes to fit, of which voxels several numbers were tried, and their last fits."""
    n_echoes = len(te)
    floor = noise_floor(curves, te, conditions)
    used = np.clip(echoes_above_floor(curves, floor), MIN_ECHOES, n_echoes)
    low = np.where(floor > 0, LOW_FLOOR_FACTOR * floor, LOW_FIRST_FRACTION * curves[0])
    rows = np.flatnonzero((used > MIN_ECHOES) & (_last(curves, used) < low))
    if rows.size == 0:
        return used, rows, None
    part, low = np.take(curves, rows, axis=1), low[rows]
    if rows.size * n_echoes <= AT_ONCE:
        used[rows], tried = _at_once(
            part, te, used[rows], low, conditions.fits_by_length or leading_fits(part, te)
        )
    else:
        used[rows], tried = _one_by_one(part, te, used[rows], low)
    return used, rows, tried


def leading_fits(curves: Array, te: Array) -> Decay:
    """Return the fits to the first three echoes, to the first four, and so on to all, curve by curve."""
    every, length = _every_length(curves)
    return solve_decay(every, te, leading(length, None, len(te)))


def _every_length(curves: Array) -> tuple[Array, NDArray[np.intp]]:
    """Return every curve once for each number of its first echoes that a fit may use, and these numbers."""
    numbers = np.arange(MIN_ECHOES, len(curves) + 1)
    return np.repeat(curves, len(numbers), axis=1), np.tile(numbers, curves.shape[1])


def _at_once(
    curves: Array, te: Array, used: NDArray[np.intp], low: Array, fits: Decay
) -> tuple[NDArray[np.intp], Decay]:
    """Return how many echoes to fit and the fits to them, out of those to every number."""
    every, length = _every_length(curves)
    goodness = _explained(fits.rss, fits.variation)
    longer = np.flatnonzero(length > MIN_ECHOES)
    better = goodness[longer - 1] > goodness[longer]
    part = np.take(every, longer, axis=1)
    dropped = np.zeros(len(length), dtype=bool)
    dropped[longer] = better & _stands_out(part, te, length[longer], fits.take(longer - 1))
    tried = len(te) - MIN_ECHOES + 1
    dropped &= _last(every, length) < np.repeat(low, tried)
    stops = np.where(dropped | (length > np.repeat(used, tried)), 0, length).reshape(-1, tried)
    used = stops.max(axis=1, initial=0)
    return used, fits.take(np.arange(len(used)) * tried + used - MIN_ECHOES)


def _one_by_one(
    curves: Array, te: Array, used: NDArray[np.intp], low: Array
) -> tuple[NDArray[np.intp], Decay]:
    """Return the same, echo after echo, as most curves lose few."""
    n_echoes, used = len(te), used.copy()
    tried = solve_decay(curves, te, leading(used, None, n_echoes))
    goodness, rows = _explained(tried.rss, tried.variation), np.arange(len(used))
    part = curves
    while rows.size:
        shorter = solve_decay(part, te, leading(used[rows] - 1, None, n_echoes))
        dropped = _is_better(part, te, used[rows], goodness, shorter)
        tried.put(rows[dropped], shorter.take(np.flatnonzero(dropped)))
        used[rows[dropped]] -= 1
        more = dropped & (used[rows] > MIN_ECHOES) & (_last(part, used[rows]) < low[rows])
        again = np.flatnonzero(more)
        rows, part = rows[again], np.take(part, again, axis=1)
        goodness = _explained(shorter.rss[again], shorter.variation[again])
    return used, tried


def _is_better(
    curves: Array, te: Array, used: NDArray[np.intp], goodness: Array, shorter: Decay
) -> NDArray[np.bool_]:
    """Whether the fit without the last used echo is better than the one with it, of this R², by the rule."""
    better = _explained(shorter.rss, shorter.variation) > goodness
    return np.asarray(better & _stands_out(curves, te, used, shorter))


def leading(used: NDArray[np.intp], weights: Array | None, n_echoes: int) -> Array:
    """Return weights that keep the first `used` echoes of each voxel, shape (echo, voxel)."""
    kept = (np.arange(n_echoes)[:, None] < used).astype(np.float64)
    return kept if weights is None else kept * weights


def noise_floor(curves: Array, te: Array, conditions: Conditions) -> Array:
    """Return the mean of the noise by which echoes are left out, shape (voxel,): known, or their own."""
    if conditions.noise is not None:
        return np.full(curves.shape[1], conditions.noise.floor)
    floor = np.zeros(curves.shape[1])
    low = np.flatnonzero(falls(curves[0], curves[-1]))
    floor[low] = own_floor(np.take(curves, low, axis=1), te, conditions.n_coils)
    return floor


def falls(first: NDArray[np.floating], last: NDArray[np.floating]) -> NDArray[np.bool_]:
    """Whether the last echo is so low that a curve may show a floor; one that stays high shows none."""
    return np.asarray(last < LOW_FIRST_FRACTION * first)


def own_floor(curves: Array, te: Array, n_coils: int) -> Array:
    """Return the noise mean that the curves themselves show, 0 where they need none.

    Parameters
    ----------
    curves : ndarray, shape (echo, voxel)
    te : ndarray, shape (echo,)
    n_coils : int
    """
    freedom = len(te) - 3
    if freedom < 2:
        return np.zeros(curves.shape[1])
    with np.errstate(divide="ignore", invalid="ignore"):  # of a curve without noise
        term, tested = tested_term(curves, te)
    # A constant that rounding alone asks for is none.
    needed = (tested * freedom > _t_limit(freedom) ** 2) & (term > EXACT * curves[0] ** 2)
    return np.asarray(np.sqrt(np.where(needed, term, 0.0) / (2.0 * n_coils)) * chi_mean(n_coils))


@lru_cache(maxsize=64)
def _t_limit(freedom: int) -> float:
    """Return the size of Student's t that chance exceeds in 1 % of cases."""
    return float(student_quantile(np.array(freedom), 0.995))


def _last(curves: Array, used: NDArray[np.intp]) -> Array:
    """Return the signal of the last used echo of each voxel."""
    return np.asarray(curves[used - 1, np.arange(len(used))])


def _stands_out(curves: Array, te: Array, used: NDArray[np.intp], shorter: Decay) -> NDArray[np.bool_]:
    """Whether the last used echo lies significantly above what the fit of those before it predicts."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        e = np.exp(-shorter.rate * te[:, None])
        at_last = _last(e, used)
        # Normal equations of amplitude and rate (in units of the amplitude), over the shorter train.
        e *= np.arange(len(te))[:, None] < used - 1
        square = e * e
        a, b, c = over_echoes(np.stack([np.ones_like(te), te, te**2]), square)
        late = te[used - 1]
        # Variance of the prediction: that of the new echo and of both parameters.
        spread = at_last**2 * (c - 2.0 * b * late + a * late**2) / (a * c - b * b)
        error = np.sqrt(shorter.rss / (used - 3) * (1.0 + spread))
        excess = _last(curves, used) - shorter.amplitude * at_last
        return np.asarray(excess > PREDICTION_SE * error + EXACT * curves[0])


def _by_target(curves: Array, te: Array, target: float, known: Decay | None) -> NDArray[np.intp]:
    """Return the most leading echoes whose fit reaches the target, else those that fit best.

    `known` are the fits by number of echoes, as in `Conditions`.
    """
    n_echoes, count = curves.shape
    used, best = np.zeros(count, dtype=np.intp), np.full(count, -np.inf)
    chosen = np.full(count, MIN_ECHOES, dtype=np.intp)
    for echoes in range(n_echoes, MIN_ECHOES - 1, -1):
        if known is None:
            fitted = solve_decay(curves[:echoes], te[:echoes])
        else:
            fitted = known.take(np.array([echoes - MIN_ECHOES]))
        reached = _explained(fitted.rss, fitted.variation)
        reached = np.nan_to_num(reached, nan=-np.inf)
        used[(used == 0) & (reached >= target)] = echoes
        better = reached > best
        best, chosen = np.where(better, reached, best), np.where(better, echoes, chosen)
    return np.where(used > 0, used, chosen)


def goodness_of_fit(
    result: ModelFit, curves: Array, weights: Array | None = None, variation: Array | None = None
) -> Array:
    """Return R² of the magnitude over the echoes that were fitted; NaN for a constant curve.

    Parameters
    ----------
    curves : ndarray, shape (echo, voxel)
        Magnitude of all echoes.
    weights : ndarray, shape (echo, voxel) or (echo, 1), optional
        Given by the caller; where they are 0 an echo does not count.
    variation : ndarray, shape (voxel,), optional
        `variation_of` the curves, where it is known.
    """
    if result.variation is not None:
        return _explained(result.misfit, result.variation)
    if weights is None and result.used.min(initial=len(curves)) == len(curves):
        return _explained(result.misfit, variation_of(curves) if variation is None else variation)
    kept = np.arange(len(curves))[:, None] < result.used
    if weights is not None:
        kept &= weights > 0
    centred = (curves - np.sum(curves * kept, axis=0) / np.sum(kept, axis=0)) * kept
    return _explained(result.misfit, np.einsum("ev,ev->v", centred, centred))


def variation_of(curves: Array) -> Array:
    """Return Σ (S − mean)² of all echoes, shape (voxel,)."""
    centred = curves - curves.sum(axis=0) / len(curves)
    return np.asarray(np.einsum("ev,ev->v", centred, centred))


def _explained(misfit: Array, variation: Array) -> Array:
    """Return 1 − RSS/TSS; NaN for a constant curve."""
    return np.asarray(1.0 - misfit / np.where(variation > 0, variation, np.nan))
