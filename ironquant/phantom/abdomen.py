"""Anatomy of a transverse slice through the liver."""

from __future__ import annotations

import numpy as np

from ironquant.phantom.shapes import Canvas, Mask, harmonics, smooth_closed, smooth_open
from ironquant.phantom.tissues import Tissue
from ironquant.phantom.torso import paint_ribs, paint_spine, paint_tree, paint_wall

_LINING_MM = 9.0


def paint_abdomen(canvas: Canvas, seed: int, scale: float, level_mm: float) -> None:
    """Paint one transverse slice, seen from the feet (patient's right on image left).

    Parameters
    ----------
    seed : int
        Anatomy; the slices of one patient share it.
    scale : float
        Body size, 1 for an adult.
    level_mm : float
        Distance from the mid-liver plane; positive towards the feet.
    """
    rng = np.random.default_rng([seed, 2])
    s = scale
    half = (166 * s * rng.uniform(0.95, 1.05), 112 * s * rng.uniform(0.95, 1.06))
    wall = paint_wall(
        canvas,
        rng,
        half,
        power=2.3,
        tilt=0.0,
        bumps=((np.radians(90), 0.22, -5 * s), (np.radians(-90), 0.3, -2 * s)),
        fat=(
            rng.uniform(5.5, 9) * s,
            (
                (np.radians(60), 0.35, 9 * s),
                (np.radians(120), 0.35, 9 * s),
                (np.radians(90), 0.12, -3 * s),
                (np.radians(-90), 0.5, 5 * s),
            ),
        ),
        muscle=(
            5.0 * s,
            (
                (np.radians(-68), 0.2, 3.5 * s),
                (np.radians(-112), 0.2, 3.5 * s),
                (np.radians(-90), 0.05, -6 * s),
                (np.radians(40), 0.3, 6 * s),
                (np.radians(140), 0.3, 6 * s),
            ),
        ),
        lining_mm=_LINING_MM * s,
    )
    ribs = np.array([-152, -133, -38, -20, 2, 22, 42, 62, 118, 138, 158, 178], dtype=float)
    ribs = ribs + rng.normal(0, 2, ribs.size) + 0.3 * level_mm
    paint_ribs(canvas, rng, wall, np.radians(ribs), scale=s, lining_mm=_LINING_MM * s, long_mm=(9, 18))
    canvas.paint(wall.cavity, Tissue.FAT)
    spine = (rng.normal(0, 2) * s, (44 + rng.normal(0, 2)) * s)
    hollow = wall.cavity & (np.hypot(canvas.x - spine[0], canvas.y - spine[1] - 12 * s) > 30 * s)
    # A stream of random numbers for each part: a part that one slice lacks must not change the others.
    streams = rng.spawn(8)
    _paint_bowel(canvas, streams[7], hollow, s)
    _paint_spleen(canvas, streams[0], hollow, s)
    _paint_kidneys(canvas, streams[1], hollow, spine, s, level_mm)
    _paint_stomach(canvas, streams[2], hollow, s)
    _paint_liver(canvas, streams[3], hollow, s, level_mm)
    _paint_lung_recess(canvas, streams[4], hollow, s, level_mm)
    _paint_middle(canvas, streams[5], spine, s)
    paint_spine(canvas, streams[6], spine, angle=rng.normal(0, 0.03), scale=s)
    _paint_great_vessels(canvas, rng, spine, s)


