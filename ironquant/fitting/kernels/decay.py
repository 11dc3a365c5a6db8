"""Compiled twin of `solver._solve`: variable projection for S = A·exp(−R·tau) (+ C)."""

from __future__ import annotations

import numpy as np

from ironquant.fitting.kernels.lanes import LANES, combine, compiled, exp_below_zero, power_sums, time_sums
from ironquant.fitting.modelfit import Array
from ironquant.fitting.solver import BRACKET_TOLERANCE, NEWTON_STEPS, STEP_TOLERANCE

STEPS = 4
"""Newton steps on all voxels; those that need more are gathered and go on by themselves."""
ROWS = 9
"""Of a result: rate, amplitude at the first echo, offset, weighted and plain residual sum,
information; relative size of the last step; bracket (low, high)."""


@compiled
def _load(
    curves: Array, weights: Array, start: int, count: int, y: Array, w: Array, wy: Array, scale: Array
) -> None:
    """Copy `count` voxels from `start` on, scaled to unit size; spare lanes repeat the last one."""
    n = curves.shape[0]
    shared = weights.shape[1] == 1
    for i in range(n):
        row = curves[i, start : start + count]
        given = weights[i, 0:1] if shared else weights[i, start : start + count]
        for lane in range(count):
            y[i, lane] = row[lane]
            w[i, lane] = given[0 if shared else lane]
        for lane in range(count, LANES):
            y[i, lane] = row[count - 1]
            w[i, lane] = given[0 if shared else count - 1]
    for lane in range(LANES):
        scale[lane] = 0.0
    for i in range(n):
        for lane in range(LANES):
            size = abs(y[i, lane]) if w[i, lane] > 0.0 else 0.0
            scale[lane] = size if size > scale[lane] else scale[lane]
    for lane in range(LANES):
        scale[lane] = scale[lane] if scale[lane] > 0.0 else 1.0
    for i in range(n):
        for lane in range(LANES):
            value = y[i, lane] / scale[lane] if w[i, lane] > 0.0 else 0.0
            y[i, lane] = value
            wy[i, lane] = w[i, lane] * value


@compiled
def _bracket(
    w: Array,
    wy: Array,
    shared: bool,
    basis: Array,
    square: Array,
    fixed: Array,
    grid: Array,
    intercept: bool,
    total: Array,
    first: Array,
    work: Array,
    rate: Array,
    low: Array,
    high: Array,
) -> None:
    """Start near the grid point that explains most, and between which rates the minimum lies."""
    gained, den, shift = work[0:4], work[4:8], work[8:12]
    best, before, after, last = work[12], work[13], work[14], work[15]
    for lane in range(LANES):
        best[lane] = 0.0
        before[lane] = 0.0
        after[lane] = 0.0
        last[lane] = 0.0
        rate[lane] = 0.0
    count = len(grid)
    for g in range(0, count, 4):
        combine(wy, basis[g : g + 4], gained)
        if shared:
            for k in range(4):
                for lane in range(LANES):
                    den[k, lane] = fixed[g + k, 0]
                    shift[k, lane] = fixed[g + k, 1]
        else:
            combine(w, square[g : g + 4], den)
            if intercept:
                combine(w, basis[g : g + 4], shift)
        for k in range(4):
            up, down, mean = gained[k], den[k], shift[k]
            if intercept:
                for lane in range(LANES):
                    up[lane] -= mean[lane] * first[lane] / total[lane]
                    down[lane] -= mean[lane] * mean[lane] / total[lane]
            at = grid[g + k]
            lower = grid[g + k - 1] if g + k > 0 else -1.0
            for lane in range(LANES):
                above = up[lane] if up[lane] > 0.0 else 0.0
                explained = above * above / (down[lane] if down[lane] > 1e-300 else 1e-300)
                follows = rate[lane] == lower
                better = explained > best[lane]
                after[lane] = explained if follows else after[lane]
                before[lane] = last[lane] if better else before[lane]
                best[lane] = explained if better else best[lane]
                rate[lane] = at if better else rate[lane]
                last[lane] = explained
    ratio = grid[1] / grid[0]
    lowest, highest = grid[0], grid[count - 1]
    for lane in range(LANES):
        at = rate[lane] if rate[lane] > lowest else lowest
        bottom = at / ratio if at > lowest else lowest
        top = at * ratio if at < highest else highest
        # Vertex of the parabola through the best point and its neighbours.
        bend = before[lane] - 2.0 * best[lane] + after[lane]
        move = 0.5 * (before[lane] - after[lane]) / bend
        width = top - at if move > 0.0 else at - bottom
        rate[lane] = at + move * width if (bend < 0.0) & (abs(move) < 1.0) else at
        low[lane] = bottom
        high[lane] = top


