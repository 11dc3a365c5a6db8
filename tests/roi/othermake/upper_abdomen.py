"""The upper abdomen, slice by slice: what lies where, from a body of ellipses to one with all its parts.

`level` runs from 0 (dome of the liver) to 1 (its lower tip); ±1 beyond it there is chest or pelvis.
Lengths are shares of the half-axes `a` (across) and `b` (deep) within the body wall.
"""

from __future__ import annotations

import numpy as np

STYLES = ("bare", "plain", "full")


def paint(canvas, plan, level):
    """Paint one slice."""
    rng = np.random.default_rng([plan.seed, 77])
    a, b = _wall(canvas, plan)
    room = canvas.has("inside")
    _back(canvas, plan, a, b)
    if plan.style != "bare":
        _bowel(canvas, plan, level, a, b, room, rng)
        _kidneys(canvas, level, a, b, room)
    organs = room & ~canvas.has("bone", "back", "disc")
    if -0.1 < level <= 1.02:
        _spleen(canvas, plan, level, a, b, organs)
        if plan.style != "bare":
            _stomach(canvas, plan, level, a, b, organs)
        _liver(canvas, plan, level, a, b, organs)
    if plan.style == "full" and level < 0.45:
        _lungs(canvas, plan, level, a, b, room)
    _great_vessels(canvas, plan, a, b)


def _wall(canvas, plan):
    a, b = plan.half_width, plan.half_depth
    canvas.paint("fat" if plan.skin_fat else "muscle", canvas.ellipse(0, 0, a, b, power=plan.roundness))
    a, b = a - plan.skin_fat, b - plan.skin_fat
    if plan.style == "bare":
        canvas.paint("inside", canvas.ellipse(0, 0, a, b, power=plan.roundness))
        return 0.95 * a, 0.95 * b
    canvas.paint("muscle", canvas.ellipse(0, 0, a, b, power=plan.roundness))
    a, b = a - plan.muscle, b - plan.muscle
    if plan.style == "full":
        for turn in np.arange(10) * 0.62 + plan.rib_turn:
            canvas.paint(
                "bone",
                canvas.ellipse(
                    (a + 0.5 * plan.muscle) * np.cos(turn),
                    (b + 0.5 * plan.muscle) * np.sin(turn),
                    9 * plan.scale,
                    3 * plan.scale,
                    turn + 1.57,
                ),
            )
    canvas.paint("inside", canvas.ellipse(0, 0, a, b, power=plan.roundness))
    return a, b


def _back(canvas, plan, a, b):
    s = plan.scale
    if plan.style != "bare":
        for side in (-1, 1):
            canvas.paint("back", canvas.ellipse(side * 0.24 * a, 0.86 * b, 0.2 * a, 0.2 * b))
    canvas.paint("bone", canvas.ellipse(0, 0.62 * b, 21 * s, 17 * s))
    if plan.style != "bare":
        canvas.paint("canal", canvas.ellipse(0, 0.62 * b + 24 * s, 8 * s, 7 * s))
        canvas.paint("bone", canvas.ellipse(0, 0.62 * b + 37 * s, 4 * s, 10 * s))


def _great_vessels(canvas, plan, a, b):
    s = plan.scale
    canvas.paint("artery", canvas.ellipse(7 * s, 0.62 * b - 28 * s, 9.5 * s, 9.5 * s))
    if plan.style != "bare":
        canvas.paint("blood", canvas.ellipse(-24 * s, 0.62 * b - 30 * s, 11 * s, 9 * s))


def _bowel(canvas, plan, level, a, b, room, rng):
    for _ in range(14 if level > 0.3 else 5):
        x, y = rng.uniform(-0.6, 0.75) * a, rng.uniform(-0.75, 0.25) * b
        r = rng.uniform(10, 24) * plan.scale
        kind = rng.choice(["bowel", "bowel", "fluid", "gas"])
        canvas.paint("bowel", canvas.ellipse(x, y, r, 0.8 * r), room)
        if kind != "bowel":
            canvas.paint(str(kind), canvas.ellipse(x, y, 0.75 * r, 0.55 * r), room)


def _kidneys(canvas, level, a, b, room):
    if level < 0.4:
        return
    size = min(1.0, 0.4 + 1.4 * (level - 0.4))
    for side in (-1, 1):
        x, y = side * 0.43 * a, 0.5 * b
        canvas.paint("cortex", canvas.ellipse(x, y, 0.19 * a * size, 0.27 * b * size, side * 0.4), room)
        canvas.paint("fat", canvas.ellipse(x - side * 0.05 * a, y, 0.06 * a * size, 0.1 * b * size), room)


def _spleen(canvas, plan, level, a, b, room):
    if not plan.spleen or not 0.0 <= level <= 0.55 + 0.3 * plan.spleen:
        return
    size = plan.spleen * np.sqrt(max(0.05, 1.0 - ((level - 0.35) / (0.35 + 0.25 * plan.spleen)) ** 2))
    x, y = (0.86 - 0.17 * size) * a, (0.38 - 0.1 * size) * b
    spleen = canvas.ellipse(x, y, 0.19 * a * size, 0.4 * b * size, 0.35) & room
    canvas.paint("spleen", spleen)
    if plan.style == "full":
        hilum = canvas.capsule((0.35 * a, 0.3 * b), (x - 0.1 * a * size, y), 3 * plan.scale, 3 * plan.scale)
        canvas.paint("blood", hilum, room)


