"""Blur of the septum's borders and convex hulls, against what they were drawn with and another library's."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import ndtr
from skimage.measure import points_in_poly
from skimage.morphology import convex_hull_image

from ironquant.roi.borders import Profile, clear_of_blood, fit_profile
from ironquant.roi.hull import Hull, hull_mask
from ironquant.roi.rays import ANGLE, N_RAYS, REACH_MM, STEP_MM, Rays
from ironquant.roi.shapes import centre_of_area

TE_MS = tuple(2.0 + 2.0 * np.arange(8))
INSETS_MM = np.arange(0.5, 3.0, 0.1)


def rays_of(blur_mm: float, t2star_ms: float, inner_mm: float = 20.0, thick_mm: float = 9.0) -> Rays:
    radius = STEP_MM * np.arange(int(REACH_MM / STEP_MM))
    line = ndtr((inner_mm - radius) / blur_mm) + ndtr((radius - inner_mm - thick_mm) / blur_mm)
    ring, none = np.ones(N_RAYS), np.zeros(N_RAYS)
    te = np.array(TE_MS)
    return Rays(
        angle=np.arange(N_RAYS) * 2 * np.pi / N_RAYS,
        inner_mm=inner_mm * ring,
        outer_mm=(inner_mm + thick_mm) * ring,
        wall=none,
        run_mm=20.0 * ring,
        far=ring,
        strange=none,
        blood=1.5 * np.exp(-te / 80.0),
        lining=0.9 * np.exp(-te / t2star_ms),
        beyond=np.tile(1.5 * np.exp(-te / 60.0), (N_RAYS, 1)),
        share=np.tile(line, (N_RAYS, 1)),
        septal=np.ones(N_RAYS, dtype=bool),
        bright=True,
        contrast=0.5,
    )


def fitted(rays: Rays) -> Profile:
    arc = np.arange(10, 40)
    return fit_profile(rays, arc, rays.inner_mm[arc], (rays.outer_mm - rays.inner_mm)[arc])


@pytest.mark.parametrize("blur_mm", [0.7, 1.2, 1.8])
def test_the_blur_of_the_borders_is_found(blur_mm):
    profile = fitted(rays_of(blur_mm, 20.0))
    assert profile.blur_mm == pytest.approx(blur_mm, rel=0.08)
    assert profile.outer_mm - profile.inner_mm == pytest.approx(9.0, abs=0.3)


def test_more_blur_and_more_iron_ask_for_more_distance():
    def distance(blur_mm: float, t2star_ms: float) -> float:
        rays = rays_of(blur_mm, t2star_ms)
        return float(INSETS_MM[clear_of_blood(fitted(rays), INSETS_MM, rays, TE_MS, 1.2)])

    assert distance(0.8, 8.0) < distance(1.3, 8.0) < distance(1.8, 8.0)
    assert distance(1.3, 30.0) < distance(1.3, 4.0)


@given(st.integers(1, 40), st.integers(1, 40), st.floats(0.02, 0.98), st.integers(0, 10**6))
def test_the_hull_is_that_of_another_library(height, width, share, seed):
    mask = np.random.default_rng(seed).random((height, width)) < share
    mask[height // 2, width // 2] = True
    np.testing.assert_array_equal(hull_mask(mask), convex_hull_image(mask))


@given(st.integers(1, 40), st.integers(1, 40), st.floats(0.02, 0.98), st.integers(0, 10**6))
def test_radii_of_a_hull_end_on_its_border(height, width, share, seed):
    mask = np.random.default_rng(seed).random((height, width)) < share
    mask[height // 2, width // 2] = True
    hull = Hull.of(mask)
    centre = np.array(centre_of_area(hull.corners))
    radii = hull.radii(centre, ANGLE)
    away = np.stack([np.sin(ANGLE), np.cos(ANGLE)], axis=-1)
    for part, inside in ((0.999, True), (1.001, False)):
        within = points_in_poly(centre + part * radii[:, None] * away, hull.corners)
        np.testing.assert_array_equal(within, inside)
    # Sectors make up the area.
    fine = np.linspace(0, 2 * np.pi, 20_001)[:-1]
    assert np.mean(hull.radii(centre, fine) ** 2) * np.pi == pytest.approx(hull.area, rel=1e-3)
