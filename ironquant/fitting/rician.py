"""Noise-corrected fit of the magnitude itself: the first moment of the non-central chi distribution.

Feng et al., Magn Reson Med 2013;70:1765; moments: `chi.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ironquant.fitting.chi import ChiTable, chi_table
from ironquant.fitting.compiled import kernels
from ironquant.fitting.modelfit import Array, Conditions, ModelFit, all_echoes
from ironquant.fitting.secondmoment import second_moment
from ironquant.fitting.solver import FASTEST, SLOWEST, TINY, Train, solve_decay, train_of

MOST_STEPS = 300
STEP_TOLERANCE = 2e-6
FIRST_DAMPING, MOST_DAMPING = 1e-3, 1e12
LARGEST_LOG = 39.0
"""Of the amplitude at the first echo, in units of the largest echo."""
LEAST_SIGMA = 1e-9
"""σ is taken as at least this share of the largest echo: without noise E[S] is A."""


def rician(curves: Array, te: Array, conditions: Conditions) -> ModelFit:
    """E[S] of non-central chi noise with A = S0·exp(−TE·R2*), nonlinear least squares.

    Without a known σ it is taken, voxel by voxel, from the free noise term of `second_moment`.
    """
    noise, coils = conditions.noise, conditions.n_coils
    if noise is None:
        free = second_moment(curves, te, conditions)
        sigma = np.zeros(curves.shape[1]) if free.sigma is None else free.sigma
        start_rate, start_amplitude = free.rate, free.amplitude
        dof = free.dof
    else:
        sigma = np.full(curves.shape[1], noise.sigma)
        start = solve_decay(np.maximum(curves**2 - 2.0 * coils * sigma**2, 0.0), 2.0 * te)
        start_rate, start_amplitude = start.rate, np.sqrt(np.maximum(start.amplitude, 0.0))
        dof = np.full(curves.shape[1], max(len(te) - 2, 1), dtype=np.intp)
    largest = np.max(np.abs(curves), axis=0, initial=0.0)
    largest = np.where(largest > 0, largest, 1.0)
    spread = np.maximum(sigma / largest, LEAST_SIGMA)
    low, high = SLOWEST / te[-1], FASTEST / te[0]
    rate = np.clip(start_rate, low, high)
    at_first = np.log(np.clip(start_amplitude / largest, 1e-12, 1e12)) - rate * te[0]
    table, train, compiled = chi_table(coils), train_of(tuple(te.tolist())), kernels()
    solve = _solve if compiled is None else compiled.solve_rician
    found = solve(curves / largest, train, spread, table, at_first, rate)
    misfit = found.misfit * largest**2
    # Echoes in the noise scatter less than those above it: the residual is compared with what the
    # distribution says of each, and the variance of the rate is that of unequal echoes.
    scatter = misfit / (found.scatter * dof / len(te))
    return ModelFit(
        rate=found.rate,
        amplitude=np.exp(found.log_amplitude + found.rate * te[0]) * largest,
        unit_variance=found.known_variance / (spread * largest) ** 2,
        residual_variance=scatter,
        known_variance=None if noise is None else found.known_variance,
        misfit=misfit,
        dof=dof,
        used=all_echoes(curves),
        at_slowest=found.rate <= low * (1 + 1e-9),
        at_fastest=found.rate >= high * (1 - 1e-9),
        sigma=sigma,
    )


class Solution(NamedTuple):
    """Per voxel; amplitude at the first echo, variance of the rate for unit and for known noise.

    scatter = Σ var(S)/σ² over the echoes: below their number where echoes lie in the noise.
    """

    rate: Array
    log_amplitude: Array
    misfit: Array
    unit_variance: Array
    known_variance: Array
    scatter: Array


@dataclass(frozen=True, eq=False)
class _Step:
    """Where a fit stands: residual sum, gradient, normal matrix in (ln A, R) and that with the noise."""

    rss: Array
    gradient: Array
    normal: Array
    variance: Array
    scatter: Array


def _solve(
    curves: Array, train: Train, sigma: Array, table: ChiTable, log_amplitude: Array, rate: Array
) -> Solution:
    """Levenberg–Marquardt in (ln A, R), many voxels at once; A is the amplitude at tau = 0."""
    tau, low, high = train.tau, train.grid[0], train.grid[-1]
    theta = np.stack([log_amplitude, rate])
    damping = np.full(theta.shape[1], FIRST_DAMPING)
    here = _evaluate(curves, tau, sigma, table, theta)
    active = np.arange(theta.shape[1])
    for _ in range(MOST_STEPS):
        if active.size == 0:
            break
        at = theta[:, active]
        moved = at + _damped(here.gradient[:, active], here.normal[:, active], damping[active])
        moved[1] = np.clip(moved[1], low, high)
        moved[0] = np.clip(moved[0], -LARGEST_LOG, LARGEST_LOG)
        there = _evaluate(curves[:, active], tau, sigma[active], table, moved)
        better = there.rss <= here.rss[active]
        change = np.maximum(np.abs(moved[0] - at[0]), np.abs(moved[1] - at[1]) / at[1])
        kept = active[better]
        theta[:, kept] = moved[:, better]
        here.rss[kept], here.gradient[:, kept] = there.rss[better], there.gradient[:, better]
        here.normal[:, kept] = there.normal[:, better]
        here.variance[:, kept] = there.variance[:, better]
        here.scatter[kept] = there.scatter[better]
        damping[active] = np.where(better, damping[active] * 0.1, damping[active] * 10.0)
        active = active[~((change < STEP_TOLERANCE) | (damping[active] > MOST_DAMPING))]
    return Solution(theta[1], theta[0], here.rss, *variances(here.normal, here.variance), here.scatter)


def _evaluate(curves: Array, tau: Array, sigma: Array, table: ChiTable, theta: Array) -> _Step:
    """Return residual sum, gradient and normal matrix, and JᵀVJ with the noise of each echo."""
    amplitude = np.exp(theta[0] - theta[1] * tau[:, None])
    mean, slope, variance = table.moments(amplitude / sigma)
    rest = curves - mean * sigma
    by_log = slope * amplitude
    by_rate = -tau[:, None] * by_log
    noise = variance * sigma**2

    def products(weight: Array | float) -> Array:
        a, b = weight * by_log, weight * by_rate
        return np.stack(
            [np.sum(a * by_log, axis=0), np.sum(a * by_rate, axis=0), np.sum(b * by_rate, axis=0)]
        )

    gradient = np.stack([np.sum(by_log * rest, axis=0), np.sum(by_rate * rest, axis=0)])
    scatter = np.sum(variance, axis=0)
    return _Step(np.sum(rest**2, axis=0), gradient, products(1.0), products(noise), scatter)


def _damped(gradient: Array, normal: Array, damping: Array) -> Array:
    """Solve (JᵀJ + damping·diag)·step = gradient."""
    a, b, c = normal
    a, c = a * (1.0 + damping) + TINY, c * (1.0 + damping) + TINY
    determinant = np.maximum(a * c - b * b, TINY)
    step = np.stack([c * gradient[0] - b * gradient[1], a * gradient[1] - b * gradient[0]]) / determinant
    return np.asarray(np.nan_to_num(step, nan=0.0, posinf=0.0, neginf=0.0))


def variances(normal: Array, noisy: Array) -> tuple[Array, Array]:
    """Return the variance of the rate for unit residuals, and for the noise of each echo.

    Parameters
    ----------
    normal, noisy : ndarray, shape (3, voxel)
        JᵀJ and JᵀVJ: log amplitude, mixed, rate.
    """
    (a, b, c), (va, vb, vc) = normal, noisy
    determinant = a * c - b * b
    bad = ~(determinant > 0)
    unit, known = a / determinant, (b * b * va - 2.0 * a * b * vb + a * a * vc) / determinant**2
    return np.where(bad, np.inf, unit), np.where(bad, np.inf, known)
