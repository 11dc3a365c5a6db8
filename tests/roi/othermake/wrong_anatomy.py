"""What is no heart in short axis, drawn at random: heads, limbs, test objects, other planes of the trunk.

`wrong(seed)` returns a series and the name of what it shows. Half of them lie in a plane in which a
heart is sought, and half are called one.
"""

from __future__ import annotations

import numpy as np

from ironquant.core import Acquisition, EchoSeries, Organ
from othermake.painting import Page, Tissue, decay, ellipse, noisy, shares
from othermake.short_axis import U, V

COUNT = 12
FLUID, BRIGHT, MEDIUM, DIM, FAT, BONE = 1, 2, 3, 4, 5, 6
"""Labels; 0 is air, 7 to 11 are tubes of rising iron."""


def brain(rng, labels, u, v):
    """Scalp, skull, grey and white matter, ventricles."""
    a, b, x, y = rng.uniform(62, 80), rng.uniform(78, 100), rng.uniform(5, 10), rng.uniform(14, 32)
    labels[ellipse(u, v, (0, 0), (a, b))] = FAT
    labels[ellipse(u, v, (0, 0), (a - 5, b - 5))] = BONE
    labels[ellipse(u, v, (0, 0), (a - 10, b - 10))] = FLUID
    labels[ellipse(u, v, (0, 0), (a - 12, b - 12))] = MEDIUM
    labels[ellipse(u, v, (0, 0), (a - 24, b - 24))] = BRIGHT if rng.random() < 0.5 else DIM
    for side in (-1, 1):
        labels[ellipse(u, v, (side * (x + 2), -5), (x, y), side * 0.2)] = FLUID
        labels[ellipse(u, v, (side * 25, 5), (8, 14))] = MEDIUM


def brain_from_the_side(rng, labels, u, v):
    """Head and neck in a sagittal plane."""
    brain(rng, labels, u, v * 1.05)
    labels[ellipse(u, v, (15, 40), (28, 20)) & (labels > 0)] = MEDIUM
    labels[ellipse(u, v, (0, 110), (40, 60)) & (labels == 0)] = MEDIUM
    labels[ellipse(u, v, (-5, 60), (9, 35))] = BRIGHT


def knee(rng, labels, u, v):
    """Femoral condyles, patella, fat, muscle."""
    r = rng.uniform(52, 70)
    labels[np.hypot(u, v) < r] = FAT
    labels[np.hypot(u, v) < r - rng.uniform(4, 12)] = MEDIUM
    for side in (-1, 1):
        at, size = (side * 0.33 * r, -0.05 * r), rng.uniform(0.3, 0.38) * r
        labels[ellipse(u, v, at, (size, 1.15 * size))] = BONE
        labels[ellipse(u, v, at, (size - 3, 1.15 * size - 3))] = FAT
    labels[ellipse(u, v, (0, -0.7 * r), (0.28 * r, 0.14 * r))] = FAT


def legs(rng, labels, u, v):
    """Two thighs, each muscle round a femur."""
    r, apart = rng.uniform(55, 85), rng.uniform(5, 20)
    for side in (-1, 1):
        at = side * (r + apart)
        labels[np.hypot(u - at, v) < r] = FAT
        labels[np.hypot(u - at, v) < r * rng.uniform(0.75, 0.92)] = MEDIUM
        labels[np.hypot(u - at, v - 5) < 16] = BONE
        labels[np.hypot(u - at, v - 5) < 10] = FAT
        labels[np.hypot(u - at * 0.8, v + 22) < 5] = FLUID


def bottle(rng, labels, u, v):
    """A bottle, sometimes with a tube in it."""
    r = rng.uniform(40, 110)
    labels[np.hypot(u, v) < r] = rng.choice([FLUID, MEDIUM])
    if rng.random() < 0.5:
        labels[np.hypot(u - r * rng.uniform(-0.5, 0.5), v) < r * rng.uniform(0.2, 0.4)] = rng.choice(
            [0, DIM, BRIGHT]
        )


