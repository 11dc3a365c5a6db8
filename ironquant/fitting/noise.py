"""Noise of magnitude images from the air around the body, and moments of that noise.

Magnitude of L combined channels with Gaussian noise of SD σ per channel is non-central chi
distributed; in air it is central chi with 2L degrees of freedom (L = 1: Rayleigh).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from ironquant.fitting.chi import chi_mean, chi_relative_sd

Array = NDArray[np.float64]

MAX_COILS = 32
BLOCK = 8
"""Side of the squares (pixels) in which air is examined: ghosts spoil some squares, not all."""
MIN_BLOCKS = 6
MAX_RISE = 1.5
"""Air that grows brighter by more than this over the echoes was scaled echo by echo."""
CLOSED_GAP = 24
"""Gaps in the body wall up to about twice the image size over this are closed."""
MAX_ZERO_FRACTION = 0.02
"""More exact zeros than this in a square of air: the scanner blanked it, the noise is gone."""


@dataclass(frozen=True)
class Noise:
    """Noise of one series: SD per channel and number of effective channels."""

    sigma: float
    n_coils: int

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
    smooth = ndimage.gaussian_filter(np.nan_to_num(np.asarray(image, dtype=np.float64)), 1.5)
    top = np.percentile(smooth, 99)
    if top <= 0 or np.ptp(smooth) == 0:
        return np.zeros(image.shape, dtype=bool)
    level = _air_threshold(np.minimum(smooth, top))
    labels, count = ndimage.label(ndimage.binary_opening(smooth > level, iterations=2))
    if count == 0:
        return np.zeros(image.shape, dtype=bool)
    sizes = ndimage.sum_labels(np.ones(labels.shape), labels, np.arange(1, count + 1))
    kept = np.flatnonzero(sizes >= 0.1 * sizes.max()) + 1
    # A dark rib or a weak coil may open the ring of the body wall: close gaps before filling it.
    reach = max(2, min(image.shape) // CLOSED_GAP)
    padded = np.pad(np.isin(labels, kept), reach)
    closed = ndimage.binary_closing(padded, iterations=reach)[reach:-reach, reach:-reach]
    return np.asarray(ndimage.binary_fill_holes(closed), dtype=bool)


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


def estimate_noise(signal: NDArray[np.floating]) -> Noise | None:
    """Measure the noise of a series in the air around the body.

    Parameters
    ----------
    signal : ndarray, shape (slice, row, column, echo)
        Magnitude.

    Returns
    -------
    Noise or None
        None where air is missing, blanked by the scanner, or does not look like noise.
    """
    found = []
    for image in np.asarray(signal, dtype=np.float64):
        air = ~ndimage.binary_dilation(body_mask(np.sqrt(np.sum(image**2, axis=-1))), iterations=6)
        air[:2], air[-2:], air[:, :2], air[:, -2:] = False, False, False, False
        for echo in range(image.shape[-1]):
            measured = _air_blocks(image[..., echo], air)
            if measured is not None:
                found.append((echo, *measured))
    if not found:
        return None
    echoes, levels, ratios = np.array(found).T
    by_echo = np.array([np.median(levels[echoes == echo]) for echo in np.unique(echoes)])
    if np.any(by_echo > MAX_RISE * np.minimum.accumulate(by_echo)):
        return None
    # Noise is the same at every echo; ghosts and side lobes decay with the signal that they copy.
    quietest = np.argsort(levels)[: max(1, len(levels) // 3)]
    level, ratio = float(np.median(levels[quietest])), float(np.median(ratios[quietest]))
    coils = np.arange(1, MAX_COILS + 1)
    expected = np.array([chi_relative_sd(int(count)) for count in coils])
    if not 0.8 * expected[-1] < ratio < 1.2 * expected[0]:
        return None
    n_coils = int(coils[np.argmin(np.abs(np.log(expected / ratio)))])
    return Noise(level / float(np.sqrt(2.0 * n_coils)), n_coils)


def _air_blocks(image: Array, air: NDArray[np.bool_]) -> tuple[float, float] | None:
    """Return rms and SD/mean of the quieter half of the squares that lie in air."""
    rows, columns = (size // BLOCK for size in image.shape)

    def blocks(array: NDArray[np.generic]) -> NDArray[np.generic]:
        cut = array[: rows * BLOCK, : columns * BLOCK].reshape(rows, BLOCK, columns, BLOCK)
        return cut.transpose(0, 2, 1, 3).reshape(rows * columns, BLOCK * BLOCK)

    values = blocks(image)[np.all(blocks(air), axis=1)].astype(np.float64)
    values = values[np.all(np.isfinite(values), axis=1)]
    if len(values) < MIN_BLOCKS or np.mean(values == 0) > MAX_ZERO_FRACTION:
        return None
    rms = np.sqrt(np.mean(values**2, axis=1))
    quiet = values[rms <= np.median(rms) * 1.15]
    mean = float(np.mean(quiet))
    return float(np.sqrt(np.mean(quiet**2))), float(np.std(quiet) / mean)