def _paint_liver(canvas: Canvas, rng: np.random.Generator, room: Mask, s: float, level_mm: float) -> None:
    """Paint the liver with its vessels, gallbladder and the fissure of the round ligament."""
    j = rng.normal(0, 1, 20)
    drop = level_mm * 0.25
    outline = [
        (-175, -20 + j[0]),
        (-120, -100),
        (-62 + 3 * j[1], -98),
        (-8 + 4 * j[2], -92),
        (38 + 9 * j[3] - drop, -72 + 3 * j[4]),
        (46 + 9 * j[3] - drop, -56 + 3 * j[4]),
        (14 + 3 * j[5], -40 + 2 * j[6]),
        (-14 + 2 * j[7], -28 + 2 * j[8]),
        (-19 + 2 * j[9], -6),
        (-15 + 2 * j[9], 12),
        (-26, 26),
        (-44 + 3 * j[10], 42 + 4 * j[11]),
        (-70 + 3 * j[12], 76 + 4 * j[13] - drop),
        (-118, 90 - drop),
        (-165, 60),
    ]
    shape = canvas.polygon(smooth_closed([(x * s, y * s) for x, y in outline]))
    # A hair of peritoneal fat keeps the liver off the wall.
    from scipy.ndimage import binary_erosion

    inner = binary_erosion(room, iterations=max(1, round(0.6 * s / canvas.step_mm)))
    canvas.paint(shape, Tissue.LIVER, inner)
    liver = canvas.has(Tissue.LIVER)
    fissure = smooth_open(
        [((-16 + 2 * j[14]) * s, -24 * s), ((-12 + 2 * j[15]) * s, -48 * s), (-8 * s, -66 * s)]
    )
    canvas.paint(canvas.stroke(fissure, np.linspace(2.8, 0.7, len(fissure)) * s), Tissue.FAT, liver)
    _paint_liver_vessels(canvas, rng, s)
    if level_mm > -8:
        size = rng.uniform(0.85, 1.15) * s * min(1.0, 0.9 + level_mm / 60)
        x, y = (-42 + 3 * j[16]) * s, (-38 + 3 * j[17]) * s
        bladder = canvas.ellipse_level(x, y, 11 * size, 19 * size, rng.normal(0.45, 0.15), 2.2)
        canvas.paint(bladder < 1.2, Tissue.FAT, canvas.has(Tissue.LIVER, Tissue.LIVER_VESSEL))
        canvas.paint(bladder < 1.13, Tissue.FIBROUS)
        canvas.paint(bladder < 1.0, Tissue.BILE)


def _paint_liver_vessels(canvas: Canvas, rng: np.random.Generator, s: float) -> None:
    liver = canvas.has(Tissue.LIVER)

    def near(x: float, y: float, spread: float = 2.5) -> tuple[float, float]:
        return (x + rng.normal(0, spread)) * s, (y + rng.normal(0, spread)) * s

    def thin(generation: int) -> float:
        return 0.78 - 0.08 * generation

    vessel = Tissue.LIVER_VESSEL
    # Portal vein from the hilum: right trunk with front and back branches, left branch to the fissure.
    portal = [(-16 * s, -14 * s), near(-34, -10), near(-54, -2)]
    paint_tree(canvas, rng, portal, 5.4 * s, vessel, liver, generations=4, length_mm=27 * s, keep=thin)
    left = [(-16 * s, -20 * s), near(-6, -38), near(8, -58)]
    paint_tree(canvas, rng, left, 3.2 * s, vessel, liver, generations=3, length_mm=17 * s, keep=thin)
    # Hepatic veins run towards the vena cava.
    right_vein = [(-30 * s, 12 * s), near(-48, 18), near(-66, 24)]
    paint_tree(canvas, rng, right_vein, 4.0 * s, vessel, liver, generations=3, length_mm=24 * s, keep=thin)
    middle_vein = [near(-38, -22), near(-56, -40), near(-72, -56)]
    paint_tree(canvas, rng, middle_vein, 3.2 * s, vessel, liver, generations=3, length_mm=22 * s, keep=thin)
    rows, columns = np.nonzero(liver)
    for pick in rng.integers(0, max(len(rows), 1), 34 if len(rows) else 0):
        x, y = float(canvas.x[rows[pick], columns[pick]]), float(canvas.y[rows[pick], columns[pick]])
        a = rng.gamma(3.0, 0.45) * s
        cut = canvas.ellipse(x, y, a, a * rng.uniform(0.45, 1.0), rng.uniform(0, np.pi))
        canvas.paint(cut, vessel, liver)


