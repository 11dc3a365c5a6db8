"""Shapes set by hand: areas and places against closed forms; carried to other series by place."""

import datetime as dt
import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ironquant.core import EchoSeries, Organ, Region, RegionError
from ironquant.roi import (
    brushed,
    carry_over,
    circle_of_area,
    contour_on_slice,
    ellipse,
    mask_contours,
    polygon,
    rectangle,
    region_mask,
    signed_area,
)
from ironquant.roi.shapes import centre_of_area

TE_MS = (1.0, 2.0, 3.0)


def stack(shape=(3, 60, 50), spacing=(8.0, 1.5, 1.1), turn=None, origin=(-30, 20, 5)):
    affine = np.eye(4)
    affine[:3, :3] = (np.eye(3) if turn is None else turn) * np.array([spacing[2], spacing[1], spacing[0]])
    affine[:3, 3] = origin
    return EchoSeries("k", "1.2", "", np.zeros((*shape, 3), np.float32), TE_MS, affine)


def turned(seed):
    turn, _ = np.linalg.qr(np.random.default_rng(seed).normal(size=(3, 3)))
    return turn if np.linalg.det(turn) > 0 else -turn


def in_plane_mm(contour, series):
    """Points of a contour in mm along columns and rows."""
    index, points = contour_on_slice(contour, series)
    return index, points * np.array([series.spacing_mm[2], series.spacing_mm[1]])


@given(st.floats(0.5, 5000), st.integers(0, 5))
def test_a_circle_has_the_area_asked_for(area, seed):
    series = stack(turn=turned(seed))
    index, points = in_plane_mm(circle_of_area((20.3, 31.7), area, 1, series), series)
    assert index == 1
    assert abs(signed_area(points)) == pytest.approx(area, rel=1e-9)
    radii = np.linalg.norm(points - points.mean(axis=0), axis=1)
    assert radii == pytest.approx(math.sqrt(area / math.pi), rel=2e-3)
    np.testing.assert_allclose(points.mean(axis=0), [20.3 * 1.1, 31.7 * 1.5], atol=1e-9)


@given(st.floats(1, 40), st.floats(1, 40), st.floats(-180, 180))
def test_an_ellipse_has_its_area_and_axes(a, b, angle):
    series = stack()
    _, points = in_plane_mm(ellipse((25, 30), (a, b), 0, series, angle_deg=angle), series)
    assert abs(signed_area(points)) == pytest.approx(math.pi * a * b, rel=1e-9)
    back = math.radians(-angle)
    centred = points - points.mean(axis=0)
    x = centred[:, 0] * math.cos(back) - centred[:, 1] * math.sin(back)
    y = centred[:, 0] * math.sin(back) + centred[:, 1] * math.cos(back)
    assert x.max() == pytest.approx(a, rel=2e-3)
    assert y.max() == pytest.approx(b, rel=2e-3)


def test_a_rectangle_holds_the_pixel_centres_within():
    series = stack()
    region = Region(Organ.LIVER, "r", (rectangle((9.5, 19.5), (14.5, 23.5), 2, series),))
    mask = region_mask(region, series)
    expected = np.zeros(series.shape, bool)
    expected[2, 20:24, 10:15] = True
    np.testing.assert_array_equal(mask, expected)


def test_a_big_circle_holds_as_many_pixels_as_its_area():
    series = stack(shape=(1, 200, 200), spacing=(8, 1.0, 1.0))
    region = Region(Organ.LIVER, "c", (circle_of_area((100.2, 99.6), 15_000, 0, series),))
    assert region_mask(region, series).sum() == pytest.approx(15_000, rel=2e-3)


@pytest.mark.parametrize(
    "points", [[(1, 1), (5, 5)], [(1, 1), (2, 2), (3, 3)], [(4, 4)] * 5, [(1, 1), (5, 1), (1, 1), (5, 1)]]
)
def test_a_stroke_without_area_is_refused(points):
    with pytest.raises(ValueError, match="no area"):
        polygon(points, 0, stack())
    with pytest.raises(ValueError, match="axes"):
        circle_of_area((1, 1), 0.0, 0, stack())


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.floats(0, 49), st.floats(0, 59)), min_size=1, max_size=5),
    st.floats(0.6, 9),
)
def test_a_brush_paints_what_is_within_its_radius_and_erases_it_again(stroke, radius):
    series = stack()
    painted = brushed(np.zeros((60, 50), bool), stroke, radius, series)
    places = np.array(stroke) * (1.1, 1.5)
    rows, columns = np.indices((60, 50))
    centres = np.stack([columns * 1.1, rows * 1.5], axis=-1)
    steps = np.linspace(0, 1, 400)[:, None]
    ways = list(itertools.pairwise(places)) or [(places[0], places[0])]
    dense = np.concatenate([a + steps * (b - a) for a, b in ways])
    nearest = np.min([np.linalg.norm(centres - point, axis=-1) for point in dense], axis=0)
    assert painted[nearest < radius - 0.1].all()
    assert not painted[nearest > radius + 0.02].any()  # the stroke is sampled every 0.2 mm or so
    assert not brushed(painted, stroke, radius, series, erase=True).any()
    if painted.any():
        region = Region(Organ.LIVER, "b", mask_contours(painted, 1, series))
        np.testing.assert_array_equal(region_mask(region, series)[1], painted)


