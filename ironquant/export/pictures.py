"""Rasters of the report: the anatomical image and the T2* map, cropped to the subject."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ironquant.core import EchoSeries, Organ, OrganAnalysis, OrganMaps, RegionAnalysis, ScannerMap, Volume
from ironquant.resources import load_table

FloatImage = NDArray[np.float64]
RgbImage = NDArray[np.uint8]

PIXELS_PER_POINT = 3.0
HEART_FIELD_MM = 150.0
"""Part of a cardiac image that is shown around the region."""
MARGIN_MM = 8.0
MIN_R_SQUARED = 0.5
"""A pixel whose fit explains less is noise; it stays grey in the map."""
_MAP_TOPS_MS = (5.0, 10.0, 20.0, 30.0, 40.0, 60.0, 80.0, 100.0)


def picture_of(scanner_map: ScannerMap) -> EchoSeries:
    """Return a scanner's map as a grey picture, to be shown like the one echo of a train."""
    grey = np.nan_to_num(np.asarray(scanner_map.values), nan=0.0)[..., None]
    return EchoSeries(
        key=scanner_map.key,
        instance_uid=scanner_map.instance_uid,
        description=scanner_map.description,
        signal=grey,
        te_ms=(0.0,),
        affine=scanner_map.affine,
        number=scanner_map.number,
        acquisition=scanner_map.acquisition,
    )


def colours_of(scanner_map: ScannerMap) -> OrganMaps:
    """Return a scanner's map of T2* or R2* in the form in which maps are coloured."""
    t2star = scanner_map.t2star_ms
    nothing = np.full(t2star.shape, np.nan, dtype=np.float32)
    shown = np.where(np.isfinite(t2star), np.float32(1.0), np.float32(np.nan))
    return OrganMaps("vendor-map", t2star, scanner_map.r2star_per_s, nothing, shown)


@dataclass(frozen=True)
class View:
    """A rectangle of one slice, in pixel coordinates (centres at whole numbers).

    Attributes
    ----------
    slice_index : int
    left, top, width, height : float
        In columns and rows.
    """

    slice_index: int
    left: float
    top: float
    width: float
    height: float

    def to_unit(self, pixels: FloatImage) -> FloatImage:
        """Map (column, row) points, shape (n, 2), to fractions of the view from its top left."""
        return (pixels - (self.left, self.top)) / (self.width, self.height)


@dataclass(frozen=True)
class Scene:
    """What an organ is shown by, of images and of a scanner's map alike.

    Attributes
    ----------
    series : EchoSeries
        Its images; of a scanner's map a picture of itself.
    maps : OrganMaps or None
        What is coloured.
    view : View
        Of both.
    """

    series: EchoSeries
    maps: OrganMaps | None
    view: View


def scene(entry: OrganAnalysis, aspect: float) -> Scene | None:
    """Return what an organ is shown by in a picture of this width over height; None where nothing is."""
    series, maps = entry.series, entry.maps
    if entry.scanner_map is not None:
        series, maps = picture_of(entry.scanner_map), colours_of(entry.scanner_map)
    if series is None:
        return None
    return Scene(series, maps, choose_view(series, entry.reported, entry.organ, aspect))


def choose_view(series: EchoSeries, region: RegionAnalysis | None, organ: Organ, aspect: float) -> View:
    """Return what to show: the slice with most of the region, and the part around the subject.

    Parameters
    ----------
    aspect : float
        Width over height of the picture.
    """
    slices, rows, columns = series.shape
    _, row_mm, column_mm = series.spacing_mm
    has_mask = region is not None and bool(region.mask.any())
    if region is not None and has_mask:
        index = int(region.mask.sum(axis=(1, 2)).argmax())
        inside = np.argwhere(region.mask[index])
    else:
        index = slices // 2
        inside = np.array([[rows / 2, columns / 2]])
    if has_mask and organ == Organ.HEART:
        centre = (inside.min(axis=0) + inside.max(axis=0)) / 2
        extent = np.maximum(np.ptp(inside, axis=0) + 1, (HEART_FIELD_MM / row_mm, HEART_FIELD_MM / column_mm))
        height_mm, width_mm = extent[0] * row_mm, extent[1] * column_mm
    else:
        body = _body_box(np.asarray(series.signal[index, :, :, 0]))
        centre = (body[0] + body[1]) / 2
        height_mm = (body[1][0] - body[0][0] + 1) * row_mm + MARGIN_MM
        width_mm = (body[1][1] - body[0][1] + 1) * column_mm + MARGIN_MM
    height_mm = max(height_mm, width_mm / aspect)
    width_mm = height_mm * aspect
    height, width = height_mm / row_mm, width_mm / column_mm
    return View(index, float(centre[1] - width / 2), float(centre[0] - height / 2), width, height)


def anatomy(series: EchoSeries, view: View, size: tuple[float, float], echo: int = 0) -> RgbImage:
    """Return the image of one echo, windowed by percentiles, shape (row, column, 3).

    Parameters
    ----------
    size : tuple of float
        Width and height in points.
    """
    grey = np.round(_grey(series, view, size, echo) * 255).astype(np.uint8)
    return np.repeat(grey[..., None], 3, axis=2)


