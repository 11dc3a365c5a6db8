"""What a chest and a belly have in common: wall, ribs, spine, back muscles, vessel trees."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ironquant.phantom.shapes import Canvas, Coordinates, Mask, harmonics, smooth_open
from ironquant.phantom.tissues import Tissue

Bumps = Sequence[tuple[float, float, float]]
"""Angle (radian), width (radian) and height (mm) of thickenings along the wall."""

_SKIN_MM = 1.8


@dataclass(frozen=True, eq=False)
class Wall:
    """The body's outline and wall after painting.

    Attributes
    ----------
    theta : ndarray
        Angle about the body's centre, y down: 0 image right, pi/2 image bottom.
    depth : ndarray
        Distance from the skin in mm, measured towards the centre.
    radius : ndarray
        From the centre to the skin at this angle in mm.
    muscle_in : ndarray
        Depth of the inner side of the wall's muscle.
    cavity : ndarray of bool
        Inside of wall and ribs.
    """

    theta: Coordinates
    depth: Coordinates
    radius: Coordinates
    muscle_in: Coordinates
    cavity: Mask


def angular(theta: Coordinates, bumps: Bumps) -> Coordinates:
    """Return the sum of Gaussian bumps over angle."""
    total = np.zeros_like(theta)
    for angle, width, height in bumps:
        gap = np.abs(_turned(theta, angle))
        total += np.float32(height) * np.exp(-0.5 * (gap / width) ** 2)
    return total


def _turned(theta: Coordinates, angle: float) -> Coordinates:
    """Return theta − angle between −π and π; `angle` within ±2π."""
    gap = theta - np.float32(angle) + np.float32(np.pi)
    whole = np.float32(2 * np.pi)
    np.add(gap, whole, out=gap, where=gap < 0)
    np.subtract(gap, whole, out=gap, where=gap >= whole)
    gap -= np.float32(np.pi)
    return gap


def paint_wall(
    canvas: Canvas,
    rng: np.random.Generator,
    half: tuple[float, float],
    *,
    power: float,
    tilt: float,
    bumps: Bumps,
    fat: tuple[float, Bumps],
    muscle: tuple[float, Bumps],
    lining_mm: float,
) -> Wall:
    """Paint skin, fat and muscle from the outside in; everything inside is left as fat.

    Parameters
    ----------
    half : tuple of float
        Half width and half height of the body (mm).
    bumps, fat, muscle
        Outline and thickness of fat and muscle: a constant and bumps over angle.
    lining_mm : float
        Depth of the rib cage below the muscle; the cavity begins there.
    """
    theta = np.arctan2(canvas.y, canvas.x)
    level = canvas.ellipse_level(0, 0, half[0], half[1], tilt, power) ** np.float32(1 / power)
    distance = np.hypot(canvas.x, canvas.y)
    radius = distance / np.maximum(level, np.float32(1e-3))
    radius = radius + angular(theta, bumps) + harmonics(theta, rng, (3, 4, 5, 7), 1.1)
    depth = radius - distance
    fat_in = _SKIN_MM + fat[0] + angular(theta, fat[1]) + harmonics(theta, rng, (2, 3, 5, 9), 0.8)
    fat_in = np.maximum(fat_in, np.float32(_SKIN_MM + 1.5))
    muscle_in = fat_in + np.maximum(
        muscle[0] + angular(theta, muscle[1]) + harmonics(theta, rng, (4, 6), 0.6), np.float32(2.0)
    )
    body = depth > 0
    canvas.paint(body, Tissue.SKIN)
    canvas.paint(depth > _SKIN_MM, Tissue.FAT)
    canvas.paint((depth > fat_in) & (depth < muscle_in), Tissue.MUSCLE)
    # Thin fat planes between the layers of muscle.
    middle = 0.5 * (fat_in + muscle_in) + harmonics(theta, rng, (5, 8, 13), 1.0)
    thick = (muscle_in - fat_in > 7.0) & (harmonics(theta, rng, (3, 5, 9, 14), 1.0) > -0.2)
    canvas.paint((np.abs(depth - middle) < 0.75) & thick, Tissue.FAT)
    # Fibrous septa of the subcutaneous fat (Scarpa's fascia).
    fascia = fat_in * 0.55 + harmonics(theta, rng, (3, 6, 11), 0.9)
    broken = harmonics(theta, rng, (4, 7, 12, 19), 1.0) > 0.1
    canvas.paint((np.abs(depth - fascia) < 0.35) & (fat_in > 9.0) & broken, Tissue.SKIN)
    return Wall(theta, depth, radius, muscle_in, depth > muscle_in + lining_mm)


def paint_ribs(
    canvas: Canvas,
    rng: np.random.Generator,
    wall: Wall,
    angles: NDArray[np.float64],
    *,
    scale: float,
    lining_mm: float,
    long_mm: tuple[float, float],
) -> None:
    """Paint the rib cage in the wall's lining: intercostal muscle, ribs with cortex and marrow."""
    ring = (wall.depth > wall.muscle_in) & (wall.depth < wall.muscle_in + lining_mm)
    canvas.paint(ring, Tissue.MUSCLE)
    lining = 0.93 + harmonics(wall.theta, rng, (5, 8, 13), 0.05)
    canvas.paint(ring & (wall.depth > wall.muscle_in + lining * lining_mm), Tissue.FAT)
    canvas.paint(ring & (wall.depth < wall.muscle_in + 0.1 * lining_mm), Tissue.FAT)
    # A rib is thinner than the ring.
    within = np.nonzero(ring)
    theta, label = wall.theta[within], canvas.label[within]
    depth = wall.depth[within] - (wall.muscle_in[within] + 0.48 * lining_mm)
    radius = wall.radius[within] - (wall.muscle_in[within] + 0.48 * lining_mm)
    for angle in angles:
        turned = angle + rng.normal(0, 0.03)
        half_long = rng.uniform(*long_mm) * scale
        half_thick = 0.43 * lining_mm * rng.uniform(0.85, 1.05)
        gap = _turned(theta, turned)
        along, across = gap * radius / np.float32(half_long), depth / np.float32(half_thick)
        level = np.sqrt(np.abs(along) ** 2.4 + np.abs(across) ** 2)
        rib = (level < 1.0) & (np.abs(gap) < 0.8)
        label[rib] = Tissue.BONE
        label[rib & (level < 1 - 1.5 / half_thick)] = Tissue.MARROW
    canvas.label[within] = label