def _paint_spleen(canvas: Canvas, rng: np.random.Generator, room: Mask, s: float) -> None:
    x, y = (107 + rng.normal(0, 3)) * s, (24 + rng.normal(0, 4)) * s
    size = rng.uniform(0.9, 1.15) * s
    outer = canvas.ellipse_level(x, y, 36 * size, 62 * size, 0.35 + rng.normal(0, 0.08), 2.2)
    hollow = canvas.ellipse(x - 38 * size, y - 18 * size, 27 * size, 46 * size, 0.3)
    canvas.paint((outer < 1) & ~hollow, Tissue.SPLEEN, room)
    spleen = canvas.has(Tissue.SPLEEN)
    for step in (-12, 6):
        vein = canvas.ellipse(x - 13 * size, y + step * size, 3.5 * size, 1.6 * size, rng.normal(0.6, 0.3))
        canvas.paint(vein, Tissue.BLOOD, room & (spleen | canvas.has(Tissue.FAT)))


def _paint_kidneys(
    canvas: Canvas,
    rng: np.random.Generator,
    room: Mask,
    spine: tuple[float, float],
    s: float,
    level_mm: float,
) -> None:
    for side, base in ((-1, 0.62), (1, 0.86)):
        size = float(np.clip(base + level_mm / 60 + rng.normal(0, 0.06), 0.0, 1.15)) * s
        if size < 0.45 * s:
            continue
        x, y = spine[0] + side * (57 + rng.normal(0, 3)) * s, spine[1] + (16 + rng.normal(0, 2)) * s
        turn = side * -0.5
        kidney = canvas.ellipse_level(x, y, 21 * size, 28 * size, turn)
        canvas.paint(kidney < 1.55, Tissue.FAT, room)
        canvas.paint(kidney < 1, Tissue.KIDNEY_CORTEX, room)
        for angle in np.arange(6) * np.pi / 3 + rng.uniform(0, 1):
            px, py = x + 11 * size * np.cos(angle), y + 15 * size * np.sin(angle)
            canvas.paint(canvas.ellipse(px, py, 5 * size, 4 * size, angle), Tissue.KIDNEY_MEDULLA, room)
        sinus = canvas.ellipse(x - side * 6 * size, y - 2 * size, 9 * size, 7 * size, turn)
        canvas.paint(sinus, Tissue.FAT, room)


def _paint_stomach(canvas: Canvas, rng: np.random.Generator, room: Mask, s: float) -> None:
    x, y = (64 + rng.normal(0, 4)) * s, (-44 + rng.normal(0, 3)) * s
    size = rng.uniform(0.95, 1.15) * s
    stomach = canvas.ellipse_level(x, y, 46 * size, 36 * size, 0.45 + rng.normal(0, 0.1), 2.3)
    theta = np.arctan2(canvas.y - y, canvas.x - x)
    inner = 0.86 + harmonics(theta, rng, (7, 11, 16), 0.05)
    canvas.paint(stomach < 1.12, Tissue.FAT, room)
    canvas.paint(stomach < 1, Tissue.MUSCLE, room)
    canvas.paint(stomach < inner, Tissue.FLUID, room)
    # On the back the gas lies in front, over a flat level.
    level = y + rng.uniform(-14, -2) * size
    canvas.paint((stomach < inner) & (canvas.y < level), Tissue.GAS, room)


def _paint_bowel(canvas: Canvas, rng: np.random.Generator, room: Mask, s: float) -> None:
    """Paint the splenic flexure, jejunal loops and mesenteric vessels into the fat of the left side."""
    loops: list[tuple[float, float, float, float, float]] = [(112, -42, 19, 23, 0.42), (92, -66, 15, 13, 0.5)]
    loops += [
        (rng.uniform(30, 100), rng.uniform(-20, 30), rng.uniform(9, 15), rng.uniform(8, 12), 0.15)
        for _ in range(13)
    ]
    for x, y, a, b, gas in loops:
        cx, cy = (x + rng.normal(0, 2)) * s, (y + rng.normal(0, 2)) * s
        loop = canvas.ellipse_level(cx, cy, a * s, b * s, rng.uniform(0, np.pi), 2.3)
        theta = np.arctan2(canvas.y - cy, canvas.x - cx)
        inner = 0.62 + harmonics(theta, rng, (5, 8, 12), 0.07)
        canvas.paint(loop < 1.25, Tissue.FAT, room)
        canvas.paint(loop < 1, Tissue.MUSCLE, room)
        canvas.paint(loop < inner, Tissue.FLUID, room)
        if rng.uniform() < gas:
            canvas.paint((loop < inner) & (canvas.y < cy + rng.uniform(-4, 2) * s), Tissue.GAS, room)
    for _ in range(16):
        bx, by = rng.uniform(14, 96) * s, rng.uniform(-14, 26) * s
        vessel = canvas.ellipse(bx, by, rng.uniform(1, 2.4) * s, rng.uniform(0.8, 1.6) * s, rng.uniform(0, 3))
        canvas.paint(vessel, Tissue.BLOOD, room & canvas.has(Tissue.FAT))


