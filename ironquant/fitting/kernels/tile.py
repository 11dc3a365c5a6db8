"""128 voxels from rows of echoes to a fit of S0·exp(−TE·R2*), and whether their case is clear.

Rows are turned into rows by echo, scaled, approached in single precision (`rough.py`) and finished by
one exact step. Nothing in between leaves the cache.

Arrays as in `lanes.py`. A curve is scaled to a largest echo of 1; `w` are weights 0 or 1, `wy` the
echoes times them, both also in single precision.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ironquant.fitting.arguments import LARGEST, SMALLEST
from ironquant.fitting.innerproducts import TINY
from ironquant.fitting.kernels.lanes import LANES, compiled, decays
from ironquant.fitting.kernels.rough import Tile, approach, start
from ironquant.fitting.kernels.steps import moments
from ironquant.fitting.modelfit import Array
from ironquant.fitting.projection import LEAST_CURVATURE, WELL_EXPLAINED
from ironquant.fitting.truncation import EXACT, PREDICTION_SE

FIRST_STEPS, NEXT_STEPS = 4, 3
"""In single precision: from a quick start, and from the fit with one echo more."""
STEP_TOLERANCE = 3e-6
"""Of the one step in double precision (relative): it leaves an error of about its square."""
STATE_ROWS = 8
RATE, AMPLITUDE, SCALE, RSS, VARIED, INFORMATION, CLEAR, OUTSTANDING = range(STATE_ROWS)
"""Rows of the state of some voxels: rate; amplitude at the first echo, residual sum, sum about the
mean and information in units of the scale; 1 where the case is clear, and where the echo after
those fitted stands out."""


@compiled
def load_rows(
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
def scale_rows(raw: NDArray[np.floating], scale: Array, inverse: Array, clear: Array) -> None:
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
        inverse = 1.0 / (p[lane] if p[lane] > TINY else TINY)
        p1, p2, q1 = p[LANES + lane], p[2 * LANES + lane], q[LANES + lane]
        a = q[lane] * inverse
        gradient = q1 - a * p1
        spread = p2 - p1 * p1 * inverse
        gauss = a * spread
        full = 2.0 * a * p2 - q[2 * LANES + lane] + p1 * (q1 - 2.0 * a * p1) * inverse
        step = -gradient / full
        r = rate[lane]
        size, allowed = abs(step), STEP_TOLERANCE * r
        explained = q[lane] * a - a * gradient * step
        good = (
            (size <= allowed) & (full > LEAST_CURVATURE * gauss) & (explained >= WELL_EXPLAINED * whole[lane])
        )
        rest = whole[lane] - explained
        clear[lane] = clear[lane] if good else 0.0
        rate[lane] = r + step
        a -= (gradient - a * p1) * inverse * step
        out[lane] = a
        out[LANES + lane] = rest if rest > 0.0 else 0.0
        out[2 * LANES + lane] = a * a * spread


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
def fit_tiles(
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
    rp, rq = np.zeros(3 * LANES, np.float32), np.zeros(3 * LANES, np.float32)
    rwork, bits, rough_rate = (
        np.zeros(LANES, np.float32),
        np.zeros(LANES, np.int32),
        np.zeros(LANES, np.float32),
    )
    e, square, p, q = (
        np.zeros((padded, LANES)),
        np.zeros((padded, LANES)),
        np.zeros(3 * LANES),
        np.zeros(3 * LANES),
    )
    work, fit, inverse, count = np.zeros(LANES), np.zeros(3 * LANES), np.ones(LANES), np.ones(LANES)
    scale, clear, whole, varied = np.ones(LANES), np.ones(LANES), np.ones(LANES), np.ones(LANES)
    rate, outstanding, sums = np.ones(LANES), np.zeros(LANES), np.zeros((6, LANES))
    rough_tau = tau.astype(np.float32)
    unit = spacing if spacing > 0.0 else 1.0
    low, high = np.float32(grid[0] * unit), np.float32(grid[-1] * unit)
    for begin in range(0, len(order), LANES):
        m = min(LANES, len(order) - begin)
        load_rows(curves, source, order, begin, raw)
        scale_rows(raw, scale, inverse, clear)
        for lane in range(LANES):
            voxel = order[begin + (lane if lane < m else m - 1)]
            count[lane] = used[voxel]
            rough_rate[lane] = state[RATE, voxel] * unit
        _weigh(raw, inverse, count, w[:n], wy[:n], rw[:n], rwy[:n], whole, varied)
        if not shorter:
            start(rwy[:n], rw[:n], rough_tau, spacing > 0.0, rough_rate, rp[:LANES], rq[:LANES])
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
            _stands_out(
                raw, inverse, w, tau, count, e, fit[:LANES], fit[LANES : 2 * LANES], sums, outstanding
            )
        for lane in range(m):
            voxel = order[begin + lane]
            state[RATE, voxel] = rate[lane]
            state[AMPLITUDE, voxel] = fit[lane]
            state[SCALE, voxel] = scale[lane]
            state[RSS, voxel] = fit[LANES + lane]
            state[VARIED, voxel] = varied[lane]
            state[INFORMATION, voxel] = fit[2 * LANES + lane]
            state[CLEAR, voxel] = clear[lane]
            state[OUTSTANDING, voxel] = outstanding[lane]