def paint_spine(
    canvas: Canvas, rng: np.random.Generator, at: tuple[float, float], *, angle: float, scale: float
) -> None:
    """Paint a vertebra with discs of fat, canal, cord, arch and the muscles of the back.

    Parameters
    ----------
    at : tuple of float
        Centre of the vertebral body (mm).
    angle : float
        Turn of the posterior direction from image down (radian).
    """
    s = scale * rng.uniform(0.95, 1.05)

    def place(u: float, v: float) -> tuple[float, float]:
        c, n = np.cos(angle), np.sin(angle)
        return at[0] + (u * c - v * n) * s, at[1] + (u * n + v * c) * s

    def blob(u: float, v: float, a: float, b: float, turn: float = 0.0, power: float = 2.0) -> Coordinates:
        return canvas.ellipse_level(*place(u, v), a * s, b * s, angle + turn, power)

    body = canvas.label > Tissue.SKIN
    for side in (-1, 1):
        # Erector spinae and multifidus in fat planes, then the transverse process.
        canvas.paint(blob(side * 31, 36, 25, 19, side * 0.25, 2.6) < 1, Tissue.MUSCLE, body)
        canvas.paint(blob(side * 12, 38, 9, 17, side * -0.15, 2.4) < 1, Tissue.MUSCLE, body)
        for _ in range(5):
            u, v = side * rng.uniform(14, 48), rng.uniform(26, 48)
            streak = blob(u, v, rng.uniform(3, 8), 0.8, rng.uniform(-1.3, 1.3))
            canvas.paint(streak < 1, Tissue.FAT, canvas.has(Tissue.MUSCLE))
        canvas.paint(blob(side * 21, 22, 14, 4.6, side * 0.3) < 1, Tissue.BONE)
        canvas.paint(blob(side * 21, 22, 12, 2.8, side * 0.3) < 1, Tissue.MARROW)
    arch = blob(0, 26, 17.5, 13.5, 0, 2.3)
    canvas.paint(arch < 1, Tissue.BONE)
    canvas.paint(arch < 0.78, Tissue.MARROW)
    spinous = blob(0, 47, 3.6, 17)
    canvas.paint(spinous < 1, Tissue.BONE, body)
    canvas.paint(spinous < 0.5, Tissue.MARROW)
    vertebra = np.maximum(blob(0, 0, 21, 17, 0, 2.5), 1 - (blob(0, 25, 15, 11) - 0.9) * 0.5)
    canvas.paint(vertebra < 1, Tissue.BONE)
    canvas.paint(vertebra < 0.9, Tissue.MARROW)
    canvas.paint(blob(0, 13, 1.4, 5) < 1, Tissue.BLOOD)
    canal = blob(0, 25, 11.5, 9.5, 0, 2.2)
    canvas.paint(canal < 1.12, Tissue.BONE)
    canvas.paint(canal < 1, Tissue.FAT)
    canvas.paint(blob(0, 24, 9.6, 8, 0, 2.1) < 1, Tissue.CSF)
    canvas.paint(blob(0, 24, 4.9, 3.7) < 1, Tissue.CORD)


