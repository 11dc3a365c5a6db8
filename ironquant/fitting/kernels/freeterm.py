"""Compiled twin of `secondmoment.free_term` and `tested_term`: decay of S² beside a constant, reweighted."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ironquant.fitting.kernels.lanes import APART, compiled
from ironquant.fitting.kernels.passes import (
    CONSTANT,
    FIT_ROWS,
    FITTED,
    FOLLOW,
    QUICK,
    SEARCH,
    SPREAD,
    SQUARE,
    Clock,
    clock_of,
    settle,
)
from ironquant.fitting.kernels.tile import AMPLITUDE, CLEAR, INFORMATION, RATE, RSS, SCALE
from ironquant.fitting.modelfit import Array
from ironquant.fitting.projection import NEAR_EXPLAINED, WELL_EXPLAINED
from ironquant.fitting.secondmoment import ROUND_TOLERANCE, WEIGHT_ROUNDS
from ironquant.fitting.train import Train

CHUNK = 6144
"""Voxels whose fits stay in the cache."""
FIRST_STEPS, NEXT_STEPS = 4, 3
"""Newton steps with the constant that most voxels need: from a search, from the fit of the round before."""
PLAIN_STEPS = 1
"""Without it, after single precision."""
TEST_TOLERANCE, TOLERANCE = 1e-5, 1e-7
"""Of the last (relative) step of the test and of the last round: what is left is about its square."""
ROWS = 7
"""Of a result: rate, amplitude at the first echo, constant, weighted residual sum, information,
residual sum without the constant; 1 where the fit failed."""


@compiled
def _without(
    curves: NDArray[np.floating],
    source: NDArray[np.intp],
    order: NDArray[np.intp],
    turn: int,
    by: Array,
    search: bool,
    limit: float,
    clock: Clock,
    fit: Array,
) -> None:
    """Fit without a constant; `search` where a near miss would decide whether one is needed."""
    weights = FITTED if turn else SQUARE
    if search:
        begin_at, steps, share = SEARCH, FIRST_STEPS, -1.0
    elif turn:
        begin_at, steps, share = FOLLOW, NEXT_STEPS, NEAR_EXPLAINED
    else:
        begin_at, steps, share = QUICK, PLAIN_STEPS, WELL_EXPLAINED
    settle(curves, source, order, weights, by, False, begin_at, steps, limit, share, clock, fit)


@compiled
def fit_term(
    curves: NDArray[np.floating],
    source: NDArray[np.intp],
    order: NDArray[np.intp],
    compare: bool,
    clock: Clock,
    fit: Array,
    other: Array,
    by: Array,
) -> None:
    """Fit S² = A²·exp(−2R·t) + C with C ≥ 0; the clock runs twice as fast.

    `fit` holds the fit; `other` the one without C, of those that need none or, to `compare`, of all;
    `by` those that the last weights followed. Who is not clear in `fit` has failed.
    """
    chosen, rates = np.empty(len(order), np.intp), np.empty(fit.shape[1])
    fit[CLEAR] = 1.0
    other[CLEAR] = 1.0
    for turn in range(WEIGHT_ROUNDS + 1):
        last = turn == WEIGHT_ROUNDS
        limit = TOLERANCE if last else ROUND_TOLERANCE
        weights = FITTED if turn else SQUARE
        if turn:
            for voxel in order:
                by[RATE, voxel] = fit[RATE, voxel]
                by[AMPLITUDE, voxel] = fit[AMPLITUDE, voxel]
                by[CONSTANT, voxel] = fit[CONSTANT, voxel]
                fit[RATE, voxel] = rates[voxel]
        begin_at = FOLLOW if turn else SEARCH
        steps = NEXT_STEPS if turn else FIRST_STEPS
        share = NEAR_EXPLAINED if turn else -1.0
        settle(curves, source, order, weights, by, True, begin_at, steps, limit, share, clock, fit)
        count = 0
        for voxel in order:
            rates[voxel] = fit[RATE, voxel]
            chosen[count] = voxel
            needed = fit[CONSTANT, voxel] > 0.0
            other[RATE, voxel] = fit[RATE, voxel] if needed else other[RATE, voxel]
            count += 0 if needed else 1
        without = chosen[:count]
        _without(curves, source, without, turn, by, last and compare, limit, clock, other)
        for voxel in without:
            for k in (RATE, AMPLITUDE, RSS, INFORMATION):
                fit[k, voxel] = other[k, voxel]
            fit[CONSTANT, voxel] = 0.0
            fit[CLEAR, voxel] = min(fit[CLEAR, voxel], other[CLEAR, voxel])
    if compare:
        count = 0
        for voxel in order:
            chosen[count] = voxel
            count += 1 if fit[CONSTANT, voxel] > 0.0 else 0
        # Of these the residual is all that counts.
        _without(curves, source, chosen[:count], WEIGHT_ROUNDS, by, True, ROUND_TOLERANCE, clock, other)
        for voxel in chosen[:count]:
            fit[CLEAR, voxel] = min(fit[CLEAR, voxel], other[CLEAR, voxel])


@compiled
def _fit(curves: Array, compare: bool, clock: Clock, result: Array) -> None:
    """Go through the voxels in chunks; shapes: curves (voxel, echo), result (ROWS, voxel)."""
    # No more than is needed: a region is one curve, and waits for every fresh page of memory.
    shape = FIT_ROWS, min(CHUNK, len(curves)) + APART
    fit, other, by = np.ones(shape), np.ones(shape), np.ones(shape)
    for begin in range(0, len(curves), CHUNK):
        m = min(CHUNK, len(curves) - begin)
        source = np.arange(begin, begin + m)
        fit_term(curves, source, np.arange(m), compare, clock, fit, other, by)
        for voxel in range(m):
            size = fit[SCALE, voxel] ** 2
            at = begin + voxel
            result[0, at] = fit[RATE, voxel]
            result[1, at] = fit[AMPLITUDE, voxel] * size
            result[2, at] = fit[CONSTANT, voxel] * size
            # The weights are in units of 1 / size.
            result[3, at] = fit[RSS, voxel] * size
            result[4, at] = fit[INFORMATION, voxel] * size
            result[5, at] = other[RSS, voxel] * size
            result[6, at] = 1.0 - fit[CLEAR, voxel]


def solve(curves: Array, compare: bool, train: Train) -> tuple[tuple[Array, ...], Array, NDArray[np.intp]]:
    """Return what `projection.solve` returns for S² (no variation), the residual sum without C, who failed.

    Parameters
    ----------
    curves : ndarray, shape (echo, voxel)
        S.
    train : Train
        Of the doubled echo times.
    """
    result = np.empty((ROWS, curves.shape[1]))
    _fit(np.ascontiguousarray(curves.T), compare, clock_of(train), result)
    rate, amplitude, offset, rss, information, without, failed = result
    found = rate, amplitude, offset, rss, information, np.zeros_like(rate)
    return found, without, np.flatnonzero(failed > 0.0)


@compiled
def _test(curves: Array, clock: Clock, result: Array) -> None:
    """Go through the voxels in chunks; shapes: curves (voxel, echo), result (3, voxel)."""
    shape = FIT_ROWS, min(CHUNK, len(curves)) + APART
    fit, by, chosen = np.ones(shape), np.ones(shape), np.empty(shape[1], np.intp)
    for begin in range(0, len(curves), CHUNK):
        m = min(CHUNK, len(curves) - begin)
        source, order = np.arange(begin, begin + m), np.arange(m)
        fit[CLEAR] = 1.0
        settle(
            curves, source, order, SQUARE, by, True, SEARCH, FIRST_STEPS, ROUND_TOLERANCE, -1.0, clock, fit
        )
        count = 0
        for voxel in range(m):
            by[RATE, voxel] = fit[RATE, voxel]
            by[AMPLITUDE, voxel] = fit[AMPLITUDE, voxel]
            by[CONSTANT, voxel] = fit[CONSTANT, voxel]
            chosen[count] = voxel
            count += 1 if fit[CONSTANT, voxel] > 0.0 else 0
            result[0, begin + voxel] = 0.0
            result[1, begin + voxel] = 0.0
        asked = chosen[:count]
        share = NEAR_EXPLAINED
        settle(curves, source, asked, FITTED, by, True, FOLLOW, NEXT_STEPS, TEST_TOLERANCE, share, clock, fit)
        for voxel in asked:
            constant = fit[CONSTANT, voxel]
            # The weights are in units of 1 / size.
            result[0, begin + voxel] = constant * fit[SCALE, voxel] ** 2
            result[1, begin + voxel] = constant * constant / (fit[SPREAD, voxel] * fit[RSS, voxel])
        for voxel in range(m):
            result[2, begin + voxel] = 1.0 - fit[CLEAR, voxel]


def test_term(curves: Array, train: Train) -> tuple[Array, Array, NDArray[np.intp]]:
    """Return what `secondmoment.tested_term` returns, and who failed.

    Parameters
    ----------
    curves : ndarray, shape (echo, voxel)
        S.
    train : Train
        Of the doubled echo times.
    """
    result = np.empty((3, curves.shape[1]))
    _test(np.ascontiguousarray(curves.T), clock_of(train), result)
    return result[0], result[1], np.flatnonzero(result[2] > 0.0)
