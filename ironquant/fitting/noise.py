"""Noise of magnitude images from the air around the body, and moments of that noise.

Magnitude of L combined channels with Gaussian noise of SD σ per channel is non-central chi
distributed; in air it is central chi with 2L degrees of freedom (L = 1: Rayleigh).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ironquant.fitting.chi import chi_mean, chi_relative_sd

Array = NDArray[np.float64]
NoiseSource = Literal["background", "repeats", "residual", "given"]

MAX_COILS = 32
BLOCK, MIN_BLOCK = 8, 4
"""Side of the squares (pixels) in which air is examined: ghosts spoil some squares, not all. Small
images have smaller ones."""
MIN_IMAGE = 64
"""Rows or columns; what is smaller is a cut-out, whose dark parts are rather lung or vessel than air."""
MARGIN, MIN_MARGIN = 6, 3
"""Pixels around the body that are not air yet."""
MIN_BLOCKS = 6
MAX_RISE = 1.5
"""Air that grows brighter by more than this over the echoes was scaled echo by echo."""
BODY_BLUR, WALL_BLUR = 1.5, 0.7
"""Pixels; a wall is thicker than the second."""
CLOSED_GAP = 24
"""Gaps in the body wall up to about twice the image size over this are closed."""
SAMPLING_SDS = 4.0
"""Echoes whose air is brighter than the quietest by no more than chance (this many SE) are taken too."""
MAX_ZERO_FRACTION = 0.02
"""More exact zeros than this in a square of air: the scanner blanked it, the noise is gone."""


@dataclass(frozen=True)
class Noise:
    """Noise of one series: SD per channel, number of effective channels, and where that is known from.

    Two that differ only in their source are equal: for a fit they are the same.
    """

    sigma: float
    n_coils: int
    source: NoiseSource = field(default="given", compare=False)

    @property
    def floor(self) -> float:
        """Mean magnitude where there is no signal (1.253 σ for one channel)."""
        return self.sigma * chi_mean(self.n_coils)


def body_mask(image: NDArray[np.floating]) -> NDArray[np.bool_]:
    """Return the body (holes filled) of one slice, by a threshold between air and tissue.

    Parameters
    ----------
    image : ndarray, shape (row, column)
        Magnitude; the root sum of squares over echoes serves best.

    Returns
    -------
    ndarray of bool, shape (row, column)
        All False where no tissue stands out.
    """
    from scipy import ndimage

    tissue = _tissue(image, BODY_BLUR)
    labels, count = ndimage.label(ndimage.binary_opening(tissue, iterations=2))
    if count == 0:
        return np.zeros(image.shape, dtype=bool)
    sizes = ndimage.sum_labels(np.ones(labels.shape), labels, np.arange(1, count + 1))
    kept = np.flatnonzero(sizes >= 0.1 * sizes.max()) + 1
    # A dark rib or a weak coil may open the ring of the body wall: close gaps before filling it.
    reach = max(2, min(image.shape) // CLOSED_GAP)
    padded = np.pad(np.isin(labels, kept), reach)
    closed = ndimage.binary_closing(padded, iterations=reach)[reach:-reach, reach:-reach]
    return np.asarray(ndimage.binary_fill_holes(closed), dtype=bool)


def walled_mask(image: NDArray[np.floating]) -> NDArray[np.bool_]:
    """Return what a thin wall encloses in one slice: a body whose liver is as black as the air around it.

    Parameters
    ----------
    image : ndarray, shape (row, column)
        Magnitude; the root sum of squares over echoes serves best.

    Returns
    -------
    ndarray of bool, shape (row, column)
    """
    from scipy import ndimage

    wall = ndimage.binary_closing(np.pad(_tissue(image, WALL_BLUR), 2))
    return np.asarray(ndimage.binary_opening(ndimage.binary_fill_holes(wall), iterations=2)[2:-2, 2:-2])


def _tissue(image: NDArray[np.floating], blur: float) -> NDArray[np.bool_]:
    """Return what is brighter than air in a slice that is blurred by so many pixels."""
    from scipy import ndimage

    smooth = ndimage.gaussian_filter(np.nan_to_num(np.asarray(image, dtype=np.float64)), blur)
    top = np.percentile(smooth, 99)
    if top <= 0 or np.ptp(smooth) == 0:
        return np.zeros(image.shape, dtype=bool)
    return np.asarray(smooth > _air_threshold(np.minimum(smooth, top)))


def _air_threshold(image: Array) -> float:
    """Return the level between air and tissue: Otsu's on the logarithm, which sets tissues together."""
    values = np.log(np.maximum(image, 2e-3 * image.max())).ravel()
    counts, edges = np.histogram(values, bins=128)
    centres = 0.5 * (edges[1:] + edges[:-1])
    weight = np.cumsum(counts)[:-1]
    moment = np.cumsum(counts * centres)[:-1]
    total, mean = counts.sum(), np.sum(counts * centres)
    # The first and last bins are filled (the histogram spans the values): no division by zero.
    between = (mean * weight / total - moment) ** 2 / (weight * (total - weight))
    return float(np.exp(centres[int(np.argmax(between))]))


