"""What a generated series shows: the numbers that a reader must give back."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

PLANES = {
    "transverse": ([1, 0, 0], [0, 1, 0]),
    "transverse-from-below": ([-1, 0, 0], [0, 1, 0]),  # its normal points to the feet
    "coronal": ([1, 0, 0], [0, 0, -1]),
    "sagittal": ([0, 1, 0], [0, 0, -1]),
    "short-axis": None,
    "tilted": None,
}


@dataclass(frozen=True)
class Truth:
    """Stored magnitudes (slice, row, column, echo) with their place; slices ascend along the normal."""

    te_ms: tuple[float, ...]
    stored: np.ndarray
    row: np.ndarray
    column: np.ndarray
    origin: np.ndarray
    heights: np.ndarray
    spacing: tuple[float, float]
    thickness: float

    @property
    def normal(self) -> np.ndarray:
        return np.cross(self.row, self.column)

    @property
    def n_slices(self) -> int:
        return len(self.heights)

    def position(self, slice_: int) -> np.ndarray:
        return self.origin + self.heights[slice_] * self.normal

    @property
    def affine(self) -> np.ndarray:
        affine = np.eye(4)
        affine[:3, 0] = self.row * self.spacing[1]
        affine[:3, 1] = self.column * self.spacing[0]
        step = np.ptp(self.heights) / (self.n_slices - 1) if self.n_slices > 1 else self.thickness
        affine[:3, 2] = self.normal * step
        affine[:3, 3] = self.position(0)
        return affine

    def with_te(self, te_ms) -> Truth:
        return replace(self, te_ms=tuple(te_ms))

    def again(self, offset: int) -> Truth:
        """The same place once more, with other noise."""
        return replace(self, stored=self.stored + np.uint16(offset))


def truth(
    seed: int = 0,
    *,
    plane: str = "transverse",
    te_ms: tuple[float, ...] = (1.1, 2.36, 3.62, 4.88, 6.14),
    n_slices: int = 3,
    shape: tuple[int, int] = (9, 7),
    gap: float = 9.6,
) -> Truth:
    """A stack of which every pixel, slice and echo differs from every other."""
    rng = np.random.default_rng(seed)
    if plane == "short-axis":
        row, column = _turned([0.62, 0.69, 0.37], [-0.2, 0.6, -0.77])
    elif plane == "tilted":
        row, column = _turned([0.998, 0.05, 0.03], [-0.04, 0.97, -0.2])
    else:
        row, column = (np.array(axis, float) for axis in PLANES[plane])
    rows, columns = shape
    s0 = 2000 + rng.permutation(n_slices * rows * columns).reshape(n_slices, rows, columns)
    decay = np.exp(-np.asarray(te_ms) / 6.0)
    return Truth(
        te_ms=te_ms,
        stored=np.round(s0[..., None] * decay).astype(np.uint16),
        row=row,
        column=column,
        origin=np.array([-103.0, -87.5, 12.25]),
        heights=gap * np.arange(n_slices),
        spacing=(1.5625, 1.25),
        thickness=8.0 if n_slices > 1 else gap,
    )


def _turned(row, column) -> tuple[np.ndarray, np.ndarray]:
    row = np.array(row) / np.linalg.norm(row)
    column = np.array(column) - np.dot(column, row) * row
    return row, column / np.linalg.norm(column)