def vials(rng, labels, u, v):
    """Tubes of rising iron in a bath, in air, in rows or in a ring, some with thick walls."""
    bath = rng.choice([0, MEDIUM, DIM, FLUID])
    labels[ellipse(u, v, (0, 0), (rng.uniform(85, 140), rng.uniform(75, 110)))] = bath
    r = rng.uniform(9, 22)
    count = int(rng.integers(5, 13))
    ring, shell = rng.random() < 0.6, rng.uniform(0, 4)
    for n in range(count):
        turn = 2 * np.pi * n / count
        at = (
            (62 * np.cos(turn), 55 * np.sin(turn))
            if ring
            else (2.6 * r * (n % 4 - 1.5), 2.6 * r * (n // 4 - 1))
        )
        labels[np.hypot(u - at[0], v - at[1]) < r + shell] = 0
        labels[np.hypot(u - at[0], v - at[1]) < r] = 7 + n % 5
    if ring and rng.random() < 0.5:
        labels[np.hypot(u, v) < r * 1.3] = FLUID


def _trunk(rng, labels, u, v, fill):
    a, b = rng.uniform(120, 185), rng.uniform(85, 125)
    skin = rng.uniform(8, 25)
    labels[ellipse(u, v, (0, 0), (a, b))] = FAT
    labels[ellipse(u, v, (0, 0), (a - skin, b - skin))] = MEDIUM
    inside = ellipse(u, v, (0, 0), (a - skin - 10, b - skin - 10))
    labels[inside] = fill
    labels[ellipse(u, v, (0, 0.62 * b), (22, 18))] = BONE
    labels[ellipse(u, v, (0, 0.62 * b + 22), (8, 7))] = FLUID
    labels[np.hypot(u - 18, v - 0.38 * b) < 11] = BRIGHT
    labels[np.hypot(u + 20, v - 0.33 * b) < 12] = BRIGHT
    return a, b, inside


def liver(rng, labels, u, v):
    """The upper abdomen: liver, spleen, stomach with gas."""
    a, b, inside = _trunk(rng, labels, u, v, FAT)
    labels[inside & ellipse(u, v, (-0.35 * a, -0.05 * b), (0.55 * a, 0.62 * b))] = rng.integers(7, 12)
    labels[inside & ellipse(u, v, (0.6 * a, 0.3 * b), (26, 40))] = DIM
    stomach = 0.4 * a, -0.25 * b
    labels[inside & ellipse(u, v, stomach, (45, 35))] = MEDIUM
    labels[ellipse(u, v, stomach, (rng.uniform(10, 33), rng.uniform(10, 24)))] = rng.choice([0, FLUID])
    for _ in range(10):
        at = rng.uniform(-0.75, 0.0) * a, rng.uniform(-0.5, 0.5) * b
        labels[np.hypot(u - at[0], v - at[1]) < rng.uniform(2, 6)] = BRIGHT


def kidneys(rng, labels, u, v):
    """The lower abdomen: two kidneys with their hollow, bowel loops."""
    a, b, inside = _trunk(rng, labels, u, v, FAT)
    for side in (-1, 1):
        labels[ellipse(u, v, (side * 0.42 * a, 0.3 * b), (28, 36), side * 0.3)] = MEDIUM
        labels[ellipse(u, v, (side * 0.36 * a, 0.3 * b), (11, 17), side * 0.3)] = FLUID
    for _ in range(int(rng.integers(4, 10))):
        at = rng.uniform(-0.6, 0.6) * a, rng.uniform(-0.6, -0.1) * b
        r = rng.uniform(9, 24)
        labels[inside & (np.hypot(u - at[0], v - at[1]) < r)] = MEDIUM
        labels[inside & (np.hypot(u - at[0], v - at[1]) < r - 4)] = rng.choice([0, FLUID, DIM])


def pelvis(rng, labels, u, v):
    """Bladder, hips, muscle."""
    a, b, _ = _trunk(rng, labels, u, v, MEDIUM)
    labels[ellipse(u, v, (0, -0.2 * b), (rng.uniform(15, 45), rng.uniform(15, 38)))] = FLUID
    labels[ellipse(u, v, (0, 0.3 * b), (18, 16))] = DIM
    for side in (-1, 1):
        labels[np.hypot(u - side * 0.55 * a, v) < 27] = BONE
        labels[np.hypot(u - side * 0.55 * a, v) < 23] = FAT


def spine(rng, labels, u, v):
    """The back in a sagittal plane: vertebrae in a row, cord, fat."""
    labels[(np.abs(u) < 95) & (np.abs(v) < 190)] = MEDIUM
    labels[(u > 70) & (u < 95) & (np.abs(v) < 190)] = FAT
    labels[(u > 22) & (u < 38) & (np.abs(v) < 190)] = FLUID
    for n in range(-5, 6):
        labels[(np.abs(u) < 18) & (np.abs(v - 34 * n) < 14)] = rng.choice([FAT, BRIGHT, 9])
    labels[ellipse(u, v, (-60, -100), (45, 70))] = 0
    labels[(np.abs(u + 34) < 9) & (np.abs(v) < 190)] = BRIGHT


def thorax(rng, labels, u, v):
    """A transverse chest: four chambers side by side, aorta, lungs."""
    a, b, inside = _trunk(rng, labels, u, v, 0)
    labels[inside & ellipse(u, v, (0.1 * a, -0.2 * b), (58, 46), 0.6)] = MEDIUM
    for at, radii, turn in (
        ((40, -15), (34, 17), 0.6),
        ((5, -38), (34, 14), 0.6),
        ((-18, -5), (20, 19), 0),
        ((12, 18), (24, 14), 0),
    ):
        labels[inside & ellipse(u, v, at, radii, turn)] = BRIGHT
    labels[np.hypot(u - 22, v - 0.42 * b) < 12] = BRIGHT


def breast(rng, labels, u, v):
    """Two breasts before a chest wall."""
    labels[ellipse(u, v, (0, 70), (170, 60))] = MEDIUM
    labels[ellipse(u, v, (0, 85), (140, 40))] = 0
    for side in (-1, 1):
        labels[ellipse(u, v, (side * 75, 0), (60, rng.uniform(55, 80)))] = FAT
        labels[ellipse(u, v, (side * 75, -5), (rng.uniform(15, 40), rng.uniform(15, 40)))] = MEDIUM
        if rng.random() < 0.4:
            labels[np.hypot(u - side * 70, v) < rng.uniform(6, 14)] = FLUID


def coronal(rng, labels, u, v):
    """The trunk from the front: lungs, heart's outline, liver."""
    labels[ellipse(u, v, (0, 30), (165, 260))] = FAT
    labels[ellipse(u, v, (0, 30), (150, 250))] = MEDIUM
    for side in (-1, 1):
        labels[ellipse(u, v, (side * 75, -60), (52, 110))] = 0
    labels[ellipse(u, v, (15, -40), (50, 60), 0.5)] = MEDIUM
    labels[ellipse(u, v, (22, -35), (26, 40), 0.5)] = BRIGHT
    labels[np.hypot(u - 2, v + 95) < 14] = BRIGHT
    labels[ellipse(u, v, (-40, 70), (95, 50), 0.1)] = DIM
    labels[ellipse(u, v, (75, 80), (40, 35))] = rng.choice([MEDIUM, 0])


def nothing(rng, labels, u, v):
    """Noise."""


KINDS = (brain, brain_from_the_side, knee, legs, bottle, vials, liver, kidneys, pelvis, spine, thorax)
KINDS += (breast, coronal, nothing)
PLANES = {
    "transverse": ((1, 0, 0), (0, 1, 0)),
    "coronal": ((1, 0, 0), (0, 0, -1)),
    "sagittal": ((0, 1, 0), (0, 0, -1)),
}


def wrong(seed, kind=None) -> tuple[EchoSeries, str]:
    """Draw a series that shows no heart in short axis; a localizer shows three things at once."""
    rng = np.random.default_rng([seed, 815])
    names = [made.__name__ for made in KINDS] + ["localizer"]
    kind = kind or names[seed % len(names)]
    n = int(rng.choice([96, 128, 160, 192, 256]))
    extent = float(rng.uniform(230, 420))
    turn = float(rng.choice([0.0, np.pi / 2, rng.uniform(-np.pi, np.pi)]))
    page = Page((n, int(n * rng.choice([1.0, 0.75]))), (extent / n,) * 2, turn, bool(rng.random() < 0.5))
    field = float(rng.choice([1.5, 2.89]))
    first, count = float(rng.uniform(0.9, 2.6)), int(rng.integers(4, 12))
    te = tuple(np.round(first + 2.1 * np.arange(count), 2))
    sigma = 1.0 / float(np.exp(rng.uniform(np.log(15), np.log(100))))
    shown = [kind] if kind != "localizer" else list(rng.choice(names[:-1], 3))
    tissues = _tissues(rng, field)
    images = []
    for name in shown:
        u, v = page.grid()
        labels = np.zeros(u.shape, dtype=np.uint8)
        KINDS[names.index(name)](rng, labels, u, v)
        images.append(decay(shares(labels, COUNT), tissues, te, field))
    signal = noisy(np.stack(images), sigma, int(rng.choice([1, 4])), rng) * float(10 ** rng.uniform(1, 3.3))
    planes = [(U, V)] if rng.random() < 0.5 else [np.array(PLANES[name], float) for name in PLANES]
    right, down = planes[int(rng.integers(len(planes)))]
    column, row = page.axes()
    affine = np.eye(4)
    affine[:3, 0] = page.pixel_mm[1] * (column[0] * right + column[1] * down)
    affine[:3, 1] = page.pixel_mm[0] * (row[0] * right + row[1] * down)
    affine[:3, 2] = 8.0 * np.cross(right, down)
    affine[:3, 3] = -affine[:3, :2] @ (np.array(page.shape[::-1]) / 2)
    black = [None, False, True][int(rng.choice(3, p=[0.6, 0.25, 0.15]))]
    named = Organ.HEART if rng.random() < 0.5 else None
    return EchoSeries(
        "w",
        "1.2",
        "",
        signal,
        te,
        affine,
        acquisition=Acquisition(field_t=field, black_blood=black),
        organ_guess=named,
    ), kind


def _tissues(rng, field):
    short = 0.6 if field > 2 else 1.0
    tubes = [Tissue(rng.uniform(0.6, 1.3), short * 30.0 / (n + 1) ** 1.2) for n in range(5)]
    return [
        Tissue(0.0, 1.0),
        Tissue(rng.uniform(1.0, 2.0), 200.0),
        Tissue(rng.uniform(1.2, 2.0), short * 90.0),
        Tissue(rng.uniform(0.7, 1.1), short * 45.0),
        Tissue(rng.uniform(0.4, 0.8), short * 25.0),
        Tissue(rng.uniform(0.8, 1.6), short * 28.0, -3.4),
        Tissue(0.05, 2.0),
        *tubes,
    ]
