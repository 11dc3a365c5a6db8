"""The search behind `cse`: variable projection over field map ψ and R2*, water and fat linear.

Everything is for a block of voxels at once, arrays of shape (echo, voxel); frequencies are in 1/ms
inside. For given ψ and R2* the best W and F are a linear fit to two columns, exp(−R·t) and
c(t)·exp(−R·t); here they are made orthonormal, so that a projection is two sums over echoes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ironquant.fitting.modelfit import Array

Complex = NDArray[np.complex128]

SLOWEST = 0.01
"""Smallest R2* times last echo time that is searched."""
FASTEST = 8.0
"""Largest R2* times first echo time that is searched."""
HIDDEN = 1e-6
"""Share of the fat column that the water column does not mimic; below it the steps hide fat."""
EVEN = 1e-4
"""Steps that differ by less than this share are even: ψ is then known up to 1/step only."""
WIDEST_PPM = 10.0
"""Field maps beyond this are not searched, however short the steps."""

_RATES = np.array([0.1, 0.3, 0.7, 1.5, 3.0, 6.0])
"""Grid of R2* in units of 1/(last echo time)."""
_PER_WIDTH = 6
_STEPS = 50
_TOLERANCE = 1e-10
_ROUNDING = 1e-14
_CHUNK = 1024
TINY = 1e-290


@dataclass(frozen=True, eq=False)
class CseData:
    """A block, scaled to a largest magnitude of 1."""

    signal: Complex
    weights: Array
    te: Array
    modulation: Complex

    def take(self, rows: NDArray[np.intp]) -> CseData:
        """Return some of the voxels, in any order and number."""
        weights = self.weights if self.weights.shape[1] == 1 else self.weights[:, rows]
        return replace(self, signal=self.signal[:, rows], weights=weights)

    @property
    def rate_range(self) -> tuple[float, float]:
        """Slowest and fastest R2* that is searched, in 1/ms."""
        return SLOWEST / float(self.te[-1, 0]), FASTEST / float(self.te[0, 0])

    @property
    def echo_count(self) -> Array:
        """Number of echoes with weight, shape (voxel,)."""
        fitted = np.broadcast_to(self.weights > 0, self.signal.shape)
        return np.asarray(np.sum(fitted, axis=0), dtype=np.float64)


@dataclass(frozen=True)
class FieldRange:
    """Where ψ is searched: −half to half (1/ms); periodic where the echoes are evenly spaced."""

    half: float
    periodic: bool
    count: int

    @property
    def grid(self) -> Array:
        """Values of ψ; of a period the last is left out."""
        return np.linspace(-self.half, self.half, self.count, endpoint=not self.periodic)

    def wrapped(self, psi: Array) -> Array:
        """Return the equal value inside the range, or the nearest of a range that does not repeat."""
        if not self.periodic:
            return np.clip(psi, -self.half, self.half)
        return np.asarray(psi - 2.0 * self.half * np.round(psi / (2.0 * self.half)))


def field_range(te: Array, fat_shift: float, hz_per_ppm: float) -> FieldRange:
    """Return the range of ψ that these echoes ask for.

    Half a period of the shortest step to either side: all there is where the steps are even; where
    they are not, at least one fat shift. Never more than `WIDEST_PPM`.

    Parameters
    ----------
    te : ndarray, shape (echo,)
        In ms.
    fat_shift, hz_per_ppm : float
        In 1/ms, and 1/ms per ppm.
    """
    steps = np.diff(te)
    shortest = float(steps.min())
    even = bool(steps.max() - shortest <= EVEN * shortest)
    half, widest = 0.5 / shortest, WIDEST_PPM * hz_per_ppm
    if not even:
        half = max(half, fat_shift)
    periodic = even and half <= widest
    half = min(half, widest)
    count = int(np.ceil(2.0 * half * _PER_WIDTH * float(te[-1] - te[0]))) + 1
    return FieldRange(half, periodic, max(count, 2 * _PER_WIDTH))


@dataclass(frozen=True, eq=False)
class Columns:
    """Orthonormal columns for water and fat, each weighted by √w; (echo, voxel) or (echo, 1)."""

    water: Array
    fat: Complex
    water_norm: Array
    fat_norm: Array
    """Norms before: 0 for a fat column that the steps hide, which is then left out."""
    overlap: Complex
    """Mean of c: what of the fat column lies along water."""


def columns_at(data: CseData, rate: Array) -> Columns:
    """Return the columns at R2*, shape (voxel,)."""
    decay = np.sqrt(data.weights) * np.exp(-rate * (data.te - data.te[0]))
    power = decay**2
    total = np.maximum(power.sum(axis=0), TINY)
    overlap = np.sum(power * data.modulation, axis=0) / total
    away = data.modulation - overlap
    apart = np.sum(power * np.abs(away) ** 2, axis=0)
    seen = apart > HIDDEN * total
    norm = np.sqrt(np.where(seen, apart, 1.0))
    fat = np.where(seen, away * decay / norm, 0.0)
    size = np.sqrt(total)
    return Columns(decay / size, fat, size, np.where(seen, norm, 0.0), overlap)


@dataclass(frozen=True, eq=False)
class Projection:
    """The linear fit at some (ψ, R), and what a step in them needs."""

    along_water: Complex
    along_fat: Complex
    model: Complex
    residual: Complex
    misfit: Array


def project(data: CseData, psi: Array, columns: Columns) -> Projection:
    """Fit W and F with the field map ψ taken out."""
    turned = np.sqrt(data.weights) * data.signal * np.exp(-2j * np.pi * psi * data.te)
    along_water = np.sum(columns.water * turned, axis=0)
    along_fat = np.sum(columns.fat.conj() * turned, axis=0)
    model = columns.water * along_water + columns.fat * along_fat
    residual = turned - model
    misfit = np.sum(residual.real**2 + residual.imag**2, axis=0)
    return Projection(along_water, along_fat, model, residual, misfit)


def rate_tangent(data: CseData, columns: Columns, at: Projection) -> tuple[Complex, Complex, Complex]:
    """Return how the model moves with R: beside the columns (echo, voxel), and along both.

    By ψ it moves −2πi times as much: the two directions are orthogonal, and one serves for both.
    """
    moved = -data.te * at.model
    along_water = np.sum(columns.water * moved, axis=0)
    along_fat = np.sum(columns.fat.conj() * moved, axis=0)
    beside = moved - columns.water * along_water - columns.fat * along_fat
    return beside, along_water, along_fat


def starts(data: CseData, span: FieldRange, count: int) -> tuple[Array, Array, NDArray[np.intp]]:
    """Return where ψ and R may have their minimum, and the voxel of each, all of shape (start,).

    A grid over ψ and R is projected for all voxels at once. The `count` best of the local minima
    along ψ (each at its best R) are kept, voxel by voxel.
    """
    found = [
        (part, *_chunk_starts(data.take(part), span, count))
        for part in np.array_split(np.arange(data.signal.shape[1]), -(-data.signal.shape[1] // _CHUNK) or 1)
    ]
    voxel = np.concatenate([part[column] for part, _, _, column in found])
    return np.concatenate([psi for _, psi, _, _ in found]), np.concatenate([r for _, _, r, _ in found]), voxel


def _chunk_starts(data: CseData, span: FieldRange, count: int) -> tuple[Array, Array, NDArray[np.intp]]:
    grid, rates = span.grid, _RATES / data.te[-1, 0]
    turn = np.exp(-2j * np.pi * np.outer(grid, data.te[:, 0]))
    weighted = data.weights * data.signal
    explained = np.full((len(grid), data.signal.shape[1]), -1.0)
    best = np.zeros(explained.shape, dtype=np.intp)
    for index, rate in enumerate(rates):
        columns = columns_at(data, np.full(1, rate))
        decay = np.exp(-rate * (data.te[:, 0] - data.te[0, 0]))
        water = (turn * decay) @ weighted
        fat = (turn * (decay * data.modulation[:, 0].conj())) @ weighted - columns.overlap.conj() * water
        seen = np.where(columns.fat_norm > 0, columns.fat_norm, np.inf)
        gained = np.abs(water / columns.water_norm) ** 2 + np.abs(fat / seen) ** 2
        better = gained > explained
        np.copyto(explained, gained, where=better)
        best[better] = index
    before, after = np.roll(explained, 1, axis=0), np.roll(explained, -1, axis=0)
    if not span.periodic:
        before[0], after[-1] = -1.0, -1.0
    peaks = np.where((explained >= before) & (explained >= after), explained, -1.0)
    column = np.arange(peaks.shape[1])
    psi, rate_found, voxels = [], [], []
    for _ in range(count):
        top = np.argmax(peaks, axis=0)
        there = column[peaks[top, column] > 0.0]
        psi.append(grid[top[there]])
        rate_found.append(rates[best[top[there], there]])
        voxels.append(there)
        peaks[top, column] = -1.0
    return np.concatenate(psi), np.concatenate(rate_found), np.concatenate(voxels)


def refined(data: CseData, psi: Array, rate: Array) -> tuple[Array, Array, Array]:
    """Return ψ, R and misfit of the nearest minimum: Levenberg–Marquardt, R bounded."""
    slowest, fastest = data.rate_range
    psi, rate = psi.copy(), rate.copy()
    misfit, turn, fall, size = _sums(data, psi, rate)
    damping = np.full(len(psi), 1e-3)
    active = np.arange(len(psi))
    part = data
    scale = np.sum(data.weights * (data.signal.real**2 + data.signal.imag**2), axis=0)
    for _ in range(_STEPS):
        if active.size == 0:
            break
        damp = damping[active]
        damped = size[active] * (1.0 + damp) + TINY
        step_psi = np.nan_to_num(turn[active] / damped)
        step_rate = np.clip(rate[active] + np.nan_to_num(fall[active] / damped), slowest, fastest)
        step_rate -= rate[active]
        following = _sums(part, psi[active] + step_psi, rate[active] + step_rate)
        better = following[0] <= misfit[active] + _ROUNDING * scale[active]
        moved = active[better]
        psi[moved] += step_psi[better]
        rate[moved] += step_rate[better]
        misfit[moved], turn[moved], fall[moved], size[moved] = following[:, better]
        damping[active] = np.where(better, 0.1 * damp, 10.0 * np.maximum(damp, 1e-4))
        far = np.maximum(np.abs(step_psi), np.abs(step_rate)) * data.te[-1, 0] > _TOLERANCE
        going = far & (damping[active] < 1e8)
        if not going.all():
            active = active[going]
            part = data.take(active)
    return psi, rate, misfit


def _sums(data: CseData, psi: Array, rate: Array) -> Array:
    """Return misfit, score of ψ (over 4π², so that one size serves both) and R, and that size."""
    columns = columns_at(data, rate)
    at = project(data, psi, columns)
    tangent, _, _ = rate_tangent(data, columns, at)
    score = np.sum(tangent.conj() * at.residual, axis=0)
    size = np.sum(tangent.real**2 + tangent.imag**2, axis=0)
    return np.stack([at.misfit, -score.imag / (2.0 * np.pi), score.real, size])
