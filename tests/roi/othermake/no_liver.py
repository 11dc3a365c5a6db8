"""Transverse images that show no liver: heads, chests above it, pelves, legs, kidneys, test objects."""

from __future__ import annotations

import numpy as np

from ironquant.core import Acquisition, EchoSeries, Organ

from . import imaging
from .drawing import Canvas

TISSUES = {
    "air": (0.0, 1.0, 0.0),
    "fat": (1.1, 22.0, 0.92),
    "muscle": (0.62, 27.0, 0.02),
    "bone": (0.45, 9.0, 0.3),
    "cortical": (0.05, 1.0, 0.0),
    "fluid": (1.1, 90.0, 0.0),
    "white": (0.75, 45.0, 0.0),
    "grey": (0.9, 60.0, 0.0),
    "blood": (1.2, 60.0, 0.0),
    "lung": (0.13, 1.3, 0.0),
    "heart": (0.85, 30.0, 0.0),
    "organ": (0.85, 50.0, 0.0),
    "bowel": (0.6, 22.0, 0.02),
    "gas": (0.0, 1.0, 0.0),
}


def _head(canvas, rng, a, b):
    canvas.paint("fat", canvas.ellipse(0, 0, a, b))
    canvas.paint("cortical", canvas.ellipse(0, 0, a - 6, b - 6))
    canvas.paint("grey", canvas.ellipse(0, 0, a - 11, b - 11))
    canvas.paint("white", canvas.ellipse(0, 0, a - 22, b - 22))
    for side in (-1, 1):
        canvas.paint("fluid", canvas.ellipse(side * 10, 0, 6, 25, side * 0.2))
        canvas.paint("grey", canvas.ellipse(side * 22, 5, 9, 14))


def _shell(canvas, rng, a, b):
    """Paint skin, muscle and spine of a trunk; return where its inside is."""
    skin, muscle = rng.uniform(2, 25), rng.uniform(6, 14)
    canvas.paint("fat", canvas.ellipse(0, 0, a, b, power=2.4))
    canvas.paint("muscle", canvas.ellipse(0, 0, a - skin, b - skin, power=2.4))
    inside = canvas.ellipse(0, 0, a - skin - muscle, b - skin - muscle, power=2.4)
    canvas.paint("fat", inside)
    for side in (-1, 1):
        canvas.paint("muscle", canvas.ellipse(side * 0.2 * a, 0.72 * b, 0.17 * a, 0.17 * b))
    canvas.paint("bone", canvas.ellipse(0, 0.55 * b, 22, 18))
    canvas.paint("blood", canvas.ellipse(-5, 0.3 * b, 10, 10))
    return inside & ~canvas.has("bone", "muscle")


def _chest(canvas, rng, a, b):
    room = _shell(canvas, rng, a, b)
    canvas.paint("fat", canvas.ellipse(0, 0, 0.2 * a, b), room)
    for side in (-1, 1):
        canvas.paint("lung", canvas.ellipse(side * 0.48 * a, 0.02 * b, 0.36 * a, 0.72 * b), room)
    x, y, r = 0.15 * a, -0.2 * b, rng.uniform(0.28, 0.42) * a
    if rng.random() < 0.75:
        canvas.paint("heart", canvas.ellipse(x, y, r, 0.85 * r, 0.6), room)
        canvas.paint("blood", canvas.ellipse(x + 0.2 * r, y, 0.45 * r, 0.4 * r, 0.6), room)
        canvas.paint("blood", canvas.ellipse(x - 0.5 * r, y - 0.2 * r, 0.3 * r, 0.5 * r, 0.3), room)
    else:
        for x, r in ((-18, 12), (12, 14), (0, 9)):
            canvas.paint("blood", canvas.ellipse(x, rng.uniform(-0.3, 0) * b, r, r), room)


def _kidneys(canvas, rng, a, b):
    room = _shell(canvas, rng, a, b)
    for side in (-1, 1):
        canvas.paint("organ", canvas.ellipse(side * 0.45 * a, 0.4 * b, 27, 33, side * 0.4), room)
        canvas.paint("fat", canvas.ellipse(side * 0.38 * a, 0.4 * b, 10, 12), room)
    for _ in range(16):
        x, y, r = rng.uniform(-0.7, 0.7) * a, rng.uniform(-0.7, 0.1) * b, rng.uniform(9, 20)
        canvas.paint("bowel", canvas.ellipse(x, y, r, 0.8 * r), room)
        canvas.paint(str(rng.choice(["gas", "fluid", "bowel"])), canvas.ellipse(x, y, 0.7 * r, 0.5 * r), room)


def _pelvis(canvas, rng, a, b):
    room = _shell(canvas, rng, a, b)
    for side in (-1, 1):
        canvas.paint("muscle", canvas.ellipse(side * 0.6 * a, 0.45 * b, 0.32 * a, 0.4 * b, side * 0.5))
        canvas.paint("bone", canvas.ellipse(side * 0.55 * a, 0.05 * b, 0.1 * a, 0.4 * b, side * 0.6))
    canvas.paint("fluid", canvas.ellipse(0, -0.3 * b, rng.uniform(20, 45), rng.uniform(15, 35)), room)
    canvas.paint("organ", canvas.ellipse(0, 0.1 * b, 28, 20), room)