# --- carried over -----------------------------------------------------------------------------------
def test_a_region_goes_to_another_matrix_and_to_the_nearest_slice():
    first = stack(turn=turned(3))
    drawn = Region(Organ.LIVER, "c", (circle_of_area((25, 30), 600, 1, first),))
    affine = first.affine.copy()
    affine[:3, :3] = affine[:3, :3] * (0.5, 0.5, 1.0)  # twice as fine
    affine[:3, 3] += 2.0 * first.affine[:3, 2] / 8.0  # and moved by 2 mm along the slices
    second = EchoSeries("j", "1.3", "", np.zeros((3, 120, 100, 3), np.float32), TE_MS, affine)
    carried = carry_over(drawn, second)
    mask = region_mask(carried, second)
    assert np.flatnonzero(mask.any(axis=(1, 2))).tolist() == [1]
    assert mask.sum() * second.pixel_area_mm2 == pytest.approx(600, rel=0.03)
    rows, columns = np.nonzero(mask[1])
    assert (columns.mean() / 2, rows.mean() / 2) == pytest.approx((25, 30), abs=0.1)


def test_a_small_tilt_is_taken_and_a_large_one_refused():
    first = stack(origin=(-27, -45, -8))  # the middle of the stack is the middle of the room
    drawn = Region(Organ.HEART, "septum", (circle_of_area((25, 30), 300, 1, first),))

    def tilted(degrees):
        angle = math.radians(degrees)
        turn = np.array(
            [[math.cos(angle), 0, math.sin(angle)], [0, 1, 0], [-math.sin(angle), 0, math.cos(angle)]]
        )
        affine = np.eye(4)
        affine[:3, :3], affine[:3, 3] = turn, 0
        moved = affine @ first.affine
        return EchoSeries("t", "1.4", "", np.zeros((3, 60, 50, 3), np.float32), TE_MS, moved)

    assert region_mask(carry_over(drawn, tilted(5)), tilted(5)).any()
    with pytest.raises(RegionError) as caught:
        carry_over(drawn, tilted(25))
    assert caught.value.finding.code == "region_elsewhere"
    assert caught.value.finding.params["reason"] == "region_tilted"


def test_slices_elsewhere_are_refused_and_outlines_outside_left_out():
    first = stack()
    contours = tuple(circle_of_area((25, 30), 300, index, first) for index in range(3))
    drawn = Region(Organ.LIVER, "parenchyma", contours)
    one = EchoSeries("o", "1.5", "", np.zeros((1, 60, 50, 3), np.float32), TE_MS, first.affine)
    assert len(carry_over(drawn, one).contours) == 1
    far = first.affine.copy()
    far[2, 3] += 500
    away = EchoSeries("a", "1.6", "", np.zeros((3, 60, 50, 3), np.float32), TE_MS, far)
    with pytest.raises(RegionError) as caught:
        carry_over(drawn, away)
    assert caught.value.finding.params["reason"] == "region_out_of_stack"


def test_history_tells_author_and_keeps_order():
    when = dt.datetime(2026, 1, 2, 3, 4, tzinfo=dt.UTC)
    contour = circle_of_area((25, 30), 300, 0, stack())
    proposed = Region(Organ.HEART, "septum", (contour,), "auto", "ironquant-septum-2", 0.9)
    assert proposed.author == "ironquant-septum-2"
    edited = proposed.after("edited", "Dr Li", when).after("accepted", "Dr Wang", when)
    assert edited.author == "Dr Li"
    assert [event.action for event in edited.history] == ["edited", "accepted"]
    assert proposed.history == ()


@given(st.floats(-50, 50), st.floats(-50, 50), st.floats(-180, 180))
def test_the_centre_of_an_area_is_that_of_its_parts(x, y, angle):
    """An L of three unit squares, turned and moved."""
    corners = np.array([[0, 0], [2, 0], [2, 1], [1, 1], [1, 2], [0, 2]], dtype=float)
    middle = np.mean([[0.5, 0.5], [1.5, 0.5], [0.5, 1.5]], axis=0)
    turn = np.exp(1j * np.radians(angle))
    moved = (corners @ [1, 1j]) * turn + x + 1j * y
    wanted = complex(middle @ [1, 1j]) * turn + x + 1j * y
    for points in (moved, moved[::-1]):
        found = centre_of_area(np.stack([points.real, points.imag], axis=-1))
        assert complex(*found) == pytest.approx(wanted, abs=1e-9)
