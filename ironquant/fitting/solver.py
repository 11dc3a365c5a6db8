"""Variable projection for S = A·exp(−R·t) (+ C): many voxels at once, any echo times, any weights.

Amplitude and offset are projected out; what remains is one equation in R per voxel. A coarse grid
brackets the global minimum, Newton steps on the profiled gradient (kept inside the bracket) polish
it. No voxel influences another, so order and block size do not change a result.

The NumPy code here and the compiled code in `kernels.py` follow the same steps.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ironquant.fitting.compiled import kernel
from ironquant.fitting.modelfit import Array
from ironquant.fitting.pieces import pieces

NEWTON_STEPS = 44
STEP_TOLERANCE = 1e-6
"""A Newton step this small (relative) leaves an error of about its square; a Gauss step does not."""
OFFSET_TOLERANCE = 1e-9
"""With a constant the problem is so ill-conditioned for slow decays that the square is not small."""
BRACKET_TOLERANCE = 1e-12
LEAST_CURVATURE = 1e-3
"""Newton where the curvature is at least this share of Gauss's; noise can make it small."""

# The search range in units of the echo times, so that scaling TE scales T2* exactly:
SLOWEST = 0.01
"""Smallest R times last echo time: T2* of 100 times the train is indistinguishable from no decay."""
FASTEST = 8.0
"""Largest R times first echo time: the first echo holds exp(−8) = 0.03 % of S0."""
GRID_RATIO = 2.4
"""Of neighbouring grid points at most; the minimum in R is wider than that."""
WELL_EXPLAINED = 0.9
"""A quick start is trusted where the fit holds this share of the sum of squares: two rates that both
do lie so close together that there is no minimum between them."""
NEAR_EXPLAINED = 0.75
"""The same of a start from the fit with other weights: below 0.5 such fits begin to miss the minimum."""
EDGE = 1e-6
LARGEST_GAIN = 1e100
"""Largest amplitude in units of the largest echo."""
EVEN_TOLERANCE = 1e-9
TINY = 1e-300
LEAST_SHARE = 1e-9
"""Weights of squares are limited as if every S² were at least this share of the largest."""


@dataclass(frozen=True, eq=False)
class Decay:
    """Solution per voxel; every array has shape (voxel,).

    Attributes
    ----------
    rate : ndarray
        1 / (unit of the echo times).
    amplitude, offset : ndarray
    rss : ndarray
        Weighted residual sum of squares.
    information : ndarray
        The variance of the rate is (residual variance) / information.
    variation : ndarray
        Weighted sum of squares about the weighted mean.
    at_slowest, at_fastest : ndarray of bool
        The minimum lies on the edge of the search range.
    """

    rate: Array
    amplitude: Array
    offset: Array
    rss: Array
    information: Array
    variation: Array
    at_slowest: NDArray[np.bool_]
    at_fastest: NDArray[np.bool_]

    def take(self, rows: NDArray[np.intp]) -> Decay:
        """Return the solutions of some voxels."""
        return Decay(*(part[rows] for part in vars(self).values()))

    def put(self, rows: NDArray[np.intp], other: Decay) -> None:
        """Take over the solutions of some voxels, in place."""
        for own, taken in zip(vars(self).values(), vars(other).values(), strict=True):
            own[rows] = taken