def _legs(canvas, rng, a, b):
    r, gap = 0.47 * a, rng.choice([-4.0, 8.0])
    for side in (-1, 1):
        x = side * (r + gap)
        canvas.paint("fat", canvas.ellipse(x, 0, r, r))
        canvas.paint("muscle", canvas.ellipse(x, 0, 0.86 * r, 0.86 * r))
        canvas.paint("cortical", canvas.ellipse(x, 0, 0.2 * r, 0.2 * r))
        canvas.paint("fat", canvas.ellipse(x, 0, 0.13 * r, 0.13 * r))


def _canister(canvas, rng, a, b):
    """Paint a bath shaped as a trunk, sometimes with tubes or one large insert."""
    canvas.paint("bath", canvas.ellipse(0, 0, a, b, power=rng.choice([2.0, 4.0, 8.0])))
    kind = rng.integers(3)
    if kind == 1:
        for n, turn in enumerate(np.linspace(0, 2 * np.pi, 8, endpoint=False)):
            x, y, r = 0.55 * a * np.cos(turn), 0.55 * b * np.sin(turn), 0.11 * a
            canvas.paint(f"tube{n}", canvas.ellipse(x, y, r, r))
    if kind == 2:
        canvas.paint("tube2", canvas.ellipse(rng.uniform(-0.2, 0.2) * a, 0, 0.5 * b, 0.5 * b))


def _bottles(canvas, rng, a, b):
    """Two to five bottles side by side or in a ring, with or without a holder around them."""
    if rng.random() < 0.4:
        canvas.paint("bath", canvas.ellipse(0, 0, a, b, power=rng.choice([2.0, 6.0])))
        canvas.paint("air", canvas.ellipse(0, 0, 0.94 * a, 0.94 * b, power=2.0))
    count = int(rng.integers(2, 6))
    start, r = rng.uniform(0, 6.28), rng.uniform(0.9, 1.05) * min(b, a * np.sin(np.pi / count)) * 0.75
    ring = max(a - 1.3 * r, r / np.sin(np.pi / count))
    for n in range(count):
        x, y = ring * np.cos(start + 6.283 * n / count), 0.75 * ring * np.sin(start + 6.283 * n / count)
        canvas.paint(f"tube{n}", canvas.ellipse(x, y, r, r, power=rng.choice([2.0, 2.0, 5.0])))


KINDS = {
    "bottles": (_bottles, (75, 170), (60, 110)),
    "head": (_head, (65, 85), (80, 100)),
    "chest": (_chest, (130, 200), (90, 140)),
    "kidneys": (_kidneys, (130, 200), (85, 130)),
    "pelvis": (_pelvis, (140, 200), (90, 130)),
    "legs": (_legs, (120, 200), (60, 95)),
    "canister": (_canister, (75, 180), (60, 110)),
}


def wrong_series(number, seed, guessed=True):
    """Draw one; return its kind and the series, named liver or not named."""
    rng = np.random.default_rng([seed, number, 31])
    kind = list(KINDS)[number % len(KINDS)]
    draw, across, deep = KINDS[kind]
    a, b = rng.uniform(*across), rng.uniform(*deep)
    size = int(rng.choice([96, 128, 160, 192, 256]))
    pixel = 2.0 * max(a, b) * rng.uniform(1.1, 1.35) / size
    waves = [(rng.uniform(0, 2.5), rng.uniform(100, 260), *rng.uniform(0, 6.28, 2)) for _ in range(2)]
    canvas = Canvas(
        size, size, (pixel, pixel), (size * pixel / 2, size * pixel / 2), rng.normal(0, 0.05), waves, 2
    )
    draw(canvas, rng, a, b)
    table = dict(TISSUES)
    table["bath"] = (0.8, rng.uniform(8, 80), 0.0)
    table |= {f"tube{n}": (0.9, 40.0 / (n + 1), 0.0) for n in range(8)}
    echoes = int(rng.integers(8, 17))
    te = tuple(
        float(t) for t in np.round(rng.uniform(0.8, 1.3) + rng.uniform(0.8, 1.2) * np.arange(echoes), 3)
    )
    curves = []
    for name in canvas.names:
        s0, t2star, fat = table[name]
        change = np.exp(rng.normal(0, 0.15, 2))
        curves.append(imaging.curve(s0 * change[0], t2star * change[1], fat, te, 1.5))
    gain = imaging.shading(rng, (size, size), rng.choice([0.0, 0.5]))
    clean = 1000.0 * np.tensordot(canvas.shares(), np.array(curves), (0, 0)) * gain[..., None]
    signal = imaging.magnitude(clean, 1000.0 / np.exp(rng.uniform(np.log(15), np.log(100))), 1, rng)
    affine = np.diag([pixel, pixel, 8.0, 1.0])
    affine[:2, 3] = -size * pixel / 2
    organ = Organ.LIVER if guessed else None
    acquisition = Acquisition(field_t=1.5)
    return kind, EchoSeries(
        "k", "1.2", "", signal[None], te, affine, acquisition=acquisition, organ_guess=organ
    )
