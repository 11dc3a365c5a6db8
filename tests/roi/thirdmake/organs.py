"""The organs of a transverse abdomen, from the dome of the liver to the kidneys."""

from __future__ import annotations

import numpy as np

from thirdmake.abdomens import Abdomen
from thirdmake.curves import Canvas, Shape, blob, side, stroke, union


def paint(canvas: Canvas, own: Abdomen, level: float, seed: int) -> None:
    """Paint one level; x to the patient's left, y to the back."""
    # A stream for each part: what one level draws more must not shift the others.
    rng, *parts = (np.random.default_rng([3, 12, seed, part]) for part in range(9))
    s, g = own.size, own.girth
    wall = blob(0, 0, 148 * s * g, 98 * s * rng.uniform(0.95, 1.15), 0, 0.02, rng, 2.5)
    canvas.fill(
        "fat",
        wall.grown(own.skin).minus(stroke((0, 135 * s + own.skin), (0, 150 * s + own.skin), 18 * s), 14 * s),
    )
    canvas.fill("muscle", wall)
    inner = wall.grown(-rng.uniform(10, 14) * s)
    back = inner.edge(0.0, 1, across=False)
    spine_y = back - rng.uniform(24, 30) * s
    for sign in (-1, 1):
        canvas.fill("visceral", blob(sign * 34 * s, back + 2 * s, 30 * s, 18 * s, sign * 0.2), ("muscle",))
        canvas.fill("back", blob(sign * 33 * s, back - 1 * s, 28 * s, 16 * s, sign * 0.2, 0.08, rng))
    canvas.fill("visceral", inner.minus(blob(0, back + 14 * s, 62 * s, 26 * s), 8 * s))
    _ribs(canvas, s, wall, level, parts[0])
    lung = 0.0 if level > 95 else (95 - level) / 95
    _lungs(canvas, s, inner, spine_y, lung, parts[1])
    cavity = inner.grown(-2.5 * s - 22 * s * lung**1.5)
    _liver(canvas, own, cavity, spine_y, level, parts[2])
    if level < 48:
        _heart_base(canvas, s, cavity, level, parts[3])
    _left_side(canvas, own, cavity, spine_y, level, parts[4])
    _kidneys(canvas, s, cavity, spine_y, level, parts[5])
    _vessels(canvas, own, spine_y, level, parts[6])
    _spine(canvas, s, spine_y, level, parts[7])
    _low(canvas, own, cavity, spine_y, level, rng)


def _ribs(canvas: Canvas, s: float, wall: Shape, level: float, rng: np.random.Generator) -> None:
    phase = rng.uniform(0, 6) + level / 40
    middle = wall.grown(-6 * s)
    for number in range(14):
        a = 2 * np.pi * number / 14 + 0.25 * np.sin(phase + number)
        if abs(np.sin(a) - 1) < 0.12:
            continue
        reach = np.linspace(0, 260, 500, dtype=np.float32)
        inside = middle.at(reach * np.float32(np.cos(a)), reach * np.float32(np.sin(a))) < 0
        r = reach[inside][-1]
        slope = a + np.pi / 2 + 0.3 * np.sin(3 * a)
        for name, w, h in (("cortex", 11, 5), ("marrow", 9.4, 3.4)):
            canvas.fill(name, blob(r * np.cos(a), r * np.sin(a), w * s, h * s, slope), ("muscle", "cortex"))


def _lungs(
    canvas: Canvas, s: float, inner: Shape, spine_y: float, lung: float, rng: np.random.Generator
) -> None:
    dots = rng.uniform(-1, 1, (30, 2)), rng.rayleigh(1.2, 30)
    if lung <= 0:
        return
    ahead = np.float32((10 + 46 * lung) * s)
    front = Shape(lambda x, y: inner.at(x, y + ahead) + np.float32(1.5 * s), inner.box)
    rim = inner.minus(front, 6 * s)
    for sign in (-1, 1):
        half = side(sign * 24 * s, 0, 0.0 if sign > 0 else np.pi)
        deep = blob(
            sign * 80 * s,
            spine_y + 6 * s,
            52 * s * (0.7 + 0.5 * lung),
            42 * s * (0.4 + 0.9 * lung),
            sign * 0.4,
            0.08,
            rng,
        )
        canvas.fill("lung", union(rim, deep, k=10 * s).within(inner).within(half))
    for (x, y), r in zip(dots[0], dots[1], strict=True):
        canvas.fill("lung_vessel", blob(130 * s * x, spine_y + 60 * s * y, (0.6 + r) * s), ("lung",))


