"""Images that show neither a short axis of a heart nor a transverse liver."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from thirdmake import abdomens, hearts
from thirdmake.case import Case, series_of
from thirdmake.curves import Canvas, Warp, below, blob, side, stroke, union
from thirdmake.imaging import Protocol, Tissue, acquire, sensitivity

TRANSVERSE = np.array([[1.0, 0], [0, 1], [0, 0]])
SAGITTAL = np.array([[0.0, 0], [1, 0], [0, -1]])
CORONAL = np.array([[1.0, 0], [0, 0], [0, -1]])
SHORT_AXIS = np.array([[0.68, -0.3], [0.72, 0.3], [-0.02, -0.9]])


def tissues(field_t: float, rng: np.random.Generator) -> dict[str, Tissue]:
    """Return what tissues and fillings give at a field."""
    f = 1.0 if field_t < 2 else 0.6
    liver = float(np.exp(rng.uniform(np.log(1.0), np.log(30)))) * f
    table = {
        "air": Tissue(0.0, 10),
        "fat": Tissue(1.35, 38 * f, 0.95),
        "muscle": Tissue(0.75, 30 * f),
        "cortex": Tissue(0.08, 3 * f),
        "marrow": Tissue(1.0, 14 * f, rng.uniform(0.4, 0.9)),
        "cartilage": Tissue(0.9, 25 * f),
        "tendon": Tissue(0.15, 4 * f),
        "fluid": Tissue(rng.uniform(0.5, 1.0), 120 * f),
        "grey": Tissue(0.95, 60 * f),
        "white": Tissue(1.0, 50 * f),
        "nuclei": Tissue(0.95, 30 * f),
        "vessel": Tissue(rng.uniform(1.2, 1.8), 60 * f, uneven=0.05),
        "myocardium": Tissue(0.85, float(np.exp(rng.uniform(np.log(4), np.log(40)))) * f),
        "lung": Tissue(0.13, 1.5 * f),
        "gas": Tissue(0.01, 3 * f),
        "organ": Tissue(0.9, 45 * f, uneven=0.1),
        "liver": Tissue(0.9, liver),
        "spleen": Tissue(0.9, min(2 * liver, 45)),
        "kidney": Tissue(0.85, 45 * f),
        "bath": Tissue(rng.uniform(0.7, 1.2), rng.uniform(15, 200)),
    }
    for number in range(12):
        t2star = float(np.exp(rng.uniform(np.log(1.0), np.log(60))))
        table[f"tube{number}"] = Tissue(rng.uniform(0.6, 1.2), t2star)
    return table


def brain(canvas: Canvas, rng: np.random.Generator) -> None:
    """Paint a head: scalp, skull, folded cortex, ventricles, deep nuclei; or lower, with eyes."""
    head = blob(0, 0, rng.uniform(70, 80), rng.uniform(88, 100), 0, 0.01, rng, 2.1)
    low = rng.random() < 0.3
    canvas.fill("fat", head)
    canvas.fill("muscle", head.grown(-4))
    canvas.fill("cortex", head.grown(-5))
    canvas.fill("marrow", head.grown(-6.5))
    canvas.fill("cortex", head.grown(-8.5))
    inside = head.grown(-10)
    canvas.fill("fluid", inside)
    theta = np.linspace(-np.pi, np.pi, 70)
    folds = [
        stroke((82 * np.cos(a), 105 * np.sin(a)), (48 * np.cos(a + w), 62 * np.sin(a + w)), 1.3)
        for a, w in zip(theta, rng.normal(0, 0.12, 70), strict=True)
    ]
    grey = inside.grown(-2.5)
    canvas.fill("grey", grey)
    canvas.fill("white", grey.grown(-9))
    for fold in folds:
        canvas.fill("grey", fold.grown(3.2).within(grey))
    for fold in folds:
        canvas.fill("fluid", fold.within(grey))
    canvas.fill("fluid", stroke((0, -110), (0, -40), 1.4).within(grey))
    canvas.fill("fluid", stroke((0, 110), (0, 45), 1.4).within(grey))
    for sign in (-1, 1):
        canvas.fill("nuclei", blob(sign * 24, -2, 9, 17, sign * 0.25, 0.1, rng))
        canvas.fill("nuclei", blob(sign * 11, 14, 8, 11, 0.0, 0.1, rng))
        canvas.fill("fluid", stroke((sign * 5, -22), (sign * 14, -34), rng.uniform(2.5, 6)))
        canvas.fill("fluid", stroke((sign * 12, 30), (sign * 22, 48), rng.uniform(2.5, 6)))
        if low:
            canvas.fill("gas", blob(sign * 10, -74, 8, 14, 0.0, 0.1, rng))
            canvas.fill("fat", blob(sign * 32, -70, 15, 20, sign * 0.4))
            canvas.fill("fluid", blob(sign * 32, -76, 11.5))
            canvas.fill("cortex", blob(sign * 55, 25, 20, 12, sign * 0.5, 0.2, rng))
    canvas.fill("vessel", blob(0, inside.edge(0.0, 1, across=False) - 3, 4), ("fluid", "grey", "white"))


def knee_sagittal(canvas: Canvas, rng: np.random.Generator) -> None:
    """Paint femur, tibia, patella and muscles from the side."""
    leg = union(stroke((4, -240), (0, 0), 74, 60), stroke((0, 0), (14, 240), 58, 52), k=20)
    canvas.fill("fat", leg)
    canvas.fill("muscle", leg.grown(-rng.uniform(6, 16)))
    canvas.fill("fat", blob(-34, 12, 20, 26, 0.3, 0.2, rng))
    canvas.fill("fat", blob(38, -10, 20, 44, 0.0, 0.2, rng))
    bones = [
        union(stroke((-4, -240), (-2, -50), 15, 17), blob(0, -24, 32, 30, 0, 0.06, rng), k=16),
        union(stroke((2, 240), (2, 50), 13, 15), blob(2, 30, 32, 20, 0, 0.05, rng, 3.0), k=16),
        blob(-48, -22, 10, 20, 0.05, 0.05, rng, 2.6),
    ]
    for bone in bones:
        canvas.fill("cartilage", bone.grown(2.5))
        canvas.fill("cortex", bone)
        canvas.fill("marrow", bone.grown(-2.5))
    for a, b in (
        ((-48, -45), (-30, -200)),
        ((-48, -4), (-28, 52)),
        ((4, -6), (-4, 12)),
        ((8, 8), (20, 14)),
        ((-22, 8), (-30, 14)),
    ):
        canvas.fill("tendon", stroke(a, b, 3.0))
    canvas.fill("vessel", stroke((42, -240), (40, 240), 3.2))


def knee_axial(canvas: Canvas, rng: np.random.Generator) -> None:
    """Paint one or two knees cut across, or shanks and thighs just above."""
    for x in (-85, 85) if rng.random() < 0.5 else (0,):
        leg = blob(x, 0, rng.uniform(56, 66), rng.uniform(58, 68), 0, 0.03, rng)
        canvas.fill("fat", leg)
        canvas.fill("muscle", leg.grown(-rng.uniform(5, 12)))
        canvas.fill("fat", blob(x, 34, 24, 16, 0, 0.2, rng))
        bone = union(
            blob(x - 22, 4, 24, 26, 0, 0.05, rng),
            blob(x + 22, 4, 24, 26, 0, 0.05, rng),
            blob(x, -10, 30, 18),
            k=10,
        )
        for shape in (bone, blob(x + 3, -42, 24, 11, 0, 0.08, rng)):
            canvas.fill("cartilage", shape.grown(2.2))
            canvas.fill("cortex", shape)
            canvas.fill("marrow", shape.grown(-2.2))
        canvas.fill("vessel", blob(x + 2, 36, 4.5))
        canvas.fill("vessel", blob(x + 9, 33, 3.5))
        for dx, dy in ((-36, 34), (-26, 44), (32, 38)):
            canvas.fill("tendon", blob(x + dx, dy, 3.5))


def bottles(canvas: Canvas, rng: np.random.Generator) -> None:
    """Paint a test object: tubes of several T2* in a row or ring, in water, agar or air."""
    outer = rng.uniform(70, 110)
    box = blob(0, 0, outer, outer * rng.choice([1.0, 0.7]), 0, 0, None, float(rng.choice([2.0, 8.0])))
    count, radius = int(rng.integers(3, 13)), rng.uniform(9, 16)
    if rng.random() < 0.7:
        canvas.fill("bath", box)
    ring = rng.random() < 0.6
    for number in range(count):
        if ring:
            a = 2 * np.pi * number / count + 0.1
            place = (0.6 * outer * np.cos(a), 0.6 * outer * np.sin(a) * 0.8)
        else:
            place = ((number % 4 - 1.5) * 2.9 * radius, (number // 4 - 1) * 2.9 * radius)
        canvas.fill("cortex", blob(*place, radius + 1.2))
        canvas.fill(f"tube{number % 12}", blob(*place, radius))
    if ring and rng.random() < 0.5:
        canvas.fill("tube0", blob(0, 0, 1.3 * radius))


def pelvis(canvas: Canvas, rng: np.random.Generator) -> None:
    """Paint a pelvis: bladder, uterus or prostate, rectum, hips, buttocks."""
    body = blob(0, 0, rng.uniform(160, 190), rng.uniform(100, 122), 0, 0.02, rng, 2.6)
    canvas.fill("fat", body.minus(stroke((0, 110), (0, 140), 6), 10))
    canvas.fill("muscle", body.grown(-rng.uniform(14, 30)))
    canvas.fill("fat", blob(0, 0, 78, 62, 0, 0.1, rng))
    for sign in (-1, 1):
        canvas.fill("fat", blob(sign * 70, 78, 70, 22, sign * 0.3, 0.1, rng))
        canvas.fill("muscle", blob(sign * 68, 72, 56, 24, sign * 0.3, 0.1, rng))
        hip = blob(sign * 98, 2, 25, 25, 0, 0.05, rng)
        canvas.fill("cortex", union(hip.grown(9), blob(sign * 76, -14, 10, 34, sign * 0.5), k=8))
        canvas.fill("marrow", union(hip.grown(6), blob(sign * 76, -14, 7, 30, sign * 0.5), k=8))
        canvas.fill("cartilage", hip.grown(2.5))
        canvas.fill("cortex", hip)
        canvas.fill("marrow", hip.grown(-1.8))
        canvas.fill("muscle", blob(sign * 58, -6, 9, 34, sign * 0.2, 0.1, rng))
        canvas.fill("vessel", blob(sign * 62, -54, 5.5))
        canvas.fill("vessel", blob(sign * 66, -44, 6))
    bladder = blob(0, -24, rng.uniform(22, 42), rng.uniform(18, 32), 0, 0.08, rng)
    canvas.fill("muscle", bladder.grown(rng.uniform(2, 6)))
    canvas.fill("fluid", bladder)
    womb = blob(rng.uniform(-6, 6), 18, 27, 19, 0, 0.08, rng)
    canvas.fill("organ", womb)
    canvas.fill("fluid", blob(0, 18, 12, rng.uniform(2, 5)))
    canvas.fill("muscle", blob(0, 52, 17, 14, 0, 0.1, rng))
    canvas.fill("gas" if rng.random() < 0.5 else "organ", blob(0, 52, 13, 10, 0, 0.15, rng))
    canvas.fill("cortex", blob(0, 78, 16, 8, 0, 0.1, rng))
    canvas.fill("marrow", blob(0, 78, 14, 6, 0, 0.1, rng))


def four_chambers(canvas: Canvas, rng: np.random.Generator) -> None:
    """Paint a chest across the heart, its chambers cut along their length."""
    wall = blob(0, 0, rng.uniform(135, 155), rng.uniform(95, 110), 0, 0.02, rng, 2.4)
    skin = rng.uniform(6, 26)
    canvas.fill("fat", wall.grown(skin))
    canvas.fill("muscle", wall)
    cavity = wall.grown(-rng.uniform(12, 18))
    back = cavity.edge(0.0, 1, across=False)
    canvas.fill("lung", cavity)
    for number in range(16):
        a = 2 * np.pi * number / 16 + 0.2
        x, y = 138 * np.cos(a), 94 * np.sin(a)
        canvas.fill("cortex", blob(x, y, 11, 5, a + np.pi / 2 + 0.3), ("muscle",))
        canvas.fill("marrow", blob(x, y, 9, 3.4, a + np.pi / 2 + 0.3), ("cortex",))
    for x, y, r in zip(
        rng.uniform(-120, 120, 45), rng.uniform(-70, 80, 45), rng.rayleigh(1.3, 45), strict=True
    ):
        canvas.fill("vessel", blob(x, y, 0.5 + r), ("lung",))
    middle = union(stroke((0, -80), (0, back), 22, 36), stroke((10, -70), (-10, -40), 30), k=20)
    canvas.fill("fat", middle.within(cavity.grown(6)))
    lean, g = rng.uniform(-0.2, 0.2), rng.uniform(0.85, 1.15)
    axis = np.array([np.cos(0.75 + lean), -np.sin(0.75 + lean)])  # from base to apex: left and to the front
    side_ = np.array([axis[1], -axis[0]])
    base = np.array([8.0, -8.0])

    def at(along: float, across: float) -> tuple[float, float]:
        place = base + g * (along * axis + across * side_)
        return float(place[0]), float(place[1])

    wide = rng.uniform(16, 24)
    left = union(stroke(at(4, -18), at(58, -6), wide * g, 8 * g), k=0)
    right = union(stroke(at(4, 30), at(50, 14), 17 * g, 6 * g), k=0)
    atria = blob(*at(-34, -20), 22 * g, 20 * g, 0, 0.1, rng), blob(*at(-26, 34), 23 * g, 21 * g, 0, 0.1, rng)
    canvas.fill("fat", union(left.grown(14), right.grown(7), *atria, k=20).grown(3))
    canvas.fill("myocardium", left.grown(rng.uniform(8, 12) * g))
    canvas.fill("myocardium", right.grown(3.5))
    for atrium in atria:
        canvas.fill("muscle", atrium.grown(1.8))
        canvas.fill("vessel", atrium)
    canvas.fill("vessel", right.minus(left.grown(9 * g), 2))
    canvas.fill("vessel", left)
    canvas.fill("myocardium", stroke(at(20, -30), at(36, -20), 3.2))
    canvas.fill("vessel", blob(24, back - 26, 11, 11, 0, 0.04, rng))
    canvas.fill("cortex", blob(0, back - 6, 20, 16))
    canvas.fill("marrow", blob(0, back - 6, 18.5, 14.5))
    canvas.fill("fluid", blob(0, back + 14, 9, 8))
    canvas.fill("cortex", blob(0, -88, 18, 6))
    canvas.fill("marrow", blob(0, -88, 16, 4))


def coronal(canvas: Canvas, rng: np.random.Generator) -> None:
    """Paint trunk from the front: lungs, heart, liver, spleen, kidneys or bowel."""
    body = union(
        blob(0, 30, 150, 330, 0, 0.02, rng, 2.6),
        stroke((-150, -190), (150, -190), 50),
        stroke((0, -260), (0, -330), 60),
        k=40,
    )
    canvas.fill("fat", body)
    wall = body.grown(-rng.uniform(10, 24))
    canvas.fill("muscle", wall)
    inner = wall.grown(-14)
    dome = rng.uniform(-30, 0)
    under = below(lambda x: (dome + 12 * (x > 10) + np.abs(np.abs(x) - 65) ** 2 / 90).astype(np.float32))
    chest = union(blob(-66, -70, 55, 110, 0, 0.05, rng), blob(66, -70, 55, 110, 0, 0.05, rng))
    canvas.fill("lung", chest.within(inner))
    for number in range(-6, 6):
        for sign in (-1, 1):
            canvas.fill("marrow", blob(sign * 132, number * 28 - 40, 8, 5), ("muscle",))
    canvas.fill("fat", stroke((0, -190), (0, -20), 24, 40))
    canvas.fill("fat", under.within(inner))
    heart = union(stroke((-10, -55), (48, -28), 36, 20), blob(-22, -60, 22, 30), k=16)
    canvas.fill("myocardium", heart)
    canvas.fill(
        "vessel", union(stroke((-8, -58), (34, -38), 22, 10), stroke((-22, -75), (-22, -40), 14), k=6)
    )
    canvas.fill(
        "liver",
        union(blob(-66, 60, 68, 74, 0.2, 0.08, rng), stroke((-40, 30), (40, 22), 28, 14), k=20)
        .within(inner)
        .within(under),
    )
    for angle in (2.2, 3.0, 3.9):
        canvas.tree("vessel", (-28, 50), angle, 26, 4.5, rng, ("liver",), 2)
    canvas.fill("spleen", blob(98, 58, 24, 42, -0.3, 0.08, rng).within(inner).within(under))
    canvas.fill("organ", blob(52, 48, 30, 32, 0.3, 0.12, rng).within(under))
    canvas.fill("gas", blob(56, 34, 20, 14, 0.3, 0.12, rng))
    for sign in (-1, 1):
        canvas.fill("kidney", blob(sign * 62, 128, 22, 42, sign * 0.2, 0.06, rng))
        canvas.fill("fat", blob(sign * 54, 128, 8, 22, sign * 0.2, 0.2, rng))
    for number in range(9):
        y = number * 32 + 60
        canvas.fill("marrow", blob(0, y, 20, 13, 0, 0, None, 4.0))
        canvas.fill("cartilage", blob(0, y + 16, 19, 3))
    canvas.fill("vessel", stroke((-26, 40), (-22, 300), 9))
    canvas.fill("vessel", stroke((24, -20), (20, 300), 8))


def thighs(canvas: Canvas, rng: np.random.Generator) -> None:
    """Paint two thighs: femur, muscles parted by fat, vessels."""
    gap, r = rng.uniform(84, 104), rng.uniform(70, 88)
    skin = rng.uniform(6, 24)
    for sign in (-1, 1):
        x = sign * gap
        leg = blob(x, 0, r, r * rng.uniform(0.95, 1.1), 0, 0.04, rng)
        canvas.fill("fat", leg)
        canvas.fill("muscle", leg.grown(-skin))
        for a in np.linspace(0, 2 * np.pi, 9)[:-1] + rng.normal(0, 0.15, 8):
            canvas.fill(
                "fat",
                stroke(
                    (x + 18 * np.cos(a), 18 * np.sin(a)), (x + r * np.cos(a + 0.3), r * np.sin(a + 0.3)), 0.9
                ).within(leg),
            )
        canvas.fill("cortex", blob(x + sign * 4, -6, 15, 15, 0, 0.03, rng))
        canvas.fill("marrow", blob(x + sign * 4, -6, 8.5, 8.5, 0, 0.05, rng))
        canvas.fill("vessel", blob(x - sign * 26, -14, 4.5))
        canvas.fill("vessel", blob(x - sign * 27, -4, 5.2))


def bath(canvas: Canvas, rng: np.random.Generator) -> None:
    """Paint a container of water or iron solution, with or without a bubble."""
    shape = blob(
        0,
        0,
        rng.uniform(60, 130),
        rng.uniform(50, 110),
        rng.uniform(0, 1),
        0,
        None,
        float(rng.choice([2.0, 2.0, 8.0])),
    )
    canvas.fill("cortex", shape.grown(2))
    canvas.fill("bath", shape)
    if rng.random() < 0.5:
        canvas.fill("gas", shape.within(side(0, -rng.uniform(30, 60), -np.pi / 2)))
    if rng.random() < 0.3:
        canvas.fill("tube1", blob(rng.uniform(-20, 20), rng.uniform(-10, 20), rng.uniform(12, 30)))


def nothing(canvas: Canvas, rng: np.random.Generator) -> None:
    """Paint nothing: the images are noise."""


Paint = Callable[[Canvas, np.random.Generator], None]
KINDS: dict[str, tuple[Paint, tuple[NDArray[np.float64], ...], float]] = {
    "brain": (brain, (TRANSVERSE,), 240.0),
    "knee, sagittal": (knee_sagittal, (SAGITTAL,), 220.0),
    "knee, transverse": (knee_axial, (TRANSVERSE,), 330.0),
    "bottles": (bottles, (TRANSVERSE, CORONAL, SHORT_AXIS), 280.0),
    "pelvis": (pelvis, (TRANSVERSE,), 420.0),
    "four chambers": (four_chambers, (TRANSVERSE,), 380.0),
    "coronal localizer": (coronal, (CORONAL,), 430.0),
    "thighs": (thighs, (TRANSVERSE,), 420.0),
    "water bath": (bath, (TRANSVERSE, SHORT_AXIS), 320.0),
    "noise": (nothing, (TRANSVERSE, SHORT_AXIS), 340.0),
}
"""Kind: how it is painted, the planes it is scanned in, the field of view in mm."""


def wrong(seed: int, organ: str = "heart") -> Case:
    """Return images of something else, acquired as for `organ`; the kinds take turns."""
    kind = list(KINDS)[seed % len(KINDS)]
    draw, planes, fov = KINDS[kind]
    rng = np.random.default_rng([3, 21, seed])
    field_t = float(rng.choice([1.5, 1.5, 3.0]))
    trains = (hearts if organ == "heart" else abdomens).TRAINS[field_t]
    acquired = int(rng.choice([128, 160, 192, 256]))
    scale = float(rng.uniform(0.8, 1.1))
    slices = int(rng.choice([1, 1, 3]))
    p = Protocol(
        te_ms=tuple(float(round(t, 2)) for t in trains[rng.integers(len(trains))]),
        field_t=field_t,
        matrix=acquired,
        acquired=acquired,
        fov_mm=fov * scale * float(rng.uniform(0.98, 1.15)),
        slice_mm=10.0,
        step_mm=10.0,
        slices=slices,
        phase_resolution=float(rng.choice([1.0, 0.8])),
        snr=float(np.exp(rng.uniform(np.log(12), np.log(80)))),
        coils=int(rng.choice([1, 1, 4])),
        even=float(rng.choice([0.0, 0.6])),
        blur_mm=float(rng.uniform(0.0, 0.8)),
        ghost=float(rng.choice([0.0, 0.03])),
    )
    x, y = p.points()
    x, y = x / np.float32(scale), y / np.float32(scale)
    warped = Warp.draw(rng, 0.0 if kind in ("bottles", "water bath") else 1.6)(x, y)
    painted = []
    drawing = int(rng.integers(2**31))
    for number in range(slices):
        factor = np.float32(1 + 0.03 * number)
        canvas = Canvas(warped[0] * factor, warped[1] * factor)
        draw(canvas, np.random.default_rng(drawing))
        painted.append([canvas])
    reach = 0.42 * fov
    coil = sensitivity(x, y, [(-reach, -reach), (reach, -reach), (-reach, reach), (reach, reach)], reach)
    table = tissues(field_t, rng)
    images = acquire(painted, table, p, coil, lambda _: 0.0, rng)
    plane = planes[rng.integers(len(planes))]
    tilt = rng.normal(0, 0.08) if kind != "brain" else rng.normal(0.1, 0.15)
    c, s = np.cos(tilt), np.sin(tilt)
    plane = np.array([[1, 0, 0], [0, c, -s], [0, s, c]]) @ plane
    plane, _ = np.linalg.qr(plane)
    plane = plane * np.sign((plane * planes[0]).sum(axis=0)) if len(planes) == 1 else plane
    axis = np.cross(plane[:, 0], plane[:, 1])
    guess = organ if rng.random() < 0.5 else None
    series = series_of(images.signal, p, plane, axis, rng.normal(0, 30, 3), guess, None, rng)
    return Case(kind, f"{field_t:g} T", seed, p, series, images.clean, {}, {})
