"""Compiled twin of `fatsearch.refined`: one curve after the other."""

from __future__ import annotations

import math

import numpy as np

from ironquant.fitting.fatsearch import (
    FIRST_DAMPING,
    LEAST_BEAT,
    LEAST_LOG,
    LEAST_RAISED,
    LONGEST_LOG,
    MOST_DAMPING,
    MOST_LOG,
    MOST_STEPS,
    ROUNDING,
    SUM_ROWS,
    TINY,
    TOLERANCE,
    FatData,
)
from ironquant.fitting.kernels.lanes import compiled
from ironquant.fitting.modelfit import Array


@compiled
def _sums(
    magnitude: Array,
    square: Array,
    known: bool,
    floor: float,
    w: Array,
    te: Array,
    slope: Array,
    bend: Array,
    at: Array,
    own: Array,
    pull: Array,
    score: Array,
    sums: Array,
) -> None:
    """Fill what `fatsearch.sums_at` returns; `own`, `pull` and `score` are room to work in."""
    fraction = at[2]
    misfit, size, total, level, late, mean = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    for i in range(len(te)):
        beat = max(1.0 + fraction * (slope[i] + fraction * bend[i]), LEAST_BEAT)
        expected = math.exp(2.0 * (at[0] - at[1] * te[i])) * beat
        pull[i] = (0.5 * slope[i] + fraction * bend[i]) / beat
        if known:
            raised = expected + floor + TINY
            share = expected / raised
            part = 0.25 * (raised - (square[i] + floor) * math.log(raised))
            score[i] = w[i] * 0.5 * share * (square[i] - expected)
            own[i] = w[i] * share * expected
        else:
            root = math.sqrt(expected)
            rest = magnitude[i] - root
            part = 0.5 * rest * rest
            score[i] = w[i] * rest * root
            own[i] = w[i] * expected
        misfit += w[i] * part
        size += w[i] * abs(part)
        total += score[i]
        level += own[i]
        late += te[i] * own[i]
        mean += own[i] * pull[i]
    level = max(level, TINY)
    late, mean = late / level, mean / level
    score_r, score_f, rr, rf, ff = 0.0, 0.0, 0.0, 0.0, 0.0
    for i in range(len(te)):
        early, beside = late - te[i], pull[i] - mean
        score_r += score[i] * early
        score_f += score[i] * beside
        rr += own[i] * early * early
        rf += own[i] * early * beside
        ff += own[i] * beside * beside
    sums[0], sums[1], sums[2], sums[3], sums[4], sums[5] = misfit, size, total, score_r, score_f, level
    sums[6], sums[7], sums[8], sums[9], sums[10] = late, mean, rr, rf, ff


@compiled
def _clip(value: float, low: float, high: float) -> float:
    """Keep a number in a range; NaN stays."""
    value = low if value < low else value
    return high if value > high else value


@compiled
def _number(value: float) -> float:
    """Return 0 for NaN."""
    return value if value == value else 0.0


@compiled
def _ahead(
    at: Array, sums: Array, damping: float, slowest: float, fastest: float, highest: float, ahead: Array
) -> float:
    """Fill where the damped step leads; return the step in R."""
    score, score_r, score_f, level, late, mean = sums[2], sums[3], sums[4], sums[5], sums[6], sums[7]
    rf = sums[9]
    rr, ff = sums[8] * (1.0 + damping) + TINY, sums[10] * (1.0 + damping) + TINY
    step_f = (score_f * rr - score_r * rf) / max(rr * ff - rf * rf, TINY)
    step_f = _clip(_number(step_f), -at[2], highest - at[2])
    step_r = _clip(_number((score_r - rf * step_f) / rr), slowest - at[1], fastest - at[1])
    step_f = _clip((score_f - rf * step_r) / ff, -at[2], highest - at[2])
    step_a = _number(score / level) + late * step_r - mean * step_f
    ahead[0] = _clip(at[0] + _clip(step_a, -LONGEST_LOG, LONGEST_LOG), LEAST_LOG, MOST_LOG)
    ahead[1] = at[1] + step_r
    ahead[2] = at[2] + step_f
    return step_r


@compiled
def _refine(
    magnitudes: Array,
    squares: Array,
    known: bool,
    floors: Array,
    weights: Array,
    te: Array,
    slope: Array,
    bend: Array,
    slowest: float,
    fastest: float,
    highest: float,
    found: Array,
    sums: Array,
) -> None:
    """Shapes: (echo, voxel), weights also (echo, 1); te (echo,); found (3, voxel), sums (11, voxel)."""
    n, count = squares.shape
    y, square, w = np.empty(n), np.empty(n), np.empty(n)
    own, pull, score = np.empty(n), np.empty(n), np.empty(n)
    at, ahead, here, there = np.empty(3), np.empty(3), np.empty(SUM_ROWS), np.empty(SUM_ROWS)
    for voxel in range(count):
        for i in range(n):
            y[i], square[i] = magnitudes[i, voxel], squares[i, voxel]
            w[i] = weights[i, voxel if weights.shape[1] > 1 else 0]
        floor = floors[voxel]
        at[0], at[1], at[2] = found[0, voxel], found[1, voxel], found[2, voxel]
        _sums(y, square, known, floor, w, te, slope, bend, at, own, pull, score, here)
        damping = FIRST_DAMPING
        for _ in range(MOST_STEPS):
            step_r = _ahead(at, here, damping, slowest, fastest, highest, ahead)
            _sums(y, square, known, floor, w, te, slope, bend, ahead, own, pull, score, there)
            moved = max(abs(ahead[0] - at[0]), abs(ahead[2] - at[2]))
            moved = max(moved, abs(step_r) / (at[1] + 1.0 / te[n - 1]))
            if there[0] <= here[0] + ROUNDING * here[1]:
                here, there = there, here
                at, ahead = ahead, at
                damping = 0.1 * damping
            else:
                damping = 10.0 * max(damping, LEAST_RAISED)
            if not (moved > TOLERANCE and damping < MOST_DAMPING):
                break
        found[0, voxel], found[1, voxel], found[2, voxel] = at[0], at[1], at[2]
        for k in range(SUM_ROWS):
            sums[k, voxel] = here[k]


def solve(data: FatData, start: Array, highest_fraction: float = 1.0) -> tuple[Array, Array]:
    """Return what `fatsearch.refined` returns."""
    found, sums = np.array(start), np.empty((SUM_ROWS, start.shape[1]))
    train = data.train
    slowest, fastest = train.rate_range
    _refine(
        np.ascontiguousarray(data.magnitude),
        np.ascontiguousarray(data.square),
        data.variance is not None,
        data.floor,
        np.ascontiguousarray(data.weights),
        train.te[:, 0],
        train.slope[:, 0],
        train.bend[:, 0],
        slowest,
        fastest,
        highest_fraction,
        found,
        sums,
    )
    return found, sums
