"""Fat and water with one R2* from magnitudes: rate, amplitude and fat fraction per voxel.

The magnitude is A·|1 − f + f·c(t)|·exp(−R2*·t) with the fat fraction f between 0 and 1 and the six
peaks of liver fat in c(t) (Bydder et al., Magn Reson Imaging 2008;26:347; Yokoo et al., Radiology
2009;251:67). Where the noise is known the square is fitted, E[S²] = A² + 2·L·σ² (Feng et al., Magn
Reson Med 2013;70:1765), with the weights that its variance 4σ²(A² + Lσ²) asks for, renewed with every
step: the quasi-likelihood of that mean and variance. Where it is not known the magnitude itself is
fitted by least squares, as ``mono`` does.

Which species dominates shows only in the small peaks of fat, so both halves of the range of f are
searched. The half below 0.5 is kept unless the other explains the curve better with significance:
a liver is mostly water, and noise must not turn 10 % of fat into 90 %.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ironquant.fitting.modelfit import Array, Conditions, ModelFit
from ironquant.fitting.spectrum import known_modulation

SLOWEST = 0.01
"""Smallest R2* times last echo time that is searched."""
FASTEST = 8.0
"""Largest R2* times first echo time that is searched."""
HIDDEN = 1e-4
"""Share of the information on f that R2* and amplitude do not mimic; below it the steps hide fat."""
UNTOLD_SE = 0.25
"""Standard error of f beyond which the curve tells no more than that f is between 0 and 1."""
SIGNIFICANT = 3.84
"""Fall of the misfit, in units of its variance, that one parameter makes by chance in 5 %."""

_RATES, _FRACTIONS = 24, 7
_STEPS = 60
_TOLERANCE = 1e-9
_ROUNDING = 1e-13
_DEEPEST, _HIGHEST = -25.0, 60.0
_TINY = 1e-290


@dataclass(frozen=True, eq=False)
class _Data:
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

    def take(self, rows: NDArray[np.intp]) -> _Data:
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
        return SLOWEST / float(self.te[-1, 0]), FASTEST / float(self.te[0, 0])

    @property
    def echo_count(self) -> Array:
        fitted = np.broadcast_to(self.weights > 0, self.square.shape)
        return np.asarray(np.sum(fitted, axis=0), dtype=np.float64)


@dataclass(frozen=True, eq=False)
class _Shape:
    """The model at some parameters, and how its logarithm turns with them."""

    square: Array
    """A²·|1 − f + f·c|²·exp(−2·R·t)."""
    pull: Array
    """Derivative of half the log of that by f; by log A it is 1, by R it is −t."""
    score: Array
    information: Array
    misfit: Array


def fat_water(curves: Array, te: Array, conditions: Conditions) -> ModelFit:
    """Fit S = A·|1 − f + f·c(t)|·exp(−R2*·t) to magnitudes.

    Parameters
    ----------
    curves : ndarray, shape (echo, voxel)
        Magnitudes.
    te : ndarray, shape (echo,)
        Echo times in ms, ascending; at least four.
    conditions : Conditions
        `field_t` is needed. With `noise` its floor is taken out and the variance of the rate known;
        `weights` multiply the model's own (relative inverse variances of the magnitudes).

    Returns
    -------
    ModelFit
        `amplitude` is water plus fat. `extra`: ``fat_fraction`` (0 to 1) and ``fat_fraction_se``.
        Where fat cannot be told (the steps hide it, or its standard error is above `UNTOLD_SE`)
        both are NaN and the rate is that of the same fit without fat. On the bound 0 (or 1) the
        variance of the rate is that of the fit with f fixed there. `rate` is NaN where a curve
        has no answer (not finite, nothing above the noise, fewer than four echoes).

    Raises
    ------
    FitArgumentError
        ``fat_field_missing``.
    """
    modulation = known_modulation(te, conditions.field_t, "fat-water")
    # Whatever overflows or is undefined in a hopeless curve becomes NaN in the end.
    with np.errstate(all="ignore"):
        data, scale, valid = _prepared(curves, te, modulation, conditions)
        found, told = _with_plain(data, _both_halves(data))
        return _as_fit(data, scale, valid, found, told)


def _prepared(
    curves: Array, te: Array, modulation: NDArray[np.complex128], conditions: Conditions
) -> tuple[_Data, Array, NDArray[np.bool_]]:
    weights = np.ones((len(te), 1)) if conditions.weights is None else conditions.weights
    kept = np.where(weights > 0, curves, 0.0)
    scale = np.max(np.abs(kept), axis=0, initial=0.0)
    valid = np.isfinite(scale) & (scale > 0)
    scale = np.where(valid, scale, 1.0)
    magnitude = np.where(valid, kept, 1.0) / scale
    variance, floor = None, np.zeros(len(scale))
    if conditions.noise is not None:
        variance = (conditions.noise.sigma / scale) ** 2
        floor = conditions.noise.n_coils * variance
    square = magnitude**2 - 2.0 * floor
    valid &= np.isfinite(floor) & np.any(square > 0, axis=0)
    away = 1.0 - modulation[:, None]
    turns = te[:, None], -2.0 * away.real, np.abs(away) ** 2
    return _Data(magnitude, square, variance, floor, weights, *turns), scale, valid


def _shape(data: _Data, parameters: Array) -> _Shape:
    """Evaluate at log A, R and f, shape (3, voxel)."""
    log_amplitude, rate, fraction = parameters
    beat = np.maximum(1.0 + fraction * (data.slope + fraction * data.bend), 1e-12)
    square = np.exp(2.0 * (log_amplitude - rate * data.te)) * beat
    pull = (0.5 * data.slope + fraction * data.bend) / beat
    if data.variance is None:
        magnitude = np.sqrt(square)
        residual = data.magnitude - magnitude
        return _Shape(square, pull, residual * magnitude, square, 0.5 * residual**2)
    raised = square + data.floor + _TINY
    share = square / raised
    # Derivative by the mean: (S² − mean) / variance; the misfit is its integral.
    misfit = 0.25 * (raised - (data.square + data.floor) * np.log(raised))
    return _Shape(square, pull, 0.5 * share * (data.square - square), share * square, misfit)


def _total(weights: Array, values: Array) -> Array:
    return np.asarray(np.einsum("ev,ev->v", np.broadcast_to(weights, values.shape), values))


@dataclass(frozen=True, eq=False)
class _Tangent:
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


def _tangent(data: _Data, shape: _Shape) -> _Tangent:
    own = data.weights * shape.information
    level = np.maximum(own.sum(axis=0), _TINY)
    late = (data.te[:, 0] @ own) / level
    mean = np.asarray(np.einsum("ev,ev->v", own, shape.pull)) / level
    return _Tangent(own, level, late, mean, late - data.te, shape.pull - mean)


def _sums(data: _Data, parameters: Array) -> Array:
    """Return what a step needs, shape (11, voxel).

    Misfit, size of its terms (for rounding), score of log A, of R and of f, information on log A,
    the means of t and `pull` over it, and the information on R and f once log A is projected out.
    """
    shape = _shape(data, parameters)
    tangent = _tangent(data, shape)
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


def _grid(data: _Data, fractions: Array) -> Array:
    """Return the best point of a grid over R and f, shape (3, voxel), by least squares on magnitudes."""
    rates = np.geomspace(*data.rate_range, _RATES)
    rate, fraction = (axis.ravel() for axis in np.meshgrid(rates, fractions))
    beat = np.maximum(1.0 + fraction * (data.slope + fraction * data.bend), 0.0)
    basis = np.sqrt(beat) * np.exp(-rate * data.te)
    magnitude = np.sqrt(np.maximum(data.square, 0.0))
    along = basis.T @ (data.weights * magnitude)
    norm = np.maximum((basis**2).T @ data.weights, _TINY)
    best = np.argmax(along**2 / norm, axis=0)
    column = np.arange(magnitude.shape[1])
    amplitude = along[best, column] / np.broadcast_to(norm, along.shape)[best, column]
    return np.stack([np.log(np.maximum(amplitude, 1e-3)), rate[best], fraction[best]])


def _refined(data: _Data, start: Array, highest_fraction: float = 1.0) -> tuple[Array, Array]:
    """Return the nearest minimum (3, voxel) and its misfit: Levenberg–Marquardt, R and f bounded.

    The step of R and f comes from the information with log A projected out. A step over a bound
    ends on it and the other parameters follow: f rests at 0 where the curve shows no fat.
    """
    slowest, fastest = data.rate_range
    found = start.copy()
    sums = _sums(data, found)
    damping = np.full(found.shape[1], 1e-3)
    active = np.arange(found.shape[1])
    part = data
    for _ in range(_STEPS):
        if active.size == 0:
            break
        at, now, damp = found[:, active], sums[:, active], damping[active]
        _, _, score, score_r, score_f, level, late, mean, rr, rf, ff = now
        rr, ff = rr * (1.0 + damp) + _TINY, ff * (1.0 + damp) + _TINY
        step_f = (score_f * rr - score_r * rf) / np.maximum(rr * ff - rf**2, _TINY)
        step_f = np.clip(np.nan_to_num(step_f), -at[2], highest_fraction - at[2])
        step_r = np.nan_to_num((score_r - rf * step_f) / rr)
        step_r = np.clip(step_r, slowest - at[1], fastest - at[1])
        step_f = np.clip((score_f - rf * step_r) / ff, -at[2], highest_fraction - at[2])
        step_a = np.clip(np.nan_to_num(score / level) + late * step_r - mean * step_f, -3.0, 3.0)
        ahead = at + np.stack([step_a, step_r, step_f])
        ahead[0] = np.clip(ahead[0], _DEEPEST, _HIGHEST)
        following = _sums(part, ahead)
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


def _both_halves(data: _Data) -> Array:
    """Return the minimum of the half with less fat, unless the other's is significantly lower."""
    less, misfit_less = _refined(data, _grid(data, np.linspace(0.0, 0.5, _FRACTIONS)))
    more, misfit_more = _refined(data, _grid(data, np.linspace(0.5, 1.0, _FRACTIONS)))
    variance = _judged_by(data, np.where(misfit_more < misfit_less, more, less))
    margin = np.where((less[2] < 0.5) & (more[2] >= 0.5), 0.5 * SIGNIFICANT * variance, 0.0)
    return np.where(misfit_more < misfit_less - margin, more, less)


