"""One transverse slice of a trunk, turned as a reader sees it and drawn on a grid that suits its size."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from ironquant.core import EchoSeries
from ironquant.fitting import Noise, body_mask, walled_mask
from ironquant.roi.hull import hull_mask

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

WALL = 0.035
"""Skin and the muscle under it, as a share of the body's width."""
TRANSVERSE = 0.8
TRUNK_WIDTH_MM = (120.0, 560.0)
TRUNK_ASPECT = 1.05
"""A trunk is wider than deep; a head or a bottle is not."""
TRUNK_IN_ONE_PIECE = 0.7
TRUNK_SOLIDITY = 0.9
BLUR = 0.6
"""SD in coarse pixels of the blur before they are taken."""
MOST_ECHOES = 8
DARK = 0.06
"""Below this share of lit tissue all is as good as black: what noise and little iron more do to logs there
tells nothing."""
SAMPLES = 700
"""Pixels that stand for all."""
PLASTIC = 1.324717957244746
BODY_LEVEL = 70.0
"""Percentile of the first echo in the body that stands for lit tissue."""


@dataclass(frozen=True, eq=False)
class AbdomenSlice:
    """A slice whose rows run to the back and whose columns run to the patient's left.

    Attributes
    ----------
    images : ndarray, shape (row, column, echo)
        Magnitude as scanned.
    spacing : tuple of float
        Rows, columns in mm.
    logs : ndarray, shape (row, column, echo)
        Log of the signal without noise, on coarse square pixels, of at most eight echoes. Logs are averaged,
        so that a bright vessel does not outshine a black liver.
    pixel_mm : float
        Of the coarse grid.
    te_ms : ndarray, shape (echo,)
        Of the coarse echoes.
    body : ndarray of bool
        On the coarse grid.
    dark : float
        Log of the signal below which there is nothing but noise.
    across, behind : ndarray, shape (row, column)
        Place in the body on the coarse grid: 0 right and front, 1 left and back.
    depth : ndarray, shape (row, column)
        Distance from the skin as a share of the body's width.
    """

    images: Array
    spacing: tuple[float, float]
    logs: Array
    pixel_mm: float
    te_ms: Array
    body: Mask
    dark: float
    across: Array
    behind: Array
    depth: Array

    @cached_property
    def columns(self) -> tuple[int, int]:
        """First and last column of the body."""
        used = np.flatnonzero(self.body.any(axis=0))
        return int(used[0]), int(used[-1])

    @cached_property
    def body_area(self) -> int:
        """Pixels of the body."""
        return int(self.body.sum())

    @cached_property
    def body_height(self) -> int:
        """Rows from the front of the body to its back."""
        return int(np.ptp(np.flatnonzero(self.body.any(axis=1)))) + 1

    @cached_property
    def evenly(self) -> NDArray[np.intp]:
        """Indices of some of the body's pixels, row after row; the first so many of them lie evenly over it.

        Points of the additive recurrence of the plastic number (Roberts 2018), those outside left out.
        """
        number = np.arange(1.0, 4.0 * SAMPLES)[:, None]
        rows, columns = (np.flatnonzero(self.body.any(axis=axis)) for axis in (1, 0))
        sides = np.array([len(rows), len(columns)])
        places = (number / np.array([PLASTIC, PLASTIC**2]) % 1.0 * sides).astype(np.intp)
        at = places[:, 0] + rows[0], places[:, 1] + columns[0]
        index = np.cumsum(self.body).reshape(self.body.shape) - 1
        return np.asarray(index[at][self.body[at]][:SAMPLES])

    @cached_property
    def smooth_logs(self) -> Array:
        """Medians of `logs` over 3 × 3 pixels."""
        echoes = np.moveaxis(self.logs, -1, 0)
        return np.stack([ndimage.median_filter(echo, size=3) for echo in echoes], axis=-1)

    @cached_property
    def black(self) -> Mask:
        """Where there is no body, or nothing but noise at the first echo."""
        return np.asarray(~self.body | (self.logs[..., 0] <= self.dark))

    @cached_property
    def shell(self) -> Mask:
        """Skin and the muscle under it."""
        return np.asarray(self.body & (self.depth < WALL))

    @cached_property
    def right_half(self) -> Mask:
        """The patient's right half under the wall."""
        return np.asarray(self.body & (self.depth > WALL) & (self.across < 0.5))

    def to_fine(self, mask: Mask) -> Mask:
        """Return a coarse mask on the pixels of the images, its outline smooth."""
        inside = ndimage.distance_transform_edt(np.pad(mask, 1))[1:-1, 1:-1]
        outside = ndimage.distance_transform_edt(np.pad(~mask, 1, constant_values=True))[1:-1, 1:-1]
        rows, columns = self.images.shape[:2]
        place = np.meshgrid(
            (np.arange(rows) + 0.5) * self.spacing[0] / self.pixel_mm - 0.5,
            (np.arange(columns) + 0.5) * self.spacing[1] / self.pixel_mm - 0.5,
            indexing="ij",
        )
        return np.asarray(ndimage.map_coordinates(inside - outside, place, order=1, mode="nearest") > 0)


