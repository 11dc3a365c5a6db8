"""Fit the mean signal of a region: value, or the limit beyond which it is only known to lie."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ironquant.core import MIN_ECHOES, FitStatus, ModelResult, PixelStatistics, Value
from ironquant.fitting.engine import (
    chosen_echoes,
    fit,
    magnitude_r_squared,
    model_for_echoes,
    rate_precision,
    require_model,
)
from ironquant.fitting.models import MODELS, NOISE_CORRECTED, ModelFit
from ironquant.fitting.noise import Noise
from ironquant.fitting.solver import FASTEST, SLOWEST, Array
from ironquant.fitting.truncation import echoes_above_floor

MEASURABLE_FIRST_TE_FRACTION = 0.7
"""Below this fraction of the first echo T2* is a bound (clinical reference, section 1.3)."""
SIGMA_RELATIVE_SE = 0.05
"""How well the noise level is known; it limits what late echoes can tell."""
SIGNAL_RELATIVE_SE = 0.02
"""Texture, partial volume and ghosts move the mean of real tissue by this much between echoes."""
ONE_SIDED_95 = 1.645**2
LIMIT_POINTS = 600
LIKELY_RATIO = 1.4
"""A noise-corrected value is given where the limits of its rate lie no further apart than this."""
SAMPLED_PIXELS = 4000
OUTLIER_MADS = 5.0
"""Pixels whose R2* lies further from the median than this many (scaled) MADs are excluded."""


@dataclass(frozen=True, eq=False)
class RegionCurve:
    """Signal of a region per echo, shape (echo,): mean, root mean square, SD over its pixels."""

    mean: Array
    rms: Array
    sd: Array
    n: int


@dataclass(frozen=True)
class RegionFit:
    """One model on a region's curve, with the echoes it used and why there is a bound or nothing."""

    result: ModelResult
    echoes_used: tuple[int, ...]
    status: FitStatus
    r2star_relative_se: float | None


def region_curve(signal: NDArray[np.floating]) -> RegionCurve:
    """Summarize the pixels of a region.

    Parameters
    ----------
    signal : ndarray, shape (pixel, echo)
        Pixels with a non-finite echo are left out; where none remains `n` is 0 and the curve 0.
    """
    kept = np.asarray(signal, dtype=np.float64)
    kept = kept[np.all(np.isfinite(kept), axis=1)]
    if len(kept) == 0:
        nothing = np.zeros(kept.shape[1])
        return RegionCurve(nothing, nothing, nothing, 0)
    sd = kept.std(axis=0, ddof=1) if len(kept) > 1 else np.zeros(kept.shape[1])
    return RegionCurve(kept.mean(axis=0), np.sqrt(np.mean(kept**2, axis=0)), sd, len(kept))