def paint_tree(
    canvas: Canvas,
    rng: np.random.Generator,
    root: Sequence[tuple[float, float]],
    radius_mm: float,
    tissue: Tissue,
    within: Mask,
    *,
    generations: int,
    length_mm: float,
    keep: Callable[[int], float] = lambda generation: 0.82,
) -> None:
    """Paint a branching vessel: a curved trunk along `root`, then forks that taper.

    Parameters
    ----------
    keep : callable
        Probability that a branch of this generation stays in the slice plane.
    """
    path = smooth_open(root)
    canvas.paint(canvas.stroke(path, np.linspace(radius_mm, 0.72 * radius_mm, len(path))), tissue, within)
    heading = float(np.arctan2(*(path[-1] - path[-4])[::-1]))
    pending = [(path[-1], heading, 0.72 * radius_mm, length_mm, 1)]
    while pending:
        at, direction, radius, length, generation = pending.pop()
        if generation > generations or radius < 0.45:
            continue
        for side in (-1, 1):
            if rng.uniform() > keep(generation):
                continue
            turn = direction + side * rng.uniform(0.25, 0.75)
            bend = rng.normal(0, 0.22)
            reach = length * rng.uniform(0.7, 1.2)
            middle = at + 0.5 * reach * np.array([np.cos(turn), np.sin(turn)])
            end = middle + 0.5 * reach * np.array([np.cos(turn + bend), np.sin(turn + bend)])
            branch = smooth_open([tuple(at), tuple(middle), tuple(end)], per_segment=20)
            thin = radius * rng.uniform(0.66, 0.85)
            canvas.paint(canvas.stroke(branch, np.linspace(radius * 0.9, thin, len(branch))), tissue, within)
            pending.append((end, turn + bend, thin, length * 0.78, generation + 1))


def paint_dots(
    canvas: Canvas,
    rng: np.random.Generator,
    within: Mask,
    hilum: tuple[float, float],
    *,
    count: int,
    scale: float,
) -> None:
    """Paint the cut vessels of a lung: larger near the hilum, each a short smear."""
    rows, columns = np.nonzero(within)
    if not len(rows):
        return
    for pick in rng.integers(0, len(rows), count):
        x, y = float(canvas.x[rows[pick], columns[pick]]), float(canvas.y[rows[pick], columns[pick]])
        distance = np.hypot(x - hilum[0], y - hilum[1]) / scale
        radius = max(0.4, 2.4 * np.exp(-distance / 40)) * rng.uniform(0.5, 1.0) * scale
        outward = np.arctan2(y - hilum[1], x - hilum[0]) + rng.normal(0, 0.4)
        length = radius * rng.gamma(1.2, 1.6)
        steps = np.linspace(-0.5, 0.5, 12)[:, None] * length
        path = np.array([[x, y]]) + steps * np.array([[np.cos(outward), np.sin(outward)]])
        canvas.paint(canvas.stroke(path, np.full(12, radius)), Tissue.LUNG_VESSEL, within)
