"""Sums over echoes for 128 voxels side by side, compiled.

Every loop over `lane` has a constant length and no branch, so that it becomes vector instructions.
Echoes are padded to a multiple of four with weight zero, so that the running sums are loaded and
stored once for several of them.

On evenly spaced echoes exp(−R·t) becomes powers of one number, and the sums are polynomials
evaluated by Horner's rule: one exponential per voxel and step instead of one per echo.

Arrays: echo rows of LANES values; `m` takes sums with time to the power 0, 1, 2, one after the other in one
row: so the compiler knows that they do not overlap, and need not look at run time.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from ironquant.fitting.modelfit import Array

LANES = 128
APART = 24
"""So many more columns than a round number have the rows of a state: else all rows of a voxel would fall on
one place of the cache, which holds few."""
Lanes = NDArray[np.floating]
"""Of double precision, or of single where that is enough (`rough.py`)."""
DEEPEST = -40.0
"""exp below this is nothing beside the first echo; the limit keeps the approximation accurate."""

compiled = njit(nogil=True, cache=True, error_model="numpy", fastmath={"contract"})


@compiled
def exp_below_zero(x: Array, out: Array) -> None:
    """exp(x) for x ≤ 0: Taylor polynomial at x/256, squared eight times; relative error 3e−14."""
    for lane in range(LANES):
        z = (x[lane] if x[lane] > DEEPEST else DEEPEST) * 0.00390625
        p = 1.0 + z * (1 / 8 + z * (1 / 72))
        p = 1.0 + z * (1 / 6 + z * (1 / 42 * p))
        p = 1.0 + z * (1 / 4 + z * (1 / 20 * p))
        p = 1.0 + z * (1 / 2 + z * (1 / 6 * p))
        p = 1.0 + z * p
        p *= p
        p *= p
        p *= p
        p *= p
        p *= p
        p *= p
        p *= p
        p *= p
        out[lane] = p


@compiled
def power_sums(c: Lanes, q: Lanes, step: float | np.float32, m: Lanes) -> None:
    """m[k] = Σ c_i·(i·step)^k·q^i for k = 0, 1, 2, by Horner's rule with two derivatives."""
    for lane in range(LANES):
        m[lane] = 0.0
        m[LANES + lane] = 0.0
        m[2 * LANES + lane] = 0.0
    for i in range(c.shape[0] - 4, -1, -4):
        for lane in range(LANES):
            x = q[lane]
            b, d, h = m[lane], m[LANES + lane], m[2 * LANES + lane]
            h, d, b = h * x + d, d * x + b, b * x + c[i + 3, lane]
            h, d, b = h * x + d, d * x + b, b * x + c[i + 2, lane]
            h, d, b = h * x + d, d * x + b, b * x + c[i + 1, lane]
            h, d, b = h * x + d, d * x + b, b * x + c[i, lane]
            m[lane], m[LANES + lane], m[2 * LANES + lane] = b, d, h
    for lane in range(LANES):
        x = q[lane]
        first = x * m[LANES + lane]
        m[LANES + lane] = step * first
        m[2 * LANES + lane] = step * step * (2.0 * x * x * m[2 * LANES + lane] + first)


@compiled
def time_sums(c: Lanes, e: Lanes, tau: Lanes, m: Lanes) -> None:
    """m[k] = Σ c_i·tau_i^k·e_i for k = 0, 1, 2."""
    for lane in range(LANES):
        m[lane] = 0.0
        m[LANES + lane] = 0.0
        m[2 * LANES + lane] = 0.0
    for i in range(0, c.shape[0], 4):
        t0, t1, t2, t3 = tau[i], tau[i + 1], tau[i + 2], tau[i + 3]
        for lane in range(LANES):
            v0 = c[i, lane] * e[i, lane]
            v1 = c[i + 1, lane] * e[i + 1, lane]
            v2 = c[i + 2, lane] * e[i + 2, lane]
            v3 = c[i + 3, lane] * e[i + 3, lane]
            m[lane] += (v0 + v1) + (v2 + v3)
            v0, v1, v2, v3 = v0 * t0, v1 * t1, v2 * t2, v3 * t3
            m[LANES + lane] += (v0 + v1) + (v2 + v3)
            m[2 * LANES + lane] += (v0 * t0 + v1 * t1) + (v2 * t2 + v3 * t3)


@compiled
def combine(c: Array, basis: Array, out: Array) -> None:
    """out[k] = Σ basis[k, i]·c_i for four rows k at once."""
    for k in range(4):
        for lane in range(LANES):
            out[k, lane] = 0.0
    for i in range(0, c.shape[0], 2):
        a0, b0, c0, d0 = basis[0, i], basis[1, i], basis[2, i], basis[3, i]
        a1, b1, c1, d1 = basis[0, i + 1], basis[1, i + 1], basis[2, i + 1], basis[3, i + 1]
        for lane in range(LANES):
            x, y = c[i, lane], c[i + 1, lane]
            out[0, lane] += a0 * x + a1 * y
            out[1, lane] += b0 * x + b1 * y
            out[2, lane] += c0 * x + c1 * y
            out[3, lane] += d0 * x + d1 * y


@compiled
def decays(tau: Array, step: float, rate: Array, work: Array, e: Array) -> None:
    """Fill e[i] = exp(−rate·tau_i)."""
    if step > 0.0:
        for lane in range(LANES):
            work[lane] = -rate[lane] * step
        exp_below_zero(work, e[1])
        for lane in range(LANES):
            e[0, lane] = 1.0
        for i in range(2, len(tau)):
            for lane in range(LANES):
                e[i, lane] = e[i - 1, lane] * e[1, lane]
    else:
        for i in range(len(tau)):
            for lane in range(LANES):
                work[lane] = -rate[lane] * tau[i]
            exp_below_zero(work, e[i])