def _residual(data: _Data, parameters: Array) -> Array:
    """Return the residual sum in units of the variance of a magnitude."""
    shape = _shape(data, parameters)
    if data.variance is None:
        return np.asarray(np.sum(2.0 * data.weights * shape.misfit, axis=0))
    squares = (data.square - shape.square) ** 2 / (4.0 * (shape.square + data.floor) + _TINY)
    return np.asarray(np.sum(data.weights * squares, axis=0))


def _judged_by(data: _Data, parameters: Array) -> Array:
    """Return the variance of a magnitude: the known one, else that of the residual."""
    if data.variance is not None:
        return data.variance
    return _residual(data, parameters) / np.maximum(data.echo_count - 3.0, 1.0)


def _with_plain(data: _Data, found: Array) -> tuple[Array, NDArray[np.bool_]]:
    """Put the fit without fat where fat cannot be told, and say where it could."""
    *_, level, _, _, rr, rf, ff = _sums(data, found)
    alone = ff - rf**2 / np.maximum(rr, _TINY)
    told = (alone > HIDDEN * level) & (_judged_by(data, found) < UNTOLD_SE**2 * alone)
    rows = np.flatnonzero(~told)
    if rows.size:
        part = data.take(rows)
        found = found.copy()
        found[:, rows], _ = _refined(part, _grid(part, np.zeros(1)), highest_fraction=0.0)
    return found, told


