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

import numpy as np
from numpy.typing import NDArray

from ironquant.core import student_quantile
from ironquant.fitting.compiled import kernel
from ironquant.fitting.fatsearch import (
    LEAST_LOG,
    MOST_LOG,
    TINY,
    FatData,
    FatTrain,
    Shape,
    best_on_grids,
    fat_train,
    refined,
    shape_at,
    tangent_at,
)
from ironquant.fitting.modelfit import Array, Conditions, ModelFit

HIDDEN = 1e-4
"""Share of the information on f that R2* and amplitude do not mimic; below it the steps hide fat."""
UNTOLD_SE = 0.25
"""Standard error of f beyond which the curve tells no more than that f is between 0 and 1."""
SIGNIFICANT = 0.9995
"""Quantile of Student's t that the fall of the misfit must pass before most of a voxel is called fat."""


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
    train = fat_train(tuple(te.tolist()), conditions.field_t)
    # Whatever overflows or is undefined in a hopeless curve becomes NaN in the end.
    with np.errstate(all="ignore"):
        data, scale, valid = _prepared(curves, train, conditions)
        found, sums, told = _with_plain(data, *_both_halves(data))
        return _as_fit(data, scale, valid, found, sums, told, conditions.weights is not None)


def _prepared(
    curves: Array, train: FatTrain, conditions: Conditions
) -> tuple[FatData, Array, NDArray[np.bool_]]:
    weights = np.ones((len(curves), 1)) if conditions.weights is None else conditions.weights
    kept = curves if conditions.weights is None else np.where(weights > 0, curves, 0.0)
    scale = np.abs(kept).max(axis=0, initial=0.0)
    valid = np.isfinite(scale) & (scale > 0)
    scale = np.where(valid, scale, 1.0)
    magnitude = np.where(valid, kept, 1.0) / scale
    variance, floor = None, np.zeros(len(scale))
    if conditions.noise is not None:
        variance = (conditions.noise.sigma / scale) ** 2
        floor = conditions.noise.n_coils * variance
    square = magnitude**2 - 2.0 * floor
    valid &= np.isfinite(floor) & (square > 0).any(axis=0)
    return FatData(magnitude, square, variance, floor, weights, train), scale, valid


def _both_halves(data: FatData) -> tuple[Array, Array]:
    """Return the minimum of the half with less fat, unless the other's is significantly lower."""
    halves = best_on_grids(data, data.train.less, data.train.more)
    count = data.square.shape[1]
    twice = data.take(np.arange(2 * count) % count)
    found, sums = _refined(twice, np.concatenate(halves, axis=1))
    less, more, below, above = found[:, :count], found[:, count:], sums[:, :count], sums[:, count:]
    gain = below[0] - above[0]
    unsure = np.flatnonzero((less[2] < 0.5) & (more[2] >= 0.5) & (gain > 0))
    if unsure.size:
        part = data.take(unsure)
        variance = _judged_by(part, _residual(part, shape_at(part, more[:, unsure])))
        freedom = np.maximum(part.echo_count.astype(np.intp) - 3, 1)
        quantile = student_quantile(freedom if data.variance is None else 0 * freedom, SIGNIFICANT)
        gain[unsure] -= 0.5 * variance * quantile**2
    return np.where(gain > 0, more, less), np.where(gain > 0, above, below)


def _refined(data: FatData, start: Array, highest_fraction: float = 1.0) -> tuple[Array, Array]:
    refine = kernel("refine_fat") or refined
    found: tuple[Array, Array] = refine(data, start, highest_fraction)
    return found


def _residual(data: FatData, shape: Shape) -> Array:
    """Return the residual sum in units of the variance of a magnitude."""
    if data.variance is None:
        return np.asarray((2.0 * data.weights * shape.misfit).sum(axis=0))
    squares = (data.square - shape.square) ** 2 / (4.0 * (shape.square + data.floor) + TINY)
    return np.asarray((data.weights * squares).sum(axis=0))


def _judged_by(data: FatData, residual: Array) -> Array:
    """Return the variance of a magnitude: the known one, else that of the residual."""
    if data.variance is not None:
        return data.variance
    return residual / np.maximum(data.echo_count - 3.0, 1.0)


def _with_plain(data: FatData, found: Array, sums: Array) -> tuple[Array, Array, NDArray[np.bool_]]:
    """Put the fit without fat where fat cannot be told, and say where it could."""
    *_, level, _, _, rr, rf, ff = sums
    alone = ff - rf**2 / np.maximum(rr, TINY)
    variance = data.variance
    if variance is None:
        variance = _judged_by(data, _residual(data, shape_at(data, found)))
    told = (alone > HIDDEN * level) & (variance < UNTOLD_SE**2 * alone)
    rows = np.flatnonzero(~told)
    if rows.size:
        part = data.take(rows)
        found, sums = found.copy(), sums.copy()
        [start] = best_on_grids(part, data.train.plain)
        found[:, rows], sums[:, rows] = _refined(part, start, 0.0)
    return found, sums, told


def _as_fit(
    data: FatData,
    scale: Array,
    valid: NDArray[np.bool_],
    found: Array,
    sums: Array,
    told: NDArray[np.bool_],
    weighted: bool,
) -> ModelFit:
    log_amplitude, rate, fraction = found
    shape = shape_at(data, found)
    *_, rr, rf, ff = sums
    fixed = ~told | (fraction <= 0.0) | (fraction >= 1.0)
    # The row of the inverse information that belongs to R, without f where f is fixed.
    determinant = np.maximum(rr * ff - rf**2, TINY)
    by_r = np.where(fixed, 1.0 / np.maximum(rr, TINY), ff / determinant)
    count, residual = data.echo_count, _residual(data, shape)
    dof = np.maximum(count - 3.0 + fixed, 1.0)
    known = None if data.variance is None else data.variance * by_r
    if data.variance is not None and weighted:
        # Weights of the caller say nothing about this noise: hence a sandwich, equal to by_r without.
        tangent = tangent_at(data, shape)
        by_f = np.where(fixed, 0.0, -rf / determinant)
        rr_w, rf_w, ff_w = tangent.products(data.weights * tangent.own)
        known = data.variance * (by_r**2 * rr_w + 2.0 * by_r * by_f * rf_w + by_f**2 * ff_w)
    answered = valid & (count >= 4) & (log_amplitude > LEAST_LOG) & (log_amplitude < MOST_LOG)
    slowest, fastest = data.train.rate_range
    rest = np.where(data.weights > 0, data.magnitude - np.sqrt(shape.square + 2.0 * data.floor), 0.0)
    with_fat = told & answered
    fraction_variance = _judged_by(data, residual) * rr / determinant
    return ModelFit(
        rate=np.where(answered, rate, np.nan),
        amplitude=np.where(answered, np.exp(log_amplitude) * scale, np.nan),
        unit_variance=by_r / scale**2,
        residual_variance=residual / dof * scale**2,
        known_variance=known,
        misfit=(rest**2).sum(axis=0) * scale**2,
        dof=dof.astype(np.intp),
        used=np.full(len(rate), len(data.square), dtype=np.intp),
        at_slowest=rate <= slowest * (1 + 1e-9),
        at_fastest=rate >= fastest * (1 - 1e-9),
        extra={
            "fat_fraction": np.where(with_fat, fraction, np.nan),
            "fat_fraction_se": np.where(with_fat, np.sqrt(fraction_variance), np.nan),
        },
    )
