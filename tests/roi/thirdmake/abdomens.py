"""What abdomens and their protocols are drawn from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from thirdmake.imaging import Protocol, Tissue

TRAINS = {
    1.5: (
        (1.29, 2.35, 3.43, 4.6, 5.68, 6.85, 7.93, 9.1, 10.18, 11.35, 12.43, 13.6),
        tuple(0.93 + 0.8 * np.arange(20)),
        tuple(1.1 + 1.05 * np.arange(12)),
        tuple(1.0 + 1.4 * np.arange(8)),
        tuple(1.23 + 1.87 * np.arange(10)),
    ),
    2.89: (tuple(0.85 + 0.95 * np.arange(12)), tuple(1.08 + 1.17 * np.arange(10))),
    3.0: (tuple(0.8 + 0.72 * np.arange(16)), tuple(1.05 + 0.95 * np.arange(12))),
}
"""Echo times (ms)."""


@dataclass(frozen=True)
class Abdomen:
    """What one patient is like; levels are mm below the dome of the liver of a grown-up of middle size."""

    size: float
    girth: float
    skin: float
    lic_mg_per_g: float
    t2star_ms: float
    liver_fat: float
    spleen_t2star_ms: float
    spleen: str
    vessel: float
    protocol: Protocol
    levels: tuple[float, ...]
    dim: float


def plan(seed: int, slices: int | None = None) -> Abdomen:
    """Draw a patient and a protocol."""
    rng = np.random.default_rng([3, 11, seed])
    child = rng.random() < 0.3
    size = float(rng.uniform(0.58, 0.86) if child else rng.uniform(0.9, 1.12))
    field_t = float(rng.choice([1.5, 1.5, 1.5, 2.89, 3.0]))
    trains = TRAINS[field_t]
    skin = float(rng.uniform(4, 12) if child else rng.choice([rng.uniform(6, 18), rng.uniform(18, 42)]))
    girth = float(rng.uniform(0.93, 1.12))
    width = 2 * (148 * size * girth + skin)
    fov = float(np.clip(np.ceil(width * rng.uniform(1.06, 1.25) / 10) * 10, 240, 460))
    acquired = int(rng.choice([96, 128, 128, 160, 192, 256]))
    matrix = 256 if acquired < 200 and rng.random() < 0.3 else max(acquired, 128)
    lic = float(np.exp(rng.uniform(np.log(0.6), np.log(45))))
    r2 = (lic + 0.16) / 0.02603 if field_t < 2 else (lic + 0.03) / (0.01400 if field_t < 3 else 0.01349)
    drawn = int(rng.choice([1, 1, 1, 3, 5]))
    slices = slices or drawn
    step = float(rng.choice([10, 12]))
    middle = rng.uniform(32, 125)
    t2star = 1e3 / r2
    return Abdomen(
        size=size,
        girth=girth,
        skin=skin,
        lic_mg_per_g=lic,
        t2star_ms=float(t2star),
        liver_fat=float(rng.choice([0.0, 0.0, 0.03, rng.uniform(0.08, 0.35)])),
        spleen_t2star_ms=float(
            np.clip(t2star * np.exp(rng.normal(0.5, 0.6)), 1.2, 45 if field_t < 2 else 25)
        ),
        spleen=str(rng.choice(["usual", "usual", "big", "absent"], p=[0.4, 0.2, 0.22, 0.18])),
        vessel=float(rng.uniform(0.95, 1.6)),
        protocol=Protocol(
            te_ms=tuple(float(round(t, 2)) for t in trains[rng.integers(len(trains))]),
            field_t=field_t,
            matrix=matrix,
            acquired=acquired,
            fov_mm=fov,
            slice_mm=10.0,
            step_mm=step,
            slices=slices,
            phase_resolution=float(rng.choice([1.0, 0.85, 0.7])),
            snr=float(np.exp(rng.uniform(np.log(14), np.log(90)))),
            coils=int(rng.choice([1, 1, 4])),
            even=float(rng.choice([0.0, 0.0, 0.6, 0.9])),
            smooth=float(rng.choice([0.0, 0.4, 0.8])),
            blur_mm=float(rng.uniform(0.0, 0.9)),
            ghost=float(rng.choice([0.0, 0.01, 0.02])),
            ghost_lines=float(rng.uniform(2.5, 9)),
        ),
        levels=tuple(float(middle + step / size * (n - (slices - 1) / 2)) for n in range(slices)),
        dim=float(rng.uniform(0.85, 1.15)),
    )


def tissues(own: Abdomen) -> dict[str, Tissue]:
    """Return what each tissue gives at this field."""
    f = 1.0 if own.protocol.field_t < 2 else 0.6
    return {
        "air": Tissue(0.0, 10),
        "liver": Tissue(0.95 * own.dim, own.t2star_ms, own.liver_fat),
        "vessel": Tissue(own.vessel * own.dim, 45 * f, uneven=0.08),
        "artery": Tissue(1.5, 70 * f, uneven=0.1),
        "duct": Tissue(0.6, 90 * f),
        "spleen": Tissue(0.85, own.spleen_t2star_ms),
        "kidney": Tissue(0.85, 45 * f),
        "sinus": Tissue(1.1, 32 * f, 0.75),
        "pancreas": Tissue(0.9, 30 * f, 0.15),
        "fat": Tissue(1.35, 38 * f, 0.95),
        "visceral": Tissue(1.25, 30 * f, 0.9),
        "muscle": Tissue(0.75, 30 * f),
        "back": Tissue(0.75, 28 * f, 0.08),
        "cortex": Tissue(0.1, 3 * f),
        "marrow": Tissue(0.85, 13 * f, 0.45),
        "fluid": Tissue(0.65, 120 * f),
        "food": Tissue(0.8, 18 * f, uneven=0.25),
        "bowel": Tissue(0.75, 16 * f, uneven=0.2),
        "bowel_gas": Tissue(0.02, 3 * f),
        "lung": Tissue(0.13, 1.5 * f),
        "lung_vessel": Tissue(0.8, 25 * f),
        "myocardium": Tissue(0.85, 30 * f),
        "blood": Tissue(1.35, 70 * f, uneven=0.1),
    }
