"""Short-axis series of hearts, drawn at random in four styles, their truth known.

`heart(seed)` returns a `Heart`. Anatomic axes: u to the patient's left and back, v to the feet, so that
an unturned page shows the right ventricle on the left, as readers are used to.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from ironquant.core import Acquisition, EchoSeries, Organ
from othermake.painting import Page, Tissue, decay, ellipse, noisy, shares

AIR, FAT, MUSCLE, LUNG, LV, RV, MYO, TRABECULA, RV_WALL, LIVER, BONE, VESSEL, GAS, STOMACH = range(14)
STYLES = ("lone", "plain", "chest", "full")
"""A heart over a liver in nothing; in a body without lungs; with lungs; with everything."""
U, V = np.array([0.643, 0.766, 0.0]), np.array([-0.397, 0.333, -0.855])


@dataclass(frozen=True, eq=False)
class Heart:
    """A series and its truth, masks of shape (slice, row, column).

    `level` tells for each slice where it lies between base (0) and apex (1).
    """

    series: EchoSeries
    clean: np.ndarray
    core: np.ndarray
    myocardium: np.ndarray
    t2star_ms: float
    level: tuple[float, ...]
    style: str
    black: bool

    @property
    def readable(self) -> bool:
        """Whether the middle slice holds a septum that a reader could outline."""
        middle = min(range(len(self.level)), key=lambda index: abs(self.level[index] - 0.5))
        return int(self.core[middle].sum()) >= 16


def heart(seed, style=None, slices=None, black=None) -> Heart:
    """Draw a heart; what is given is not drawn."""
    rng = np.random.default_rng([seed, 4711])
    drawn = str(rng.choice(STYLES, p=[0.15, 0.2, 0.25, 0.4]))
    style = style or drawn
    dark = bool(rng.random() < 0.35)
    black = dark if black is None else black
    count = slices or int(rng.choice([1, 1, 1, 1, 3, 3, 5, 7]))
    size = float(np.exp(rng.uniform(np.log(0.68), np.log(1.12))))  # child to large adult
    shape = _shape(rng, size)
    page = _page(rng, size, shape["wall"], count)
    field = float(rng.choice([1.5, 1.5, 2.89]))
    short = 0.6 if field > 2 else 1.0
    t2star = max(3.0, short * float(np.exp(rng.uniform(np.log(3.0), np.log(45.0)))))
    first = float(rng.uniform(0.9, 2.6))
    n_echoes = int(rng.integers(4, 13))
    spacing = float(rng.uniform(1.1, 2.6)) if n_echoes > 5 else float(rng.uniform(2.0, 4.0))
    te = tuple(round(first + spacing * n, 2) for n in range(n_echoes))
    tissues = _tissues(rng, t2star, short, black)
    if count == 1:
        levels = (float(rng.uniform(0.3, 0.6)),)
    else:
        levels = tuple(np.linspace(rng.uniform(-0.05, 0.2), rng.uniform(0.8, 1.05), count))
    sigma, coils = 1.0 / float(np.exp(rng.uniform(np.log(15), np.log(100)))), int(rng.choice([1, 1, 4]))
    scene_rng = int(rng.integers(2**31))
    clean, core, myocardium = [], [], []
    for level in levels:
        labels, septum = _paint(np.random.default_rng(scene_rng), page, shape, level, style, size)
        parts = shares(labels, len(tissues))
        image = decay(parts, tissues, te, field, _vein(page, shape, level, style, scene_rng))
        image = _scanner(np.random.default_rng(scene_rng), image, page, style)
        whole = parts[..., MYO] > 0.999
        clean.append(image)
        core.append(whole & septum)
        myocardium.append(parts[..., MYO] + parts[..., TRABECULA] + parts[..., RV_WALL] > 0.5)
    clean = np.stack(clean)
    signal = noisy(clean, sigma, coils, rng) * float(10 ** rng.uniform(1, 3.3))
    series = EchoSeries(
        "heart",
        "1.2",
        "",
        signal,
        te,
        _affine(rng, page, count > 1 and rng.random() < 0.5),
        acquisition=Acquisition(field_t=field, black_blood=black if rng.random() < 0.5 else None),
        organ_guess=Organ.HEART if rng.random() < 0.7 else None,
    )
    return Heart(series, clean, np.stack(core), np.stack(myocardium), t2star, levels, style, black)


def _shape(rng, size):
    """Return the measures of the two ventricles in mm, the septum between 75° and 165° of the ring."""
    kind = rng.choice(["usual", "thick", "wide"], p=[0.6, 0.2, 0.2])
    cavity = (
        size * {"usual": rng.uniform(19, 26), "thick": rng.uniform(14, 20), "wide": rng.uniform(26, 33)}[kind]
    )
    low, high = {"usual": (7.0, 10.5), "thick": (10.0, 14.0), "wide": (6.5, 9.0)}[kind]
    wall = max(6.0, size * rng.uniform(low, high))
    outer = cavity + wall
    return {
        "cavity": cavity,
        "wall": wall,
        "oval": (rng.uniform(0.0, 0.09), rng.uniform(0, np.pi)),
        "dent": rng.uniform(0.0, 0.04),
        "uneven": (rng.uniform(0.0, 0.12), rng.uniform(0, 2 * np.pi)),
        "facing": np.pi + np.radians(rng.uniform(-28, 28)),
        "rv_away": outer * rng.uniform(0.55, 0.95),
        "rv_deep": outer * rng.uniform(0.75, 1.15),
        "rv_wide": outer * rng.uniform(0.85, 1.3),
        "rv_lean": rng.uniform(-0.25, 0.25),
        "rv_wall": rng.uniform(2.0, 4.0),
    }


def _page(rng, size, wall, count):
    """Return a page whose pixels are small enough for this wall."""
    while True:
        pixel = float(rng.uniform(0.9, 2.8))
        other = pixel * float(rng.choice([1.0, 1.0, 1.0, rng.uniform(1.0, 1.7)]))
        n = int(rng.choice([96, 128, 160, 192, 208, 256, 320] if count == 1 else [96, 128, 160, 192]))
        m = int(round(n * pixel / other / 2) * 2)
        m = max(64, int(m * rng.choice([1.0, 1.0, 0.75])))
        extent = n * pixel, m * other
        if wall >= 3.2 * max(pixel, other) and 190 * size < min(extent) and max(extent) < 480:
            break
    shape, mm = ((n, m), (pixel, other)) if rng.random() < 0.5 else ((m, n), (other, pixel))
    centre = tuple(rng.uniform(-22, 22, 2) * size)
    turn = rng.choice([rng.normal(0, 0.2), rng.uniform(-np.pi, np.pi)])
    return Page(shape, mm, float(turn), bool(rng.random() < 0.4), centre)


def _tissues(rng, t2star, short, black):
    blood = float(rng.uniform(0.0, 0.07)) if black else float(rng.uniform(1.2, 2.2))
    aged = short * float(rng.uniform(60, 220))
    table = {name: Tissue(0.0, 10.0) for name in range(14)}
    table |= {
        FAT: Tissue(rng.uniform(0.9, 1.8), short * rng.uniform(15, 35), -3.4),
        MUSCLE: Tissue(rng.uniform(0.6, 1.0), short * 30.0),
        LUNG: Tissue(rng.uniform(0.02, 0.12), 2.0),
        LV: Tissue(blood, aged),
        RV: Tissue(blood * rng.uniform(0.85, 1.05), aged * rng.uniform(0.6, 1.0)),
        MYO: Tissue(1.0, t2star),
        TRABECULA: Tissue(1.0, t2star),
        RV_WALL: Tissue(0.95, t2star),
        LIVER: Tissue(rng.uniform(0.7, 1.2), short * float(np.exp(rng.uniform(0.3, 3.3)))),
        BONE: Tissue(rng.uniform(0.4, 0.8), 12.0),
        VESSEL: Tissue(blood * rng.uniform(0.8, 1.1), aged),
        GAS: Tissue(0.0, 1.0),
        STOMACH: Tissue(rng.uniform(0.4, 1.2), 25.0),
    }
    return [table[name] for name in range(14)]


def _borders(shape, level, angle):
    """Return inner and outer radius of the left ventricle at angles; 0 within where there is no cavity."""
    taper = np.sqrt(np.clip(1.0 - (0.95 * max(level, 0.0)) ** 2.4, 0.02, 1.0))
    form = 1 + shape["oval"][0] * np.cos(2 * (angle - shape["oval"][1])) + shape["dent"] * np.cos(3 * angle)
    inner = shape["cavity"] * taper * form
    thick = shape["wall"] * (1 + shape["uneven"][0] * np.cos(angle - shape["uneven"][1]))
    return inner, inner + thick * (1.0 - 0.25 * max(level, 0.0))


def _paint(rng, page, shape, level, style, size):
    """Return labels on the fine grid and, per pixel, whether it lies between the insertions."""
    u, v = page.grid()
    labels = np.full(u.shape, AIR, dtype=np.uint8)
    _surround(rng, labels, u, v, shape, style, size)
    angle, radius = np.arctan2(v, u), np.hypot(u, v)
    inner, outer = _borders(shape, level, angle)
    shrink = np.clip(1.25 - 1.3 * max(level, 0.0), 0.0, 1.0) ** 0.7
    away = shape["rv_away"] * (0.5 + 0.5 * shrink)
    centre = away * np.cos(shape["facing"]), away * np.sin(shape["facing"])
    lean = shape["facing"] + shape["rv_lean"]
    radii = max(1.0, shape["rv_deep"] * shrink), max(1.0, shape["rv_wide"] * shrink)
    wall = shape["rv_wall"]
    left = radius <= outer
    if style in ("chest", "full"):  # fat around the heart
        rim = ellipse(u, v, centre, (radii[0] + wall + 4, radii[1] + wall + 4), lean) | (radius <= outer + 4)
        labels[rim & (labels != AIR)] = FAT
    if shrink > 0.3:
        labels[ellipse(u, v, centre, (radii[0] + wall, radii[1] + wall), lean) & ~left] = RV_WALL
        right = ellipse(u, v, centre, radii, lean) & ~left
        labels[right] = RV
        if style == "full":
            _trabeculae(rng, labels, right, u, v, shape, centre, size)
    labels[left] = MYO
    cavity = radius <= inner
    labels[cavity] = LV
    if style != "lone" and 0.25 < level < 0.8:
        for side in (-1, 1):
            turn = shape["facing"] + np.pi + side * rng.uniform(0.7, 1.1)
            where = inner * rng.uniform(0.6, 0.85)
            thick = size * rng.uniform(2.5, 6.0)
            labels[cavity & (np.hypot(u - where * np.cos(turn), v - where * np.sin(turn)) < thick)] = (
                TRABECULA
            )
    if level < 0.1:  # outflow tract: no wall between it and the right ventricle's front
        gap = np.abs(np.angle(np.exp(1j * (angle - shape["facing"] - 0.9)))) < 0.35
        labels[gap & left] = LV
    return labels, _between_insertions(page, shape, level, centre, radii, lean, shrink > 0.3)


def _between_insertions(page, shape, level, centre, radii, lean, seen):
    """Return whether pixel centres lie in the sector in which the outer border meets the right ventricle."""
    turns = np.linspace(-np.pi, np.pi, 1441)[:-1]
    _, outer = _borders(shape, level, turns)
    meets = ellipse(outer * np.cos(turns), outer * np.sin(turns), centre, radii, lean)
    u, v = page.grid(fine=1)
    index = np.round((np.arctan2(v, u) + np.pi) / (2 * np.pi) * 1440).astype(int) % 1440
    return meets[index] & seen


def _trabeculae(rng, labels, right, u, v, shape, centre, size):
    """Scatter muscle in the right ventricle, off the septum, and a moderator band."""
    for _ in range(int(rng.integers(3, 10))):
        turn, away = shape["facing"] + rng.uniform(-1.3, 1.3), rng.uniform(1.0, 1.9) * np.hypot(*centre)
        spot = np.hypot(u - away * np.cos(turn), v - away * np.sin(turn)) < size * rng.uniform(1.0, 3.0)
        labels[spot & right] = TRABECULA


def _surround(rng, labels, u, v, shape, style, size):
    """Paint what lies around the heart."""
    outer = shape["cavity"] + shape["wall"]
    if style == "lone":
        if rng.random() < 0.6:
            labels[ellipse(u, v, (-0.3 * outer, 2.4 * outer), (2.2 * outer, 1.1 * outer))] = LIVER
        return
    body = (rng.uniform(25, 45) * size, rng.uniform(-5, 20) * size)
    radii = rng.uniform(135, 165) * size, rng.uniform(115, 145) * size
    skin = rng.uniform(6, 20) * size
    labels[ellipse(u, v, body, radii)] = FAT
    labels[ellipse(u, v, body, (radii[0] - skin, radii[1] - skin))] = MUSCLE
    if style == "plain":
        if rng.random() < 0.5:
            labels[ellipse(u, v, body, (radii[0] - skin, radii[1] - skin))] = FAT
        if rng.random() < 0.5:
            labels[ellipse(u, v, (-20 * size, 95 * size), (110 * size, 45 * size))] = LIVER
        return
    wall = skin + rng.uniform(8, 16) * size
    chest = ellipse(u, v, body, (radii[0] - wall, radii[1] - wall))
    labels[chest] = LUNG
    dome = rng.uniform(1.05, 1.25) * outer
    labels[chest & ellipse(u, v, (-30 * size, dome + 65 * size), (130 * size, 65 * size), 0.1)] = LIVER
    if style == "full":
        side = ellipse(u, v, (75 * size, dome + 42 * size), (45 * size, 38 * size))
        labels[chest & side] = STOMACH
        labels[chest & ellipse(u, v, (75 * size, dome + 32 * size), (25 * size, 18 * size))] = GAS
        for _ in range(8):
            at, thick = rng.uniform(-70, 90, 2) * size, rng.uniform(1.5, 4.0)
            labels[(np.hypot(u - at[0], v - at[1] - dome - 20) < thick) & (labels == LIVER)] = VESSEL
    labels[ellipse(u, v, (0.8 * radii[0] + body[0] - wall, 10), (25 * size, 22 * size))] = BONE
    labels[np.hypot(u - 85 * size, v - 5 * size) < 11 * size] = VESSEL
    # The mediastinum holds the heart to the chest wall in front.
    front = ellipse(u, v, (-50 * size, -25 * size), (50 * size, 35 * size), 0.4)
    labels[front & chest & (labels == LUNG) & (rng.random() < 0.7)] = FAT


def _vein(page, shape, level, style, seed):
    """Return the extra R2* (1/ms) beside the vein at the lateral wall and over the lung below."""
    rng = np.random.default_rng([seed, 5])
    if style in ("lone", "plain"):
        return None
    u, v = page.grid(fine=1)
    turn = shape["facing"] + np.pi + rng.uniform(0.2, 1.0)
    away = _borders(shape, level, np.array([turn]))[1][0]
    near = np.hypot(u - away * np.cos(turn), v - away * np.sin(turn))
    return rng.uniform(0.02, 0.12) * np.exp(-0.5 * (near / rng.uniform(6, 11)) ** 2)


def _scanner(rng, image, page, style):
    """Shade by a coil on the chest; in full style blur slightly and add a ghost."""
    u, v = page.grid(fine=1)
    if style in ("chest", "full") or rng.random() < 0.5:
        away = np.hypot(u + 110, v + 30)
        image = image * (1.0 / (1.0 + (away / rng.uniform(110, 260)) ** 2))[..., None]
        image = image * 1.6
    if style == "full":
        image = ndimage.gaussian_filter(image, (rng.uniform(0.1, 0.45),) * 2 + (0,))
        pulsing = image * (np.hypot(u, v) < 60)[..., None]
        shift = int(page.shape[0] * rng.uniform(0.25, 0.5))
        image = image + rng.uniform(0.0, 0.02) * np.roll(pulsing, shift, axis=0)
    return image


def _affine(rng, page, backwards):
    """Return the affine: the short axis up to 20° off the usual, the page turned as drawn."""
    spread = rng.normal(0, np.radians(9), 3).clip(-0.35, 0.35)
    turn = np.linalg.norm(spread) + 1e-9
    k = spread / turn
    cross = np.array([[0, -k[2], k[1]], [k[2], 0, -k[0]], [-k[1], k[0], 0]])
    tilt = np.eye(3) + np.sin(turn) * cross + (1 - np.cos(turn)) * cross @ cross
    column, row = page.axes()
    affine = np.eye(4)
    affine[:3, 0] = page.pixel_mm[1] * (tilt @ (column[0] * U + column[1] * V))
    affine[:3, 1] = page.pixel_mm[0] * (tilt @ (row[0] * U + row[1] * V))
    apex = -np.cross(tilt @ U, tilt @ V)
    affine[:3, 2] = 10.0 * apex * (-1.0 if backwards else 1.0)
    affine[:3, 3] = rng.uniform(-60, 60, 3) - affine[:3, :2] @ (np.array(page.shape[::-1]) / 2)
    return affine
