"""Variable projection for S = A·exp(−R·t): many voxels at once, any echo times, any weights.

The amplitude is projected out; what remains is one equation in R per voxel. A coarse grid brackets
the global minimum, Newton steps on the profiled gradient (kept inside the bracket) polish it.
No voxel influences another, so order and block size do not change a result.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

GRID_POINTS = 40
NEWTON_STEPS = 30
RATE_TOLERANCE = 1e-12

# The search range in units of the echo times, so that scaling TE scales T2* exactly:
SLOWEST = 0.01
"""Smallest R times last echo time: T2* of 100 times the train is indistinguishable from no decay."""
FASTEST = 8.0
"""Largest R times first echo time: the first echo holds exp(−8) = 0.03 % of S0."""

LARGEST_GAIN = 1e100
"""Largest amplitude in units of the largest echo."""


@dataclass(frozen=True, eq=False)
class Decay:
    """Solution per voxel: rate in 1/ms, amplitude, weighted residual sum and curvature.

    Attributes
    ----------
    information : ndarray
        A²·(p2 − p1²/p0): the variance of the rate is (residual variance) / information.
    at_slowest, at_fastest : ndarray of bool
        The minimum lies on the edge of the search range.
    """

    rate: Array
    amplitude: Array
    rss: Array
    information: Array
    at_slowest: NDArray[np.bool_]
    at_fastest: NDArray[np.bool_]


def solve_decay(signal: Array, te: Array, weights: Array) -> Decay:
    """Minimize Σ w·(S − A·exp(−R·t))² over A and R.

    Parameters
    ----------
    signal : ndarray, shape (voxel, echo)
        Finite values.
    te : ndarray, shape (echo,)
        Echo times, ascending.
    weights : ndarray, shape (voxel, echo)
        Non-negative; 0 leaves an echo out.

    Returns
    -------
    Decay
    """
    # Scaled to unit size per voxel: no overflow for any input, and A scales exactly with the signal.
    kept = np.where(weights > 0, signal, 0.0)
    scale = np.max(np.abs(kept), axis=1, initial=0.0)
    scale[scale == 0] = 1.0
    y = kept / scale[:, None]
    edges = _grid(te)
    low, high, rate, at_slowest, at_fastest = _bracket(y, te, weights, edges)
    rate = _newton(y, te, weights, rate, low, high)
    e = np.exp(-rate[:, None] * te)
    p0, p1, p2 = _moments(weights * e * e, te)
    # Where the curve is all but gone the projection is arbitrary; the limit keeps its square finite.
    amplitude = np.clip(np.sum(weights * y * e, axis=1) / p0, -LARGEST_GAIN, LARGEST_GAIN)
    residual = y - amplitude[:, None] * e
    return Decay(
        rate=rate,
        amplitude=amplitude * scale,
        rss=np.sum(weights * residual**2, axis=1) * scale**2,
        information=np.maximum(amplitude**2 * (p2 - p1**2 / p0), 0.0) * scale**2,
        at_slowest=at_slowest & (rate <= edges[0] * (1 + 1e-9)),
        at_fastest=at_fastest & (rate >= edges[-1] * (1 - 1e-9)),
    )


def _grid(te: Array) -> Array:
    first = te[0] if te[0] > 0 else te[1]
    return np.geomspace(SLOWEST / te[-1], FASTEST / first, GRID_POINTS)


def _moments(weighted_square: Array, te: Array) -> tuple[Array, Array, Array]:
    """Return Σ w e² t^m for m = 0, 1, 2."""
    return (
        np.maximum(np.sum(weighted_square, axis=1), np.finfo(float).tiny),
        weighted_square @ te,
        weighted_square @ te**2,
    )


def _bracket(
    y: Array, te: Array, weights: Array, grid: Array
) -> tuple[Array, Array, Array, NDArray[np.bool_], NDArray[np.bool_]]:
    """Return the grid cell pair around the best grid point, the point, and whether it is an edge.

    Only positive amplitudes count: A rising signal fits a negative one, which is no decay.
    """
    basis = np.exp(-np.outer(te, grid))
    gained = np.maximum((weights * y) @ basis, 0.0) ** 2
    gained /= np.maximum(weights @ basis**2, np.finfo(float).tiny)
    best = np.argmax(gained, axis=1)
    last = len(grid) - 1
    return (
        grid[np.maximum(best - 1, 0)],
        grid[np.minimum(best + 1, last)],
        grid[best],
        best == 0,
        best == last,
    )


def _newton(y: Array, te: Array, weights: Array, rate: Array, low: Array, high: Array) -> Array:
    """Polish the rate where the profiled gradient Σ w t e (S − A e) crosses zero, inside its bracket."""
    rate, low, high = rate.copy(), low.copy(), high.copy()
    active = np.arange(len(rate))
    for _ in range(NEWTON_STEPS):
        if active.size == 0:
            break
        r = rate[active]
        w, s = weights[active], y[active]
        e = np.exp(-r[:, None] * te)
        p0, p1, p2 = _moments(w * e * e, te)
        q0, q1, q2 = (np.sum(part, axis=1) for part in _powers(w * s * e, te))
        a = q0 / p0
        # Where next to nothing is left of a curve the step may overflow; then the bracket is halved.
        with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
            gradient = q1 - a * p1
            gauss_newton = a * (p2 - p1**2 / p0)
            full = -q2 + p1 * (q1 * p0 - 2 * q0 * p1) / p0**2 + 2 * a * p2
            slope = np.where(full > 0.1 * gauss_newton, full, gauss_newton)
            step = r - gradient / slope
        # The gradient is negative below the minimum (A > 0): it tightens the bracket.
        below = gradient < 0
        low[active] = np.where(below, r, low[active])
        high[active] = np.where(below, high[active], r)
        inside = np.isfinite(step) & (step > low[active]) & (step < high[active])
        following = np.where(inside, step, 0.5 * (low[active] + high[active]))
        rate[active] = following
        active = active[np.abs(following - r) > RATE_TOLERANCE * r]
    return rate


def _powers(value: Array, te: Array) -> tuple[Array, Array, Array]:
    return value, value * te, value * te**2
