"""The digital volume that every fit of the benchmark gets: decays with Rician noise, truth known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

EVEN_TE_MS = tuple(round(1.2 * echo, 1) for echo in range(1, 13))
GUANGXI_TE_MS = (1.29, 2.35, 3.43, 4.6, 5.68, 6.85, 7.93, 9.1, 10.18, 11.35, 12.43, 13.6)
"""Liver protocol of the Guangxi service, 1.5 T (clinical reference, section 1.2): uneven spacing."""

S0 = 1000.0
SNR = 50.0
"""At TE 0."""
T2STAR_RANGE_MS = (1.0, 40.0)
SEMI_AXES = (0.3121, 0.41)
"""Of the elliptic body, in parts of the matrix: 527,000 of 256 × 256 × 20 voxels."""


@dataclass(frozen=True, eq=False)
class Volume:
    """Magnitude images with what is true in them.

    Attributes
    ----------
    signal : ndarray of float32 or complex64, shape (slice, row, column, echo)
        Magnitude: whole numbers, as a scanner stores them, held as `ironquant.EchoSeries` holds them.
    mask : ndarray of bool, shape (slice, row, column)
        The body; outside is air.
    t2star_ms : ndarray, shape (voxel,)
        Truth in the voxels of the mask, in their order.
    sigma : float
        Noise SD per channel.
    """

    te_ms: tuple[float, ...]
    signal: NDArray[np.float32] | NDArray[np.complex64]
    mask: NDArray[np.bool_]
    t2star_ms: NDArray[np.float64]
    sigma: float

    @property
    def n_voxels(self) -> int:
        """Voxels in the body."""
        return len(self.t2star_ms)


@dataclass(frozen=True, eq=False)
class Sample:
    """Voxels of a volume in random order.

    Attributes
    ----------
    signal : ndarray of float32, shape (voxel, echo)
    t2star_ms : ndarray, shape (voxel,)
    """

    te_ms: tuple[float, ...]
    signal: NDArray[np.float32]
    t2star_ms: NDArray[np.float64]


def build_volume(
    te_ms: tuple[float, ...],
    matrix: int,
    slices: int,
    seed: int = 1,
    t2star_range_ms: tuple[float, float] = T2STAR_RANGE_MS,
    magnitude: bool = True,
) -> Volume:
    """Simulate the volume: T2* log-uniform in every voxel of the body, noise everywhere.

    The noise is Gaussian in the real and the imaginary part, so Rician in the magnitude.
    """
    rng = np.random.default_rng(seed)
    place = (np.arange(matrix) + 0.5) / matrix - 0.5
    rows, columns = (place / axis for axis in SEMI_AXES)
    mask = np.broadcast_to(rows[:, None] ** 2 + columns**2 < 1.0, (slices, matrix, matrix)).copy()
    low, high = np.log(t2star_range_ms)
    truth = np.exp(rng.uniform(low, high, int(mask.sum())))
    sigma = S0 / SNR
    signal = np.zeros((*mask.shape, len(te_ms)), dtype=np.float32 if magnitude else np.complex64)
    signal[mask] = S0 * np.exp(-np.asarray(te_ms) / truth[:, None])
    for image in signal:
        real = image.real + sigma * rng.standard_normal(image.shape, dtype=np.float32)
        imaginary = sigma * rng.standard_normal(image.shape, dtype=np.float32)
        image[:] = np.rint(np.hypot(real, imaginary)) if magnitude else real + 1j * imaginary
    return Volume(te_ms, signal, mask, truth, sigma)


def draw_sample(volume: Volume, voxels: int, seed: int = 2) -> Sample:
    """Return at most this many voxels of the body, drawn at random."""
    order = np.random.default_rng(seed).permutation(volume.n_voxels)[:voxels]
    return Sample(volume.te_ms, volume.signal[volume.mask][order], volume.t2star_ms[order])
