"""Water, fat, field map and one R2* from complex echoes (chemical-shift encoded).

S(t) = (W + F·c(t))·exp(i·2π·ψ·t)·exp(−R2*·t) with complex W and F, the field map ψ and the six peaks
of liver fat in c(t) (Reeder et al., Magn Reson Med 2004;51:35; Yu et al., 2008;60:1122; variable
projection over ψ and R2*: Hernando et al., 2008;59:571 and 2010;63:79). Every voxel is searched
over the whole range of ψ and stands alone: nothing is smoothed between neighbours.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ironquant.core import GAMMA_MHZ_PER_T, student_quantile
from ironquant.fitting.csesearch import (
    TINY,
    Columns,
    Complex,
    CseData,
    FieldRange,
    Projection,
    columns_at,
    field_range,
    project,
    rate_tangent,
    refined,
    starts,
)
from ironquant.fitting.modelfit import Array, Conditions, ModelFit
from ironquant.fitting.spectrum import known_modulation, main_shift_hz

MINIMA = 3
"""Local minima along ψ that are refined."""
TIE = 1e-9
"""Misfits that differ by less than this share of the signal's energy are equal: the smaller |ψ| wins."""
SIGNIFICANT = 0.9995
"""Quantile of normal deviate or Student's t; within its square noise may have decided between minima."""
FASTEST_FAT = 0.05
"""R2* (1/ms) that fat does not reach, per tesla: adipose tissue holds no iron."""


def cse(curves: Complex, te: Array, conditions: Conditions) -> ModelFit:
    """Fit water, fat, field map and R2* to complex echoes.

    Parameters
    ----------
    curves : ndarray of complex, shape (echo, voxel)
    te : ndarray, shape (echo,)
        Echo times in ms, ascending; at least four.
    conditions : Conditions
        `field_t` is needed. `noise.sigma` is the SD of real and of imaginary part. With `precession`
        −1 the conjugate is fitted. `weights`: relative inverse variances of the echoes.

    Returns
    -------
    ModelFit
        `amplitude` is |W| + |F|. `extra`: ``fat_fraction`` and ``fat_fraction_se``,
        ``field_map_hz`` and ``field_map_se_hz``, ``initial_phase_rad`` (of W + F at t = 0).
        The fat fraction is that of magnitude discrimination (Liu et al., Magn Reson Med
        2007;58:354): 1 − |W|/|W + F| where water dominates, |F|/|W + F| where fat does, so that noise
        of a small species does not raise it; it is cut to 0–1 (for equal phases of W and F it is
        |F|/(|W| + |F|)). Where the steps hide fat it is NaN and W alone is fitted. `rate` is NaN where
        a curve has no answer (not finite, zero, fewer than four echoes). Evenly spaced echoes know
        ψ up to a multiple of 1/step: the value nearest 0 is given.

    Raises
    ------
    FitArgumentError
        ``fat_field_missing``.
    """
    modulation = known_modulation(te, conditions.field_t, "cse")
    field_t = float(conditions.field_t or 0.0)
    span = field_range(te, main_shift_hz(field_t) / 1000.0, GAMMA_MHZ_PER_T * field_t / 1000.0)
    # Whatever overflows or is undefined in a hopeless curve becomes NaN in the end.
    with np.errstate(all="ignore"):
        data, scale, valid = _prepared(curves, te, modulation, conditions)
        known = None if conditions.noise is None else (conditions.noise.sigma / scale) ** 2
        psi, rate = _global_minimum(data, span, known, FASTEST_FAT * field_t)
        return _as_fit(data, psi, rate, scale, valid, conditions)


def _prepared(
    curves: Complex, te: Array, modulation: Complex, conditions: Conditions
) -> tuple[CseData, Array, NDArray[np.bool_]]:
    weights = np.ones((len(te), 1)) if conditions.weights is None else conditions.weights
    kept: Complex = np.where(weights > 0, curves, 0.0).astype(np.complex128)
    scale = np.max(np.maximum(np.abs(kept.real), np.abs(kept.imag)), axis=0, initial=0.0)
    valid = np.isfinite(scale) & (scale > 0)
    scale = np.where(valid, scale, 1.0)
    signal: Complex = np.where(valid, kept, 1.0).astype(np.complex128) / scale
    if conditions.precession < 0:
        signal = signal.conj()
    return CseData(signal, weights, te[:, None], modulation[:, None]), scale, valid