def estimate_noise(signal: NDArray[np.floating], n_coils: int | None = None) -> Noise | None:
    """Measure the noise of a series in the air around the body.

    There the magnitude is central chi: E[M²] = 2Lσ², and SD/mean tells L (Constantinides et al., Magn
    Reson Med 1997;38:852). Correlated channels look like fewer; L is the effective number.

    Parameters
    ----------
    signal : ndarray, shape (slice, row, column, echo)
        Magnitude.
    n_coils : int, optional
        Channels L, where known; None: estimated, 1 to 32.

    Returns
    -------
    Noise or None
        None where air is missing, blanked by the scanner, or does not look like noise.
    """
    from scipy import ndimage

    found = []
    if min(signal.shape[1:3]) < MIN_IMAGE:
        return None
    for image in np.asarray(signal, dtype=np.float64):
        around = min(MARGIN, max(MIN_MARGIN, min(image.shape[:2]) // 21))
        air = ~ndimage.binary_dilation(body_mask(np.sqrt(np.sum(image**2, axis=-1))), iterations=around)
        air[:2], air[-2:], air[:, :2], air[:, -2:] = False, False, False, False
        for echo in range(image.shape[-1]):
            measured = _air_blocks(image[..., echo], air)
            if measured is not None:
                found.append((echo, *measured))
    if not found:
        return None
    echoes, levels, ratios, counts = np.array(found).T
    by_echo = np.array([np.median(levels[echoes == echo]) for echo in np.unique(echoes)])
    if np.any(by_echo > MAX_RISE * np.minimum.accumulate(by_echo)):
        return None
    # Noise is the same at every echo; ghosts and side lobes decay with the signal that they copy. The
    # relative SE of the rms of n values is at most 1/(2√n) (one channel).
    quietest = int(np.argmin(levels))
    by_chance = levels[quietest] * (1.0 + SAMPLING_SDS * 0.5 / np.sqrt(counts[quietest]))
    quiet = levels <= max(by_chance, np.sort(levels)[max(0, len(levels) // 3 - 1)])
    level, ratio = float(np.median(levels[quiet])), float(np.median(ratios[quiet]))
    coils = np.arange(1, MAX_COILS + 1) if n_coils is None else np.array([n_coils])
    expected = np.array([chi_relative_sd(int(count)) for count in coils])
    if not 0.8 * expected[-1] < ratio < 1.2 * chi_relative_sd(1):
        return None
    channels = int(coils[np.argmin(np.abs(np.log(expected / ratio)))])
    return Noise(level / float(np.sqrt(2.0 * channels)), channels, "background")


def snr_per_echo(mean_signal: ArrayLike, noise: Noise) -> Array:
    """Return the signal-to-noise ratio per echo of one pixel, without what noise adds to magnitude.

    √(S² − 2Lσ²)/σ: exact where `mean_signal` is a root mean square (Gudbjartsson and Patz, Magn Reson
    Med 1995;34:910); for a mean it is low by at most 1/(2·SNR).

    Parameters
    ----------
    mean_signal : array_like, shape (..., echo)
        Signal of a region.
    noise : Noise

    Returns
    -------
    ndarray, shape (..., echo)
        0 where the signal does not exceed the noise.
    """
    ratio = np.asarray(mean_signal, dtype=np.float64) / noise.sigma
    return np.asarray(np.sqrt(np.maximum(ratio**2 - 2.0 * noise.n_coils, 0.0)))


def _air_blocks(image: Array, air: NDArray[np.bool_]) -> tuple[float, float, int] | None:
    """Return rms, SD/mean and number of pixels of the quieter half of the squares that lie in air."""
    side = min(BLOCK, max(MIN_BLOCK, min(image.shape) // 16))
    rows, columns = (size // side for size in image.shape)

    def blocks(array: NDArray[np.generic]) -> NDArray[np.generic]:
        cut = array[: rows * side, : columns * side].reshape(rows, side, columns, side)
        return cut.transpose(0, 2, 1, 3).reshape(rows * columns, side * side)

    values = blocks(image)[np.all(blocks(air), axis=1)].astype(np.float64)
    values = values[np.all(np.isfinite(values), axis=1)]
    if len(values) < MIN_BLOCKS or np.mean(values == 0) > MAX_ZERO_FRACTION:
        return None
    rms = np.sqrt(np.mean(values**2, axis=1))
    # Three SE above the middle of the squares: a clean square is hardly ever left out.
    quiet = values[rms <= np.median(rms) * (1.0 + 1.5 / side)]
    mean = float(np.mean(quiet))
    return float(np.sqrt(np.mean(quiet**2))), float(np.std(quiet) / mean), quiet.size
