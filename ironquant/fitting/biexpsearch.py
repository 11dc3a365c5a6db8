"""The search behind `biexp`: where two decays start, and Newton steps on what their sizes leave.

Both amplitudes are projected out (variable projection), so two numbers remain: the logarithms x of
the rates. Times are in units of the last echo time and count from the first echo, rates likewise;
amplitudes are those at the first echo. Arrays are (echo, voxel).

The NumPy code here and the compiled code in `kernels/biexp.py` follow the same steps.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ironquant.fitting.innerproducts import TINY, over_echoes
from ironquant.fitting.modelfit import Array
from ironquant.fitting.pieces import pieces
from ironquant.fitting.train import FASTEST, SLOWEST

GRID_POINTS = 20
CHUNK = 1024
MOST_STEPS = 60
STEP_TOLERANCE = 1e-9
FIRST_DAMPING, LEAST_DAMPING, MOST_DAMPING = 1e-3, 1e-7, 1e9
"""In parts of the Gauss–Newton curvature; below the least it is none."""
LEAST_CURVATURE = 1e-3
"""Newton where the curvature is at least this share of Gauss's."""
LONGEST_STEP = 1.5
"""In log rate."""
ROUNDING = 1e-15
"""A rise of the residual by this share of Σ w·S² is rounding."""
LEAST_GAIN = 1e-13
"""A second decay that explains less than this share of Σ w·S² is none."""
STATE_ROWS = 11
RSS, AMPLITUDES, GRADIENT, NEWTON, GAUSS = 0, slice(1, 3), slice(3, 5), slice(5, 8), slice(8, 11)
"""Rows of a state; curvatures by (x₁x₁, x₁x₂, x₂x₂)."""


@dataclass(frozen=True, eq=False)
class Pairs:
    """A train of echoes and the pairs of rates from which a search may start.

    Attributes
    ----------
    tau : ndarray, shape (echo,)
    powers : ndarray, shape (3, echo)
        1, tau, tau².
    low, high : float
        Range of x.
    grid : ndarray, shape (point,)
        Rates.
    basis : ndarray, shape (point, echo)
        exp(−grid·tau).
    first, second : ndarray of int, shape (pair,)
    products : ndarray, shape (3, pair, echo)
        Of the two decays of each pair: first², second², first·second.
    equal : ndarray, shape (3, pair, 1)
        Sums of `products` where all echoes weigh the same.
    """

    tau: Array
    powers: Array
    low: float
    high: float
    grid: Array
    basis: Array
    first: NDArray[np.intp]
    second: NDArray[np.intp]
    products: Array
    equal: Array


@lru_cache(maxsize=64)
def pairs_of(te: tuple[float, ...]) -> Pairs:
    """Prepare a train of echoes."""
    tau = (np.asarray(te) - te[0]) / te[-1]
    low, high = SLOWEST, FASTEST * te[-1] / te[0]
    grid = np.geomspace(low, high, GRID_POINTS)
    basis = np.exp(-np.outer(grid, tau))
    first, second = np.triu_indices(GRID_POINTS, 1)
    products = np.stack([basis[first] ** 2, basis[second] ** 2, basis[first] * basis[second]])
    return Pairs(
        tau,
        np.stack([np.ones_like(tau), tau, tau**2]),
        float(np.log(low)),
        float(np.log(high)),
        grid,
        basis,
        first,
        second,
        products,
        products.sum(axis=2, keepdims=True),
    )


