"""Noise-corrected fit of the magnitude itself: the first moment of the non-central chi distribution.

Feng et al., Magn Reson Med 2013;70:1765; moments: `chi.py`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ironquant.fitting.chi import ChiTable, chi_table
from ironquant.fitting.compiled import kernel
from ironquant.fitting.innerproducts import TINY, over_echoes
from ironquant.fitting.modelfit import Array, Conditions, ModelFit, all_echoes
from ironquant.fitting.pieces import pieces
from ironquant.fitting.secondmoment import free_noise
from ironquant.fitting.solver import beginning
from ironquant.fitting.train import FASTEST, SLOWEST, Train, train_of

MOST_STEPS = 300
STEP_TOLERANCE = 2e-6
"""Of what a step leaves, relative in the rate; the noise of a voxel is a thousand times that. A step that is
no larger is taken unseen: no sums are made where it leads."""
NO_WORSE = 1.0 + 1e-9
"""A step may raise the residual sum by this factor: near the minimum rounding must not decide."""
LEAST_FACTOR = 0.1
"""By which steps are held to shrink further."""
FIRST_DAMPING, MOST_DAMPING = 1e-4, 1e12
LEAST_BENT = 0.3
"""The bend of the decay is taken along where the curvature keeps at least this share of Gauss's."""
N_SUMS, SCATTER = 11, 10
GRADIENT, NORMAL, NOISY = slice(1, 4), slice(4, 7), slice(7, 10)
"""Sums of a fit after its residual: gradient, and the bend of the decay with the rate; normal matrix; the
same with the variance of each echo over σ²; that variance."""
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
        rate, amplitude = start.rate, np.sqrt(np.maximum(start.amplitude, 0.0))
        free_variance = residual / start.information
    else:
        sigma = np.full(curves.shape[1], noise.sigma)
        # Well above the noise E[S]² is A² + (2L − 1)·σ².
        square = curves * curves
        square -= (2.0 * coils - 1.0) * noise.sigma**2
        rate, amplitude = beginning(np.sqrt(np.maximum(square, 0.0, out=square), out=square), te)
        dof = np.full(curves.shape[1], max(len(te) - 2, 1), dtype=np.intp)
    largest = np.maximum(curves.max(axis=0, initial=0.0), -curves.min(axis=0, initial=0.0))
    largest = np.where(largest > 0, largest, 1.0)
    spread = np.maximum(sigma / largest, LEAST_SIGMA)
    low, high = SLOWEST / te[-1], FASTEST / te[0]
    rate = np.clip(rate, low, high)
    at_first = np.log(np.clip(amplitude / largest, 1e-12, 1e12)) - rate * te[0]
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
    """Per voxel; amplitude at the first echo, residual sum, variance of the rate for the noise that is known.

    scatter = Σ var(S)/σ² over the echoes: below their number where echoes lie in the noise.
    """

    rate: Array
    log_amplitude: Array
    misfit: Array
    known_variance: Array
    scatter: Array


def _solve(
    curves: Array, train: Train, spread: Array, table: ChiTable, log_amplitude: Array, rate: Array
) -> Solution:
    """Levenberg–Marquardt in (ln A, R), many voxels at once; A is the amplitude at tau = 0."""
    count, limits = len(rate), (train.grid[0], train.grid[-1])
    # In units of σ: E[S] is then that of unit noise.
    curves, shift = curves / spread, np.log(spread)
    theta, sums = np.stack([log_amplitude, rate]), np.empty((N_SUMS, count))
    damping: Array = np.full(count, FIRST_DAMPING)
    former, left = np.zeros(count), np.full(count, np.inf)
    rows, at, now = np.arange(count), theta, _evaluate(curves, train.tau, shift, table, theta)
    for steps_left in range(MOST_STEPS, -1, -1):
        moved, size = _proposed(at, now, damping, limits)
        unseen = size <= STEP_TOLERANCE
        np.copyto(at, moved, where=unseen & (damping <= FIRST_DAMPING))
        going = ~unseen & (left > STEP_TOLERANCE) & (damping <= MOST_DAMPING) & (steps_left > 0)
        ended = np.flatnonzero(~going)
        theta[:, rows[ended]], sums[:, rows[ended]] = np.take(at, ended, axis=1), np.take(now, ended, axis=1)
        if ended.size == going.size:
            break
        if ended.size:
            kept = np.flatnonzero(going)
            rows = rows[kept]
            damping, former, size, shift = (each[kept] for each in (damping, former, size, shift))
            at, now, moved, curves = (np.take(each, kept, axis=1) for each in (at, now, moved, curves))
        there = _evaluate(curves, train.tau, shift, table, moved)
        better = there[0] <= now[0] * NO_WORSE
        np.copyto(at, moved, where=better)
        np.copyto(now, there, where=better)
        left = np.where(better, remainder(size, former), size)
        former = np.where(better, size, 0.0)
        damping = damping * np.where(better, 0.1, 10.0)
    known = known_variance(sums[NORMAL], sums[NOISY])
    return Solution(theta[1], theta[0], sums[0] * spread**2, known, sums[SCATTER])


