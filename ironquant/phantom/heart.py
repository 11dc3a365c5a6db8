"""Anatomy of the heart in short axis."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ironquant.phantom.shapes import Canvas, Coordinates, Mask, harmonics
from ironquant.phantom.tissues import Tissue
from ironquant.phantom.torso import angular


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


def plan_heart(rng: np.random.Generator, s: float, level_mm: float) -> HeartPlan:
    """Draw the size and place of a heart; `level_mm` is positive towards the apex."""
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


def paint_heart(canvas: Canvas, rng: np.random.Generator, plan: HeartPlan, s: float, level_mm: float) -> None:
    """Paint both ventricles, pericardium and fat, cut across the long axis."""
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