def start_of(y: Array, weights: Array | None, pairs: Pairs, single_rate: Array) -> tuple[Array, Array]:
    """Return x of the best start, shape (2, voxel), and whether two decays explain more than one.

    Tried are all pairs of the grid, and the fit of one decay with each rate of the grid. A positive
    mixture is a convex problem: where no decay that is added to the best single one has a positive
    size, that one is the best mixture, and there is no second component.

    Parameters
    ----------
    y : ndarray, shape (echo, voxel)
    weights : ndarray, shape (echo, voxel) or (echo, 1), or None
    single_rate : ndarray, shape (voxel,)
        Of the best single decay.
    """
    w = np.ones((len(y), 1)) if weights is None else weights
    wy = w * y
    projected = over_echoes(pairs.basis, wy)
    count = y.shape[1]
    best, x = np.empty(count), np.empty((2, count))
    log_grid = np.log(pairs.grid)
    for part in pieces(count, CHUNK):
        own = part if w.shape[1] > 1 else slice(None)
        aa, bb, ab = pairs.equal if weights is None else np.einsum("kpe,ev->kpv", pairs.products, w[:, own])
        p, q = projected[pairs.first, part], projected[pairs.second, part]
        a, b = p * bb - q * ab, q * aa - p * ab
        gained = (a * p + b * q) / np.maximum(aa * bb - ab * ab, TINY)
        gained[(a <= 0) | (b <= 0)] = -np.inf
        at = gained.argmax(axis=0)
        best[part] = gained[at, np.arange(len(at))]
        x[:, part] = log_grid[pairs.first[at]], log_grid[pairs.second[at]]
    single, added = _beside_single(y, w, wy, pairs, single_rate)
    with_single = single + added.max(axis=0)
    better = np.flatnonzero(with_single > best)
    x[0, better] = np.log(single_rate[better])
    x[1, better] = log_grid[added.argmax(axis=0)[better]]
    gain = np.maximum(best, with_single) - np.maximum(single, 0.0)
    return np.clip(x, pairs.low, pairs.high), gain > LEAST_GAIN * (wy * y).sum(axis=0)


def _beside_single(y: Array, w: Array, wy: Array, pairs: Pairs, rate: Array) -> tuple[Array, Array]:
    """Return what one decay explains, and what each rate of the grid adds; −∞ for a negative size."""
    u = np.exp(-rate * pairs.tau[:, None])
    wu = w * u
    uu, uy = (wu * u).sum(axis=0), (wu * y).sum(axis=0)
    size = uy / uu
    left = over_echoes(pairs.basis, wy - size * wu)
    cross = over_echoes(pairs.basis, wu)
    norm = np.maximum(over_echoes(pairs.basis**2, w) - cross**2 / uu, TINY)
    added = np.where((left > 0) & (size * norm * uu > left * cross), left**2 / norm, -np.inf)
    return np.where(size > 0, uy * size, -np.inf), added


def evaluate(y: Array, w: Array, pairs: Pairs, x: Array) -> Array:
    """Return the state (`STATE_ROWS`, voxel) at x: residual, amplitudes, gradient and curvatures by x."""
    rates = np.exp(x)
    u, v = np.exp(-rates[:, None] * pairs.tau[:, None])
    wu, wv = w * u, w * v
    (uu, uu1, uu2), (uv, uv1, uv2), (vv, vv1, vv2), (uy, _, _), (vy, _, _) = np.einsum(
        "ke,rev->rkv", pairs.powers, np.stack([wu * u, wu * v, wv * v, wu * y, wv * y])
    )
    determinant = np.maximum(uu * vv - uv * uv, TINY)
    a, b = (uy * vv - vy * uv) / determinant, (vy * uu - uy * uv) / determinant
    rest = y - a * u - b * v
    (_, s1, s2), (_, t1, t2) = np.einsum("ke,rev->rkv", pairs.powers, np.stack([wu * rest, wv * rest]))
    p, q = rates
    gp, gq = a * p, b * q
    by_a, by_b = np.stack([-gp * uu1, -gq * uv1]), np.stack([-gp * uv1, -gq * vv1])
    mixed = gp * gq * uv2
    gauss = _eliminated(uu, uv, vv, determinant, by_a, by_b, gp * gp * uu2, mixed, gq * gq * vv2)
    by_a[0] += p * s1
    by_b[1] += q * t1
    own = gp * gp * uu2 + gp * (s1 - p * s2), gq * gq * vv2 + gq * (t1 - q * t2)
    newton = _eliminated(uu, uv, vv, determinant, by_a, by_b, own[0], mixed, own[1])
    rss = np.einsum("ev,ev->v", w * rest, rest)
    return np.stack([rss, a, b, gp * s1, gq * t1, *newton, *gauss])


