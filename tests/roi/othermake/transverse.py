"""Random transverse multi-echo series of the upper abdomen, and what is true of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ironquant.core import Acquisition, EchoSeries, Organ

from . import imaging, upper_abdomen
from .drawing import Canvas


@dataclass(frozen=True)
class Plan:
    """One patient and how he is scanned; lengths in mm, T2* in ms."""

    seed: int
    style: str
    scale: float
    half_width: float
    half_depth: float
    roundness: float
    skin_fat: float
    muscle: float
    rib_turn: float
    capsule_gap: float
    liver: float
    left_lobe: float
    lobe_power: float
    spleen: float
    stomach: float
    gas: float
    gallbladder: float
    t2star_ms: float
    spleen_t2star_ms: float
    fat_fraction: float
    field_t: float
    te_ms: tuple[float, ...]
    snr: float
    n_coils: int
    shape: tuple[int, int]
    pixel_mm: tuple[float, float]
    levels: tuple[float, ...]
    tilt: float
    turned: tuple[bool, bool, bool]
    shading: float
    ghosts: float


@dataclass(frozen=True, eq=False)
class Truth:
    """A series and its truth, all arrays (slice, row, column[, echo]).

    `parenchyma`: pixels of nothing but liver tissue; `vessels`: those with a quarter of vessel or more;
    `spleen`: pixels of nothing but spleen; `clean`: magnitude without noise and ghosts.
    """

    plan: Plan
    series: EchoSeries
    parenchyma: np.ndarray
    vessels: np.ndarray
    spleen: np.ndarray
    clean: np.ndarray


def _log_uniform(rng, low, high):
    return float(np.exp(rng.uniform(np.log(low), np.log(high))))


def random_plan(number, seed):
    """Draw child or adult, lean or obese, any iron, any page."""
    rng = np.random.default_rng([seed, number, 4711])
    child = rng.random() < 0.25
    half_width = rng.uniform(85, 130) if child else rng.uniform(140, 215)
    scale = half_width / 165.0
    style = str(rng.choice(upper_abdomen.STYLES, p=[0.25, 0.3, 0.45]))
    obese = not child and rng.random() < 0.2
    skin_fat = rng.uniform(25, 45) if obese else rng.uniform(2, 16) * scale
    if style == "bare" and rng.random() < 0.6:
        skin_fat = 0.0
    half_depth = half_width * (rng.uniform(0.68, 0.88) if obese else rng.uniform(0.6, 0.8))
    rows = int(
        rng.choice(
            [64, 96, 128, 144, 160, 192, 224, 256, 320], p=[0.05, 0.1, 0.17, 0.1, 0.15, 0.15, 0.1, 0.13, 0.05]
        )
    )
    columns = int(rng.choice([rows, rows, max(64, int(0.75 * rows)), min(320, int(1.25 * rows))]))
    fov = 2 * half_width * rng.uniform(1.08, 1.3)
    column_mm = fov / columns
    row_mm = max(fov * rng.choice([1.0, 0.8]) / rows, 2.1 * half_depth / rows)
    n_slices = int(rng.choice([1, 1, 1, 1, 3, 5, 8]))
    middle = rng.uniform(0.2, 0.62)
    levels = tuple(middle + 0.13 * (index - n_slices // 2) for index in range(n_slices))
    first, step, echoes = rng.uniform(0.8, 1.3), rng.uniform(0.7, 1.25), int(rng.integers(8, 21))
    jitter = rng.uniform(-0.05, 0.05, echoes) * (rng.random() < 0.3)
    field_t = float(rng.choice([1.5, 1.5, 1.5, 2.89]))
    t2star = _log_uniform(rng, 0.4, 35.0) * (0.65 if field_t > 2 else 1.0)
    return Plan(
        seed=int(rng.integers(2**31)),
        style=style,
        scale=scale,
        half_width=half_width,
        half_depth=half_depth,
        roundness=rng.uniform(2.0, 2.7),
        skin_fat=skin_fat,
        muscle=rng.uniform(6, 13) * scale,
        rib_turn=rng.uniform(0, 0.6),
        capsule_gap=rng.choice([0.0, rng.uniform(0, 4)]),
        liver=rng.choice([rng.uniform(0.75, 1.0), rng.uniform(0.9, 1.15)]),
        left_lobe=rng.uniform(0.1, 1.0),
        lobe_power=rng.uniform(1.9, 2.8),
        spleen=0.0 if rng.random() < 0.25 else rng.choice([rng.uniform(0.8, 1.1), rng.uniform(1.1, 1.8)]),
        stomach=rng.uniform(0.12, 0.3),
        gas=rng.uniform(-0.3, 1.0),
        gallbladder=rng.choice([0.0, rng.uniform(9, 18)]),
        t2star_ms=max(0.4, t2star),
        spleen_t2star_ms=_log_uniform(rng, 3.0, 45.0) * (0.65 if field_t > 2 else 1.0),
        fat_fraction=float(rng.choice([0.0, rng.uniform(0.02, 0.08), rng.uniform(0.08, 0.35)])),
        field_t=field_t,
        te_ms=tuple(float(te) for te in np.round(first + step * np.arange(echoes) + jitter, 3)),
        snr=_log_uniform(rng, 15.0, 100.0),
        n_coils=int(rng.choice([1, 1, 2, 4])),
        shape=(rows, columns),
        pixel_mm=(float(row_mm), float(column_mm)),
        levels=levels,
        tilt=rng.normal(0, 0.05),
        turned=tuple(bool(flag) for flag in rng.random(3) < 0.3),
        shading=rng.choice([0.0, rng.uniform(0.2, 0.7)]),
        ghosts=rng.choice([0.0, rng.uniform(0.01, 0.05)]),
    )


def tissues(plan):
    """Return (S0, T2* in ms, fat fraction) by label; another draw for every patient."""
    rng = np.random.default_rng([plan.seed, 3])
    short = 0.65 if plan.field_t > 2 else 1.0

    def near(value, spread=0.15):
        return value * float(np.exp(rng.normal(0, spread)))

    liver_s0 = near(0.85, 0.08)
    inside = (
        (near(0.5), short * near(28), 0.05) if plan.style == "bare" else (near(1.1), short * near(18), 0.85)
    )
    if plan.style == "bare" and rng.random() < 0.3:
        inside = (near(1.1), short * near(16), 0.8)
    blood = (near(1.25, 0.12), short * near(70, 0.4), 0.0)
    if rng.random() < 0.2:
        blood = (near(0.45), short * near(60), 0.0)  # slow read-outs lose flowing blood
    return {
        "air": (0.0, 1.0, 0.0),
        "gas": (0.0, 1.0, 0.0),
        "fat": (near(1.15), short * near(22), 0.92),
        "muscle": (near(0.62), short * near(27), 0.02),
        "back": (near(0.62), short * near(27), 0.03),
        "inside": inside,
        "bone": (near(0.5), short * near(9, 0.3), 0.35),
        "canal": (near(1.1), 60.0, 0.0),
        "disc": (0.6, 20.0, 0.0),
        "bowel": (near(0.6), short * near(22), 0.02),
        "fluid": (near(1.1), 80.0, 0.0),
        "bile": (near(1.1), 90.0, 0.0),
        "cortex": (near(0.85), short * near(50), 0.0),
        "spleen": (near(0.85, 0.1), plan.spleen_t2star_ms, 0.0),
        "lung": (0.14, 1.3, 0.0),
        "heart": (near(0.9), short * near(40), 0.0),
        "artery": blood,
        "blood": blood,
        "vein": blood,
        "liver": (liver_s0, plan.t2star_ms, plan.fat_fraction),
    }


def make(plan):
    """Draw, decay, spoil."""
    table = tissues(plan)
    parts = [_slice(plan, table, index) for index in range(len(plan.levels))]
    transpose, flip_rows, flip_columns = plan.turned

    def turned(name):
        stack = np.stack([part[name] for part in parts])
        stack = np.swapaxes(stack, 1, 2) if transpose else stack
        stack = stack[:, ::-1] if flip_rows else stack
        return np.ascontiguousarray(stack[:, :, ::-1] if flip_columns else stack)

    signal = turned("signal")
    rows, columns = plan.shape
    affine = np.eye(4)
    affine[0, 0], affine[1, 1], affine[2, 2] = plan.pixel_mm[1], plan.pixel_mm[0], -10.0
    affine[:3, 3] = -columns / 2 * plan.pixel_mm[1], -rows / 2 * plan.pixel_mm[0], 50.0
    if transpose:
        affine[:, [0, 1]] = affine[:, [1, 0]]
    for flip, column, size in ((flip_rows, 1, signal.shape[1]), (flip_columns, 0, signal.shape[2])):
        if flip:
            affine[:3, 3] += (size - 1) * affine[:3, column]
            affine[:3, column] *= -1
    series = EchoSeries(
        key="liver",
        instance_uid="1.2.840.1",
        description="",
        signal=signal,
        te_ms=plan.te_ms,
        affine=affine,
        acquisition=Acquisition(field_t=plan.field_t),
        organ_guess=Organ.LIVER,
    )
    names = ("parenchyma", "vessels", "spleen", "clean")
    return Truth(plan, series, **{name: turned(name) for name in names})


def _slice(plan, table, index):
    rng = np.random.default_rng([plan.seed, 9, index])
    wave = np.random.default_rng([plan.seed, 5])
    waves = [
        (wave.uniform(0.5, 3.0) * plan.scale, wave.uniform(90, 260) * plan.scale, *wave.uniform(0, 6.28, 2))
        for _ in range(3)
    ]
    rows, columns = plan.shape
    fine = 3 if max(plan.shape) <= 200 else 2
    middle = [
        0.5 * size * mm + wave.normal(0, 4)
        for size, mm in zip((columns, rows), plan.pixel_mm[::-1], strict=True)
    ]
    canvas = Canvas(rows, columns, plan.pixel_mm, middle, plan.tilt, waves, fine)
    upper_abdomen.paint(canvas, plan, plan.levels[index])
    shares = canvas.shares()
    curves = np.array([imaging.curve(*table[name], plan.te_ms, plan.field_t) for name in canvas.names])
    te = np.asarray(plan.te_ms)
    share = dict(zip(canvas.names, shares, strict=True))
    none = np.zeros(plan.shape)
    texture = imaging.smooth_field(rng, plan.shape, plan.pixel_mm, 3.0) * 0.02
    texture += imaging.smooth_field(rng, plan.shape, plan.pixel_mm, 30.0) * 0.015
    empty = share.get("gas", none) + share.get("lung", none) > 0.5
    away = (
        imaging.ndimage.distance_transform_edt(~empty, sampling=plan.pixel_mm) if empty.any() else none + 1e3
    )
    extra = share.get("liver", none) * texture / plan.t2star_ms + 0.06 * np.exp(-away / 5.0)
    gain = imaging.shading(rng, plan.shape, plan.shading) * (1.0 + 0.5 * texture)
    clean = np.tensordot(shares, curves, (0, 0)) * gain[..., None] * np.exp(-extra[..., None] * te)
    spoilt = clean
    if plan.ghosts:
        spoilt = imaging.ghosts(clean, 1.0 - share["air"], rng, plan.ghosts, 0)
        spoilt = imaging.pulsation(spoilt, share.get("artery", none), rng, 2.0 * plan.ghosts)
    level = 1000.0
    return {
        "signal": imaging.magnitude(level * spoilt, level / plan.snr, plan.n_coils, rng),
        "clean": np.abs(level * clean).astype(np.float32),
        "parenchyma": share.get("liver", none) > 0.999,
        "vessels": share.get("vein", none) + share.get("blood", none) > 0.25,
        "spleen": share.get("spleen", none) > 0.999,
    }
