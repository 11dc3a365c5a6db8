"""What speaks for a left ventricle: its form, its wall, the right ventricle beside it; and how it weighs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from ironquant.resources import load_table
from ironquant.roi.chest import Chest
from ironquant.roi.rays import LONGEST_RUN_MM, N_RAYS, Rays

Array = NDArray[np.float64]

DEG = 360.0 / N_RAYS
RIM_OVER_DEPTH = 0.5
OF_FORM = ("arc", "direction", "thin", "ring", "walled", "round", "contrast", "size")
INDISPENSABLE = (*OF_FORM, "nulled", "decays")
"""Evidence that must not be missing altogether."""


def weigh_up(
    rays: Rays,
    arc: NDArray[np.intp],
    towards: float,
    chest: Chest,
    te_ms: Sequence[float],
) -> dict[str, float]:
    """Return what speaks for a ventricle, each from 0 (against it) to 1 (as usual)."""
    thickness = rays.outer_mm - rays.inner_mm
    of_arc = thickness[arc][np.isfinite(thickness[arc])]
    typical = float(np.median(of_arc))
    inner = rays.inner_mm[np.isfinite(rays.inner_mm)]
    cavity_mm = float(np.median(inner))
    away = abs(float(np.angle(np.exp(1j * (np.median(np.unwrap(rays.angle[arc])) - towards)))))
    # Where tissue like the wall lies behind it, no end is seen.
    walled = float(np.mean(np.nan_to_num(thickness, nan=np.inf) > 0.5 * typical))
    middle, end = _depths(rays.run_mm[arc])
    # A rim of fat around the heart is shallow beside a ventricle.
    others = np.delete(rays.septal & ~(rays.run_mm < RIM_OVER_DEPTH * middle), arc)
    return {
        "arc": _ramp(len(arc) * DEG, (25.0, 95.0)),
        "direction": _ramp(np.degrees(away), (150.0, 40.0)),
        "even": _ramp(_spread(of_arc) / typical, (0.3, 0.05)),
        "thin": _ramp(typical / cavity_mm, (1.3, 0.6)),
        "ring": _ramp(float(np.isfinite(rays.inner_mm).mean()), (0.5, 0.98)),
        "walled": _ramp(walled, (0.4, 0.9)),
        "bounded": _ramp(float(np.isnan(rays.outer_mm).mean()), (0.8, 0.1)),
        "round": _ramp(_spread(inner) / cavity_mm, (0.35, 0.1)),
        "contrast": _ramp(rays.contrast, (0.02, 0.35)),
        "size": _ramp(cavity_mm / chest.radius_mm, (0.05, 0.12)),
        "large": _ramp(cavity_mm, (6.0, 16.0)),
        "crescent": _ramp(end / max(middle, 1.0), (1.2, 0.4)),
        "shallow_ends": _ramp(end, (30.0, 6.0)),
        "blood": _ramp(abs(float(np.nanmedian(rays.far[arc])) - 1.0), (0.8, 0.3)),
        "decay": _ramp(_unlike(rays, arc), (0.3, 0.04)),
        "same": _ramp(float(np.nanmedian(rays.strange[arc])), (0.4, 0.04)),
        "alone": _ramp(float(others.mean()) if others.size else 1.0, (0.8, 0.1)),
        "lungs": _ramp(float(chest.lungs.sum() / chest.body.sum()), (0.04, 0.2)),
        "pool": _ramp(_pool(rays, arc), (3.5, 1.7)),
        **_tissues(rays, te_ms),
    }


def likelihood(evidence: Mapping[str, float]) -> float:
    """Return how likely it is that this is the left ventricle, 0 to 1.

    A logistic regression; the table ``heart_confidence`` says how it was made.
    """
    if min(evidence[name] for name in INDISPENSABLE) <= 0.0:
        return 0.0
    table = load_table("heart_confidence")
    total = table["offset"] + sum(table["weights"][name] * value for name, value in evidence.items())
    return float(1.0 / (1.0 + np.exp(-total)))


def _tissues(rays: Rays, te_ms: Sequence[float]) -> dict[str, float]:
    """Return whether cavity and wall are blood and muscle.

    Nulled blood is dark from the first echo on; bright blood outlasts muscle, and muscle is not as dark as
    cortical bone beside it; no muscle decays as slowly as fluid.
    """
    blood_ms, wall_ms = (decay_ms(curve, te_ms) for curve in (rays.blood, rays.lining))
    first = float(rays.lining[0] / max(rays.blood[0], 1e-9))
    return {
        "nulled": 1.0 if rays.bright else _ramp(1.0 / max(first, 1e-9), (0.8, 0.35)),
        "lasting": _ramp(blood_ms, (8.0, 28.0)) if rays.bright else 1.0,
        "outlasts": _ramp(blood_ms / wall_ms, (0.7, 1.3)) if rays.bright else 1.0,
        "muscle": _ramp(first, (0.04, 0.22)) if rays.bright else 1.0,
        "decays": _ramp(wall_ms, (110.0, 55.0)),
    }


def decay_ms(curve: Array, te_ms: Sequence[float]) -> float:
    """Return roughly the T2* of a curve: a weighted line through its logarithm, at most 1000 ms."""
    signal = np.maximum(curve, 1e-9)
    slope = np.polyfit(np.asarray(te_ms), np.log(signal), 1, w=signal)[0]
    return 1.0 / max(1e-3, -float(slope))


def _pool(rays: Rays, arc: NDArray[np.intp]) -> float:
    """Return the area of the blood beyond the arc over that of the cavity."""
    inner = np.nan_to_num(rays.inner_mm, nan=float(np.nanmedian(rays.inner_mm)))
    outer = np.nan_to_num(rays.outer_mm[arc], nan=0.0)
    run = np.nan_to_num(rays.run_mm[arc], nan=LONGEST_RUN_MM)
    return float(np.sum((outer + run) ** 2 - outer**2) / max(np.sum(inner**2), 1e-9))


def _unlike(rays: Rays, arc: NDArray[np.intp]) -> float:
    """Return how differently bright blood decays on either side: the sine between the curves, 0 to 1."""
    beyond = np.mean(rays.beyond[arc], axis=0)
    length = float(np.linalg.norm(beyond) * np.linalg.norm(rays.blood))
    if not rays.bright or length <= 0:
        return 0.0
    return float(np.sqrt(max(0.0, 1.0 - (float(beyond @ rays.blood) / length) ** 2)))


def _spread(values: Array) -> float:
    """Return half the width of the middle 70 %: a standard deviation that a few outliers do not move."""
    return float(np.subtract(*np.percentile(values, [85, 15]))) / 2.0


def _depths(run_mm: Array) -> tuple[float, float]:
    """Return how deep the blood beyond an arc is in the middle and where the arc begins and ends."""
    run = np.nan_to_num(run_mm, nan=LONGEST_RUN_MM)
    side = (len(run) - 1) // 3
    middle = float(np.percentile(run[side : len(run) - side], 75))
    ends = sorted((float(np.median(run[:4])), float(np.median(run[-4:]))))
    # At one end the rays may run down along a right ventricle that lies low.
    return middle, 0.75 * ends[0] + 0.25 * ends[1]


def _ramp(value: float, limits: tuple[float, float]) -> float:
    """Return 0 up to the first limit, 1 from the second on, a line between; limits may fall."""
    return float(np.clip((value - limits[0]) / (limits[1] - limits[0]), 0.0, 1.0))
