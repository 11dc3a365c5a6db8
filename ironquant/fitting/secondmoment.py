"""Noise-corrected fit of the squared magnitude: E[S²] = A² + 2·L·σ².

Feng et al., Magn Reson Med 2013;70:1765. Both accurate and precise over the whole range of iron.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ironquant.fitting.compiled import kernel
from ironquant.fitting.innerproducts import TINY, limited_weights, over_echoes
from ironquant.fitting.modelfit import Array, Conditions, ModelFit, all_echoes
from ironquant.fitting.noise import Noise
from ironquant.fitting.projection import solve_reweighted
from ironquant.fitting.solver import LEAST_SHARE, Decay, decay_of, noise_free_weights, solve_decay
from ironquant.fitting.train import train_of

WEIGHT_ROUNDS = 3
ROUND_TOLERANCE = 3e-4
"""Of a fit from which only weights follow: what is left moves the last one by 1e-6 at most."""


def second_moment(curves: Array, te: Array, conditions: Conditions) -> ModelFit:
    """S² = A² + 2·L·σ² with A = S0·exp(−TE·R2*).

    The variance of S² is 4σ²(A² + Lσ²), so weights 1/(A² + Lσ²) (from the fit before) make the
    estimate efficient; where A ≫ σ it equals least squares on the magnitude. Without a known σ the
    noise term is fitted too.
    """
    if conditions.noise is not None:
        return _known_noise(curves, te, conditions.noise)
    return _free_noise(curves, te, conditions.n_coils)


def _known_noise(curves: Array, te: Array, noise: Noise) -> ModelFit:
    noise_square = 2.0 * noise.n_coils * noise.sigma**2
    square = curves**2 - noise_square
    solve, train = kernel("solve_squares"), train_of(tuple((2.0 * te).tolist()))
    if solve is None:
        limits = 0.5 * noise_square, LEAST_SHARE
        found = solve_reweighted(square, train, *limits, WEIGHT_ROUNDS, ROUND_TOLERANCE)
        decay = decay_of(train, 2.0 * te[0], *found)
    else:
        found, late = solve(square, noise_square, LEAST_SHARE, train)
        decay = decay_of(train, 2.0 * te[0], *found)
        if late.size:
            decay.put(late, _iterated(np.take(square, late, axis=1), te, noise_square))
    terms = np.full(curves.shape[1], noise_square)
    fitted = _squared(decay, curves, te, terms, 2, noise.n_coils)
    return replace(fitted, known_variance=4.0 * noise.sigma**2 * fitted.unit_variance)


def _iterated(square: Array, te: Array, noise_square: float) -> Decay:
    """Fit without weights, then three times with those that the fit before asks for, a round at a time."""
    double = 2.0 * te
    decay = solve_decay(square, double, tolerance=ROUND_TOLERANCE)
    for rounds_left in range(WEIGHT_ROUNDS - 1, -1, -1):
        expected = np.maximum(decay.amplitude, 0.0) * np.exp(-decay.rate * double[:, None])
        weights = efficient_weights(expected, square, noise_square)
        tolerance = ROUND_TOLERANCE if rounds_left else None
        decay = solve_decay(square, double, weights, near=decay.rate, tolerance=tolerance)
    return decay


def efficient_weights(expected: Array, square: Array, noise_square: float | Array) -> Array:
    """Return 1 / (A² + L·σ²), limited where nothing is expected.

    Parameters
    ----------
    expected, square : ndarray, shape (echo, voxel)
        A², and S² − 2·L·σ², whose largest value sets the limit.
    noise_square : float or ndarray, shape (voxel,)
        2·L·σ².
    """
    least = LEAST_SHARE * np.max(np.abs(square), axis=0) + TINY
    return limited_weights(expected, 0.5 * noise_square, least)


def _free_noise(curves: Array, te: Array, n_coils: int) -> ModelFit:
    """Fit the noise term too, as a constant of S² that is not negative."""
    decay, dof, residual = free_noise(curves, te)
    fitted = _squared(decay, curves, te, decay.offset, 3, n_coils)
    return replace(fitted, dof=dof, residual_variance=residual)


def free_noise(curves: Array, te: Array) -> tuple[Decay, NDArray[np.intp], Array]:
    """Return the decay of S² beside its noise term, degrees of freedom and residual variance.

    Where the term is 0 it is no parameter. Where no residual is left (three echoes), the fit without the
    term says how far to trust the curve.
    """
    decay, without = free_term(curves, te, compare=len(te) == 3)
    dof = np.maximum(len(te) - np.where(decay.offset > 0, 3, 2), 1)
    return decay, dof, decay.rss / dof if without is None else without


def free_term(curves: Array, te: Array, *, compare: bool = False) -> tuple[Decay, Array | None]:
    """Fit S² = A² + C with C ≥ 0 and the weights 1/(A² + C/2) of the fit before.

    C is not held below the smallest S²: in a single voxel that is far below the mean of the noise.

    Returns
    -------
    Decay
        Of S², with C as its offset.
    ndarray, shape (voxel,), or None
        Residual sum of the fit without C and with the weights of the last fit, if asked to `compare`.
    """
    double, solve = 2.0 * te, kernel("solve_free_term")
    if solve is None:
        return _free_rounds(curves**2, double, compare)
    train = train_of(tuple(double.tolist()))
    found, without, late = solve(curves, compare, train)
    decay = decay_of(train, double[0], *found)
    if late.size:
        again, rest = _free_rounds(np.take(curves, late, axis=1) ** 2, double, compare)
        decay.put(late, again)
        if rest is not None:
            without[late] = rest
    return decay, without if compare else None


def _free_rounds(square: Array, double: Array, compare: bool) -> tuple[Decay, Array | None]:
    """Do the work of `free_term` round by round."""
    weights = noise_free_weights(square)
    with_term: Array | None = None
    without_term: Array | None = None
    for rounds_left in range(WEIGHT_ROUNDS, -1, -1):
        tolerance = ROUND_TOLERANCE if rounds_left else None
        decay = solve_decay(square, double, weights, intercept=True, near=with_term, tolerance=tolerance)
        with_term = decay.rate.copy()
        negative = np.flatnonzero(~(decay.offset > 0))
        own = np.take(square, negative, axis=1), double, np.take(weights, negative, axis=1)
        near = None if without_term is None else without_term[negative]
        plain = solve_decay(*own, near=near)
        decay.put(negative, plain)
        without_term = decay.rate
        if rounds_left:
            expected = np.maximum(decay.amplitude, 0.0) * np.exp(-decay.rate * double[:, None])
            weights = efficient_weights(expected, square, decay.offset)
    return decay, solve_decay(square, double, weights).rss if compare else None


def tested_term(curves: Array, te: Array) -> tuple[Array, Array]:
    """Return C of S² = A² + C, and its square over its variance and the residual sum.

    A curve has a term where C is positive in a fit with the weights 1/S² and in the one with those that
    follow from it; else both results are 0, or what is not positive.

    Parameters
    ----------
    curves : ndarray, shape (echo, voxel)
    te : ndarray, shape (echo,)

    Returns
    -------
    ndarray, shape (voxel,)
        C.
    ndarray, shape (voxel,)
        C² / (var(C)·RSS) with the variance for unit residuals; times the degrees of freedom it is the square
        of Student's t.
    """
    double, test = 2.0 * te, kernel("test_term")
    if test is None:
        return _tested_rounds(curves**2, double)
    term, tested, late = test(curves, train_of(tuple(double.tolist())))
    if late.size:
        term[late], tested[late] = _tested_rounds(np.take(curves, late, axis=1) ** 2, double)
    return term, tested


def _tested_rounds(square: Array, double: Array) -> tuple[Array, Array]:
    """Do the work of `tested_term` round by round."""
    term, tested = np.zeros(square.shape[1]), np.zeros(square.shape[1])
    decay = solve_decay(square, double, noise_free_weights(square), intercept=True)
    asked = np.flatnonzero(decay.offset > 0)
    part, decay = np.take(square, asked, axis=1), decay.take(asked)
    expected = np.maximum(decay.amplitude, 0.0) * np.exp(-decay.rate * double[:, None])
    weights = efficient_weights(expected, part, decay.offset)
    decay = solve_decay(part, double, weights, intercept=True, near=decay.rate)
    since = double - double[0]
    e = np.exp(-decay.rate * since[:, None])
    s0, s1 = over_echoes(np.stack([np.ones_like(since), since]), weights * e)
    a, b, c = over_echoes(np.stack([np.ones_like(since), since, since**2]), weights * e * e)
    explained = (c * s0 * s0 - 2.0 * b * s0 * s1 + a * s1 * s1) / (a * c - b * b)
    term[asked] = decay.offset
    tested[asked] = decay.offset**2 * (weights.sum(axis=0) - explained) / decay.rss
    return term, tested


def _squared(
    decay: Decay, curves: Array, te: Array, noise_square: Array, n_parameters: int, n_coils: int
) -> ModelFit:
    """Turn a decay of S² into one of S: the amplitude of S² is S0²."""
    used = all_echoes(curves)
    dof = np.maximum(used - n_parameters, 1)
    amplitude = np.sqrt(np.maximum(decay.amplitude, 0.0))
    expected = np.sqrt((amplitude * np.exp(-decay.rate * te[:, None])) ** 2 + noise_square)
    return ModelFit(
        rate=decay.rate,
        amplitude=amplitude,
        unit_variance=1.0 / decay.information,
        residual_variance=decay.rss / dof,
        known_variance=None,
        misfit=np.sum((curves - expected) ** 2, axis=0),
        dof=dof,
        used=used,
        at_slowest=decay.at_slowest,
        at_fastest=decay.at_fastest,
        sigma=np.sqrt(noise_square / (2.0 * n_coils)),
    )
