"""The fit models: each takes a block of curves and returns rate, amplitude and their precision."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from ironquant.fitting.noise import Noise
from ironquant.fitting.solver import Array, Decay, solve_decay
from ironquant.fitting.truncation import truncate

WEIGHT_ROUNDS = 3
GOLDEN_STEPS = 32
GOLDEN = 0.5 * (np.sqrt(5.0) - 1.0)


@dataclass(frozen=True, eq=False)
class ModelFit:
    """One model on a block of curves; every array has shape (voxel,).

    Attributes
    ----------
    rate : ndarray
        R2* in 1/ms.
    rss, information : ndarray
        Variance of the rate = residual variance / information, the residual variance being
        `rss` / `dof`, or `residual_variance` where the noise is known.
    noise_square : ndarray
        2·L·σ² that the expected magnitude sqrt(A² + 2·L·σ²) holds; 0 for models without it.
    used : ndarray of int
        Number of leading echoes that were fitted.
    """

    rate: Array
    amplitude: Array
    rss: Array
    information: Array
    dof: Array
    residual_variance: float | None
    noise_square: Array
    used: NDArray[np.intp]
    at_slowest: NDArray[np.bool_]
    at_fastest: NDArray[np.bool_]

    def expected(self, te: Array) -> Array:
        """Return the expected magnitude, shape (voxel, echo)."""
        decay = self.amplitude[:, None] * np.exp(-self.rate[:, None] * te)
        return np.sqrt(decay**2 + self.noise_square[:, None])


Model = Callable[[Array, Array, Noise | None], ModelFit]


def _from_decay(decay: Decay, used: NDArray[np.intp], n_parameters: int, variance: float | None) -> ModelFit:
    return ModelFit(
        rate=decay.rate,
        amplitude=decay.amplitude,
        rss=decay.rss,
        information=decay.information,
        dof=np.maximum(used - n_parameters, 1).astype(np.float64),
        residual_variance=variance,
        noise_square=np.zeros(len(used)),
        used=used,
        at_slowest=decay.at_slowest,
        at_fastest=decay.at_fastest,
    )


def _variance(noise: Noise | None) -> float | None:
    return None if noise is None else noise.sigma**2


def _all_echoes(signal: Array) -> NDArray[np.intp]:
    return np.full(len(signal), signal.shape[1], dtype=np.intp)


def mono(signal: Array, te: Array, noise: Noise | None) -> ModelFit:
    """S = S0·exp(−TE·R2*), nonlinear least squares on all echoes."""
    decay = solve_decay(signal, te, np.ones_like(signal))
    return _from_decay(decay, _all_echoes(signal), 2, _variance(noise))


def truncation(signal: Array, te: Array, noise: Noise | None) -> ModelFit:
    """Nonlinear least squares on the leading echoes; which: see `fitting.truncation`."""
    used = truncate(signal, te, None if noise is None else noise.floor)
    weights = (np.arange(signal.shape[1]) < used[:, None]).astype(np.float64)
    return _from_decay(solve_decay(signal, te, weights), used, 2, _variance(noise))


def loglinear(signal: Array, te: Array, noise: Noise | None) -> ModelFit:
    """Straight line through ln S with weights S²: closed form, for start values and comparison."""
    weights = np.maximum(signal, 0.0) ** 2
    logs = np.log(np.where(signal > 0, signal, 1.0))
    total = np.maximum(weights.sum(axis=1), np.finfo(float).tiny)
    mean_te = weights @ te / total
    mean_log = np.sum(weights * logs, axis=1) / total
    centred = te - mean_te[:, None]
    spread = np.maximum(np.sum(weights * centred**2, axis=1), np.finfo(float).tiny)
    # A curve that grows without measure is no decay; the limits keep its square finite.
    rate = np.maximum(-np.sum(weights * centred * logs, axis=1) / spread, -50.0 / te[-1])
    amplitude = np.exp(np.clip(mean_log + rate * mean_te, -300.0, 300.0))
    residual = signal - amplitude[:, None] * np.exp(-rate[:, None] * te)
    never = np.zeros(len(signal), dtype=bool)
    decay = Decay(rate, amplitude, np.sum(residual**2, axis=1), spread, never, never)
    return _from_decay(decay, _all_echoes(signal), 2, _variance(noise))


def second_moment(signal: Array, te: Array, noise: Noise | None) -> ModelFit:
    """E[S²] = A² + 2·L·σ² with A = S0·exp(−TE·R2*); Feng et al., Magn Reson Med 2013;70:1765.

    The variance of S² is 4σ²(A² + Lσ²), so weights 1/(A² + Lσ²) (from the fit before) make the
    estimate efficient; where A ≫ σ it equals least squares on the magnitude. Without a known σ the
    noise term is fitted too, between 0 and the smallest S².
    """
    if noise is not None:
        return _known_noise(signal, te, noise)
    return _free_noise(signal, te)


def _known_noise(signal: Array, te: Array, noise: Noise) -> ModelFit:
    noise_square = 2.0 * noise.n_coils * noise.sigma**2
    square = signal**2 - noise_square
    weights = np.ones_like(signal)
    decay = solve_decay(square, 2.0 * te, weights)
    for _ in range(WEIGHT_ROUNDS):
        expected = np.maximum(decay.amplitude, 0.0)[:, None] * np.exp(-2.0 * decay.rate[:, None] * te)
        least = 1e-9 * np.max(np.abs(square), axis=1, keepdims=True) + np.finfo(float).tiny
        weights = 1.0 / np.maximum(expected + 0.5 * noise_square, least)
        decay = solve_decay(square, 2.0 * te, weights)
    return _squared(decay, signal, np.full(len(signal), noise_square), 2, 4.0 * noise.sigma**2)


def _free_noise(signal: Array, te: Array) -> ModelFit:
    """Golden section on the noise term; the decay is solved anew at every step."""
    square = signal**2
    weights = 1.0 / np.maximum(square, 1e-9 * square.max(axis=1, keepdims=True) + np.finfo(float).tiny)

    def at(term: Array) -> Decay:
        return solve_decay(square - term[:, None], 2.0 * te, weights)

    low, high = np.zeros(len(signal)), square.min(axis=1)
    inner_low, inner_high = high - GOLDEN * (high - low), low + GOLDEN * (high - low)
    rss_low, rss_high = at(inner_low).rss, at(inner_high).rss
    for _ in range(GOLDEN_STEPS):
        left = rss_low < rss_high
        low, high = np.where(left, low, inner_low), np.where(left, inner_high, high)
        probe = np.where(left, high - GOLDEN * (high - low), low + GOLDEN * (high - low))
        rss_probe = at(probe).rss
        inner_low, inner_high = np.where(left, probe, inner_high), np.where(left, inner_low, probe)
        rss_low, rss_high = np.where(left, rss_probe, rss_high), np.where(left, rss_low, rss_probe)
    term = 0.5 * (low + high)
    term = np.where(at(np.zeros(len(signal))).rss <= at(term).rss, 0.0, term)
    return _squared(at(term), signal, term, 3, None)


def _squared(
    decay: Decay, signal: Array, noise_square: Array, n_parameters: int, variance: float | None
) -> ModelFit:
    """Turn a decay of S² into one of S: the amplitude of S² is S0²."""
    used = _all_echoes(signal)
    return ModelFit(
        rate=decay.rate,
        amplitude=np.sqrt(np.maximum(decay.amplitude, 0.0)),
        rss=decay.rss,
        information=decay.information,
        dof=np.maximum(used - n_parameters, 1).astype(np.float64),
        residual_variance=variance,
        noise_square=noise_square,
        used=used,
        at_slowest=decay.at_slowest,
        at_fastest=decay.at_fastest,
    )


MODELS: Mapping[str, Model] = MappingProxyType(
    {"mono": mono, "truncation": truncation, "second-moment": second_moment, "loglinear": loglinear}
)
"""Models by the name that users give."""

NOISE_CORRECTED = frozenset({"second-moment"})
"""Models of S², to which a region hands its root mean square instead of its mean."""
