"""Variable projection with NumPy, for S = A·exp(−R·t) (+ C): many voxels at once, any times, any weights.

Amplitude and offset are projected out; what remains is one equation in R per voxel. A quick start, or
a coarse grid that brackets the global minimum, is polished by Newton steps on the profiled gradient
(kept inside the bracket). No voxel influences another, so order and block size do not change a result.

The compiled code in `kernels` follows the same steps.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ironquant.fitting.modelfit import Array
from ironquant.fitting.pieces import pieces
from ironquant.fitting.train import GRID_RATIO, Train

NEWTON_STEPS = 44
DEEPEST = -700.0
"""Exponent below which exp is as good as nothing."""
STEP_TOLERANCE = 1e-6
"""A Newton step this small (relative) leaves an error of about its square; a Gauss step does not."""
BRACKET_TOLERANCE = 1e-12
LEAST_CURVATURE = 1e-3
"""Newton where the curvature is at least this share of Gauss's; noise can make it small."""
WELL_EXPLAINED = 0.9
"""A quick start is trusted where the fit holds this share of the sum of squares: two rates that both
do lie so close together that there is no minimum between them."""
NEAR_EXPLAINED = 0.75
"""The same of a start from the fit with other weights: below 0.5 such fits begin to miss the minimum."""
EDGE = 1e-6
LARGEST_GAIN = 1e100
"""Largest amplitude in units of the largest echo."""
TINY = 1e-300
AMPLITUDE, LOW, HIGH, LEFT = 1, 1, 2, 3
"""Rows of what is found, and of the state of a fit."""


