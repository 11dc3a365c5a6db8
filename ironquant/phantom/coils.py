"""Receive coils: shading, and the noise of magnitude images."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ironquant.phantom.spec import PhantomSpec


def coil_sensitivities(spec: PhantomSpec, rng: np.random.Generator) -> NDArray[np.float32]:
    """Return one smooth map per channel, shape (coil, row, column); root sum of squares is the shading."""
    rows, columns = spec.matrix
    size = max(rows, columns)
    y, x = np.meshgrid(
        (np.arange(rows) - (rows - 1) / 2) / (size / 2),
        (np.arange(columns) - (columns - 1) / 2) / (size / 2),
        indexing="ij",
    )
    # Elements of a chest array in front and a spine array behind, weaker with depth.
    angles = rng.uniform(0, 2 * np.pi) * 0.05 + 2 * np.pi * np.arange(8) / 8 + 0.2
    weight = np.zeros((8, rows, columns))
    for number, angle in enumerate(angles):
        cx, cy = 1.0 * np.cos(angle), 0.85 * np.sin(angle)
        gain = rng.uniform(0.75, 1.2) * (1.1 if np.sin(angle) < 0 else 0.85)
        weight[number] = gain / (1 + ((x - cx) ** 2 + (y - cy) ** 2) / 0.55) ** 1.2
    shading = np.sqrt(np.sum(weight**2, axis=0))
    shading /= shading[rows // 2, columns // 2]
    if spec.n_coils == 1:
        single: NDArray[np.float32] = shading[None].astype(np.float32)
        return single
    relative = []
    for number in range(spec.n_coils):
        angle = 2 * np.pi * number / spec.n_coils
        relative.append(1 / (1 + ((x - np.cos(angle)) ** 2 + (y - np.sin(angle)) ** 2) / 0.7))
    maps = np.stack(relative)
    maps *= shading / np.sqrt(np.sum(maps**2, axis=0))
    sensitivities: NDArray[np.float32] = maps.astype(np.float32)
    return sensitivities


def add_noise(
    clean: NDArray[np.float32], coils: NDArray[np.float32], sigma: float, rng: np.random.Generator
) -> NDArray[np.float32]:
    """Return the root sum of squares over channels of signal plus complex Gaussian noise."""
    shading = np.sqrt(np.sum(coils**2, axis=1))[..., None]
    power = np.zeros(clean.shape, dtype=np.float32)
    for number in range(coils.shape[1]):
        channel = clean * (coils[:, number][..., None] / shading)
        noise = rng.standard_normal((2, *clean.shape), dtype=np.float32) * np.float32(sigma)
        power += (channel + noise[0]) ** 2 + noise[1] ** 2
    noisy: NDArray[np.float32] = np.sqrt(power)
    return noisy
