"""Signal and noise of a digital patient."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from ironquant.core import CancelToken, Organ, Progress, no_progress
from ironquant.phantom.abdomen import paint_abdomen
from ironquant.phantom.geometry import field_of_view_mm, organ_affine, slice_levels_mm
from ironquant.phantom.shapes import Canvas, smooth_field
from ironquant.phantom.spec import PhantomSpec
from ironquant.phantom.thorax import paint_thorax
from ironquant.phantom.tissues import Tissue, TissueProperties, fat_modulation, tissue_properties

_SIGNAL_SCALE = 900.0
_PURE = 0.9999
_FINE_GRID = 768
_ROW_WING = 0.14
_COLUMN_WING = 0.05
_MASKS: Mapping[str, tuple[Tissue, ...]] = MappingProxyType(
    {
        "septum": (Tissue.SEPTUM,),
        "myocardium": (Tissue.SEPTUM, Tissue.MYOCARDIUM),
        "lv_blood": (Tissue.LV_BLOOD,),
        "rv_blood": (Tissue.RV_BLOOD,),
        "liver": (Tissue.LIVER,),
        "vessels": (Tissue.LIVER_VESSEL,),
        "spleen": (Tissue.SPLEEN,),
        "fat": (Tissue.FAT,),
        "air": (Tissue.AIR,),
    }
)
_REPORTED = {Organ.HEART: Tissue.SEPTUM, Organ.LIVER: Tissue.LIVER}
REPORTED_MASK = MappingProxyType({Organ.HEART: "septum", Organ.LIVER: "parenchyma"})
"""The mask in which T2* is exactly the spec's."""


@dataclass(frozen=True, eq=False)
class PhantomOrgan:
    """The images of one organ, and what is true of them.

    Attributes
    ----------
    signal, clean : ndarray of float32, shape (slice, row, column, echo)
        Magnitude with noise, and without.
    affine : ndarray, shape (4, 4)
        (column, row, slice, 1) to LPS mm.
    masks : mapping of str to ndarray of bool, shape (slice, row, column)
        Pixels wholly of one tissue: ``septum``, ``myocardium``, ``lv_blood``, ``rv_blood``, ``liver``,
        ``parenchyma`` (liver with exactly the spec's T2*), ``vessels``, ``spleen``, ``fat``, ``air``.
    labels : ndarray of uint8, shape (slice, row, column)
        `Tissue` with the largest share of each pixel.
    t2star_ms : ndarray of float32, shape (slice, row, column)
        True T2* of that tissue there; NaN in air.
    sigma : float
        Noise SD of real and imaginary part in each channel.
    """

    organ: Organ
    signal: NDArray[np.float32]
    clean: NDArray[np.float32]
    te_ms: tuple[float, ...]
    affine: NDArray[np.float64]
    masks: Mapping[str, NDArray[np.bool_]]
    labels: NDArray[np.uint8]
    t2star_ms: NDArray[np.float32]
    sigma: float
    n_coils: int


@dataclass(frozen=True, eq=False)
class Phantom:
    """One digital patient."""

    spec: PhantomSpec
    organs: tuple[PhantomOrgan, ...]

    def organ(self, organ: Organ) -> PhantomOrgan:
        """Return one organ.

        Raises
        ------
        KeyError
            If the patient has no slice through it.
        """
        for entry in self.organs:
            if entry.organ == organ:
                return entry
        raise KeyError(organ)


def simulate(
    spec: PhantomSpec, progress: Progress = no_progress, cancel: CancelToken | None = None
) -> Phantom:
    """Return the images of a digital patient: same spec, same pixels.

    Parameters
    ----------
    progress : callable
        Step code ``phantom``.

    Raises
    ------
    CancelledError
        If `cancel` was set meanwhile.
    """
    total = sum(spec.slices(organ) for organ in spec.organs)
    done = 0
    organs = []
    for organ in spec.organs:
        slices: list[_Slice] = []
        for level_mm in slice_levels_mm(spec, organ):
            if cancel is not None:
                cancel.check()
            progress(done / total, "phantom")
            slices.append(_simulate_slice(spec, organ, level_mm, len(slices)))
            done += 1
        organs.append(_assemble(spec, organ, slices))
    progress(1.0, "phantom")
    return Phantom(spec, tuple(organs))


@dataclass(frozen=True, eq=False)
class _Slice:
    clean: NDArray[np.float32]
    shares: NDArray[np.float32]
    susceptibility_per_s: NDArray[np.float32]
    s0: NDArray[np.float32]
    coils: NDArray[np.float32]


def _simulate_slice(spec: PhantomSpec, organ: Organ, level_mm: float, index: int) -> _Slice:
    shares = _tissue_shares(spec, organ, level_mm)
    rng = np.random.default_rng([spec.seed, 3 + (organ == Organ.LIVER), index])
    properties = tissue_properties(spec)
    extra = _susceptibility_per_s(spec, organ, shares)
    coils = _coil_sensitivities(spec, rng)
    shading = np.sqrt(np.sum(coils**2, axis=0))
    clean, s0 = _signal(spec, organ, shares, properties, extra, rng)
    return _Slice(clean * shading[..., None], shares, extra, s0 * shading, coils)


