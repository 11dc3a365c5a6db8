"""Two components: S = A·exp(−a·TE) + B·exp(−b·TE). For research; it asks for twelve echoes or more."""

from __future__ import annotations

import numpy as np

from ironquant.fitting.biexpsearch import AMPLITUDES, GAUSS, RSS, STATE_ROWS, pairs_of, refined, start_of
from ironquant.fitting.compiled import kernel
from ironquant.fitting.innerproducts import TINY
from ironquant.fitting.leastsquares import mono
from ironquant.fitting.modelfit import Array, Conditions, ModelFit, all_echoes
from ironquant.fitting.train import FASTEST, SLOWEST

LEAST_FRACTION = 1e-6
"""A smaller component, in parts of S0, is none."""
LEAST_RATIO = 1.02
"""Two rates closer together than this are one."""


def biexp(curves: Array, te: Array, conditions: Conditions) -> ModelFit:
    """Two positive components by least squares; the rate is that of the larger one.

    `extra`: ``fraction_second`` (share of S0), ``t2star_second_ms``. Where the curve holds one
    component only, it is fitted alone, the share is 0 and the second T2* NaN.
    """
    weights, single = conditions.weights, mono(curves, te, conditions)
    scale = np.abs(curves).max(axis=0, initial=0.0)
    scale = np.where(scale > 0, scale, 1.0)
    y = curves / scale
    x, state = _two(y, te, weights, single.rate * te[-1])
    rates, amplitudes = np.exp(x) / te[-1], state[AMPLITUDES]
    rest = y - np.einsum("iv,iev->ev", amplitudes, np.exp(-rates[:, None] * (te - te[0])[:, None]))
    amplitudes = amplitudes * np.exp(rates * te[0])
    variances = _rate_variances(state[GAUSS], rates) / scale**2
    swap = amplitudes[1] > amplitudes[0]
    first, second = np.where(swap, rates[::-1], rates)
    unit = np.where(swap, variances[1], variances[0])
    total = amplitudes.sum(axis=0)
    share = np.minimum(*amplitudes) / np.maximum(total, TINY)
    rss = state[RSS] * scale**2
    two = (share > LEAST_FRACTION) & (np.abs(x[0] - x[1]) > np.log(LEAST_RATIO))
    two &= rss < single.residual_variance * single.dof
    misfit = rest**2 if weights is None else rest**2 * (weights > 0)
    dof = np.where(two, max(len(te) - 4, 1), single.dof)
    unit = np.where(two, unit, single.unit_variance)
    noise = conditions.noise
    low, high = SLOWEST / te[-1], FASTEST / te[0]
    rate = np.where(two, first, single.rate)
    return ModelFit(
        rate=rate,
        amplitude=np.where(two, total * scale, single.amplitude),
        unit_variance=unit,
        residual_variance=np.where(two, rss / dof, single.residual_variance),
        known_variance=None if noise is None or weights is not None else noise.sigma**2 * unit,
        misfit=np.where(two, misfit.sum(axis=0) * scale**2, single.misfit),
        dof=dof,
        used=all_echoes(curves),
        at_slowest=rate <= low * (1 + 1e-9),
        at_fastest=rate >= high * (1 - 1e-9),
        extra={
            "fraction_second": np.where(two, share, 0.0),
            "t2star_second_ms": np.where(two, 1.0 / second, np.nan),
        },
    )


def _two(y: Array, te: Array, weights: Array | None, single_rate: Array) -> tuple[Array, Array]:
    """Return log rates and state of the best two decays; an infinite residual where one is enough."""
    pairs = pairs_of(tuple(te.tolist()))
    x, more = start_of(y, weights, pairs, single_rate)
    state = np.zeros((STATE_ROWS, y.shape[1]))
    state[RSS] = np.inf
    rows = np.flatnonzero(more)
    if rows.size:
        refine = kernel("refine_two") or refined
        shared = weights is None or weights.shape[1] == 1
        own = weights if weights is None or shared else np.take(weights, rows, axis=1)
        x[:, rows], state[:, rows] = refine(np.take(y, rows, axis=1), own, pairs, np.take(x, rows, axis=1))
    return x, state


def _rate_variances(gauss: Array, rates: Array) -> Array:
    """Return the variance of both rates for residuals of variance 1, shape (2, voxel)."""
    pp, pq, qq = gauss
    return np.asarray(rates**2 * np.stack([qq, pp]) / np.maximum(pp * qq - pq * pq, TINY))
