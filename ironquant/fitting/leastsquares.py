"""Least squares on the magnitude: mono-exponential, truncated, and with a constant offset."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ironquant.core import MIN_ECHOES
from ironquant.fitting.modelfit import Array, Conditions, ModelFit, all_echoes
from ironquant.fitting.solver import Decay, solve_decay
from ironquant.fitting.truncation import truncated_decay


def mono(curves: Array, te: Array, conditions: Conditions) -> ModelFit:
    """S = S0·exp(−TE·R2*), nonlinear least squares on all echoes."""
    used = all_echoes(curves)
    if conditions.fits_by_length is None:
        decay = solve_decay(curves, te, conditions.weights)
    else:
        decay = conditions.fits_by_length.take(used - MIN_ECHOES)
    return _as_fit(curves, te, decay, used, 2, conditions)


def truncation(curves: Array, te: Array, conditions: Conditions) -> ModelFit:
    """Nonlinear least squares on the leading echoes; which: see `fitting.truncation`."""
    used, decay = truncated_decay(curves, te, conditions)
    return _as_fit(curves, te, decay, used, 2, conditions)


def offset(curves: Array, te: Array, conditions: Conditions) -> ModelFit:
    """S = S0·exp(−TE·R2*) + C with C ≥ 0, nonlinear least squares; never a default.

    Underestimates T2* of bright-blood hearts and overestimates R2* of livers whose tail is noise
    (He et al., Magn Reson Med 2008;60:1082; Feng et al., Magn Reson Med 2013;70:1765). Where the
    best constant is negative, which no magnitude has, the curve is fitted without.
    """
    decay = solve_decay(curves, te, conditions.weights, intercept=True)
    fitted = _as_fit(curves, te, decay, all_echoes(curves), 3, conditions, offset=decay.offset)
    negative = np.flatnonzero(decay.offset < 0)
    # Where no residual is left, the one of the simpler model says how far to trust the curve.
    rows = negative if len(te) > 3 else np.arange(curves.shape[1])
    if rows.size == 0:
        return fitted
    weights = conditions.weights
    if weights is not None and weights.shape[1] > 1:
        weights = np.take(weights, rows, axis=1)
    plain = mono(np.take(curves, rows, axis=1), te, replace(conditions, weights=weights))
    if len(te) == 3:
        fitted = replace(fitted, residual_variance=plain.residual_variance)
    return _with_others(replace(fitted, offset=np.maximum(decay.offset, 0.0)), negative, plain, rows)


def _with_others(
    fitted: ModelFit, chosen: NDArray[np.intp], other: ModelFit, rows: NDArray[np.intp]
) -> ModelFit:
    """Return a fit with some voxels taken from another, which is of the voxels `rows`."""
    at = np.searchsorted(rows, chosen)
    taken = {}
    for name in (
        "rate",
        "amplitude",
        "unit_variance",
        "residual_variance",
        "known_variance",
        "misfit",
        "dof",
        "at_slowest",
        "at_fastest",
    ):
        column, part = getattr(fitted, name), getattr(other, name)
        if column is not None and part is not None:
            column = column.copy()
            column[chosen] = part[at]
        taken[name] = column
    return replace(fitted, **taken)


def _as_fit(
    curves: Array,
    te: Array,
    decay: Decay,
    used: NDArray[np.intp],
    n_parameters: int,
    conditions: Conditions,
    offset: Array | None = None,
) -> ModelFit:
    unit, misfit = 1.0 / decay.information, decay.rss
    if conditions.weights is not None:
        rest = curves - decay.amplitude * np.exp(-decay.rate * te[:, None]) - decay.offset
        kept = (conditions.weights > 0) & (np.arange(len(te))[:, None] < used)
        misfit = np.sum(rest**2 * kept, axis=0)
    dof = np.maximum(used - n_parameters, 1)
    noise = conditions.noise
    # Weights given by the caller say how echoes compare, not how large the noise is.
    known = None if noise is None or conditions.weights is not None else noise.sigma**2 * unit
    return ModelFit(
        rate=decay.rate,
        amplitude=decay.amplitude,
        unit_variance=unit,
        residual_variance=decay.rss / dof,
        known_variance=known,
        misfit=misfit,
        dof=dof,
        used=used,
        at_slowest=decay.at_slowest,
        at_fastest=decay.at_fastest,
        variation=decay.variation if conditions.weights is None else None,
        offset=offset,
    )
