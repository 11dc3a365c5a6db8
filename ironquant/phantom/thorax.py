"""Anatomy of a short-axis slice through the heart."""

from __future__ import annotations

import numpy as np

from ironquant.phantom.heart import HeartPlan, paint_heart, plan_heart
from ironquant.phantom.shapes import Canvas, Mask, harmonics, smooth_closed
from ironquant.phantom.tissues import Tissue
from ironquant.phantom.torso import Wall, paint_dots, paint_ribs, paint_spine, paint_tree, paint_wall

_ANTERIOR = np.radians(-155.0)
_LINING_MM = 10.0


def paint_thorax(canvas: Canvas, seed: int, scale: float, level_mm: float) -> None:
    """Paint one short-axis slice.

    Parameters
    ----------
    seed : int
        Anatomy; the slices of one patient share it.
    scale : float
        Body size, 1 for an adult.
    level_mm : float
        Distance from the mid-ventricular plane; positive towards the apex.
    """
    rng = np.random.default_rng([seed, 1])
    s = scale
    half = (152 * s * rng.uniform(0.96, 1.05), 137 * s * rng.uniform(0.96, 1.05))
    wall = paint_wall(
        canvas,
        rng,
        half,
        power=2.12,
        tilt=rng.normal(np.radians(-9), 0.05),
        bumps=((_ANTERIOR, 0.5, -2 * s), (np.radians(-110), 0.5, 5 * s), (np.radians(75), 0.4, -3 * s)),
        fat=(
            rng.uniform(6, 11) * s,
            ((np.radians(10), 0.5, 7 * s), (np.radians(120), 0.6, 6 * s), (np.radians(-95), 0.4, 6 * s)),
        ),
        muscle=(
            5.5 * s,
            (
                (np.radians(5), 0.35, 11 * s),
                (np.radians(-100), 0.35, 9 * s),
                (np.radians(125), 0.4, 8 * s),
                (_ANTERIOR, 0.25, -3 * s),
            ),
        ),
        lining_mm=_LINING_MM * s,
    )
    paint_ribs(
        canvas,
        rng,
        wall,
        np.radians([-128, -103, -78, -52, -27, -3, 22, 45, 108, 131, 153, 172]),
        scale=s,
        lining_mm=_LINING_MM * s,
        long_mm=(9.0, 15.0),
    )
    canvas.paint(wall.cavity, Tissue.LUNG)
    # A stream of random numbers for each part: a part that one slice lacks must not change the others.
    streams = rng.spawn(6)
    plan = plan_heart(streams[0], s, level_mm)
    _paint_below_diaphragm(canvas, streams[1], wall, plan, s, level_mm)
    _paint_spine_and_vessels(canvas, streams[2], plan, s)
    _paint_sternum(canvas, streams[3], wall, s)
    _paint_lung_vessels(canvas, streams[4], plan, s)
    paint_heart(canvas, streams[5], plan, s, level_mm)


def _paint_lung_vessels(canvas: Canvas, rng: np.random.Generator, plan: HeartPlan, s: float) -> None:
    lung = canvas.has(Tissue.LUNG)
    x, y = plan.centre[0] + 30 * s, plan.centre[1] - 30 * s
    for turn, radius in ((-0.15, 1.9), (-0.9, 1.6), (-1.7, 1.4), (0.45, 1.5), (-2.3, 1.2)):
        direction = turn + rng.normal(0, 0.15)
        root = [
            (x + reach * s * np.cos(direction), y + reach * s * np.sin(direction)) for reach in (0, 14, 30)
        ]
        paint_tree(
            canvas,
            rng,
            root,
            radius * s,
            Tissue.LUNG_VESSEL,
            lung,
            generations=4,
            length_mm=20 * s,
            keep=lambda generation: 0.62,
        )
    paint_dots(canvas, rng, lung, (x, y), count=150, scale=s)


def _paint_below_diaphragm(
    canvas: Canvas, rng: np.random.Generator, wall: Wall, plan: HeartPlan, s: float, level_mm: float
) -> None:
    """Paint liver dome, stomach, spleen and abdominal fat under the dome of the diaphragm."""
    cx, cy = plan.centre
    floor = cy + plan.epicardial_mm + 7 * s
    u = (canvas.x - np.float32(cx)) / np.float32(s)
    left, right = np.maximum(-u - 15, 0), np.maximum(u - 62, 0)
    slope = rng.uniform(0.8, 1.2)
    edge = floor + s * (0.0030 * slope * left**2 + 0.0060 * right**2 - 5 * np.exp(-(((u + 72) / 36) ** 2)))
    edge = edge + s * harmonics(u / np.float32(60), rng, (1, 2, 3), 0.9)
    below = wall.cavity & (canvas.y > edge)
    canvas.paint(below, Tissue.MUSCLE)
    abdomen = wall.cavity & (canvas.y > edge + 2.4 * s)
    canvas.paint(abdomen, Tissue.FAT)
    x0, y0 = cx, float(floor)
    liver = canvas.polygon(
        smooth_closed(
            [
                (x0 - 150 * s, y0 - 30 * s),
                (x0 - 60 * s, y0 - 30 * s),
                (x0 + (16 + rng.normal(0, 6)) * s, y0 - 8 * s),
                (x0 + (24 + rng.normal(0, 6)) * s, y0 + 9 * s),
                (x0 + 4 * s, y0 + 26 * s),
                (x0 - 2 * s, y0 + 48 * s),
                (x0 - 14 * s, y0 + 72 * s),
                (x0 - 55 * s, y0 + 104 * s),
                (x0 - 150 * s, y0 + 100 * s),
            ]
        )
    )
    canvas.paint(liver, Tissue.LIVER, wall.cavity & (canvas.y > edge + 3.2 * s))
    in_liver = canvas.has(Tissue.LIVER)
    for start, heading, radius in (
        ((-14, 42), -2.75, 3.6),
        ((-22, 62), -2.95, 3.4),
        ((-8, 34), -1.95, 2.6),
        ((-40, 74), 2.9, 2.4),
    ):
        ax, ay = x0 + (start[0] + rng.normal(0, 4)) * s, y0 + (start[1] + rng.normal(0, 4)) * s
        direction = heading + rng.normal(0, 0.12)
        root = [
            (ax + reach * s * np.cos(direction), ay + reach * s * np.sin(direction)) for reach in (0, 12, 28)
        ]
        paint_tree(
            canvas,
            rng,
            root,
            radius * s,
            Tissue.LIVER_VESSEL,
            in_liver,
            generations=3,
            length_mm=22 * s,
            keep=lambda generation: 0.7,
        )
    _paint_stomach_and_spleen(canvas, rng, abdomen & ~in_liver, (x0, y0), s, level_mm)


