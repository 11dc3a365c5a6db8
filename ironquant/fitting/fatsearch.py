"""The search behind `fatwater`: the model, its derivatives, a grid and Levenberg–Marquardt.

Everything is for a block of voxels at once, arrays of shape (echo, voxel); parameters are log A, R2*
and the fat fraction f, shape (3, voxel).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ironquant.fitting.modelfit import Array

SLOWEST = 0.01
"""Smallest R2* times last echo time that is searched."""
FASTEST = 8.0
"""Largest R2* times first echo time that is searched."""
LEAST_LOG, MOST_LOG = -25.0, 60.0
"""Range of log A, the largest magnitude being 1; on its edge there is no decay to speak of."""
TINY = 1e-290

_RATES = 24
_STEPS = 60
_TOLERANCE = 1e-9
_ROUNDING = 1e-13


@dataclass(frozen=True, eq=False)
class FatData:
    """A block, scaled to a largest magnitude of 1: arrays (echo, voxel), columns (echo, 1)."""

    magnitude: Array
    square: Array
    """S² without 2·L·σ²."""
    variance: Array | None
    """σ², shape (voxel,); None where the noise is not known."""
    floor: Array
    """L·σ², shape (voxel,); 0 where the noise is not known."""
    weights: Array
    te: Array
    slope: Array
    bend: Array
    """|1 − f + f·c|² = 1 + f·slope + f²·bend."""

    def take(self, rows: NDArray[np.intp]) -> FatData:
        """Return some of the voxels."""
        return replace(
            self,
            magnitude=self.magnitude[:, rows],
            square=self.square[:, rows],
            variance=None if self.variance is None else self.variance[rows],
            floor=self.floor[rows],
            weights=self.weights if self.weights.shape[1] == 1 else self.weights[:, rows],
        )

    @property
    def rate_range(self) -> tuple[float, float]:
        """Slowest and fastest R2* that is searched, in 1/ms."""
        return SLOWEST / float(self.te[-1, 0]), FASTEST / float(self.te[0, 0])

    @property
    def echo_count(self) -> Array:
        """Number of echoes with weight, shape (voxel,)."""
        fitted = np.broadcast_to(self.weights > 0, self.square.shape)
        return np.asarray(np.sum(fitted, axis=0), dtype=np.float64)


@dataclass(frozen=True, eq=False)
class Shape:
    """The model at some parameters, and how its logarithm turns with them."""

    square: Array
    """A²·|1 − f + f·c|²·exp(−2·R·t)."""
    pull: Array
    """Derivative of half the log of that by f; by log A it is 1, by R it is −t."""
    score: Array
    information: Array
    misfit: Array


def shape_at(data: FatData, parameters: Array) -> Shape:
    """Evaluate at log A, R and f, shape (3, voxel)."""
    log_amplitude, rate, fraction = parameters
    beat = np.maximum(1.0 + fraction * (data.slope + fraction * data.bend), 1e-12)
    square = np.exp(2.0 * (log_amplitude - rate * data.te)) * beat
    pull = (0.5 * data.slope + fraction * data.bend) / beat
    if data.variance is None:
        magnitude = np.sqrt(square)
        residual = data.magnitude - magnitude
        return Shape(square, pull, residual * magnitude, square, 0.5 * residual**2)
    raised = square + data.floor + TINY
    share = square / raised
    # Derivative by the mean: (S² − mean) / variance; the misfit is its integral.
    misfit = 0.25 * (raised - (data.square + data.floor) * np.log(raised))
    return Shape(square, pull, 0.5 * share * (data.square - square), share * square, misfit)


@dataclass(frozen=True, eq=False)
class Tangent:
    """Directions of R and f (echo, voxel) with that of log A projected out, and their weights."""

    own: Array
    level: Array
    late: Array
    mean: Array
    early: Array
    pull: Array

    def products(self, own: Array) -> tuple[Array, Array, Array]:
        """Return Σ own·early², Σ own·early·pull and Σ own·pull²."""
        own_early, own_pull = own * self.early, own * self.pull
        pairs = (own_early, self.early), (own_early, self.pull), (own_pull, self.pull)
        rr, rf, ff = (np.asarray(np.einsum("ev,ev->v", *pair)) for pair in pairs)
        return rr, rf, ff


def tangent_at(data: FatData, shape: Shape) -> Tangent:
    """Return the directions in which R and f move the model, beside those of log A."""
    own = data.weights * shape.information
    level = np.maximum(own.sum(axis=0), TINY)
    late = (data.te[:, 0] @ own) / level
    mean = np.asarray(np.einsum("ev,ev->v", own, shape.pull)) / level
    return Tangent(own, level, late, mean, late - data.te, shape.pull - mean)


def sums_at(data: FatData, parameters: Array) -> Array:
    """Return what a step needs, shape (11, voxel).

    Misfit, size of its terms (for rounding), score of log A, of R and of f, information on log A,
    the means of t and `pull` over it, and the information on R and f once log A is projected out.
    """
    shape = shape_at(data, parameters)
    tangent = tangent_at(data, shape)
    score = data.weights * shape.score
    return np.stack(
        [
            np.sum(data.weights * shape.misfit, axis=0),
            np.sum(data.weights * np.abs(shape.misfit), axis=0),
            score.sum(axis=0),
            np.einsum("ev,ev->v", score, tangent.early),
            np.einsum("ev,ev->v", score, tangent.pull),
            tangent.level,
            tangent.late,
            tangent.mean,
            *tangent.products(tangent.own),
        ]
    )


def best_on_grid(data: FatData, fractions: Array) -> Array:
    """Return the best point of a grid over R and f, shape (3, voxel), by least squares on magnitudes."""
    rates = np.geomspace(*data.rate_range, _RATES)
    rate, fraction = (axis.ravel() for axis in np.meshgrid(rates, fractions))
    beat = np.maximum(1.0 + fraction * (data.slope + fraction * data.bend), 0.0)
    basis = np.sqrt(beat) * np.exp(-rate * data.te)
    magnitude = np.sqrt(np.maximum(data.square, 0.0))
    along = basis.T @ (data.weights * magnitude)
    norm = np.maximum((basis**2).T @ data.weights, TINY)
    best = np.argmax(along**2 / norm, axis=0)
    column = np.arange(magnitude.shape[1])
    amplitude = along[best, column] / np.broadcast_to(norm, along.shape)[best, column]
    return np.stack([np.log(np.maximum(amplitude, 1e-3)), rate[best], fraction[best]])


def refined(data: FatData, start: Array, highest_fraction: float = 1.0) -> tuple[Array, Array]:
    """Return the nearest minimum (3, voxel) and its misfit: Levenberg–Marquardt, R and f bounded.

    The step of R and f comes from the information with log A projected out. A step over a bound
    ends on it and the other parameters follow: f rests at 0 where the curve shows no fat.
    """
    slowest, fastest = data.rate_range
    found = start.copy()
    sums = sums_at(data, found)
    damping = np.full(found.shape[1], 1e-3)
    active = np.arange(found.shape[1])
    part = data
    for _ in range(_STEPS):
        if active.size == 0:
            break
        at, now, damp = found[:, active], sums[:, active], damping[active]
        _, _, score, score_r, score_f, level, late, mean, rr, rf, ff = now
        rr, ff = rr * (1.0 + damp) + TINY, ff * (1.0 + damp) + TINY
        step_f = (score_f * rr - score_r * rf) / np.maximum(rr * ff - rf**2, TINY)
        step_f = np.clip(np.nan_to_num(step_f), -at[2], highest_fraction - at[2])
        step_r = np.nan_to_num((score_r - rf * step_f) / rr)
        step_r = np.clip(step_r, slowest - at[1], fastest - at[1])
        step_f = np.clip((score_f - rf * step_r) / ff, -at[2], highest_fraction - at[2])
        step_a = np.clip(np.nan_to_num(score / level) + late * step_r - mean * step_f, -3.0, 3.0)
        ahead = at + np.stack([step_a, step_r, step_f])
        ahead[0] = np.clip(ahead[0], LEAST_LOG, MOST_LOG)
        following = sums_at(part, ahead)
        better = following[0] <= now[0] + _ROUNDING * now[1]
        found[:, active] = np.where(better, ahead, at)
        sums[:, active] = np.where(better, following, now)
        damping[active] = np.where(better, 0.1 * damp, 10.0 * np.maximum(damp, 1e-4))
        moved = np.abs(ahead - at).max(axis=0, where=[[True], [False], [True]], initial=0.0)
        moved = np.maximum(moved, np.abs(step_r) / (at[1] + 1.0 / data.te[-1, 0]))
        going = (moved > _TOLERANCE) & (damping[active] < 1e8)
        if not going.all():
            active = active[going]
            part = data.take(active)
    return found, sums[0]