def _liver(
    canvas: Canvas, own: Abdomen, cavity: Shape, spine_y: float, level: float, rng: np.random.Generator
) -> None:
    """Paint the liver of a level: right lobe shrinking upwards and downwards, left lobe across the middle."""
    s, g = own.size, own.girth
    swell = np.sqrt(np.clip(1 - ((level - 75) / 92) ** 2, 0.12, 1.0))
    left = float(np.clip(1 - ((level - 60) / 62) ** 2, 0.0, 1.0)) ** 0.5
    x = -(78 - 8 * (1 - swell)) * s * g
    parts = [
        blob(
            x, rng.uniform(-12, 6) * s, 70 * s * g * swell, 84 * s * swell, rng.uniform(-0.15, 0.15), 0.1, rng
        ),
        blob(x + 28 * s, -30 * s, 48 * s * swell, 44 * s * swell, 0.3, 0.12, rng),
    ]
    lobe = stroke(
        (-45 * s, -38 * s), (rng.uniform(10, 62) * s * left, -rng.uniform(36, 56) * s), 36 * s * swell, 20 * s
    )
    caudate = blob(-22 * s, 4 * s, 17 * s, 13 * s, 0.4, 0.15, rng)
    if left > 0.25:
        parts.append(lobe)
    if 25 < level < 100:
        parts.append(caudate)
    hollow = blob(-(5 + 10 * (level > 90)) * s, spine_y - 8 * s, 40 * s, 29 * s, 0.0, 0.08, rng)
    shape = union(*parts, k=16 * s).minus(hollow, 12 * s)
    kidney = blob(-64 * s, spine_y - 2 * s, 34 * s, 36 * s, 0.3, 0.06, rng)
    if level > 92:
        shape = shape.minus(kidney, 8 * s)
    hilum = stroke((-10 * s, -4 * s), (-34 * s, -12 * s), 10 * s, 5 * s)
    fissure = stroke((-14 * s, -80 * s), (-20 * s, -26 * s), 3.2 * s, 1.5 * s)
    if level > 55:
        shape = shape.minus(hilum, 6 * s).minus(fissure, 3 * s)
    canvas.fill("liver", shape.within(cavity))


def _heart_base(canvas: Canvas, s: float, cavity: Shape, level: float, rng: np.random.Generator) -> None:
    grow = (48 - level) / 48
    body = blob(28 * s, -46 * s, (34 + 22 * grow) * s, (26 + 14 * grow) * s, 0.35, 0.06, rng)
    canvas.fill("visceral", body.grown(6 * s).within(cavity.grown(18 * s)))
    canvas.fill("myocardium", body.within(cavity.grown(14 * s)))
    if level < 34:
        canvas.fill(
            "blood", blob(40 * s, -44 * s, 20 * s * grow + 8 * s, 15 * s * grow + 5 * s, 0.35, 0.1, rng)
        )
        canvas.fill(
            "blood", blob(2 * s, -56 * s, 16 * s * grow + 5 * s, 12 * s * grow + 4 * s, 0.2, 0.1, rng)
        )


