"""How sharp the borders of the septum are in an image, and how deep blood reaches into it by partial volume.

The share of blood across the wall, averaged along the arc, is a level between two blurred steps. Their blur
is that of the scanner (voxel, filter, interpolation, motion, a leaning wall) and of looking between pixels,
which is taken off. From the curves of blood and wall follows what so much blood does to T2*.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import least_squares
from scipy.special import ndtr

from ironquant.roi.evidence import decay_ms
from ironquant.roi.rays import STEP_MM, Rays

Array = NDArray[np.float64]

MOST_BIAS = 0.015
"""Share by which blood may move the T2* of the region: a third of what a value may be wrong by."""
BESIDE_MM = 4.0
"""So far to either side of the wall its profile is looked at: papillary muscles lie deeper."""
USUAL_BLUR_MM = 1.2
PRIOR = 0.03
"""What holds the borders where the rays found them and the blur near the usual, against noise."""
BETWEEN_PIXELS = 1.0 / 6.0
"""Variance that a line between two samples adds, in squares of their distance."""
SHARPEST = 0.25
"""SD of a border in pixels: what the pixel itself blurs."""


@dataclass(frozen=True)
class Profile:
    """Share of blood across a wall: borders and their blur (SD) in mm from the inner border, and levels.

    Attributes
    ----------
    cavity, wall, beyond : float
        Shares of blood on the scale of `Rays`.
    """

    inner_mm: float
    outer_mm: float
    blur_mm: float
    cavity: float
    wall: float
    beyond: float

    def at(self, depth_mm: Array) -> Array:
        """Return the share of blood at depths from the inner border."""
        into = ndtr((self.inner_mm - depth_mm) / self.blur_mm)
        out = ndtr((depth_mm - self.outer_mm) / self.blur_mm)
        return np.asarray(
            self.wall + (self.cavity - self.wall) * into + (self.beyond - self.wall) * out, dtype=np.float64
        )


def fit_profile(rays: Rays, arc: NDArray[np.intp], inner_mm: Array, thickness_mm: Array) -> Profile:
    """Fit the profile of a wall whose borders are known on every ray of an arc."""
    thick = float(np.median(thickness_mm))
    depth = np.arange(-BESIDE_MM, thick + BESIDE_MM, 0.5 * STEP_MM)
    radius = STEP_MM * np.arange(rays.share.shape[1])
    # Up to the middle of the wall a ray is laid along the others by its inner border, then by its outer one.
    shift = np.where(depth[None] <= 0.5 * thick, 0.0, (thickness_mm - thick)[:, None])
    places = inner_mm[:, None] + depth + shift
    rows = [np.interp(place, radius, rays.share[ray]) for place, ray in zip(places, arc, strict=True)]
    seen = np.median(rows, axis=0)
    level = float(seen[(depth > 0.3 * thick) & (depth < 0.7 * thick)].mean())
    prior = np.array([0.0, thick, np.log(USUAL_BLUR_MM)])

    def off(at: Array) -> Array:
        return np.concatenate([_profile(at).at(depth) - seen, PRIOR * (at[:3] - prior)])

    return _profile(least_squares(off, [*prior, 1.0, level, 1.0], method="lm").x)


def _profile(at: Array) -> Profile:
    inner, outer, blur, cavity, wall, beyond = (float(value) for value in at)
    return Profile(inner, outer, float(np.exp(blur)), cavity, wall, beyond)


def clear_of_blood(
    profile: Profile, insets_mm: Array, rays: Rays, te_ms: Sequence[float], pixel_mm: float
) -> int:
    """Return which of rising insets is the first at which blood hardly moves T2*; the last if none is."""
    blur = np.sqrt(max(profile.blur_mm**2 - BETWEEN_PIXELS * pixel_mm**2, (SHARPEST * pixel_mm) ** 2))
    sharper = replace(profile, blur_mm=float(blur))
    axis = rays.blood - rays.lining
    pure = decay_ms(rays.lining + profile.wall * axis, te_ms)
    thick = profile.outer_mm - profile.inner_mm
    for number, inset in enumerate(insets_mm):
        depth = np.linspace(inset, max(thick - inset, inset), 21)
        held = rays.lining + float(sharper.at(depth).mean()) * axis
        if abs(decay_ms(held, te_ms) / pure - 1.0) <= MOST_BIAS:
            return number
    return len(insets_mm) - 1