def _paint_lung_recess(
    canvas: Canvas, rng: np.random.Generator, room: Mask, s: float, level_mm: float
) -> None:
    """Paint the tips of the lungs behind liver and spleen, thinner towards the feet."""
    width = max(0.0, (7.0 - 0.3 * level_mm) * rng.uniform(0.6, 1.2)) * s
    if width < 1.0 * s:
        return
    from scipy.ndimage import distance_transform_edt

    deep = distance_transform_edt(room) * canvas.step_mm
    behind = np.clip((canvas.y / s - 36) / 26, 0, 1) * (np.abs(canvas.x) > 36 * s)
    edge = width * behind
    canvas.paint(room & (deep < edge + 2.2 * s) & (edge > 0.6 * s), Tissue.MUSCLE)
    canvas.paint(room & (deep < edge) & (edge > 0.6 * s), Tissue.LUNG)


def _paint_middle(canvas: Canvas, rng: np.random.Generator, spine: tuple[float, float], s: float) -> None:
    """Paint the crura, the adrenals and the pancreas with its vein."""
    x, y = spine
    for side in (-1, 1):
        crus = smooth_open(
            [
                (x + side * 9 * s, y - 38 * s),
                (x + side * 17 * s, y - 24 * s),
                (x + side * 25 * s, y - 4 * s),
                (x + side * 30 * s, y + 14 * s),
            ]
        )
        canvas.paint(canvas.stroke(crus, np.full(len(crus), 2.6 * s)), Tissue.MUSCLE)
        ax, ay = x + side * 36 * s, y - 20 * s
        for turn in (0.5, -0.45):
            limb = smooth_open(
                [(ax, ay), (ax + 7 * s * np.sin(turn), ay + 9 * s), (ax + 14 * s * turn, ay + 17 * s)]
            )
            tube = canvas.stroke(limb, np.full(len(limb), 1.4 * s))
            canvas.paint(tube, Tissue.PANCREAS, canvas.has(Tissue.FAT))
    gland = smooth_open([(8 * s, -24 * s), (34 * s, -14 * s), (62 * s, 2 * s), (84 * s, 12 * s)])
    swell = 1 + 0.18 * np.sin(np.linspace(0, 9, len(gland)) + rng.uniform(0, 6))
    tube = canvas.stroke(gland, np.linspace(8.5, 6.0, len(gland)) * swell * s)
    free = canvas.has(Tissue.FAT, Tissue.BLOOD)
    canvas.paint(tube, Tissue.PANCREAS, free)
    vein = canvas.stroke(gland + np.array([0, 8.0]) * s, np.full(len(gland), 3.2 * s))
    canvas.paint(vein, Tissue.BLOOD, free | canvas.has(Tissue.PANCREAS))


def _paint_great_vessels(
    canvas: Canvas, rng: np.random.Generator, spine: tuple[float, float], s: float
) -> None:
    x, y = spine
    aorta = canvas.ellipse_level(x + (7 + rng.normal(0, 2)) * s, y - 28 * s, 9.5 * s, 9.2 * s)
    canvas.paint(aorta < 1.55, Tissue.FAT)
    canvas.paint(aorta < 1.2, Tissue.FIBROUS)
    canvas.paint(aorta < 1, Tissue.BLOOD)
    cava = canvas.ellipse_level(x - (24 + rng.normal(0, 1.5)) * s, y - 30 * s, 12.5 * s, 9 * s, 0.25)
    canvas.paint(cava < 1.12, Tissue.FIBROUS)
    canvas.paint(cava < 1, Tissue.BLOOD)