def _global_minimum(
    data: CseData, span: FieldRange, sigma_square: Array | None, fastest_fat: float
) -> tuple[Array, Array]:
    """Return ψ and R of the best of the refined local minima.

    That is the one of least misfit; where noise could have made the difference, what water and fat
    are is heard too: both start with one phase, and what decays fast is not mostly fat.
    """
    count = data.signal.shape[1]
    psi, rate, voxel = starts(data, span, MINIMA)
    candidates = data.take(voxel)
    psi, rate, misfit = refined(candidates, psi, rate)
    psi = span.wrapped(psi)
    misfit = np.where(np.isfinite(misfit), misfit, np.inf)
    least = _least(misfit, voxel, count)
    freedom = np.maximum(2 * data.echo_count.astype(np.intp) - 6, 1)
    if sigma_square is None:
        by_chance = least / freedom * student_quantile(freedom, SIGNIFICANT) ** 2
    else:
        by_chance = sigma_square * student_quantile(0 * freedom, SIGNIFICANT) ** 2
    energy = np.sum(data.weights * (data.signal.real**2 + data.signal.imag**2), axis=0)
    apart, fatty = _oddities(candidates, psi, rate)
    cost = misfit + apart + by_chance[voxel] * (fatty & (rate > fastest_fat))
    cost = np.where(misfit <= (least + by_chance + TIE * energy)[voxel], cost, np.inf)
    tied = np.flatnonzero(cost <= (_least(cost, voxel, count) + TIE * energy)[voxel])
    # Sorted by falling |ψ|, the last one written to a voxel is the nearest to 0.
    order = tied[np.argsort(-np.abs(psi[tied]), kind="stable")]
    found = np.zeros(count), np.full(count, np.nan)
    found[0][voxel[order]], found[1][voxel[order]] = psi[order], rate[order]
    return found


def _least(cost: Array, voxel: NDArray[np.intp], count: int) -> Array:
    least = np.full(count, np.inf)
    np.minimum.at(least, voxel, cost)
    return least


def _oddities(data: CseData, psi: Array, rate: Array) -> tuple[Array, NDArray[np.bool_]]:
    """Return by how much the misfit grows if W and F must start in phase, and whether fat prevails.

    The growth is that of the linear fit to first order: for phases less than 90° apart through
    Im(W*·F), beyond that by dropping the smaller species.
    """
    columns = columns_at(data, rate)
    water, fat = species(columns, project(data, psi, columns))
    w, f = np.abs(water), np.abs(fat)
    product = water.conj() * fat
    skew = product.imag**2 / np.maximum(_noise_along(columns, -1j * fat, 1j * water), TINY)
    none = np.zeros_like(water)
    without_fat = f**2 / np.maximum(_noise_along(columns, none, fat / np.maximum(f, TINY)), TINY)
    without_water = w**2 / np.maximum(_noise_along(columns, water / np.maximum(w, TINY), none), TINY)
    dropped = np.minimum(without_fat, without_water)
    return np.where(product.real < 0, dropped, np.minimum(skew, dropped)), f > w