@compiled
def _moments(
    w: Array,
    wy: Array,
    tau: Array,
    step: float,
    rate: Array,
    intercept: bool,
    work: Array,
    e: Array,
    square: Array,
    p: Array,
    q: Array,
    s: Array,
) -> None:
    """Sums of e, e² and y·e with powers of time, for the present rates."""
    if step > 0.0:
        for lane in range(LANES):
            work[lane] = -rate[lane] * step
        exp_below_zero(work, e[0])
        for lane in range(LANES):
            square[0, lane] = e[0, lane] * e[0, lane]
        power_sums(wy, e[0], step, q)
        power_sums(w, square[0], step, p)
        if intercept:
            power_sums(w, e[0], step, s)
    else:
        for i in range(len(tau)):
            for lane in range(LANES):
                work[lane] = -rate[lane] * tau[i]
            exp_below_zero(work, e[i])
            for lane in range(LANES):
                square[i, lane] = e[i, lane] * e[i, lane]
        time_sums(wy, e, tau, q)
        time_sums(w, square, tau, p)
        if intercept:
            time_sums(w, e, tau, s)


@compiled
def _centre(total: Array, first: Array, p: Array, q: Array, s: Array, curve: Array) -> None:
    """Take the constant out of the sums; curve[0] = ⟨te, te⟩, curve[1] = ⟨e, t²e⟩."""
    for lane in range(LANES):
        t = total[lane]
        m0, m1, m2, y0 = s[0, lane], s[1, lane], s[2, lane], first[lane]
        curve[0, lane] = p[2, lane] - m1 * m1 / t
        curve[1, lane] = p[2, lane] - m0 * m2 / t
        p[0, lane] -= m0 * m0 / t
        p[1, lane] -= m0 * m1 / t
        q[0, lane] -= m0 * y0 / t
        q[1, lane] -= m1 * y0 / t
        q[2, lane] -= m2 * y0 / t


@compiled
def _newton(p: Array, q: Array, curve: Array, rate: Array, low: Array, high: Array, change: Array) -> None:
    """One safeguarded Newton step on the profiled gradient; change = relative step, 1 if halved."""
    for lane in range(LANES):
        p0 = p[0, lane] if p[0, lane] > 1e-300 else 1e-300
        p1, q1 = p[1, lane], q[1, lane]
        a = q[0, lane] / p0
        gradient = q1 - a * p1
        gauss = a * (curve[0, lane] - p1 * p1 / p0)
        full = -q[2, lane] + p1 * (q1 - 2.0 * a * p1) / p0 + a * (curve[0, lane] + curve[1, lane])
        curved = full > 0.1 * gauss
        slope = full if curved else gauss
        r = rate[lane]
        below = gradient < 0.0
        bottom = r if below else low[lane]
        top = high[lane] if below else r
        step = r - gradient / slope
        inside = (step > bottom) & (step < top)
        following = step if inside else 0.5 * (bottom + top)
        narrow = top - bottom < BRACKET_TOLERANCE * r
        moved = abs(following - r) / r
        # A Gauss step does not leave the square of itself: the tolerance for it is squared.
        moved = moved if curved else moved / STEP_TOLERANCE
        moved = moved if inside else 1.0
        change[lane] = 0.0 if narrow else moved
        low[lane] = bottom
        high[lane] = top
        rate[lane] = following


@compiled
def _finish(
    y: Array,
    w: Array,
    step: float,
    intercept: bool,
    total: Array,
    first: Array,
    p: Array,
    q: Array,
    s: Array,
    curve: Array,
    scale: Array,
    rate: Array,
    e: Array,
    out: Array,
) -> None:
    """Rows of the result at the final rate, as `decay` tells."""
    for lane in range(LANES):
        p0 = p[0, lane] if p[0, lane] > 1e-300 else 1e-300
        a = q[0, lane] / p0
        a = a if a < 1e100 else 1e100
        a = a if a > -1e100 else -1e100
        spread = curve[0, lane] - p[1, lane] * p[1, lane] / p0
        out[0, lane] = rate[lane]
        out[1, lane] = a
        out[2, lane] = (first[lane] - a * s[0, lane]) / total[lane] if intercept else 0.0
        out[3, lane] = 0.0
        out[4, lane] = 0.0
        out[5, lane] = a * a * (spread if spread > 0.0 else 0.0)
        e[-1, lane] = 1.0
    for i in range(y.shape[0]):
        power = e[-1] if step > 0.0 else e[i]
        for lane in range(LANES):
            rest = y[i, lane] - out[1, lane] * power[lane] - out[2, lane]
            weight = w[i, lane]
            out[3, lane] += weight * rest * rest
            out[4, lane] += rest * rest if weight > 0.0 else 0.0
        if step > 0.0:
            for lane in range(LANES):
                e[-1, lane] *= e[0, lane]
    for lane in range(LANES):
        size = scale[lane]
        out[1, lane] *= size
        out[2, lane] *= size
        out[3, lane] *= size * size
        out[4, lane] *= size * size
        out[5, lane] *= size * size


