"""The search behind `fatwater`: the model, its derivatives, a grid and Levenberg–Marquardt.

Everything is for a block of voxels at once, arrays of shape (echo, voxel); parameters are log A, R2*
and the fat fraction f, shape (3, voxel).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ironquant.fitting.modelfit import Array
from ironquant.fitting.pieces import pieces
from ironquant.fitting.spectrum import known_modulation

SLOWEST = 0.01
"""Smallest R2* times last echo time that is searched."""
FASTEST = 8.0
"""Largest R2* times first echo time that is searched."""
LEAST_LOG, MOST_LOG = -25.0, 60.0
"""Range of log A, the largest magnitude being 1; on its edge there is no decay to speak of."""
LEAST_BEAT = 1e-12
TINY = 1e-290

MOST_STEPS = 60
TOLERANCE = 1e-9
ROUNDING = 1e-13
FIRST_DAMPING, LEAST_RAISED, MOST_DAMPING = 1e-3, 1e-4, 1e8
"""The first; what a failed step raises at least; where to give up."""
LONGEST_LOG = 3.0
"""Longest step of log A."""

SUM_ROWS = 11
"""Of what `sums_at` returns."""

_RATES, _FRACTIONS = 24, 7


@dataclass(frozen=True, eq=False)
class Grid:
    """Points from which a search may start: rate and fraction (point,), decay (echo, point)."""

    rate: Array
    fraction: Array
    basis: Array
    square: Array


@dataclass(frozen=True, eq=False)
class FatTrain:
    """A train of echoes at a field, columns (echo, 1), and where a search may start.

    |1 − f + f·c|² = 1 + f·slope + f²·bend.
    """

    te: Array
    slope: Array
    bend: Array
    plain: Grid
    less: Grid
    more: Grid

    @property
    def rate_range(self) -> tuple[float, float]:
        """Slowest and fastest R2* that is searched, in 1/ms."""
        return SLOWEST / float(self.te[-1, 0]), FASTEST / float(self.te[0, 0])


@lru_cache(maxsize=64)
def fat_train(te: tuple[float, ...], field_t: float | None) -> FatTrain:
    """Prepare a train of echoes.

    Raises
    ------
    FitArgumentError
        ``fat_field_missing``.
    """
    times = np.asarray(te)
    away = 1.0 - known_modulation(times, field_t, "fat-water")[:, None]
    column, slope, bend = times[:, None], -2.0 * away.real, np.abs(away) ** 2
    rates = np.geomspace(SLOWEST / te[-1], FASTEST / te[0], _RATES)

    def grid(fractions: Array) -> Grid:
        rate, fraction = (axis.ravel() for axis in np.meshgrid(rates, fractions))
        beat = np.maximum(1.0 + fraction * (slope + fraction * bend), 0.0)
        basis = np.sqrt(beat) * np.exp(-rate * column)
        return Grid(rate, fraction, basis, basis**2)

    halves = (grid(np.linspace(low, low + 0.5, _FRACTIONS)) for low in (0.0, 0.5))
    return FatTrain(column, slope, bend, grid(np.zeros(1)), *halves)


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
    train: FatTrain

    def take(self, rows: NDArray[np.intp] | slice) -> FatData:
        """Return some of the voxels."""
        return FatData(
            magnitude=self.magnitude[:, rows],
            square=self.square[:, rows],
            variance=None if self.variance is None else self.variance[rows],
            floor=self.floor[rows],
            weights=self.weights if self.weights.shape[1] == 1 else self.weights[:, rows],
            train=self.train,
        )

    @property
    def echo_count(self) -> Array:
        """Number of echoes with weight, shape (voxel,)."""
        fitted = (self.weights > 0).sum(axis=0)
        return np.full(self.square.shape[1], fitted, dtype=np.float64)


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
    train = data.train
    beat = np.maximum(1.0 + fraction * (train.slope + fraction * train.bend), LEAST_BEAT)
    square = np.exp(2.0 * (log_amplitude - rate * train.te)) * beat
    pull = (0.5 * train.slope + fraction * train.bend) / beat
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
    te = data.train.te
    late = np.asarray(np.einsum("e,ev->v", te[:, 0], own)) / level
    mean = np.asarray(np.einsum("ev,ev->v", own, shape.pull)) / level
    return Tangent(own, level, late, mean, late - te, shape.pull - mean)


def sums_at(data: FatData, parameters: Array) -> Array:
    """Return what a step needs, shape (SUM_ROWS, voxel).

    Misfit, size of its terms (for rounding), score of log A, of R and of f, information on log A,
    the means of t and `pull` over it, and the information on R and f once log A is projected out.
    """
    found = np.empty((SUM_ROWS, parameters.shape[1]))
    for here in pieces(parameters.shape[1]):
        found[:, here] = _sums_of(data.take(here), parameters[:, here])
    return found


def _sums_of(data: FatData, parameters: Array) -> Array:
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


def best_on_grids(data: FatData, *grids: Grid) -> list[Array]:
    """Return the best point of each grid over R and f, shape (3, voxel), by least squares on magnitudes."""
    count = data.square.shape[1]
    found = [np.empty((3, count)) for _ in grids]
    for here in pieces(count):
        part = data.take(here)
        weighted = part.weights * np.sqrt(np.maximum(part.square, 0.0))
        for grid, best in zip(grids, found, strict=True):
            best[:, here] = _best_of(part.weights, weighted, grid)
    return found


def _best_of(weights: Array, weighted: Array, grid: Grid) -> Array:
    along = grid.basis.T @ weighted
    amplitude = along / np.maximum(grid.square.T @ weights, TINY)
    best = (along * amplitude).argmax(axis=0)
    amplitude = amplitude[best, np.arange(len(best))]
    return np.array([np.log(np.maximum(amplitude, 1e-3)), grid.rate[best], grid.fraction[best]])


def refined(data: FatData, start: Array, highest_fraction: float = 1.0) -> tuple[Array, Array]:
    """Return the nearest minimum (3, voxel) and the sums there: Levenberg–Marquardt, R and f bounded.

    The step of R and f comes from the information with log A projected out. A step over a bound
    ends on it and the other parameters follow: f rests at 0 where the curve shows no fat.

    `kernels/fatwater.py` follows the same steps.
    """
    slowest, fastest = data.train.rate_range
    last_te = data.train.te[-1, 0]
    found = start.copy()
    sums = sums_at(data, found)
    damping = np.full(found.shape[1], FIRST_DAMPING)
    active = np.arange(found.shape[1])
    part = data
    for _ in range(MOST_STEPS):
        if active.size == 0:
            break
        at, now, damp = found[:, active], sums[:, active], damping[active]
        _, _, score, score_r, score_f, level, late, mean, rr, rf, ff = now
        rr, ff = rr * (1.0 + damp) + TINY, ff * (1.0 + damp) + TINY
        step_f = (score_f * rr - score_r * rf) / np.maximum(rr * ff - rf**2, TINY)
        step_f = np.clip(_known(step_f), -at[2], highest_fraction - at[2])
        step_r = _known((score_r - rf * step_f) / rr)
        step_r = np.clip(step_r, slowest - at[1], fastest - at[1])
        step_f = np.clip((score_f - rf * step_r) / ff, -at[2], highest_fraction - at[2])
        step_a = _known(score / level) + late * step_r - mean * step_f
        step_a = np.clip(step_a, -LONGEST_LOG, LONGEST_LOG)
        ahead = at + np.stack([step_a, step_r, step_f])
        ahead[0] = np.clip(ahead[0], LEAST_LOG, MOST_LOG)
        following = sums_at(part, ahead)
        better = following[0] <= now[0] + ROUNDING * now[1]
        found[:, active] = np.where(better, ahead, at)
        sums[:, active] = np.where(better, following, now)
        damping[active] = np.where(better, 0.1 * damp, 10.0 * np.maximum(damp, LEAST_RAISED))
        moved = np.abs(ahead - at).max(axis=0, where=[[True], [False], [True]], initial=0.0)
        moved = np.maximum(moved, np.abs(step_r) / (at[1] + 1.0 / last_te))
        going = (moved > TOLERANCE) & (damping[active] < MOST_DAMPING)
        if not going.all():
            active = active[going]
            part = data.take(active)
    return found, sums


def _known(values: Array) -> Array:
    return np.where(np.isnan(values), 0.0, values)
