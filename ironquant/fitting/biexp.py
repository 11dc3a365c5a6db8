"""Two components: S = A·exp(−a·TE) + B·exp(−b·TE). For research; it asks for twelve echoes or more."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ironquant.fitting.leastsquares import mono
from ironquant.fitting.modelfit import Array, Conditions, ModelFit, all_echoes
from ironquant.fitting.solver import FASTEST, SLOWEST, TINY

GRID_POINTS = 20
CHUNK = 1024
MOST_STEPS = 60
STEP_TOLERANCE = 1e-9
FIRST_DAMPING = 1e-3
LEAST_DAMPING, LEAST_DIAGONAL = 1e-10, 1e-9
"""These keep the normal equations regular where a component has vanished."""
LEAST_FRACTION = 1e-6
"""A smaller component, in parts of S0, is none."""
LEAST_RATIO = 1.02
"""Two rates closer together than this are one."""


def biexp(curves: Array, te: Array, conditions: Conditions) -> ModelFit:
    """Two positive components by least squares; the rate is that of the larger one.

    `extra`: ``fraction_second`` (share of S0), ``t2star_second_ms``. Where the curve holds one
    component only, it is fitted alone, the share is 0 and the second T2* NaN.
    """
    scale = np.max(np.abs(curves), axis=0, initial=0.0)
    scale = np.where(scale > 0, scale, 1.0)
    y = curves / scale
    weights = np.ones((len(te), 1)) if conditions.weights is None else conditions.weights
    theta = _refined(y, te, weights, _best_on_grid(y, te, weights))
    amplitudes, rates = theta[:2], np.exp(theta[2:])
    swap = amplitudes[1] > amplitudes[0]
    amplitudes, rates = np.where(swap, amplitudes[::-1], amplitudes), np.where(swap, rates[::-1], rates)
    share = amplitudes[1] / np.maximum(amplitudes.sum(axis=0), TINY)
    single = mono(curves, te, conditions)
    rest = y - _expected(np.concatenate([amplitudes, np.log(rates)]), te)
    rss = np.sum(weights * rest**2, axis=0) * scale**2
    two = (share > LEAST_FRACTION) & (np.abs(np.log(rates[0] / rates[1])) > np.log(LEAST_RATIO))
    two &= rss < single.residual_variance * single.dof
    covariance = _rate_variance(te, weights, amplitudes, rates)
    dof = np.where(two, max(len(te) - 4, 1), single.dof)
    unit = np.where(two, covariance / scale**2, single.unit_variance)
    noise = conditions.noise
    low, high = SLOWEST / te[-1], FASTEST / te[0]
    rate = np.where(two, rates[0], single.rate)
    return ModelFit(
        rate=rate,
        amplitude=np.where(two, amplitudes.sum(axis=0) * scale, single.amplitude),
        unit_variance=unit,
        residual_variance=np.where(two, rss / dof, single.residual_variance),
        known_variance=None if noise is None or conditions.weights is not None else noise.sigma**2 * unit,
        misfit=np.where(two, np.sum(rest**2 * (weights > 0), axis=0) * scale**2, single.misfit),
        dof=dof,
        used=all_echoes(curves),
        at_slowest=rate <= low * (1 + 1e-9),
        at_fastest=rate >= high * (1 - 1e-9),
        extra={
            "fraction_second": np.where(two, share, 0.0),
            "t2star_second_ms": np.where(two, 1.0 / rates[1], np.nan),
        },
    )


def _expected(theta: Array, te: Array) -> Array:
    decays = np.exp(-np.exp(theta[2:, None]) * te[:, None])
    return np.asarray(np.sum(theta[:2, None] * decays, axis=0))


def _best_on_grid(y: Array, te: Array, weights: Array) -> Array:
    """Return (A, B, ln a, ln b) of the best pair of grid rates with both amplitudes positive."""
    grid = np.geomspace(SLOWEST / te[-1], FASTEST / te[0], GRID_POINTS)
    basis = np.exp(-np.outer(grid, te))
    first, second = np.triu_indices(GRID_POINTS, 1)
    aa, bb, ab = (
        (basis[i] * basis[j]) @ weights for i, j in ((first, first), (second, second), (first, second))
    )
    determinant = np.maximum(aa * bb - ab * ab, TINY)
    projected = basis @ (weights * y)
    theta = np.empty((4, y.shape[1]))
    for start in range(0, y.shape[1], CHUNK):
        part = slice(start, start + CHUNK)
        own = part if weights.shape[1] > 1 else slice(None)
        p, q = projected[first, part], projected[second, part]
        a = (p * bb[:, own] - q * ab[:, own]) / determinant[:, own]
        b = (q * aa[:, own] - p * ab[:, own]) / determinant[:, own]
        gained = np.where((a > 0) & (b > 0), a * p + b * q, -np.inf)
        best = np.argmax(gained, axis=0)
        column = np.arange(len(best))
        found = np.stack(
            [a[best, column], b[best, column], np.log(grid[first[best]]), np.log(grid[second[best]])]
        )
        # Where no pair has two positive amplitudes there is one component, which `mono` fits.
        theta[:, part] = np.where(gained[best, column] > 0, found, 0.0)
    return theta


def _jacobian(te: Array, amplitudes: Array, rates: Array) -> Array:
    """Derivatives by (A, B, ln a, ln b), shape (echo, 4, voxel)."""
    decays = np.exp(-rates[None] * te[:, None, None])
    slopes = -amplitudes[None] * rates[None] * te[:, None, None] * decays
    return np.concatenate([decays, slopes], axis=1)


def _refined(y: Array, te: Array, weights: Array, theta: Array) -> Array:
    """Levenberg–Marquardt in (A, B, ln a, ln b); amplitudes stay positive, rates in the search range."""
    low = np.array([0.0, 0.0, np.log(SLOWEST / te[-1]), np.log(SLOWEST / te[-1])])[:, None]
    high = np.array([np.inf, np.inf, np.log(FASTEST / te[0]), np.log(FASTEST / te[0])])[:, None]
    weights = np.broadcast_to(weights, y.shape)
    theta = theta.copy()
    rss = np.sum(weights * (y - _expected(theta, te)) ** 2, axis=0)
    damping = np.full(len(rss), FIRST_DAMPING)
    active: NDArray[np.intp] = np.arange(len(rss))
    for _ in range(MOST_STEPS):
        if active.size == 0:
            break
        at, w = theta[:, active], weights[:, active]
        jacobian = _jacobian(te, at[:2], np.exp(at[2:]))
        rest = y[:, active] - _expected(at, te)
        normal = np.einsum("ev,eiv,ejv->vij", w, jacobian, jacobian)
        gradient = np.einsum("ev,eiv->vi", w * rest, jacobian)
        diagonal = np.einsum("vii->vi", normal)[:, :, None] + LEAST_DIAGONAL
        normal = normal + damping[active, None, None] * np.eye(4) * diagonal
        step = np.linalg.solve(normal, gradient[:, :, None])[:, :, 0].T
        moved = np.clip(at + step, low, high)
        there = np.sum(w * (y[:, active] - _expected(moved, te)) ** 2, axis=0)
        better = there <= rss[active]
        change = np.max(np.abs(moved - at), axis=0)
        theta[:, active[better]], rss[active[better]] = moved[:, better], there[better]
        damping[active] = np.where(
            better, np.maximum(0.2 * damping[active], LEAST_DAMPING), 8.0 * damping[active]
        )
        active = active[~((change < STEP_TOLERANCE) | (damping[active] > 1e9))]
    return theta


def _rate_variance(te: Array, weights: Array, amplitudes: Array, rates: Array) -> Array:
    """Variance of the first rate for residuals of variance 1."""
    jacobian = _jacobian(te, amplitudes, rates)
    shape = (len(te), jacobian.shape[2])
    normal = np.einsum("ev,eiv,ejv->vij", np.broadcast_to(weights, shape), jacobian, jacobian)
    diagonal = np.einsum("vii->vi", normal)
    size = np.sqrt(np.maximum(diagonal, TINY))
    scaled = normal / (size[:, :, None] * size[:, None, :])
    inverse = np.linalg.pinv(scaled, rcond=1e-13, hermitian=True)[:, 2, 2]
    return np.asarray(rates[0] ** 2 * inverse / size[:, 2] ** 2)
