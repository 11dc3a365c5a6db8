"""`fit`: one call for every model, any leading shape, in blocks that fit the cache."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from ironquant.core import (
    MIN_ECHOES,
    CancelToken,
    Fit,
    FitArgumentError,
    FitStatus,
    Progress,
    SettingsError,
    no_progress,
)
from ironquant.fitting.models import MODELS, Model, ModelFit
from ironquant.fitting.noise import Noise
from ironquant.fitting.solver import Array
from ironquant.fitting.truncation import echoes_above_floor

BLOCK_VOXELS = 8192
LARGEST, SMALLEST = 1e75, 1e-75
"""Magnitudes whose squares and products stay finite; no scanner comes near them."""
MOST_COILS = 1024


def fit(
    signal: ArrayLike,
    te_ms: Sequence[float] | NDArray[np.floating],
    model: str = "mono",
    *,
    sigma: float | None = None,
    n_coils: int = 1,
    echoes: Sequence[int] | None = None,
    mask: ArrayLike | None = None,
    progress: Progress = no_progress,
    cancel: CancelToken | None = None,
) -> Fit:
    """Fit T2* to magnitude decays.

    Parameters
    ----------
    signal : array_like, shape (..., echo)
        Magnitude; any real dtype.
    te_ms : sequence of float, shape (echo,)
        Echo times in ms, strictly ascending, positive; even or uneven.
    model : str
        ``mono``: nonlinear least squares on all echoes. ``truncation``: the same on the leading
        echoes (rule in `ironquant.fitting.truncation`). ``second-moment``: S² = A² + 2·L·σ² (Feng
        et al., Magn Reson Med 2013;70:1765) with efficient weights. ``loglinear``: S²-weighted
        straight line through ln S.
    sigma : float, optional
        Noise SD per channel. None: ``mono`` and ``loglinear`` do not need it, ``truncation`` goes
        by the curve alone, ``second-moment`` fits the noise term per voxel.
    n_coils : int
        Effective channels L of the noise.
    echoes : sequence of int, optional
        Echoes to use, numbered from 1; ``truncation`` then uses exactly these.
    mask : array_like of bool, shape (...), optional
        Voxels to fit; the others get status MASKED.
    progress, cancel
        For long work.

    Returns
    -------
    Fit
        Shaped like `signal` without its echo axis. Where the status is not OK every number is NaN.

    Raises
    ------
    FitArgumentError
        Shapes, echo times or echoes that do not fit together.
    SettingsError
        ``model_unknown``.
    CancelledError
        If cancelled.
    """
    data, te = _checked(signal, te_ms, model, sigma, n_coils)
    chosen = chosen_echoes(echoes, len(te))
    shape = data.shape[:-1]
    flat = data.reshape(-1, len(te))
    wanted = np.ones(shape, dtype=bool) if mask is None else np.asarray(mask, dtype=bool)
    if wanted.shape != shape:
        raise FitArgumentError(
            "fit_arguments", reason="mask must be shaped like signal without its echo axis"
        )
    noise = None if sigma is None else Noise(float(sigma), n_coils)
    solve = MODELS[model_for_echoes(model, echoes)]
    out = _Output(len(flat))
    indices = np.flatnonzero(wanted)
    for start in range(0, len(indices), BLOCK_VOXELS):
        if cancel is not None:
            cancel.check()
        rows = indices[start : start + BLOCK_VOXELS]
        block = np.asarray(flat[rows][:, chosen], dtype=np.float64)
        out.put(rows, block, te[chosen], solve, noise)
        progress(min(1.0, (start + BLOCK_VOXELS) / len(indices)), "fit")
    return out.as_fit(model, te, shape, noise)


def model_for_echoes(model: str, echoes: Sequence[int] | None) -> str:
    """Return the model to solve: a truncation by hand is a plain fit on the chosen echoes."""
    return "mono" if echoes is not None and model == "truncation" else model


def chosen_echoes(echoes: Sequence[int] | None, n_echoes: int) -> NDArray[np.intp]:
    """Return the indices (from 0) of the echoes a reader chose (from 1), or of all.

    Raises
    ------
    FitArgumentError
        ``echoes_invalid``: fewer than three, repeated, or outside the train.
    """
    if echoes is None:
        return np.arange(n_echoes)
    chosen = sorted(set(echoes).intersection(range(1, n_echoes + 1)))
    if len(chosen) != len(echoes) or len(chosen) < MIN_ECHOES:
        raise FitArgumentError("echoes_invalid", echoes=tuple(echoes), n_echoes=n_echoes, needed=MIN_ECHOES)
    return np.asarray(chosen, dtype=np.intp) - 1


def require_model(model: str) -> None:
    """Raise `SettingsError` ``model_unknown`` unless a model of this name exists."""
    if model not in MODELS:
        raise SettingsError("model_unknown", name=str(model), known=", ".join(MODELS))


def _checked(
    signal: ArrayLike,
    te_ms: Sequence[float] | NDArray[np.floating],
    model: str,
    sigma: float | None,
    n_coils: int,
) -> tuple[NDArray[np.generic], Array]:
    """Return the signal array and the echo times, or say what is wrong with them."""
    require_model(model)
    try:
        data, te = np.asarray(signal), np.asarray(te_ms, dtype=np.float64)
    except (TypeError, ValueError) as error:
        reason = "signal and te_ms must be arrays of numbers"
        raise FitArgumentError("fit_arguments", reason=reason) from error
    if te.size == 0 or data.ndim == 0 or te.ndim != 1 or data.shape[-1] != len(te):
        reason = "signal needs the echoes along its last axis, one for each te_ms"
    elif data.dtype.kind not in "biuf":
        reason = "signal must be real magnitude"
    elif not (np.all((te > SMALLEST) & (te < LARGEST)) and np.all(np.diff(te) > 0)):
        reason = "te_ms must be finite, positive and strictly ascending"
    elif sigma is not None and not 0 <= sigma < LARGEST:
        reason = "sigma must be finite and not negative"
    elif not 1 <= n_coils <= MOST_COILS:
        reason = f"n_coils must be 1 to {MOST_COILS}"
    else:
        return data, te
    raise FitArgumentError("fit_arguments", reason=reason)


class _Output:
    """Result arrays of a whole call, filled block by block."""

    def __init__(self, count: int) -> None:
        self.rate, self.rate_se, self.quantile = (np.full(count, np.nan) for _ in range(3))
        self.s0, self.r2, self.sigma = (np.full(count, np.nan) for _ in range(3))
        self.used = np.zeros(count, dtype=np.intp)
        self.status = np.full(count, FitStatus.MASKED, dtype=np.int8)

    def put(self, rows: NDArray[np.intp], block: Array, te: Array, solve: Model, noise: Noise | None) -> None:
        """Fit one block and store what can be answered."""
        if len(te) < MIN_ECHOES:
            self.status[rows] = FitStatus.TOO_FEW_ECHOES
            return
        size = np.max(np.abs(block), axis=1)
        finite = np.isfinite(size) & (size < LARGEST)
        self.status[rows[~finite]] = FitStatus.NOT_FINITE
        lit = np.any(block > SMALLEST, axis=1)
        self.status[rows[finite & ~lit]] = FitStatus.NOISE_FLOOR
        rows, block = rows[finite & lit], block[finite & lit]
        if rows.size == 0:
            return
        result = solve(block, te, noise)
        rate_se, quantile = rate_precision(result)
        status = _status(result, block, rate_se, quantile, noise)
        self.status[rows], self.used[rows] = status, result.used
        good = status == FitStatus.OK
        kept = rows[good]
        self.rate[kept], self.rate_se[kept] = result.rate[good], rate_se[good]
        self.quantile[kept], self.s0[kept] = quantile[good], result.amplitude[good]
        self.r2[kept] = magnitude_r_squared(result, block, te)[good]
        self.sigma[kept] = np.nan if noise is None else noise.sigma

    def as_fit(self, model: str, te: Array, shape: tuple[int, ...], noise: Noise | None) -> Fit:
        """Turn rates into T2* and R2* and give everything its shape."""
        spread = self.quantile * self.rate_se
        t2star = 1.0 / self.rate
        interval = np.stack([1.0 / (self.rate + spread), 1.0 / (self.rate - spread)], axis=-1)
        return Fit(
            model=model,
            te_ms=tuple(te.tolist()),
            t2star_ms=t2star.reshape(shape),
            t2star_se_ms=(self.rate_se * t2star**2).reshape(shape),
            r2star_per_s=(1000.0 * self.rate).reshape(shape),
            r2star_se_per_s=(1000.0 * self.rate_se).reshape(shape),
            ci95=interval.reshape(*shape, 2),
            s0=self.s0.reshape(shape),
            offset=np.where(np.isfinite(self.rate), 0.0, np.nan).reshape(shape),
            sigma=self.sigma.reshape(shape),
            r_squared=self.r2.reshape(shape),
            n_echoes_used=self.used.reshape(shape),
            status=self.status.reshape(shape),
        )


def rate_precision(result: ModelFit, *, from_residual: bool = False) -> tuple[Array, Array]:
    """Return the standard error of the rate (1/ms) and the 97.5 % quantile that goes with it.

    The noise, where known, gives the variance of a voxel (normal quantile); otherwise, and for a
    region (`from_residual`), the residual does (Student t).
    """
    if result.residual_variance is not None and not from_residual:
        variance: Array | float = result.residual_variance
        quantile = np.full(len(result.rate), special.ndtri(0.975))
    else:
        variance = result.rss / result.dof
        quantile = np.asarray(special.stdtrit(result.dof, 0.975))
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        return np.sqrt(variance / result.information), quantile


def magnitude_r_squared(result: ModelFit, signal: Array, te: Array) -> Array:
    """Return R² of the magnitude over the echoes that were fitted; NaN for a constant curve."""
    kept = np.arange(len(te)) < result.used[:, None]
    mean = np.sum(signal * kept, axis=1, keepdims=True) / kept.sum(axis=1, keepdims=True)
    total = np.sum((signal - mean) ** 2 * kept, axis=1)
    rss = np.sum((signal - result.expected(te)) ** 2 * kept, axis=1)
    explained: Array = 1.0 - np.divide(rss, total, out=np.full_like(rss, np.nan), where=total > 0)
    return explained


def _status(
    result: ModelFit, signal: Array, rate_se: Array, quantile: Array, noise: Noise | None
) -> NDArray[np.int8]:
    """Say per voxel whether there is an answer, and if not, why."""
    status = np.full(len(signal), FitStatus.OK, dtype=np.int8)
    with np.errstate(invalid="ignore"):
        unsure = ~(quantile * rate_se < result.rate)
    status[unsure | result.at_slowest | ~(result.amplitude > 0)] = FitStatus.NO_DECAY
    status[result.at_fastest] = FitStatus.BELOW_FIRST_ECHO
    if noise is not None:
        status[echoes_above_floor(signal, noise.floor) == 0] = FitStatus.NOISE_FLOOR
    constant = np.ptp(signal, axis=1) == 0
    status[constant & (status == FitStatus.OK)] = FitStatus.NO_DECAY
    return status
