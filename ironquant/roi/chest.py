"""One slice as a heart is sought in it: on coarse square pixels, its body and its lungs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from ironquant.core import EchoSeries
from ironquant.fitting import Noise, body_mask
from ironquant.roi.hull import hull_mask

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

COARSE_MM = 2.0
"""Pixels in which anything round is sought; finer ones cost time and show nothing more."""
LEAST_RADIUS_MM = 20.0
"""Radius of a circle of the area of all tissue: a child's heart alone has more."""
TREND_MM = 45.0
"""SD over which the coils' sensitivity is even."""
LUNG_LEVEL = 0.25
"""Lung is darker than this share of tissue …"""
LUNG_OVER_NOISE, LUNG_LEVEL_IN_NOISE = 1.3, 0.45
"""… or, where the noise reaches as high, than this multiple of its mean, up to that share."""


@dataclass(frozen=True, eq=False)
class Chest:
    """One slice on coarse square pixels.

    Attributes
    ----------
    early, whole : ndarray, shape (row, column)
        Mean of the first third of the echoes and root mean square of all, evened against the coils.
    body, hull, lungs : ndarray of bool, shape (row, column)
        Tissue, with what it encloses; its convex hull, which holds a heart too that lies in lung; lungs,
        which may be missing.
    radius_mm : float
        Of a circle of the body's area.
    pixel_mm : float
    scale : tuple of float
        Rows and columns of the series over rows and columns here.
    """

    early: Array
    whole: Array
    body: Mask
    hull: Mask
    lungs: Mask
    radius_mm: float
    pixel_mm: float
    scale: tuple[float, float]


def find_chest(series: EchoSeries, index: int, noise: Noise | None) -> Chest | str:
    """Return one slice ready for the search, or the term code of why there is nothing to search in."""
    images = series.signal[index]
    spacing = series.spacing_mm[1:]
    combined = images[..., 0].astype(np.float64), *overviews(images)
    pixel = max(COARSE_MM, min(spacing))
    scale = pixel / spacing[0], pixel / spacing[1]
    first, early, whole = (_coarse(image, scale) for image in combined)
    body = body_mask(whole)
    if not body.any():
        return "no_body"
    radius_mm = float(np.sqrt(body.sum() / np.pi) * pixel)
    if radius_mm < LEAST_RADIUS_MM:
        return "no_heart_seen"
    hull = hull_mask(body)
    lungs = _lungs(first, body, hull, noise)
    even_early, even_whole = _evened((early, whole), body, pixel)
    return Chest(even_early, even_whole, body, hull, lungs, radius_mm, pixel, scale)


def overviews(images: NDArray[np.floating]) -> tuple[Array, Array]:
    """Return the mean of the first third of the echoes and the root mean square of all, (row, column).

    Blood outlasts myocardium, so all echoes show it best, the more so with iron; with nulled blood the
    early echoes hold the wall.
    """
    early = images[..., : max(2, images.shape[-1] // 3)].mean(axis=-1, dtype=np.float64)
    square = np.einsum("...e,...e->...", images, images, dtype=np.float64)
    return np.asarray(early), np.sqrt(square / images.shape[-1])


def _coarse(image: Array, scale: tuple[float, float]) -> Array:
    """Return an image on coarse square pixels, averaged where they are larger."""
    smooth = ndimage.gaussian_filter(image, [0.4 * max(0.0, step - 1.0) for step in scale])
    axes = [np.arange(0.0, size - 1 + 1e-9, step) for size, step in zip(image.shape, scale, strict=True)]
    rows, columns = np.meshgrid(*axes, indexing="ij")
    return np.asarray(ndimage.map_coordinates(smooth, [rows, columns], order=1))


def _evened(images: Sequence[Array], body: Mask, pixel_mm: float) -> list[Array]:
    """Divide by the smooth trend of the body, which is mostly the coils' sensitivity."""
    weight = np.maximum(_trend(body.astype(np.float64), pixel_mm), 1e-3)
    trends = [_trend(image * body, pixel_mm) / weight for image in images]
    return [
        np.asarray(image / np.maximum(trend, 1e-12 + 0.05 * trend.max()))
        for image, trend in zip(images, trends, strict=True)
    ]


def _trend(image: Array, pixel_mm: float) -> Array:
    """Return an image blurred by `TREND_MM`: three running means are nearly a Gaussian of their variance."""
    width = round(float(np.sqrt(4.0 * (TREND_MM / pixel_mm) ** 2 + 1.0)))
    for _ in range(3):
        image = ndimage.uniform_filter(image, width)
    return image


def _lungs(first: Array, body: Mask, hull: Mask, noise: Noise | None) -> Mask:
    """Return what is as dark as lung within the hull of the body, without its rim."""
    smooth = ndimage.gaussian_filter(first, 1.2)
    tissue = float(np.percentile(smooth[body], 70))
    level = LUNG_LEVEL * tissue
    if noise is not None:
        level = max(level, min(LUNG_OVER_NOISE * noise.floor, LUNG_LEVEL_IN_NOISE * tissue))
    return np.asarray(ndimage.binary_erosion(hull, iterations=5) & (smooth < level))
