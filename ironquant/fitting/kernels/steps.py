"""Steps of variable projection for 128 voxels side by side: load, start, moments, Newton, outcome."""

from __future__ import annotations

from ironquant.fitting.kernels.lanes import LANES, combine, compiled, exp_below_zero, power_sums, time_sums
from ironquant.fitting.modelfit import Array
from ironquant.fitting.projection import BRACKET_TOLERANCE, LEAST_CURVATURE, STEP_TOLERANCE


@compiled
def load(
    curves: Array,
    weights: Array,
    start: int,
    count: int,
    y: Array,
    w: Array,
    wy: Array,
    scale: Array,
    inverse: Array,
    whole: Array,
    total: Array,
    first: Array,
) -> None:
    """Copy `count` voxels from `start` on, scaled to unit size; spare lanes repeat the last one.

    whole = Σ w·y², total = Σ w, first = Σ w·y.
    """
    n = curves.shape[0]
    shared = weights.shape[1] == 1
    for lane in range(LANES):
        scale[lane] = 0.0
        whole[lane] = 0.0
        total[lane] = 0.0
        first[lane] = 0.0
    for i in range(n):
        row = curves[i, start : start + count]
        for lane in range(count):
            y[i, lane] = row[lane]
        for lane in range(count, LANES):
            y[i, lane] = row[count - 1]
        if shared:
            weight = weights[i, 0]
            for lane in range(LANES):
                w[i, lane] = weight
            if weight == 0.0:
                for lane in range(LANES):
                    y[i, lane] = 0.0
        else:
            given = weights[i, start : start + count]
            for lane in range(count):
                w[i, lane] = given[lane]
            for lane in range(count, LANES):
                w[i, lane] = given[count - 1]
            for lane in range(LANES):
                y[i, lane] = y[i, lane] if w[i, lane] > 0.0 else 0.0
        for lane in range(LANES):
            size = abs(y[i, lane])
            scale[lane] = size if size > scale[lane] else scale[lane]
    for lane in range(LANES):
        scale[lane] = scale[lane] if scale[lane] > 0.0 else 1.0
        inverse[lane] = 1.0 / scale[lane]
    for i in range(n):
        for lane in range(LANES):
            value = y[i, lane] * inverse[lane]
            weighted = w[i, lane] * value
            y[i, lane] = value
            wy[i, lane] = weighted
            whole[lane] += weighted * value
            total[lane] += w[i, lane]
            first[lane] += weighted


