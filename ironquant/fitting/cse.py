"""Water, fat, field map and one R2* from complex echoes (chemical-shift encoded).

S(t) = (W + F·c(t))·exp(i·2π·ψ·t)·exp(−R2*·t) with complex W and F, the field map ψ and the six peaks
of liver fat in c(t) (Reeder et al., Magn Reson Med 2004;51:35; Yu et al., 2008;60:1122; variable
projection over ψ and R2*: Hernando et al., 2008;59:571 and 2010;63:79). Every voxel is searched
over the whole range of ψ and stands alone: nothing is smoothed between neighbours.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ironquant.core import GAMMA_MHZ_PER_T
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
        psi, rate = _global_minimum(data, span)
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


def _global_minimum(data: CseData, span: FieldRange) -> tuple[Array, Array]:
    """Return ψ and R of the least misfit among the refined local minima."""
    count = data.signal.shape[1]
    psi, rate, voxel = starts(data, span, MINIMA)
    psi, rate, misfit = refined(data.take(voxel), psi, rate)
    psi = span.wrapped(psi)
    misfit = np.where(np.isfinite(misfit), misfit, np.inf)
    least = np.full(count, np.inf)
    np.minimum.at(least, voxel, misfit)
    energy = np.sum(data.weights * (data.signal.real**2 + data.signal.imag**2), axis=0)
    tied = np.flatnonzero(misfit <= (least + TIE * energy)[voxel])
    # Sorted by falling |ψ|, the last one written to a voxel is the nearest to 0.
    order = tied[np.argsort(-np.abs(psi[tied]), kind="stable")]
    found = np.zeros(count), np.full(count, np.nan)
    found[0][voxel[order]], found[1][voxel[order]] = psi[order], rate[order]
    return found


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
    counted = np.broadcast_to(data.weights > 0, data.signal.shape).sum(axis=0)
    seen = columns.fat_norm > 0
    dof = np.maximum(2.0 * counted - np.where(seen, 6.0, 4.0), 1.0)
    variance = at.misfit / dof
    known = None
    if conditions.noise is not None:
        sigma_square = (conditions.noise.sigma / scale) ** 2
        # Weights of the caller say nothing about this noise: hence a sandwich, equal to unit without.
        known = sigma_square * unit**2 * np.sum(data.weights * power, axis=0)
        variance = sigma_square if conditions.weights is None else variance
    answered = valid & (counted >= 4) & np.isfinite(rate)
    water, fat = _species(columns, at)
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
        dof=dof,
        used=np.full(len(rate), len(data.te), dtype=np.intp),
        at_slowest=rate <= slowest * (1 + 1e-9),
        at_fastest=rate >= fastest * (1 - 1e-9),
        extra={name: np.where(answered, value, np.nan) for name, value in extra.items()},
    )


def _species(columns: Columns, at: Projection) -> tuple[Complex, Complex]:
    """Return W and F at the first echo time, field map and phase of fat at t = 0."""
    seen = columns.fat_norm > 0
    fat = np.where(seen, at.along_fat / np.where(seen, columns.fat_norm, 1.0), 0.0)
    return at.along_water / columns.water_norm - columns.overlap * fat, fat


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
    major = np.where(watery, w, f)
    sign = np.where(watery, 1.0, -1.0)
    common = sign * major * both / b**3
    u = common - np.where(watery, water / (w * b), 0.0)
    v = common + np.where(watery, 0.0, fat / (f * b))
    by_water = u.conj() / columns.water_norm
    by_fat = (v.conj() - columns.overlap * u.conj()) / np.where(columns.fat_norm > 0, columns.fat_norm, 1.0)
    through = by_water * along[0] + by_fat * along[1]
    return fraction, np.abs(by_water) ** 2 + np.abs(by_fat) ** 2 + np.abs(through) ** 2 * unit
