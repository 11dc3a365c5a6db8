"""Compiled twin of `rician._solve`: Levenberg–Marquardt on the mean of non-central chi noise."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ironquant.fitting.chi import WAVES, ChiTable
from ironquant.fitting.innerproducts import TINY
from ironquant.fitting.kernels.lanes import LANES, compiled, decays, exp_below_zero
from ironquant.fitting.modelfit import Array
from ironquant.fitting.rician import (
    FIRST_DAMPING,
    LARGEST_LOG,
    LEAST_BENT,
    LEAST_FACTOR,
    MOST_DAMPING,
    MOST_STEPS,
    N_SUMS,
    NO_WORSE,
    NOISY,
    NORMAL,
    SCATTER,
    STEP_TOLERANCE,
    Solution,
    known_variance,
)
from ironquant.fitting.train import Train

LOG, RATE, DAMPING, FORMER, LEFT, SUMS = range(6)
"""Rows of a state: log amplitude at the first echo, rate, damping, relative size of the last step that led
downwards, what is left (see `rician.remainder`); then the sums of `rician._evaluate`."""


@compiled
def _amplitude(theta: Array, work: Array, amplitude: Array) -> None:
    """Exponential of theta, whatever its sign."""
    for lane in range(LANES):
        work[lane] = -abs(theta[lane])
    exp_below_zero(work, amplitude)
    for lane in range(LANES):
        amplitude[lane] = 1.0 / amplitude[lane] if theta[lane] > 0.0 else amplitude[lane]


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
    out: Array,
) -> None:
    """Sums of a state, one after the other in one row; moments by `ChiTable.wave`: nothing is looked up."""
    out[:] = 0.0
    for i in range(len(tau)):
        time, decay, measured = tau[i], e[i], y[i]
        for lane in range(LANES):
            size = amplitude[lane] * decay[lane]
            u = size * inverse[lane]
            square = u * u
            share = 1.0 / (square + middle)
            z = (square - middle) * share
            variance, by_z = wave[WAVES], 0.0
            for k in range(WAVES):
                by_z = by_z * z + variance
                variance = variance * z + wave[WAVES - 1 - k]
            mean = np.sqrt(square + 2.0 * n_coils - variance)
            # dz/du = 4·u·middle·share²
            by_log = size * u * (1.0 - 2.0 * middle * share * share * by_z) / mean
            rest = measured[lane] - mean * sigma[lane]
            pull, normal = by_log * rest, by_log * by_log
            noisy = variance * normal
            out[lane] += rest * rest
            out[LANES + lane] += pull
            out[2 * LANES + lane] -= time * pull
            out[3 * LANES + lane] += time * time * pull
            out[4 * LANES + lane] += normal
            out[5 * LANES + lane] -= time * normal
            out[6 * LANES + lane] += time * time * normal
            out[7 * LANES + lane] += noisy
            out[8 * LANES + lane] -= time * noisy
            out[9 * LANES + lane] += time * time * noisy
            out[10 * LANES + lane] += variance


@compiled
def _propose(
    damping: Array, out: Array, low: float, high: float, theta: Array, left: Array, moved: Array, size: Array
) -> None:
    """Damped step in (log amplitude, rate), kept in the search range; a small one is taken unseen."""
    for lane in range(LANES):
        a, b, c, bend = (
            out[4 * LANES + lane],
            out[5 * LANES + lane],
            out[6 * LANES + lane],
            out[3 * LANES + lane],
        )
        gauss = c - b * b / (a if a > TINY else TINY)
        c = c - bend if gauss - bend > LEAST_BENT * gauss else c
        a, c = a * (1.0 + damping[lane]) + TINY, c * (1.0 + damping[lane]) + TINY
        determinant = a * c - b * b
        determinant = determinant if determinant > TINY else TINY
        up = (c * out[LANES + lane] - b * out[2 * LANES + lane]) / determinant
        on = (a * out[2 * LANES + lane] - b * out[LANES + lane]) / determinant
        up = up if abs(up) < 1e300 else 0.0
        on = on if abs(on) < 1e300 else 0.0
        first, second = theta[0, lane] + up, theta[1, lane] + on
        first = first if first < LARGEST_LOG else LARGEST_LOG
        second = second if second < high else high
        moved[0, lane] = first if first > -LARGEST_LOG else -LARGEST_LOG
        moved[1, lane] = second if second > low else low
        by_log = abs(moved[0, lane] - theta[0, lane])
        by_rate = abs(moved[1, lane] - theta[1, lane]) / theta[1, lane]
        size[lane] = by_log if by_log > by_rate else by_rate
        arrives = (size[lane] <= STEP_TOLERANCE) & (left[lane] >= 0.0)
        taken = arrives & (damping[lane] <= FIRST_DAMPING)
        theta[0, lane] = moved[0, lane] if taken else theta[0, lane]
        theta[1, lane] = moved[1, lane] if taken else theta[1, lane]
        left[lane] = -1.0 if arrives else left[lane]


@compiled
def _step(
    curves: Array,
    sigma: Array,
    order: NDArray[np.intp],
    begins: bool,
    wave: Array,
    middle: float,
    n_coils: int,
    tau: Array,
    step: float,
    low: float,
    high: float,
    state: Array,
) -> None:
    """Take the voxels in `order` a step on; shapes: curves (echo, voxel), state (row, voxel)."""
    n, count = len(curves), len(order)
    y, e = np.zeros((n, LANES)), np.zeros((n, LANES))
    theta, moved, s, inverse = np.zeros((2, LANES)), np.zeros((2, LANES)), np.ones(LANES), np.ones(LANES)
    here, there = np.zeros(N_SUMS * LANES), np.zeros(N_SUMS * LANES)
    work, amplitude, size = np.ones(LANES), np.ones(LANES), np.ones(LANES)
    damping, former, left = np.ones(LANES), np.ones(LANES), np.ones(LANES)
    for start in range(0, count, LANES):
        m = min(LANES, count - start)
        for lane in range(LANES):
            voxel = order[start + min(lane, m - 1)]
            for i in range(n):
                y[i, lane] = curves[i, voxel]
            s[lane] = sigma[voxel]
            inverse[lane] = 1.0 / s[lane]
            theta[0, lane], theta[1, lane] = state[LOG, voxel], state[RATE, voxel]
            damping[lane], former[lane], left[lane] = state[DAMPING, voxel], state[FORMER, voxel], 1.0
            for k in range(N_SUMS):
                here[k * LANES + lane] = state[SUMS + k, voxel]
        if begins:
            _amplitude(theta[0], work, amplitude)
            decays(tau, step, theta[1], work, e)
            _sums(y, s, inverse, wave, middle, n_coils, tau, amplitude, e, here)
        _propose(damping, here, low, high, theta, left, moved, size)
        _amplitude(moved[0], work, amplitude)
        decays(tau, step, moved[1], work, e)
        _sums(y, s, inverse, wave, middle, n_coils, tau, amplitude, e, there)
        for lane in range(LANES):
            # A lane that has arrived stays: what it does must not depend on its neighbours.
            going = (left[lane] > STEP_TOLERANCE) & (damping[lane] <= MOST_DAMPING)
            better = (there[lane] <= here[lane] * NO_WORSE) & going
            by = size[lane] / former[lane]
            rest = (by if by > LEAST_FACTOR else LEAST_FACTOR) if better & (by < 1.0) else 1.0
            left[lane] = size[lane] * rest if going else left[lane]
            former[lane] = (size[lane] if better else 0.0) if going else former[lane]
            factor = 0.1 if better else 10.0
            damping[lane] *= factor if going else 1.0
            theta[0, lane] = moved[0, lane] if better else theta[0, lane]
            theta[1, lane] = moved[1, lane] if better else theta[1, lane]
            work[lane] = 1.0 if better else 0.0
        for k in range(N_SUMS):
            for lane in range(LANES):
                at = k * LANES + lane
                here[at] = there[at] if work[lane] > 0.0 else here[at]
        _propose(damping, here, low, high, theta, left, moved, size)
        for lane in range(m):
            voxel = order[start + lane]
            state[LOG, voxel], state[RATE, voxel] = theta[0, lane], theta[1, lane]
            state[DAMPING, voxel], state[FORMER, voxel] = damping[lane], former[lane]
            state[LEFT, voxel] = left[lane] if damping[lane] <= MOST_DAMPING else 0.0
            for k in range(N_SUMS):
                state[SUMS + k, voxel] = here[k * LANES + lane]


@compiled
def _march(
    curves: Array,
    sigma: Array,
    wave: Array,
    middle: float,
    n_coils: int,
    tau: Array,
    step: float,
    low: float,
    high: float,
    state: Array,
) -> None:
    """Take all voxels a step on; those that need more are gathered and go on by themselves."""
    late, count = np.arange(len(sigma)), len(sigma)
    for turn in range(MOST_STEPS):
        order = late[:count]
        _step(curves, sigma, order, turn == 0, wave, middle, n_coils, tau, step, low, high, state)
        count = 0
        for voxel in order:
            late[count] = voxel
            count += 1 if state[LEFT, voxel] > STEP_TOLERANCE else 0
        if count == 0:
            break


def solve(
    curves: Array, train: Train, sigma: Array, table: ChiTable, log_amplitude: Array, rate: Array
) -> Solution:
    """Return what `rician._solve` returns."""
    state = np.zeros((SUMS + N_SUMS, len(rate)))
    state[LOG], state[RATE] = np.clip(log_amplitude, -LARGEST_LOG, LARGEST_LOG), rate
    state[DAMPING] = FIRST_DAMPING
    _march(
        curves,
        sigma,
        table.wave,
        table.wave_middle**2,
        table.n_coils,
        train.tau,
        train.step,
        train.grid[0],
        train.grid[-1],
        state,
    )
    sums = state[SUMS:]
    known = known_variance(sums[NORMAL], sums[NOISY] * sigma**2)
    return Solution(state[RATE], state[LOG], sums[0], known, sums[SCATTER])
