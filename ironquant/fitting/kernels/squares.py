"""Compiled twin of the second-moment fit: decay of S² − 2Lσ² with renewed weights."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ironquant.fitting.kernels.lanes import LANES, compiled, decays
from ironquant.fitting.kernels.steps import load, moments, newton, outcome, quick_start
from ironquant.fitting.modelfit import Array
from ironquant.fitting.projection import STEP_TOLERANCE, WELL_EXPLAINED
from ironquant.fitting.train import Train

TURNS = (4, 3, 3, 3)
"""Newton steps without weights, then with those of each round (`secondmoment.WEIGHT_ROUNDS`)."""
ROUND_TOLERANCE = 1e-3
"""A round that ends with a larger (relative) step left its minimum too far away."""
ROWS = 5
"""Of a result: rate, amplitude at the first echo, weighted residual sum, information, size of the
last step (2 where the fit failed)."""


@compiled
def reweigh(y: Array, e: Array, amplitude: Array, floor: Array, least: float, w: Array, wy: Array) -> None:
    """W = 1 / (A² + Lσ²) for the present fit."""
    for i in range(y.shape[0]):
        for lane in range(LANES):
            above = amplitude[lane] * e[i, lane]
            expected = (above if above > 0.0 else 0.0) + floor[lane]
            weight = 1.0 / (expected if expected > least else least)
            w[i, lane] = weight
            wy[i, lane] = weight * y[i, lane]


@compiled
def _fit(
    square: Array, half_floor: float, least: float, tau: Array, step: float, grid: Array, result: Array
) -> None:
    """Shapes: square (echo, voxel), tau (padded,), grid (point,), result (ROWS, voxel)."""
    n, count = square.shape
    padded = len(tau)
    y, w, wy = np.zeros((padded, LANES)), np.zeros((padded, LANES)), np.zeros((padded, LANES))
    e, other = np.zeros((padded, LANES)), np.zeros((padded, LANES))
    p, q, s = np.zeros(3 * LANES), np.zeros(3 * LANES), np.zeros(3 * LANES)
    curve, work, out = np.zeros(2 * LANES), np.zeros((4, LANES)), np.zeros(6 * LANES)
    scale, rate, low, high = np.ones(LANES), np.ones(LANES), np.ones(LANES), np.ones(LANES)
    total, first, whole, change = np.ones(LANES), np.ones(LANES), np.ones(LANES), np.ones(LANES)
    moved, floor, worst = np.zeros(LANES), np.zeros(LANES), np.zeros(LANES)
    ones = np.ones((n, 1))
    for start in range(0, count, LANES):
        m = min(LANES, count - start)
        load(square, ones, start, m, y[:n], w[:n], wy[:n], scale, work[0], whole, total, first)
        for lane in range(LANES):
            floor[lane] = half_floor / scale[lane]
        quick_start(y[:n], w[:n], tau, step, grid, work, rate)
        for turn in range(len(TURNS)):
            # The weights move the minimum: what is known of where it lies must be forgotten.
            for lane in range(LANES):
                low[lane] = grid[0]
                high[lane] = grid[-1]
            for _ in range(TURNS[turn]):
                moments(w, wy, tau, step, rate, False, work[0], e, other, p, q, s)
                for lane in range(LANES):
                    curve[lane] = p[2 * LANES + lane]
                    curve[LANES + lane] = p[2 * LANES + lane]
                newton(p, q, curve, rate, low, high, change, moved)
            outcome(p, q, curve, moved, out)
            if turn == 0:
                for lane in range(LANES):
                    lost = (out[2 * LANES + lane] < WELL_EXPLAINED * whole[lane]) | (out[LANES + lane] <= 0.0)
                    worst[lane] = 2.0 if lost else 0.0
            if turn < len(TURNS) - 1:
                for lane in range(LANES):
                    worst[lane] = change[lane] if change[lane] > worst[lane] else worst[lane]
                decays(tau[:n], step, rate, work[0], e)
                reweigh(y[:n], e, out[LANES : 2 * LANES], floor, least, w[:n], wy[:n])
        for lane in range(LANES):
            whole[lane] = 0.0
        for i in range(n):
            for lane in range(LANES):
                whole[lane] += wy[i, lane] * y[i, lane]
        for lane in range(m):
            size = scale[lane]
            failed = (worst[lane] > ROUND_TOLERANCE) | (out[LANES + lane] <= 0.0)
            left = whole[lane] - out[2 * LANES + lane]
            voxel = start + lane
            result[0, voxel] = rate[lane]
            result[1, voxel] = out[LANES + lane] * size
            # The weights are in units of 1 / scale.
            result[2, voxel] = (left if left > 0.0 else 0.0) * size
            result[3, voxel] = out[3 * LANES + lane] * size
            result[4, voxel] = 2.0 if failed else change[lane]


def solve(
    square: Array, noise_square: float, least_share: float, train: Train
) -> tuple[tuple[Array, ...], NDArray[np.intp]]:
    """Return what `projection.solve` returns (no offset, no variation), and which voxels are not done."""
    result = np.empty((ROWS, square.shape[1]))
    _fit(
        np.ascontiguousarray(square),
        0.5 * noise_square,
        least_share,
        train.padded,
        train.step,
        train.grid,
        result,
    )
    rate, amplitude, rss, information, change = result
    nothing = np.zeros((2, len(rate)))
    found = rate, amplitude, nothing[0], rss, information, nothing[1]
    return found, np.flatnonzero(change > STEP_TOLERANCE)
