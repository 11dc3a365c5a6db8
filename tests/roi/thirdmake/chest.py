"""What lies around a heart in the plane of its short axis: abdomen, mediastinum, aorta, spine."""

from __future__ import annotations

import numpy as np

from thirdmake.curves import Array, Canvas, Shape, below, blob, side, stroke, union
from thirdmake.hearts import Heart


def abdomen(canvas: Canvas, heart: Heart, cavity: Shape, outer: Shape, rng: np.random.Generator) -> None:
    """Paint what lies under the diaphragm: liver, stomach with gas in front, spleen, fat."""
    s = heart.size
    crest, bend = rng.uniform(0, 45) * s, rng.uniform(0.0015, 0.004) / s
    top = outer.edge(0.0, 1, across=False) + (rng.uniform(3, 7) + 5 * heart.fat) * s - bend * crest**2
    wave, phase = rng.uniform(1, 4) * s, rng.uniform(0, 6)

    def height(x: Array) -> Array:
        return (top - 3 * s + bend * (x - crest) ** 2 + wave * np.sin(x / (30 * s) + phase)).astype(
            np.float32
        )

    under = below(height)
    canvas.fill("muscle", under.within(cavity))
    inside = below(lambda x: height(x) + np.float32(2.6 * s)).within(cavity)
    canvas.fill("visceral", inside)
    cut = rng.uniform(-10, 45) * s
    lobe = union(
        blob(cut - 85 * s, top + 75 * s, 92 * s, 80 * s, 0.1, 0.1, rng),
        blob(cut - 30 * s, top + 30 * s, 36 * s, 38 * s, -0.3, 0.12, rng),
        k=22 * s,
    )
    liver = lobe.within(inside.grown(-1.0))
    canvas.fill("liver", liver)
    for _ in range(4):
        start = (cut - rng.uniform(20, 90) * s, top + rng.uniform(40, 110) * s)
        canvas.tree(
            "vessel", start, rng.uniform(3.4, 6.2), 24 * s, rng.uniform(2, 4.5) * s, rng, ("liver",), 2
        )
    spleen = blob(
        cut + rng.uniform(85, 105) * s, top + rng.uniform(50, 80) * s, 26 * s, 46 * s, 0.35, 0.1, rng
    )
    canvas.fill("spleen", spleen.within(inside.grown(-1.5)))
    stomach = union(
        blob(
            cut + rng.uniform(36, 46) * s,
            top + rng.uniform(34, 48) * s,
            rng.uniform(24, 34) * s,
            30 * s,
            0.2,
            0.1,
            rng,
        ),
        blob(cut + 30 * s, top + 85 * s, 22 * s, 34 * s, -0.2, 0.1, rng),
        k=15 * s,
    ).within(inside.grown(-1.5))
    canvas.fill("muscle", stomach, ("visceral", "spleen", "liver"))
    canvas.fill("food" if rng.random() < 0.5 else "fluid", stomach.grown(-2.5 * s))
    surface = cut + rng.uniform(15, 60) * s
    gas = stomach.grown(-2.5 * s).within(side(surface, 0, np.pi))
    canvas.fill("bowel_gas", gas)
    if rng.random() < 0.35:
        colon = blob(
            cut + rng.uniform(70, 95) * s, top + rng.uniform(15, 35) * s, 17 * s, 13 * s, 0.0, 0.15, rng
        )
        canvas.fill("muscle", colon.within(inside))
        canvas.fill("bowel_gas", colon.grown(-2.2).within(inside))


def mediastinum(
    canvas: Canvas, heart: Heart, cavity: Shape, front: float, reach: float, rng: np.random.Generator
) -> None:
    """Paint the fat behind the breastbone and, cut across, pulmonary trunk, aorta, auricle and branches."""
    s, up = heart.size, -reach
    high = up - rng.uniform(60, 110) * s
    fat = union(
        stroke(
            (-18 * s, up + 12 * s), (front + rng.uniform(5, 45) * s, high), rng.uniform(20, 30) * s, 26 * s
        ),
        stroke((front + 4 * s, 0), (front + 6 * s, high - 60 * s), 8 * s, 14 * s),
        blob(rng.uniform(-10, 20) * s, up - 2 * s, 20 * s, 12 * s, 0.3, 0.2, rng),
        k=18 * s,
    )
    canvas.fill("visceral", fat.within(cavity))
    canvas.fill("muscle", blob(front + 30 * s, high - 25 * s, 14 * s, 24 * s, 0.3, 0.25, rng), ("visceral",))
    tubes = [
        blob(
            rng.uniform(-26, -8) * s,
            up - rng.uniform(14, 24) * s,
            14 * s,
            rng.uniform(11, 19) * s,
            0.4,
            0.12,
            rng,
        ),
        blob(front + rng.uniform(30, 60) * s, up - rng.uniform(52, 75) * s, 15 * s, 13 * s, 0.6, 0.08, rng),
    ]
    if rng.random() < 0.5:
        tubes.append(blob(rng.uniform(5, 26) * s, up - 7 * s, 13 * s, 8 * s, 0.5, 0.2, rng))
    start = (front + 45 * s, up - 85 * s)
    for tube in tubes:
        canvas.fill("visceral", tube.grown(2.5 * s).within(cavity))
        canvas.fill("muscle", tube.grown(1.2 * s))
        canvas.fill("vessel", tube)
    canvas.tree("vessel", start, rng.uniform(-2.0, -1.2), 22 * s, 5 * s, rng, ("visceral", "muscle"), 2)


def back(canvas: Canvas, s: float, cavity: Shape, rng: np.random.Generator) -> None:
    """Paint aorta and, in planes nearer to the middle, the spine."""
    spine, aorta = rng.random() < 0.3, rng.random() < 0.6
    y = rng.uniform(-30, 30) * s
    x = cavity.edge(y, 1) - rng.uniform(4, 20) * s
    lean, r = rng.uniform(-0.15, 0.15), rng.uniform(9, 13) * s
    if spine:
        canvas.fill(
            "muscle", stroke((x + 8 * s - 300 * lean, -300 * s), (x + 8 * s + 300 * lean, 300 * s), 16 * s)
        )
        for number in range(-9, 10):
            yy = (number * 26 + 8) * s
            place = (x + 4 * s + lean * yy, yy)
            canvas.fill("disc", blob(*place, 15 * s, 13.4 * s, lean, 0.0, None, 4.0))
            canvas.fill("cortex", blob(*place, 15.5 * s, 10.6 * s, lean, 0.0, None, 4.0))
            canvas.fill("marrow", blob(*place, 14.4 * s, 9.6 * s, lean, 0.0, None, 4.0))
        x -= 26 * s
    if aorta:
        tube = union(
            blob(x, y, r, r * 1.1, 0.2, 0.05, rng),
            stroke((x, y), (x + 8 * s, y + rng.uniform(0, 60) * s), 0.9 * r),
        )
        canvas.fill("visceral", tube.grown(2.5 * s).within(cavity))
        canvas.fill("vessel", tube.within(cavity.grown(6 * s)))
