"""Is a slice one through a chest? Body, lungs and measures that a heart is sought in."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from skimage.morphology import convex_hull_image

from ironquant.core import EchoSeries
from ironquant.fitting import Noise, body_mask

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

LEAST_RADIUS_MM = 90.0
"""Radius of a circle of the body's area: a child's chest has more, a head (75 to 85 mm) less."""
LUNG_LEVEL = 0.25
"""Lung is darker than this share of tissue …"""
LUNG_OVER_NOISE, LUNG_LEVEL_IN_NOISE = 1.3, 0.45
"""… or, where the noise reaches as high, than this multiple of its mean, up to that share."""
MOST_OBLONG = 1.15
"""Pixels longer than this are made square before anything round is sought."""
LUNG_FRACTION = 0.06
"""Share of the body that lungs fill at least."""


@dataclass(frozen=True, eq=False)
class Chest:
    """One slice through a chest, on square pixels.

    Attributes
    ----------
    images : ndarray, shape (row, column, echo)
    body, lungs : ndarray of bool, shape (row, column)
    depth_mm : ndarray, shape (row, column)
        Distance from the skin.
    radius_mm : float
        Of a circle of the body's area.
    spacing_mm : tuple of float
        Rows, columns.
    scale : tuple of float
        Rows and columns of the series over rows and columns here.
    """

    images: Array
    body: Mask
    lungs: Mask
    depth_mm: Array
    radius_mm: float
    spacing_mm: tuple[float, float]
    scale: tuple[float, float]


def find_chest(series: EchoSeries, index: int, noise: Noise | None) -> Chest | str:
    """Return the chest on one slice, or the term code of why it is none."""
    images, spacing, scale = _square_pixels(series.signal[index].astype(np.float64), series.spacing_mm[1:])
    body = body_mask(np.sqrt(np.mean(images**2, axis=-1)))
    if not body.any():
        return "no_body"
    radius_mm = float(np.sqrt(body.sum() * spacing[0] * spacing[1] / np.pi))
    lungs, hull = _lungs(images[..., 0], body, noise)
    if radius_mm < LEAST_RADIUS_MM or lungs.sum() <= LUNG_FRACTION * hull.sum():
        return "no_heart_seen"
    depth_mm = ndimage.distance_transform_edt(np.pad(body, 1), sampling=spacing)[1:-1, 1:-1]
    return Chest(images, body, lungs, depth_mm, radius_mm, spacing, scale)


def _square_pixels(
    images: Array, spacing: tuple[float, float]
) -> tuple[Array, tuple[float, float], tuple[float, float]]:
    """Return images, spacing and scale on square pixels: what is round is sought in pixels."""
    fine = min(spacing)
    if max(spacing) <= MOST_OBLONG * fine:
        return images, spacing, (1.0, 1.0)
    scale = fine / spacing[0], fine / spacing[1]
    axes = [np.arange(0.0, size - 1 + 1e-9, step) for size, step in zip(images.shape[:2], scale, strict=True)]
    rows, columns = np.meshgrid(*axes, indexing="ij")
    square = [
        ndimage.map_coordinates(images[..., echo], [rows, columns], order=1)
        for echo in range(images.shape[-1])
    ]
    return np.stack(square, axis=-1), (fine, fine), scale


def _lungs(first: Array, body: Mask, noise: Noise | None) -> tuple[Mask, Mask]:
    """Return what is as dark as lung within the hull of the body, and that hull without its rim."""
    smooth = ndimage.gaussian_filter(first, 1.5)
    tissue = float(np.percentile(smooth[body], 70))
    level = LUNG_LEVEL * tissue
    if noise is not None:
        level = max(level, min(LUNG_OVER_NOISE * noise.floor, LUNG_LEVEL_IN_NOISE * tissue))
    hull = np.asarray(ndimage.binary_erosion(convex_hull_image(body), iterations=6))
    return np.asarray(hull & (smooth < level)), hull
