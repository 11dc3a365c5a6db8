"""Variable projection for S = A·exp(−R·t) (+ C): many voxels at once, any echo times, any weights.

Amplitude and offset are projected out; what remains is one equation in R per voxel. A coarse grid
brackets the global minimum, Newton steps on the profiled gradient (kept inside the bracket) polish
it. No voxel influences another, so order and block size do not change a result.

The NumPy code here and the compiled code in `kernels.py` follow the same steps.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple

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
AMPLITUDE, LOW, HIGH, LEFT = 1, 1, 2, 3
"""Rows of what is found, and of the state of a fit."""
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
    *,
    search: bool = False,
) -> tuple[Array, ...]:
    """Return rate, amplitude at tau = 0, offset, rss, information, variation.

    Without a constant a search is needed only where a quick start proves to have been far away.
    """
    grid, quick = train.grid, not (search or intercept) and near is None
    problem, scale = _Problem.of_scaled(curves, weights, train.tau, intercept)
    state = np.empty((4, len(scale)))
    state[LEFT] = NEWTON_STEPS
    for here in pieces(len(scale)):
        rate, low, high, _ = state[:, here]
        if quick:
            rate[:], low[:], high[:] = _quick_start(problem.part(here), train), grid[0], grid[-1]
        elif near is None:
            rate[:], low[:], high[:] = _bracket(problem.part(here), grid)
        else:
            np.clip(near[here], grid[0], grid[-1], out=rate)
            np.maximum(rate / GRID_RATIO, grid[0], out=low)
            np.minimum(rate * GRID_RATIO, grid[-1], out=high)
    low, high = state[LOW].copy(), state[HIGH].copy()
    _polish(problem, state, tolerance)
    found, trusted = np.empty((6, len(scale))), np.empty(len(scale), dtype=np.bool_)
    for here in pieces(len(scale)):
        rate = state[0, here]
        share = _outcome(problem.part(here), rate, scale[here], found[:, here])
        trusted[here] = (share > (WELL_EXPLAINED if quick else NEAR_EXPLAINED)) & (found[AMPLITUDE, here] > 0)
        if not quick:
            trusted[here] &= (rate > low[here] * (1 + EDGE)) & (rate < high[here] * (1 - EDGE))
    lost = np.flatnonzero(~trusted)
    if lost.size and (quick or near is not None):
        own = np.take(curves, lost, axis=1), columns_of(weights, lost)
        found[:, lost] = _solve(*own, train, intercept, tolerance, search=True)
    return tuple(found)


def columns_of(weights: Array, rows: NDArray[np.intp] | slice) -> Array:
    """Return the weights of some voxels, shape (echo, voxel), or (echo, 1) where all have the same."""
    if weights.shape[1] == 1:
        return weights
    return weights[:, rows] if isinstance(rows, slice) else np.take(weights, rows, axis=1)


def over_echoes(factors: Array, rows: Array) -> Array:
    """Return Σ factors[k, echo]·rows[echo, voxel]; with BLAS a voxel would depend on how many there are."""
    return np.asarray(np.einsum("ke,ev->kv", factors, rows))


class _Sums(NamedTuple):
    """Inner products ⟨e, e⟩ = p0, ⟨e, te⟩ = p1, ⟨te, te⟩ = p11, ⟨e, t²e⟩ = p02, ⟨y, tᵏe⟩ = qk."""

    p0: Array
    p1: Array
    p11: Array
    p02: Array
    q0: Array
    q1: Array
    q2: Array


@dataclass(frozen=True, eq=False)
class _Problem:
    """Curves of unit size, weights and times, and their inner products with exp(−R·t); centred with a constant.

    `w` has shape (echo, voxel) or (echo, 1), `total` = Σ w and `first` = Σ w·y that of a voxel. `powers` are
    t⁰, t¹ and t²; weights that all voxels share are taken along in them.
    """

    y: Array
    w: Array
    tau: Array
    intercept: bool
    total: Array
    first: Array
    powers: Array

    @classmethod
    def of_scaled(
        cls, curves: Array, weights: Array, tau: Array, intercept: bool
    ) -> tuple[_Problem, Array]:
        """Scale each curve to unit size: no overflow for any input, and A scales exactly with the signal."""
        y, scale = np.empty(curves.shape), np.empty(curves.shape[1])
        for here in pieces(len(scale)):
            w = columns_of(weights, here)
            kept = np.multiply(curves[:, here], w > 0, out=y[:, here])
            np.max(np.abs(kept), axis=0, initial=0.0, out=scale[here])
            scale[here][scale[here] == 0] = 1.0
            kept /= scale[here]
        powers = np.stack([np.ones_like(tau), tau, tau**2])
        shared = weights.shape[1] == 1
        first = np.einsum("e,ev->v", weights[:, 0], y) if shared else np.einsum("ev,ev->v", weights, y)
        total = np.einsum("ev->v", weights)
        return cls(y, weights, tau, intercept, total, first, powers * weights[:, 0] if shared else powers), scale

    @property
    def shared(self) -> bool:
        """Whether all voxels have the same weights."""
        return self.w.shape[1] == 1

    def part(self, rows: NDArray[np.intp] | slice) -> _Problem:
        """Return the problem of some voxels."""
        y = self.y[:, rows] if isinstance(rows, slice) else np.take(self.y, rows, axis=1)
        total = self.total if self.shared else self.total[rows]
        return replace(self, y=y, w=columns_of(self.w, rows), total=total, first=self.first[rows])

    def decays(self, rate: Array) -> Array:
        """Return exp(−R·t), shape (echo, voxel)."""
        # In place: fresh arrays cost more than the arithmetic.
        e = -self.tau[:, None] * rate
        if e[-1].min(initial=0.0) < -700.0:
            np.maximum(e, -700.0, out=e)
        return np.asarray(np.exp(e, out=e))

    def sums(self, rate: Array) -> _Sums:
        """Return the inner products at these rates."""
        e = self.decays(rate)
        we = e if self.shared else self.w * e
        q0, q1, q2 = over_echoes(self.powers, we * self.y)
        s0, s1, s2 = over_echoes(self.powers, we) if self.intercept else (None, None, None)
        p0, p1, p2 = over_echoes(self.powers, np.multiply(we, e, out=e))
        p11 = p02 = p2
        if self.intercept:
            mean, first = s0 / self.total, self.first / self.total
            p11, p02 = p2 - s1 * s1 / self.total, p2 - mean * s2
            p0, p1 = p0 - mean * s0, p1 - mean * s1
            q0, q1, q2 = q0 - first * s0, q1 - first * s1, q2 - first * s2
        return _Sums(np.maximum(p0, TINY), p1, p11, p02, q0, q1, q2)


def _outcome(problem: _Problem, rate: Array, scale: Array, found: Array) -> Array:
    """Fill in what `_solve` returns, and return which share of the sum of squares the fit holds."""
    e, sums = problem.decays(rate), problem.sums(rate)
    w, y, mean, size = problem.w, problem.y, problem.first / problem.total, scale**2
    # Where the curve is all but gone the projection is arbitrary; the limit keeps its square finite.
    amplitude = np.clip(sums.q0 / sums.p0, -LARGEST_GAIN, LARGEST_GAIN)
    offset = np.zeros_like(rate)
    if problem.intercept:
        offset = mean - amplitude * (w * e).sum(axis=0) / problem.total
    rest = np.multiply(amplitude, e, out=e)
    np.subtract(y, rest, out=rest)
    if problem.intercept:
        rest -= offset
    rss = _square_sum(w, rest)
    variation = _square_sum(w, np.subtract(y, mean, out=rest))
    information = amplitude**2 * np.maximum(sums.p11 - sums.p1**2 / sums.p0, 0.0)
    found[:] = rate, amplitude * scale, offset * scale, rss * size, information * size, variation * size
    left = variation if problem.intercept else variation + mean * problem.first
    return 1.0 - rss / np.maximum(left, TINY)


def _square_sum(weights: Array, rest: Array) -> Array:
    """Return Σ weights·rest² over the echoes; `rest` is worked in."""
    np.multiply(rest, rest, out=rest)
    rest *= weights
    return np.asarray(rest.sum(axis=0))


def _quick_start(problem: _Problem, train: Train) -> Array:
    """Return a rate from neighbouring echoes: ΣS·S₊/ΣS² = exp(−R·step), or (S²first − S²last) / 2∫S² dt."""
    y, w = problem.y, problem.w[1:]
    if train.step > 0.0:
        above, below = np.sum(w * y[:-1] * y[1:], axis=0), np.sum(w * y[:-1] ** 2, axis=0)
        part = above / np.maximum(below, TINY)
        rate = -np.log(np.maximum(part, TINY)) / train.step
    else:
        square, kept = y**2, w > 0
        above = np.sum(kept * (square[:-1] - square[1:]), axis=0)
        below = np.sum(kept * np.diff(train.tau)[:, None] * (square[:-1] + square[1:]), axis=0)
        rate = above / np.maximum(below, TINY)
    return np.clip(rate, train.grid[0], train.grid[-1])


def _bracket(problem: _Problem, grid: Array) -> tuple[Array, Array, Array]:
    """Return where to start and between which rates the minimum lies.

    Only positive amplitudes count: a rising signal fits a negative one, which is no decay.
    """
    basis, w, y = np.exp(-np.outer(grid, problem.tau)), problem.w, problem.y
    gained = over_echoes(basis * w[:, 0], y) if problem.shared else over_echoes(basis, w * y)
    size = over_echoes(basis**2, w)
    if problem.intercept:
        shift = over_echoes(basis, w)
        gained -= shift * (problem.first / problem.total)
        size -= shift**2 / problem.total
    np.maximum(gained, 0.0, out=gained)
    explained = np.multiply(gained, gained, out=gained)
    explained /= np.maximum(size, TINY)
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


def _polish(problem: _Problem, state: Array, least: float) -> None:
    """Take Newton steps until every voxel has arrived: first piece by piece, then those that are left."""
    looked, going = np.zeros(state.shape[1], dtype=np.bool_), None
    while going is None or going.size:
        late = [np.arange(0)]
        for here in pieces(state.shape[1] if going is None else going.size):
            rows = here if going is None else going[here]
            own, seen = state[:, rows], looked[rows]
            moving = _newton(problem.part(rows), own, seen, least)
            if going is None:
                late.append(here.start + moving)
            else:
                state[:, rows], looked[rows] = own, seen
                late.append(rows[moving])
        going = np.concatenate(late)


def _newton(problem: _Problem, state: Array, looked: NDArray[np.bool_], least: float) -> NDArray[np.intp]:
    """Polish rates where the profiled gradient Σ w t e (S − A e) crosses zero, inside their brackets.

    Goes on while most of these voxels move, and returns which still do. No voxel influences another.

    Parameters
    ----------
    state : ndarray, shape (4, voxel)
        Rate, bracket, steps left.
    looked : ndarray of bool, shape (voxel,)
        Whether an end of the bracket was tried.
    least : float
        Relative size of the last step.
    """
    rate, low, high, left = state
    moving = np.ones(len(rate), dtype=np.bool_)
    while True:
        sums = problem.sums(rate)
        # Where next to nothing is left of a curve the step may overflow; then the bracket is halved.
        with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
            inverse = 1.0 / sums.p0
            a, part = sums.q0 * inverse, sums.p1 * inverse
            gradient = sums.q1 - a * sums.p1
            gauss = a * (sums.p11 - sums.p1 * part)
            full = part * (sums.q1 - 2 * a * sums.p1) + a * (sums.p11 + sums.p02) - sums.q2
            curved = full > LEAST_CURVATURE * gauss
            step = rate - gradient / np.where(curved, full, gauss)
        # The gradient is negative below the minimum (A > 0): it tightens the bracket.
        below = gradient < 0
        bottom, top = np.where(below, rate, low), np.where(below, high, rate)
        inside = (step >= bottom) & (step <= top)
        # The first step that leaves the bracket goes to its end: the minimum may lie there.
        end = np.where(looked, 0.5 * (bottom + top), np.where(below, top, bottom))
        following = np.where(inside, step, end)
        looked |= moving & ~inside
        left -= moving
        far = np.abs(following - rate) > np.where(curved, least, STEP_TOLERANCE**2) * rate
        wide = top - bottom >= BRACKET_TOLERANCE * rate
        for own, new in ((low, bottom), (high, top), (rate, following)):
            np.copyto(own, new, where=moving)
        moving &= (~inside | far) & wide & (left > 0)
        if 2 * np.count_nonzero(moving) <= len(moving):
            return np.flatnonzero(moving)


def noise_free_weights(square: Array) -> Array:
    """Return 1/S², the weights of squared magnitudes well above the noise, limited where S vanishes."""
    return np.asarray(1.0 / np.maximum(square, LEAST_SHARE * np.max(square, axis=0) + TINY))
