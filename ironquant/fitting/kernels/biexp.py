"""Compiled twin of `biexpsearch.refined`: one curve after the other."""

from __future__ import annotations

import math

import numpy as np

from ironquant.fitting.biexpsearch import (
    FIRST_DAMPING,
    LEAST_CURVATURE,
    LEAST_DAMPING,
    LONGEST_STEP,
    MOST_DAMPING,
    MOST_STEPS,
    ROUNDING,
    STATE_ROWS,
    STEP_TOLERANCE,
    Pairs,
)
from ironquant.fitting.innerproducts import TINY
from ironquant.fitting.kernels.lanes import compiled
from ironquant.fitting.modelfit import Array


@compiled
def _eliminated(
    uu: float,
    uv: float,
    vv: float,
    determinant: float,
    a0: float,
    a1: float,
    b0: float,
    b1: float,
    out: Array,
) -> None:
    """Take out of three curvatures by x what the amplitudes make up for."""
    c0, d0 = (vv * a0 - uv * b0) / determinant, (uu * b0 - uv * a0) / determinant
    c1, d1 = (vv * a1 - uv * b1) / determinant, (uu * b1 - uv * a1) / determinant
    out[0] -= a0 * c0 + b0 * d0
    out[1] -= a0 * c1 + b0 * d1
    out[2] -= a1 * c1 + b1 * d1


@compiled
def _evaluate(y: Array, w: Array, tau: Array, x: Array, u: Array, v: Array, state: Array) -> None:
    """Fill the state at x; `u` and `v` are room for the decays."""
    p, q = math.exp(x[0]), math.exp(x[1])
    uu, uu1, uu2, uv, uv1, uv2, vv, vv1, vv2 = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    uy, vy = 0.0, 0.0
    for i in range(len(tau)):
        t = tau[i]
        u[i], v[i] = math.exp(-p * t), math.exp(-q * t)
        wu, wv = w[i] * u[i], w[i] * v[i]
        one, both, other = wu * u[i], wu * v[i], wv * v[i]
        uu += one
        uu1 += t * one
        uu2 += t * t * one
        uv += both
        uv1 += t * both
        uv2 += t * t * both
        vv += other
        vv1 += t * other
        vv2 += t * t * other
        uy += wu * y[i]
        vy += wv * y[i]
    determinant = max(uu * vv - uv * uv, TINY)
    a, b = (uy * vv - vy * uv) / determinant, (vy * uu - uy * uv) / determinant
    rss, s1, s2, t1, t2 = 0.0, 0.0, 0.0, 0.0, 0.0
    for i in range(len(tau)):
        t = tau[i]
        rest = y[i] - a * u[i] - b * v[i]
        weighted = w[i] * rest
        rss += weighted * rest
        first, second = t * u[i] * weighted, t * v[i] * weighted
        s1 += first
        s2 += t * first
        t1 += second
        t2 += t * second
    gp, gq = a * p, b * q
    state[0], state[1], state[2], state[3], state[4] = rss, a, b, gp * s1, gq * t1
    a0, a1, b0, b1 = -gp * uu1, -gq * uv1, -gp * uv1, -gq * vv1
    state[8], state[9], state[10] = gp * gp * uu2, gp * gq * uv2, gq * gq * vv2
    state[5], state[6], state[7] = state[8] + gp * (s1 - p * s2), state[9], state[10] + gq * (t1 - q * t2)
    _eliminated(uu, uv, vv, determinant, a0, a1, b0, b1, state[8:11])
    _eliminated(uu, uv, vv, determinant, a0 + p * s1, a1, b0, b1 + q * t1, state[5:8])


@compiled
def _within(value: float, low: float, high: float) -> float:
    """Clip a number; what is not finite is 0."""
    value = value if abs(value) < 1e300 else 0.0
    return min(max(value, low), high)


@compiled
def _step(x: Array, state: Array, damping: float, low: float, high: float, step: Array) -> None:
    """Fill the damped step in x, within its range."""
    low0, high0 = max(low - x[0], -LONGEST_STEP), min(high - x[0], LONGEST_STEP)
    low1, high1 = max(low - x[1], -LONGEST_STEP), min(high - x[1], LONGEST_STEP)
    gp, gq, pp, pq, qq = state[3], state[4], state[5], state[6], state[7]
    gpp, gpq, gqq = state[8], state[9], state[10]
    fixed0 = (low0 >= 0.0 and gp > 0.0) or (high0 <= 0.0 and gp < 0.0)
    fixed1 = (low1 >= 0.0 and gq > 0.0) or (high1 <= 0.0 and gq < 0.0)
    if fixed0:
        gp, pp = 0.0, gpp
    if fixed1:
        gq, qq = 0.0, gqq
    if fixed0 or fixed1:
        pq, gpq = 0.0, 0.0
    curved = pp > LEAST_CURVATURE * gpp and qq > LEAST_CURVATURE * gqq
    if not (curved and pp * qq - pq * pq > LEAST_CURVATURE * (gpp * gqq - gpq * gpq)):
        pp, pq, qq = gpp, gpq, gqq
    pp += damping * gpp + TINY
    qq += damping * gqq + TINY
    second = _within((gp * pq - gq * pp) / max(pp * qq - pq * pq, TINY), low1, high1)
    step[0] = _within((-gp - pq * second) / pp, low0, high0)
    step[1] = _within((-gq - pq * step[0]) / qq, low1, high1)


@compiled
def _refine(
    curves: Array, weights: Array, tau: Array, low: float, high: float, x: Array, states: Array
) -> None:
    """Shapes: curves (echo, voxel), weights (echo, voxel) or (echo, 1), x (2, voxel), states (row, voxel)."""
    n, count = curves.shape
    y, w, u, v = np.empty(n), np.empty(n), np.empty(n), np.empty(n)
    at, ahead, step = np.empty(2), np.empty(2), np.empty(2)
    here, there = np.empty(STATE_ROWS), np.empty(STATE_ROWS)
    for voxel in range(count):
        whole = 0.0
        for i in range(n):
            y[i], w[i] = curves[i, voxel], weights[i, voxel if weights.shape[1] > 1 else 0]
            whole += w[i] * y[i] * y[i]
        at[0], at[1] = x[0, voxel], x[1, voxel]
        _evaluate(y, w, tau, at, u, v, here)
        damping = FIRST_DAMPING
        for _ in range(MOST_STEPS):
            _step(at, here, damping, low, high, step)
            ahead[0], ahead[1] = at[0] + step[0], at[1] + step[1]
            _evaluate(y, w, tau, ahead, u, v, there)
            if there[0] <= here[0] + ROUNDING * whole and there[1] > 0.0 and there[2] > 0.0:
                at[0], at[1] = ahead[0], ahead[1]
                here, there = there, here
                damping = 0.1 * damping if damping > LEAST_DAMPING else 0.0
            else:
                damping = 10.0 * max(damping, FIRST_DAMPING)
            if max(abs(step[0]), abs(step[1])) <= STEP_TOLERANCE or damping >= MOST_DAMPING:
                break
        x[0, voxel], x[1, voxel] = at[0], at[1]
        for k in range(STATE_ROWS):
            states[k, voxel] = here[k]


def solve(y: Array, weights: Array | None, pairs: Pairs, start: Array) -> tuple[Array, Array]:
    """Return what `biexpsearch.refined` returns."""
    x, states = np.array(start), np.empty((STATE_ROWS, y.shape[1]))
    shared = np.ones((len(y), 1)) if weights is None else np.ascontiguousarray(weights)
    _refine(np.ascontiguousarray(y), shared, pairs.tau, pairs.low, pairs.high, x, states)
    return x, states