def _eliminated(
    uu: Array,
    uv: Array,
    vv: Array,
    determinant: Array,
    by_a: Array,
    by_b: Array,
    pp: Array,
    pq: Array,
    qq: Array,
) -> tuple[Array, Array, Array]:
    """Return the curvatures by x once the amplitudes follow (Schur complement)."""
    c, d = (vv * by_a - uv * by_b) / determinant, (uu * by_b - uv * by_a) / determinant
    return (
        pp - by_a[0] * c[0] - by_b[0] * d[0],
        pq - by_a[0] * c[1] - by_b[0] * d[1],
        qq - by_a[1] * c[1] - by_b[1] * d[1],
    )


def refined(y: Array, weights: Array | None, pairs: Pairs, start: Array) -> tuple[Array, Array]:
    """Return x of the nearest minimum, shape (2, voxel), and the state there.

    Damped Newton steps (Gauss–Newton where the curvature is not that of a minimum); both amplitudes
    stay positive, rates in their range. A step over a bound ends on it and the other rate follows.
    """
    w = np.broadcast_to(np.ones((len(y), 1)) if weights is None else weights, y.shape)
    x = start.copy()
    state = evaluate(y, w, pairs, x)
    slack = ROUNDING * np.einsum("ev,ev->v", w * y, y)
    damping = np.full(x.shape[1], FIRST_DAMPING)
    active: NDArray[np.intp] = np.arange(x.shape[1])
    at, here, part_y, part_w = x, state, y, w
    for _ in range(MOST_STEPS):
        if active.size == 0:
            break
        damp = damping[active]
        step = _step(at, here, damp, pairs)
        there = evaluate(part_y, part_w, pairs, at + step)
        better = (there[RSS] <= here[RSS] + slack[active]) & np.all(there[AMPLITUDES] > 0, axis=0)
        at = np.where(better, at + step, at)
        here = np.where(better, there, here)
        lower = np.where(damp > LEAST_DAMPING, 0.1 * damp, 0.0)
        damp = np.where(better, lower, 10.0 * np.maximum(damp, FIRST_DAMPING))
        x[:, active], state[:, active], damping[active] = at, here, damp
        going = (np.abs(step).max(axis=0) > STEP_TOLERANCE) & (damp < MOST_DAMPING)
        if not going.all():
            active = active[going]
            at, here, part_y, part_w = x[:, active], state[:, active], y[:, active], w[:, active]
    return x, state


def _step(x: Array, state: Array, damping: Array, pairs: Pairs) -> Array:
    """Return the damped step in x, within its range."""
    low, high = np.maximum(pairs.low - x, -LONGEST_STEP), np.minimum(pairs.high - x, LONGEST_STEP)
    gradient, (pp, pq, qq), (gpp, gpq, gqq) = state[GRADIENT], state[NEWTON], state[GAUSS]
    fixed = ((low >= 0) & (gradient > 0)) | ((high <= 0) & (gradient < 0))
    gp, gq = np.where(fixed, 0.0, gradient)
    apart = fixed.any(axis=0)
    pp, qq = np.where(fixed[0], gpp, pp), np.where(fixed[1], gqq, qq)
    pq, gpq = np.where(apart, 0.0, pq), np.where(apart, 0.0, gpq)
    curved = (pp > LEAST_CURVATURE * gpp) & (qq > LEAST_CURVATURE * gqq)
    curved &= pp * qq - pq * pq > LEAST_CURVATURE * (gpp * gqq - gpq * gpq)
    pp = np.where(curved, pp, gpp) + damping * gpp + TINY
    qq = np.where(curved, qq, gqq) + damping * gqq + TINY
    pq = np.where(curved, pq, gpq)
    second = (gp * pq - gq * pp) / np.maximum(pp * qq - pq * pq, TINY)
    second = np.clip(np.nan_to_num(second), low[1], high[1])
    first = np.clip(np.nan_to_num((-gp - pq * second) / pp), low[0], high[0])
    second = np.clip(np.nan_to_num((-gq - pq * first) / qq), low[1], high[1])
    return np.stack([first, second])
