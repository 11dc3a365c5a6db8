"""Where the minimum lies, in single precision: the starting point of one step in double precision.

Twice as many voxels fit into a vector instruction, and a Newton step squares the error: what single
precision leaves (some 1e-6) is gone after one exact step. Nothing here decides anything; a voxel that
went astray shows it in the size of the exact step.

Arrays as in `lanes.py`, of float32. Literals are wrapped: a bare one would make the loop double.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from ironquant.fitting.kernels.lanes import LANES, power_sums, time_sums

Tile = NDArray[np.float32]

_rough = njit(nogil=True, cache=True, error_model="numpy", fastmath={"contract"})
_0, _1, _2, _HALF = np.float32(0.0), np.float32(1.0), np.float32(2.0), np.float32(0.5)
_TINY, _LEAST_CURVATURE = np.float32(1e-30), np.float32(1e-3)
_DEEPEST, _BY_LN2, _LN2 = np.float32(-80.0), np.float32(1.4426950408889634), np.float32(0.6931471805599453)
_C2, _C3, _C4, _C5, _C6 = (np.float32(1 / f) for f in (2, 6, 24, 120, 720))
_GENTLE, _STEEP = np.float32(0.4), np.float32(2.5)


@_rough
def exponential(x: Tile, bits: NDArray[np.int32], power: Tile, out: Tile) -> None:
    """exp(x) for x ≤ 0; `power` is a view of `bits`, whose exponent field makes powers of two."""
    for lane in range(LANES):
        z = x[lane] if x[lane] > _DEEPEST else _DEEPEST
        whole = np.int32(z * _BY_LN2 - _HALF)
        bits[lane] = (whole + np.int32(127)) << np.int32(23)
        r = z - np.float32(whole) * _LN2
        out[lane] = _1 + r * (_1 + r * (_C2 + r * (_C3 + r * (_C4 + r * (_C5 + r * _C6)))))
    for lane in range(LANES):
        out[lane] *= power[lane]


@_rough
def start(y: Tile, w: Tile, tau: Tile, even: bool, rate: Tile, above: Tile, below: Tile) -> None:
    """Rate from neighbouring echoes, in units of the step where echoes are even.

    ΣS·S₊/ΣS² = exp(−R·step), or (S²first − S²last) / 2∫S² dt.
    """
    for lane in range(LANES):
        above[lane] = _0
        below[lane] = _TINY
    if even:
        for i in range(y.shape[0] - 1):
            for lane in range(LANES):
                here, there, weight = y[i, lane], y[i + 1, lane], w[i + 1, lane]
                above[lane] += weight * here * there
                below[lane] += weight * here * here
        for lane in range(LANES):
            part = above[lane] / below[lane]
            z = (_1 - part) / (_1 + part)
            square = z * z
            rate[lane] = _2 * z * (_1 + square * (np.float32(1 / 3) + square * np.float32(1 / 5)))
    else:
        for i in range(y.shape[0] - 1):
            width = tau[i + 1] - tau[i]
            for lane in range(LANES):
                here, there = y[i, lane] * y[i, lane], y[i + 1, lane] * y[i + 1, lane]
                weight = w[i + 1, lane]
                above[lane] += weight * (here - there)
                below[lane] += weight * width * (here + there)
        for lane in range(LANES):
            rate[lane] = above[lane] / below[lane]


@_rough
def step(p: Tile, q: Tile, rate: Tile, low: np.float32, high: np.float32) -> None:
    """One Newton step on the profiled gradient; at most by a factor of 2.5."""
    for lane in range(LANES):
        inverse = _1 / (p[lane] if p[lane] > _TINY else _TINY)
        p1, p2, q1 = p[LANES + lane], p[2 * LANES + lane], q[LANES + lane]
        a = q[lane] * inverse
        gradient = q1 - a * p1
        gauss = a * (p2 - p1 * p1 * inverse)
        full = _2 * a * p2 - q[2 * LANES + lane] + p1 * (q1 - _2 * a * p1) * inverse
        r = rate[lane]
        wanted = r - gradient / (full if full > _LEAST_CURVATURE * gauss else gauss)
        least, most = r * _GENTLE, r * _STEEP
        least, most = (least if least > low else low), (most if most < high else high)
        wanted = wanted if wanted > least else least
        rate[lane] = wanted if wanted < most else most


@_rough
def approach(
    w: Tile,
    wy: Tile,
    tau: Tile,
    even: bool,
    steps: int,
    low: np.float32,
    high: np.float32,
    rate: Tile,
    bits: NDArray[np.int32],
    work: Tile,
    e: Tile,
    square: Tile,
    p: Tile,
    q: Tile,
) -> None:
    """Take some Newton steps from `rate`; `work`, `e`, `square`, `p` and `q` are room to work in."""
    power = bits.view(np.float32)
    for _ in range(steps):
        if even:
            for lane in range(LANES):
                work[lane] = -rate[lane]
            exponential(work, bits, power, e[0])
            for lane in range(LANES):
                square[0, lane] = e[0, lane] * e[0, lane]
            power_sums(wy, e[0], _1, q)
            power_sums(w, square[0], _1, p)
        else:
            for i in range(len(tau)):
                for lane in range(LANES):
                    work[lane] = -rate[lane] * tau[i]
                exponential(work, bits, power, e[i])
                for lane in range(LANES):
                    square[i, lane] = e[i, lane] * e[i, lane]
            time_sums(wy, e, tau, q)
            time_sums(w, square, tau, p)
        step(p, q, rate, low, high)
