"""Signal and noise of a digital patient."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from ironquant.core import CancelToken, Organ, Progress, no_progress
from ironquant.fitting.spectrum import fat_modulation
from ironquant.phantom.coils import add_noise, coil_sensitivities
from ironquant.phantom.geometry import organ_affine, slice_levels_mm
from ironquant.phantom.sampling import susceptibility_per_s, tissue_shares
from ironquant.phantom.shapes import smooth_field
from ironquant.phantom.spec import PhantomSpec
from ironquant.phantom.tissues import Tissue, TissueProperties, tissue_properties

_SIGNAL_SCALE = 900.0
_PURE = 0.9999
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
    shares = tissue_shares(spec, organ, level_mm)
    rng = np.random.default_rng([spec.seed, 3 + (organ == Organ.LIVER), index])
    properties = tissue_properties(spec, organ)
    extra = susceptibility_per_s(spec, organ, shares)
    coils = coil_sensitivities(spec, rng)
    shading = np.sqrt(np.sum(coils**2, axis=0))
    clean, s0 = _signal(spec, organ, shares, properties, extra, rng)
    return _Slice(clean * shading[..., None], shares, extra, s0 * shading, coils)


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
    r2star = np.array([entry.r2star_per_s for entry in tissue_properties(spec, organ).values()])
    t2star = np.where(np.isin(labels, (Tissue.AIR, Tissue.GAS)), np.nan, 1000.0 / (r2star[labels] + extra))
    reported = masks[REPORTED_MASK[organ]]
    if not reported.any():  # pixels wider than the wall: the least mixed ones
        share = shares[:, _REPORTED[organ]]
        reported = share >= share.max()
    sigma = float(s0[reported].mean()) / spec.snr
    rng = np.random.default_rng([spec.seed, 5 + (organ == Organ.LIVER)])
    signal = add_noise(clean, np.stack([entry.coils for entry in slices]), sigma, rng)
    for array in (clean, signal, labels, *masks.values()):
        array.flags.writeable = False
    return PhantomOrgan(
        organ=organ,
        signal=signal,
        clean=clean,
        te_ms=spec.te_ms(organ),
        affine=organ_affine(spec, organ),
        masks=MappingProxyType(
            {name: mask for name, mask in masks.items() if mask.any() or name == REPORTED_MASK[organ]}
        ),
        labels=labels,
        t2star_ms=t2star.astype(np.float32),
        sigma=sigma,
        n_coils=spec.n_coils,
    )