def solve_decay(
    curves: Array,
    te: Array,
    weights: Array | None = None,
    *,
    intercept: bool = False,
    near: Array | None = None,
    tolerance: float | None = None,
) -> Decay:
    """Minimize Σ w·(S − A·exp(−R·t) − C)² over A, R and, if asked, C.

    Parameters
    ----------
    curves : ndarray, shape (echo, voxel)
        Finite values.
    te : ndarray, shape (echo,)
        Echo times, ascending.
    weights : ndarray, shape (echo, voxel) or (echo, 1), optional
        Non-negative; 0 leaves an echo out. Default: equal.
    intercept : bool
        Whether C is fitted; else it is 0.
    near : ndarray, shape (voxel,), optional
        Rates of the same curves with other weights. Where they prove to be near, nothing is searched.
    tolerance : float, optional
        Of the last (relative) step, which leaves an error of about its square.

    Returns
    -------
    Decay
    """
    if weights is None:
        weights = np.ones((len(te), 1))
    train = train_of(tuple(te.tolist()))
    solve = kernel("solve_decay") or _solve
    if tolerance is None:
        tolerance = OFFSET_TOLERANCE if intercept else STEP_TOLERANCE
    return decay_of(train, te[0], *solve(curves, weights, train, intercept, tolerance, near))


def decay_of(
    train: Train,
    first_te: float,
    rate: Array,
    amplitude: Array,
    offset: Array,
    rss: Array,
    information: Array,
    variation: Array,
) -> Decay:
    """Return a solution whose amplitude was that at the first echo."""
    return Decay(
        rate=rate,
        amplitude=amplitude * np.exp(rate * first_te),
        offset=offset,
        rss=rss,
        information=information,
        variation=variation,
        at_slowest=rate <= train.grid[0] * (1 + 1e-9),
        at_fastest=rate >= train.grid[-1] * (1 - 1e-9),
    )


@dataclass(frozen=True, eq=False)
class Train:
    """What the solvers need of a train of echoes.

    Attributes
    ----------
    tau : ndarray, shape (echo,)
        Times since the first echo.
    step : float
        Spacing of even echoes; 0 where they are uneven.
    grid : ndarray, shape (point,)
        Rates from which a search starts: geometric, a multiple of four of them.
    padded : ndarray, shape (padded,)
        `tau`, its end repeated up to a multiple of four.
    basis : ndarray, shape (point, padded)
        exp(−grid·padded).
    """

    tau: Array
    step: float
    grid: Array
    padded: Array
    basis: Array


