"""Noise-corrected fit of the magnitude itself: the first moment of the non-central chi distribution.

Feng et al., Magn Reson Med 2013;70:1765; moments: `chi.py`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ironquant.fitting.chi import ChiTable, chi_table
from ironquant.fitting.compiled import kernel
from ironquant.fitting.modelfit import Array, Conditions, ModelFit, all_echoes
from ironquant.fitting.pieces import pieces
from ironquant.fitting.secondmoment import free_noise
from ironquant.fitting.solver import FASTEST, SLOWEST, TINY, Train, solve_decay, train_of

MOST_STEPS = 300
STEP_TOLERANCE = 2e-6
"""Of what a step leaves, relative in the rate; the noise of a voxel is a thousand times that."""
FIRST_DAMPING, MOST_DAMPING = 1e-3, 1e12
LARGEST_LOG = 39.0
"""Of the amplitude at the first echo, in units of the largest echo."""
LEAST_SIGMA = 1e-9
"""σ is taken as at least this share of the largest echo: without noise E[S] is A."""


def rician(curves: Array, te: Array, conditions: Conditions) -> ModelFit:
    """E[S] of non-central chi noise with A = S0·exp(−TE·R2*), nonlinear least squares.

    Without a known σ it is taken, voxel by voxel, from the free noise term of `second_moment`, and
    what that leaves open widens the variance of the rate.
    """
    noise, coils, free_variance = conditions.noise, conditions.n_coils, None
    if noise is None:
        start, dof, residual = free_noise(curves, te)
        sigma = np.sqrt(start.offset / (2.0 * coils))
        free_variance = residual / start.information
    else:
        sigma = np.full(curves.shape[1], noise.sigma)
        start = solve_decay(np.maximum(curves**2 - 2.0 * coils * sigma**2, 0.0), 2.0 * te)
        dof = np.full(curves.shape[1], max(len(te) - 2, 1), dtype=np.intp)
    start_amplitude = np.sqrt(np.maximum(start.amplitude, 0.0))
    largest = np.max(np.abs(curves), axis=0, initial=0.0)
    largest = np.where(largest > 0, largest, 1.0)
    spread = np.maximum(sigma / largest, LEAST_SIGMA)
    low, high = SLOWEST / te[-1], FASTEST / te[0]
    rate = np.clip(start.rate, low, high)
    at_first = np.log(np.clip(start_amplitude / largest, 1e-12, 1e12)) - rate * te[0]
    table, train = chi_table(coils), train_of(tuple(te.tolist()))
    solve = kernel("solve_rician") or _solve
    found = solve(curves / largest, train, spread, table, at_first, rate)
    misfit = found.misfit * largest**2
    # Echoes in the noise scatter less than those above it: the residual is compared with what the
    # distribution says of each, and the variance of the rate is that of unequal echoes.
    scatter = misfit / (found.scatter * dof / len(te))
    unit, added = found.known_variance / (spread * largest) ** 2, None
    if free_variance is not None:
        added = _by_estimate(free_variance - unit * scatter, sigma, found.scatter / len(te), coils)
        unit = unit + np.where(scatter > 0, added / scatter, 0.0)
    return ModelFit(
        rate=found.rate,
        amplitude=np.exp(found.log_amplitude + found.rate * te[0]) * largest,
        unit_variance=unit,
        residual_variance=scatter,
        known_variance=None if noise is None else found.known_variance,
        misfit=misfit,
        dof=dof,
        used=all_echoes(curves),
        at_slowest=found.rate <= low * (1 + 1e-9),
        at_fastest=found.rate >= high * (1 - 1e-9),
        added_variance=added,
        sigma=sigma,
    )


def _by_estimate(added: Array, sigma: Array, echo_variance: Array, n_coils: int) -> Array:
    """Return how much an estimated σ² adds to the variance of the rate.

    A least-squares estimate with the noise term held fixed does not correlate with the estimate of the
    term, so what the term adds to the second moment's variance is the square of its effect. The mean
    magnitude depends on σ² less than its square does, by 2L − var(S)/σ² against 2L.

    Parameters
    ----------
    added, sigma, echo_variance : ndarray, shape (voxel,)
        How far the variance by the second moment with its term exceeds that with σ held fixed; σ; mean
        of var(S)/σ² over the echoes.
    """
    share = 1.0 - echo_variance / (2.0 * n_coils)
    return np.where(sigma > 0, share**2 * np.maximum(added, 0.0), 0.0)


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


def _solve(
    curves: Array, train: Train, sigma: Array, table: ChiTable, log_amplitude: Array, rate: Array
) -> Solution:
    """Levenberg–Marquardt in (ln A, R), many voxels at once; A is the amplitude at tau = 0."""
    tau, low, high = train.tau, train.grid[0], train.grid[-1]
    theta = np.stack([log_amplitude, rate])
    damping, former = np.full(theta.shape[1], FIRST_DAMPING), np.zeros(theta.shape[1])
    here = _evaluate(curves, tau, sigma, table, theta)
    active = np.arange(theta.shape[1])
    at, now, part, spread = theta, here, curves, sigma
    for _ in range(MOST_STEPS):
        if active.size == 0:
            break
        damp = damping[active]
        moved = at + _damped(now[1:3], now[3:6], damp)
        moved[1] = np.clip(moved[1], low, high)
        moved[0] = np.clip(moved[0], -LARGEST_LOG, LARGEST_LOG)
        there = _evaluate(part, tau, spread, table, moved)
        better = there[0] <= now[0]
        size = np.maximum(np.abs(moved[0] - at[0]), np.abs(moved[1] - at[1]) / at[1])
        left = np.where(better, remainder(size, former[active]), size)
        at, now = np.where(better, moved, at), np.where(better, there, now)
        damp = np.where(better, damp * 0.1, damp * 10.0)
        theta[:, active], here[:, active], damping[active] = at, now, damp
        former[active] = np.where(better, size, 0.0)
        going = (left > STEP_TOLERANCE) & (damp <= MOST_DAMPING)
        if not going.all():
            active = active[going]
            at, now, part = (np.take(each, active, axis=1) for each in (theta, here, curves))
            spread = sigma[active]
    noisy, scatter = _with_noise(tau, sigma, table, theta)
    return Solution(theta[1], theta[0], here[0], *variances(here[3:6], noisy), scatter)


def remainder(size: Array, former: Array) -> Array:
    """Return what a step leaves: as much less than itself as it is less than the one before.

    Steps of Gauss and Newton shrink by a steady factor. `former` is 0 where there was none.
    """
    return np.where(size < former, size * size / np.maximum(former, TINY), size)


def _evaluate(curves: Array, tau: Array, sigma: Array, table: ChiTable, theta: Array) -> Array:
    """Return residual sum, gradient (2) and normal matrix (3) in (ln A, R), shape (6, voxel)."""
    found = np.empty((6, theta.shape[1]))
    for here in pieces(theta.shape[1]):
        by_log, by_rate, mean, _ = _slopes(tau, sigma[here], table, theta[:, here])
        rest = np.subtract(curves[:, here], np.multiply(mean, sigma[here], out=mean), out=mean)
        pairs = (
            (rest, rest),
            (by_log, rest),
            (by_rate, rest),
            (by_log, by_log),
            (by_log, by_rate),
            (by_rate, by_rate),
        )
        for sums, pair in zip(found, pairs, strict=True):
            np.einsum("ev,ev->v", *pair, out=sums[here])
    return found


def _with_noise(tau: Array, sigma: Array, table: ChiTable, theta: Array) -> tuple[Array, Array]:
    """Return JᵀVJ with the noise of each echo, shape (3, voxel), and the sum of V over σ²."""
    by_log, by_rate, _, variance = _slopes(tau, sigma, table, theta)
    noise = variance * sigma**2
    a, b = noise * by_log, noise * by_rate
    pairs = (a, by_log), (a, by_rate), (b, by_rate)
    return np.stack([np.einsum("ev,ev->v", *pair) for pair in pairs]), np.sum(variance, axis=0)


def _slopes(tau: Array, sigma: Array, table: ChiTable, theta: Array) -> tuple[Array, Array, Array, Array]:
    """Return the derivatives of the mean by ln A and R, and the mean and variance in units of σ."""
    amplitude = theta[1] * tau[:, None]
    np.exp(np.subtract(theta[0], amplitude, out=amplitude), out=amplitude)
    mean, slope, variance = table.moments(amplitude / sigma)
    by_log = np.multiply(slope, amplitude, out=slope)
    return by_log, np.multiply(-tau[:, None], by_log, out=amplitude), mean, variance


def _damped(gradient: Array, normal: Array, damping: Array) -> Array:
    """Solve (JᵀJ + damping·diag)·step = gradient."""
    a, b, c = normal
    a, c = a * (1.0 + damping) + TINY, c * (1.0 + damping) + TINY
    determinant = np.maximum(a * c - b * b, TINY)
    step = np.stack([c * gradient[0] - b * gradient[1], a * gradient[1] - b * gradient[0]]) / determinant
    return np.where(np.isfinite(step), step, 0.0)


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