@compiled
def _decay(
    curves: Array,
    weights: Array,
    tau: Array,
    step: float,
    grid: Array,
    basis: Array,
    intercept: bool,
    fresh: bool,
    result: Array,
) -> None:
    """Take every voxel `STEPS` Newton steps on, from a search (`fresh`) or from where `result` stands.

    Shapes: curves (echo, voxel), weights (echo, voxel) or (echo, 1), tau (padded,), grid (point,) a
    multiple of four, basis (point, padded) = exp(−grid·tau), result (ROWS, voxel). `step` is the
    spacing of even echoes, 0 where they are uneven.
    """
    n, count = curves.shape
    padded = len(tau)
    y, w, wy = np.zeros((padded, LANES)), np.zeros((padded, LANES)), np.zeros((padded, LANES))
    # One row more than echoes: the running power of even echoes.
    e, square = np.zeros((padded + 1, LANES)), np.zeros((padded, LANES))
    p, q, s = np.zeros((3, LANES)), np.zeros((3, LANES)), np.zeros((3, LANES))
    curve, work, out = np.zeros((2, LANES)), np.zeros((16, LANES)), np.zeros((6, LANES))
    scale, rate, low, high = np.ones(LANES), np.ones(LANES), np.ones(LANES), np.ones(LANES)
    total, first, change = np.ones(LANES), np.ones(LANES), np.ones(LANES)
    shared = weights.shape[1] == 1
    fixed, basis_square = np.zeros((len(grid), 2)), basis**2
    for g in range(len(grid)):
        for i in range(n):
            fixed[g, 0] += weights[i, 0] * basis_square[g, i]
            fixed[g, 1] += weights[i, 0] * basis[g, i]
    for start in range(0, count, LANES):
        m = min(LANES, count - start)
        _load(curves, weights, start, m, y[:n], w[:n], wy[:n], scale)
        if intercept:
            total[:] = 0.0
            first[:] = 0.0
            for i in range(n):
                for lane in range(LANES):
                    total[lane] += w[i, lane]
                    first[lane] += wy[i, lane]
        if fresh:
            _bracket(
                w,
                wy,
                shared,
                basis,
                basis_square,
                fixed,
                grid,
                intercept,
                total,
                first,
                work,
                rate,
                low,
                high,
            )
        else:
            for lane in range(LANES):
                voxel = start + min(lane, m - 1)
                rate[lane], low[lane], high[lane] = result[0, voxel], result[7, voxel], result[8, voxel]
        for turn in range(STEPS + 1):
            _moments(w, wy, tau, step, rate, intercept, work[0], e, square, p, q, s)
            if intercept:
                _centre(total, first, p, q, s, curve)
            else:
                curve[0] = p[2]
                curve[1] = p[2]
            if turn == STEPS or (turn > 0 and change.max() <= STEP_TOLERANCE):
                break
            _newton(p, q, curve, rate, low, high, change)
        _finish(y, w, step, intercept, total, first, p, q, s, curve, scale, rate, e, out)
        for k in range(6):
            result[k, start : start + m] = out[k, :m]
        result[6, start : start + m] = change[:m]
        result[7, start : start + m] = low[:m]
        result[8, start : start + m] = high[:m]


def solve(
    curves: Array, tau: Array, weights: Array, grid: Array, intercept: bool, step: float
) -> tuple[Array, ...]:
    """Return what `solver._solve` returns; `step` is the spacing of even echoes, 0 for uneven ones."""
    padded = np.concatenate([tau, np.full(-len(tau) % 4, tau[-1])])
    basis = np.exp(-np.outer(grid, padded))
    curves, weights = np.ascontiguousarray(curves), np.ascontiguousarray(weights)
    result = np.empty((ROWS, curves.shape[1]))
    _decay(curves, weights, padded, step, grid, basis, intercept, True, result)
    for _ in range(NEWTON_STEPS // STEPS - 1):
        late = np.flatnonzero(result[6] > STEP_TOLERANCE)
        if late.size == 0:
            break
        part, own = result[:, late], weights if weights.shape[1] == 1 else weights[:, late]
        _decay(curves[:, late], own, padded, step, grid, basis, intercept, False, part)
        result[:, late] = part
    return tuple(result[:6])
