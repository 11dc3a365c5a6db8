"""Variable projection with NumPy, for S = A·exp(−R·t) (+ C): many voxels at once, any times, any weights.

Amplitude and offset are projected out; what remains is one equation in R per voxel. A quick start, or
a coarse grid that brackets the global minimum, is polished by Newton steps on the profiled gradient
(kept inside the bracket). No voxel influences another, so order and block size do not change a result.

The compiled code in `kernels` follows the same steps.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ironquant.fitting.innerproducts import TINY, ScaledCurves, limited_weights, over_echoes
from ironquant.fitting.modelfit import Array
from ironquant.fitting.pieces import pieces
from ironquant.fitting.train import GRID_RATIO, Train

NEWTON_STEPS = 44
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
RATE, AMPLITUDE = 0, 1
LOW, HIGH, LEFT = 1, 2, 3
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
    searched = search or (intercept and near is None)
    problem, scale = ScaledCurves.of(curves, weights, train.tau, intercept)
    course = _Course.begun(problem, train, near, searched)
    _polish(problem, course.state, tolerance)
    found = _outcomes(problem, course, train, tolerance, final=searched)
    size = scale**2
    for row, factor in zip(found[AMPLITUDE:], (scale, scale, size, size, size), strict=True):
        row *= factor
    return tuple(found)


def start(curves: Array, train: Train, tolerance: float) -> tuple[Array, Array]:
    """Return rate and amplitude at tau = 0 of a fit without weights: where another fit begins."""
    problem, scale = ScaledCurves.of(curves, np.ones((len(curves), 1)), train.tau)
    course, amplitude = _Course.begun(problem, train), np.empty(len(scale))
    _polish(problem, course.state, tolerance)
    for here in pieces(len(scale)):
        amplitude[here] = _settled(problem, course, here, train, tolerance)[0]
    return course.rate, amplitude * scale


def solve_reweighted(
    curves: Array, train: Train, floor: float, least_share: float, rounds: int, tolerance: float
) -> tuple[Array, ...]:
    """Fit without weights, then with 1/(A·exp(−R·tau) + floor) of the fit before.

    Parameters
    ----------
    floor : float
        In the units of the curves.
    least_share : float
        Weights are limited as if this share of the largest value were expected.
    rounds : int
        With weights.
    tolerance : float
        Of a fit from which only weights follow.

    Returns
    -------
    tuple of ndarray
        What `solve` returns.
    """
    problem, scale = ScaledCurves.of(curves, np.ones((len(curves), 1)), train.tau)
    course = _Course.begun(problem, train)
    for _ in range(rounds):
        _polish(problem, course.state, tolerance)
        weights = np.empty(curves.shape)
        for here in pieces(len(scale)):
            amplitude, expected = _settled(problem, course, here, train, tolerance)
            expected *= np.maximum(amplitude, 0.0)
            weights[:, here] = limited_weights(expected, floor / scale[here], least_share)
        problem = problem.with_weights(weights)
        course = _Course.begun(problem, train, course.rate)
    _polish(problem, course.state, STEP_TOLERANCE)
    found = _outcomes(problem, course, train, STEP_TOLERANCE)
    # The weights are in units of 1 / scale.
    for row in found[AMPLITUDE:]:
        row *= scale
    return tuple(found)


@dataclass(frozen=True, eq=False)
class _Course:
    """How far fits are: rate, bracket and steps left, shape (4, voxel).

    With it where their brackets were, shape (voxel,), and what share of a curve tells a good start.
    """

    state: Array
    low: Array
    high: Array
    explained: float

    @classmethod
    def begun(
        cls, problem: ScaledCurves, train: Train, near: Array | None = None, searched: bool = False
    ) -> _Course:
        """Begin near rates, by a search, or with a quick start."""
        grid, state = train.grid, np.empty((4, problem.y.shape[1]))
        state[LEFT] = NEWTON_STEPS
        for here in pieces(state.shape[1]):
            rate, low, high, _ = state[:, here]
            if searched:
                rate[:], low[:], high[:] = _bracket(problem.part(here), grid)
                continue
            begin = _quick_start(problem.part(here), train) if near is None else near[here]
            np.clip(begin, grid[0], grid[-1], out=rate)
            np.maximum(rate / GRID_RATIO, grid[0], out=low)
            np.minimum(rate * GRID_RATIO, grid[-1], out=high)
        explained = WELL_EXPLAINED if near is None else NEAR_EXPLAINED
        return cls(state, state[LOW].copy(), state[HIGH].copy(), explained)

    @property
    def rate(self) -> Array:
        """Shape (voxel,)."""
        return np.asarray(self.state[RATE])

    def trusted(self, here: slice, amplitude: Array, share: Array) -> NDArray[np.bool_]:
        """Whether fits that hold this share of their curves can have missed no minimum."""
        rate = self.rate[here]
        inside = (rate > self.low[here] * (1 + EDGE)) & (rate < self.high[here] * (1 - EDGE))
        return np.asarray(inside & (share > self.explained) & (amplitude > 0))


def _settled(
    problem: ScaledCurves, course: _Course, here: slice, train: Train, tolerance: float
) -> tuple[Array, Array]:
    """Search, where fits that were polished are not to be trusted; return amplitude and exp(−R·t)."""
    part, rate = problem.part(here), course.rate[here]
    amplitude, share, e = part.projected(rate)
    lost = np.flatnonzero(~course.trusted(here, amplitude, share))
    if lost.size:
        own = part.part(lost)
        rate[lost] = again = _searched(own, train, tolerance)
        amplitude[lost], _, e[:, lost] = own.projected(again)
    return amplitude, e


def _searched(problem: ScaledCurves, train: Train, tolerance: float) -> Array:
    """Return the rates that a search finds."""
    course = _Course.begun(problem, train, searched=True)
    _polish(problem, course.state, tolerance)
    return course.rate


def _outcomes(
    problem: ScaledCurves, course: _Course, train: Train, tolerance: float, *, final: bool = False
) -> Array:
    """Return what `solve` returns, for curves of unit size; search who is not trusted, unless `final`."""
    found = np.empty((6, len(course.rate)))
    for here in pieces(len(course.rate)):
        part, own = problem.part(here), found[:, here]
        share = _outcome(part, course.rate[here], own)
        lost = np.flatnonzero(~course.trusted(here, own[AMPLITUDE], share))
        if lost.size and not final:
            part, again = part.part(lost), np.empty((6, lost.size))
            _outcome(part, _searched(part, train, tolerance), again)
            own[:, lost] = again
    return found


def _outcome(problem: ScaledCurves, rate: Array, found: Array) -> Array:
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


def _quick_start(problem: ScaledCurves, train: Train) -> Array:
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


def _bracket(problem: ScaledCurves, grid: Array) -> tuple[Array, Array, Array]:
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


def _polish(problem: ScaledCurves, state: Array, least: float) -> None:
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


def _newton(problem: ScaledCurves, state: Array, looked: NDArray[np.bool_], least: float) -> NDArray[np.intp]:
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
            shift = a * sums.p1
            gradient = sums.q1 - shift
            gauss = a * (sums.p11 - sums.p1 * part)
            full = part * (gradient - shift) + a * (sums.p11 + sums.p02) - sums.q2
            curved = full > LEAST_CURVATURE * gauss
            following = rate - gradient / np.where(curved, full, gauss)
        # The gradient is negative below the minimum (A > 0): it tightens the bracket.
        below = gradient < 0
        np.copyto(low, rate, where=below & moving)
        np.copyto(high, rate, where=moving > below)
        inside = (following >= low) & (following <= high)
        outside = np.flatnonzero(moving > inside)
        if outside.size:
            # The first step that leaves the bracket goes to its end: the minimum may lie there.
            bottom, top = low[outside], high[outside]
            end = np.where(below[outside], top, bottom)
            following[outside] = np.where(looked[outside], 0.5 * (bottom + top), end)
            looked[outside] = True
        left -= moving
        allowed = least if curved.all() else np.where(curved, least, STEP_TOLERANCE**2)
        moves = np.abs(following - rate) > allowed * rate
        moves |= ~inside
        moves &= high - low >= BRACKET_TOLERANCE * rate
        moves &= left > 0
        np.copyto(rate, following, where=moving)
        moving &= moves
        if 2 * np.count_nonzero(moving) <= len(moving):
            return np.flatnonzero(moving)