def tissue_s0(pixels: NDArray[np.floating], te_ms: Sequence[float]) -> float | None:
    """Return the median S0 of many pixels of tissue, from a sample of them.

    Parameters
    ----------
    pixels : ndarray, shape (pixel, echo)
    """
    sample = pixels[:: max(1, len(pixels) // SAMPLED_PIXELS)]
    s0 = fit(sample, te_ms, "mono").s0
    known = s0[np.isfinite(s0)]
    return float(np.median(known)) if len(known) else None


def pixel_statistics(
    pixels: NDArray[np.floating],
    te_ms: Sequence[float],
    model: str,
    *,
    noise: Noise | None = None,
    echoes: Sequence[int] | None = None,
) -> PixelStatistics:
    """Fit every pixel of a region; median and quartiles in R2*, outliers left out.

    Parameters
    ----------
    pixels : ndarray, shape (pixel, echo)
    """
    rate = fit(
        pixels,
        te_ms,
        model,
        sigma=noise.sigma if noise else None,
        n_coils=noise.n_coils if noise else 1,
        echoes=echoes,
    ).r2star_per_s
    kept = np.isfinite(rate)
    if kept.any():
        centre = np.median(rate[kept])
        scatter = 1.4826 * np.median(np.abs(rate[kept] - centre))
        kept &= np.abs(rate - centre) <= OUTLIER_MADS * scatter + 1e-9 * centre
    if not kept.any():
        return PixelStatistics(None, None, len(pixels))
    low, middle, high = 1000.0 / np.percentile(rate[kept], [75.0, 50.0, 25.0])
    return PixelStatistics(float(middle), (float(low), float(high)), int(np.sum(~kept)))


def fit_region(
    curve: RegionCurve,
    te_ms: Sequence[float],
    model: str,
    *,
    noise: Noise | None = None,
    echoes: Sequence[int] | None = None,
    s0_at_least: float | None = None,
) -> RegionFit:
    """Fit one model to the curve of a region.

    Parameters
    ----------
    curve : RegionCurve
        At least one pixel.
    te_ms : sequence of float
    model : str
    noise : Noise, optional
        Of one pixel; the mean of many pixels has the same floor and less scatter.
    echoes : sequence of int, optional
        Numbered from 1.
    s0_at_least : float, optional
        Signal at TE 0 that tissue here has at least. It gives a limit where even the first echo is
        noise and the curve alone says nothing.

    Returns
    -------
    RegionFit
        `result.t2star_ms` is a value, a bound, or None.

    Raises
    ------
    FitArgumentError, SettingsError
        As `ironquant.fit`.
    """
    require_model(model)
    chosen = chosen_echoes(echoes, len(te_ms))
    te = np.asarray(te_ms, dtype=np.float64)[chosen]
    signal = (curve.rms if model in NOISE_CORRECTED else curve.mean)[None, chosen]
    if curve.n == 0:
        return _without_number(model, chosen, FitStatus.NOT_FINITE)
    if len(te) < MIN_ECHOES or not np.any(signal > 0):
        status = FitStatus.TOO_FEW_ECHOES if len(te) < MIN_ECHOES else FitStatus.NOISE_FLOOR
        return _without_number(model, chosen, status)
    fitted = MODELS[model_for_echoes(model, echoes)](signal, te, noise)
    value, status = _value(fitted, curve, chosen, te, noise, s0_at_least)
    relative_se = None
    if status == FitStatus.OK:
        rate_se, _ = rate_precision(fitted, from_residual=True)
        relative_se = float(rate_se[0] / fitted.rate[0])
    used = chosen[: fitted.used[0]]
    r_squared = float(magnitude_r_squared(fitted, signal, te)[0])
    result = ModelResult(
        model=model,
        t2star_ms=value,
        r2star_per_s=value.reciprocal(1000.0),
        s0=float(fitted.amplitude[0]) if value.bound == "none" and value.value else None,
        offset=None,
        fat_fraction=None,
        r_squared=r_squared if np.isfinite(r_squared) and value.value else None,
        aicc=_aicc(fitted, signal, te),
        sigma=noise.sigma if noise else None,
    )
    return RegionFit(result, tuple(int(index) + 1 for index in used), status, relative_se)


def expected_signal(fitted: ModelResult, te_ms: NDArray[np.float64], n_coils: int) -> Array | None:
    """Return the magnitude that a fitted model expects, to draw its line.

    Parameters
    ----------
    te_ms : ndarray, shape (n,)
    n_coils : int
        Effective channels of the noise.

    Returns
    -------
    ndarray, shape (n,), or None
        None where the model gave no number, or is none of `MODELS`.
    """
    rate = fitted.r2star_per_s
    if fitted.model not in MODELS or fitted.s0 is None or rate.value is None or rate.bound != "none":
        return None
    decay = fitted.s0 * np.exp(-te_ms * rate.value / 1000.0)
    sigma = fitted.sigma if fitted.model in NOISE_CORRECTED else None
    noise_square = 2.0 * n_coils * (sigma or 0.0) ** 2
    return np.asarray(np.sqrt(decay**2 + noise_square))


def _without_number(model: str, chosen: np.ndarray, status: FitStatus) -> RegionFit:
    result = ModelResult(model, Value(), Value(), None, None, None, None, None)
    return RegionFit(result, tuple(int(index) + 1 for index in chosen), status, None)


def _value(
    fitted: ModelFit,
    curve: RegionCurve,
    chosen: np.ndarray,
    te: Array,
    noise: Noise | None,
    s0_at_least: float | None,
) -> tuple[Value, FitStatus]:
    """Decide between a value, an upper bound (too fast), a lower bound (no decay) and nothing."""
    rate = float(fitted.rate[0])
    rate_se, quantile = (float(array[0]) for array in rate_precision(fitted, from_residual=True))
    spread = quantile * rate_se
    limits = _likely_rates(curve, chosen, te, noise, s0_at_least) if noise else (None, None)
    too_fast = fitted.at_fastest[0] or 1.0 / rate < MEASURABLE_FIRST_TE_FRACTION * te[0]
    if too_fast or not _measurable(fitted, curve.mean[None, chosen], noise, limits):
        limit = limits[0]
        if noise is None and np.isfinite(spread) and rate > spread:
            limit = rate - spread
        if limit is None:
            return Value(), FitStatus.NOISE_FLOOR
        return Value(1.0 / limit, "upper"), FitStatus.BELOW_FIRST_ECHO
    if fitted.at_slowest[0] or not np.isfinite(rate_se) or rate <= spread:
        fastest = rate + spread if np.isfinite(spread) else np.nan
        if fastest * te[-1] < 1.0:
            return Value(1.0 / fastest, "lower"), FitStatus.NO_DECAY
        return Value(), FitStatus.NO_DECAY
    return Value(1.0 / rate, "none", (1.0 / (rate + spread), 1.0 / (rate - spread))), FitStatus.OK


def _measurable(
    fitted: ModelFit, mean: Array, noise: Noise | None, limits: tuple[float | None, float | None]
) -> bool:
    """Whether enough stands above the noise for a value.

    A plain fit needs three echoes above twice the noise mean (clinical reference, section 1.3); a
    noise-corrected one uses what lies below too, so it is asked how well the likelihood bounds it.
    """
    if noise is None or int(echoes_above_floor(mean, noise.floor)[0]) >= MIN_ECHOES:
        return True
    low, high = limits
    corrected = bool(fitted.noise_square[0] > 0)
    return corrected and low is not None and high is not None and high <= LIKELY_RATIO * low


def _likely_rates(
    curve: RegionCurve, chosen: np.ndarray, te: Array, noise: Noise, s0_at_least: float | None
) -> tuple[float | None, float | None]:
    """Return the one-sided 95 % limits of the rate from the likelihood of the mean square signal.

    The mean of S² over n pixels has variance 4σ²(A² + Lσ²)/n, to which come what tissue adds (2 % of
    the signal) and how well the noise level is known (5 %). None where the likelihood sets no limit.
    """
    noise_square = 2.0 * noise.n_coils * noise.sigma**2
    square = curve.rms[chosen] ** 2 - noise_square
    variance = 4.0 * noise.sigma**2 * (np.maximum(square, 0.0) + 0.5 * noise_square) / curve.n
    variance += (2.0 * SIGMA_RELATIVE_SE * noise_square) ** 2
    variance += (2.0 * SIGNAL_RELATIVE_SE * np.maximum(square, 0.0)) ** 2
    rates = np.geomspace(SLOWEST / te[-1], FASTEST / te[0], LIMIT_POINTS)
    basis = np.exp(-2.0 * np.outer(rates, te))
    amplitude = np.maximum(basis @ (square / variance), 0.0) / (basis**2 @ (1.0 / variance))
    if s0_at_least is not None:
        amplitude = np.maximum(amplitude, s0_at_least**2)
    misfit = np.sum((square - amplitude[:, None] * basis) ** 2 / variance, axis=1)
    # Real tissue scatters more than noise alone: the likelihood is widened by the best misfit.
    widen = max(1.0, float(misfit.min()) / (len(te) - 2))
    likely = np.flatnonzero(misfit <= misfit.min() + ONE_SIDED_95 * widen)
    first, last = int(likely[0]), int(likely[-1])
    return (
        float(rates[first]) if first > 0 else None,
        float(rates[last]) if last < LIMIT_POINTS - 1 else None,
    )


def _aicc(fitted: ModelFit, signal: Array, te: Array) -> float | None:
    """Return the corrected Akaike criterion of the magnitude; None unless all echoes were fitted.

    Values of fits on different echoes cannot be compared, so a truncated fit has none.
    """
    count, parameters = len(te), int(len(te) - fitted.dof[0]) + 1
    rss = float(np.sum((signal - fitted.expected(te)) ** 2))
    if fitted.used[0] < count or count - parameters - 1 <= 0 or rss <= 0:
        return None
    correction = 2.0 * parameters * (parameters + 1) / (count - parameters - 1)
    return float(count * np.log(rss / count) + 2.0 * parameters + correction)