def _left_side(
    canvas: Canvas, own: Abdomen, cavity: Shape, spine_y: float, level: float, rng: np.random.Generator
) -> None:
    """Paint stomach with fluid level, and spleen."""
    s, g = own.size, own.girth
    place = (rng.uniform(48, 68) * s * g, rng.uniform(-30, -5) * s)
    stomach = union(
        blob(*place, rng.uniform(26, 44) * s, rng.uniform(28, 44) * s, rng.uniform(-0.5, 0.5), 0.12, rng),
        blob(place[0] - 28 * s, place[1] - 22 * s, 20 * s, 17 * s, 0.2, 0.12, rng),
        k=14 * s,
    ).within(cavity.grown(-3 * s))
    filling = "food" if rng.random() < 0.5 else "fluid"
    surface = place[1] + rng.uniform(-34, 6) * s
    spleen_place = (100 * s * g, spine_y - rng.uniform(26, 40) * s)
    scale = {"usual": rng.uniform(0.8, 1.15), "big": rng.uniform(1.4, 1.9), "absent": 1.0}[own.spleen]
    span = np.sqrt(np.clip(1 - ((level - 78) / (62 * scale)) ** 2, 0.0, 1.0))
    hull = union(
        blob(spleen_place[0], spleen_place[1] + 10 * s, 26 * s * scale, 42 * s * scale, 0.35, 0.08, rng),
        blob(
            spleen_place[0] - 10 * s, spleen_place[1] + 28 * s, 26 * s * scale, 20 * s * scale, 0.2, 0.1, rng
        ),
        k=12 * s,
    )
    bite = blob(spleen_place[0] - 44 * s, spleen_place[1] + 4 * s, 30 * s, 34 * s, 0.3, 0.1, rng)
    canvas.fill("muscle", stomach, ("visceral",))
    canvas.fill(filling, stomach.grown(-3 * s), ("muscle", "visceral"))
    canvas.fill("bowel_gas", stomach.grown(-3 * s).within(side(0, surface, -np.pi / 2)), (filling,))
    if own.spleen != "absent" and span > 0.3:
        small = (1 - span) * 22 * s * scale
        shape = hull.minus(bite, 6 * s).grown(-small).within(cavity.grown(-1.0))
        canvas.fill("spleen", shape, ("visceral", "muscle", "fluid", "food", "bowel_gas"))
        for _ in range(2):
            start = (spleen_place[0] - 14 * s, spleen_place[1] + rng.uniform(-5, 15) * s)
            canvas.tree("vessel", start, rng.uniform(2.6, 3.6), 16 * s, 3 * s, rng, ("visceral", "spleen"), 1)


def _kidneys(
    canvas: Canvas, s: float, cavity: Shape, spine_y: float, level: float, rng: np.random.Generator
) -> None:
    """Paint both kidneys in their fat, above them the adrenals."""
    for sign in (-1, 1):
        y = spine_y - rng.uniform(-2, 8) * s
        top = 88 if sign > 0 else 98
        if level < top:
            if level > top - 20:
                canvas.fill(
                    "kidney",
                    stroke((sign * 48 * s, y - 8 * s), (sign * 58 * s, y + 4 * s), 2.6 * s),
                    ("visceral",),
                )
            continue
        grow = float(np.clip((level - top) / 25, 0.45, 1.0))
        kidney = blob(sign * 64 * s, y - 2 * s, 24 * s * grow, 30 * s * grow, sign * 0.5, 0.06, rng)
        canvas.fill("visceral", kidney.grown(6 * s).within(cavity), ("spleen", "food", "fluid", "muscle"))
        canvas.fill("kidney", kidney.within(cavity.grown(-2 * s)))
        if grow > 0.7:
            canvas.fill(
                "sinus", blob(sign * 55 * s, y - 5 * s, 9 * s, 14 * s, sign * 0.5, 0.2, rng), ("kidney",)
            )