def _proposed(at: Array, sums: Array, damping: Array, limits: tuple[float, float]) -> tuple[Array, Array]:
    """Return where a damped step leads, and its size, relative in amplitude and rate."""
    moved = at + _damped(sums[GRADIENT], sums[NORMAL], damping)
    np.clip(moved[1], *limits, out=moved[1])
    np.clip(moved[0], -LARGEST_LOG, LARGEST_LOG, out=moved[0])
    size = np.abs(moved - at)
    size[1] /= at[1]
    return moved, np.maximum(*size)


def remainder(size: Array, former: Array) -> Array:
    """Return what a step leaves: as much less than itself as it is less than the one before.

    Steps shrink by a steady factor at last; a first one may shrink more. `former` is 0 where there was none.
    """
    factor = np.maximum(size / np.maximum(former, TINY), LEAST_FACTOR)
    return np.where(size < former, size * factor, size)


def _evaluate(curves: Array, tau: Array, shift: Array, table: ChiTable, theta: Array) -> Array:
    """Return the sums of a fit in (ln A, R) to curves in units of σ = exp(shift), shape (N_SUMS, voxel)."""
    found, by_time = np.empty((N_SUMS, theta.shape[1])), np.stack([np.ones_like(tau), -tau, tau**2])
    for here in pieces(theta.shape[1]):
        sums, amplitude = found[:, here], theta[1, here] * tau[:, None]
        np.exp(np.subtract(theta[0, here] - shift[here], amplitude, out=amplitude), out=amplitude)
        mean, slope, variance = table.moments(amplitude)
        by_log = np.multiply(slope, amplitude, out=slope)
        rest = np.subtract(curves[:, here], mean, out=mean)
        np.einsum("ev,ev->v", rest, rest, out=sums[0])
        sums[GRADIENT] = over_echoes(by_time, np.multiply(rest, by_log, out=rest))
        square = np.multiply(by_log, by_log, out=by_log)
        sums[NORMAL] = over_echoes(by_time, square)
        sums[SCATTER] = variance.sum(axis=0)
        sums[NOISY] = over_echoes(by_time, np.multiply(square, variance, out=square))
    return found


def _damped(gradient: Array, normal: Array, damping: Array) -> Array:
    """Solve (H + damping·diag)·step = gradient, where H is JᵀJ and the bend of the decay with the rate."""
    (by_log, by_rate, bend), (a, b, c) = gradient, normal
    gauss = c - b * b / np.maximum(a, TINY)
    c = np.where(gauss - bend > LEAST_BENT * gauss, c - bend, c)
    a, c = a * (1.0 + damping) + TINY, c * (1.0 + damping) + TINY
    determinant = np.maximum(a * c - b * b, TINY)
    step = np.stack([c * by_log - b * by_rate, a * by_rate - b * by_log]) / determinant
    return np.where(np.isfinite(step), step, 0.0)


def known_variance(normal: Array, noisy: Array) -> Array:
    """Return the variance of the rate for the noise of each echo.

    Parameters
    ----------
    normal, noisy : ndarray, shape (3, voxel)
        JᵀJ and JᵀVJ: log amplitude, mixed, rate.
    """
    (a, b, c), (va, vb, vc) = normal, noisy
    determinant = a * c - b * b
    known = (b * b * va - 2.0 * a * b * vb + a * a * vc) / determinant**2
    return np.where(determinant > 0, known, np.inf)