def _as_fit(
    data: CseData,
    psi: Array,
    rate: Array,
    scale: Array,
    valid: NDArray[np.bool_],
    conditions: Conditions,
) -> ModelFit:
    columns = columns_at(data, rate)
    at = project(data, psi, columns)
    beside, *along = rate_tangent(data, columns, at)
    power = beside.real**2 + beside.imag**2
    unit = 1.0 / np.maximum(power.sum(axis=0), TINY)
    seen = columns.fat_norm > 0
    dof = np.maximum(2.0 * data.echo_count - np.where(seen, 6.0, 4.0), 1.0)
    variance = at.misfit / dof
    known = None
    if conditions.noise is not None:
        sigma_square = (conditions.noise.sigma / scale) ** 2
        # Weights of the caller say nothing about this noise: hence a sandwich, equal to unit without.
        known = sigma_square * unit**2 * np.sum(data.weights * power, axis=0)
        variance = sigma_square if conditions.weights is None else variance
    answered = valid & (data.echo_count >= 4) & np.isfinite(rate)
    water, fat = species(columns, at)
    fraction, fraction_unit = _fat_fraction(water, fat, columns, along, unit)
    slowest, fastest = data.rate_range
    fitted = np.abs(at.model) / np.sqrt(np.where(data.weights > 0, data.weights, 1.0))
    residual = np.where(data.weights > 0, np.abs(data.signal) - fitted, 0.0)
    extra = {
        "fat_fraction": np.where(seen, np.clip(fraction, 0.0, 1.0), np.nan),
        "fat_fraction_se": np.where(seen, np.sqrt(variance * fraction_unit), np.nan),
        "field_map_hz": 1000.0 * psi,
        "field_map_se_hz": 1000.0 * np.sqrt(variance * unit) / (2.0 * np.pi),
        "initial_phase_rad": np.angle(water + fat),
    }
    amplitude = (np.abs(water) + np.abs(fat)) * np.exp(rate * data.te[0, 0]) * scale
    return ModelFit(
        rate=np.where(answered, rate, np.nan),
        amplitude=np.where(answered, amplitude, np.nan),
        unit_variance=unit / scale**2,
        residual_variance=at.misfit / dof * scale**2,
        known_variance=known,
        misfit=np.sum(residual**2, axis=0) * scale**2,
        dof=dof.astype(np.intp),
        used=np.full(len(rate), len(data.te), dtype=np.intp),
        at_slowest=rate <= slowest * (1 + 1e-9),
        at_fastest=rate >= fastest * (1 - 1e-9),
        extra={name: np.where(answered, value, np.nan) for name, value in extra.items()},
    )


def species(columns: Columns, at: Projection) -> tuple[Complex, Complex]:
    """Return W and F at the first echo time, field map and phase of fat at t = 0."""
    seen = columns.fat_norm > 0
    fat = np.where(seen, at.along_fat / np.where(seen, columns.fat_norm, 1.0), 0.0)
    return at.along_water / columns.water_norm - columns.overlap * fat, fat


def _by_columns(columns: Columns, u: Complex, v: Complex) -> tuple[Complex, Complex]:
    """Return Re(u*·dW + v*·dF) as coefficients of movements along the two columns."""
    along_fat = (v.conj() - columns.overlap * u.conj()) / np.where(
        columns.fat_norm > 0, columns.fat_norm, 1.0
    )
    return u.conj() / columns.water_norm, along_fat


def _noise_along(columns: Columns, u: Complex, v: Complex) -> Array:
    """Return the variance of Re(u*·W + v*·F) for noise of variance 1, ψ and R held."""
    by_water, by_fat = _by_columns(columns, u, v)
    return np.asarray(np.abs(by_water) ** 2 + np.abs(by_fat) ** 2)


def _fat_fraction(
    water: Complex, fat: Complex, columns: Columns, along: list[Complex], unit: Array
) -> tuple[Array, Array]:
    """Return the fat fraction by magnitude discrimination, and its variance for noise of variance 1.

    To first order the fraction moves by Re(u*·dW + v*·dF). W and F move with the noise along both
    columns and, through the tangents, with that of ψ and R.
    """
    both = water + fat
    w, f, b = (np.maximum(np.abs(value), TINY) for value in (water, fat, both))
    watery = w >= f
    fraction = np.where(watery, 1.0 - w / b, f / b)
    common = np.where(watery, w, -f) * both / b**3
    u = common - np.where(watery, water / (w * b), 0.0)
    v = common + np.where(watery, 0.0, fat / (f * b))
    by_water, by_fat = _by_columns(columns, u, v)
    through = by_water * along[0] + by_fat * along[1]
    return fraction, _noise_along(columns, u, v) + np.abs(through) ** 2 * unit