def _vessels(canvas: Canvas, own: Abdomen, spine_y: float, level: float, rng: np.random.Generator) -> None:
    s = own.size
    cava = (-rng.uniform(18, 29) * s, spine_y - rng.uniform(24, 30) * s)
    canvas.fill("visceral", blob(*cava, 13 * s, 11 * s), ("liver",) if level > 70 else ("air",))
    seeds = rng.integers(2**31, size=8)
    over = ("liver",)
    for number, angle in enumerate((-2.95, -2.25, -1.45)):  # hepatic veins
        own_rng = np.random.default_rng(seeds[number])
        fade = float(np.clip(1 - abs(level - 38) / 42, 0.0, 1.0))
        length, width = own_rng.uniform(20, 30) * s, own_rng.uniform(2.6, 4.6) * s
        if fade > 0.05 and own_rng.random() < 0.8:
            turn = angle + own_rng.uniform(-0.2, 0.2)
            canvas.tree(
                "vessel", cava, turn, length * (0.6 + 0.4 * fade), width * fade**0.5, own_rng, over, 2
            )
    for number, (x, y, angle) in enumerate(
        ((-34, -10, 3.1), (-26, -14, -2.2), (-14, -24, -0.9))
    ):  # portal tree
        own_rng = np.random.default_rng(seeds[3 + number])
        fade = float(np.clip(1 - abs(level - 72) / 42, 0.0, 1.0))
        length, width = own_rng.uniform(16, 28) * s, own_rng.uniform(2.8, 5.0) * s
        if fade > 0.05 and own_rng.random() < 0.7:
            turn = angle + own_rng.uniform(-0.25, 0.25)
            canvas.tree("vessel", (x * s, y * s), turn, length, width * fade**0.5, own_rng, over, 2)
    own_rng = np.random.default_rng([seeds[6], int(level // 12) + 99])
    for x, y, r in zip(
        own_rng.uniform(-150, 50, 34), own_rng.uniform(-90, 70, 34), own_rng.rayleigh(1.0, 34), strict=True
    ):
        canvas.fill("vessel", blob(x * s, y * s, (0.7 + r) * s, (0.8 + 1.3 * r) * s, x), over)
    if 55 < level < 95:
        canvas.fill("vessel", stroke((-8 * s, -2 * s), (-34 * s, -10 * s), 6.5 * s, 5.5 * s))
        canvas.fill("duct", stroke((-12 * s, -10 * s), (-30 * s, -17 * s), 2.2 * s))
    canvas.fill("vessel", blob(*cava, 12 * s, 9.5 * s, 0.2, 0.08, rng))
    aorta = (rng.uniform(8, 16) * s, spine_y - rng.uniform(27, 32) * s)
    canvas.fill(
        "muscle",
        stroke((-12 * s, spine_y - 18 * s), (aorta[0] + 9 * s, aorta[1] + 6 * s), 5 * s),
        ("visceral",),
    )
    canvas.fill("artery", blob(*aorta, rng.uniform(7.5, 11) * s, rough=0.04, rng=rng))
    if level < 80:
        canvas.fill("muscle", blob(aorta[0] + 4 * s, aorta[1] - 17 * s, 7 * s, 5 * s), ("visceral",))


def _spine(canvas: Canvas, s: float, y: float, level: float, rng: np.random.Generator) -> None:
    disc = (level + rng.uniform(0, 34)) % 34 < 7
    body = blob(0, y, 21 * s, 17 * s, 0, 0.03, rng, 2.4).minus(blob(0, y + 22 * s, 11 * s, 9 * s), 3 * s)
    canvas.fill("cortex", body.grown(1.0 * s))
    canvas.fill("food" if disc else "marrow", body)
    for a, b in (
        ((-14, 14), (-12, 30)),
        ((14, 14), (12, 30)),
        ((-10, 32), (0, 52)),
        ((10, 32), (0, 52)),
        ((-14, 20), (-34, 26)),
        ((14, 20), (34, 26)),
    ):
        bone = stroke((a[0] * s, y + a[1] * s), (b[0] * s, y + b[1] * s), 4.2 * s, 3.4 * s)
        canvas.fill("cortex", bone)
        canvas.fill("marrow", bone.grown(-1.4 * s))
    canvas.fill("visceral", blob(0, y + 22 * s, 10 * s, 9 * s))
    canvas.fill("fluid", blob(0, y + 21 * s, 8.5 * s, 7.5 * s))
    canvas.fill("muscle", blob(0, y + 21 * s, 4.5 * s, 3.6 * s))


def _low(
    canvas: Canvas, own: Abdomen, cavity: Shape, spine_y: float, level: float, rng: np.random.Generator
) -> None:
    """Paint gallbladder, pancreas, bowel of the lower levels."""
    s = own.size
    bladder = blob(
        -rng.uniform(30, 48) * s,
        -rng.uniform(22, 42) * s,
        rng.uniform(10, 17) * s,
        rng.uniform(16, 26) * s,
        0.4,
        0.08,
        rng,
    )
    has = rng.random() < 0.75
    pancreas = union(
        stroke((-14 * s, -14 * s), (20 * s, -24 * s), 8 * s, 7 * s),
        stroke((20 * s, -24 * s), (64 * s, -2 * s), 7 * s, 6 * s),
        k=6 * s,
    )
    loops = rng.uniform(-1, 1, (16, 2)), rng.uniform(9, 17, 16), rng.random(16)
    if has and level > 86:
        canvas.fill("muscle", bladder.grown(1.6 * s).within(cavity))
        canvas.fill("fluid", bladder.within(cavity))
    if 78 < level < 125:
        canvas.fill("pancreas", pancreas, ("visceral",))
    if level > 92:
        for (x, y), r, gas in zip(loops[0], loops[1], loops[2], strict=True):
            loop = blob((25 + 85 * x) * s, (-50 + 34 * y) * s, r * s, r * 0.85 * s, x, 0.15, rng).within(
                cavity.grown(-2 * s)
            )
            canvas.fill("muscle", loop, ("visceral",))
            canvas.fill("bowel_gas" if gas < 0.25 else "bowel", loop.grown(-2 * s), ("muscle", "visceral"))
