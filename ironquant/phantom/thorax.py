"""Anatomy of a short-axis slice through the heart."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ironquant.phantom.shapes import Canvas, Coordinates, Mask, harmonics, smooth_closed
from ironquant.phantom.tissues import Tissue
from ironquant.phantom.torso import Wall, angular, paint_dots, paint_ribs, paint_spine, paint_tree, paint_wall

_ANTERIOR = np.radians(-155.0)
_LINING_MM = 10.0


@dataclass(frozen=True)
class HeartPlan:
    """Size and place of one heart in the slice (mm, radian, y down)."""

    centre: tuple[float, float]
    turn: float
    epicardial_mm: float
    wall_mm: float
    rv_offset_mm: float
    rv_half: tuple[float, float]
    rv_drop_mm: float


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
    plan = _plan_heart(streams[0], s, level_mm)
    _paint_below_diaphragm(canvas, streams[1], wall, plan, s, level_mm)
    _paint_spine_and_vessels(canvas, streams[2], plan, s)
    _paint_sternum(canvas, streams[3], wall, s)
    _paint_lung_vessels(canvas, streams[4], plan, s)
    _paint_heart(canvas, streams[5], plan, s, level_mm)


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


def _plan_heart(rng: np.random.Generator, s: float, level_mm: float) -> HeartPlan:
    taper = float(np.sqrt(max(0.1, 1 - (max(level_mm, 0) / (62 * s)) ** 2)))
    epicardial = rng.uniform(33, 37.5) * s * taper
    centre = ((-18 + rng.normal(0, 5)) * s, (-22 + rng.normal(0, 4)) * s)
    return HeartPlan(
        centre=centre,
        turn=rng.normal(-0.12, 0.22),
        epicardial_mm=epicardial,
        wall_mm=rng.uniform(8.6, 10.8) * s,
        rv_offset_mm=rng.uniform(0.96, 1.06) * epicardial,
        rv_half=(rng.uniform(0.86, 0.98) * epicardial, rng.uniform(1.0, 1.12) * epicardial),
        rv_drop_mm=rng.uniform(0.02, 0.14) * epicardial,
    )


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


def _paint_heart(
    canvas: Canvas, rng: np.random.Generator, plan: HeartPlan, s: float, level_mm: float
) -> None:
    u, v = canvas.local(*plan.centre, plan.turn)
    theta = np.arctan2(v, u)
    rho = np.hypot(u, v)
    epicardium = plan.epicardial_mm + s * harmonics(theta, rng, (2, 3), 0.7)
    rv_centre = (-plan.rv_offset_mm, plan.rv_drop_mm)
    rv_level = np.sqrt(
        ((u - rv_centre[0]) / plan.rv_half[0]) ** 2 + ((v - rv_centre[1]) / plan.rv_half[1]) ** 2
    )
    rv_theta = np.arctan2(v - rv_centre[1], u - rv_centre[0])
    rv_size = float(np.mean(plan.rv_half))
    outside_lv = rho - epicardium
    # Not a circle: an acute margin below, a flatter free wall, an outflow tract above.
    margin = ((2.0, 0.4, 0.13), (np.pi, 0.55, -0.10), (-1.75, 0.4, 0.08))
    outline = rv_size * angular(rv_theta, margin) + s * harmonics(rv_theta, rng, (2, 3, 4, 6), 0.9)
    outside_rv = (rv_level - 1) * rv_size - outline
    _paint_pericardium(canvas, rng, theta, outside_lv, outside_rv, s)
    canvas.paint(outside_rv < 0, Tissue.MYOCARDIUM)
    trabeculae = s * np.abs(harmonics(rv_theta, rng, (9, 14, 19, 27), 1.9))
    cavity_rv = outside_rv < -(2.6 * s + trabeculae)
    canvas.paint(cavity_rv, Tissue.RV_BLOOD)
    _paint_moderator_band(canvas, rng, plan, cavity_rv, s)
    _paint_left_ventricle(canvas, rng, plan, (theta, rho, epicardium, outside_rv), s, level_mm)


def _paint_pericardium(
    canvas: Canvas,
    rng: np.random.Generator,
    theta: Coordinates,
    outside_lv: Coordinates,
    outside_rv: Coordinates,
    s: float,
) -> None:
    """Paint epicardial fat (thick in the grooves), the pericardium and the fat pads outside it."""
    k = np.float32(9 * s)
    outside = -k * np.logaddexp(-outside_lv / k, -outside_rv / k) + k * np.float32(0.35)
    fat = s * (2.4 + 0.8 * np.cos(theta - 2.6) + harmonics(theta, rng, (2, 3, 5), 0.7))
    pad = fat + s * (
        2.0
        + 13 * np.exp(-0.5 * (((theta + 2.5 + np.pi) % (2 * np.pi) - np.pi) / 0.42) ** 2)
        + 7 * np.exp(-0.5 * (((theta - 2.2 + np.pi) % (2 * np.pi) - np.pi) / 0.4) ** 2)
        + 5 * np.exp(-0.5 * (((theta - 0.9 + np.pi) % (2 * np.pi) - np.pi) / 0.25) ** 2)
    )
    soft = ~canvas.has(Tissue.AIR, Tissue.SKIN, Tissue.BONE, Tissue.MARROW, Tissue.GAS)
    canvas.paint((outside < pad) & canvas.has(Tissue.LUNG, Tissue.LUNG_VESSEL), Tissue.FAT)
    canvas.paint(outside < fat + 1.3 * s, Tissue.FIBROUS, soft)
    canvas.paint(outside < fat, Tissue.FAT, soft)
    for angle, radius in ((-1.75, 1.7), (1.7, 1.6), (-0.5, 1.0), (2.3, 1.3), (-2.5, 1.2)):
        gap = np.abs((theta - angle - rng.normal(0, 0.08) + np.pi) % (2 * np.pi) - np.pi)
        coronary = np.hypot(gap * (outside_lv + 34 * s), outside - 1.2 * s) < radius * s
        canvas.paint(coronary & (outside < fat), Tissue.BLOOD)


def _paint_moderator_band(
    canvas: Canvas, rng: np.random.Generator, plan: HeartPlan, cavity: Mask, s: float
) -> None:
    c, n = np.cos(plan.turn), np.sin(plan.turn)
    for _ in range(5):
        u = -plan.rv_offset_mm + rng.uniform(-0.95, -0.1) * plan.rv_half[0]
        v = plan.rv_drop_mm + rng.uniform(-0.75, 0.75) * plan.rv_half[1]
        x, y = plan.centre[0] + u * c - v * n, plan.centre[1] + u * n + v * c
        size = rng.uniform(1.4, 3.2) * s
        band = canvas.ellipse(x, y, size, size * rng.uniform(0.5, 1.0), rng.uniform(0, 3))
        canvas.paint(band, Tissue.MYOCARDIUM, cavity)


def _paint_left_ventricle(
    canvas: Canvas,
    rng: np.random.Generator,
    plan: HeartPlan,
    polar: tuple[Coordinates, Coordinates, Coordinates, Coordinates],
    s: float,
    level_mm: float,
) -> None:
    theta, rho, epicardium, outside_rv = polar
    thickness = plan.wall_mm + s * harmonics(theta, rng, (1, 2, 3), 0.55)
    trabeculae = s * np.abs(harmonics(theta, rng, (8, 13, 19), 0.9)) * (0.25 + 0.75 * (np.cos(theta) > -0.3))
    endocardium = epicardium - thickness - trabeculae
    lv = rho < epicardium
    canvas.paint(lv, Tissue.MYOCARDIUM)
    # The septum proper lies between the insertions: where the right ventricle's outline overlaps.
    from_left = np.abs((theta - np.float32(np.pi) + np.pi) % np.float32(2 * np.pi) - np.float32(np.pi))
    septum = lv & (rho > endocardium) & (outside_rv < -5 * s) & (from_left < np.radians(52))
    canvas.paint(septum, Tissue.SEPTUM)
    cavity = rho < endocardium
    canvas.paint(cavity, Tissue.LV_BLOOD)
    inner = float(plan.epicardial_mm - plan.wall_mm)
    size = float(np.clip(1 - abs(level_mm) / (45 * s), 0.4, 1.0))
    c, n = np.cos(plan.turn), np.sin(plan.turn)
    for angle, base in ((np.radians(-48), 6.2), (np.radians(62), 6.8)):
        where = angle + rng.normal(0, 0.12)
        half = base * s * size * rng.uniform(0.8, 1.1)
        reach = inner - 0.75 * half
        u, v = reach * np.cos(where), reach * np.sin(where)
        x, y = plan.centre[0] + u * c - v * n, plan.centre[1] + u * n + v * c
        papillary = canvas.ellipse(x, y, half, 0.72 * half, where + plan.turn + rng.normal(0, 0.2))
        canvas.paint(papillary, Tissue.MYOCARDIUM, cavity)
