"""Outlines joined, cut, grown, smoothed and painted: compared with masks and formulas computed apart."""

import itertools
import math

import numpy as np
import pytest
from scipy.ndimage import binary_dilation

from ironquant.core import EchoSeries
from ironquant.roi import Stroke, brushed, cut, grown, joined, polygon_mask, smoothed

SHAPE = (90, 110)


def _series(row_mm=1.4, column_mm=1.4):
    affine = np.diag([column_mm, row_mm, 8.0, 1.0])
    return EchoSeries("k", "1.2", "", np.ones((1, *SHAPE, 3), np.float32), (1.0, 2.0, 3.0), affine)


def _round(x, y, radius, n=60):
    angle = 2 * np.pi * np.arange(n) / n
    return np.column_stack([x + radius * np.cos(angle), y + radius * np.sin(angle)])


def _mask(outlines):
    mask = np.zeros(SHAPE, dtype=bool)
    for outline in outlines:
        mask ^= polygon_mask(outline, SHAPE)
    return mask


def _area(outlines):
    total = 0.0
    for p in outlines:
        x, y = p.T
        total += 0.5 * np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y)
    return abs(total)


@pytest.mark.parametrize("seed", range(12))
def test_pixels_of_a_union_and_a_difference_are_those_of_the_masks(seed):
    rng = np.random.default_rng(seed)
    series = _series(*rng.uniform(0.8, 2.5, 2))
    body = [_round(50, 45, 25), _round(46.3, 41.1, 6)]
    for _ in range(6):
        drawn = _round(*rng.uniform(20, 75, 2), rng.uniform(2, 18), rng.integers(3, 40))
        for act, expected in (
            (joined, _mask(body) | polygon_mask(drawn, SHAPE)),
            (cut, _mask(body) & ~polygon_mask(drawn, SHAPE)),
        ):
            assert np.array_equal(_mask(act(body, drawn, series)), expected)


def test_corners_on_pixel_centres_do_no_harm():
    series = _series()
    square = np.array([[20.0, 20], [40, 20], [40, 40], [20, 40]])
    other = square + 10
    both = _mask([square]) | _mask([other])
    assert np.array_equal(_mask(joined([square], other, series)), both)
    assert np.array_equal(_mask(cut([square], other, series)), _mask([square]) & ~_mask([other]))


def test_outlines_that_do_not_cross_are_kept_point_for_point():
    series = _series()
    body, hole, beside = _round(50, 45, 25), _round(48, 44, 5), _round(95, 45, 8)
    assert [p is q for p, q in zip(cut([body], hole, series), (body, hole), strict=True)] == [True, True]
    assert [p is q for p, q in zip(joined([body], beside, series), (body, beside), strict=True)] == [True] * 2
    (filled,) = joined([body, hole], _round(48, 44, 8), series)
    assert filled is body
    (around,) = joined([body, hole], _round(50, 45, 32), series)
    assert _area([around]) == pytest.approx(math.pi * 32**2, rel=0.01)
    assert cut([hole], body, series) == ()


def test_between_the_pixels_a_union_runs_where_the_shapes_ran():
    series = _series()
    first, second = _round(40, 45, 15, 90), _round(55, 45, 15, 90)
    lens = 2 * 15**2 * math.acos(0.5) - 7.5 * math.sqrt(4 * 15**2 - 15**2)
    union = joined([first], second, series)
    assert _area(union) == pytest.approx(2 * math.pi * 15**2 - lens, rel=0.005)


def test_growing_by_a_distance_makes_a_circle_larger_by_it_and_a_hole_smaller():
    series = _series()
    ring = [_round(50, 45, 20, 90), _round(50, 45, 8, 90)]
    larger = grown(ring, 1.4, series)
    assert _area(larger[:1]) != _area(ring[:1])
    areas = sorted(_area([p]) for p in larger)
    assert areas == pytest.approx([math.pi * 7**2, math.pi * 21**2], rel=0.02)
    smaller = sorted(_area([p]) for p in grown(ring, -1.4, series))
    assert smaller == pytest.approx([math.pi * 9**2, math.pi * 19**2], rel=0.02)
    assert grown([_round(50, 45, 0.9)], -1.4, series) == ()
    pixel = grown([np.array([[49.6, 44.6], [50.4, 44.6], [50.4, 45.4], [49.6, 45.4]])], 1.0, series)
    assert np.array_equal(_mask(pixel), binary_dilation(_mask([_round(50, 45, 0.5)])))


def test_smoothing_takes_the_corners_and_leaves_the_area():
    square = np.array([[20.2, 20.2], [50.2, 20.2], [50.2, 50.2], [20.2, 50.2]])
    (soft,) = smoothed([square])
    assert _area([soft]) == pytest.approx(900.0, rel=1e-6)
    assert np.hypot(*(soft - [20.2, 20.2]).T).min() > 0.5
    assert soft.mean(axis=0) == pytest.approx([35.2, 35.2], abs=0.05)


@pytest.mark.parametrize("erase", [False, True])
def test_a_stroke_paints_the_pixels_of_the_brush(erase):
    series = _series(1.7, 1.1)
    body = [_round(50, 45, 18)]
    way = [(30.0, 40.0), (45.5, 44.2), (60.1, 70.3)]
    stroke = Stroke(body, 6.0, series, erase=erase)
    for place in way:
        stroke.to(*place)
    rows, columns = np.indices(SHAPE)
    near = np.zeros(SHAPE, dtype=bool)
    for (x0, y0), (x1, y1) in itertools.pairwise(way):
        for share in np.linspace(0, 1, 4001):
            x, y = x0 + share * (x1 - x0), y0 + share * (y1 - y0)
            near |= np.hypot((columns - x) * 1.1, (rows - y) * 1.7) <= 6.0
    expected = _mask(body) & ~near if erase else _mask(body) | near
    assert np.array_equal(_mask(stroke.outlines()), expected)
    assert np.array_equal(brushed(_mask(body), way, 6.0, series, erase=erase), expected)
