"""Contours ↔ masks, exact; polygons against an independent even-odd rule."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from ironquant.core import EchoSeries, Organ, Region, RegionError
from ironquant.roi import contour_on_slice, contour_to_patient, polygon_mask, region_from_mask, region_mask


def series_on(affine, shape):
    return EchoSeries("k", "1.2", "", np.zeros((*shape, 3), dtype=np.float32), (1.0, 2.0, 3.0), affine)


@st.composite
def oblique_affines(draw):
    """Rotation, spacing, flips and a far origin; rows and columns not even square to the millimetre."""
    seed = draw(st.integers(0, 2**32 - 1))
    rng = np.random.default_rng(seed)
    turn, _ = np.linalg.qr(rng.normal(size=(3, 3)))
    affine = np.eye(4)
    affine[:3, :3] = turn * rng.uniform(0.4, 12.0, 3) * rng.choice([-1, 1], 3)
    affine[:3, 3] = rng.uniform(-900, 900, 3)
    return affine


masks = hnp.arrays(np.bool_, hnp.array_shapes(min_dims=3, max_dims=3, min_side=1, max_side=12))


@given(masks, oblique_affines())
@settings(max_examples=200, deadline=None)
def test_mask_to_region_and_back_is_exact(mask, affine):
    series = series_on(affine, mask.shape)
    if not mask.any():
        with pytest.raises(RegionError):
            region_from_mask(mask, series, Organ.LIVER, "parenchyma", source="manual")
        return
    region = region_from_mask(mask, series, Organ.LIVER, "parenchyma", source="manual")
    np.testing.assert_array_equal(region_mask(region, series), mask)


@given(st.integers(0, 2**32 - 1), oblique_affines())
@settings(max_examples=20, deadline=None)
def test_large_masks_with_holes(seed, affine):
    rng = np.random.default_rng(seed)
    mask = np.zeros((3, 90, 70), dtype=bool)
    y, x = np.indices(mask.shape[1:])
    for _ in range(6):
        cy, cx, radius = rng.uniform(10, 80), rng.uniform(10, 60), rng.uniform(3, 25)
        mask[rng.integers(0, 3)] ^= np.hypot(y - cy, x - cx) < radius
    mask[rng.random(mask.shape) < 0.05] ^= True
    series = series_on(affine, mask.shape)
    region = region_from_mask(mask, series, Organ.LIVER, "parenchyma", source="manual")
    np.testing.assert_array_equal(region_mask(region, series), mask)


def even_odd(points, shape):
    """Ray casting pixel by pixel (Franklin's pnpoly), written without a look at the code under test."""
    mask = np.zeros(shape, dtype=bool)
    n = len(points)
    for row in range(shape[0]):
        for column in range(shape[1]):
            inside, j = False, n - 1
            for i in range(n):
                (xi, yi), (xj, yj) = points[i], points[j]
                if (yi > row) != (yj > row) and column < (xj - xi) * (row - yi) / (yj - yi) + xi:
                    inside = not inside
                j = i
            mask[row, column] = inside
    return mask


@given(st.integers(0, 2**32 - 1), st.integers(3, 12))
@settings(max_examples=60, deadline=None)
def test_polygon_is_even_odd(seed, corners):
    """Self-crossing polygons, partly outside the image."""
    points = np.random.default_rng(seed).uniform(-6, 26, (corners, 2))
    np.testing.assert_array_equal(polygon_mask(points, (18, 21)), even_odd(points, (18, 21)))


def test_polygon_agrees_with_skimage():
    from skimage.draw import polygon2mask

    rng = np.random.default_rng(1)
    for _ in range(40):
        angle = np.sort(rng.uniform(0, 2 * np.pi, 9))
        radius = rng.uniform(8, 30, 9)
        points = np.column_stack([40 + radius * np.cos(angle), 35 + radius * np.sin(angle)]) + 1e-3
        mask = polygon_mask(points, (70, 80))
        np.testing.assert_array_equal(mask, polygon2mask((70, 80), points[:, ::-1]))
        assert mask.sum() > 100


@pytest.mark.parametrize(
    "points",
    [
        [(-9, -9), (-5, -9), (-5, -5)],
        [(100, 3), (120, 3), (110, 9)],
        [(3.2, 3.2), (3.4, 3.2), (3.3, 3.4)],
        [(2, 5), (8, 5), (4, 5)],
    ],
    ids=["before", "behind", "between pixels", "flat"],
)
def test_polygon_that_holds_no_centre(points):
    assert not polygon_mask(np.array(points, dtype=float), (12, 12)).any()


def test_neighbours_share_no_pixel_and_leave_none_out():
    """Two polygons with a common edge through pixel centres tile the image."""
    left = np.array([(-1, -1), (5, -1), (5, 20), (-1, 20)], dtype=float)
    right = np.array([(5, -1), (30, -1), (30, 20), (5, 20)], dtype=float)
    one, other = polygon_mask(left, (12, 14)), polygon_mask(right, (12, 14))
    assert not (one & other).any()
    assert (one | other).all()


def test_contour_and_slice():
    affine = np.eye(4)
    affine[:3, :3] = np.diag([1.5, 2.0, 10.0]) @ np.array([[0.8, 0.6, 0], [-0.6, 0.8, 0], [0, 0, 1]])
    affine[:3, 3] = (10, 20, 30)
    series = series_on(affine, (4, 30, 30))
    points = np.array([(3.0, 4.0), (9.0, 4.5), (6.0, 11.25)])
    for index in range(4):
        patient = contour_to_patient(points, index, series)
        np.testing.assert_allclose(patient[0], affine[:3, :3] @ [3.0, 4.0, index] + affine[:3, 3])
        where, back = contour_on_slice(patient, series)
        assert where == index
        np.testing.assert_allclose(back, points)
    normal = affine[:3, 2]
    patient = contour_to_patient(points, 3, series)
    assert contour_on_slice(patient + 0.45 * normal, series)[0] == 3
    assert contour_on_slice(patient + 0.6 * normal, series)[0] == -1
    assert contour_on_slice(patient - 0.6 * normal, series)[0] == 2


def test_contour_of_another_place_is_empty():
    series = series_on(np.diag([1.0, 1.0, 5.0, 1.0]), (2, 20, 20))
    contour = np.array([(3.0, 3.0, 90.0), (9.0, 3.0, 90.0), (9.0, 9.0, 90.0)])
    with pytest.raises(RegionError) as caught:
        region_mask(Region(Organ.LIVER, "parenchyma", (contour,)), series)
    assert caught.value.finding.code == "region_empty"


def test_single_slice_has_no_neighbour():
    """A slice direction of any length: the contour belongs to the one slice within half of it."""
    series = series_on(np.diag([1.0, 1.0, 8.0, 1.0]), (1, 20, 20))
    contour = np.array([(3.0, 3.0, 3.9), (9.0, 3.0, 3.9), (9.0, 9.0, 3.9)])
    assert region_mask(Region(Organ.LIVER, "parenchyma", (contour,)), series).sum() > 10
