"""Noise from what a decay, fitted to every pixel, leaves over.

Like noise from repeats it serves where the background tells nothing, and needs one acquisition only.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ironquant.core import FitArgumentError
from ironquant.fitting.chi import ChiTable, chi_table
from ironquant.fitting.noise import Noise
from ironquant.fitting.noise_scatter import MIN_PIXELS, kept_pixels, robust_variance
from ironquant.fitting.spectrum import fat_modulation

Array = NDArray[np.float64]

MIN_SNR = 3.0
"""Echoes are used up to where the fitted signal of the middle pixel falls below this many σ."""
MAX_SAMPLED = 2500
TISSUE_LEVEL = 0.2
"""Without a mask pixels above this share of the brightest (99th percentile of the first echo) count."""
FAT_CONTRAST = 0.15
"""RMS over the echoes of the fat modulation beyond a straight line, below which fat is not fitted."""
MAX_ROUNDS = 40
SIGMA_TOLERANCE = 2e-3
"""Of σ²; below what sampling allows."""
LARGEST_RISE = 1.25
"""Step in σ from below; a larger one could jump over the answer to where a noise floor is scatter."""
LM_STEPS = 3


def noise_from_residual(
    signal: ArrayLike,
    te_ms: Sequence[float] | NDArray[np.floating],
    mask: ArrayLike | None = None,
    *,
    n_coils: int = 1,
    field_t: float | None = None,
) -> Noise | None:
    """Measure the noise from what a decay fitted to every pixel leaves over.

    A mono-exponential (where the field is known and the echoes can tell: with a fat oscillation of
    free amplitude) is fitted as the mean magnitude it gives rise to, on the leading echoes at which the
    middle pixel stands above 3 σ. Whatever else departs from the model (motion, field gradients, several
    tissues in a pixel) counts as noise: at high SNR in vivo the result is an upper limit, too high for a
    noise floor (3.6 × the background on a 3 T abdomen of SNR 170). The background comes first.

    Parameters
    ----------
    signal : array_like, shape (…, echo)
    te_ms : sequence of float, shape (echo,)
        Ascending.
    mask : array_like of bool, shape (…), optional
        Tissue. None: pixels above a fifth of the brightest.
    n_coils : int
        Channels L.
    field_t : float, optional
        Actual field in tesla; without it fat counts as noise.

    Returns
    -------
    Noise or None
        None where too few pixels (50) or too few of their echoes stand above the noise.

    Raises
    ------
    FitArgumentError
        Echo times or a mask that do not fit the signal.
    """
    data = np.asarray(signal, dtype=np.float64)
    te = np.asarray(te_ms, dtype=np.float64)
    if data.ndim < 1 or te.shape != data.shape[-1:]:
        raise FitArgumentError("fit_arguments", reason="te_ms must have one value per echo")
    kept = (
        kept_pixels(mask, data.shape[:-1])
        & np.all(np.isfinite(data) & (data >= 0), axis=-1)
        & (data[..., 0] > 0)
    )
    pixels = data[kept]
    if mask is None and len(pixels):
        pixels = pixels[pixels[:, 0] > TISSUE_LEVEL * np.percentile(pixels[:, 0], 99)]
    if len(pixels) < MIN_PIXELS:
        return None
    pixels = pixels[:: -(-len(pixels) // MAX_SAMPLED)].T
    scale = float(np.median(pixels[0]))
    table = chi_table(n_coils)
    sigma = None
    wave = None if field_t is None else _visible_fat(te, field_t)
    if wave is not None and len(te) >= 4:
        sigma = _residual_sigma(pixels / scale, te, table, wave)
    if sigma is None and len(te) >= 3:
        sigma = _residual_sigma(pixels / scale, te, table, None)
    return None if sigma is None else Noise(sigma * scale, n_coils, "residual")


def _visible_fat(te: Array, field_t: float) -> Array | None:
    """Return the real part of the fat modulation; None where the echoes see next to none of it."""
    wave = np.real(fat_modulation(te, field_t))
    line = np.polynomial.Polynomial.fit(te, wave, 1)(te)
    return wave if np.sqrt(np.mean((wave - line) ** 2)) > FAT_CONTRAST else None


def _residual_sigma(y: Array, te: Array, table: ChiTable, wave: Array | None) -> float | None:
    """Return σ of which the residuals of `y`, shape (echo, pixel), are worth just one per freedom."""
    decays = _Decays(y, te, table, wave)
    sigma, power = decays.first_sigma(), 0.5
    for _ in range(MAX_ROUNDS):
        square, freedoms = decays.residual(sigma)
        if freedoms < 1:
            return None
        factor = robust_variance(square, np.full(len(square), float(freedoms)))
        if factor is None:
            return None
        # Past the answer σ and the number of echoes above it push each other to and fro: half steps.
        power = 0.25 if factor < 1.0 else power
        sigma *= min(factor**power, LARGEST_RISE)
        if abs(factor - 1.0) < SIGMA_TOLERANCE:
            break
    return sigma


class _Decays:
    """Decays (A + F·wave)·exp(−R·t) of many pixels, fitted for one σ after the other from where they are.

    `parameters` has shape (pixel, 2 or 3): A, R, F.
    """

    def __init__(self, y: Array, te: Array, table: ChiTable, wave: Array | None) -> None:
        self.y, self.te, self.table, self.wave = y, te[:, None], table, wave
        self.parameters = np.zeros((y.shape[1], 2 if wave is None else 3))
        # Straight line through ln S, weighted by S⁴: the bright echoes, not the noise floor.
        weight = y**4
        total = weight.sum(axis=0)
        log = np.log(np.maximum(y, np.finfo(float).tiny))
        time, level = (weight * self.te).sum(axis=0) / total, (weight * log).sum(axis=0) / total
        spread = (weight * (self.te - time) ** 2).sum(axis=0)
        rate = -(weight * (self.te - time) * (log - level)).sum(axis=0) / spread
        rate = np.clip(rate, -1.0 / te[-1], 4.0 / te[0]) if te[0] > 0 else rate
        self.parameters[:, 0], self.parameters[:, 1] = np.exp(level + rate * time), rate

    def first_sigma(self) -> float:
        """Return a σ to start from, rather too low: from above, a noise floor could pass for noise."""
        left = np.median(np.sum((self.y - self._signal(self.parameters)) ** 2, axis=0)) / len(self.te)
        rough = np.median(np.abs(np.diff(self.y, 2, axis=0))) / (np.sqrt(6.0) * 0.6745)
        return float(0.3 * max(min(np.sqrt(left), rough), 1e-9))

    def residual(self, sigma: float) -> tuple[Array, int]:
        """Return Σ (S − E)²/var per pixel over the echoes above the noise, and its degrees of freedom.

        The echoes are the same for all pixels: chosen by each pixel's own noise they would bias σ.
        """
        above = np.median(np.abs(self._signal(self.parameters)), axis=1) > MIN_SNR * sigma
        count = len(above) if above.all() else int(np.argmin(above))
        width = self.parameters.shape[1]
        if count <= width:
            return np.zeros(0), 0
        damping = np.full(self.y.shape[1], 1e-3)
        square, normal, gradient = self._expand(self.parameters, sigma, count)
        for _ in range(LM_STEPS):
            diagonal = np.sqrt(np.maximum(np.einsum("pkk->pk", normal), 1e-30))
            scaled = normal / (diagonal[:, :, None] * diagonal[:, None, :])
            scaled = scaled + (damping[:, None] + 1e-9)[..., None] * np.eye(width)
            step = np.linalg.solve(scaled, (gradient / diagonal)[..., None])[..., 0] / diagonal
            tried = self.parameters + step
            tried[:, 1] = np.clip(tried[:, 1], -1.0 / self.te[-1, 0], 8.0 / self.te[1, 0])
            expansion = self._expand(tried, sigma, count)
            better = expansion[0] <= square
            self.parameters[better] = tried[better]
            for kept, new in zip((square, normal, gradient), expansion, strict=True):
                kept[better] = new[better]
            damping = np.where(better, 0.1 * damping, 10.0 * damping)
        return square, count - width

    def _signal(self, parameters: Array) -> Array:
        level = (
            parameters[:, 0]
            if self.wave is None
            else parameters[:, 0] + np.outer(self.wave, parameters[:, 2])
        )
        signal: Array = level * np.exp(-self.te * parameters[:, 1])
        return signal

    def _expand(self, parameters: Array, sigma: float, count: int) -> tuple[Array, Array, Array]:
        """Return the weighted square sum of the first echoes, its Gauss–Newton matrix and its gradient."""
        te, signal = self.te[:count], self._signal(parameters)[:count]
        mean, slope, variance = self.table.moments(np.abs(signal) / sigma)
        slope *= np.sign(signal)
        columns = [np.exp(-te * parameters[:, 1]) * slope, -te * signal * slope]
        if self.wave is not None:
            columns.append(self.wave[:count, None] * columns[0])
        jacobian = np.stack(columns, axis=-1)
        weight = 1.0 / (variance * sigma**2)
        residual = self.y[:count] - sigma * mean
        weighted = jacobian * weight[..., None]
        return (
            np.sum(weight * residual**2, axis=0),
            np.einsum("epk,epl->pkl", weighted, jacobian),
            np.einsum("epk,ep->pk", weighted, residual),
        )