def _tissue_shares(spec: PhantomSpec, organ: Organ, level_mm: float) -> NDArray[np.float32]:
    """Return what part of each pixel each tissue fills, shape (tissue, row, column)."""
    rows, columns = spec.matrix
    factor = int(np.clip(np.ceil(_FINE_GRID / max(rows, columns)), 3, 8))
    step_mm = field_of_view_mm(spec, organ) / max(rows, columns) / factor
    canvas = Canvas((rows * factor, columns * factor), step_mm)
    paint = paint_thorax if organ == Organ.HEART else paint_abdomen
    paint(canvas, spec.seed, spec.body_scale, level_mm)
    fine = canvas.label.reshape(rows, factor, columns, factor)
    shares = np.stack([(fine == tissue).mean(axis=(1, 3), dtype=np.float32) for tissue in Tissue])
    # The scanner's point response, wider along the phase-encoded rows; compact, so that pixels within
    # one tissue stay pure.
    padded = np.pad(shares, ((0, 0), (1, 1), (0, 0)), mode="edge")
    shares = (1 - 2 * _ROW_WING) * padded[:, 1:-1] + _ROW_WING * (padded[:, :-2] + padded[:, 2:])
    padded = np.pad(shares, ((0, 0), (0, 0), (1, 1)), mode="edge")
    blurred: NDArray[np.float32] = (1 - 2 * _COLUMN_WING) * padded[:, :, 1:-1] + _COLUMN_WING * (
        padded[:, :, :-2] + padded[:, :, 2:]
    )
    return blurred


def _susceptibility_per_s(
    spec: PhantomSpec, organ: Organ, shares: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Return the extra R2* near lung and gas; nil in the septum and away from air."""
    from scipy.ndimage import distance_transform_edt

    pixel_mm = field_of_view_mm(spec, organ) / max(spec.matrix)
    air = shares[Tissue.LUNG] + shares[Tissue.LUNG_VESSEL] + 2 * shares[Tissue.GAS] > 0.5
    distance = distance_transform_edt(~air) * pixel_mm / spec.body_scale
    near = np.clip(1 - distance / (16.0 if organ == Organ.HEART else 11.0), 0, None) ** 2
    strength = 55.0 * spec.field_t / 1.5
    # A coronary vein in the inferolateral groove adds to it; the septum lies far from both.
    extra: NDArray[np.float32] = (strength * near).astype(np.float32)
    extra[shares[Tissue.SEPTUM] > 0] = 0
    return extra


def _coil_sensitivities(spec: PhantomSpec, rng: np.random.Generator) -> NDArray[np.float32]:
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


def _signal(
    spec: PhantomSpec,
    organ: Organ,
    shares: NDArray[np.float32],
    properties: Mapping[Tissue, TissueProperties],
    extra_per_s: NDArray[np.float32],
    rng: np.random.Generator,
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the noise-free magnitude (row, column, echo) and S0 before shading."""
    te_ms = spec.te_ms(organ)
    te_s = np.asarray(te_ms, dtype=np.float64) / 1000.0
    fat = fat_modulation(te_ms, spec.field_t)
    shape = spec.matrix
    fine, coarse = smooth_field(shape, rng, (1.1, 0.7)), smooth_field(shape, rng, (9.0, 12.0))
    total = np.zeros((*shape, len(te_ms)), dtype=np.complex128)
    s0_map = np.zeros(shape, dtype=np.float64)
    for tissue, entry in properties.items():
        rows, columns = np.nonzero(shares[tissue])
        if entry.s0 == 0 or not len(rows):
            continue
        texture = np.exp(entry.fine * fine[rows, columns] + entry.coarse * coarse[rows, columns])
        s0 = _SIGNAL_SCALE * entry.s0 * texture * shares[tissue][rows, columns]
        r2star = entry.r2star_per_s + extra_per_s[rows, columns].astype(np.float64)
        decay = np.exp(-r2star[:, None] * te_s)
        total[rows, columns] += s0[:, None] * decay * (1 - entry.fat + entry.fat * fat)
        s0_map[rows, columns] += s0
    return np.abs(total).astype(np.float32), s0_map.astype(np.float32)


def _assemble(spec: PhantomSpec, organ: Organ, slices: list[_Slice]) -> PhantomOrgan:
    clean = np.stack([entry.clean for entry in slices])
    shares = np.stack([entry.shares for entry in slices])
    extra = np.stack([entry.susceptibility_per_s for entry in slices])
    s0 = np.stack([entry.s0 for entry in slices])
    masks = {name: shares[:, list(tissues)].sum(axis=1) > _PURE for name, tissues in _MASKS.items()}
    masks["parenchyma"] = masks["liver"] & (extra == 0)
    labels = np.argmax(shares, axis=1).astype(np.uint8)
    r2star = np.array([entry.r2star_per_s for entry in tissue_properties(spec).values()])
    t2star = np.where(np.isin(labels, (Tissue.AIR, Tissue.GAS)), np.nan, 1000.0 / (r2star[labels] + extra))
    reported = masks[REPORTED_MASK[organ]]
    sigma = float(s0[reported].mean()) / spec.snr
    rng = np.random.default_rng([spec.seed, 5 + (organ == Organ.LIVER)])
    signal = _add_noise(clean, np.stack([entry.coils for entry in slices]), sigma, rng)
    for array in (clean, signal, labels, *masks.values()):
        array.flags.writeable = False
    return PhantomOrgan(
        organ=organ,
        signal=signal,
        clean=clean,
        te_ms=spec.te_ms(organ),
        affine=organ_affine(spec, organ),
        masks=MappingProxyType({name: mask for name, mask in masks.items() if mask.any()}),
        labels=labels,
        t2star_ms=t2star.astype(np.float32),
        sigma=sigma,
        n_coils=spec.n_coils,
    )


def _add_noise(
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