def _paint_stomach_and_spleen(
    canvas: Canvas,
    rng: np.random.Generator,
    room: Mask,
    at: tuple[float, float],
    s: float,
    level_mm: float,
) -> None:
    x0, y0 = at
    spleen = canvas.ellipse_level(x0 + 122 * s, y0 + 50 * s, 27 * s, 40 * s, -0.45, 2.3)
    canvas.paint(spleen < 1, Tissue.SPLEEN, room)
    stomach = canvas.ellipse_level(
        x0 + (84 + rng.normal(0, 4)) * s, y0 + 30 * s, (30 + 0.1 * level_mm) * s, 24 * s, 0.6, 2.4
    )
    canvas.paint(stomach < 1.15, Tissue.FAT, room)
    canvas.paint(stomach < 1, Tissue.MUSCLE, room)
    canvas.paint(stomach < 0.78, Tissue.FLUID, room)
    # The patient lies on the back: gas rises to the front, image left and up.
    front = (canvas.x - x0 - 84 * s) * np.cos(_ANTERIOR) + (canvas.y - y0 - 30 * s) * np.sin(_ANTERIOR)
    canvas.paint((stomach < 0.78) & (front > rng.uniform(4, 13) * s), Tissue.GAS, room)


def _paint_spine_and_vessels(canvas: Canvas, rng: np.random.Generator, plan: HeartPlan, s: float) -> None:
    sx, sy = (26 + rng.normal(0, 4)) * s, (66 + rng.normal(0, 2)) * s
    angle = rng.normal(-0.3, 0.08)
    around = canvas.ellipse(sx - 2 * s, sy - 6 * s, 25 * s, 24 * s)
    canvas.paint(around, Tissue.FAT, ~canvas.has(Tissue.MUSCLE, Tissue.AIR, Tissue.SKIN))
    paint_spine(canvas, rng, (sx, sy), angle=angle, scale=0.92 * s)
    aorta = canvas.ellipse_level(sx + 4 * s, sy - 30 * s, 10.5 * s, 10 * s)
    canvas.paint(aorta < 1.7, Tissue.FAT)
    canvas.paint(aorta < 1.22, Tissue.FIBROUS)
    canvas.paint(aorta < 1, Tissue.BLOOD)
    oesophagus = canvas.ellipse_level(sx - 17 * s, sy - 29 * s, 7.5 * s, 5 * s, 0.4)
    canvas.paint(oesophagus < 1, Tissue.MUSCLE)
    canvas.paint(oesophagus < 0.12, Tissue.FLUID)
    canvas.paint(canvas.ellipse(sx - 18 * s, sy - 8 * s, 2.4 * s, 2.4 * s), Tissue.BLOOD)
    cava = canvas.ellipse_level(sx - 38 * s, sy - 20 * s, 12 * s, 8.5 * s, 0.5)
    canvas.paint(cava < 1.15, Tissue.FIBROUS)
    canvas.paint(cava < 1, Tissue.BLOOD)


def _paint_sternum(canvas: Canvas, rng: np.random.Generator, wall: Wall, s: float) -> None:
    """Paint sternum, costal cartilage on both sides and the fat behind it."""
    gap = (wall.theta - np.float32(_ANTERIOR) + np.pi) % np.float32(2 * np.pi) - np.float32(np.pi)
    along = gap * wall.radius
    pad = (
        _LINING_MM
        + 9 * np.exp(-((along / (26 * np.float32(s))) ** 2))
        + harmonics(wall.theta, rng, (6, 9), 0.8)
    )
    behind = wall.muscle_in + pad * s
    canvas.paint((np.abs(along) < 44 * s) & (wall.depth > wall.muscle_in) & (wall.depth < behind), Tissue.FAT)
    centre = wall.muscle_in + 0.5 * _LINING_MM * s
    for offset, half in ((0.0, 15.0), (-31.0, 11.0), (31.0, 11.0)):
        level = np.abs((along - offset * s) / (half * s)) ** 2.5
        level = level + np.abs((wall.depth - centre) / (5.6 * s)) ** 2.5
        canvas.paint((level < 1) & (wall.depth > 0), Tissue.BONE if offset == 0 else Tissue.MUSCLE)
        if offset == 0:
            canvas.paint(level < 0.55, Tissue.MARROW)
    for side in (-1, 1):
        mammary = np.hypot(along - side * 21 * s, wall.depth - centre - 9 * s)
        canvas.paint(mammary < rng.uniform(1.0, 1.5) * s, Tissue.BLOOD)
