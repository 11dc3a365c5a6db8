"""Compiled twin of `secondmoment.free_term`: decay of S² above a constant, with renewed weights."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ironquant.fitting.kernels.lanes import LANES, compiled, decays
from ironquant.fitting.kernels.squares import reweigh
from ironquant.fitting.kernels.steps import bracket, centre, load, moments, newton, outcome, quick_start
from ironquant.fitting.modelfit import Array
from ironquant.fitting.solver import GRID_RATIO, LEAST_SHARE, NEAR_EXPLAINED, WELL_EXPLAINED, Train

FIRST_STEPS, NEXT_STEPS = 8, 5
"""Newton steps with the constant: from a search, and from the fit of the round before."""
FIRST_PLAIN, NEXT_PLAIN = 8, 4
"""The same without it."""
ROUND_TOLERANCE, TOLERANCE = 1e-4, 1e-6
"""Of the last (relative) step of a round, and of the last round: what is left is about its square."""
ROWS = 7
"""Of a result: rate, amplitude at the first echo, constant, weighted residual sum, information,
residual sum without the constant; 1 where the fit failed."""


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
def _note(change: Array, limit: float, good: Array) -> None:
    """Take down which lanes have not arrived; NaN fails."""
    for lane in range(LANES):
        good[lane] = good[lane] if change[lane] <= limit else 0.0


@compiled
def _around(rate: Array, grid: Array, low: Array, high: Array) -> None:
    """Expect the minimum near a rate, as near as points of the grid are."""
    for lane in range(LANES):
        at = min(max(rate[lane], grid[0]), grid[-1])
        rate[lane] = at
        low[lane] = max(at / GRID_RATIO, grid[0])
        high[lane] = min(at * GRID_RATIO, grid[-1])


@compiled
def _fit(
    square: Array,
    rounds: int,
    compare: bool,
    tau: Array,
    step: float,
    grid: Array,
    basis: Array,
    result: Array,
) -> None:
    """Shapes: square (echo, voxel), tau (padded,), grid (point,), basis (point, padded), result (7, …)."""
    n, count = square.shape
    padded = len(tau)
    y, w, wy = np.zeros((padded, LANES)), np.zeros((padded, LANES)), np.zeros((padded, LANES))
    e, other = np.zeros((padded, LANES)), np.zeros((padded, LANES))
    p, q, s = np.zeros((3, LANES)), np.zeros((3, LANES)), np.zeros((3, LANES))
    curve, work = np.zeros((2, LANES)), np.zeros((16, LANES))
    out, alone = np.zeros((6, LANES)), np.zeros((6, LANES))
    scale, low, high, change = np.ones(LANES), np.ones(LANES), np.ones(LANES), np.ones(LANES)
    rate, single, chosen, amplitude = np.ones(LANES), np.ones(LANES), np.ones(LANES), np.ones(LANES)
    total, first, whole, moved = np.ones(LANES), np.ones(LANES), np.ones(LANES), np.zeros(LANES)
    offset, half, good = np.zeros(LANES), np.zeros(LANES), np.ones(LANES)
    ones, basis_square, fixed = np.ones((n, 1)), basis**2, np.zeros((len(grid), 2))
    for start in range(0, count, LANES):
        m = min(LANES, count - start)
        load(square, ones, start, m, y[:n], w[:n], wy[:n], scale, work[0], whole, total, first)
        _first_weights(y[:n], w[:n])
        _weigh(y[:n], w[:n], wy[:n], whole, total, first)
        for lane in range(LANES):
            good[lane] = 1.0
        followed = False
        for turn in range(rounds + 1):
            limit = TOLERANCE if turn == rounds else ROUND_TOLERANCE
            if turn == 0:
                found = rate, low, high
                bracket(w, wy, False, basis, basis_square, fixed, grid, True, total, first, work, *found)
            else:
                _around(rate, grid, low, high)
            for _ in range(NEXT_STEPS if turn else FIRST_STEPS):
                moments(w, wy, tau, step, rate, True, work[0], e, other, p, q, s)
                centre(total, first, p, q, s, curve)
                newton(p, q, curve, rate, low, high, change, moved)
            outcome(p, q, curve, moved, out)
            _note(change, limit, good)
            negative = 0
            for lane in range(LANES):
                # The sum of the decay, taken along with the last step.
                sum_e = s[0, lane] - s[1, lane] * moved[lane]
                offset[lane] = (first[lane] - out[1, lane] * sum_e) / total[lane]
                left = whole[lane] - first[lane] * first[lane] / total[lane]
                trusted = (out[2, lane] > NEAR_EXPLAINED * left) & (out[1, lane] > 0.0)
                good[lane] = good[lane] if trusted | (turn == 0) else 0.0
                out[4, lane] = left - out[2, lane]
                chosen[lane] = rate[lane]
                amplitude[lane] = out[1, lane]
                negative += 0 if offset[lane] > 0.0 else 1
            last = compare and turn == rounds
            if negative > 0 or last:
                search = last or (turn > 0 and not followed)
                if search:
                    bracket(
                        w,
                        wy,
                        False,
                        basis,
                        basis_square,
                        fixed,
                        grid,
                        False,
                        total,
                        first,
                        work,
                        single,
                        low,
                        high,
                    )
                elif followed:
                    _around(single, grid, low, high)
                else:
                    quick_start(y[:n], w[:n], tau, step, grid, work, single)
                    for lane in range(LANES):
                        low[lane] = grid[0]
                        high[lane] = grid[-1]
                for _ in range(NEXT_PLAIN if followed and not search else FIRST_PLAIN):
                    moments(w, wy, tau, step, single, False, work[0], e, other, p, q, p)
                    for lane in range(LANES):
                        curve[0, lane] = p[2, lane]
                        curve[1, lane] = p[2, lane]
                    newton(p, q, curve, single, low, high, change, moved)
                outcome(p, q, curve, moved, alone)
                followed = True
                for lane in range(LANES):
                    explained = alone[2, lane]
                    share = NEAR_EXPLAINED if turn else WELL_EXPLAINED
                    trusted = (explained > share * whole[lane]) & (alone[1, lane] > 0.0)
                    alone[4, lane] = whole[lane] - explained
                    none = not offset[lane] > 0.0
                    # Where it is only compared, its residual is all that counts.
                    least = limit if none else ROUND_TOLERANCE
                    arrived = (change[lane] <= least) & (trusted | search)
                    good[lane] = good[lane] if arrived | (not (none | last)) else 0.0
                    chosen[lane] = single[lane] if none else chosen[lane]
                    amplitude[lane] = alone[1, lane] if none else amplitude[lane]
                    out[3, lane] = alone[3, lane] if none else out[3, lane]
                    out[4, lane] = alone[4, lane] if none else out[4, lane]
                    offset[lane] = 0.0 if none else offset[lane]
            if turn < rounds:
                for lane in range(LANES):
                    half[lane] = 0.5 * offset[lane]
                decays(tau[:n], step, chosen, work[0], e)
                reweigh(y[:n], e, amplitude, half, LEAST_SHARE, w[:n], wy[:n])
                _weigh(y[:n], w[:n], wy[:n], whole, total, first)
        for lane in range(m):
            size, voxel = scale[lane], start + lane
            result[0, voxel] = chosen[lane]
            result[1, voxel] = amplitude[lane] * size
            result[2, voxel] = offset[lane] * size
            # The weights are in units of 1 / scale.
            result[3, voxel] = (out[4, lane] if out[4, lane] > 0.0 else 0.0) * size
            result[4, voxel] = out[3, lane] * size
            result[5, voxel] = (alone[4, lane] if alone[4, lane] > 0.0 else 0.0) * size
            result[6, voxel] = 1.0 - good[lane]


def solve(
    square: Array, rounds: int, compare: bool, train: Train
) -> tuple[tuple[Array, ...], Array, NDArray[np.intp]]:
    """Return what `solver._solve` returns (no variation), the residual sum without C, and who failed."""
    result = np.empty((ROWS, square.shape[1]))
    _fit(
        np.ascontiguousarray(square),
        rounds,
        compare,
        train.padded,
        train.step,
        train.grid,
        train.basis,
        result,
    )
    rate, amplitude, offset, rss, information, without, failed = result
    found = rate, amplitude, offset, rss, information, np.zeros_like(rate)
    return found, without, np.flatnonzero(failed > 0.0)
