"""Compiled twin of `rician._solve`: Levenberg–Marquardt on the mean of non-central chi noise."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ironquant.fitting.chi import WAVES, ChiTable
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
def _moments(
    amplitude: Array,
    e: Array,
    inverse: Array,
    wave: Array,
    middle: float,
    n_coils: int,
    variance: Array,
    mean: Array,
    slope: Array,
) -> None:
    """Variance, mean and slope of the magnitude in units of σ (`ChiTable.wave`), without looking up."""
    for lane in range(LANES):
        u = amplitude[lane] * e[lane] * inverse[lane]
        share = 1.0 / (u * u + middle)
        z = (u * u - middle) * share
        v, by_z = wave[WAVES], 0.0
        for k in range(WAVES):
            by_z = by_z * z + v
            v = v * z + wave[WAVES - 1 - k]
        m = np.sqrt(u * u + 2.0 * n_coils - v)
        variance[lane] = v
        mean[lane] = m
        # dz/du = 4·u·middle·share²
        slope[lane] = u * (1.0 - 2.0 * middle * share * share * by_z) / m


@compiled
def _sums(
    y: Array,
    sigma: Array,
    inverse: Array,
    wave: Array,
    middle: float,
    n_coils: int,
    tau: Array,
    amplitude: Array,
    e: Array,
    noisy: bool,
    work: Array,
    out: Array,
) -> None:
    """Residual sum, gradient (2), normal matrix (3); `noisy`: also that with the noise of each echo (3)."""
    variance, mean, slope = work[0], work[1], work[2]
    for k in range(10 if noisy else 6):
        for lane in range(LANES):
            out[k, lane] = 0.0
    for i in range(len(tau)):
        time = tau[i]
        _moments(amplitude, e[i], inverse, wave, middle, n_coils, variance, mean, slope)
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
    order: NDArray[np.intp],
    wave: Array,
    middle: float,
    n_coils: int,
    tau: Array,
    step: float,
    low: float,
    high: float,
    state: Array,
) -> None:
    """Take the voxels in `order` `STEPS` steps on; shapes: curves (echo, voxel), state (ROWS, voxel)."""
    n, count = len(curves), len(order)
    y, e = np.zeros((n, LANES)), np.zeros((n, LANES))
    theta, moved, s, inverse = np.zeros((2, LANES)), np.zeros((2, LANES)), np.ones(LANES), np.ones(LANES)
    here, there = np.zeros((10, LANES)), np.zeros((10, LANES))
    room = np.zeros((3, LANES))
    work, amplitude, damping, change = np.ones(LANES), np.ones(LANES), np.ones(LANES), np.ones(LANES)
    for start in range(0, count, LANES):
        m = min(LANES, count - start)
        for lane in range(LANES):
            voxel = order[start + min(lane, m - 1)]
            for i in range(n):
                y[i, lane] = curves[i, voxel]
            s[lane] = sigma[voxel]
            inverse[lane] = 1.0 / s[lane]
            theta[0, lane], theta[1, lane] = state[0, voxel], state[1, voxel]
            damping[lane] = state[2, voxel]
            change[lane] = 1.0
        _amplitude(theta[0], work, amplitude)
        decays(tau, step, theta[1], work, e)
        _sums(y, s, inverse, wave, middle, n_coils, tau, amplitude, e, False, room, here)
        for _ in range(STEPS):
            _propose(theta, damping, here, low, high, moved)
            _amplitude(moved[0], work, amplitude)
            decays(tau, step, moved[1], work, e)
            _sums(y, s, inverse, wave, middle, n_coils, tau, amplitude, e, False, room, there)
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
        _sums(y, s, inverse, wave, middle, n_coils, tau, amplitude, e, True, room, here)
        for lane in range(m):
            voxel = order[start + lane]
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
    for _ in range(MOST_STEPS // STEPS):
        _march(
            curves,
            sigma,
            late,
            table.wave,
            table.wave_middle**2,
            table.n_coils,
            train.tau,
            train.step,
            train.grid[0],
            train.grid[-1],
            state,
        )
        late = late[state[3, late] > STEP_TOLERANCE]
        if late.size == 0:
            break
    return Solution(state[1], state[0], state[4], *variances(state[7:10], state[10:13]), state[13])