def _stomach(canvas, plan, level, a, b, room):
    if level > 0.75:
        return
    x, y, r = 0.38 * a, -0.28 * b, plan.stomach
    canvas.paint("bowel", canvas.ellipse(x, y, r * a, 1.2 * r * b, -0.4), room)
    inner = canvas.ellipse(x, y, r * a - 3, 1.2 * r * b - 3, -0.4) & room
    canvas.paint("fluid", inner)
    canvas.paint("gas", inner & (canvas.y < y - plan.gas * r * b))


def _liver(canvas, plan, level, a, b, room):
    """Right and left lobe as one; vessels, fissure and gallbladder in it."""
    size = plan.liver * np.clip(1.15 * np.sqrt(max(0.0, 1.0 - ((level - 0.42) / 0.62) ** 2)), 0.0, 1.15)
    if size < 0.1:
        return
    gap = plan.capsule_gap
    x, y = -(0.93 - 0.47 * size) * a - 0.02 * a, (0.05 + 0.1 * level) * b
    liver = canvas.ellipse(x, y, 0.5 * a * size, 0.8 * b * min(1.0, size), 0.0, plan.lobe_power)
    if plan.style != "bare" or plan.left_lobe > 0.2:
        left = plan.left_lobe * np.clip(1.3 - 1.5 * level, 0.0, 1.0)
        if left > 0.1:
            tip = (-0.25 + 0.85 * left) * a
            liver |= canvas.capsule((-0.4 * a, -0.3 * b), (tip, -0.5 * b), 0.36 * b, 0.13 * b)
            liver |= canvas.ellipse(-0.22 * a, -0.05 * b, 0.13 * a * size, 0.2 * b)
    within = room & canvas.ellipse(0, 0, a - gap, b - gap, power=plan.roundness)
    liver &= within & ~canvas.ellipse(0, 0.52 * b, 0.17 * a, 0.42 * b)
    canvas.paint("liver", liver)
    if plan.style != "bare" and level > 0.25:
        canvas.paint("fat", canvas.capsule((-0.18 * a, -0.9 * b), (-0.15 * a, -0.25 * b), 2.5, 1.5), liver)
        if 0.35 < level < 0.9 and plan.gallbladder:
            r = plan.gallbladder * plan.scale
            canvas.paint("bile", canvas.ellipse(-0.3 * a, -0.28 * b, r, 1.4 * r, 0.5), room)
    _vessels(canvas, plan, level, a, b, (x, y, size))


def _vessels(canvas, plan, level, a, b, lobe):
    rng = np.random.default_rng([plan.seed, int(level * 40) + 50])
    x, y, size = lobe
    liver, s = canvas.has("liver"), plan.scale
    if plan.style == "bare":
        for _ in range(rng.integers(3, 9)):
            turn, far, r = rng.uniform(0, 6.28), rng.uniform(0, 0.8), rng.uniform(2.5, 7) * s
            at = x + far * 0.45 * a * size * np.cos(turn), y + far * 0.7 * b * size * np.sin(turn)
            canvas.paint("vein", canvas.ellipse(*at, r, r * rng.uniform(0.8, 2.0), turn), liver)
        return
    root = (-24 * s, 0.62 * b - 34 * s) if level < 0.4 else (-0.2 * a, 0.02 * b)
    for turn in rng.permutation(np.linspace(2.2, 4.6, 4))[: rng.integers(2, 5)]:
        reach = rng.uniform(0.45, 0.8) * a
        end = root[0] + reach * np.cos(turn), root[1] + 0.8 * reach * np.sin(turn)
        r = rng.uniform(3.0, 6.0) * s
        canvas.paint("vein", canvas.capsule(root, end, r, 0.35 * r), liver)
        if plan.style == "full":
            for part in (0.4, 0.65):
                start = root[0] + part * (end[0] - root[0]), root[1] + part * (end[1] - root[1])
                bend = turn + rng.choice([-0.7, 0.7])
                stop = start[0] + 0.4 * reach * np.cos(bend), start[1] + 0.4 * reach * np.sin(bend)
                canvas.paint("vein", canvas.capsule(start, stop, 0.5 * r, 0.2 * r), liver)
    for _ in range(rng.integers(2, 7)):
        turn, far, r = rng.uniform(0, 6.28), rng.uniform(0.2, 0.85), rng.uniform(1.8, 3.5) * s
        at = x + far * 0.45 * a * size * np.cos(turn), y + far * 0.7 * b * size * np.sin(turn)
        canvas.paint("vein", canvas.ellipse(*at, r, r * rng.uniform(1.0, 2.0), turn), liver)


def _lungs(canvas, plan, level, a, b, room):
    """Paint lung where the diaphragm has not risen yet: around the dome, then only at the back."""
    back = canvas.y > (0.15 + 1.6 * level) * b
    rim = ~canvas.ellipse(0, -0.05 * b, (0.72 + 0.6 * level) * a, (0.72 + 0.6 * level) * b)
    canvas.paint("lung", room & back & rim & ~canvas.has("bone", "back", "canal"))
    if level < 0.12:
        canvas.paint("lung", room & canvas.has("inside", "bowel", "gas"))
        canvas.paint(
            "heart", canvas.ellipse(0.22 * a, -0.35 * b, 0.38 * a, 0.4 * b) & ~canvas.has("liver"), room
        )