def solve(
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
    searched = near is None and not quick
    problem, scale = _Problem.of_scaled(curves, weights, train.tau, intercept)
    state = np.empty((4, len(scale)))
    state[LEFT] = NEWTON_STEPS
    for here in pieces(len(scale)):
        rate, low, high, _ = state[:, here]
        if searched:
            rate[:], low[:], high[:] = _bracket(problem.part(here), grid)
            continue
        start = _quick_start(problem.part(here), train) if near is None else near[here]
        np.clip(start, grid[0], grid[-1], out=rate)
        np.maximum(rate / GRID_RATIO, grid[0], out=low)
        np.minimum(rate * GRID_RATIO, grid[-1], out=high)
    low, high = state[LOW].copy(), state[HIGH].copy()
    _polish(problem, state, tolerance)
    found, trusted = np.empty((6, len(scale))), np.empty(len(scale), dtype=np.bool_)
    for here in pieces(len(scale)):
        rate = state[0, here]
        share = _outcome(problem.part(here), rate, found[:, here])
        trusted[here] = (share > (WELL_EXPLAINED if quick else NEAR_EXPLAINED)) & (found[AMPLITUDE, here] > 0)
        trusted[here] &= (rate > low[here] * (1 + EDGE)) & (rate < high[here] * (1 - EDGE))
    size = scale**2
    for row, factor in zip(found[AMPLITUDE:], (scale, scale, size, size, size), strict=True):
        row *= factor
    lost = np.flatnonzero(~trusted)
    if lost.size and not searched:
        own = np.take(curves, lost, axis=1), columns_of(weights, lost)
        found[:, lost] = solve(*own, train, intercept, tolerance, search=True)
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
    """Curves of unit size, weights and times, and their inner products with exp(−R·t).

    With a constant these are centred. `w` has shape (echo, voxel) or, where voxels share them, (echo, 1),
    `total` = Σ w and `first` = Σ w·y that of a voxel. `powers` are t⁰, t¹ and t²; shared weights are taken
    along in them.
    """

    y: Array
    w: Array
    tau: Array
    shared: bool
    intercept: bool
    total: Array
    first: Array
    powers: Array

    @classmethod
    def of_scaled(cls, curves: Array, weights: Array, tau: Array, intercept: bool) -> tuple[_Problem, Array]:
        """Scale each curve to unit size: no overflow for any input, and A scales exactly with the signal."""
        y, scale, shared = np.empty(curves.shape), np.empty(curves.shape[1]), weights.shape[1] == 1
        for here in pieces(len(scale)):
            given, kept = columns_of(weights, here), curves[:, here]
            if not given.min(initial=1.0) > 0:
                kept = kept * (given > 0)
            size = np.maximum(kept.max(axis=0, initial=0.0), -kept.min(axis=0, initial=0.0))
            scale[here] = np.where(size > 0, size, 1.0)
            np.divide(kept, scale[here], out=y[:, here])
        powers = np.stack([np.ones_like(tau), tau, tau**2])
        first = np.einsum("e,ev->v", weights[:, 0], y) if shared else np.einsum("ev,ev->v", weights, y)
        total = np.einsum("ev->v", weights)
        factors = powers * weights[:, 0] if shared else powers
        return cls(y, weights, tau, shared, intercept, total, first, factors), scale

    def part(self, rows: NDArray[np.intp] | slice) -> _Problem:
        """Return the problem of some voxels."""
        y = self.y[:, rows] if isinstance(rows, slice) else np.take(self.y, rows, axis=1)
        w, total = self.w, self.total
        if not self.shared:
            w, total = columns_of(w, rows), total[rows]
        return replace(self, y=y, w=w, total=total, first=self.first[rows])

    def decays(self, rate: Array) -> Array:
        """Return exp(−R·t), shape (echo, voxel)."""
        # In place: fresh arrays cost more than the arithmetic.
        e = -self.tau[:, None] * rate
        if e[-1].min(initial=0.0) < DEEPEST:
            np.maximum(e, DEEPEST, out=e)
        return np.asarray(np.exp(e, out=e))

    def sums(self, e: Array) -> _Sums:
        """Return the inner products for these decays, which are worked in."""
        we = e if self.shared else self.w * e
        q0, q1, q2 = over_echoes(self.powers, we * self.y)
        if not self.intercept:
            p0, p1, p2 = over_echoes(self.powers, np.multiply(we, e, out=e))
            return _Sums(np.maximum(p0, TINY), p1, p2, p2, q0, q1, q2)
        s0, s1, s2 = over_echoes(self.powers, we)
        p0, p1, p2 = over_echoes(self.powers, np.multiply(we, e, out=e))
        mean, first = s0 / self.total, self.first / self.total
        p11, p02 = p2 - s1 * s1 / self.total, p2 - mean * s2
        p0, p1 = np.maximum(p0 - mean * s0, TINY), p1 - mean * s1
        return _Sums(p0, p1, p11, p02, q0 - first * s0, q1 - first * s1, q2 - first * s2)


def _outcome(problem: _Problem, rate: Array, found: Array) -> Array:
    """Fill in what `solve` returns for curves of unit size, and return which share of them the fit holds."""
    e = problem.decays(rate)
    sums = problem.sums(e.copy())
    w, y, mean = problem.w, problem.y, problem.first / problem.total
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
    found[:] = rate, amplitude, offset, rss, information, variation
    left = variation if problem.intercept else variation + mean * problem.first
    return np.asarray(1.0 - rss / np.maximum(left, TINY))


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
        rate = -np.log(np.maximum(above / np.maximum(below, TINY), TINY)) / train.step
    else:
        square, kept = y**2, w > 0
        above = np.sum(kept * (square[:-1] - square[1:]), axis=0)
        below = np.sum(kept * np.diff(problem.tau)[:, None] * (square[:-1] + square[1:]), axis=0)
        rate = above / np.maximum(below, TINY)
    return np.asarray(rate)


def _bracket(problem: _Problem, grid: Array) -> tuple[Array, Array, Array]:
    """Return where to start and between which rates the minimum lies.

    Only positive amplitudes count: a rising signal fits a negative one, which is no decay.
    """
    w, y = problem.w, problem.y
    basis = np.exp(-np.outer(grid, problem.tau))
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
    looked = np.zeros(state.shape[1], dtype=np.bool_)
    late = [np.arange(0)]
    for here in pieces(state.shape[1]):
        moving = _newton(problem.part(here), state[:, here], looked[here], least)
        late.append(here.start + moving)
    while (going := np.concatenate(late)).size:
        late = [np.arange(0)]
        for here in pieces(going.size):
            rows = going[here]
            own, seen = state[:, rows], looked[rows]
            moving = _newton(problem.part(rows), own, seen, least)
            state[:, rows], looked[rows] = own, seen
            late.append(rows[moving])


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
        sums = problem.sums(problem.decays(rate))
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
        inside, following = (step >= bottom) & (step <= top), step
        if not inside.all():
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