@lru_cache(maxsize=256)
def train_of(te: tuple[float, ...]) -> Train:
    """Prepare a train of echoes."""
    tau = np.asarray(te) - te[0]
    steps = np.diff(tau)
    step = float(steps.mean()) if np.ptp(steps) <= EVEN_TOLERANCE * tau[-1] else 0.0
    low, high = SLOWEST / te[-1], FASTEST / te[0]
    count = int(np.ceil(np.log(high / low) / np.log(GRID_RATIO))) + 1
    grid = np.geomspace(low, high, 4 * -(-count // 4))
    padded = np.concatenate([tau, np.full(-len(tau) % 4, tau[-1])])
    return Train(tau, step, grid, padded, np.exp(-np.outer(grid, padded)))


def _solve(
    curves: Array,
    weights: Array,
    train: Train,
    intercept: bool,
    tolerance: float,
    near: Array | None = None,
) -> tuple[Array, ...]:
    """Return rate, amplitude at tau = 0, offset, rss, information, variation."""
    tau, grid = train.tau, train.grid
    # Scaled to unit size per voxel: no overflow for any input, and A scales exactly with the signal.
    kept = np.where(weights > 0, curves, 0.0)
    scale = np.max(np.abs(kept), axis=0, initial=0.0)
    scale[scale == 0] = 1.0
    y = kept / scale
    problem = _Problem(y, np.broadcast_to(weights, y.shape), tau, intercept)
    if near is None:
        start, low, high = _bracket(problem, grid)
    else:
        start = np.clip(near, grid[0], grid[-1])
        low, high = np.maximum(start / GRID_RATIO, grid[0]), np.minimum(start * GRID_RATIO, grid[-1])
    rate = _newton(problem, start, low, high, tolerance)
    e, sums = problem.decays(rate), problem.sums(rate)
    # Where the curve is all but gone the projection is arbitrary; the limit keeps its square finite.
    amplitude = np.clip(sums.q0 / sums.p0, -LARGEST_GAIN, LARGEST_GAIN)
    offset = np.zeros_like(rate)
    mean = problem.first / problem.total
    if intercept:
        offset = mean - amplitude * np.einsum("ev,ev->v", problem.w, e) / problem.total
    rest = np.multiply(amplitude, e, out=e)
    np.subtract(y, rest, out=rest)
    if intercept:
        rest -= offset
    rss = _square_sum(weights, rest)
    variation = _square_sum(weights, np.subtract(y, mean, out=rest))
    information = amplitude**2 * np.maximum(sums.p11 - sums.p1**2 / sums.p0, 0.0)
    size = scale**2
    found = rate, amplitude * scale, offset * scale, rss * size, information * size, variation * size
    if near is not None:
        left = variation if intercept else np.einsum("ev,ev,ev->v", problem.w, y, y)
        trusted = (rss < (1.0 - NEAR_EXPLAINED) * left) & (amplitude > 0)
        trusted &= (rate > low * (1 + EDGE)) & (rate < high * (1 - EDGE))
        lost = np.flatnonzero(~trusted)
        if lost.size:
            own = weights if weights.shape[1] == 1 else weights[:, lost]
            again = _solve(curves[:, lost], own, train, intercept, tolerance)
            for column, part in zip(found, again, strict=True):
                column[lost] = part
    return found


def _square_sum(weights: Array, rest: Array) -> Array:
    """Return Σ weights·rest² over the echoes; `rest` is worked in."""
    np.multiply(rest, rest, out=rest)
    rest *= weights
    return np.asarray(rest.sum(axis=0))


def over_echoes(factors: Array, rows: Array) -> Array:
    """Return Σ factors[k, echo]·rows[echo, voxel]; with BLAS a voxel would depend on how many there are."""
    return np.asarray(np.einsum("ke,ev->kv", factors, rows))


@dataclass(frozen=True, eq=False)
class _Sums:
    """Inner products ⟨e, e⟩ = p0, ⟨e, te⟩ = p1, ⟨te, te⟩ = p11, ⟨e, t²e⟩ = p02, ⟨y, tᵏe⟩ = qk."""

    p0: Array
    p1: Array
    p11: Array
    p02: Array
    q0: Array
    q1: Array
    q2: Array


class _Problem:
    """Curves, weights and times, and their inner products with exp(−R·t); centred with an intercept."""

    def __init__(self, y: Array, w: Array, tau: Array, intercept: bool) -> None:
        self.y, self.w, self.tau, self.intercept = y, w, tau, intercept
        self.total, self.first = np.einsum("ev->v", w), np.einsum("ev,ev->v", w, y)
        self._powers = np.stack([np.ones_like(tau), tau, tau**2])

    def decays(self, rate: Array) -> Array:
        """Return exp(−R·t), shape (echo, voxel)."""
        # In place: fresh arrays cost more than the arithmetic.
        e = -self.tau[:, None] * rate
        if e[-1].min(initial=0.0) < -700.0:
            np.maximum(e, -700.0, out=e)
        return np.asarray(np.exp(e, out=e))

    def sums(self, rate: Array, rows: NDArray[np.intp] | None = None) -> _Sums:
        """Return the inner products of some voxels, by default all, at their rates."""
        found = np.empty((9, len(rate)))
        for here in pieces(len(rate)):
            y, w = (
                each[:, here] if rows is None else np.take(each, rows[here], axis=1)
                for each in (self.y, self.w)
            )
            e = self.decays(rate[here])
            we = w * e
            found[0:3, here] = over_echoes(self._powers, np.multiply(we, e, out=e))
            found[3:6, here] = over_echoes(self._powers, np.multiply(we, y, out=e))
            if self.intercept:
                found[6:9, here] = over_echoes(self._powers, we)
        p0, p1, p2, q0, q1, q2, s0, s1, s2 = found
        p11 = p02 = p2
        if self.intercept:
            total, first = (each if rows is None else each[rows] for each in (self.total, self.first))
            p0, p1 = p0 - s0 * s0 / total, p1 - s0 * s1 / total
            p11, p02 = p2 - s1 * s1 / total, p2 - s0 * s2 / total
            q0, q1, q2 = q0 - s0 * first / total, q1 - s1 * first / total, q2 - s2 * first / total
        return _Sums(np.maximum(p0, TINY), p1, p11, p02, q0, q1, q2)


def _bracket(problem: _Problem, grid: Array) -> tuple[Array, Array, Array]:
    """Return where to start and between which rates the minimum lies.

    Only positive amplitudes count: a rising signal fits a negative one, which is no decay.
    """
    basis = np.exp(-np.outer(grid, problem.tau))
    gained, size = over_echoes(basis, problem.w * problem.y), over_echoes(basis**2, problem.w)
    if problem.intercept:
        shift = over_echoes(basis, problem.w)
        gained = gained - shift * problem.first / problem.total
        size = size - shift**2 / problem.total
    explained = np.maximum(gained, 0.0) ** 2 / np.maximum(size, TINY)
    best, last = np.argmax(explained, axis=0), len(grid) - 1
    lower, upper = np.maximum(best - 1, 0), np.minimum(best + 1, last)
    at, low, high = grid[best], grid[lower], grid[upper]
    # Vertex of the parabola through the best point and its neighbours.
    before, top, after = (
        np.take_along_axis(explained, index[None], axis=0)[0] for index in (lower, best, upper)
    )
    bend = before - 2.0 * top + after
    with np.errstate(divide="ignore", invalid="ignore"):
        move = 0.5 * (before - after) / bend
    inner = (best > 0) & (best < last) & (bend < 0) & (np.abs(move) < 1)
    move = np.where(inner, move, 0.0)
    return at + move * np.where(move > 0, high - at, at - low), low, high


def _newton(problem: _Problem, rate: Array, low: Array, high: Array, least: float) -> Array:
    """Polish the rate where the profiled gradient Σ w t e (S − A e) crosses zero, inside its bracket."""
    rate, low, high = rate.copy(), low.copy(), high.copy()
    active, looked = np.arange(len(rate)), np.zeros(len(rate), dtype=bool)
    for _ in range(NEWTON_STEPS):
        if active.size == 0:
            break
        r = rate[active]
        sums = problem.sums(r, active if active.size < len(rate) else None)
        # Where next to nothing is left of a curve the step may overflow; then the bracket is halved.
        with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
            a = sums.q0 / sums.p0
            gradient = sums.q1 - a * sums.p1
            gauss = a * (sums.p11 - sums.p1**2 / sums.p0)
            full = -sums.q2 + sums.p1 * (sums.q1 - 2 * a * sums.p1) / sums.p0 + a * (sums.p11 + sums.p02)
            curved = full > LEAST_CURVATURE * gauss
            step = r - gradient / np.where(curved, full, gauss)
        # The gradient is negative below the minimum (A > 0): it tightens the bracket.
        below = gradient < 0
        bottom, top = np.where(below, r, low[active]), np.where(below, high[active], r)
        inside = (step >= bottom) & (step <= top)
        # The first step that leaves the bracket goes to its end: the minimum may lie there.
        end = np.where(looked[active], 0.5 * (bottom + top), np.where(below, top, bottom))
        following = np.where(inside, step, end)
        low[active], high[active], rate[active] = bottom, top, following
        looked[active] |= ~inside
        tolerance = np.where(curved, least, STEP_TOLERANCE**2)
        moving = ~inside | (np.abs(following - r) > tolerance * r)
        active = active[moving & (top - bottom >= BRACKET_TOLERANCE * r)]
    return rate


def noise_free_weights(square: Array) -> Array:
    """Return 1/S², the weights of squared magnitudes well above the noise, limited where S vanishes."""
    return np.asarray(1.0 / np.maximum(square, LEAST_SHARE * np.max(square, axis=0) + TINY))