def t2star_map(
    series: EchoSeries, maps: OrganMaps, view: View, size: tuple[float, float], top_ms: float
) -> RgbImage:
    """Return the T2* map in colours over the grey image, from 0 to `top_ms`."""
    base = _grey(series, view, size, 0)[..., None].repeat(3, axis=2) * 255.0
    t2star = _sample(np.asarray(maps.t2star_ms[view.slice_index], dtype=np.float64), view, size, order=0)
    quality = _sample(np.asarray(maps.r_squared[view.slice_index], dtype=np.float64), view, size, order=0)
    shown = np.isfinite(t2star) & (np.nan_to_num(quality, nan=-1.0) >= MIN_R_SQUARED)
    base[shown] = colours(t2star[shown] / top_ms)
    return np.round(base).astype(np.uint8)


def map_top_ms(t2star_ms: float | None) -> float:
    """Return the top of the colour scale (ms) that shows this T2* in its lower half."""
    wanted = 2.0 * (t2star_ms or 10.0)
    return next((top for top in _MAP_TOPS_MS if top >= wanted), _MAP_TOPS_MS[-1])


def colours(fraction: NDArray[np.floating]) -> FloatImage:
    """Return the colours of values between 0 and 1, shape (..., 3), 0 to 255."""
    table = _colour_table()
    position = np.clip(np.asarray(fraction, dtype=np.float64), 0.0, 1.0) * (len(table) - 1)
    nodes = np.arange(len(table))
    return np.stack([np.interp(position, nodes, table[:, channel]) for channel in range(3)], axis=-1)


def outline(region: RegionAnalysis, series: Volume, slice_index: int) -> list[FloatImage]:
    """Return the outlines of a region on one slice of the first echo as closed (column, row) polygons.

    The reader's contours where they lie on the slice, else the border of the mask's pixels.
    """
    from ironquant.roi import contour_on_slice

    moved = region.region.shift_on(1)
    placed = (contour_on_slice(contour + moved, series) for contour in region.region.contours)
    found = [points for index, points in placed if index == slice_index]
    return found or _mask_border(region.mask[slice_index])


def side_letters(series: EchoSeries) -> tuple[str, str]:
    """Return the patient side at the left and at the top edge of a slice (``R``, ``A`` …)."""
    return side_letter(-series.affine[:3, 0]), side_letter(-series.affine[:3, 1])


def side_letter(direction: FloatImage) -> str:
    """Return the side of the patient to which a direction (LPS) mainly points."""
    axis = int(np.abs(direction).argmax())
    return ("LR", "PA", "HF")[axis][0 if direction[axis] > 0 else 1]


def _grey(series: EchoSeries, view: View, size: tuple[float, float], echo: int) -> FloatImage:
    image = np.nan_to_num(np.asarray(series.signal[view.slice_index, :, :, echo], dtype=np.float64))
    shown = np.nan_to_num(_sample(image, view, size, order=1))
    low, high = np.percentile(shown[shown > 0], (1.0, 99.3)) if (shown > 0).any() else (0.0, 1.0)
    scaled: FloatImage = np.clip((shown - low) / max(high - low, 1e-12), 0.0, 1.0)
    return scaled


def _sample(image: FloatImage, view: View, size: tuple[float, float], order: Literal[0, 1]) -> FloatImage:
    """Resample a slice to the raster of a picture; NaN outside the image for order 0, else 0."""
    from scipy.ndimage import map_coordinates

    n_columns, n_rows = (max(round(side * PIXELS_PER_POINT), 2) for side in size)
    columns = view.left + (np.arange(n_columns) + 0.5) / n_columns * view.width
    rows = view.top + (np.arange(n_rows) + 0.5) / n_rows * view.height
    grid = np.stack(np.meshgrid(rows, columns, indexing="ij"))
    outside = np.nan if order == 0 else 0.0
    sampled: FloatImage = map_coordinates(image, grid, order=order, mode="constant", cval=outside)
    return sampled


def _body_box(image: NDArray[np.floating]) -> tuple[FloatImage, FloatImage]:
    """Return first and last (row, column) of what is brighter than air."""
    values = np.nan_to_num(np.asarray(image, dtype=np.float64))
    bright = values > 0.15 * np.percentile(values, 98.0)
    rows = np.flatnonzero(bright.mean(axis=1) > 0.05)
    columns = np.flatnonzero(bright.mean(axis=0) > 0.05)
    if not len(rows) or not len(columns):
        return np.zeros(2), np.array(image.shape, dtype=np.float64) - 1
    return np.array([rows[0], columns[0]], float), np.array([rows[-1], columns[-1]], float)


def _mask_border(mask: NDArray[np.bool_]) -> list[FloatImage]:
    """Return the pixel edges between inside and outside, each as a two-point line."""
    padded = np.pad(mask, 1).astype(np.int8)
    lines = [
        np.array([[column - 1.5, row - 0.5], [column - 0.5, row - 0.5]], dtype=np.float64)
        for row, column in np.argwhere(np.diff(padded, axis=0) != 0)
    ]
    lines += [
        np.array([[column - 0.5, row - 1.5], [column - 0.5, row - 0.5]], dtype=np.float64)
        for row, column in np.argwhere(np.diff(padded, axis=1) != 0)
    ]
    return lines


@cache
def _colour_table() -> FloatImage:
    texts = load_table("colormap")["colours"]
    return np.array([[int(text[k : k + 2], 16) for k in (1, 3, 5)] for text in texts], dtype=np.float64)
