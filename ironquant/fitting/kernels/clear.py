"""From rows of echoes to columns of results in one pass, for voxels whose case is clear.

A voxel that is not clear (no decay, noise, not finite, an unusual curve) is handed back: the rules
for it stand in the general path, once.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ironquant.core import MIN_ECHOES
from ironquant.fitting.kernels.lanes import APART, LANES, compiled, exp_below_zero
from ironquant.fitting.kernels.tile import (
    AMPLITUDE,
    CLEAR,
    INFORMATION,
    OUTSTANDING,
    RATE,
    RSS,
    SCALE,
    STATE_ROWS,
    VARIED,
    fit_tiles,
)
from ironquant.fitting.modelfit import Array
from ironquant.fitting.train import Train
from ironquant.fitting.truncation import FLOOR_FACTOR, LOW_FIRST_FRACTION, LOW_FLOOR_FACTOR

CHUNK = 32 * LANES
"""Voxels whose state stays in the cache."""


@compiled
def _above(
    curves: NDArray[np.floating], source: NDArray[np.intp], floor: Array, used: NDArray[np.int16]
) -> None:
    """Count the leading echoes above twice the noise mean, at least three."""
    for voxel in range(len(source)):
        row, level = source[voxel], FLOOR_FACTOR * floor[voxel]
        count = 0
        while count < curves.shape[1] and curves[row, count] > level:
            count += 1
        used[voxel] = max(count, MIN_ECHOES)


@compiled
def _is_low(curves: NDArray[np.floating], row: int, floor: float, used: int) -> bool:
    """Whether the last used echo is one that the rule may drop."""
    level = LOW_FLOOR_FACTOR * floor if floor > 0.0 else LOW_FIRST_FRACTION * curves[row, 0]
    return used > MIN_ECHOES and curves[row, used - 1] < level


@compiled
def _drop_late(
    curves: NDArray[np.floating],
    source: NDArray[np.intp],
    floor: Array,
    used: NDArray[np.int16],
    tau: Array,
    spacing: float,
    grid: Array,
    state: Array,
    other: Array,
) -> None:
    """Drop late echoes one by one where they stand out of the noise and the fit is better without."""
    candidates = np.empty(len(source), np.intp)
    count = 0
    for voxel in range(len(source)):
        if state[CLEAR, voxel] > 0.0 and _is_low(curves, source[voxel], floor[voxel], used[voxel]):
            candidates[count] = voxel
            other[RATE, voxel] = state[RATE, voxel]
            count += 1
    fewer = used - np.int16(1)
    while count > 0:
        fit_tiles(curves, source, candidates[:count], fewer, True, tau, spacing, grid, other)
        remaining = 0
        for number in range(count):
            voxel = candidates[number]
            if other[CLEAR, voxel] == 0.0:
                state[CLEAR, voxel] = 0.0
                continue
            better = other[RSS, voxel] * state[VARIED, voxel] < state[RSS, voxel] * other[VARIED, voxel]
            if not (better and other[OUTSTANDING, voxel] > 0.0):
                continue
            used[voxel] = fewer[voxel]
            for k in range(len(state)):
                state[k, voxel] = other[k, voxel]
            if _is_low(curves, source[voxel], floor[voxel], used[voxel]):
                fewer[voxel] -= np.int16(1)
                candidates[remaining] = voxel
                remaining += 1
        count = remaining


@compiled
def store(
    curves: NDArray[np.floating],
    source: NDArray[np.intp],
    rows: NDArray[np.intp],
    used: NDArray[np.int16],
    parameters: NDArray[np.int16],
    state: Array,
    first_te: float,
    sigma: float,
    least_first: float,
    slowest: float,
    fastest: float,
    quantiles: Array,
    columns: tuple[Array, Array, Array, Array],
    counts: NDArray[np.int16],
    status: NDArray[np.int8],
    left: NDArray[np.intp],
) -> int:
    """Store what is clear in the columns; list the rows that are not done, and return how many."""
    n_left = 0
    work, size, se = np.zeros(LANES), np.zeros(LANES), np.zeros(LANES)
    dof = np.zeros(LANES, np.int16)
    for begin in range(0, len(rows), LANES):
        m = min(LANES, len(rows) - begin)
        for lane in range(m):
            work[lane] = -state[RATE, begin + lane] * first_te
        exp_below_zero(work, size)
        for lane in range(m):
            voxel = begin + lane
            freedom = used[voxel] - parameters[voxel]
            dof[lane] = freedom if freedom > 1 else 1
            variance = state[RSS, voxel] / dof[lane]
            if sigma >= 0.0:
                dof[lane] = 0
                variance = (sigma / state[SCALE, voxel]) ** 2
            se[lane] = np.sqrt(variance / state[INFORMATION, voxel])
            size[lane] = state[AMPLITUDE, voxel] * state[SCALE, voxel] / size[lane]
            work[lane] = 1.0 - state[RSS, voxel] / state[VARIED, voxel]
        for lane in range(m):
            voxel = begin + lane
            rate = state[RATE, voxel]
            good = (state[CLEAR, voxel] > 0.0) & (quantiles[dof[lane]] * se[lane] < rate)
            good &= (state[AMPLITUDE, voxel] > 0.0) & (state[VARIED, voxel] > 0.0)
            good &= (slowest < rate) & (rate < fastest) & (curves[source[voxel], 0] > least_first)
            row = rows[voxel]
            if good:
                columns[0][row] = 1000.0 * rate
                columns[1][row] = 1000.0 * se[lane]
                columns[2][row] = size[lane]
                columns[3][row] = work[lane]
                counts[0, row] = dof[lane]
                counts[1, row] = used[voxel]
                status[row] = 0
            else:
                left[n_left] = row
                n_left += 1
    return n_left


@compiled
def _all(
    curves: NDArray[np.floating],
    source: NDArray[np.intp],
    rows: NDArray[np.intp],
    floor: Array,
    truncated: bool,
    tau: Array,
    spacing: float,
    grid: Array,
    first_te: float,
    sigma: float,
    least_first: float,
    slowest: float,
    fastest: float,
    quantiles: Array,
    columns: tuple[Array, Array, Array, Array],
    counts: NDArray[np.int16],
    status: NDArray[np.int8],
) -> NDArray[np.intp]:
    """Go through the voxels in chunks that fit the cache."""
    left, n_left = np.empty(len(rows), np.intp), 0
    state, other, used = (
        np.empty((STATE_ROWS, CHUNK + APART)),
        np.empty((STATE_ROWS, CHUNK + APART)),
        np.empty(CHUNK, np.int16),
    )
    levels, two = np.empty(CHUNK), np.full(CHUNK, np.int16(2))
    for begin in range(0, len(rows), CHUNK):
        end = min(begin + CHUNK, len(rows))
        part, m = source[begin:end], end - begin
        used[:m] = curves.shape[1]
        if truncated:
            for voxel in range(m):
                levels[voxel] = floor[begin + voxel if len(floor) > 1 else 0]
            _above(curves, part, levels, used)
        fit_tiles(curves, part, np.arange(m), used, False, tau, spacing, grid, state)
        if truncated:
            _drop_late(curves, part, levels, used, tau, spacing, grid, state, other)
        n_left += store(
            curves,
            part,
            rows[begin:end],
            used,
            two,
            state,
            first_te,
            sigma,
            least_first,
            slowest,
            fastest,
            quantiles,
            columns,
            counts,
            status,
            left[n_left:],
        )
    return left[:n_left].copy()


def fit_clear(
    curves: NDArray[np.floating],
    source: NDArray[np.intp],
    rows: NDArray[np.intp],
    train: Train,
    first_te: float,
    floor: Array | None,
    sigma: float | None,
    least_first: float,
    rate_bounds: tuple[float, float],
    quantiles: Array,
    columns: tuple[Array, Array, Array, Array],
    counts: NDArray[np.int16],
    status: NDArray[np.int8],
) -> NDArray[np.intp]:
    """Fit S0·exp(−TE·R2*) where the case is clear, and return the rows that are not done.

    Parameters
    ----------
    curves : ndarray of float32 or float64, shape (row, echo)
        C-contiguous.
    source, rows : ndarray of int, shape (voxel,)
        Where the voxels stand in `curves`, and where their results stand in the columns.
    floor : ndarray, shape (voxel or 1,), or None
        Mean of the noise by which echoes are left out (`truncation.py`); None: all echoes.
    sigma : float or None
        Noise SD where it is known.
    least_first : float
        The first echo must stand above this.
    rate_bounds : tuple of float
        Slowest and fastest rate (1/ms) of a clear case, both excluded.
    quantiles : ndarray, shape (echo + 1,)
        97.5 % quantiles by degrees of freedom; at 0 that of the normal distribution.
    columns : tuple of four ndarray, shape (all voxels,)
        R2*, its standard error (1/s), S0, R².
    counts : ndarray, shape (2, all voxels)
        Degrees of freedom, echoes used.
    status : ndarray, shape (all voxels,)

    Returns
    -------
    ndarray of int
    """
    lowest, highest = float(train.grid[0]) * (1 + 1e-9), float(train.grid[-1]) * (1 - 1e-9)
    curves = curves.view()
    curves.flags.writeable = False  # one compiled version for both kinds
    return _all(
        curves,
        source,
        rows,
        np.zeros(1) if floor is None else floor,
        floor is not None,
        train.padded,
        train.step,
        train.grid,
        first_te,
        -1.0 if sigma is None else sigma,
        least_first,
        max(lowest, rate_bounds[0]),
        min(highest, rate_bounds[1]),
        quantiles,
        columns,
        counts,
        status,
    )
