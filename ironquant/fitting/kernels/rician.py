"""Compiled twin of `rician._solve`: Levenberg–Marquardt on the mean of non-central chi noise."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ironquant.fitting.chi import ChiTable
from ironquant.fitting.kernels.lanes import LANES, compiled, decays, exp_below_zero
from ironquant.fitting.modelfit import Array
from ironquant.fitting.rician import (
    FIRST_DAMPING,
    LARGEST_LOG,
    MOST_DAMPING,
    MOST_STEPS,
    STEP_TOLERANCE,
    Solution,
    variances,
)
from ironquant.fitting.solver import TINY, Train

Places = NDArray[np.int32]

STEPS = 4
"""Steps on all voxels; those that need more are gathered and go on by themselves."""
ROWS = 14
"""Of a state: log amplitude at the first echo, rate, damping, relative size of the last step; then
residual sum, gradient (2), normal matrix (3), the same with the noise of each echo (3), summed variance of
the echoes over σ²."""


@compiled
def _amplitude(theta: Array, work: Array, amplitude: Array) -> None:
    """Exponential of theta, whatever its sign."""
    for lane in range(LANES):
        work[lane] = -abs(theta[lane])
    exp_below_zero(work, amplitude)
    for lane in range(LANES):
        amplitude[lane] = 1.0 / amplitude[lane] if theta[lane] > 0.0 else amplitude[lane]


@compiled
def _places(
    amplitude: Array,
    e: Array,
    inverse: Array,
    c: float,
    last: int,
    u: Array,
    share: Array,
    t: Array,
    index: Places,
) -> None:
    """Where each voxel stands in the table: u = A/σ, share = 1/(u + c), node and offset from it."""
    for lane in range(LANES):
        u[lane] = amplitude[lane] * e[lane] * inverse[lane]
        share[lane] = 1.0 / (u[lane] + c)
        position = u[lane] * share[lane] * (last + 1)
        node = np.int32(position if position < last else float(last))
        index[lane] = node
        t[lane] = position - node


@compiled
def _look_up(nodes: Array, index: Places, found: Array) -> None:
    """Gather the four numbers of an interval; alone, for a loop with a gather is not vectorized."""
    for lane in range(LANES):
        row = index[lane]
        found[0, lane] = nodes[row, 0]
        found[1, lane] = nodes[row, 1]
        found[2, lane] = nodes[row, 2]
        found[3, lane] = nodes[row, 3]


@compiled
def _moments(
    found: Array,
    u: Array,
    share: Array,
    t: Array,
    slope_scale: float,
    n_coils: int,
    variance: Array,
    mean: Array,
    slope: Array,
) -> None:
    """Variance, mean and slope of the magnitude in units of σ (`ChiTable.moments`)."""
    for lane in range(LANES):
        low, high, rise, fall, at = found[0, lane], found[1, lane], found[2, lane], found[3, lane], t[lane]
        bend = low - high
        third, second = 2.0 * bend + rise + fall, -3.0 * bend - 2.0 * rise - fall
        v = low + at * (rise + at * (second + at * third))
        by_x = rise + at * (2.0 * second + at * 3.0 * third)
        m = np.sqrt(u[lane] * u[lane] + 2.0 * n_coils - v)
        variance[lane] = v
        mean[lane] = m
        slope[lane] = (u[lane] - slope_scale * by_x * share[lane] * share[lane]) / m


@compiled
def _sums(
    y: Array,
    sigma: Array,
    inverse: Array,
    nodes: Array,
    c: float,
    n_coils: int,
    tau: Array,
    amplitude: Array,
    e: Array,
    noisy: bool,
    work: Array,
    index: Places,
    out: Array,
) -> None:
    """Residual sum, gradient (2), normal matrix (3); `noisy`: also that with the noise of each echo (3)."""
    last = len(nodes) - 1
    u, share, t, variance, mean, slope = work[0], work[1], work[2], work[3], work[4], work[5]
    found = work[6:10]
    for k in range(10 if noisy else 6):
        for lane in range(LANES):
            out[k, lane] = 0.0
    for i in range(len(tau)):
        time = tau[i]
        _places(amplitude, e[i], inverse, c, last, u, share, t, index)
        _look_up(nodes, index, found)
        _moments(found, u, share, t, 0.5 * c * (last + 1), n_coils, variance, mean, slope)
        for lane in range(LANES):
            rest = y[i, lane] - mean[lane] * sigma[lane]
            by_log = slope[lane] * amplitude[lane] * e[i, lane]
            by_rate = -time * by_log
            out[0, lane] += rest * rest
            out[1, lane] += by_log * rest
            out[2, lane] += by_rate * rest
            out[3, lane] += by_log * by_log
            out[4, lane] += by_log * by_rate
            out[5, lane] += by_rate * by_rate
        if noisy:
            for lane in range(LANES):
                by_log = slope[lane] * amplitude[lane] * e[i, lane]
                by_rate = -time * by_log
                noise = variance[lane] * sigma[lane] * sigma[lane]
                out[9, lane] += variance[lane]
                out[6, lane] += noise * by_log * by_log
                out[7, lane] += noise * by_log * by_rate
                out[8, lane] += noise * by_rate * by_rate


@compiled
def _propose(theta: Array, damping: Array, out: Array, low: float, high: float, moved: Array) -> None:
    """Damped step in (log amplitude, rate), kept in the search range."""
    for lane in range(LANES):
        a = out[3, lane] * (1.0 + damping[lane]) + TINY
        b = out[4, lane]
        c = out[5, lane] * (1.0 + damping[lane]) + TINY
        determinant = a * c - b * b
        determinant = determinant if determinant > TINY else TINY
        up = (c * out[1, lane] - b * out[2, lane]) / determinant
        on = (a * out[2, lane] - b * out[1, lane]) / determinant
        up = up if abs(up) < 1e300 else 0.0
        on = on if abs(on) < 1e300 else 0.0
        first, second = theta[0, lane] + up, theta[1, lane] + on
        first = first if first < LARGEST_LOG else LARGEST_LOG
        second = second if second < high else high
        moved[0, lane] = first if first > -LARGEST_LOG else -LARGEST_LOG
        moved[1, lane] = second if second > low else low


@compiled
def _march(
    curves: Array,
    sigma: Array,
    nodes: Array,
    c: float,
    n_coils: int,
    tau: Array,
    step: float,
    low: float,
    high: float,
    state: Array,
) -> None:
    """Take every voxel `STEPS` steps on; shapes: curves (echo, voxel), state (ROWS, voxel)."""
    n, count = curves.shape
    y, e = np.zeros((n, LANES)), np.zeros((n, LANES))
    theta, moved, s, inverse = np.zeros((2, LANES)), np.zeros((2, LANES)), np.ones(LANES), np.ones(LANES)
    here, there = np.zeros((10, LANES)), np.zeros((10, LANES))
    room, index = np.zeros((10, LANES)), np.zeros(LANES, np.int32)
    work, amplitude, damping, change = np.ones(LANES), np.ones(LANES), np.ones(LANES), np.ones(LANES)
    for start in range(0, count, LANES):
        m = min(LANES, count - start)
        for lane in range(LANES):
            voxel = start + min(lane, m - 1)
            for i in range(n):
                y[i, lane] = curves[i, voxel]
            s[lane] = sigma[voxel]
            inverse[lane] = 1.0 / s[lane]
            theta[0, lane], theta[1, lane] = state[0, voxel], state[1, voxel]
            damping[lane] = state[2, voxel]
            change[lane] = 1.0
        _amplitude(theta[0], work, amplitude)
        decays(tau, step, theta[1], work, e)
        _sums(y, s, inverse, nodes, c, n_coils, tau, amplitude, e, False, room, index, here)
        for _ in range(STEPS):
            _propose(theta, damping, here, low, high, moved)
            _amplitude(moved[0], work, amplitude)
            decays(tau, step, moved[1], work, e)
            _sums(y, s, inverse, nodes, c, n_coils, tau, amplitude, e, False, room, index, there)
            for lane in range(LANES):
                # A lane that has arrived stays: what it does must not depend on its neighbours.
                going = (change[lane] > STEP_TOLERANCE) & (damping[lane] <= MOST_DAMPING)
                better = (there[0, lane] <= here[0, lane]) & going
                by_log = abs(moved[0, lane] - theta[0, lane])
                by_rate = abs(moved[1, lane] - theta[1, lane]) / theta[1, lane]
                size = by_log if by_log > by_rate else by_rate
                change[lane] = size if going else change[lane]
                factor = 0.1 if better else 10.0
                damping[lane] *= factor if going else 1.0
                theta[0, lane] = moved[0, lane] if better else theta[0, lane]
                theta[1, lane] = moved[1, lane] if better else theta[1, lane]
                work[lane] = 1.0 if better else 0.0
            for k in range(6):
                for lane in range(LANES):
                    here[k, lane] = there[k, lane] if work[lane] > 0.0 else here[k, lane]
            if change.max() <= STEP_TOLERANCE:
                break
        _amplitude(theta[0], work, amplitude)
        decays(tau, step, theta[1], work, e)
        _sums(y, s, inverse, nodes, c, n_coils, tau, amplitude, e, True, room, index, here)
        for lane in range(m):
            voxel = start + lane
            state[0, voxel], state[1, voxel] = theta[0, lane], theta[1, lane]
            state[2, voxel] = damping[lane]
            state[3, voxel] = change[lane] if damping[lane] <= MOST_DAMPING else 0.0
            for k in range(10):
                state[4 + k, voxel] = here[k, lane]


def solve(
    curves: Array, train: Train, sigma: Array, table: ChiTable, log_amplitude: Array, rate: Array
) -> Solution:
    """Return what `rician._solve` returns."""
    state = np.zeros((ROWS, len(rate)))
    state[0], state[1] = np.clip(log_amplitude, -LARGEST_LOG, LARGEST_LOG), rate
    state[2], state[3] = FIRST_DAMPING, 1.0
    late = np.arange(len(rate))
    nodes = np.stack([table.values[:-1], table.values[1:], table.slopes[:-1], table.slopes[1:]], axis=1)
    for _ in range(MOST_STEPS // STEPS):
        part = np.take(state, late, axis=1)
        _march(
            np.take(curves, late, axis=1),
            sigma[late],
            nodes,
            table.c,
            table.n_coils,
            train.tau,
            train.step,
            train.grid[0],
            train.grid[-1],
            part,
        )
        state[:, late] = part
        late = late[part[3] > STEP_TOLERANCE]
        if late.size == 0:
            break
    return Solution(state[1], state[0], state[4], *variances(state[7:10], state[10:13]), state[13])
