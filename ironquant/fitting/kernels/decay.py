"""Compiled twin of `projection.solve`: variable projection for S = A·exp(−R·tau) (+ C)."""

from __future__ import annotations

import numpy as np

from ironquant.fitting.kernels.lanes import LANES, compiled
from ironquant.fitting.kernels.steps import bracket, centre, load, moments, newton, outcome, quick_start
from ironquant.fitting.modelfit import Array
from ironquant.fitting.projection import NEWTON_STEPS, WELL_EXPLAINED
from ironquant.fitting.train import Train

STEPS = 4
"""Newton steps on all voxels; those that need more are gathered and go on by themselves."""
QUICK, SEARCH, GO_ON = 0, 1, 2
ROWS = 9
"""Of a result: rate, amplitude at the first echo, offset, weighted residual sum, information,
variation; relative size of the last step, 2 where a quick start failed; bracket (low, high)."""


@compiled
def _decay(
    curves: Array,
    weights: Array,
    tau: Array,
    step: float,
    grid: Array,
    basis: Array,
    intercept: bool,
    mode: int,
    result: Array,
) -> None:
    """Take every voxel some Newton steps on, from a quick start, a search, or where `result` stands.

    Shapes: curves (echo, voxel), weights (echo, voxel) or (echo, 1), tau (padded,), grid (point,) a
    multiple of four, basis (point, padded) = exp(−grid·tau), result (ROWS, voxel). `step` is the
    spacing of even echoes, 0 where they are uneven.
    """
    n, count = curves.shape
    padded = len(tau)
    y, w, wy = np.zeros((padded, LANES)), np.zeros((padded, LANES)), np.zeros((padded, LANES))
    e, square = np.zeros((padded, LANES)), np.zeros((padded, LANES))
    p, q, s = np.zeros(3 * LANES), np.zeros(3 * LANES), np.zeros(3 * LANES)
    curve, work, out = np.zeros(2 * LANES), np.zeros((16, LANES)), np.zeros(6 * LANES)
    scale, rate, low, high = np.ones(LANES), np.ones(LANES), np.ones(LANES), np.ones(LANES)
    total, first, whole, change = np.ones(LANES), np.ones(LANES), np.ones(LANES), np.ones(LANES)
    moved = np.zeros(LANES)
    shared = weights.shape[1] == 1
    fixed, basis_square = np.zeros((len(grid), 2)), basis**2
    for g in range(len(grid)):
        for i in range(n):
            fixed[g, 0] += weights[i, 0] * basis_square[g, i]
            fixed[g, 1] += weights[i, 0] * basis[g, i]
    for start in range(0, count, LANES):
        m = min(LANES, count - start)
        load(curves, weights, start, m, y[:n], w[:n], wy[:n], scale, work[0], whole, total, first)
        if mode == QUICK:
            quick_start(y[:n], w[:n], tau, step, grid, work, rate)
            low[:] = grid[0]
            high[:] = grid[-1]
        elif mode == SEARCH:
            found = rate, low, high
            bracket(w, wy, shared, basis, basis_square, fixed, grid, intercept, total, first, work, *found)
        else:
            for lane in range(LANES):
                voxel = start + min(lane, m - 1)
                rate[lane], low[lane], high[lane] = result[0, voxel], result[7, voxel], result[8, voxel]
        for _ in range(STEPS):
            moments(w, wy, tau, step, rate, intercept, work[0], e, square, p, q, s)
            if intercept:
                centre(total, first, p, q, s, curve)
            else:
                for lane in range(LANES):
                    curve[lane] = p[2 * LANES + lane]
                    curve[LANES + lane] = p[2 * LANES + lane]
            newton(p, q, curve, rate, low, high, change, moved)
        outcome(p, q, curve, moved, out)
        for lane in range(LANES):
            size = scale[lane]
            varied = whole[lane] - first[lane] * first[lane] / total[lane]
            left = varied if intercept else whole[lane]
            out[5 * LANES + lane] = (varied if varied > 0.0 else 0.0) * size * size
            failed = (mode == QUICK) & (
                (out[2 * LANES + lane] < WELL_EXPLAINED * left) | (out[LANES + lane] <= 0.0)
            )
            change[lane] = 2.0 if failed else change[lane]
            out[lane] = rate[lane]
            left -= out[2 * LANES + lane]
            out[2 * LANES + lane] = left if left > 0.0 else 0.0
            offset = (first[lane] - out[LANES + lane] * s[lane]) / total[lane]
            out[4 * LANES + lane] = offset * size if intercept else 0.0
            out[LANES + lane] *= size
            out[2 * LANES + lane] *= size * size
            out[3 * LANES + lane] *= size * size
        for lane in range(m):
            result[0, start + lane] = out[lane]
            result[1, start + lane] = out[LANES + lane]
            result[2, start + lane] = out[4 * LANES + lane]
            result[3, start + lane] = out[2 * LANES + lane]
            result[4, start + lane] = out[3 * LANES + lane]
            result[5, start + lane] = out[5 * LANES + lane]
            result[6, start + lane] = change[lane]
            result[7, start + lane] = low[lane]
            result[8, start + lane] = high[lane]


def solve(
    curves: Array,
    weights: Array,
    train: Train,
    intercept: bool,
    tolerance: float,
    near: Array | None = None,
) -> tuple[Array, ...]:
    """Return what `projection.solve` returns; the quick start needs no other."""
    padded, step, grid, basis = train.padded, train.step, train.grid, train.basis
    curves, weights = np.ascontiguousarray(curves), np.ascontiguousarray(weights)
    result = np.empty((ROWS, curves.shape[1]))
    _decay(curves, weights, padded, step, grid, basis, intercept, SEARCH if intercept else QUICK, result)
    mode = GO_ON if intercept else SEARCH
    for _ in range(NEWTON_STEPS // STEPS):
        late = np.flatnonzero(result[6] > tolerance)
        if late.size == 0:
            break
        part = np.take(result, late, axis=1)
        own = weights if weights.shape[1] == 1 else np.take(weights, late, axis=1)
        _decay(np.take(curves, late, axis=1), own, padded, step, grid, basis, intercept, mode, part)
        result[:, late] = part
        mode = GO_ON
    return tuple(result[:6])
