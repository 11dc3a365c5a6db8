"""Hearts in short axis: an oblique plane through the left chest, diaphragm and abdomen below.

Up is mostly head, right is left and back of the patient, so that the right ventricle and the front of the
chest lie to the left. The through-plane axis runs from base to apex.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from thirdmake.case import Case, series_of
from thirdmake.chest import abdomen, back, mediastinum
from thirdmake.curves import Canvas, Shape, Warp, blob, side, stroke, union
from thirdmake.hearts import Heart, plan, tissues
from thirdmake.imaging import Protocol, acquire, beside, sensitivity

WALLS = ("septum", "wall", "papillary", "rv_wall")


def ventricles(heart: Heart, level: float, rng: np.random.Generator) -> dict[str, Shape]:
    """Return the outlines of both ventricles at a level, LV centre at the origin of the level."""
    taper = np.sqrt(max(1.0 - min(level, 0.97) ** 2.2, 0.02))
    endo, thin = heart.endo * taper, 1 - 0.25 * level
    wall, septum = heart.wall * thin, heart.septum * thin
    cx, cy = heart.drift * heart.length * (level - 0.45), 0.4 * heart.drift * heart.length * (level - 0.45)
    oval = rng.uniform(0.93, 1.07)
    t = np.pi + heart.turn
    shift = (septum - wall) / 2
    inner = blob(cx, cy, endo * oval, endo / oval, t, 0.05, rng)
    radius = endo + (wall + septum) / 2
    outer = blob(cx + shift * np.cos(t), cy + shift * np.sin(t), radius * oval, radius / oval, t, 0.03, rng)
    g = heart.rv * (1 - 0.6 * level) * (1.15 if level < 0.3 else 1.0)

    def place(angle: float, distance: float) -> tuple[float, float]:
        return cx + distance * np.cos(t + angle), cy + distance * np.sin(t + angle)

    def lump(angle: float, distance: float, size: float) -> Shape:
        return blob(*place(angle, distance), size, rough=0.12, rng=rng)

    body = union(
        lump(0.62, radius * (0.85 + 0.22 * g), radius * 0.55 * g),
        lump(0.05, radius * (0.92 + 0.24 * g), radius * 0.62 * g),
        lump(-0.62, radius * (0.9 + 0.12 * g), radius * 0.45 * g),
        k=10 * heart.size,
    )
    right = body.minus(outer.grown(0.2), 1.5)
    shapes = {
        "inner": inner,
        "outer": outer,
        "rv": right,
        "rv_out": body.grown(rng.uniform(2.0, 3.6) * heart.size),
    }
    for name, angle in (("front", rng.uniform(0.9, 1.3)), ("back", rng.uniform(-1.2, -0.8))):
        distance, size = endo * rng.uniform(0.5, 0.72), endo * rng.uniform(0.17, 0.28)
        shapes[name] = blob(*place(np.pi - angle, distance), size, size * 1.4, angle, 0.2, rng)
    trabeculae = [
        stroke(place(a, endo * 1.02), place(a + s, endo * (1 - d)), 1.4 * heart.size, 0.6)
        for a, s, d in zip(
            rng.uniform(1.2, 5.1, 9), rng.normal(0, 0.12, 9), rng.uniform(0.08, 0.28, 9), strict=True
        )
    ]
    shapes["trabeculae"] = union(*trabeculae, k=1.0)
    bands = [
        stroke(place(a, radius * (1 + 0.02)), place(a * 1.3, radius * (1 + 0.75 * g)), 1.3 * heart.size, 1.0)
        for a in rng.uniform(-0.5, 0.5, 2)
    ]
    shapes["bands"] = bands[0]
    return shapes


def insertions(outer: Shape, right: Shape) -> tuple[tuple[float, float], float, float]:
    """Return the middle of the left ventricle and the angles between which the right one touches it."""
    xs, ys = outer.box[:2], outer.box[2:]
    middle = (sum(xs) / 2, sum(ys) / 2)
    angle = np.linspace(0, 2 * np.pi, 720, endpoint=False).astype(np.float32)
    c, s = np.cos(angle), np.sin(angle)
    reach = np.linspace(0, xs[1] - middle[0], 400, dtype=np.float32)[:, None]
    field = outer.at(middle[0] + reach * c, middle[1] + reach * s)
    edge = reach[(field < 0).sum(axis=0) - 1, 0] + 1.6
    touched = (
        right.at((middle[0] + edge * c).astype(np.float32), (middle[1] + edge * s).astype(np.float32)) < 0.3
    )
    runs, count = ndimage.label(np.tile(touched, 2))
    if not count:
        return middle, 0.0, 0.0
    longest = 1 + int(np.argmax(np.bincount(runs.ravel())[1:]))
    own = np.flatnonzero(runs == longest)
    return middle, float(own[0] * np.pi / 360), float((own[-1] + 1) * np.pi / 360)


def wedge(middle: tuple[float, float], start: float, stop: float) -> Shape:
    """Return all between two angles (of less than half a turn, or of more)."""
    ahead = side(*middle, start + np.pi / 2)
    behind = side(*middle, stop - np.pi / 2)
    if stop - start <= np.pi:
        return ahead.within(behind)
    return union(ahead, behind)


def paint(canvas: Canvas, heart: Heart, level: float, seed: int) -> tuple[float, float, float]:
    """Paint chest, heart and upper abdomen; return the place of the vein that dephases and its size."""
    rng = np.random.default_rng([3, 2, seed])
    s = heart.size
    v = ventricles(heart, level, rng)
    reach = heart.endo + heart.wall
    front = -(reach + 2 * heart.rv * 0.45 * reach + 14 * s)
    width = 100 * s + heart.skin + 0.16 * reach
    body_x = front + width - heart.skin * 0.5 - 8 * s
    body = union(
        blob(body_x, 40 * s, width, 330 * s, rng.normal(0, 0.04), 0.02, rng, 2.4),
        blob(body_x + 10 * s, -225 * s, 1.45 * width, 85 * s, 0.0, 0.03, rng),
        k=60 * s,
    )
    breast = blob(front - 8, rng.uniform(-30, 30), rng.uniform(14, 30), rng.uniform(45, 65), 0.1, 0.1, rng)
    bust = s > 0.88 and rng.random() < 0.4
    canvas.fill("fat", union(body, breast, k=25.0) if bust else body)
    canvas.fill("muscle", body.grown(-heart.skin))
    cavity = body.grown(-heart.skin - rng.uniform(11, 16) * s)
    canvas.fill("lung", cavity)
    # ribs, cut across
    offset = rng.uniform(0, 25)
    for sign in (-1, 1):
        for number in range(-8, 9):
            y = (number * 27 + offset + 7 * sign) * s
            turn = rng.uniform(-0.3, 0.3)
            x = cavity.edge(y, sign) + sign * 5.5 * s
            if np.isfinite(x):
                canvas.fill("cortex", blob(x, y, 4.4 * s, 7.5 * s, turn))
                canvas.fill("marrow", blob(x, y, 2.9 * s, 6.0 * s, turn))
    # lung vessels from the hilum
    for _ in range(6):
        start = (rng.uniform(10, 90) * s, rng.uniform(-110, -40) * s)
        angle, long, thick = rng.uniform(0, 2 * np.pi), rng.uniform(12, 26) * s, rng.uniform(1.0, 2.4) * s
        canvas.tree("lung_vessel", start, angle, long, thick, rng, ("lung",), 2)
    for x, y, r in zip(
        rng.uniform(-60, 140, 40), rng.uniform(-170, 60, 40), rng.rayleigh(1.0, 40), strict=True
    ):
        canvas.fill("lung_vessel", blob(x * s, y * s, (0.5 + r) * s), ("lung",))
    abdomen(canvas, heart, cavity, v["outer"], rng)
    mediastinum(canvas, heart, cavity, front, reach, rng)
    back(canvas, s, cavity, rng)
    return ventricles_in(canvas, heart, v, cavity, reach, rng)


def ventricles_in(
    canvas: Canvas, heart: Heart, v: dict[str, Shape], cavity: Shape, reach: float, rng: np.random.Generator
) -> tuple[float, float, float]:
    """Paint pericardium, fat, both ventricles, papillary muscles, vessels in the grooves."""
    s = heart.size
    middle, start, stop = insertions(v["outer"], v["rv"])

    def groove(angle: float, out: float) -> tuple[float, float]:
        return middle[0] + out * np.cos(angle), middle[1] + out * np.sin(angle)

    edge = -float(v["outer"].at(*(np.float32([m]) for m in middle))[0])
    lumps = [
        blob(*groove(a, edge + 3 * s), (3 + 7 * heart.fat * rng.uniform(0.6, 1.2)) * s, rough=0.2, rng=rng)
        for a in (start, stop)
    ]
    both = union(v["outer"], v["rv_out"], k=3 * s)
    fatty = union(both.grown((0.5 + 2.2 * heart.fat) * s), *lumps, k=6 * s)
    pad = union(
        fatty, blob(-reach * 1.1, reach * 0.9, 18 * heart.fat * s, 14 * heart.fat * s, 0.4, 0.2, rng), k=8 * s
    )
    canvas.fill("visceral", pad.grown((1.0 + 4 * heart.fat) * s).within(cavity))
    canvas.fill("pericardium", fatty.grown(1.1 * s))
    canvas.fill("visceral", fatty)
    canvas.fill("rv_wall", v["rv_out"])
    canvas.fill("rv_blood", v["rv"])
    if rng.random() < 0.45:
        canvas.fill("rv_wall", v["bands"], ("rv_blood",))
    canvas.fill("wall", v["outer"])
    if stop > start:
        canvas.fill("septum", v["outer"].within(wedge(middle, start, stop)))
    canvas.fill("lv_blood", v["inner"])
    for name in ("front", "back", "trabeculae"):
        canvas.fill("papillary", v[name], ("lv_blood",))
    for angle in (start, stop, start - rng.uniform(0.8, 1.4)):
        canvas.fill("vessel", blob(*groove(angle, edge + 3.2 * s), 1.5 * s))
    vein = groove(stop + rng.uniform(1.2, 1.9), edge + 2.5 * s)
    canvas.fill("vessel", blob(*vein, 2.2 * s))
    return *vein, 8.0 * s


def heart(seed: int, slices: int | None = None, black: bool | None = None) -> Case:
    """Return one heart, its images and its truth."""
    own = plan(seed, slices, black)
    rng = np.random.default_rng([3, 3, seed])
    p = own.protocol
    x, y = p.points()
    c, s = np.float32(np.cos(own.rotation)), np.float32(np.sin(own.rotation))
    fx, fy = (-1 if flip else 1 for flip in own.mirrored)
    shift = (rng.uniform(5, 25) * own.size, rng.uniform(-15, 15) * own.size)
    u, w = c * fx * x - s * fy * y + np.float32(shift[0]), s * fx * x + c * fy * y + np.float32(shift[1])
    turn = np.array([[c * fx, -s * fy], [s * fx, c * fy]], float)
    warp = Warp.draw(rng, 2.5 * own.size, own.size)
    warped = warp(u, w)
    amounts = rng.uniform(20, 90) * p.field_t / 1.5, rng.uniform(20, 60) * p.field_t / 1.5
    slices_, veins, gases = [], [], []
    for level in own.levels:
        through = []
        for part in (-1, 0, 1):
            canvas = Canvas(*warped)
            vein = paint(canvas, own, level + part * p.slice_mm / 3 / own.length, seed)
            through.append(canvas)
        slices_.append(through)
        veins.append(np.exp(-((warped[0] - vein[0]) ** 2 + (warped[1] - vein[1]) ** 2) / (2 * vein[2] ** 2)))
        gases.append(beside(through[1], p, ("bowel_gas",), 9.0))
    coil = sensitivity(
        u, w, [(-130, -60), (-130, 60), (150, -60), (150, 60)], float(rng.uniform(130, 220))
    ) * np.exp(-((np.maximum(np.abs(w) - 70, 0) / rng.uniform(90, 150)) ** 2))
    images = acquire(
        slices_,
        tissues(own),
        p,
        coil.astype(np.float32),
        lambda n: amounts[0] * veins[n] + amounts[1] * gases[n],
        rng,
    )
    masks = truth(slices_, p)
    # columns of the affine: right is left and back, down is feet, the axis goes to the apex
    axis = np.array([0.63, -0.6, -0.45]) + rng.normal(0, 0.12, 3)
    axis /= np.linalg.norm(axis)
    down = np.array([0, 0, -1.0]) + axis[2] * axis
    down /= np.linalg.norm(down)
    across = np.cross(axis, down)
    plane = np.stack([across, down], axis=1) @ turn
    order = own.axis_sign
    origin = np.array([30.0, -20, 40]) + rng.normal(0, 15, 3)
    series = series_of(images.signal[::order], p, plane, order * axis, origin, "heart", own.black, rng)
    return Case(
        "heart",
        f"{own.style}{', black blood' if own.black else ''}, {p.field_t:g} T",
        seed,
        own,
        series,
        images.clean[::order],
        {name: mask[::order] for name, mask in masks.items()},
        tissues(own),
    )


def truth(slices: list[list[Canvas]], p: Protocol) -> dict[str, NDArray[np.bool_]]:
    """Return the masks: all myocardium, and of the septum what holds neither blood nor fat.

    Core: centre three quarters of an acquired voxel or more from either border, through the whole slice.
    """
    whole, core, septum = [], [], []
    f = p.fine
    for through in slices:
        parts, deep, facing = [], np.inf, True
        for canvas in through:
            walls = np.isin(canvas.labels, [canvas.names.index(n) for n in WALLS if n in canvas.names])
            solid = np.isin(canvas.labels, [canvas.names.index(n) for n in WALLS[:2] if n in canvas.names])
            parts.append(ndimage.uniform_filter(walls.astype(np.float32), f)[::f, ::f])
            deep = np.minimum(deep, ndimage.distance_transform_edt(solid)[::f, ::f] * p.pixel_mm / f)
            own = canvas.labels == (canvas.names.index("septum") if "septum" in canvas.names else 255)
            facing = facing & own[::f, ::f]
        whole.append(np.mean(parts, axis=0) >= 0.5)
        septum.append(facing)
        core.append(facing & (deep >= 0.75 * p.voxel_mm))
    return {"myocardium": np.array(whole), "septum": np.array(septum), "core": np.array(core)}
