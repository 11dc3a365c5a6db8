"""From rows of echoes to columns of results in one pass, for voxels whose case is clear.

128 voxels at a time are turned into rows by echo, fitted and judged; nothing in between leaves the
cache. A voxel that is not clear (no decay, noise, not finite, an unusual curve) is handed back: the
rules for it stand in the general path, once.

Arrays as in `lanes.py`. A curve is scaled to a largest echo of 1; `w` are weights 0 or 1, `wy` the
echoes times them, both also in single precision (`rough.py`).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ironquant.fitting.arguments import LARGEST, SMALLEST
from ironquant.fitting.kernels.decay import WELL_EXPLAINED
from ironquant.fitting.kernels.lanes import LANES, compiled, decays, exp_below_zero
from ironquant.fitting.kernels.rough import Tile, approach, start
from ironquant.fitting.kernels.steps import moments
from ironquant.fitting.modelfit import Array
from ironquant.fitting.solver import LEAST_CURVATURE, TINY, Train
from ironquant.fitting.truncation import (
    EXACT,
    FLOOR_FACTOR,
    LOW_FIRST_FRACTION,
    LOW_FLOOR_FACTOR,
    PREDICTION_SE,
)

FIRST_STEPS, NEXT_STEPS = 4, 3
"""In single precision: from a quick start, and from the fit with one echo more."""
STEP_TOLERANCE = 3e-6
"""Of the one step in double precision (relative): it leaves an error of about its square."""
LEAST_ECHOES = 3
CHUNK = 32 * LANES
"""Voxels whose state stays in the cache."""
RATE, AMPLITUDE, SCALE, RSS, VARIED, INFORMATION, CLEAR, OUTSTANDING = range(8)
"""Rows of the state of a block: rate; amplitude at the first echo, residual sum, sum about the mean
and information in units of the scale; 1 where the case is clear, and where the echo after those
fitted stands out."""


@compiled
def _load(
    curves: NDArray[np.floating],
    source: NDArray[np.intp],
    order: NDArray[np.intp],
    begin: int,
    raw: NDArray[np.floating],
) -> None:
    """Turn rows into columns; spare lanes repeat the last row."""
    last = len(order) - 1
    for lane in range(LANES):
        row = source[order[begin + lane if begin + lane < last else last]]
        for i in range(curves.shape[1]):
            raw[i, lane] = curves[row, i]


@compiled
def _scale(raw: NDArray[np.floating], scale: Array, inverse: Array, clear: Array) -> None:
    """Find the largest echo; a curve is clear where it is finite and not dark."""
    for lane in range(LANES):
        scale[lane] = 0.0
        clear[lane] = 1.0
    for i in range(raw.shape[0]):
        for lane in range(LANES):
            size = abs(np.float64(raw[i, lane]))
            scale[lane] = size if size > scale[lane] else scale[lane]
            clear[lane] = clear[lane] if size < LARGEST else 0.0  # a NaN fails
    for lane in range(LANES):
        clear[lane] = clear[lane] if scale[lane] > SMALLEST else 0.0
        inverse[lane] = 1.0 / (scale[lane] if scale[lane] > SMALLEST else 1.0)


@compiled
def _weigh(
    raw: NDArray[np.floating],
    inverse: Array,
    used: Array,
    w: Array,
    wy: Array,
    rw: Tile,
    rwy: Tile,
    whole: Array,
    varied: Array,
) -> None:
    """Weigh the first `used` echoes; whole = Σ w·y², varied = Σ w·(y − mean)²."""
    for lane in range(LANES):
        whole[lane] = 0.0
        varied[lane] = 0.0
    for i in range(raw.shape[0]):
        for lane in range(LANES):
            weight = 1.0 if i < used[lane] else 0.0
            value = weight * inverse[lane] * raw[i, lane]
            w[i, lane] = weight
            wy[i, lane] = value
            rw[i, lane] = weight
            rwy[i, lane] = value
            whole[lane] += value * value
            varied[lane] += value
    for lane in range(LANES):
        rest = whole[lane] - varied[lane] * varied[lane] / used[lane]
        varied[lane] = rest if rest > 0.0 else 0.0


@compiled
def _finish(p: Array, q: Array, whole: Array, rate: Array, clear: Array, out: Array) -> None:
    """One exact Newton step from the sums at `rate`, and what the fit is where it has led.

    out: amplitude at the first echo, residual sum of squares, information.
    """
    for lane in range(LANES):
        inverse = 1.0 / (p[0, lane] if p[0, lane] > TINY else TINY)
        p1, p2, q1 = p[1, lane], p[2, lane], q[1, lane]
        a = q[0, lane] * inverse
        gradient = q1 - a * p1
        spread = p2 - p1 * p1 * inverse
        gauss = a * spread
        full = 2.0 * a * p2 - q[2, lane] + p1 * (q1 - 2.0 * a * p1) * inverse
        step = -gradient / full
        r = rate[lane]
        size, allowed = abs(step), STEP_TOLERANCE * r
        explained = q[0, lane] * a - a * gradient * step
        good = (
            (size <= allowed) & (full > LEAST_CURVATURE * gauss) & (explained >= WELL_EXPLAINED * whole[lane])
        )
        rest = whole[lane] - explained
        clear[lane] = clear[lane] if good else 0.0
        rate[lane] = r + step
        a -= (gradient - a * p1) * inverse * step
        out[0, lane] = a
        out[1, lane] = rest if rest > 0.0 else 0.0
        out[2, lane] = a * a * spread


@compiled
def _stands_out(
    raw: NDArray[np.floating],
    inverse: Array,
    w: Array,
    tau: Array,
    used: Array,
    e: Array,
    amplitude: Array,
    rss: Array,
    sums: Array,
    found: Array,
) -> None:
    """Whether the echo after the `used` ones lies significantly above what their fit predicts.

    e = exp(−rate·tau); sums: six rows to work in. See `truncation.py`.
    """
    a, b, c, late, expected, measured = sums[0], sums[1], sums[2], sums[3], sums[4], sums[5]
    for k in range(6):
        for lane in range(LANES):
            sums[k, lane] = 0.0
    for i in range(raw.shape[0]):
        t = tau[i]
        for lane in range(LANES):
            part = w[i, lane] * e[i, lane] * e[i, lane]
            a[lane] += part
            b[lane] += t * part
            c[lane] += t * t * part
            following = i == used[lane]
            late[lane] = t if following else late[lane]
            expected[lane] = e[i, lane] if following else expected[lane]
            measured[lane] = raw[i, lane] if following else measured[lane]
    for lane in range(LANES):
        t, size = late[lane], expected[lane]
        spread = c[lane] - 2.0 * b[lane] * t + a[lane] * t * t
        spread = size * size * spread / (a[lane] * c[lane] - b[lane] * b[lane])
        freedom = used[lane] - 2.0
        error = np.sqrt(rss[lane] / freedom * (1.0 + spread))
        excess = measured[lane] * inverse[lane] - amplitude[lane] * size
        above = PREDICTION_SE * error + EXACT * abs(raw[0, lane]) * inverse[lane]
        found[lane] = 1.0 if excess > above else 0.0


@compiled
def _fit(
    curves: NDArray[np.floating],
    source: NDArray[np.intp],
    order: NDArray[np.intp],
    used: NDArray[np.int16],
    shorter: bool,
    tau: Array,
    spacing: float,
    grid: Array,
    state: Array,
) -> None:
    """Fit the first `used` echoes of the voxels in `order`, and write their columns of `state`.

    `shorter`: go on from the rates in `state`, and see whether the following echo stands out.
    Shapes: curves (row, echo), source and used (voxel,), tau (padded,), state (8, voxel).
    """
    n, padded = curves.shape[1], len(tau)
    raw = np.zeros((n, LANES), curves.dtype)
    w, wy = np.zeros((padded, LANES)), np.zeros((padded, LANES))
    rw, rwy = np.zeros((padded, LANES), np.float32), np.zeros((padded, LANES), np.float32)
    re, rsquare = np.zeros((padded, LANES), np.float32), np.zeros((padded, LANES), np.float32)
    rp, rq = np.zeros((3, LANES), np.float32), np.zeros((3, LANES), np.float32)
    rwork, bits, rough_rate = (
        np.zeros(LANES, np.float32),
        np.zeros(LANES, np.int32),
        np.zeros(LANES, np.float32),
    )
    e, square, p, q = (
        np.zeros((padded, LANES)),
        np.zeros((padded, LANES)),
        np.zeros((3, LANES)),
        np.zeros((3, LANES)),
    )
    work, fit, inverse, count = np.zeros(LANES), np.zeros((3, LANES)), np.ones(LANES), np.ones(LANES)
    scale, clear, whole, varied = np.ones(LANES), np.ones(LANES), np.ones(LANES), np.ones(LANES)
    rate, outstanding, sums = np.ones(LANES), np.zeros(LANES), np.zeros((6, LANES))
    rough_tau = tau.astype(np.float32)
    unit = spacing if spacing > 0.0 else 1.0
    low, high = np.float32(grid[0] * unit), np.float32(grid[-1] * unit)
    for begin in range(0, len(order), LANES):
        m = min(LANES, len(order) - begin)
        _load(curves, source, order, begin, raw)
        _scale(raw, scale, inverse, clear)
        for lane in range(LANES):
            voxel = order[begin + (lane if lane < m else m - 1)]
            count[lane] = used[voxel]
            rough_rate[lane] = state[RATE, voxel] * unit
        _weigh(raw, inverse, count, w[:n], wy[:n], rw[:n], rwy[:n], whole, varied)
        if not shorter:
            start(rwy[:n], rw[:n], rough_tau, spacing > 0.0, rough_rate, rp[0], rp[1])
        steps = NEXT_STEPS if shorter else FIRST_STEPS
        approach(
            rw, rwy, rough_tau, spacing > 0.0, steps, low, high, rough_rate, bits, rwork, re, rsquare, rp, rq
        )
        for lane in range(LANES):
            rate[lane] = rough_rate[lane] / unit
        moments(w, wy, tau, spacing, rate, False, work, e, square, p, q, p)
        _finish(p, q, whole, rate, clear, fit)
        if shorter:
            decays(tau[:n], spacing, rate, work, e[:n])
            _stands_out(raw, inverse, w, tau, count, e, fit[0], fit[1], sums, outstanding)
        for lane in range(m):
            voxel = order[begin + lane]
            state[RATE, voxel] = rate[lane]
            state[AMPLITUDE, voxel] = fit[0, lane]
            state[SCALE, voxel] = scale[lane]
            state[RSS, voxel] = fit[1, lane]
            state[VARIED, voxel] = varied[lane]
            state[INFORMATION, voxel] = fit[2, lane]
            state[CLEAR, voxel] = clear[lane]
            state[OUTSTANDING, voxel] = outstanding[lane]


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
        used[voxel] = max(count, LEAST_ECHOES)


@compiled
def _is_low(curves: NDArray[np.floating], row: int, floor: float, used: int) -> bool:
    """Whether the last used echo is one that the rule may drop."""
    level = LOW_FLOOR_FACTOR * floor if floor > 0.0 else LOW_FIRST_FRACTION * curves[row, 0]
    return used > LEAST_ECHOES and curves[row, used - 1] < level


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
        _fit(curves, source, candidates[:count], fewer, True, tau, spacing, grid, other)
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
def _store(
    curves: NDArray[np.floating],
    source: NDArray[np.intp],
    rows: NDArray[np.intp],
    used: NDArray[np.int16],
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
            freedom = used[voxel] - 2
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
    state, other, used = np.empty((8, CHUNK)), np.empty((8, CHUNK)), np.empty(CHUNK, np.int16)
    levels = np.empty(CHUNK)
    for begin in range(0, len(rows), CHUNK):
        end = min(begin + CHUNK, len(rows))
        part, m = source[begin:end], end - begin
        used[:m] = curves.shape[1]
        if truncated:
            for voxel in range(m):
                levels[voxel] = floor[begin + voxel if len(floor) > 1 else 0]
            _above(curves, part, levels, used)
        _fit(curves, part, np.arange(m), used, False, tau, spacing, grid, state)
        if truncated:
            _drop_late(curves, part, levels, used, tau, spacing, grid, state, other)
        n_left += _store(
            curves,
            part,
            rows[begin:end],
            used,
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
