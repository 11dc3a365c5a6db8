"""What hearts and their protocols are drawn from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from thirdmake.imaging import Protocol, Tissue

TRAINS = {
    1.5: (
        tuple(2.59 + 2.23 * np.arange(8)),  # Siemens, bright blood
        tuple(1.41 + 1.84 * np.arange(8)),  # GE, short
        (2.97, 4.29, 5.61, 6.92, 8.24, 9.56, 10.88, 12.2, 13.51, 14.83),  # Siemens, ten
        tuple(2.1 + 2.0 * np.arange(10)),  # Philips
        tuple(1.6 + 1.55 * np.arange(12)),  # Canon
    ),
    2.89: (
        tuple(1.32 + 1.43 * np.arange(8)),
        tuple(1.05 + 1.24 * np.arange(12)),
        tuple(1.9 + 1.6 * np.arange(9)),
    ),
    3.0: (tuple(1.1 + 1.3 * np.arange(10)), tuple(1.5 + 1.66 * np.arange(8))),
}
"""Echo times (ms) as the centres of the vendors run them."""


@dataclass(frozen=True)
class Heart:
    """What one patient is like; lengths in mm of the patient, level 0 at the base, 1 at the apex."""

    style: str
    size: float
    endo: float
    wall: float
    septum: float
    length: float
    rv: float
    turn: float
    fat: float
    skin: float
    t2star_ms: float
    liver_t2star_ms: float
    black: bool
    blood: float
    drift: float
    protocol: Protocol
    levels: tuple[float, ...]
    rotation: float
    mirrored: tuple[bool, bool]
    axis_sign: int


def plan(seed: int, slices: int | None = None, black: bool | None = None) -> Heart:
    """Draw a patient and a protocol."""
    rng = np.random.default_rng([3, 1, seed])
    child = rng.random() < 0.3
    size = float(rng.uniform(0.58, 0.88) if child else rng.uniform(0.9, 1.1))
    style = str(rng.choice(["usual", "usual", "usual", "dilated", "hypertrophic", "small"]))
    endo, wall = {
        "usual": (rng.uniform(21, 27), rng.uniform(7.5, 10.5)),
        "dilated": (rng.uniform(28, 35), rng.uniform(6.5, 9)),
        "hypertrophic": (rng.uniform(17, 22), rng.uniform(12, 17)),
        "small": (rng.uniform(17, 20), rng.uniform(7.5, 9.5)),
    }[style]
    asymmetry = rng.uniform(1.0, 1.35) if style == "hypertrophic" else rng.uniform(0.95, 1.15)
    field_t = float(rng.choice([1.5, 1.5, 1.5, 2.89, 3.0]))
    trains = TRAINS[field_t]
    te = tuple(float(round(t, 2)) for t in trains[rng.integers(len(trains))])
    fov = float(
        np.clip(
            round(np.interp(size, [0.55, 1.1], [260, 370]) / 10) * 10 + rng.integers(-1, 2) * 10, 280, 400
        )
    )
    acquired = int(rng.choice([128, 144, 160, 192, 192, 224, 256]))
    matrix = 256 if acquired < 200 and rng.random() < 0.3 else acquired
    count = slices or int(rng.choice([1, 1, 1, 3, 3, 5, 8], p=[0.2, 0.2, 0.2, 0.15, 0.1, 0.1, 0.05]))
    thick = float(rng.choice([8, 10]))
    length = float(rng.uniform(78, 95) * size)
    step = thick * float(rng.choice([1.0, 1.2])) if count > 3 else length * 0.22
    middle = rng.uniform(0.35, 0.55)
    levels = [middle + step * (n - (count - 1) / 2) / length for n in range(count)]
    levels = tuple(float(x) for x in levels if 0.1 <= x <= 0.92)
    t2star = float(np.exp(rng.uniform(np.log(3.0), np.log(45.0))))
    short = 1.0 if field_t < 2 else 0.55
    dark = bool(rng.random() < 0.4) if black is None else black
    liver = float(np.exp(rng.uniform(np.log(0.8), np.log(30))))
    protocol = Protocol(
        te_ms=te,
        field_t=field_t,
        matrix=matrix,
        acquired=acquired,
        fov_mm=fov,
        slice_mm=thick,
        step_mm=step,
        slices=len(levels),
        phase_resolution=float(rng.choice([1.0, 0.85, 0.75])),
        phase_rows=bool(rng.random() < 0.4),
        snr=float(np.exp(rng.uniform(np.log(8), np.log(80))))
        * float(np.exp(te[0] / max(t2star * short, 2.5))),
        coils=int(rng.choice([1, 1, 4])),
        even=float(rng.choice([0.0, 0.0, 0.6, 0.9])),
        smooth=float(rng.choice([0.0, 0.4, 0.8])),
        blur_mm=float(rng.uniform(0.0, 0.9)),
        ghost=float(rng.choice([0.0, 0.01, 0.02, 0.04])),
        ghost_lines=float(rng.uniform(2.5, 9)),
    )
    return Heart(
        style=("child, " if child else "") + style,
        size=size,
        endo=endo * size,
        wall=wall * size,
        septum=wall * size * asymmetry,
        length=length,
        rv=float(rng.uniform(0.8, 1.25)),
        turn=float(rng.normal(0, 0.22)),
        fat=float(rng.uniform(0.3, 1.0)) * (0.4 if child else 1.0),
        skin=float(rng.uniform(4, 9) if child else rng.uniform(6, 24)),
        t2star_ms=t2star * short,
        liver_t2star_ms=liver * short,
        black=dark,
        blood=float(rng.uniform(1.25, 1.9)),
        drift=float(rng.uniform(-0.2, 0.2)),
        protocol=protocol,
        levels=levels,
        rotation=float(rng.normal(0, 0.12) if rng.random() < 0.88 else rng.choice([-1, 1, 2]) * np.pi / 2),
        mirrored=(bool(rng.random() < 0.08), bool(rng.random() < 0.08)),
        axis_sign=int(rng.choice([-1, 1])),
    )


def tissues(heart: Heart) -> dict[str, Tissue]:
    """Return what each tissue gives: proton density and inflow in one number, T2* at this field."""
    f = 1.0 if heart.protocol.field_t < 2 else 0.6
    lv, rv = (0.05, 0.07) if heart.black else (heart.blood, 0.95 * heart.blood)
    muscle = Tissue(0.85, heart.t2star_ms)
    spleen = Tissue(0.9, float(np.clip(2 * heart.liver_t2star_ms, 4, 45)))
    return {
        "air": Tissue(0.0, 10),
        "septum": muscle,
        "wall": muscle,
        "papillary": muscle,
        "rv_wall": muscle,
        "lv_blood": Tissue(lv, 80 * f, uneven=0.6 if heart.black else 0.08),
        "rv_blood": Tissue(rv, 45 * f, uneven=0.6 if heart.black else 0.08),
        "vessel": Tissue(rv, 60 * f),
        "fat": Tissue(1.35, 38 * f, 0.95),
        "visceral": Tissue(1.25, 30 * f, 0.9),
        "muscle": Tissue(0.75, 30 * f),
        "cortex": Tissue(0.1, 3 * f),
        "marrow": Tissue(0.9, 14 * f, 0.5),
        "disc": Tissue(0.5, 40 * f),
        "lung": Tissue(0.13, 1.5 * f),
        "lung_vessel": Tissue(0.5 * lv if heart.black else 0.8 * lv, 25 * f),
        "pericardium": Tissue(0.15, 8 * f),
        "liver": Tissue(0.9, heart.liver_t2star_ms),
        "spleen": spleen,
        "fluid": Tissue(0.7, 90 * f),
        "food": Tissue(0.75, 18 * f, uneven=0.2),
        "bowel_gas": Tissue(0.02, 3 * f),
    }
