"""From labels on a fine grid to multi-echo magnitude images: decay, fat, coils, k-space, ghosts, noise."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import fft, ndimage

from thirdmake.curves import Array, Canvas

PPM = np.array([-3.80, -3.40, -2.60, -1.94, -0.39, 0.60])
WEIGHT = np.array([0.087, 0.693, 0.128, 0.004, 0.039, 0.048])
"""Spectrum of triglycerides against water (Hamilton 2011)."""
MHZ_PER_T = 42.577


@dataclass(frozen=True)
class Tissue:
    """Signal at TE 0 (muscle has about 0.8), T2* of water and fat, the share that is fat, and how uneven."""

    s0: float
    t2star_ms: float
    fat: float = 0.0
    uneven: float = 0.0

    def curve(self, te_ms: Sequence[float], field_t: float) -> NDArray[np.complex128]:
        te = np.asarray(te_ms)
        turn = 2e-3j * np.pi * MHZ_PER_T * field_t * np.outer(te, PPM)
        oil = np.exp(turn) @ (WEIGHT / WEIGHT.sum())
        return self.s0 * (1 - self.fat + self.fat * oil) * np.exp(-te / self.t2star_ms)


@dataclass(frozen=True)
class Protocol:
    """How a series is acquired and reconstructed.

    Attributes
    ----------
    matrix, acquired : int
        Pixels of the image and of the acquisition, of a side.
    phase_resolution : float
        Share of k-space lines acquired along the phase direction.
    snr : float
        Of a signal of 1 where the coils are most sensitive at the middle.
    coils : int
        Channels whose noise a sum of squares adds up (1: Rician).
    even : float
        How far the scanner has evened out the coil shading, noise with it.
    blur_mm, ghost : float
        Motion: standard deviation of the place, amplitude of the ghosts.
    """

    te_ms: tuple[float, ...]
    field_t: float
    matrix: int
    acquired: int
    fov_mm: float
    slice_mm: float
    step_mm: float
    slices: int
    phase_resolution: float = 1.0
    phase_rows: bool = True
    snr: float = 40.0
    coils: int = 1
    even: float = 0.0
    smooth: float = 0.5
    blur_mm: float = 0.0
    ghost: float = 0.0
    ghost_lines: float = 5.0

    @property
    def pixel_mm(self) -> float:
        return self.fov_mm / self.matrix

    @property
    def voxel_mm(self) -> float:
        """Side of an acquired voxel."""
        return self.fov_mm / self.acquired

    @property
    def fine(self) -> int:
        """Points of the fine grid in a pixel of the image."""
        return max(2, round(512 / self.matrix))

    def points(self) -> tuple[Array, Array]:
        """Return the fine grid in mm from the middle of the image; every `fine`-th is a pixel centre."""
        count = self.matrix * self.fine
        line = (np.arange(count, dtype=np.float32) / self.fine - self.matrix / 2) * self.pixel_mm
        return tuple(np.meshgrid(line, line))  # type: ignore[return-value]


def smooth_field(shape: tuple[int, int], cells: float, rng: np.random.Generator) -> Array:
    """Return a random field of unit deviation with about `cells` structures across."""
    k = np.hypot(fft.fftfreq(shape[0])[:, None] * shape[0], fft.rfftfreq(shape[1])[None] * shape[1])
    noise = fft.rfft2(rng.normal(size=shape).astype(np.float32)) * np.exp(-((k / cells) ** 2))
    value = fft.irfft2(noise, s=shape)
    return (value / value.std()).astype(np.float32)


def sensitivity(x: Array, y: Array, places: Sequence[tuple[float, float]], depth_mm: float) -> Array:
    """Return the root sum of squares of surface coils, 1 at the middle."""
    total = sum(1.0 / (1.0 + ((x - a) ** 2 + (y - b) ** 2) / depth_mm**2) ** 2 for a, b in places)
    middle = sum(1.0 / (1.0 + (a**2 + b**2) / depth_mm**2) ** 2 for a, b in places)
    return np.sqrt(total / middle).astype(np.float32)


@dataclass(frozen=True)
class Images:
    """Signal and its noise-free twin, (slice, row, column, echo), and what each fine grid was."""

    signal: NDArray[np.float32]
    clean: NDArray[np.float32]


def acquire(
    slices: Sequence[Sequence[Canvas]],
    tissues: Mapping[str, Tissue],
    protocol: Protocol,
    coil: Array,
    extra_r2: Callable[[int], Array | float],
    rng: np.random.Generator,
) -> Images:
    """Image painted slices, each a list of canvases through its thickness.

    `extra_r2` gives for a slice the dephasing (1/s) by neighbouring air or veins on the fine grid.
    """
    te, n, a = protocol.te_ms, protocol.matrix, protocol.acquired
    grey = 1 + 0.03 * smooth_field(coil.shape, 14, rng) + 0.02 * smooth_field(coil.shape, 60, rng)
    flow = smooth_field(coil.shape, 30, rng)
    window = _window(protocol)
    evened = coil[:: protocol.fine, :: protocol.fine] ** (-protocol.even)
    signal = np.empty((len(slices), n, n, len(te)), np.float32)
    clean = np.empty_like(signal)
    for index, through in enumerate(slices):
        curves = [
            np.array([tissues[name].curve(te, protocol.field_t) for name in canvas.names]).astype(
                np.complex64
            )
            for canvas in through
        ]
        uneven = [
            np.maximum(
                1 + flow * np.float32([tissues[name].uneven for name in canvas.names])[canvas.labels], 0
            )
            for canvas in through
        ]
        dephased = extra_r2(index)
        for echo, te_ms in enumerate(te):
            fine = sum(
                curve[:, echo][canvas.labels] * own
                for curve, canvas, own in zip(curves, through, uneven, strict=True)
            )
            fine = fine * (coil * grey / len(through)) * np.exp(-1e-3 * te_ms * np.asarray(dephased))
            k = fft.fftshift(fft.fft2(fine.astype(np.complex64)))
            half, edge = k.shape[0] // 2, a // 2
            k = k[half - edge : half + edge, half - edge : half + edge] * window / k.size * a * a
            image = fft.ifft2(fft.ifftshift(k))
            clean[index, :, :, echo] = np.abs(_resized(image, n)) * evened
            power = 0.0
            for channel in range(protocol.coils):
                noise = rng.normal(0, 1 / protocol.snr, (2, a, a))
                noisy = noise[0] + 1j * noise[1] + (image if channel == 0 else 0)
                power = power + np.abs(_resized(noisy, n)) ** 2
            signal[index, :, :, echo] = np.sqrt(power) * evened
    level = 900.0 / np.quantile(signal[..., 0], 0.98)
    return Images(np.round(signal * level), clean * level)


def _window(protocol: Protocol) -> Array:
    """Return what happens to k-space lines: not acquired, filtered, blurred and modulated by motion."""
    a = protocol.acquired
    k = np.arange(-(a // 2), a - a // 2) / a
    taper = 1 - protocol.smooth * (1 - np.cos(np.pi * np.clip((np.abs(k) - 0.25) / 0.25, 0, 1))) / 2
    blur = np.exp(-2 * (np.pi * protocol.blur_mm / protocol.voxel_mm * k) ** 2)
    phase = taper * blur * (np.abs(k) <= protocol.phase_resolution / 2)
    phase = phase * (1 + protocol.ghost * np.cos(2 * np.pi * k * a / protocol.ghost_lines + 0.7))
    window = np.outer(phase, taper * blur) if protocol.phase_rows else np.outer(taper * blur, phase)
    return window.astype(np.float32)


def _resized(image: NDArray[np.complex64], n: int) -> NDArray[np.complex64]:
    """Interpolate by filling k-space with zeros."""
    a = image.shape[0]
    if n == a:
        return image
    k = np.zeros((n, n), np.complex64)
    low = n // 2 - a // 2
    k[low : low + a, low : low + a] = fft.fftshift(fft.fft2(image))
    return fft.ifft2(fft.ifftshift(k)) * (n / a) ** 2


def beside(canvas: Canvas, p: Protocol, names: Sequence[str], reach_mm: float) -> Array:
    """Return how near any of the tissues is: 1 at it, a half at `reach_mm`, then soon nothing."""
    there = np.isin(canvas.labels, [canvas.names.index(n) for n in names if n in canvas.names])
    if not there.any():
        return np.zeros(there.shape, np.float32)
    far = ndimage.distance_transform_edt(~there) * p.pixel_mm / p.fine
    return (1.0 / (1.0 + (far / reach_mm) ** 3)).astype(np.float32)