@compiled
def bracket(
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
                    part = mean[lane] / total[lane]
                    up[lane] -= part * first[lane]
                    down[lane] -= part * mean[lane]
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
def moments(
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
def centre(total: Array, first: Array, p: Array, q: Array, s: Array, curve: Array) -> None:
    """Take the constant out of the sums; curve: ⟨te, te⟩ and ⟨e, t²e⟩."""
    for lane in range(LANES):
        part = 1.0 / total[lane]
        m0, m1, m2 = s[lane], s[LANES + lane], s[2 * LANES + lane]
        mean, y0 = m0 * part, first[lane] * part
        curve[lane] = p[2 * LANES + lane] - m1 * m1 * part
        curve[LANES + lane] = p[2 * LANES + lane] - mean * m2
        p[lane] -= mean * m0
        p[LANES + lane] -= mean * m1
        q[lane] -= m0 * y0
        q[LANES + lane] -= m1 * y0
        q[2 * LANES + lane] -= m2 * y0


@compiled
def spread(total: Array, p: Array, s: Array, curve: Array, variance: Array) -> None:
    """Variance of the constant for unit residuals, from the centred sums."""
    for lane in range(LANES):
        a, b, c, m0, m1, t = p[lane], p[LANES + lane], curve[lane], s[lane], s[LANES + lane], total[lane]
        by_rate = (m0 * m0 * c - 2.0 * m0 * m1 * b + m1 * m1 * a) / (a * c - b * b)
        variance[lane] = (1.0 + by_rate / t) / t


@compiled
def quick_start(y: Array, w: Array, tau: Array, step: float, grid: Array, work: Array, rate: Array) -> None:
    """Rate from neighbouring echoes: ΣS·S₊/ΣS² = exp(−R·step), or (S²first − S²last) / 2∫S² dt."""
    above, below = work[0], work[1]
    for lane in range(LANES):
        above[lane] = 0.0
        below[lane] = 1e-300
    if step > 0.0:
        for i in range(y.shape[0] - 1):
            for lane in range(LANES):
                here, there, weight = y[i, lane], y[i + 1, lane], w[i + 1, lane]
                above[lane] += weight * here * there
                below[lane] += weight * here * here
        for lane in range(LANES):
            part = above[lane] / below[lane]
            # −ln by its series around 1, good enough to start from.
            z = (1.0 - part) / (1.0 + part)
            square = z * z
            rate[lane] = 2.0 * z * (1.0 + square * (1 / 3 + square * (1 / 5 + square / 7))) / step
    else:
        for i in range(y.shape[0] - 1):
            width = tau[i + 1] - tau[i]
            for lane in range(LANES):
                here, there = y[i, lane] * y[i, lane], y[i + 1, lane] * y[i + 1, lane]
                kept = 1.0 if w[i + 1, lane] > 0.0 else 0.0
                above[lane] += kept * (here - there)
                below[lane] += kept * width * (here + there)
        for lane in range(LANES):
            rate[lane] = above[lane] / below[lane]
    lowest, highest = grid[0], grid[-1]
    for lane in range(LANES):
        part = rate[lane] if rate[lane] > lowest else lowest
        rate[lane] = part if part < highest else highest


@compiled
def newton(
    p: Array, q: Array, curve: Array, rate: Array, low: Array, high: Array, change: Array, moved: Array
) -> None:
    """One safeguarded Newton step on the profiled gradient.

    change = relative step, 1 where the bracket was halved; moved = the step itself, then 0.
    """
    for lane in range(LANES):
        p0 = p[lane] if p[lane] > 1e-300 else 1e-300
        inverse = 1.0 / p0
        p1, q1 = p[LANES + lane], q[LANES + lane]
        a = q[lane] * inverse
        gradient = q1 - a * p1
        gauss = a * (curve[lane] - p1 * p1 * inverse)
        bend = a * (curve[lane] + curve[LANES + lane])
        full = bend - q[2 * LANES + lane] + p1 * (q1 - 2.0 * a * p1) * inverse
        curved = full > LEAST_CURVATURE * gauss
        step = -gradient / (full if curved else gauss)
        r = rate[lane]
        below = gradient < 0.0
        bottom = r if below else low[lane]
        top = high[lane] if below else r
        wanted = r + step
        inside = (wanted >= bottom) & (wanted <= top)
        following = wanted if inside else 0.5 * (bottom + top)
        size = abs(step)
        # A Gauss step does not leave the square of itself: the tolerance for it is squared.
        size = size if curved else size * (1.0 / STEP_TOLERANCE)
        size = size if inside else r
        change[lane] = size if top - bottom > BRACKET_TOLERANCE * r else 0.0
        moved[lane] = step if inside else 0.0
        low[lane] = bottom
        high[lane] = top
        rate[lane] = following
    for lane in range(LANES):
        change[lane] /= rate[lane]


@compiled
def outcome(p: Array, q: Array, curve: Array, moved: Array, out: Array) -> None:
    """Amplitude, explained sum of squares and information where the last step has led."""
    for lane in range(LANES):
        p0 = p[lane] if p[lane] > 1e-300 else 1e-300
        inverse = 1.0 / p0
        p1, q1 = p[LANES + lane], q[LANES + lane]
        a = q[lane] * inverse
        spread = curve[lane] - p1 * p1 * inverse
        gained = a * (a * p1 - q1) * moved[lane]
        explained = q[lane] * a + gained
        a += (2.0 * a * p1 - q1) * inverse * moved[lane]
        a = a if a < 1e100 else 1e100
        a = a if a > -1e100 else -1e100
        out[LANES + lane] = a
        out[2 * LANES + lane] = explained
        out[3 * LANES + lane] = a * a * (spread if spread > 0.0 else 0.0)
