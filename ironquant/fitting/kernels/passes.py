"""Passes over a list of voxels, from rows of echoes: a decay with or without a constant, of S or S².

A pass fits what is listed and says how far it came; who is not done is listed for the next, more
thorough pass. So every voxel gets the work that it needs, 128 of a kind side by side.

Arrays as in `lanes.py`. Curves are scaled to a largest echo of 1; so are the numbers of a `fit`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ironquant.fitting.kernels.lanes import LANES, compiled, decays
from ironquant.fitting.kernels.rough import Tile, approach, start
from ironquant.fitting.kernels.squares import reweigh
from ironquant.fitting.kernels.steps import bracket, centre, moments, newton, outcome, spread
from ironquant.fitting.kernels.tile import (
    AMPLITUDE,
    CLEAR,
    INFORMATION,
    RATE,
    RSS,
    SCALE,
    STATE_ROWS,
    VARIED,
    load_rows,
    scale_rows,
)
from ironquant.fitting.modelfit import Array
from ironquant.fitting.solver import LEAST_SHARE
from ironquant.fitting.train import GRID_RATIO, Train

CONSTANT, CHANGE, LOW, HIGH, SHARE, SPREAD = range(STATE_ROWS, STATE_ROWS + 6)
"""Further rows of a fit: the constant; relative size of the last step, and the ends of the bracket; share
of the curve that is explained; variance of the constant for unit residuals."""
FIT_ROWS = STATE_ROWS + 6
QUICK, SEARCH, FOLLOW, GO_ON = 0, 1, 2, 3
"""Where a pass starts: at a rate from neighbouring echoes, after a search, at the rate of the fit, or there
and in its bracket."""
EVEN, SQUARE, FITTED = 0, 1, 2
"""Weights: all 1, of S; or, of S², 1/S², or those that a fit asks for."""
ROUGH_STEPS = 6
MORE_STEPS = ((GO_ON, 4), (SEARCH, 8), (GO_ON, 16))
"""Exact steps of who did not arrive: further ones, then from a search and on."""
SIGN = 4.0
"""A constant is negative for certain if it stays so when it rises by this many times the amplitude
times the uncertainty of the rate, to which slow decays change both in proportion."""


class Clock(NamedTuple):
    """A train of echoes, also in single precision and in units of its step."""

    tau: Array
    step: float
    grid: Array
    basis: Array
    unit: float
    rough_tau: Tile


def clock_of(train: Train) -> Clock:
    """Return a train as the passes want it."""
    unit = train.step if train.step > 0.0 else 1.0
    return Clock(
        train.padded, train.step, train.grid, train.basis, unit, (train.padded / unit).astype(np.float32)
    )


@compiled
def _first_weights(y: Array, w: Array) -> None:
    """W = 1/S², limited where S vanishes."""
    for i in range(y.shape[0]):
        for lane in range(LANES):
            w[i, lane] = 1.0 / (y[i, lane] if y[i, lane] > LEAST_SHARE else LEAST_SHARE)


@compiled
def _weigh(y: Array, w: Array, wy: Array, whole: Array, total: Array, first: Array) -> None:
    """Whole = Σ w·y², total = Σ w, first = Σ w·y."""
    for lane in range(LANES):
        whole[lane] = 0.0
        total[lane] = 0.0
        first[lane] = 0.0
    for i in range(y.shape[0]):
        for lane in range(LANES):
            weighted = w[i, lane] * y[i, lane]
            wy[i, lane] = weighted
            whole[lane] += weighted * y[i, lane]
            total[lane] += w[i, lane]
            first[lane] += weighted


@compiled
def _around(rate: Array, grid: Array, low: Array, high: Array) -> None:
    """Expect the minimum near a rate, as near as points of the grid are."""
    for lane in range(LANES):
        at = min(max(rate[lane], grid[0]), grid[-1])
        rate[lane] = at
        low[lane] = max(at / GRID_RATIO, grid[0])
        high[lane] = min(at * GRID_RATIO, grid[-1])


@compiled
def fit_pass(
    curves: NDArray[np.floating],
    source: NDArray[np.intp],
    order: NDArray[np.intp],
    weights: int,
    by: Array,
    constant: bool,
    begin_at: int,
    steps: int,
    clock: Clock,
    fit: Array,
) -> None:
    """Fit the voxels in `order`, and write their columns of `fit`; who is not clear stays so.

    `by` is the fit that `FITTED` weights follow. A quick start is followed by steps in single precision.
    Shapes: curves (row, echo), source (voxel,), by and fit (FIT_ROWS, voxel).
    """
    tau, spacing, grid, basis, unit, rough_tau = clock
    n, padded = curves.shape[1], len(tau)
    raw = np.zeros((n, LANES), curves.dtype)
    y, w, wy = np.zeros((padded, LANES)), np.zeros((padded, LANES)), np.zeros((padded, LANES))
    e, other = np.zeros((padded, LANES)), np.zeros((padded, LANES))
    p, q, s = np.zeros(3 * LANES), np.zeros(3 * LANES), np.zeros(3 * LANES)
    curve, work, out = np.zeros(2 * LANES), np.zeros((16, LANES)), np.zeros(6 * LANES)
    scale, clear, rate, half = np.ones(LANES), np.ones(LANES), np.ones(LANES), np.ones(LANES)
    low, high, change, moved = np.ones(LANES), np.ones(LANES), np.ones(LANES), np.zeros(LANES)
    whole, total, first, amplitude = np.ones(LANES), np.ones(LANES), np.ones(LANES), np.ones(LANES)
    fixed, basis_square = np.zeros((len(grid), 2)), basis**2
    rw, rwy = np.zeros((padded, LANES), np.float32), np.zeros((padded, LANES), np.float32)
    re, rsquare = np.zeros((padded, LANES), np.float32), np.zeros((padded, LANES), np.float32)
    rp, rq = np.zeros(3 * LANES, np.float32), np.zeros(3 * LANES, np.float32)
    rwork, bits = np.zeros(LANES, np.float32), np.zeros(LANES, np.int32)
    rrate = np.zeros(LANES, np.float32)
    lowest, highest = np.float32(grid[0] * unit), np.float32(grid[-1] * unit)
    for g in range(len(grid)):
        for i in range(n):
            fixed[g, 0] += basis_square[g, i]
            fixed[g, 1] += basis[g, i]
    for begin in range(0, len(order), LANES):
        m = min(LANES, len(order) - begin)
        load_rows(curves, source, order, begin, raw)
        scale_rows(raw, scale, work[0], clear)
        for i in range(n):
            for lane in range(LANES):
                y[i, lane] = raw[i, lane] * work[0, lane]
        if weights == EVEN:
            w[:n] = 1.0
        else:
            for i in range(n):
                for lane in range(LANES):
                    y[i, lane] *= y[i, lane]
            if weights == SQUARE:
                _first_weights(y[:n], w[:n])
            else:
                for lane in range(LANES):
                    voxel = order[begin + min(lane, m - 1)]
                    rate[lane] = by[RATE, voxel]
                    amplitude[lane] = by[AMPLITUDE, voxel]
                    half[lane] = 0.5 * by[CONSTANT, voxel]
                decays(tau[:n], spacing, rate, work[0], e[:n])
                reweigh(y[:n], e[:n], amplitude, half, LEAST_SHARE, w[:n], wy[:n])
        _weigh(y[:n], w[:n], wy[:n], whole, total, first)
        if begin_at == SEARCH:
            found = rate, low, high
            bracket(
                w,
                wy,
                weights == EVEN,
                basis,
                basis_square,
                fixed,
                grid,
                constant,
                total,
                first,
                work,
                *found,
            )
        elif begin_at == FOLLOW:
            for lane in range(LANES):
                rate[lane] = fit[RATE, order[begin + min(lane, m - 1)]]
            _around(rate, grid, low, high)
        elif begin_at == GO_ON:
            for lane in range(LANES):
                voxel = order[begin + min(lane, m - 1)]
                rate[lane] = fit[RATE, voxel]
                low[lane] = fit[LOW, voxel]
                high[lane] = fit[HIGH, voxel]
        else:
            for i in range(n):
                for lane in range(LANES):
                    rw[i, lane] = w[i, lane]
                    rwy[i, lane] = wy[i, lane]
                    re[i, lane] = y[i, lane]
            start(re[:n], rw[:n], rough_tau, spacing > 0.0, rrate, rp[:LANES], rq[:LANES])
            approach(
                rw,
                rwy,
                rough_tau,
                spacing > 0.0,
                ROUGH_STEPS,
                lowest,
                highest,
                rrate,
                bits,
                rwork,
                re,
                rsquare,
                rp,
                rq,
            )
            for lane in range(LANES):
                rate[lane] = rrate[lane] / unit
                low[lane] = grid[0]
                high[lane] = grid[-1]
        for _ in range(steps):
            moments(w, wy, tau, spacing, rate, constant, work[0], e, other, p, q, s)
            if constant:
                centre(total, first, p, q, s, curve)
            else:
                for lane in range(LANES):
                    curve[lane] = p[2 * LANES + lane]
                    curve[LANES + lane] = p[2 * LANES + lane]
            newton(p, q, curve, rate, low, high, change, moved)
        outcome(p, q, curve, moved, out)
        for lane in range(LANES):
            varied = whole[lane] - first[lane] * first[lane] / total[lane]
            left = varied if constant else whole[lane]
            # The sum of the decay, taken along with the last step.
            sum_e = s[lane] - s[LANES + lane] * moved[lane]
            offset = (first[lane] - out[LANES + lane] * sum_e) / total[lane]
            work[0, lane] = out[2 * LANES + lane] / left
            left -= out[2 * LANES + lane]
            work[1, lane] = left if left > 0.0 else 0.0
            work[2, lane] = offset if constant else 0.0
            work[3, lane] = varied if varied > 0.0 else 0.0
        if constant:
            spread(total, p, s, curve, work[4])
        for lane in range(m):
            voxel = order[begin + lane]
            fit[RATE, voxel] = rate[lane]
            fit[AMPLITUDE, voxel] = out[LANES + lane]
            fit[SCALE, voxel] = scale[lane]
            fit[RSS, voxel] = work[1, lane]
            fit[VARIED, voxel] = work[3, lane]
            fit[INFORMATION, voxel] = out[3 * LANES + lane]
            fit[CLEAR, voxel] = min(fit[CLEAR, voxel], clear[lane])
            fit[CONSTANT, voxel] = work[2, lane]
            fit[CHANGE, voxel] = change[lane]
            fit[LOW, voxel] = low[lane]
            fit[HIGH, voxel] = high[lane]
            fit[SHARE, voxel] = work[0, lane]
            fit[SPREAD, voxel] = work[4, lane]


@compiled
def _late(
    order: NDArray[np.intp], constant: bool, limit: float, share: float, fit: Array, late: NDArray[np.intp]
) -> int:
    """List who did not arrive, and return how many."""
    count = 0
    for voxel in order:
        amplitude, change = fit[AMPLITUDE, voxel], fit[CHANGE, voxel]
        width = (fit[HIGH, voxel] - fit[LOW, voxel]) / fit[RATE, voxel]
        known = change if change < width else width  # a NaN is not known
        negative = constant & (known < 0.1) & (fit[CONSTANT, voxel] + SIGN * known * amplitude < 0.0)
        arrived = (known <= limit) | negative
        late[count] = voxel
        count += 0 if arrived & (fit[SHARE, voxel] > share) & (amplitude > 0.0) else 1
    return count


@compiled
def settle(
    curves: NDArray[np.floating],
    source: NDArray[np.intp],
    order: NDArray[np.intp],
    weights: int,
    by: Array,
    constant: bool,
    begin_at: int,
    steps: int,
    limit: float,
    share: float,
    clock: Clock,
    fit: Array,
) -> None:
    """Fit the voxels in `order`; who did not arrive goes on, then searches again; else it is not clear.

    Arrived is whose last step was at most `limit` or whose constant is negative for certain, and, after
    no search, who explains more than `share` of the curve.
    """
    fit_pass(curves, source, order, weights, by, constant, begin_at, steps, clock, fit)
    late = np.empty(len(order), np.intp)
    enough, count = share, _late(order, constant, limit, share, fit, late)
    for onwards, more in MORE_STEPS:
        if count > 0:
            fit_pass(curves, source, late[:count], weights, by, constant, onwards, more, clock, fit)
            enough = enough if onwards == GO_ON else -1.0
            count = _late(late[:count], constant, limit, enough, fit, late)
    for voxel in late[:count]:
        fit[CLEAR, voxel] = 0.0