@dataclass(frozen=True)
class Turn:
    """How a stored slice is turned so that rows run to the back and columns to the patient's left."""

    swap: bool
    flip_rows: bool
    flip_columns: bool
    spacing: tuple[float, float]

    @classmethod
    def of(cls, series: EchoSeries) -> Turn:
        """Read it from the affine."""
        column, row = series.affine[:3, 0], series.affine[:3, 1]
        swap = bool(abs(column[0]) < abs(row[0]))
        if swap:
            column, row = row, column
        spacing = (float(np.linalg.norm(row)), float(np.linalg.norm(column)))
        return cls(swap, bool(row[1] < 0), bool(column[0] < 0), spacing)

    def there(self, image: Array) -> Array:
        """Turn a slice (row, column, …)."""
        turned = np.swapaxes(image, 0, 1) if self.swap else image
        turned = turned[::-1] if self.flip_rows else turned
        return turned[:, ::-1] if self.flip_columns else turned

    def back(self, mask: Mask) -> Mask:
        """Turn a mask back."""
        turned = mask[:, ::-1] if self.flip_columns else mask
        turned = turned[::-1] if self.flip_rows else turned
        return np.swapaxes(turned, 0, 1) if self.swap else turned


def is_transverse(series: EchoSeries) -> bool:
    """Tell whether the slices lie across the body."""
    normal = np.cross(series.affine[:3, 0], series.affine[:3, 1])
    return bool(abs(normal[2]) / np.linalg.norm(normal) >= TRANSVERSE)


def find_abdomen(
    series: EchoSeries, index: int, turn: Turn, noise: Noise | None, pixels: int
) -> AbdomenSlice | None:
    """Return one slice if it shows one body with the measures of a trunk.

    Parameters
    ----------
    pixels : int
        How many coarse pixels wide the body is at most.
    """
    images = turn.there(series.signal[index].astype(np.float64))
    images = np.nan_to_num(images, nan=0.0, posinf=0.0, neginf=0.0)
    trunk = _trunk(images, turn.spacing)
    if trunk is None:
        return None
    width_mm = float(np.ptp(np.flatnonzero(trunk.any(axis=0))) + 1) * turn.spacing[1]
    pixel_mm = max(width_mm / pixels, min(turn.spacing))
    used = _echoes(len(series.te_ms))
    body = _resampled(trunk.astype(np.float64), turn.spacing, pixel_mm) > 0.5
    power = images[..., used] ** 2
    level = float(np.percentile(power[trunk][:, 0], BODY_LEVEL))
    noise_power = 2.0 * noise.n_coils * noise.sigma**2 if noise else 0.0
    floor = DARK**2 * level + (4.0 * noise.sigma**2 if noise else 0.0)
    logs = 0.5 * np.log(np.maximum(power - noise_power, 0.0) + floor)
    coarse = [_resampled(echo, turn.spacing, pixel_mm) for echo in np.moveaxis(logs, -1, 0)]
    rows, columns = np.flatnonzero(body.any(axis=1)), np.flatnonzero(body.any(axis=0))
    across, behind = np.meshgrid(
        (np.arange(body.shape[1]) - columns[0]) / (np.ptp(columns) + 1),
        (np.arange(body.shape[0]) - rows[0]) / (np.ptp(rows) + 1),
    )
    depth = ndimage.distance_transform_edt(np.pad(body, 1))[1:-1, 1:-1] / (np.ptp(columns) + 1)
    return AbdomenSlice(
        images=images,
        spacing=turn.spacing,
        logs=np.stack(coarse, axis=-1),
        pixel_mm=pixel_mm,
        te_ms=np.asarray(series.te_ms)[used],
        body=body,
        dark=float(0.5 * np.log(2.0 * floor)),
        across=across,
        behind=behind,
        depth=depth,
    )


def _echoes(count: int) -> list[int]:
    """Return the first echoes, where fat beats and iron decays, and some of the rest."""
    early = list(range(min(count, MOST_ECHOES - 2)))
    late = {(len(early) + count) // 2, count - 1} - set(early) if count > len(early) else set[int]()
    return early + sorted(late)


def _resampled(image: Array, spacing: tuple[float, float], pixel_mm: float) -> Array:
    """Return the means of an image over square pixels."""
    blurred = ndimage.gaussian_filter(image, [BLUR * pixel_mm / mm for mm in spacing])
    shape = [max(1, round(size * mm / pixel_mm)) for size, mm in zip(image.shape, spacing, strict=True)]
    place = np.meshgrid(
        *((np.arange(size) + 0.5) * pixel_mm / mm - 0.5 for size, mm in zip(shape, spacing, strict=True)),
        indexing="ij",
    )
    return np.asarray(ndimage.map_coordinates(blurred, place, order=1, mode="nearest"))


def _trunk(images: Array, spacing: tuple[float, float]) -> Mask | None:
    """Return the body if it is one piece with the measures of a trunk."""
    overview = np.sqrt(np.mean(images**2, axis=-1))
    bodies = (make(overview) for make in (body_mask, walled_mask))
    trunks = (_measured(body, spacing) for body in bodies)
    return next((trunk for trunk in trunks if trunk is not None), None)


def _measured(body: Mask, spacing: tuple[float, float]) -> Mask | None:
    labels, count = ndimage.label(body)
    if count == 0:
        return None
    sizes = ndimage.sum_labels(body, labels, np.arange(1, count + 1))
    trunk = labels == int(np.argmax(sizes)) + 1
    rows, columns = np.flatnonzero(trunk.any(axis=1)), np.flatnonzero(trunk.any(axis=0))
    depth, width = np.ptp(rows) * spacing[0], np.ptp(columns) * spacing[1]
    in_one_piece = sizes.max() >= TRUNK_IN_ONE_PIECE * sizes.sum()
    sized = TRUNK_WIDTH_MM[0] <= width <= TRUNK_WIDTH_MM[1] and width >= TRUNK_ASPECT * depth
    if not in_one_piece or not sized:
        return None
    if trunk.sum() < TRUNK_SOLIDITY * hull_mask(trunk).sum():
        return None
    return np.asarray(trunk)