def _as_fit(
    data: _Data, scale: Array, valid: NDArray[np.bool_], found: Array, told: NDArray[np.bool_]
) -> ModelFit:
    log_amplitude, rate, fraction = found
    shape = _shape(data, found)
    tangent = _tangent(data, shape)
    rr, rf, ff = tangent.products(tangent.own)
    fixed = ~told | (fraction <= 0.0) | (fraction >= 1.0)
    # The row of the inverse information that belongs to R, without f where f is fixed.
    determinant = np.maximum(rr * ff - rf**2, _TINY)
    by_r = np.where(fixed, 1.0 / np.maximum(rr, _TINY), ff / determinant)
    by_f = np.where(fixed, 0.0, -rf / determinant)
    dof = np.maximum(data.echo_count - 3.0 + fixed, 1.0)
    residual_variance = _residual(data, found) / dof
    known = None
    if data.variance is not None:
        # Weights of the caller say nothing about this noise: hence a sandwich, equal to by_r without.
        rr_w, rf_w, ff_w = tangent.products(data.weights * tangent.own)
        known = data.variance * (by_r**2 * rr_w + 2.0 * by_r * by_f * rf_w + by_f**2 * ff_w)
    answered = valid & (data.echo_count >= 4) & (log_amplitude > _DEEPEST) & (log_amplitude < _HIGHEST)
    slowest, fastest = data.rate_range
    residual = np.where(data.weights > 0, data.magnitude - np.sqrt(shape.square + 2.0 * data.floor), 0.0)
    with_fat = told & answered
    fraction_variance = _judged_by(data, found) * rr / determinant
    return ModelFit(
        rate=np.where(answered, rate, np.nan),
        amplitude=np.where(answered, np.exp(log_amplitude) * scale, np.nan),
        unit_variance=by_r / scale**2,
        residual_variance=residual_variance * scale**2,
        known_variance=known,
        misfit=np.sum(residual**2, axis=0) * scale**2,
        dof=dof,
        used=np.full(len(rate), len(data.te), dtype=np.intp),
        at_slowest=rate <= slowest * (1 + 1e-9),
        at_fastest=rate >= fastest * (1 - 1e-9),
        extra={
            "fat_fraction": np.where(with_fat, fraction, np.nan),
            "fat_fraction_se": np.where(with_fat, np.sqrt(fraction_variance), np.nan),
        },
    )
