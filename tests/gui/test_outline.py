"""Outlines under the hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from skimage.measure import approximate_polygon, find_contours, points_in_poly

from ironquant.core import EchoSeries, Organ
from ironquant.gui.outline import (
    MAX_HANDLES,
    edited_region,
    largest,
    simplified,
    slice_contours,
)
from ironquant.roi import contains, hit, region_from_mask, region_mask

AFFINE = np.array([[1.4, 0, 0, -90], [0, 1.4, 0, -80], [0, 0, 8.0, 10], [0, 0, 0, 1.0]])


@pytest.fixture
def series():
    return EchoSeries("k", "1.2", "", np.ones((2, 90, 110, 3), np.float32), (1.0, 2.0, 3.0), AFFINE)


@pytest.fixture
def ring(series):
    """A disc with a hole, and a small disc beside it, on slice 1."""
    row, column = np.mgrid[:90, :110]
    disc = np.hypot(row - 40, column - 45) < 22
    hole = np.hypot(row - 38, column - 50) < 5
    other = np.hypot(row - 40, column - 90) < 7
    mask = np.zeros(series.shape, dtype=bool)
    mask[1] = (disc & ~hole) | other
    return mask, region_from_mask(
        mask, series, Organ.LIVER, "parenchyma", source="auto", proposer="p", confidence=0.8
    )


def test_contains_agrees_with_scikit_image():
    rng = np.random.default_rng(4)
    polygon = rng.uniform(0, 40, (9, 2))
    points = rng.uniform(0, 40, (4000, 2))
    expected = points_in_poly(points, polygon)
    assert np.mean(contains(polygon, points) != expected) < 1e-3
    assert 200 < expected.sum() < 3000


def test_hit_knows_holes(ring, series):
    contours = slice_contours(ring[1], series, 1)
    assert hit(contours, 35.0, 50.0)
    assert not hit(contours, 50.0, 38.0)
    assert not hit(contours, 5.0, 5.0)
    assert slice_contours(ring[1], series, 0) == []


def test_simplified_has_few_corners_and_keeps_the_area(ring, series):
    contours = slice_contours(ring[1], series, 1)
    outer = contours[largest(contours)]
    corners = simplified(outer)
    assert 8 <= len(corners) <= MAX_HANDLES < len(outer)

    def area(p):
        x, y = p.T
        return abs(0.5 * np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y))

    assert area(corners) == pytest.approx(area(outer), rel=0.04)


def simplified_step_by_step(points, limit):
    """scikit-image's Douglas and Peucker, at one tolerance after the other."""
    closed = np.vstack([points, points[:1]])
    shown, tolerance = closed, 0.25
    while len(shown) - 1 > limit:
        shown = approximate_polygon(closed, tolerance)
        tolerance *= 1.3
    return shown[:-1] if len(shown) > 3 else points


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), limit=st.integers(3, 40), size=st.floats(3.0, 60.0))
def test_simplified_is_the_polygon_of_douglas_and_peucker(seed, limit, size):
    rng = np.random.default_rng(seed)
    angle = np.linspace(0, 2 * np.pi, int(rng.integers(3, 250)), endpoint=False)
    waves = sum(rng.normal(0, 0.3 / k) * np.cos(k * angle + rng.uniform(0, 6)) for k in range(1, 12))
    points = size * (1 + waves)[:, None] * np.column_stack([np.cos(angle), np.sin(angle)])
    assert np.array_equal(simplified(points, limit), simplified_step_by_step(points, limit))


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), limit=st.integers(3, 40))
def test_simplified_outlines_of_masks_are_those_of_douglas_and_peucker(seed, limit):
    """Their points lie on a grid, so that many are equally far."""
    rng = np.random.default_rng(seed)
    row, column = np.mgrid[:70, :70]
    discs = [
        np.hypot(row - y, column - x) < r for y, x, r in rng.uniform((20, 20, 4), (50, 50, 18), size=(4, 3))
    ]
    for contour in find_contours(np.any(discs, axis=0).astype(float), 0.5):
        points = contour[:-1]
        assert np.array_equal(simplified(points, limit), simplified_step_by_step(points, limit))


def test_moving_shifts_every_pixel_of_the_main_outline_and_its_hole(ring, series):
    mask, region = ring
    moved = edited_region(region, series, 1, None, np.array([3.0, -2.0]))
    column = np.arange(110)
    small = mask[1] & (column > 75)
    expected = np.roll(mask[1] & ~small, (-2, 3), axis=(0, 1)) | small
    assert np.array_equal(region_mask(moved, series)[1], expected)
    assert (moved.source, moved.confidence, moved.proposer) == ("edited", None, "p")


def test_reshaping_keeps_a_hole_only_while_it_lies_inside(ring, series):
    _, region = ring
    square = np.array([[25.0, 25.0], [60.0, 25.0], [60.0, 58.0], [25.0, 58.0]])
    assert len(edited_region(region, series, 1, square, np.zeros(2)).contours) == 3
    away = square - [0.0, 25.0]
    assert len(edited_region(region, series, 1, away, np.zeros(2)).contours) == 2
