"""Convex hulls of masks, as `skimage.morphology.convex_hull_image` draws them, at a fraction of its time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import ConvexHull

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

ROUNDING = 1e-9


@dataclass(frozen=True, eq=False)
class Hull:
    """The convex hull of a mask, the middles of the pixels' sides within.

    Attributes
    ----------
    corners : ndarray, shape (corner, 2)
        In order around it, row and column.
    area : float
        In pixels.
    """

    corners: Array
    area: float

    @classmethod
    def of(cls, mask: Mask) -> Hull:
        """Return the hull of a mask, which must not be empty."""
        points = _ends(mask)
        hull = ConvexHull(points)
        return cls(points[hull.vertices], float(hull.volume))

    def mask(self, shape: tuple[int, int]) -> Mask:
        """Return the pixels of a page whose centres lie in the hull or on its border."""
        corners = self.corners
        following = np.roll(corners, -1, axis=0)
        rows = np.arange(shape[0])
        # Where each row crosses each side of the hull.
        low, high = (extreme(corners[:, 0], following[:, 0])[:, None] for extreme in (np.minimum, np.maximum))
        rise = (following - corners)[:, 0, None]
        with np.errstate(divide="ignore", invalid="ignore"):
            along = (rows - corners[:, 0, None]) / rise
            columns = corners[:, 1, None] + along * (following - corners)[:, 1, None]
        crossed = (rows >= low) & (rows <= high) & (rise != 0)
        first = np.where(crossed, columns, np.inf).min(axis=0)
        last = np.where(crossed, columns, -np.inf).max(axis=0)
        across = np.arange(shape[1])
        inside = (across >= first[:, None] - ROUNDING) & (across <= last[:, None] + ROUNDING)
        return np.asarray(inside)

    def radii(self, centre: Array, angle: Array) -> Array:
        """Return how far its border lies from a point within it.

        Parameters
        ----------
        centre : ndarray, shape (2,)
            Row and column.
        angle : ndarray, shape (ray,)
            Radians, from the column direction towards the row direction.

        Returns
        -------
        ndarray, shape (ray,)
            In pixels.
        """
        along = np.roll(self.corners, -1, axis=0) - self.corners
        start = self.corners - centre
        # On which side of a line the centre lies, and how fast a ray comes nearer to it.
        side = start[:, 0] * along[:, 1] - start[:, 1] * along[:, 0]
        speed = np.outer(np.sin(angle), along[:, 1]) - np.outer(np.cos(angle), along[:, 0])
        with np.errstate(divide="ignore", invalid="ignore"):
            length = np.where(speed * np.sign(side) > 0, side / speed, np.inf)
        return np.asarray(length.min(axis=1))


def hull_mask(mask: Mask) -> Mask:
    """Return the pixels whose centres lie in the convex hull of a mask or on its border."""
    return Hull.of(mask).mask((mask.shape[0], mask.shape[1]))


def _ends(mask: Mask) -> Array:
    """Return the middles of the outer sides of the first and last pixel of each row, as (row, column)."""
    used = np.flatnonzero(mask.any(axis=1))
    first = np.argmax(mask[used], axis=1)
    last = mask.shape[1] - 1 - np.argmax(mask[used, ::-1], axis=1)
    ends = [np.stack([used, edge + step], axis=-1) for step, edge in ((-0.5, first), (0.5, last))]
    ends += [np.stack([used + step, edge], axis=-1) for step in (-0.5, 0.5) for edge in (first, last)]
    return np.concatenate(ends).astype(np.float64)
